"""How a new record of an article and the one that is held become one. Pure: both engines share it.

The rule: a poorer record never replaces a richer one. A record with a body is richer than one without; of two that
are equal in this the one fetched later stands (the new one where the times do not tell). What stands is filled up
with what only the other one has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from newsarchive.items.article import Article, Attribution
from newsarchive.items.record import SHANGHAI, SiteName
from newsarchive.records.revision import Revision
from newsarchive.revisions.words import bare, says_the_same
from newsarchive.sites import SITES
from newsarchive.storage.contract import SaveOutcome
from newsarchive.storage.limits import check_size, check_values, name_of, refusing

DERIVED = frozenset(Article.model_computed_fields)
"""Fields that follow from the body and are not stored."""

_HALVES = re.compile("[\ud800-\udfff]")
_NAMES = frozenset({"identity", "url", "keys", "aliases"})
_SOURCE = ("fetched_at", "raw", "parser")
_PUBLISHED = ("published_at", "published_text", "published_precision")
_CONTENT = tuple(name for name in Article.model_fields if name not in _NAMES and name not in _SOURCE)
_PROVISIONAL = tuple(start for site in SITES.values() for start in site.provisional.values())
_COARSENESS = {"second": 0, "minute": 1, "day": 2}


def is_provisional(identity: str) -> bool:
    """Whether an identity is that of a link (a short one) whose page has not yet said which article it is."""
    return identity.startswith(_PROVISIONAL)


def names_of(article: Article) -> list[str]:
    """Every name that leads to an article: identity, canonical URL, aliases, and its links' provisional identities."""
    names = (article.identity, article.url, *article.aliases, *_provisional(article.site, article.keys))
    return [name for name in dict.fromkeys(names) if name]


def _provisional(site: SiteName, keys: Mapping[str, str]) -> list[str]:
    if site not in SITES:
        return []
    return [start + keys[key] for key, start in SITES[site].provisional.items() if keys.get(key)]


def storable(article: Article) -> tuple[Article, str]:
    """The article as any store gives it back, and its JSON.

    Times are exact to the millisecond, `extra` holds plain values. Raises RecordRefusedError.
    """
    what = name_of(article)
    with refusing(what):
        times = {name: milliseconds(getattr(article, name)) for name in ("published_at", "fetched_at")}
        article = article.model_copy(update=times)
        check_values(what, article)
        document = article.model_dump_json(exclude=set(DERIVED))
        article = Article.model_validate_json(document)
        check_size(what, document, article, without=DERIVED)
    return article, document


