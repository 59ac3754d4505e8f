"""Bytes and strings of HTML as lxml trees, with the encoding that the bytes really have."""

from __future__ import annotations

from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any
"""An lxml element; its stubs are too narrow for comments and processing instructions."""

PARSER = etree.HTMLParser(
    encoding="utf-8",
    huge_tree=True,  # else what is nested more than 256 deep would be left out without a word
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
    no_network=True,
)
"""How all HTML is parsed: bytes in UTF-8, nothing resolved, loaded or included."""


_FEWEST_NULS = 8
"""A page may have a few by mistake."""


def decode(content: bytes) -> str:
    """Text of a page: UTF-8 or UTF-16 (with or without a mark), UTF-32 where marked, else GB18030.

    The headers and meta elements of these sites have been wrong (a ranking block of 2020 changed between GB2312 and UTF-8),
    the bytes never are: no Chinese GB18030 text is by chance valid UTF-8.
    """
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return content.decode("utf-32", "replace")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if half := _utf_16_without_mark(content):
        return content.decode(half, "replace")
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:
            return content.decode("utf-8", "ignore")
    broken = content.decode("utf-8", "replace")
    chinese = content.decode("gb18030", "replace")
    return broken if broken.count("\ufffd") <= chinese.count("\ufffd") else chinese


def _utf_16_without_mark(content: bytes) -> str | None:
    """Which UTF-16 bytes without a mark are: Latin letters and signs have their NULs in one half of the pairs; None for none."""
    n_nuls = content.count(0)
    if n_nuls < _FEWEST_NULS or n_nuls * 200 < len(content):
        return None
    n_first = content[::2].count(0)
    return "utf-16-be" if n_first * 20 >= n_nuls * 19 else "utf-16-le" if n_first * 20 <= n_nuls else None


def document(content: bytes) -> Element | None:
    """The tree of a page, or None where there is nothing to parse."""
    return _parse(utf8(content))


def fragment(markup: str) -> Element | None:
    """The `body` element around a piece of markup, or None where it holds nothing."""
    root = _parse(markup.encode("utf-8", "replace"))
    return None if root is None else next(root.iterchildren("body"), None)


def words(element: Element | None) -> str:
    """The text of an element on one line."""
    return "" if element is None else " ".join(inner_text(element).split())


def inner_text(element: Element) -> str:
    """All text in an element, as it stands."""
    return "".join(element.itertext()) if len(element) else element.text or ""


def pixels(text: str | None) -> int | None:
    """A length in pixels as an attribute gives it, or None."""
    text = (text or "").strip().removesuffix("px")
    return int(text) if text.isdecimal() and len(text) <= 6 else None


def utf8(content: bytes) -> bytes:
    """A page's text as UTF-8 without a mark: its own bytes wherever they are that already."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return decode(content).encode("utf-8", "replace")
    return content.removeprefix(b"\xef\xbb\xbf")


def _parse(content: bytes) -> Element | None:
    if not content or content.isspace():
        return None
    try:
        return etree.fromstring(content, PARSER)
    except etree.XMLSyntaxError:
        return None
