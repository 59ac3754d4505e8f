"""Markdown as a body tree, so that what an editor or another converter wrote can be written anew.

Read by CommonMark with tables; HTML is text, but for `<br>`, which ends a line (in a cell nothing else can). Three habits
of html2text (seen in full texts made of a feed, May 2025) are mended where `mended` is set: a lone `****`, which would be a
rule, bullets that are text (`•` and a no-break blank), and the blank that it puts after bold, where a full stop or comma stands on either side of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from newsarchive.items.body import (
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
    walk,
)
from newsarchive.markdown.document import code_lines

_PARSER = (
    MarkdownIt("commonmark", {"html": True, "linkify": False})
    .enable(["table", "strikethrough"])
    .disable("html_block")
)
_LINE_PARSER = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
_STYLES = {"strong": "strong", "em": "emphasis", "s": "struck"}
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_EMPTY_BOLD = re.compile(r"[ ]{0,3}\*{4}[ ]*")
_BULLET = re.compile(r"[•●]\s*\u00a0?\s*")
_BOLD_MARK = re.compile(r"(?<![*\\])\*\*(?!\*)")
_SIGN = frozenset("，。、；：！？（）「」『』“”‘’《》【】…～")
"""html2text puts a blank after bold, which no Chinese text has beside such a sign; the writer needs none."""
_LATE_BOLD = re.compile(r"\*\*([。，、；：！？])(?=[^*\n])")


def read_body(markdown: str, *, mended: bool = True) -> Body:
    """The tree of a Markdown text."""
    if not mended:
        return _blocks(SyntaxTreeNode(_PARSER.parse(markdown)))
    body = _blocks(SyntaxTreeNode(_PARSER.parse(_mended(markdown))))
    for block in walk(body):
        if isinstance(block, Paragraph | Heading):
            block.inlines[:] = _without_blanks_after_bold(block.inlines)
    return _with_bullets(_with_captions(body))


def read_line(markdown: str) -> list[Inline]:
    """The pieces of one line of Markdown; they read as `plain_line` says, and have their marks, links and pictures."""
    return _inlines(SyntaxTreeNode(_LINE_PARSER.parseInline(markdown)))


def _mended(markdown: str) -> str:
    lines = markdown.split("\n")
    code = code_lines(lines)
    kept = ((n, line) for n, line in enumerate(lines) if n in code or not _EMPTY_BOLD.fullmatch(line))
    return "\n".join(line if n in code else mended_bold(line) for n, line in kept)


def _without_blanks_after_bold(inlines: Sequence[Inline]) -> Iterator[Inline]:
    last: Inline | None = None
    for inline in inlines:
        end = last.text[-1:] if isinstance(last, Span) and last.strong else ""
        last = inline
        if end and isinstance(inline, Span) and not inline.strong and _needs_no_blank(end, inline.text):
            yield replace(inline, text=inline.text[1:])
        else:
            yield inline


def _needs_no_blank(end: str, text: str) -> bool:
    """Whether one of the two characters beside a blank is a full-width sign."""
    return text[:1] == " " and (end in _SIGN or text[1:2] in _SIGN)


def mended_bold(line: str) -> str:
    """A line in which bold opens after a full stop, not before it, where no CommonMark tool would render it.

    A line whose marks all work, or would work no better, stays as it is.
    """
    if not _LATE_BOLD.search(line) or not _shown_marks(line):
        return line
    mended = _with_later_bold(line)
    return mended if _shown_marks(mended) < _shown_marks(line) else line


def _shown_marks(line: str) -> int:
    """How many bold marks a reader would see."""
    tokens = _PARSER.parseInline(line)[0].children or []
    return sum(token.content.count("**") for token in tokens if token.type == "text")


def _with_later_bold(line: str) -> str:
    marks = [match.start() for match in _BOLD_MARK.finditer(line)]
    for opening, _ in reversed(list(zip(marks[::2], marks[1::2], strict=False))):
        if opening and not line[opening - 1].isspace() and (match := _LATE_BOLD.match(line, opening)):
            line = f"{line[:opening]}{match[1]}**{line[match.end() :]}"
    return line


def _blocks(node: SyntaxTreeNode) -> list[Block]:
    """The blocks inside a node."""
    return [block for child in node.children for block in _block(child)]


def _block(node: SyntaxTreeNode) -> list[Block]:
    match node.type:
        case "paragraph":
            return _paragraph(_inlines(node))
        case "heading":
            return [Heading(int(node.tag[1]), _inlines(node))]
        case "blockquote":
            return [Quote(_blocks(node))]
        case "bullet_list" | "ordered_list":
            items, start = [_blocks(item) for item in node.children], int(node.attrs.get("start", 1))
            return [ListBlock(items, ordered=node.type == "ordered_list", start=start)]
        case "fence" | "code_block":
            return [Code(node.content.rstrip("\n"), node.info.strip().split(" ")[0])]
        case "table":
            return [
                Table(
                    [
                        [_cell(cell) for cell in row.children]
                        for part in node.children
                        for row in part.children
                    ]
                )
            ]
        case "hr":
            return [Rule()]
    return []


def _cell(node: SyntaxTreeNode) -> Cell:
    inlines = _inlines(node)
    return Cell([Paragraph(inlines)] if inlines else [], header=node.type == "th")


def _inlines(node: SyntaxTreeNode) -> list[Inline]:
    return [piece for inline in node.children for piece in _pieces(inline, {})]


def _pieces(around: SyntaxTreeNode, look: dict[str, Any]) -> Iterator[Inline]:
    """The pieces inside a node; `look` are the fields of their spans."""
    for node in around.children:
        match node.type:
            case "text" | "text_special" | "code_inline":
                if node.content:
                    yield Span(node.content, code=node.type == "code_inline", **look)
            case "strong" | "em" | "s":
                yield from _pieces(node, look | {_STYLES[node.type]: True})
            case "link":
                yield from _pieces(node, look | {"link": str(node.attrs.get("href", ""))})
            case "softbreak":
                yield Span(" ", **look)
            case "html_inline" if not _BREAK.fullmatch(node.content):
                yield Span(node.content, **look)
            case "hardbreak" | "html_inline":
                yield Break()
            case "image":
                yield Image(str(node.attrs.get("src", "")), alt=_alt(node), link=look.get("link"))


def _alt(node: SyntaxTreeNode) -> str:
    """The alternative text as it reads, without marks and escapes."""
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    return "".join(map(_alt, node.children)) if node.children else node.content


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
