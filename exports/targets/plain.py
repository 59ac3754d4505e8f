"""Plain Markdown, as GitHub shows it: no front matter, the digest where newsflash archives have it."""

from __future__ import annotations

from datetime import date

from exports.formats.format import FormatName, OutputPage
from exports.targets.target import Target, unit_path


def _path(page: OutputPage) -> str:
    if page.format == "digest":
        return f"{page.day:%Y}/newsflash-{page.day:%Y%m}.md"
    return f"{page.format}/{unit_path(page)}.md"


def _index_path(of: FormatName, month: date | None) -> str:
    if of == "digest":
        return "README.md"
    return f"{of}/{month:%Y}/{month:%Y-%m}-index.md" if month else f"{of}/README.md"


TARGET = Target(name="plain", path=_path, index_path=_index_path, index_front_matter=lambda _: {})
