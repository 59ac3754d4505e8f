"""One article read again from all pages that are kept of it: what a worker does, in whichever process, on whichever machine.

The pages are taken in the order in which they were fetched, each as a crawl would, and merged by today's rules. So the result
is what a crawl of these very pages would store.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, reduce
from pathlib import Path
from typing import Literal, TypeAlias

from newsarchive.errors import InputFileError, RecordRefusedError
from newsarchive.items.article import Article, Attribution
from newsarchive.items.record import EARLIEST
from newsarchive.items.verdict import ARTICLE_KINDS, Verdict
from newsarchive.normal_form import normalised
from newsarchive.records.page import Page, Reading
from newsarchive.reparse.asked import ReparseRequest
from newsarchive.reparse.difference import Worse, changed_fields, got_worse, lacking
from newsarchive.sites import SITES
from newsarchive.sites.reading import overfull, read
from newsarchive.storage.merging import (
    change,
    is_provisional,
    merge,
    names_of,
    reads_the_same,
    reread,
    storable,
)
from newsarchive.storage.raw.index import RawIndex, RawRecord
from newsarchive.storage.raw.reader import RawReader
from newsarchive.storage.reading import StoredArticle

End: TypeAlias = Literal[
    "not_asked", "same", "changed", "worse", "incomplete", "lost", "no_page", "new", "no_article"
]
"""How the reading of an article ended.

