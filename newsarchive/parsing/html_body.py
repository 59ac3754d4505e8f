"""An HTML element as a body tree (`newsarchive.body`): the shared walk, with the site's habits as rules.

The walk reads lxml elements once, in document order. What it does not know is transparent: its text is kept. Text is
never invented and never lost, except where a rule or `display:none` says that it is not the body's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urljoin, urlsplit

from newsarchive.body import (
    Aside,
    Block,
    Body,
    Break,
    Cell,
    Code,
    Embed,
    Heading,
    Image,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    Role,
    Rule,
    Span,
    Table,
)
from newsarchive.parsing.text import visible

Element: TypeAlias = Any
"""An lxml element; its stubs are too narrow for comments and processing instructions."""


def _never(_: Element) -> Any:  # noqa: ANN401
    return None


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's habits inside a body.

    Each function gets an element and answers None (or False) for "nothing special": `image` the picture of an `img`
    (None: no picture of the article), `embed` the player that stands for an element and its content, `aside` the role
    of a block that is not the story, `skip` whether an element and its content are no part of the body, `caption`
    whether a block is the caption of the picture before it.
    """

    base_url: str
    image: Callable[[Element], Image | None]
    embed: Callable[[Element], Embed | None] = _never
    aside: Callable[[Element], Role | None] = _never
    skip: Callable[[Element], bool | None] = _never
    caption: Callable[[Element], bool | None] = _never
    link: Callable[[str], str] = field(default=lambda url: url)


