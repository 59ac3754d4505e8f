"""Archives whose form is an example: which stories are read, with which words, and where every link of a file went."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from docs.generate import DOCS
from exports.export import export_pages
from exports.imports import read_archive
from exports.imports.days import parts_of
from exports.imports.form import Form
from exports.imports.importer import ImportReport, import_archive
from exports.imports.outline import is_aside
from exports.imports.reader import known_forms
from exports.imports.sentences import addresses, is_label, own_link, sentence
from exports.request import ExportRequest
from newsarchive.errors import BadValueError, UnreadableMarkdownError
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from tests.exports.imported_pages import (
    ALL,
    BARE_LINKS,
    BARS_BEHIND_NUMBERS,
    BELOW,
    BOLD_LEADS,
    BOLD_ROWS_OVER_FIELDS,
    BOLD_TITLES,
    BOLD_TITLES_OVER_ROWS,
    CALLOUTS,
    CARDS,
    DATED_PARAGRAPHS,
    DATED_ROWS,
    DEEPER_TITLES,
    ESCAPED_NUMBERS,
    FIELDS,
    FIELDS_AND_PARAGRAPHS,
    HEADED_BY_TIMES,
    HEADINGS,
    HEADINGS_AND_BOLD_TITLES,
    LEADS,
    LINK_AT_ONCE,
    LINK_BELOW,
    LINKS_FIRST,
    LINKS_IN_HTML,
    LINKS_IN_QUOTES,
    LINKS_IN_WORDS,
    NAMED_SOURCES,
    NAMES_FIRST,
    NO_SCHEMES,
    NUMBERED_HEADINGS,
    NUMBERS_IN_ROWS,
    PARAGRAPHS,
    PARAGRAPHS_IN_HTML,
    PLAIN,
    QUOTED_FIELDS,
    REFERENCES,
    ROWS,
    ROWS_OF_ALL_KINDS,
    SECTIONS_OF_PARAGRAPHS,
    SEVERAL_IN_A_CELL,
    SEVERAL_IN_A_ROW,
    SIGNED_TITLES,
    SIGNS_BEFORE,
    SIGNS_BELOW,
    SMALL_SOURCES,
    SOURCE_FIRST,
    SOURCE_LAST,
    SOURCED,
    SOURCES_ABOVE,
    SOURCES_AT_ENDS,
    SOURCES_WITH_MORE,
    STRUCK_THROUGH,
    TABLE,
    TABLES_OF_FIELDS,
    TITLES_AND_NAMES,
    TITLES_AND_SOURCES,
    TOLD_ELSEWHERE,
    TOLD_IN_ROWS,
    TOLD_TO_THE_LINK,
    UNDER_HEADINGS,
    WITH_SOURCES,
    WORDS_FIRST,
    WRAPPED_ROWS,
)

DAY = date(2026, 3, 1)
NIGHT, TOWER = "https://example.com/night", "https://example.com/tower"


async def taken(store: Store, text: str, form: Form | None = None) -> tuple[ImportReport, list[Pick]]:
    report = await import_archive(store, read_archive(text, "x.md", form), "x")
    return report, await store.picks(DAY, DAY)


async def clean(store: Store, out: Path) -> str:
    done = await export_pages(store, ExportRequest("daily", day=DAY), out)
    return done.pages[0][1].path.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", known_forms(), ids=lambda it: it.name)
def test_each_form_reads_its_example(form: Form) -> None:
    archive = read_archive(form.example, "2026-03-01.md", form)
    assert {item.url for item in archive.items} == {
        url for line in form.example.split("\n") for url in addresses(line)
    }


async def test_headings_that_are_links_are_stories_with_all_below_them(store: Store, tmp_path: Path) -> None:
    report, picks = await taken(store, HEADINGS)
    assert [(it.text, it.url) for it in picks] == [
        ("用旧水道实现夜航", NIGHT),
        ("三天修好一座灯塔", TOWER),
        ("旧船票展开幕", "https://example.com/tickets"),
        ("灯塔开放日", "https://example.com/open"),
    ]
    assert str(report.counted) == "4 of stories, 2 in their words, 1 around them, 1 not taken"
    assert str(report.remarks[0]) == "5: link not taken: https://example.com/issues"
    assert "https://example.com/feed" in str(report.remarks[-1])
    shown = await clean(store, tmp_path)
    assert "江心洲渡口把夜航搬回旧水道。" in shown
    assert "https://img.example/night.png" in shown
    assert "[旧水道图](https://example.com/maps)" in shown


async def test_rows_under_a_dated_title_among_prose(store: Store) -> None:
    report, picks = await taken(store, ROWS)
    assert [(it.title, it.text, it.url) for it in picks] == [
        ("", "渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔", "三天修好一座灯塔。停了二十年。", TOWER),
    ]
    assert report.counted.left == 0


async def test_sources_in_brackets_are_links_of_their_sentences_and_the_list_of_sources_is_no_story(
    store: Store,
) -> None:
    report, picks = await taken(store, SOURCED)
    assert [(it.text, it.url) for it in picks] == [
        ("**渡口夜航恢复**，首晚来了四十人", NIGHT),
        ("三天修好一座灯塔，见[图纸](https://example.com/plan)", TOWER),
    ]
    assert report.counted.left == 0
    assert report.counted.around == 2


async def test_cards_are_read_as_data(store: Store, tmp_path: Path) -> None:
    hostile = CARDS.replace("停了二十年。", "&lt;script&gt;停了&lt;/script&gt;[点](javascript:x)二十年。")
    _, picks = await taken(store, hostile)
    assert [it.url for it in picks] == [NIGHT, TOWER]
    assert picks[0].title == "渡口夜航恢复 & 更多"
    shown = await clean(store, tmp_path)
    assert "<script" not in shown.replace("\\<script", "")
    assert "](javascript" not in shown.replace("\\](", "")
    assert "首晚来了\\*四十\\*人。" in shown


@pytest.mark.parametrize("text", [BELOW, LINK_BELOW])
async def test_links_on_lines_of_their_own(store: Store, tmp_path: Path, text: str) -> None:
    _, picks = await taken(store, text)
    assert [(it.text, it.url) for it in picks] == [("渡口夜航恢复", NIGHT), ("三天修好一座灯塔", TOWER)]
    shown = await clean(store, tmp_path)
    assert "首晚来了四十人。" in shown
    assert "停了二十年。" in shown
    assert shown.count(NIGHT) == 1
    assert text is not BELOW or "![](https://img.example/night.png)" in shown


async def test_words_of_a_sentence_stay_and_pictures_of_a_paragraph_are_kept(
    store: Store, tmp_path: Path
) -> None:
    _, picks = await taken(store, PARAGRAPHS)
    assert [(it.text, it.url) for it in picks] == [
        ("**夜航图志** 打破围墙，将专业的水文分析工具交到每一位读者手中。", NIGHT),
        ("三天修好一座灯塔。🚀", TOWER),
    ]
    shown = await clean(store, tmp_path)
    assert "https://img.example/a.avif" in shown
    assert "https://img.example/b.png" in shown


async def test_numbered_stories_without_links_are_kept_without(store: Store, tmp_path: Path) -> None:
    text = (
        "---\ntitle: 日刊\ndate: 2026-03-01\n---\n\n### 资讯\n\n1. **夜航恢复🔥**  \n首晚来了四十人。  \n\n"
        f"2. 灯塔重新点亮，见[图](https://example.com/plan)。[更多详情]({TOWER})\n\n3. 只有一句话。\n"
    )
    report, picks = await taken(store, text)
    assert [(it.text, it.url if it.url.startswith("http") else "") for it in picks] == [
        ("夜航恢复🔥", ""),
        ("灯塔重新点亮，见[图](https://example.com/plan)。", TOWER),
        ("只有一句话。", ""),
    ]
    assert [it.line for it in report.remarks] == [8, 13]
    again = await import_archive(store, read_archive(text, "x.md"), "x")
    assert (again, await store.picks(DAY, DAY)) == (report, picks)
    assert "## 1. 夜航恢复🔥\n\n首晚来了四十人。\n\n📅 2026-03-01" in await clean(store, tmp_path)
    strict = await export_pages(store, ExportRequest("daily", day=DAY, profile="strict"), tmp_path / "strict")
    assert strict.pages[0][1].path.read_text(encoding="utf-8") == text


async def test_several_sources_behind_a_story_stay_with_it(store: Store) -> None:
    report, picks = await taken(store, WITH_SOURCES)
    assert [(it.title, it.text, it.url) for it in picks] == [
        (
            "🚢 渡口夜航恢复：首晚满座",
            "🚢 渡口夜航恢复：首晚满座：首晚来了四十人。**影响**：早班少了一半人。 [江岸拾事](https://example.com/night-2)",
            NIGHT,
        ),
        ("🗼 三天修好一座灯塔", "🗼 三天修好一座灯塔：停了二十年。", TOWER),
        ("旧船票展开幕", "旧船票展开幕：一百二十件展品。", "https://example.com/tickets"),
        (
            "灯塔开放日",
            "灯塔开放日（续前日）。周六起。 [灯塔志](https://example.com/open-2)",
            "https://example.com/open",
        ),
        ("渡口手册（今日+12）", "渡口手册（今日+12）：写给新来的渡工", "https://example.com/manual"),
        ("", "[12 人读过] 灯塔图鉴", "https://example.com/atlas"),
    ]
    assert report.counted.left == 0


@pytest.mark.parametrize(
    "text", [FIELDS, NUMBERED_HEADINGS, TOLD_ELSEWHERE, PLAIN, SOURCE_FIRST, SOURCE_LAST]
)
async def test_a_story_is_what_has_the_title_and_no_row_below_it(
    store: Store, tmp_path: Path, text: str
) -> None:
    report, picks = await taken(store, text)
    assert [it.url for it in picks] == [NIGHT, TOWER]
    assert [(it.title or it.text).split("，")[0] for it in picks] == ["渡口夜航恢复", "三天修好一座灯塔"]
    assert report.counted.left == 0
    shown = await clean(store, tmp_path)
    assert "首晚来了四十人" in shown
    assert "停了二十年。" in shown
    assert text not in {NUMBERED_HEADINGS, TOLD_ELSEWHERE} or "https://example.com/night-2" in shown


async def test_a_title_stays_a_title_where_its_source_alone_is_linked(store: Store) -> None:
    _, picks = await taken(store, TITLES_AND_SOURCES)
    assert [(it.text, it.url) for it in picks] == [
        ("渡口夜航恢复，首晚满座", NIGHT),
        ("三天修好一座灯塔", TOWER),
    ]


async def test_a_link_behind_a_paragraph_is_of_the_paragraph_and_not_of_the_next(store: Store) -> None:
    report, picks = await taken(store, LEADS)
    assert [(it.title, it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", "渡口夜航恢复：首晚来了四十人。", NIGHT),
        ("三天修好一座灯塔", "三天修好一座灯塔：停了二十年。", TOWER),
    ]
    assert str(report.remarks[0]) == "15: link not taken: https://example.com/issue"


def test_links_below_days_are_no_sources_of_the_days() -> None:
    text = "## 2026-03-01\n\n今天一条。\n\n[渡口夜航恢复](https://example.com/night)\n\n## 2026-03-02\n\n也一条。\n\n[灯塔](https://example.com/tower)\n"
    assert [it.title for it in read_archive(text, "x.md").items] == ["渡口夜航恢复", "灯塔"]


async def test_a_label_is_no_title(store: Store) -> None:
    report, picks = await taken(store, UNDER_HEADINGS)
    assert [(it.text, it.url) for it in picks] == [("渡口夜航恢复", NIGHT), ("三天修好一座灯塔", TOWER)]
    assert "no link to keep: 没有链接的一条" in "\n".join(str(it) for it in report.remarks)
    row = "- **题目**：**夜航**\n- **相关链接**：[🌐 点击查看新闻来源](https://example.com/night)\n"
    with pytest.raises(UnreadableMarkdownError):
        read_archive(f"# 2026-03-01\n\n{row}\n{row.replace('night', 'tower')}", "x.md")


def test_a_section_with_several_sources_is_no_story() -> None:
    rows = "\n".join(f"- **来源**：[江岸](https://example.com/{n})\n- 第{n}条的话。\n" for n in range(3))
    with pytest.raises(UnreadableMarkdownError):
        read_archive(f"# 2026-03-01\n\n## 要闻\n\n{rows}\n## 其他\n\n{rows}", "x.md")


async def test_words_before_a_bare_link_are_the_story(store: Store) -> None:
    report, picks = await taken(store, WORDS_FIRST)
    assert [(it.text, it.url) for it in picks] == [
        ("[工具] 渡口的时刻表，也有一份[旧的](https://example.com/old)可查，但不准", NIGHT),
        ("[文章] 三天修好一座灯塔，停了二十年", TOWER),
    ]
    assert report.counted.left == 0


@pytest.mark.parametrize(
    "text",
    [
        BOLD_TITLES,
        TOLD_IN_ROWS,
        LINK_AT_ONCE,
        LINKS_FIRST,
        TOLD_TO_THE_LINK,
        ESCAPED_NUMBERS,
        SIGNED_TITLES,
        HEADED_BY_TIMES,
        TABLES_OF_FIELDS,
        SOURCES_ABOVE,
        CALLOUTS,
        FIELDS_AND_PARAGRAPHS,
        LINKS_IN_WORDS,
        LINKS_IN_HTML,
        SIGNS_BELOW,
        PARAGRAPHS_IN_HTML,
        BOLD_ROWS_OVER_FIELDS,
        BOLD_LEADS,
    ],
)
async def test_titles_and_words_of_other_layouts(store: Store, tmp_path: Path, text: str) -> None:
    report, picks = await taken(store, text)
    assert [(it.title or it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔", TOWER),
    ]
    assert report.counted.left == 0
    shown = await clean(store, tmp_path)
    assert "首晚来了四十人" in shown
    assert "停了二十年" in shown
    assert text is not BOLD_TITLES or "**怎么买票：**\n\n在渡口买。" in shown
    assert "渡口就这些" not in shown
    assert "灯塔也有一条" not in shown
    assert "拓展阅读" not in shown
    assert "去年的年货" not in shown


async def test_references_behind_a_row_are_its_links_and_a_post_box_is_none(store: Store) -> None:
    report, picks = await taken(store, REFERENCES)
    assert [(it.text, it.url) for it in picks] == [
        ("[2026.03] 渡口夜航恢复，首晚来了四十人", NIGHT),
        ("**灯塔图** 停了二十年 [[图](https://example.com/map)]", TOWER),
    ]
    assert str(report.counted) == "2 of stories, 1 in their words, 1 around them"


async def test_headings_of_sections_are_no_titles(store: Store) -> None:
    _, picks = await taken(store, DEEPER_TITLES)
    assert [(it.title or it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔", TOWER),
        ("旧船票展", "https://example.com/tickets"),
    ]
    assert picks[0].text == "渡口夜航恢复：来自：江岸拾事"


async def test_dates_before_a_row_stay_with_it(store: Store) -> None:
    report, picks = await taken(store, DATED_ROWS)
    assert [(it.text, it.url) for it in picks] == [
        ("[2026-02] 渡口夜航恢复", NIGHT),
        ("[2026-03-01] 三天修好一座灯塔", TOWER),
        ("[2026.02] 旧船票展，一百二十件展品", "https://example.com/tickets"),
        ("[2月28日] 灯塔开放日", "https://example.com/open"),
    ]
    assert report.counted.left == 0


def test_a_heading_over_many_links_is_no_story() -> None:
    rows = "".join(f"- ~~[{n}](https://example.com/{n})~~\n" for n in range(9))
    with pytest.raises(UnreadableMarkdownError, match="--form"):
        read_archive(f"# 2026-03-01\n\n## 讨论\n\n{rows}\n来源：https://example.com/night\n", "x.md")


async def test_names_of_sources_are_no_titles(store: Store) -> None:
    report, picks = await taken(store, NAMED_SOURCES)
    assert [(it.title, it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", "渡口夜航恢复：首晚来了四十人", NIGHT),
        ("三天修好一座灯塔", "三天修好一座灯塔：停了二十年 [塔与人](https://example.com/tower-2)", TOWER),
        (
            "旧船票展",
            "旧船票展：一百二十件 [灯塔志](https://example.com/tickets-2)",
            "https://example.com/tickets",
        ),
        ("灯塔开放日", "灯塔开放日：周六起", "https://example.com/open"),
    ]
    assert report.counted.left == 0


async def test_rows_that_begin_with_a_bare_link(store: Store) -> None:
    _, picks = await taken(
        store, f"# 2026-03-01\n\n- {NIGHT} 渡口夜航【四十人】\n\n- {TOWER} 【灯塔】\n- {NIGHT}\n"
    )
    assert [(it.text, it.url) for it in picks] == [("渡口夜航【四十人】", NIGHT), ("【灯塔】", TOWER)]


async def test_a_name_and_words_stay_a_sentence(store: Store) -> None:
    _, picks = await taken(store, NAMES_FIRST)
    assert [(it.title, it.text) for it in picks] == [
        ("渡口夜航", "渡口夜航 首晚来了四十人，也有[旧图](https://example.com/old)。"),
        ("灯塔", "灯塔，停了二十年。"),
    ]


async def test_rows_of_a_table_are_stories_and_a_title_is_one_cell(store: Store) -> None:
    report, picks = await taken(store, TABLE)
    assert [(it.title or it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔", TOWER),
        ("旧船票展开幕", "https://example.com/tickets"),
        ("灯塔开放日", "https://example.com/open"),
    ]
    assert picks[-1].text == "灯塔开放日：周六起"
    assert report.counted.left == 0


async def test_rows_that_end_with_a_bare_link(store: Store) -> None:
    report, picks = await taken(store, BARE_LINKS)
    assert [it.text for it in picks] == [
        "渡口夜航恢复",
        "三天修好一座灯塔",
        "旧船票展：一百二十件展品。",
        "灯塔开放日",
    ]
    assert str(report.counted) == "4 of stories, 1 around them"


def test_the_link_that_is_called_the_source_is_a_paragraphs_own() -> None:
    assert own_link(f"**夜航**。见[图纸](https://example.com/plan)。来源：[江岸拾事]({NIGHT})。") == NIGHT


def test_days_whose_headings_have_the_name_of_the_archive() -> None:
    rows = "1. 夜航 https://example.com/1\n2. 灯塔 https://example.com/2\n"
    text = f"## 江岸新闻(2026-03-01)\n\n{rows}\n## 江岸新闻(2026-03-02)\n\n{rows}"
    parts = parts_of(read_archive(text, "x.md"), "x.md")
    assert [it.day for it in parts] == [date(2026, 3, 1), date(2026, 3, 2)]


SEVERAL_DAYS = """# 江岸早报

