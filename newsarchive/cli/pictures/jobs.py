"""Fetching the pictures of what is stored: a crawl without pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import date

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from newsarchive.cli.crawl_jobs import check_images_folder, check_origins, check_store, run_crawls
from newsarchive.cli.options import time_span
from newsarchive.crawl.downloading.throttle import PaceAddon
from newsarchive.crawl.session import ArchiveSession
from newsarchive.errors import BadValueError
from newsarchive.items.record import SiteName
from newsarchive.monitoring.outcome import DISK_FULL, FINISHED, CrawlExit, Outcome
from newsarchive.settings import check_environment
from newsarchive.sites import SITES
from newsarchive.storage.folders import check_room
from pipelines.mirror import MirrorPipeline

_PIPELINES = {
    "pipelines.identity.IdentityPipeline": None,
    "pipelines.dates.DatesPipeline": None,
    "pipelines.images.ImagesPipeline": None,
    "pipelines.store.StorePipeline": None,
}


class PictureSession(ArchiveSession):
    """The hold of such a run on the archive. It is no crawl of the site: nothing is recorded of it."""

    async def record(self, reason: str | None = None) -> None:
        """Record nothing."""

    def _named_lease(self) -> str:
        """Pictures are no site's crawl: only their hosts are for one at a time."""
        return f"pictures {self.site} {self.run_id}"

    async def compare(self, reason: str) -> None:
        """Compare nothing."""


class PictureSpider(Spider):
    """Has the pictures of the stored articles of some days fetched; a subclass is named like its site."""

    days: tuple[date, date]
    again: bool

    async def start(self) -> AsyncIterator[Request]:
        """Name the articles to the pipeline, which asks for their pictures itself."""
        mirror = self.crawler.get_item_pipeline(MirrorPipeline)
        if mirror is None:
            raise RuntimeError("the pipeline of the mirror is switched off in ITEM_PIPELINES")
        mirror.again = self.again
        store = await ArchiveSession.of(self.crawler).open()
        since, until = time_span(*self.days)
        async for article in store.articles(site=self.name, since=since, until=until):
            await mirror.want(article)
        return
        yield  # there are no pages to ask for


def sites_to_ask(settings: Settings, site: SiteName | None) -> list[SiteName]:
    """The sites to be asked: the one that is named, or all that may be. Raises BadValueError for one that may not."""
    if site:
        check_origins(SITES[site], settings)
        return [site]
    found = []
    for name, each in SITES.items():
        with suppress(BadValueError):
            check_origins(each, settings)
            found.append(name)
    return found


def check_mirror(settings: Settings) -> None:
    """Find out before the first request whether a mirror can be filled. Raises NewsarchiveError."""
    check_environment()
    tried = settings.copy()
    PaceAddon().update_settings(tried)
    check_store(settings, "write")
    tried.set("NEWSARCHIVE_IMAGES", "mirror", priority="cmdline")
    check_room(tried)
    check_images_folder(tried)


def fetch_pictures(
    settings: Settings, sites: Sequence[SiteName], first: date, last: date, *, again: bool
) -> list[Outcome]:
    """Fetch the pictures of the articles of these sites and days, to the end; what that came to, site by site."""
    settings.set("NEWSARCHIVE_IMAGES", "mirror", priority="cmdline")
    settings.set("ITEM_PIPELINES", settings.getdict("ITEM_PIPELINES") | _PIPELINES, priority="cmdline")
    extensions = settings.getdict("EXTENSIONS")
    session = f"{ArchiveSession.__module__}.{ArchiveSession.__name__}"
    mine = {f"{__name__}.{PictureSession.__name__}": extensions.pop(session), session: None}
    settings.set("EXTENSIONS", extensions | mine, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    given = {"days": (first, last), "again": again}
    spiders = [type("SitePictureSpider", (PictureSpider,), given | {"name": site}) for site in sites]
    return run_crawls(process, {process.create_crawler(spider): {} for spider in spiders})


def exit_of(outcomes: Sequence[Outcome]) -> CrawlExit:
    """How fetching ended, by the codes of crawls: incomplete where a host gave no answer."""
    if any(it.reason == DISK_FULL for it in outcomes):
        return CrawlExit.DISK_FULL
    if any(it.reason != FINISHED for it in outcomes):
        return CrawlExit.STOPPED
    if any(it.count("run/unforeseen") or it.stats.get("spider_exceptions/count") for it in outcomes):
        return CrawlExit.UNFORESEEN
    if any(it.count("image/unsaved") for it in outcomes):
        return CrawlExit.UNSAVED
    return CrawlExit.INCOMPLETE if any(it.count("image/unanswered") for it in outcomes) else CrawlExit.GOOD
