"""The body tree as HTML that is safe by construction: for feeds, mail and EPUB.

The result is built as a tree of elements, never from strings, so nothing of a page's text can become markup. There are
no scripts, styles, ids or classes; links and pictures are http(s) only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from lxml import etree

from exports.feeds.xml_text import web_url, xml_line, xml_text
from newsarchive.items.body import (
    Aside,
    Block,
    Body,
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
)
from newsarchive.markdown.writing.figures import embed_pieces
from newsarchive.parsing.html_tree import Element, inner_text

_VOID = frozenset(("br", "hr", "img"))
_DEEPEST = 8
"""Containers inside each other that are kept; XML parsers give up at 256 elements, and a table counts four."""
_MOST_CELLS = 1000
_LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class HtmlStyle:
    """What a reader of the HTML wants.

    `images` are shown or only linked to (an EPUB must not load pictures from the web). `asides` tells whether the
    site's words around the story are kept, as `aside` elements. `heading_shift` is added to every heading's level.
    `pictures` are shown from files: where each is, by its address.
    """

    images: Literal["show", "link"] = "show"
    asides: bool = True
    heading_shift: int = 0
    pictures: Mapping[str, str] = field(default_factory=dict)


_DEFAULT = HtmlStyle()


def body_element(blocks: Body, style: HtmlStyle = _DEFAULT) -> Element:
    """A body as a `div`; its text is the tree's, in order."""
    div = etree.Element("div")
    _Writer(style).blocks(div, blocks, 0)
    return div


def line_element(inlines: list[Inline]) -> Element:
    """Inline pieces as a paragraph, of which the pictures are shown."""
    paragraph = etree.Element("p")
    _Writer(_DEFAULT).inlines(paragraph, inlines)
    return paragraph


def html_of(element: Element) -> str:
    """An element as markup that is both HTML and XHTML: only `br`, `hr` and `img` close themselves."""
    for inner in element.iter():
        if inner.tag not in _VOID and inner.text is None:
            inner.text = ""
    return etree.tostring(element, encoding="unicode", with_tail=False)


def add_text(parent: Element, text: str) -> None:
    """Put text at the end of an element."""
    text = xml_text(text)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


