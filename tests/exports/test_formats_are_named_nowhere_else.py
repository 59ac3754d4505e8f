"""A format's name is compared in its module, in targets and in the command line, and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from exports.formats import FORMATS

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("exports", "newsarchive", "pipelines", "spiders")
MAY = ("exports/formats/", "exports/targets/", "newsarchive/cli/")


def names_in(node: ast.AST) -> set[str]:
    """The names of formats that stand in what is compared, looked up or matched."""
    texts = {it.value for it in ast.walk(node) if isinstance(it, ast.Constant) and isinstance(it.value, str)}
    return texts & FORMATS.keys()


def compared(tree: ast.AST) -> Iterator[tuple[int, set[str]]]:
    """Where something is chosen by such a name. (`digest` as a key is a field of articles.)"""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield node.lineno, names_in(node)
        elif isinstance(node, ast.match_case):
            yield node.pattern.lineno, names_in(node.pattern)
        elif isinstance(node, ast.Dict):
            yield node.lineno, {name for key in node.keys if key for name in names_in(key)} - {"digest"}
        elif isinstance(node, ast.Subscript):
            yield node.lineno, names_in(node.slice) - {"digest"}


def test_formats_are_compared_by_name_nowhere_else() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line} {', '.join(sorted(names))}"
        for top in TOPS
        for path in sorted((ROOT / top).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(MAY)
        for line, names in compared(ast.parse(path.read_text(encoding="utf-8")))
        if names
    ]
    assert not found, "ask the registry what the format is (docs/adding-a-format.md)"
