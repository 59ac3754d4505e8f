"""`newsarchive gone` and `export gone`: what the sites withdrew, for people, programs, tables and feed readers."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.errors import BadValueError, NewsarchiveError, NoStoreError, UnknownSiteError
from newsarchive.items.article import RawReference
from newsarchive.storage import open_store
from tests.cli.shown import Shown, shown_of
from tests.storage.records import NOON, article, body, event, task

ATOM = {"a": "http://www.w3.org/2005/Atom"}
DAY = timedelta(days=1)
RAW = RawReference(file="pages-20250104T000000Z-1-a.warc.gz", offset=12, sha256="0" * 64)
HOSTILE = "=cmd|' /C calc'!A0\x1b[31m\u202e末 <script>alert(1)</script> ]]> \"x\", y"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "news.sqlite"

    async def fill() -> None:
        async with open_store(str(path)) as opened:
            await opened.save_articles(
                [
                    article(1, fetched_at=NOON, raw=RAW),
                    article(2, title=HOSTILE, body=body(HOSTILE), fetched_at=NOON),
                    article(3, fetched_at=NOON),
                ]
            )
            await opened.save_tasks([task(n, found_at=NOON - DAY, alive_at=NOON + DAY) for n in (1, 2, 3)])
            for number, kind, notice, days in (
                (1, "deleted", "该内容已被发布者删除", 2),
                (2, "violation", HOSTILE, 3),
                (3, "gone", None, 4),
            ):
                one = article(number)
                await opened.save_events(
                    [
                        event(
                            site="ithome", identity=one.identity, url=one.url, kind=kind, notice=notice,
                            observed_at=NOON + days * DAY,
                        )
                    ]
                )  # fmt: skip

    asyncio.run(fill())
    return path


@pytest.fixture
def shown(store: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    monkeypatch.setenv("NEWSARCHIVE_RAW", "raw")
    return shown_of(store, monkeypatch, width=300)


def test_what_went_is_told_with_its_times_words_and_place(shown: Shown) -> None:
    said = shown("gone", "--until", "2025-12-08")
    assert said.splitlines() == [
        "2025-12-08 12:00  deleted  ithome:1  第 1 条消息  https://www.ithome.com/0/000/001.htm",
        "    first seen 2025-12-05 12:00, last seen alive 2025-12-07 12:00",
        "    notice: 该内容已被发布者删除",
        "    kept: raw/2025/01/04/pages-20250104T000000Z-1-a.warc.gz at byte 12",
    ]


def test_json_has_all_of_it_the_newest_first(shown: Shown) -> None:
    found = json.loads(shown("gone", "--json"))
    assert [it["identity"] for it in found] == ["ithome:2", "ithome:1"]
    assert found[1] == {
        "identity": "ithome:1",
        "site": "ithome",
        "url": "https://www.ithome.com/0/000/001.htm",
        "title": "第 1 条消息",
        "kind": "deleted",
        "confirmed": True,
        "notice": "该内容已被发布者删除",
        "first_seen": "2025-12-05T04:00:00+00:00",
        "last_alive": "2025-12-07T04:00:00+00:00",
        "found_gone": "2025-12-08T04:00:00+00:00",
        "kept": {
            "file": "pages-20250104T000000Z-1-a.warc.gz",
            "offset": 12,
            "sha256": "0" * 64,
            "path": "raw/2025/01/04/pages-20250104T000000Z-1-a.warc.gz",
        },
        "notice_kept": None,
    }
    assert len(json.loads(shown("gone", "--json", "--unconfirmed"))) == 3
    assert len(json.loads(shown("gone", "--json", "--limit", "1"))) == 1
    assert json.loads(shown("gone", "--json", "--site", "36kr")) == []
    assert [it["identity"] for it in json.loads(shown("gone", "--json", "--since", "2025-12-09"))] == [
        "ithome:2"
    ]
    assert shown("gone", "--since", "2026-01-01") == "nothing that is stored was found to be withdrawn\n"


def test_the_table_runs_nothing_in_a_spreadsheet(shown: Shown, tmp_path: Path) -> None:
    out = tmp_path / "gone.csv"
    assert "2 withdrawn, written" in shown("export", "gone", "--out", str(out))
    assert "2 withdrawn, unchanged" in shown("export", "gone", "--out", str(out))
    rows = list(csv.DictReader(io.StringIO(out.read_bytes().decode())))
    assert [row["identity"] for row in rows] == ["ithome:2", "ithome:1"]
    assert rows[0]["title"].startswith("'=cmd|")
    assert rows[0]["notice"].startswith("'=cmd|")
    assert rows[0]["title"].endswith('"x", y')
    assert (rows[1]["kept_file"], rows[1]["kept_offset"]) == ("pages-20250104T000000Z-1-a.warc.gz", "12")
    assert rows[1]["found_gone"] == "2025-12-08T04:00:00+00:00"
    assert not any(value.startswith(tuple("=+-@\t\r")) for row in rows for value in row.values())
    assert shown("export", "gone", "--out", "-", "--form", "csv").startswith("site,identity,title,")


def test_the_feed_is_a_feed(shown: Shown, tmp_path: Path) -> None:
    out = tmp_path / "gone.xml"
    shown("export", "gone", "--out", str(out), "--url", "https://e.com/gone.xml")
    root = etree.parse(out).getroot()
    assert root.findtext("a:id", namespaces=ATOM) == "https://e.com/gone.xml"
    assert [it.text for it in root.iterfind("a:entry/a:id", ATOM)] == [
        "urn:newsarchive:gone:ithome:2:20251209T040000000000Z",
        "urn:newsarchive:gone:ithome:1:20251208T040000000000Z",
    ]
    contents = [it.text or "" for it in root.iterfind("a:entry/a:content", ATOM)]
    assert "该内容已被发布者删除" in contents[1]
    assert "<script" not in "".join(contents)


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_hostile_words_reach_no_terminal(shown: Shown, form: tuple[str, ...]) -> None:
    assert not {"\x1b", "\u202e"} & set(shown("gone", *form))


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("gone", "--since", "2026-01-02", "--until", "2026-01-01"), BadValueError),
        (("gone", "--since", "gestern"), BadValueError),
        (("gone", "--site", "sina"), UnknownSiteError),
        (("gone", "--store", "none.sqlite"), NoStoreError),
        (("export", "gone", "--out", "-", "--url", "ftp://e.com/"), BadValueError),
    ],
)
def test_what_cannot_be_told_is_said(
    store: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], error: type[NewsarchiveError]
) -> None:
    monkeypatch.chdir(store.parent)
    options = [] if "--store" in words else ["--store", str(store)]
    assert isinstance(CliRunner().invoke(app, [*words, *options]).exception, error)


def test_feeds_books_and_texts_are_marked_on_demand(shown: Shown, tmp_path: Path) -> None:
    def titles(*options: str) -> list[str | None]:
        shown("export", "atom", "--out", str(tmp_path / "all.xml"), *options)
        root = etree.parse(tmp_path / "all.xml").getroot()
        return [it.text for it in root.iterfind("a:entry/a:title", ATOM)]

    day = ("--day", "2025-12-06")
    assert sum("（原文已删除）" in str(title) for title in titles("--mark-gone")) == 2
    assert "（原文已删除）第 1 条消息" in titles("--mark-gone")
    assert not any("（原文已删除）" in str(title) for title in titles())
    assert "1. （原文已删除）" in shown("export", "text", *day, "--mark-gone")
    assert "（原文已删除）" not in shown("export", "text", *day)
    book = ("export", "epub", "--month", "2025-12", "--out", str(tmp_path))
    shown(*book, "--mark-gone")
    (path,) = tmp_path.rglob("*.epub")
    marked = path.read_bytes()
    with ZipFile(path) as pages:
        assert any("（原文已删除）第 1 条消息".encode() in pages.read(name) for name in pages.namelist())
    shown(*book)
    assert path.read_bytes() != marked
