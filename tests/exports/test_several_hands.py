"""One story edited in several files at once: what a hand typed is in the store, or in its file and named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.files.hand_edited import State
from exports.formats import FORMATS
from exports.formats.layout import load_layout, prose_of
from exports.imports import read_archive
from exports.imports.importer import import_archive
from exports.request import ExportRequest
from exports.sync.folder import SyncReport, sync_folder
from exports.targets import TargetName
from newsarchive.editorial.days import finish_days, reopen_days
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from newsarchive.storage.collections import EXPORTED_FILES
from tests.exports.imported_pages import HEADINGS
from tests.exports.stories import DAY, article, pick

MONTH = date(2025, 11, 1)
ASKED = {
    "digest": ExportRequest("digest", month=MONTH),
    "daily": ExportRequest("daily", day=DAY),
    "briefing": ExportRequest("briefing", day=DAY),
    "without sources": ExportRequest("briefing", day=DAY, profile="strict"),
    "fulltext": ExportRequest("fulltext", day=DAY),
    "hugo": ExportRequest("daily", day=DAY, target="hugo"),
    "hexo": ExportRequest("briefing", day=DAY, target="hexo"),
    "jekyll": ExportRequest("digest", month=MONTH, target="jekyll"),
    "strict": ExportRequest("daily", day=DAY, profile="strict"),
    "candidates": ExportRequest("candidates", day=DAY),
}
LINES = ("digest", "daily", "briefing", "hugo", "strict")
"""Files that say the second story in the same words."""
OLD, TITLE = "第 2 条写了什么。", "第 2 条新闻"


@pytest.fixture
async def filled(store: Store) -> Store:
    """A day that is done, with four picked stories that are stored."""
    await store.save_articles([article(number) for number in (1, 2, 3, 4)])
    await store.save_picks(
        [pick(article(number), number, f"第 {number} 条写了什么。") for number in (1, 2, 3, 4)]
    )
    await finish_days(store, [DAY])
    return store


class Desk:
    """Files of several formats, each in a folder of its own unless they share one."""

    def __init__(self, store: Store, root: Path, ways: Iterable[str], *, shared: bool = False) -> None:
        self.store, self.root, self.shared = store, root, shared
        self.files: dict[str, Path] = {}
        self.ways = [*ways]

    def folder(self, way: str) -> Path:
        return self.root / ("out" if self.shared else way)

    async def export(self, *ways: str) -> set[State]:
        """The states of the files; those of the first export are kept by their ways."""
        states = set()
        for way in ways or self.ways:
            done = await export_pages(self.store, ASKED[way], self.folder(way))
            self.files[way] = done.pages[0][1].path
            states |= {it.state for it in done.files}
        return states

    def text(self, way: str) -> str:
        return self.files[way].read_text(encoding="utf-8")

    def edit(self, way: str, old: str, new: str) -> None:
        """Put other words in the place of these, where they stand last: above, they may be a teaser."""
        head, found, tail = self.text(way).rpartition(old)
        assert found, f"{old} is not in {way}"
        self.files[way].write_text(f"{head}{new}{tail}", encoding="utf-8")

    def pieces(self, way: str) -> list[str]:
        """The text, cut before each story."""
        return re.split(r"(?m)^(?=(?:## )?\d+\. |- \[)", self.text(way))

    def take_out(self, way: str) -> str:
        """Delete the second story; its item."""
        pieces = self.pieces(way)
        item = next(it for it in pieces if OLD in it and re.match(r"(?:## )?\d|- ", it))
        kept = [it for it in pieces if it is not item and not (way == "briefing" and TITLE in it)]
        if way == "briefing":  # its source stands apart
            kept = [re.sub(rf"(?m)^.*{TITLE}.*\n?", "", it) for it in kept]
        self.files[way].write_text("".join(kept), encoding="utf-8")
        return item

    def put_before_last(self, way: str, item: str) -> None:
        pieces = self.pieces(way)
        self.files[way].write_text("".join([*pieces[:-1], item, pieces[-1]]), encoding="utf-8")

    async def sync(self, *ways: str) -> dict[Path, SyncReport]:
        """What is said of the edited files."""
        folders = dict.fromkeys(self.folder(way) for way in ways or self.ways)
        done = [it for folder in folders for it in await sync_folder(self.store, folder)]
        assert [it.refused for it in done if it.refused] == []
        return {it.path: it for it in done if it.edited}

    async def held(self) -> str:
        """All that the store has of the day."""
        return "\n".join(it.model_dump_json() for it in await self.store.picks(DAY, DAY))

    async def check_prose(self, typed: dict[str, str], said: dict[Path, SyncReport]) -> None:
        """The same, of what was typed of the whole day."""
        for _ in range(2):
            held = dict(await prose_of(self.store, FORMATS["briefing"], DAY))
            for word, way in typed.items():
                assert word in self.text(way), f"{word} is no more in {way}"
                assert word in str(held) or any(word in it for it in said[self.files[way]].stays), (
                    f"{word} of {way}"
                )
            await self.export()

    async def check(self, typed: dict[str, str], said: dict[Path, SyncReport]) -> None:
        """Each word of the hand in the file `way` is in the store, or in the file and named; after exports, too."""
        for _ in range(2):
            held = await self.held()
            for word, way in typed.items():
                assert word in self.text(way), f"{word} is no more in {way}"
                assert word in held or said[self.files[way]].stays, f"{word} of {way} is nowhere named"
            await self.export()


def stays(said: dict[Path, SyncReport]) -> dict[Path, list[str]]:
    return {path: it.stays for path, it in said.items() if it.stays}


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(
    "ways", [*permutations(["digest", "daily", "briefing"]), ("hugo", "digest"), ("strict", "hugo")]
)
async def test_words_of_one_story_in_several_files(
    filled: Store, tmp_path: Path, ways: tuple[str, ...], *, shared: bool
) -> None:
    desk = Desk(filled, tmp_path, ways, shared=shared)
    if shared and {"strict", "hugo"} <= {*ways}:
        return  # both have one path
    await desk.export()
    typed = {f"改{way}号": way for way in ways}
    for word, way in typed.items():
        desk.edit(way, OLD, f"{OLD[:-1]}，{word}。")
    said = await desk.sync()
    await desk.check(typed, said)
    assert await desk.export() == {State.UNCHANGED}
    again = await desk.sync()
    assert stays(again) == stays(said)
    await desk.check(typed, again)


@pytest.mark.parametrize("ways", [*permutations(["daily", "hugo", "briefing", "fulltext"], 2)])
async def test_a_title_in_one_file_and_words_in_another_are_both_taken(
    filled: Store, tmp_path: Path, ways: tuple[str, str]
) -> None:
    titled, worded = ways
    title = f"**{TITLE}" if titled == "briefing" else TITLE
    for order in (ways, (worded, titled)):
        desk = Desk(filled, tmp_path / order[0], ways)
        await desk.export()
        old = "第 2 条的正文。" if worded == "fulltext" else OLD
        number = order.index(titled)
        desk.edit(
            titled,
            title if not number else title.replace(TITLE, f"新题0号{TITLE}"),
            title.replace(TITLE, f"新题{number}号{TITLE}"),
        )
        desk.edit(worded, old if not number else f"{old}改0号。", f"{old}改{number}号。")
        said = {path: it for way in order for path, it in (await desk.sync(way)).items()}
        assert stays(said) == {}
        held = await desk.held()
        assert f"新题{number}号" in held
        assert f"改{number}号" in held
        assert State.CONFLICT not in await desk.export()
        for way in ways:
            assert f"{'**' if way == 'briefing' else ''}新题{number}号" in desk.text(way)
        assert f"改{number}号" in desk.text(worded)


@pytest.mark.parametrize("ways", [*permutations(["digest", "daily", "briefing", "candidates"], 2)])
async def test_the_same_words_in_two_files_are_one_edit(
    filled: Store, tmp_path: Path, ways: tuple[str, str]
) -> None:
    if "candidates" in ways:
        await filled.save_picks(
            [it.model_copy(update={"state": "candidate"}) for it in await filled.picks(DAY, DAY)]
        )
        await reopen_days(filled, [DAY])
    desk = Desk(filled, tmp_path, ways)
    await desk.export()
    for way in ways:
        desk.edit(way, OLD, "两处都改1号。")
    said = await desk.sync()
    assert not [it for synced in said.values() for it in synced.stays if "words" in it]
    assert State.CONFLICT not in await desk.export()


@pytest.mark.parametrize("ways", [*permutations([*LINES, "candidates"], 2)])
@pytest.mark.parametrize("first", ["edit", "deletion"])
async def test_a_story_that_is_taken_out_of_one_file_and_edited_in_another(
    filled: Store, tmp_path: Path, ways: tuple[str, str], first: str
) -> None:
    if "candidates" in ways:
        await filled.save_picks(
            [it.model_copy(update={"state": "candidate"}) for it in await filled.picks(DAY, DAY)]
        )
        await reopen_days(filled, [DAY])
    gone, edited = ways
    desk = Desk(filled, tmp_path, ways)
    await desk.export()
    desk.edit(edited, OLD, "第 2 条，改1号。")
    desk.take_out(gone)
    await desk.sync(*((edited, gone) if first == "edit" else (gone, edited)))
    said = await desk.sync()
    if first == "edit":
        assert any("others have typed" in it for it in said[desk.files[gone]].stays)
    for _ in range(2):
        await desk.check({"改1号": edited}, said)
        assert OLD not in desk.text(gone)
        if first == "edit":
            assert "改1号" not in desk.text(gone)
        said = await desk.sync()
    (held,) = [it for it in await filled.picks(DAY, DAY) if "改1号" in it.text]
    assert held.state != "rejected"


@pytest.mark.parametrize("ways", [*permutations(["digest", "daily", "briefing", "candidates"], 2)])
async def test_a_story_that_is_taken_out_of_one_file_and_edited_in_another_since_the_last_sync(
    filled: Store, tmp_path: Path, ways: tuple[str, str]
) -> None:
    gone, edited = ways
    desk = Desk(filled, tmp_path, ways, shared=True)
    await desk.export()
    desk.edit(edited, OLD, "第 2 条，改1号。")
    desk.take_out(gone)
    await desk.sync()
    after = await filled.picks(DAY, DAY)
    assert [it.state for it in after if "改1号" in it.text] == ["picked"]
    await desk.sync()
    assert await filled.picks(DAY, DAY) == after


async def test_the_same_words_of_another_story_do_not_keep_one_that_is_taken_out(
    filled: Store, tmp_path: Path
) -> None:
    desk = Desk(filled, tmp_path, ["digest"])
    await desk.export()
    url = "https://example.com/mine"
    before = desk.text("digest")
    desk.put_before_last("digest", f"9. 手写的。\n\n   {url}\n\n")
    await filled.save_picks([Pick(day=DAY, position=9, url=url, text=OLD)])
    await desk.export()
    desk.files["digest"].write_text(before, encoding="utf-8")
    await desk.sync()
    assert [it.state for it in await filled.picks(DAY, DAY) if it.url == url] == ["rejected"]


@pytest.mark.parametrize("ways", [*permutations(LINES, 2)])
async def test_a_file_that_is_edited_again_after_a_sync(
    filled: Store, tmp_path: Path, ways: tuple[str, str]
) -> None:
    first, second = ways
    desk = Desk(filled, tmp_path, ways)
    await desk.export()
    typed = {"改1号": first, "改2号": second}
    for word, way in typed.items():
        desk.edit(way, OLD, f"第 2 条，{word}。")
    said = await desk.sync() | await desk.sync()
    for number in (3, 4, 5):
        typed[f"改{number}号"] = second
        desk.edit(second, "改2号", f"改2号改{number}号")
        if number == 4:  # news is merged into both files
            await filled.save_articles([article(6)])
            await filled.save_picks([pick(article(6), 9, "后来的一条。")])
            assert State.CONFLICT not in await desk.export()
            assert "后来的一条。" in desk.text(second)
        said |= await desk.sync()
        await desk.check(typed, said)
    # Both hands agree.
    desk.edit(second, "改2号改5号改4号改3号", "改1号")
    assert stays(await desk.sync()) == {}
    assert await desk.export() == {State.UNCHANGED}
    desk.edit(second, "改1号", "改6号")
    assert stays(await desk.sync()) == {}
    await desk.export()
    assert "改6号" in desk.text(first)


@pytest.mark.parametrize("way", [*LINES, "fulltext"])
async def test_words_of_a_command_are_not_written_over_by_a_file_of_before(
    filled: Store, tmp_path: Path, way: str
) -> None:
    desk = Desk(filled, tmp_path, [way])
    await desk.export()
    old, field = ("第 2 条的正文。", "body") if way == "fulltext" else (OLD, "text")
    desk.edit(way, old, "第 2 条，改2号。")
    (held,) = [it for it in await filled.picks(DAY, DAY) if it.text == OLD]
    await filled.save_picks([held.model_copy(update={field: "命令里写的，改1号。"})])
    said = await desk.sync()
    await desk.check({"改2号": way}, said)
    assert "改1号" in await desk.held()


@pytest.mark.parametrize("ways", [*permutations(LINES, 2)])
async def test_a_story_that_two_hands_have_added(
    filled: Store, tmp_path: Path, ways: tuple[str, str]
) -> None:
    url = "https://example.com/added"
    added = {
        "digest": "4. {}。\n\n   {}\n\n",
        "daily": "## 4. 题{}\n\n{}。\n\n🔗 [原文]({})\n\n",
        "hugo": "## 4. 题{}\n\n{}。\n\n🔗 [原文]({})\n\n",
        "strict": "## 4. 题{}\n\n{}。\n\n[原文链接]({})\n\n",
        "briefing": "",
    }
    if "briefing" in ways:
        return  # its stories have their links elsewhere
    desk = Desk(filled, tmp_path, ways)
    await desk.export()
    for number, way in enumerate(ways, start=1):
        word = f"改{number}号"
        item = added[way].format(word, url) if way == "digest" else added[way].format(number, word, url)
        desk.put_before_last(way, item)
    typed = {f"改{number}号": way for number, way in enumerate(ways, start=1)}
    said = await desk.sync()
    await desk.check(typed, said)
    assert len([it for it in await filled.picks(DAY, DAY) if it.url == url]) == 1
    desk.edit(ways[1], "改2号", "改2号改3号")
    said |= await desk.sync()
    await desk.check(typed | {"改3号": ways[1]}, said)


@pytest.mark.parametrize("decision", ["sync", "keep", "take"])
@pytest.mark.parametrize("first", ["taken out", "another"])
async def test_the_lead_of_a_briefing_that_is_edited_while_the_day_begins_with_another_story(
    filled: Store, tmp_path: Path, first: str, decision: str
) -> None:
    """A hand decides, and no story comes into the words of another one."""
    desk = Desk(filled, tmp_path, ["digest", "briefing"])
    await desk.export()
    desk.edit("briefing", "第 1 条写了什么。", "第 1 条，改1号。")
    if first == "taken out":
        pieces = desk.pieces("digest")
        desk.files["digest"].write_text("".join([pieces[0], *pieces[2:]]), encoding="utf-8")
        await desk.sync("digest")
    else:
        await filled.save_picks(
            [pick(article(9), 1, "先来的一条。"), pick(article(1), 9, "第 1 条写了什么。")]
        )
    assert State.CONFLICT in await desk.export("briefing")
    new = desk.files["briefing"].with_name(f"{desk.files['briefing'].name}.new")
    if decision == "take":
        new.replace(desk.files["briefing"])
    elif decision == "keep":
        new.unlink()
    else:
        await desk.sync("briefing")
    assert State.CONFLICT not in await desk.export("briefing")
    await desk.sync()
    await desk.export()
    text = desk.text("briefing")
    assert ("改1号" in text) == (decision != "take")
    assert [text.count(f"**第 {number} 条新闻**") for number in (2, 3, 4)] == [1, 1, 1]
    assert ("**先来的一条。**" in text) == (first == "another" and decision != "keep")
    held = {it.url: it for it in await filled.picks(DAY, DAY)}
    one = held.pop(article(1).url)
    assert ("改1号" in one.text) == (decision != "take")
    assert one.state == "picked" or (decision == "take" and first == "taken out")
    assert [it.text for it in held.values() if it.state == "picked" and "条写了" not in it.text] in (
        [],
        ["先来的一条。"],
    )
    assert {it.state for it in held.values()} == {"picked"}


@pytest.mark.parametrize(("after", "times"), [(r"\2", 0), (r"\2\1", 1)])
@pytest.mark.parametrize("way", ["briefing", "without sources"])
async def test_a_brief_that_the_store_has_named_anew_is_known_by_its_link(
    filled: Store, tmp_path: Path, way: str, after: str, times: int
) -> None:
    """A hand has taken it out or moved it; its source has the title of before, and so has another one."""
    desk = Desk(filled, tmp_path, [way, "daily"])
    await desk.export()
    for number in (2, 3):
        desk.edit(way, f"第 {number} 条新闻**", f"第 {number} 条，改{number}号**")
    await desk.sync(way)
    text = re.sub(r"(1\. .*\n)(2\. .*\n)", after, desk.text(way), count=1)
    desk.files[way].write_text(text, encoding="utf-8")
    await desk.export("daily")
    desk.edit("daily", "第 2 条，改2号", "第 2 条，改2号改4号")
    await desk.sync("daily")
    await desk.export()
    assert len(re.findall(r"\*\*(?:📰 )?第 2 条", desk.text(way))) == times
    await desk.sync()
    assert (await desk.held()).count("改2号") == 1


@pytest.mark.parametrize("linked", [True, False])
async def test_a_brief_that_another_hand_has_taken_out_comes_back_whole(
    filled: Store, tmp_path: Path, *, linked: bool
) -> None:
    """With its title, and as the story that it was, though its source is gone from the file. In one folder the words are taken first."""
    url = article(2).url if linked else "urn:newsarchive:entry:2025-11-13:1"
    if not linked:
        await filled.replace_day(
            DAY,
            [
                it.model_copy(update={"url": url, "identity": None, "title": TITLE} if it.text == OLD else {})
                for it in await filled.picks(DAY, DAY)
            ],
        )
    desk = Desk(filled, tmp_path, ["briefing", "daily"], shared=linked)
    await desk.export()
    desk.take_out("daily")
    desk.edit("briefing", OLD, "第 2 条，改1号。")
    text = re.sub(rf"(?m)^.*\[{TITLE}\].*\n", "", desk.text("briefing"))
    desk.files["briefing"].write_text(text, encoding="utf-8")
    for way in ("daily", "briefing"):
        await desk.sync(way)
    (held,) = [it for it in await filled.picks(DAY, DAY) if "改1号" in it.text]
    assert (held.url, held.title) == ((url, "") if linked else (held.url, TITLE))
    await desk.export()
    assert f"**{TITLE}**：第 2 条，改1号。" in desk.text("briefing")


async def test_a_story_that_was_moved_elsewhere_stays_known_where_a_hand_has_edited_it(
    filled: Store, tmp_path: Path
) -> None:
    desk = Desk(filled, tmp_path, ["briefing"])
    await desk.export()
    desk.edit("briefing", f"**{TITLE}**", "**第 2 条，改1号**")
    await desk.sync()
    picks = await filled.picks(DAY, DAY)
    desk.edit("briefing", OLD, "第 2 条，改2号。")
    await filled.replace_day(DAY, [it for it in picks if it.url != article(2).url])
    other = next(it for it in picks if it.url == article(2).url)
    await filled.save_picks([other.model_copy(update={"day": DAY + timedelta(days=1), "position": 1})])
    await desk.export()
    await desk.sync()
    (held,) = [it for it in await filled.picks(date.min, date.max) if "改1号" in it.title]
    assert (held.url, held.text) == (other.url, "第 2 条，改2号。")


@pytest.mark.parametrize("edited", [OLD, "第 3 条写了什么。"])
@pytest.mark.parametrize(
    "ways", [it for other in ("daily", "jekyll", "candidates") for it in permutations(["digest", other])]
)
async def test_a_story_that_is_moved_in_one_file_and_edited_in_another(
    filled: Store, tmp_path: Path, ways: tuple[str, str], edited: str
) -> None:
    """Both are taken, and the files have both; where another story is edited, too."""
    await filled.save_picks([pick(article(9), 1, "次日一条。", day=date(2025, 11, 14))])
    desk = Desk(filled, tmp_path, ways)
    await desk.export()
    other = next(it for it in ways if it != "digest")
    desk.edit(other, edited, f"{edited}改1号。")
    item = desk.take_out("digest")
    text = desk.text("digest")
    desk.files["digest"].write_text(f"{text.rstrip()}\n\n{item.strip()}\n", encoding="utf-8")
    for way in (*ways, *ways):
        await desk.sync(way)
    picks = await filled.picks(DAY, date(2025, 11, 14))
    assert [it.day.day for it in picks if it.text.startswith(OLD)] == [14]
    assert [it.text for it in picks if "改1号" in it.text] == [f"{edited}改1号。"]
    await desk.export()
    assert f"{edited}改1号。" in desk.text("digest")
    if other == "jekyll":
        assert desk.text(other).index(OLD) > desk.text(other).index("次日一条。")


async def test_a_brief_that_was_named_anew_while_its_story_was_moved_is_not_added_again(
    filled: Store, tmp_path: Path
) -> None:
    (drafted,) = [it for it in await filled.picks(DAY, DAY) if it.url == article(2).url]
    await filled.save_picks(
        [
            drafted.model_copy(update={"text": "", "draft": True}),
            pick(article(9), 1, "次日一条。", day=DAY + timedelta(days=1)),
        ]
    )
    desk = Desk(filled, tmp_path, ["digest", "briefing"], shared=True)
    await desk.export()
    (item,) = [it for it in desk.pieces("digest") if article(2).url in it]
    rest = desk.text("digest").replace(item, "").rstrip()
    desk.files["digest"].write_text(f"{rest}\n\n{item.strip()}\n", encoding="utf-8")
    desk.edit("briefing", f"**{TITLE}**", "**第 2 条，改1号**")
    await desk.sync()
    await filled.save_picks([pick(article(20), 50, "后来的一条。")])
    await desk.export()
    assert "改1号" in desk.text("briefing")
    desk.edit("briefing", "第 3 条写了什么。", "第 3 条，改2号。")
    await desk.sync()
    (held,) = [it for it in await filled.picks(date.min, date.max) if "改1号" in it.title]
    assert (held.url, held.day) == (article(2).url, DAY + timedelta(days=1))


async def test_the_source_may_have_changed_without_any_hand(filled: Store, tmp_path: Path) -> None:
    drafted = pick(article(5), 5, "x").model_copy(update={"text": "", "draft": True})
    await filled.save_articles([article(5)])
    await filled.save_picks([drafted])
    for way in ("daily", "digest"):
        desk = Desk(filled, tmp_path / way, [way])
        await desk.export()
        desk.edit(way, "第 5 条的摘要", f"{way} 改1号，第 5 条的摘要")
        await filled.save_articles([article(5).model_copy(update={"digest": f"第 5 条的摘要，更正 {way}。"})])
        assert stays(await desk.sync()) == {}
        assert f"{way} 改1号" in await desk.held()
        await filled.replace_day(DAY, [it for it in await filled.picks(DAY, DAY) if it.url != drafted.url])
        await filled.save_picks([drafted])


@pytest.mark.parametrize("way", [*LINES, "fulltext"])
async def test_a_program_that_writes_in_another_way_makes_no_conflict(
    filled: Store, tmp_path: Path, way: str
) -> None:
    desk = Desk(filled, tmp_path, [way])
    await desk.export()
    for key, entry in (await filled.documents(EXPORTED_FILES)).items():
        assert entry.written
        parts = [
            (name, [(kind, of, f"{mark}0", *told) for kind, of, mark, *told in rows])
            for name, rows in entry.written.parts
        ]
        before = entry.written.model_copy(
            update={"parts": tuple((name, tuple(rows)) for name, rows in parts)}
        )
        await filled.put_document(EXPORTED_FILES, key, entry.model_copy(update={"written": before}))
    desk.edit(way, "第 2 条的正文。" if way == "fulltext" else OLD, "第 2 条，改1号。")
    said = await desk.sync()
    assert "改1号" in await desk.held()
    assert not [it for it in said[desk.files[way]].stays if "words of" in it]


@pytest.mark.parametrize("order", [("briefing", "hexo"), ("hexo", "briefing")])
async def test_prose_of_a_day_in_two_files(filled: Store, tmp_path: Path, order: tuple[str, str]) -> None:
    desk = Desk(filled, tmp_path, ["briefing", "hexo"])
    for old in ("", "编辑的展望。"):
        await desk.export()
        typed = {f"改{way}号{bool(old)}": way for way in order}
        for word, way in typed.items():
            text = desk.text(way)
            if old:
                desk.edit(way, old, f"{old}{word}")
            else:
                head, found, tail = text.rpartition("## 🔎 来源")
                desk.files[way].write_text(
                    f"{head}## 🚀 前沿洞察\n\n{word}\n\n{found}{tail}", encoding="utf-8"
                )
        said: dict[Path, SyncReport] = {}
        for _ in range(2):
            for way in order:
                said |= await desk.sync(way)
            await desk.check_prose(typed, said)
        first, second = typed
        desk.edit(order[1], second, first)
        assert stays(await desk.sync()) == {}
        for way in order:
            desk.edit(way, first, "编辑的展望。")
        await desk.sync()


async def test_a_further_link_in_one_digest_and_words_in_another(filled: Store, tmp_path: Path) -> None:
    desk = Desk(filled, tmp_path, ["digest", "jekyll"])
    link = "https://www.ithome.com/0/800/002.htm"
    for order in (("digest", "jekyll"), ("jekyll", "digest")):
        await desk.export()
        more = f"https://example.com/{order[0]}"
        desk.edit("digest", link, f"{link}\n\n   {more}")
        desk.edit("jekyll", "第 2 条", f"第 2 条{order[0]}")
        desk.edit("jekyll", "第 3 条", f"第 3 条{order[0]}")
        for way in order:
            await desk.sync(way)
        await desk.export()
        assert more in desk.text("digest")
        assert [row for row in (await load_layout(filled, MONTH)).more_links if more in row]
        assert f"第 2 条{order[0]}" in await desk.held()
        desk.edit("digest", f"\n\n   {more}", "")
        await desk.sync()
        await desk.export()


@pytest.mark.parametrize("order", list(permutations(["hugo", "hexo", "jekyll"])))
async def test_an_imported_page_that_is_edited_in_three_folders(
    store: Store, tmp_path: Path, order: tuple[TargetName, ...]
) -> None:
    await import_archive(store, read_archive(HEADINGS, "x.md"), "x")
    asked = [ExportRequest("daily", day=date(2026, 3, 1), profile="strict", target=it) for it in order]
    files = [(await export_pages(store, it, tmp_path / it.target)).pages[0][1].path for it in asked]
    places = ["江心洲渡口把夜航搬回旧水道。", "停了二十年的灯塔。", "到 [讨论区]"]
    typed = [f"{place}改{number}号" for number, place in enumerate(places)]
    for file, old, new in zip(files, places, typed, strict=True):
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    for _ in range(2):
        for it in asked:
            await sync_folder(store, tmp_path / it.target)
        for it, file in zip(asked, files, strict=True):
            done = await export_pages(store, it, tmp_path / it.target)
            assert State.CONFLICT not in {written.state for written in done.files}
            text = file.read_text(encoding="utf-8")
            assert [word for word in typed if word not in text] == []


async def test_the_same_line_of_an_imported_page_in_two_folders(store: Store, tmp_path: Path) -> None:
    await import_archive(store, read_archive(HEADINGS, "x.md"), "x")
    asked = [
        ExportRequest("daily", day=date(2026, 3, 1), profile="strict", target=it) for it in ("hugo", "hexo")
    ]
    files = [(await export_pages(store, it, tmp_path / it.target)).pages[0][1].path for it in asked]
    old = "停了二十年的灯塔。"
    for number, file in enumerate(files):
        file.write_text(file.read_text(encoding="utf-8").replace(old, f"{old}改{number}号"), encoding="utf-8")
    for _ in range(3):
        said = [await sync_folder(store, tmp_path / it.target, settling=False) for it in asked]
        assert any(it.stays for it in said[1])
        states = [
            {w.state for w in (await export_pages(store, it, tmp_path / it.target)).files} for it in asked
        ]
        assert [State.CONFLICT in it for it in states] == [False, True]
        assert [f"改{number}号" in file.read_text(encoding="utf-8") for number, file in enumerate(files)] == [
            True
        ] * 2
