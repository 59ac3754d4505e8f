"""Commands that only read: they make nothing, and they work where nothing can be written."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.errors import NewsarchiveError, NoStoreError, StoreVersionError
from newsarchive.storage import open_store
from tests.exports.stories import article
from tests.storage.test_sqlite import full_disk, unwritable

DAY = ("--day", "2025-11-13")
MONTH = ("--month", "2025-11")
WORDS = [
    ("status",),
    ("runs",),
    ("stats",),
    ("search", "标题"),
    ("pick", "list", *DAY),
    ("export", "text", *DAY),
    ("export", "jsonl", "--out", "-"),
    ("export", "jsonl", "--out", "all.jsonl"),
    ("export", "atom", "--out", "feed.xml"),
    ("export", "digest", *MONTH, "--out", "out"),
    ("export", "daily", *DAY, "--out", "out"),
    ("export", "fulltext", *MONTH, "--out", "out"),
    ("export", "epub", *MONTH, "--out", "out"),
]
THAT_WRITE = [
    ("pick", "reject", "1", *DAY),
    ("draft", *DAY),
    ("sync", "."),
]


def ended(*words: str, store: Path) -> tuple[BaseException | None, str]:
    result = CliRunner().invoke(app, [*words, "--store", str(store)])
    assert result.exception is None or isinstance(result.exception, NewsarchiveError), result.output
    return result.exception, result.output


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the commands run: everybody may write there."""
    folder = tmp_path / "here"
    folder.mkdir()
    folder.chmod(0o777)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "place" / "news.sqlite"

    async def fill() -> None:
        async with open_store(str(path)) as opened:
            await opened.save_articles([article(1), article(2)])

    asyncio.run(fill())
    return path


@pytest.mark.parametrize("words", [*WORDS, *THAT_WRITE], ids=" ".join)
def test_only_crawl_and_import_make_a_store(somewhere: Path, words: tuple[str, ...]) -> None:
    error, _ = ended(*words, store=somewhere / "nowhere" / "news.sqlite")
    assert isinstance(error, NoStoreError)
    assert "newsarchive crawl" in str(error)
    assert list(somewhere.iterdir()) == [], "nothing was made"


@pytest.mark.parametrize("words", [*WORDS, *THAT_WRITE], ids=" ".join)
def test_an_empty_file_stays_as_it_is(somewhere: Path, words: tuple[str, ...]) -> None:
    notes = somewhere / "notes.txt"
    notes.touch()
    error, _ = ended(*words, store=notes)
    assert isinstance(error, StoreVersionError)
    assert [(path.name, path.stat().st_size) for path in somewhere.iterdir()] == [("notes.txt", 0)]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_store_that_cannot_be_written_can_be_looked_at(
    store: Path, somewhere: Path, words: tuple[str, ...]
) -> None:
    _, expected = ended(*words, store=store)
    shutil.rmtree(somewhere / "out", ignore_errors=True)
    for file in somewhere.iterdir():
        file.unlink()
    with unwritable(store):
        error, output = ended(*words, store=store)
    assert error is None
    lines = [line for line in output.splitlines() if not line.startswith("newsarchive: ")]
    assert lines == expected.splitlines()


def test_an_export_from_such_a_store_says_that_it_is_not_remembered(store: Path) -> None:
    words = ("export", "digest", *MONTH, "--out", "out")
    with unwritable(store):
        _, first = ended(*words, store=store)
        _, again = ended(*words, store=store)
    assert "written" in first
    assert "is not remembered" in first
    assert "unchanged" in again


def test_a_store_on_a_full_disk_can_be_looked_at(store: Path) -> None:
    with full_disk():
        for words in (("status",), ("runs",), ("stats",), ("pick", "list", *DAY)):
            assert ended(*words, store=store)[0] is None


def test_a_first_pick_makes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "new" / "news.sqlite"
    error, _ = ended("pick", "add", "https://example.com/1", *DAY, "--text", "一。", store=path)
    assert error is None
    error, output = ended("pick", "list", *DAY, store=path)
    assert (error, "一。" in output) == (None, True)
