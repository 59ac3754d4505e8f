"""What was done to a text for a tool, undone: so that an editor's words go into the store as they were typed.

Each target undoes what its guard did; what it would do again is the same as before (`guard(undo(x))` shows as `x`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from exports.targets.escaping import pieces

_CODE_ELEMENT = re.compile(r"<code(?: v-pre)?>((?:&#\d+;|[^<&\n]|&(?!#\d+;))*)</code>")
_JOINER = re.compile("(?<=[{#!8` ])\u2060(?=[{%#<}=$-])")
_BRACES = {"&#123;": "{", "&#125;": "}"}
_BRACKETS = {"&#91;": "\\[", "&#93;": "\\]"}
_REFERENCE = re.compile(r"&#(\d{2,3});")
_TICKS = re.compile("`+")


def without_joiners(text: str) -> str:
    """Code without the word joiners between the signs of what a tool would take for its own."""
    return _JOINER.sub("", text)


def bare_braces(text: str) -> str:
    """Braces without a backslash."""
    return text.replace("\\{", "{")


def bare_references(text: str) -> str:
    """References of braces as braces, those of brackets as escaped brackets."""
    return _REFERENCE.sub(lambda match: (_BRACES | _BRACKETS).get(match[0], match[0]), text)


def code_spans(line: str) -> str:
    """`<code>` of nothing but text as Markdown's own."""
    return _CODE_ELEMENT.sub(lambda match: _code_span(html.unescape(match[1])), line)


def in_text(line: str, change: Callable[[str], str]) -> str:
    """A line whose text, escapes included, is changed; code, addresses and alternative texts stay."""
    changed: list[str] = []
    run = ""
    for kind, piece in pieces(line):
        if kind in {"text", "escape"}:
            run += piece
            continue
        changed += [change(run), piece]
        run = ""
    return "".join([*changed, change(run)])


def _code_span(code: str) -> str:
    longest = max((len(ticks) for ticks in _TICKS.findall(code)), default=0)
    mark = "`" * (longest + 1)
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{mark}{pad}{code}{pad}{mark}"
