"""Telling a page that came whole from one whose end is missing: a connection that broke, a file that was not all copied.

All 61 captured HTML pages of the three sites that open with `<html` end with `</html>` (2018 to 2026); saved parts of
pages have as many closing `div` tags as opening ones. HTML lets pages do without that end tag, and programs that save or
minify pages leave it out with all others that may be left out: then the elements that must be closed tell, as in a part.
JSON that is cut is no JSON any more, feeds lose the entry that is cut (`parsing/feeds.py`), and of a copy in plain Markdown
nobody can tell.
"""

from __future__ import annotations

import re

_HEAD = 4000
_PAGE_OR_PART = re.compile(rb"<(?:html|HTML|DIV)")
"""One of which begins most pages; many parts of pages have none. Three searches would take three times as long."""
_OPENING = re.compile(rb"<html[\s>]", re.IGNORECASE)
_ENDING = re.compile(rb"</html", re.IGNORECASE)
_CODE = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style)\b[^<>]*>.*?(?:</(?:script|style)\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_SINGLEFILE = re.compile(rb"<!--\s*Page saved with SingleFile\s")
_NEED_NO_END = re.compile(rb"<(/?)(?:p|li|dt|dd|tr|td|th|option)\b", re.IGNORECASE)
_HEAD_END = re.compile(rb"</head\b", re.IGNORECASE)
_TOO_MANY = 3
"""So many more open than closed: in a page that was cut off, a paragraph in an item of a list may be."""
_CONTENT_END = re.compile(rb"</(?:div|section|article|main)\b", re.IGNORECASE)
_MUST_BE_CLOSED = re.compile(rb"<(/?)(?:div|section|article|main)\b", re.IGNORECASE)


def is_cut_off(content: bytes) -> bool:
    """Whether the end of an HTML page, or of a saved part of one, is missing."""
    if content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return False
    first = _PAGE_OR_PART.search(content, 0, _HEAD)
    if first is None:
        return content.count(b"<div") > content.count(b"</div")
    if first[0] != b"<DIV" or any(content.find(mark, 0, _HEAD) >= 0 for mark in (b"<html", b"<HTML")):
        # The last one may not be the page's own: some pages of 2019 begin with a comment that holds `<html></html>`.
        end = content.rfind(b"</html")
        if end >= 0:
            return content.find(b"<html", end) >= 0
        if endings := list(_ENDING.finditer(content)):
            return _OPENING.search(content, endings[-1].end()) is not None
        return not _leaves_out_tags(content) or _is_open(content)
    return _is_open(content)


def _leaves_out_tags(content: bytes) -> bool:
    """Whether a page's maker left out the end tags that HTML does not need: SingleFile says who it is, others show it."""
    markup = _CODE.sub(b"", content)
    if _CONTENT_END.search(markup) is None:  # no more than the head may have come
        return False
    return (
        _SINGLEFILE.search(content, 0, _HEAD) is not None
        or _HEAD_END.search(markup) is None
        or _left_open(_NEED_NO_END, markup) >= _TOO_MANY
    )


def _left_open(tags: re.Pattern[bytes], markup: bytes) -> int:
    """How many more of these tags begin an element than end one."""
    found = tags.findall(markup)
    return found.count(b"") - found.count(b"/")


def _is_open(content: bytes) -> bool:
    """Whether something is open at the end that HTML does not close by itself: an element, a script, a tag."""
    code = list(_CODE.finditer(content))
    if code and code[-1].end() == len(content) and not code[-1][0].endswith(b">"):
        return True
    markup = _CODE.sub(b"", content)
    return _left_open(_MUST_BE_CLOSED, markup) > 0 or markup.rfind(b"<") > markup.rfind(b">")
