"""Code blocks: the lines that a page shows, however its editor has marked them up, and the pictures between them.

Lines end at line feeds and `br`, and where a block begins or ends: some editors put every line into a block of its own
(`p`, `li`, a table's row, a `code` or `span` for each line), with or without line feeds between.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple

from lxml import etree

from newsarchive.items.body import Block, Code, Script, Span, line_text
from newsarchive.parsing.html_body.styles import Look, Looks, is_block, is_struck, look
from newsarchive.parsing.html_tree import Element, inner_text
from newsarchive.parsing.text import visible

_LINES = frozenset(
    (
        *("p", "div", "section", "article", "li", "ul", "ol", "blockquote", "figure", "center", "dl", "dt"),
        *("dd", "table", "thead", "tbody", "tr", "pre", "h1", "h2", "h3", "h4", "h5", "h6"),
    )
)
_NOT_CODE = frozenset(("script", "style", "noscript", "template", "button"))
_SCRIPTS: dict[Any, Script] = {"sup": "super", "sub": "sub"}
_STRUCK = frozenset(("del", "s", "strike"))
_WORDS_AND_BREAKS = frozenset(("span", "br"))
_LINE_CLASS = re.compile(r"(?:^|\s)(?:[\w-]+-)?line(?:\s|$)", re.IGNORECASE)
_NUMBER_CLASS = re.compile(
    r"line-?(?:number|num|index|no)|lineno|linenos|ln-n|gutter|(?:^|\s)ln(?:\s|$)", re.IGNORECASE
)
_NAMES = re.compile("line|ln|gutter", re.IGNORECASE)
_UNSELECTABLE = re.compile(r"user-select\s*:\s*none", re.IGNORECASE)
_NUMBERS = re.compile(r"[\d\s]*")
_MOST_NUMBERS = 2000
"""Pieces of text that are looked at to tell whether all are numbers of lines."""
_WHITE = " \t\r\n"
_BREAK = re.compile(r"[ \t]*\n")
_INDENT = re.compile(r"\n[ \t]*\Z")
_LANGUAGE = re.compile(r"\b(?:language|lang)-([\w+#.-]{1,20})")


def code_blocks(element: Element, other: Callable[[Element], Block | None]) -> list[Block]:
    """A `pre` as blocks of code; `other` answers for an element that is none of it: a picture, a player."""
    text = _only_text(element)
    if text is not None:
        code = _tidy(text)
        return [Code(code, _language(element))] if code.strip() else []
    reading = _Reading(_language(element), other)
    reading.read(element)
    return reading.blocks


def _only_text(element: Element) -> str | None:
    """The text of a block that holds nothing but words in their colours and breaks, as most do; None for all other blocks.

    An element around all of it may be a block: it has no line before it, and none after.
    """
    inner = element
    if len(element) == 1 and not element.text and element[0].tag in {"code", "span"}:
        inner = element[0]
        if inner.tail or not _is_word(inner.get("class"), inner.get("style"), alone=True):
            return None
    for node in islice(inner.iter(), 1, None):
        if node.tag not in _WORDS_AND_BREAKS or not _is_word(node.get("class"), node.get("style")):
            return None
    for line_end in inner.iter("br"):
        line_end.text = "\n"
    return inner_text(inner)


def _tidy(text: str) -> str:
    return visible(text).replace("\u00a0", " ").strip("\n")


class _Opened(NamedTuple):
    """An element whose end is to come: what it is, and where it began."""

    is_line: bool
    mark: Script | Literal["struck"] | None
    ended: int
    place: int


_INLINE = _Opened(is_line=False, mark=None, ended=0, place=0)


class _Reading:
    """One reading: the blocks so far, the lines of the next one, and the line being filled."""

    def __init__(self, language: str, other: Callable[[Element], Block | None]) -> None:
        self.blocks: list[Block] = []
        self._language = language
        self._other = other
        self._lines: list[str] = []
        self._line: list[str] = []
        self._ended = 0
        """How many lines and pictures there have been."""
        self._number = 0
        """The last line number that was left out of a table."""
        self._looks = Looks()
        self._by_line: dict[tuple[Element, str], bool] = {}
        """Whether the children of one name of an element are a line each."""

    def read(self, root: Element) -> None:
        """Read the content of an element."""
        opened: list[_Opened | None] = []
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, node in walk:
            if event == "start":
                if node.tag in _WORDS_AND_BREAKS and _is_word(node.get("class"), node.get("style")):
                    if node.tag == "br":
                        self._end_line()
                    elif text := node.text:  # most: a word in its colour
                        self._text(text, node, inside=True)
                    opened.append(_INLINE)
                    continue
                opened.append(self._opened(node, root))
                if opened[-1] is None:
                    walk.skip_subtree()
                continue
            start = opened.pop() if event == "end" else None
            if start is not None and start is not _INLINE:
                self._close(node, start)
            if node is root:
                break
            if tail := node.tail:
                self._text(tail, node, after_line=start is not None and start.is_line)
        self._end_block()

    def _opened(self, node: Element, root: Element) -> _Opened | None:
        """Enter an element; None for one whose content is done with."""
        if node is root:
            self._text(node.text, node, inside=True)
            return _INLINE
        if (block := self._other(node)) is not None:
            self._end_block()
            self.blocks.append(block)
            return None
        look = self._looks[style] if (style := node.get("style")) else None
        if (look is not None and look.hidden) or self._is_left_out(node):
            return None
        is_line = self._is_line(node)
        if is_line and self._line:
            self._end_line()
        if node.tag == "br":
            self._end_line()
        found = _Opened(is_line, _mark(node, look), self._ended, len(self._line))
        self._text(node.text, node, inside=True)
        return found

    def _close(self, node: Element, start: _Opened) -> None:
        if start.mark and self._ended == start.ended:
            text = "".join(self._line[start.place :])
            struck = start.mark == "struck"
            self._line[start.place :] = [
                line_text([Span(text, struck=struck, script=None if start.mark == "struck" else start.mark)])
            ]
        if not start.is_line:
            return
        if self._line or (self._ended == start.ended and not any(self._is_line(child) for child in node)):
            self._end_line()

    def _text(
        self, text: str | None, node: Element, *, inside: bool = False, after_line: bool = False
    ) -> None:
        """Add the text at the start of an element or behind it.

        Line feeds and indents that only set blocks apart in the source are no lines of the code.
        """
        if not text:
            return
        before_line = False
        if text[-1] in _WHITE:
            following = next(iter(node), None) if inside else node.getnext()
            before_line = following is not None and self._is_line(following)
        elif not after_line and "\n" not in text:
            self._line.append(text)
            return
        if text.isspace() and (after_line or before_line):
            breaks = text.count("\n")
            if not self._line:
                breaks = 0 if inside else breaks - 1
            for _ in range(breaks):
                self._end_line()
            return
        if after_line:
            text = _BREAK.sub("", text, count=1)
        if before_line:
            text = _INDENT.sub("\n", text)
        *lines, rest = text.split("\n")
        for line in lines:
            self._line.append(line)
            self._end_line()
        if rest:
            self._line.append(rest)

    def _end_line(self) -> None:
        self._lines.append("".join(self._line))
        self._line.clear()
        self._ended += 1

    def _end_block(self) -> None:
        if self._line:
            self._end_line()
        text = _tidy("\n".join(self._lines))
        self._lines.clear()
        self._ended += 1
        if text.strip():
            self.blocks.append(Code(text, self._language))

    def _is_line(self, node: Element) -> bool:
        """Whether an element stands in lines of its own."""
        tag = node.tag
        if tag in _LINES or ((style := node.get("style")) and is_block(style)):
            return True
        if tag != "code":
            name = node.get("class", "") if tag == "span" else ""
            if "line" not in name or not _LINE_CLASS.search(name):
                return False
        outer = node.getparent()
        if (outer, tag) not in self._by_line:
            self._by_line[outer, tag] = _is_by_line(outer, tag)
        return self._by_line[outer, tag]

    def _is_left_out(self, node: Element) -> bool:
        """Whether an element is no code: a button, a drawing, the number of a line."""
        tag = node.tag
        if tag in _NOT_CODE:
            return True
        if not node.attrib and tag != "td":
            return False
        name, style = node.get("class"), node.get("style", "")
        named = (name and _NUMBER_CLASS.search(name)) or node.get("data-line-number") is not None
        if not named and tag != "td" and ("select" not in style or not _UNSELECTABLE.search(style)):
            return False
        text = "".join(islice(node.itertext(), _MOST_NUMBERS)).strip()
        if named or tag != "td":
            return _NUMBERS.fullmatch(text) is not None
        if text != str(self._number + 1) or node.getprevious() is not None or node.getnext() is None:
            return False
        self._number += 1
        return True


@lru_cache(maxsize=1024)
def _is_word(name: str | None, style: str | None, *, alone: bool = False) -> bool:
    """Whether a `span` (or `br`) of this class and style only colours what it holds."""
    if name and _NAMES.search(name):
        return False
    return not style or (look(style) is None and "select" not in style and (alone or not is_block(style)))


def _mark(node: Element, look: Look | None) -> Script | Literal["struck"] | None:
    if (look is not None and look.struck) or (
        node.tag in _STRUCK and is_struck(node.get("style")) is not False
    ):
        return "struck"
    return _SCRIPTS.get(node.tag) or (look.script if look is not None else None)


def _is_by_line(outer: Element, tag: str) -> bool:
    """Whether an element holds several others of a name, and nothing that says how they are set apart."""
    tags = [child.tag for child in outer]
    between = (outer.text, *(child.tail for child in outer))
    return (
        tags.count(tag) > 1 and "br" not in tags and not any(text and not text.isspace() for text in between)
    )


def _language(element: Element) -> str:
    """The language that a code block is marked with, on itself or on the `code` inside."""
    inner = next(element.iterchildren("code"), None)
    for node in (element, *((inner,) if inner is not None else ())):
        if language := node.get("data-lang") or node.get("lang"):
            return str(language)[:20]
        if match := _LANGUAGE.search(node.get("class", "")):
            return match[1]
    return ""
