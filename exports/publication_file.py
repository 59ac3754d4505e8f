"""The text of a new `newsarchive.toml`: what an editor has said, and all else that may be said, to be uncommented."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from exports.formats import FORMATS
from exports.formats.format import FormatName
from exports.targets import TargetName
from newsarchive.archive_settings import OF_AN_ARCHIVE, key_of
from newsarchive.sites import SITES

_TABLES = frozenset({"formats", "publish", "schedule"})
_SCHEDULE = """\
# Which spider runs when, for `newsarchive schedule run`: docs/schedules.md.
# [schedule.morning]
# spider = "{site}"
# when = "30 6 * * *"
# zone = "Asia/Shanghai"
"""


def file_text(values: Mapping[str, Any], outlets: Sequence[tuple[FormatName, TargetName, Path]] = ()) -> str:
    """The text of a file with these values; the defaults stand in it as comments. The same values give the same text."""
    parts = ["# An archive of one's own: docs/own-archive.md. Paths are seen from this file's folder.\n"]
    for setting in OF_AN_ARCHIVE:
        key = key_of(setting)
        if key not in _TABLES:
            said = key in values
            line = f"{key} = {toml_of(values[key] if said else setting.default)}"
            parts.append(f"# {setting.reason}\n{'' if said else '# '}{line}\n")
    parts += [_names(name) for name in FORMATS]
    parts += [_outlet(*it) for it in outlets]
    parts.append(_SCHEDULE.format(site=next(iter(SITES))))
    return "\n".join(parts)


def _names(of: FormatName) -> str:
    lines = [f"# [formats.{of}]"]
    lines += [f"# {key} = {toml_of(it.default)}  # {it.about}" for key, it in FORMATS[of].words.items()]
    return "\n".join(lines) + "\n"


def _outlet(of: FormatName, target: TargetName, out: Path) -> str:
    said = {"format": of, "target": target, "out": out.as_posix()}
    return "\n".join(["[[publish]]", *(f"{key} = {toml_of(it)}" for key, it in said.items())]) + "\n"


def toml_of(value: object) -> str:
    """A value in TOML, whose basic strings, lists and truth values are JSON's."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return f"[{', '.join(map(toml_of, value))}]"
    return json.dumps(value, ensure_ascii=False)
