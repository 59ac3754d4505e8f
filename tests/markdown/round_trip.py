"""What a reader sees of a body tree, and of Markdown rendered by a CommonMark parser: for comparing both.

Characters are compared one by one with their style and link, pictures and structure in order. White space and invisible
characters do not count. The style of punctuation is free: the writer may move it out of bold. Struck-out words need be
nothing else, and what stands above or below the line is compared as the characters for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsarchive.items.body import (
    Aside,
    Block,
    Break,
    Code,
    Embed,
    Heading,
    Image,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
    shown,
)
from newsarchive.markdown.writer import Style


class Judge(MarkdownIt):
    """markdown-it, but an address in angle brackets is shown as it is written, as CommonMark has it (6.5)."""

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it's name
        """The address as written; markdown-it would decode `%12` and drop what cannot be seen."""
        return link


PARSER = Judge("commonmark").enable(["table", "strikethrough"])
MEDIA = {"video": "视频", "audio": "音频", "card": "卡片", "frame": "内嵌页面"}


class Letter(NamedTuple):
    """A character as shown. `emphasis` and `code` are None where they may be given up."""

    char: str
    strong: bool
    emphasis: bool | None
    code: bool | None
    link: str | None
    struck: bool = False


@dataclass(slots=True)
class Seen:
    """What is shown: letters, pictures' URLs, and structure (headings, code, lists, tables, quotations, rules)."""

    letters: list[Letter] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    outline: list[tuple[object, ...]] = field(default_factory=list)

    def size(self) -> tuple[int, int, int]:
        """How much is shown so far."""
        return len(self.letters), len(self.pictures), len(self.outline)

    def add(
        self,
        text: str,
        *,
        strong: bool,
        emphasis: bool | None,
        code: bool | None,
        link: str | None,
        struck: bool = False,
    ) -> None:
        """Text in one style."""
        self.letters += [Letter(char, strong, emphasis, code, link, struck) for char in text if shows(char)]


@cache
def shows(char: str) -> bool:
    """Whether a character counts."""
    return not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Cn"}


def same_url(url: str) -> str:
    """A URL as it is compared: percent-encoding does not count."""
    return unquote(url.strip())


def allowed(url: str | None) -> str | None:
    """The URL of a link that may be written, as it is compared."""
    try:
        scheme = urlsplit((url or "").strip()).scheme
    except ValueError:
        scheme = ""
    return same_url(url) if url and url.strip() and scheme in {"", "http", "https", "mailto"} else None


def code_lines(text: str) -> list[str]:
    """The lines of a code block without empty ones at its ends."""
    kept = "".join(char for char in text if char.isspace() or shows(char))
    return kept.strip("\n\r\x85\u2028\u2029").splitlines() if kept.strip() else []


def in_tree(blocks: Iterable[Block], style: Style | None = None) -> Seen:
    """What a body tree shows."""
    seen = Seen()
    _tree(seen, list(blocks), style or Style(), cell=False)
    return seen


def _tree(seen: Seen, blocks: Sequence[Block], style: Style, *, cell: bool) -> None:
    for block in blocks:
        if isinstance(block, ListBlock | Quote | Aside | Table):
            _container(seen, block, style, cell=cell)
        else:
            _leaf(seen, block, style, cell=cell)


def _container(seen: Seen, block: ListBlock | Quote | Aside | Table, style: Style, *, cell: bool) -> None:
    place, before = len(seen.outline), seen.size()
    entry: tuple[object, ...] | None = None
    match block:
        case Quote():
            _tree(seen, block.blocks, style, cell=cell)
            entry = ("quote",)
        case Aside():
            _tree(seen, block.blocks if style.asides else [], style, cell=cell)
        case ListBlock():
            _list(seen, block, style, cell=cell)
        case Table():
            for row in block.rows:
                for inner in row:
                    _tree(seen, inner.blocks, style, cell=True)
            entry = ("table", columns(block))
    if entry and not cell and before != seen.size():
        seen.outline.insert(place, entry)


