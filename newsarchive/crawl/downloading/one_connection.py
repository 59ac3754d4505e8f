"""Scrapy's downloader, with one connection a host however busy this machine is."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.http import Response
from twisted.internet.defer import Deferred


class OneConnectionDownloader(Downloader):
    """Counts a request as under way from when it leaves its queue.

    Scrapy counts it when its task has begun. Where the process is held up for longer than a host's pause between the two, the next
    one leaves as well. Without a pause, on sample sites, it may: waiting for each answer would take longer.
    """

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        if slot.delay:
            slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)
