"""Which item of a file is which: among what was last written, what stands there now, and what the store says."""

from __future__ import annotations

from exports.files.edited_file import EditedFile
from exports.files.snapshot import snapshot_of
from exports.formats.items import Item
from exports.formats.segments import Segment
from tests.exports.grammars import DIGEST


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
