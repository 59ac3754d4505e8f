"""`newsarchive store`: dump, load, copy, verify, as a user calls them; a copy that is killed goes on."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.errors import (
    InputFileError,
    NewsarchiveError,
    NoStoreError,
    OutputError,
    StoreVersionError,
    UnequalCopyError,
)
from newsarchive.storage import open_store
from tests.storage.records import article, pick, task


def run(*words: str) -> str:
    ended = CliRunner().invoke(app, ["store", *words])
    if isinstance(ended.exception, NewsarchiveError):
        raise ended.exception
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def write(path: Path, articles: int, first: int = 0) -> None:
    async def fill() -> None:
        async with open_store(str(path)) as store:
            await store.save_articles([article(first + number) for number in range(articles)])
            await store.add_tasks([task(1)])
            await store.save_picks([pick(1)])

    asyncio.run(fill())


@pytest.fixture
def stored(tmp_path: Path) -> str:
    path = tmp_path / "news.sqlite"
    write(path, 30)
    return str(path)


def test_a_dump_becomes_an_equal_store(stored: str, tmp_path: Path) -> None:
    file, new = str(tmp_path / "news.jsonl"), str(tmp_path / "new.sqlite")
    said = run("dump", file, "--store", stored)
    assert said.startswith(
        "30 articles, 0 revisions, 0 story links, 0 events, 1 picks, 0 runs, 1 tasks, 0 documents: written"
    )
    assert run("load", file, "--store", new).splitlines()[1] == said.splitlines()[1]
    assert run("dump", "-", "--store", new) == Path(file).read_text(encoding="utf-8")
    assert f"equal to {file}" in run("verify", "--against", file, "--store", new)
    write(Path(new), 1, first=500)
    with pytest.raises(UnequalCopyError, match=r"articles \(30 there, 31 here\)"):
        run("verify", "--against", file, "--store", new)


def test_nothing_is_overwritten_and_nothing_broken_taken(stored: str, tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    run("dump", str(file), "--store", stored)
    with pytest.raises(OutputError, match="is there already"):
        run("dump", str(file), "--store", stored)
    with pytest.raises(StoreVersionError, match="holds articles already"):
        run("load", str(file), "--store", stored)
    run("load", str(file), "--over", "--store", stored)
    file.write_bytes(file.read_bytes()[:-400])
    with pytest.raises(InputFileError, match="line"):
        run("load", str(file), "--store", str(tmp_path / "new.sqlite"))
    assert not (tmp_path / "new.sqlite").exists()


def test_a_dump_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoStoreError):
        run("dump", str(tmp_path / "news.jsonl"), "--store", str(tmp_path / "news.sqlite"))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_is_named(stored: str) -> None:
    path = Path(stored)
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'names_by_identity'"
        (page,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((page - 1) * size + size // 2)
        file.write(b"\xff" * (size // 2))
    with pytest.raises(StoreVersionError, match="damaged"):
        run("verify", "--store", stored)


def test_a_copy_that_is_killed_is_no_store_and_goes_on_when_given_again(tmp_path: Path) -> None:
    source, target = tmp_path / "news.sqlite", tmp_path / "new.sqlite"
    write(source, 3000)
    command = [
        sys.executable,
        "-c",
        "from newsarchive.cli import main; main()",
        "store",
        "copy",
        str(source),
        str(target),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as copying:
        while not articles_in(target):
            assert copying.poll() is None
        copying.send_signal(signal.SIGKILL)
    assert 0 < articles_in(target) < 3000
    with pytest.raises(StoreVersionError, match=r"being filled from .*news\.sqlite"):
        run("verify", "--store", str(target))
    assert (
        run("copy", str(source), str(target)).splitlines()[1]
        == run("verify", "--store", str(source)).splitlines()[1]
    )
    assert articles_in(target) == 3000
    with pytest.raises(StoreVersionError, match="holds articles already"):
        run("copy", str(source), str(target))


def articles_in(path: Path) -> int:
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection,
    ):
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    return 0
