"""What a `style` attribute says that changes the meaning of an element: hidden, bold, struck out, raised, a picture."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

from newsarchive.items.body import Script

_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)")
_DECORATION = re.compile(r"(?<![\w-])text-decoration(?:-line)?\s*:([^;]*)")
_RAISED = re.compile(r"(?<![\w-])vertical-align\s*:\s*(super|sub)\b")
_LIFTED = re.compile(
    r"(?<![\w-])(?:vertical-align\s*:\s*(?P<up>-?)|(?P<place>top|bottom)\s*:\s*(?P<off>-?))(?P<by>\d*\.?\d+)(?P<unit>em|ex|rem|%|px|pt)"
)
_SMALLER = re.compile(r"(?<![\w-])font-size\s*:\s*(?:0?\.\d+r?em|\d{1,2}(?:\.\d+)?%|smaller|xx?-small)")
_LEAST = {"em": 0.15, "rem": 0.15, "ex": 0.3, "%": 15.0, "px": 2.0, "pt": 2.0}
_BLOCK = re.compile(r"(?<![\w-])display\s*:\s*(?:block|flex|grid|list-item|table|table-row)\b", re.IGNORECASE)
_BACKGROUND = re.compile(
    r"(?<![\w-])background(?:-image)?\s*:((?:[^;(\"']|\([^)]*\)|\"[^\"]*\"|'[^']*')*)", re.IGNORECASE
)
_LINES = re.compile(r"(?<![\w-])white-space\s*:\s*(?:pre\b|break-spaces)")
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s]*))""", re.IGNORECASE)
_SIZE = re.compile(
    r"(?<![\w-])(?:width|height|background-size)\s*:\s*([0-9]{1,5}(?:\.[0-9]*)?|\.[0-9]{1,5})px",
    re.IGNORECASE,
)
_UNREAD = {
    "text-emphasis": re.compile(r"text-emphasis(?:-style)?\s*:\s*(?!none|initial|inherit|unset)"),
    "direction": re.compile(r"(?<![\w-])direction\s*:\s*rtl"),
    "text-transform": re.compile(r"text-transform\s*:\s*(?:uppercase|lowercase|capitalize)"),
    "writing-mode": re.compile(r"writing-mode\s*:\s*(?:vertical|tb|sideways)"),
}
"""What means something and is not read: dots below words, letters changed, lines that run another way."""
_SMALLEST_PICTURE = 16
"""Pixels; a background on something smaller, or shown smaller, is a point, a line or an icon."""


class Look(NamedTuple):
    """What a `style` says that counts."""

    hidden: bool = False
    bold: bool = False
    struck: bool = False
    script: Script | None = None
    pictures: tuple[str, ...] = ()
    """Addresses of backgrounds, as they are written."""
    unread: tuple[str, ...] = ()
    """Properties that mean something and are not read."""
    lines: bool = False
    """Line ends in the source are line ends on the page."""


class Looks(dict[str, Look | None]):
    """What the styles seen so far say, None for nothing; a body has thousands of them, but a few dozen that differ."""

    def __missing__(self, style: str) -> Look | None:
        found = self[style] = look(style)  # and those of a page are mostly those of the account's other pages
        return found


@lru_cache(maxsize=2048)
def look(style: str) -> Look | None:
    """What one style says; None where nothing of it counts.

    Words are looked for before expressions are: nearly all styles of a body say nothing here, and each is another.
    """
    lower = style.lower()
    if "none" in lower and _HIDDEN.search(lower):
        return _HIDDEN_LOOK
    bold = "font-weight" in lower and _BOLD.search(lower) is not None
    struck = "line-through" in lower and is_struck(lower) is True
    script = _script(lower) if "vertical-align" in lower or "relative" in lower else None
    pictures = _pictures(style) if "url(" in lower else ()
    unread: tuple[str, ...] = ()
    if "emphasis" in lower or "rtl" in lower or "case" in lower or "capital" in lower or "writing" in lower:
        unread = tuple(name for name, mark in _UNREAD.items() if mark.search(lower))
    lines = ("pre" in lower or "break-s" in lower) and _LINES.search(lower) is not None
    if not (bold or struck or script or pictures or unread or lines):
        return None
    if bold and not (struck or script or pictures or unread or lines):
        return BOLD
    return Look(False, bold, struck, script, pictures, unread, lines)  # noqa: FBT003


def _script(style: str) -> Script | None:
    """Whether a style sets an element's text higher or lower: by name, or by a length where the text is smaller, too."""
    if raised := _RAISED.search(style):
        return "super" if raised[1] == "super" else "sub"
    lifted = _LIFTED.search(style) if _SMALLER.search(style) else None
    if lifted is None or float(lifted["by"]) < _LEAST[lifted["unit"]]:
        return None
    up = (
        (lifted["up"] == "")
        if lifted["place"] is None
        else (lifted["place"] == "top") == (lifted["off"] == "-")
    )
    return "super" if up else "sub"


_HIDDEN_LOOK = Look(hidden=True)
BOLD = Look(bold=True)
"""What most of the styles say that say anything."""


def is_struck(style: str | None) -> bool | None:
    """Whether a style strikes text out; None where it says nothing of lines."""
    lines = _DECORATION.findall(style.lower()) if style else []
    return "line-through" in lines[-1] if lines else None


@lru_cache(maxsize=1024)
def is_block(style: str) -> bool:
    """Whether a style makes its element stand in lines of its own."""
    return "display" in style.lower() and _BLOCK.search(style) is not None


def _pictures(style: str) -> tuple[str, ...]:
    """The backgrounds of a style, without those of something tiny."""
    if any(0 < float(size) <= _SMALLEST_PICTURE for size in _SIZE.findall(style)):
        return ()
    values = " ".join(_BACKGROUND.findall(style))
    urls = (html.unescape("".join(quoted)).strip(" \"'") for quoted in _URL.findall(values))
    return tuple(dict.fromkeys(url for url in urls if url))
