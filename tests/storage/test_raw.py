"""Raw pages: kept as they came, found by name and time, and never lost, however their writer died."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped, unused-ignore]
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from newsarchive.errors import InputFileError, OutputError, StorePermissionError, StoreVersionError
from newsarchive.items.article import RawReference
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.storage.raw import content_encoding
from newsarchive.storage.raw.folders import day_folder, path_of, warc_files
from newsarchive.storage.raw.reader import Damage, RawPage, RawReader
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.warc import Capture, Member, members
from tests.storage.raw_pages import make_runs, place
from tests.storage.records import NOON
from tests.storage.writer import CHECKOUT

URL = "https://www.ithome.com/0/897/104.htm"
HTML = "<html><title>标题</title><p>正文正文正文</p></html>".encode() * 20
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from newsarchive.records.page import Page
from newsarchive.storage.raw.reader import Damage, RawPage, RawReader
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.warc import Capture

with RawStore(Path(sys.argv[1]), fsync=False) as raw:
    for number in range(int(sys.argv[2])):
        body = f"{number}".encode() * 50_000
        url, fetched_at = f"https://www.ithome.com/0/{number}.htm", datetime(2025, 12, 6, tzinfo=UTC)
        reference = raw.append(Capture(Page(body, url, fetched_at=fetched_at), site="ithome"))
        print(reference.model_dump_json(), flush=True)
"""


def start_writer(directory: Path, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(directory), str(number)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)


def append(raw: RawStore, **fields: Any) -> RawReference:  # noqa: ANN401
    said = {name: fields.pop(name) for name in ("identity", "site", "rendered") if name in fields}
    given: dict[str, Any] = {"url": URL, "content": fields.pop("body", HTML), "fetched_at": NOON}
    return raw.append(Capture(Page(**given | fields), **said))


def tear(path: Path, torn: bytes) -> None:
    """Leave a file as a writer leaves it that dies in the middle of a record."""
    with path.open("ab") as file:
        file.write(torn)


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("", bytes),
        ("identity", bytes),
        ("gzip", gzip.compress),
        ("GZIP", lambda body: gzip.compress(body[:99]) + gzip.compress(body[99:])),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("gzip, br", lambda body: brotli.compress(gzip.compress(body))),
        ("gzip", bytes),
        ("unheard-of", bytes),
    ],
)
def test_a_page_is_kept_as_it_came_and_read_decoded(
    tmp_path: Path, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    sent = encode(HTML)
    headers = {"Content-Type": "text/html; charset=utf-8"} | (
        {"Content-Encoding": encoding} if encoding else {}
    )
    with RawStore(tmp_path) as raw:
        reference = append(raw, headers=headers, body=sent, status=404)
        page = raw.read(reference)
    assert (page.content, page.url, page.status, page.fetched_at) == (HTML, URL, 404, NOON)
    assert page.headers == headers
    assert reference.sha256 == hashlib.sha256(HTML).hexdigest()
    with path_of(tmp_path, reference.file).open("rb") as file:
        (record,) = [one.raw_stream.read() for one in ArchiveIterator(file)]
    assert record == sent


def test_a_compression_bomb_is_kept_but_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_encoding, "LARGEST", 10_000)
    for name, encode in (
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
    ):
        bomb = encode(b"0" * 1_000_000)
        with RawStore(tmp_path) as raw:
            assert raw.read(append(raw, headers={"Content-Encoding": name}, body=bomb)).content == bomb


def test_a_body_cut_short_gives_what_there_is(tmp_path: Path) -> None:
    body = os.urandom(5000)
    with RawStore(tmp_path) as raw:
        page = raw.read(append(raw, headers={"content-encoding": "gzip"}, body=gzip.compress(body)[:3000]))
    assert page.content
    assert body.startswith(page.content)


