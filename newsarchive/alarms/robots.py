"""What has changed between two versions of a robots.txt, in a line. Pure."""

from __future__ import annotations

from newsarchive.parsing.harmless import harmless
from newsarchive.parsing.text import one_line
from newsarchive.records.alarm import RobotsVersion, rules_of

LINES = 4
"""Lines that went, and lines that came, which are named."""
WIDTH = 100
"""Characters of a line that are named."""
_MISSING = 400


def changed_lines(before: RobotsVersion, after: RobotsVersion) -> str:
    """The first lines that were taken away (-) or added (+), as one line without what a terminal obeys."""
    if after.status >= _MISSING > before.status:
        return f"there is none any more (status {after.status}): all is allowed"
    if before.status >= _MISSING > after.status:
        return f"there was none before; {_differing('', after.text)}"
    return _differing(before.text, after.text)


def _differing(before: str, after: str) -> str:
    """By the rules that each has and the other one lacks: a diff of ten thousand lines may take minutes."""
    first, second = dict.fromkeys(rules_of(before)), dict.fromkeys(rules_of(after))
    gone = [f"- {_shown(rule)}" for rule in first if rule not in second]
    new = [f"+ {_shown(rule)}" for rule in second if rule not in first]
    if not gone and not new:
        return "the same rules in another order, or what differs lies behind what is kept of them"
    lines = [*gone[:LINES], *new[:LINES]]
    more = len(gone) + len(new) - len(lines)
    return " | ".join([*lines, *([f"and {more} lines more"] if more else [])])


def _shown(rule: str) -> str:
    return one_line(harmless(rule))[:WIDTH]
