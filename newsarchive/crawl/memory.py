"""End a crawl that takes too much memory, before the system ends it without a word."""

from __future__ import annotations

import logging
import resource
from contextlib import suppress
from pathlib import Path

from scrapy.crawler import Crawler
from scrapy.extensions.memusage import MemoryUsage

_STATM = Path("/proc/self/statm")


class ResidentMemory(MemoryUsage):
    """Scrapy's extension (`MEMUSAGE_LIMIT_MB`), by the memory that the process holds now.

    Scrapy asks for the highest ever, and Linux hands that of the program that started this one on to it: a crawl that a
    large program started would end at once.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # It tells the size at each look, which is nobody's news.
        logging.getLogger(MemoryUsage.__module__).setLevel(logging.WARNING)

    def get_virtual_size(self) -> int:
        """Bytes of memory; where Linux does not tell, the most that there ever were."""
        with suppress(OSError):
            return int(_STATM.read_text().split()[1]) * resource.getpagesize()
        return super().get_virtual_size()
