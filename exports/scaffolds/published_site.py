"""What a configuration is made from: the archive's own names, and the sections that its site has."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsarchive.archive_settings import LANGUAGES

NO_REFERRER = '<meta name="referrer" content="no-referrer">'
"""Some sites give a placeholder for their pictures to whoever says which page shows them."""
WRAPPED = "overflow-wrap: anywhere"
"""For themes that let long addresses stand out on small screens."""


@dataclass(frozen=True, slots=True)
class Section:
    """A format as a site shows it: its name, and where its index is, below the root of the site's sources.

    `listed` tells whether its posts belong on a start page that lists posts; whole articles would hide the others there.
    """

    name: str
    index: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """A site that is to be configured."""

    title: str
    description: str = ""
    author: str = ""
    base_url: str = ""
    language: str = LANGUAGES[0]
    sections: tuple[Section, ...] = ()

    @property
    def address(self) -> str:
        """Where it lies on the web, with a slash; an example where the archive does not say."""
        return f"{self.base_url.rstrip('/') or 'https://example.org'}/"

    @property
    def path(self) -> str:
        """The path of the address: `/`, `/news/`."""
        return urlsplit(self.address).path

    @property
    def host(self) -> str:
        """The address without its path."""
        return self.address.removesuffix(self.path)

    def word(self, chinese: str, english: str) -> str:
        """A label in the site's language."""
        return chinese if self.language == LANGUAGES[0] else english

    @property
    def home(self) -> str:
        """What the start page is called in menus."""
        return self.word("首页", "Home")

    @property
    def tags(self) -> str:
        """What the page of all tags is called."""
        return self.word("标签", "Tags")

    @property
    def categories(self) -> str:
        """What the page of all categories is called."""
        return self.word("分类", "Categories")


@dataclass(frozen=True, slots=True)
class Scaffold:
    """Makes the files of a configuration, by path. `others` are further names that the tool has for some of them."""

    files: Callable[[PublishedSite], Mapping[str, str]]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def json_text(value: object) -> str:
    """A value as indented JSON with a line end."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
