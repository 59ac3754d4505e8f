"""Makes the pages of every format from the store, and the files' texts of them for any target."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from exports.content.entry import Entry
from exports.formats import FORMATS
from exports.formats.fingerprints import Own, own_of
from exports.formats.format import Dialect, OutputPage, Profile, Selection
from exports.formats.layout import PLAIN, load_layout, prose_of
from exports.formats.segments import key_of_url
from exports.imports.document_pages import document_page, is_kept
from exports.imports.documents import day_key, editions, file_key, with_words
from exports.pictures import in_mirror, mirror_of_settings, shown_in, with_local_pictures
from exports.request import ExportRequest
from exports.targets import Target
from newsarchive.editorial.numbers import counted, numbers_of
from newsarchive.editorial.search import is_about
from newsarchive.editorial.selection import Day, LeftOut, chosen_days
from newsarchive.editorial.withdrawals import withdrawn_identities
from newsarchive.errors import BadValueError
from newsarchive.markdown.escape import escape_line
from newsarchive.markdown.front_matter import front_matter
from newsarchive.search.query import Query
from newsarchive.storage.collections import Edition, Layout
from newsarchive.storage.contract import EditorialStore


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page with the stories on it, in their order, what is an editor's own of each, and the key of its link.

    `edition` is the imported file that it repeats or would replace.
    """

    page: OutputPage
    entries: tuple[Entry, ...] = ()
    edition: Edition | None = None
    owns: tuple[Own, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it has nothing to show."""
        return not self.page.count and self.edition is None


def file_text(page: OutputPage, target: Target, profile: Profile) -> str:
    """The whole text of a page's file."""
    heading = f"# {escape_line(page.title)}\n\n" if page.heading is None else page.heading
    links = {
        url: target.picture_link(target.path(page), f"{target.pictures}/{name}")
        for url, name in page.pictures
    }
    in_front = {url: target.picture_in_front(name) for url, name in page.pictures}
    page = replace(page, cover=in_front.get(page.cover, page.cover))
    own_front = page.own_front if target.name in {"plain", FORMATS[page.format].home} else None
    if profile == "strict" and own_front is not None:
        whole = heading + page.body
        text = whole if target.name == "plain" else target.guard(whole)
        return own_front + with_local_pictures(text, links)
    fields = target.front_matter(page)
    front = front_matter(fields) if fields else ""
    shown = heading if target.heading or profile == "strict" else ""
    gap = "\n" if front and not shown.startswith("\n") else ""
    text = with_local_pictures(target.guard(shown + page.body), links)
    return f"{front}{gap}{text}" if front else text


async def pages_of(
    store: EditorialStore, request: ExportRequest, *, stories: bool = True, left_out: LeftOut | None = None
) -> AsyncIterator[BuiltPage]:
    """The pages that are asked for, with the local pictures that they show, if those are asked for.

    `_pages_of` says the rest.
    """
    mirror = mirror_of_settings() if request.images == "local" else None
    async for made in _pages_of(store, request, stories=stories, left_out=left_out):
        if mirror:
            shown = [*shown_in(f"{made.page.heading or ''}\n\n{made.page.body}"), made.page.cover]
            pictures = tuple((await in_mirror(store, mirror, shown)).items())
            made = replace(made, page=replace(made.page, pictures=pictures))  # noqa: PLW2901
        yield made


async def _pages_of(
    store: EditorialStore, request: ExportRequest, *, stories: bool, left_out: LeftOut | None
) -> AsyncIterator[BuiltPage]:
    """The pages that are asked for; one whose time has no stories is `empty`.

    Without `stories` the page of a month comes without them, which may take ten times the memory of their texts. In
    `left_out` is counted what of their days is not on them. Raises BadValueError for an imported file that the store does
    not have, and what the store raises.
    """
    dialect = request.dialect
    if request.imported:
        yield await _imported(store, request.imported, dialect)
        return
    month = _Stories()
    withdrawn = await withdrawn_identities(store) if request.mark_gone else frozenset()
    async for day in _days(store, request, LeftOut() if left_out is None else left_out):
        entries = [
            replace(
                (Entry.short if dialect.of.by_day else Entry.of)(it),
                withdrawn=it.article is not None and it.article.identity in withdrawn,
            )
            for it in day.chosen
        ]
        files = await editions(store, day_key(request.format, day.day)) if dialect.of.kept == "day" else []
        another = False
        if files:
            entries = with_words(entries, files)
            another = is_kept(day.day, dialect)
            if another and (
                page := document_page(day.day, files[-1], dialect, entries, everything=request.everything)
            ):
                picks = dialect.of.pick
                on_it = entries if picks else [it for it in entries if it.pick.state == "picked"]
                changed = _changed(on_it) if picks else ()
                yield BuiltPage(replace(page, changed=changed), tuple(on_it), files[-1])
                continue
        if dialect.unit == "month":
            month.add(entries, dialect, keep=stories, first=dialect.newest_first)
        elif dialect.unit == "day":
            of_day = _Stories()
            numbers = await numbers_of(store, day.day) if dialect.of.chooses else {}
            of_day.add(counted(entries, numbers) if dialect.of.chooses else entries, dialect)
            prose = await prose_of(store, dialect.of, day.day)
            built = of_day.page(day.day, dialect, numbers=numbers, prose=prose)
            page = replace(built.page, another_form=another)
            yield replace(built, page=page, edition=files[-1] if another else None)
        else:
            for entry, shown in dialect.of.show(entries, dialect):
                yield _Stories([shown], [entry], [own_of(entry)], _changed([entry])).page(day.day, dialect)
    if dialect.unit == "month":
        first = request.days[0].replace(day=1)
        layout = await load_layout(store, first) if dialect.of.by_day else PLAIN
        yield month.page(first, dialect, layout, request.words)


@dataclass(slots=True)
class _Stories:
    """What will be on a page: each story as it is shown there, and the names of those whose source has changed."""

    shown: list[Any] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    owns: list[Own] = field(default_factory=list)
    changed: tuple[str, ...] = ()
    left_out: int = 0
    links: list[str] = field(default_factory=list)

    def add(self, entries: list[Entry], dialect: Dialect, *, keep: bool = True, first: bool = False) -> None:
        """The stories of a day, of those that can be shown: after the others, or before them."""
        pairs = dialect.of.show(entries, dialect)
        place = 0 if first else len(self.shown)
        self.shown[place:place] = [shown for _, shown in pairs]
        self.entries[place:place] = [entry for entry, _ in pairs] if keep else []
        self.owns[place:place] = [own_of(entry) for entry, _ in pairs]
        self.links[place:place] = [key_of_url(entry.pick.url) for entry, _ in pairs]
        self.changed += _changed(entry for entry, _ in pairs)
        self.left_out += len(entries) - len(pairs)

    def page(
        self,
        day: date,
        dialect: Dialect,
        layout: Layout = PLAIN,
        topic: str = "",
        *,
        numbers: Mapping[str, int] = MappingProxyType({}),
        prose: Mapping[str, str] = MappingProxyType({}),
    ) -> BuiltPage:
        """The page of them."""
        page = dialect.of.write(Selection(day, self.shown, layout, topic, numbers, prose), dialect)
        if page.drafts and dialect.remark:
            page = replace(page, body=f"{dialect.remark}\n\n{page.body}")
        self.shown.clear()  # a month of texts need not be held besides the page that is made of them
        page = replace(page, left_out=self.left_out, changed=self.changed)
        return BuiltPage(page, tuple(self.entries), owns=tuple(self.owns), links=tuple(self.links))


def _changed(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The names of the stories whose source has changed since an editor wrote of them."""
    return tuple(it.name for it in entries if it.source_changed)


async def _days(store: EditorialStore, request: ExportRequest, left_out: LeftOut) -> AsyncIterator[Day]:
    """The days that are asked for, with what is chosen of them; those without anything too."""
    waiting = deque(request.days)
    query = Query.of(request.words) if request.words else None
    if waiting:
        scope = replace(request.scope, everything=request.scope.everything or query is not None)
        async for found in chosen_days(store, waiting[0], waiting[-1], scope):
            while waiting[0] < found.day:
                yield Day(waiting.popleft())
            waiting.popleft()
            if query:
                yield replace(found, chosen=tuple(it for it in found.chosen if is_about(query, it)))
            else:
                left_out.add(found.left_out)
                yield found
    for day in waiting:
        yield Day(day)


async def _imported(store: EditorialStore, name: str, dialect: Dialect) -> BuiltPage:
    files = await editions(store, file_key(dialect.of.name, name)) if dialect.of.kept == "name" else []
    page = document_page(None, files[-1], dialect, []) if files else None
    if page is None:
        raise BadValueError(f"no file of full texts was imported as {name!r}")
    return BuiltPage(page, edition=files[-1])
