"""Files of the families that are kept as written: imported and exported again they are the same, or say where not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.files.hand_edited import State
from exports.imports import Archive, read_archive
from exports.imports.importer import ImportReport, import_archive
from exports.request import ExportRequest
from exports.targets import TargetName
from newsarchive.markdown.body_reader import mended_bold, read_body
from newsarchive.storage import Store
from tests.conftest import corpus_labels
from tests.exports.stories import DAY, article

KEPT = ("hugo-daily", "vitepress-daily", "ai-daily", "daily-link-list", "daily-pick", "briefing", "full-text")
FILES = [truth["file"] for truth in corpus_labels("archive") if truth["family"] in KEPT]
POST = """---
title: "日报"
date: 2025-03-01T09:00:00+08:00
---

## 1. 第一条

🔗 **原文链接：** [https://www.ithome.com/0/897/104.htm](https://www.ithome.com/0/897/104.htm)

**要点**，两句话。

# 小标题

📎 [查看原文](https://www.ithome.com/0/897/104.htm)

📅 **发布时间：** 2025/2/28

---
"""


def seed(seeds: Path, name: str) -> Path:
    (path,) = seeds.glob(name)
    return path


def wanted(archive: Archive, name: str) -> ExportRequest:
    if archive.month:
        return ExportRequest("digest", month=date.fromisoformat(f"{archive.month}-01"))
    if archive.family == "full-text":
        return ExportRequest("fulltext", imported=name)
    return ExportRequest("briefing" if archive.family == "briefing" else "daily", day=archive.date)


async def round_trip(
    store: Store, out: Path, path: Path, text: str, profile: str = "strict"
) -> tuple[str, ImportReport]:
    archive = read_archive(text, path.name)
    report = await import_archive(store, archive, path.stem)
    done = await export_pages(store, replace(wanted(archive, path.stem), profile=profile), out)  # type: ignore[arg-type]
    return done.pages[0][1].path.read_bytes().decode(), report


@pytest.mark.parametrize("name", ["000_*", "001_*", "002_*", "003_*", "004_*"])
async def test_the_seeds_come_back_byte_for_byte(
    store: Store, tmp_path: Path, seeds: Path, name: str
) -> None:
    path = seed(seeds, name)
    content = path.read_bytes()
    archive = read_archive(content.decode(), path.name)
    await import_archive(store, archive, path.stem)
    asked = replace(wanted(archive, path.stem), profile="strict")
    done = await export_pages(store, asked, tmp_path)
    assert done.pages[0][1].path.read_bytes() == content


@pytest.mark.parametrize("name", ["003_*", "004_*"])
async def test_what_the_clean_profile_mends_is_named_by_line(
    store: Store, tmp_path: Path, seeds: Path, name: str
) -> None:
    path = seed(seeds, name)
    text = path.read_bytes().decode()
    clean, report = await round_trip(store, tmp_path, path, text, "clean")
    lines = text.split("\n")
    named = {lines[it.line - 1].strip() for it in report.remarks if "the clean profile" in it.reason}
    assert named
    assert not any(line in clean.split("\n") for line in named)
    assert clean.endswith("\n")


@pytest.mark.parametrize("file", FILES)
async def test_every_archive_comes_back(store: Store, tmp_path: Path, corpus: Path, file: str) -> None:
    path = corpus / file
    text = path.read_bytes().decode()
    exported, _ = await round_trip(store, tmp_path, path, text)
    assert exported == text


async def test_the_clean_full_texts_hold_every_article_without_the_quirks(
    store: Store, tmp_path: Path, seeds: Path
) -> None:
    path = seed(seeds, "004_*")
    text = path.read_bytes().decode()
    exported, _ = await round_trip(store, tmp_path, path, text, "clean")
    assert "****" not in exported
    assert "\n\u00a0\n" not in exported
    assert "?f=rss" not in exported
    assert exported.count("\n[原文链接](https://36kr.com/") == 20
    assert exported.count("\n## ") == 20
    assert exported.count("![") == text.count("![")


async def test_a_clean_post_has_its_words_once_and_its_headings_below_the_items(
    store: Store, tmp_path: Path
) -> None:
    exported, _ = await round_trip(store, tmp_path, Path("x.md"), POST, "clean")
    assert exported == (
        "# 每日资讯 2025-03-01\n\n## 1. 第一条\n\n**要点**，两句话。\n\n### 小标题\n\n"
        "🔗 [原文](https://www.ithome.com/0/897/104.htm) · 2025-02-28\n"
    )


async def test_a_choice_made_after_the_import_is_written_in_the_template(
    store: Store, tmp_path: Path
) -> None:
    await import_archive(store, read_archive(POST), "x")
    (held,) = await store.picks(date(2025, 3, 1), date(2025, 3, 1))
    await store.save_picks([held.model_copy(update={"text": "改过的标题"})])
    done = await export_pages(store, ExportRequest("daily", day=date(2025, 3, 1), profile="strict"), tmp_path)
    text = done.pages[0][1].path.read_text(encoding="utf-8")
    assert "## 1. 改过的标题\n" in text
    assert "**要点**，两句话。" in text
    assert text.count("📎") == 1


async def test_two_posts_of_a_day_are_seven_stories_not_four(
    store: Store, tmp_path: Path, corpus: Path
) -> None:
    folder = corpus / "archives" / "corwen6349+daily-ai-news-blog"
    for name in ("2025-11-13@3b7dd1e", "2025-11-13@c54f043"):
        text = (folder / f"{name}.md").read_bytes().decode()
        await import_archive(store, read_archive(text, f"{name}.md"), name)
    done = await export_pages(store, ExportRequest("daily", day=date(2025, 11, 13)), tmp_path)
    assert [page.count for page, _ in done.pages] == [7]


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("系数**。现在都是**", "系数。**现在都是**"),
        ("**市值**，她说**好**。", "**市值**，她说**好**。"),
        ("**真**，**假**。", "**真**，**假**。"),
        ("没有粗体。", "没有粗体。"),
    ],
)
def test_bold_that_opens_before_its_full_stop(line: str, mended: str) -> None:
    assert mended_bold(line) == mended


@pytest.mark.parametrize("target", ["plain", "hugo"])
async def test_clean_exports_can_be_imported(store: Store, tmp_path: Path, target: str) -> None:
    await store.save_articles([article(1), article(2), article(3)])
    families = {"daily": "hugo-daily", "briefing": "briefing", "fulltext": "full-text"}
    for of, family in families.items():
        done = await export_pages(store, ExportRequest(of, day=DAY, target=target), tmp_path)
        if (of, target) == ("fulltext", "hugo"):
            continue
        path = done.pages[0][1].path
        again = read_archive(path.read_text(encoding="utf-8"), path.name)
        assert again.family == family
        assert again.count == (2 if of == "briefing" else 3)
        if of != "briefing":
            assert [item.url for item in again.items] == [article(number).url for number in (1, 2, 3)]


def test_captions_and_bullets_of_full_texts() -> None:
    picture, bullets, end = read_body(
        "![](https://img.example/a.png)\n\n图为现场\n\n•\u00a0一\n\n● 二\n\n完。"
    )
    assert (picture.kind, bullets.kind, end.kind) == ("image", "list", "paragraph")
    assert picture.caption == "图为现场"  # type: ignore[union-attr]
    assert len(bullets.items) == 2  # type: ignore[union-attr]


INDENTED = """---
title: "AI 日报"
date: 2025-11-13
---

            1. [第一条](https://www.ithome.com/0/897/104.htm)

          两句话。第二句。

          发布时间：2025-11-12T07:01:00+00:00

            2. [第二条](https://www.ithome.com/0/897/103.htm)

          另一段。

          发布时间：2025-11-13T07:01:00+00:00

    BuiltPage by a bot
"""
PARTS = """# [2026-02-26](https://example.com/issues/9)

## 概览
### 要闻
- 第一条 [↗](https://example.com/1) `#1`
- 第二条 [↗](https://example.com/2) `#2`

---

## [第一条](https://example.com/1) `#1`
> 导语。

两句话。第二句。

相关链接：
- [https://example.com/1](https://example.com/1)

---

## [第二条](https://example.com/2) `#2`

另一段。
"""
TAGGED = """# Daily 2025-12-24

### 模型
#### **[某公司]** 发布第一条
*   🔗 [阅读原文](https://example.com/1)
*   📝 两句话。第二句。
*   ⏰ *20:08*

#### **[另一家]** 第二条
*   🔗 [阅读原文](https://example.com/2)
*   📝 另一段。
"""


@pytest.mark.parametrize("post", [INDENTED, PARTS, TAGGED], ids=["indented", "parts", "tagged"])
async def test_a_clean_post_has_the_words_of_every_template(store: Store, tmp_path: Path, post: str) -> None:
    exported, report = await round_trip(store, tmp_path, Path("x.md"), post, "clean")
    assert report.days == 1
    first, second = exported.split("\n## 2. ")
    assert "第一条" in first.split("\n## 1. ")[1].split("\n")[0]
    assert "两句话。第二句。" in first
    assert "另一段。" in second
    assert exported.count("https://") == 2
    assert not any(left in exported for left in ("发布时间", "BuiltPage by", "相关链接", "20:08", "    "))
    assert post is not TAGGED or "## 1. [某公司] 发布第一条" in exported


async def test_rules_code_and_headings_inside_an_item_stay_in_it(store: Store, tmp_path: Path) -> None:
    words = "上半段。\n\n---\n\n```\n## 2. 假的\n---\n🔗 假的\n****\n```\n\n下半段。"
    post = POST.replace("**要点**，两句话。", words)
    exported, report = await round_trip(store, tmp_path, Path("x.md"), post, "clean")
    assert report.items == 1
    assert words in exported
    assert "### 小标题" in exported


def test_mended_bold_leaves_marks_that_work() -> None:
    for line in ("旁 ** 注 **粗**。后**细**，完", "**粗**。**细**，完", "`a**。b**`"):
        assert mended_bold(line) == line


async def test_code_in_full_texts_is_neither_article_nor_link(store: Store, tmp_path: Path) -> None:
    text = (
        "# 甲\n\n> 正文**粗体，** 后面。**N = 5** 时，**好** ，\n\n```\n# 假的\n****\n[原文链接](https://example.com/x)\n```\n\n完。\n\n"
        "[原文链接](https://36kr.com/p/3290000000000001?f=rss)\n\n"
    )
    exported, report = await round_trip(store, tmp_path, Path("x.md"), text)
    assert (exported, report.items) == (text, 1)
    clean, _ = await round_trip(store, tmp_path / "clean", Path("x.md"), text, "clean")
    assert (
        "正文**粗体**，后面。**N = 5** 时，**好**，\n\n```\n# 假的\n****\n[原文链接](https://example.com/x)\n```\n\n完。"
        in clean
    )


async def test_prose_beside_the_stories_is_named_and_kept(store: Store, tmp_path: Path) -> None:
    first, _, rest = POST.partition("## 1. ")
    above = f"{first}# 日报\n\n**2025年3月1日** · 共 1 篇精选报道\n\n编者按：只有一条。\n\n> 引一句话。\n\n"
    text = f"{above}## 1. {rest}\n问卷：[在此](https://example.com/q)\n\n*✨ 由程序生成*\n"
    report = await import_archive(store, read_archive(text), "post")
    lines = text.split("\n")
    beside = ["编者按：只有一条。", "> 引一句话。", "问卷：[在此](https://example.com/q)"]
    one, two, asking = (lines.index(words) + 1 for words in beside)
    assert [(it.line, it.reason) for it in report.remarks] == [
        (asking, "link not taken: https://example.com/q"),
        (one, f"outside of any story, in the strict profile only: {beside[0]} and all to line {two}"),
        (asking, f"outside of any story, in the strict profile only: {beside[2]}"),
    ]
    asked = ExportRequest("daily", day=date(2025, 3, 1), profile="strict")
    ((_, strict),) = (await export_pages(store, asked, tmp_path)).pages
    assert strict.path.read_text(encoding="utf-8") == text
    clean = (await export_pages(store, replace(asked, profile="clean"), tmp_path / "clean")).pages[0][1]
    assert not any(words in clean.path.read_text(encoding="utf-8") for words in beside)


@pytest.mark.parametrize(
    ("target", "path", "dated"),
    [
        ("plain", "fulltext/undated/essays.md", False),
        ("hugo", "content/fulltext/essays.md", False),
        ("mkdocs", "docs/fulltext/undated/essays.md", False),
        ("obsidian", "News/fulltext/undated/essays.md", False),
        ("jekyll", "_posts/2000-01-01-essays.md", True),  # a post without a date is none there
    ],
)
async def test_full_texts_that_name_no_day_lie_apart(
    store: Store, tmp_path: Path, target: TargetName, path: str, *, dated: bool
) -> None:
    text = "# 甲\n\n> 甲的话。\n\n[原文链接](https://example.com/1)\n\n\n"
    await import_archive(store, read_archive(text), "essays")
    done = await export_pages(store, ExportRequest("fulltext", imported="essays", target=target), tmp_path)
    assert [it.path for _, it in done.pages] == [tmp_path / path]
    assert ("2000" in done.pages[0][1].path.read_text(encoding="utf-8")) == dated
    index = done.indexes[0].path.read_text(encoding="utf-8")
    assert "## 未注日期" in index
    assert "essays" in index
    assert "2000" not in index or dated
    again = await export_pages(store, ExportRequest("fulltext", imported="essays", target=target), tmp_path)
    assert {it.state for it in again.files} == {State.UNCHANGED}
