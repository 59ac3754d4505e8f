"""What a reader is told by an article: the words and marks by which two versions of it are compared.

White space, counters, tracking parameters and blocks that are not the story (`Aside`) tell nobody anything: versions
that differ in nothing else are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from newsarchive.items.body import Block, Embed, Image, Inline, ListBlock, Span, Table, line_text, text_of
from newsarchive.parsing.text import one_line, visible
from newsarchive.sites import identify

_BLANKS = re.compile(r"\s+")
_NO_STORY = frozenset({"advertisement", "appeal"})

_COUNTED = (
    r"(?:阅读|浏览|观看|播放|点击|评论|跟帖|回复|留言|点赞|赞|喜欢|在看|好看|收藏|转发|分享|热度|围观|人气"
    r"|views?|reads?|likes?|comments?|shares?)"
)
_AMOUNT = r"[\d.,]{1,15}(?:万|亿|千|k|w|m)?\+?"
_COUNTER = re.compile(
    rf"(?:(?:已有|共有?)?(?:{_COUNTED}(?:量|数|次数|人数)?[:：(（]?{_AMOUNT}[)）]?(?:次|人|条|个)?"
    rf"|{_AMOUNT}(?:次|人|条|个)?(?:已|参与)?{_COUNTED}(?:过|量|数)?)[·•|｜/、，,]*)+",
    re.IGNORECASE,
)
_SIGNS = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
"""👁 and 👍 before a number."""
_LONGEST_COUNTER = 60
"""Characters of a line that may be nothing but counters: 阅读 1.2万 · 评论 35."""

_TRACKING = re.compile(
    r"(?:utm_\w+|spm\w*|scm|from\w*|ref|referrer|source|share\w*|sharer_\w+|scene|subscene|ascene|chksm|mpshare|srcid"
    r"|clicktime|click_id|enterid|sessionid|pass_ticket|exportkey|wx_header|isappinstalled|nsukey|poc_token|gclid|fbclid"
    r"|msclkid|yclid|bd_vid|timestamp|_t|trk\w*|track\w*|aff\w*)",
    re.IGNORECASE,
)
"""Parameters that say who follows a link, and from where; never what it leads to."""
_DELIVERY = re.compile(
    rf"{_TRACKING.pattern}|w|h|width|height|size|t|tp|q|quality|format|fm|fit|crop|auto|wx_\w+|wxfrom|x-\w+-process|image\w*/.*",
    re.IGNORECASE,
)
"""Parameters of a picture's address that only say in which size and form it is sent."""


@dataclass(frozen=True, slots=True)
class WordLine:
    """A line of a text as it is shown. A `mark` is no words: a picture, a player, the address of a link."""

    text: str
    mark: bool = False

    @property
    def key(self) -> str:
        """By what it is compared: itself, without white space."""
        return bare(self.text)


def bare(text: str) -> str:
    """A text without white space and what is invisible."""
    return _BLANKS.sub("", text if text.isprintable() else visible(text))


def says_the_same(one: Iterable[Block], other: Iterable[Block]) -> bool:
    """Whether two bodies tell a reader the same: the same words in the same order, links, pictures and players."""
    return _told(one) == _told(other)


def _told(blocks: Iterable[Block]) -> tuple[str, list[str]]:
    lines = list(lines_of(blocks))
    return "".join(line.key for line in lines if not line.mark), [line.key for line in lines if line.mark]


def lines_of(blocks: Iterable[Block]) -> Iterator[WordLine]:
    """The lines of a body that tell the story, in document order, marks below the words that they belong to."""
    for block in blocks:
        match block.kind:
            case "paragraph" | "heading":
                yield from _of_words(line_text(block.inlines))
                yield from _marks(block.inlines)
            case "image":
                yield from _of_picture(block)
            case "embed":
                yield WordLine(f"[{block.media}] {_of_embed(block)}", mark=True)
            case "code":
                yield from _of_words(block.text)
            case "list":
                yield from _of_list(block)
            case "table":
                yield from _of_table(block)
            case "quote":
                yield from lines_of(block.blocks)
            case "aside":
                if block.role not in _NO_STORY:
                    yield from lines_of(block.blocks)


def _of_list(block: ListBlock) -> Iterator[WordLine]:
    for place, item in enumerate(block.items):
        inner = list(lines_of(item))
        if inner and block.is_marked:
            inner[0] = WordLine(f"{block.mark(place)} {inner[0].text}", inner[0].mark)
        yield from inner


def _of_table(block: Table) -> Iterator[WordLine]:
    for row in block.rows:
        yield from _of_words(" | ".join(text_of(cell.blocks).replace("\n", " ") for cell in row))
        for cell in row:
            yield from (line for line in lines_of(cell.blocks) if line.mark)


def _of_words(text: str) -> Iterator[WordLine]:
    for line in text.split("\n"):
        words = one_line(line)
        if words and not _is_counter(words):
            yield WordLine(words)


def _is_counter(line: str) -> bool:
    return len(line) <= _LONGEST_COUNTER and bool(_COUNTER.fullmatch(_SIGNS.sub("", bare(line))))


def _marks(inlines: Iterable[Inline]) -> Iterator[WordLine]:
    last = ""
    for piece in inlines:
        if isinstance(piece, Image):
            yield from _of_picture(piece)
        link = piece.link if isinstance(piece, Span | Image) else None
        if link and link != last:
            yield WordLine(f"[link] {address(link)}", mark=True)
        last = link or ""


def _of_picture(image: Image) -> Iterator[WordLine]:
    if image.role is None:
        yield WordLine(f"[image] {_without(image.key or image.url, _DELIVERY)}", mark=True)
        yield from _of_words(image.caption)
    if image.link and image.role is None:
        yield WordLine(f"[link] {address(image.link)}", mark=True)


def _of_embed(embed: Embed) -> str:
    return embed.id or (address(embed.url) if embed.url else "") or embed.title or ""


def address(url: str) -> str:
    """What a link leads to: the canonical URL of an article, any other without fragment and tracking."""
    link = identify(url)
    return link.url if link else _without(url, _TRACKING)


def _without(url: str, idle: re.Pattern[str]) -> str:
    """An address over https without fragment and idle parameters, the others in the order of their names."""
    try:
        parts = urlsplit(url)
        query = [it for it in parse_qsl(parts.query, keep_blank_values=True) if not idle.fullmatch(it[0])]
    except ValueError:
        return url
    scheme = "https" if parts.scheme == "http" else parts.scheme
    return parts._replace(scheme=scheme, query=urlencode(sorted(query)), fragment="").geturl()
