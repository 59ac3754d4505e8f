"""Files that were damaged by accident: nothing of them is taken for a decision, and the command says which they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.files.hand_edited import NEW, State, Written
from exports.imports import read_archive
from exports.imports.importer import import_archive
from exports.request import ExportRequest
from exports.sync.folder import raise_refused, sync_folder
from newsarchive.errors import UnreadableMarkdownError
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from tests.exports.stories import DAY, article, pick
from tests.exports.test_imported_files import POST

MONTH = DAY.replace(day=1)
POST_DAY = date(2025, 3, 1)
WAYS = {
    "digest": ExportRequest("digest", month=MONTH),
    "digest-mkdocs": ExportRequest("digest", month=MONTH, target="mkdocs"),
    "daily": ExportRequest("daily", day=DAY),
    "daily-hugo-strict": ExportRequest("daily", day=DAY, target="hugo", profile="strict"),
    "briefing": ExportRequest("briefing", day=DAY),
    "fulltext": ExportRequest("fulltext", day=DAY),
    "article": ExportRequest("fulltext", day=DAY, per="article"),
}


def bullets(text: str) -> str:
    """Numbers taken away: a list of bullets, headings without numbers."""
    return re.sub(r"(?m)^(## )?\d+\. +", lambda it: it[1] or "- ", text)


def no_headings(text: str) -> str:
    return re.sub(r"(?m)^#+ ", "", text)


def half(text: str) -> str:
    """About the first half, which ends within a word."""
    words = re.compile(r"第 \d 条|版权").search(text, len(text) // 2)
    assert words
    return text[: words.end() - 1]


DAMAGES: dict[str, tuple[Callable[[str], bytes], str, tuple[str, ...]]] = {
    "emptied": (lambda _: b"", "is empty", ()),
    "blank": (lambda _: b"\xef\xbb\xbf\n \n", "is empty", ()),
    "zeros": (lambda it: b"\0" * len(it.encode()), "is empty", ()),
    "zeros at the end": (lambda it: it.encode()[:-40] + b"\0" * 40, "zero bytes|UTF-8", ()),
    "gb18030": (lambda it: it.encode("gb18030"), "UTF-8", ()),
    "utf-16": (lambda it: it.encode("utf-16"), "UTF-8", ()),
    "ascii": (lambda it: it.encode("ascii", "replace"), "no Chinese", ()),
    "latin-1": (lambda it: it.encode().decode("latin-1").encode(), "latin-1", ()),
    "gbk": (lambda it: it.encode().decode("gb18030", "replace").encode(), "lost characters|gb18030", ()),
    "cut off": (lambda it: half(it).encode(), "in the middle|but not as an item", ()),
    "cut in a character": (lambda it: it.encode()[: it.encode().index("条".encode()) + 1], "UTF-8", ()),
    "left by Git": (
        lambda it: f"<<<<<<< HEAD\n{it}=======\n{it}>>>>>>> other\n".encode(),
        "conflict marks of Git from line 1",
        (),
    ),
    "another text": (lambda _: "备忘：买牛奶。\n".encode(), "nothing left", ()),
    "no numbers": (
        lambda it: bullets(it).encode(),
        "not as an item",
        ("daily", "daily-hugo-strict", "fulltext", "article"),
    ),
    "no headings": (
        lambda it: no_headings(it).encode(),
        "not as an item",
        ("digest", "digest-mkdocs", "article", "briefing"),
    ),
}
CASES = [(way, name) for way in WAYS for name, (_, _, without) in DAMAGES.items() if way not in without]


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.save_articles([article(number) for number in (1, 2, 3)])
    await store.save_picks(
        [pick(article(number), number, f"第 {number} 条写了什么。") for number in (1, 2, 3)]
    )
    return store


async def export(store: Store, way: str, out: Path) -> list[Written]:
    return [written for _, written in (await export_pages(store, WAYS[way], out)).pages]


@pytest.mark.parametrize(("way", "name"), CASES)
async def test_nothing_is_taken_from_a_damaged_file(
    filled: Store, tmp_path: Path, way: str, name: str
) -> None:
    spoil, reason, _ = DAMAGES[name]
    file = (await export(filled, way, tmp_path))[0].path
    spoiled = spoil(file.read_text(encoding="utf-8"))
    file.write_bytes(spoiled)
    picks = await filled.picks(DAY, DAY)
    synced = await sync_folder(filled, tmp_path)
    with pytest.raises(UnreadableMarkdownError, match=reason) as caught:
        raise_refused(synced)
    assert str(file) in str(caught.value)
    assert await filled.picks(DAY, DAY) == picks
    assert file.read_bytes() == spoiled


@pytest.mark.parametrize(("way", "name"), CASES)
async def test_an_export_leaves_a_damaged_file_and_puts_a_whole_one_beside_it(
    filled: Store, tmp_path: Path, way: str, name: str
) -> None:
    spoil, _, _ = DAMAGES[name]
    whole = (await export(filled, way, tmp_path))[0].path.read_bytes()
    file = (await export(filled, way, tmp_path))[0].path
    spoiled = spoil(whole.decode())
    file.write_bytes(spoiled)
    written = (await export(filled, way, tmp_path))[0]
    assert written.state is State.CONFLICT, written
    assert file.read_bytes() == spoiled
    beside = file.with_name(file.name + NEW)
    assert beside.read_bytes() == whole
    file.write_bytes(beside.read_bytes())
    beside.unlink()
    assert (await export(filled, way, tmp_path))[0].state is State.UNCHANGED
    assert not any(it.edited for it in await sync_folder(filled, tmp_path))


async def test_the_other_files_are_synced(filled: Store, tmp_path: Path) -> None:
    (digest,) = await export(filled, "digest", tmp_path)
    (daily,) = await export(filled, "daily", tmp_path)
    digest.path.write_bytes(b"")
    text = daily.path.read_text(encoding="utf-8").replace("第 2 条写了什么。", "改过。")
    daily.path.write_text(text, encoding="utf-8")
    synced = {it.path: it for it in await sync_folder(filled, tmp_path)}
    assert synced[digest.path].refused
    assert (synced[daily.path].texts, synced[daily.path].refused) == (1, "")
    assert [it.text for it in await filled.picks(DAY, DAY)][1] == "改过。"


@pytest.mark.parametrize(
    "way", ["digest", "digest-mkdocs", "daily", "daily-hugo-strict", "briefing", "fulltext"]
)
async def test_all_items_may_be_taken_out_by_hand(filled: Store, tmp_path: Path, way: str) -> None:
    (written,) = await export(filled, way, tmp_path)
    text = written.path.read_text(encoding="utf-8")
    first = r"(?m)^\d+\. " if way.startswith("digest") else r"(?m)^## "
    kept = text[: re.search(first, text).start()]  # type: ignore[union-attr]
    if way == "digest":
        kept += "今天没有。\n"
    written.path.write_text(kept, encoding="utf-8")
    (again,) = await export(filled, way, tmp_path)
    assert again.state is State.UNCHANGED
    (synced,) = await sync_folder(filled, tmp_path)
    assert (synced.rejected, synced.refused) == (3, "")
    assert {it.state for it in await filled.picks(DAY, DAY)} == {"rejected"}
    assert written.path.read_text(encoding="utf-8") == kept


async def test_an_item_in_a_comment_is_taken_out_and_one_behind_an_open_comment_is_not(
    filled: Store, tmp_path: Path
) -> None:
    (written,) = await export(filled, "digest", tmp_path)
    text = written.path.read_text(encoding="utf-8")
    written.path.write_text(text.replace("1. ", "<!--\n1. "), encoding="utf-8")
    (synced,) = await sync_folder(filled, tmp_path)
    assert "not as an item" in synced.refused
    written.path.write_text(text.replace("1. ", "<!--\n1. ").replace("2. ", "-->\n\n2. "), encoding="utf-8")
    (synced,) = await sync_folder(filled, tmp_path)
    assert (synced.rejected, synced.refused) == (1, "")


async def test_one_item_that_lost_its_number_is_named(filled: Store, tmp_path: Path) -> None:
    (written,) = await export(filled, "digest", tmp_path)
    text = written.path.read_text(encoding="utf-8")
    written.path.write_text(text.replace("2. ", "- "), encoding="utf-8")
    synced = await sync_folder(filled, tmp_path)
    with pytest.raises(UnreadableMarkdownError, match=r"第2条写了什么"):
        raise_refused(synced)
    assert {it.state for it in await filled.picks(DAY, DAY)} == {"picked"}


async def test_an_empty_file_stays_empty_once_a_hand_has_said_so(filled: Store, tmp_path: Path) -> None:
    (written,) = await export(filled, "digest", tmp_path)
    file = written.path
    file.write_bytes(b"")
    assert (await export(filled, "digest", tmp_path))[0].state is State.CONFLICT
    file.with_name(file.name + NEW).unlink()
    for _ in range(3):
        assert (await export(filled, "digest", tmp_path))[0].state is State.UNCHANGED
    assert file.read_bytes() == b""
    await filled.save_picks([Pick(day=DAY, position=9, url="https://example.com/9", text="新。")])
    assert (await export(filled, "digest", tmp_path))[0].state is State.MERGED
    assert file.read_text(encoding="utf-8").count("https://") == 1


@pytest.mark.parametrize("exported", [True, False])
async def test_an_empty_file_is_taken_once_a_hand_has_said_so(
    filled: Store, tmp_path: Path, *, exported: bool
) -> None:
    (written,) = await export(filled, "digest", tmp_path)
    written.path.write_bytes(b"")
    await export(filled, "digest", tmp_path)
    (synced,) = await sync_folder(filled, tmp_path)
    assert synced.refused
    written.path.with_name(written.path.name + NEW).unlink()
    if exported:
        await export(filled, "digest", tmp_path)
    (synced,) = await sync_folder(filled, tmp_path)
    assert (synced.rejected, synced.refused) == (3, "")


async def test_a_copy_that_was_emptied_makes_no_candidates(filled: Store, tmp_path: Path) -> None:
    (written,) = await export(filled, "digest", tmp_path / "one")
    copy = tmp_path / "two" / written.path.relative_to(tmp_path / "one")
    copy.parent.mkdir(parents=True)
    for content in (b"", bullets(written.path.read_text(encoding="utf-8")).encode()):
        copy.write_bytes(content)
        (synced,) = await sync_folder(filled, tmp_path / "two")
        assert synced.refused
        assert {it.state for it in await filled.picks(DAY, DAY)} == {"picked"}


async def test_an_imported_post_that_is_none_any_more_is_not_kept(store: Store, tmp_path: Path) -> None:
    await import_archive(store, read_archive(POST), "x")
    asked = ExportRequest("daily", day=POST_DAY, profile="strict")
    ((_, written),) = (await export_pages(store, asked, tmp_path)).pages
    written.path.write_text(
        re.sub(r"(?m)^## \d+\. .*\n", "", written.path.read_text(encoding="utf-8")), encoding="utf-8"
    )
    picks = await store.picks(POST_DAY, POST_DAY)
    (synced,) = await sync_folder(store, tmp_path)
    assert synced.refused
    assert await store.picks(POST_DAY, POST_DAY) == picks
    ((_, fresh),) = (await export_pages(store, asked, tmp_path / "fresh")).pages
    assert fresh.path.read_text(encoding="utf-8") == POST


async def test_a_file_that_is_gone_is_named_and_decides_nothing(filled: Store, tmp_path: Path) -> None:
    (written,) = await export(filled, "daily", tmp_path)
    written.path.unlink()
    (synced,) = await sync_folder(filled, tmp_path)
    assert (synced.path, synced.missing, synced.edited) == (written.path, True, False)
    assert {it.state for it in await filled.picks(DAY, DAY)} == {"picked"}
