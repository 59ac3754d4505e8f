"""The last station before the network: pauses of hosts, then the origin."""

from __future__ import annotations

from copy import copy
from functools import cached_property

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.task import LoopingCall
from w3lib.url import safe_url_string

from newsarchive.crawl.context import context_of
from newsarchive.crawl.downloading.connections import LimitedHTTPHandler, PublicHTTPHandler
from newsarchive.crawl.downloading.origins import mapped, origin, unmapped
from newsarchive.crawl.downloading.throttle import on_this_machine
from newsarchive.crawl.downloading.trust import is_own
from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.reasons import RefusedError
from newsarchive.crawl.session import ArchiveSession
from newsarchive.monitoring.reasons import OFF_SITE
from newsarchive.monitoring.stopwatch import FETCHING
from newsarchive.sites import SITES

SWEEP_SECONDS = 1.0


class ArchiveDownloadHandler(BaseDownloadHandler):
    """Scrapy's HTTP handler behind the pauses of hosts, with origins mapped.

    The mapping is done here, at the last moment: robots.txt, delays, slots, the raw store and every stored URL see the
    real one. Only what is mapped may come from an address that is not public: that was somebody's purpose.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._site = SITES[crawler.spidercls.name]
        self._host_pause = HostPause.of(crawler)
        self._watch = ArchiveSession.of(crawler).watch
        # Made safe here, so that what is put behind them is: addresses of requests are.
        origins: dict[str, str] = crawler.settings.getdict("NEWSARCHIVE_ORIGINS")
        self._origins = {site: safe_url_string(base) for site, base in origins.items()}
        self._only_mapped = on_this_machine(crawler.settings)
        # Twisted lets go of time-outs that are over only when one of its calls comes due; two a page would wait for that
        # for a minute, and take more memory than all else that is remembered of it.
        self._sweep = LoopingCall(lambda: None)
        self._sweep.start(SWEEP_SECONDS, now=False)

    # Each is made when it is needed: a crawl seldom needs both, and each reads all certificates of the machine.

    @cached_property
    def _public(self) -> PublicHTTPHandler:
        return PublicHTTPHandler(self.crawler)

    @cached_property
    def _chosen(self) -> LimitedHTTPHandler:
        return LimitedHTTPHandler(self.crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch, when the host is not left alone.

        Raises HostPausedError where it is, RefusedError where the page turned out to be another host's, and for a real host
        in a crawl of sites on this machine: such a crawl may be a hurried one.
        """
        with await self._host_pause.let_through(request), self._watch.stage(FETCHING):
            return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        if origin(request.url) in self._origins:
            # With the same headers and meta: a whole new one costs a fiftieth of a page's time.
            asked = copy(request)
            asked._url = mapped(request.url, self._origins)  # noqa: SLF001 - nobody else has this one
            response = await self.fetch(asked, anywhere=True)
            url = request.url if response.url == asked.url else unmapped(response.url, self._origins)
            response._set_url(url)  # noqa: SLF001 - nobody has seen it yet, and a copy costs a twentieth of a page's time
        elif self._only_mapped:
            raise RefusedError("not_mapped", f"{request.url} is in no origin of NEWSARCHIVE_ORIGINS")
        else:
            # A proxy is chosen by the operator, and finds the host's address itself.
            response = await self.fetch(request, anywhere="proxy" in request.meta)
        if not is_own(response.url, self._site, picture=context_of(request).picture):
            raise RefusedError(OFF_SITE, f"{request.url} led to {response.url}")
        # Not a copy that a handler made: what later stations note in the request's meta is found by the response's.
        response.request = request
        return response

    async def fetch(self, request: Request, *, anywhere: bool) -> Response:
        """Fetch at last. `anywhere`: whether the address may be one that is not public, because it was chosen."""
        return await (self._chosen if anywhere else self._public).download_request(request)

    async def close(self) -> None:
        """Close the connections."""
        if self._sweep.running:
            self._sweep.stop()
        for name in {"_public", "_chosen"} & vars(self).keys():
            await getattr(self, name).close()
