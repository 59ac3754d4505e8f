"""Hugo: front matter with offsets, `content/posts/2025-11-13.md`; shortcodes and heading attributes broken up.

Seen with Hugo 0.111: `{{<` and `{{%` are shortcodes anywhere, code included; HTML is left out, `<br>` too. Only what is called
`_index.md` is no post of lists and feeds in all its versions (`build: {list: never}` is `_build` before 0.123). In a folder of a
month's name it would take the address of a page with all full texts of the month, which then is nowhere.
"""

from __future__ import annotations

import re

from exports.formats.format import FormatName, OutputPage
from exports.targets.escaping import Guard, backslashed_braces
from exports.targets.target import Target, folder_of
from exports.targets.unescaping import bare_braces, without_joiners
from newsarchive.markdown.front_matter import Stamp
from newsarchive.markdown.writer import Style

_SHORTCODE = re.compile(r"\{(?=\{[<%])|<!(?=--\s*more)")


def _section(of: FormatName) -> str:
    return folder_of(of) or "posts/"


def _path(page: OutputPage) -> str:
    folder = f"{page.day:%Y-%m}/" if page.unit == "article" else ""
    return f"content/{_section(page.format)}{folder}{page.name}.md"


def _picture_link(here: str, there: str) -> str:
    """The way from the page's address, `/posts/2025-11-13/`, to that of the file: Hugo leaves addresses of pictures alone."""
    depth = len(here.removeprefix("content/").split("/"))
    return f"{'../' * depth}{there.removeprefix('static/')}"


def _code(text: str) -> str:
    """A word joiner between the braces, and in `<!--more-->`, for in code nothing else keeps them from Hugo; it is not seen."""
    return _SHORTCODE.sub("\\g<0>\u2060", text)


TARGET = Target(
    name="hugo",
    path=_path,
    index_path=lambda of, month: f"content/{_section(of)}{f'index-{month:%Y-%m}/' if month else ''}_index.md",
    former_index_path=lambda of, month: (
        f"content/{_section(of)}{f'index-{month:%Y-%m}' if month else '_index'}.md"
    ),
    link=lambda _, there: f'{{{{< relref "/{there.removeprefix("content/")}" >}}}}',
    pictures="static/images",
    picture_link=_picture_link,
    front_matter=lambda page: {
        "title": page.title,
        "date": Stamp(page.at.isoformat(timespec="seconds") if page.dated else ""),
        "lastmod": Stamp(page.changed_at.isoformat(timespec="seconds") if page.dated else ""),
        "draft": False,
        "tags": page.tags,
        "categories": page.categories,
        "description": page.description,
        "summary": page.description,
        # Themes read `cover` as a map (PaperMod), Hugo's own templates `images` as a list; a plain text fails builds.
        "cover": {"image": page.cover, "alt": page.title} if page.cover else {},
        "images": (page.cover,) if page.cover else (),
        "source": page.source,
    },
    style=Style(cell_break=" "),
    heading=False,
    guard=Guard(text=backslashed_braces, alt=backslashed_braces, code=_code, fenced=_code),
    undo=Guard(alt=bare_braces, escape=bare_braces, code=without_joiners, fenced=without_joiners),
)
