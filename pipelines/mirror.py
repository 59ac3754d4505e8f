"""The pictures of every article, fetched into the mirror while the crawl goes on."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, cast

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, NotConfigured
from scrapy.http import Response
from scrapy.pipelines.media import FileInfo, FileInfoOrError, MediaPipeline
from twisted.python.failure import Failure

from newsarchive.crawl.context import KEY, PageContext
from newsarchive.crawl.reasons import OK, RefusedError, reason_of, reason_of_status
from newsarchive.crawl.session import ArchiveSession
from newsarchive.errors import NewsarchiveError
from newsarchive.images.content import Content, NoPictureError, content_of
from newsarchive.images.mirror import Mirror, file_name
from newsarchive.images.names import addresses, picture_key, pictures_of
from newsarchive.images.placeholders import PLACEHOLDER, is_confirmed, is_placeholder, is_smaller, seen_again
from newsarchive.items.article import Article
from newsarchive.monitoring.reasons import OFF_SITE, ROBOTS, meaning
from newsarchive.sites import SITES
from newsarchive.sites.site import host_of
from newsarchive.storage.collections import (
    MIRRORED_PICTURES,
    WANTED_PICTURES,
    MirroredPicture,
    WantedPicture,
    WantedPictures,
)
from pipelines.adapter import Item, article_of

logger = logging.getLogger(__name__)

MOST_TRIES = 3
"""A picture that was refused so often is not asked for again, unless somebody says so."""
_ACCEPT = "image/avif,image/webp,image/png,image/jpeg,image/gif,image/*;q=0.8"
_ATTEMPT = "newsarchive_picture"


@dataclass(slots=True, eq=False)
class _Attempt:
    """One request for a picture, and what came of it: a kept picture, or an error.

    `is_last` tells whether there is no other form to ask for, `before` is what the earlier form's content is called.
    """

    wanted: WantedPicture
    key: str
    url: str
    is_last: bool = True
    before: str = ""
    content: Content | None = None
    came: str = ""
    kept: MirroredPicture | None = None
    error: BaseException | None = None


class MirrorPipeline(MediaPipeline):
    """Scrapy's pipeline for media with a mirror for a store; on where `NEWSARCHIVE_IMAGES` is `mirror`.

    An article passes at once: what it shows is written down as wanted, and fetched one by one beside the crawl, with all
    that holds for pages (robots.txt, one connection a host, delays, pauses, no other host). The crawl ends when all is
    answered; what a killed or stopped run leaves is fetched by the next.

    (Scrapy's `FilesPipeline` would name files by address, ask again after 90 days, write them in place and hold each
    article back until its last picture is there; its `ImagesPipeline` also encodes them anew.)
    """

    LOG_FAILED_RESULTS = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        settings = crawler.settings
        self._session = ArchiveSession.of(crawler)
        self._site = SITES[crawler.spidercls.name]
        self.mirror = Mirror(Path(settings["NEWSARCHIVE_IMAGES_FOLDER"]))
        self._most_bytes = settings.getint("NEWSARCHIVE_IMAGE_BYTES")
        self._most_of_article = settings.getint("NEWSARCHIVE_IMAGES_AN_ARTICLE")
        self._most_of_run = settings.getint("NEWSARCHIVE_IMAGES_RUN_BYTES")
        self.again = False
        """Whether those are asked for, too, that were refused for good."""
        self._bytes = 0
        self._waiting: dict[str, WantedPictures] = {}
        self._asked: set[str] = set()
        self._silent: Counter[str] = Counter()
        self._is_open = False
        self._fetching: asyncio.Task[None] | None = None
        self._ending = False
        crawler.signals.connect(self._go_on, signals.spider_opened)
        crawler.signals.connect(self._idle, signals.spider_idle)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline. Raises NotConfigured where no mirror is wanted."""
        if crawler.settings["NEWSARCHIVE_IMAGES"] != "mirror":
            raise NotConfigured
        return cls(crawler)

    # What is wanted.

    async def process_item(self, item: Item) -> Item:  # type: ignore[override]
        """Write down which pictures of an article are wanted, and let it pass. Raises for what is no article."""
        article = article_of(item)
        try:
            await self.want(article)
        except NewsarchiveError as error:  # no reason to lose the article
            logger.warning("Pictures of %s are not written down: %s", article.identity, error)
        return item

    async def want(self, article: Article) -> None:
        """Have the pictures of an article fetched that are not there. Raises what the store raises."""
        wanted: list[WantedPicture] = []
        for picture in pictures_of(article):
            known = await self._known(picture)
            if known:
                self._count(known)
            elif len(wanted) < self._most_of_article:
                wanted.append(picture)
            else:
                self._refuse(picture, "too_many_pictures")
        if not wanted:
            return
        self._waiting[article.identity] = pictures = WantedPictures(pictures=tuple(wanted))
        store = await self._session.open()
        await store.put_document(WANTED_PICTURES, article.identity, pictures)
        self._go_on()

    async def _known(self, picture: WantedPicture) -> str:
        """What became of a picture: `known` where it is there, `left` where it is not asked for again, else nothing."""
        key = picture_key(picture.url)
        if key is None:
            return ""
        held = await (await self._session.open()).get_document(MIRRORED_PICTURES, key)
        if held is None:
            return ""
        if held.file:
            return "known" if self.mirror.has(held.file) else ""
        return "left" if held.tries >= MOST_TRIES and not self.again else ""

    # Fetching, one picture after the other: nearly all are on one host, which has one connection.

    def _go_on(self) -> None:
        if (self._waiting or not self._is_open) and self._fetching is None and not self._ending:
            self._fetching = asyncio.ensure_future(self._fetch_all())

    @property
    def _stops(self) -> bool:
        """Whether the crawl is to end before all is there."""
        return self._ending or not self.crawler.crawling or not self.crawler.engine.running

    async def _fetch_all(self) -> None:
        try:
            await self._take_up()
            while self._waiting and not self._stops:
                identity = next(iter(self._waiting))
                await self._fetch_of(identity, self._waiting.pop(identity))
        except NewsarchiveError as error:
            # The store or the disk takes nothing: what is wanted is written down, or will be found by `images fetch`.
            logger.error("Pictures are left to a later run: %s", error)  # noqa: TRY400
            self._session.warn(f"pictures are left to a later run: {error}")
            self._count("unsaved")
            self._ending = True
        except Exception as error:
            logger.exception("Pictures cannot be fetched")
            self._session.unforeseen(error, "fetching pictures")
            self._ending = True
        finally:
            self._fetching = None
            if slot := self.crawler.engine._slot:  # noqa: SLF001 - an idle engine looks again only every five seconds
                slot.nextcall.schedule()

    async def _take_up(self) -> None:
        """Take up what earlier runs of the site left."""
        if self._is_open:
            return
        self._is_open = True
        store = await self._session.open()
        left = await store.documents(WANTED_PICTURES)
        mine = {name: wanted for name, wanted in left.items() if name.startswith(f"{self._site.name}:")}
        self._waiting = mine | self._waiting

    async def _fetch_of(self, identity: str, wanted: WantedPictures) -> None:
        """Fetch the pictures of an article. It is settled when each is answered, by the picture or by a refusal of it."""
        store = await self._session.open()
        settled = True
        for picture in wanted.pictures:
            if self._stops:
                return
            key = picture_key(picture.url)
            if key is None or not self._site.has_image_host(host_of(picture.url)):
                self._refuse(picture, OFF_SITE)
            elif not await self._known(picture):
                settled &= await self._ask(picture, key)
        if settled:
            await store.delete_document(WANTED_PICTURES, identity)

    async def _ask(self, wanted: WantedPicture, key: str) -> bool:
        """Fetch a picture once in a run, as long as its host answers; whether no later run is to ask again."""
        if key in self._asked:
            return False
        if self._silent[host_of(wanted.url)] >= MOST_TRIES:
            self._count("unanswered")
            return False
        if self._bytes >= self._most_of_run:
            self._refuse(wanted, "enough_for_a_run")
            self._count("unanswered")
            return False
        self._asked.add(key)
        return await self._fetch(wanted, key)

    async def _fetch(self, wanted: WantedPicture, key: str) -> bool:
        """Fetch a picture in its best form, else in the page's own; whether no later run is to ask again."""
        first: BaseException | None = None
        before = ""
        forms = addresses(wanted.url)
        for url in forms:
            attempt = _Attempt(wanted, key, url, is_last=url == forms[-1], before=before)
            await super().process_item(attempt)
            before = attempt.came
            if attempt.kept:
                self._count("kept")
                if first:
                    logger.warning("The original of %s is not kept: %s (%s)", url, _reason(first), first)
                return True
            first = first or attempt.error
            if self._stops or not _is_answer(attempt.error):
                break
        if first is None:
            return False
        reason = _reason(first)
        self._refuse(wanted, reason, first)
        if not _is_answer(first):
            self._count("unanswered")
            self._silent[host_of(wanted.url)] += 1
            return False
        if reason == ROBOTS:
            self._count("unanswered")
        store = await self._session.open()
        held = await store.get_document(MIRRORED_PICTURES, key)
        refused = MirroredPicture(
            url=wanted.url, reason=reason, tries=(held.tries if held else 0) + 1, fetched_at=datetime.now(UTC)
        )
        await store.put_document(MIRRORED_PICTURES, key, refused)
        return refused.tries >= MOST_TRIES

    # What Scrapy's pipeline asks for.

    def get_media_requests(self, item: object, info: MediaPipeline.SpiderInfo) -> list[Request]:  # noqa: ARG002
        """The request for a picture, with the page that its host wants to hear of."""
        attempt = cast("_Attempt", item)
        headers = {"Accept": _ACCEPT}
        if self._site.image_referrer:
            headers["Referer"] = self._site.image_referrer
        meta = {KEY: PageContext(picture=True), _ATTEMPT: attempt, "download_maxsize": self._most_bytes}
        try:
            return [Request(attempt.url, headers=headers, meta=meta)]
        except ValueError as error:  # an address that cannot be asked for
            attempt.error = NoPictureError("no_address", str(error))
            return []

    def media_to_download(
        self, request: Request, info: MediaPipeline.SpiderInfo, *, item: object = None
    ) -> None:
        """Nothing is known before: what is there was looked up when it was wanted."""

    async def media_downloaded(
        self,
        response: Response,
        request: Request,
        info: MediaPipeline.SpiderInfo,
        *,
        item: object = None,
    ) -> FileInfo:
        """Keep a picture that is one. Raises RefusedError, NoPictureError, OutputError, and what the store raises."""
        attempt: _Attempt = request.meta[_ATTEMPT]
        if response.status != OK:
            raise RefusedError(reason_of_status(response.status), f"{response.url} answers {response.status}")
        self._bytes += len(response.body)
        self.crawler.stats.inc_value("image/bytes", len(response.body))
        attempt.content = content = content_of(response.body)
        attempt.came = name = self.file_path(request, response, info, item=item)
        store = await self._session.open()
        if self._site.image_placeholder and await self._is_placeholder(content, name, attempt):
            raise NoPictureError(PLACEHOLDER, f"{response.url} is the host's placeholder")
        self.mirror.keep(response.body, content)
        attempt.kept = MirroredPicture(
            url=attempt.url,
            file=name,
            width=content.width,
            height=content.height,
            size=len(response.body),
            fetched_at=datetime.now(UTC),
        )
        await store.put_document(MIRRORED_PICTURES, attempt.key, attempt.kept)
        return FileInfo(url=attempt.url, path=name, checksum=name.partition(".")[0], status="downloaded")

    async def _is_placeholder(self, content: Content, name: str, attempt: _Attempt) -> bool:
        if is_confirmed(content, attempt.wanted):
            return False
        if is_placeholder(content, attempt.wanted):
            return True
        if is_smaller(content, attempt.wanted) and (name == attempt.before or not attempt.is_last):
            return True  # the original is as large as the page says, and no picture is the same in all sizes
        return await seen_again(await self._session.open(), self.mirror, name, attempt.key)

    def media_failed(self, failure: Failure, request: Request, info: MediaPipeline.SpiderInfo) -> None:  # type: ignore[override]  # noqa: ARG002
        """Note why there is no picture; the crawl goes on. Raises where it is not the picture's fault."""
        if isinstance(failure.value, NewsarchiveError):
            failure.raiseException()
        request.meta[_ATTEMPT].error = failure.value

    def item_completed(
        self,
        results: list[FileInfoOrError],
        item: object,
        info: MediaPipeline.SpiderInfo,  # noqa: ARG002
    ) -> object:
        """Raise what the store or the disk said."""
        for well, result in results:
            if not well and isinstance(result, Failure):
                result.raiseException()
        return item

    def file_path(
        self,
        request: Request,
        response: Response | None = None,
        info: MediaPipeline.SpiderInfo | None = None,  # noqa: ARG002
        *,
        item: object = None,  # noqa: ARG002
    ) -> str:
        """A picture's name: that of its content. Raises ValueError before that is known."""
        content = request.meta[_ATTEMPT].content
        if response is None or content is None:
            raise ValueError("a picture is named by its content")
        return file_name(response.body, content)

    # The end of a run.

    def _idle(self) -> None:
        """Let the crawl wait for its pictures. Raises DontCloseSpider."""
        self._go_on()
        if self._fetching:
            raise DontCloseSpider

    async def close_spider(self) -> None:
        """Stop, where the crawl was stopped; what is wanted stays written down."""
        self._ending = True
        if self._fetching:
            with suppress(asyncio.CancelledError):
                await self._fetching

    # What is told.

    def _count(self, name: str) -> None:
        self.crawler.stats.inc_value(f"image/{name}_count")

    def _refuse(self, wanted: WantedPicture, reason: str, error: BaseException | None = None) -> None:
        self._count("refused")
        self.crawler.stats.inc_value(f"image/refused/{reason}")
        logger.warning(
            "No picture from %s: %s, %s (%s)", wanted.url, reason, meaning(reason), error or reason
        )


def _reason(error: BaseException | None) -> str:
    return error.reason if isinstance(error, NoPictureError) else reason_of(error) if error else ""


def _is_answer(error: BaseException | None) -> bool:
    """Whether an error says something of the picture, rather than of the network or how busy its host is."""
    reason = _reason(error)
    return (
        isinstance(error, NoPictureError)
        or reason in _ANSWERS
        or (reason[:6] == "http_4" and reason != "http_429")
    )


_ANSWERS = frozenset({"too_large", "cut_off", "redirect_loop", "decompression_bomb", OFF_SITE, ROBOTS})
