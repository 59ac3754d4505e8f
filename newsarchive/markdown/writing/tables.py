"""Tables as GFM pipe tables: one line per row, spans as empty cells, nothing of a cell's text lost."""

from __future__ import annotations

from collections.abc import Iterator

from newsarchive.items.body import (
    Aside,
    Block,
    Cell,
    Code,
    Embed,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Quote,
    Span,
    Table,
)
from newsarchive.markdown.writing.figures import embed_pieces, figure_pieces
from newsarchive.markdown.writing.inline import cell_lines
from newsarchive.markdown.writing.lists import marked_items
from newsarchive.markdown.writing.style import Style

_MOST_SPANNED = 64
"""Columns that spans may make; a page that says `colspan=1000` in every cell would make a table nobody can read."""


def table_lines(table: Table, style: Style) -> list[str]:
    """The lines of a table. Its first row is the header if all its cells are header cells, else the header is empty."""
    rows = [row for row in _grid(table.rows, style) if row]
    width = max(map(len, rows), default=0)
    if not any(cell for row in rows for cell in row):
        return []
    headed = bool(table.rows) and bool(table.rows[0]) and all(cell.header for cell in table.rows[0])
    header = rows.pop(0) if headed else []
    header = header + [""] * (width - len(header))
    return [_row(header), _row(["---"] * width), *(_row(row) for row in rows if any(row))]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _grid(rows: list[list[Cell]], style: Style) -> Iterator[list[str]]:
    """The rows with empty cells where a cell beside or above reaches."""
    below: dict[int, int] = {}
    for row in rows:
        written: list[str] = []
        reaching: dict[int, int] = {}
        for cell in row:
            while below.get(len(written), 0) and len(written) < _MOST_SPANNED:
                written.append("")
            first = len(written)
            lines = (line for block in _leaves(cell.blocks, style) for line in _lines(block, style))
            written.append(style.cell_break.join(lines))
            written += [""] * min(cell.colspan - 1, _MOST_SPANNED - len(written))
            if cell.rowspan > 1:
                reaching.update(dict.fromkeys(range(first, len(written)), cell.rowspan))
        below = {column: left - 1 for column, left in (below | reaching).items() if left > 1}
        yield written


def _leaves(blocks: list[Block], style: Style) -> Iterator[Block]:
    """The blocks inside a cell that hold text or pictures, in order; lists, quotations and tables are opened.

    The numbers of a list become text: a cell has no lists.
    """
    waiting = blocks[::-1]
    while waiting:
        block = waiting.pop()
        match block:
            case Aside():
                waiting += block.blocks[::-1] if style.asides else []
            case Quote():
                waiting += block.blocks[::-1]
            case ListBlock():
                waiting += [inner for item in marked_items(block) for inner in item][::-1]
            case Table():
                waiting += [inner for row in block.rows for cell in row for inner in cell.blocks][::-1]
            case _:
                yield block


def _lines(block: Block, style: Style) -> list[str]:
    match block:
        case Paragraph() | Heading():
            return cell_lines(block.inlines, style)
        case Code():
            return [
                line
                for text in block.text.splitlines()
                for line in cell_lines([Span(text, code=True)], style)
            ]
        case Image():
            return [line for inlines in figure_pieces(block) for line in cell_lines(inlines, style)]
        case Embed():
            return cell_lines(embed_pieces(block), style)
    return []
