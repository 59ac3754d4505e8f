"""VitePress: `docs/2025/2025-11-13.md`; Vue never sees a page's braces, nor VitePress what it would include.

Seen with VitePress 1.6: `{{ }}` is evaluated in text and in code in a line, a backslash does not help, character
references do; `{…}` after text sets attributes; `<<< path` at the start of a line and `<!--@include: path-->` anywhere,
code too, include a file; `:name:` becomes an emoji; front matter goes into a script of the page as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from exports.formats.format import FormatName, OutputPage
from exports.targets.escaping import Guard, code_element, referenced_braces, referenced_escape
from exports.targets.target import Target, folder_of, unit_path, without_tags
from exports.targets.unescaping import bare_references, code_spans, in_text, without_joiners
from newsarchive.markdown.front_matter import Stamp, Value

_EMOJI = re.compile(r":(?=[a-z0-9_+-]+:)")
_NO_EMOJI = re.compile(r"\\(?:(:)(?=[a-z0-9_+-]+:)|.)")
_INCLUDED = re.compile(r"([ >]*)\\<<<")
_COMMENT = re.compile(r"<!(?=--\s*@include)")
_INCLUDE = re.compile(r"([ >]*)<<<")


def _path(page: OutputPage) -> str:
    return f"docs/{folder_of(page.format)}{unit_path(page)}.md"


def _index_path(of: FormatName, month: date | None) -> str:
    return f"docs/{folder_of(of)}{f'{month:%Y/%m}-' if month else ''}index.md"


def _front_matter(page: OutputPage) -> Mapping[str, Value]:
    return {
        "title": without_tags(page.title),
        "description": without_tags(page.description),
        "date": Stamp(page.iso_day),
    }


def _text(text: str) -> str:
    return _EMOJI.sub(r"\:", referenced_braces(text))


def _alt(text: str) -> str:
    """With full-width braces: VitePress takes attributes from alternative texts, and drops references in them."""
    return text.replace("{", "｛").replace("}", "｝")


def _code(text: str) -> str:
    return code_element(_fenced(text), " v-pre")


def _fenced(text: str) -> str:
    """Code whose comments include no file: VitePress looks for those before it reads Markdown."""
    return _COMMENT.sub("\\g<0>\u2060", text)


def _line(text: str) -> str:
    return _INCLUDE.sub(r"\1\\<<<", text)


def _undo_alt(text: str) -> str:
    return text.replace("｛", "{").replace("｝", "}")


def _undo_text(text: str) -> str:
    return _NO_EMOJI.sub(lambda match: match[1] or match[0], code_spans(text))


def _undo_line(text: str) -> str:
    return _INCLUDED.sub(r"\1<<<", in_text(text, _undo_text))


TARGET = Target(
    name="vitepress",
    path=_path,
    index_path=_index_path,
    pictures="docs/images",
    front_matter=_front_matter,
    guard=Guard(text=_text, alt=_alt, code=_code, fenced=_fenced, escape=referenced_escape, line=_line),
    undo=Guard(
        text=bare_references,
        alt=_undo_alt,
        code=without_joiners,
        fenced=without_joiners,
        line=_undo_line,
    ),
)
