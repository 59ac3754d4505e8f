"""A small file of each family, told apart by its marks."""

from __future__ import annotations

from typing import Any

import pytest

from exports.imports import label, read_archive
from newsarchive.errors import UnreadableMarkdownError

URL = "https://example.com/a"
OTHER = "https://example.com/b"


def labelled(text: str, name: str = "") -> dict[str, Any]:
    return label(read_archive(text, name))


def test_a_hugo_post_with_a_part_per_story() -> None:
    text = f"""---
title: "每日资讯"
date: 2025-11-13T09:00:00+08:00
draft: false
tags: ["AI", "News"]
---

# 每日资讯

## 1. 第一篇

🔗 **原文链接：** [{URL}]({URL})

正文。

📎 [查看原文]({URL})

📅 **发布时间：** 2025/11/3

---

## 2. 第二篇

🔗 **原文链接：** [{OTHER}]({OTHER})
"""
    found = labelled(text)
    assert found["family"] == "hugo-daily"
    assert found["front_matter"] == {
        "title": "每日资讯",
        "date": "2025-11-13T09:00:00+08:00",
        "draft": "false",
        "tags": ["AI", "News"],
    }
    assert found["items"] == [
        {"n": 1, "title": "第一篇", "url": URL, "published": "2025-11-03"},
        {"n": 2, "title": "第二篇", "url": OTHER},
    ]


def test_a_hugo_post_with_anchors_and_a_model_s_own_heading() -> None:
    text = f"""---
title: 日报
---

## 📰 详细内容

### 1. 标题 (w/ 括号) {{#1-标题}}

> 📅 **发布时间：** 2025/11/16

# 模型写的标题

📎 [查看原文]({URL})

📎 [查看原文]({URL})
"""
    (item,) = labelled(text)["items"]
    assert item == {
        "n": 1,
        "title": "标题 (w/ 括号)",
        "url": URL,
        "published": "2025-11-16",
        "anchor": "1-标题",
    }


def test_a_hugo_post_of_bullets_with_their_source() -> None:
    text = f"---\ntitle: 快讯\ndate: 2025-09-19\n---\n\n## 1. 模型\n\n- 发布了 [A]({OTHER}) 模型。 [消息来源]({URL})\n"
    assert labelled(text)["items"] == [
        {"n": 1, "section": "1. 模型", "title": f"发布了 [A]({OTHER}) 模型。", "url": URL}
    ]


def test_a_hugo_post_of_paragraphs_has_no_clear_links() -> None:
    text = (
        "---\ntitle: 日刊\n---\n\n### **产品**\n"
        f"1.  一段 [更多]({URL}) 话 [代码]({OTHER}) <br/> [![图]({URL}.png)]({URL}.png)\n2.  没有链接\n"
    )
    found = labelled(text)
    assert found["unclear"]
    assert [(item["url"], item["urls"]) for item in found["items"]] == [(OTHER, [URL, OTHER]), (None, [])]


def test_a_list_of_links_tells_what_stands_in_it_twice() -> None:
    text = f"# 今日新闻 - 2025年11月13日(sorted)\n- [【视频】[新] 标题]({URL})\n- [二]({OTHER})\n- [更新]({URL})\n"
    found = labelled(text)
    assert (found["family"], found["date"], found["count"]) == ("daily-link-list", "2025-11-13", 3)
    assert found["items"][0] == {"title": "【视频】[新] 标题", "url": URL}
    assert found["urls_twice"] == [URL]


def test_a_list_grouped_by_source() -> None:
    text = f"# 每日资讯（2025-12-22）\n\n- 某 [博客]\n  - [ ] [一]({URL})\n- 另一个\n  - [x] [二]({OTHER})\n"
    found = labelled(text)
    assert (found["family"], found["sources"]) == ("daily-link-list", 2)
    assert found["items"][0] == {"source": "某 [博客]", "title": "一", "url": URL}


def test_picks_with_their_discussion() -> None:
    text = f"# 精选汇总（2022-10-15）\n\n- 社区\n  - [一]({URL}) - [discussion]({OTHER})\n"
    found = labelled(text)
    assert found["family"] == "daily-pick"
    assert found["items"] == [{"source": "社区", "title": "一", "url": URL, "more_urls": [OTHER]}]


