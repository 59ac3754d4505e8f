"""Records out of a store: what cannot be read is named, with where it lies and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from newsarchive.errors import StoreVersionError
from newsarchive.items.article import Article
from newsarchive.sites import SITES

R = TypeVar("R", bound=BaseModel)

_VALUE_UNKNOWN = frozenset({"literal_error", "enum", "union_tag_invalid"})
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as a store gave it, not read yet: it travels to another process for a tenth of what an `Article` costs."""

    identity: str
    published_at: datetime | None
    given: str | dict[str, Any]
    place: str

    def read(self) -> Article:
        """The article. Raises StoreVersionError, as `record_of` does."""
        return record_of(Article, self.given, self.identity, self.place)


def record_of(record: type[R], given: str | dict[str, Any], name: str, place: str, kind: str = "") -> R:
    """A record as the store gave it: JSON, or its fields. `kind` is the word for what it is, if not that of its class.

    Raises StoreVersionError that names the record and the store: for a value that this program does not know (a site,
    a kind), which a newer one wrote, and for what is damaged.
    """
    try:
        read = record.model_validate(given) if isinstance(given, dict) else record.model_validate_json(given)
    except ValidationError as error:
        raise StoreVersionError(_told(_what(record, name, place, kind), error)) from None
    if (site := getattr(read, "site", None)) is not None and site not in SITES:
        raise StoreVersionError(_unknown(_what(record, name, place, kind), "site", site))
    return read


def _what(record: type[BaseModel], name: str, place: str, kind: str) -> str:
    return f"the {kind or record.__name__.lower()} {_shown(str(name))} in {place}"


def _told(what: str, error: ValidationError) -> str:
    for problem in error.errors(include_url=False, include_context=False):
        field = ".".join(str(part) for part in problem["loc"])
        value = _shown(str(problem["input"]))
        if problem["type"] in _VALUE_UNKNOWN and isinstance(problem["input"], str):
            return _unknown(what, field, value)
        if problem["type"] == "extra_forbidden":
            return f"{what} has a field {field}, which this newsarchive does not know: update newsarchive"
        if field:
            return f"{what} is damaged (its {_shown(field)} cannot be read): restore the store from a backup"
    return f"{what} is damaged: restore the store from a backup"


def _unknown(what: str, field: str, value: str) -> str:
    return f"{what} has the {field} {value!r}, which this newsarchive does not know: update newsarchive"


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


STORIES_TO_INDEX = (
    "Stories are found by other fingerprints of texts now: run `newsarchive story index` once, else new reprints of what is"
    " stored already are not tied to it"
)
"""What is said once, when a store is brought up to date."""


def check_version(what: str, version: int, newest: int, word: str = "schema", way_back: str = "") -> None:
    """Raise StoreVersionError for what a newer program wrote; `way_back` is what can be done besides."""
    if version > newest:
        raise StoreVersionError(
            f"{what} was written by a newer newsarchive ({word} {version}, this one knows up to {newest}): update"
            f" newsarchive{way_back}"
        )


@contextmanager
def damage(what: str, place: str) -> Iterator[None]:
    """Turn what rotten values raise while they are taken apart into one clear line."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise StoreVersionError(
            f"{what} in {place} cannot be read ({_shown(str(error)) or type(error).__name__}): the store is damaged,"
            " restore it from a backup"
        ) from None
