"""Jekyll: `_posts/2025-11-13-daily.md`; Liquid never sees a page's braces, kramdown's own marks are escaped.

Liquid runs before Markdown, code included. kramdown 2.4 takes a line with `|` for a table, `{:` for attributes and
`$$` for mathematics; it makes links only of `<url>`.
"""

from __future__ import annotations

import re

from exports.formats.format import OutputPage, topic_slug
from exports.targets.escaping import Guard
from exports.targets.target import Target, relative_link, without_tags
from exports.targets.unescaping import bare_references, in_text
from newsarchive.markdown.front_matter import Stamp
from newsarchive.markdown.writer import Style

_MARKS = re.compile(r"\{|\$(?=\$)|(?<=\$)\$")
_LIQUID = re.compile(r"\{[{%]")
_PRINTED = re.compile(r'\{\{ "(\{[{%])" \}\}')
_ESCAPES = re.compile(r"\\(?:([{$])|.)")
_ESCAPED_PIPE = re.compile(r"(?<!\\)\\\|")
_PIPE = re.compile(r"(?<!\\)\|")


def _path(page: OutputPage) -> str:
    if page.unit == "article":
        return f"_posts/{page.name}.md"
    if page.unit == "file":
        return f"_posts/{page.day.isoformat()}-{page.name}.md"
    suffix = "-month" if page.unit == "month" and page.format != "digest" else ""
    topic = topic_slug(page.identity) if page.unit == "month" else ""
    return f"_posts/{page.day.isoformat()}-{topic}{page.format}{suffix}.md"


def _link(here: str, there: str) -> str:
    if there.startswith("_posts/"):
        return f"{{% post_url {there.removeprefix('_posts/').removesuffix('.md')} %}}"
    return relative_link(here, there).removesuffix("index.md") or "./"


def _text(text: str) -> str:
    """With a reference before `%`: a backslash alone would leave `{%` as it is."""
    return _MARKS.sub(lambda match: f"\\{match[0]}", text.replace("{%", "&#123;%"))


def _escape(text: str) -> str:
    return "&#123;" if text == "\\{" else text


def _printed(text: str) -> str:
    """Braces in code printed by Liquid itself."""
    return _LIQUID.sub(lambda match: f'{{{{ "{match[0]}" }}}}', text)


def _line(text: str) -> str:
    return text if text.lstrip().startswith("|") else _PIPE.sub(r"\\|", text)


def _undo_printed(text: str) -> str:
    return _PRINTED.sub(r"\1", text)


def _undo_alt(text: str) -> str:
    return _ESCAPES.sub(_unescaped, bare_references(text))


def _undo_line(text: str) -> str:
    """Without the backslashes before braces and the like; a rule at the start of a line or in a table needs its own."""
    if not text.lstrip().startswith(("|", "\\|")):
        text = _ESCAPED_PIPE.sub("|", text)
    return in_text(text, lambda it: _ESCAPES.sub(_unescaped, it))


def _unescaped(match: re.Match[str]) -> str:
    return match[1] or match[0]


TARGET = Target(
    name="jekyll",
    path=_path,
    index_path=lambda of, month: f"{of}/{f'{month:%Y-%m}/' if month else ''}index.md",
    link=_link,
    # Where a post will be is the site's own choice (`permalink`).
    picture_link=lambda _, there: f"{{{{site.baseurl}}}}/{there}",
    front_matter=lambda page: {
        "layout": "post",
        "title": without_tags(page.title),
        "date": Stamp(page.at.isoformat(sep=" ", timespec="seconds")),
        "last_modified_at": Stamp(page.changed_at.isoformat(sep=" ", timespec="seconds")),
        "categories": page.categories,
        "tags": page.tags,
        "description": without_tags(page.description),
        "image": page.cover,
        "source_url": page.source,
    },
    index_front_matter=lambda title: {"layout": "page", "title": title},
    style=Style(hard_break="blanks", bare_urls="angle"),
    heading=False,
    guard=Guard(text=_text, alt=_text, code=_printed, fenced=_printed, escape=_escape, line=_line),
    undo=Guard(
        text=bare_references, alt=_undo_alt, code=_undo_printed, fenced=_undo_printed, line=_undo_line
    ),
)
