"""The settings of one archive: what it is called, what belongs to it, what it says and where it is published.

Each may stand in the archive's own file, `newsarchive.toml`, under the name without `NEWSARCHIVE_` and in small letters, or
in the environment, which wins. `docs/own-archive.md` is made from this table; `archive_here` reads both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsarchive.errors import BadValueError, InputFileError
from newsarchive.setting import (
    Kind,
    Setting,
    checked_url,
    one_of,
    read,
    several,
    shown,
    switch,
    table,
    text,
    url,
)
from newsarchive.sites import SITES

FILE_NAME = "newsarchive.toml"
"""The file of an archive's own settings; it is looked for in the working directory and those above it."""
LANGUAGES = ("zh-CN", "en")
"""The languages of labels."""
PREFIX = "NEWSARCHIVE_"

_ANY = Kind("a value", lambda it: it)


def _name(_: str) -> None:
    """Whoever knows the formats looks at their names."""


def _node(value: object) -> str:
    """The URL of a Scrapyd. Whoever sees the file, or the list of processes, would see a password in it."""
    read_url = checked_url(value)
    if "@" in urlsplit(read_url).netloc:
        raise ValueError("user and password are read from SCRAPYD_USERNAME and SCRAPYD_PASSWORD only")
    return read_url.rstrip("/")


def key_of(setting: Setting) -> str:
    """The name of a setting in the file."""
    return setting.name.removeprefix(PREFIX).lower()


OF_AN_ARCHIVE = (
    Setting(
        "NEWSARCHIVE_TITLE",
        "新闻存档",
        "text",
        "What the archive is called: the title of its feeds and sites.",
        text("a text"),
    ),
    Setting(
        "NEWSARCHIVE_DESCRIPTION",
        "",
        "text",
        "A sentence on what the archive is about.",
        text("a text", may_be_empty=True),
    ),
    Setting(
        "NEWSARCHIVE_AUTHOR",
        "",
        "name",
        "Who edits the archive.",
        text("a name", may_be_empty=True),
    ),
    Setting(
        "NEWSARCHIVE_BASE_URL",
        "",
        "URL",
        "Where the archive lies on the web, for links that have to be whole.",
        url(may_be_empty=True),
    ),
    Setting(
        "NEWSARCHIVE_LANGUAGE",
        LANGUAGES[0],
        "language",
        "The language of labels. What articles say stays as it is.",
        one_of(LANGUAGES),
    ),
    Setting(
        "NEWSARCHIVE_DRAFTS_MARK",
        default=True,
        unit="switch",
        reason="Whether files say of texts that no person has written them.",
        kind=switch(),
    ),
    Setting(
        "NEWSARCHIVE_SITES",
        (),
        "names of sites",
        "The sites whose articles belong to the archive; all of them where neither sites nor accounts are named. `--site` on an "
        "export stands instead of this and the next two.",
        several(f"a list of {', '.join(SITES)}", one_of(SITES)),
    ),
    Setting(
        "NEWSARCHIVE_ACCOUNTS",
        (),
        "names of accounts",
        "The official accounts whose articles belong to the archive. Of a site on which accounts publish, no other ones do then.",
        several("a list of accounts' names", text("a name")),
    ),
    Setting(
        "NEWSARCHIVE_TAGS",
        (),
        "tags",
        "Only articles that have one of these tags belong to the archive.",
        several("a list of tags", text("a tag")),
    ),
    Setting(
        "NEWSARCHIVE_FORMATS",
        {},
        "names by format",
        "What the formats and the sections of their files are called: a table a format, see below.",
        table("a table of names by format", _name, _ANY),
    ),
    Setting(
        "NEWSARCHIVE_PUBLISH",
        (),
        "tables",
        "What is published where: a table for each format and target, see below.",
        several("a list of tables", _ANY),
    ),
    Setting(
        "NEWSARCHIVE_SCHEDULE",
        {},
        "tables by name",
        "Which spider runs when: a table a schedule (docs/schedules.md).",
        table("a table of schedules by name", _name, _ANY),
    ),
    Setting(
        "NEWSARCHIVE_SCRAPYD",
        (),
        "URLs",
        "The Scrapyd nodes that run what the schedules start; without any they are processes of this machine. User and password "
        "are read from SCRAPYD_USERNAME and SCRAPYD_PASSWORD in the environment.",
        several("a list of URLs that begin with http:// or https://", Kind("a Scrapyd's URL", _node)),
    ),
)
"""Every setting of an archive, in the order of the documentation and of the file."""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """What an archive says of itself: every setting's value by its key in the file, and what each is called in messages.

    `folder` is where the file lies; None without one.
    """

    values: Mapping[str, Any]
    names: Mapping[str, str]
    folder: Path | None


def archive_here(environment: Mapping[str, str], start: Path | None = None) -> ArchiveFile:
    """The settings of the archive of the working directory (or of `start`): from the environment, its file, the defaults.

    Raises BadValueError for a key or value that cannot be used, with its file and what is allowed; InputFileError for a file
    that cannot be read.
    """
    file = file_above(start or Path.cwd())
    given = _table_of(file) if file else {}
    values: dict[str, Any] = {}
    names: dict[str, str] = {}
    for setting in OF_AN_ARCHIVE:
        key = key_of(setting)
        value = environment.get(setting.name)
        names[key] = f"{file}: {key}" if value is None else setting.name
        values[key] = read(
            names[key], setting.kind, given.get(key, setting.default) if value is None else value
        )
    return ArchiveFile(values, names, file.parent if file else None)


def file_above(folder: Path) -> Path | None:
    """The file of the archive to which a folder belongs: in it, or in the nearest one above."""
    absolute = folder.absolute()
    return next((it / FILE_NAME for it in (absolute, *absolute.parents) if (it / FILE_NAME).is_file()), None)


def _table_of(file: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadValueError(f"{file} is not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise BadValueError(f"{file} is not TOML: {error}") from None
    except OSError as error:
        raise InputFileError(f"{file} cannot be read: {error.strerror}") from None
    check_keys(given, [key_of(it) for it in OF_AN_ARCHIVE], str(file))
    return given


def check_keys(given: Iterable[str], allowed: Iterable[str], where: str) -> None:
    """Refuse a key that a table does not take. Raises BadValueError."""
    known = tuple(allowed)
    for key in given:
        if key not in known:
            raise BadValueError(f"{where} has no key {shown(key)}; it takes {', '.join(known)}")
