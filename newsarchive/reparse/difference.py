"""What another reading of the same pages changes in an article, field by field, and what of that is worse. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from newsarchive.items.article import Article
from newsarchive.parsing.text import one_line
from newsarchive.storage.merging import tells_time_better

Worse: TypeAlias = Literal["title_lost", "text_halved", "fewer_pictures", "verdict", "refused"]
"""By what a page got worse: it is listed, and held back. `refused` is a record that no store takes."""

LONGEST = 160
"""Characters of a value that is shown."""
_COMPARED = tuple(
    name
    for name in Article.model_fields
    if name not in {"schema_version", "site", "identity", "aliases", "fetched_at", "raw", "parser"}
)
_NESTED = ("attribution", "extra", "keys")


def fields_of(article: Article) -> dict[str, Any]:
    """What is compared of an article, by name; what is in another field has a name such as `attribution.author`."""
    return dict(_fields_of(article))


def _fields_of(article: Article) -> Iterator[tuple[str, Any]]:
    for name in _COMPARED:
        value = getattr(article, name)
        if name not in _NESTED:
            yield name, value
        elif name == "attribution":
            yield from ((f"{name}.{part}", getattr(value, part)) for part in type(value).model_fields)
        else:
            yield from ((f"{name}.{part}", inner) for part, inner in value.items())


def changed_fields(held: Article, new: Article) -> dict[str, tuple[str, str]]:
    """What differs, by field: the value as it is held and the new one, as they are shown."""
    before, after = fields_of(held), fields_of(new)
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    return {
        name: _bodies(held, new) if name == "body" else (shown(before.get(name)), shown(after.get(name)))
        for name in names
    }


def lacking(held: Article, read: Article) -> tuple[str, ...]:
    """The fields that are held and were not read, or not as exactly: a list may have told them."""
    after = fields_of(read)
    names = [
        name
        for name, value in fields_of(held).items()
        if value and not after.get(name) and not name.startswith("extra.")
    ]
    if tells_time_better(held, read):
        names += ("published_at", "published_text", "published_precision")
    return tuple(dict.fromkeys(names))


def got_worse(held: Article, new: Article) -> tuple[Worse, ...]:
    """Why a new reading is worse than the one that is held."""
    found: list[Worse] = []
    if held.title and not new.title:
        found.append("title_lost")
    if len(new.text) * 2 < len(held.text):
        found.append("text_halved")
    if len(new.images) < len(held.images):
        found.append("fewer_pictures")
    if new.kind != held.kind:
        found.append("verdict")
    return tuple(found)


def shown(value: object) -> str:
    """A value in one line of bounded length."""
    text = "" if value is None else one_line(str(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _bodies(held: Article, new: Article) -> tuple[str, str]:
    """The first lines in which two bodies differ; where their words are the same, the first blocks."""
    for before, after in (
        (held.text.splitlines(), new.text.splitlines()),
        ([repr(block) for block in held.body], [repr(block) for block in new.body]),
    ):
        if before != after:
            at = next(
                (n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), None
            )
            place = min(len(before), len(after)) if at is None else at
            return shown(_at(before, place)), shown(_at(after, place))
    return "", ""


def _at(lines: list[str], place: int) -> str:
    return lines[place] if place < len(lines) else ""
