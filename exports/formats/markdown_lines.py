"""Lines that mean the same in several formats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exports.content.labels import any_of
from exports.content.wording import DATE_SIGN, LINK_SIGN

RULE = re.compile(r"[ ]{0,3}-{3,}[ \t]*$")
"""A line across the page, which ends an item."""
FACTS = re.compile(rf"(?:>\s*)?(?:{LINK_SIGN}|{DATE_SIGN})|{any_of(lambda it: it.also)}")
"""Begins a line that says where a story stands, or when it was published."""


def trimmed(lines: Sequence[str]) -> list[str]:
    """Without blank lines at both ends."""
    places = [place for place, line in enumerate(lines) if line.strip()]
    return [*lines[places[0] : places[-1] + 1]] if places else []
