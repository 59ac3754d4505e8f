"""Crawls checked before the first request and run to their end: for `newsarchive crawl` and `scrapy crawl`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.misc import load_object

from newsarchive.cli.options import site_name
from newsarchive.cli.output import complain
from newsarchive.cli.store import with_store
from newsarchive.crawl.downloading.browser import BrowserAddon
from newsarchive.crawl.downloading.throttle import PaceAddon, on_this_machine
from newsarchive.crawl.figures import check_folder_of_figures
from newsarchive.crawl.log import set_up_log
from newsarchive.errors import BadValueError, NewsarchiveError, OutputError
from newsarchive.monitoring.outcome import NOT_STARTED, RUNNING, Outcome
from newsarchive.setting import read
from newsarchive.settings import OURS, SCRAPYS, check_environment
from newsarchive.sites import SITES, Site
from newsarchive.storage.contract import Access, Store
from newsarchive.storage.folders import check_room
from newsarchive.storage.raw.store import RawStore
from spiders.arguments import SCRAPYD_ARGUMENTS
from spiders.base import ArchiveSpider

logger = logging.getLogger(__name__)

_AFTER_RUN = next(setting for setting in OURS if setting.name == "NEWSARCHIVE_ALARM_AFTER_RUN")
KILLED_BY_HAND = "killed"
"""The reason of a crawl that was asked to stop twice and did not get to its end."""


OF_THE_LOG = ("NEWSARCHIVE_LOG_FORMAT", "NEWSARCHIVE_LOG_FOLDER")


def project_settings(given: dict[str, str]) -> Settings:
    """The project's Scrapy settings with those of the command line. Raises BadValueError for a bad value."""
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    settings.setdict(given, priority="cmdline")
    return settings


def set_event_loop(settings: Settings) -> None:
    """Make the event loop that the settings name, before Scrapy 2.19 does.

    Scrapy first makes one of asyncio's own and leaves it unclosed, of which Python complains at its end, by chance.
    """
    if path := settings["ASYNCIO_EVENT_LOOP"]:
        asyncio.set_event_loop(load_object(path)())


def set_log_level(settings: Settings) -> None:
    """Write LOG_LEVEL as Python has it, before Scrapy sets up its log. Raises BadValueError."""
    level = read("LOG_LEVEL", SCRAPYS["LOG_LEVEL"], settings["LOG_LEVEL"])
    settings.set("LOG_LEVEL", level, settings.getpriority("LOG_LEVEL") or 0)


def begin_log(settings: Settings) -> None:
    """Read the settings of the log, and begin it. Raises BadValueError or OutputError; then it has begun in text, at the usual level."""
    try:
        set_log_level(settings)
        told = {one.name: one.read(settings[one.name]) for one in OURS if one.name in OF_THE_LOG}
        set_up_log(settings, *(str(told[name]) for name in OF_THE_LOG))
    except NewsarchiveError:
        settings.set("LOG_LEVEL", "INFO", "cmdline")
        set_up_log(settings, "text")
        raise


def spider_of(site: str, settings: Settings) -> type[ArchiveSpider]:
    """The spider of a site, as Scrapy finds it by its name. Raises UnknownSiteError."""
    site_name(site)
    return cast("type[ArchiveSpider]", get_spider_loader(settings).load(site))