def test_an_ai_daily_with_an_overview() -> None:
    text = (
        f"# [2026-02-26]({URL}/issues/9)\n\n![]({URL}.png)\n\n# 早报 2026-02-26\n\n## 概览\n### 要闻\n"
        f"- 第一 [↗]({URL}) `#1`\n- 第二 `#2`\n\n---\n\n## [第一]({URL}) `#1`\n> 摘要\n"
    )
    found = labelled(text)
    assert (found["family"], found["title"], found["date"]) == ("ai-daily", "早报 2026-02-26", "2026-02-26")
    assert (found["url"], found["cover"]) == (f"{URL}/issues/9", f"{URL}.png")
    assert found["items"] == [
        {"n": 1, "title": "第一", "url": URL, "section": "要闻"},
        {"n": 2, "title": "第二", "url": None, "section": "要闻"},
    ]


def test_an_ai_daily_with_tags() -> None:
    text = f"# Report - 2025-12-24\n\n### 模型\n#### **[公司 1.0]** 标题\n*   🔗 [阅读原文]({URL})\n*   📝 概要\n*   ⏰ *20:08*\n"
    (item,) = labelled(text)["items"]
    assert item == {
        "n": 1,
        "section": "模型",
        "tag": "公司 1.0",
        "title": "标题",
        "url": URL,
        "time": "20:08",
    }


def test_a_post_without_a_title_has_its_date_from_the_file_name() -> None:
    text = f"### 1. 标题\n一段话。[原文链接]({URL})"
    found = labelled(text, "docs/2025-12-22.md")
    assert (found["family"], found["title"], found["date"]) == ("vitepress-daily", None, "2025-12-22")
    assert found["items"] == [{"n": 1, "title": "标题", "url": URL}]


def test_a_post_with_headings_inside_a_list() -> None:
    text = f"## 日报 2025/12/18\n\n1. ### **标题**\n   一段话。\n   [原文链接]({URL})\n"
    found = labelled(text)
    assert (found["family"], found["date"]) == ("vitepress-daily", "2025-12-18")
    assert found["items"] == [{"n": 1, "title": "标题", "url": URL}]


def test_a_weekly_numbers_anew_in_each_section() -> None:
    text = f"# 周刊（第 7 期）\n\n## 新闻\n\n1、[一]({URL}) 和 [二]({OTHER})（英文）\n\n话。\n\n## 言论\n\n1、\n\n没有链接。\n"
    found = labelled(text)
    assert found["family"] == "weekly"
    assert found["items"] == [
        {"n": 1, "section": "新闻", "title": "一 和 二（英文）", "url": URL},
        {"n": 1, "section": "言论", "title": "", "url": None},
    ]


def test_a_weekly_in_hexo() -> None:
    text = f"---\ndate: 2025-02-07 09:17:32\ntitle: 见闻\ntags:\n- 一\n- 二\n---\n[1.标题]({URL})\n"
    found = labelled(text)
    assert found["family"] == "hexo-weekly"
    assert found["front_matter"] == {"date": "2025-02-07 09:17:32", "title": "见闻", "tags": ["一", "二"]}
    assert found["items"] == [{"n": 1, "title": "标题", "url": URL}]


def test_an_index_by_year_and_month() -> None:
    text = "# 周刊\n\n## 2026\n\n**八月**\n\n- 第 7 期：[标题](docs/7.md)\n"
    found = labelled(text)
    assert found["family"] == "index"
    assert found["items"] == [{"n": 7, "title": "标题", "url": "docs/7.md", "year": "2026", "month": "八月"}]


def test_an_index_in_html() -> None:
    text = '---\ntitle: "2025-09"\nsidebar:\n  open: true\n---\n<div>\n  <a href="2025-09-19">日报 &amp; 周报</a>\n</div>\n'
    found = labelled(text)
    assert found["family"] == "index"
    assert found["front_matter"]["sidebar"] == {"open": "true"}
    assert found["items"] == [{"title": "日报 & 周报", "url": "2025-09-19"}]


def test_whole_articles() -> None:
    text = f"# 一\n\n> 作者\n\n正文。\n\n[原文链接]({URL})\n\n\n# 二\n\n> 快讯。\n\n[原文链接]({OTHER})\n\n"
    archive = read_archive(text)
    assert archive.family == "full-text"
    assert [(item.title, item.url, item.text) for item in archive.items] == [
        ("一", URL, "作者\n\n正文。"),
        ("二", OTHER, "快讯。"),
    ]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "只有一段话。", "---\ntitle: 空\n---\n", "# 标题\n\n一段话。\n"]
)
def test_other_files_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(UnreadableMarkdownError, match=r"notes/x\.md") as refused:
        read_archive(text, "notes/x.md")
    assert "\n" not in str(refused.value)
