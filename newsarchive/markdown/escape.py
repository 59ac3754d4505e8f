"""Text made safe for Markdown: what a page wrote stays what the reader sees, and never becomes structure or HTML.

For lines that are written one by one: titles, picks, credits, whose bytes editors' files hold since the first export. Bodies are
written by `writing/escaping.py`, which escapes only what would be markup where it stands.
"""

from __future__ import annotations

import re
from itertools import accumulate

from newsarchive.parsing.text import visible

_BREAKS = re.compile(r"[\r\n]+")
_OTHER_BREAKS = re.compile("[\t\x85\u2028\u2029]+")
_SPECIAL = re.compile(r"[\\`*\[\]]|(?<!\w)_|_(?!\w)|&(?=#?\w{1,31};)|~(?=~)|(?<=~)~")
_TAG = re.compile(r"(?<!\\)<(?=[A-Za-z/!?])(?!https?://[^\s<>]*>)")
_BLOCK_MARK = re.compile(r"[#>|]|[-+*](?=\s|$)|(?:[-=]{2,}+|(?:[-*_][ ]*+){3,})$|`{3}|~{3}|\[[^\]]*\]:")
_NUMBER_MARK = re.compile(r"(\d{1,9})(?=[.)](?:\s|$))")
_NOT_IN_URL = re.compile('[\\s\x00-\x20\x7f<>"`\\\\]')


def single_line(text: str) -> str:
    """On one line: each line break, with the blanks around it, becomes one blank. Nothing else changes."""
    if not _BREAKS.search(text):
        return text
    return " ".join(part for part in (piece.strip() for piece in _BREAKS.split(text)) if part)


def _visible_line(text: str) -> str:
    return _OTHER_BREAKS.sub(" ", visible(single_line(text))).strip()


def safe_line(text: str) -> str:
    """An editor's line that stays one paragraph: emphasis and links work, block marks at its start and HTML do not.

    Invisible and control characters go. A line that is safe already stays as it is.
    """
    text = _TAG.sub(r"\\<", _visible_line(text))
    if _BLOCK_MARK.match(text):
        return f"\\{text}"
    return _NUMBER_MARK.sub(r"\1\\", text, count=1) if _NUMBER_MARK.match(text) else text


def escape_line(text: str) -> str:
    """A page's words as Markdown on one line: all of it shows as it was written, nothing of it is markup."""
    return safe_line(_SPECIAL.sub(r"\\\g<0>", _visible_line(text)))


def safe_url(url: str, *, in_brackets: bool = False) -> str:
    """A URL that stays one piece: blanks, quotes, angle brackets and control characters percent-encoded.

    `in_brackets` is for `[words](url)`: round brackets that do not pair are encoded too.
    """
    url = _NOT_IN_URL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url.strip())
    if in_brackets and not _paired(url):
        url = url.replace("(", "%28").replace(")", "%29")
    return url


def _paired(url: str) -> bool:
    depths = [*accumulate((char == "(") - (char == ")") for char in url)]
    return not depths or min(depths) >= 0 == depths[-1]
