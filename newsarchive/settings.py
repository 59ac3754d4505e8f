"""The Scrapy settings of the project; every setting of ours stands in `OURS` with its default, unit and reason.

Each of `OURS` can be given in the environment under its own name, or to Scrapy with `-s NAME=VALUE`.
`docs/configuration.md` is checked against this table.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from newsarchive import __version__
from newsarchive.archive_settings import OF_AN_ARCHIVE, PREFIX
from newsarchive.errors import BadValueError
from newsarchive.items.verdict import Verdict
from newsarchive.records.alarm import SEVERITIES
from newsarchive.setting import (
    Kind,
    Setting,
    checked_host,
    checked_url,
    entries,
    number,
    one_of,
    path,
    shown,
    switch,
    table,
    text,
    url,
    whole,
)
from newsarchive.sites import SITES

DAY = 86400.0
"""Seconds; nothing waits longer."""
RENDERABLE = frozenset({Verdict.EMPTY, Verdict.OTHER})
"""What a plain page may be for the browser to be tried. Never a challenge: those are neither solved nor evaded."""


def _site(name: str) -> None:
    if name not in SITES:
        raise ValueError(f"{name!r} is no site (newsarchive knows {', '.join(SITES)})")


def _origin(name: str) -> None:
    """An origin is what requests are compared with: anything more would silently never match."""
    origin = checked_url(name)
    scheme, _, rest = origin.partition("://")
    if rest != rest.lower() or any(sign in rest for sign in "/?#@"):
        raise ValueError(f"{name!r} is no origin (write it like {scheme}://www.example.com)")


def _days(name: str) -> None:
    try:
        number(0, 10**6, above=True).read(name)
    except ValueError:
        raise ValueError(f"{name!r} is no number of days above 0") from None


def _list_of_days(value: object) -> str:
    days = value.split(",") if isinstance(value, str) else value
    if not isinstance(days, list | tuple):
        raise ValueError  # noqa: TRY004 - ValueError is what kinds raise
    named = [str(day).strip() for day in days]
    if named == [""]:
        return ""
    for day in named:
        _days(day)
    return ",".join(named)


def _sources(value: object) -> dict[str, Any]:
    minutes = number(0, 525600)
    result: dict[str, Any] = {}
    for site, lists in entries(value).items():
        _site(site)
        if not isinstance(lists, Mapping):
            raise ValueError(f"{site!r} has {shown(lists)}, not minutes by URL")  # noqa: TRY004
        for address, pause in lists.items():
            if not SITES[site].owns(checked_url(address)):
                raise ValueError(f"{address!r} is not on a host of {site}")
            try:
                minutes.read(pause)
            except ValueError:
                raise ValueError(
                    f"{address!r} has {shown(pause)}, not {minutes.takes} (of minutes)"
                ) from None
        result[site] = {address: minutes.read(pause) for address, pause in lists.items()}
    return result


def _of_sites(name: str) -> dict[str, Any]:
    """The values by host that sites give for themselves."""
    return {host: value for site in SITES.values() for host, value in getattr(site, name).items()}


def _directory_or_nothing(value: object) -> str:
    return "" if value == "" else str(path("a directory").read(value))


LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def _level(value: object) -> str:
    if not isinstance(value, str) or value.upper() not in LEVELS:
        raise ValueError
    return value.upper()


def _images(value: object) -> str:
    if value not in {"off", "mirror"}:
        raise ValueError
    return str(value)


def _severity(value: object) -> str:
    if value not in SEVERITIES:
        raise ValueError
    return str(value)


def _mail_server(value: object) -> str:
    if value == "":
        return ""
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError
    parts = urlsplit(value)
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("its port is none") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError
    if parts.username is not None or parts.query:
        raise ValueError("the user goes into NEWSARCHIVE_ALARM_SMTP_USER")
    return value


def _addresses(value: object) -> str:
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        raise ValueError  # noqa: TRY004 - ValueError is what kinds raise
    named = [str(one).strip() for one in given]
    if named == [""]:
        return ""
    for one in named:
        if not _ADDRESS.fullmatch(one):
            raise ValueError(f"{shown(one)} is no address")
    return ",".join(named)


_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", re.ASCII)


def _verdicts(value: object) -> list[str]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(one, str) and one in RENDERABLE for one in value
    ):
        raise ValueError(
            f"{shown(value)} is not a list of {' or '.join(sorted(RENDERABLE))}: a browser is for those only, and challenges "
            "are never evaded"
        )
    return [str(one) for one in value]


OURS = (
    Setting(
        "NEWSARCHIVE_STORE",
        "data/newsarchive.sqlite",
        "path or mongodb:// URI",
        "Where articles, events, picks and runs are kept: a SQLite file, or a MongoDB database.",
        path("a path or a mongodb:// URI", "sqlite", "mongodb", "mongodb+srv"),
    ),
    Setting(
        "NEWSARCHIVE_RAW",
        "data/raw",
        "directory",
        "Where raw pages are kept as WARC files. Pages can be read again from here without a request.",
        path("a directory"),
    ),
    Setting(
        "NEWSARCHIVE_JOB_LOGS",
        "data/logs",
        "directory",
        "Where the processes that `newsarchive schedule` starts write what they say: a file a job, the last 100 of a schedule.",
        path("a directory"),
    ),
    Setting(
        "NEWSARCHIVE_RAW_FILE_BYTES",
        512 * 1024 * 1024,
        "bytes",
        "A WARC file is closed and a new one begun when it is this large; some hundred to some thousand pages fit in it.",
        whole(1, 2**40),
    ),
    Setting(
        "NEWSARCHIVE_BATCH",
        100,
        "articles",
        "Articles are written to the store in batches of this size: one transaction or round trip each.",
        whole(1, 10_000),
    ),
    Setting(
        "NEWSARCHIVE_BATCH_SECONDS",
        2.0,
        "seconds",
        "A batch that is not full is written after this time, so that a slow crawl shows in the store.",
        number(0, 3600, above=True),
    ),
    Setting(
        "NEWSARCHIVE_STORE_WAIT_SECONDS",
        120.0,
        "seconds",
        "How long a crawl waits for a store that is away, before it ends with 20: with nothing more to fetch, or where it "
        "cannot go on without an answer. What it has fetched waits in the spool meanwhile (docs/spool.md).",
        number(0, 86400),
    ),
    Setting(
        "NEWSARCHIVE_MONGO_POOL",
        20,
        "connections",
        "At most so many connections a process has to a MongoDB server; a crawl takes two or three. Like the three times below it "
        "holds where the URI does not say otherwise (`maxPoolSize=`; docs/mongodb.md).",
        whole(1, 10_000),
    ),
    Setting(
        "NEWSARCHIVE_MONGO_SELECTION_SECONDS",
        5.0,
        "seconds",
        "How long to look for a MongoDB server that takes writes before the store is away (`serverSelectionTimeoutMS=`); a crawl "
        "asks again.",
        number(0, 3600, above=True),
    ),
    Setting(
        "NEWSARCHIVE_MONGO_CONNECT_SECONDS",
        10.0,
        "seconds",
        "How long a connection to a MongoDB server may take, TLS included (`connectTimeoutMS=`).",
        number(0, 3600, above=True),
    ),
    Setting(
        "NEWSARCHIVE_MONGO_ANSWER_SECONDS",
        120.0,
        "seconds",
        "How long to wait for one answer of a MongoDB server: one that was cut off from the network without a word is away "
        "after that (`socketTimeoutMS=`).",
        number(0, 86400, above=True),
    ),
    Setting(
        "NEWSARCHIVE_DELAYS",
        {"default": 5.0} | _of_sites("delays"),
        "seconds by host",
        "Pause between two requests to one host, on average; each pause varies by half of it either way. Hosts that are not "
        "named have that of `default`. For a real host it is never shorter than here.",
        table("seconds by host", checked_host, number(0, 3600)),
    ),
    Setting(
        "NEWSARCHIVE_PACE",
        1.0,
        "factor",
        "Multiplies all delays. Below 1 it is refused unless sites are mapped to this machine.",
        number(0, 1000),
    ),
    Setting(
        "NEWSARCHIVE_ORIGINS",
        {},
        "base URL by origin",
        "Fetches a site's pages from another base URL (the sample sites, a mirror); stored URLs stay the real ones. Where "
        "all base URLs are on this machine, nothing else is asked.",
        table("base URLs by origin", _origin, url()),
    ),
    Setting(
        "NEWSARCHIVE_ROBOTS_EXCEPTIONS",
        _of_sites("robots_exceptions"),
        "reason by host",
        "Hosts whose robots.txt is not obeyed, each with its written reason. Shown when a crawl starts. "
        "Without its line the spider of a host that is named here by default refuses to run.",
        table("a written reason by host", checked_host, text("a written reason")),
    ),
    Setting(
        "NEWSARCHIVE_SOURCES",
        {site.name: dict(site.sources) for site in SITES.values()},
        "minutes by URL by site",
        "The lists that a site's spider begins with, each with the least time between two readings. The host is part "
        "of the URL: a site's bare domain and its www may answer differently.",
        Kind("minutes by URL by site, as a JSON object of JSON objects", _sources),
    ),
    Setting(
        "NEWSARCHIVE_LIST_PAGES",
        3,
        "pages",
        "How many further pages of a list are read while each holds something new; reading stops at known items.",
        whole(0, 1000),
    ),
    Setting(
        "NEWSARCHIVE_REVISIT",
        {"1": 6, "7": 48, "30": 240, "365": 720},
        "hours by age in days",
        "An article up to this many days old is looked at again after this many hours, to see edits and deletions. "
        "Older ones are left alone.",
        table("hours by age in days", _days, number(0, 876_000)),
    ),
    Setting(
        "NEWSARCHIVE_COVERAGE_SHARE",
        0.95,
        "share",
        "`newsarchive coverage` ends with 40 where less of what a site shows is held (0 to 1). See docs/coverage.md.",
        number(0, 1),
    ),
    Setting(
        "NEWSARCHIVE_RECHECK_DAYS",
        "1,3,7,30,90",
        "days",
        "The days of its age on which an article is looked at again in any case, to see whether it was withdrawn; none where "
        "empty. docs/withdrawn.md says how many pages a run that takes.",
        Kind("numbers of days above 0, separated by commas", _list_of_days),
    ),
    Setting(
        "NEWSARCHIVE_REVISITS",
        50,
        "pages a run",
        "At most this many known articles are looked at again in one run, the newest first.",
        whole(0, 100_000),
    ),
    Setting(
        "NEWSARCHIVE_RECHECKS",
        50,
        "pages a run",
        "Besides, at most this many of those that have been due longest, so that older articles get their turn.",
        whole(0, 100_000),
    ),
    Setting(
        "NEWSARCHIVE_PAUSE_SECONDS",
        600.0,
        "seconds",
        "How long a host is left alone after a challenge; twice and three times as long after further ones.",
        number(0, DAY),
    ),
    Setting(
        "NEWSARCHIVE_PAUSE_MOST_SECONDS",
        1800.0,
        "seconds",
        "The longest pause after challenges.",
        number(0, DAY),
    ),
    Setting(
        "NEWSARCHIVE_RETRY_AFTER_MOST",
        120.0,
        "seconds",
        "The longest Retry-After that is waited for within a run; after a longer one the host is left to a later run.",
        number(0, DAY),
    ),
    Setting(
        "NEWSARCHIVE_LEASE_SECONDS",
        180.0,
        "seconds",
        "How long a site and its hosts stay a job's after its last sign of life, which it gives every 30 seconds: as long after a "
        "job on another machine has died can the next one begin.",
        number(1, 3600),
    ),
    Setting(
        "NEWSARCHIVE_LEASE_WAIT_SECONDS",
        0.0,
        "seconds",
        "How long a job waits for another one of its site to end, before it ends itself with 39. One waits in the store, however "
        "many machines there are.",
        number(0, DAY),
    ),
    Setting(
        "NEWSARCHIVE_BROWSER",
        {},
        "verdicts by site",
        "Sites whose pages may be rendered in a real browser, and for which verdicts of the plain page: "
        '{"SITE": ["empty"]}. Only `empty` and `other` pages are rendered, never a challenge. Off by default: a rendered '
        "page costs fifty times a plain one. See docs/browser.md.",
        table("lists of verdicts by site", _site, Kind("a list of verdicts", _verdicts)),
    ),
    Setting(
        "NEWSARCHIVE_CHROMIUM",
        "/usr/bin/chromium",
        "path",
        "The browser's program; Debian's package chromium has it here.",
        path("the path of a program"),
    ),
    Setting(
        "NEWSARCHIVE_CHROMIUM_SANDBOX",
        1,
        "0 or 1",
        "Chromium's own sandbox against hostile pages. Root has none, nor have many containers; set 0 there, only there.",
        whole(0, 1),
    ),
    Setting(
        "NEWSARCHIVE_IMAGES",
        "off",
        "off or mirror",
        "`mirror` keeps the pictures of every article that a crawl reads, as they came; a site's pictures may be a hundred "
        "times its pages. See docs/pictures.md.",
        Kind("off or mirror", _images),
    ),
    Setting(
        "NEWSARCHIVE_IMAGES_FOLDER",
        "data/images",
        "directory",
        "Where the mirror keeps pictures: each content once, named by its hash.",
        path("a directory"),
    ),
    Setting(
        "NEWSARCHIVE_IMAGE_BYTES",
        20 * 1024 * 1024,
        "bytes",
        "A larger picture is refused as soon as that is known; sites take 10 MB from authors.",
        whole(1, 2**31),
    ),
    Setting(
        "NEWSARCHIVE_IMAGES_AN_ARTICLE",
        200,
        "pictures",
        "At most this many pictures of one article are fetched; the longest real ones have about a hundred.",
        whole(0, 100_000),
    ),
    Setting(
        "NEWSARCHIVE_IMAGES_RUN_BYTES",
        2 * 1024**3,
        "bytes",
        "When a run has fetched so much of pictures, the rest waits for the next one.",
        whole(0, 2**50),
    ),
    Setting(
        "NEWSARCHIVE_DISK_RESERVE_BYTES",
        500_000_000,
        "bytes",
        "So much has to stay free where store, raw pages and pictures lie: with less a crawl does not begin, and one that runs ends "
        "in order (38). 0 lets it go on until the disk is full.",
        whole(0, 2**50),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_AFTER_RUN",
        default=False,
        unit="switch",
        reason="Whether `newsarchive check` follows each crawl by itself, those of Scrapyd too. See docs/alarms.md for this and the "
        "settings below.",
        kind=switch(),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_STALE_HOURS",
        24.0,
        "hours",
        "A site is stale when what is newest was last read longer ago.",
        number(0, 87_600, above=True),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_LATE_HOURS",
        72.0,
        "hours",
        "A site is late when no run has read all that it wanted for longer.",
        number(0, 87_600, above=True),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_DISK_DAYS",
        14.0,
        "days",
        "How long before only NEWSARCHIVE_DISK_RESERVE_BYTES are free an alarm tells so.",
        number(0, 3650),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_CALM_HOURS",
        6.0,
        "hours",
        "An alarm is over when checks have missed it for so long: what comes back before is the same one, and told once.",
        number(0, 8760),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_LEAST",
        "warning",
        "severity",
        "The least severe alarms that are sent; all are shown.",
        Kind(f"one of {', '.join(SEVERITIES)}", _severity),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_MAIL_TO",
        "",
        "addresses",
        "Who gets alarms by mail: addresses with commas between them; nobody where empty.",
        Kind("mail addresses with commas between them", _addresses),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_MAIL_FROM",
        "",
        "address",
        "Whose mail it is; the first of those who get it where empty.",
        Kind("a mail address", _addresses),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_SMTP",
        "smtp://localhost",
        "URL",
        "The mail server: `smtps://host` speaks TLS from the start (port 465), `smtp://host` begins it (STARTTLS, port 587) and sends "
        "nothing without it, except to this machine (port 25). The password is read from the environment variable "
        "NEWSARCHIVE_ALARM_SMTP_PASSWORD only.",
        Kind("smtp://host or smtps://host, with a port if it is not the usual one", _mail_server),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_SMTP_USER",
        "",
        "name",
        "The user at the mail server; nobody logs in where empty.",
        text("a name", may_be_empty=True),
    ),
    Setting(
        "NEWSARCHIVE_ALARM_SECONDS",
        20.0,
        "seconds",
        "How long to wait for a mail server or webhook.",
        number(0, 600, above=True),
    ),
    Setting(
        "NEWSARCHIVE_METRICS_FOLDER",
        "",
        "directory",
        "Where each run leaves its figures when it ends, a file a site: newsarchive-SITE.prom for Prometheus (the folder of "
        "node_exporter's textfile collector) and newsarchive-SITE.json, the record of the run. None where empty. See "
        "docs/monitoring.md.",
        Kind("a directory, or nothing", _directory_or_nothing),
    ),
    Setting(
        "NEWSARCHIVE_LOG_FORMAT",
        "text",
        "text or json",
        "How a crawl's log is written: lines for people, or one JSON object a line with time, level, logger, message, run, "
        "site, and the URL and identity where it is about a page.",
        one_of(("text", "json")),
    ),
    Setting(
        "NEWSARCHIVE_LOG_FOLDER",
        "",
        "directory",
        "Where a crawl writes its log, too, in a file a day (crawl-2026-11-29.log, days in UTC). None where empty.",
        Kind("a directory, or nothing", _directory_or_nothing),
    ),
    Setting(
        "NEWSARCHIVE_KEEP_LOGS_DAYS",
        90,
        "days",
        "How long files in NEWSARCHIVE_LOG_FOLDER are kept; 0 is for ever.",
        whole(0, 36_500),
    ),
    Setting(
        "NEWSARCHIVE_KEEP_RUNS_DAYS",
        0,
        "days",
        "How long the records of runs are kept; 0 is for ever. A site's newest 100, its newest good one and its newest that "
        "read a list stay in any case. A crawl looks once a day, `newsarchive runs prune` at once.",
        whole(0, 36_500),
    ),
    Setting(
        "NEWSARCHIVE_KEEP_EVENTS_DAYS",
        0,
        "days",
        "How long challenges are kept, the only events that say nothing of an article; 0 is for ever. What was observed of "
        "articles (deleted, moved, …) is always kept.",
        whole(0, 36_500),
    ),
    Setting(
        "NEWSARCHIVE_DRAFT_URL",
        "",
        "base URL",
        "Where `newsarchive draft --machine` has drafts worded: any endpoint of OpenAI's chat completions, such as "
        "http://127.0.0.1:11434/v1. Without it nothing is ever sent anywhere. The key is read from the environment "
        "variable NEWSARCHIVE_DRAFT_KEY only.",
        url(may_be_empty=True),
    ),
    Setting(
        "NEWSARCHIVE_DRAFT_MODEL",
        "",
        "name",
        "The model that words drafts.",
        text("a name", may_be_empty=True),
    ),
    Setting(
        "NEWSARCHIVE_DRAFT_SECONDS",
        60.0,
        "seconds",
        "How long to wait for the words of one draft.",
        number(0, 3600, above=True),
    ),
)
"""Every setting of ours, in the order of the documentation."""


NO_SETTINGS = frozenset(
    {
        "NEWSARCHIVE_ALARM_APPRISE",
        "NEWSARCHIVE_ALARM_SMTP_PASSWORD",
        "NEWSARCHIVE_ALARM_WEBHOOK",
        "NEWSARCHIVE_ALARM_WEBHOOK_TOKEN",
        "NEWSARCHIVE_DRAFT_KEY",
        "NEWSARCHIVE_KILLS",
        "NEWSARCHIVE_ROUNDS",
    }
)
"""Names of ours that stand in the environment and are no settings: secrets, which no settings may hold, and how long the
long tests go on. What begins with NEWSARCHIVE_TEST_ is the tests' own, too."""
_MISSPELT = 0.9
"""How alike (0 to 1) a name is to one of ours that was meant to be it, with the prefix misspelt."""
_TESTS = "NEWSARCHIVE_TEST_"