@dataclass(frozen=True, slots=True)
class _Writer:
    style: HtmlStyle

    def blocks(self, parent: Element, blocks: Iterable[Block], depth: int) -> None:
        """Write blocks into an element; `depth` counts the containers around it."""
        for block in blocks:
            match block:
                case Paragraph():
                    self.line(parent, "p", block.inlines)
                case Heading():
                    level = min(max(block.level + self.style.heading_shift, 1), 6)
                    self.line(parent, f"h{level}", block.inlines)
                case Quote():
                    self.container(parent, "blockquote", block.blocks, depth)
                case Aside():
                    if self.style.asides:
                        self.container(parent, "aside", block.blocks, depth)
                case ListBlock():
                    self.items(parent, block, depth)
                case Table():
                    self.table(parent, block, depth)
                case Code():
                    add_text(etree.SubElement(etree.SubElement(parent, "pre"), "code"), block.text)
                case Image():
                    self.figure(parent, block)
                case Embed():
                    self.line(parent, "p", embed_pieces(block))
                case Rule():
                    etree.SubElement(parent, "hr")

    def container(self, parent: Element, tag: str, blocks: Iterable[Block], depth: int) -> None:
        """Write blocks into an element of their own; below the deepest level into the parent."""
        inner = etree.SubElement(parent, tag) if depth < _DEEPEST else parent
        self.blocks(inner, blocks, depth + 1)

    def items(self, parent: Element, block: ListBlock, depth: int) -> None:
        """Write a list; an item that is one paragraph needs none of its own."""
        if depth >= _DEEPEST or not block.items:
            for item in block.items:
                self.blocks(parent, item, depth + 1)
            return
        outer = etree.SubElement(parent, "ol" if block.ordered else "ul")
        if block.ordered and block.start != 1 and abs(block.start) <= _LARGEST_NUMBER:
            outer.set("start", str(block.start))
        if block.ordered and block.style != "1":
            outer.set("type", block.style)
        for place, item in enumerate(block.items):
            inner = etree.SubElement(outer, "li")
            if block.numbers and abs(block.numbers[place]) <= _LARGEST_NUMBER:
                inner.set("value", str(block.numbers[place]))
            if len(item) == 1 and isinstance(item[0], Paragraph):
                self.inlines(inner, item[0].inlines)
            else:
                self.blocks(inner, item, depth + 1)

    def table(self, parent: Element, block: Table, depth: int) -> None:
        """Write a table as it is, cells over several rows and columns included."""
        rows = [row for row in block.rows if row]
        if depth >= _DEEPEST or not rows:
            for row in rows:
                for cell in row:
                    self.blocks(parent, cell.blocks, depth + 1)
            return
        outer = etree.SubElement(etree.SubElement(parent, "table"), "tbody")
        for row in rows:
            line = etree.SubElement(outer, "tr")
            for cell in row:
                inner = etree.SubElement(line, "th" if cell.header else "td")
                for name, value in (("colspan", cell.colspan), ("rowspan", cell.rowspan)):
                    if 1 < value <= _MOST_CELLS:
                        inner.set(name, str(value))
                self.blocks(inner, cell.blocks, depth + 1)

    def line(self, parent: Element, tag: str, inlines: list[Inline]) -> None:
        """Write inline pieces into an element of their own; none for pieces that show nothing."""
        self.inlines(inner := etree.SubElement(parent, tag), inlines)
        if not inner_text(inner).strip() and inner.find(".//img") is None:
            parent.remove(inner)

    def inlines(self, parent: Element, inlines: list[Inline]) -> None:
        """Write inline pieces; those of one link are one link."""
        for link, pieces in groupby(inlines, key=self.link_of):
            target = self.linked(parent, link)
            for piece in pieces:
                match piece:
                    case Span():
                        self.span(target, piece)
                    case Break():
                        etree.SubElement(target, "br")
                    case Image():
                        self.picture(target, piece)
                        self.span(target, Span(piece.caption, emphasis=True))

    def link_of(self, piece: Inline) -> str | None:
        """Where a piece leads; a picture that is itself a link to the picture leads nowhere else."""
        if isinstance(piece, Break) or (isinstance(piece, Image) and self.is_linked(piece)):
            return None
        return piece.link

    def is_linked(self, image: Image) -> bool:
        """Whether a picture is only linked to."""
        return self.style.images == "link" and image.url not in self.style.pictures

    def span(self, parent: Element, span: Span) -> None:
        """Write a run of text in its style."""
        if not span.text:
            return
        styles = (
            ("del", span.struck),
            ("strong", span.strong),
            ("em", span.emphasis),
            ("code", span.code),
            ("sup", span.script == "super"),
            ("sub", span.script == "sub"),
        )
        for tag in (tag for tag, wanted in styles if wanted):
            parent = etree.SubElement(parent, tag)
        add_text(parent, span.text)

    def linked(self, parent: Element, link: str | None) -> Element:
        """Where to write what leads to a link: a new `a`, or the parent itself for what is no web address."""
        url = web_url(link)
        return etree.SubElement(parent, "a", href=url) if url else parent

    def figure(self, parent: Element, image: Image) -> None:
        """Write a picture with its caption."""
        outer = etree.SubElement(parent, "figure")
        self.picture(self.linked(outer, self.link_of(image)), image)
        if caption := image.caption.strip():
            add_text(etree.SubElement(outer, "figcaption"), caption)
        if not len(outer):
            parent.remove(outer)

    def picture(self, parent: Element, image: Image) -> None:
        """Write a picture, or a link to it; nothing for one that is not on the web."""
        url = self.style.pictures.get(image.url) or web_url(image.url)
        if not url:
            return
        alt = xml_line(image.alt)
        if self.is_linked(image):
            words = alt if alt and alt != xml_line(image.caption) else ""
            add_text(etree.SubElement(parent, "a", href=url), f"图片：{words}" if words else "图片")
            return
        element = etree.SubElement(parent, "img", src=url, alt=alt)
        for name, value in (("width", image.width), ("height", image.height)):
            if value and 0 < value <= _LARGEST_NUMBER:
                element.set(name, str(value))
