"""HTML written as the sites write it: small letters, every value in double quotes, every end tag.

HTML leaves much of that out, and who saves or minifies pages uses it (SingleFile drops quotes and end tags). Readers that
look for elements in bytes, for pages are large and a search is quick, need not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import defs

from newsarchive.parsing.html_tree import PARSER, Element

_ODD = re.compile(
    rb"""<(?:html|body|meta|div|section|article|h1|h2|p|span)\b(?:\s++[^\s<>"'=]++(?:="[^"]*+")?+)*+(?:\s++=|=[^"])"""
    rb"|<(?:HTML|HEAD|BODY|META|DIV|SECTION|H1|P|SPAN)[\s>]"
)
_UNQUOTED = re.compile(rb"""=(?:[^"]|(?<=\s=))""")
_CAPITAL = re.compile(rb"<[A-Z]")
"""One of which each of these has, and few others: each takes a fourth of the time."""
_HEAD = 1_024
_HTML = re.compile(
    rb"[\s\xef\xbb\xbf]*+(?:(?><!--.*?-->)\s*+)*+"
    rb"<(?:!doctype\s*html|html|head|body|meta|title|link|script|style|main|article|section|header|div|h1|h2|p|img|center|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_VALUES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_CODE = frozenset({"script", "style"})
_VOID = defs.empty_tags | {"bgsound", "keygen"}
_NAME = re.compile(r"[^\s\x00-\x1f\x7f\"'<>/=]+")
_UNNAMED = "span"
_ORIGINAL = "data-sf-original-"
"""SingleFile keeps the addresses under these names where it was told to; else it writes the pictures into the page."""


def is_html(content: bytes) -> bool:
    """Whether bytes begin as a page in HTML does, or a part of one; a feed does not."""
    return _HTML.match(content) is not None


def is_plain(content: bytes) -> bool:
    """Whether the tags at the top of a page in HTML are written out. So are those of all that is no HTML."""
    if content[:64].lstrip()[:1] != b"<":
        return True
    at = content.find(b"<meta", 0, _HEAD)
    if at >= 0:
        odd = _ODD.match(content, at)
    elif _UNQUOTED.search(content, 0, _HEAD) or _CAPITAL.search(content, 0, _HEAD):
        odd = _ODD.search(content, 0, _HEAD)
    else:
        return True
    return odd is None or not is_html(content)


def written_out(content: bytes) -> bytes:
    """A page in UTF-8 with all its tags written out; what scripts and styles hold is not touched."""
    try:
        root = etree.fromstring(content, PARSER)
    except etree.XMLSyntaxError:
        return content
    if root is None:
        return content
    return "".join(("<!DOCTYPE html>", *_written(root))).encode("utf-8", "replace")


def _written(root: Element) -> Iterator[str]:
    """The pieces of an element's markup, however deep it goes (lxml's own walk refuses names with odd characters)."""
    element = root
    while True:
        name = element.tag if _NAME.fullmatch(element.tag) else _UNNAMED
        yield f"<{name}{''.join(_attributes(element))}>"
        yield (element.text or "") if element.tag in _CODE else (element.text or "").translate(_ESCAPES)
        if len(element):
            element = element[0]
            continue
        while True:
            if element.tag not in _VOID:
                yield f"</{element.tag if _NAME.fullmatch(element.tag) else _UNNAMED}>"
            if element is root:
                return
            yield (element.tail or "").translate(_ESCAPES)
            following = element.getnext()
            if following is not None:
                element = following
                break
            element = element.getparent()


def _attributes(element: Element) -> Iterator[str]:
    originals = {name: value for name, value in element.attrib.items() if name.startswith(_ORIGINAL)}
    for name, value in element.attrib.items():
        if name not in originals and _NAME.fullmatch(name):
            yield f' {name}="{originals.pop(_ORIGINAL + name, value).translate(_IN_VALUES)}"'
