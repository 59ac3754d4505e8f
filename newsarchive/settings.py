"""The Scrapy settings of the project; every setting of ours stands in `OURS` with its default, unit and reason.

Each of `OURS` can be given in the environment under its own name, or to Scrapy with `-s NAME=VALUE`.
`docs/configuration.md` is checked against this table.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newsarchive import __version__
from newsarchive.errors import BadValueError


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of ours: its default (whose type is the setting's type), its unit, and why it is there."""

    name: str
    default: str | float | dict[str, Any]
    unit: str
    reason: str

    def value(self, environment: Mapping[str, str]) -> str | float | dict[str, Any]:
        """The value from the environment, else the default. Raises BadValueError where it cannot be read."""
        text = environment.get(self.name)
        if text is None:
            return self.default
        return self.read(text)

    def read(self, value: object) -> str | float | dict[str, Any]:
        """A given value (text from a command line or the environment included) in the setting's own type."""
        try:
            if isinstance(self.default, str):
                return str(value)
            if isinstance(self.default, dict):
                table: Any = json.loads(value) if isinstance(value, str) else value
                return {**table}
            return type(self.default)(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            kind = "a JSON object" if isinstance(self.default, dict) else f"a {type(self.default).__name__}"
            raise BadValueError(f"{self.name} is not {kind}: {value!r}") from None


OURS = (
    Setting(
        "NEWSARCHIVE_STORE",
        "data/newsarchive.sqlite",
        "path or mongodb:// URI",
        "Where articles, events, picks and runs are kept: a SQLite file, or a MongoDB database.",
    ),
    Setting(
        "NEWSARCHIVE_RAW",
        "data/raw",
        "directory",
        "Where raw pages are kept as WARC files. Pages can be read again from here without a request.",
    ),
    Setting(
        "NEWSARCHIVE_RAW_FILE_BYTES",
        512 * 1024 * 1024,
        "bytes",
        "A WARC file is closed and a new one begun when it is this large; about 700 weixin pages fit in it.",
    ),
    Setting(
        "NEWSARCHIVE_BATCH",
        100,
        "articles",
        "Articles are written to the store in batches of this size: one transaction or round trip each.",
    ),
    Setting(
        "NEWSARCHIVE_BATCH_SECONDS",
        2.0,
        "seconds",
        "A batch that is not full is written after this time, so that a slow crawl shows in the store.",
    ),
    Setting(
        "NEWSARCHIVE_DELAYS",
        {"default": 5.0, "www.ithome.com": 2.0, "m.ithome.com": 2.0, "mp.weixin.qq.com": 10.0},
        "seconds by host",
        "Pause between two requests to one host, on average; each pause varies by half of it either way. "
        "Ten seconds is the pace at which public crawlers of weixin stayed unchallenged.",
    ),
    Setting(
        "NEWSARCHIVE_PACE",
        1.0,
        "factor",
        "Multiplies all delays. Below 1 it is refused unless every site is mapped to this machine.",
    ),
    Setting(
        "NEWSARCHIVE_ORIGINS",
        {},
        "base URL by origin",
        "Fetches a site's pages from another base URL (the sample sites, a mirror); stored URLs stay the real ones.",
    ),
    Setting(
        "NEWSARCHIVE_ROBOTS_EXCEPTIONS",
        {
            "mp.weixin.qq.com": "its robots.txt forbids every article to everybody; only articles that an editor "
            "lists are fetched, slowly, one at a time"
        },
        "reason by host",
        "Hosts whose robots.txt is not obeyed, each with its written reason. Shown when a crawl starts. "
        "Without its line the weixin spider refuses to run.",
    ),
    Setting(
        "NEWSARCHIVE_SOURCES",
        {
            "36kr": {
                "https://www.36kr.com/feed": 20,
                "https://www.36kr.com/feed-article": 60,
                "https://www.36kr.com/feed-newsflash": 20,
                "https://www.36kr.com/information/web_news/": 60,
            },
            "ithome": {
                "https://www.ithome.com/rss/": 30,
                "https://m.ithome.com/api/news/newslistpageget": 30,
                "https://www.ithome.com/list/": 120,
            },
            "weixin": {},
        },
        "minutes by URL by site",
        "The lists that a site's spider begins with, each with the least time between two readings. The host is part "
        "of the URL: 36kr's bare domain has answered feeds with a challenge since August 2026, www has not.",
    ),
    Setting(
        "NEWSARCHIVE_LIST_PAGES",
        3,
        "pages",
        "How many further pages of a list are read while each holds something new; reading stops at known items.",
    ),
    Setting(
        "NEWSARCHIVE_REVISIT",
        {"1": 6, "7": 48, "30": 240, "365": 2160},
        "hours by age in days",
        "An article up to this many days old is looked at again after this many hours, to see edits and deletions. "
        "Older ones are left alone.",
    ),
    Setting(
        "NEWSARCHIVE_REVISITS",
        50,
        "pages a run",
        "At most this many known articles are looked at again in one run, the newest first.",
    ),
    Setting(
        "NEWSARCHIVE_PAUSE_SECONDS",
        600.0,
        "seconds",
        "How long a host is left alone after a challenge; twice and three times as long after further ones.",
    ),
    Setting(
        "NEWSARCHIVE_PAUSE_MOST_SECONDS",
        1800.0,
        "seconds",
        "The longest pause after challenges.",
    ),
    Setting(
        "NEWSARCHIVE_RETRY_AFTER_MOST",
        120.0,
        "seconds",
        "The longest Retry-After that is waited for within a run; after a longer one the host is left to a later run.",
    ),
    Setting(
        "NEWSARCHIVE_BROWSER",
        {},
        "verdicts by site",
        "Sites whose pages may be rendered in a real browser, and for which verdicts of the plain page: "
        '{"36kr": ["empty"]}. Only `empty` and `other` pages are rendered, never a challenge. Off by default: a rendered '
        "page costs fifty times a plain one. See docs/browser.md.",
    ),
    Setting(
        "NEWSARCHIVE_CHROMIUM",
        "/usr/bin/chromium",
        "path",
        "The browser's program; Debian's package chromium has it here.",
    ),
    Setting(
        "NEWSARCHIVE_CHROMIUM_SANDBOX",
        1,
        "0 or 1",
        "Chromium's own sandbox against hostile pages. Root has none, nor have many containers; set 0 there, only there.",
    ),
    Setting(
        "NEWSARCHIVE_DRAFT_URL",
        "",
        "base URL",
        "Where `newsarchive draft --machine` has drafts worded: any endpoint of OpenAI's chat completions, such as "
        "http://127.0.0.1:11434/v1. Without it nothing is ever sent anywhere. The key is read from the environment "
        "variable NEWSARCHIVE_DRAFT_KEY only.",
    ),
    Setting(
        "NEWSARCHIVE_DRAFT_MODEL",
        "",
        "name",
        "The model that words drafts.",
    ),
    Setting(
        "NEWSARCHIVE_DRAFT_SECONDS",
        60.0,
        "seconds",
        "How long to wait for the words of one draft.",
    ),
)
"""Every setting of ours, in the order of the documentation."""


def ours(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings of ours with their values from the environment or their defaults."""
    return {setting.name: setting.value(environment) for setting in OURS}


def slots(delays: Mapping[str, float], pace: float) -> dict[str, dict[str, float]]:
    """Scrapy's download slots for delays by host: one connection each, jitter of half the delay."""
    return {
        host: {"concurrency": 1, "delay": float(delay) * pace, "jitter": 0.5}
        for host, delay in delays.items()
        if host != "default"
    }


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
# Chinese first: weixin's notices come in English otherwise. No br or zstd: every tool can read the WARC files.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}

CONCURRENT_REQUESTS_PER_DOMAIN = 1
# In the order in which they are asked for: the frontier gives the newest first. Scrapy's own default is last in, first out.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
# Scrapy starts this many tasks for every response: 100, its default, cost 26 % of a crawl's time.
CONCURRENT_ITEMS = 8
DOWNLOAD_TIMEOUT = 60
# The guard against endless bodies; the largest real page seen has 4 MB.
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
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
# weixin's pages hold meta elements in their scripts; no site of ours redirects that way.
METAREFRESH_ENABLED = False
LOG_LEVEL = "INFO"

DOWNLOAD_HANDLERS = {
    "http": "newsarchive.downloader.handler.ArchiveDownloadHandler",
    "https": "newsarchive.downloader.handler.ArchiveDownloadHandler",
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
    # Before robots.txt is asked for: that of a host which is not the site's is not asked for either.
    "newsarchive.downloader.trust.OwnHostsMiddleware": 50,
    "newsarchive.downloader.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "newsarchive.downloader.retry.RetryAfterMiddleware": 550,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newsarchive.downloader.refusals.BombNamingCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "newsarchive.downloader.redirects.SiteRedirectMiddleware": 600,
    # After decompression (590), before retries: a challenge shuts the gate at once.
    "newsarchive.downloader.guard.GuardMiddleware": 585,
    # Between decompression (590) and redirects (600): it sees the bytes as they were sent, of final pages only.
    "newsarchive.downloader.capture.CaptureMiddleware": 595,
}
ADDONS = {
    "newsarchive.downloader.pace.PaceAddon": 100,
    # All of Playwright's settings are in its module; none is set while NEWSARCHIVE_BROWSER is empty.
    "newsarchive.downloader.browser.BrowserAddon": 200,
}
EXTENSIONS = {
    "newsarchive.storage.session.ArchiveSession": 100,
    "newsarchive.downloader.gate.Gate": 200,
}
ITEM_PIPELINES = {
    "pipelines.identity.IdentityPipeline": 100,
    "pipelines.dates.DatesPipeline": 200,
    "pipelines.images.ImagesPipeline": 300,
    "pipelines.store.StorePipeline": 400,
}
