"""What comes of a file that was edited by hand when the store has changed too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from exports.files.edited_file import EditedFile
from exports.files.snapshot import snapshot_of
from exports.files.three_way_merge import Merged, merge
from exports.formats.segments import Grammar
from tests.exports.grammars import BRIEFING, DAILY, DIGEST, FULL_TEXT, ONE_ARTICLE


def merged(base: str, ours: str, theirs: str, form: Grammar = DIGEST) -> Merged:
    return merge(EditedFile.of(form, snapshot_of(form.split(base)), ours, theirs))


def item(number: int, text: str, link: str | None = None) -> str:
    return f"{number}. {text}\n\n   https://example.com/{link or text}"


def day(number: int, items: Sequence[str]) -> str:
    return "\n\n".join([f"## 2025.03.{number:02}", f"2025年03月{number:02}日 💡行业快讯", *items])


def month(*days: str) -> str:
    return "\n\n\n\n".join(["# 2025年3月", *days]) + "\n"


A, B, C, D = (item(number, name) for number, name in enumerate("abcd", start=1))
BASE = month(day(4, [A, B, C]))


def test_new_items_come_to_the_end_of_their_day_and_new_days_to_their_place() -> None:
    ours = month(day(4, [A, item(2, "乙改", "b"), C]), day(9, [A]))
    base = month(day(4, [A, B, C]), day(9, [A]))
    theirs = month(day(4, [A, B, C, D]), day(6, [item(1, "e")]), day(9, [A]), day(12, [item(1, "f")]))
    assert merged(base, ours, theirs).text == month(
        day(4, [A, item(2, "乙改", "b"), C, D]), day(6, [item(1, "e")]), day(9, [A]), day(12, [item(1, "f")])
    )


def test_a_hand_s_order_numbers_and_deletions_stay() -> None:
    ours = month(day(4, [C, A]))
    assert merged(BASE, ours, month(day(4, [A, B, C, D]))).text == month(day(4, [C, A, item(2, "d")]))


def test_a_link_is_indented_to_the_number_that_an_item_gets() -> None:
    nine = [item(number, f"n{number}") for number in range(1, 10)]
    ours = month(day(4, ["手写的一段。", *nine]))
    grown = month(day(4, [*nine, "10. 十\n\n    https://example.com/10"]))
    assert merged(month(day(4, nine)), ours, grown).text.endswith(
        "\n\n10. 十\n\n    https://example.com/10\n"
    )


def test_prose_comments_headings_and_blanks_keep_their_bytes() -> None:
    ours = (
        "# 三月，编者改\n<!-- 待办 -->\n\n\n## 2025.03.04\n\n2025年03月04日 💡行业快讯（周末版） \n\n"
        "编者按：一段话，\n两行。\n\n"
        + A
        + "\n \n> 读者来信\n\n"
        + B
        + "\n\n"
        + C
        + "\n\n- 完\n\n***\n\n附录"
    )
    result = merged(BASE, ours, month(day(4, [A, item(2, "库改", "b"), C, D]), day(5, [A]))).text
    assert result == ours.replace("2. b\n", "2. 库改\n").replace(
        C, f"{C}\n\n- 完\n\n***\n\n附录\n\n{D}\n\n\n\n{day(5, [A])}"
    ).removesuffix("\n\n- 完\n\n***\n\n附录")


def test_what_the_store_dropped_goes_only_where_no_hand_was() -> None:
    ours = month(day(4, [item(1, "甲改", "a"), B, C]))
    assert merged(BASE, ours, month(day(4, [C]))).text == month(day(4, [item(1, "甲改", "a"), C]))


def test_a_day_that_a_hand_dated_anew_gets_what_is_new() -> None:
    ours = BASE.replace("## 2025.03.04", "## 2025.03.05")
    assert merged(BASE, ours, month(day(4, [A, B, C, D]))).text == ours.removesuffix("\n") + f"\n\n{D}\n"


def test_an_item_that_a_hand_added_before_the_store_is_there_once() -> None:
    ours = month(day(4, [A, B, C, item(4, "手写的丁", "d")]))
    assert merged(BASE, ours, month(day(4, [A, B, C]), day(6, [item(1, "d")]))).text == ours


def test_both_changing_one_text_is_a_conflict() -> None:
    ours = month(day(4, [A, item(2, "手改", "b"), C]))
    result = merged(BASE, ours, month(day(4, [A, item(2, "库改", "b"), C, D])))
    assert result.conflicts == ("2025-03-04 https://example.com/b",)
    assert result.text == month(day(4, [A, item(2, "库改", "b"), C, D]))


def test_the_same_change_on_both_sides_is_none() -> None:
    both = month(day(4, [A, item(2, "改", "b"), C]))
    assert merged(BASE, both, both) == Merged(both)


def test_windows_line_ends_stay() -> None:
    ours = month(day(4, [A, item(2, "手改", "b"), C])).replace("\n", "\r\n")
    result = merged(BASE, ours, month(day(4, [A, B, C, D]))).text
    assert result == month(day(4, [A, item(2, "手改", "b"), C, D])).replace("\n", "\r\n")


def test_a_commented_out_item_is_deleted() -> None:
    ours = BASE.replace(B, f"<!--\n{B}\n-->")
    result = merged(BASE, ours, month(day(4, [A, item(2, "库改", "b"), C, D]))).text
    assert result == ours.removesuffix("\n") + f"\n\n{D}\n"


POST = '---\ntitle: "日报"\ncount: {count}\n---\n\n# 日报\n\n共 {count} 篇\n\n---\n\n{items}\n*完*\n'


def post(*names: str) -> str:
    items = (
        f"## {n}. {name}\n\n🔗 [原文](https://example.com/{name})\n\n{name}的正文。\n\n---\n\n"
        for n, name in enumerate(names, 1)
    )
    return POST.format(count=len(names), items="".join(items))


def test_a_daily_post_keeps_the_hand_s_title_and_texts_and_counts_what_is_new() -> None:
    ours = (
        post("a", "b")
        .replace('"日报"', '"我的日报"')
        .replace("a的正文。", "我写的。\n\n## 不是条目\n\n真的。")
    )
    result = merged(post("a", "b"), ours, post("a", "b", "c"), DAILY)
    assert result.conflicts == ()
    assert result.text == post("a", "b", "c").replace('"日报"', '"我的日报"').replace(
        "a的正文。", "我写的。\n\n## 不是条目\n\n真的。"
    )


def test_a_daily_post_whose_store_has_other_stories_keeps_the_edited_one() -> None:
    ours = post("a", "b").replace("a的正文。", "我写的。")
    result = merged(post("a", "b"), ours, post("c", "d"), DAILY).text
    assert [part.key[-1] for part in DAILY.split(result) if part.key.startswith("http")] == ["a", "c", "d"]
    assert "我写的。" in result


def test_briefs_and_full_texts_merge_in_the_same_way() -> None:
    brief = "## 🌍 全球速览\n\n1.  **甲**：一\n2.  **乙**：二\n"
    assert merged(brief, brief.replace("一", "手改"), brief + "3.  **丙**：三\n", BRIEFING).text == (
        brief.replace("一", "手改") + "3.  **丙**：三\n"
    )
    one, two = (
        f"# {name}\n\n> 正文\n\n[原文链接](https://36kr.com/p/{n})\n\n" for n, name in ((1, "甲"), (2, "乙"))
    )
    hand = one.replace("> 正文", "> 正文改")
    assert merged(one, hand, one + "\n" + two, FULL_TEXT).text == hand + "\n" + two
    assert merged("正文\n", "正文改\n", "新正文\n", ONE_ARTICLE).conflicts == ("the article",)


FOLDER = "archives/getiot+newsflash"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("newsflash-202501@7cf96f1", "newsflash-202501@5bf0b9a"),
        ("newsflash-202501@5bf0b9a", "newsflash-202501@eb23c04"),
        ("newsflash-202501@eb23c04", "docs__2025__newsflash-202501"),
        ("newsflash-202502@f803033", "docs__2025__newsflash-202502"),
    ],
)
def test_a_recorded_edit_stays_when_the_store_knows_nothing_of_it(
    corpus: Path, before: str, after: str
) -> None:
    written, edited = ((corpus / FOLDER / f"{name}.md").read_bytes().decode() for name in (before, after))
    assert merged(written, edited, written) == Merged(edited)


def test_a_recorded_reorder_stays_while_the_month_grows(corpus: Path) -> None:
    first, reordered, last = (
        (corpus / FOLDER / f"{name}.md").read_bytes().decode()
        for name in ("newsflash-202501@7cf96f1", "newsflash-202501@5bf0b9a", "newsflash-202501@eb23c04")
    )
    store = last.replace(reordered[: reordered.index("## 2025.01.07")].rstrip(), first.rstrip())
    result = merged(first, reordered, store)
    assert result.conflicts == ()
    assert result.text.rstrip() == last.rstrip().replace(
        last[last.index("## 2025.01.07") : last.index("## 2025.01.08")].rstrip(),
        reordered[reordered.index("## 2025.01.07") :].rstrip(),
    )


def test_a_recorded_text_fix_stays_while_the_month_grows(corpus: Path) -> None:
    before, fixed = (
        (corpus / FOLDER / f"{name}.md").read_bytes().decode()
        for name in ("newsflash-202502@f803033", "docs__2025__newsflash-202502")
    )
    grown = (
        before.rstrip("\n")
        + "\n\n\n\n## 2025.02.28\n\n2025年02月28日 💡行业快讯\n\n1. 新。\n\n   https://example.com/new\n"
    )
    result = merged(before, fixed, grown)
    assert result.conflicts == ()
    assert result.text.rstrip("\n") == fixed.rstrip("\n") + grown[len(before.rstrip("\n")) :].rstrip("\n")


def test_what_a_hand_deleted_does_not_come_back_under_another_day() -> None:
    base = month(day(4, [A, B]), day(9, [C]))
    ours = month(day(4, [A]), day(9, [C]))
    assert merged(base, ours, month(day(4, [A]), day(9, [C, item(2, "b")]))).text == ours


def test_an_item_that_a_hand_moved_stays_when_the_store_moves_or_drops_it() -> None:
    base = month(day(4, [A, B, C]), day(9, [D]))
    ours = month(day(4, [B, A, C]), day(9, [D]))
    assert merged(base, ours, month(day(4, [B, C]), day(9, [D, A]))).text == ours
    assert merged(base, ours, month(day(4, [B, C]), day(9, [D]))).text == ours


def test_an_item_that_the_store_told_elsewhere_stays_in_a_section_that_no_hand_has_touched_since() -> None:
    """As when a hand deletes the lead of a briefing: the first of the list becomes the lead, but not in this file."""
    told = snapshot_of(DIGEST.split(month(day(4, [A]), day(9, [B, C]))))
    ours = month(day(4, [A, B]), day(9, [C]))
    base = told.model_copy(update={"sections": snapshot_of(DIGEST.split(ours)).sections})
    theirs = month(day(4, [A, D]), day(9, [B, C]))
    assert merge(EditedFile.of(DIGEST, base, ours, theirs)).text == month(
        day(4, [A, B, item(3, "d")]), day(9, [C])
    )
