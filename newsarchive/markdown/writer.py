"""The body tree as Markdown: CommonMark and GFM tables, right for Chinese, reading as the page did.

    write_body(article.body)
    write_body(article.body, Style(heading_shift=1, list_indent=4, hard_break="blanks", bare_urls="angle"))

Nothing of a page's text becomes markup or HTML. Text, pictures (in order), links, bold and italics come back when
the result is rendered by a CommonMark tool. Only these give way: style of punctuation and blanks at the edge of a
bold run, italics that overlap bold, bold in headings, structure nested deeper than eight levels or inside a table
cell, and links to anything but pages and mail. Where bold ends in code beside a letter, a blank is put between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsarchive.items.body import (
    Aside,
    Block,
    Body,
    Code,
    Embed,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
)
from newsarchive.markdown.writing.escaping import clean_code
from newsarchive.markdown.writing.figures import embed_pieces, figure_pieces
from newsarchive.markdown.writing.inline import heading_text, paragraphs
from newsarchive.markdown.writing.lists import LONGEST_NUMBER, marked_items, numbered
from newsarchive.markdown.writing.style import Style
from newsarchive.markdown.writing.tables import table_lines

__all__ = ["Style", "write_body"]

_DEFAULT = Style()
_DEEPEST = 8
"""Levels of lists and quotations that are kept; markdown-it stops at 20 of its own, and a list level counts two."""
_LANGUAGE = re.compile(r"[A-Za-z][\w+#.-]{0,30}")
_FENCE = re.compile("`{3,}")


def write_body(blocks: Body, style: Style = _DEFAULT) -> str:
    """A body as Markdown with one line feed at its end; empty for a body that shows nothing."""
    lines = _joined(_chunks(blocks, style, 0))
    return "\n".join(lines) + "\n" if lines else ""


def _joined(chunks: list[list[str]]) -> list[str]:
    """Chunks of lines with an empty line between."""
    lines: list[str] = []
    for chunk in chunks:
        if lines:
            lines.append("")
        lines += chunk
    return lines


def _chunks(blocks: list[Block], style: Style, depth: int) -> list[list[str]]:
    """Each block's lines; blocks that show nothing are left out."""
    chunks: list[list[str]] = []
    marker_used = ""
    for block in _visible(blocks, style, depth):
        if isinstance(block, ListBlock):
            marker = _other_marker(block, marker_used)
            lines = _list_lines(block, marker, style, depth)
            if lines:
                chunks.append(lines)
                marker_used = marker
            continue
        if written := _block_chunks(block, style, depth, first=not chunks):
            chunks += written
            marker_used = ""
    return chunks


def _visible(blocks: list[Block], style: Style, depth: int) -> Iterator[Block]:
    """The blocks with asides opened or left out, and below the deepest level with everything opened."""
    waiting = blocks[::-1]
    while waiting:
        block = waiting.pop()
        if isinstance(block, Aside):
            waiting += block.blocks[::-1] if style.asides else []
        elif depth >= _DEEPEST and isinstance(block, Quote):
            waiting += block.blocks[::-1]
        elif depth >= _DEEPEST and isinstance(block, ListBlock):
            waiting += [inner for item in marked_items(block) for inner in item][::-1]
        elif isinstance(block, ListBlock):
            yield from numbered(block)
        elif isinstance(block, Table) and len(block.rows) == 1 and len(block.rows[0]) == 1:
            waiting += block.rows[0][0].blocks[::-1]
        else:
            yield block


def _block_chunks(block: Block, style: Style, depth: int, *, first: bool) -> list[list[str]]:
    match block:
        case Paragraph():
            return paragraphs(block.inlines, style)
        case Heading():
            text = heading_text(block.inlines, style)
            level = min(max(block.level + style.heading_shift, 1), 6)
            return [[f"{'#' * level} {text}"]] if text else []
        case Quote():
            lines = _joined(_chunks(block.blocks, style, depth + 1))
            return [[f"> {line}" if line else ">" for line in lines]] if lines else []
        case Code():
            return _code_chunks(block)
        case Table():
            lines = table_lines(block, style)
            return [lines] if lines else []
        case Image():
            return [chunk for inlines in figure_pieces(block) for chunk in paragraphs(inlines, style)]
        case Embed():
            return paragraphs(embed_pieces(block), style)
        case Rule():
            return [["***" if first else "---"]]
    return []


def _code_chunks(code: Code) -> list[list[str]]:
    text = clean_code(code.text).strip("\n")
    if not text.strip():
        return []
    fence = "`" * (1 + max((len(run) for run in _FENCE.findall(text)), default=2))
    language = code.language if _LANGUAGE.fullmatch(code.language) else ""
    return [[f"{fence}{language}", *text.split("\n"), fence]]


def _other_marker(block: ListBlock, used: str) -> str:
    """A marker unlike that of the list just before, or both would be one list."""
    choice = ".)" if block.ordered else "-+"
    return choice[1] if used == choice[0] else choice[0]


def _list_lines(block: ListBlock, marker: str, style: Style, depth: int) -> list[str]:
    items = [(item, chunks) for item in block.items if (chunks := _chunks(item, style, depth + 1))]
    tight = all(_is_tight(item, chunks, style, depth + 1) for item, chunks in items)
    number = block.start if 0 <= block.start <= LONGEST_NUMBER - len(items) else 1
    lines: list[str] = []
    for _, chunks in items:
        sign = f"{number}{marker} " if block.ordered else f"{marker} "
        indent = max(len(sign), style.list_indent)
        inner = [line for chunk in chunks for line in chunk] if tight else _joined(chunks)
        if lines and not tight:
            lines.append("")
        lines.append(sign.ljust(indent) + inner[0])
        lines += [" " * indent + line if line else "" for line in inner[1:]]
        number += 1
    return lines


def _is_tight(item: list[Block], chunks: list[list[str]], style: Style, depth: int) -> bool:
    """Whether an item needs no empty lines: one paragraph, or one and a list that may interrupt it."""
    shown = list(_visible(item, style, depth))
    if len(chunks) == 1:
        return len(shown) == 1 and isinstance(shown[0], Paragraph)
    if len(chunks) != 2 or len(shown) != 2:
        return False
    first, second = shown
    return (
        isinstance(first, Paragraph)
        and isinstance(second, ListBlock)
        and (not second.ordered or second.start == 1)
    )
