"""Markdown as a body tree, so that what an editor or another converter wrote can be written anew.

Read by CommonMark with tables; HTML is text. Two habits of html2text (full texts of 36kr's feed, May 2025) are mended
where `mended` is set: a lone `****`, which would be a rule, and bullets that are text (`•` and a no-break blank).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsarchive.body import (
    Block,
    Body,
    Break,
    Cell,
    Code,
    Heading,
    Image,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
)

_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_EMPTY_BOLD = re.compile(r"(?m)^[ ]{0,3}\*{4}[ ]*$\n?")
_BULLET = re.compile(r"[•●]\s*\u00a0?\s*")
_BOLD_MARK = re.compile(r"(?<![*\\])\*\*(?!\*)")
_LATE_BOLD = re.compile(r"\*\*([。，、；：！？])(?=[^*\n])")


def read_body(markdown: str, *, mended: bool = True) -> Body:
    """The tree of a Markdown text."""
    if mended:
        markdown = "\n".join(map(mended_bold, _EMPTY_BOLD.sub("", markdown).split("\n")))
    body = _Tree(_PARSER.parse(markdown)).blocks(None)
    return _with_bullets(_with_captions(body)) if mended else body


def mended_bold(line: str) -> str:
    """A line in which bold opens after a full stop, not before it, where no CommonMark tool would render it."""
    marks = [match.start() for match in _BOLD_MARK.finditer(line)]
    for opening, _ in reversed(list(zip(marks[::2], marks[1::2], strict=False))):
        if opening and not line[opening - 1].isspace() and (match := _LATE_BOLD.match(line, opening)):
            line = f"{line[:opening]}{match[1]}**{line[match.end() :]}"
    return line


class _Tree:
    """One pass over the parser's tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def blocks(self, end: str | None) -> list[Block]:
        """The blocks up to a closing token, which is passed."""
        found: list[Block] = []
        while self._place < len(self._tokens):
            token = self._tokens[self._place]
            self._place += 1
            if token.type == end:
                break
            found += self._block(token)
        return found

    def _block(self, token: Token) -> list[Block]:
        match token.type:
            case "paragraph_open":
                return _paragraph(self._inlines("paragraph_close"))
            case "heading_open":
                return [Heading(int(token.tag[1]), self._inlines("heading_close"))]
            case "blockquote_open":
                return [Quote(self.blocks("blockquote_close"))]
            case "bullet_list_open":
                return [ListBlock(self._items("bullet_list_close"))]
            case "ordered_list_open":
                start = token.attrs.get("start", 1)
                return [ListBlock(self._items("ordered_list_close"), ordered=True, start=int(start))]
            case "fence" | "code_block":
                return [Code(token.content.rstrip("\n"), token.info.strip().split(" ")[0])]
            case "table_open":
                return [Table(self._rows())]
            case "hr":
                return [Rule()]
        return []

    def _items(self, end: str) -> list[list[Block]]:
        items: list[list[Block]] = []
        while self._tokens[self._place].type != end:
            self._place += 1
            items.append(self.blocks("list_item_close"))
        self._place += 1
        return items

    def _rows(self) -> list[list[Cell]]:
        rows: list[list[Cell]] = []
        while (token := self._tokens[self._place]).type != "table_close":
            self._place += 1
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"th_open", "td_open"}:
                inlines = self._inlines(token.type.replace("open", "close"))
                rows[-1].append(Cell([Paragraph(inlines)] if inlines else [], header=token.type == "th_open"))
        self._place += 1
        return rows

    def _inlines(self, end: str) -> list[Inline]:
        inlines: list[Inline] = []
        while (token := self._tokens[self._place]).type != end:
            self._place += 1
            inlines += _inlines_of(token.children or [])
        self._place += 1
        return inlines


@dataclass(frozen=True, slots=True)
class _Look:
    """How the text at a place looks."""

    strong: int = 0
    emphasis: int = 0
    link: str | None = None


def _inlines_of(tokens: Sequence[Token]) -> Iterator[Inline]:
    look = _Look()
    for token in tokens:
        match token.type:
            case "text" | "text_special":
                if token.content:
                    yield Span(token.content, look.strong > 0, look.emphasis > 0, link=look.link)
            case "code_inline":
                yield Span(token.content, look.strong > 0, look.emphasis > 0, code=True, link=look.link)
            case "strong_open" | "strong_close":
                look = replace(look, strong=look.strong + token.nesting)
            case "em_open" | "em_close":
                look = replace(look, emphasis=look.emphasis + token.nesting)
            case "link_open":
                look = replace(look, link=str(token.attrs.get("href", "")))
            case "link_close":
                look = replace(look, link=None)
            case "softbreak":
                yield Span(" ", look.strong > 0, look.emphasis > 0, link=look.link)
            case "hardbreak":
                yield Break()
            case "image":
                yield Image(str(token.attrs.get("src", "")), alt=token.content, link=look.link)


def _paragraph(inlines: list[Inline]) -> list[Block]:
    """A paragraph; one that is only a picture is that picture."""
    if len(inlines) == 1 and isinstance(inlines[0], Image):
        return [inlines[0]]
    words = "".join(it.text for it in inlines if isinstance(it, Span))
    if not words.strip("\u00a0 ") and not any(isinstance(it, Image) for it in inlines):
        return []
    return [Paragraph(inlines)]


_LONGEST_CAPTION = 60
_ENDS_OF_SENTENCES = "。！？!?：:；…"


def _with_captions(body: Body) -> Body:
    """A picture without alt text takes the short line below it as its caption."""
    blocks: Body = []
    for block in body:
        last = blocks[-1] if blocks else None
        if isinstance(last, Image) and not last.alt and not last.caption and (words := _caption(block)):
            blocks[-1] = replace(last, alt=words, caption=words)
        else:
            blocks.append(block)
    return blocks


def _caption(block: Block) -> str:
    """The words of a paragraph that has the look of a caption: plain, short, no full stop."""
    if not isinstance(block, Paragraph) or not all(isinstance(it, Span) for it in block.inlines):
        return ""
    spans = [it for it in block.inlines if isinstance(it, Span)]
    words = "".join(it.text for it in spans).strip()
    plain = not any(it.strong or it.link or it.code for it in spans)
    short = len(words) <= _LONGEST_CAPTION and not words.endswith(tuple(_ENDS_OF_SENTENCES))
    return words if plain and short and not _BULLET.match(words) else ""


def _with_bullets(body: Body) -> Body:
    """Paragraphs that begin with a bullet as items of a list."""
    blocks: Body = []
    for block in body:
        item = _bullet_item(block)
        if item is None:
            blocks.append(block)
        elif blocks and isinstance(last := blocks[-1], ListBlock) and not last.ordered:
            last.items.append([item])
        else:
            blocks.append(ListBlock([[item]]))
    return blocks


def _bullet_item(block: Block) -> Paragraph | None:
    first = block.inlines[0] if isinstance(block, Paragraph) and block.inlines else None
    if not isinstance(block, Paragraph) or not isinstance(first, Span):
        return None
    match = _BULLET.match(first.text)
    if not match:
        return None
    rest = [replace(first, text=first.text[match.end() :])] if match.end() < len(first.text) else []
    return Paragraph([*rest, *block.inlines[1:]])
