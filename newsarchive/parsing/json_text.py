"""JSON values inside other text: after a marker in a script, or broken off by whoever saved them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_DECODER = json.JSONDecoder()
_BLANKS = " \t\r\n"
_MOST_FAILURES = 1000
"""After so many braces that begin no object, a text is no collection of answers (and hostile ones cost no more)."""


def value_after(content: bytes, marker: bytes) -> Any:  # noqa: ANN401
    """The one JSON value that follows a marker (white space and `=` between them are skipped), or None.

    Only that value is decoded: the same script goes on with other statements (36kr since 2026), so that neither the end of
    the script nor the last brace is its end.
    """
    start = content.find(marker)
    while start >= 0:
        start += len(marker)
        found = _value_at(content, start)
        if found is not None:
            return found
        start = content.find(marker, start)
    return None


def _value_at(content: bytes, start: int) -> Any:  # noqa: ANN401
    end = content.find(b"</script", start)
    text = content[start : end if end >= 0 else None].decode("utf-8", "replace").lstrip(_BLANKS + "=")
    try:
        return _DECODER.raw_decode(text)[0] if text[:1] in {"{", "["} else None
    except (ValueError, RecursionError):
        return None


def read_json(text: str) -> Any:  # noqa: ANN401
    """A whole JSON text, or None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def objects_in(text: str, marker: str = "") -> list[dict[str, Any]]:
    """The JSON objects that stand in a text after a marker, one after the other, as far as each can be decoded.

    For answers that somebody cut before saving them: what is whole is read, what is broken is left out.
    """
    found: list[dict[str, Any]] = []
    failures = 0
    start = text.find(marker) if marker else 0
    while start >= 0 and (start := text.find("{", start)) >= 0:
        try:
            value, start = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            failures += 1
            if failures > _MOST_FAILURES:
                break
            start += 1
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def text_at(value: Mapping[str, Any], *keys: str) -> str:
    """The first of these members that is a text or a whole number, as text; empty where none is."""
    for key in keys:
        found = value.get(key)
        if isinstance(found, str) and found:
            return found
        if isinstance(found, int) and not isinstance(found, bool) and found:
            return str(found)
    return ""
