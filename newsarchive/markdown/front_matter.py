"""Front matter through a YAML library: strings always in double quotes, lists on one line, dates as the tool reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from newsarchive.markdown.writing.escaping import clean

_LONGEST_LINE = 1_000_000
"""The library would fold longer strings; an editor's diff is better with one line a field."""


class Stamp(str):
    """A date or time as YAML's own type, written without quotes."""

    __slots__ = ()


Value: TypeAlias = str | bool | int | Sequence[str]


def _stamp(representer: RoundTripRepresenter, stamp: Stamp) -> ScalarNode:
    return representer.represent_scalar("tag:yaml.org,2002:timestamp", str(stamp))


class _Representer(RoundTripRepresenter):
    """The library's, with stamps."""


_Representer.add_representer(Stamp, _stamp)


def front_matter(fields: Mapping[str, Value]) -> str:
    """The block with its fences and a line end; fields in the order given, empty ones left out."""
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.width = _LONGEST_LINE
    yaml.allow_unicode = True
    lines = StringIO()
    yaml.dump({name: _value(value) for name, value in fields.items() if value not in ("", (), [])}, lines)
    return f"---\n{lines.getvalue()}---\n"


def _value(value: Value) -> Any:  # noqa: ANN401
    if isinstance(value, bool | int | Stamp):
        return value
    if isinstance(value, str):
        return DoubleQuotedScalarString(clean(value).strip())
    flow = CommentedSeq([DoubleQuotedScalarString(clean(it).strip()) for it in value])
    flow.fa.set_flow_style()
    return flow