_DROPPED = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "meta", "link", "iframe", "svg", "math"}
)
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset"),
        *(
            "figcaption",
            "figure",
            "footer",
            "form",
            "header",
            "html",
            "legend",
            "main",
            "nav",
            "p",
            "section",
        ),
        "summary",
    }
)
_STRONG = frozenset({"strong", "b"})
_EMPHASIS = frozenset({"em", "i"})
_CODE = frozenset({"code", "kbd", "samp", "tt"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


class _Style(NamedTuple):
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str | None = None


_PLAIN = _Style()


class _Walk:
    """One walk: the blocks so far and the line being filled."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.blocks: list[Block] = []
        self.line: list[Inline] = []

    def text(self, text: str | None, style: _Style) -> None:
        if not text:
            return
        if "  " in text or not text.isprintable():  # what is printable has nothing to drop or to squeeze
            text = _BLANKS.sub(" ", visible(text))
        line = self.line
        last = line[-1] if line else None
        if text.startswith(" ") and (
            last is None or isinstance(last, Break) or (isinstance(last, Span) and last.text.endswith(" "))
        ):
            text = text[1:]
        if not text:
            return
        if (
            isinstance(last, Span)
            and last.strong == style.strong
            and last.emphasis == style.emphasis
            and last.code == style.code
            and last.link == style.link
        ):
            last.text += text
        else:
            line.append(Span(text, style.strong, style.emphasis, style.code, style.link))

    def flush(self, level: int = 0) -> None:
        """End the line: as a heading of `level`, as pictures of their own, or as a paragraph."""
        line = self.line
        if not line:
            return
        self.line = []
        while line and (
            isinstance(line[-1], Break) or (isinstance(line[-1], Span) and not line[-1].text.strip())
        ):
            line.pop()
        while line and (
            isinstance(line[0], Break) or (isinstance(line[0], Span) and not line[0].text.strip())
        ):
            line.pop(0)
        if not line:
            return
        if isinstance(line[-1], Span):
            line[-1].text = line[-1].text.rstrip(" ")
        if len(line) == 1 and isinstance(line[0], Span):
            self.blocks.append(Heading(level, line) if level else Paragraph(line))
        elif all(
            isinstance(piece, Image | Break) or (isinstance(piece, Span) and not piece.text.strip())
            for piece in line
        ):
            self.blocks.extend(piece for piece in line if isinstance(piece, Image))
        elif level:
            self.blocks.append(Heading(level, line))
        else:
            self.blocks.append(Paragraph(line))

    def inner(self, element: Element, style: _Style = _PLAIN) -> list[Block]:
        """The blocks inside an element, apart from those collected so far."""
        self.flush()
        outer, self.blocks = self.blocks, []
        self.children(element, style)
        self.flush()
        inner, self.blocks = self.blocks, outer
        return inner

    def children(self, element: Element, style: _Style) -> None:
        if text := element.text:
            self.text(text, style)
        for child in element:
            if isinstance(child.tag, str):
                self.element(child, style)
            if (text := child.tail) and (self.line or not text.isspace()):
                self.text(text, style)

    def element(self, element: Element, style: _Style) -> None:  # noqa: PLR0912, PLR0915
        tag = element.tag
        rules = self.rules
        attributes = element.attrib
        if attributes:
            if "style" in attributes and _HIDDEN.search(attributes["style"]):
                return
            if rules.skip is not _never and rules.skip(element):
                return
            if rules.aside is not _never and (role := rules.aside(element)):
                if blocks := self.inner(element):
                    self.blocks.append(Aside(role, blocks))
                return
            if rules.embed is not _never and (embed := rules.embed(element)) is not None:
                self.flush()
                self.blocks.append(embed)
                return
        if tag in _DROPPED:
            return
        if tag == "br":
            self.line.append(Break())
        elif tag == "img":
            if image := rules.image(element):
                image.link = style.link
                self.line.append(image)
        elif tag in _BLOCKS:
            self.flush()
            if (tag == "figcaption" or rules.caption(element)) and self._caption(element):
                return
            self.children(element, style)
            self.flush()
        elif tag in _STRONG:
            self.children(element, style._replace(strong=True))
        elif tag in _EMPHASIS:
            self.children(element, style._replace(emphasis=True))
        elif tag in _CODE:
            self.children(element, style._replace(code=True))
        elif tag == "a":
            link = self._link(attributes.get("href"))
            self.children(element, style._replace(link=link) if link else style)
        elif tag in _HEADINGS:
            self.flush()
            self.children(element, style)
            self.flush(_HEADINGS[tag])
        elif tag in {"ul", "ol"}:
            self._list(element, style)
        elif tag == "blockquote":
            if blocks := self.inner(element, style):
                self.blocks.append(Quote(blocks))
        elif tag == "pre":
            self._code(element)
        elif tag == "table":
            self._table(element, style)
        elif tag == "hr":
            self.flush()
            self.blocks.append(Rule())
        else:
            self.children(element, style)

    def _caption(self, element: Element) -> bool:
        """Give a caption to the picture just before; False where there is none, so that its text is kept as text."""
        last = self.blocks[-1] if self.blocks else None
        if not isinstance(last, Image) or last.caption:
            return False
        inner = self.inner(element)
        if any(not isinstance(block, Paragraph) for block in inner):
            self.blocks.extend(inner)
            return True
        lines = (
            "".join(piece.text for piece in block.inlines if isinstance(piece, Span))
            for block in inner
            if isinstance(block, Paragraph)
        )
        last.caption = " ".join(lines).strip()
        return True

    def _link(self, href: str | None) -> str | None:
        href = (href or "").strip()
        if not href or href.startswith("#"):
            return None
        if href.startswith(("https://", "http://")) and "[" not in href:
            return self.rules.link(href)
        try:
            url = urljoin(self.rules.base_url, href)
            if urlsplit(url).scheme not in {"http", "https", "mailto"}:
                return None
        except ValueError:
            return None
        return self.rules.link(url)

    def _list(self, element: Element, style: _Style) -> None:
        self.flush()
        items: list[list[Block]] = []
        outer, self.blocks = self.blocks, []
        self.text(element.text, style)
        for child in element:
            if isinstance(child.tag, str):
                if child.tag == "li":
                    self.flush()
                    if self.blocks:
                        items.append(self.blocks)
                        self.blocks = []
                    if not _HIDDEN.search(child.get("style", "")) and (blocks := self.inner(child, style)):
                        items.append(blocks)
                else:
                    self.element(child, style)
            self.text(child.tail, style)
        self.flush()
        if self.blocks:
            items.append(self.blocks)
        self.blocks = outer
        if items:
            start = element.get("start", "")
            self.blocks.append(ListBlock(items, element.tag == "ol", int(start) if start.isdecimal() else 1))

    def _code(self, element: Element) -> None:
        self.flush()
        parts: list[str] = []
        for event in element.iter():
            if not isinstance(event.tag, str):
                continue
            if event.tag == "br":
                parts.append("\n")
            elif event.text:
                parts.append(event.text)
            if event is not element and event.tail:
                parts.append(event.tail)
        text = visible("".join(parts)).replace("\u00a0", " ").strip("\n")
        if text.strip():
            self.blocks.append(Code(text))

    def _table(self, element: Element, style: _Style) -> None:
        self.flush()
        rows: list[list[Cell]] = []
        for row in element.iter("tr"):
            cells = [
                Cell(
                    self.inner(cell, style),
                    cell.tag == "th",
                    _span(cell.get("colspan")),
                    _span(cell.get("rowspan")),
                )
                for cell in row
                if cell.tag in {"td", "th"}
            ]
            if cells:
                rows.append(cells)
        if rows:
            self.blocks.append(Table(rows))


def _span(value: str | None) -> int:
    return min(int(value), 1000) if value and value.isdecimal() and int(value) else 1


def read_body(element: Element, rules: Rules) -> Body:
    """The body tree of an element's content (the element's own tag and style do not count)."""
    walk = _Walk(rules)
    return walk.inner(element)
