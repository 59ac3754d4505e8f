"""An HTML element as a body tree (`newsarchive.items.body`): the shared walk, with the site's habits as rules.

The walk reads lxml elements once, in document order and without recursion, so that no page is nested too deeply for it.
What it does not know is transparent: its text is kept. Text is never invented and never lost, except where a rule or
`display:none` says that it is not the body's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urljoin, urlsplit

from lxml import etree

from newsarchive.items.body import (
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
    Paragraph,
    Quote,
    Role,
    Rule,
    Script,
    Shown,
    Span,
    Table,
    line_text,
    shown,
)
from newsarchive.parsing.html_body.code import code_blocks
from newsarchive.parsing.html_body.formulas import (
    around,
    draw_missing,
    hide_doubles,
    is_display,
    math_tex,
    script_tex,
)
from newsarchive.parsing.html_body.lists import is_indent, list_of
from newsarchive.parsing.html_body.styles import BOLD, Look, Looks, is_block, is_struck
from newsarchive.parsing.html_tree import Element
from newsarchive.parsing.text import visible
from newsarchive.parsing.urls import absolute, largest


def _never(_: Element) -> Any:  # noqa: ANN401
    return None


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's habits inside a body.

    Each function gets an element and answers None (or False) for "nothing special": `image` the picture of an `img`
    (None: no picture of the article), `embed` the player or card that an element is, `aside` the role of a block that
    is not the story, `skip` whether an element and its content are no part of the body, `caption` whether a block is
    the caption of the picture before it. `picture` is the address of a picture that is no `img` as it is kept (a background,
    part of a drawing), None for none. The content of a player is its fallback and dropped, that of a custom element
    is kept: where its end tag is missing, the parser puts the rest of the article into it. `special` are the names of
    the elements that are offered to `skip`, and to `aside` (blocks such as `p`) or `embed` (all others; never `span`, of which
    bodies are full).
    """

    base_url: str
    image: Callable[[Element], Image | None]
    special: frozenset[str] = frozenset()
    embed: Callable[[Element], Embed | None] = _never
    aside: Callable[[Element], Role | None] = _never
    skip: Callable[[Element], bool | None] = _never
    caption: Callable[[Element], bool | None] = _never
    link: Callable[[str], str] = field(default=lambda url: url)
    picture: Callable[[str], str | None] = field(default=lambda url: absolute(url, "https:"))


_DROPPED = frozenset(("style", "noscript", "template", "head", "title", "meta", "link", "rp"))
_UNREAD = frozenset(
    (
        *("applet", "audio", "bdo", "canvas", "embed", "map", "meter", "object", "progress", "select"),
        *("textarea", "video"),
    )
)
"""What means something and has no node; players are counted where no rule knows them."""
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "body", "center", "dd", "details", "dir", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "foreignobject", "form", "header", "hgroup", "html"),
        *("legend", "main", "menu", "nav", "p", "section", "summary", "caption"),
    )
)
_CHANGED: Callable[[Element], Any] = etree.XPath("(descendant::*/@hidden | descendant::*/@data-formula)/..")
"""What an attribute makes another thing. By way of the attribute takes a fifth of the time of a condition on each element."""
_PLAYERS = frozenset(("iframe", "video", "audio", "object", "a"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS, _TABLES = frozenset(("ul", "ol")), frozenset(("table",))
MAX_NESTING = 60
"""Lists, tables and quotes inside each other; deeper ones are read as plain blocks, so that no reader of the tree breaks."""
_BLANK = " \t\r\n\f"
_BLANKS = re.compile(f"[{_BLANK}]+")


class _Style(NamedTuple):
    """How a run of text looks; the fields of `Span` behind its text."""

    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str | None = None
    struck: bool = False
    script: Script | None = None


_PLAIN = _Style()
_STRONG = _Style(strong=True)
_STRUCK = frozenset(("del", "s", "strike"))
_STYLES = {
    **dict.fromkeys(("strong", "b"), _STRONG),
    **dict.fromkeys(("em", "i"), _Style(emphasis=True)),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), _Style(code=True)),
    **dict.fromkeys(_STRUCK, _Style(struck=True)),
    "sup": _Style(script="super"),
    "sub": _Style(script="sub"),
}


