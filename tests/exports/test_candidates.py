"""The candidates file: ticked, worded, moved and cut by a hand, while stories come in and are corrected."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest

from exports.export import export_pages
from exports.files.hand_edited import State, Written
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from newsarchive.editorial.candidates import standing
from newsarchive.editorial.days import done_days
from newsarchive.editorial.numbers import keep_numbers, names_given, numbered_stories
from newsarchive.editorial.picks import day_picks, move_pick, reject_pick
from newsarchive.editorial.selection import Chosen, chosen_day
from newsarchive.errors import BadValueError
from newsarchive.items.article import Attribution
from newsarchive.items.body import Paragraph, Span
from newsarchive.storage import Store, open_store
from tests.exports.stories import DAY, article, pick

ROUNDS = int(os.environ.get("NEWSARCHIVE_ROUNDS", "400")) // 40
HARD = (10152, 10167, 10187)
"""Histories that once ended in a file that was taken for a damaged one: a hand had taken out a line of its own, or reworded it."""
FILE = Path("candidates/2025/2025-11-13.md")
_BOX = re.compile(r"(?m)^- \[([ x])\] (?:(\d+)\. )?(.*)$")
_TOKEN = re.compile(r"字\d+号")
_URL = re.compile(r"https?://\S+")


async def today(store: Store, folder: Path) -> State:
    """What `newsarchive today` does."""
    await keep_numbers(store, DAY, await numbered_stories(store, DAY))
    (_, written) = (await export_pages(store, ExportRequest("candidates", day=DAY), folder)).pages[0]
    return written.state


def edit(folder: Path, old: str, new: str) -> str:
    file = folder / FILE
    text = file.read_bytes().decode()
    assert old in text
    text = text.replace(old, new, 1)
    file.write_bytes(text.encode())
    return text


async def states(store: Store) -> list[tuple[str, str, str]]:
    return [(it.identity or it.url, it.state, it.text) for it in await day_picks(store, DAY)]


async def test_ticks_words_order_and_deletions_are_taken_back(store: Store, tmp_path: Path) -> None:
    await store.save_articles([article(number) for number in range(1, 6)])
    assert await today(store, tmp_path) is State.WRITTEN
    text = (tmp_path / FILE).read_bytes().decode()
    assert text.startswith(
        "# 候选 2025年11月13日\n\n## IT之家\n\n- [ ] 1. 第 1 条新闻 · IT之家：示例网（方知） · 09:01 · https://"
    )
    blocks = text.rstrip("\n").split("\n\n")
    one, two, _, four, five = blocks[2:]
    two = two.replace("[ ]", "[x]").replace("第 2 条的摘要。", "自己的话。")
    four, five = four.replace("[ ]", "[X]"), five.replace("第 5 条新闻", "自己的标题")
    mine = "- [x] 我写的一条 https://example.com/mine"
    edited = "\n\n".join([*blocks[:2], four, "编者按。", one, two, five, mine]) + "\n"
    (tmp_path / FILE).write_bytes(edited.encode())
    (synced,) = await sync_folder(store, tmp_path)
    assert (synced.chosen, synced.texts, synced.added, synced.rejected) == (3, 2, 1, 1)
    assert synced.done == [DAY]
    assert await states(store) == [
        ("ithome:800004", "picked", ""),
        ("ithome:800002", "picked", "自己的话。"),
        ("https://example.com/mine", "picked", "我写的一条"),
        ("ithome:800005", "candidate", ""),
        ("ithome:800003", "rejected", ""),
    ]
    assert [it.pick.title for it in (await chosen_day(store, DAY)).chosen] == ["", "", ""]
    assert await today(store, tmp_path) is State.UNCHANGED
    assert (tmp_path / FILE).read_bytes().decode() == edited
    edit(tmp_path, five, five.replace("[ ]", "[x]"))
    edit(tmp_path, two, two.replace("[x]", "[ ]"))
    await sync_folder(store, tmp_path)
    assert [it[:2] for it in await states(store)][:4] == [
        ("ithome:800004", "picked"),
        ("https://example.com/mine", "picked"),
        ("ithome:800005", "picked"),
        ("ithome:800002", "candidate"),
    ]


async def test_a_correction_reaches_a_line_that_was_only_ticked(store: Store, tmp_path: Path) -> None:
    await store.save_articles([article(1), article(2), article(3)])
    await today(store, tmp_path)
    edit(tmp_path, "- [ ] 1. ", "- [x] 1. ")
    edit(tmp_path, "第 2 条的摘要。", "自己的话。")
    await store.save_articles([article(1, title="更正的标题")])
    assert await today(store, tmp_path) is State.MERGED
    text = (tmp_path / FILE).read_bytes().decode()
    assert "- [x] 1. 更正的标题 · " in text
    assert "自己的话。" in text
    await store.save_articles([article(1, title="再次更正的标题")])
    await sync_folder(store, tmp_path)
    assert [it.title for it in await day_picks(store, DAY)] == ["", ""]  # nobody has written a title
    await today(store, tmp_path)
    assert "- [x] 1. 再次更正的标题 · " in (tmp_path / FILE).read_bytes().decode()


async def test_how_many_others_have_a_story_comes_into_lines_that_a_hand_changed(
    store: Store, tmp_path: Path
) -> None:
    await store.save_articles([article(1), article(2)])
    await today(store, tmp_path)
    edit(tmp_path, "- [ ] 1. 第 1 条新闻", "- [x] 1. 我的标题")
    named = Attribution(original_url=article(1).url)
    reprint = {"site": "36kr", "identity": "36kr:9", "url": "https://36kr.com/p/9", "attribution": named}
    await store.save_articles([article(9).model_copy(update=reprint)])
    assert await today(store, tmp_path) is State.MERGED
    text = (tmp_path / FILE).read_bytes().decode()
    assert (
        "- [x] 1. 我的标题 · IT之家：示例网（方知） · 09:01 · 另有 1 家 · https://www.ithome.com/0/800/001.htm\n"
        in text
    )
    assert text.count("- [") == 2
    (synced,) = await sync_folder(store, tmp_path)
    assert synced.stays == []


async def test_what_is_picked_elsewhere_is_ticked_and_words_stay(store: Store, tmp_path: Path) -> None:
    await store.save_articles([article(1), article(2)])
    await today(store, tmp_path)
    edit(tmp_path, "第 1 条的摘要。", "自己的话。")
    await store.save_picks([pick(article(1)).model_copy(update={"text": "", "draft": True})])
    assert await today(store, tmp_path) is State.MERGED
    text = (tmp_path / FILE).read_bytes().decode()
    assert "- [x] 1. 第 1 条新闻" in text
    assert "自己的话。" in text


async def test_a_line_that_is_put_under_another_day_is_picked_there(store: Store, tmp_path: Path) -> None:
    other = date(2025, 11, 14)
    await store.save_articles([article(1), article(2), article(3, day=other)])
    await today(store, tmp_path)
    await export_pages(store, ExportRequest("candidates", day=other), tmp_path)
    line = (tmp_path / FILE).read_bytes().decode().split("\n\n")[2]
    edit(tmp_path, f"{line}\n\n", "")
    file = tmp_path / "candidates/2025/2025-11-14.md"
    file.write_bytes(file.read_bytes() + f"\n{line.replace('[ ]', '[x]')}\n".encode())
    await sync_folder(store, tmp_path)
    assert [(it.identity, it.state) for it in await store.picks(date.min, date.max)] == [
        ("ithome:800001", "picked")
    ]
    assert (await day_picks(store, other))[0].identity == "ithome:800001"


async def test_a_line_without_a_link_is_taken_out_and_one_that_lost_its_box_stands_there_still(
    store: Store, tmp_path: Path
) -> None:
    await store.save_articles([article(1)])
    await today(store, tmp_path)
    text = (tmp_path / FILE).read_bytes().decode()
    for box in " x":
        (tmp_path / FILE).write_bytes(f"{text}\n- [{box}] 我写的一条\n\n编者按：别的。\n".encode())
        await sync_folder(store, tmp_path)
        assert [it[2] for it in await states(store) if it[2]] == ["我写的一条"]
        edit(tmp_path, f"- [{box}] 我", "我")
        (synced,) = await sync_folder(store, tmp_path)
        assert "still has 我写的一条…" in synced.refused
        edit(tmp_path, "我写的一条\n", "")
        (synced,) = await sync_folder(store, tmp_path)
        assert not synced.refused
        assert [it[2] for it in await states(store) if it[2]] == []


def test_the_best_comes_first() -> None:
    long = article(1, title="长")
    short = article(2).model_copy(update={"body": []})
    reprint = article(3).model_copy(update={"attribution": Attribution(copyright="repost")})
    elsewhere = article(4).model_copy(update={"site": "36kr"})
    assert standing(Chosen(pick(short), short, (elsewhere,))) < standing(Chosen(pick(long), long))
    assert standing(Chosen(pick(short), short)) < standing(Chosen(pick(reprint), reprint))
    assert standing(Chosen(pick(long), long)) < standing(Chosen(pick(short), short))


async def test_a_number_is_a_storys_for_good(store: Store) -> None:
    await store.save_articles([article(number) for number in range(2, 5)])
    urls = [article(number).url for number in range(2, 5)]
    assert await names_given(store, DAY, ["2-3", "1", "https://example.com/x"]) == [
        urls[1],
        urls[2],
        urls[0],
        "https://example.com/x",
    ]
    await store.save_articles([article(1), article(5)])
    await store.save_picks([pick(article(4)), pick(article(3), 2)])
    await move_pick(store, DAY, urls[1], position=1)
    await reject_pick(store, DAY, urls[0])
    assert await names_given(store, DAY, ["1", "2", "3"]) == urls
    assert [(it.number, it.chosen.pick.identity) for it in await numbered_stories(store, DAY)] == [
        (2, "ithome:800003"),
        (3, "ithome:800004"),
        (4, "ithome:800001"),
        (5, "ithome:800005"),
        (1, "ithome:800002"),
    ]


@pytest.mark.parametrize(("word", "said"), [("9", "no story 9"), ("2-9", "no story 9"), ("2-1", "falls")])
async def test_a_number_that_is_not_there_is_told(store: Store, word: str, said: str) -> None:
    await store.save_articles([article(1), article(2)])
    with pytest.raises(BadValueError, match=said):
        await names_given(store, DAY, [word])


class Hand:
    """Types words that nobody else has, ticks, moves and deletes lines."""

    def __init__(self, random: Random) -> None:
        self.random, self.count = random, 0

    def word(self) -> str:
        self.count += 1
        return f"字{self.count}号"

    def edit(self, text: str) -> str:
        blocks = text.rstrip("\n").split("\n\n")
        boxes = [place for place, it in enumerate(blocks) if it.startswith("- [")]
        if not boxes:
            return text
        place = self.random.choice(boxes)
        first, _, below = blocks[place].partition("\n")
        match self.random.choice(
            ["tick", "tick", "untick", "words", "words", "title", "note", "own", "drop", "swap"]
        ):
            case "tick":
                blocks[place] = blocks[place].replace("[ ]", "[x]", 1)
            case "untick":
                blocks[place] = blocks[place].replace("[x]", "[ ]", 1)
            case "words":
                blocks[place] = f"{first}\n  {self.word()}，{'**要闻**' if self.count % 3 else '几句话。'}"
            case "title":
                blocks[place] = re.sub(r"^(- \[.\] (?:\d+\. )?)", rf"\g<1>{self.word()}", first) + (
                    f"\n{below}" if below else ""
                )
            case "note":
                note = self.random.choice(["编者按：{}", "> {}", "<!-- {} -->", "- {}", "### {}"])
                blocks.insert(place + 1, note.format(self.word()))
            case "own":
                form = self.random.choice(
                    ["- [x] {0} https://example.com/{1}", "- [ ] {0}", "- [x] {0}\n  写了一句。"]
                )
                blocks.insert(place + 1, form.format(self.word(), self.count))
            case "drop" if not _TOKEN.search(blocks[place]):
                del blocks[place]
            case "swap":
                other = self.random.choice(boxes)
                blocks[place], blocks[other] = blocks[other], blocks[place]
        return "\n\n".join(blocks) + "\n"

    def type_into(self, post: Path) -> str:
        """Type a word behind a text of a post."""
        blocks = post.read_bytes().decode().split("\n\n")
        places = [place for place, it in enumerate(blocks) if not it.startswith(("#", "*（", "🔗", "📅"))]
        if places:
            blocks[self.random.choice(places)] += self.word()
        post.write_bytes("\n\n".join(blocks).encode())
        return "\n\n".join(blocks)


def tokens(text: str) -> Counter[str]:
    return Counter(_TOKEN.findall(text))


async def edit_post(store: Store, folder: Path, post: Written, hand: Hand) -> None:
    """A hand edits what was published, too: both files keep what was typed into either."""
    if post.state is State.CONFLICT:  # a hand changed in both files what is said of one story
        post.path.with_name(post.path.name + ".new").replace(post.path)
    before = (folder / FILE).read_bytes().decode()
    typed = hand.type_into(post.path)
    assert not any(it.refused for it in await sync_folder(store, folder / "blog"))
    assert await today(store, folder) is not State.CONFLICT
    assert tokens(before) - tokens((folder / FILE).read_bytes().decode()) == Counter()
    await export_pages(store, ExportRequest("daily", day=DAY), folder / "blog")
    assert tokens(typed) - tokens(post.path.read_bytes().decode()) == Counter()


@pytest.mark.parametrize("seed", sorted({*range(ROUNDS), *HARD}))
async def test_no_typed_line_is_lost_and_no_story_stands_twice(tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    hand = Hand(random)
    async with open_store(str(tmp_path / "news.sqlite")) as store:
        crawled = list(range(1, random.randint(4, 9)))
        await store.save_articles([article(number) for number in crawled])
        await today(store, tmp_path)
        file = tmp_path / FILE
        for _ in range(5):
            text = file.read_bytes().decode()
            for _ in range(random.randint(1, 4)):
                text = hand.edit(text)
            file.write_bytes(text.encode())
            for _ in range(random.randint(0, 3)):
                number = random.choice([*crawled, len(crawled) + 1])
                crawled = sorted({*crawled, number})
                title = f"第 {number} 条新闻，第 {random.randint(1, 9)} 次更正"
                await store.save_articles([article(number, title=title)])
            if random.random() < 0.4:
                state = await today(store, tmp_path)
                beside = file.with_name(file.name + ".new")
                assert (state is State.CONFLICT) == beside.exists()
                if state is State.CONFLICT:
                    assert file.read_bytes().decode() == text
                    beside.unlink()
                    assert await today(store, tmp_path) is not State.CONFLICT
                assert tokens(file.read_bytes().decode()) == tokens(text), "typed words were lost, or doubled"
            text = file.read_bytes().decode()
            (synced,) = await sync_folder(store, tmp_path)
            assert not synced.refused
            picked = {
                it.pick.url: it.pick
                for it in (await chosen_day(store, DAY)).chosen
                if it.pick.state == "picked"
            }
            assert len(picked) == len(re.findall(r"(?m)^- \[x\]", text)), "ticks and picks differ"
            ticked = [
                it[0] for box in _BOX.finditer(text) if box[1] == "x" and (it := _URL.findall(box[3])[-1:])
            ]
            assert set(ticked) <= picked.keys()
            assert not picked or not synced.chosen or await done_days(store, DAY, DAY)
            assert await today(store, tmp_path) is not State.CONFLICT
            again = file.read_bytes().decode()
            assert tokens(again) == tokens(text)
            urls = Counter(_URL.findall(again))
            assert {url for url, times in urls.items() if times > 1} <= {
                url for url, times in Counter(_URL.findall(text)).items() if times > 1
            }
            held = await store.picks(date.min, date.max)
            await sync_folder(store, tmp_path)
            assert await store.picks(date.min, date.max) == held
            digest = await export_pages(store, ExportRequest("daily", day=DAY), tmp_path / "blog")
            if digest.pages and await done_days(store, DAY, DAY):
                assert digest.pages[0][0].count == len(picked)
            if digest.pages and random.random() < 0.5:
                await edit_post(store, tmp_path, digest.pages[0][1], hand)


async def test_a_file_with_windows_line_ends_and_other_boxes_is_read(store: Store, tmp_path: Path) -> None:
    await store.save_articles([article(1), article(2), article(3)])
    await today(store, tmp_path)
    text = (tmp_path / FILE).read_bytes().decode()
    text = (
        text.replace("- [ ] 1. ", "* [X]  1. ").replace("- [ ] 2. ", "-[✓] 2. ").replace("\n\n- [", "\n- [")
    )
    (tmp_path / FILE).write_bytes(text.replace("\n", "\r\n").encode())
    await store.save_articles([article(4), article(1, title="更正的标题")])
    assert await today(store, tmp_path) is State.MERGED
    text = (tmp_path / FILE).read_bytes().decode()
    assert text.count("\n") == text.count("\r\n")
    assert "[X]  1. 更正的标题" in text.replace("- [x] 1. ", "* [X]  1. ")
    await sync_folder(store, tmp_path)
    assert await states(store) == [("ithome:800001", "picked", ""), ("ithome:800002", "picked", "")]
    assert (await today(store, tmp_path)) is State.UNCHANGED
    assert (tmp_path / FILE).read_bytes().decode() == text


async def test_ticked_lines_that_move_later_give_the_order_and_else_that_of_the_store_stays(
    store: Store, tmp_path: Path
) -> None:
    await store.save_articles([article(number) for number in range(1, 4)])
    await today(store, tmp_path)
    for number in (1, 2, 3):
        text = edit(tmp_path, f"- [ ] {number}. ", f"- [x] {number}. ")
    await sync_folder(store, tmp_path)
    await move_pick(store, DAY, "ithome:800003", position=1)
    await sync_folder(store, tmp_path)
    assert [it[0] for it in await states(store)] == ["ithome:800003", "ithome:800001", "ithome:800002"]
    top, group, one, two, three = text.rstrip("\n").split("\n\n")
    (tmp_path / FILE).write_bytes(f"{top}\n\n{group}\n\n{two}\n\n{one}\n\n{three}\n".encode())
    await sync_folder(store, tmp_path)
    assert [it[0] for it in await states(store)] == ["ithome:800002", "ithome:800001", "ithome:800003"]


async def test_what_comes_later_stands_below_however_good_it_is(store: Store, tmp_path: Path) -> None:
    await store.save_articles([article(1), article(2)])
    await today(store, tmp_path)
    await store.save_articles([article(3, body=[Paragraph([Span("很长的正文。" * 50)])])])
    assert await today(store, tmp_path) is State.WRITTEN
    text = (tmp_path / FILE).read_bytes().decode()
    assert [match[2] for match in _BOX.finditer(text)] == ["1", "2", "3"]
    assert text.index("第 2 条新闻") < text.index("第 3 条新闻")
