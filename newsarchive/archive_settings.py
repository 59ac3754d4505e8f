"""The settings of one archive: what it is called, what belongs to it, what it says and where it is published.

Each may stand in the archive's own file, `newsarchive.toml`, under the name without `NEWSARCHIVE_` and in small letters, or
in the environment, which wins. `docs/configuration.md` is made from this table; `exports/publication.py` reads both.
"""

from __future__ import annotations

from newsarchive.setting import Kind, Setting, one_of, several, switch, table, text, url
from newsarchive.sites import SITES

FILE_NAME = "newsarchive.toml"
"""The file of an archive's own settings; it is looked for in the working directory and those above it."""
LANGUAGES = ("zh-CN", "en")
"""The languages of labels."""
PREFIX = "NEWSARCHIVE_"

_ANY = Kind("a value", lambda it: it)


def _name(_: str) -> None:
    """Whoever knows the formats looks at their names."""


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
)
"""Every setting of an archive, in the order of the documentation and of the file."""
