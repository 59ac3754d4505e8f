"""Fewer files: every page, every reference and every byte of a record stays, whatever stops it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.errors import InputFileError
from newsarchive.items.article import RawReference
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.storage.disk import lock
from newsarchive.storage.raw.compaction import Joined, LeftAlone, compact
from newsarchive.storage.raw.folders import path_of, warc_files
from newsarchive.storage.raw.reader import RawReader, sha256_of
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.verification import verify
from newsarchive.storage.raw.warc import Capture, Member, members
from tests.storage.raw_pages import flip, make_runs, place
from tests.storage.records import NOON
from tests.storage.writer import CHECKOUT

KILLS = int(os.environ.get("NEWSARCHIVE_KILLS", "20"))
ROUNDS = int(os.environ.get("NEWSARCHIVE_ROUNDS", "10"))
KILLED = """
import os, sys
from pathlib import Path
from newsarchive.storage.raw import compaction, index, reader, store
from newsarchive.storage.raw.compaction import compact

OURS = {module.__file__ for module in (compaction, index, reader, store)}
passed = 0

def trace(frame, event, argument):
    global passed
    if frame.f_code.co_filename not in OURS:
        return None
    if event == "line":
        passed += 1
        if passed == last:
            os._exit(9)
    return trace

whole, *others = map(Path, sys.argv[1:])
counted, count = os.pipe()
for number, directory in enumerate([whole, *others]):
    # The first comes to its end and tells how many lines of ours that takes; the others die at one of them.
    last = 1 + (number - 1) * lines // len(others) if number else 0
    if not (child := os.fork()):
        sys.settrace(trace)
        for _ in compact(directory):
            pass
        sys.settrace(None)
        os.write(count, str(passed).encode())
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    if not number:
        lines = int(os.read(counted, 99))