`not_asked`: it is of another kind or parser than those that are asked for, and was not read.
`incomplete`: its pages lack what is held, lists have to be asked. `lost`: the page that it was read from cannot be read. `no_page`: it
never had one. `new`: the store has no such article. `no_article`: neither has it, nor do the pages hold one.
"""

_AT = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """An article as the store gave it, or the name of pages (an identity or URL) of which no article is held.

    `copies` are the article as lists have it (JSON), oldest first; None where lists were not asked.
    """

    of: StoredArticle | str
    copies: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """What it is called among those that are done."""
        return f"page {self.of}" if isinstance(self.of, str) else self.of.identity


@dataclass(frozen=True, slots=True)
class Judged:
    """A page that is judged otherwise than when it was fetched."""

    capture: RawRecord
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Reread:
    """How the reading of a job ended.

    `article` is what the store should have, where that is something else than it has. `unread` are pages that cannot be read, each
    with why.
    """

    name: str
    end: End
    pages: int = 0
    article: Article | None = None
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    worse: tuple[Worse, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    judged: tuple[Judged, ...] = ()


def reread_all(raw: Path, jobs: Sequence[Job], request: ReparseRequest) -> list[Reread]:
    """Read articles again. Nothing raises for what a page holds, or because it is lost.

    Raises StoreVersionError for an article that the store has damaged.
    """
    try:
        return [_reread(raw, job, request) for job in jobs]
    finally:
        _reading.cache_clear()


def _reread(raw: Path, job: Job, request: ReparseRequest) -> Reread:
    index = _reader(raw).index
    if isinstance(job.of, str):
        return _Rereading(raw, job.of, None, index.find(job.of, None)[::-1]).result()
    held = job.of.read()
    if not request.takes(held):
        return Reread(held.identity, "not_asked")
    return _Rereading(raw, held.identity, held, _captures(index, held), job.copies).result()


def _captures(index: RawIndex, article: Article) -> list[RawRecord]:
    """All pages that are kept of an article, oldest first, with the one that it was read from."""
    found = {one.reference: one for name in names_of(article) for one in index.find(name, None)}
    source = article.raw
    if source is not None and all(one.reference.sha256 != source.sha256 for one in found.values()):
        fetched_at = article.fetched_at or article.published_at or EARLIEST
        found[source] = RawRecord(source, "", fetched_at, None, article.site)
    return sorted(found.values(), key=lambda one: (one.fetched_at, one.reference.file, one.reference.offset))


def copies_in(raw: Path, lists: Sequence[RawRecord]) -> list[tuple[str, str]]:
    """The whole articles in lists, each with its identity, as JSON. A list that cannot be read was named before, or has none."""
    found: list[tuple[str, str]] = []
    for record in lists:
        with suppress(InputFileError, RecordRefusedError):
            found += [
                (body.identity, storable(normalised(_placed(body, record)))[1])
                for body in _reading(raw, record)[1].bodies
                if body.identity
            ]
    return found


_READERS: dict[Path, RawReader] = {}
"""The raw pages that this process reads, opened once: where there is no index, that takes a look at all of them."""


def _reader(raw: Path) -> RawReader:
    if raw not in _READERS:
        close()
        reader = RawReader(raw)
        reader.open()
        _READERS[raw] = reader
    return _READERS[raw]


def close() -> None:
    """Let go of the raw pages."""
    _reading.cache_clear()
    while _READERS:
        _READERS.popitem()[1].close()


@lru_cache(maxsize=4)
def _reading(raw: Path, record: RawRecord) -> tuple[Page, Reading]:
    """A page, and what it is. The last ones are kept: what a list carried comes one after the other. Raises InputFileError."""
    page = _reader(raw).read(record.reference)
    site = record.site if record.site in SITES else None
    if record.verdict is None and overfull(page.content):  # never judged, as it would take memory
        return page, read(Page(b"", page.url), hint=site)
    return page, read(page, hint=site)


class _Rereading:
    """The work on one article, or on pages that gave none."""

    def __init__(
        self,
        raw: Path,
        name: str,
        held: Article | None,
        captures: Sequence[RawRecord],
        copies: tuple[str, ...] | None = None,
    ) -> None:
        self._raw = raw
        self._name = name
        self._held = held
        self._captures = captures
        self._copies = copies
        self._names = frozenset(names_of(held)) if held else frozenset()
        self._unread: list[tuple[str, str]] = []
        self._judged: list[Judged] = []
        self._pages = 0
        self._source_lost = False
        self._source_is_article = True

    def result(self) -> Reread:
        found = self._read_all()
        held = self._held
        if held is None:
            with suppress(RecordRefusedError):
                if found is not None:
                    return self._ended("new", article=storable(found)[0])
            return self._ended("no_article")
        if held.raw is None:
            return self._ended("no_page")
        if self._source_lost:
            return self._ended("lost")
        if found is None:
            return self._ended("worse", worse=("verdict",))
        return self._compared(held, found)

    def _compared(self, held: Article, found: Article) -> Reread:
        if reads_the_same(held, found):
            return self._same(held, found)
        try:
            new = storable(reread(held, found))[0]
        except RecordRefusedError:
            return self._ended("worse", worse=("refused",))
        if self._unread:
            new = reread(held, completed(held, new, held))  # what the lost pages may have told
        elif lacking(held, new):
            if self._copies is None:
                return self._ended("incomplete")
            copies = [Article.model_validate_json(copy) for copy in self._copies]
            new = reread(held, completed(held, new, *copies))
        fields = changed_fields(held, new)
        if not fields:
            return self._same(held, new)
        worse = got_worse(held, new)
        if not self._source_is_article and "verdict" not in worse:
            worse += ("verdict",)
        return self._ended("worse" if worse else "changed", article=new, fields=fields, worse=worse)

    def _same(self, held: Article, new: Article) -> Reread:
        other = new.parser != held.parser
        return self._ended("same", article=held.model_copy(update={"parser": new.parser}) if other else None)

    def _ended(
        self,
        end: End,
        *,
        article: Article | None = None,
        fields: dict[str, tuple[str, str]] | None = None,
        worse: tuple[Worse, ...] = (),
    ) -> Reread:
        name = article.identity if article and not self._held else self._name
        return Reread(
            name, end, self._pages, article, fields or {}, worse, tuple(self._unread), tuple(self._judged)
        )

    def _read_all(self) -> Article | None:
        """What all pages together say; None where none of them is the article."""
        source = self._held.raw.sha256 if self._held and self._held.raw else None
        standing: Article | None = None
        before: tuple[str, str] | None = None
        for record in self._captures:
            sha256 = record.reference.sha256
            if (sha256, record.url) == before:  # the same bytes again say the same
                continue
            try:
                page, reading = _reading(self._raw, record)
            except InputFileError as error:
                self._unread.append((f"{record.reference.file}:{record.reference.offset}", str(error)))
                self._source_lost |= sha256 == source
                continue
            before = (sha256, record.url)
            self._pages += 1
            article = self._article(page, reading, record)
            if sha256 == source:
                self._source_is_article = article is not None
            if article is not None:
                standing = article if standing is None else change([standing], article, _AT).article
        return standing

    def _article(self, page: Page, reading: Reading, record: RawRecord) -> Article | None:
        """The article as a page or list has it, in the form in which a crawl would store it."""
        if record.verdict is not None and reading.verdict != record.verdict:
            self._judged.append(Judged(record, record.verdict, reading.verdict))
        held = self._held
        article = reading.article if reading.verdict in ARTICLE_KINDS and not reading.moved_to else None
        led_by = (page.url,) if article is not None else ()
        if article is None and held is not None:
            article = next((body for body in reading.bodies if body.identity in self._names), None)
        if article is None or not self._is_it(article, page, record):
            return None
        identity = held.identity if held else article.identity or record.identity or ""
        url = article.url or (held.url if held else page.url)
        if not identity or (held and article.site != held.site):
            return None
        names = {"identity": identity, "url": url, "aliases": (*article.aliases, *led_by)}
        return normalised(_placed(article, record).model_copy(update=names))

    def _is_it(self, article: Article, page: Page, record: RawRecord) -> bool:
        """Whether a page's article is the one that is asked for. Of a page that does not say which one it has, the address tells."""
        if article.identity and not is_provisional(article.identity):
            return self._held is None or article.identity in self._names
        if self._held is None:
            return True
        link = SITES[article.site].identify(page.url)
        return link.identity in self._names if link else record.identity in self._names or not record.identity


def completed(held: Article, read_again: Article, *copies: Article) -> Article:
    """What was read, filled up with what is held and was not read, as far as a copy has it, too.

    Whether a list's copy of an article was ever stored is known nowhere: so it tells nothing that is not held.
    """
    undated = [copy.model_copy(update={"fetched_at": None}) for copy in copies]
    filled = reduce(merge, [*undated, read_again])
    names = lacking(held, read_again)
    fields: dict[str, object] = {name: getattr(filled, name) for name in names if "." not in name}
    parts = {name.partition(".")[2] for name in names if name.startswith("attribution.")}
    if parts:
        told = {name: getattr(read_again.attribution, name) for name in Attribution.model_fields}
        fields["attribution"] = Attribution(
            **told | {name: getattr(filled.attribution, name) for name in parts}
        )
    return read_again.model_copy(update=fields)


def _placed(article: Article, record: RawRecord) -> Article:
    fetched_at = article.fetched_at or record.fetched_at
    return article.model_copy(update={"fetched_at": fetched_at, "raw": record.reference})
