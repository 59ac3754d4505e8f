"""A backup holds store, raw pages and pictures of one moment, is whole or none, and is brought back byte for byte."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sqlite3
import subprocess
import sys
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
from newsarchive.items.article import Article
from newsarchive.records.page import Page
from newsarchive.storage import open_store
from newsarchive.storage.copies import backup
from newsarchive.storage.copies.backup import backups_in, read_backup
from newsarchive.storage.raw.compaction import compact
from newsarchive.storage.raw.folders import path_of
from newsarchive.storage.raw.reader import RawReader
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.warc import Capture
from tests.storage.records import NOON, article
from tests.storage.test_copies import dumped, fill_with_everything
from tests.storage.writer import CHECKOUT, start_writer

COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()")


class Archive:
    """An archive's three places, and the command that works on it."""

    def __init__(self, folder: Path, store: str = "") -> None:
        self.folder = folder
        self.store = store or str(folder / "news.sqlite")
        self.raw = folder / "raw"
        self.images = folder / "images"

    @property
    def places(self) -> list[str]:
        return ["--store", self.store, "--raw", str(self.raw), "--images", str(self.images)]

    def run(self, *words: str) -> str:
        ended = CliRunner().invoke(app, [*words, *self.places])
        if isinstance(ended.exception, NewsarchiveError):
            raise ended.exception
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    def files(self) -> dict[str, bytes]:
        trees = [path for path in (self.raw, self.images) if path.exists()]
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for tree in trees
            for path in sorted(tree.rglob("*"))
            if path.is_file() and not path.name.startswith("index.sqlite")
        }


def keep_pages(raw: Path, first: int, number: int) -> None:
    with RawStore(raw, fsync=False) as store:
        for at in range(first, first + number):
            store.append(capture(at))


def capture(number: int) -> Capture:
    body = f"<html>{number}</html>".encode() * 300
    return Capture(Page(body, f"https://www.ithome.com/0/{number}.htm", fetched_at=NOON), site="ithome")


def made(archive: Archive) -> Archive:
    async def fill() -> None:
        async with open_store(archive.store) as store:
            await fill_with_everything(store)

    asyncio.run(fill())
    keep_pages(archive.raw, 0, 5)
    keep_pages(archive.raw, 5, 5)
    (archive.raw / "refused").mkdir()
    (archive.raw / "refused" / "article-1.json").write_text("{}", encoding="utf-8")
    (archive.images / "ab").mkdir(parents=True)
    (archive.images / "ab" / "abcd.png").write_bytes(b"\x89PNG")
    return archive


def dump_of(archive: Archive) -> bytes:
    async def read() -> bytes:
        async with open_store(archive.store, "read") as store:
            return await dumped(store)

    return asyncio.run(read())


def articles_of(archive: Archive) -> list[Article]:
    async def read() -> list[Article]:
        async with open_store(archive.store, "read") as store:
            return [one async for one in store.articles()]

    return asyncio.run(read())


@pytest.fixture
def archive(store_uri: str, tmp_path: Path) -> Archive:
    return made(Archive(tmp_path / "archive", store_uri))


@pytest.fixture
def other(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "other")