"""


def judge(_page: Page, _site: str | None) -> tuple[str | None, Verdict]:
    return None, Verdict.OTHER


def reference(name: str, page: Page) -> RawReference:
    file, _, offset = name.partition("@")
    return RawReference(file=file, offset=int(offset), sha256=sha256_of(page.content))


def read_all(directory: Path, kept: dict[str, Page]) -> None:
    """All pages by the references they were given, and as a stream, each once."""
    with RawReader(directory) as reader:
        assert [reader.read(reference(name, page)) for name, page in kept.items()] == list(kept.values())
        streamed = [found for file in reader.files() for found in reader.pages(file)]
        names = [place(record.reference) for record in reader.index.find("ithome:1", None)]
    assert len(streamed) == len(kept)
    assert len(names) == len([page for page in kept.values() if page.url.endswith("/1.htm")])


def record_bytes_of(directory: Path) -> list[bytes]:
    return sorted(
        path.read_bytes()[one.offset : one.end]
        for path in warc_files(directory)
        for one in members(path)
        if isinstance(one, Member) and one.capture
    )


def test_one_file_a_day_and_site_with_every_record_as_it_was(tmp_path: Path) -> None:
    kept = make_runs(tmp_path, runs=3)
    for site, days in (("ithome", 3), ("36kr", 0), ("36kr", 1)):
        with RawStore(tmp_path) as raw:
            page = Page(os.urandom(500), f"https://{site}.example/{days}", fetched_at=NOON + timedelta(days))
            kept[place(raw.append(Capture(page, site=site)))] = page
    before = record_bytes_of(tmp_path)
    assert [one.earlier for one in compact(tmp_path, change=False) if isinstance(one, Joined)]
    assert len(warc_files(tmp_path)) == 6
    (done,) = compact(tmp_path)
    assert isinstance(done, Joined)
    assert len(done.earlier) == 3
    assert len(warc_files(tmp_path)) == 4
    assert "20251206-ithome" in done.file
    assert record_bytes_of(tmp_path) == before
    read_all(tmp_path, kept)
    assert list(compact(tmp_path)) == []
    assert verify(tmp_path, judge).damages == []

    # A file that was joined is joined again; the references of the first files hold still.
    kept |= make_runs(tmp_path, runs=1, seed=2)
    (again,) = compact(tmp_path)
    assert isinstance(again, Joined)
    assert done.file in again.earlier
    read_all(tmp_path, kept)
    for leftover in tmp_path.glob("index.sqlite*"):
        leftover.unlink()
    with RawReader(tmp_path) as reader:  # and without the index, which is in the files
        assert [reader.read(reference(name, page)) for name, page in kept.items()] == list(kept.values())
    with RawStore(tmp_path) as raw:
        assert [raw.read(reference(name, page)) for name, page in kept.items()] == list(kept.values())
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, warc_files(tmp_path))]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_a_file_that_is_written_or_damaged_or_full_is_left_alone(tmp_path: Path) -> None:
    kept = make_runs(tmp_path, runs=3)
    damaged = path_of(tmp_path, next(iter(kept)).partition("@")[0])
    content = bytearray(damaged.read_bytes())
    content[300] ^= 1
    damaged.write_bytes(content)
    with RawStore(tmp_path) as living:
        page = Page(os.urandom(500), "https://www.ithome.com/", fetched_at=NOON)
        living.append(Capture(page, site="ithome"))
        living.sync()
        done = list(compact(tmp_path))
        assert {one.why.split(":")[0] for one in done if isinstance(one, LeftAlone)} == {
            "is damaged",
            "is being written",
        }
        assert [len(one.earlier) for one in done if isinstance(one, Joined)] == [2]
        living.append(Capture(page, site="ithome"))
    assert damaged.read_bytes() == content
    sizes = [path.stat().st_size for path in warc_files(tmp_path)]
    assert not any(isinstance(one, Joined) for one in compact(tmp_path, max_bytes=min(sizes)))


def test_what_was_learnt_after_a_file_was_joined_is_kept(tmp_path: Path) -> None:
    with RawStore(tmp_path, max_bytes=1, fsync=False) as raw:
        pages = [Page(b"%d" % number, f"https://x/{number}", fetched_at=NOON) for number in range(3)]
        references = [raw.append(Capture(page, site="ithome")) for page in pages]
        raw.sync()
        assert any(isinstance(one, Joined) for one in compact(tmp_path))
        raw.note(references[0], "ithome:7", Verdict.DELETED)
        (found,) = raw.find("ithome:7")
        assert raw.read(found.reference) == raw.read(references[0]) == pages[0]


def test_wherever_a_compaction_is_killed_no_page_is_lost_and_none_is_there_twice(tmp_path: Path) -> None:
    directory = tmp_path / "raw"
    kept = make_runs(directory, runs=3, pages=2)
    before = record_bytes_of(directory)
    whole, *copies = (Path(shutil.copytree(directory, tmp_path / str(number))) for number in range(KILLS + 1))
    command = [sys.executable, "-c", KILLED, str(whole), *map(str, copies)]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["0", *["9"] * KILLS]
    for copy in copies:
        with RawStore(copy) as raw:  # the next crawl
            assert [raw.read(reference(name, page)) for name, page in kept.items()] == list(kept.values())
        read_all(copy, kept)
        list(compact(copy))
        read_all(copy, kept)
        assert record_bytes_of(copy) == before
        assert len(warc_files(copy)) == 1
        assert verify(copy, judge).damages == []


def test_a_file_that_differs_from_what_was_joined_is_never_removed(tmp_path: Path) -> None:
    kept = make_runs(tmp_path, runs=2)
    copies = {path: path.read_bytes() for path in warc_files(tmp_path)}
    list(compact(tmp_path))
    path, content = next(iter(copies.items()))
    path.write_bytes(content + b"more")  # from elsewhere, under the same name
    (done,) = compact(tmp_path)
    assert isinstance(done, LeftAlone)
    assert path.exists()
    read_all(tmp_path, kept)


def test_damage_of_a_joined_file_costs_only_what_it_hits(tmp_path: Path) -> None:
    made = tmp_path / "made"
    kept = make_runs(made, runs=4)
    list(compact(made))
    dice = random.Random(1)  # noqa: S311 - has to be repeatable
    for number in range(ROUNDS):
        directory = Path(shutil.copytree(made, tmp_path / str(number)))
        (path,) = warc_files(directory)
        flip(path, dice)
        if number % 2:
            (directory / "index.sqlite").unlink()
        found = verify(directory, judge)
        lost = {(record.url, record.fetched_at) for record in found.lost}
        with RawReader(directory) as reader:
            for name, page in kept.items():
                if (page.url, page.fetched_at) in lost:
                    with pytest.raises(InputFileError):
                        reader.read(reference(name, page))
                elif not number % 2:
                    assert reader.read(reference(name, page)) == page
            there = {(record.url, record.fetched_at) for record in reader.index.all()}
        # Without the index nobody knows what a gap held; of all that is whole nothing is lost.
        assert len(kept) - len(there) <= (1 if number % 2 else 0)
        assert found.damages or len(there) == len(kept)
        shutil.rmtree(directory)


def test_what_lies_beside_the_index_is_moved_into_the_folder_of_its_day(tmp_path: Path) -> None:
    kept = make_runs(tmp_path, runs=1)
    (path,) = warc_files(tmp_path)
    flat = path.rename(tmp_path / path.name)
    with flat.open("rb") as held:
        assert lock(held)
        assert list(compact(tmp_path)) == []
        assert flat.exists()
    assert list(compact(tmp_path, change=False)) == []
    assert flat.exists()
    with RawReader(tmp_path) as reader:
        assert list(compact(tmp_path)) == []
        assert (flat.exists(), path.exists()) == (False, True)
        assert {
            place(record.reference): reader.read(record.reference) for record in reader.index.all()
        } == kept
