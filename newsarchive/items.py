"""The records: what a page is, what it says, and what was observed. Typed, validated, one JSON Schema for all.

All times are aware. They are stored in UTC and shown in `SHANGHAI`; the site's own text of a time is kept beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    computed_field,
    model_validator,
)

from newsarchive.body import Body, Embed, Image, images_of, text_of, walk

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone of all three sites; China has had no daylight saving time since 1991."""

SiteName: TypeAlias = Literal["36kr", "ithome", "weixin"]


class Verdict(StrEnum):
    """What kind of page this is, decided before anything is parsed."""

    ARTICLE = "article"
    NEWSFLASH = "newsflash"
    IMAGE_POST = "image_post"
    TEXT_POST = "text_post"
    VIDEO = "video"
    AUDIO = "audio"
    REPOST_CARD = "repost_card"
    ALBUM = "album"
    LIST = "list"
    FEED = "feed"
    ACCOUNT_PAGE = "account_page"
    DELETED = "deleted"
    VIOLATION = "violation"
    UNAVAILABLE = "unavailable"
    EXPIRED = "expired"
    PARAM_ERROR = "param_error"
    PRIVATE = "private"
    CAPTCHA = "captcha"
    CHALLENGE = "challenge"
    EMPTY = "empty"
    OTHER = "other"


ARTICLE_KINDS = frozenset(
    {
        Verdict.ARTICLE,
        Verdict.NEWSFLASH,
        Verdict.IMAGE_POST,
        Verdict.TEXT_POST,
        Verdict.VIDEO,
        Verdict.AUDIO,
        Verdict.REPOST_CARD,
    }
)
"""The only verdicts that may write an article."""
LIST_KINDS = frozenset({Verdict.ALBUM, Verdict.LIST, Verdict.FEED, Verdict.ACCOUNT_PAGE})
"""Pages that lead to articles."""
NOTICES = frozenset(
    {
        Verdict.DELETED,
        Verdict.VIOLATION,
        Verdict.UNAVAILABLE,
        Verdict.EXPIRED,
        Verdict.PARAM_ERROR,
        Verdict.PRIVATE,
    }
)
"""Pages that say why there is no article; `private` is one for an account's members only."""
CHALLENGES = frozenset({Verdict.CAPTCHA, Verdict.CHALLENGE})
"""Pages that ask the visitor to prove something: the host has to be left alone for a while."""


EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""No article is older: `0001-01-01` is ithome's way of saying "no time" (seen on pinned items of 2019)."""
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Nor younger: year 9999 is how programs write "never". All that lies between has a day in every zone."""


def is_possible(at: datetime) -> bool:
    """Whether an aware time can be that of an article: neither the beginning of time nor its end."""
    return EARLIEST.year <= at.year < LATEST.year


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{value} is no moment in UTC") from None


def _published(value: datetime | None) -> datetime | None:
    return _utc(value) if value and is_possible(value) else None


Time: TypeAlias = Annotated[AwareDatetime, AfterValidator(_utc)]
"""An aware time, held in UTC."""
PublicationTime: TypeAlias = Annotated[AwareDatetime | None, AfterValidator(_published)]
"""When something was published, in UTC; a time that nothing can have been published at is none."""


class Record(BaseModel):
    """Base of all records: frozen, and nothing unknown gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


@dataclass(frozen=True, slots=True)
class Page:
    """Raw bytes as they came (decompressed), with where, how and when. `url` is the final URL."""

    content: bytes
    url: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    fetched_at: datetime | None = None


class RawReference(Record):
    """Where the raw page lies: the WARC file (relative to the raw store), byte offset, and SHA-256 of the body."""

    file: str
    offset: int
    sha256: str


