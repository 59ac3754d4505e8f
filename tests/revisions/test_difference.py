"""A difference shows every edit by sentence and word, names its kind, and never takes long, whatever a page holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.revisions import TRIVIAL, made_edits, wrong_with
from newsarchive.items.body import Block, Image, Paragraph, Span
from newsarchive.revisions.difference import Difference, Edit, WordPiece, difference
from newsarchive.revisions.kinds import ChangeKind, kinds_of
from tests.storage.records import body


def between(old: str | list[Block], new: str | list[Block], *titles: str) -> Difference:
    bodies = [body(it) if isinstance(it, str) else it for it in (old, new)]
    return difference((titles or ("题",))[0], bodies[0], (titles or ("题",))[-1], bodies[1])


def told(found: Difference) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(it.kind, [(piece.kind, piece.text) for piece in it.pieces]) for it in found.edits]


def test_a_thousand_made_edits_are_told_from_what_is_none() -> None:
    edits = [*made_edits(1_000, characters=600)]
    assert {edit.kind for edit in edits} > TRIVIAL
    assert len({edit.kind for edit in edits}) == 10
    assert [(edit.kind, said) for edit in edits if (said := wrong_with(edit))] == []


def test_a_number_and_a_latin_word_are_shown_whole() -> None:
    assert told(between("先说一句。iPhone 售价 5499 元起。", "先说一句。iPad 售价 5999 元起。")) == [
        (
            "changed",
            [
                ("removed", "iPhone"),
                ("added", "iPad"),
                ("same", " 售价 "),
                ("removed", "5499"),
                ("added", "5999"),
                ("same", " 元起。"),
            ],
        )
    ]


def test_only_the_sentence_that_changed_is_told_with_the_one_before_it() -> None:
    found = between("第一句。第二句话有八个字。第三句。", "第一句。第二句话有九个字。第三句。")
    (edit,) = found.edits
    assert (edit.kind, edit.after) == ("changed", "第一句。")


def test_a_sentence_that_moved_is_told_once() -> None:
    assert told(between("甲说了话。乙也说了。丙没有来。", "乙也说了。丙没有来。甲说了话。")) == [
        ("moved", [("same", "甲说了话。")])
    ]


def test_titles_pictures_and_links_are_told() -> None:
    old: list[Block] = [
        Paragraph([Span("见"), Span("此", link="https://e.com/1")]),
        Image(url="https://i.com/a.jpg"),
    ]
    new: list[Block] = [
        Paragraph([Span("见"), Span("此", link="https://e.com/2")]),
        Image(url="https://i.com/b.jpg"),
    ]
    found = between(old, new, "旧题", "新题")
    assert found.title == (WordPiece("removed", "旧"), WordPiece("added", "新"), WordPiece("same", "题"))
    assert all(it.mark for it in found.edits)
    assert told(found) == [
        ("changed", [("removed", "[link] https://e.com/1"), ("added", "[link] https://e.com/2")]),
        ("changed", [("removed", "[image] https://i.com/a.jpg"), ("added", "[image] https://i.com/b.jpg")]),
    ]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("售价 5499 元。", "售价 5999 元。", ChangeKind.NUMBER),
        ("售价三千元。", "售价五千元。", ChangeKind.NUMBER),
        ("营收 3 亿元。", "营收 3 亿美元。", ChangeKind.NUMBER),
        ("小米 CEO 雷军宣布开售。", "小米 CEO 卢伟冰宣布开售。", ChangeKind.NAME),
        ("马斯克表示，会去现场。", "马云表示，会去现场。", ChangeKind.NAME),
        ("今天华为发布了新机。", "今天小米发布了新机。", ChangeKind.NAME),
        ("苹果 CEO 库克今天到访。", "英伟达 CEO 黄仁勋今天到访。", ChangeKind.NAME),
        ("由 Kimi 提供。", "由豆包提供。", ChangeKind.NAME),
        ("张三与公司签约。", "李四与公司签约。", ChangeKind.NAME),
        ("青禾汽车公布财报。", "远山汽车公布财报。", ChangeKind.NAME),
        ("今天 OpenAI 发布了模型。", "今天 Anthropic 发布了模型。", ChangeKind.NAME),
        ("净利润同比增长。", "净利润同比下降。", ChangeKind.TEXT),
        ("他说，好。", "他说，好！", ChangeKind.PUNCTUATION),
        ("一句话。", "一句话。更正：此前报道有误。", ChangeKind.CORRECTION),
        ("一句话。", "一句话。（更新于 12 日）", ChangeKind.CORRECTION),
    ],
)
def test_the_most_telling_kind_comes_first(old: str, new: str, kind: ChangeKind) -> None:
    assert kinds_of(between(old, new))[0] is kind


def test_a_new_title_is_a_kind_of_its_own() -> None:
    assert kinds_of(between("文。", "文。", "老题目", "新标题")) == (ChangeKind.TITLE,)
    assert kinds_of(between("文。", "文。", "共 10 人", "共 11 人")) == (ChangeKind.NUMBER, ChangeKind.TITLE)


def rebuilt(edits: tuple[Edit, ...], kind: str) -> list[str]:
    return ["".join(piece.text for piece in it.pieces if piece.kind in {"same", kind}) for it in edits]


@given(st.text("甲乙12 aB，。\n", max_size=60), st.text("甲乙12 aB，。\n", max_size=60))
def test_what_is_told_is_in_the_texts_and_nothing_is_told_of_equals(old: str, new: str) -> None:
    assert not between(old, old)
    for edit in between(old, new).edits:
        for kind, text in (("removed", old), ("added", new)):
            bare = "".join(text.split())
            for line in rebuilt((edit,), kind) if edit.kind != "moved" else []:
                if edit.kind in {"changed", kind}:
                    assert "".join(line.split()) in bare


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("。" * 30_000, "。" * 29_999),
        ("甲" * 60_000, "乙" + "甲" * 59_000 + "乙"),
        ("甲乙。" * 20_000, "乙甲。" * 20_000),
        ("a" * 100_000, "b" * 100_000),
        ("1,2," * 20_000, "2,1," * 20_000),
    ],
    ids=lambda text: text[:4],
)
def test_texts_that_no_person_wrote_are_compared_too(old: str, new: str) -> None:
    assert bool(between(old, new)) == ("".join(old.split()) != "".join(new.split()))
