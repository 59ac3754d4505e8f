"""Plain Markdown, as GitHub shows it: no front matter, the digest where newsflash archives have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from exports.formats.format import FormatName, OutputPage
from exports.targets.target import Target, unit_path

_DIGEST = re.compile(r"(?P<year>\d{4})/newsflash-(?P=year)(?P<month>\d{2})\.md")


def _path(page: OutputPage) -> str:
    if page.format == "digest":
        return f"{page.day:%Y}/newsflash-{page.day:%Y%m}.md"
    return f"{page.format}/{unit_path(page)}.md"


def _index_path(of: FormatName, month: date | None) -> str:
    if of == "digest":
        return "README.md"
    return f"{of}/{month:%Y}/{month:%Y-%m}-index.md" if month else f"{of}/README.md"


def digests_in(root: Path) -> dict[str, Mapping[str, str]]:
    """The digests that lie where this target puts them, with the recipe of each: so known are those of any history."""
    found: dict[str, Mapping[str, str]] = {}
    for path in root.glob("*/newsflash-*.md"):
        match = _DIGEST.fullmatch(path.relative_to(root).as_posix())
        if match and 1 <= int(match["month"]) <= 12 and int(match["year"]):
            found[match[0]] = {"format": "digest", "month": f"{match['year']}-{match['month']}"}
    return found


TARGET = Target(name="plain", path=_path, index_path=_index_path, index_front_matter=lambda _: {})
