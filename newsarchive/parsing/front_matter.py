"""The front matter of Markdown files, with every scalar kept as the string that was written.

Read as YAML where it is an editor's; by lines alone where only the flat strings that programs write are wanted, of any file.
"""

from __future__ import annotations

import re
from typing import Any

LONGEST = 32_768
"""Characters of front matter that are read; real ones have a few hundred."""
_MOST_NODES = 2_000
_MOST_BRACKETS = 500
"""Opening ones; ruamel's time grows with the square of those that are open."""
_BEGIN = re.compile(r"\s*---[ \t]*\r?\n")
_END = re.compile(r"\n---[ \t]*(?:\r?\n|\Z)")
"""By itself it is found by its beginning, which takes a tenth of the time of one expression for all of the block."""
_PAIR = re.compile(r"^(?P<key>[A-Za-z_][\w-]*)\s*:[ \t]*(?P<value>.*)$")


def split_front_matter(lines: list[str]) -> tuple[str | None, int]:
    """The YAML between the first line `---` and the next, and how many lines to skip to the body."""
    if not lines or lines[0].rstrip() != "---":
        return None, 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:number]), number + 1
    return None, 0


def parse_front_matter(text: str) -> dict[str, Any] | None:
    """Keys and values, or None for what is no YAML map, too long, or blows up through aliases."""
    if len(text) > LONGEST or text.count("[") + text.count("{") > _MOST_BRACKETS:
        return None
    from ruamel.yaml import YAML  # noqa: PLC0415 - 30 ms that crawls need not wait: no page of theirs has any
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - as above

    yaml = YAML(typ="base", pure=True)
    yaml.allow_duplicate_keys = True
    try:
        data = yaml.load(text)
        return _plain(data, [_MOST_NODES]) if isinstance(data, dict) else None
    except (YAMLError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None


def _plain(data: Any, left: list[int]) -> Any:  # noqa: ANN401
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("too many values")
    if isinstance(data, dict):
        return {str(key): _plain(value, left) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value, left) for value in data]
    return "" if data is None else str(data)


def flat_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The scalars as strings and the rest of the text; no scalars where there is no front matter. Safe on anything."""
    begin = _BEGIN.match(text)
    end = _END.search(text, begin.end()) if begin else None
    if begin is None or end is None:
        return {}, text
    pairs = (_PAIR.match(line) for line in text[begin.end() : end.start()].splitlines())
    return {pair["key"]: _unquoted(pair["value"].rstrip()) for pair in pairs if pair}, text[end.end() :]


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "'\"":
        return value
    inner = value[1:-1]
    return inner.replace("''", "'") if value[0] == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")
