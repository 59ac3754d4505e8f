"""Obsidian: `News/2025/2025-11-13.md`; words of a page become no tags, wiki links, comments or mathematics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from exports.formats.format import FormatName, OutputPage
from exports.targets.escaping import Guard
from exports.targets.target import Target, folder_of, unit_path
from exports.targets.unescaping import in_text, without_joiners
from newsarchive.markdown.front_matter import Stamp, Value

_MARKS = re.compile(
    r"(?<![\w&/])#(?=[^\s#])|\[(?=\[)|%(?=%)|=(?==)|\$|\^(?=\[)|(?<=\s)\^(?=[A-Za-z0-9-]+\s*$)"
)
_ESCAPED = re.compile(
    r"(?<![\w&/\\])\\(#)(?=[^\s#])|\\(?:(\[)(?=\[)|(%)(?=%)|(=)(?==)|(\$)|(\^)(?=\[|[A-Za-z0-9-]+\s*$))|\\."
)
_QUERY = re.compile(r"`+ ?(?=\$?=)")
_RUN = re.compile(r"(?<=[`~])(?:base|query|dataview|dataviewjs|tasks|button|meta-bind\S*|js-engine)[ ]*$")
_HEADING = re.compile(r"[ >]*#{1,6}(?=\s)")


def _path(page: OutputPage) -> str:
    return f"News/{folder_of(page.format)}{unit_path(page)}.md"


def _index_path(of: FormatName, month: date | None) -> str:
    return f"News/{folder_of(of)}{f'{month:%Y/%Y-%m}-' if month else ''}index.md"


def _front_matter(page: OutputPage) -> Mapping[str, Value]:
    return {
        "title": page.title,
        "date": Stamp(page.iso_day),
        "source": page.source,
        "tags": tuple(_tag(tag) for tag in page.tags if _tag(tag)),
        "aliases": (page.title,) if page.unit == "article" else (),
    }


def _tag(words: str) -> str:
    """A tag as Obsidian allows it: no blanks or signs, not all digits."""
    tag = re.sub(r"[^\w/-]+", "-", words).strip("-")
    return "" if tag.isdigit() else tag


def _text(text: str) -> str:
    return _MARKS.sub(lambda match: f"\\{match[0]}", text)


def _code(text: str) -> str:
    """Code in a line with a word joiner, which is not seen, before `=` or `$=`: the plugin Dataview would compute it."""
    match = _QUERY.match(text)
    return f"{match[0]}\u2060{text[match.end() :]}" if match else text


def _fence(line: str) -> str:
    """The opening of a code block, without a language that Obsidian or a plugin of it would run instead of show."""
    return _RUN.sub("", line)


def _undo(text: str) -> str:
    """Without the backslashes before marks that are none in Markdown; another escape stays as it is."""
    return _ESCAPED.sub(lambda match: next((it for it in match.groups() if it), match[0]), text)


TARGET = Target(
    name="obsidian",
    path=_path,
    index_path=_index_path,
    pictures="News/images",
    front_matter=_front_matter,
    guard=Guard(text=_text, code=_code, fence=_fence),
    undo=Guard(code=without_joiners, line=lambda line: in_text(line, _undo)),
)
