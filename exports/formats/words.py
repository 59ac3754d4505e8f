"""The words of a format that an archive may have its own of: names of sections, lines that stand in every file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Words: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""An archive's own words of a format, by what they are for; those that are not there are the format's."""


@dataclass(frozen=True, slots=True)
class Word:
    """One of a format's words: what it says where an archive has none of its own, and what it is for.

    That of a section is a heading by which the section is known again.
    """

    default: str | tuple[str, ...]
    about: str
    may_be_empty: bool = False
    is_section: bool = False


NAME = "name"
"""What every format has: its name, which its index pages, titles and categories say."""
