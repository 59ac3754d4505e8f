"""What `newsarchive export atom|epub|jsonl|parquet|text` and `newsarchive stats` print and write."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.cli.store import with_store
from newsarchive.editorial.days import finish_days
from newsarchive.errors import BadValueError, NewsarchiveError, OutputError
from newsarchive.storage.contract import Store
from tests.storage.records import NOON, article, body, pick, weixin


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """A store with three articles of two sites and one pick."""
    found = str(tmp_path / "store.sqlite")

    async def fill(store: Store) -> None:
        await store.save_articles(
            [
                article(1, body=body("这是一句话。" * 200, "iPhone 17 Pro 发布。")),
                weixin(published_at=NOON, attribution={"account": "[red]号"}),
                article(3, published_at=None),
            ]
        )
        await store.save_picks(
            [
                pick(
                    1,
                    url=article(1).url,
                    identity="ithome:1",
                    text=r"**编辑**写的 \*话\* [见此](https://a.cn)",
                )
            ]
        )

        await finish_days(store, [date(2025, 12, 6)])

    with_store(found, "create", fill)
    return found


def run(*words: str | Path, uri: str) -> tuple[str, str]:
    """Standard output and standard error of a command that is expected to succeed."""
    result = CliRunner().invoke(app, [*map(str, words), "--store", uri], env={"COLUMNS": "200"})
    if result.exception:
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("atom", "--out", "feed.xml"), "feed.xml"),
        (("epub", "--month", "2025-12", "--out", "."), "2025/articles-202512.epub"),
        (("jsonl", "--out", "a/all.jsonl"), "a/all.jsonl"),
        (("parquet", "--out", "all.parquet"), "all.parquet"),
        (("text", "--day", "2025-12-06", "--out", "day.txt"), "day.txt"),
    ],
)
def test_second_export_changes_no_byte(
    words: tuple[str, ...], name: str, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, _ = run("export", *words, uri=uri)
    assert first.splitlines()[0].endswith("written")
    before = (tmp_path / name).read_bytes()
    second, _ = run("export", *words, uri=uri)
    assert second.splitlines()[0].endswith("unchanged")
    assert (tmp_path / name).read_bytes() == before
    assert not [it for it in tmp_path.rglob("*") if it.name.endswith(".tmp")]


def test_day_for_pasting_is_plain_text_with_the_count_beside_it(uri: str) -> None:
    text, beside = run("export", "text", "--day", "2025-12-06", uri=uri)
    assert text == (
        "2025年12月06日 💡行业快讯\n\n1. 编辑写的 *话* 见此\nhttps://www.ithome.com/0/000/001.htm\n"
    )
    assert beside.startswith("2025-12-06: 1 items, 0 of them drafts")
    assert "1 of 2 articles are in it; left out: 1 candidates of 1 days that are done (--all)" in beside
    everything, beside = run("export", "text", "--day", "2025-12-06", "--all", uri=uri)
    assert "2. " in everything
    assert "2 items, 1 of them drafts" in beside


def test_json_lines_by_site_and_day(uri: str) -> None:
    def identities(*words: str) -> list[str]:
        out, _ = run("export", "jsonl", "--out", "-", *words, uri=uri)
        return [json.loads(line)["identity"] for line in out.splitlines()]

    assert identities() == [weixin().identity, "ithome:1", "ithome:3"]
    assert identities("--site", "ithome") == ["ithome:1", "ithome:3"]
    assert identities("--since", "2025-12-06", "--until", "2025-12-06") == [weixin().identity, "ithome:1"]
    assert identities("--since", "2025-12-07") == []


def test_excerpts_keep_whole_texts_out_of_every_form(uri: str, tmp_path: Path) -> None:
    for words in (("atom", "--out", "-"), ("jsonl", "--out", "-")):
        whole, _ = run("export", *words, uri=uri)
        short, _ = run("export", *words, "--excerpts", uri=uri)
        assert "iPhone" in whole
        assert "iPhone" not in short
        assert "阅读原文" in short
    assert (
        "--excerpts" in CliRunner().invoke(app, ["export", "epub", "--help"], env={"COLUMNS": "200"}).output
    )
    run("export", "parquet", "--excerpts", "--out", tmp_path / "a.parquet", uri=uri)


def test_figures_count_characters_words_and_minutes(uri: str) -> None:
    out, _ = run("stats", uri=uri)
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines() if line.startswith("│")
    ]
    assert ["2025-12", "ithome", "1", "1002", "3", "3"] in rows
    assert any(row[:2] == ["undated", "ithome"] for row in rows)
    by_account, _ = run("stats", "--by", "account", "--month", "2025-12", uri=uri)
    assert "weixin [red]号" in by_account
    assert "undated" not in by_account
    assert "article" in run("stats", "--by", "kind", "--site", "weixin", uri=uri)[0]


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (("export", "epub", "--month", "2025-13", "--out", "."), BadValueError, "YYYY-MM"),
        (("export", "text", "--day", "heute"), BadValueError, "YYYY-MM-DD"),
        (("export", "jsonl", "--out", "a", "--since", "2025-1-1"), BadValueError, "--since"),
        (
            ("export", "jsonl", "--out", "a", "--since", "2025-12-02", "--until", "2025-12-01"),
            BadValueError,
            "after",
        ),
        (("export", "atom", "--out", "a", "--url", "javascript:x"), BadValueError, "--url"),
        (("export", "atom", "--out", "store.sqlite/a.xml"), OutputError, "cannot be written"),
    ],
)
def test_wrong_input_is_told_in_one_line(
    *,
    words: tuple[str, ...],
    error: type[NewsarchiveError],
    says: str,
    uri: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=says) as told:
        run(*words, uri=uri)
    assert "\n" not in str(told.value)


def test_feed_of_picks_and_own_title(uri: str) -> None:
    out, beside = run("export", "atom", "--out", "-", "--picked", "--title", "我的<题>", uri=uri)
    assert "<title>我的&lt;题&gt;</title>" in out
    assert out.count("<entry>") == 1
    assert "1 articles" in beside


def test_drafts_by_machine_need_an_endpoint_and_keep_extracts_without_one(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadValueError, match="NEWSARCHIVE_DRAFT_URL"):
        run("draft", "--day", "2025-12-06", "--machine", uri=uri)
    monkeypatch.setenv("NEWSARCHIVE_DRAFT_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("NEWSARCHIVE_DRAFT_MODEL", "[red]m")
    monkeypatch.setenv("NEWSARCHIVE_DRAFT_KEY", "sk-secret")
    out, beside = run("draft", "--day", "2025-12-06", "--machine", uri=uri)
    assert "1 candidates" in out
    assert "0 drafts worded by [red]m at 127.0.0.1" in out
    assert "its extract stays" in beside
    assert "sk-secret" not in out + beside
