"""All that a store keeps, kind by kind: what a dump has a line of, and what is carried from one store into another.

What an engine derives of it (numbers, bands, the index of texts, hashes) is made again where a record is put. Each kind has one
order, the same in every engine, so that equal stores give equal dumps, and two stores are compared by reading both once.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from newsarchive.errors import StoreVersionError
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.record import EARLIEST, Record
from newsarchive.records.pick import Pick
from newsarchive.records.revision import Revision
from newsarchive.records.run import Run
from newsarchive.records.story_link import StoryLink
from newsarchive.records.task import Task
from newsarchive.storage.collections import UNFINISHED_COPIES
from newsarchive.storage.contract import Access, Store
from newsarchive.storage.keys import event_key, words_key
from newsarchive.storage.merging import DERIVED, milliseconds, names_of

C = TypeVar("C", bound=Record)


class HeldArticle(Record):
    """An article with what a store knows of it besides.

    `names` are the names that lead to it, sorted, where these are not just its own (another article may have claimed one
    first). `linked` says that its text is in the index of texts, and its links to other articles were looked for.
    """

    article: Article
    names: tuple[str, ...] | None = None
    linked: bool = False


class HeldDocument(Record):
    """A small document as it is stored: the name of its collection, its key and its fields, of whatever version."""

    collection: str
    key: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ContentKind(Generic[C]):
    """A kind of records: its name, which is that of its table or collection too, and where a record stands among them.

    No two records have one `place`. Engines give them in the order of its first `leading` parts at least.
    """

    name: str
    record: type[C]
    place: Callable[[C], tuple[Any, ...]]
    leading: int

    def text(self, record: C) -> str:
        """A record as JSON in one line."""
        if isinstance(record, HeldArticle):
            return record.model_dump_json(exclude={"article": dict.fromkeys(DERIVED, True)})
        return record.model_dump_json()

    async def ordered(self, given: AsyncIterable[C]) -> AsyncIterator[C]:
        """Records of an engine in the order of their places, times exact to the millisecond, each once."""
        group: dict[tuple[Any, ...], C] = {}
        start: tuple[Any, ...] = ()
        async for one in given:
            record = _exact(one)
            place = self.place(record)
            if place[: self.leading] != start:
                for held in sorted(group):
                    yield group[held]
                group, start = {}, place[: self.leading]
            group[place] = record
        for held in sorted(group):
            yield group[held]


def _exact(record: C) -> C:
    """A record with its times as every engine can keep them."""
    times = {
        name: milliseconds(value)
        for name, value in record.__dict__.items()
        if type(value) is datetime and value.microsecond % 1000
    }
    return record.model_copy(update=times) if times else record


def own_names(article: Article, names: set[str]) -> tuple[str, ...] | None:
    """The names that lead to an article, as `HeldArticle` keeps them."""
    return None if names == set(names_of(article)) else tuple(sorted(names))


def leading_names(held: HeldArticle) -> tuple[str, ...]:
    """All names that lead to a held article."""
    return tuple(names_of(held.article)) if held.names is None else held.names


ARTICLES = ContentKind(
    "articles",
    HeldArticle,
    lambda it: (
        it.article.published_at is None,
        it.article.published_at or EARLIEST,
        it.article.identity,
    ),
    3,
)
REVISIONS = ContentKind("revisions", Revision, lambda it: (it.replaced_at, it.identity, words_key(it)), 2)
STORY_LINKS = ContentKind("story_links", StoryLink, lambda it: (it.identity, it.other, it.kind), 1)
EVENTS = ContentKind("events", Event, lambda it: (it.observed_at, event_key(it)), 1)
PICKS = ContentKind("picks", Pick, lambda it: (it.day, it.position, it.url), 2)
RUNS = ContentKind("runs", Run, lambda it: (it.started_at, it.run_id), 1)
TASKS = ContentKind("tasks", Task, lambda it: (it.name,), 1)
DOCUMENTS = ContentKind("documents", HeldDocument, lambda it: (it.collection, it.key), 2)
KINDS: tuple[ContentKind[Any], ...] = (
    ARTICLES,
    REVISIONS,
    STORY_LINKS,
    EVENTS,
    PICKS,
    RUNS,
    TASKS,
    DOCUMENTS,
)
"""All kinds, in the order in which they are carried."""


async def refuse_unfinished(store: Store, access: Access, place: str) -> None:
    """Close a store that was just opened and is not filled to the end, unless it is opened for that. Raises StoreVersionError."""
    if access == "fill":
        return
    try:
        unfinished = await store.get_document(UNFINISHED_COPIES, "")
    except BaseException:
        await store.close()
        raise
    if unfinished is not None:
        await store.close()
        raise StoreVersionError(
            f"{place} is being filled from {unfinished.source}, or that was cut short: give the same `newsarchive store`"
            " command again to end it"
        )