def test_other_web_archive_tools_can_read_the_files(tmp_path: Path) -> None:
    with RawStore(tmp_path) as raw:
        append(
            raw,
            identity="ithome:897104",
            site="ithome",
            headers={"Set-Cookie": "a=1, b=2", "Server": "nginx"},
        )
        append(raw, url="https://mp.weixin.qq.com/s/x", headers={"Transfer-Encoding": "chunked"})
    (path,) = warc_files(tmp_path)
    with path.open("rb") as file:
        records = [
            (record.rec_headers.headers, record.http_headers.headers, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    about = dict(records[0][0])
    assert about["WARC-Target-URI"] == URL
    assert about["WARC-Date"] == "2025-12-06T04:00:00.000000Z"
    assert about["X-Newsarchive-Identity"] == "ithome:897104"
    assert records[0][1] == [("Set-Cookie", "a=1, b=2"), ("Server", "nginx")]
    assert [content for _, _, content in records] == [HTML, HTML]


def test_hostile_headers_and_urls_stay_inside_their_lines(tmp_path: Path) -> None:
    url = "https://example.com/中文?a=\r\nWARC-Type: request\r\n\r\n\ud800"
    headers = {"X-Note": "a\r\n\r\nHTTP/1.1 200 OK", "X-Chinese": "中文", "名": "1"}
    with RawStore(tmp_path) as raw:
        reference = append(raw, url=url, headers=headers, identity="a\nb: c")
        page = raw.read(reference)
        raw.close()
        (tmp_path / "index.sqlite").unlink()
        raw.open()
        (found,) = raw.records()
    assert page.content == HTML
    assert "\n" not in page.url + "".join(page.headers) + "".join(page.headers.values())
    assert (found.reference, found.url) == (reference, page.url)


@given(headers=st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=4))
def test_no_header_costs_a_page(tmp_path_factory: pytest.TempPathFactory, headers: dict[str, str]) -> None:
    """Nor what stands in one beside a value with a name of its own, which the format's usual writer does not encode."""
    with RawStore(tmp_path_factory.mktemp("raw"), fsync=False) as raw:
        for more in ({}, {"X-Note": 'grün; name="ü"'}):
            assert raw.read(append(raw, headers=headers | more)).content == HTML


def test_a_page_is_found_by_identity_or_url_at_a_time(tmp_path: Path) -> None:
    day = timedelta(days=1)
    with RawStore(tmp_path) as raw:
        first = append(raw, identity="ithome:1", site="ithome")
        second = append(raw, fetched_at=NOON + day)
        append(raw, url="https://other", fetched_at=NOON + day)
        raw.note(second, identity="ithome:1", verdict=Verdict.DELETED)
        raw.note(second)
        found = raw.find("ithome:1")
        assert [(one.reference, one.verdict) for one in found] == [(second, Verdict.DELETED), (first, None)]
        assert [one.reference for one in raw.find(URL)] == [second, first]
        assert [one.reference for one in raw.find(URL, at=NOON + day / 2)] == [first]
        assert [one.reference for one in raw.find(URL, at=NOON)] == [first]
        assert raw.find(URL, at=NOON - day) == []
        assert raw.find("' OR 1") == []
        assert next(raw.records()).url == URL


def test_a_file_that_is_full_is_followed_by_another(tmp_path: Path) -> None:
    with RawStore(tmp_path, max_bytes=2000, fsync=False) as raw:
        references = [append(raw, body=os.urandom(900), url=f"{URL}?{number}") for number in range(6)]
        assert len(warc_files(tmp_path)) == 3
        assert len({raw.read(reference).content for reference in references}) == 6


def test_opening_and_reading_leaves_no_empty_files(tmp_path: Path) -> None:
    for _ in range(2):
        with RawStore(tmp_path / "raw") as raw:
            assert raw.find(URL) == []
    assert warc_files(tmp_path / "raw") == []


@pytest.mark.parametrize(
    "torn",
    [b"\x1f", b"\x1f\x8b\x08\x00\x00", gzip.compress(HTML, mtime=0)[:-9], b"\0" * 5000],
    ids=["first byte", "gzip header", "cut short", "power cut"],
)
def test_a_torn_record_is_set_aside_and_the_earlier_ones_stay(tmp_path: Path, torn: bytes) -> None:
    with RawStore(tmp_path) as raw:
        references = [append(raw), append(raw, url="https://other")]
    (path,) = warc_files(tmp_path)
    whole = path.read_bytes()
    tear(path, torn)
    with RawStore(tmp_path) as raw:
        assert path.read_bytes() == whole
        assert [raw.read(reference).content for reference in references] == [HTML, HTML]
        assert [one.reference for one in raw.records()] == references
    (aside,) = tmp_path.rglob("*.torn-*")
    assert aside.read_bytes() == torn


def test_pages_that_the_index_does_not_know_are_taken_in(tmp_path: Path) -> None:
    with RawStore(tmp_path) as raw:
        references = [append(raw, identity=f"ithome:{number}", site="ithome") for number in range(3)]
        raw.note(references[0], verdict=Verdict.ARTICLE)
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as index:
        index.execute("DELETE FROM records WHERE offset > 0")
        index.commit()
    with RawStore(tmp_path) as raw:
        assert [one.reference for one in raw.records()] == references
        assert raw.find("ithome:2")[0].site == "ithome"
        assert raw.find("ithome:0")[0].verdict is Verdict.ARTICLE


def test_a_lost_index_is_made_again(tmp_path: Path) -> None:
    with RawStore(tmp_path, max_bytes=1) as raw:
        references = [append(raw, fetched_at=NOON + timedelta(seconds=number)) for number in range(3)]
    for leftover in tmp_path.glob("index.sqlite*"):
        leftover.unlink()
    with RawStore(tmp_path) as raw:
        assert [one.reference for one in raw.records()] == references


def test_damage_in_the_middle_costs_only_the_damaged_page(tmp_path: Path) -> None:
    with RawStore(tmp_path) as raw:
        references = [append(raw, url=f"{URL}?{number}") for number in range(3)]
    (path,) = warc_files(tmp_path)
    content = bytearray(path.read_bytes())
    content[references[1].offset + 20 : references[1].offset + 60] = bytes(40)
    path.write_bytes(content)
    (tmp_path / "index.sqlite").unlink()
    with RawStore(tmp_path) as raw:
        assert [one.reference for one in raw.records()] == [references[0], references[2]]
        with pytest.raises(InputFileError, match=f"at byte {references[1].offset}"):
            raw.read(references[1])
    assert path.read_bytes() == content


def streamed(directory: Path) -> list[RawPage | Damage]:
    """All that a reader gives of all files."""
    with RawReader(directory) as reader:
        return [found for file in reader.files() for found in reader.pages(file)]


def test_the_same_bytes_of_an_address_are_kept_once(tmp_path: Path) -> None:
    day = timedelta(days=1)
    for headers, body in (
        ({}, HTML),
        ({"Content-Encoding": "gzip"}, gzip.compress(os.urandom(3000), mtime=0)),
    ):
        folder = tmp_path / str(len(headers))
        with RawStore(folder) as raw:
            first = append(raw, headers=headers, body=body)
            raw.sync()
            same = append(raw, headers=headers | {"Age": "5"}, body=body, fetched_at=NOON + day)
            raw.sync()
            again = append(raw, headers=headers, body=body, fetched_at=NOON + 2 * day, identity="ithome:1")
            other = append(raw, headers=headers, body=body, fetched_at=NOON + day, url=f"{URL}?page=2")
            raw.sync()
            pages = [raw.read(one) for one in (first, same, again, other)]
            kinds = [one.original for one in raw.records()]
        assert {one.sha256 for one in (first, same, again, other)} == {first.sha256}
        assert {hashlib.sha256(page.content).hexdigest() for page in pages} == {first.sha256}
        assert [page.fetched_at for page in pages] == [NOON, NOON + day, NOON + 2 * day, NOON + day]
        assert pages[1].headers == headers | {"Age": "5"}
        # Another address with the same bytes is kept whole: its page depends on no other's.
        assert sorted(kinds, key=str) == [NOON, NOON, None, None]
        (path,) = warc_files(folder)
        with path.open("rb") as file:
            about = [dict(record.rec_headers.headers) for record in ArchiveIterator(file)]
        revisit = about[1]
        assert [one["WARC-Type"] for one in about] == ["response", "revisit", "revisit", "response"]
        assert revisit["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
        assert revisit["WARC-Refers-To-Target-URI"] == URL
        assert revisit["WARC-Refers-To-Date"] == about[2]["WARC-Refers-To-Date"] == about[0]["WARC-Date"]
        assert revisit["WARC-Payload-Digest"] == about[0]["WARC-Payload-Digest"]


def test_other_bytes_are_kept_whole_whatever_they_unpack_to(tmp_path: Path) -> None:
    packed = {"Content-Encoding": "gzip"}
    with RawStore(tmp_path) as raw:
        append(raw, headers=packed, body=gzip.compress(os.urandom(5000), 0, mtime=0))
        raw.sync()
        content = raw.read(next(raw.records()).reference).content
        append(raw, headers=packed, body=gzip.compress(content, 9, mtime=0), fetched_at=NOON + timedelta(1))
        append(raw, body=content, rendered=True, fetched_at=NOON + timedelta(2))
        append(raw, url="https://short", body=b"x")
        raw.sync()
        append(raw, url="https://short", body=b"x", fetched_at=NOON + timedelta(1))
        assert [one.original for one in raw.records()] == [None] * 5


def test_a_page_of_which_the_original_is_lost_is_kept_whole(tmp_path: Path) -> None:
    with RawStore(tmp_path) as raw:
        append(raw)
    (path,) = warc_files(tmp_path)
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    with RawStore(tmp_path) as raw:
        second = append(raw, fetched_at=NOON + timedelta(1))
        assert raw.read(second).content == HTML
        raw.sync()
        third = append(raw, fetched_at=NOON + timedelta(2))
        assert raw.read(third).content == HTML
        assert [one.original for one in raw.records()] == [None, None, NOON + timedelta(1)]


def test_pages_are_read_file_by_file_with_what_is_damaged(tmp_path: Path) -> None:
    files = []
    for run in range(3):
        with RawStore(tmp_path) as raw:
            for number in range(3):
                fields = {"url": f"{URL}?{number}", "identity": f"ithome:{number}"}
                files.append(append(raw, **fields, fetched_at=NOON + timedelta(run)).file)
    first, second, third = (path_of(tmp_path, name) for name in dict.fromkeys(files))
    found = [one for one in streamed(tmp_path) if isinstance(one, RawPage)]
    assert len(found) == len(streamed(tmp_path)) == 9
    with RawReader(tmp_path) as reader:
        assert list(reader.pages(found[0].reference.file, found[1].reference.offset)) == found[1:3]
        assert [reader.read(one.reference) for one in found] == [one.capture.page for one in found]
    for leftover in tmp_path.glob("index.sqlite*"):
        leftover.rename(leftover.with_name(f"{leftover.name}.away"))
    assert streamed(tmp_path) == found  # an index of its own, for the time being
    for away in tmp_path.rglob("*.away"):
        away.rename(away.with_suffix(""))

    content = bytearray(first.read_bytes())
    content[sorted(one.reference.offset for one in found if one.reference.file == first.name)[1] + 300] ^= 4
    first.write_bytes(content)
    os.truncate(second, second.stat().st_size - 10)
    third.unlink()
    damaged = [one for one in streamed(tmp_path) if isinstance(one, Damage)]
    lost = {(one.file, record.reference.offset) for one in damaged for record in one.records}
    pages = {(one.reference.file, one.reference.offset) for one in found}
    whole = {
        (one.reference.file, one.reference.offset) for one in streamed(tmp_path) if isinstance(one, RawPage)
    }
    assert whole | lost == pages
    assert not whole & lost
    # With a page its revisits are lost: the second file has two whole records before its last, of which one has no original.
    assert len(whole) == 2 + 1
    assert {row.identity for one in damaged if one.file == first.name for row in one.records} == {"ithome:1"}


def test_a_file_that_became_shorter_or_is_missing_is_named_when_the_store_is_opened(tmp_path: Path) -> None:
    for run in range(2):
        with RawStore(tmp_path) as raw:
            assert raw.damages == []
            append(raw, fetched_at=NOON + timedelta(run))
    first, second = warc_files(tmp_path)
    os.truncate(first, first.stat().st_size - 1)
    second.unlink()
    with RawStore(tmp_path) as raw:
        assert [first.name in raw.damages[0], second.name in raw.damages[1]] == [True, True]


def test_an_index_of_an_older_newsarchive_is_brought_up_to_date(tmp_path: Path) -> None:
    for opened in (RawReader, RawStore):
        folder = tmp_path / opened.__name__
        with RawStore(folder) as raw:
            reference = append(raw, identity="ithome:1")
        with closing(sqlite3.connect(folder / "index.sqlite")) as index:
            index.executescript(
                "DROP TABLE parts; DROP TABLE forgotten; ALTER TABLE records DROP COLUMN original; PRAGMA user_version = 0"
            )
        with opened(folder) as pages:
            assert pages.read(reference).content == HTML
        with RawStore(folder) as raw:
            second = append(raw, fetched_at=NOON + timedelta(1))
            assert raw.read(second).content == HTML
            assert [one.original for one in raw.find(URL)] == [NOON, None]


@pytest.mark.parametrize("file", ["missing.warc.gz", "../../etc/passwd"])
def test_a_reference_to_nothing_is_an_error_in_one_line(tmp_path: Path, file: str) -> None:
    with RawStore(tmp_path) as raw, pytest.raises(InputFileError) as refused:
        raw.read(RawReference(file=file, offset=0, sha256=""))
    assert str(tmp_path / Path(file).name) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_killed_writer_loses_no_page_it_told_of(tmp_path: Path) -> None:
    with start_writer(tmp_path, 100_000) as writer:
        assert writer.stdout is not None
        told = list(islice(writer.stdout, 20))
        writer.send_signal(signal.SIGKILL)
        told += list(writer.stdout)
    references = [RawReference.model_validate_json(line) for line in told if line.endswith("}\n")]
    with RawStore(tmp_path) as raw:
        for number, reference in enumerate(references):
            assert raw.read(reference).content == f"{number}".encode() * 50_000
        indexed = [one.reference for one in raw.records()]
        assert indexed[: len(references)] == references
        assert len(indexed) - len(references) <= 1
    (path,) = warc_files(tmp_path)
    assert all(isinstance(found, Member) for found in members(path))


def test_several_processes_write_files_of_their_own(tmp_path: Path) -> None:
    writers = [start_writer(tmp_path, 20) for _ in range(3)]
    told = [writer.communicate()[0].splitlines() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    references = [RawReference.model_validate_json(line) for lines in told for line in lines]
    assert len({reference.file for reference in references}) == 3
    with RawStore(tmp_path) as raw:
        assert len(list(raw.records())) == 60
        assert all(raw.read(reference) for reference in references)


def test_a_record_that_is_being_written_is_not_set_aside(tmp_path: Path) -> None:
    with RawStore(tmp_path) as living:
        append(living)
        (path,) = warc_files(tmp_path)
        tear(path, b"\x1f\x8b\x08")
        with RawStore(tmp_path) as other:
            assert len(list(other.records())) == 1
        assert list(tmp_path.rglob("*.torn-*")) == []


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No room: this process may write no file beyond a size for a while."""
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_disk_leaves_whole_records_only(tmp_path: Path) -> None:
    with RawStore(tmp_path) as raw:
        first = append(raw)
        raw.sync()
        (path,) = warc_files(tmp_path)
        with (
            files_of_at_most(path.stat().st_size + 50),
            pytest.raises(OutputError, match="cannot be written"),
        ):
            append(raw, url="https://lost")
        second = append(raw, url="https://second")
        assert [one.reference for one in raw.records()] == [first, second]
    assert len(list(members(path))) == 2


def test_what_did_not_reach_the_disk_is_never_said_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with RawStore(tmp_path) as raw:
        append(raw)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            with pytest.raises(OutputError, match="No space left"):
                raw.sync()
        # The system forgets a failed write: asking again would answer that all is well.
        with pytest.raises(OutputError, match="No space left"):
            raw.sync()


def test_pages_in_a_folder_that_was_taken_away_are_not_said_to_be_there(tmp_path: Path) -> None:
    with RawStore(tmp_path / "raw") as raw:
        append(raw)
        raw.sync()
        append(raw, url="https://second")
        (tmp_path / "raw").rename(tmp_path / "elsewhere")
        with pytest.raises(OutputError, match="taken away"):
            raw.sync()


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorePermissionError, match="file"):
        RawStore(tmp_path / "file" / "raw").open()
    (tmp_path / "index.sqlite").write_bytes(b"no database " * 100)
    with pytest.raises(StoreVersionError, match="raw verify"):
        RawStore(tmp_path).open()
    (tmp_path / "other").mkdir()
    with closing(sqlite3.connect(tmp_path / "other" / "index.sqlite")) as other:
        other.execute("CREATE TABLE mine (a)")
    with pytest.raises(StoreVersionError, match="another program"):
        RawStore(tmp_path / "other").open()


def test_a_raw_store_says_that_it_is_not_open(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="not open"):
        append(RawStore(tmp_path))


def test_rendered_page_is_no_response_and_reads_back(tmp_path: Path) -> None:
    headers = {"content-type": "text/html; charset=utf-8", "Content-Length": "7", "Date": "now"}
    with RawStore(tmp_path) as raw:
        reference = append(raw, status=404, headers=headers, rendered=True, site="36kr")
        page = raw.read(reference)
    (tmp_path / "index.sqlite").unlink()
    with RawStore(tmp_path) as raw:
        assert [record.reference for record in raw.records()] == [reference]
    assert (page.content, page.url, page.status, page.fetched_at) == (HTML, URL, 404, NOON)
    assert page.headers == {"Content-Type": "text/html; charset=utf-8"}
    (file,) = warc_files(tmp_path)
    with file.open("rb") as stream:
        (record,) = ArchiveIterator(stream)
    assert record.rec_type == "conversion"
    (member,) = members(file)
    assert isinstance(member, Member)
    assert member.capture is not None
    assert member.capture.rendered


def test_each_day_has_a_folder_and_files_beside_the_index_are_read_as_ever(tmp_path: Path) -> None:
    kept = make_runs(tmp_path, runs=3)
    files = warc_files(tmp_path)
    for path in files:
        assert re.fullmatch(r"\d{4}/\d\d/\d\d", path.parent.relative_to(tmp_path).as_posix())
        assert path.parent.name == path.name.removeprefix("pages-")[6:8]
    first = files[0].rename(tmp_path / files[0].name)
    assert [path.name for path in warc_files(tmp_path)] == [path.name for path in files]
    with RawStore(tmp_path) as raw:
        assert (raw.damages, raw.torn) == ([], [])
    with RawReader(tmp_path) as reader:
        assert {
            place(record.reference): reader.read(record.reference) for record in reader.index.all()
        } == kept
        found = [page for file in reader.files() for page in reader.pages(file)]
        assert len(found) == len(kept)
        assert not [one for one in found if isinstance(one, Damage)]
    assert first.exists()


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("pages-20261129T010203Z-7-1a2b3c4d.warc.gz", "2026/11/29"),
        ("pages-20261129-ithome-1a2b3c4d.warc.gz", "2026/11/29"),
        ("pages.warc.gz", "."),
        ("../../pages-20261129T010203Z-7-a.warc.gz", "2026/11/29"),
        ("../../etc/passwd", "."),
    ],
)
def test_the_name_of_a_file_says_where_it_lies_and_nothing_leads_out(
    tmp_path: Path, name: str, folder: str
) -> None:
    assert path_of(tmp_path, name) == tmp_path / folder / Path(name).name


def test_a_year_of_runs_every_ten_minutes_leaves_no_folder_with_over_some_hundred_entries(
    tmp_path: Path,
) -> None:
    a_day, started = Counter[Path](), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(365 * 144):
        at = started + number * timedelta(minutes=10)
        for _ in range(3):
            a_day[day_folder(tmp_path, f"pages-{at:%Y%m%dT%H%M%SZ}-1-a.warc.gz")] += 1
    inside = Counter(folder.parent for folder in a_day)
    assert max(*a_day.values(), *inside.values()) == 432
    assert len(a_day) == 365