def test_what_was_backed_up_is_brought_back(archive: Archive, other: Archive, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert "verified" in archive.run("backup", str(backups))
    assert "whole" in other.run("restore", str(backups), "--check")
    assert not other.folder.exists()
    assert "restored" in other.run("restore", str(backups))
    assert dump_of(other) == dump_of(archive)
    assert other.files() == archive.files()
    with RawReader(other.raw) as raw:
        assert len(list(raw.index.all())) == 10
        assert all(raw.read(record.reference).content for record in raw.index.all())
    with pytest.raises((OutputError, StoreVersionError), match="already"):
        other.run("restore", str(backups))


def test_a_file_of_a_store_is_brought_back_byte_for_byte(tmp_path: Path, other: Archive) -> None:
    archive = made(Archive(tmp_path / "archive"))
    archive.run("backup", str(tmp_path / "backups"))
    (whole,) = backups_in(tmp_path / "backups")
    other.run("restore", str(whole))
    assert Path(other.store).read_bytes() == (whole / "store.sqlite").read_bytes()
    assert (other.raw / "index.sqlite").read_bytes() == (whole / "raw" / "index.sqlite").read_bytes()


def test_a_page_that_is_being_written_is_not_in_it(tmp_path: Path, other: Archive) -> None:
    archive = made(Archive(tmp_path / "archive"))
    with RawStore(archive.raw, fsync=False) as writing:
        writing.append(capture(20))
        path = max(archive.raw.rglob("*.warc.gz"), key=lambda it: it.stat().st_mtime_ns)
        whole = path.stat().st_size
        with path.open("ab") as torn:
            torn.write(b"\x1f\x8b\x08 half a record")
        archive.run("backup", str(tmp_path / "backups"))
        os.truncate(path, whole)
        writing.append(capture(21))
    other.run("restore", str(tmp_path / "backups"))
    assert path_of(other.raw, path.name).read_bytes() == path.read_bytes()[:whole]
    with RawStore(other.raw) as raw:
        assert len(list(raw.records())) == 11
        assert raw.damages == []


def test_files_that_are_put_together_meanwhile_are_all_there(
    tmp_path: Path, other: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = made(Archive(tmp_path / "archive"))
    copy_database = backup._copy_database

    def then_compacted(path: Path, source: sqlite3.Connection, target: Path) -> None:
        copy_database(path, source, target)
        if path.parent == archive.raw:
            monkeypatch.undo()
            assert list(compact(archive.raw))

    monkeypatch.setattr(backup, "_copy_database", then_compacted)
    archive.run("backup", str(tmp_path / "backups"))
    other.run("restore", str(tmp_path / "backups"))
    with RawReader(other.raw) as raw:
        assert len(list(raw.index.all())) == 10
        assert all(raw.read(record.reference).content for record in raw.index.all())


def test_what_waits_for_the_store_is_taken_before_it_goes_there(
    tmp_path: Path, other: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = made(Archive(tmp_path / "archive"))
    spool = archive.raw / "spool" / "ithome-20261128T225200Z-1-0123abcd.spool"
    spool.parent.mkdir()
    spool.write_bytes(b"1 records that wait\n")
    take_store = backup.BackupMaker.take_store

    def drained_meanwhile(maker: backup.BackupMaker, path: Path) -> None:
        take_store(maker, path)
        spool.unlink()

    monkeypatch.setattr(backup.BackupMaker, "take_store", drained_meanwhile)
    archive.run("backup", str(tmp_path / "backups"))
    other.run("restore", str(tmp_path / "backups"))
    assert (other.raw / "spool" / spool.name).read_bytes() == b"1 records that wait\n"


def test_of_an_archive_that_has_lost_pages_the_rest_is_backed_up(tmp_path: Path, other: Archive) -> None:
    archive = made(Archive(tmp_path / "archive"))
    next(archive.raw.rglob("*.warc.gz")).unlink()
    archive.run("backup", str(tmp_path / "backups"))
    other.run("restore", str(tmp_path / "backups"))
    assert other.files() == archive.files()


def test_what_does_not_change_is_linked_and_a_page_that_comes_later_changes_no_backup(
    tmp_path: Path, other: Archive
) -> None:
    archive = made(Archive(tmp_path / "archive"))
    backups = tmp_path / "backups"
    archive.run("backup", str(backups))
    archive.run("backup", str(backups), "--copy")
    first, second = backups_in(backups)
    name = next(archive.raw.rglob("*.warc.gz")).relative_to(archive.raw)
    assert (first / "raw" / name).samefile(archive.raw / name)
    assert (first / "raw" / name).samefile(second / "raw" / name)
    with (archive.raw / name).open("ab") as later:
        later.write(b"what compaction might append")
    for whole in (first, second):
        assert "whole" in other.run("restore", str(whole), "--check")
    other.run("restore", str(second))
    assert not (other.raw / name).read_bytes().endswith(b"append")


def test_on_another_disk_files_are_copied(
    tmp_path: Path, other: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = made(Archive(tmp_path / "archive"))
    link, backups = os.link, tmp_path / "backups"

    def linked(source: Path, target: Path) -> None:
        if backups not in source.parents:
            raise OSError(errno.EXDEV, "another disk")
        link(source, target)

    monkeypatch.setattr(os, "link", linked)
    archive.run("backup", str(backups))
    archive.run("backup", str(backups))
    first, second = backups_in(backups)
    name = next(archive.raw.rglob("*.warc.gz")).relative_to(archive.raw)
    assert not (first / "raw" / name).samefile(archive.raw / name)
    assert (first / "raw" / name).samefile(second / "raw" / name)
    # A copy that has rotted is no file to share.
    (second / "raw" / name).write_bytes(b"x" * (archive.raw / name).stat().st_size)
    archive.run("backup", str(backups))
    assert (backups_in(backups)[-1] / "raw" / name).read_bytes() == (archive.raw / name).read_bytes()
    with pytest.raises(UnequalCopyError, match=name.name):
        other.run("restore", str(second))
    assert not other.folder.exists()


def test_a_harmed_backup_is_not_restored(tmp_path: Path, other: Archive) -> None:
    archive = made(Archive(tmp_path / "archive"))
    backups = tmp_path / "backups"
    with pytest.raises(InputFileError, match="is no backup"):
        other.run("restore", str(backups))
    archive.run("backup", str(backups), "--copy")
    (whole,) = backups_in(backups)
    for harmed in read_backup(whole).files:
        path = whole / harmed.path
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises(UnequalCopyError, match=path.name):
            other.run("restore", str(whole))
        path.write_bytes(data)
    manifest = whole / "manifest.json"
    data = manifest.read_bytes()
    manifest.write_bytes(data.replace(b'"version": 1', b'"version": 2'))
    with pytest.raises(StoreVersionError, match="newer newsarchive"):
        other.run("restore", str(whole))
    manifest.write_bytes(data[:40])
    with pytest.raises(InputFileError, match="damaged"):
        other.run("restore", str(whole))
    assert not other.folder.exists()


def test_nothing_is_overwritten(tmp_path: Path, other: Archive) -> None:
    archive = made(Archive(tmp_path / "archive"))
    archive.run("backup", str(tmp_path / "backups"))
    keep_pages(other.raw, 70, 1)
    held = other.files()
    with pytest.raises(OutputError, match=r"is there already: move .*raw away"):
        other.run("restore", str(tmp_path / "backups"))
    assert other.files() == held
    assert not Path(other.store).exists()


def test_a_restore_that_was_cut_short_goes_on(tmp_path: Path, other: Archive) -> None:
    archive = made(Archive(tmp_path / "archive"))
    archive.run("backup", str(tmp_path / "backups"))
    (whole,) = backups_in(tmp_path / "backups")
    name = next(archive.raw.rglob("*.warc.gz")).relative_to(archive.raw)
    (other.raw / name).parent.mkdir(parents=True)
    (other.raw / name).write_bytes((whole / "raw" / name).read_bytes())
    (other.raw / name).with_name(f"{name.name}.part").write_bytes(b"half")
    other.run("restore", str(whole))
    assert other.files() == archive.files()


def test_old_backups_are_removed_where_that_is_asked_for(tmp_path: Path) -> None:
    archive = made(Archive(tmp_path / "archive"))
    for _ in range(3):
        archive.run("backup", str(tmp_path / "backups"))
    first, second, third = backups_in(tmp_path / "backups")
    archive.run("backup", str(tmp_path / "backups"), "--keep", "2")
    assert backups_in(tmp_path / "backups")[0] == third
    assert not first.exists()
    assert not second.exists()


def test_without_a_store_there_is_no_backup(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    with pytest.raises(NoStoreError):
        archive.run("backup", str(tmp_path / "backups"))
    assert [it.name for it in (tmp_path / "backups").iterdir()] == [".lock"]


@pytest.fixture
def large(tmp_path: Path) -> Archive:
    """So large that a backup takes a while."""
    archive = made(Archive(tmp_path / "archive"))
    for number in range(200):
        keep_pages(archive.raw, 100 + number, 1)
    return archive


def is_there(folder: Path, pattern: str) -> bool:
    try:
        return any(folder.glob(pattern))
    except FileNotFoundError:  # what a killed backup left is taken away while it is looked through
        return False


def test_a_backup_that_is_killed_is_none(large: Archive, tmp_path: Path, other: Archive) -> None:
    backups = tmp_path / "backups"
    for kind in ("store.sqlite", "raw/*/*/*/*.warc.gz"):
        with subprocess.Popen(
            [*COMMAND, "backup", str(backups), "--copy", *large.places], cwd=CHECKOUT
        ) as backing:
            while not is_there(backups, f"*.part/{kind}"):
                assert backing.poll() is None
            backing.send_signal(signal.SIGKILL)
        assert any(backups.glob("*.part"))
        assert backups_in(backups) == []
        with pytest.raises(InputFileError, match="is no backup"):
            other.run("restore", str(backups))
    large.run("backup", str(backups))
    assert not any(backups.glob("*.part"))
    other.run("restore", str(backups))
    assert other.files() == large.files()
    assert dump_of(other) == dump_of(large)


def test_a_store_is_backed_up_while_it_is_written(tmp_path: Path) -> None:
    archive = made(Archive(tmp_path / "archive"))
    with start_writer(archive.store, 1000, 100_000) as writer:
        assert writer.stdout is not None
        for _ in range(3):
            told = [next(writer.stdout) for _ in range(5)]
            archive.run("backup", str(tmp_path / "backups"))
        writer.send_signal(signal.SIGKILL)
    assert told
    counts: list[int] = []
    for number, whole in enumerate(backups_in(tmp_path / "backups")):
        restored = Archive(tmp_path / f"restored-{number}")
        restored.run("restore", str(whole))
        held = articles_of(restored)
        counts.append(len(held))
        assert (counts[-1] - 35) % 10 == 0, "batches are there whole or not at all"
        assert article(1000) in held
    assert counts == sorted(counts)