def _list(seen: Seen, block: ListBlock, style: Style, *, cell: bool) -> None:
    """A list, or one for each run of numbers that count on; numbers that Markdown cannot write are text."""
    figures = block.style == "1" and all(block.number(place) >= 0 for place in range(len(block.items)))
    marked = block.ordered and (cell or not figures)
    place, before, items, start = len(seen.outline), seen.size(), 0, None
    for number, item in enumerate(block.items):
        goes_on = number and block.number(number) == block.number(number - 1) + 1
        if block.ordered and not marked and number and not goes_on:
            if items:
                seen.outline.insert(place, ("list", True, items, start))
            place, items, start = len(seen.outline), 0, None
        start = block.number(number) if start is None else start
        size = seen.size()
        if marked and item:
            seen.add(block.mark(number), strong=False, emphasis=False, code=False, link=None)
        _tree(seen, item, style, cell=cell)
        items += size != seen.size()
    if items and not cell and before != seen.size():
        entry = ("list", True, items, start) if block.ordered and not marked else ("list", False, items)
        seen.outline.insert(place, entry)


def _leaf(seen: Seen, block: Block, style: Style, *, cell: bool) -> None:
    before = seen.size()
    match block:
        case Paragraph():
            _inlines(seen, block.inlines, style)
        case Heading():
            _inlines(seen, block.inlines, style, heading=not cell)
            if not cell and before != seen.size():
                seen.outline.append(("heading", min(max(block.level + style.heading_shift, 1), 6)))
        case Code() if cell:
            seen.add(block.text, strong=False, emphasis=False, code=True, link=None)
        case Code():
            if text := code_lines(block.text):
                seen.outline.append(("code", text, "" if "`" in block.language else block.language))
        case Image():
            _picture(seen, block, style)
            seen.add(block.caption, strong=False, emphasis=True, code=False, link=None)
        case Embed():
            title = block.title if block.title and any(map(shows, block.title)) else ""
            label = f"{MEDIA[block.media]}{'：' if title else ''}{title}"
            seen.add(label, strong=False, emphasis=False, code=False, link=allowed(block.url))
        case Rule() if not cell:
            seen.outline.append(("rule",))