class Attribution(Record):
    """Who published a text, and whose it was first.

    `account` is the posting account (weixin) or the posting author's name (36kr), `source` the named source (ithome's
    来源). `original` fields name the text that this one repeats.
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


class Article(Record):
    """The normalised record of one article, whichever site it is from.

    `identity` is the site's own key (`ithome:897104`, `weixin:<biz>:<mid>:<idx>`), `keys` its parts and whatever else
    names the same article there (weixin's `sn` and short token). `url` is the canonical URL; `aliases` are other
    identities and URLs that led to it.
    """

    schema_version: Literal[1] = 1
    site: SiteName
    identity: str
    kind: Verdict
    url: str
    keys: dict[str, str] = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    title: str = ""
    attribution: Attribution = Attribution()
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

    @model_validator(mode="after")
    def _only_articles(self) -> Article:
        if self.kind not in ARTICLE_KINDS:
            raise ValueError(f"a page with verdict {self.kind} is no article")
        return self

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Article:
        """A copy with some fields changed; with another body, what is derived from the body is derived anew."""
        copy = super().model_copy(update=update, deep=deep)
        if update and "body" in update:
            for name in _DERIVED:
                copy.__dict__.pop(name, None)
        return copy

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

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def text_hash(self) -> str:
        """The same for two articles with the same words, whatever their white space and punctuation width."""
        return text_hash(self.text)


_DERIVED = frozenset({"text", "images", "media", "text_hash"})
_NOT_WORDS = re.compile(r"[\W_]+")


def text_hash(text: str) -> str:
    """BLAKE2b (32 hex digits) of a text's letters and digits; empty for a text without any."""
    words = _NOT_WORDS.sub("", text).casefold()
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest() if words else ""


class ListItem(Record):
    """One entry of a list, feed, album or archive: a way to an article, with what the list says of it."""

    url: str | None = None
    identity: str | None = None
    keys: dict[str, str] = Field(default_factory=dict)
    title: str = ""
    kind: Verdict = Verdict.ARTICLE
    published_at: PublicationTime = None
    published_text: str | None = None
    summary: str | None = None
    author: str | None = None
    promotion: bool = False
    extra: dict[str, Any] = Field(default_factory=dict)


class Listing(Record):
    """What a list page holds, in its order, and how to go on.

    `cursor` is the site's own continuation value (opaque), `more` whether the site says that there is more.
    """

    title: str | None = None
    account: str | None = None
    account_id: str | None = None
    items: tuple[ListItem, ...] = ()
    cursor: str | None = None
    more: bool = False
    extra: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page is and all that was read from it.

    `article` is set for article kinds (its identity is empty where the page does not say which one it is), `listing` for
    lists, `bodies` for whole articles inside a list or feed. `identity` names the article that a notice stands in
    for, where the URL tells. `notice` is the notice's own words, `reason` those it adds below them. `moved_to` is the
    address of the article that the page says it is, where its URL names another one.
    """

    site: SiteName | None
    verdict: Verdict
    article: Article | None = None
    listing: Listing | None = None
    bodies: tuple[Article, ...] = ()
    identity: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    notice: str | None = None
    account: str | None = None
    reason: str | None = None
    moved_to: str | None = None


class Event(Record):
    """An observation that is no article: deleted, violation, private, challenge, gone, moved."""

    site: SiteName
    identity: str | None = None
    url: str
    kind: str
    notice: str | None = None
    status: int = 200
    observed_at: Time
    raw: RawReference | None = None


class Revision(Record):
    """An earlier title or body of an article, with the time until which it stood."""

    identity: str
    title: str
    body: Body
    fetched_at: Time | None = None
    replaced_at: Time


class Pick(Record):
    """An editor's choice of a story for a day.

    `position` counts from 1 within the day. `text` is the editor's own words in one line; `draft` marks a machine's.
    `identity` is filled where the URL tells it. `style` is `inline` where the day writes the link in the text (F2b).

    Where an editor has written more than that line, in Markdown: `title` stands for the article's, `words` for the
    text of a post that has several paragraphs, `body` for the article's text among full texts. Empty is none.

    A draft without a text shows what the article says. `basis` is a fingerprint of what it said when the editor wrote.
    """

    day: date
    position: int
    url: str
    text: str
    identity: str | None = None
    state: Literal["candidate", "picked", "rejected"] = "picked"
    draft: bool = False
    note: str = ""
    style: Literal["line", "inline"] = "line"
    title: str = ""
    words: str = ""
    body: str = ""
    basis: str = ""


class NotRead(Record):
    """A list that a run did not read, by its URL, or a host that it did not ask, by its name; and why.

    `reason` is a word (`robots`, `http_503`, `timeout`), `detail` what more is known.
    """

    name: str
    reason: str
    detail: str = ""


class Run(Record):
    """One crawl: when, with what, how it ended, and counts that add up to what was fetched.

    `reason` is Scrapy's word for why it ended, `end` ours for how (`good`, `nothing read`), `exit_code` that of its
    command. All three are None while it runs; `end` and `exit_code` are None too in records of earlier versions.
    """

    run_id: str
    site: SiteName
    arguments: dict[str, str] = Field(default_factory=dict)
    started_at: Time
    heartbeat_at: Time
    finished_at: Time | None = None
    reason: str | None = None
    end: str | None = None
    exit_code: int | None = None
    not_read: tuple[NotRead, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    metrics: dict[str, float] = Field(default_factory=dict)
    """What the run's pages were like (`newsarchive/monitoring/` names them); a metric without data is absent."""
    warnings: tuple[str, ...] = ()
    """What was out of the range of the site's own history, a line each."""
    notes: tuple[str, ...] = ()
    """What a reader of the record should know: hosts whose robots.txt was not obeyed, and why."""


class ListReading(Record):
    """A list was read: when, and the validators for the next conditional request.

    `unfinished` says that further pages of it were still to be read; there are no validators then.
    """

    url: str
    read_at: Time
    etag: str | None = None
    last_modified: str | None = None
    unfinished: bool = False


class Task(Record):
    """An article that is or was to be fetched: what the frontier knows of it.

    `name` is the article's identity, or the short link's while its page is unread. `wanted` was never fetched with
    success, `done` is held and looked at again when due, `gone` is no longer on the site. Nothing is due before `due_at`.
    `tries` counts the fetches since the last success, `outcome` is how the last one ended (`new`, `unchanged`, `deleted`,
    `challenge`, `http_503`). `source` is the URL of the list that named the article, `published_at` that list's word.
    `carried` is the article itself (JSON) where a list carried it whole: kept until the store has the article, as the list
    may never be sent again.
    """

    site: SiteName
    name: str
    url: str
    state: Literal["wanted", "done", "gone"] = "wanted"
    found_at: Time
    published_at: PublicationTime = None
    due_at: Time
    tries: int = 0
    outcome: str | None = None
    checked_at: Time | None = None
    etag: str | None = None
    last_modified: str | None = None
    source: str | None = None
    carried: str | None = None


@dataclass(eq=False, slots=True)
class FetchedArticle:
    """What spiders yield: an article on its way through the pipelines, which replace `article`.

    `done` is its task once the store has the article, `failed` its task if it never gets there; None for one that
    settles no task. `size` is that of its page in bytes: what it takes in memory grows with it.
    """

    article: Article
    done: Task | None = None
    failed: Task | None = None
    size: int = 0
