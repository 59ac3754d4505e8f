"""The rooms of the code can be taken in at a glance: few modules a room, a docstring that says what is in it, no name twice."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOPS = ("newsarchive", "exports", "spiders", "pipelines")
ROOMS = sorted(
    {path.parent.relative_to(ROOT).as_posix() for top in TOPS for path in (ROOT / top).rglob("*.py")}
)
MOST = 16
"""Modules of unlike kind in a room."""
ONE_KIND = {
    "newsarchive/cli/commands": "a module a sub-command",
    "exports/targets": "a module a publishing tool",
    "exports/imports/families": "a module a form of archive",
}
"""Rooms that may grow: whoever knows one module of them knows what all the others are."""
ING = {
    "briefing": "a format",
    "content_encoding": "a header of HTTP",
    "downloading": "Scrapy's own half of a crawl",
    "escaping": "what the writers of every markup language call it",
    "listing": "a page that lists articles",
    "matching": "the algorithm",
    "merging": "the algorithm",
    "model_wording": "the words that a language model gives",
    "monitoring": "the trade",
    "reading": "what a parser makes of a page",
    "rendering": "what a browser does",
    "setting": "one of the settings",
    "unescaping": "the way back from escaping",
    "unpacking": "of compressed answers",
    "wording": "words of a kind of text",
    "wrapping": "of lines",
    "writing": "the parts of the writer",
}
"""Module names in -ing that are nouns of the trade; any other is a verb that says nothing of what is inside."""
NO_NOUNS = frozenset(
    {"told", "parts", "forms", "unchanged", "made", "held", "found", "common", "helpers", "misc", "utils"}
)


def modules() -> Iterator[Path]:
    """All modules of the product."""
    for top in TOPS:
        yield from sorted((ROOT / top).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_few_modules_and_says_what_is_in_it(room: str) -> None:
    folder = ROOT / room
    names = [path.stem for path in folder.glob("*.py") if path.stem not in {"__init__", "__main__"}]
    assert room in ONE_KIND or len(names) <= MOST, (
        f"{room} has {len(names)} modules: {', '.join(sorted(names))}"
    )
    said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    assert said, f"{room}/__init__.py does not say what is in it"


def test_no_two_public_classes_share_a_name() -> None:
    places = defaultdict(set)
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(path.relative_to(ROOT).as_posix())
    assert {name: sorted(where) for name, where in places.items() if len(where) > 1} == {}


def test_modules_are_named_by_nouns() -> None:
    names = {path.relative_to(ROOT).as_posix(): path.stem for path in modules()}
    assert [place for place, name in names.items() if name in NO_NOUNS] == []
    assert {name for name in names.values() if name.endswith("ing")} <= ING.keys()
