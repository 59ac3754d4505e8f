"""One setting: what its values mean, and how one is read from a text or refused with a line that says what would be right."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from newsarchive.errors import BadValueError

Value: TypeAlias = str | float | dict[str, Any] | tuple[Any, ...]
_SHOWN = 120
"""Characters of a refused value that are shown."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DURATION = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_CREDENTIALS = re.compile(r"://.*@")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: `takes` says in words what it is, `read` makes it from what was given.

    Given is text from the environment or a command line, or a value of Python's own. `read` raises ValueError, whose text
    says what is wrong where `takes` alone would not tell.
    """

    takes: str
    read: Callable[[object], Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of ours: its default, its unit, why it is there, and what its values are."""

    name: str
    default: Value
    unit: str
    reason: str
    kind: Kind

    def value(self, environment: Mapping[str, str]) -> Value:
        """The value from the environment, else the default. Raises BadValueError where it cannot be used."""
        text = environment.get(self.name)
        return self.default if text is None else self.read(text)

    def read(self, value: object) -> Value:
        """A given value as what it means. Raises BadValueError."""
        result: Value = read(self.name, self.kind, value)
        return result


def read(name: str, kind: Kind, value: object) -> Any:  # noqa: ANN401 - what the kind says
    """A setting's value as its kind reads it. Raises BadValueError with one line."""
    try:
        return kind.read(value)
    except ValueError as error:
        wrong = f": {error}" if str(error) else ""
        raise BadValueError(f"{name} is {shown(value)}{wrong}; it takes {kind.takes}") from None


def shown(value: object) -> str:
    """A value that was given, in one line without control characters and credentials, cut where it is long."""
    text = _CREDENTIALS.sub("://…@", repr(value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def text(takes: str, *, may_be_empty: bool = False) -> Kind:
    """A text without control characters."""

    def read_text(value: object) -> str:
        if not isinstance(value, str) or not value.isprintable() or not (may_be_empty or value.strip()):
            raise ValueError
        return value

    return Kind(takes, read_text)


def path(takes: str, *schemes: str) -> Kind:
    """The path of a file or folder, or a URI of one of the schemes: any other URI would make odd folders."""

    def read_path(value: object) -> str:
        read = str(text(takes).read(value))
        scheme, separator, _ = read.partition("://")
        if separator and scheme not in schemes:
            raise ValueError
        return read

    return Kind(takes, read_path)


def number(least: float, most: float, *, above: bool = False) -> Kind:
    """A number from `least` (or above it) to `most`; never nan, infinite, or a truth value."""

    def read_number(value: object) -> float:
        result = _number(value)
        if not least <= result <= most or (above and result == least):
            raise ValueError
        return result

    return Kind(f"a number {'above' if above else 'from'} {least:g} to {most:g}", read_number)


def whole(least: int, most: int) -> Kind:
    """A whole number from `least` to `most`."""

    def read_whole(value: object) -> int:
        result = _number(value)
        if result != int(result) or not least <= result <= most:
            raise ValueError
        return int(result)

    return Kind(f"a whole number from {least} to {most}", read_whole)


def duration(least: timedelta, most: timedelta) -> Kind:
    """A length of time as it is written: 30s, 10m, 6h, 2d."""

    def read_duration(value: object) -> timedelta:
        given = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if not given:
            raise ValueError
        result = int(given[1]) * _UNITS[given[2]]
        if not least <= result <= most:
            raise ValueError
        return result

    return Kind(
        f"a time from {written_duration(least)} to {written_duration(most)}, such as 30s, 10m, 6h, 2d",
        read_duration,
    )


def written_duration(span: timedelta) -> str:
    """A length of time in whole seconds as it is written, in the largest unit that it is a multiple of."""
    name, unit = next(
        ((name, it) for name, it in reversed(_UNITS.items()) if span and not span % it), ("s", _UNITS["s"])
    )
    return f"{span // unit}{name}"


def url(*, may_be_empty: bool = False) -> Kind:
    """The URL of a place that speaks HTTP."""

    def read_url(value: object) -> str:
        if value == "" and may_be_empty:
            return ""
        return checked_url(value)

    return Kind("a URL that begins with http:// or https://", read_url)


def switch() -> Kind:
    """A truth value, in words where it is text."""
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

    def read_switch(value: object) -> bool:
        if isinstance(value, str):
            value = words.get(value.strip().lower())
        if not isinstance(value, bool):
            raise ValueError  # noqa: TRY004 - ValueError is what kinds raise
        return value

    return Kind("true or false", read_switch)


def one_of(names: Iterable[str]) -> Kind:
    """One of some names."""
    known = tuple(names)

    def read_name(value: object) -> str:
        if value not in known:
            raise ValueError
        return str(value)

    return Kind(f"one of {', '.join(known)}", read_name)


def several(takes: str, each: Kind) -> Kind:
    """Several values of a kind: a list, or text with commas between them (a JSON array where they have commas)."""

    def read_several(value: object) -> tuple[Any, ...]:
        if isinstance(value, str):
            value = _json(value) if value.lstrip().startswith("[") else _with_commas(value)
        if not isinstance(value, list | tuple):
            raise ValueError("it is no list")  # noqa: TRY004 - ValueError is what kinds raise
        return tuple(_one(each, it) for it in value)

    return Kind(takes, read_several)


def _one(kind: Kind, value: object) -> Any:  # noqa: ANN401 - what the kind says
    try:
        return kind.read(value)
    except ValueError as error:
        raise ValueError(str(error) or f"{shown(value)} is not {kind.takes}") from None


def _with_commas(value: str) -> list[str]:
    return [it.strip() for it in value.split(",") if it.strip()]


def _json(value: str) -> object:
    try:
        return json.loads(value, object_pairs_hook=_each_once)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg} at {error.pos})") from None


