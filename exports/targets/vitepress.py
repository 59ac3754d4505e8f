"""VitePress: `docs/2025/2025-11-13.md`; Vue never sees a page's braces, nor VitePress what it would include.

Seen with VitePress 1.6: `{{ }}` in text is evaluated, whatever escapes it in Markdown, unless its element has `v-pre`;
`{…}` after text sets attributes; `<<< path` at the start of a line includes a file; `:name:` becomes an emoji.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from exports.front_matter import Stamp, Value
from exports.pages import FormatName, Page
from exports.targets.guarding import Guard
from exports.targets.target import Target, relative_link, unit_path

_BRACES = re.compile(r"\{\{|&(?:#0*123|#[xX]0*7[bB]|lcub|lbrace);|\{|:(?=[a-z0-9_+-]+:)")
BACKSLASHED = "\\{"
_INCLUDE = re.compile(r"([ >]*)<<<")


def _path(page: Page) -> str:
    folder = "" if page.format == "daily" else f"{page.format}/"
    return f"docs/{folder}{unit_path(page)}.md"


def _index_path(of: FormatName, month: date | None) -> str:
    folder = "" if of == "daily" else f"{of}/"
    return f"docs/{folder}{f'{month:%Y/%m}-' if month else ''}index.md"


def _front_matter(page: Page) -> Mapping[str, Value]:
    return {"title": page.title, "description": page.description, "date": Stamp(page.day.isoformat())}


def _text(text: str) -> str:
    return _BRACES.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    if match[0] == "{{" or match[0].startswith("&"):
        return f"<span v-pre>{match[0].replace('{', BACKSLASHED)}</span>"
    return f"\\{match[0]}"


def _escape(text: str) -> str:
    return r"<span v-pre>\{</span>" if text == "\\{" else text


def _line(text: str) -> str:
    return _INCLUDE.sub(r"\1\\<<<", text)


TARGET = Target(
    name="vitepress",
    path=_path,
    index_path=_index_path,
    link=relative_link,
    front_matter=_front_matter,
    index_front_matter=lambda title: {"title": title},
    guard=Guard(text=_text, escape=_escape, line=_line),
)
