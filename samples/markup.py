"""The small markup that sample texts are written in, as blocks.

A blank line ends a block. `## ` and `### ` are headings, `- ` and `1. ` lists, `> ` a quote, `|` a table row (the first
row is the head), a fence of three backticks is code, `![caption](name 1080x720 png)` a picture. Inside a line there are
`**bold**`, `` `code` `` and `[text](url)`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the server draws; `name` decides its bytes, so equal names are equal pictures on every site."""

    name: str
    width: int
    height: int
    caption: str = ""
    kind: str = "jpg"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a heading of level 2 or 3."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted paragraphs."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first row is its head."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Program text."""

    text: str


Block: TypeAlias = Line | Quote | Items | Grid | Code | Picture

_PICTURE = re.compile(r"!\[(.*?)\]\((\S+) (\d+)x(\d+)(?: (png|jpg))?\)")
_NUMBER = re.compile(r"\d+\. ")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"`(.+?)`")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text."""
    return tuple(_block(chunk) for chunk in _chunks(text))


def _chunks(text: str) -> Iterator[list[str]]:
    chunk: list[str] = []
    fenced = False
    for line in text.strip().splitlines():
        if line.startswith("```"):
            fenced = not fenced
        if line.strip() or fenced:
            chunk.append(line)
        elif chunk:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _block(lines: list[str]) -> Block:
    first = lines[0]
    if first.startswith("```"):
        return Code("\n".join(lines[1:-1]))
    if first.startswith("### "):
        return Line(first[4:], 3)
    if first.startswith("## "):
        return Line(first[3:], 2)
    if first.startswith("> "):
        return Quote(tuple(line[2:] for line in lines))
    if first.startswith("- "):
        return Items(tuple(line[2:] for line in lines))
    if _NUMBER.match(first):
        return Items(tuple(_NUMBER.sub("", line, count=1) for line in lines), ordered=True)
    if first.startswith("|"):
        return Grid(tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines))
    if match := _PICTURE.fullmatch(first):
        caption, name, width, height, kind = match.groups()
        return Picture(name, int(width), int(height), caption, kind or "jpg")
    return Line("".join(lines))


def inline(text: str) -> str:
    """A line as HTML; everything that is not markup is escaped."""
    text = html.escape(text)
    text = _STRONG.sub(r"<strong>\1</strong>", text)
    text = _CODE.sub(r"<code>\1</code>", text)
    return _LINK.sub(r'<a href="\2">\1</a>', text)


def plain(text: str) -> str:
    """A line as its reader sees it."""
    return _LINK.sub(r"\1", _CODE.sub(r"\1", _STRONG.sub(r"\1", text)))


def lines_of(blocks: Sequence[Block]) -> list[str]:
    """The words of a text, a line per paragraph, list item and table cell, without the captions of pictures."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Line(text=text):
                lines.append(plain(text))
            case Quote(lines=texts) | Items(items=texts):
                lines += map(plain, texts)
            case Grid(rows=rows):
                lines += [plain(cell) for row in rows for cell in row]
            case Code(text=text):
                lines += text.splitlines()
    return [line for line in lines if line.strip()]


def pictures_of(blocks: Sequence[Block]) -> list[Picture]:
    """The pictures of a text, in order."""
    return [block for block in blocks if isinstance(block, Picture)]
