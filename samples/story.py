"""Sample stories: what a piece says and where it was published, read from the TOML files in `content/`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

from samples.ids import SHANGHAI, ithome_id, kr36_id, weixin_chksm, weixin_mid, weixin_sn, weixin_token
from samples.markup import Block, Picture, lines_of, parse

SiteName: TypeAlias = Literal["36kr", "ithome", "weixin"]
NOTICES = frozenset({"deleted", "violation"})
"""Kinds of weixin stories that are only a notice."""

CONTENT = Path(__file__).parent / "content"
_REFERENCE = re.compile(r"\(@([\w-]+)\)")


@dataclass(frozen=True, slots=True)
class Account:
    """A weixin account; `biz` is base64 of a decimal number, as on the real site."""

    key: str
    name: str
    alias: str
    biz: str
    user_name: str
    signature: str


@dataclass(frozen=True, slots=True)
class Album:
    """A weixin album: stories name it by its id."""

    album_id: str
    title: str
    account: str


@dataclass(frozen=True)
class Story:
    """One piece as one site publishes it.

    `key` names it in the content files and in tests, `published` is Beijing time. `kind` is `article` where nothing
    special is meant; the others are explained in `content/README.md`. `order_at` is ithome's second clock (the place in
    lists), `same_as` the key of the story that this one reprints, `gone` whether it was deleted since. Times and ids never depend on the clock.
    """

    site: SiteName
    key: str
    title: str
    digest: str
    published: datetime
    text: str
    kind: str = "article"
    author: str = ""
    editor: str = ""
    source: str = ""
    channel: str = ""
    tags: tuple[str, ...] = ()
    cover: Picture | None = None
    tipster: str = ""
    order_at: datetime | None = None
    same_as: str = ""
    account: Account | None = None
    album: str = ""
    token: str = ""
    template: str = ""
    original: bool = False
    source_url: str = ""
    notice: str = ""
    seed_link: str = "short"
    idx: int = 1
    generated: bool = False
    gone: bool = False

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The body."""
        return parse(self.text)

    @property
    def is_withdrawn(self) -> bool:
        """Whether there is no text any more: deleted in the world, or written down as a notice from the start."""
        return self.gone or self.kind in NOTICES

    @cached_property
    def lines(self) -> list[str]:
        """The body's words, as a reader sees them."""
        return lines_of(self.blocks)

    @cached_property
    def item_id(self) -> int:
        """The number of the piece on 36kr or ithome."""
        return kr36_id(self.key, self.published) if self.site == "36kr" else ithome_id(self.published)

    @property
    def biz(self) -> str:
        """The account's id (weixin)."""
        assert self.account is not None  # noqa: S101 - the loader gives every weixin story an account
        return self.account.biz

    @cached_property
    def mid(self) -> int:
        """The message id (weixin)."""
        return weixin_mid(self.published)

    @cached_property
    def sn(self) -> str:
        """The access check (weixin)."""
        return weixin_sn(self.biz, self.mid, self.idx)

    @cached_property
    def short_token(self) -> str:
        """The short link's name (weixin)."""
        return self.token or weixin_token(self.biz, self.mid, self.idx)

    @property
    def identity(self) -> str:
        """The site's own key, as newsarchive writes it."""
        if self.site == "weixin":
            return f"weixin:{self.biz}:{self.mid}:{self.idx}"
        return f"{self.site}:{self.item_id}"

    @property
    def url(self) -> str:
        """The URL by which the site's own pages link to it (weixin: the short link)."""
        if self.site == "36kr":
            return f"https://36kr.com/{'newsflashes' if self.kind == 'flash' else 'p'}/{self.item_id}"
        if self.site == "ithome":
            return self._ithome_url()
        return f"https://mp.weixin.qq.com/s/{self.short_token}"

    def _ithome_url(self) -> str:
        if self.kind == "promotion":
            return f"https://lapin.ithome.com/html/digi/{self.item_id}.htm"
        return f"https://www.ithome.com{ithome_path(self.item_id)}"

    @property
    def long_url(self) -> str:
        """The long weixin link, with everything that a shared link carries."""
        query = {"__biz": self.biz, "mid": self.mid, "idx": self.idx, "sn": self.sn}
        query["chksm"] = weixin_chksm(self.biz, self.mid, self.idx)
        return f"https://mp.weixin.qq.com/s?{urlencode(query, safe='=')}#rd"


def ithome_path(item_id: int) -> str:
    """The path of an ithome article: three groups since the ids have seven digits."""
    return f"/{item_id // 1_000_000}/{item_id // 1000 % 1000:03}/{item_id % 1000:03}.htm"


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that was written by hand."""

    stories: tuple[Story, ...]
    accounts: dict[str, Account]
    albums: dict[str, Album]


@cache
def load() -> Content:
    """Read the content files; references of the form `(@key)` become the URL of that story."""
    tables = {
        site: tomllib.loads((CONTENT / f"{site}.toml").read_text("utf-8"))
        for site in ("36kr", "ithome", "weixin")
    }
    weixin = tables["weixin"]
    accounts = {row["key"]: Account(**row) for row in weixin["account"]}
    albums = {row["album_id"]: Album(**row) for row in weixin.get("album", [])}
    rows: dict[str, dict[str, Any]] = {}
    for site, table in tables.items():
        for row in table["story"]:
            if row["key"] in rows:
                raise ValueError(f"samples/content/{site}.toml: the key {row['key']!r} is used twice")
            rows[row["key"]] = {**row, "site": site}
    stories = {key: _story(row, rows, accounts) for key, row in rows.items()}
    return Content(tuple(_linked(story, stories) for story in stories.values()), accounts, albums)


def _story(row: dict[str, Any], rows: dict[str, dict[str, Any]], accounts: dict[str, Account]) -> Story:
    values = dict(row)
    for name in ("published", "order_at"):
        if name in values:
            values[name] = values[name].replace(tzinfo=SHANGHAI)
    if cover := values.pop("cover", None):
        values["cover"] = parse(f"![]({cover})")[0]
    values["tags"] = tuple(values.get("tags", ()))
    if account := values.pop("account", None):
        values["account"] = accounts[account]
    if same_as := values.get("same_as"):
        values.setdefault("text", rows[same_as]["text"])
    return Story(**{"text": "", "digest": "", **values})


def _linked(story: Story, stories: dict[str, Story]) -> Story:
    return replace(story, text=_REFERENCE.sub(lambda match: f"({stories[match[1]].url})", story.text))
