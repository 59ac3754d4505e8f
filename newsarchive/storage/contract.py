"""What a store is: the one contract that the engines keep, by role, so that each room asks for what it needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, Self, TypeAlias

from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.records.lease import Holder, Lease
from newsarchive.records.pick import Pick
from newsarchive.records.revision import Revision
from newsarchive.records.run import Run
from newsarchive.records.story_link import StoryLink
from newsarchive.records.task import Task
from newsarchive.search.query import Query
from newsarchive.storage.collections import D, DocumentCollection
from newsarchive.storage.leases import Claim
from newsarchive.storage.reading import StoredArticle

if TYPE_CHECKING:
    from newsarchive.storage.contents import C, ContentKind

TaskState: TypeAlias = Literal["wanted", "done", "gone"]


TaskOrder: TypeAlias = Literal["newest", "longest_due"]
"""Which tasks come first: by `longest_due` a limit leaves nothing waiting for ever."""


Access: TypeAlias = Literal["create", "write", "export", "read", "fill"]
"""What a store is opened for: `create` and `fill` make one where there is none, and `read` changes nothing.

`export` keeps small documents where the store can be written, and reads where it cannot. Only `fill` opens a store that was
being filled from another one or a dump when that was cut short.
"""


class SaveOutcome(StrEnum):
    """How the saving of one article ended."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class SiteCounts:
    """What a store holds of one site: articles by kind, events by kind, and the newest publication time."""

    articles: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    newest: datetime | None = None


