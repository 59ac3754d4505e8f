"""What a publishing tool wants: paths, front matter, the style of the Markdown, and what must not reach the tool."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from exports.formats import FORMATS
from exports.formats.format import FormatName, OutputPage, Unit
from exports.targets.escaping import LINKS_ONLY, Guard
from newsarchive.markdown.front_matter import Value
from newsarchive.markdown.writer import Style

_USUAL = Style()
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def relative_link(here: str, there: str) -> str:
    """The way from one file to another, both named from the same root."""
    return posixpath.relpath(there, posixpath.dirname(here) or ".")


@dataclass(frozen=True, slots=True)
class Target:
    """A publishing tool.

    `path` is where a page goes below the root of the site's sources, `index_path` where the index of a format is
    (of a month of it, with a month). `link` is how the page at the first path links to the file at the second,
    `linked` some words with such a link.
    `former_index_path` is where an older newsarchive put it, `start` the page that a site of the tool begins with, where no
    theme makes one. `pictures` is the folder of local pictures, `picture_link` how the page at a path shows one by its name there, and
    `picture_in_front` how front matter names it, where the tool has a way of its own.
    `undo` gives the text back that `guard` was given, as far as it shows.
    `heading` tells whether a page needs its title as a heading: themes of Hugo, Hexo and Jekyll print it themselves.
    """

    name: str
    path: Callable[[OutputPage], str]
    index_path: Callable[[FormatName, date | None], str]
    former_index_path: Callable[[FormatName, date | None], str] | None = None
    start: str = ""
    link: Callable[[str, str], str] = relative_link
    linked: Callable[[str, str], str] = lambda words, link: f"[{words}]({link})"
    pictures: str = "images"
    picture_link: Callable[[str, str], str] = relative_link
    picture_in_front: Callable[[str], str] = lambda name: f"/images/{name}"
    front_matter: Callable[[OutputPage], Mapping[str, Value]] = lambda _: {}
    index_front_matter: Callable[[str], Mapping[str, Value]] = lambda title: {"title": title}
    style: Style = _USUAL
    heading: bool = True
    guard: Guard = LINKS_ONLY
    undo: Guard = LINKS_ONLY


def folder_of(name: FormatName) -> str:
    """The folder of a format's files, with its slash; empty for the one that is the main thing of a site."""
    folder = FORMATS[name].folder
    return folder and f"{folder}/"


def unit_path(page: OutputPage) -> str:
    """By year, articles by month too: `2025/2025-11-13`, `2025/11/2025-11-13-site-12345`; without a day `undated/name`."""
    if not page.dated:
        return f"undated/{page.name}"
    return path_of(page.unit, page.day, page.name)


def path_of(unit: Unit, day: date, name: str) -> str:
    """The path below a format's folder, without its ending."""
    return f"{day:%Y/%m}/{name}" if unit == "article" else f"{day:%Y}/{name}"


def without_tags(title: str) -> str:
    """A title in which `<word` is `＜word`, for tools that would take it for HTML.

    Themes of Jekyll, Hexo and MkDocs often print titles without escaping them, and VitePress puts them into a script.
    """
    return _TAG.sub("＜", title)