一个文件，按日期倒序。[往期](https://example.com/old)

## 2026-03-01

- [渡口夜航恢复](https://example.com/night)：首晚来了四十人。

## 2026-02-28

没有要闻。

## 第九周 2026.02.16~02.22

- [三天修好一座灯塔](https://example.com/tower)：停了二十年。
"""


async def test_a_file_of_several_days_is_taken_day_by_day(store: Store, tmp_path: Path) -> None:
    parts = parts_of(read_archive(SEVERAL_DAYS, "x.md"), "x.md")
    assert [(it.day, it.line) for it in parts] == [
        (None, 1),
        (date(2026, 3, 1), 5),
        (date(2026, 2, 22), 13),
    ]
    reports = [await import_archive(store, it.archive, f"x {it.day}") for it in parts]
    assert [(it.day, it.text) for it in await store.picks(date(2026, 2, 1), DAY)] == [
        (date(2026, 2, 22), "三天修好一座灯塔：停了二十年。"),
        (DAY, "渡口夜航恢复：首晚来了四十人。"),
    ]
    assert "3: link not taken: https://example.com/old" in [str(it) for it in reports[0].remarks]
    strict = await export_pages(store, ExportRequest("daily", day=DAY, profile="strict"), tmp_path)
    written = strict.pages[0][1].path.read_text(encoding="utf-8")
    assert written == "## 2026-03-01\n\n- [渡口夜航恢复](https://example.com/night)：首晚来了四十人。\n"


def test_a_file_that_names_its_day_is_not_cut() -> None:
    text = f"---\ndate: 2026-03-02\n---\n\n{SEVERAL_DAYS}"
    (part,) = parts_of(read_archive(text, "x.md"), "x.md")
    assert (part.day, part.archive.text) == (date(2026, 3, 2), text)


@pytest.mark.parametrize("name", ALL)
async def test_every_link_of_a_file_is_in_a_pick_in_a_post_or_named(
    store: Store, tmp_path: Path, name: str
) -> None:
    report, _ = await taken(store, ALL[name])
    said = "\n".join(str(it) for it in report.remarks)
    shown = await clean(store, tmp_path)
    found = [url for line in ALL[name].split("\n") for url in addresses(line)]
    assert found
    assert [url for url in found if url not in shown and url not in said] == []
    count = report.counted
    assert count.own + count.words + count.around + count.left == len(found)


@pytest.mark.parametrize("name", ALL)
async def test_a_page_in_any_form_comes_back_to_the_byte(store: Store, tmp_path: Path, name: str) -> None:
    await taken(store, ALL[name])
    done = await export_pages(store, ExportRequest("daily", day=DAY, profile="strict"), tmp_path)
    assert done.pages[0][1].path.read_text(encoding="utf-8") == ALL[name]


OWN = "§ {title} §§ {link} §§ {words}\n---\n§ 一 §§ https://example.com/1 §§ 话\n"


async def test_an_editors_own_form(store: Store, tmp_path: Path) -> None:
    text = f"# 我的 2026-03-01\n\n§ 渡口夜航恢复 §§ {NIGHT} §§ 首晚来了四十人。\n§ 灯塔 §§ {TOWER} §§ 停了二十年。\n"
    with pytest.raises(UnreadableMarkdownError):
        read_archive(text, "x.md")
    form = Form.parse(OWN, "mine")
    report, picks = await taken(store, text, form)
    assert report.family == "mine"
    assert [(it.title, it.url) for it in picks] == [("渡口夜航恢复", NIGHT), ("灯塔", TOWER)]
    assert "停了二十年。" in await clean(store, tmp_path)
    strict = await export_pages(store, ExportRequest("daily", day=DAY, profile="strict"), tmp_path / "strict")
    assert strict.pages[0][1].path.read_text(encoding="utf-8") == text
    with pytest.raises(UnreadableMarkdownError, match="no story in the form of mine; there is no link in it"):
        read_archive("# 别的\n\n话。\n", "x.md", form)


def test_a_file_that_is_refused_has_each_of_its_links_named() -> None:
    rows = f"| 事 |\n|---|\n| 见[夜航]({NIGHT})和[灯塔]({TOWER})等 |\n"
    text = f"---\ntitle: 渡口\n---\n# 2026-03-01 热点\n\n{rows}\n话里的[一处]({NIGHT}x)。\n"
    with pytest.raises(UnreadableMarkdownError, match=re.escape("links not taken: 3 (lines 8, 10);")):
        read_archive(text, "x.md")
    many = "".join(f"话 {number}，[这里]({NIGHT}{number})说的。\n\n" for number in range(130))
    with pytest.raises(
        UnreadableMarkdownError, match=re.escape("links not taken: 130 (lines 1, 3, 5,")
    ) as said:
        read_archive(many, "x.md")
    assert "199 …)" in str(said.value)


async def test_the_example_of_the_documentation_is_read_as_it_says(store: Store) -> None:
    said = (DOCS / "formats.md").read_text(encoding="utf-8")
    example = said.partition("## Forms, read")[2].partition("```\n")[2].partition("```")[0]
    form = Form.parse(example, "mine")
    _, picks = await taken(store, f"# 2026-03-01\n\n{form.example}", form)
    assert [(it.text, it.url) for it in picks] == [("渡口夜航恢复", NIGHT)]


@pytest.mark.parametrize("text", ["", "话。", "{title}", "{link}", "{wrong} {title} {link}"])
def test_an_example_that_names_no_story_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        Form.parse(text, "mine")


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("将专业的[工具](U)交给你。", "将专业的工具交给你。"),
        ("同时，[也要警惕其风险](U)。", "同时，也要警惕其风险。"),
        ("一句话。[更多详情](U)", "一句话。"),
        ("一句话（[来源](U)）。", "一句话。"),
        ("一句话。（[原文](U)）", "一句话。"),
        ("详情请见[官网](U)。", "详情请见官网。"),
        ("看看它在[GitHub](U)上 ⭐62k", "看看它在GitHub上 ⭐62k"),
        ("一句。[AI资讯](U)<br/>", "一句。"),
        ("看[甲](https://example.com/2)与[乙](U)。", "看[甲](https://example.com/2)与乙。"),
    ],
)
def test_a_sentence_without_its_link(line: str, left: str) -> None:
    assert sentence(line.replace("U", NIGHT), NIGHT) == left


def test_labels() -> None:
    assert all(
        is_label(it)
        for it in ("更多详情", "来源", "原文链接", "查看原文", "论文地址", "'更多'", "source", "源")
    )
    assert not any(
        is_label(it) for it in ("也要警惕", "GitHub", "投资分析工具", "更多的人", "详情页改版", "原文作者")
    )


def test_a_day_is_read_from_a_range_in_the_path() -> None:
    text = "### [一](https://example.com/1)\n\n话。\n"
    assert read_archive(text, "docs/20240629-20240705.md").date == date(2024, 7, 5)
    assert read_archive(f"# 周报 2024-06-29 ~ 2024-07-05\n\n{text}", "x.md").date == date(2024, 7, 5)
    assert read_archive(f"---\ndate: 1720323670\n---\n\n{text}", "x.md").date == date(2024, 7, 7)
    assert read_archive(text, "docs/2024/0629-0705.md").date == date(2024, 7, 5)
    assert read_archive(text, "docs/2024/1228-0103.md").date == date(2025, 1, 3)
    assert read_archive(text, "docs/2024/1313-1320.md").date is None


def test_readers_of_forms_stay_linear_on_hostile_lines() -> None:
    for piece in (
        "[",
        "](",
        "**[",
        "- **",
        "{n}. ",
        '<h4><a href="',
        "🔗 ",
        "来源：",
        "（[",
        "| ",
        "| a ",
        "[[",
        "- **a**: (",
    ):
        text = f"# 2026-03-01\n\n- [一]({NIGHT})\n\n" + (piece * 5000)[:5900] + "\n"
        assert read_archive(text, "x.md").count == 1


@pytest.mark.parametrize("name", ["headings", "sourced", "below"])
def test_a_file_of_more_links_than_stories_is_refused_unless_an_example_says_which(name: str) -> None:
    links = "".join(f"\n见 https://example.org/{number} 。\n" for number in range(20))
    with pytest.raises(UnreadableMarkdownError, match="--form"):
        read_archive(f"{ALL[name]}\n## 末尾\n{links}", "x.md")
    form = next(it for it in known_forms() if it.name == read_archive(ALL[name]).family)
    assert read_archive(f"{ALL[name]}\n## 末尾\n{links}", "x.md", form).count >= 2


@pytest.mark.parametrize("text", [SEVERAL_IN_A_ROW, SEVERAL_IN_A_CELL])
async def test_a_row_of_titles_has_as_many_stories_but_a_source_behind_a_title_is_none(
    store: Store, text: str
) -> None:
    report, picks = await taken(store, text)
    assert [(it.title or it.text, it.url) for it in picks] == [
        ("渡口夜航今晚恢复", NIGHT),
        ("三天修好一座灯塔", TOWER),
        ("旧船票展今天开幕", "https://example.com/tickets"),
        ("灯塔开放日周六起", "https://example.com/open"),
        ("渡工名册重新印了", "https://example.com/names"),
    ]
    assert report.counted.left == 0


@pytest.mark.parametrize("indent", ["  ", "\t"])
async def test_rows_broken_into_lines_keep_their_titles_and_sentences(
    store: Store, tmp_path: Path, indent: str
) -> None:
    report, picks = await taken(store, WRAPPED_ROWS.replace("\n  ", f"\n{indent}"))
    assert [(it.text, it.url) for it in picks] == [
        ("渡口夜航恢复：首晚来了四十人，船上没有空位，明天加开一班。", NIGHT),
        ("三天修好一座灯塔：停了二十年的灯塔昨夜重新点亮，守塔人的孙子按下了开关。", TOWER),
        ("旧船票展开幕 来源：江岸拾事", "https://example.com/tickets"),
    ]
    assert report.counted.left == 0
    shown = await clean(store, tmp_path)
    assert shown.count("明天加开一班。") == shown.count("开关。") == shown.count("一百二十件展品。") == 1


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("# 江岸前沿 | 2026.03.28-29", date(2026, 3, 29)),
        ("# 江岸前沿（2026年12月29日 - 1月4日）", date(2027, 1, 4)),
        ("# 江岸前沿 2026-03-28 ~ 03-30", date(2026, 3, 30)),
        ("# 江岸前沿\n\n## 260316 - 260329", date(2026, 3, 29)),
        ("这是过去 7 天（2026 年 2 月 9 日 - 2 月 15 日）的事。", date(2026, 2, 15)),
        ("# 2026-03-28-29件事", date(2026, 3, 28)),
        ("# 江岸前沿 2026.03.28-99", date(2026, 3, 28)),
        ("# 江岸前沿\n\n*每日精选 — 2026年3月28日*", date(2026, 3, 28)),
        ("# 江岸前沿\n\n时间窗：2026-03-27 09:00 至 2026-03-28 09:00", date(2026, 3, 28)),
    ],
)
def test_a_span_of_days_is_its_last_one(title: str, day: date) -> None:
    rows = f"- [渡口夜航恢复]({NIGHT})\n- [三天修好一座灯塔]({TOWER})\n"
    assert read_archive(f"{title}\n\n{rows}").date == day


async def test_headings_and_bold_titles_with_their_sources_are_stories_side_by_side(
    store: Store, tmp_path: Path
) -> None:
    report, picks = await taken(store, HEADINGS_AND_BOLD_TITLES)
    assert [it.text for it in picks] == [
        "渡口夜航恢复，首晚来了四十人",
        "三天修好一座灯塔，停了二十年",
        "旧船票展开幕，展出一百二十件",
        "灯塔开放日定在周六，门票十元",
    ]
    assert report.counted.left == 0
    assert "船票售罄。" in await clean(store, tmp_path)


async def test_a_heading_has_no_mark_of_its_place_in_its_title(store: Store) -> None:
    marked = LINK_BELOW.replace("### 渡口夜航恢复", "### 渡口夜航恢复 {#news-1}")
    assert marked != LINK_BELOW
    _, picks = await taken(store, marked)
    assert [it.text for it in picks] == ["渡口夜航恢复", "三天修好一座灯塔"]


async def test_what_is_struck_through_is_no_story_nor_words_of_another(store: Store, tmp_path: Path) -> None:
    report, picks = await taken(store, STRUCK_THROUGH)
    assert [it.url for it in picks] == [NIGHT, "https://example.com/open"]
    assert f"13: link not taken: {TOWER}" in map(str, report.remarks)
    assert "停了二十年" not in await clean(store, tmp_path)


async def test_addresses_of_known_sites_need_no_scheme(store: Store) -> None:
    report, picks = await taken(store, NO_SCHEMES)
    assert [(it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", "https://36kr.com/p/1001"),
        ("三天修好一座灯塔", "https://www.ithome.com/0/100/002.htm"),
        ("旧船票展", "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv"),
    ]
    assert report.counted.own == 3
    row = "## 渡口\n\n停了二十年。\n\n来源：[IT之家](www.ithome.com/0/100/002.htm)\n"
    assert read_archive(row, "x.md").items[0].url == "https://www.ithome.com/0/100/002.htm"


async def test_bars_and_brackets_belong_to_numbers(store: Store) -> None:
    _, picks = await taken(store, BARS_BEHIND_NUMBERS)
    assert [it.text for it in picks] == ["渡口夜航恢复", "三天修好一座灯塔", "旧船票展"]


async def test_what_stands_behind_a_source_is_its_day_or_name(store: Store, tmp_path: Path) -> None:
    _, picks = await taken(store, SOURCES_WITH_MORE)
    assert [(it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔", TOWER),
        ("船闸图", "https://example.com/locks"),
    ]
    shown = await clean(store, tmp_path)
    assert "2026-02-28 19:31" not in shown
    assert "[江岸榜](https://example.com/list)" in shown


async def test_a_heading_over_paragraphs_with_titles_and_sources_is_no_story(store: Store) -> None:
    report, picks = await taken(store, SECTIONS_OF_PARAGRAPHS)
    assert [(it.title or it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔。", TOWER),
        ("灯塔开放日定在周六。", "https://example.com/open"),
        ("旧船票展", "https://example.com/tickets"),
        ("渡工名册", "https://example.com/names"),
    ]
    assert report.counted.left == 0


async def test_a_second_story_from_one_page_keeps_its_words_and_its_source(
    store: Store, tmp_path: Path
) -> None:
    again = f"\n\n### 又是夜航\n\n见[图纸](https://example.com/plan)。\n\n来源：[江岸拾事]({NIGHT})\n"
    report, picks = await taken(store, LINK_BELOW + again)
    assert [it.text for it in picks] == ["渡口夜航恢复", "三天修好一座灯塔", "又是夜航"]
    assert [it.url for it in picks][:2] == [NIGHT, TOWER]
    assert report.counted.left == 0
    shown = await clean(store, tmp_path)
    assert "见[图纸](https://example.com/plan)。" in shown
    assert f"来源：[江岸拾事]({NIGHT})" in shown


async def test_a_second_title_that_links_to_one_page_keeps_its_words_and_its_source(
    store: Store, tmp_path: Path
) -> None:
    text = (
        f"# 2026-03-01\n\n### [夜航]({NIGHT})\n\n首晚来了四十人。\n\n### [又是夜航]({NIGHT})\n\n船票售罄。\n"
    )
    _, picks = await taken(store, text)
    assert [it.text for it in picks] == ["夜航", "又是夜航"]
    shown = await clean(store, tmp_path)
    assert f"来源：[example.com]({NIGHT})\n\n船票售罄。" in shown


async def test_links_elsewhere_do_not_refuse_a_list_of_a_sites_articles(store: Store) -> None:
    rows = "".join(f"- [渡口的第 {n} 篇](https://mp.weixin.qq.com/s/Gw{n:020})\n" for n in range(2))
    around = "".join(f"问：[图纸 {n}](https://example.com/{n}) 在哪里？\n\n" for n in range(4))
    report, picks = await taken(store, f"# 2026-03-01 江岸问答\n\n{around}\n## 推荐\n\n{rows}")
    assert len(picks) == 2
    assert report.counted.left == 4


async def test_bold_titles_over_rows_are_stories_and_their_short_labels_none(
    store: Store, tmp_path: Path
) -> None:
    report, picks = await taken(store, BOLD_TITLES_OVER_ROWS)
    assert [it.url for it in picks] == [NIGHT, TOWER]
    assert report.counted.left == 0
    shown = await clean(store, tmp_path)
    assert all(it in shown for it in ("船票早早售罄。", "守塔人的孙子按下了开关。"))
    assert any("outside of any story" in str(it) and "要点" in str(it) for it in report.remarks)


async def test_paragraphs_behind_a_day_end_in_their_source(store: Store) -> None:
    report, picks = await taken(store, DATED_PARAGRAPHS)
    assert [(it.text[:13], it.url) for it in picks] == [
        ("[渡口] 渡口夜航恢复，首", NIGHT),
        ("[灯塔] 三天修好一座灯塔", TOWER),
    ]
    assert report.counted.left == 0


async def test_a_story_told_twice_in_the_same_words_is_one(store: Store) -> None:
    again = f"\n\n### 渡口夜航恢复\n\n来源：[江岸拾事]({NIGHT})\n"
    report, picks = await taken(store, LINK_BELOW + again)
    assert [it.url for it in picks] == [NIGHT, TOWER]
    assert any("the same link again, not imported: 渡口夜航恢复" in str(it) for it in report.remarks)


async def test_words_around_a_storys_link_stay_whole(store: Store, tmp_path: Path) -> None:
    await taken(store, LINKS_IN_WORDS)
    shown = await clean(store, tmp_path)
    assert "江岸拾事说[首晚来了四十人](https://example.com/night)，船票售罄。" in shown
    assert "[灯塔志里的修塔记](https://example.com/tower)写道，停了二十年。" in shown


async def test_paragraphs_below_fields_belong_to_the_story(store: Store, tmp_path: Path) -> None:
    await taken(store, FIELDS_AND_PARAGRAPHS)
    shown = await clean(store, tmp_path)
    assert "一句話摘要：首晚来了四十人。" in shown
    assert "為什麼值得讀：塔上有人。" in shown


async def test_titles_in_bold_type_come_before_the_section_that_has_one_of_them(store: Store) -> None:
    report, picks = await taken(store, TITLES_AND_NAMES)
    assert [(it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔", TOWER),
        ("旧船票展开幕", "https://example.com/tickets"),
    ]
    assert report.counted.around == 0


@pytest.mark.parametrize(
    "words",
    ["版权声明", "关于我们", "联系方式", "往期回顾", "广告", "推荐阅读：", "Sources", "參考資料", "延伸閱讀"],
)
def test_headings_over_what_every_issue_has(words: str) -> None:
    assert is_aside(words)


@pytest.mark.parametrize("words", ["版权诉讼与法律博弈", "广告行业", "历史上的今天", "关于人工智能的争论"])
def test_headings_that_only_begin_so_are_over_stories(words: str) -> None:
    assert not is_aside(words)


@pytest.mark.parametrize("text", [SMALL_SOURCES, NUMBERS_IN_ROWS])
async def test_numbers_and_small_type_are_no_words_of_a_row(store: Store, text: str) -> None:
    report, picks = await taken(store, text)
    assert [it.text.removesuffix(" (20260301)") for it in picks] == ["渡口夜航恢复", "三天修好一座灯塔"]
    assert report.counted.own == 2


async def test_a_list_may_have_rows_of_several_forms(store: Store) -> None:
    report, picks = await taken(store, ROWS_OF_ALL_KINDS)
    assert [(it.title or it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔", TOWER),
        ("旧船票展", "https://example.com/tickets"),
        ("灯塔开放日", "https://example.com/open"),
    ]
    assert report.counted.left == 0


async def test_a_link_at_the_end_of_a_paragraph_is_the_source_of_it(store: Store, tmp_path: Path) -> None:
    report, picks = await taken(store, SOURCES_AT_ENDS)
    assert [(it.text, it.url) for it in picks] == [
        ("渡口夜航恢复 ｜ 2/28", NIGHT),
        ("2.5亿元修码头", "https://example.com/dock"),
        ("三天修好一座灯塔（2/26）", TOWER),
        ("灯塔开放日（2/25）", "https://example.com/open"),
    ]
    assert report.counted.left == 0
    assert "夜里也能过江。" in await clean(store, tmp_path)


async def test_links_in_quotes_in_rows_and_behind_signs_are_of_the_title_above(store: Store) -> None:
    _, picks = await taken(store, LINKS_IN_QUOTES)
    assert [(it.text, it.url) for it in picks] == [
        ("渡口夜航恢复", NIGHT),
        ("旧船票展开幕", "https://example.com/tickets_old"),
        ("三天修好一座灯塔", TOWER),
        ("灯塔开放日", "https://example.com/open"),
    ]


async def test_an_address_behind_a_sign_is_of_the_title_above_and_toml_says_days(store: Store) -> None:
    text = (
        '+++\ndate = "2026-03-01T21:33:45+08:00"\n+++\n\n## 要闻\n\n'
        f"### 1. 渡口夜航恢复\n\n首晚来了四十人。\n\n🔗 {NIGHT}\n\n"
        f"### 2. 三天修好一座灯塔\n\n停了二十年。\n\n🔗 {TOWER} · https://example.com/tower-2\n"
    )
    report, picks = await taken(store, text)
    assert [(it.text, it.url) for it in picks] == [("渡口夜航恢复", NIGHT), ("三天修好一座灯塔", TOWER)]
    assert str(report.counted) == "2 of stories, 1 in their words"


async def test_a_list_of_addresses_below_a_heading_is_no_story(store: Store) -> None:
    rows = "\n".join(f"- https://example.com/{n}" for n in range(3))
    with pytest.raises(UnreadableMarkdownError):
        await taken(store, f"# 江岸周报 2026-03-01\n\n## 好文\n\n{rows}\n\n## 工具\n\n{rows}9\n")


async def test_fields_in_quotes_are_stories_and_sources_at_the_end_are_none(store: Store) -> None:
    report, picks = await taken(store, QUOTED_FIELDS)
    assert [(it.text, it.url) for it in picks] == [("渡口夜航恢复", NIGHT), ("三天修好一座灯塔", TOWER)]
    assert "https://example.com/other" in "\n".join(str(it) for it in report.remarks)


async def test_circled_numbers_and_signs_before_links_are_no_words(store: Store) -> None:
    _, picks = await taken(store, SIGNS_BEFORE)
    assert [(it.title or it.text, it.url) for it in picks] == [
        ("渡口夜航恢復", NIGHT),
        ("三天修好一座燈塔", TOWER),
        ("旧船票展开幕", "https://example.com/tickets"),
        ("灯塔开放日", "https://example.com/open"),
        ("船票降价", "https://example.com/fare"),
    ]


async def test_sources_at_the_end_follow_each_other_and_the_first_is_the_storys(
    store: Store, tmp_path: Path
) -> None:
    text = (
        "# 2026-03-01 江岸日报\n\n## 渡口\n\n"
        f"**🧠 渡口夜航恢复** — 首晚来了四十人。 [江岸拾事]({NIGHT}) · [灯塔志](https://example.com/night-2)\n\n"
        "## 灯塔\n\n"
        f"1. **三天修好的灯塔，还亮吗？** 停了二十年。[原文]({TOWER})\n"
        "2. **旧船票展** — 一百二十件 | [江岸拾事](https://example.com/tickets) [展品](https://example.com/list)\n"
        "3. **灯塔开放日**：周六起｜[江岸拾事](https://example.com/open) | [灯塔志](https://example.com/open-2) (3 评论)\n"
        "4. **渡工名册** — 重新印了 | 江岸拾事\n   [样张](https://example.com/names) [勘误](https://example.com/names-2)\n"
    )
    report, picks = await taken(store, text)
    assert [(it.title, it.url) for it in picks] == [
        ("🧠 渡口夜航恢复", NIGHT),
        ("三天修好的灯塔，还亮吗？", TOWER),
        ("旧船票展", "https://example.com/tickets"),
        ("灯塔开放日", "https://example.com/open"),
        ("渡工名册", "https://example.com/names"),
    ]
    assert report.counted.left == 0
    assert "[灯塔志](https://example.com/night-2)" in await clean(store, tmp_path)


async def test_a_row_that_begins_with_its_title_has_the_label_at_its_end_in_its_words(store: Store) -> None:
    text = (
        "# 2026-03-01 江岸日报\n\n## 渡口\n\n"
        f"- [渡口夜航]({NIGHT}) — 首晚来了四十人。[来源](https://example.com/source)\n"
        f"- [修灯塔的人]({TOWER}) — 停了二十年。[来源](https://example.com/source-2)\n"
    )
    report, picks = await taken(store, text)
    assert [(it.title, it.url) for it in picks] == [("渡口夜航", NIGHT), ("修灯塔的人", TOWER)]
    assert str(report.counted) == "2 of stories, 2 in their words"


async def test_headings_beside_those_of_most_stories_are_stories_where_they_have_a_link(store: Store) -> None:
    text = (
        "# 2026-03-01 江岸日报\n\n## 要闻\n\n"
        f"### 1. 渡口夜航恢复\n\n渡口说[首晚来了四十人]({NIGHT})，船票售罄。\n\n"
        f"### 2. 三天修好一座灯塔\n\n[停了二十年]({TOWER})的灯塔。\n\n"
        "## 展览\n\n### 旧船票展开幕\n\n说是[一百二十件](https://example.com/tickets)展品。\n"
    )
    _, picks = await taken(store, text)
    assert [it.url for it in picks] == [NIGHT, TOWER, "https://example.com/tickets"]
    text = (
        "# 2026-03-02 江岸日报\n\n## 要闻\n\n"
        f"### 渡口夜航恢复\n\n首晚来了四十人。\n\n> 来源：[江岸拾事]({NIGHT})\n\n"
        f"### 三天修好一座灯塔\n\n停了二十年。\n\n> 来源：[灯塔志]({TOWER})\n\n"
        "## 本周的展\n\n旧船票一百二十件。\n\n> 来源：[江岸拾事](https://example.com/tickets)\n\n"
        "## 周刊\n\n编辑：[渡工](https://example.com/people)\n\n"
        "- [江岸周刊](https://example.com/weekly)：每周一期\n- [灯塔周刊](https://example.com/tower-weekly)：每月一期\n\n"
        "## 国内\n\n- 渡口：夜航的船票今年不再涨价，船工也都留下了。[来源](https://example.com/fare)\n"
        "- 灯塔：灯塔的门从下周起每天都开，晚上也能上去。[来源](https://example.com/door)\n\n***\n\n明天见。\n"
    )
    archive = read_archive(text, "x.md")
    assert [(it.short or it.title or it.text or "")[:5] for it in archive.items] == [
        "渡口夜航恢",
        "三天修好一",
        "本周的展",
        "江岸周刊",
        "灯塔周刊",
        "渡口：夜航",
        "灯塔：灯塔",
    ]
    assert [it.section for it in archive.items][-2:] == ["国内", "国内"]
    report = await import_archive(store, archive, "y")
    assert str(report.counted) == "7 of stories, 1 around them"


async def test_paragraphs_between_rows_are_words_of_the_row_above(store: Store, tmp_path: Path) -> None:
    text = (
        "# 2026-03-01 江岸周报\n\n## 渡口\n\n"
        f"- [渡口夜航恢复]({NIGHT})\n\n首晚来了四十人。\n\n船票售罄。\n\n"
        f"- [三天修好一座灯塔]({TOWER})\n停了二十年。\n\n## 展览\n\n"
        "- [旧船票展开幕](https://example.com/tickets)\n\n下面是往年的：\n\n"
        "- [灯塔开放日](https://example.com/open)\n"
    )
    await taken(store, text)
    shown = await clean(store, tmp_path)
    assert [it in shown for it in ("船票售罄。", "停了二十年。", "往年的")] == [True, True, False]


async def test_fields_below_numbered_titles_stand_on_lines_of_their_own(store: Store) -> None:
    text = (
        "# 2026-03-01 江岸早报\n\n### 要闻\n\n"
        f"1. **渡口夜航恢复**\n\n**摘要:**\n首晚来了四十人。\n\n**Original Link:**\n{NIGHT}\n\n"
        f"2. **三天修好一座灯塔**\n\n**摘要:**\n停了二十年。\n\n**Original Link:**\n{TOWER}\n"
    )
    _, picks = await taken(store, text)
    assert [(it.text, it.url) for it in picks] == [("渡口夜航恢复", NIGHT), ("三天修好一座灯塔", TOWER)]


@pytest.mark.parametrize(
    "text",
    [
        "# 江岸周刊\n\n这是第 7 期，发表于 2026/03/01。\n\n## 渡口\n\n2026-02-28 开船\n",
        "# 江岸周刊\n**日期：2026年3月1日（星期日）**\n\n## 渡口\n",
        "# 江岸精选\n**2026-03-01** | 资料：[江岸拾事](https://example.com)\n\n## 渡口\n\n2026-02-28 开船\n",
        "# 江岸简报：2026\u201103\u201101\n\n## 渡口\n",
        "## 03月01日 江岸\n\n## 渡口\n\n发布时间：2026-02-28\n\n---\n*更新时间: 2026-03-01 09:00*\n",
    ],
)
def test_a_sentence_at_the_top_or_the_foot_says_the_day(text: str) -> None:
    assert read_archive(f"{text}\n- [渡口夜航恢复]({NIGHT})\n- [灯塔]({TOWER})\n", "x.md").date == DAY


async def test_headings_with_links_in_their_sentences_are_stories_beside_those_that_are_links(
    store: Store,
) -> None:
    text = (
        "# 2026-03-01 江岸周刊\n\n## 渡口\n\n### 夜航的人\n\n"
        "船工们写了[一篇长文](https://example.com/crew)，都说值得。\n\n"
        f"### [渡口夜航恢复]({NIGHT})\n\n首晚来了四十人。\n\n### 今天没船\n\n风太大。\n\n"
        f"## 灯塔\n\n### [三天修好一座灯塔]({TOWER})\n\n停了二十年。\n\n"
        "### 灯的历史\n\n见[江岸志](https://example.com/history)。\n"
    )
    archive = read_archive(text, "x.md")
    assert [(it.title, it.section) for it in archive.items] == [
        ("夜航的人", "渡口"),
        ("渡口夜航恢复", "渡口"),
        ("三天修好一座灯塔", "灯塔"),
        ("灯的历史", "灯塔"),
    ]
    _, picks = await taken(store, text)
    assert next(it.url for it in picks) == "https://example.com/crew"


def test_headings_of_which_half_have_labelled_links_are_stories_of_a_day() -> None:
    text = (
        "# 2026-03-01 江岸月报\n\n## 渡口夜航恢复\n\n首晚来了四十人。\n\n"
        f"[原文链接]({NIGHT})\n\n## 三天修好一座灯塔\n\n停了二十年，见[灯塔志]({TOWER})。\n\n"
        "## 旧船票展\n\n一百二十件。\n\n[项目地址](https://example.com/tickets)\n\n"
        "## 夜航的人\n\n船工们写了[一篇长文](https://example.com/crew)。\n"
    )
    assert [it.url for it in read_archive(text, "x.md").items] == [
        NIGHT,
        TOWER,
        "https://example.com/tickets",
        "https://example.com/crew",
    ]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (
            (
                f"2026.03.01\n=====\n\n## 随看\n\n**渡口夜航恢复**  \n{NIGHT}  \n首晚来了四十人。\n\n"
                f"**三天修好一座灯塔**  \n{TOWER}  \n停了二十年。\n"
            ),
            ["渡口夜航恢复", "三天修好一座灯塔"],
        ),
        (
            f"# 2026-03-01\n\n1. 渡口的 <-time 与 a -> b {NIGHT}\n2. 灯塔 {TOWER}\n",
            ["渡口的 <-time 与 a -> b", "灯塔"],
        ),
        (
            (
                f"# 2026-03-01\n\n⭐️ [渡口夜航恢复]({NIGHT})\n\n灯塔停了二十年，三天修好。\n\n> {TOWER}\n\n"
                "📒 [旧船票展开幕](https://example.com/tickets)\n"
            ),
            ["渡口夜航恢复", "灯塔停了二十年，三天修好。", "旧船票展开幕"],
        ),
        (
            (
                f"# 2026-03-01\n\n## 快讯\n\n- 渡口夜航恢复，首晚来了四十人。（[江岸拾事]({NIGHT})）\n"
                f"- 灯塔停了二十年，三天修好。（[灯塔志]({TOWER})）\n\n## 长文\n\n夜航的一天。\n\n**原始信源**\n\n"
                "- [江岸志](https://example.com/a)\n- [灯塔录](https://example.com/b)\n"
            ),
            ["渡口夜航恢复，首晚来了四十人。", "灯塔停了二十年，三天修好。"],
        ),
    ],
)
def test_stories_in_rare_places_are_read(text: str, titles: list[str]) -> None:
    archive = read_archive(text, "x.md")
    assert archive.date == DAY
    assert [it.title or it.text for it in archive.items] == titles


def test_the_day_of_a_table_of_fields_is_none_of_the_words() -> None:
    rows = "".join(
        f"| 项目 | 内容 |\n|---|---|\n| 标题 | {title} |\n| 日期 | 2026-02-28 |\n| 要点 | 四十人 |\n| 来源 | [江岸]({url}) |\n\n"
        for title, url in (("渡口夜航恢复", NIGHT), ("三天修好一座灯塔", TOWER))
    )
    archive = read_archive(f"# 2026-03-01 江岸\n\n{rows}", "x.md")
    assert [it.published for it in archive.items] == ["2026-02-28", "2026-02-28"]


async def test_a_line_that_only_goes_on_may_stand_without_the_indent_of_its_row(
    store: Store, tmp_path: Path
) -> None:
    text = (
        f"# 2026-03-01 江岸周报\n\n1. [渡口夜航恢复]({NIGHT})\n\n\t首晚来了四十人，\n船票售罄。\n\n"
        f"1. [三天修好一座灯塔]({TOWER})\n\n\t停了二十年。\n\t- 塔上有人\n"
    )
    await taken(store, text)
    shown = await clean(store, tmp_path)
    assert "```" not in shown
    assert "首晚来了四十人，船票售罄。" in re.sub(r"\s", "", shown)
    assert "\n- 塔上有人\n" in shown


def test_the_head_of_a_column_tells_titles_from_sources() -> None:
    table = f"| 日期 | {{}} |\n|---|---|\n| 3.1 | [渡口夜航恢复]({NIGHT}) |\n| 3.1 | [三天修好一座灯塔]({TOWER}) |\n"
    for head in ("内容", "标题/链接"):
        archive = read_archive(f"# 2026-03-01 江岸\n\n{table.format(head)}", "x.md")
        assert [it.title for it in archive.items] == ["渡口夜航恢复", "三天修好一座灯塔"]
    searched = "| 媒体 | 时间 | 检索入口 |\n|---|---|---|\n| 江岸拾事 | 22:10 | https://example.com/a |\n| 灯塔志 | 22:15 | https://example.com/b |\n"
    archive = read_archive(
        f"# 2026-03-01 江岸\n\n{table.format('标题')}\n## 没有消息的\n\n{searched}", "x.md"
    )
    assert [it.url for it in archive.items] == [NIGHT, TOWER]


async def test_numbered_lines_are_titles_where_each_of_a_section_has_its_link_below(
    store: Store, tmp_path: Path
) -> None:
    text = (
        "# 2026-03-01 江岸早报\n\n## 要闻（2条）\n\n"
        f"1. 渡口夜航恢复\n\n首晚来了四十人。都带着：\n\n- 船票\n\n状态：已确认  \n来源：{NIGHT}\n\n\n"
        f"2. 三天修好一座灯塔\n\n停了二十年。\n\n来源：{TOWER}\n\n"
        "## 提示\n\n1. 早班的人\n\n记得带伞。\n"
    )
    _, picks = await taken(store, text)
    assert [(it.text, it.url) for it in picks] == [("渡口夜航恢复", NIGHT), ("三天修好一座灯塔", TOWER)]
    shown = await clean(store, tmp_path)
    assert "首晚来了四十人。都带着：\n\n- 船票\n\n状态：已确认\n" in shown
    listed = text.replace("停了二十年。", "停了二十年：\n\n1. 先修灯\n2. 再修塔")
    with pytest.raises(UnreadableMarkdownError):
        read_archive(listed, "x.md")


async def test_a_link_below_a_rule_is_none_of_the_heading_above(store: Store) -> None:
    text = (
        f"# 2026-03-01 江岸周报\n\n## 要闻\n\n[渡口夜航恢复]({NIGHT})\n\n首晚来了四十人。\n\n"
        f"## 活动\n\n> 江岸的活动。\n\n----\n\n[灯塔开放日]({TOWER})\n\n周六起。\n"
    )
    _, picks = await taken(store, text)
    assert [(it.text, it.url) for it in picks] == [("渡口夜航恢复", NIGHT), ("灯塔开放日", TOWER)]
    story = "### {0}\n\n四十人。\n\n---\n\n🔗 [原文]({1})\n\n"
    text = f"# 2026-03-02\n\n{story.format('渡口夜航恢复', NIGHT)}{story.format('灯塔开放日', TOWER)}"
    assert [it.url for it in read_archive(text, "x.md").items] == [NIGHT, TOWER]


def test_a_time_beside_numbered_headings_is_no_title() -> None:
    text = (
        f"# 2026-03-01 江岸\n\n## 选题\n\n### 01. 旧船票展开幕\n\n- **链接**：https://example.com/tickets\n\n一百二十件。\n\n"
        f"## 记录\n\n### 02. 09:00 · 渡口\n**渡口夜航恢复**\n来源：江岸拾事\n链接：{NIGHT}\n\n> 首晚来了四十人。\n\n---\n\n"
        f"### 03. 08:52 · 灯塔\n**三天修好一座灯塔**\n来源：灯塔志\n链接：{TOWER}\n\n> 停了二十年。\n"
    )
    assert [(it.title, it.url) for it in read_archive(text, "x.md").items] == [
        ("旧船票展开幕", "https://example.com/tickets"),
        ("渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔", TOWER),
    ]


async def test_bold_words_over_the_next_story_are_none_of_the_one_above(store: Store, tmp_path: Path) -> None:
    text = (
        "# 2026-03-01 江岸周报\n\n## 教程\n\n**渡口**\n\n"
        f"[渡口夜航恢复]({NIGHT})\n\n首晚来了四十人。\n\n**真的来了四十人。**\n\n"
        f"[旧船票展开幕](https://example.com/tickets)\n\n一百二十件。\n\n"
        f"**灯塔**\n\n[三天修好一座灯塔]({TOWER})\n\n停了二十年。\n"
    )
    await taken(store, text)
    shown = await clean(store, tmp_path)
    assert "**真的来了四十人。**" in shown
    assert "**灯塔**" not in shown


def test_addresses_that_follow_each_other_in_a_row_of_fields() -> None:
    text = "# 2026-03-01\n\n" + "".join(
        f"### {n}. {title}\n\n- 来源：江岸拾事\n- 链接：{url} ；{url}-2\n- 摘要：四十人\n\n"
        for n, (title, url) in enumerate([("渡口夜航恢复", NIGHT), ("三天修好一座灯塔", TOWER)], start=1)
    )
    assert [it.url for it in read_archive(text, "x.md").items] == [NIGHT, TOWER]


@pytest.mark.parametrize(
    "story",
    [
        "- **{0}**\n  - 来源：江岸拾事\n  - 链接：{1}\n  - 摘要：四十人。\n\n",
        "- [{0}] {1}\n",
        "1. **{0}**——四十人，船票售罄。（来源：[江岸拾事]({1}) ｜ [灯塔志]({1}-2)）\n",
        "[{0}]({1})。四十人，见[图纸]({1}-plan)。\n\n",
        "1. **{0}**\n   - 来源：江岸拾事\n   - 四十人。\n   - [查看原文]({1})\n\n",
        "### {0}\n\n四十人。（[江岸拾事]({1})、[灯塔志]({1}-2)）\n\n早班也满了。（[灯塔志]({1}-3)）\n\n",
    ],
)
def test_fields_in_rows_titles_in_brackets_and_sources_in_brackets(story: str) -> None:
    titles = ["渡口夜航恢复，首晚来了四十人，船票售罄", "三天修好一座灯塔，停了二十年，塔上有人"]
    rows = "".join(story.format(title, url) for title, url in zip(titles, (NIGHT, TOWER), strict=True))
    archive = read_archive(
        f"# 2026-03-01 江岸\n\n## 要闻\n\n{rows}\n## 參考資料\n\n- [江岸]({NIGHT}-9)\n", "x.md"
    )
    assert [(it.short or it.title, it.url) for it in archive.items] == list(
        zip(titles, (NIGHT, TOWER), strict=True)
    )


def test_names_of_fields_are_no_titles() -> None:
    rows = "".join(
        f"#### 第{n}条\n\n- **摘要**\n\n四十人。\n\n- **出处**\n\n- 链接：https://example.com/{n}\n\n"
        for n in range(4)
    )
    titles = [it.title for it in read_archive(f"# 2026-03-01\n\n{rows}", "x.md").items]
    assert titles == [f"第{n}条" for n in range(4)]


async def test_a_dash_between_a_title_and_its_words_goes(store: Store) -> None:
    row = "- **{0}** — 四十人。| [江岸拾事]({1}) · [灯塔志]({1}-2)\n"
    text = f"# 2026-03-01\n\n## 要闻\n\n{row.format('渡口夜航恢复', NIGHT)}{row.format('三天修好一座灯塔', TOWER)}"
    _, picks = await taken(store, text)
    assert [it.text.partition(" [")[0] for it in picks] == [
        "渡口夜航恢复：四十人。",
        "三天修好一座灯塔：四十人。",
    ]


def test_rows_of_fields_below_numbered_headings_are_no_stories() -> None:
    story = "### {0}. {1}\n\n- **发生了什么：** 四十人。([example.com]({2}-news))\n- **来源：** 报道([example.com]({2}))\n\n"
    text = f"# 2026-03-01\n\n## 要闻\n\n{story.format(1, '渡口夜航恢复', NIGHT)}{story.format(2, '三天修好一座灯塔', TOWER)}"
    assert [(it.title, it.url) for it in read_archive(text, "x.md").items] == [
        ("渡口夜航恢复", NIGHT),
        ("三天修好一座灯塔", TOWER),
    ]


def test_a_long_heading_over_paragraphs_with_a_source_each_is_no_story() -> None:
    told = "".join(
        f"江岸的第{n}件事，说了很多话。（[江岸拾事](https://example.com/{{0}}{n})）\n\n" for n in range(4)
    )
    text = (
        f"# 2026-03-01\n\n## 本周江岸值得一看的渡口与船的消息\n\n{told.format('a')}"
        f"## 本周江岸值得一看的灯塔与展的消息\n\n{told.format('b')}"
    )
    with pytest.raises(UnreadableMarkdownError):
        read_archive(text, "x.md")
