"""The mirror has each content once, under no name but its hash, whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from newsarchive.errors import OutputError
from newsarchive.images.content import content_of
from newsarchive.images.mirror import Mirror
from tests.images.drawn import drawn

DATA = drawn()


def kept(mirror: Mirror) -> str:
    return mirror.keep(DATA, content_of(DATA))


def test_a_picture_is_kept_byte_for_byte_by_its_hash(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "images")
    name = kept(mirror)
    assert name == f"{hashlib.sha256(DATA).hexdigest()}.png"
    assert mirror.read(name) == DATA
    assert [path.name for path in tmp_path.rglob("*.*")] == [name]


def test_the_same_content_is_written_once(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    first = mirror.path(kept(mirror)).stat()
    assert mirror.path(kept(mirror)).stat().st_ino == first.st_ino


def test_what_a_killed_run_left_is_completed_and_not_left_behind(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "images")
    name = kept(mirror)
    path = mirror.path(name)
    path.rename(path.with_name(f".{name}.tmp"))
    path.with_name(f".{name}.tmp").write_bytes(DATA[:40])
    assert not mirror.has(name)
    assert kept(mirror) == name
    assert [it.name for it in path.parent.iterdir()] == [name]
    assert mirror.read(name) == DATA


def test_a_damaged_file_is_none_and_is_written_anew(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    name = kept(mirror)
    mirror.path(name).write_bytes(DATA[:-5])
    assert not mirror.has(name)
    kept(mirror)
    assert mirror.read(name) == DATA


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a1.png", f"{'a' * 64}.html", f"{'a' * 64}.png/..", f"{'A' * 64}.png"]
)
def test_no_page_names_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        Mirror(tmp_path).path(name)


def test_a_folder_that_takes_nothing_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "images").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError, match="NEWSARCHIVE_IMAGES_FOLDER"):
        kept(Mirror(tmp_path / "images"))
