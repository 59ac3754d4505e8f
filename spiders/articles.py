"""Reading of articles: what stands at an address, and what becomes of its task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from newsarchive.crawl.conditional import conditions, is_conditional, rendered, validators
from newsarchive.crawl.context import context_of
from newsarchive.crawl.reasons import reason_of, reason_of_status
from newsarchive.crawl.revisit_policy import NextVisit, after_notice
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.verdict import ARTICLE_KINDS, CHALLENGES, NOTICES
from newsarchive.monitoring.reasons import OFF_SITE
from newsarchive.records.page import Reading
from newsarchive.records.task import Task
from newsarchive.sites import SITES
from newsarchive.storage.merging import is_provisional
from spiders.pages import GONE, NOT_MODIFIED, Ending, Found, PageSpider, placed

FIRST_ERROR = 400
MOVED = "moved"
"""The kind of event by which an article's address leads to another page."""


class ArticleSpider(PageSpider):
    """Reads the pages of articles, or says what stands in their place. Its site says which others they lead to."""

    def article_request(self, task: Task) -> Request:
        """A request for an article, conditional where a copy is held."""
        return Request(
            task.url,
            self.parse_article,
            errback=self.failed,
            headers=conditions(task.etag, task.last_modified) if task.state == "done" else None,
            dont_filter=True,
            cb_kwargs={"task": task},
        )

    async def parse_article(self, response: Response, task: Task) -> Sequence[Found]:
        """Read an article's page, or record why there is none."""
        try:
            return await self.ended(lambda: self.read_article(response, task))
        except CloseSpider:
            raise
        except Exception as error:
            self.outbox.add_task(self.frontier.missed(task, reason_of(error)))
            raise

    async def read_article(self, response: Response, task: Task) -> Ending:
        """What an article's page comes to."""
        if response.status == NOT_MODIFIED:
            if not is_conditional(response.request):
                return self.without_page(task, reason_of_status(NOT_MODIFIED))
            self.outbox.add_task(
                self.frontier.read(task, "unmodified", task.published_at, task.etag, task.last_modified)
            )
            return Ending("unmodified")
        reading = self.reading(response, task)
        if context_of(response).moved_to:
            return await self.off_site(response, reading, task)
        article = reading.article if reading.verdict in ARTICLE_KINDS else None
        if article is None and (reading.verdict in NOTICES | CHALLENGES or response.status in GONE):
            return await self.no_article(response, reading, task)
        if response.status < FIRST_ERROR and (address := moved_to(reading, task, response)):
            return await self.moved(response, reading, task, address)
        if article is None and self.may_render(reading, response):
            return Ending("substituted", "browser", [rendered(response.request)])
        if article is None:
            return self.unreadable(response, reading, task, str(reading.verdict))
        article = placed(article, response, named(article, task, response.url))
        await self.follow(article, task)
        self.session.sample.read(article, revisit=task.state == "done")
        done = self.frontier.read(task, str(reading.verdict), article.published_at, *validators(response))
        failed = self.frontier.missed(task, "failed")
        return Ending("article", found=[self.outbox.announce(article, done, failed, len(response.body))])

    async def follow(self, article: Article, task: Task) -> None:
        """Want the articles to which an article leads: none, as long as its site names no other."""

    def may_render(self, reading: Reading, response: Response) -> bool:
        """Whether a page without content should be tried in the browser."""
        verdicts = self.settings.getdict("NEWSARCHIVE_BROWSER").get(self.name, ())
        return reading.verdict in verdicts and not response.meta.get("playwright")

    def unreadable(
        self, response: Response, reading: Reading, task: Task, verdict: str | None = None
    ) -> Ending:
        """A page that is no article and no word on one. Where its host asked for a rest, its pause alone says how long."""
        visit = NextVisit(task.state, timedelta(0)) if context_of(response).asked_for_rest else None
        return self.without_page(task, self.failure(response, reading, "article"), verdict, visit)

    async def no_article(self, response: Response, reading: Reading, task: Task) -> Ending:
        """A notice or challenge in an article's place, and when its page is tried again."""
        challenged = reading.verdict in CHALLENGES
        if response.status >= FIRST_ERROR and response.status not in GONE and not challenged:
            return self.unreadable(response, reading, task)
        kind = "gone" if response.status in GONE else str(reading.verdict)
        # The host of a challenge is left alone for as long as the pause lasts or until somebody lifts it.
        visit = NextVisit(task.state, timedelta(0)) if challenged else after_notice(task, kind)
        missed = self.frontier.missed(task, kind, visit)
        event = self.event(response, reading, kind, task)
        # After a challenge the page is still to be read; after a notice a list's copy is all that there is.
        return await self.in_its_place(event, task, missed, take_carried=not challenged)

    async def in_its_place(
        self, event: Event, task: Task, later: Task, *, take_carried: bool = True
    ) -> Ending:
        """An event where an article was asked for; what a list carried of it is taken, and then that settles the task."""
        found = self.carried(task, later) if take_carried else []
        await self.outbox.add_event(event, None if found else later)
        return Ending("event", event.kind, found)

    async def moved(self, response: Response, reading: Reading, task: Task, address: str) -> Ending:
        """An article's address leads to another page: an event of the article, which stays as it is.

        An article that is held is looked at again by its age; one that never was is tried as after a notice.
        """
        event = self.event(response, reading, MOVED, task).model_copy(
            update={"identity": task.name, "url": task.url, "notice": address}
        )
        if task.state == "done":
            later = self.frontier.read(task, MOVED, task.published_at, None, None, alive=False)
        else:
            later = self.frontier.missed(task, MOVED, after_notice(task, MOVED))
        ending = await self.in_its_place(event, task, later)
        if ending.outcome == "event" and reading.article is not None and reading.article.identity:
            other = self.outbox.announce(placed(reading.article, response))
            return replace(ending, found=[*ending.found, other])
        return ending

    async def off_site(self, response: Response, reading: Reading, task: Task) -> Ending:
        """An address that leads off the site: an event, and asked again in later runs, as it may not last."""
        event = self.event(response, reading, MOVED, task).model_copy(update={"url": task.url})
        ending = await self.in_its_place(event, task, self.frontier.missed(task, OFF_SITE))
        if ending.outcome == "event":
            self.crawler.stats.inc_value("page/off_site_count")
        return ending


def moved_to(reading: Reading, task: Task, response: Response) -> str | None:
    """The address to which an article's own leads now, where that is another article's or none; None where all is well.

    A page that says which article it is, is believed; of one that does not, the address tells. A short link may lead to
    any article: which one it stands for is what its page is to say.
    """
    if is_provisional(task.name):
        return None
    if reading.moved_to:
        return reading.moved_to
    article, link = reading.article, SITES[task.site].identify(response.url)
    at_its_place = link is not None and link.identity == task.name
    if article is not None and article.identity and not is_provisional(article.identity):
        if article.identity == task.name:
            return None
        return article.url if at_its_place else response.url
    return None if at_its_place or "redirect_urls" not in response.meta else response.url


def named(article: Article, task: Task, url: str) -> dict[str, Any]:
    """An article's fields with the names that led to it; one that names no article itself is the one that was asked for."""
    identity, own_url = article.identity or task.name, article.url or task.url
    names = dict.fromkeys((*article.aliases, task.name, task.url, url))
    aliases = tuple(name for name in names if name not in (identity, own_url))
    return {"identity": identity, "url": own_url, "aliases": aliases}
