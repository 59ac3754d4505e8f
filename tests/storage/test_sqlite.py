"""What is particular to the SQLite file: places, foreign files, versions, several processes, sudden death."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from newsarchive.errors import (
    BadValueError,
    NoStoreError,
    StorePermissionError,
    StoreUnreachableError,
    StoreUnwritableError,
    StoreVersionError,
)
from newsarchive.storage import Access, Store, open_store
from newsarchive.storage.collections import LISTS
from newsarchive.storage.sqlite import connection as sqlite
from newsarchive.storage.sqlite import file as sqlite_file
from newsarchive.storage.sqlite.migrations import MIGRATIONS
from newsarchive.storage.sqlite.store import SqliteStore
from tests.storage.records import NOON, article, body, event, list_reading, pick, run, task, weixin
from tests.storage.writer import start_writer, told_before_death


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """File permissions do not bind root: act as nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """A store's folder and files as a user meets them who may only read them."""
    for folder in (path.parent, *path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):  # noqa: S108
            folder.chmod(folder.stat().st_mode | 0o055)
    path.parent.chmod(0o555)
    for file in path.parent.iterdir():
        file.chmod(0o444)
    try:
        with as_ordinary_user():
            yield
    finally:
        path.parent.chmod(0o755)
        for file in path.parent.iterdir():
            file.chmod(0o644)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow: for SQLite the same as a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def all_articles(store: Store) -> object:
    return [one async for one in store.articles()]


async def all_tasks(store: Store) -> object:
    return [one async for one in store.tasks_of_time("ithome", "wanted", NOON)]


async def all_events(store: Store) -> object:
    return [one async for one in store.events()]


READINGS: tuple[Callable[[Store], Awaitable[object]], ...] = (
    all_articles,
    all_events,
    all_tasks,
    lambda store: store.picks(date.min, date.max),
    lambda store: store.runs(),
    lambda store: store.due_tasks("ithome", NOON, 100),
    lambda store: store.counts(),
    lambda store: store.task_counts(),
    lambda store: store.change_token(),
    lambda store: store.documents(LISTS),
    lambda store: store.revisions("ithome:3"),
)


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("data/news.sqlite", "data/news.sqlite"),
        ("/srv/news.sqlite", "/srv/news.sqlite"),
        ("sqlite:///data/news.sqlite", "data/news.sqlite"),
        ("sqlite:////srv/news.sqlite", "/srv/news.sqlite"),
    ],
)
def test_a_path_and_a_uri_name_the_file(uri: str, path: str) -> None:
    store = open_store(uri)
    assert isinstance(store, SqliteStore)
    assert store.path == Path(path)


@pytest.mark.parametrize("uri", ["", " ", "sqlite://", "sqlite:///", "postgres://u:secret@host/db", "a\0b"])
def test_anything_else_is_refused_without_repeating_a_password(uri: str) -> None:
    with pytest.raises(BadValueError) as refused:
        open_store(uri)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_parent_directories_are_made(tmp_path: Path) -> None:
    async with open_store(str(tmp_path / "a" / "b" / "news.sqlite")):
        pass
    assert (tmp_path / "a" / "b" / "news.sqlite").is_file()


async def test_a_directory_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreVersionError, match="is a directory"):
        await open_store(str(tmp_path)).open()


@pytest.mark.parametrize(
    "content", [b"# Notes\n\nThis is a text file, and no database at all.\n" * 40, b"short"]
)
async def test_another_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(content)
    with pytest.raises(StoreVersionError, match=r"notes\.md"):
        await open_store(str(path)).open()
    assert path.read_bytes() == content


async def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    execute(path, "CREATE TABLE articles (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StoreVersionError, match="another program"):
        await open_store(str(path)).open()
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208


async def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "news.sqlite"
    path.touch()
    async with open_store(str(path)) as store:
        await store.save_articles([article()])


async def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "news.sqlite"
    async with open_store(str(path)):
        pass
    execute(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreVersionError, match="newer newsarchive"):
        await open_store(str(path)).open()


async def test_an_older_store_is_migrated_with_its_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "news.sqlite"
    async with open_store(str(path)) as store:
        await store.save_articles([article()])
    step = ("CREATE TABLE frontier (url TEXT PRIMARY KEY)",)
    monkeypatch.setattr(sqlite, "MIGRATIONS", (*MIGRATIONS, step))
    for _ in range(2):
        async with open_store(str(path)) as store:
            assert await store.article(article().identity) == article()
    execute(path, "SELECT url FROM frontier")


async def test_a_migration_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "news.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE half (a)", "nonsense")))
        with pytest.raises(StoreVersionError, match="nonsense"):
            await open_store(str(path)).open()
    async with open_store(str(path)) as store:
        await store.save_articles([article()])
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        execute(path, "SELECT a FROM half")