SCRAPYS = {
    "CLOSESPIDER_ERRORCOUNT": whole(0, 10**9),
    "CLOSESPIDER_ITEMCOUNT": whole(0, 10**9),
    "CLOSESPIDER_PAGECOUNT": whole(0, 10**9),
    "CLOSESPIDER_TIMEOUT": number(0, 10**9),
    "CONCURRENT_ITEMS": whole(1, 10_000),
    "CONCURRENT_REQUESTS": whole(1, 10_000),
    "DOWNLOAD_MAXSIZE": whole(0, 2**40),
    "DOWNLOAD_TIMEOUT": number(0, DAY, above=True),
    "LOG_LEVEL": Kind(f"one of {', '.join(LEVELS)}", _level),
    "MEMUSAGE_LIMIT_MB": whole(0, 2**30),
    "REDIRECT_MAX_TIMES": whole(0, 1000),
    "RETRY_TIMES": whole(0, 1000),
}
"""Scrapy's own settings that an operator may give, as far as a wrong value would break a crawl or never end it."""


def ours(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings of ours with their values from the environment or their defaults. Raises BadValueError."""
    check_environment(environment)
    return {setting.name: setting.value(environment) for setting in OURS}


def check_environment(environment: Iterable[str] = os.environ) -> None:
    """Refuse a misspelt setting in the environment. Raises BadValueError."""
    check_names(name for name in environment if name not in NO_SETTINGS and not name.startswith(_TESTS))


def is_ours(name: str) -> bool:
    """Whether a name is written like a setting of ours, in small letters too."""
    return name.upper().startswith(PREFIX)


def check_names(names: Iterable[str], *, bare: bool = False) -> None:
    """Refuse a name that looks like a setting of ours and is none; with `bare` also one that only lacks our prefix.

    Raises BadValueError with the nearest one.
    """
    known = {setting.name for setting in (*OURS, *OF_AN_ARCHIVE)}
    for name in names:
        given = name.upper()
        if name in known:
            continue
        if bare and PREFIX + given in known:
            near = [PREFIX + given]
        else:
            near = get_close_matches(given, known, n=1, cutoff=0 if is_ours(name) else _MISSPELT)
        if near:
            raise BadValueError(
                f"there is no setting {name}; the nearest is {near[0]} (docs/configuration.md)"
            )


# As they were given: a value that cannot be read is refused with a clear line where it is used, not at import.
globals().update({setting.name: os.environ.get(setting.name, setting.default) for setting in OURS})

BOT_NAME = "newsarchive"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "newsarchive.cli.scrapy_commands"

# A plain, true name: sites can see who asks and refuse it in robots.txt.
USER_AGENT = f"Mozilla/5.0 (compatible; newsarchive/{__version__})"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "newsarchive"
# Chinese first: notices come in English otherwise. No br or zstd: every tool can read the WARC files.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}

CONCURRENT_REQUESTS_PER_DOMAIN = 1
# In the order in which they are asked for: the frontier gives the newest first. Scrapy's own default is last in, first out.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
# Scrapy starts this many tasks for every response: 100, its default, cost 26 % of a crawl's time, 8 still 2 %. A page has one item,
# and those of a list wait for each other anyway: they go into one store.
CONCURRENT_ITEMS = 1
DOWNLOAD_TIMEOUT = 60
# The guard against endless bodies; the largest real page seen has 4 MB.
DOWNLOAD_MAXSIZE = 24 * 1024 * 1024
RETRY_TIMES = 2
# Every answer is judged, whatever its status: a 404 is an event.
HTTPERROR_ALLOW_ALL = True

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# A fifth more pages a second than asyncio's own loop.
ASYNCIO_EVENT_LOOP = None if os.name == "nt" else "uvloop.Loop"
# Both listen on a port and run Python for whoever finds the key.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
# Pages hold meta elements in their scripts; no site of ours redirects that way.
METAREFRESH_ENABLED = False
# Of pictures too, each step looked at as that of a page.
MEDIA_ALLOW_REDIRECTS = True
LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO").upper()
# Scrapy's own exports (`-O articles.jsonl`) write Chinese as Chinese.
FEED_EXPORT_ENCODING = "utf-8"

DOWNLOADER = "newsarchive.crawl.downloading.one_connection.OneConnectionDownloader"
DOWNLOAD_HANDLERS = {
    "http": "newsarchive.crawl.downloading.handler.ArchiveDownloadHandler",
    "https": "newsarchive.crawl.downloading.handler.ArchiveDownloadHandler",
}
# What these do is not needed here, and each costs some hundredths of a page's time: depth and length of addresses are
# bounded by what the spiders ask for, every status is judged, no site asks for a password.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
DOWNLOADER_STATS = False
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    # Before robots.txt is asked for: that of a host which is not the site's is not asked for either.
    "newsarchive.crawl.downloading.trust.OwnHostsMiddleware": 50,
    "newsarchive.crawl.downloading.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "newsarchive.crawl.downloading.retry.RetryAfterMiddleware": 550,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newsarchive.crawl.downloading.unpacking.UnpackingMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "newsarchive.crawl.downloading.redirects.SiteRedirectMiddleware": 600,
    # After decompression (590), before retries: a challenge pauses its host at once.
    "newsarchive.crawl.downloading.classify.ClassifyMiddleware": 585,
    # Between decompression (590) and redirects (600): it sees the bytes as they were sent, of final pages only.
    "newsarchive.crawl.downloading.capture.CaptureMiddleware": 595,
}
ADDONS = {
    "newsarchive.crawl.downloading.unused.UnusedAddon": 50,
    "newsarchive.crawl.downloading.throttle.PaceAddon": 100,
    # All of Playwright's settings are in its module; none is set while NEWSARCHIVE_BROWSER is empty.
    "newsarchive.crawl.downloading.browser.BrowserAddon": 200,
}
# Crawls of thousands of pages stay below 300 MB, hostile pages below 400; one that needs this much will need all there is.
MEMUSAGE_LIMIT_MB = 1024
MEMUSAGE_CHECK_INTERVAL_SECONDS = 5.0
EXTENSIONS = {
    "scrapy.extensions.memusage.MemoryUsage": None,
    "newsarchive.crawl.memory.ResidentMemory": 0,
    "newsarchive.crawl.session.ArchiveSession": 100,
    "newsarchive.crawl.host_pause.HostPause": 200,
    "newsarchive.crawl.disk_guard.DiskGuard": 300,
}
STATS_CLASS = "newsarchive.crawl.session.PlainStats"
ITEM_PROCESSOR = "pipelines.store.Pipelines"
ITEM_PIPELINES = {
    "pipelines.identity.IdentityPipeline": 100,
    "pipelines.dates.DatesPipeline": 200,
    "pipelines.images.ImagesPipeline": 300,
    # Before the store: what a killed run had stored, it had also written down the pictures of.
    "pipelines.mirror.MirrorPipeline": 350,
    "pipelines.store.StorePipeline": 400,
}
