"""Which item of a file is which: among what was last written, what stands there now, and what the store says."""

from __future__ import annotations

from exports.files.edited_file import EditedFile
from exports.files.snapshot import snapshot_of
from exports.files.three_way_merge import merge
from exports.formats.items import Item
from exports.formats.segments import Segment
from newsarchive.storage.collections import Snapshot
from tests.exports.grammars import BRIEFING, DIGEST


def day(*stories: str) -> str:
    items = (f"{number}. {story}" for number, story in enumerate(stories, start=1))
    return "## 2025.03.04\n\n" + "\n\n".join(items) + "\n"


def story(words: str, name: str = "") -> str:
    return f"{words}\n\n   https://example.com/{name}" if name else words


def told(segment: Segment) -> Item:
    words, _, url = segment.body.partition("\n\n")
    return Item(segment, words=words, urls=(url,) if url else ())


def pairs(base: str | None, ours: str, theirs: str) -> set[tuple[str, str]]:
    """The stories of the file and those of the store that are the same, by their words."""
    written = snapshot_of(DIGEST.split(base)) if base else None
    file = EditedFile(DIGEST, written, DIGEST.split(ours), DIGEST.split(theirs), told)
    return {
        (told(file.ours[one]).words, told(file.theirs[other]).words)
        for one, other in file.stories.ours_to_theirs.items()
    }


A, B = story("甲。", "a"), story("乙。", "b")
LONG = "某公司今天发布了一款新的手机，价格两千元"
"""Without a link."""


def test_a_link_names_a_story_whatever_else_changes() -> None:
    assert pairs(day(A, B), day(story("手改。", "b"), A), day(A, story("库改。", "b"))) == {
        ("手改。", "库改。"),
        ("甲。", "甲。"),
    }


def test_words_name_a_story_without_a_link_and_what_is_alike_is_the_same_one() -> None:
    assert pairs(day(A, LONG), day(A, f"{LONG}起"), day(A, LONG)) == {("甲。", "甲。"), (f"{LONG}起", LONG)}
    assert pairs(day(A, LONG), day(A, "完全是另一条。"), day(A, LONG)) == {("甲。", "甲。")}


def test_a_name_goes_before_a_likeness() -> None:
    """The hand's own words are what the store has got since: they are no other story's that was taken out."""
    assert pairs(day(LONG), day(f"{LONG}起"), day(LONG, f"{LONG}起")) == {(f"{LONG}起", f"{LONG}起")}


def test_a_story_with_another_link_is_the_one_that_says_the_same() -> None:
    assert pairs(day(A, B), day(A, story("乙。", "z")), day(A, B)) == {("甲。", "甲。"), ("乙。", "乙。")}


def test_news_that_say_the_same_with_another_link_are_another_story() -> None:
    assert pairs(day(A), day(A, story("乙。", "z")), day(A, B)) == {("甲。", "甲。")}


def test_of_an_unknown_file_the_store_s_stories_are_found_by_name() -> None:
    assert pairs(None, day(B), day(A, B)) == {("乙。", "乙。")}


def test_what_is_missing_moved_and_untouched() -> None:
    c, d = story("丙。", "c"), story("丁。", "d")
    base = day(A, B, c, d)
    ours = DIGEST.split(day(d, A, story("丙改。", "c")))
    file = EditedFile(DIGEST, snapshot_of(DIGEST.split(base)), ours, DIGEST.split(base))
    assert [told(it).words for it in file.missing] == ["乙。"]
    assert [told(file.ours[place]).words for place in file.moved] == ["丁。"]
    assert {told(file.ours[place]).words for place in file.untouched.values()} == {"甲。", "丁。"}


def briefing(briefs: dict[str, str], sources: dict[str, str]) -> str:
    """The names of briefs with their words, and of sources with their links."""
    told = (
        f"{number}. **{title}**：{words}" for number, (title, words) in enumerate(briefs.items(), start=1)
    )
    linked = (
        f"{n}. [{title}](https://example.com/{name})"
        for n, (title, name) in enumerate(sources.items(), start=1)
    )
    return "## 🌍 全球速览\n\n" + "\n".join(told) + "\n\n## 🔎 来源\n\n" + "\n".join(linked) + "\n"


def test_a_brief_has_the_source_of_its_title_else_the_most_alike_else_the_only_one_that_is_left() -> None:
    titles = {"灯塔修好了。": "", "渡口夜航今晚恢复": "", "别的": ""}
    sources = {"灯塔修好了": "c", "旧船票": "d", "渡口夜航恢复": "b", "灯塔修好了。": "a"}
    stories = [it for it in BRIEFING.split(briefing(titles, sources)) if BRIEFING.is_story(it)]
    assert [it.link[-1:] for it in stories] == ["a", "b", ""]
    del sources["灯塔修好了"]
    stories = [it for it in BRIEFING.split(briefing(titles, sources)) if BRIEFING.is_story(it)]
    assert [it.link[-1:] for it in stories] == ["a", "b", "d"]


def test_a_title_that_looks_like_a_link_leads_to_its_source_and_the_front_matter_is_none() -> None:
    title = r"见\[说明\](https://example.com/x)"
    front = (
        '---\ntitle: "见[说明](https://example.com/x)"\nsummary: "见[说明](https://example.com/x)"\n---\n\n'
    )
    text = f"{front}## 🔥 今日头条\n\n**{title}**\n\n正文。\n\n## 🔎 来源\n\n1. [{title}](https://example.com/a)\n"
    assert [it.link[-1:] for it in BRIEFING.split(text) if BRIEFING.is_story(it)] == ["a"]


def test_a_brief_that_both_sides_have_named_anew_is_known_by_the_link_that_it_had() -> None:
    base = briefing({"渡口": "甲。", "灯塔": "乙。"}, {"渡口": "a", "灯塔": "b"})
    ours = briefing({"渡口": "甲。", "灯塔今晚点亮": "手改。"}, {"渡口": "a", "灯塔": "b"})
    theirs = briefing({"渡口": "甲。", "三天修好": "库改。"}, {"渡口": "a", "三天修好": "b"})
    file = EditedFile.of(BRIEFING, snapshot_of(BRIEFING.split(base)), ours, theirs)
    raw = {
        file.ours[one].raw[3:]: file.theirs[two].raw[3:] for one, two in file.by_name.ours_to_theirs.items()
    }
    assert raw["**灯塔今晚点亮**：手改。"] == "**三天修好**：库改。"
    assert len(merge(file).conflicts) == 1
    old = snapshot_of(BRIEFING.split(base))
    rows = tuple((name, tuple(row[:3] for row in of)) for name, of in old.parts)
    before = EditedFile.of(
        BRIEFING, Snapshot(sha256=old.sha256, parts=rows, sections=old.sections), ours, theirs
    )
    assert before.by_name.base_to_theirs.keys() < file.by_name.base_to_theirs.keys(), (
        "files of before remember no link"
    )