def table(takes: str, key: Callable[[str], object], values: Kind) -> Kind:
    """A table by name: a JSON object, or a mapping of Python's own. `key` raises ValueError for a name that is none."""

    def read_table(value: object) -> dict[str, Any]:
        return {name: _entry(name, key, values, inner) for name, inner in entries(value).items()}

    return Kind(f"{takes}, as a JSON object", read_table)


def entries(value: object) -> dict[str, Any]:
    """The entries of a table: a JSON object, or a mapping of Python's own. Raises ValueError."""
    if isinstance(value, str):
        value = _json(value)
    if not isinstance(value, Mapping):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - ValueError is what kinds raise
    return dict(value)


def checked_url(value: object) -> str:
    """A URL with scheme and host. Raises ValueError."""
    if not isinstance(value, str) or not value.isprintable() or " " in value:
        raise ValueError(f"{shown(value)} is no URL")
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError(f"{shown(value)} is no URL") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{shown(value)} is no URL that begins with http:// or https://")
    return value


def checked_host(name: object) -> str:
    """The name of a host, in small letters, without scheme, port or path. Raises ValueError."""
    if not isinstance(name, str) or not _HOST.fullmatch(name):
        raise ValueError(f"{shown(name)} is no host (write it like www.example.com)")
    return name


def _entry(name: object, key: Callable[[str], object], values: Kind, inner: object) -> Any:  # noqa: ANN401 - as the kind says
    if not isinstance(name, str):
        raise ValueError(f"{shown(name)} is no name")  # noqa: TRY004 - ValueError is what kinds raise
    key(name)
    try:
        return values.read(inner)
    except ValueError as error:
        raise ValueError(str(error) or f"{name!r} has {shown(inner)}, not {values.takes}") from None


def _number(value: object) -> float:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError  # noqa: TRY004 - ValueError is what kinds raise
    try:
        result = float(value)
    except OverflowError:
        raise ValueError from None
    if not math.isfinite(result):
        raise ValueError
    return result


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands in it twice")
    return found