async def test_a_place_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "locked" / "news.sqlite"
    async with open_store(str(path)):
        pass
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):  # noqa: S108
            folder.chmod(folder.stat().st_mode | 0o055)
    path.parent.chmod(0o555)
    path.chmod(0o444)
    with as_ordinary_user():
        for place in (path, path.with_name("other.sqlite"), path.parent / "deeper" / "news.sqlite"):
            with pytest.raises(StorePermissionError) as refused:
                await open_store(str(place)).open()
            assert str(path.parent) in str(refused.value)
            assert "\n" not in str(refused.value)
    path.parent.chmod(0o755)


def states(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_reading_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "news.sqlite"
    async with open_store(str(path)) as store:
        await store.save_articles([article()])
    before = states(tmp_path)
    assert list(before) == [path.name]
    async with open_store(str(path), "read") as reading:
        assert await reading.known(["ithome:1"]) == {"ithome:1"}
        with pytest.raises(StorePermissionError):
            await reading.save_articles([article(2)])
    assert states(tmp_path) == before


@pytest.mark.parametrize("left", ["the log and its index", "the log alone"])
async def test_the_log_of_a_killed_writer_is_read_and_left(tmp_path: Path, left: str) -> None:
    path = tmp_path / "news.sqlite"
    told = told_before_death(path)
    if left == "the log alone":
        path.with_name("news.sqlite-shm").unlink()
    before = states(tmp_path)
    async with open_store(str(path), "read") as reading:
        assert len([held async for held in reading.articles()]) >= told
    after = states(tmp_path)
    assert {name: after[name] for name in ("news.sqlite", "news.sqlite-wal")} == {
        name: before[name] for name in ("news.sqlite", "news.sqlite-wal")
    }


@pytest.mark.parametrize("left", ["", "-wal", "-wal -shm"])
@pytest.mark.parametrize("place", ["read-only", "full"])
async def test_a_store_is_read_where_nothing_can_be_written(tmp_path: Path, left: str, place: str) -> None:
    """A backup, a snapshot, another user's folder, a full disk: with what a killed writer has left, too."""
    path = tmp_path / "place" / "news.sqlite"
    told = 1
    if left:
        told = told_before_death(path)
        for end in {"-wal", "-shm"} - set(left.split()):
            path.with_name(f"{path.name}{end}").unlink()
    else:
        async with open_store(str(path)) as store:
            await store.save_articles([article()])
    before = states(path.parent)
    with unwritable(path) if place == "read-only" else full_disk():
        async with open_store(str(path), "read") as reading:
            assert len([held async for held in reading.articles()]) >= told
            assert (await reading.counts())["ithome"].articles["article"] >= told
            await reading.change_token()
        async with open_store(str(path), "export") as exporting:
            assert await exporting.known(["ithome:0", "ithome:1"])
            with pytest.raises((StorePermissionError, StoreUnreachableError), match=r"written|full|disk I/O"):
                await exporting.put_document(LISTS, "a", list_reading(etag="b" * 10_000))
        with pytest.raises((StorePermissionError, StoreUnreachableError), match=r"written|full|disk I/O"):
            async with open_store(str(path)) as store:
                await store.save_articles([article(7000, body=body("长" * 10_000))])
    if place == "read-only":
        assert states(path.parent) == before


async def test_an_older_store_is_migrated_for_reading_where_it_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "place" / "news.sqlite"
    async with open_store(str(path)) as store:
        await store.save_articles([article()])
    step = ("CREATE TABLE later (url TEXT PRIMARY KEY)",)
    monkeypatch.setattr(sqlite, "MIGRATIONS", (*MIGRATIONS, step))
    with unwritable(path), pytest.raises(StoreVersionError, match=r"older newsarchive.*copy it"):
        await open_store(str(path), "read").open()
    async with open_store(str(path), "read") as reading:
        assert await reading.known(["ithome:1"]) == {"ithome:1"}
    execute(path, "SELECT url FROM later")


async def test_a_half_made_store_is_none_yet(tmp_path: Path) -> None:
    path = tmp_path / "news.sqlite"
    execute(path, "PRAGMA journal_mode = WAL")
    assert path.stat().st_size
    with pytest.raises(NoStoreError):
        await open_store(str(path), "read").open()
    async with open_store(str(path)) as store:
        await store.save_articles([article()])


@pytest.mark.parametrize("access", ["create", "write", "export", "read"])
async def test_a_pipe_or_device_is_no_store(tmp_path: Path, access: Access) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(StoreVersionError, match="no regular file"):
            await open_store(str(path), access).open()


async def test_a_rotten_file_is_said_to_be_one(tmp_path: Path) -> None:
    """Bytes fall over anywhere: each reading works, or says that the store is damaged."""
    path = tmp_path / "news.sqlite"
    async with open_store(str(path)) as store:
        await store.save_articles([article(number, keys={"id": str(number)}) for number in range(40)])
        await store.save_events([event(identity=f"weixin:{number}") for number in range(40)])
        await store.save_picks([pick(number) for number in range(1, 20)])
        await store.save_run(run())
        await store.save_tasks([task(number) for number in range(40)])
        await store.put_document(LISTS, "key", list_reading(etag="a"))
    whole = path.read_bytes()
    chance = random.Random(3)  # noqa: S311 - it has to be repeatable
    told: list[str] = []
    for _ in range(150):
        rotten = bytearray(whole)
        for _ in range(20):
            rotten[chance.randrange(100, len(rotten))] = chance.randrange(256)
        path.write_bytes(rotten)
        for read in READINGS:
            try:
                async with open_store(str(path), "read") as reading:
                    await read(reading)
            except StoreVersionError as error:
                told.append(str(error))
    assert len(told) > 50
    assert [line for line in told if str(path) not in line or "\n" in line] == []


async def test_a_file_in_the_place_of_a_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorePermissionError, match="file"):
        await open_store(str(tmp_path / "file" / "news.sqlite")).open()


