"""VitePress: `docs/2025/2025-11-13.md`; Vue never sees a page's braces, nor VitePress what it would include.

Seen with VitePress 1.6: `{{ }}` is evaluated in text and in code in a line, a backslash does not help, character
references do; `{…}` after text sets attributes; `<<< path` at the start of a line and `<!--@include: path-->` anywhere,
code too, include a file; `:name:` becomes an emoji; front matter goes into a script of the page as it is.
"""

from __future__ import annotations

import re

from exports.targets.escaping import Guard, code_element, referenced_braces, referenced_escape
from exports.targets.target import Target, folder_of, unit_path, without_tags
from exports.targets.unescaping import bare_references, code_spans, in_text, without_joiners
from newsarchive.markdown.front_matter import Stamp

_EMOJI = re.compile(r":(?=[a-z0-9_+-]+:)")
_NO_EMOJI = re.compile(r"\\(?:(:)(?=[a-z0-9_+-]+:)|.)")
_INCLUDED = re.compile(r"([ >]*)\\<<<")
_COMMENT = re.compile(r"<!(?=--\s*@include)")
_INCLUDE = re.compile(r"([ >]*)<<<")


_FULL_WIDTH = str.maketrans("{}", "｛｝")
"""Braces of alternative texts, from which VitePress takes attributes, and in which it drops references."""
_BRACES = str.maketrans("｛｝", "{}")


def _fenced(text: str) -> str:
    """Code whose comments include no file: VitePress looks for those before it reads Markdown."""
    return _COMMENT.sub("\\g<0>\u2060", text)


def _undo_text(text: str) -> str:
    return _NO_EMOJI.sub(lambda match: match[1] or match[0], code_spans(text))


TARGET = Target(
    name="vitepress",
    path=lambda page: f"docs/{folder_of(page.format)}{unit_path(page)}.md",
    index_path=lambda of, month: f"docs/{folder_of(of)}{f'{month:%Y/%m}-' if month else ''}index.md",
    start="docs/index.md",
    pictures="docs/images",
    front_matter=lambda page: {
        "title": without_tags(page.title),
        "description": without_tags(page.description),
        "date": Stamp(page.iso_day),
        "lastUpdated": Stamp(page.changed_at.isoformat(timespec="seconds") if page.dated else ""),
    },
    guard=Guard(
        text=lambda it: _EMOJI.sub(r"\:", referenced_braces(it)),
        alt=lambda it: it.translate(_FULL_WIDTH),
        code=lambda it: code_element(_fenced(it), " v-pre"),
        fenced=_fenced,
        escape=referenced_escape,
        line=lambda it: _INCLUDE.sub(r"\1\\<<<", it),
    ),
    undo=Guard(
        text=bare_references,
        alt=lambda it: it.translate(_BRACES),
        code=without_joiners,
        fenced=without_joiners,
        line=lambda it: _INCLUDED.sub(r"\1<<<", in_text(it, _undo_text)),
    ),
)
