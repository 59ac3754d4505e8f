"""ithome: the rolling list for what is new, the archive of a day for what was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from scrapy import Request

from newsarchive.items import Article
from spiders.archive_spider import ArchiveSpider
from spiders.arguments import DayRange


class IthomeSpider(ArchiveSpider):
    """Reads the rolling list, or the lists of the days that were asked for."""

    name = "ithome"
    takes: ClassVar[type[DayRange]] = DayRange
    arguments: DayRange

    def sources(self) -> Iterable[Request]:
        """One list a day, newest first, or the rolling list."""
        days = self.arguments.days()
        for day in days:
            yield self.list_request(f"https://www.ithome.com/list/{day}.html")
        if not days:
            yield self.list_request("https://www.ithome.com/list/")

    def complete_in_list(self, article: Article) -> bool:
        """Whole bodies come only in the feed, which is not read for articles."""
        return False
