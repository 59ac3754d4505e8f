"""`newsarchive stories` and `newsarchive story`: which articles are one story, why, and an editor's word on it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from newsarchive.errors import BadValueError
from newsarchive.storage import open_store
from tests.cli.test_editing import Run, run
from tests.exports.test_selection import article
from tests.exports.test_stories import NEARLY, ORIGINAL, WITH_NOTE, original

__all__ = ["run"]

REPRINT = "ithome:2"
NAME = "weixin:MzA=:1:2"


@pytest.fixture
def stored(run: Run, tmp_path: Path) -> Run:
    """An original, a reprint on the day before, and another article."""
    articles = [
        original("2025-03-05T02:00:00", body=NEARLY, title="原题\x1b[31m"),
        article(2, body=WITH_NOTE, site="36kr"),
        article(3),
    ]

    async def fill() -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            await store.save_articles(articles)

    asyncio.run(fill())
    return run


def lines(run: Run, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("stories", "--json", *words).splitlines()]


def test_a_line_a_story(stored: Run) -> None:
    one, other = sorted(lines(stored), key=lambda it: len(it["members"]))
    assert [it["identity"] for it in one["members"]] == ["ithome:3"]
    assert (other["day"], other["original_by"]) == ("2025-03-04", "earliest")
    assert [it["identity"] for it in other["members"]] == [REPRINT, NAME]
    assert [(it["kind"], {it["identity"], it["other"]}) for it in other["evidence"]] == [
        ("near", {REPRINT, NAME})
    ]
    assert 0.6 < other["evidence"][0]["share"] <= 1


def test_stories_of_a_span_are_those_that_begin_in_it(stored: Run) -> None:
    assert len(lines(stored, "--since", "2025-03-04", "--until", "2025-03-04")) == 2
    assert lines(stored, "--since", "2025-03-05") == []
    shown = stored("stories", "--several")
    assert shown.splitlines()[-1] == "2 stories of 3 articles: 1 repeat others"
    assert len(shown.splitlines()) == 2


def test_show_says_why(stored: Run) -> None:
    for name in (REPRINT, NAME, ORIGINAL):
        shown = stored("story", "show", name)
        assert "2025-03-04: 2 articles" in shown
        assert f"original {REPRINT}" in shown
        assert "of the shorter text are in the longer one" in shown
        assert "\x1b" not in shown
    assert json.loads(stored("story", "show", NAME, "--json"))["original"] == REPRINT


def test_a_hand_splits_and_joins(stored: Run) -> None:
    assert "split by hand on" in stored("story", "split", REPRINT)
    assert len(lines(stored)) == 3
    assert "2 articles" in stored("story", "join", REPRINT, "ithome:3")
    assert "3 articles" in stored("story", "join", REPRINT, ORIGINAL)
    (story,) = lines(stored)
    assert len(story["members"]) == 3
    assert stored("story", "index").splitlines() == ["0 of 3 articles were taken in"]


@pytest.mark.parametrize(
    "words", [("show", "ithome:9"), ("join", "ithome:2", "ithome:9"), ("split", "ithome:3")]
)
def test_what_cannot_be_done_is_said(stored: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(BadValueError):
        stored("story", *words)
