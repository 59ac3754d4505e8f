"""An archive of one's own: what it is called, what belongs to it, what its files say, and where they are published.

It stands in `newsarchive.toml`, which is looked for in the working directory and those above it; the environment wins.
`newsarchive/archive_settings.py` has the table of what may be said. An archive without a file is as the defaults say.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast, get_args

from exports.formats import FORMATS
from exports.formats.format import FormatName, Profile
from exports.formats.words import NAME, Word, Words
from exports.pictures import Images
from exports.targets import TARGETS, TargetName
from newsarchive.archive_settings import archive_here, check_keys
from newsarchive.editorial.coverage import ALL, Coverage
from newsarchive.errors import BadValueError
from newsarchive.setting import Kind, one_of, path, read, several, shown, switch, text
from newsarchive.sites import SITES

_PLAIN = ("title", "description", "author", "base_url", "language", "drafts_mark")
_COVERED = ("sites", "accounts", "tags")

Per: TypeAlias = Literal["month", "day", "article"]
"""What a file holds, of a format that leaves the choice."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One format for one target in one folder, as `publish` writes it, and how. `coverage` is the archive's if it is None."""

    format: FormatName
    out: Path
    target: TargetName = "plain"
    profile: Profile = "clean"
    per: Per | None = None
    excerpts: bool = False
    mark_gone: bool = False
    mark_drafts: bool | None = None
    images: Images = "remote"
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """An archive of one's own; without more, what archives are that say nothing of themselves.

    `words` are its own words of formats, by format. `folder` is where its file lies, to which the folders of `outlets` are
    relative; None without a file.
    """

    title: str = "新闻存档"
    description: str = ""
    author: str = ""
    base_url: str = ""
    language: str = "zh-CN"
    drafts_mark: bool = True
    coverage: Coverage = ALL
    words: Mapping[FormatName, Words] = field(default_factory=dict)
    outlets: tuple[Outlet, ...] = ()
    folder: Path | None = None

    @property
    def home(self) -> Path:
        """Where its file lies; without one, the working directory."""
        return self.folder or Path()

    def marks_drafts(self, *, asked: bool | None) -> bool | None:
        """Whether files say that words in them are nobody's: as it is asked for, else as the archive has it (None: posts do)."""
        return asked if asked is not None else None if self.drafts_mark else False

    def own(self, of: FormatName) -> Words:
        """Its own words of a format."""
        return self.words.get(of, {})

    def asked(
        self, sites: Iterable[str] | None, accounts: Iterable[str] | None, tags: Iterable[str] | None
    ) -> Coverage:
        """What a command covers: what it is asked for, in whatever respect; what the archive does where it is not."""
        asked = Coverage.of(sites or (), accounts or (), tags or ())
        return self.coverage if asked.is_all else asked

    def word(self, of: FormatName, what: str = NAME) -> str:
        """What it calls something of a format."""
        return str(self.own(of).get(what, FORMATS[of].words[what].default))


NAMELESS = Publication()
"""An archive that says nothing of itself."""


def publication_here(environment: Mapping[str, str] = os.environ, start: Path | None = None) -> Publication:
    """The archive of the working directory (or of `start`): from its file, the environment, and the defaults.

    Raises BadValueError for a key or value that cannot be used, with its file and what is allowed; InputFileError for a file
    that cannot be read.
    """
    archive = archive_here(environment, start)
    found = {key: archive.values[key] for key in _PLAIN}
    coverage = Coverage.of(*(archive.values[key] for key in _COVERED))
    words = _words_of(archive.values["formats"], archive.names["formats"])
    outlets = _outlets_of(archive.values["publish"], archive.names["publish"], archive.folder or Path())
    return Publication(**found, coverage=coverage, words=words, outlets=outlets, folder=archive.folder)


def _words_of(formats: Mapping[str, Any], where: str) -> dict[FormatName, Words]:
    check_keys(formats, FORMATS, where)
    words: dict[FormatName, Words] = {}
    for of, given in formats.items():
        if not isinstance(given, Mapping):
            raise BadValueError(f"{where}.{of} is {shown(given)}; it takes a table of names")
        known = FORMATS[of].words
        check_keys(given, known, f"{where}.{of}")
        words[of] = {key: read(f"{where}.{of}.{key}", _kind(known[key]), it) for key, it in given.items()}
        _check_sections(known, words[of], f"{where}.{of}")
    return words


def _kind(word: Word) -> Kind:
    if isinstance(word.default, str):
        return text("a text in one line", may_be_empty=word.may_be_empty)
    return several("a list of texts", text("a text"))


def _check_sections(known: Mapping[str, Word], given: Words, where: str) -> None:
    """Refuse one name for two sections: a file could not be read back."""
    sections = {key: given.get(key, word.default) for key, word in known.items() if word.is_section}
    for key, name in sections.items():
        if other := next((it for it in sections if it != key and sections[it] == name), None):
            raise BadValueError(
                f"{where}.{key} is {shown(name)}, as {other} is; each section takes a name of its own"
            )


def _outlets_of(given: Iterable[Any], where: str, folder: Path) -> tuple[Outlet, ...]:
    found: dict[tuple[object, ...], int] = {}
    outlets = []
    for number, it in enumerate(given, start=1):
        outlet = _outlet(it, f"{where}[{number}]", folder)
        place = outlet.format, outlet.target, os.path.normpath(outlet.out), outlet.per
        if place in found:
            raise BadValueError(
                f"{where}[{number}] writes the files that {where}[{found[place]}] writes; it takes another out"
            )
        found[place] = number
        outlets.append(outlet)
    return tuple(outlets)


_OUTLET: Mapping[str, Kind] = {
    "format": one_of(name for name, it in FORMATS.items() if not (it.of_words or it.chooses)),
    "out": path("a folder"),
    "target": one_of(TARGETS),
    "profile": one_of(get_args(Profile)),
    "per": one_of(get_args(Per)),
    "excerpts": switch(),
    "mark_gone": switch(),
    "mark_drafts": switch(),
    "images": one_of(get_args(Images)),
    "sites": several(f"a list of {', '.join(SITES)}", one_of(SITES)),
    "accounts": several("a list of accounts' names", text("a name")),
    "tags": several("a list of tags", text("a tag")),
}


def _outlet(given: object, where: str, folder: Path) -> Outlet:
    if not isinstance(given, Mapping):
        raise BadValueError(f"{where} is {shown(given)}; it takes a table with format and out")
    check_keys(given, _OUTLET, where)
    for key in ("format", "out"):
        if key not in given:
            raise BadValueError(f"{where} has no {key}; it takes {_OUTLET[key].takes}")
    values = {key: read(f"{where}.{key}", _OUTLET[key], it) for key, it in given.items()}
    units = FORMATS[values["format"]].units
    if "per" in values and (len(units) == 1 or values["per"] not in units):
        raise BadValueError(
            f"{where}.per is {shown(values['per'])}; {values['format']} has files of a {units[0]} only"
        )
    own = [values.pop(key, ()) for key in _COVERED]
    values["out"] = folder / values["out"]
    coverage = Coverage.of(*own) if any(own) else None
    return Outlet(**cast("dict[str, Any]", values), coverage=coverage)
