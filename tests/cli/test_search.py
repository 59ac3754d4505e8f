"""`newsarchive search`: what is shown of articles that have some words."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.errors import BadValueError
from newsarchive.items.article import Attribution
from newsarchive.storage import open_store
from tests.cli.test_editing import Run, run
from tests.storage.records import article, body, weixin

__all__ = ["run"]

ARTICLES = [
    article(1, title="小鹏\x1b[31m汽车上市", body=body("小鹏\u202e汽车今天\x1b]0;x\x07上市，Mate 60 也在。")),
    article(2, body=body("何小鹏说了一句话。")),
    weixin(title="一周要闻", body=body("小鹏与理想。"), attribution=Attribution(account="车圈")),
]


@pytest.fixture
def stored(run: Run, tmp_path: Path) -> Run:
    async def fill() -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            await store.save_articles(ARTICLES)

    asyncio.run(fill())
    return run


def names(run: Run, *words: str) -> list[str]:
    return [it["identity"] for it in json.loads(run("search", "--json", *words))]


def test_articles_are_shown_with_their_hits(stored: Run) -> None:
    shown = stored("search", "小鹏", "理想")
    assert shown.splitlines() == [
        "2025-12-06 12:01  weixin:MzA4MDY1NTU4Mw==:2650001234:1  一周要闻",
        "    «小鹏»与«理想»。",
        "    https://mp.weixin.qq.com/s?__biz=MzA4MDY1NTU4Mw==&mid=2650001234&idx=1&sn=0f1e2d3c",
    ]
    assert stored("search", "特斯拉", "小鹏") == "no article has 特斯拉 and 小鹏\n"
    assert (
        stored("search", "小鹏", "--limit", "1").splitlines()[-1] == "the first 1; there are more (--limit)"
    )


def test_nothing_of_a_page_reaches_the_terminal(stored: Run) -> None:
    for words in (("小鹏", "上市"), ("上市", "--json")):
        shown = stored("search", *words)
        assert "上市" in shown
        assert not {"\x1b", "\x07", "\u202e"} & {*shown}


def test_the_newest_or_the_best_come_first(stored: Run) -> None:
    assert names(stored, "小鹏") == ["ithome:2", "weixin:MzA4MDY1NTU4Mw==:2650001234:1", "ithome:1"]
    assert names(stored, "小鹏", "--order", "best")[0] == "ithome:1"
    assert len(names(stored, "小鹏", "--order", "best")) == 3


def test_articles_of_a_site_an_account_or_a_time(stored: Run) -> None:
    assert names(stored, "小鹏", "--site", "weixin") == names(stored, "小鹏", "--account", "车圈")
    assert names(stored, "小鹏", "--account", "车") == []
    assert names(stored, "小鹏", "--since", "2025-12-07") == []
    assert len(names(stored, "小鹏", "--since", "2025-12-06", "--until", "2025-12-06")) == 3


def test_hits_are_told_in_characters(stored: Run) -> None:
    (found,) = json.loads(stored("search", "--json", '"mate 60"'))
    (snippet,) = found["snippets"]
    ((start, end),) = snippet["hits"]
    assert snippet["text"][start:end] == "Mate 60"


@pytest.mark.parametrize(
    "words",
    [
        '"',
        "''",
        "*",
        "小*",
        "NEAR(",
        "-",
        "小 AND",
        "(",
        "{text}: 小",
        "🫠",
        "^小",
        "%_",
        '"小" OR "理"',
        "\\",
    ],
)
def test_odd_words_are_words(stored: Run, words: str) -> None:
    assert names(stored, words) == []


@pytest.mark.parametrize("words", ["", " ", "\u200b", "\n"])
def test_no_words_are_said_to_be_none(stored: Run, words: str) -> None:
    with pytest.raises(BadValueError, match="there are no words to search for"):
        stored("search", words)


def test_half_a_character_is_no_word(stored: Run) -> None:
    with pytest.raises(BadValueError, match="no text"):
        stored("search", "小\udce5")


def test_a_search_takes_in_what_was_saved(stored: Run, tmp_path: Path) -> None:
    assert noted(tmp_path) == 3
    assert stored("search", "小鹏").count("https://") == 3
    assert noted(tmp_path) == 0
    assert "0 articles were taken in" in stored("search", "--index")


def test_what_it_has_no_time_for_is_found_and_said(
    stored: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.cli.commands.search._SECONDS", 0)
    ended = CliRunner().invoke(app, ["search", "小鹏", "--store", str(tmp_path / "news.sqlite")])
    assert "lacks 3 articles" in ended.stderr
    assert ended.stdout.count("https://") == 3
    assert "3 articles were taken in" in stored("search", "--index")
    ended = CliRunner().invoke(app, ["search", "小鹏", "--store", str(tmp_path / "news.sqlite")])
    assert ended.stderr == ""
    assert ended.stdout.count("https://") == 3


def noted(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "news.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM search_noted").fetchone()[0])