async def test_a_store_kept_busy_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "news.sqlite"
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.01)
    async with open_store(str(path)) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnreachableError, match="busy"):
                await store.save_articles([article()])
        await store.save_articles([article()])


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_file_that_was_taken_away_takes_nothing_more(tmp_path: Path, *, replaced: bool) -> None:
    path = tmp_path / "news.sqlite"
    async with open_store(str(path)) as store:
        await store.save_articles([article()])
        path.unlink()
        if replaced:
            path.write_bytes(b"another")
        with pytest.raises(StoreUnwritableError, match="removed or replaced"):
            await store.save_articles([article()])


async def test_several_processes_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "news.sqlite"
    writers = [start_writer(path, first, 15) for first in (0, 50, 1000)]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    async with open_store(str(path)) as store:
        found = [held.identity async for held in store.articles()]
    assert len(found) == len(set(found)) == 350


async def test_a_killed_writer_leaves_whole_batches(tmp_path: Path) -> None:
    path = tmp_path / "news.sqlite"
    told = told_before_death(path)
    async with open_store(str(path)) as store:
        found = [held.identity async for held in store.articles()]
        assert len(found) >= told
        assert len(found) % 10 == 0
        assert await store.known([f"ithome:{number}" for number in range(len(found))]) == set(found)
        await store.save_articles([article(number) for number in range(len(found) + 10)])
        assert (await store.counts())["ithome"].articles == {"article": len(found) + 10}


async def test_a_publisher_that_another_process_has_met_first_is_found(tmp_path: Path) -> None:
    """Each crawl of a site is a process of its own, and the places of publishers are remembered for a transaction only."""
    path = str(tmp_path / "news.sqlite")
    long = body("".join(map(chr, range(0x4E00, 0x4E00 + 200))))
    async with open_store(path) as one, open_store(path) as other:
        await one.save_articles([article(1, body=body("".join(map(chr, range(0x5E00, 0x5E00 + 200)))))])
        first = weixin(body=long)
        await other.save_articles([first])
        await one.save_articles([article(2, body=long)])
        (link,) = await one.story_links([first.identity])
        assert {link.identity, link.other} == {first.identity, "ithome:2"}
