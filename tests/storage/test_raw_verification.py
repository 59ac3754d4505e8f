"""Whatever happens to files of raw pages, each page that is lost is named, and no other is."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.errors import InputFileError, StoreUnreachableError
from newsarchive.items.article import RawReference
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.storage.raw.folders import path_of, warc_files
from newsarchive.storage.raw.reader import Damage, RawReader
from newsarchive.storage.raw.store import RawStore, alone
from newsarchive.storage.raw.verification import Verification, verify
from newsarchive.storage.raw.warc import Capture
from tests.storage.raw_pages import flip, make_runs, place
from tests.storage.records import NOON

ROUNDS = int(os.environ.get("NEWSARCHIVE_ROUNDS", "15"))


def judge(page: Page, site: str | None) -> tuple[str | None, Verdict]:
    assert site == "ithome"
    return f"ithome:{page.url[-5]}", Verdict.ARTICLE


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Page]]:
    directory = tmp_path_factory.mktemp("archive") / "raw"
    return directory, make_runs(directory)


def readable(directory: Path, kept: dict[str, Page]) -> set[str]:
    """The places whose pages are read as they were kept."""
    found = set()
    with RawReader(directory) as reader:
        for name, page in kept.items():
            file, _, offset = name.partition("@")
            for record in reader.index.in_file(file, int(offset), int(offset) + 1):
                try:
                    read = reader.read(record.reference)
                except InputFileError:
                    continue
                assert read == page
                found.add(name)
    return found


def check(directory: Path, kept: dict[str, Page], found: Verification) -> set[str]:
    """That what is named as lost is lost and all else is there, by its identity, too; gives what is lost."""
    lost = {place(record.reference) for record in found.lost}
    assert lost | readable(directory, kept) == set(kept)
    assert not lost & readable(directory, kept)
    assert {(record.identity, record.fetched_at) for record in found.lost} == {
        (judge(kept[name], "ithome")[0], kept[name].fetched_at) for name in lost
    }
    with RawReader(directory) as reader:
        for name, page in kept.items():
            by_name = [
                place(record.reference) for record in reader.index.find(f"ithome:{page.url[-5]}", None)
            ]
            assert name in by_name
            assert by_name == [place(record.reference) for record in reader.index.find(page.url, None)]
        streamed = [found for file in reader.files() for found in reader.pages(file)]
    named = {place(row.reference) for one in streamed if isinstance(one, Damage) for row in one.records}
    assert named == lost
    assert {place(one.reference) for one in streamed if not isinstance(one, Damage)} == set(kept) - lost
    return lost


def test_a_sound_folder_is_sound(archive: tuple[Path, dict[str, Page]], tmp_path: Path) -> None:
    directory = Path(shutil.copytree(archive[0], tmp_path / "raw"))
    found = verify(directory, judge)
    assert (found.pages, found.damages, found.mended, found.struck, found.new_index) == (16, [], 0, 0, False)
    assert check(directory, archive[1], found) == set()


@pytest.mark.parametrize("harm", ["flip", "cut"])
def test_each_page_that_a_damaged_file_loses_is_named(
    archive: tuple[Path, dict[str, Page]], tmp_path: Path, harm: str
) -> None:
    dice = random.Random(harm)  # noqa: S311 - has to be repeatable
    some_lost = 0
    for number in range(ROUNDS):
        directory = Path(shutil.copytree(archive[0], tmp_path / str(number)))
        path = dice.choice(warc_files(directory))
        if harm == "flip":
            flip(path, dice)
        else:
            os.truncate(path, dice.randrange(path.stat().st_size))
        found = verify(directory, judge)
        lost = check(directory, archive[1], found)
        some_lost += bool(lost)
        assert {damage.file for damage in found.damages} >= ({path.name} if lost else set())
        again = verify(directory, judge)  # whatever was mended, the loss is told until it is mended, too
        assert (again.lost, again.mended, again.struck) == (found.lost, 0, 0)
        shutil.copy2(path_of(archive[0], path.name), path)
        assert verify(directory, judge).damages == []
        shutil.rmtree(directory)
    assert some_lost > ROUNDS * 0.8


@pytest.mark.parametrize("harm", ["flip", "cut"])
def test_a_damaged_index_is_made_again_and_loses_nothing(
    archive: tuple[Path, dict[str, Page]], tmp_path: Path, harm: str
) -> None:
    dice = random.Random(harm)  # noqa: S311 - has to be repeatable
    for number in range(ROUNDS):
        directory = Path(shutil.copytree(archive[0], tmp_path / str(number)))
        path = directory / "index.sqlite"
        if harm == "flip":
            flip(path, dice)
        else:
            os.truncate(path, dice.randrange(path.stat().st_size))
        found = verify(directory, judge)
        assert found.damages == []
        assert check(directory, archive[1], found) == set()
        again = verify(directory, judge)
        assert (again.pages, again.mended, again.new_index) == (16, 0, False)
        shutil.rmtree(directory)


def test_a_missing_file_is_named_until_it_is_forgotten(
    archive: tuple[Path, dict[str, Page]], tmp_path: Path
) -> None:
    directory = Path(shutil.copytree(archive[0], tmp_path / "raw"))
    path_of(directory, [*archive[1]][-1].partition("@")[0]).unlink()
    found = verify(directory, judge, forget=True)
    assert [damage.why for damage in found.damages] == ["the file is missing"]
    assert len(found.lost) == 4
    assert verify(directory, judge).damages == []
    with RawStore(directory) as raw:
        assert raw.damages == []


def test_rows_that_say_something_else_than_the_files_are_mended(
    archive: tuple[Path, dict[str, Page]], tmp_path: Path
) -> None:
    directory = Path(shutil.copytree(archive[0], tmp_path / "raw"))
    first, *_, last = archive[1]
    with closing(sqlite3.connect(directory / "index.sqlite")) as index:
        file, offset = first.split("@")
        index.execute("UPDATE records SET url = 'https://x' WHERE file = ? AND offset = ?", (file, offset))
        file, offset = last.split("@")
        index.execute("DELETE FROM records WHERE file = ? AND offset = ?", (file, offset))
        index.execute("UPDATE records SET file = 'x.warc.gz' WHERE offset = 0 AND file = ?", (file,))
        index.commit()
    found = verify(directory, judge)
    assert (found.mended, found.struck) == (2, 1) or (found.mended, found.struck) == (3, 1)
    assert check(directory, archive[1], found) == set()


def test_pages_of_a_crawl_that_runs_are_no_damage(tmp_path: Path) -> None:
    with RawStore(tmp_path) as living:
        for number in range(3):
            page = Page(os.urandom(2000), f"https://www.ithome.com/0/897/{number}.htm", fetched_at=NOON)
            reference = living.append(Capture(page, site="ithome"))
            if number == 1:
                living.sync()
        (path,) = warc_files(tmp_path)
        with path.open("ab") as file:
            file.write(b"\x1f\x8b\x08")  # the beginning of the next record
        found = verify(tmp_path, judge)
        assert (found.pages, found.damages, found.mended) == (3, [], 0)
        living.note(reference, "ithome:2", Verdict.ARTICLE)
        living.sync()
        assert [record.reference for record in living.find("ithome:2")] == [reference]


def test_a_crawl_keeps_its_damaged_index_as_long_as_it_runs(tmp_path: Path) -> None:
    make_runs(tmp_path, runs=1)
    with RawStore(tmp_path) as living:
        living.append(Capture(Page(b"x", "https://www.ithome.com/", fetched_at=NOON), site="ithome"))
        living.sync()
        content = (tmp_path / "index.sqlite").read_bytes()
        (tmp_path / "index.sqlite").write_bytes(content[:4096] + bytes(len(content) - 4096))
        with pytest.raises(StoreUnreachableError, match="a crawl writes"):
            verify(tmp_path, judge)
    assert list(tmp_path.rglob("*.damaged-*")) == []


def test_a_torn_end_that_no_index_knows_is_named(tmp_path: Path) -> None:
    make_runs(tmp_path, runs=1)
    (path,) = warc_files(tmp_path)
    os.truncate(path, path.stat().st_size - 9)
    (tmp_path / "index.sqlite").unlink()
    found = verify(tmp_path, judge)
    assert found.pages == 3
    assert "torn" in found.damages[0].why


def test_two_do_not_verify_at_once(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(StoreUnreachableError, match="another process"):
        verify(tmp_path, judge)
    with pytest.raises(InputFileError, match="no raw pages"):
        verify(tmp_path / "none", judge)


def test_a_damaged_row_is_named_as_damage_of_the_index(tmp_path: Path) -> None:
    make_runs(tmp_path, runs=1)
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as index:
        index.execute("UPDATE records SET verdict = 'artikle', fetched_at = 'x'")
        index.commit()
    with RawStore(tmp_path) as raw:
        page = Page(b"x" * 2000, "https://www.ithome.com/0/897/1.htm", fetched_at=NOON + timedelta(1))
        assert isinstance(raw.append(Capture(page, site="ithome")), RawReference)
    assert verify(tmp_path, judge).new_index
