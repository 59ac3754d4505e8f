"""The front matter of a Markdown file as flat strings: enough to read what programs wrote, safe on anything."""

from __future__ import annotations

import re

_FENCE = re.compile(r"\A\s*---[ \t]*\r?\n(?P<head>.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"^(?P<key>[A-Za-z_][\w-]*)\s*:[ \t]*(?P<value>.*)$")


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The front matter's scalars as strings and the rest of the text; no scalars where there is no front matter."""
    match = _FENCE.match(text)
    if not match:
        return {}, text
    pairs = (_PAIR.match(line) for line in match["head"].splitlines())
    return {pair["key"]: _unquoted(pair["value"].rstrip()) for pair in pairs if pair}, text[match.end() :]


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return value
