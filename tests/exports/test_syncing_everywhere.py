"""Edits of every format, profile and target go into the store: the file keeps its bytes, a new file has the edits."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.files.hand_edited import State
from exports.formats.format import FormatName, Profile
from exports.request import ExportRequest
from exports.sync.folder import SyncReport, sync_folder
from exports.targets import TARGETS, TargetName
from newsarchive.editorial.days import finish_days
from newsarchive.items.body import Body, Heading, Paragraph, Span
from newsarchive.storage import Store
from tests.exports.stories import DAY, GROWING, article, pick, picture

MONTH = date(2025, 11, 1)
NEXT_DAY = date(2025, 11, 14)
NEW_URL = "https://www.ithome.com/0/805/555.htm"
TYPED = "手写 {{ x }} 的 #话题，{% y %} 与 $$z$$。"
PROFILES: tuple[Profile, ...] = ("clean", "strict")
ALL_TARGETS: tuple[TargetName, ...] = tuple(TARGETS)
WAYS = {
    "digest": {"month": MONTH},
    "daily": {"day": DAY},
    "briefing": {"day": DAY},
    "fulltext": {"month": MONTH},
    "fulltext-day": {"day": DAY, "per": "day"},
    "fulltext-article": {"day": DAY, "per": "article"},
}
EVERYWHERE = [*product(WAYS, PROFILES, ALL_TARGETS)]
SOME = [it for place, it in enumerate(EVERYWHERE) if it[2] == "plain" or place % 4 == 2]
"""Plain Markdown, and of the publishing tools each with some formats: all are in the test of all edits at once."""


def each(
    ways: list[tuple[str, Profile, TargetName]], *, without: tuple[str, ...] = ()
) -> pytest.MarkDecorator:
    """The test for each format, profile and target of some."""
    chosen = [it for it in ways if it[0] not in without]
    return pytest.mark.parametrize(("way", "profile", "target"), chosen, ids=str)


def wanted(way: str, profile: Profile, target: TargetName) -> ExportRequest:
    of: FormatName = way.partition("-")[0]
    return ExportRequest(of, profile=profile, target=target, **WAYS[way])  # type: ignore[arg-type]


@pytest.fixture
async def filled(store: Store) -> Store:
    """Two days that are done: four picked stories, all stored, and an article that nobody has picked; one on the next."""
    await store.save_articles([article(number) for number in (1, 2, 3, 4, 5555)])
    await store.save_articles([article(9, day=NEXT_DAY)])
    await store.save_picks(
        [pick(article(number), number, f"第 {number} 条写了什么。") for number in (1, 2, 3, 4)]
    )
    await store.save_picks([pick(article(9), 1, "次日一条。", day=NEXT_DAY)])
    await finish_days(store, [DAY, NEXT_DAY])
    return store


class Desk:
    """A folder and what is exported to it."""

    def __init__(self, store: Store, root: Path, asked: ExportRequest) -> None:
        self.store, self.root, self.asked = store, root, asked

    async def export(self, folder: str = "out") -> list[Path]:
        done = await export_pages(self.store, self.asked, self.root / folder)
        assert State.CONFLICT not in {it.state for it in done.files}
        return [written.path for _, written in done.pages]

    async def sync(self) -> list[SyncReport]:
        """Sync, and see that the next export changes no page."""
        files = list((self.root / "out").rglob("*.md"))
        before = {path: path.read_bytes() for path in files}
        synced = [it for it in await sync_folder(self.store, self.root / "out") if it.edited]
        await self.export()
        edited = {it.path for it in synced}
        assert {path for path in files if path.read_bytes() != before[path]} & edited == set()
        return synced

    async def exported_with(self, words: str) -> Path:
        """The first of the files that has these words."""
        return next(it for it in await self.export() if words in it.read_text(encoding="utf-8"))

    async def fresh(self) -> str:
        """All that a new archive has."""
        return "\n".join([path.read_text(encoding="utf-8") for path in await self.export("fresh")])


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(replaced(text, old, new), encoding="utf-8")


def replaced(text: str, old: str, new: str) -> str:
    """A text with other words where they stand first; where they stand in its body, there."""
    head, fence, body = text.partition("\n---\n")
    return f"{head}{fence}{body.replace(old, new, 1)}" if old in body else text.replace(old, new, 1)


def seen(text: str, target: TargetName) -> str:
    """A text without what is written for its tool, as a reader sees it."""
    return TARGETS[target].undo(text)


def words_of(way: str, number: int) -> str:
    return f"第 {number} 条的正文。" if way.startswith("fulltext") else f"第 {number} 条写了什么。"


@each(SOME)
async def test_changed_words_are_in_a_new_file(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    file = await desk.exported_with(words_of(way, 2))
    edit(file, words_of(way, 2), TARGETS[target].guard(TYPED))
    (synced,) = await desk.sync()
    assert (synced.texts, synced.added, synced.rejected) == (1, 0, 0)
    assert synced.stays == []
    text = await desk.fresh()
    assert TYPED in seen(text, target)
    assert words_of(way, 2) not in text
    assert words_of(way, 3) in text
    assert (await filled.article("ithome:800002")).text == article(2).text  # type: ignore[union-attr]


@each(SOME)
async def test_words_typed_without_a_thought_of_the_tool_reach_the_store_as_typed(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    file = await desk.exported_with(words_of(way, 2))
    edit(file, words_of(way, 2), "编辑改写过的一句。")
    await desk.sync()
    picks = {it.url: it for it in await filled.picks(DAY, DAY)}
    changed = picks[article(2).url]
    assert "编辑改写过的一句。" in (changed.body if way.startswith("fulltext") else changed.text)


@each(SOME, without=("digest",))
async def test_a_changed_title_is_in_a_new_file(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    file = await desk.exported_with("第 3 条新闻")
    old = "第 3 条新闻"
    heading = re.search(r"(?m)^(#+ .*|.*\*\*[^*\n]*)第 3 条新闻", file.read_text(encoding="utf-8"))
    if heading:
        edit(file, heading[0], heading[0].replace(old, "编辑起的标题"))
    else:
        edit(file, f'title: "{old}"', 'title: "编辑起的标题"')
    (synced,) = await desk.sync()
    assert (synced.texts, synced.added, synced.rejected) == (1, 0, 0)
    text = await desk.fresh()
    assert "编辑起的标题" in text
    assert old not in text


def place_of(pieces: list[str], words: str) -> int:
    """The first piece that has some words; the one above the items, where a teaser repeats them, last."""
    places = [place for place, piece in enumerate(pieces) if words in piece]
    return next((place for place in places if place), places[0])


def items_of(way: str, text: str) -> list[str]:
    """The pieces of a file, cut before each item, the first what is above."""
    marks = {
        "digest": r"(?m)^(?=\d+\. )",
        "daily": r"(?m)^(?=## \d+\. )",
        "briefing": r"(?m)^(?=\d+\. +\*\*)",
    }
    if way in marks:
        return re.split(marks[way], text)
    level = "##" if "\n## 第 1 条新闻" in text else "#"
    return re.split(rf"(?m)^(?={level} 第)", text)


@each(SOME, without=("fulltext-article",))
async def test_deleted_items_are_rejected(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    (file,) = await desk.export()
    pieces = items_of(way, file.read_text(encoding="utf-8"))
    del pieces[place_of(pieces, words_of(way, 3))]
    file.write_text("".join(pieces), encoding="utf-8")
    (synced,) = await desk.sync()
    assert synced.rejected == 1
    assert [it.state for it in await filled.picks(DAY, DAY) if it.identity == "ithome:800003"] == ["rejected"]
    assert words_of(way, 3) not in await desk.fresh()


@each(SOME, without=("fulltext-article",))
async def test_the_order_of_a_hand_is_that_of_a_new_file(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    (file,) = await desk.export()
    pieces = items_of(way, file.read_text(encoding="utf-8"))
    two, three = (place_of(pieces, words_of(way, number)) for number in (2, 3))
    pieces[two], pieces[three] = pieces[three], pieces[two]
    file.write_text("".join(pieces), encoding="utf-8")
    (synced,) = await desk.sync()
    assert (synced.texts, synced.added, synced.rejected) == (0, 0, 0)
    picks = [it.identity for it in await filled.picks(DAY, DAY)]
    assert picks == ["ithome:800001", "ithome:800003", "ithome:800002", "ithome:800004"]
    text = await desk.fresh()
    assert text.index(words_of(way, 3)) < text.index(words_of(way, 2))


ADDED = {
    ("digest", "clean"): "9. 手加的一条。\n\n   {url}\n\n",
    ("daily", "clean"): "## 9. 手加的标题\n\n手加的一条。\n\n🔗 [原文]({url})\n\n",
    ("daily", "strict"): ("## 9. 手加的标题\n\n🔗 **原文链接：** [{url}]({url})\n\n手加的一条。\n\n---\n\n"),
    ("briefing", "clean"): "9. **手加的标题**：手加的一条。\n",
    ("fulltext", "clean"): "## 手加的标题\n\n手加的一条。\n\n[原文链接]({url})\n\n",
    ("fulltext", "strict"): "# 手加的标题\n\n手加的一条。\n\n[原文链接]({url})\n\n\n",
}


@each(SOME, without=("fulltext-article",))
async def test_added_items_become_picks(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    url = NEW_URL if target == "plain" else "https://example.com/not/stored"
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    (file,) = await desk.export()
    of = way.partition("-")[0]
    added = (ADDED.get((of, profile)) or ADDED[of, "clean"]).format(url=url)
    pieces = items_of(way, file.read_text(encoding="utf-8"))
    at = place_of(pieces, words_of(way, 3))
    text = "".join([*pieces[:at], added, *pieces[at:]])
    if way == "briefing" and profile == "clean":
        text = text.rstrip("\n") + f"\n9. [手加的标题]({url})\n"
    file.write_text(text, encoding="utf-8")
    (synced,) = await desk.sync()
    assert (synced.added, synced.rejected) == (1, 0)
    picks = await filled.picks(DAY, DAY)
    assert len(picks) == 5
    new = picks[2]
    assert (way, profile) == ("briefing", "strict") or new.url == url
    text = await desk.fresh()
    assert "手加的一条。" in text
    assert of == "digest" or "手加的标题" in text


@pytest.mark.parametrize(("profile", "target"), [*product(PROFILES, ALL_TARGETS)], ids=str)
@pytest.mark.parametrize("of", ["daily", "digest"])
@pytest.mark.parametrize("back", [False, True])
async def test_an_item_put_under_another_day_moves_there(
    filled: Store, tmp_path: Path, of: FormatName, profile: Profile, target: TargetName, *, back: bool
) -> None:
    held = {it.identity: it for it in await filled.picks(DAY, NEXT_DAY)}
    await filled.save_picks(
        [held[f"ithome:80000{number}"].model_copy(update={"note": "记"}) for number in (3, 9)]
    )
    desk = Desk(filled, tmp_path, ExportRequest(of, month=MONTH, profile=profile, target=target))
    files = await desk.export()
    moved, words = ("ithome:800009", "次日一条。") if back else ("ithome:800003", words_of(of, 3))
    source = next(it for it in files if words in it.read_text(encoding="utf-8"))
    pieces = items_of(of, source.read_text(encoding="utf-8"))
    item = pieces[place_of(pieces, words)]
    if of == "digest":
        item = item.partition("## 2025")[0]
    edit(source, item, "")
    anchor = words_of(of, 2) if back else "次日一条。"
    goal = next(it for it in files if anchor in it.read_text(encoding="utf-8"))
    pieces = items_of(of, goal.read_text(encoding="utf-8"))
    here = pieces[place_of(pieces, anchor)]
    edit(goal, here, item.rstrip("\n") + "\n\n" + here)
    synced = await desk.sync()
    assert sum(it.moved for it in synced) == 1
    assert sum(it.rejected + it.added for it in synced) == 0
    day = DAY if back else NEXT_DAY
    found = [it for it in await filled.picks(DAY, NEXT_DAY) if it.identity == moved]
    assert [(it.day, it.state, it.note) for it in found] == [(day, "picked", "记")]
    assert words in await desk.fresh()


@each(SOME, without=("fulltext-article",))
async def test_what_no_pick_can_hold_stays_and_is_named(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    (file,) = await desk.export()
    pieces = items_of(way, file.read_text(encoding="utf-8"))
    pieces[0] = pieces[0].rstrip("\n") + "\n\n编者按：这几条请看。\n\n"
    file.write_text("".join(pieces), encoding="utf-8")
    picks = await filled.picks(DAY, NEXT_DAY)
    (synced,) = await desk.sync()
    assert synced.stays == ["text: 编者按：这几条请看。"]
    assert await filled.picks(DAY, NEXT_DAY) == picks


@each(EVERYWHERE)
async def test_all_edits_at_once(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    file = await desk.exported_with(words_of(way, 2))
    text = replaced(file.read_text(encoding="utf-8"), words_of(way, 2), TARGETS[target].guard(TYPED))
    if way != "fulltext-article":
        above, *items = items_of(way, text)
        one, two, three = (
            next((it for it in items if words in it), "")
            for words in (words_of(way, 1), TARGETS[target].guard(TYPED), words_of(way, 3))
        )
        rest = [it for it in items if it not in {one, two, three}]
        of = way.partition("-")[0]
        added = (ADDED.get((of, profile)) or ADDED[of, "clean"]).format(url=NEW_URL)
        text = "".join([above, three, added, two, *rest])
    file.write_text(text, encoding="utf-8")
    await desk.sync()
    again = seen(await desk.fresh(), target)
    assert TYPED in again
    if way != "fulltext-article":
        assert again.index(words_of(way, 3)) < again.index("手加的一条。") < again.index(TYPED)
        assert (words_of(way, 1) in again) == (way == "briefing")  # its first story is no item of the list


async def test_paragraphs_pictures_and_headings_of_a_post_come_back(filled: Store, tmp_path: Path) -> None:
    words = "第一段，**重点**。\n\n### 小节\n\n- 甲\n- 乙\n\n![图](https://img.example/x.jpg)"
    for target in ALL_TARGETS:
        desk = Desk(filled, tmp_path / target, ExportRequest("daily", day=DAY, target=target))
        (file,) = await desk.export()
        old = words_of("daily", 1) if target == ALL_TARGETS[0] else "第一段，**重点**。"
        edit(
            file,
            old,
            f"{words}\n\n{target} 的一段。" if old.startswith("第 ") else f"{old}\n\n{target} 的一段。",
        )
        (synced,) = await desk.sync()
        assert synced.stays == []
        text = await desk.fresh()
        assert f"{target} 的一段。" in text
        assert "### 小节" in text
    (held, *_) = await filled.picks(DAY, DAY)
    assert held.text == words_of("daily", 1)  # the digest's line stays


async def test_a_full_text_keeps_its_pictures_and_the_stored_article(filled: Store, tmp_path: Path) -> None:
    body: Body = [Heading(2, [Span("小节")]), Paragraph([Span("旧话。")]), picture(7)]
    await filled.save_articles([article(7, body=body)])
    await filled.save_picks([pick(article(7), 7)])
    for target in ALL_TARGETS:
        desk = Desk(filled, tmp_path / target, ExportRequest("fulltext", day=DAY, target=target))
        (file,) = await desk.export()
        edit(file, "旧话。" if target == ALL_TARGETS[0] else "新话。", f"{target} 说：新话。")
        (synced,) = await desk.sync()
        assert synced.stays == []
        text = await desk.fresh()
        assert f"{target} 说：" in text
        assert "![图](https://img.example/7.jpg)" in text
    assert (await filled.article("ithome:800007")).body == body  # type: ignore[union-attr]


async def test_all_formats_edited_at_once_keep_their_bytes(filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = [ExportRequest(of, month=MONTH) for of in ("digest", "daily", "briefing", "fulltext")]
    files = [written.path for it in asked for _, written in (await export_pages(filled, it, out)).pages]
    for number, file in enumerate(files):
        text = file.read_text(encoding="utf-8")
        for old in ("第 2 条写了什么。", "第 2 条的正文。", "次日一条。"):
            text = text.replace(old, f"{old}又改{number}。", 1)
        file.write_text(text, encoding="utf-8")
    before = [file.read_bytes() for file in files]
    synced = await sync_folder(filled, out)
    assert [it.path for it in synced if it.edited] == sorted(files)
    for it in asked:
        done = await export_pages(filled, it, out)
        assert {written.state for _, written in done.pages} == {State.UNCHANGED}
    assert [file.read_bytes() for file in files] == before


async def test_news_after_a_sync_comes_without_a_conflict(filled: Store, tmp_path: Path) -> None:
    desk = Desk(filled, tmp_path, ExportRequest("daily", day=DAY, target="hugo"))
    (file,) = await desk.export()
    edit(file, words_of("daily", 2), "改过。")
    edit(file, "## 3. ", ADDED["daily", "clean"].format(url=NEW_URL) + "## 3. ")
    await desk.sync()
    before = file.read_text(encoding="utf-8")
    await filled.save_picks([pick(article(6), 9, "后来的一条。")])
    await desk.export()
    text = file.read_text(encoding="utf-8")
    assert "后来的一条。" in text
    assert re.search(r"(?m)^description: .* 等 6 篇\"$", text)
    kept = [line for line in before.splitlines() if not line.startswith(GROWING)]
    assert [line for line in text.splitlines() if line in kept][: len(kept)] == kept


async def test_what_the_store_got_before_the_sync_still_comes(filled: Store, tmp_path: Path) -> None:
    desk = Desk(filled, tmp_path, ExportRequest("daily", day=DAY))
    (file,) = await desk.export()
    edit(file, words_of("daily", 2), "改过。")
    await filled.save_picks([pick(article(6), 9, "后来的一条。")])
    await sync_folder(filled, tmp_path / "out")
    await sync_folder(filled, tmp_path / "out")
    assert [it.state for it in await filled.picks(DAY, DAY)] == ["picked"] * 5
    await desk.export()
    text = file.read_text(encoding="utf-8")
    assert "后来的一条。" in text
    assert "改过。" in text


async def test_a_copy_of_an_archive_is_known_by_how_its_files_were_made(
    filled: Store, tmp_path: Path
) -> None:
    asked = ExportRequest("fulltext", day=DAY, per="article", target="jekyll")
    first = await export_pages(filled, asked, tmp_path / "first")
    path = first.pages[1][1].path
    copy = tmp_path / "copy" / path.relative_to(tmp_path / "first")
    copy.parent.mkdir(parents=True)
    copy.write_text(path.read_text(encoding="utf-8").replace("第 2 条的正文。", "改过。"), encoding="utf-8")
    (synced,) = [it for it in await sync_folder(filled, tmp_path / "copy") if it.edited]
    assert synced.texts == 1
    assert [it.body != "" for it in await filled.picks(DAY, DAY)] == [False, True, False, False]


async def test_excerpts_that_were_edited_do_not_become_the_text(filled: Store, tmp_path: Path) -> None:
    desk = Desk(filled, tmp_path, ExportRequest("fulltext", day=DAY, excerpts=True))
    (file,) = await desk.export()
    edit(file, "第 2 条的摘要。", "改过的摘要。")
    (synced,) = await desk.sync()
    assert synced.stays == ["words of: 第 2 条新闻"]
    assert all(not it.body for it in await filled.picks(DAY, DAY))


@each(SOME)
async def test_an_edit_that_is_taken_back_is_taken_back_in_the_store(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    file = await desk.exported_with(words_of(way, 2))
    written, new = file.read_bytes(), await desk.fresh()
    edit(file, words_of(way, 2), "改过的话。")
    await desk.sync()
    assert "改过的话。" in await desk.fresh()
    file.write_bytes(written)
    synced = [it for it in await sync_folder(filled, tmp_path / "out") if it.edited]
    assert [(it.texts, it.stays) for it in synced] == [(1, [])]
    assert await desk.fresh() == new
    await desk.export()
    assert file.read_bytes() == written
    await filled.save_picks([pick(article(5555), 9, "后来的。")])
    for other in ("digest", "daily"):
        text = (
            (await export_pages(filled, wanted(other, "clean", "plain"), tmp_path / other)).pages[0][1].path
        )
        assert "第 2 条写了什么。" in text.read_text(encoding="utf-8")
        assert "改过的话。" not in text.read_text(encoding="utf-8")


@each(SOME, without=("fulltext-article",))
async def test_an_item_that_is_put_back_is_picked_again(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    (held,) = [it for it in await filled.picks(DAY, DAY) if it.identity == "ithome:800002"]
    await filled.save_picks([held.model_copy(update={"note": "看过"})])
    (file,) = await desk.export()
    written = file.read_bytes()
    picks = await filled.picks(DAY, DAY)
    pieces = items_of(way, written.decode())
    item = pieces[place_of(pieces, words_of(way, 2))]
    edit(file, item, "")
    if way == "briefing" and profile == "clean":
        source = next(it for it in file.read_text(encoding="utf-8").splitlines() if "/800/002.htm" in it)
        edit(file, source + "\n", "")
    (synced,) = [it for it in await sync_folder(filled, tmp_path / "out") if it.edited]
    assert (synced.rejected, synced.refused) == (1, "")
    file.write_bytes(written)
    await sync_folder(filled, tmp_path / "out")
    assert await filled.picks(DAY, DAY) == picks
    assert file.read_bytes() == written


OWN = {
    "digest": "3. 自己写的一条。\n\n",
    "daily": "## 3. 自己的题\n\n自己写的一条。\n\n",
    "briefing": "3. **自己的题**：自己写的一条。\n",
    "fulltext": "{level} 自己的题\n\n自己写的一条。\n\n",
}


@each(SOME, without=("fulltext-article",))
async def test_an_own_item_without_a_link_has_none_in_any_file(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    (file,) = await desk.export()
    text = file.read_text(encoding="utf-8")
    own = OWN[way.partition("-")[0]].format(level="##" if "\n## 第 1 条新闻" in text else "#")
    pieces = items_of(way, text)
    at = place_of(pieces, words_of(way, 3))
    file.write_text("".join([*pieces[:at], own, *pieces[at:]]), encoding="utf-8")
    (synced,) = await desk.sync()
    assert (synced.added, synced.rejected) == (1, 0)
    for other, kind in product(WAYS, PROFILES):
        done = await export_pages(filled, wanted(other, kind, "plain"), tmp_path / f"{other}-{kind}")
        new = "".join(written.path.read_text(encoding="utf-8") for _, written in done.pages)
        assert "urn:" not in new
        assert "🔗 原文\n" not in new
    # It can be edited again, with all others.
    edit(file, "自己写的一条。", "自己写的一条，改过。")
    edit(file, words_of(way, 3), "也改过。")
    (synced,) = await desk.sync()
    assert (synced.texts, synced.added, synced.rejected, synced.refused) == (2, 0, 0, "")
    text = await desk.fresh()
    assert "自己写的一条，改过。" in text
    assert "也改过。" in text


@each(SOME)
async def test_a_byte_order_mark_and_blank_lines_are_no_edits(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    file = await desk.exported_with(words_of(way, 2))
    picks = await filled.picks(DAY, NEXT_DAY)
    text = file.read_text(encoding="utf-8")
    file.write_bytes(("\ufeff" + text).replace("\n", "\r\n").encode())
    (synced,) = await desk.sync()
    assert (synced.texts, synced.added, synced.rejected, synced.stays) == (0, 0, 0, [])
    file.write_text(re.sub(r"\n{2,}", "\n\n\n", text), encoding="utf-8")
    await desk.sync()
    assert await filled.picks(DAY, NEXT_DAY) == picks


@each(SOME)
async def test_lines_that_a_program_has_wrapped_are_no_edits(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, wanted(way, profile, target))
    file = await desk.exported_with(words_of(way, 2))
    picks, new = await filled.picks(DAY, NEXT_DAY), await desk.fresh()
    words = words_of(way, 2)
    edit(file, words, f"{words[:-3]}\n{'   ' if way == 'digest' else ''}{words[-3:]}")
    (synced,) = await desk.sync()
    assert (synced.texts, synced.refused) == (0, "")
    assert await filled.picks(DAY, NEXT_DAY) == picks
    assert await desk.fresh() == new
