"""Every golden page is read as expected: one test a field; and no kind of page is without one."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from newsarchive.cli.golden import EXPECTED, MARKDOWN, actual, fields, folders, load
from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Reading
from newsarchive.sites import SITES
from newsarchive.sites.reading import read
from newsarchive.sites.shared import readings
from tests.conftest import corpus_labels

ROOT = Path(__file__).parent
PAGES = {f"{folder.parent.name}/{folder.name}": folder for folder in folders(ROOT)}


@cache
def expected(name: str) -> dict[str, Any]:
    golden = load(PAGES[name])
    return fields(golden.labels, golden.markdown)


@cache
def found(name: str) -> dict[str, Any]:
    return fields(*actual(load(PAGES[name])))


@pytest.mark.parametrize(
    ("name", "field"),
    [(name, field) for name in PAGES for field, value in expected(name).items() if value is not None],
    ids=lambda part: str(part).replace("::", ":"),
)
def test_field(name: str, field: str) -> None:
    assert found(name).get(field) == expected(name)[field]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_read_that_is_not_expected(name: str) -> None:
    surplus = {field: value for field, value in found(name).items() if expected(name).get(field) is None}
    assert {field: value for field, value in surplus.items() if value is not None} == {}


@pytest.mark.parametrize("name", PAGES)
def test_folder_is_complete_and_explains_itself(name: str) -> None:
    golden = load(PAGES[name])
    assert golden.notes
    assert golden.folder.parent.name in SITES
    assert {label["site"] for label in golden.labels} == {golden.folder.parent.name}
    has_body = any(label.get("text") or label.get("images") for label in golden.labels)
    assert not has_body or (golden.folder / MARKDOWN).exists()


@pytest.mark.parametrize("name", PAGES)
def test_the_day_of_fetching_decides_no_more_than_relative_times(name: str) -> None:
    golden = load(PAGES[name])
    known, unknown = golden.read(), read(replace(golden.page, fetched_at=None))
    assert unknown.verdict == known.verdict
    for ours, undated in zip(articles(known), articles(unknown), strict=True):
        assert (undated.identity, undated.title, undated.body) == (ours.identity, ours.title, ours.body)


@pytest.mark.parametrize("name", PAGES)
def test_articles_name_the_version_of_their_reader(name: str) -> None:
    site = PAGES[name].parent.name
    for article in articles(load(PAGES[name]).read()):
        assert re.fullmatch(rf"{site}/\d+", article.parser)


def articles(reading: Reading) -> list[Article]:
    return [article for article in (reading.article, *reading.bodies) if article is not None]


def test_pages_named_in_the_docs_exist() -> None:
    text = (ROOT.parents[1] / "docs" / "quality.md").read_text(encoding="utf-8")
    generations = text.partition("## Generations")[2].partition("\n## ")[0]
    named = re.findall(rf"`((?:{'|'.join(SITES)})/[a-z][a-z0-9-]+)`", generations)
    assert named
    assert set(named) <= PAGES.keys()


def verdicts_named_in(files: Iterable[Path]) -> set[Verdict]:
    """The verdicts that modules name: those that they can give."""
    named = {
        node.attr
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Verdict"
    }
    return {verdict for verdict in Verdict if verdict.name in named}


def verdicts_of_site(site: SiteName) -> set[Verdict]:
    own = Path(str(import_module(SITES[site].reader).__file__)).parent
    return verdicts_named_in([*own.glob("*.py"), Path(readings.__file__)]) | {Verdict.OTHER}


def has_page(site: str, verdict: str) -> bool:
    labels = [json.loads((folder / EXPECTED).read_text(encoding="utf-8"))[0] for folder in PAGES.values()]
    return any(label["site"] == site and label["verdict"] == verdict for label in labels)


@pytest.mark.parametrize(
    ("site", "verdict"), [(site, verdict) for site in SITES for verdict in sorted(verdicts_of_site(site))]
)
def test_a_page_for_every_verdict_that_a_site_can_give(site: str, verdict: Verdict) -> None:
    assert has_page(site, verdict), (
        f"no page of tests/golden/{site} is judged {verdict}: newsarchive fixture add FILE --url URL"
    )


def test_a_page_for_every_verdict_of_the_captured_pages(corpus: Path) -> None:  # noqa: ARG001 - skips without it
    seen = {(label["site"], label["verdict"]) for label in corpus_labels() if label["site"] != "archive"}
    assert [one for one in sorted(seen) if not has_page(*one)] == []