_Closer: TypeAlias = "Callable[[_Walk], None]"
"""What is done at an element's end."""
_Opener: TypeAlias = "Callable[[_Walk, Element], _Closer | None]"
"""What is done at an element's start."""


def _skipped(_: _Walk) -> None:
    """Stands for the end of an element whose content is done with."""


class _Walk:
    """One walk: the blocks so far, the line being filled, and what has to be closed."""

    def __init__(self, rules: Rules, dropped: Counter[str]) -> None:
        self.rules = rules
        self.blocks: list[Block] = []
        self.line: list[Inline] = []
        self.pending: list[str] = []
        self.pending_style = _PLAIN
        self.after_blank = True
        self.style = _PLAIN
        self.level = 0
        self.styles: list[_Style] = []
        self.behind: set[str] = set()
        """Addresses of backgrounds and posters so far."""
        self.formulas: set[Element] = set()
        """Elements with the TeX of formulas so far."""
        self.dropped = dropped
        self.keeps_lines = 0
        """How many elements around say that line ends in their text are line ends on the page."""
        self.closers: list[_Closer | None] = []
        """What is done at the end of elements whose `style` changes that of their text, when it has changed back."""
        self.levels: list[int] = []
        self.element: Element = None
        """The list, table, cell, quote or the like that is being collected."""
        self.parts: list[Any] = []
        """Its items or rows."""
        self.role: Role | None = None
        self.around: list[tuple[Element, list[Any], Role | None, list[Block]]] = []
        """The same of each thing around it, and the blocks before it."""

    def run(self, root: Element) -> list[Block]:  # noqa: PLR0912 calls in it would cost a tenth
        """The blocks of an element's content.

        Elements come in document order, and each one's end is told from the number of children still to come: that takes
        half the time of an iteration which reports starts and ends.
        """
        nodes = root.iter()
        next(nodes)
        if root.text:
            self.text(root.text)
        openers = _openers(self.rules.special)
        looks, flush = Looks(), _Walk.flush
        outer: list[tuple[Element, _Closer | None, int]] = []
        left = len(root)
        for element in nodes:
            opener, style = openers.get(element.tag), element.get("style")
            look = None if style is None else looks[style]
            closer: _Closer | None
            if look is not None and (look is not BOLD or opener is None):
                closer = self.open_looking(element, look, opener)
            else:
                closer = None if opener is None else opener(self, element)
            children = len(element)
            if closer is _skipped:
                if children:
                    _pass_over(nodes, element)
            else:
                text = element.text
                if text is not None and (not self.after_blank or not text.isspace()):
                    # Most paragraphs: the same by way of `text` and `flush` takes twice as long.
                    if (
                        closer is flush
                        and not (children or self.level)
                        and self.style is _PLAIN
                        and text.isprintable()
                        and "  " not in text
                    ):
                        self.blocks.append(Paragraph([Span(text.strip(" "))]))
                        closer = None
                    else:
                        self.text(text)
                if children:
                    outer.append((element, closer, left))
                    left = children
                    continue
                if closer is not None:
                    closer(self)
            while True:
                text = element.tail
                if text is not None and (not self.after_blank or not text.isspace()):
                    self.text(text)
                left -= 1
                if left or not outer:
                    break
                element, closer, left = outer.pop()  # noqa: PLW2901 the element around, whose end is here
                if closer is not None:
                    closer(self)
        self.flush()
        return self.blocks

    def open_looking(self, element: Element, look: Look, opener: _Opener | None) -> _Closer | None:
        """Enter an element whose `style` says something that counts."""
        if look is BOLD:
            return self.restyle(_STRONG) if element.tag == "span" and not self.style.strong else None
        if look.hidden:
            return _skipped
        if look.lines and element.tag == "code" and is_block(element.get("style")):
            opener = _Walk.open_code
        if opener is None and look.bold and element.tag == "span" and not self.style.strong:
            opener = _Walk.open_bold
        closer = opener(self, element) if opener is not None else None
        if look.unread:
            self.dropped.update(look.unread)
        for url in look.pictures:
            # A link may be offered to a rule, and stands in a line all the same.
            apart = opener in _SETTING_APART and element.tag != "a"
            self.add_picture(url, "background", alone=apart)
        if closer is _skipped:
            return closer
        if look.struck or look.script:
            self.closers.append(closer)
            self.restyle(_Style(struck=look.struck, script=look.script))
            closer = _Walk.close_looking
        if look.lines:
            self.closers.append(closer)
            self.keeps_lines += 1
            closer = _Walk.close_lines
        return closer

    def close_looking(self) -> None:
        self.close_style()
        closer = self.closers.pop()
        if closer is not None:
            closer(self)

    def close_lines(self) -> None:
        self.keeps_lines -= 1
        closer = self.closers.pop()
        if closer is not None:
            closer(self)

    def open_bold(self, _: Element) -> _Closer:
        return self.restyle(_STRONG)

    def open_block(self, element: Element) -> _Closer:
        if self.pending or self.line:
            self.flush()
        if self.blocks and isinstance(self.blocks[-1], Image) and self.takes_caption(element):
            self.enter(element)
            return _Walk.close_caption
        return _Walk.flush

    def open_image(self, element: Element) -> None:
        if element.getparent().get("data-formula") or element.get("data-formula"):
            self.open_drawing(element)
        elif image := self.rules.image(element):
            self.add_image(image)

    def add_image(self, image: Image) -> None:
        image.link = self.style.link
        self.settle()
        self.line.append(image)
        self.after_blank = False

    def add_picture(self, url: str | None, role: Shown | None = None, *, alone: bool = False) -> None:
        """Add a picture that is no `img`; one that is shown behind something stands once, however often it is behind it."""
        address = self.rules.picture(url) if url else None
        if address is None or (role and address in self.behind):
            return
        if role:
            self.behind.add(address)
        if alone:
            self.flush()
            self.blocks.append(Image(address, link=self.style.link, role=role))
        else:
            self.add_image(Image(address, role=role))

    def open_svg_image(self, element: Element) -> None:
        get = element.get
        self.add_picture(get("href") or get("xlink:href") or get("data-src"), "background")

    def open_picture(self, element: Element) -> None:
        """A `picture` whose `img` only holds the place: its sources have the picture."""
        image = next(element.iter("img"), None)
        if image is not None and self.rules.image(image):
            return
        for source in element.iter("source"):
            if url := largest(source.get("srcset") or source.get("data-srcset")) or source.get("src"):
                self.add_picture(url)
                return

    def open_input(self, element: Element) -> None:
        if element.get("type", "").lower() == "image":
            self.add_picture(element.get("src") or element.get("data-src"))
        elif element.get("type", "").lower() != "hidden":
            self.dropped["input"] += 1

    def open_unread(self, element: Element) -> None:
        """Count an element that means something and has no node; the text inside is kept."""
        self.dropped[element.tag] += 1

    def open_frame(self, element: Element) -> _Closer:
        self.dropped[element.tag] += 1
        return _skipped

    def open_math(self, element: Element) -> _Closer:
        found = around(element)
        tex = found[1] if found else math_tex(element)
        if not tex:
            self.dropped["math"] += 1
        elif found is None or found[0] not in self.formulas:
            self.add_formula(tex, alone=is_display(element))
            self.formulas.update(found[:1] if found else ())
        return _skipped

    def open_drawing(self, element: Element) -> _Closer | None:
        """Enter a drawing, which may be one of a formula."""
        found = around(element)
        if found is None:
            return None
        if found[0] not in self.formulas:
            self.add_formula(found[1])
            self.formulas.add(found[0])
        return _skipped

    def open_source(self, element: Element) -> _Closer:
        if found := script_tex(element):
            tex, alone = found
            self.add_formula(tex, alone=alone)
        return _skipped

    def add_formula(self, tex: str, *, alone: bool = False) -> None:
        if alone:
            self.flush()
        self.settle()
        style = self.style
        self.line.append(Span(tex, *style._replace(code=True, script=None), formula=True))
        self.after_blank = False
        if alone:
            self.flush()

    def open_drawn_math(self, element: Element) -> None:
        if next(element.iter("math", "svg"), None) is None:
            self.dropped[element.tag] += 1

    def open_quotation(self, _: Element) -> _Closer:
        self.text("“")
        return lambda walk: walk.text("”")

    def open_reading(self, element: Element) -> _Closer | None:
        """How signs are read (`ruby`), which stands above them: in brackets behind them."""
        if not "".join(element.itertext()).strip():
            return _skipped
        self.text("(")
        return lambda walk: walk.text(")")

    def open_break(self, _: Element) -> None:
        self.settle()
        self.line.append(Break())
        self.after_blank = True

    def open_dropped(self, _: Element) -> _Closer:
        return _skipped

    def open_special_block(self, element: Element) -> _Closer | None:
        """Enter a block that a rule of the site may know."""
        rules = self.rules
        if rules.skip is not _never and rules.skip(element):
            return _skipped
        if len(self.around) < MAX_NESTING and (role := rules.aside(element)):
            self.flush()
            self.enter(element, role)
            return _Walk.close_aside
        return self.open_block(element)

    def open_special(self, element: Element) -> _Closer | None:
        """Enter an element that a rule of the site may know."""
        rules = self.rules
        if rules.skip is not _never and rules.skip(element):
            return _skipped
        tag = element.tag
        embed = rules.embed(element)
        if tag == "video":
            self.add_picture(element.get("poster"), "poster", alone=True)
        if embed is None:
            opener = _OPENERS.get(tag)
            return opener(self, element) if opener else None
        self.flush()
        self.blocks.append(embed)
        return _skipped if tag in _PLAYERS else _Walk.flush

    def text(self, text: str) -> None:
        """Add text to the line; runs of white space are one blank, and none at the beginning of a line."""
        # What is printable has nothing to drop or to squeeze, nor have the no-break spaces that bodies are full of.
        if "  " in text or not (text.isprintable() or text.replace("\u00a0", "").isprintable()):
            if self.keeps_lines and "\n" in text and not text.isspace():
                first, *lines = text.split("\n")
                self.text(first)
                for line in lines:
                    self.open_break(None)
                    self.text(line)
                return
            text = _tidy(text)
        if self.after_blank and text[:1] == " ":
            text = text[1:]
        if not text:
            return
        if self.style is not self.pending_style:
            if self.pending and self.style != self.pending_style:
                self.settle()
            self.pending_style = self.style
        self.pending.append(text)
        self.after_blank = text[-1] == " "

    def settle(self) -> None:
        """Put the text collected in one style into the line."""
        pending = self.pending
        if pending:
            text = pending[0] if len(pending) == 1 else "".join(pending)
            pending.clear()
            style = self.pending_style
            span = Span(text) if style is _PLAIN else Span(text, *style)
            if style is _PLAIN or not style.script or not self.joins(span):
                self.line.append(span)

    def joins(self, span: Span) -> bool:
        """Add to what stands above or below the line just before: an exponent is one, whatever the styles inside."""
        last = self.line[-1] if self.line else None
        if not isinstance(last, Span):
            return False
        if (last.script, last.link, last.struck) != (span.script, span.link, span.struck):
            if shown(span) != span.text and not last.text[-1:].isspace():
                span.strong, span.emphasis = last.strong, last.emphasis  # as bold as what it stands on
            return False
        last.text += span.text
        last.strong &= span.strong
        last.emphasis &= span.emphasis
        last.code &= span.code
        return True

    def flush(self) -> None:
        """End the line: as a heading inside one, as pictures of their own, or as a paragraph."""
        self.after_blank = True
        pending, line = self.pending, self.line
        if not pending and not line:
            return
        if pending:
            if not line and len(pending) == 1 and not self.level:  # most lines are one piece of text
                text = pending.pop().rstrip(" ")
                if text and not text.isspace():
                    style = self.pending_style
                    span = Span(text) if style is _PLAIN else Span(text, *style)
                    self.blocks.append(Paragraph([span]))
                return
            self.settle()
        self.line = []
        while line and _is_void(line[-1]):
            line.pop()
        if not line:
            return
        if _is_void(line[0]):
            line = line[next(at for at, piece in enumerate(line) if not _is_void(piece)) :]
        last = line[-1]
        if isinstance(last, Span):
            if last.text[-1] == " ":
                last.text = last.text.rstrip(" ")
        elif all(isinstance(piece, Image) or _is_void(piece) for piece in line):
            self.blocks.extend(piece for piece in line if isinstance(piece, Image))
            return
        self.blocks.append(Heading(self.level, line) if self.level else Paragraph(line))

    def enter(self, element: Element, role: Role | None = None) -> None:
        """Collect the blocks of an element apart from those so far; the line before it has been ended."""
        self.around.append((self.element, self.parts, self.role, self.blocks))
        self.element, self.parts, self.role, self.blocks = element, [], role, []

    def enter_container(self, element: Element, closer: _Closer) -> _Closer:
        """Enter a list, a table, a cell or a quote; where too many are open, it is nothing but its lines."""
        self.flush()
        if len(self.around) >= MAX_NESTING:
            return _Walk.flush
        self.enter(element)
        return closer

    def leave(self) -> list[Block]:
        """Back to what is around: the blocks that were collected."""
        if self.pending or self.line:
            self.flush()
        inner = self.blocks
        self.element, self.parts, self.role, self.blocks = self.around.pop()
        return inner

    def inside(self, tags: frozenset[str]) -> bool:
        """Whether the innermost thing being collected is one of these."""
        return self.element is not None and self.element.tag in tags

    def restyle(self, more: _Style) -> _Closer:
        """Add to the style of the text that follows; a link takes the place of the one around it."""
        outer = self.style
        self.styles.append(outer)
        if outer is not _PLAIN:
            more = _Style(
                outer.strong or more.strong,
                outer.emphasis or more.emphasis,
                outer.code or more.code,
                more.link or outer.link,
                outer.struck or more.struck,
                outer.script or more.script,
            )
        self.style = more
        return _Walk.close_style

    def close_style(self) -> None:
        self.style = self.styles.pop()

    def open_style(self, element: Element) -> _Closer:
        return self.restyle(_STYLES[element.tag])

    def open_struck(self, element: Element) -> _Closer | None:
        return None if is_struck(element.get("style")) is False else self.restyle(_STYLES[element.tag])

    def open_script(self, element: Element) -> _Closer:
        if self.pending and self.style.script and self.pending_style == self.style:
            self.text("^" if element.tag == "sup" else "_")  # an exponent of an exponent
        return self.restyle(_STYLES[element.tag])

    def open_link(self, element: Element) -> _Closer:
        link = self.link(element.get("href"))
        if link is not None:
            self.part_links(link)
        return self.restyle(_Style(link=link))

    def part_links(self, link: str) -> None:
        """Keep two neighbouring links to one place two: an empty piece of text stands between them."""
        if self.pending:
            if self.pending_style.link != link:
                return
            self.settle()
        last = self.line[-1] if self.line else None
        if isinstance(last, Span) and last.link == link:
            self.line.append(Span(""))

    def open_heading(self, element: Element) -> _Closer:
        self.flush()
        self.levels.append(self.level)
        self.level = _HEADINGS[element.tag]
        return _Walk.close_heading

    def close_heading(self) -> None:
        self.flush()
        self.level = self.levels.pop()

    def open_quote(self, element: Element) -> _Closer:
        return self.enter_container(element, _Walk.close_quote)

    def close_quote(self) -> None:
        if inner := self.leave():
            self.blocks.append(Quote(inner))

    def close_aside(self) -> None:
        role = self.role
        inner = self.leave()
        if inner and role:
            self.blocks.append(Aside(role, inner))

    def takes_caption(self, element: Element) -> bool:
        """Whether a block is the caption of the picture just before; with none there, its text is kept as text."""
        last = self.blocks[-1]
        if not isinstance(last, Image) or last.caption:
            return False
        return element.tag == "figcaption" or bool(self.rules.caption(element))

    def close_caption(self) -> None:
        inner = self.leave()
        picture = self.blocks[-1] if self.blocks else None
        paragraphs = [block for block in inner if isinstance(block, Paragraph)]
        pieces = [piece for block in paragraphs for piece in block.inlines]
        more = any(isinstance(piece, Image) or (isinstance(piece, Span) and piece.link) for piece in pieces)
        if not isinstance(picture, Image) or len(paragraphs) < len(inner) or more:
            self.blocks.extend(inner)  # a caption is plain text: links and pictures in it would be lost
            return
        picture.caption = " ".join(line_text(block.inlines).replace("\n", "") for block in paragraphs).strip()

    def open_list(self, element: Element) -> _Closer:
        return self.enter_container(element, _Walk.close_list)

    def close_list(self) -> None:
        element, parts = self.element, self.parts
        stray = self.leave()
        if stray:
            (parts[-1][1] if parts else self.blocks).extend(stray)
        if (found := list_of(element, parts)) is not None:
            self.blocks.append(found)

    def open_item(self, element: Element) -> _Closer:
        if self.pending or self.line:
            self.flush()
        if not self.inside(_LISTS) or len(self.around) >= MAX_NESTING:
            return _Walk.flush
        if self.blocks:  # what stands between items (editors lift sublists out) belongs to the one before
            before = self.parts[-1][1] if self.parts else self.around[-1][3]
            before.extend(self.blocks)
            self.blocks = []
        self.enter(element)
        return _Walk.close_item

    def close_item(self) -> None:
        element, inner = self.element, self.leave()
        if inner and self.parts and inner[0].kind == "list" and is_indent(element, inner):
            self.parts[-1][1].extend(inner)
        else:
            self.parts.append((element, inner))

    def open_table(self, element: Element) -> _Closer:
        self.flush()
        self.add_picture(element.get("background"), "background", alone=True)
        return self.enter_container(element, _Walk.close_table)

    def close_table(self) -> None:
        parts = self.parts
        stray = self.leave()
        self.blocks.extend(stray)
        rows = [row for row in parts if row]
        if code := _numbered_code(rows):
            self.blocks.append(code)
        elif any(cell.blocks for row in rows for cell in row):
            self.blocks.append(Table(rows))

    def open_row(self, _: Element) -> _Closer:
        self.flush()
        if self.inside(_TABLES):
            self.parts.append([])
        return _Walk.flush

    def open_cell(self, element: Element) -> _Closer:
        self.flush()
        if not self.inside(_TABLES):
            return _Walk.flush
        closer = self.enter_container(element, _Walk.close_cell)
        self.add_picture(element.get("background"), "background", alone=True)
        return closer

    def close_cell(self) -> None:
        element = self.element
        inner = self.leave()
        if not self.parts:
            self.parts.append([])
        cell = Cell(inner, element.tag == "th", _span(element.get("colspan")), _span(element.get("rowspan")))
        self.parts[-1].append(cell)

    def open_rule(self, _: Element) -> None:
        self.flush()
        self.blocks.append(Rule())

    def open_code(self, element: Element) -> _Closer:
        self.flush()
        for block in code_blocks(element, self.other_than_code):
            if isinstance(block, Code) and self.style.struck:
                block.text = "\n".join(f"~~{line}~~" if line else "" for line in block.text.split("\n"))
            self.blocks.append(block)
        return _skipped

    def other_than_code(self, element: Element) -> Block | None:
        """The picture or player that an element inside a code block is."""
        if element.tag == "img":
            return self.rules.image(element)
        return self.rules.embed(element) if element.tag in self.rules.special else None

    def link(self, href: str | None) -> str | None:
        """Where a link leads, absolute; None for places in the page and for scripts."""
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


