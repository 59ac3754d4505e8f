"""An HTML element as a body tree (`newsarchive.body`): the shared walk, with the site's habits as rules.

The walk reads lxml elements once, in document order and without recursion, so that no page is nested too deeply for it.
What it does not know is transparent: its text is kept. Text is never invented and never lost, except where a rule or
`display:none` says that it is not the body's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias
from urllib.parse import urljoin, urlsplit

from lxml import etree

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
    Numbering,
    Paragraph,
    Quote,
    Role,
    Rule,
    Script,
    Span,
    Table,
    line_text,
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
    (None: no picture of the article), `embed` the player or card that an element is, `aside` the role of a block that
    is not the story, `skip` whether an element and its content are no part of the body, `caption` whether a block is
    the caption of the picture before it. The content of a player is its fallback and dropped, that of a custom element
    is kept: where its end tag is missing, the parser puts the rest of the article into it. `special` are the names of
    the elements that are offered to `skip`, `aside` and `embed` (never `span`, of which bodies are full).
    """

    base_url: str
    image: Callable[[Element], Image | None]
    special: frozenset[str] = frozenset()
    embed: Callable[[Element], Embed | None] = _never
    aside: Callable[[Element], Role | None] = _never
    skip: Callable[[Element], bool | None] = _never
    caption: Callable[[Element], bool | None] = _never
    link: Callable[[str], str] = field(default=lambda url: url)


