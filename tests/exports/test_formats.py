"""What the four formats look like, from data alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from exports.build import file_text
from exports.content.attribution import RIGHTS
from exports.content.entry import Entry
from exports.imports import read_archive
from exports.imports.document_items import items_of
from exports.imports.documents import with_words
from exports.imports.importer import picks_of_day
from exports.targets import TARGETS
from newsarchive.markdown.writer import Style
from newsarchive.records.pick import Pick
from newsarchive.storage.collections import Edition
from tests.exports.stories import DAY, article, page_of, pick

PLAIN = TARGETS["plain"]
STYLE = Style()


def entries(count: int = 2) -> list[Entry]:
    return [Entry(pick(article(number), number), article(number)) for number in range(1, count + 1)]


def test_a_daily_post_says_source_date_and_link_of_each_story() -> None:
    page = page_of("daily", DAY, entries(), "clean", STYLE)
    text = file_text(page, PLAIN, "clean")
    assert text.startswith("# 每日资讯 2025-11-13\n\n## 1. 第 1 条新闻\n\n编辑写的1。\n\n")
    assert (
        "🔗 [原文](https://www.ithome.com/0/800/001.htm) · 来源：IT之家：示例网（方知） · 2025-11-13 09:01\n"
        in text
    )
    assert text.index("## 1. ") < text.index("## 2. ")
    assert "自动摘录" not in text
    assert text.endswith("\n")


def test_what_no_person_wrote_is_marked() -> None:
    draft = Entry(pick(article(1)).model_copy(update={"draft": True}), article(1))
    for page in (
        page_of("daily", DAY, [draft], "clean", STYLE),
        page_of("daily", DAY, [draft], "strict", STYLE),
        page_of("briefing", DAY, [draft, draft], "clean", STYLE),
    ):
        assert "*（自动摘录，未经编辑）*" in page.body


def test_the_strict_post_is_the_seed_to_the_byte(seeds: Path) -> None:
    (file,) = seeds.glob("000_*")
    text = file.read_bytes().decode()
    edition = Edition(family="hugo-daily", name="2025-11-13", text=text)
    picks, remarks = picks_of_day(read_archive(text), DAY)
    assert remarks == []
    assert len(items_of(read_archive(text), edition.name)) == 3
    page = page_of("daily", DAY, with_words([Entry(it) for it in picks], [edition]), "strict", STYLE)
    assert file_text(page, PLAIN, "strict") == text
    assert file_text(page, TARGETS["hugo"], "strict") == text


def test_a_long_text_without_a_title_is_cut_between_its_marks() -> None:
    text = f"某公司**{'很长的话' * 9}，还没有完**，见[说明](https://example.com/a)。"
    entry = Entry(Pick(day=DAY, position=1, url="https://example.com/1", text=text))
    page = page_of("daily", DAY, [entry], "clean", STYLE)
    heading = page.body.split("\n")[0]
    assert heading == f"## 1. 某公司{'很长的话' * 9}，…"
    assert text in page.body


def test_the_strict_post_has_pictures_numbered_from_one() -> None:
    words = [Entry(it.pick, words="一段话。", pictures=(article(1).images[0],)) for it in entries(1)]
    page = page_of("daily", DAY, words, "strict", STYLE)
    assert "![编辑写的1。 - 图1](https://img.example/1.jpg)\n\n一段话。\n\n📎 [查看原文](" in page.body
    assert page.body.endswith("📅 **发布时间：** 2025/11/13\n\n---\n\n\n*✨ 由 Daily AI News Bot 自动生成*\n")


def test_a_briefing_has_a_lead_briefs_and_sources() -> None:
    page = page_of("briefing", DAY, entries(3), "clean", STYLE)
    text = file_text(page, PLAIN, "clean")
    assert "## 🔥 今日头条\n\n**第 1 条新闻**\n\n编辑写的1。\n" in text
    assert "## 🌍 全球速览\n\n1. **第 2 条新闻**：编辑写的2。\n2. **第 3 条新闻**：编辑写的3。\n" in text
    sources = text.split("## 🔎 来源\n\n")[1].split("\n")
    assert (
        sources[0]
        == "1. [第 1 条新闻](https://www.ithome.com/0/800/001.htm)，IT之家：示例网（方知），2025-11-13 09:01"
    )
    assert len(sources) == 4


def test_the_strict_briefing_has_the_form_of_the_seed() -> None:
    text = file_text(page_of("briefing", DAY, entries(3), "strict", STYLE), PLAIN, "strict")
    assert text.startswith(
        '---\ntitle: "AI日报：第 1 条新闻"\ndate: 2025-11-13 09:03:00\ncategories: ["AI Daily"]\n'
        'cover_image: "https://img.example/1.jpg"\n---\n\n![Cover Image](<https://img.example/1.jpg>)\n\n## 🔥 今日头条\n'
    )
    assert "1.  **📰 第 2 条新闻**：编辑写的2。\n2.  **📰 第 3 条新闻**：" in text
    assert read_archive(text).family == "briefing"


def test_full_texts_of_a_day_stand_below_one_title() -> None:
    text = file_text(
        page_of("fulltext", DAY, [article(1), article(2)], "clean", STYLE, unit="day"), PLAIN, "clean"
    )
    assert [line for line in text.split("\n") if line.startswith("#")] == [
        "# 2025年11月13日全文",
        "## 第 1 条新闻",
        "### 小节",
        "## 第 2 条新闻",
        "### 小节",
    ]
    assert "来源：IT之家 · 示例网 ｜ 作者：方知 ｜ 2025-11-13 09:01\n" in text
    assert (
        f"![图](https://img.example/1.jpg)\n\n*图注 1*\n\n*{RIGHTS}*\n\n[原文链接](https://www.ithome.com/0/800/001.htm)\n"
        in text
    )


def test_a_page_of_one_article_is_named_by_day_and_identity() -> None:
    page = page_of("fulltext", DAY, [article(1)], "clean", STYLE, unit="article")
    assert PLAIN.path(page) == "fulltext/2025/11/2025-11-13-ithome-800001.md"
    assert file_text(page, PLAIN, "clean").startswith("# 第 1 条新闻\n\n来源：")


def test_strict_full_texts_have_the_form_of_the_seed() -> None:
    text = file_text(
        page_of("fulltext", date(2025, 11, 1), [article(1), article(2)], "strict", STYLE, unit="month"),
        PLAIN,
        "strict",
    )
    first, second = text.split("\n\n\n")
    assert first.startswith("# 第 1 条新闻\n\n> ## 小节\n\n第 1 条的正文。\n\n")
    assert first.endswith("[原文链接](https://www.ithome.com/0/800/001.htm)")
    assert second.endswith(")\n\n")
    assert [item.title for item in read_archive(text).items] == ["第 1 条新闻", "第 2 条新闻"]


def test_the_same_data_gives_the_same_bytes() -> None:
    once, again = (page_of("daily", DAY, entries(), "clean", STYLE) for _ in range(2))
    assert once == again
