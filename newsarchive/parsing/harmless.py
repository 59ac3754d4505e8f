"""Other people's words where somebody looks at them: without what a terminal would obey."""

from __future__ import annotations

import re

_OBEYED = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff"
"""Controls, direction marks and overrides, separators of lines, halves of surrogate pairs."""
_IN_TEXT = re.compile(f"[\x00-\x08\x0b-\x1f{_OBEYED}]")
_IN_JSON = re.compile(f"[{_OBEYED}]")


def harmless(text: str) -> str:
    """A text whose control characters and direction marks are shown as U+FFFD; line feeds and tabs stay."""
    return _IN_TEXT.sub("\ufffd", text)


def harmless_json(text: str) -> str:
    """A JSON text that says the same with such characters escaped; Chinese stays as it is."""
    return _IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
