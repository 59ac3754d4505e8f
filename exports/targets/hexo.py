"""Hexo: `source/_posts/`, dates as `YYYY-MM-DD HH:mm:ss`; Nunjucks never sees a page's braces.

Hexo renders `{{ }}`, `{% %}` and `{# #}` after Markdown, so that only character references keep them as text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date

from exports.front_matter import Stamp, Value
from exports.pages import FormatName, Page
from exports.targets.guarding import BRACE, Guard
from exports.targets.target import Target, relative_link
from exports.targets.titles import without_tags

_TEMPLATE = re.compile(r"\{[{%#]")


def _path(page: Page) -> str:
    folder = "" if page.format == "daily" else f"{page.format}/"
    return f"source/_posts/{folder}{page.name}.md"


def _index_path(of: FormatName, month: date | None) -> str:
    return f"source/{of}/{f'{month:%Y-%m}/' if month else ''}index.md"


def _front_matter(page: Page) -> Mapping[str, Value]:
    return {
        "title": without_tags(page.title),
        "date": Stamp(f"{page.at:%Y-%m-%d %H:%M:%S}"),
        "categories": page.categories,
        "tags": page.tags,
        "description": without_tags(page.description),
        "cover": page.cover,
        "source_url": page.source,
    }


def _link(here: str, there: str) -> str:
    posts = "source/_posts/"
    if there.startswith(posts):
        return f"{{% post_path {there.removeprefix(posts).removesuffix('.md')} %}}"
    return relative_link(here, there).removesuffix("index.md") or "./"


def _references(text: str) -> str:
    return BRACE.sub("&#123;", text)


def _code(text: str) -> str:
    """Code in a line with braces as HTML: Markdown knows no character references in code."""
    if not _TEMPLATE.search(text):
        return text
    inner = text.strip("`")
    return f"<code>{html.escape(inner.strip(), quote=False).replace('{', '&#123;')}</code>"


def _escape(text: str) -> str:
    return "&#123;" if text == "\\{" else text


TARGET = Target(
    name="hexo",
    path=_path,
    index_path=_index_path,
    link=_link,
    front_matter=_front_matter,
    index_front_matter=lambda title: {"title": title},
    heading=False,
    guard=Guard(text=_references, alt=_references, code=_code, escape=_escape),
)
