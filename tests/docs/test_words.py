"""The glossary and the architecture name nothing that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from docs.generate import DOCS

ROOT = DOCS.parent
LINES = [
    line for line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines() if line.startswith("- ")
]
CLASSES = {
    node.name
    for top in ("newsarchive", "exports", "spiders", "pipelines")
    for path in (ROOT / top).rglob("*.py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.ClassDef)
}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[4 : line.find("**", 4)])
def test_what_a_word_claims_to_be_is_there(line: str) -> None:
    for name in re.findall(r"`([^`]+)`", line):
        if "/" in name:
            assert Path(ROOT / name).exists(), f"there is no {name}"
        elif re.fullmatch(r"(?:[A-Z][a-z]+)+", name):
            assert name in CLASSES, f"there is no class {name}"


def test_a_word_is_explained_once_and_in_one_line() -> None:
    words = [word for line in LINES for word in line[4 : line.find("**", 4)].split(", ")]
    assert sorted(words) == sorted(set(words))
    assert all(re.match(r"- \*\*[^*]+\*\*: \S", line) for line in LINES)


def test_the_places_that_the_architecture_sends_to_are_there() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    places = re.findall(r"`([\w./]+/[\w./]*)`", text)
    assert len(places) > 40
    assert [place for place in places if not (ROOT / place).exists()] == []
