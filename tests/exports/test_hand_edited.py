"""Files on the disk: written, merged, or left with a new version beside them; and what is remembered of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from exports.files import hand_edited as merged_writing
from exports.files.hand_edited import State, Written, raise_conflicts, write_keeping_edits
from newsarchive.errors import ConflictError
from newsarchive.storage import Store
from tests.exports.grammars import DIGEST

NAME = "2025/a.md"


def text(*names: str, **words: str) -> str:
    items = (
        f"{n}. {words.get(name, name)}\n\n   https://example.com/{name}\n" for n, name in enumerate(names, 1)
    )
    return "## 2025.03.04\n\n" + "\n".join(items)


class Archive:
    """A folder and the store that writes to it."""

    def __init__(self, store: Store, root: Path) -> None:
        self.store = store
        self.root = root
        self.file = root / NAME
        self.beside = root / f"{NAME}.new"

    async def export(self, content: str) -> Written:
        return await write_keeping_edits(
            self.store, self.root, NAME, content, DIGEST, made_with={"format": "digest"}
        )

    def edit(self, change: Callable[[str], str]) -> None:
        self.file.write_bytes(change(self.read()).encode())

    def read(self) -> str:
        return self.file.read_bytes().decode()


@pytest.fixture
def archive(store: Store, tmp_path: Path) -> Archive:
    return Archive(store, tmp_path / "out")


async def test_a_file_that_nobody_edited_is_rewritten(archive: Archive) -> None:
    assert (await archive.export(text("a", "b"))).state is State.WRITTEN
    assert (await archive.export(text("a", "b"))).state is State.UNCHANGED
    assert (await archive.export(text("b", "c"))).state is State.WRITTEN
    assert archive.read() == text("b", "c")


async def test_an_edited_file_is_merged_and_then_at_rest(archive: Archive) -> None:
    await archive.export(text("a", "b"))
    archive.edit(lambda it: it.replace("1. a", "1. 甲"))
    assert (await archive.export(text("a", "b"))).state is State.UNCHANGED
    assert (await archive.export(text("a", "b", "c"))).state is State.MERGED
    assert archive.read() == text("a", "b", "c", a="甲")
    assert (await archive.export(text("a", "b", "c"))).state is State.UNCHANGED
    assert not archive.beside.exists()


async def test_taking_back_what_an_export_added_is_an_edit(archive: Archive) -> None:
    await archive.export(text("a"))
    await archive.export(text("a", "b"))
    archive.edit(lambda _: text("a"))
    assert (await archive.export(text("a", "b", "c"))).state is State.MERGED
    assert "example.com/b" not in archive.read()


async def test_a_conflict_leaves_the_file_and_says_what_to_do(archive: Archive) -> None:
    await archive.export(text("a", "b"))
    archive.edit(lambda it: it.replace("1. a", "1. 手改"))
    for _ in range(2):
        written = await archive.export(text("a", "b", "c", a="库改"))
        assert written.state is State.CONFLICT
        assert archive.read() == text("a", "b", a="手改")
        assert archive.beside.read_text(encoding="utf-8") == text("a", "b", "c", a="库改")
    with pytest.raises(
        ConflictError, match=r"2025/a\.md was edited by hand .*2025-03-04 https://example.com/a.*a\.md\.new"
    ) as told:
        raise_conflicts([written])
    assert "\n" not in str(told.value)


async def test_deleting_the_new_file_lets_the_hand_win(archive: Archive) -> None:
    await archive.export(text("a", "b"))
    archive.edit(lambda it: it.replace("1. a", "1. 手改"))
    await archive.export(text("a", "b", "c", a="库改"))
    archive.beside.unlink()
    assert (await archive.export(text("a", "b", "c", "d", a="库改"))).state is State.MERGED
    assert archive.read() == text("a", "b", "c", "d", a="手改")
    # What the store says later is a new question.
    assert (await archive.export(text("a", "b", "c", "d", a="又改"))).state is State.CONFLICT


async def test_taking_the_new_file_or_its_words_settles_it_too(archive: Archive) -> None:
    await archive.export(text("a", "b"))
    archive.edit(lambda it: it.replace("1. a", "1. 手改").replace("2. b", "2. 乙"))
    await archive.export(text("a", "b", "c", a="库改"))
    archive.edit(lambda it: it.replace("1. 手改", "1. 库改"))
    assert (await archive.export(text("a", "b", "c", a="库改"))).state is State.MERGED
    assert archive.read() == text("a", "b", "c", a="库改", b="乙")
    assert not archive.beside.exists()


async def test_a_new_file_that_a_hand_edited_is_never_overwritten(archive: Archive) -> None:
    await archive.export(text("a"))
    archive.edit(lambda it: it.replace("1. a", "1. 手改"))
    await archive.export(text("a", a="库改"))
    archive.beside.write_text("我的笔记", encoding="utf-8")
    written = await archive.export(text("a", a="又改"))
    assert written.state is State.CONFLICT
    assert "edited too" in written.message
    assert archive.beside.read_text(encoding="utf-8") == "我的笔记"


async def test_a_file_of_unknown_history_is_left_alone(archive: Archive) -> None:
    archive.file.parent.mkdir(parents=True)
    archive.file.write_bytes(text("a", a="谁写的").encode())
    assert (await archive.export(text("a", "b"))).state is State.CONFLICT
    assert archive.read() == text("a", a="谁写的")
    archive.beside.unlink()
    assert (await archive.export(text("a", "b"))).state is State.UNCHANGED
    assert (await archive.export(text("a", "b", "c"))).state is State.MERGED
    assert archive.read() == text("a", "c", a="谁写的")


async def test_a_file_of_unknown_history_that_says_the_same_is_known_from_then_on(archive: Archive) -> None:
    archive.file.parent.mkdir(parents=True)
    archive.file.write_bytes(text("a").encode())
    assert (await archive.export(text("a"))).state is State.UNCHANGED
    assert (await archive.export(text("a", "b"))).state is State.WRITTEN


async def test_a_fresh_copy_of_the_folder_is_rewritten_only_where_nobody_edited(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.export(text("a"))
    clones = [Archive(archive.store, tmp_path / name) for name in ("clone", "edited")]
    for clone in clones:
        shutil.copytree(archive.root, clone.root)
    clones[1].edit(lambda it: it.replace("1. a", "1. 手改"))
    assert [(await clone.export(text("a", "b"))).state for clone in clones] == [State.WRITTEN, State.CONFLICT]
    assert clones[1].read() == text("a", a="手改")


async def test_two_folders_of_one_store_do_not_confuse_each_other(archive: Archive, tmp_path: Path) -> None:
    other = Archive(archive.store, tmp_path / "other")
    await archive.export(text("a"))
    await other.export(text("a"))
    await archive.export(text("a", "b"))
    assert (await other.export(text("a", "b"))).state is State.WRITTEN


async def test_an_absent_file_is_written(archive: Archive) -> None:
    await archive.export(text("a"))
    archive.file.unlink()
    assert (await archive.export(text("a", "b"))).state is State.WRITTEN


async def test_a_file_that_is_no_text_is_left_alone(archive: Archive) -> None:
    await archive.export(text("a"))
    archive.file.write_bytes("编者按".encode("gb18030"))
    written = await archive.export(text("a", "b"))
    assert written.state is State.CONFLICT
    assert "not UTF-8" in written.message
    assert archive.file.read_bytes() == "编者按".encode("gb18030")


async def test_a_run_that_ends_before_it_remembers_leaves_no_edit_that_nobody_made(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    await archive.export(text("a"))
    archive.edit(lambda it: f"编者按\n\n{it}")

    class Killed(BaseException):
        """The process ends here."""

    def write_and_end(root: Path, relative: str, content: str) -> bool:
        (root / relative).write_bytes(content.encode())
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(merged_writing, "write_text", write_and_end)
        with pytest.raises(Killed):
            await archive.export(text("a", "b"))
    assert (await archive.export(text("a", "b", b="乙"))).state is State.MERGED
    assert archive.read() == "编者按\n\n" + text("a", "b", b="乙")


async def test_many_conflicts_are_one_line() -> None:
    files = [
        Written(Path("a"), State.CONFLICT, "a was edited"),
        Written(Path("b"), State.CONFLICT, "b"),
        Written(Path("c"), State.MERGED),
    ]
    with pytest.raises(ConflictError, match=r"^a was edited \(and 1 more file"):
        raise_conflicts(files)
