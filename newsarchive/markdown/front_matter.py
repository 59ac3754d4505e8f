"""YAML through a library, for front matter and configurations.

Strings stand always in double quotes, lists and maps of them on one line, dates as the tool reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from newsarchive.markdown.writing.escaping import clean

_LONGEST_LINE = 1_000_000
"""The library would fold longer strings; an editor's diff is better with one line a field."""


class Stamp(str):
    """A date or time as YAML's own type, written without quotes."""

    __slots__ = ()


Value: TypeAlias = "str | bool | int | Sequence[Value] | Mapping[str, Value]"


def _stamp(representer: RoundTripRepresenter, stamp: Stamp) -> ScalarNode:
    return representer.represent_scalar("tag:yaml.org,2002:timestamp", str(stamp))


class _Representer(RoundTripRepresenter):
    """The library's, with stamps."""


_Representer.add_representer(Stamp, _stamp)


def front_matter(fields: Mapping[str, Value]) -> str:
    """The block with its fences and a line end; fields in the order given, empty ones left out."""
    return f"---\n{yaml_text({name: it for name, it in fields.items() if it not in ('', (), [], {})})}---\n"


def yaml_text(fields: Mapping[str, Value]) -> str:
    """A YAML map with a line end, fields in the order given."""
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.width = _LONGEST_LINE
    yaml.allow_unicode = True
    lines = StringIO()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_value(fields, inner=False), lines)
    return lines.getvalue()


def _value(value: Value, *, inner: bool = True) -> Any:  # noqa: ANN401
    if isinstance(value, bool | int | Stamp):
        return value
    if isinstance(value, str):
        return DoubleQuotedScalarString(clean(value).strip())
    if isinstance(value, Mapping):
        fields = CommentedMap({name: _value(it) for name, it in value.items()})
        if inner and all(isinstance(it, str) for it in value.values()):
            fields.fa.set_flow_style()
        return fields
    row = CommentedSeq([_value(it) for it in value])
    if all(isinstance(it, str) for it in value):
        row.fa.set_flow_style()
    return row
