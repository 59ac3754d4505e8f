"""Wrong input gives one clear line and an exit code of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive import errors
from tests.e2e.running import CHECKOUT, COMMAND, SCRAPY


def run(
    tmp_path: Path, *words: str, command: tuple[str, ...] = COMMAND, **environment: str
) -> tuple[int, str]:
    """The exit code and standard error of a command that is expected to fail."""
    ended = subprocess.run(
        [*command, *words],
        cwd=CHECKOUT if command == SCRAPY else tmp_path,
        env=os.environ
        | {
            "NEWSARCHIVE_STORE": str(tmp_path / "store.sqlite"),
            "NEWSARCHIVE_RAW": str(tmp_path / "raw"),
            "PYTHONPATH": str(CHECKOUT),
            "LOG_LEVEL": "ERROR",
        }
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (["crawl", "sina"], errors.UnknownSiteError, "36kr, ithome, weixin"),
        (["crawl", "ithome", "-a", "since=yesterday"], errors.BadValueError, "YYYY-MM-DD"),
        (
            ["crawl", "ithome", "-a", "since=2026-02-02", "-a", "until=2026-01-01"],
            errors.BadValueError,
            "after until",
        ),
        (["crawl", "ithome", "-a", "until=2026-01-01"], errors.BadValueError, "until needs since"),
        (["crawl", "ithome", "-a", "limit=0"], errors.BadValueError, "limit"),
        (["crawl", "ithome", "-a", "page=3"], errors.BadValueError, "page"),
        (["crawl", "weixin"], errors.BadValueError, "seeds=FILE"),
        (["crawl", "weixin", "-a", "seeds=nowhere.txt"], errors.InputFileError, "nowhere.txt"),
        (["crawl", "ithome", "-s", "NEWSARCHIVE_PACE=0"], errors.BadValueError, "NEWSARCHIVE_PACE"),
        (["crawl", "ithome", "-s", "NEWSARCHIVE_DELAYS=fast"], errors.BadValueError, "JSON"),
        (
            ["crawl", "ithome", "-s", "NEWSARCHIVE_LIST_PAGE=5"],
            errors.BadValueError,
            "NEWSARCHIVE_LIST_PAGES",
        ),
        (["crawl", "ithome", "-s", "DOWNLOAD_DELAY=0"], errors.BadValueError, "NEWSARCHIVE_DELAYS"),
        (["crawl", "ithome", "-s", "LOG_LEVEL=LOUD"], errors.BadValueError, "WARNING"),
        (["crawl", "ithome", "-a", "since=2126-01-01"], errors.BadValueError, "future"),
        (["crawl", "ithome", "--raw", "/dev/null/raw"], errors.StorePermissionError, "/dev/null/raw"),
        (
            ["crawl", "weixin", "-a", "from_site=36kr", "-s", "NEWSARCHIVE_ROBOTS_EXCEPTIONS={}"],
            errors.BadValueError,
            "robots.txt",
        ),
        (["export", "digest", "--month", "2025-13", "--out", "out"], errors.BadValueError, "YYYY-MM"),
        (["import", "nowhere.md"], errors.InputFileError, "nowhere.md"),
        (["parse", "nowhere.html"], errors.InputFileError, "nowhere.html"),
        (["parse", "--manifest", "nowhere.jsonl"], errors.InputFileError, "nowhere.jsonl"),
        (["parse"], errors.BadValueError, "--manifest"),
        (["status", "--store", "redis://localhost"], errors.BadValueError, "redis"),
        (
            ["status", "--store", "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=200"],
            errors.StoreUnreachableError,
            "127.0.0.1",
        ),
    ],
)
def test_one_line_and_own_code(
    tmp_path: Path, words: list[str], error: type[errors.NewsarchiveError], says: str
) -> None:
    code, message = run(tmp_path, *words)
    assert code == error.exit_code, message
    assert says in message
    assert len(message.strip().splitlines()) == 1, message
    assert not (tmp_path / "raw").exists(), "nothing was fetched"


@pytest.mark.parametrize(
    "words",
    [
        ["crawl", "ithome", "-a", "since=yesterday"],
        ["crawl", "sina"],
        ["crawl", "ithome", "-s", "LOG_LEVEL=LOUD"],
        ["crawl", "ithome", "-s", "NEWSARCHIVE_PACE=nan"],
        ["crawl", "ithome", "-s", "NEWSARCHIVE_DELAY={}"],
    ],
)
def test_scrapy_crawl_says_the_same(tmp_path: Path, words: list[str]) -> None:
    ours = run(tmp_path, *words)
    theirs = run(tmp_path, *words, "-s", "LOG_ENABLED=0", command=SCRAPY)
    assert theirs == ours


@pytest.mark.parametrize("command", [COMMAND, SCRAPY])
def test_a_bad_value_in_the_environment_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    words = ("crawl", "ithome") if command == COMMAND else ("crawl", "ithome", "-s", "LOG_ENABLED=0")
    code, message = run(tmp_path, *words, command=command, NEWSARCHIVE_PAUSE_SECONDS="long")
    assert code == errors.BadValueError.exit_code
    assert message.strip() == (
        "newsarchive: NEWSARCHIVE_PAUSE_SECONDS is 'long'; it takes a number from 0 to 86400"
    )


@pytest.mark.parametrize("words", [("status",), ("crawl", "ithome")])
def test_a_misspelt_name_in_the_environment_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, message = run(tmp_path, *words, NEWSARCHIVE_STOER="elsewhere.sqlite")
    assert code == errors.BadValueError.exit_code
    assert "NEWSARCHIVE_STOER" in message
    assert "NEWSARCHIVE_STORE" in message


def test_unreadable_markdown(tmp_path: Path) -> None:
    (tmp_path / "prose.md").write_text("Just some words.\n", encoding="utf-8")
    code, message = run(tmp_path, "import", "prose.md")
    assert code == errors.UnreadableMarkdownError.exit_code
    assert "prose.md" in message


def test_no_password_in_a_message(tmp_path: Path) -> None:
    uri = "mongodb://editor:geheim@127.0.0.1:1/x?serverSelectionTimeoutMS=200"
    _, message = run(tmp_path, "status", "--store", uri)
    assert "geheim" not in message


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_store_without_permission(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    code, message = run(tmp_path, "crawl", "ithome", "--store", str(folder / "store.sqlite"))
    assert code == errors.StorePermissionError.exit_code
    assert "locked" in message


def test_store_under_a_file_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, message = run(tmp_path, "crawl", "ithome", "--store", str(tmp_path / "file" / "store.sqlite"))
    assert code == errors.StorePermissionError.exit_code
    assert len(message.strip().splitlines()) == 1


def test_manifest_goes_on_after_a_bad_line(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html></html>", encoding="utf-8")
    lines = [{"file": "missing.html"}, {"file": "page.html", "url": "https://www.ithome.com/0/897/104.htm"}]
    (tmp_path / "pages.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, *COMMAND[1:], "parse", "--manifest", str(tmp_path / "pages.jsonl")],
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == errors.InputFileError.exit_code
    printed = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line["file"] for line in printed] == ["missing.html", "page.html"]
