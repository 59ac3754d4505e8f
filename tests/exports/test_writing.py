"""Files are written whole, only inside, and only when they change."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.files.atomic import WholeFile, named_file, read_bytes, write_text
from newsarchive.errors import OutputError


def test_a_file_is_written_with_its_directories(tmp_path: Path) -> None:
    assert write_text(tmp_path / "out", "2025/a.md", "字\n")
    assert (tmp_path / "out/2025/a.md").read_bytes() == "字\n".encode()
    assert [path.name for path in (tmp_path / "out/2025").iterdir()] == ["a.md"]


def test_equal_content_leaves_the_file_alone(tmp_path: Path) -> None:
    write_text(tmp_path, "a.md", "一\n")
    os.utime(tmp_path / "a.md", ns=(1, 1))
    assert not write_text(tmp_path, "a.md", "一\n")
    assert (tmp_path / "a.md").stat().st_mtime_ns == 1
    assert write_text(tmp_path, "a.md", "二\n")
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == "二\n"


def test_the_mode_of_the_file_stays(tmp_path: Path) -> None:
    write_text(tmp_path, "a.md", "一\n")
    (tmp_path / "a.md").chmod(0o640)
    write_text(tmp_path, "a.md", "二\n")
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("relative", ["../a.md", "2025/../../a.md", "/tmp/newsarchive-a.md", "", "link/a.md"])  # noqa: S108
def test_nothing_is_written_outside(tmp_path: Path, relative: str) -> None:
    root = tmp_path / "out"
    root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="outside"):
        write_text(root, relative, "字\n")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (tmp_path / "a.md").exists()


def test_a_place_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "2025").write_text("a file where a directory should be", encoding="utf-8")
    with pytest.raises(OutputError, match=r"2025/a\.md cannot be written") as told:
        write_text(tmp_path, "2025/a.md", "字\n")
    assert "\n" not in str(told.value)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    with pytest.raises(OutputError):
        write_text(tmp_path, "a.md", "字\n")
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_a_large_file_is_put_into_place_at_the_end_and_only_if_it_changed(tmp_path: Path) -> None:
    with WholeFile(tmp_path, "2025/a.jsonl") as file:
        file.write(b"1\n")
        assert not (tmp_path / "2025/a.jsonl").exists()
    (tmp_path / "2025/a.jsonl").chmod(0o640)
    os.utime(tmp_path / "2025/a.jsonl", ns=(1, 1))
    again = WholeFile(tmp_path, "2025/a.jsonl")
    with again as file:
        file.write(b"1\n")
    assert not again.written
    assert (tmp_path / "2025/a.jsonl").stat().st_mtime_ns == 1
    with again as file:
        file.write(b"2\n")
    assert again.written
    assert (tmp_path / "2025/a.jsonl").read_bytes() == b"2\n"
    assert (tmp_path / "2025/a.jsonl").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in (tmp_path / "2025").iterdir()] == ["a.jsonl"]


def half_written(root: Path, failure: Exception) -> None:
    with WholeFile(root, "a.jsonl") as file:
        file.write(b"2\n")
        raise failure


def test_a_large_file_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"1\n")
    with pytest.raises(RuntimeError):
        half_written(tmp_path, RuntimeError())
    with pytest.raises(OutputError, match="No space"):
        half_written(tmp_path, OSError(28, "No space left on device"))
    assert (tmp_path / "a.jsonl").read_bytes() == b"1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
    with pytest.raises(OutputError, match="outside"):
        WholeFile(tmp_path, "../a.jsonl")


@pytest.fixture(params=["FIFO", "socket", "directory", "device"])
def special(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A name at which something lies that is no file."""
    path = tmp_path / "special"
    match request.param:
        case "FIFO":
            os.mkfifo(path)
        case "directory":
            path.mkdir()
        case "device":
            path = Path(os.devnull)
    with socket.socket(socket.AF_UNIX) as bound:
        if request.param == "socket":
            bound.bind(str(path))
        yield path


def test_what_is_no_file_is_neither_replaced_nor_read(special: Path) -> None:
    before = special.stat()
    for write in (
        lambda: write_text(special.parent, special.name, "一"),
        lambda: WholeFile(special.parent, special.name),
        lambda: read_bytes(special.parent, special.name),
    ):
        with pytest.raises(OutputError, match=r"is a (FIFO|socket|directory|device), no file; it was left"):
            write()
    assert (special.stat().st_mode, special.stat().st_ino) == (before.st_mode, before.st_ino)


def test_a_link_to_a_file_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "feed.xml"
    link.symlink_to("real/feed.xml")
    assert write_text(*named_file(str(link)), "一")
    assert link.is_symlink()
    assert (tmp_path / "real" / "feed.xml").read_text(encoding="utf-8") == "一"


@pytest.mark.parametrize("out", [".", "", "..", "a/", "loop"])
def test_what_names_no_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    with pytest.raises(OutputError, match=r"is a directory: name a file with --out|loop"):
        write_text(*named_file(out), "一")
    assert [it.name for it in tmp_path.iterdir()] == ["loop"]
