"""Lines that mean the same in several formats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exports.content.wording import ALSO, DATE_SIGN, LINK_SIGN

RULE = re.compile(r"[ ]{0,3}-{3,}[ \t]*$")
"""A line across the page, which ends an item."""
FACTS = re.compile(rf"(?:>\s*)?(?:{LINK_SIGN}|{DATE_SIGN})|{ALSO}")
"""Begins a line that says where a story stands, or when it was published."""


def trimmed(lines: Sequence[str]) -> list[str]:
    """Without blank lines at both ends."""
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