def milliseconds(time: datetime | None) -> datetime | None:
    """A time in UTC, cut to the millisecond: what every engine can keep."""
    if time is None or (time.tzinfo is UTC and not time.microsecond % 1000):
        return time
    return time.astimezone(UTC).replace(microsecond=time.microsecond // 1000 * 1000)


def encodable(text: str) -> str:
    """A text without lone surrogates (a page's broken JavaScript escapes), as no encoding has them."""
    return text.encode(errors="replace").decode() if _HALVES.search(text) else text


def merge(old: Article, new: Article) -> Article:
    """One record from two of the same article."""
    first, second = (old, new) if _stands(old, new) else (new, old)
    fields = _united(_fields(first), _fields(second))
    fields["attribution"] = Attribution(**_united(_fields(first.attribution), _fields(second.attribution)))
    fields["extra"] = _united(first.extra, second.extra)
    fields |= {name: getattr(_source(first, second), name) for name in _SOURCE}
    fields |= _published(first, second)
    fields |= _merged_names(old, new, first, second)
    return Article(**fields)


def _fields(record: Article | Attribution) -> dict[str, Any]:
    """The fields of a record by name, without what is derived."""
    return {name: getattr(record, name) for name in type(record).model_fields}


def _stands(old: Article, new: Article) -> bool:
    """Whether a record stands beside another one, which only fills it up: that has no body, or is none that is known to be newer."""
    if bool(old.body) != bool(new.body):
        return bool(old.body)
    return bool(old.fetched_at and (new.fetched_at is None or new.fetched_at < old.fetched_at))


def _united(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    return {**second, **{key: value or second.get(key, value) for key, value in first.items()}}


def _source(first: Article, second: Article) -> Article:
    """The one whose page is the source of the content: never the time of one with the raw page of the other."""
    return first if first.fetched_at or first.raw else second


def _published(first: Article, second: Article) -> dict[str, Any]:
    chosen, other = (second, first) if tells_time_better(second, first) else (first, second)
    fields = {name: getattr(chosen, name) for name in _PUBLISHED}
    if other.published_at in {None, chosen.published_at}:
        fields["published_text"] = chosen.published_text or other.published_text
    return fields


def tells_time_better(one: Article, other: Article) -> bool:
    """Whether `one` has a time and the other has none, or only the same time in coarser steps."""
    if one.published_at is None or other.published_at is None:
        return one.published_at is not None
    precision = other.published_precision
    return _COARSENESS[one.published_precision] < _COARSENESS[precision] and (
        _cut(one.published_at, precision) == _cut(other.published_at, precision)
    )


def _cut(time: datetime, precision: str) -> datetime:
    local = time.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    return local.replace(hour=0, minute=0) if precision == "day" else local


def _merged_names(old: Article, new: Article, first: Article, second: Article) -> dict[str, Any]:
    """Names are unions. A final identity replaces a provisional one, and the canonical URL goes with it."""
    if old.identity == new.identity:
        identity, url = old.identity, first.url or second.url
    else:
        holder, other = (new, old) if is_provisional(old.identity) else (old, new)
        identity, url = holder.identity, holder.url or other.url
    keys = _united(first.keys, second.keys)
    told = {*old.aliases, *new.aliases, old.identity, new.identity}
    implied = {identity, url, *_provisional(new.site, keys)} - told
    names = {*names_of(old), *names_of(new)} - implied - {identity, url}
    aliases = old.aliases if names == set(old.aliases) else tuple(sorted(names))
    return {"identity": identity, "url": url, "keys": keys, "aliases": aliases}


@dataclass(frozen=True, slots=True)
class Change:
    """What a store has to write for one article.

    `article` is the record from now on, `absorbed` are identities whose records it replaces. Where `write` is False
    the record stands as it is.
    """

    outcome: SaveOutcome
    article: Article
    write: bool
    revisions: tuple[Revision, ...] = ()
    absorbed: tuple[str, ...] = ()


def change(candidates: Iterable[Article], new: Article, now: datetime) -> Change:
    """What the saving of `new` means, where `candidates` are the held records that share a name with it.

    `now` is used only where neither record says when it was fetched.
    """
    held = _same(candidates, new)
    if not held:
        return Change(SaveOutcome.NEW, new, write=True)
    merged = reduce(merge, [*held, new])
    revisions = tuple(
        Revision(
            identity=merged.identity,
            title=record.title,
            body=record.body,
            fetched_at=record.fetched_at,
            replaced_at=merged.fetched_at or new.fetched_at or now,
        )
        for record in (*held, new)
        if _is_earlier(record, merged) and (record is not new or bool(new.body) == bool(merged.body))
    )
    standing = held[0]
    if same := all(getattr(standing, name) == getattr(merged, name) for name in _CONTENT):
        merged = Article(**_fields(standing) | {name: getattr(merged, name) for name in _NAMES})
    return Change(
        outcome=SaveOutcome.UNCHANGED if same else SaveOutcome.UPDATED,
        article=merged,
        write=_fields(merged) != _fields(standing),
        revisions=revisions,
        absorbed=tuple(record.identity for record in held if record.identity != merged.identity),
    )


def _same(candidates: Iterable[Article], new: Article) -> list[Article]:
    """Which records are the same article as `new`; final identities come first.

    A shared name makes two records one only where a provisional identity is among them: two final identities are two
    articles, whatever is said of their names.
    """
    provisional = is_provisional(new.identity)
    held = [
        record
        for record in sorted(
            candidates, key=lambda record: (is_provisional(record.identity), record.identity)
        )
        if record.site == new.site
        and (provisional or is_provisional(record.identity) or record.identity == new.identity)
    ]
    finals = [record for record in held if not is_provisional(record.identity)]
    return [record for record in held if not (provisional and record in finals[1:])]


def reread(held: Article, read: Article) -> Article:
    """The record of an article whose raw pages were read again: what `read` says of it, under all names that are held.

    What stands in `extra` and no page has is kept: a pipeline of the user's own may have put it there. Where nothing but the
    source and the parser would change, the source stays.
    """
    fields = _fields(read) | _merged_names(held, read, read, held) | {"identity": held.identity}
    fields["extra"] = _united(read.extra, held.extra)
    if all(getattr(held, name) == fields[name] for name in _CONTENT):
        fields |= {name: getattr(held, name) for name in ("fetched_at", "raw")}
    return Article(**fields)


def reads_the_same(held: Article, read: Article) -> bool:
    """Whether `reread` would change nothing but the source, the parser and the names; without making a record, which costs more."""
    return (
        held.url == read.url
        and read.keys.items() <= held.keys.items()
        and all(held.extra.get(name) == value for name, value in read.extra.items())
        and all(getattr(held, name) == getattr(read, name) for name in _CONTENT if name != "extra")
    )


def rewriting(held: Article, new: Article, now: datetime) -> Change:
    """What it means to write `new` in the place of `held`: its pages are the same, the parser reads them otherwise."""
    earlier = Revision(
        identity=held.identity,
        title=held.title,
        body=held.body,
        fetched_at=held.fetched_at,
        replaced_at=now,
        cause="parser",
    )
    revisions = (earlier,) if _tells_more(held, new) else ()
    return Change(SaveOutcome.UPDATED, new, write=True, revisions=revisions)


def _is_earlier(record: Article, merged: Article) -> bool:
    """Whether a record tells a reader what the merged one no longer tells, and not only because the same page is read better."""
    if record.raw and merged.raw and record.raw.sha256 == merged.raw.sha256:
        return False
    return _tells_more(record, merged)


def _tells_more(record: Article, merged: Article) -> bool:
    """Whether a record tells a reader what the other one does not.

    What tells nobody anything (white space, counters, advertisements) is no revision: `revisions/words.py`.
    """
    if record.title and bare(record.title) != bare(merged.title):
        return True
    return bool(record.body) and record.body != merged.body and not says_the_same(record.body, merged.body)


def distinct(identity: str, revisions: Sequence[Revision]) -> list[Revision]:
    """Revisions of one article in the order of their replacement, each under its identity of today.

    One that was kept twice (under two identities, before and after these became one) comes once. Words that came back later
    come again.
    """
    ordered = sorted(
        revisions, key=lambda revision: (revision.replaced_at, revision.fetched_at or revision.replaced_at)
    )
    kept: list[Revision] = []
    for revision in ordered:
        last = kept[-1] if kept else None
        if last is None or (revision.title, revision.body) != (last.title, last.body):
            kept.append(revision.model_copy(update={"identity": identity}))
    return kept
