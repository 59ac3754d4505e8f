"""Hexo: `source/_posts/`, dates as `YYYY-MM-DD HH:mm:ss`; Nunjucks never sees a page's braces.

Seen with Hexo 8.1: `{{ }}`, `{% %}` and `{# #}` are rendered after Markdown, so that only character references keep
them as text; code blocks are left out of it, but not those that begin on the line of a list's mark. Escaped brackets
in the text of a link become links (its renderer reads that text twice), references do not.
"""

from __future__ import annotations

from exports.targets.escaping import (
    Guard,
    code_element,
    joined_templates,
    referenced_braces,
    referenced_escape,
)
from exports.targets.target import Target, folder_of, relative_link, without_tags
from exports.targets.unescaping import bare_references, code_spans, in_text, without_joiners
from newsarchive.markdown.front_matter import Stamp


def _link(here: str, there: str) -> str:
    posts = "source/_posts/"
    if there.startswith(posts):
        return f"{{% post_path {there.removeprefix(posts).removesuffix('.md')} %}}"
    return relative_link(here, there).removesuffix("index.md") or "./"


def _linked(words: str, link: str) -> str:
    """A link to a post as HTML: before Markdown a tag is put into `<!--…-->`, and a link's address loses its angle brackets."""
    return f'<a href="{link}">{words}</a>' if link.startswith("{%") else f"[{words}]({link})"


TARGET = Target(
    name="hexo",
    path=lambda page: f"source/_posts/{folder_of(page.format)}{page.name}.md",
    index_path=lambda of, month: f"source/{of}/{f'{month:%Y-%m}/' if month else ''}index.md",
    link=_link,
    linked=_linked,
    pictures="source/images",
    # Its renderer puts the root of the site before it (`prependRoot`); where a post will be is the site's own choice.
    picture_link=lambda _, there: there.removeprefix("source"),
    front_matter=lambda page: {
        "title": without_tags(page.title),
        "date": Stamp(f"{page.at:%Y-%m-%d %H:%M:%S}"),
        "updated": Stamp(f"{page.changed_at:%Y-%m-%d %H:%M:%S}"),
        "categories": page.categories,
        "tags": page.tags,
        "description": without_tags(page.description),
        "cover": page.cover,
        "source_url": page.source,
    },
    heading=False,
    guard=Guard(
        text=referenced_braces,
        alt=referenced_braces,
        code=code_element,
        escape=referenced_escape,
        listed=joined_templates,
    ),
    undo=Guard(
        text=bare_references,
        alt=bare_references,
        listed=without_joiners,
        line=lambda it: in_text(it, code_spans),
    ),
)
