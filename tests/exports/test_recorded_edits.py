"""Edits that editors of real archives made, with the store and the files as they were: each comes out right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from exports.files.hand_edited import State
from exports.imports import read_archive
from exports.imports.importer import import_archive
from exports.sync.folder import sync_folder
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from tests.exports.digests import ExportReport, export_digest


def recorded(corpus: Path, name: str) -> str:
    return (corpus / "archives" / name).read_bytes().decode()


async def export(store: Store, month: date, out: Path) -> ExportReport:
    return await export_digest(store, month, out, "strict")


async def add_day(store: Store, text: str, day: date) -> None:
    """The picks of one day of a file, as if they had just been made."""
    items = next(it.items for it in read_archive(text).days if it.date == day)
    picks = [
        Pick(day=day, position=n, url=it.url or "", text=it.text or "") for n, it in enumerate(items, start=1)
    ]
    await store.save_picks(picks)


async def test_a_published_day_that_its_editor_reordered_stays_so_while_the_month_grows(
    store: Store, tmp_path: Path, corpus: Path
) -> None:
    first, second, third = (
        recorded(corpus, f"getiot+newsflash/newsflash-202501@{it}.md")
        for it in ("7cf96f1", "5bf0b9a", "eb23c04")
    )
    month = date(2025, 1, 1)
    await import_archive(store, read_archive(first))
    file = (await export(store, month, tmp_path)).path
    file.write_bytes(second[: second.index("## 2025.01.07")].rstrip().encode())
    await add_day(store, second, date(2025, 1, 7))
    assert (await export(store, month, tmp_path)).file.state is State.MERGED
    assert file.read_bytes().decode().rstrip() == second.rstrip()

    fixed = third[: third.index("## 2025.01.08")].rstrip() + "\n"
    file.write_bytes(fixed.encode())
    for day in read_archive(third).days[2:]:
        assert day.date
        await add_day(store, third, day.date)
    assert (await export(store, month, tmp_path)).file.state is State.MERGED
    assert file.read_bytes().decode().rstrip() == third.rstrip()


async def test_a_word_mended_in_an_old_day_stays_and_gets_into_the_store(
    store: Store, tmp_path: Path, corpus: Path
) -> None:
    before = recorded(corpus, "getiot+newsflash/newsflash-202502@f803033.md")
    after = recorded(corpus, "getiot+newsflash/docs__2025__newsflash-202502.md")
    month = date(2025, 2, 1)
    await import_archive(store, read_archive(before))
    report = await export(store, month, tmp_path / "a")
    assert report.path.read_bytes().decode() == before
    report.path.write_bytes(after.encode())
    assert (await export(store, month, tmp_path / "a")).file.state is State.UNCHANGED
    (synced,) = await sync_folder(store, tmp_path / "a")
    assert (synced.texts, synced.added, synced.rejected, synced.moved) == (1, 0, 0, 0)
    assert (await export(store, month, tmp_path / "a")).file.state is State.UNCHANGED
    elsewhere = await export(store, month, tmp_path / "b")
    assert elsewhere.path.read_bytes().decode() == after == report.path.read_bytes().decode()


async def test_a_second_run_of_a_day_adds_its_stories_to_those_of_the_first(
    store: Store, corpus: Path
) -> None:
    for version in ("3b7dd1e", "c54f043"):
        name = f"corwen6349+daily-ai-news-blog/2025-11-13@{version}.md"
        await import_archive(store, read_archive(recorded(corpus, name), name))
    day = date(2025, 11, 13)
    picks = await store.picks(day, day)
    assert [it.position for it in picks] == [1, 2, 3, 4, 5, 6, 7]
    assert [it.identity for it in picks][:3] == ["ithome:897104", "ithome:897103", "ithome:897102"]
