"""The way through the archive: which articles and pages are read again, by whom, and what becomes of each.

First the stored articles, in the order of their publication; then the pages that gave no article; at last, if anything is missing that
a list may have told, the lists. Nothing holds more than some batches: an archive may be larger than the memory.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Executor, Future
from datetime import datetime
from itertools import islice
from typing import TypeVar

from newsarchive.items.article import Article, RawReference
from newsarchive.items.verdict import LIST_KINDS, Verdict
from newsarchive.reparse.asked import ReparseRequest
from newsarchive.reparse.progress import Progress
from newsarchive.reparse.reader import Job, Reread, copies_in, reread_all
from newsarchive.storage.contract import ArticleStore
from newsarchive.storage.merging import names_of
from newsarchive.storage.raw.reader import RawReader

T = TypeVar("T")
Waiting = tuple[Future[list[Reread]], list[tuple[Job, str]]]

BATCH = 8
"""Articles that travel to a worker at a time: one by one the way costs as much as the work."""
AHEAD = 4
"""Batches that a worker has before it, so that it never waits."""
_KNOWN_AT_ONCE = 200


class Reparsing:
    """One reading of an archive: goes on where its progress says."""

    def __init__(
        self,
        store: ArticleStore,
        raw: RawReader,
        request: ReparseRequest,
        *,
        progress: Progress,
        pool: tuple[Executor, int],
        note: Callable[[RawReference, Verdict], None] | None = None,
        advance: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`note` is told what a page is judged to be from now on, `advance` how many further articles were read."""
        self._store = store
        self._raw = raw
        self._request = request
        self._progress = progress
        self._executor, workers = pool
        self._window = workers * AHEAD
        self._note_verdict = note
        self._advance = advance

    async def run(self) -> None:
        """Read all that is asked for. What was found is in the progress.

        Raises what the store raises; the same request goes on there later.
        """
        await self._write(self._progress.unwritten())
        await self._through("articles", self._stored())
        if self._request.parser_before is None:
            await self._through("pages", self._without_article())
        await self._ask_lists()
        await self._through("incomplete", self._incomplete())

    # What there is to do.

    async def _stored(self) -> AsyncIterator[tuple[Job, str]]:
        """The stored articles that are asked for, each with its place in their order."""
        request, position = self._request, self._progress.position("articles")
        spans = [(request.since, request.until)]
        if position:
            # Articles without a time come last, and only in the order of all.
            spans = [(datetime.fromisoformat(position), request.until)]
            spans += [] if request.since or request.until else [(None, None)]
        for since, until in spans:
            async for article in self._store.stored_articles(site=request.site, since=since, until=until):
                if not self._progress.is_done(article.identity):
                    position = article.published_at.isoformat() if article.published_at else position
                    yield Job(article), position

    async def _without_article(self) -> AsyncIterator[tuple[Job, str]]:
        """The pages that belong to no stored article, each name once, with its place in the order of their fetching."""
        begin = self._progress.position("pages")
        asked = (
            (record, f"{record.fetched_at.isoformat()} {record.reference.file} {record.reference.offset:012}")
            for record in self._raw.index.all()
            if self._request.takes_page(record)
        )
        behind = ((record, place) for record, place in asked if place > begin)
        for some in _batches(behind, _KNOWN_AT_ONCE):
            names = {name for record, _ in some for name in (record.identity, record.url) if name}
            known = await self._store.known(names)
            for record, place in some:
                name = record.identity or record.url
                job = Job(name)
                if known.isdisjoint({name, record.url}) and not self._progress.is_done(job.name):
                    yield job, place

    async def _ask_lists(self) -> None:
        """Keep what lists have of the articles that are incomplete."""
        if not self._progress.incomplete("", 1):
            return
        begin = self._progress.position("lists")
        lists = (
            record
            for record in self._raw.index.all()
            if (record.verdict in LIST_KINDS or (record.verdict is None and record.identity is None))
            and self._request.site in {None, record.site}
        )
        for some in _batches(
            (one for one in lists if one.fetched_at.isoformat() >= begin), BATCH * self._window
        ):
            futures = [
                self._executor.submit(copies_in, self._raw.directory, part) for part in _batches(some, BATCH)
            ]
            copies = [copy for future in futures for copy in await asyncio.wrap_future(future)]
            with self._progress.together():
                self._progress.add_copies(copies)
                self._progress.set_position("lists", some[-1].fetched_at.isoformat())

    async def _incomplete(self) -> AsyncIterator[tuple[Job, str]]:
        """The articles for which lists were asked."""
        after = self._progress.position("incomplete")
        while some := self._progress.incomplete(after, BATCH):
            for identity in some:
                after = identity
                if article := await self._store.stored_article(identity):
                    yield Job(article, self._progress.copies(identity)), identity

    # What becomes of it.

    async def _through(self, stage: str, jobs: AsyncIterator[tuple[Job, str]]) -> None:
        """Let the workers do the jobs of a stage, and take what they found in the order of the jobs."""
        waiting: deque[Waiting] = deque()
        batch: list[tuple[Job, str]] = []

        def submit() -> None:
            asked = [job for job, _ in batch]
            work = self._executor.submit(reread_all, self._raw.directory, asked, self._request)
            waiting.append((work, [*batch]))
            batch.clear()

        try:
            async for job in jobs:
                batch.append(job)
                if len(batch) == BATCH:
                    submit()
                while len(waiting) > self._window:
                    await self._take(stage, *waiting.popleft())
            if batch:
                submit()
            while waiting:
                await self._take(stage, *waiting.popleft())
        finally:
            for work, _ in waiting:
                work.cancel()

    async def _take(self, stage: str, work: Future[list[Reread]], jobs: list[tuple[Job, str]]) -> None:
        pairs: list[tuple[Article | None, Article]] = []
        found = await asyncio.wrap_future(work)
        stored = await self._store.known(
            {name for one in found if one.end == "new" and one.article for name in names_of(one.article)}
        )
        counted: Counter[str] = Counter()
        with self._progress.together():
            self._progress.set_done(job.name for job, _ in jobs)
            for (job, _), one in zip(jobs, found, strict=True):
                if one.article and not stored.isdisjoint(names_of(one.article)):
                    continue  # another name of a stored one, which is read by itself
                counted += self._note(job, one)
                if one.article and self._request.apply and (one.end != "worse" or self._request.force):
                    pairs.append((None if isinstance(job.of, str) else job.of.read(), one.article))
            self._progress.count(counted)
            self._progress.set_unwritten(pairs)
            self._progress.set_position(stage, jobs[-1][1])
        await self._write(pairs)
        self._advance(
            sum(one.end not in {"incomplete", "not_asked"} for one in found) if stage != "pages" else 0
        )

    def _note(self, job: Job, one: Reread) -> Counter[str]:
        """Keep what was found of an article or page. Returns what is to be counted."""
        progress = self._progress
        if one.end == "not_asked":
            return Counter()
        if one.end == "incomplete":
            progress.set_incomplete(one.name)
            return Counter()
        for page, why in one.unread:
            progress.name("unread", page, why)
        for judged in one.judged:
            progress.name("judged", judged.capture.url, f"{judged.before} → {judged.after}")
            if self._note_verdict and (not one.worse or self._request.force):
                self._note_verdict(judged.capture.reference, judged.after)
        counted = Counter({"pages": one.pages, one.end: 1, "judged": len(one.judged)})
        if not isinstance(job.of, str):
            counted["articles"] += 1
        if one.end == "same" and one.article:
            counted["parser_only"] += 1
        if one.end in {"lost", "no_page", "new"}:
            progress.name(one.end, one.name, one.unread[-1][1] if one.unread else "")
        if one.worse:
            progress.name("worse", one.name, ", ".join(one.worse))
        else:
            for field, (before, after) in one.fields.items():
                counted[f"field {field}"] += 1
                progress.sample(field, one.name, before, after)
        return counted

    async def _write(self, pairs: list[tuple[Article | None, Article]]) -> None:
        """Write into the store what was decided, and say so."""
        if not pairs:
            return
        rewritten = [(held, new) for held, new in pairs if held is not None]
        done = await self._store.rewrite_articles(rewritten)
        await self._store.save_articles([new for held, new in pairs if held is None])
        with self._progress.together():
            for (held, _), written in zip(rewritten, done, strict=True):
                if not written:
                    self._progress.name("meanwhile", held.identity, "a crawl has changed it meanwhile")
                    self._progress.count({"meanwhile": 1})
            self._progress.clear_unwritten()


def _batches(items: Iterable[T], size: int) -> Iterable[list[T]]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