def columns(table: Table) -> int:
    """How many columns a table has in a browser."""
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(table.rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            taken |= {
                (number + down, column + right)
                for down in range(cell.rowspan)
                for right in range(cell.colspan)
            }
            column += cell.colspan
    return 1 + max(column for number, column in taken if number < len(table.rows))


def _picture(seen: Seen, image: Image, style: Style) -> None:
    if style.images == "show":
        seen.pictures.append(same_url(image.url))
        return
    words = "".join(filter(shows, image.alt))
    label = words if words and words != "".join(filter(shows, image.caption)) else "图片"
    seen.add(label, strong=False, emphasis=False, code=False, link=same_url(image.url))


def _inlines(seen: Seen, inlines: Sequence[Inline], style: Style, *, heading: bool = False) -> None:
    spans = [piece for piece in inlines if isinstance(piece, Span)]
    mixed = not heading and any(piece.strong and not piece.struck for piece in spans)
    definition = "]:" in "".join(char for piece in spans if piece.code for char in piece.text if shows(char))
    for piece in inlines:
        match piece:
            case Span():
                italic = None if mixed and piece.emphasis else piece.emphasis and not piece.struck
                seen.add(
                    shown(piece),
                    strong=piece.strong and not heading and not piece.struck,
                    struck=piece.struck,
                    emphasis=italic,
                    code=None if piece.code and definition else piece.code,
                    link=allowed(piece.link),
                )
            case Image():
                _picture(seen, piece, style)
            case Break():
                pass


def in_markdown(text: str) -> Seen:
    """What a CommonMark tool shows of Markdown. Raw HTML, except a cell's `<br>`, is an error."""
    seen = Seen()
    tokens = PARSER.parse(text)
    for number, token in enumerate(tokens):
        match token.type:
            case "inline":
                _rendered(seen, token.children or [])
            case "heading_open":
                seen.outline.append(("heading", int(token.tag[1:])))
            case "fence":
                seen.outline.append(("code", code_lines(token.content), token.info))
            case "bullet_list_open" | "ordered_list_open":
                items = _inside(tokens, number, "list_item_open")
                start = (int(token.attrs.get("start", 1)),) if token.type == "ordered_list_open" else ()
                seen.outline.append(("list", bool(start), items, *start))
            case "blockquote_open":
                seen.outline.append(("quote",))
            case "hr":
                seen.outline.append(("rule",))
            case "table_open":
                seen.outline.append(("table", _inside(tokens, number, "th_open", levels=3)))
            case "code_block" | "html_block":
                raise AssertionError(f"{token.type} in the Markdown: {token.content!r}")
    return seen


def _inside(tokens: Sequence[Token], number: int, kind: str, levels: int = 1) -> int:
    level = tokens[number].level
    count = 0
    for token in tokens[number + 1 :]:
        if token.level == level:
            break
        count += token.type == kind and token.level == level + levels
    return count


def _rendered(seen: Seen, tokens: Iterable[Token]) -> None:
    strong = italic = struck = 0
    link: str | None = None
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                seen.add(
                    token.content,
                    strong=strong > 0,
                    emphasis=italic > 0,
                    code=token.type == "code_inline",
                    link=link,
                    struck=struck > 0,
                )
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "s_open" | "s_close":
                struck += token.nesting
            case "link_open":
                link = same_url(str(token.attrs["href"]))
            case "link_close":
                link = None
            case "image":
                seen.pictures.append(same_url(str(token.attrs["src"])))
            case "html_inline":
                assert token.content == "<br>", f"HTML in the Markdown: {token.content!r}"
            case kind:
                assert kind in {"hardbreak", "softbreak"}, f"{kind} in the Markdown: {token.content!r}"


def differences(tree: Seen, shown: Seen) -> Iterator[str]:
    """What is not the same, in words; nothing where the Markdown shows what the tree says."""
    wanted = "".join(letter.char for letter in tree.letters)
    got = "".join(letter.char for letter in shown.letters)
    if wanted != got:
        start = next(
            (i for i, (a, b) in enumerate(zip(wanted, got, strict=False)) if a != b),
            min(len(wanted), len(got)),
        )
        yield f"text differs: {wanted[max(0, start - 20) : start + 40]!r} is shown as {got[max(0, start - 20) : start + 40]!r}"
        return
    own = set(_urls_as_text(shown))
    for place, (letter, other) in enumerate(zip(tree.letters, shown.letters, strict=True)):
        if what := _difference(letter, other, own=place in own):
            yield f"{what} of {letter.char!r} in {wanted[max(0, place - 20) : place + 20]!r}: {letter} is shown as {other}"
    if tree.pictures != shown.pictures:
        yield f"pictures differ: {tree.pictures} are shown as {shown.pictures}"
    if tree.outline != shown.outline:
        yield f"structure differs: {tree.outline} is shown as {shown.outline}"


def _urls_as_text(shown: Seen) -> Iterator[int]:
    """The places of letters that are a URL which links to itself: the page may have it as text only."""
    start = 0
    for link, letters in groupby(shown.letters, key=lambda letter: letter.link):
        words = [letter.char for letter in letters]
        size = len(words)
        if link and not _plain("".join(words)).replace(_plain(link), ""):
            yield from range(start, start + size)
        start += size


def _plain(url: str) -> str:
    return "".join(filter(str.isalnum, same_url(url))).replace("http", "")


def _difference(letter: Letter, other: Letter, *, own: bool) -> str | None:
    if letter.code is not None and letter.code != other.code:
        return "code"
    if letter.link != other.link and not (own and letter.link is None):
        return "link"
    if not letter.char.isalnum():
        return None
    if letter.strong != other.strong:
        return "bold"
    if letter.struck != other.struck:
        return "strike-through"
    return "italics" if letter.emphasis is not None and letter.emphasis != other.emphasis else None
