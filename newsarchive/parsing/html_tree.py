"""Bytes and strings of HTML as lxml trees, with the encoding that the bytes really have."""

from __future__ import annotations

from typing import Any, TypeAlias

from lxml import etree
from w3lib.encoding import read_bom, to_unicode

from newsarchive.parsing.inline_markup import plain

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

_TEXT = etree.XPath("string()", smart_strings=False)
"""A third of the time of `itertext`."""
_MARK = b"\xef\xbb\xbf"
_CONTINUATION = bytes(range(0x80, 0xC0))
_WIDE_HEAD = 1_000
_FEWEST_NULS = 8
"""A page may have a few by mistake."""
_WINDOW, _WINDOW_MAX = 512, 8_192
_ENOUGH = 24
"""Bytes of characters beyond ASCII, less one a character, that prove UTF-8: GB18030 fails at the second or third."""


def decode(content: bytes) -> str:
    """Text of a page in whichever encoding its bytes are."""
    encoding = _wide_encoding(content)
    if encoding is None:
        content = content.removeprefix(_MARK)
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.start > len(content) - 4:
                return content.decode("utf-8", "ignore")
        encoding = encoding_of(content)
    return to_unicode(content, encoding).removeprefix("\ufeff")


def encoding_of(content: bytes) -> str:
    """The encoding of a text: UTF-8 or UTF-16 (with or without a mark), UTF-32 where marked, else GB18030.

    Headers and meta elements are not asked, which w3lib's `html_to_unicode` asks first: those of these sites have been wrong (a
    ranking block of 2020 changed between GB2312 and UTF-8), and a copy that was saved in another encoding keeps its meta. The bytes never are: no Chinese GB18030
    text is by chance valid UTF-8.
    """
    if wide := _wide_encoding(content):
        return wide
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:
            return "utf-8"
    else:
        return "utf-8"
    broken = content.decode("utf-8", "replace")
    faults = broken.count("\ufffd")
    # Of GB18030 read as UTF-8 most characters are faults, of UTF-8 with a broken piece most are none. The other way round is
    # no measure: most UTF-8 is GB18030 too, of other characters.
    if faults * 2 <= len(broken) - len(broken.encode("ascii", "ignore")):
        return "utf-8"
    return "utf-8" if faults <= content.decode("gb18030", "replace").count("\ufffd") else "gb18030"


def _wide_encoding(content: bytes) -> str | None:
    """The encoding of a text in units of two or four bytes; None for all others.

    Without a mark UTF-16 is known by its Latin letters and signs, which have their NULs in one half of the pairs.
    """
    marked, _ = read_bom(content)
    if marked is not None and marked != "utf-8":
        return marked
    n_nuls = content.count(0)
    if n_nuls < _FEWEST_NULS or n_nuls * 200 < len(content):
        return None
    n_first = content[::2].count(0)
    return "utf-16-be" if n_first * 20 >= n_nuls * 19 else "utf-16-le" if n_first * 20 <= n_nuls else None


def is_utf8(content: bytes) -> bool:
    """Whether a page is in UTF-8 without a mark, by its first characters beyond ASCII.

    To decode all of a page of 3 MB would take a quarter of the time of its reading.
    """
    if content.startswith(_MARK) or b"\x00" in content[:_WIDE_HEAD]:
        return False
    met = start = 0
    size = _WINDOW
    while start < len(content):
        window = content[start : start + size]
        if not window.isascii():
            window = window.lstrip(_CONTINUATION) if start else window
            try:
                met += len(window) - len(window.decode("utf-8"))
            except UnicodeDecodeError as error:
                if error.reason != "unexpected end of data":
                    return False
                met += error.start - len(window[: error.start].decode("utf-8"))
            if met >= _ENOUGH:
                return True
        start += size
        size = min(size * 2, _WINDOW_MAX)
    return True


def document(content: bytes) -> Element | None:
    """The tree of a page, or None where there is nothing to parse."""
    return _parse(utf8(content))


def fragment(markup: str) -> Element | None:
    """The `body` element around a piece of markup, or None where it holds nothing."""
    root = _parse(markup.encode("utf-8", "replace"))
    return None if root is None else next(root.iterchildren("body"), None)


def words(element: Element | None) -> str:
    """The text of an element on one line, as `plain` gives that of its markup."""
    if element is None:
        return ""
    if len(element) and next(element.iter("sup", "sub", "del", "s", "strike"), None) is not None:
        return plain(
            etree.tostring(element, encoding="unicode", method="html", with_tail=False), of_page=True
        )
    return " ".join(inner_text(element).split())


def inner_text(element: Element) -> str:
    """All text in an element of HTML, as it stands. In XML it would be with what entities stand for."""
    return str(_TEXT(element)) if len(element) else element.text or ""


def media_source(element: Element) -> str | None:
    """Where a frame, film or sound is from, as its element says or the first `source` in it."""
    inner = element.find("source")
    return element.get("src") or element.get("data-src") or (None if inner is None else inner.get("src"))


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
    if b"\x00" in content[:_WIDE_HEAD]:  # UTF-16 of Latin characters alone is UTF-8 too
        return decode(content).encode("utf-8", "replace")
    return content.removeprefix(_MARK)


def _parse(content: bytes) -> Element | None:
    if not content or content.isspace():
        return None
    try:
        return etree.fromstring(content, PARSER)
    except etree.XMLSyntaxError:
        return None
