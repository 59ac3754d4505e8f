"""What a publishing tool wants of Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Style:
    r"""The choices that publishing tools need; the defaults are right for CommonMark tools (GitHub, Hexo, VitePress).

    `heading_shift` is added to every heading's level (the result stays within 1 to 6). `list_indent` is the least
    indent of what belongs to a list item: MkDocs wants 4. `asides` tells whether the site's words around the story
    are kept. `images` are shown or only linked to. `hard_break` ends a line inside a paragraph: Jekyll and MkDocs
    know only two blanks. `bare_urls` writes a URL in the text as it is, or as `<url>` for tools that make links only
    of those (MkDocs). `references` writes `&#126;` where Python-Markdown (MkDocs) knows no `\~`. `cell_break`
    stands between the lines of a table cell: Hugo leaves out `<br>`.

    For code in lists and quotations MkDocs needs `pymdownx.superfences`: without it Python-Markdown takes such code
    as text, tags included.
    """

    heading_shift: int = 0
    list_indent: Literal[2, 3, 4] = 2
    asides: bool = True
    images: Literal["show", "link"] = "show"
    hard_break: Literal["backslash", "blanks"] = "backslash"
    bare_urls: Literal["bare", "angle"] = "bare"
    references: bool = False
    cell_break: Literal["<br>", " "] = "<br>"
