"""Copies from web archives (the Wayback Machine, pywb and others of their kind): their addresses, and their traces in a page.

An archive gives out a page with its addresses rewritten to the archive's own, `https://web.archive.org/web/20260101000000im_/`
before the address of a picture. The original address stands in them unchanged, and there it is taken from.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_MOMENT = r"(?:\d{4,14}(?:[a-z]{2}_)?|[a-z]{2}_|\*)"
"""What stands before the original address: when it was archived, and as what (`im_`, `mp_`)."""
_ADDRESS = re.compile(
    rf"(?:(?:https?:)?//[^/?#\s]+)?/(?:[\w.~-]+/){{0,3}}?{_MOMENT}/(?P<original>https?(?::/|%3A).*)",
    re.IGNORECASE | re.DOTALL,
)
_BARE = re.compile(
    r"(?:(?:https?:)?//)?(?:(?:web|www|wayback)\.)?archive\.org/(?:web|wayback)/\d{1,14}(?:[a-z]{2}_)?/(?P<original>[\w.-]+\.[a-z]{2,}(?:[/?#].*)?)",
    re.IGNORECASE | re.DOTALL,
)
"""With an original without its scheme, as people type it."""
_ONE_SLASH = re.compile(r"(https?:)/+", re.IGNORECASE)
_NESTED = 4

_SLASH = rb"(?:\\?/|\\u002[fF]|\\x2[fF])"
_PREFIX = re.compile(
    rb"""(?<=["'=(,;\s\\])"""
    rb"(?:(?:https?:)?%(s)b%(s)b[\w.:-]+)?%(s)b(?:[\w.~-]+%(s)b){0,3}?%(moment)b%(s)b(?=https?:%(s)b)"
    % {b"s": _SLASH, b"moment": _MOMENT.encode()}
)
_CODE_OR_TAG = re.compile(
    rb"<(script|style)\b[^<>]*>.*?(?:</(?:script|style)|\Z)|<[a-z][^<>]*>", re.IGNORECASE | re.DOTALL
)
_TOOLBAR = (b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->", b"<!-- END WAYBACK TOOLBAR INSERT -->")
_PLAYBACK, _WOMBAT = b"/_static/js/bundle-playback", b"/wombat.js"
"""The scripts that the Wayback Machine and pywb put at the top of a page."""
_NOTE = b"<!--\n     FILE ARCHIVED ON "
_TAG = re.compile(rb"<[a-z][^<>]*\Z", re.IGNORECASE)
_LINK = re.compile(rb"<(?:a|area)\b", re.IGNORECASE)
_FEW = 3
_FRAMED = b"mp_"
"""How pywb marks what it shows; its own address bar leaves it out, so that no author copies it."""
_BEFORE = frozenset(b"0123456789_*")
_TOP, _HEAD, _HEAD_MAX, _TAIL = 1_024, 8_192, 16_384, 1_000
_TRIES = 50
_TAG_MAX = 2_000
_FAR_ENOUGH = len(b"/https://")


def original_address(url: str) -> str:
    """The address that an archive's address holds, however often it is wrapped; any other address as it is."""
    url = url.strip()
    for _ in range(_NESTED):
        if match := _ADDRESS.fullmatch(url):
            inner = match["original"]
            inner = inner if "://" in inner[:8] else unquote(inner) if "%" in inner[:8] else inner
            url = _ONE_SLASH.sub(r"\1//", inner, count=1)
        elif match := _BARE.fullmatch(url):
            url = "https://" + match["original"]
        else:
            break
    return url


def without_archive(content: bytes, *, known: bool = False) -> bytes:
    """A page as it was before an archive wrote its own addresses and its toolbar into it; other pages as they are.

    It is one where its address was an archive's (`known`), or where its own parts (pictures, styles, scripts, canonical
    address) or most of its links lead to one. Only tags, scripts and styles are rewritten, once, as archives do: an archive's address in the
    text, or one that the author linked to, is the author's.
    """
    if not known and not _is_copy(content):
        return content
    start, end = content.find(_TOOLBAR[0]), content.find(_TOOLBAR[1])
    if 0 <= start < end:
        content = content[:start] + content[end + len(_TOOLBAR[1]) :]
    return _CODE_OR_TAG.sub(lambda part: _PREFIX.sub(b"", part[0]), content)


def _is_copy(content: bytes) -> bool:
    if (
        content.find(_PLAYBACK, 0, _TOP) >= 0
        or content.find(_WOMBAT, 0, _TOP) >= 0
        or content.find(_NOTE, max(0, len(content) - _TAIL)) >= 0
    ):
        return True
    links = 0
    head = min(max(_HEAD, len(content) // 8), _HEAD_MAX)
    at = content.find(b"/http", 0, head)
    for _ in range(_TRIES):
        if at < 0:
            break
        if content[at - 1] in _BEFORE:
            tag = content[max(0, content.rfind(b"<", max(0, at - _TAG_MAX), at)) : at + _FAR_ENOUGH]
            if _TAG.match(tag) and _PREFIX.search(tag):
                if not _LINK.match(tag) or content.endswith(_FRAMED, 0, at):
                    return True
                links += 1
        at = content.find(b"/http", at + 1, head)
    return links >= _FEW and links * 2 > content.count(b'="http', 0, head)
