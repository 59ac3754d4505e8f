"""What has changed between two versions of a robots.txt, in a line. Pure."""

from __future__ import annotations

from difflib import unified_diff

from newsarchive.parsing.harmless import harmless
from newsarchive.parsing.text import one_line
from newsarchive.records.alarm import RobotsVersion

LINES = 6
"""Lines that are named."""
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
    lines = [
        f"{line[0]} {one_line(harmless(line[1:]))[:WIDTH]}"
        for line in unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
        if line[0] in "+-" and not line.startswith(("+++", "---"))
    ]
    more = f" | and {len(lines) - LINES} lines more" if len(lines) > LINES else ""
    return " | ".join(lines[:LINES]) + more if lines else "what differs lies behind what is kept of it"
