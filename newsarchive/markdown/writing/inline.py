"""Inline pieces as lines of Markdown: marks, links, code and pictures written around escaped text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from newsarchive.items.body import Inline, Span
from newsarchive.markdown.writing.emphasis import runs, settled
from newsarchive.markdown.writing.escaping import code_span, destination, escape_text, guard_line
from newsarchive.markdown.writing.pieces import InlinePiece, Mark, ends_in_url, lines_of
from newsarchive.markdown.writing.style import Style

_SIGNS: dict[Mark, str] = {"strong": "**", "emphasis": "*", "struck": "~~"}
"""The signs of the marks, outer ones first."""
_AUTOLINK = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+")
_DEFINITION = re.compile(r"\[(?:[^\[\]\\]|\\.)*+\]:", re.DOTALL)
"""What CommonMark takes for the definition of a link, and shows nothing of."""


def paragraphs(inlines: Sequence[Inline], style: Style) -> list[list[str]]:
    """Paragraphs as lists of lines: one break ends a line, two or more end a paragraph."""
    result = _paragraphs(inlines, style)
    if any(lines[0][0] == "[" and _DEFINITION.match("\n".join(lines)) for lines in result):
        # Code with `]:` in it cannot be escaped, so it is written as text.
        return _paragraphs(
            [replace(piece, code=False) if isinstance(piece, Span) else piece for piece in inlines], style
        )
    return result


def _paragraphs(inlines: Iterable[Inline], style: Style) -> list[list[str]]:
    result: list[list[str]] = []
    lines = lines_of(inlines, style)
    tildes = _has_tildes(lines)
    ending: str | None = None
    for pieces in lines:
        line = guard_line(_line(pieces, style, tildes=tildes), references=style.references)
        if line and ending is not None:
            result[-1][-1] += ending
            result[-1].append(line)
        elif line:
            result.append([line])
        ending = _hard_break(pieces, style) if line else None
    return result


def _hard_break(pieces: list[InlinePiece], style: Style) -> str:
    """The end of a line; blanks where GitHub would take a backslash into a URL, or Hugo lose it among others."""
    last = pieces[-1]
    unclear = last.kind == "text" and not last.link and (last.text.endswith("\\") or ends_in_url(last.text))
    return "  " if unclear or style.hard_break == "blanks" else "\\"


def heading_text(inlines: Iterable[Inline], style: Style) -> str:
    """All on one line, without bold, which a heading is by itself."""
    plain = (replace(inline, strong=False) if isinstance(inline, Span) else inline for inline in inlines)
    lines = lines_of(plain, style)
    tildes = _has_tildes(lines)
    text = " ".join(line for pieces in lines if (line := _line(pieces, style, tildes=tildes)))
    return f"{text[:-1]}\\#" if text.endswith("#") and not text.endswith("\\#") else text


def cell_lines(inlines: Iterable[Inline], style: Style) -> list[str]:
    """The lines of a paragraph inside a table cell, without empty ones."""
    lines = lines_of(inlines, style)
    tildes = _has_tildes(lines)
    return [line for pieces in lines if (line := _line(pieces, style, cell=True, tildes=tildes))]


def _has_tildes(lines: list[list[InlinePiece]]) -> bool:
    """Whether a tilde has to be escaped: two could strike out what is between them, as two of ours do."""
    pieces = [piece for line in lines for piece in line]
    written = sum(piece.text.count("~") for piece in pieces if piece.kind == "text")
    return written > 1 or any("struck" in piece.marks for piece in pieces)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A mark or link that is open: where it ends (number of the piece), its order among those, its two signs."""

    end: int
    order: int
    opening: str
    closing: str


def _line(pieces: list[InlinePiece], style: Style, *, cell: bool = False, tildes: bool = False) -> str:
    pieces = settled(pieces)
    starts = _starts(pieces)
    parts: list[str] = []
    opened: list[_Opened] = []
    for index, piece in enumerate(pieces):
        for mark in starts.get(index, ()):
            parts.append(mark.opening)
            opened.append(mark)
        is_url = bool(opened) and opened[-1].opening == "<"
        closings = _closings(opened, index + 1)
        if piece.kind == "picture" or is_url:
            parts.append(piece.text)
        elif piece.kind == "code":
            parts.append(code_span(piece.text, cell=cell))
        else:
            following = closings[0][0] if closings else _following(pieces, index + 1, starts)
            label = piece.link is not None
            references = style.references
            parts.append(
                escape_text(
                    piece.text, following, label=label, cell=cell, tildes=tildes, references=references
                )
            )
        parts += closings
    return "".join(parts)


def _closings(opened: list[_Opened], place: int) -> list[str]:
    """The signs that close what ends here, innermost first; they leave the list of what is open."""
    closings: list[str] = []
    while opened and opened[-1].end == place:
        closings.append(opened.pop().closing)
    return closings


def _following(pieces: list[InlinePiece], index: int, starts: dict[int, list[_Opened]]) -> str:
    if index == len(pieces):
        return ""
    if index in starts:
        return starts[index][0].opening[0]
    return "`" if pieces[index].kind == "code" else pieces[index].text[0]


def _starts(pieces: list[InlinePiece]) -> dict[int, list[_Opened]]:
    """What opens before each piece, outermost first."""
    if not any(piece.marks or piece.link for piece in pieces):
        return {}
    starts: dict[int, list[_Opened]] = {}
    for start, end, url in _links(pieces):
        only = pieces[start] if end == start + 1 else None
        if only and only.text == url and _is_autolink(only):
            link = _Opened(end, 0, "<", ">")
        else:
            link = _Opened(end, 0, "[", f"]({destination(url)})")
        starts.setdefault(start, []).append(link)
    for order, (mark, sign) in enumerate(_SIGNS.items(), start=1):
        for start, end in runs(pieces, mark):
            starts.setdefault(start, []).append(_Opened(end, order, sign, sign))
    for marks in starts.values():
        marks.sort(key=lambda mark: (-mark.end, mark.order))
    return starts


def _links(pieces: list[InlinePiece]) -> Iterable[tuple[int, int, str]]:
    start = 0
    for index, piece in enumerate(pieces):
        if index and piece.link != pieces[index - 1].link:
            start = index
        if piece.link and (index + 1 == len(pieces) or pieces[index + 1].link != piece.link):
            yield start, index + 1, piece.link


def _is_autolink(piece: InlinePiece) -> bool:
    return (
        piece.kind == "text"
        and not piece.marks
        and "&" not in piece.text
        and _AUTOLINK.fullmatch(piece.text) is not None
    )
