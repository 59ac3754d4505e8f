"""Finding things in a page of mp.weixin.qq.com without reading all of it.

Pages are 2 to 4 MB, nearly all of it script. Everything here looks for a marker with `bytes.find` and decodes or parses
only the slice that it needs; no regular expression runs over a whole page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from lxml import etree

from newsarchive.parsing.html_body import Element
from newsarchive.parsing.jsliteral import JsLiteralError, Value, parse_at, parse_object
from newsarchive.parsing.text import decode_entities

STATE = b"window.cgiDataNew = {"
"""The assignment of the state object; the name alone stands up to 46 times on a page. Absent before November 2025."""

_ASSIGNED = re.compile(r"\s*=(?!=)\s*(?:[\w.$]+\s*=(?!=)\s*)?")
_LINE_LIMIT = 20_000
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_META = re.compile(rb"""<meta((?:[^"'>]++|"[^"]*+"|'[^']*+')*+)>""")
_WORD = re.compile(rb"[\w$]")
_OPENING = re.compile(rb"\s*[=:]\s*(?=\{)")
_TAG_START = re.compile(rb"<[a-zA-Z][\w-]*\s[^<>]*$")
_VOID_END = "<newsarchive-end></newsarchive-end>"


class WeixinPage:
    """The bytes of one page, with what was found in them."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def has(self, marker: bytes) -> bool:
        return marker in self.content

    @cached_property
    def state_position(self) -> int:
        """Where the state object's opening brace is, or -1."""
        at = self.content.find(STATE)
        return at + len(STATE) - 1 if at >= 0 else -1

    def state(self, keys: Collection[str]) -> dict[str, Value]:
        """These members of `window.cgiDataNew`; empty where the page has none or it cannot be read."""
        if self.state_position < 0:
            return {}
        return self._object(self.state_position, keys)

    def _object(self, start: int, keys: Collection[str] | None) -> dict[str, Value]:
        end = self.content.find(b"</script", start)
        text = self.content[start : end if end >= 0 else None].decode("utf-8", "replace")
        try:
            return parse_object(text, 0, keys)
        except JsLiteralError:
            return {}

    def object(self, name: bytes, keys: Collection[str] | None = None) -> dict[str, Value]:
        """The first object literal assigned to a name."""
        for at in self._places(name):
            opening = _OPENING.match(self.content, at)
            if opening and (found := self._object(opening.end(), keys)):
                return found
        return {}

    def _places(self, name: bytes) -> Iterator[int]:
        """Ends of the places where a name stands as a word of its own."""
        at = self.content.find(name)
        while at >= 0:
            if not _WORD.match(self.content, at - 1) and not _WORD.match(self.content, at + len(name)):
                yield at + len(name)
            at = self.content.find(name, at + len(name))

    def assigned(self, *names: bytes) -> Value:
        """The first value that is not empty among the assignments to these names (`var ct`, `window.ct`, `d.ct`)."""
        for name in names:
            for at in self._places(name):
                value = self._value(at)
                if value:
                    return value
        return None

    def _value(self, at: int) -> Value:
        end = self.content.find(b"\n", at)
        end = min(end if end >= 0 else len(self.content), at + _LINE_LIMIT)
        value, truncated = _read(self.content[at:end])
        if truncated:
            stop = self.content.find(b"</script", at)
            value, _ = _read(self.content[at : stop if stop >= 0 else None])
        return value

    def text(self, *names: bytes) -> str:
        """Like `assigned`, as text."""
        value = self.assigned(*names)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    @cached_property
    def metas(self) -> dict[str, str]:
        """Content of the meta elements by name or property, the first of each."""
        found: dict[str, str] = {}
        stop = self.content.find(b"<body")
        at = self.content.find(b"<meta", 0, stop if stop >= 0 else len(self.content))
        for _ in range(200):
            if at < 0:
                break
            tag = _META.match(self.content, at)
            attributes = _attributes(tag[1].decode("utf-8", "replace")) if tag else {}
            name = attributes.get("property") or attributes.get("name")
            if name and "content" in attributes:
                found.setdefault(name, attributes["content"])
            at = self.content.find(b"<meta", at + 5, stop if stop >= 0 else len(self.content))
        return found

    def tag_start(self, identifier: bytes, start: int = 0) -> int:
        """Where the start tag with this id begins, or -1; mentions in scripts and styles do not count."""
        for quote in (b'"', b"'"):
            needle = b"id=" + quote + identifier + quote
            at = self.content.find(needle, start)
            while at >= 0:
                low = max(start, at - 4000)
                opening = self.content.rfind(b"<", low, at)
                if opening >= 0 and _TAG_START.match(self.content[opening:at]):
                    return opening
                at = self.content.find(needle, at + len(needle))
        return -1

    def element(self, identifier: bytes) -> Element | None:
        """The element with this id, from a tree of just its part of the page; None where there is none."""
        start = self.tag_start(identifier)
        if start < 0:
            return None
        end = self.content.find(b"<script", start)
        while end >= 0:
            root = parse_fragment(self.content[start:end].decode("utf-8", "replace") + _VOID_END)
            element = root[0] if root is not None and len(root) else None
            if element is not None and not any(True for _ in element.iter("newsarchive-end")):
                return element
            end = self.content.find(b"<script", end + max(7, end - start))
        root = parse_fragment(self.content[start:].decode("utf-8", "replace"))
        return root[0] if root is not None and len(root) else None

    def words(self, identifier: bytes) -> str:
        """The text of a small element by id, on one line."""
        start = self.tag_start(identifier)
        if start < 0:
            return ""
        root = parse_fragment(self.content[start : start + 20_000].decode("utf-8", "ignore"))
        if root is None or not len(root):
            return ""
        return " ".join("".join(root[0].itertext()).split())


def _read(source: bytes) -> tuple[Value, bool]:
    """The value of an assignment that follows, and whether the source ended inside it."""
    text = source.decode("utf-8", "ignore")
    match = _ASSIGNED.match(text)
    if not match:
        return None, False
    try:
        return parse_at(text, match.end())[0], False
    except JsLiteralError as error:
        return None, error.position >= len(text.rstrip())


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag):
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4]
        found.setdefault(match[1].lower(), decode_entities(value or ""))
    return found


def parse_fragment(markup: str) -> Any:  # noqa: ANN401
    """The body element of a piece of HTML, or None for nothing. Never resolves, loads or includes anything."""
    if not markup.strip():
        return None
    tree = etree.HTML(
        "<body>" + markup, etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    )
    return None if tree is None else tree.find("body")
