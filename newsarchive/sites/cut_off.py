"""Telling a page that came whole from one whose end is missing: a connection that broke, a file that was not all copied.

All 61 captured HTML pages of the three sites that open with `<html` end with `</html>` (2018 to 2026); saved parts of
pages have as many closing `div` tags as opening ones. JSON that is cut is no JSON any more, feeds lose the entry that is
cut (`parsing/feeds.py`), and of a copy in plain Markdown nobody can tell.
"""

from __future__ import annotations

import re

_HEAD = 4000
_OPENING = re.compile(rb"<html[\s>]")


def is_cut_off(content: bytes) -> bool:
    """Whether the end of an HTML page, or of a saved part of one, is missing."""
    if content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return False
    if _OPENING.search(content, 0, _HEAD):
        # The last one may not be the page's own: some pages of 2019 begin with a comment that holds `<html></html>`.
        end = content.rfind(b"</html")
        return end < 0 or content.find(b"<html", end) >= 0
    return content.count(b"<div") > content.count(b"</div")
