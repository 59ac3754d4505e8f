"""`newsarchive reparse`: what it prints, where it goes on after a sudden death, and who reads."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from newsarchive.items.article import Article
from newsarchive.sites.ithome import reader
from newsarchive.storage.raw.folders import path_of
from tests.reparse.archive import Archive, altered, page_of

COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()", "reparse")
TIMES, STEP, NUMBER = 10, 30, 700


def earlier(article: Article) -> Article:
    """What an earlier parser read of an article."""
    return article.model_copy(update={"title": f"旧{article.title}", "digest": "不再读的摘要"})


@contextmanager
def an_earlier_parser() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read", altered(earlier)(reader.read))
        yield


async def made(folder: Path, number: int) -> Archive:
    """An archive that an earlier parser has read."""
    archive = Archive(folder)
    with an_earlier_parser():
        await archive.crawl(page_of(it, f"题目{it}", f"第{it}篇的正文。") for it in range(1, number + 1))
    return archive


async def started(archive: Archive, *words: str) -> asyncio.subprocess.Process:
    where = ("--store", archive.uri, "--raw", str(archive.raw))
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *COMMAND, *where, *words, stdout=pipe, stderr=pipe, env=os.environ
    )


async def ran(archive: Archive, *words: str) -> tuple[int, str, str]:
    process = await started(archive, *words)
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


def done(archive: Archive) -> int:
    """How many articles a reading that is under way has read."""
    for file in archive.raw.glob("reparse-*.sqlite"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as progress:
            return int(progress.execute("SELECT count(*) FROM done").fetchone()[0])
    return 0


async def test_a_preview_says_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    archive = await made(tmp_path, 5)
    before = await archive.articles()
    files = {path.name: path.read_bytes() for path in archive.raw.rglob("*.warc.gz")}
    code, out, err = await ran(archive, "--workers", "1")
    assert (code, err) == (0, "")
    assert "title: 5" in out
    assert "ithome:1: 旧题目1 → 题目1" in out
    assert "5 articles read again from 5 pages: 5 would change, 0 got worse, 0 new, 0 as they were" in out
    code, out, err = await ran(archive, "--workers", "1", "--json")
    told = json.loads(out)
    assert {name: field["count"] for name, field in told["fields"].items()} == {"digest": 5, "title": 5}
    assert told["fields"]["title"]["samples"][0] == {
        "identity": "ithome:1",
        "before": "旧题目1",
        "after": "题目1",
    }
    assert await archive.articles() == before
    assert {path.name: path.read_bytes() for path in archive.raw.rglob("*.warc.gz")} == files
    assert not list(archive.raw.glob("reparse-*"))


async def test_killed_ten_times_it_ends_as_one_that_was_left_alone(tmp_path: Path) -> None:
    archive = await made(tmp_path / "killed", NUMBER)
    undisturbed = Archive(tmp_path / "undisturbed")
    shutil.copytree(archive.folder, undisturbed.folder)
    reached = 0
    for time in range(TIMES):
        process = await started(archive, "--apply", "--json", "--workers", "1" if time % 3 else "2")
        while process.returncode is None and done(archive) < reached + STEP:  # noqa: ASYNC110 - it tells by its file alone
            await asyncio.sleep(0.005)
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert done(archive) >= reached
        reached = done(archive)
    assert TIMES * STEP <= reached < NUMBER
    ended = await ran(archive, "--apply", "--json", "--workers", "2")
    alone = await ran(undisturbed, "--apply", "--json", "--workers", "1")
    assert ended == alone
    assert json.loads(ended[1])["fields"]["title"]["count"] == NUMBER
    assert await archive.articles() == await undisturbed.articles()
    assert {it.title for it in (await archive.articles()).values()} == {
        f"题目{it}" for it in range(1, NUMBER + 1)
    }


async def test_the_workers_of_a_cluster_find_the_same(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    archive = await made(tmp_path, 40)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        at_the_cluster = await ran(archive, "--json", "--scheduler", cluster.scheduler_address)
    here = await ran(archive, "--json", "--workers", "1")
    assert at_the_cluster == here
    assert json.loads(here[1])["fields"]["digest"]["count"] == 40


async def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path) -> None:
    archive = await made(tmp_path, 1)
    for words, code, told in (
        (["--force"], 11, "--apply"),
        (["--parser-before", "two"], 11, "SITE/2"),
        (["--raw", str(tmp_path / "nowhere")], 11, "there are no raw pages"),
        (["--scheduler", "tcp://127.0.0.1:9"], 20, "no Dask scheduler answers"),
        (["--site", "nosite"], 10, "there is no site"),
    ):
        ended = await ran(archive, *words)
        assert ended[0] == code, ended
        assert told in ended[2]
        assert len(ended[2].splitlines()) == 1, ended[2]


async def test_damage_is_said_aloud(tmp_path: Path) -> None:
    archive = await made(tmp_path, 2)
    raw = (await archive.articles())["ithome:2"].raw
    assert raw is not None
    data = bytearray(path_of(archive.raw, raw.file).read_bytes())
    data[raw.offset + 100] ^= 0xFF
    path_of(archive.raw, raw.file).write_bytes(data)
    code, out, err = await ran(archive, "--workers", "1")
    assert code == 29
    assert f"raw page that cannot be read: {raw.file}:{raw.offset}" in out
    assert "ithome:2" in out
    assert "cannot be read" in err