_SETTING_APART = frozenset(
    (
        *(_Walk.open_block, _Walk.open_heading, _Walk.open_list, _Walk.open_item, _Walk.open_quote),
        *(_Walk.open_table, _Walk.open_row, _Walk.open_cell, _Walk.open_code, _Walk.open_special),
        _Walk.open_special_block,
    )
)
"""Elements that end the line before them."""

_OPENERS: dict[Any, _Opener] = {
    **dict.fromkeys(_DROPPED, _Walk.open_dropped),
    **dict.fromkeys(_BLOCKS, _Walk.open_block),
    **dict.fromkeys(_STYLES, _Walk.open_style),
    **dict.fromkeys(_STRUCK, _Walk.open_struck),
    **dict.fromkeys(("sup", "sub"), _Walk.open_script),
    **dict.fromkeys(_HEADINGS, _Walk.open_heading),
    **dict.fromkeys(("ul", "ol"), _Walk.open_list),
    **dict.fromkeys(("td", "th"), _Walk.open_cell),
    "a": _Walk.open_link,
    "br": _Walk.open_break,
    "img": _Walk.open_image,
    "image": _Walk.open_svg_image,
    "picture": _Walk.open_picture,
    "input": _Walk.open_input,
    "iframe": _Walk.open_frame,
    "math": _Walk.open_math,
    "mjx-container": _Walk.open_drawn_math,
    "q": _Walk.open_quotation,
    "rt": _Walk.open_reading,
    "script": _Walk.open_source,
    "svg": _Walk.open_drawing,
    **dict.fromkeys(_UNREAD, _Walk.open_unread),
    "blockquote": _Walk.open_quote,
    "hr": _Walk.open_rule,
    "li": _Walk.open_item,
    "pre": _Walk.open_code,
    "table": _Walk.open_table,
    "tr": _Walk.open_row,
    etree.Comment: _Walk.open_dropped,
    etree.PI: _Walk.open_dropped,
    etree.Entity: _Walk.open_dropped,
}