class ArticleStore(Protocol):
    """Articles and their revisions.

    A name of an article is its identity, its canonical URL, or any identity or URL in its aliases.
    """

    async def save_articles(self, articles: Sequence[Article]) -> list[SaveOutcome]:
        """Merge a batch into what is held (`merging.py` says how) and tell how each ended, in order.

        An earlier title or body becomes a revision. An article that came under a short link's identity is absorbed
        by the one that says whose it is.
        """

    async def rewrite_articles(self, rewritten: Sequence[tuple[Article, Article]]) -> list[bool]:
        """Write the second of each pair in the place of the first, of the same identity: its raw pages were read again.

        An earlier title or body becomes a revision whose cause is the parser. Only over exactly what was given as held: False
        for an article that somebody changed meanwhile, or that is no more; True also where it is so already.
        """

    async def article(self, name: str) -> Article | None:
        """The article of a name."""
        stored = await self.stored_article(name)
        return stored.read() if stored else None

    async def stored_article(self, name: str) -> StoredArticle | None:
        """What `article` gives, not read yet."""

    async def known(self, names: Collection[str]) -> set[str]:
        """Those of the names that have an article."""

    async def articles(
        self, *, site: SiteName | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[Article]:
        """Articles by publication time, oldest first, then by identity; those without a time come last.

        `since` is included, `until` is not; with either, articles without a time are left out.
        """
        async for stored in self.stored_articles(site=site, since=since, until=until):
            yield stored.read()

    def stored_articles(
        self, *, site: SiteName | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[StoredArticle]:
        """What `articles` gives, not read yet."""

    async def with_text(self, text_hash: str) -> list[str]:
        """Identities of the articles with this text, in the order of `articles`: the original and its reprints."""

    async def revisions(self, name: str) -> list[Revision]:
        """Earlier titles and bodies of an article, the one replaced first comes first."""

    async def changed(self, since: datetime | None = None, until: datetime | None = None) -> list[str]:
        """Names of the articles of which a revision was replaced in that time, each once, the first replaced first.

        `since` is included, `until` is not. A name is the identity that the article had then.
        """


class StoryLinks(Protocol):
    """What ties articles together as stories.

    What they say of their originals and what their texts have in common is found when they are saved; an editor's word is put.
    """

    async def story_links(self, names: Collection[str]) -> list[StoryLink]:
        """The links that begin or end at any of the names, in a definite order."""

    async def put_story_links(self, links: Sequence[StoryLink]) -> None:
        """Keep links; one of the same articles and kind is replaced."""

    async def delete_story_links(self, links: Sequence[StoryLink]) -> None:
        """Forget links; one that is not there is fine."""

    async def link_stories(self, articles: Sequence[Article]) -> int:
        """Find the links of stored articles, as if they were saved now: those that were saved before there were any.

        Returns how many of them were not in the index of texts, and are now.
        """


class ArticleSearch(Protocol):
    """Articles by their words. What is saved is found at once."""

    def found(
        self,
        query: Query,
        *,
        site: SiteName | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncIterator[Article]:
        """All articles that a query finds (`search/query.py` says which), in the order of `articles` turned round.

        The newest come first, those without a time last. Where `unsearched` names many, all articles are read.
        """

    async def unsearched(self) -> int:
        """How many articles are not in the index of texts yet."""

    async def index_texts(self) -> int:
        """Take the next articles into the index of texts that lack there.

        How many, 0 when none is left. Without it a search finds the same, in more time.
        """


class EventLog(Protocol):
    """What was observed of articles and pages."""

    async def save_events(self, events: Sequence[Event]) -> None:
        """Keep observations; the same one (site, identity or URL, kind, time) is kept once. No article changes."""

    def events(self, *, site: SiteName | None = None) -> AsyncIterator[Event]:
        """Events by time, oldest first."""

    async def delete_events(self, kinds: Collection[str], before: datetime, *, change: bool = True) -> int:
        """Forget what was observed of these kinds before a time, and tell how many that were; without `change` only tell."""


class PickStore(Protocol):
    """The editor's choices."""

    async def save_picks(self, picks: Sequence[Pick]) -> None:
        """Keep picks; one of the same day and URL is replaced."""

    async def replace_day(self, day: date, picks: Sequence[Pick]) -> None:
        """Make these exactly the picks of a day. Raises ValueError for a pick of another day."""

    async def picks(self, since: date, until: date) -> list[Pick]:
        """Picks of the days from `since` to `until`, both included, by day and position."""


class RunLog(Protocol):
    """The records of crawls."""

    async def save_run(self, run: Run) -> None:
        """Keep a run; one of the same `run_id` is replaced."""

    async def runs(
        self,
        site: SiteName | None = None,
        limit: int = 20,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Run]:
        """The last runs, newest start first; of those that started in a time, if one is given: `until` is not included."""

    async def run(self, run_id: str) -> Run | None:
        """The run of an id."""

    async def delete_runs(self, run_ids: Collection[str]) -> None:
        """Forget runs; one that is not there is fine."""


class Leases(Protocol):
    """What one crawl at a time holds, over all processes and machines that share the store. They are carried nowhere.

    Time is the store's own (`leases.py`): the claimants' clocks may differ and jump. No two hold one name within a lease. Only
    where a MongoDB server's own clock is set forward by more than a lease may a second one be let in; the first learns of it
    when it next renews.
    """

    async def claim_lease(
        self, name: str, holder: Holder, seconds: float, *, over: str = "", want: bool = False
    ) -> Claim:
        """Hold a name for some seconds if nobody else does, or only the run `over` whose process is known to be dead.

        A lease of its own is renewed. One that stands in the way is marked as wanted, if told so.
        """

    async def renew_leases(self, holder: str, seconds: float) -> list[Lease]:
        """Let all leases of a run hold for some seconds from now; those that it still has, by name.

        One that had run out is renewed, too, where nobody has taken it since.
        """

    async def release_leases(self, holder: str, idle: Mapping[str, float]) -> None:
        """Let go of leases by name, each of them last used so many seconds ago; what another one holds stays his."""

    async def leases(self) -> list[Lease]:
        """What is held now, by name."""


class DueTask(NamedTuple):
    """A task that is due: its name, and the time by which the newest are first (UTC)."""

    name: str
    ranked_at: datetime


class TaskQueue(Protocol):
    """The frontier: which articles are to be fetched, and when."""

    async def add_tasks(self, tasks: Collection[Task]) -> set[str]:
        """Put articles on the frontier that are not on it yet; returns the names that were new.

        A held task is never changed, except that a `published_at` or `source` that it lacked is filled. A name that
        an article goes by (any of its identities) stands for the task of that article's identity; saving an article
        unites the tasks of all its identities into one. This holds for the three methods below too.
        """

    async def due_tasks(
        self,
        site: SiteName,
        now: datetime,
        limit: int,
        *,
        states: Sequence[TaskState] = ("wanted", "done"),
        order: TaskOrder = "newest",
    ) -> list[DueTask]:
        """At most `limit` tasks due at or before `now`: state by state as given, in the given order, then by name.

        How new a task is tells its publication time, or where that is unknown the time it was found. Only names: whole,
        the tens of thousands that a run takes up again would be its most memory.
        """

    async def tasks(self, names: Collection[str]) -> dict[str, Task]:
        """The tasks of the names that have one, by the name asked for."""

    def tasks_of_time(
        self, site: SiteName, state: TaskState, since: datetime, until: datetime | None = None
    ) -> AsyncIterator[Task]:
        """A site's tasks in a state by that same time, oldest first, then by name; `since` is included, `until` is not."""

    async def save_tasks(self, tasks: Collection[Task]) -> None:
        """Keep tasks whole; one of the same name is replaced (`storage/tasks.py` says what a fetch makes of a task)."""

    async def claim_tasks(self, names: Collection[str], holder: str) -> dict[str, Task]:
        """Those of the tasks of the names that no other living run has claimed, by the name asked for, claimed for this run.

        A claim holds as long as its run has the lease of a site, or of a share of it (`leases.py`), and until the task is saved.
        """

    async def task_counts(self, due_by: datetime | None = None) -> dict[SiteName, dict[str, int]]:
        """How many tasks are in each state, for each site that has any; only those due by a time, if one is given."""


class DocumentStore(Protocol):
    """The small documents that other rooms keep (`collections.py` lists them)."""

    async def get_document(self, collection: DocumentCollection[D], key: str) -> D | None:
        """A small document that another room keeps here."""

    async def put_document(self, collection: DocumentCollection[D], key: str, document: D) -> None:
        """Keep a small document; one of the same key is replaced."""

    async def delete_document(self, collection: DocumentCollection[Any], key: str) -> None:
        """Forget a small document; one that is not there is fine."""

    async def documents(self, collection: DocumentCollection[D]) -> dict[str, D]:
        """All small documents of a collection by key, in the order of their keys."""


class Contents(Protocol):
    """All that is kept, to be carried into another store as it is (`contents.py` lists the kinds)."""

    def one_moment(self) -> AbstractAsyncContextManager[None]:
        """As long as it lasts, what is read is of one moment, where the engine can do that."""

    def contents(self, kind: ContentKind[C]) -> AsyncIterator[C]:
        """All records of a kind, in its order."""

    async def put_contents(self, kind: ContentKind[C], records: Sequence[C]) -> None:
        """Keep records as they are, nothing is merged; one of the same key is replaced."""

    async def clear_contents(self, kind: ContentKind[Any]) -> None:
        """Forget all records of a kind, and what was derived of them."""


class EditorialStore(
    ArticleStore, ArticleSearch, StoryLinks, PickStore, DocumentStore, EventLog, TaskQueue, Protocol
):
    """What editors work on, and what exports are made from; events and tasks tell what was withdrawn."""

    async def change_token(self) -> str:
        """A token that is another one after every change of articles or picks, whoever makes it; to be compared only.

        Asked for before articles or picks are read, it tells later whether they would still be read so. (Where an engine
        has no transactions, a writer that is killed while somebody reads what it writes is noticed with the next write.)
        """


class Store(EditorialStore, RunLog, Leases, Contents, Protocol):
    """All of it in one place.

    Times come back in UTC and are exact to the millisecond at least. Every write is idempotent: it may be sent again
    after a crash. Any method raises StoreUnreachableError where the engine does not answer, and StoreVersionError for a
    record that is damaged or that a newer newsarchive wrote. What writes raises RecordRefusedError for a record that one
    of the engines cannot keep (over 16 MB, half a surrogate pair, deeper than JSON is read), and then writes none of
    the records that it was given: without that one they can be given again.
    """

    async def open(self) -> None:
        """Connect; for writing, migrate; for creating, create what is missing.

        Raises StoreUnreachableError, StorePermissionError, StoreVersionError (a newer, a foreign or a half filled store), or
        NoStoreError. For reading, a store of an older newsarchive is migrated too, if it can be written.
        """

    async def close(self) -> None:
        """Let go of the store; closing twice is fine."""

    async def __aenter__(self) -> Self:
        """Open the store."""
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the store."""
        await self.close()

    async def counts(self) -> dict[SiteName, SiteCounts]:
        """What is held, for each site of which anything is held."""

    async def size(self) -> int | None:
        """How many bytes it takes on its disk, indexes included; None where its server does not say."""