_DROPPED = frozenset(("script", "style", "noscript", "template", "head", "title", "meta", "link", "iframe"))
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "body", "center", "dd", "details", "dir", "div", "dl", "dt"),
        *(
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "foreignobject",
            "form",
            "header",
            "hgroup",
            "html",
            "legend",
            "main",
            "menu",
            "nav",
        ),
        *("p", "section", "summary", "caption"),
    )
)
_PLAYERS = frozenset(("iframe", "video", "audio", "object", "a"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS, _TABLES = frozenset(("ul", "ol")), frozenset(("table",))
MAX_NESTING = 60
"""Lists, tables and quotes inside each other; deeper ones are read as plain blocks, so that no reader of the tree breaks."""
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)")
_DECORATION = re.compile(r"(?<![\w-])text-decoration(?:-line)?\s*:([^;]*)")
_RAISED = re.compile(r"(?<![\w-])vertical-align\s*:\s*(super|sub)\b")
_LIST_STYLE = re.compile(r"(?<![\w-])list-style(?:-type)?\s*:([^;!]*)")
_MARKERS: dict[str, Numbering | Literal["-"]] = {
    **dict.fromkeys(("disc", "circle", "square"), "-"),
    **dict.fromkeys(("decimal", "decimal-leading-zero"), "1"),
    **dict.fromkeys(("upper-alpha", "upper-latin"), "A"),
    **dict.fromkeys(("lower-alpha", "lower-latin"), "a"),
    "upper-roman": "I",
    "lower-roman": "i",
}
"""What the markers of a `list-style` are; others leave a list what it is."""
_TYPES: dict[str, Numbering] = {"A": "A", "a": "a", "I": "I", "i": "i"}
_WHOLE = re.compile(r"\s*([+-]?[0-9]{1,9})(?![0-9])")
_BLANK = " \t\r\n\f"
_BLANKS = re.compile(f"[{_BLANK}]+")
_LANGUAGE = re.compile(r"\b(?:language|lang)-([\w+#.-]{1,20})")


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


class _Look(NamedTuple):
    """What a `style` says that counts: whether the element is hidden, bold, or not struck out in spite of its name."""

    hidden: bool = False
    bold: bool = False
    unstruck: bool = False
    style: _Style | None = None
    """What it adds to the style of all text inside."""


_Closer: TypeAlias = "Callable[[_Walk], None]"
"""What is done at an element's end."""
_Opener: TypeAlias = "Callable[[_Walk, Element], _Closer | None]"
"""What is done at an element's start."""


def _skipped(_: _Walk) -> None:
    """Stands for the end of an element whose content is done with."""


class _Looks(dict[str, _Look | None]):
    """What the styles seen so far say, None for nothing; a body has thousands of them, but a few dozen that differ."""

    def __missing__(self, style: str) -> _Look | None:
        look = self[style] = _look(style)
        return look


def _look(style: str) -> _Look | None:
    if ("none" in style or "NONE" in style) and _HIDDEN.search(style):
        return _Look(hidden=True)
    bold = "font-weight" in style and _BOLD.search(style) is not None
    struck = unstruck = False
    script: Script | None = None
    lower = style.lower()
    if "decoration" in lower and (lines := _DECORATION.findall(lower)):
        struck = "line-through" in lines[-1]
        unstruck = not struck
    if "vertical-align" in lower and (raised := _RAISED.search(lower)):
        script = "super" if raised[1] == "super" else "sub"
    if not (bold or struck or unstruck or script):
        return None
    added = _Style(struck=struck, script=script) if struck or script else None
    return _Look(bold=bold, unstruck=unstruck, style=added)


class _Item(NamedTuple):
    """An item of a list: its element, and what it holds."""

    element: Element
    blocks: list[Block]


class _Walk:
    """One walk: the blocks so far, the line being filled, and what has to be closed."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.blocks: list[Block] = []
        self.line: list[Inline] = []
        self.pending: list[str] = []
        self.pending_style = _PLAIN
        self.after_blank = True
        self.style = _PLAIN
        self.level = 0
        self.styles: list[_Style] = []
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
        openers = {**_OPENERS, **dict.fromkeys(self.rules.special, _Walk.open_special)}
        looks = _Looks()
        outer: list[tuple[Element, _Closer | None, int]] = []
        left = len(root)
        for element in nodes:
            opener, style = openers.get(element.tag), element.get("style")
            look = None if style is None else looks[style]
            closer: _Closer | None
            if look is not None:
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

    def open_looking(self, element: Element, look: _Look, opener: _Opener | None) -> _Closer | None:
        """Enter an element whose `style` says something that counts."""
        if look.hidden:
            return _skipped
        if look.unstruck and element.tag in _STRUCK:
            opener = None
        if opener is None and look.bold and element.tag == "span" and not self.style.strong:
            opener = _Walk.open_bold
        closer = opener(self, element) if opener is not None else None
        if closer is _skipped or look.style is None:
            return closer
        self.closers.append(closer)
        self.restyle(look.style)
        return _Walk.close_looking

    def close_looking(self) -> None:
        self.close_style()
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
        if image := self.rules.image(element):
            image.link = self.style.link
            self.settle()
            self.line.append(image)
            self.after_blank = False

    def open_break(self, _: Element) -> None:
        self.settle()
        self.line.append(Break())
        self.after_blank = True

    def open_dropped(self, _: Element) -> _Closer:
        return _skipped

    def open_special(self, element: Element) -> _Closer | None:
        """Enter an element that a rule of the site may know."""
        rules = self.rules
        if rules.skip(element):
            return _skipped
        if len(self.around) < MAX_NESTING and (role := rules.aside(element)):
            self.flush()
            self.enter(element, role)
            return _Walk.close_aside
        embed = rules.embed(element)
        if embed is None:
            opener = _OPENERS.get(element.tag)
            return opener(self, element) if opener else None
        self.flush()
        self.blocks.append(embed)
        return _skipped if element.tag in _PLAYERS else _Walk.flush

    def text(self, text: str) -> None:
        """Add text to the line; runs of white space are one blank, and none at the beginning of a line."""
        if "  " in text or not text.isprintable():  # what is printable has nothing to drop or to squeeze
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
            style = self.pending_style
            self.line.append(Span(text) if style is _PLAIN else Span(text, *style))
            pending.clear()

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
            (parts[-1].blocks if parts else self.blocks).extend(stray)
        if parts:
            self.blocks.append(_list(element, parts))

    def open_item(self, element: Element) -> _Closer:
        self.flush()
        if not self.inside(_LISTS) or len(self.around) >= MAX_NESTING:
            return _Walk.flush
        if self.blocks:  # what stands between items (editors lift sublists out) belongs to the one before
            before = self.parts[-1].blocks if self.parts else self.around[-1][3]
            before.extend(self.blocks)
            self.blocks = []
        self.enter(element)
        return _Walk.close_item

    def close_item(self) -> None:
        element, inner = self.element, self.leave()
        if not inner:
            return
        if self.parts and _is_indent(element, inner):
            self.parts[-1].blocks.extend(inner)
        else:
            self.parts.append(_Item(element, inner))

    def open_table(self, element: Element) -> _Closer:
        return self.enter_container(element, _Walk.close_table)

    def close_table(self) -> None:
        parts = self.parts
        stray = self.leave()
        self.blocks.extend(stray)
        rows = [row for row in parts if row]
        if any(cell.blocks for row in rows for cell in row):
            self.blocks.append(Table(rows))

    def open_row(self, _: Element) -> _Closer:
        self.flush()
        if self.inside(_TABLES):
            self.parts.append([])
        return _Walk.flush

    def open_cell(self, element: Element) -> _Closer:
        self.flush()
        return self.enter_container(element, _Walk.close_cell) if self.inside(_TABLES) else _Walk.flush

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
        text = _code_text(element)
        if text.strip():
            self.blocks.append(Code(text, _language(element)))
        return _skipped

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


_OPENERS: dict[Any, _Opener] = {
    **dict.fromkeys(_DROPPED, _Walk.open_dropped),
    **dict.fromkeys(_BLOCKS, _Walk.open_block),
    **dict.fromkeys(_STYLES, _Walk.open_style),
    **dict.fromkeys(("sup", "sub"), _Walk.open_script),
    **dict.fromkeys(_HEADINGS, _Walk.open_heading),
    **dict.fromkeys(("ul", "ol"), _Walk.open_list),
    **dict.fromkeys(("td", "th"), _Walk.open_cell),
    "a": _Walk.open_link,
    "br": _Walk.open_break,
    "img": _Walk.open_image,
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


def _is_void(piece: Inline) -> bool:
    if isinstance(piece, Span):
        return not piece.text or piece.text.isspace()
    return isinstance(piece, Break)


def _code_text(element: Element) -> str:
    """The text of a code block. Some editors put every line into a `code` of its own, without line breaks between."""
    parts: list[str] = []
    by_line = sum(1 for child in element if child.tag == "code") > 1
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            parts.append("\n" if node.tag == "br" else node.text or "")
            continue
        if node is element:
            break
        tail = node.tail or ""
        if by_line and node.tag == "code" and node.getparent() is element and not tail.startswith("\n"):
            parts.append("\n")
        parts.append(tail)
    return visible("".join(parts)).replace("\u00a0", " ").strip("\n")


def _language(element: Element) -> str:
    """The language that a code block is marked with, on itself or on the `code` inside."""
    inner = next(element.iterchildren("code"), None)
    for node in (element, *((inner,) if inner is not None else ())):
        if language := node.get("data-lang") or node.get("lang"):
            return str(language)[:20]
        if match := _LANGUAGE.search(node.get("class", "")):
            return match[1]
    return ""


def _is_indent(element: Element, blocks: list[Block]) -> bool:
    """Whether an item only holds a sublist, without a marker of its own: editors indent so."""
    only_lists = all(isinstance(block, ListBlock) for block in blocks)
    return only_lists and "none" in " ".join(_LIST_STYLE.findall(element.get("style", "").lower()))


def _list(element: Element, items: list[_Item]) -> ListBlock:
    """A list as the page numbers it: by attributes, or by a `style` that turns one kind of list into the other."""
    blocks = [item.blocks for item in items]
    style = _numbering(element) or _numbering(items[0].element) or ("1" if element.tag == "ol" else "-")
    if style == "-":
        return ListBlock(blocks)
    down = element.get("reversed") is not None
    start = _number(element.get("start"))
    number = start if start is not None else len(items) if down else 1
    numbers: list[int] = []
    for item in items:
        value = _number(item.element.get("value"))
        number = number if value is None else value
        numbers.append(number)
        number += -1 if down else 1
    first = numbers[0]
    counts_on = numbers == list(range(first, first + len(numbers)))
    return ListBlock(blocks, ordered=True, start=first, style=style, numbers=[] if counts_on else numbers)


def _numbering(element: Element) -> Numbering | Literal["-"] | None:
    """How the markers of a list or item look, as far as it says; "-" for points."""
    words = " ".join(_LIST_STYLE.findall(element.get("style", "").lower())).split()
    named = next((marker for word in reversed(words) if (marker := _MARKERS.get(word))), None)
    return named or _TYPES.get(element.get("type", "").strip())


def _number(value: str | None) -> int | None:
    """A whole number of up to nine digits."""
    match = _WHOLE.match(value or "")
    return int(match[1]) if match else None


def _span(value: str | None) -> int:
    return min(int(value), 1000) if value and value.isdecimal() and len(value) < 10 and int(value) else 1


def read_body(element: Element, rules: Rules) -> Body:
    """The body tree of an element's content (the element's own tag and style do not count)."""
    return _Walk(rules).run(element)