@lru_cache(maxsize=16)
def _openers(special: frozenset[str]) -> dict[Any, _Opener]:
    """How elements are entered where these are offered to a site's rules."""
    opened = {name: _Walk.open_special_block if name in _BLOCKS else _Walk.open_special for name in special}
    return {**_OPENERS, **opened}


def _pass_over(nodes: Iterator[Element], element: Element) -> None:
    """Leave out what is inside an element."""
    for _ in element.iterdescendants():
        next(nodes)


def _tidy(text: str) -> str:
    """Text without what is invisible, every run of white space one blank.

    Lines that are only indented, and no-break spaces, are seen to first: they are three times faster without expressions.
    """
    core = text.strip(_BLANK)
    if "  " in core or not core.replace("\u00a0", "").isprintable():
        return _BLANKS.sub(" ", visible(text))
    if not core:
        return " "
    return f"{' ' if text[0] in _BLANK else ''}{core}{' ' if text[-1] in _BLANK else ''}"


def _numbered_code(rows: list[list[Cell]]) -> Code | None:
    """The code of a table that only sets the numbers of its lines beside it (Hexo's blocks)."""
    if len(rows) != 1 or len(rows[0]) != 2:
        return None
    numbers, lines = (cell.blocks[0] if len(cell.blocks) == 1 else None for cell in rows[0])
    if not isinstance(lines, Code) or not isinstance(numbers, Code | Paragraph):
        return None
    text = numbers.text if isinstance(numbers, Code) else line_text(numbers.inlines)
    counted = [str(number) for number in range(1, len(text.split()) + 1)]
    return lines if text.split() == counted else None


def _is_void(piece: Inline) -> bool:
    if isinstance(piece, Span):
        return not piece.text or piece.text.isspace()
    return isinstance(piece, Break)


def _span(value: str | None) -> int:
    return min(int(value), 1000) if value and value.isdecimal() and len(value) < 10 and int(value) else 1


def read_body(element: Element, rules: Rules, dropped: Counter[str] | None = None) -> Body:
    """The body tree of an element's content (the element's own tag and style do not count).

    What is dropped although it means something (elements such as `canvas`, properties such as `text-emphasis`) is counted
    in `dropped`, by name.
    """
    for changed in _CHANGED(element):
        if changed.get("data-formula") is not None:
            draw_missing(changed)
        if changed.get("hidden", "until-found") != "until-found":
            changed.set("style", "display:none")
    hide_doubles(element)
    return _Walk(rules, Counter() if dropped is None else dropped).run(element)
