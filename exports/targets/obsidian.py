"""Obsidian: `News/2025/2025-11-13.md`; words of a page become no tags, wiki links, comments or mathematics."""

from __future__ import annotations

import re

from exports.targets.escaping import Guard
from exports.targets.target import Target, folder_of, unit_path
from exports.targets.unescaping import in_text, without_joiners
from newsarchive.markdown.front_matter import Stamp

_MARKS = re.compile(
    r"(?<![\w&/])#(?=[^\s#])|\[(?=\[)|%(?=%)|=(?==)|\$|\^(?=\[)|(?<=\s)\^(?=[A-Za-z0-9-]+\s*$)"
)
_ESCAPED = re.compile(
    r"(?<![\w&/\\])\\(#)(?=[^\s#])|\\(?:(\[)(?=\[)|(%)(?=%)|(=)(?==)|(\$)|(\^)(?=\[|[A-Za-z0-9-]+\s*$))|\\."
)
_QUERY = re.compile(r"`+ ?(?=\$?=)")
_RUN = re.compile(r"(?<=[`~])(?:base|query|dataview|dataviewjs|tasks|button|meta-bind\S*|js-engine)[ ]*$")
"""The languages of code blocks that Obsidian or a plugin of it would run instead of show."""


def _tag(words: str) -> str:
    """A tag as Obsidian allows it: no blanks or signs, not all digits."""
    tag = re.sub(r"[^\w/-]+", "-", words).strip("-")
    return "" if tag.isdigit() else tag


def _code(text: str) -> str:
    """Code in a line with a word joiner, which is not seen, before `=` or `$=`: the plugin Dataview would compute it."""
    match = _QUERY.match(text)
    return f"{match[0]}\u2060{text[match.end() :]}" if match else text


def _undo(text: str) -> str:
    """Without the backslashes before marks that are none in Markdown; another escape stays as it is."""
    return _ESCAPED.sub(lambda match: next((it for it in match.groups() if it), match[0]), text)


TARGET = Target(
    name="obsidian",
    path=lambda page: f"News/{folder_of(page.format)}{unit_path(page)}.md",
    index_path=lambda of, month: f"News/{folder_of(of)}{f'{month:%Y/%Y-%m}-' if month else ''}index.md",
    start="News/index.md",
    pictures="News/images",
    front_matter=lambda page: {
        "title": page.title,
        "date": Stamp(page.iso_day),
        "description": page.description,
        "source": page.source,
        "tags": tuple(filter(None, map(_tag, page.tags))),
        "aliases": (page.title,) if page.unit == "article" else (),
    },
    guard=Guard(
        text=lambda it: _MARKS.sub(r"\\\g<0>", it),
        code=_code,
        fence=lambda line: _RUN.sub("", line),
    ),
    undo=Guard(code=without_joiners, line=lambda line: in_text(line, _undo)),
)
