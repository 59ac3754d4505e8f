r"""Values as weixin's pages write them in script text: strings with \\x escapes, numbers as `'1' * 1`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "str | int | bool | Starred | Mapping[str, Value] | Sequence[Value]"

_ESCAPES = {
    "\\": "\\\\",
    '"': "\\x22",
    "'": "\\x27",
    "&": "\\x26",
    "<": "\\x3c",
    ">": "\\x3e",
    "\n": "\\x0a",
    "\r": "\\x0d",
}
_TABLE = str.maketrans(_ESCAPES)


class Starred(str):
    """A text that the page multiplies by one although it is no number (seen on pages since 2025-11)."""

    __slots__ = ()


def escaped(text: str) -> str:
    """A text for the inside of a script string."""
    return text.translate(_TABLE)


def literal(value: Value, *, decode: bool = False, indent: int = 2) -> str:
    """An object literal; with `decode` each string is wrapped in `JsDecode()` (pages of 2025-11 to 2026-03)."""
    pad, end = "  " * (indent + 1), "  " * indent
    match value:
        case Starred():
            return f"'{escaped(value)}' * 1"
        case str():
            return f"JsDecode('{escaped(value)}')" if decode else f"'{escaped(value)}'"
        case bool():
            return "true" if value else "false"
        case int():
            return f"'{value}' * 1"
        case Mapping():
            inner = "".join(
                f"{pad}{name}: {literal(part, decode=decode, indent=indent + 1)},\n"
                for name, part in value.items()
            )
            return f"{{\n{inner}{end}}}"
        case _:
            inner = "".join(f"{pad}{literal(part, decode=decode, indent=indent + 1)},\n" for part in value)
            return f"[\n{inner}{end}]"
