"""`newsarchive diff`, `changes` and `export corrections`: what an editor sees of what was changed."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.errors import BadValueError, NewsarchiveError, NoStoreError, UnknownSiteError
from newsarchive.storage import open_store
from tests.cli.shown import Shown, shown_of
from tests.storage.records import NOON, article, body

ATOM = {"a": "http://www.w3.org/2005/Atom"}
HOSTILE = "旧\x1b[31m\u202e末 <script>alert(1)</script> [x](javascript:alert) ]]> =cmd|' /C calc'!A0"
VERSIONS = (
    {
        1: ("小米 15 发布", "售价 5499 元起。另有一句。"),
        2: ("普通消息", "净利润增长。"),
        3: ("不变", "不变。"),
    },
    {
        1: ("小米 15 发布", "售价 5999 元起。另有一句。"),
        2: ("普通消息", "净利润下降。"),
        3: ("不变 ", "不变。"),
    },
    {1: ("小米 16 发布", "售价 5999 元起。另有一句。")},
    {2: ("普通消息", "净利润下降。更正：此前报道有误。")},
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "news.sqlite"

    async def fill() -> None:
        async with open_store(str(path)) as store:
            for day, versions in enumerate(VERSIONS, start=1):
                at = NOON + timedelta(days=day)
                await store.save_articles(
                    [article(n, title=t, body=body(b), fetched_at=at) for n, (t, b) in versions.items()]
                )
            await store.save_articles([article(4, title=HOSTILE, body=body(HOSTILE))])
            changed = article(4, title=HOSTILE * 2, body=body("新" + HOSTILE), fetched_at=NOON + timedelta(9))
            await store.save_articles([changed])

    asyncio.run(fill())
    return path


@pytest.fixture
def shown(store: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    return shown_of(store, monkeypatch, width=300)


def test_a_diff_tells_each_change_in_turn(shown: Shown) -> None:
    lines = shown("diff", "ithome:1").splitlines()
    assert lines[1] == "was so on 2025-12-07 12:00, changed by 2025-12-08 12:00: number"
    assert "  ~ 售价 [-5499-]{+5999+} 元起。" in lines
    assert "  title 小米 [-15-]{+16+} 发布" in lines
    assert shown("diff", "https://www.ithome.com/0/000/001.htm") == shown("diff", "ithome:1")


def test_at_a_time_compares_what_it_said_then_with_now(shown: Shown) -> None:
    (change,) = json.loads(shown("diff", "ithome:1", "--at", "2025-12-07T13:00", "--json"))
    assert change["kinds"] == ["number", "title"]
    assert [it["kind"] for it in change["title"]] == ["same", "removed", "added", "same"]
    (change,) = json.loads(shown("diff", "ithome:1", "--at", "2025-12-08T13:00", "--json"))
    assert change["sentences"] == []
    assert json.loads(shown("diff", "ithome:1", "--at", "2026-01-01", "--json")) == []


def test_an_article_that_never_changed_is_said_so(shown: Shown) -> None:
    assert shown("diff", "ithome:3") == "ithome:3: nothing of it was seen to change\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("diff", "ithome:99"), BadValueError),
        (("diff", "ithome:1", "--at", "昨天"), BadValueError),
        (("diff", "ithome:1", "--json", "--markdown"), BadValueError),
        (("changes", "--since", "2026-01-02", "--until", "2026-01-01"), BadValueError),
        (("changes", "--site", "sina"), UnknownSiteError),
        (("changes", "--store", "none.sqlite"), NoStoreError),
        (("export", "corrections", "--out", "-", "--url", "ftp://e.com/"), BadValueError),
    ],
)
def test_what_cannot_be_told_is_said(
    store: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], error: type[NewsarchiveError]
) -> None:
    monkeypatch.chdir(store.parent)
    options = [] if "--store" in words else ["--store", str(store)]
    assert isinstance(CliRunner().invoke(app, [*words, *options]).exception, error)


def test_corrections_numbers_names_and_titles_come_first(shown: Shown) -> None:
    found = json.loads(shown("changes", "--until", "2025-12-10", "--json"))
    assert [(it["identity"], it["kinds"][0]) for it in found] == [
        ("ithome:2", "correction"),
        ("ithome:1", "number"),
        ("ithome:1", "number"),
        ("ithome:2", "text"),
    ]
    assert [it["at"] for it in found[1:3]] == ["2025-12-09T04:00:00+00:00", "2025-12-08T04:00:00+00:00"]
    assert "5499 → 5999" in shown("changes")
    assert len(json.loads(shown("changes", "--json", "--limit", "2"))) == 2
    assert [it["identity"] for it in json.loads(shown("changes", "--since", "2025-12-15", "--json"))] == [
        "ithome:4"
    ]
    assert json.loads(shown("changes", "--site", "36kr", "--json")) == []
    assert shown("changes", "--since", "2026-01-01") == "no article was seen to change since 2026-01-01\n"


def test_the_feed_of_corrections_is_the_same_list(shown: Shown, tmp_path: Path) -> None:
    out = tmp_path / "corrections.xml"
    assert "5 changes, written" in shown("export", "corrections", "--out", str(out))
    assert "5 changes, unchanged" in shown("export", "corrections", "--out", str(out))
    root = etree.parse(out).getroot()
    ids = [it.text for it in root.iterfind("a:entry/a:id", ATOM)]
    listed = json.loads(shown("changes", "--json"))
    assert len(ids) == len(set(ids)) == len(listed)
    assert [str(it).split(":")[4] for it in ids] == [it["identity"].split(":")[1] for it in listed]
    contents = [it.text or "" for it in root.iterfind("a:entry/a:content", ATOM)]
    assert any("<del>5499</del><strong>5999</strong>" in text for text in contents)
    assert not any("<script" in text for text in contents)


def test_the_page_of_corrections_is_markdown_without_html(shown: Shown, tmp_path: Path) -> None:
    out = tmp_path / "corrections.md"
    shown("export", "corrections", "--out", str(out))
    text = out.read_text(encoding="utf-8")
    assert "改：售价 ~~5499~~**5999** 元起。" in text
    assert text.count("\n## ") == 5
    rendered = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").render(text)
    assert "<script" not in rendered
    assert "javascript:" not in "".join(part.partition('"')[0] for part in rendered.split('href="')[1:])
    assert shown("export", "corrections", "--out", "-", "--form", "markdown").startswith("# 更正与修订\n")
    assert "~~5499~~**5999**" in shown("diff", "ithome:1", "--markdown")


@pytest.mark.parametrize("form", [(), ("--json",), ("--markdown",)])
def test_hostile_words_reach_no_terminal(shown: Shown, form: tuple[str, ...]) -> None:
    said = shown("diff", "ithome:4", *form)
    assert said
    assert not {"\x1b", "\u202e"} & set(said)
