"""Plain text: what is invisible goes, what is visible stays as it was written."""

from __future__ import annotations

import html
import re

_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
"""What stands in emoji sequences: signs, skin tones, the selector of the colourful form."""
_SHAPED = "\u0600-\u109f\u1780-\u1aaf\u1b00-\u1c7f\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010eff\U00011000-\U00011fff"
"""Letters whose shapes depend on their neighbours: Arabic, Persian, Syriac, the scripts of India and South-East Asia, Mongolian."""
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u061c\u206a-\u206f\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
    f"|[\u200c\u200d](?![{_SHAPED}])(?<![{_SHAPED}].)(?!(?<=[{_EMOJI}]\u200d)(?:[{_EMOJI}]|\\Z))(?!(?<=^\u200d)[{_EMOJI}])"
)
_BLANKS = re.compile(r"\s+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def visible(text: str) -> str:
    """Without zero-width characters, direction marks and control characters (line feeds and tabs stay).

    U+200C and U+200D stay where they make another sign of their neighbours: between two emoji (at an end of the text,
    too, which may be a piece of a line), and beside letters whose shapes they choose (Persian, Hindi).
    """
    return _INVISIBLE.sub("", text)


def one_line(text: str | None) -> str:
    """On one line: invisible characters dropped, every run of white space one blank."""
    text = text or ""
    if "  " not in text and text.isprintable():  # most: nothing to drop, no white space but single blanks
        return text.strip()
    return _BLANKS.sub(" ", visible(text)).strip()


def decode_entities(text: str) -> str:
    """Character references decoded once; those without their semicolon stay (`&copy=2` in a URL is no sign).

    w3lib's `replace_entities` decodes these too: an address with `&lang=zh_CN` (pages of 2020 have it) would get a
    bracket. And it knows no name but those of HTML 4, so that `&apos;` of feeds stays.
    """
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
