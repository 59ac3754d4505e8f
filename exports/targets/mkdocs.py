"""MkDocs: `docs/2025/01.md`; Python-Markdown wants lists indented by four, and links only `<url>`."""

from __future__ import annotations

import re
import string
from datetime import date

from exports.formats.format import FormatName, OutputPage
from exports.targets.escaping import Guard, backslashed_braces
from exports.targets.target import Target, unit_path, without_tags
from exports.targets.unescaping import bare_braces, without_joiners
from newsarchive.markdown.front_matter import Stamp
from newsarchive.markdown.writer import Style

_BLOCK = re.compile(r"([ >]*(?:(?:[-+*]|\d+[.)])[ ]+)*)([!?=/-])(?=!!|\?\?|==|// |-*8<-)")
_SNIPPET = re.compile(r"-8(?=<-)")
_REFERENCE = re.compile(r"&#(\d{2,3});")
_KNOWN_ESCAPES = frozenset("\\`*_{}[]()>#+-.!|")


def _path(page: OutputPage) -> str:
    if page.format == "digest":
        return f"docs/{page.day:%Y/%m}.md"
    return f"docs/{page.format}/{unit_path(page)}.md"


def _index_path(of: FormatName, month: date | None) -> str:
    if of == "digest":
        return "docs/index.md"
    return f"docs/{of}/{f'{month:%Y/%m}-' if month else ''}index.md"


def _escape(text: str) -> str:
    """An escape that Python-Markdown does not know as a character reference; it would show the backslash and use the sign."""
    return text if text[1:] in _KNOWN_ESCAPES else f"&#{ord(text[1:])};"


def _line(line: str) -> str:
    """A line that begins no block of extensions that many sites have; `--8<--` would even show a file of the site's."""
    match = _BLOCK.match(line)
    return f"{match[1]}{_escape(chr(92) + match[2])}{line[match.end() :]}" if match else line


def _fenced(text: str) -> str:
    return _SNIPPET.sub("\\g<0>\u2060", text)


def _undo_references(text: str) -> str:
    """References of signs as escapes; of those that the tool knows there are none but a page's own."""

    def escaped(match: re.Match[str]) -> str:
        sign = chr(int(match[1]))
        return f"\\{sign}" if sign in string.punctuation and sign not in _KNOWN_ESCAPES else match[0]

    return _REFERENCE.sub(escaped, text)


TARGET = Target(
    name="mkdocs",
    path=_path,
    index_path=_index_path,
    start="docs/index.md",
    pictures="docs/images",
    front_matter=lambda page: {
        "title": without_tags(page.title),
        "date": Stamp(page.iso_day),
        "tags": page.tags,
        "description": without_tags(page.description),
    },
    style=Style(list_indent=4, hard_break="blanks", bare_urls="angle"),
    guard=Guard(text=backslashed_braces, alt=backslashed_braces, escape=_escape, line=_line, fenced=_fenced),
    undo=Guard(text=_undo_references, alt=bare_braces, escape=bare_braces, fenced=without_joiners),
)