def check_jobs(jobs: Mapping[str, Mapping[str, str]], settings: Settings) -> None:
    """Find out before the first request whether crawls will run: settings, arguments by site, and where all is kept.

    Raises NewsarchiveError.
    """
    spiders = {site: spider_of(site, settings) for site in jobs}
    check_environment()
    for site, given in jobs.items():
        tried = settings.copy()
        spiders[site].update_settings(tried)
        PaceAddon().update_settings(tried)
        BrowserAddon().update_settings(tried)
        check_origins(SITES[site], tried)
        spiders[site].check_permission(tried.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS"))
        spiders[site](**given)
    check_room(settings)
    check_store(settings, "create")
    with RawStore(Path(settings["NEWSARCHIVE_RAW"])):
        """Opening and closing is the check."""
    if settings["NEWSARCHIVE_METRICS_FOLDER"]:
        check_folder_of_figures(Path(settings["NEWSARCHIVE_METRICS_FOLDER"]))
    if settings["NEWSARCHIVE_IMAGES"] == "mirror":
        check_images_folder(settings)


def check_after(settings: Settings) -> None:
    """Look for what an operator has to know, after crawls, where the settings ask for it."""
    if _AFTER_RUN.read(settings[_AFTER_RUN.name]):
        from newsarchive.cli.alarm_check import after_crawl  # noqa: PLC0415 - 30 ms that others need not wait

        after_crawl(settings)


def check_store(settings: Settings, access: Access) -> None:
    """Find out whether the store can be opened so. Raises NewsarchiveError."""

    async def nothing(_: Store) -> None:
        """Opening and closing is the check."""

    with_store(settings["NEWSARCHIVE_STORE"], access, nothing)


def check_images_folder(settings: Settings) -> None:
    """Make the folder of the mirror, so that a crawl need not find out later that it cannot be. Raises OutputError."""
    folder = Path(settings["NEWSARCHIVE_IMAGES_FOLDER"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{folder} cannot be made: {reason}; check NEWSARCHIVE_IMAGES_FOLDER") from error


def check_origins(site: Site, settings: Settings) -> None:
    """Refuse to crawl a site of which nothing is mapped while others are on this machine. Raises BadValueError."""
    origins = settings.getdict("NEWSARCHIVE_ORIGINS")
    if on_this_machine(settings) and not any(site.owns(origin) for origin in origins):
        raise BadValueError(f"NEWSARCHIVE_ORIGINS maps sites to this machine, but no host of {site.name}")


def outcome_of(crawler: Crawler, unless_ended: str = RUNNING) -> Outcome:
    """What a crawl that ran, or runs, came to so far; a reason for one that has not ended."""
    try:
        stats = dict(crawler.stats.get_stats())
    except RuntimeError:  # not started yet
        stats = {}
    return Outcome(str(crawler.spidercls.name), str(stats.get("finish_reason", unless_ended)), stats)


def run_crawls(process: CrawlerProcessBase, crawlers: dict[Crawler, dict[str, str]]) -> list[Outcome]:
    """Run crawls to their end, each with its arguments; what they came to, and a line for one that could not start."""
    tasks = {crawler: process.crawl(crawler, **given) for crawler, given in crawlers.items()}
    process.start()
    unless_ended = dict.fromkeys(tasks, NOT_STARTED)
    for crawler, task in tasks.items():
        if isinstance(task, asyncio.Task) and not task.done():  # a second Ctrl-C leaves it where it is
            unless_ended[crawler] = KILLED_BY_HAND
            continue
        # CrawlerProcess, which FORCE_CRAWLER_PROCESS asks for, makes no task and writes the traceback itself.
        if isinstance(task, asyncio.Task) and not task.cancelled() and (error := task.exception()):
            complain(f"{crawler.spidercls.name} could not start: {error or type(error).__name__}")
            if not isinstance(error, NewsarchiveError):
                logger.error("A crawl could not start", exc_info=error)
    return [outcome_of(crawler, reason) for crawler, reason in unless_ended.items()]


def shared_out(sites: list[str], given: dict[str, str], settings: Settings) -> dict[str, dict[str, str]]:
    """Each site's arguments: those that its spider takes. Raises BadValueError for one that no site takes."""
    takes = {site: spider_of(site, settings).takes.model_fields for site in sites}
    jobs = {
        site: {name: value for name, value in given.items() if name in known or name in SCRAPYD_ARGUMENTS}
        for site, known in takes.items()
    }
    for name in given:
        if not any(name in own for own in jobs.values()):
            raise BadValueError(f"none of {', '.join(jobs)} takes an argument {name!r}")
    return jobs
