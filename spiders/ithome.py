"""ithome: feed, mobile interface and rolling list for what is new, the archive of a day for what was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameters

from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Reading
from newsarchive.records.task import ABSENT, AUDIT, Task
from newsarchive.sites import SITES
from spiders.arguments import IthomeArguments
from spiders.base import DaySpider
from spiders.pages import Ending

_INTERFACE = "https://m.ithome.com/api/news/newslistpageget"


class IthomeSpider(DaySpider):
    """Reads the lists of the settings, or the lists of the days that were asked for."""

    name = "ithome"
    takes: ClassVar[type[IthomeArguments]] = IthomeArguments
    arguments: IthomeArguments

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self._listed: set[int] = set()

    def next_page(self, response: Response, listing: Listing) -> Request | None:
        """The mobile interface goes on from the last item's time."""
        if not response.url.startswith(_INTERFACE) or not listing.cursor:
            return None
        asked = {"Tag": "", "ot": listing.cursor, "page": "0", "hitCountAuthority": "false"}
        return self.list_request(add_or_replace_parameters(_INTERFACE, asked))

    def sorted_out(
        self, listing: Listing, reading: Reading, url: str
    ) -> tuple[list[Task], list[tuple[Article, Task | None]]]:
        """As for all sites; the ids are remembered for the audit."""
        if self.arguments.audit:
            self._listed.update(_numbers(listing.items))
        return super().sorted_out(listing, reading, url)

    def more_waits(self) -> bool:
        """As for all sites; or there is something to audit."""
        return bool(self._listed) or super().more_waits()

    async def next_tasks(self) -> list[Task]:
        """As for all sites, after the audit of what the lists named, if that was asked for."""
        if self._listed:
            await self.audit()
        return await super().next_tasks()

    async def audit(self) -> None:
        """Want the ids between those that lists named.

        What is an article there was left out by its day's list. Less than half of the ids are articles (measured on
        lists of 2026), so a gap is no fault in itself.
        """
        ids = range(max(self._listed), min(self._listed), -1)
        gaps = [number for number in ids if number not in self._listed][: self.arguments.audit]
        self._listed.clear()
        links = (SITES["ithome"].identify(f"https://m.ithome.com/html/{number}.htm") for number in gaps)
        self.crawler.stats.inc_value("link/audited_count", len(gaps))
        await self.frontier.want([self.task_for(link, source=AUDIT) for link in links if link])

    async def in_its_place(
        self, event: Event, task: Task, later: Task, *, take_carried: bool = True
    ) -> Ending:
        """As for all sites; but an id that only the audit named owes nobody an article."""
        if task.source != AUDIT:
            return await super().in_its_place(event, task, later, take_carried=take_carried)
        self.outbox.add_task(task.model_copy(update={"state": "gone", "outcome": ABSENT}))
        return Ending("absent")


def _numbers(items: Iterable[ListItem]) -> Iterable[int]:
    links = (SITES["ithome"].identify(item.url) for item in items if item.url and not item.promotion)
    return (int(link.keys["id"]) for link in links if link)
