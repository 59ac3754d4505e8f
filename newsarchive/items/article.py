"""An article as every site gives it: typed, validated, one JSON Schema for all.

All times are aware. They are stored in UTC and shown in `SHANGHAI`; the site's own text of a time is kept beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, computed_field, model_validator

from newsarchive.items.body import Body, Embed, Image, images_of, text_of, walk
from newsarchive.items.record import PublicationTime, Record, SiteName, Time
from newsarchive.items.verdict import ARTICLE_KINDS, Verdict


class RawReference(Record):
    """Where the raw page lies: the WARC file (relative to the raw store), byte offset, and SHA-256 of the body."""

    file: str
    offset: int
    sha256: str


class Attribution(Record):
    """Who published a text, and whose it was first.

    `account` is the posting account or the posting author's name, `source` the named source (来源). `original` fields name the text that this one repeats.
    """

    account: str | None = None
    account_id: str | None = None
    account_alias: str | None = None
    author: str | None = None
    editor: str | None = None
    source: str | None = None
    copyright: Literal["original", "repost", "none"] | None = None
    original_account: str | None = None
    original_account_alias: str | None = None
    original_author: str | None = None
    original_url: str | None = None
    original_keys: dict[str, str] = Field(default_factory=dict)


def _article_kind(kind: Verdict) -> Verdict:
    if kind not in ARTICLE_KINDS:
        raise ValueError(f"a page with verdict {kind} is no article")
    return kind


class Article(Record):
    """The normalised record of one article, whichever site it is from.

    `identity` is the site's name and own key (`site:12345`), `keys` its parts and whatever else names the same article
    there (the token of a short link). `url` is the canonical URL; `aliases` are other identities and URLs that led to it.

    An item that pipelines may change: a field takes what it takes when an article is made. Raises ValueError for all else.
    """

    model_config = ConfigDict(frozen=False, validate_assignment=True)

    schema_version: Literal[1] = 1
    site: SiteName
    identity: str
    kind: Annotated[Verdict, AfterValidator(_article_kind)]
    url: str
    keys: dict[str, str] = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    title: str = ""
    attribution: Attribution = Field(default_factory=Attribution)
    published_at: PublicationTime = None
    published_text: str | None = None
    published_precision: Literal["second", "minute", "day"] = "second"
    fetched_at: Time | None = None
    digest: str | None = None
    cover: str | None = None
    source_url: str | None = None
    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    promotion: bool = False
    paid: bool = False
    body: Body = Field(default_factory=list)
    extra: dict[str, Any] = Field(default_factory=dict)
    parser: str = ""
    raw: RawReference | None = None

    @model_validator(mode="before")
    @classmethod
    def _drop_derived(cls, data: object) -> object:
        if isinstance(data, dict) and not _DERIVED.isdisjoint(data):
            return {key: value for key, value in data.items() if key not in _DERIVED}
        return data

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Article:
        """A copy with some fields changed; with another body, what is derived from the body is derived anew."""
        copy = super().model_copy(update=update, deep=deep)
        if update and "body" in update:
            copy.body = copy.body
        return copy

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        """Change a field; with another body, what is derived from the body is derived anew."""
        derived = {one: self.__dict__[one] for one in _DERIVED if one in self.__dict__ and name != "body"}
        super().__setattr__(name, value)
        self.__dict__.update(derived)

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def text(self) -> str:
        """The visible text of the body, a line per block."""
        return text_of(self.body)

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def images(self) -> list[Image]:
        """The body's pictures in document order, repeats included; without backgrounds and posters."""
        return [image for image in images_of(self.body) if image.role is None]

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def media(self) -> list[Embed]:
        """The body's videos, audios and cards in document order."""
        return [block for block in walk(self.body) if isinstance(block, Embed)]

    @cached_property
    def words(self) -> str:
        """The letters and digits of the text, by which it is told from others. No field: a record does not hold them."""
        return words_of(self.text)

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def text_hash(self) -> str:
        """The same for two articles with the same words, whatever their white space and punctuation width."""
        return _hash_of(self.words)


_DERIVED = frozenset({"text", "images", "media", "words", "text_hash"})


_WORDS = re.compile(r"[\u4e00-\u9fff\w]+")
"""Runs of letters, digits and `_`. The range says nothing more, but is looked at first, which saves a fifth of the time."""


def words_of(text: str) -> str:
    """The letters and digits of a text, in small letters: what marks, blanks and widths cannot change."""
    return "".join(_WORDS.findall(text)).replace("_", "").casefold()


def text_hash(text: str) -> str:
    """BLAKE2b (32 hex digits) of a text's letters and digits; empty for a text without any."""
    return _hash_of(words_of(text))


def _hash_of(words: str) -> str:
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest() if words else ""
