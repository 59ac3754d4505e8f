"""JSON values inside other text: after a marker in a script, or broken off by whoever saved them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from typing import Any

_DECODER = json.JSONDecoder()
_OPENING = re.compile(rb"[ \t\r\n=]*+(?=[{\[])")
_MOST_PLACES = 20
"""Tried for one marker; pages have up to three."""
_ESCAPE = re.compile(r"\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4})|(\\)")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_FIRST_MEMBER = re.compile(r'\{\s*"[^"\\]*"\s*:')
_MOST_BROKEN_ROWS = 20
_MOST_DIGITS = 4000
_HALVES = re.compile("[\ud800-\udfff]")
_NOT_BLANK = re.compile(r"\S")
_MOST_FAILURES = 1000
"""After so many braces that begin no object, a text is no collection of answers (and hostile ones cost no more)."""


def value_after(content: bytes, marker: bytes) -> Any:  # noqa: ANN401
    """The one JSON value that follows a marker (white space and `=` between them are skipped), or None.

    Only that value is decoded: the same script goes on with other statements (seen since 2026), so that neither the end of
    the script nor the last brace is its end.
    """
    if marker not in content:
        return None
    for at in islice(_openings(content, marker), _MOST_PLACES):
        if (found := _value_at(content, at)) is not None:
            return found
    return None


def _openings(content: bytes, marker: bytes) -> Iterator[int]:
    """Places of the brackets that follow the marker."""
    start = content.find(marker)
    while start >= 0:
        start += len(marker)
        if opening := _OPENING.match(content, start):
            yield opening.end()
        start = content.find(marker, start)


def _value_at(content: bytes, start: int) -> Any:  # noqa: ANN401
    end = content.find(b"</script", start)
    text = content[start : end if end >= 0 else None].decode("utf-8", "replace")
    try:
        value = _DECODER.raw_decode(text)[0]
        return _whole(value) if _has_halves(text) else value
    except (ValueError, RecursionError):
        return None


def read_json(text: str) -> Any:  # noqa: ANN401
    r"""A whole JSON text, or None where it is none.

    Strings may have raw line ends in them and backslashes that escape nothing (`\x26`), as programs write them by mistake.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        return None
    except ValueError:
        text = _with_whole_escapes(text)
        value = _lenient(text)
    return _whole(value) if _has_halves(text) else value


def without_broken_rows(text: str) -> Any:  # noqa: ANN401
    """A JSON text that is broken within rows of a list, without these rows; None where more than some rows is broken."""
    text = _with_whole_escapes(text)
    for _ in range(_MOST_BROKEN_ROWS):
        try:
            json.loads(text, strict=False)
        except json.JSONDecodeError as error:
            cut = _without_row_at(text, error.pos)
            if cut is None:
                return None
            text = cut
        except (ValueError, RecursionError):
            return None
        else:
            return read_json(text)
    return None


def _with_whole_escapes(text: str) -> str:
    return _ESCAPE.sub(lambda escape: "\\\\" if escape[1] else escape[0], text)


def _lenient(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text, strict=False, parse_int=_integer)
    except (ValueError, RecursionError):
        return None


def _integer(digits: str) -> int | float:
    """A number of any length: Python refuses to read more than some thousand digits."""
    return int(digits) if len(digits) < _MOST_DIGITS else float(digits)


def _without_row_at(text: str, place: int) -> str | None:
    """The text without the outermost row that something is wrong in; None where it is in no row."""
    opened: list[int] = []
    for token in _TOKEN.finditer(text, 0, place):
        if token[0] in "{[":
            opened.append(token.start())
        elif token[0] in "}]" and opened:
            opened.pop()
    row = next((it for outer, it in pairwise(opened) if text[outer] == "[" and text[it] == "{"), None)
    first = _FIRST_MEMBER.match(text, row) if row is not None else None
    if row is None or first is None:
        return None
    before = text[:row]
    if following := re.compile(rf",\s*(?={re.escape(first[0])})").search(text, place):
        return before + text[following.end() :]
    before = before.rstrip().removesuffix(",")
    closings = islice(re.compile("]").finditer(text, place), _MOST_PLACES)
    without = (before + text[closing.start() :] for closing in closings)
    return next((one for one in without if _lenient(one) is not None), None)


def _has_halves(text: str) -> bool:
    r"""Whether there may be halves of characters in a JSON text (`\ud83d` alone), which no encoding has."""
    return "\\ud" in text or "\\uD" in text


def _whole(value: Any) -> Any:  # noqa: ANN401
    """The value with another sign for each half of a character, in the names of members too."""
    if isinstance(value, str):
        return _HALVES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(name): _whole(member) for name, member in value.items()}
    return [_whole(member) for member in value] if isinstance(value, list) else value


def objects_in(text: str, marker: str = "") -> list[dict[str, Any]]:
    """The JSON objects that stand in a text after a marker, one after the other, as far as each can be decoded.

    For answers that somebody cut before saving them: what is whole is read, what is broken is left out.
    """
    found: list[dict[str, Any]] = []
    failures = 0
    halves = _has_halves(text)
    start = text.find(marker) if marker else 0
    while start >= 0 and (start := text.find("{", start)) >= 0:
        try:
            value, start = _DECODER.raw_decode(text, start)
            value = _whole(value) if halves else value
        except (ValueError, RecursionError):
            failures += 1
            if failures > _MOST_FAILURES:
                break
            start += 1
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def values_in(text: str) -> list[Any]:
    """The JSON values of a text that consists of several, one after the other; none where it is one, or anything else."""
    values: list[Any] = []
    place = 0
    try:
        while (rest := _NOT_BLANK.search(text, place)) is not None:
            value, place = _DECODER.raw_decode(text, rest.start())
            values.append(value)
    except (ValueError, RecursionError):
        return []
    return _whole(values) if len(values) > 1 else []


def rows_of(value: object) -> list[dict[str, Any]]:
    """The objects in a list; none where it is no list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text_at(value: Mapping[str, Any], *keys: str) -> str:
    """The first of these members that is a text or a whole number, as text; empty where none is."""
    for key in keys:
        found = value.get(key)
        if isinstance(found, str) and found:
            return found
        if isinstance(found, int) and not isinstance(found, bool) and found:
            return str(found)
    return ""
