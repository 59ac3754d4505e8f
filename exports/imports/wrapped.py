"""Rows that an editor's program has broken into lines of some width: the words of a link or of a sentence go on below."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MOST, _LONGEST = 4, 600
"""Lines of a row, and characters of one that was broken."""
_WIDTH = 60
"""Columns, of which a Chinese character takes two: a shorter line was broken by a hand, which begins something else."""
_WIDE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
ROW = re.compile(r"([ ]{0,3})(?:[-*+•●]|\d{1,4}[.)])[ \t]")
_OPEN_LINK = re.compile(r"\[[^\[\]]+$")
_REST_OF_LINK = re.compile(r"[^\[\]]*\]\(\S")
_NO_WORDS = re.compile(r"\s*(?:[-*+•●#>|<!`~]|\d{1,4}[.、)）]|https?:|\[?[^\w\s]*[^\s:：]{1,8}[:：])")
"""Begins a line that says something of its own: a row, a quote, an address, a field."""
_UNFINISHED = re.compile(r"(?:\]\([^()\s]*\)|\*\*)\W{0,4}\w.*\w$")
"""Ends a row whose words behind its title have no stop."""
_FIELD = re.compile(r"[\s|｜（(·]\w{1,6}[:：]\s*\S{1,12}$")


def unwrapped(texts: Sequence[str]) -> tuple[list[str], dict[int, int]]:
    """The lines with those joined that are one, empty ones behind them, and by their places how many were joined to each."""
    lines, more = list(texts), dict[int, int]()
    place = 0
    while place < len(texts):
        end = place + 1
        while end < min(len(texts), place + _MOST) and _goes_on(lines[place], texts[end]):
            lines[place] = _joined(lines[place], texts[end].strip())
            lines[end] = ""
            end += 1
        if end > place + 1:
            more[place] = end - place - 1
        place = end
    return lines, more


def _goes_on(line: str, below: str) -> bool:
    if not below.strip() or not line.strip() or len(line) > _LONGEST:
        return False
    if _OPEN_LINK.search(line):
        return bool(_REST_OF_LINK.match(below.strip()))
    if not ROW.match(line) or not below.startswith(("  ", "\t")) or _NO_WORDS.match(below):
        return False
    line = line.rstrip()
    if line[-1] in "，、":
        return True
    is_wide = len(line) + len(_WIDE.findall(line)) >= _WIDTH
    return is_wide and bool(_UNFINISHED.search(line)) and not _FIELD.search(line)


def _joined(one: str, other: str) -> str:
    """Two lines as one: between Chinese characters stands no blank."""
    one = one.rstrip()
    return one + ("" if _WIDE.match(one[-1]) or _WIDE.match(other) else " ") + other
