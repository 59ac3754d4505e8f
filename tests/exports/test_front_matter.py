"""Front matter as themes read it: shapes, teasers, tags and times; and files with that of an older newsarchive."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from exports.build import file_text
from exports.content.entry import Entry
from exports.export import export_pages
from exports.files.hand_edited import State
from exports.formats.format import FormatName, OutputPage
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from exports.targets import TARGETS, TargetName
from newsarchive.items.article import Article
from newsarchive.markdown.front_matter import Stamp, Value, front_matter
from newsarchive.storage import Store
from tests.exports.stories import DAY, article, page_of, pick

MONTH = date(2025, 11, 1)
COVER = "https://img.example/cover.jpg"
TIMES = {
    "hugo": ("lastmod", "2025-11-13T09:03:00+08:00"),
    "hexo": ("updated", "2025-11-13 09:03:00"),
    "jekyll": ("last_modified_at", "2025-11-13 09:03:00+08:00"),
    "vitepress": ("lastUpdated", "2025-11-13T09:03:00+08:00"),
}


def stories() -> list[Article]:
    tags = (("车", "新能源"), ("手机", "车"), ("车",))
    return [
        article(number, title=f"第 {number} 个标题").model_copy(
            update={"tags": tags[number - 1], "cover": COVER}
        )
        for number in (1, 2, 3)
    ]


def fields_of(of: FormatName, target: TargetName, count: int = 3) -> dict[str, Any]:
    entries = [Entry(pick(it), None if of == "digest" else it) for it in stories()[:count]]
    day = MONTH if of == "digest" else DAY
    page = page_of(of, day, entries, unit="article" if count == 1 else None)
    _, front, _ = file_text(page, TARGETS[target], "clean").split("---\n", 2)
    loaded = YAML(typ="base", pure=True).load(front)
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize(("of", "count"), [("briefing", 3), ("fulltext", 1)])
def test_a_cover_has_the_shape_that_themes_read(of: FormatName, count: int) -> None:
    hugo = fields_of(of, "hugo", count)
    assert hugo["cover"] == {"image": COVER, "alt": hugo["title"]}
    assert hugo["images"] == [COVER]
    assert fields_of(of, "hexo", count)["cover"] == COVER
    assert fields_of(of, "jekyll", count)["image"] == COVER


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "plain"])
def test_teasers_say_what_is_in_a_post(target: TargetName) -> None:
    assert fields_of("daily", target)["description"] == "第 1 个标题；第 2 个标题；第 3 个标题"
    assert fields_of("briefing", target)["description"] == "第 1 个标题；第 2 个标题；第 3 个标题"
    assert fields_of("digest", target)["description"] == "编辑写的1。；编辑写的1。；编辑写的1。"
    assert "第 1 个标题" in fields_of("fulltext", target)["description"]
    assert fields_of("fulltext", target, 1)["description"] == "第 1 条的摘要。"


def test_a_long_day_says_how_many_it_has() -> None:
    page = page_of("daily", DAY, [article(number, title=f"题{number}" * 30) for number in range(1, 8)])
    first, _, rest = page.description.partition("；")
    assert first == f"{('题1' * 30)[:40]}…"
    assert rest.endswith("… 等 7 篇")


def test_hashtags_of_a_digest_are_no_description() -> None:
    it = article(1).model_copy(update={"digest": "可免费下载。#白鹭航天##月球#"})
    assert page_of("fulltext", DAY, [it], unit="article").description == "可免费下载。"


@pytest.mark.parametrize("of", ["daily", "briefing"])
@pytest.mark.parametrize("target", ["hugo", "hexo", "jekyll", "mkdocs", "obsidian"])
def test_posts_have_the_tags_that_most_of_their_stories_have(of: FormatName, target: TargetName) -> None:
    assert fields_of(of, target)["tags"] == ["车", "新能源", "手机"]


@pytest.mark.parametrize("target", TIMES)
def test_a_post_was_changed_when_its_content_was(target: TargetName) -> None:
    name, time = TIMES[target]
    assert fields_of("daily", target)[name] == time


def test_a_digest_is_dated_first_of_its_month_and_changed_on_its_last_day() -> None:
    fields = fields_of("digest", "hugo")
    assert (fields["date"], fields["lastmod"]) == ("2025-11-01T00:00:00+08:00", "2025-11-13T00:00:00+08:00")


def test_a_list_or_map_stays_on_its_line() -> None:
    fields: dict[str, Value] = {"cover": {"image": 'a"b', "alt": "甲: 乙"}, "images": ("x",), "none": {}}
    assert front_matter(fields) == '---\ncover: {image: "a\\"b", alt: "甲: 乙"}\nimages: ["x"]\n---\n'


def as_before(target: TargetName, page: OutputPage) -> dict[str, Value]:
    """The front matter of Hugo and Hexo as it was."""
    hugo: dict[str, Value] = {
        "title": page.title,
        "date": Stamp(page.at.isoformat(timespec="seconds")),
        "draft": False,
        "categories": page.categories,
        "description": f"共 {page.count} 篇",
        "cover": page.cover,
    }
    return hugo if target == "hugo" else {name: it for name, it in hugo.items() if name != "draft"}


@pytest.mark.parametrize("synced", [False, True], ids=["export", "sync"])
@pytest.mark.parametrize("target", ["hugo", "hexo"])
@pytest.mark.parametrize(
    "edit",
    [
        ("categories:", "weight: 3\ncategories:"),
        ('description: "共 3 篇"', 'description: "我写的简介"'),
        (COVER, "https://img.example/mine.jpg"),
        ("第 2 条的摘要。", "手改的摘要。"),
        ("## 🔎 来源", "## 来源"),
    ],
    ids=["a field", "description", "cover", "words", "heading"],
)
async def test_files_with_older_front_matter_take_the_new_and_lose_no_edit(
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: TargetName,
    edit: tuple[str, str],
    *,
    synced: bool,
) -> None:
    await store.save_articles(stories())
    asked = ExportRequest("briefing", day=DAY, target=target, everything=True)
    new = TARGETS[target]
    monkeypatch.setitem(TARGETS, target, replace(new, front_matter=lambda page: as_before(target, page)))
    ((_, written),) = (await export_pages(store, asked, tmp_path)).pages
    old, mine = edit
    text = written.path.read_text(encoding="utf-8")
    assert old in text
    written.path.write_text(text.replace(old, mine), encoding="utf-8")
    monkeypatch.setitem(TARGETS, target, new)
    if synced:
        (report,) = await sync_folder(store, tmp_path)
        assert report.texts == ("手改" in mine)
        assert (report.added, report.rejected) == (0, 0)
    ((_, again),) = (await export_pages(store, asked, tmp_path)).pages
    assert again.state is not State.CONFLICT, again.message
    after = again.path.read_text(encoding="utf-8")
    assert mine in after
    assert ("lastmod:" if target == "hugo" else "updated:") in after
    assert ("tags:" in after, after.count("---\n")) == (True, 2)
    if target == "hugo" and "mine" not in mine:
        assert f'cover: {{image: "{COVER}"' in after
    same = await export_pages(store, asked, tmp_path)
    assert [it.state for _, it in same.pages] == [State.UNCHANGED]


@pytest.mark.parametrize(
    ("target", "start"),
    [("vitepress", "docs/index.md"), ("mkdocs", "docs/index.md"), ("obsidian", "News/index.md")],
)
async def test_a_site_without_its_main_format_has_a_start_page(
    store: Store, tmp_path: Path, target: TargetName, start: str
) -> None:
    await store.save_articles(stories())
    main, other = ("digest", "daily") if target == "mkdocs" else ("daily", "digest")

    async def export(of: FormatName) -> str:
        asked = ExportRequest(of, month=MONTH, target=target, everything=True, archive="我的存档")
        await export_pages(store, asked, tmp_path)
        return (tmp_path / start).read_text(encoding="utf-8")

    text = await export(other)
    assert "# 我的存档" in text
    assert f"]({other}/index.md)" in text
    assert f"]({other}/index.md)" in await export(other)
    text = await export("briefing")
    assert f"]({other}/index.md)" in text
    assert "- [AI日报](briefing/index.md)" in text
    text = await export(main)
    assert "[2025年11月](" in text
    assert "(briefing/index.md)" not in text


async def test_the_index_of_a_month_is_no_post_of_hugo(store: Store, tmp_path: Path) -> None:
    await store.save_articles(stories())
    asked = ExportRequest("daily", month=MONTH, target="hugo", everything=True)
    await export_pages(store, asked, tmp_path)
    assert not (tmp_path / "content/posts/index-2025-11.md").exists()
    assert (tmp_path / "content/posts/index-2025-11/_index.md").exists()


@pytest.mark.parametrize("edited", [False, True])
async def test_an_index_where_it_was_before_goes_unless_a_hand_wrote_there(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, edited: bool
) -> None:
    later = date(2025, 12, 2)
    await store.save_articles([*stories(), article(9, day=later)])
    new = TARGETS["hugo"]
    assert new.former_index_path
    monkeypatch.setitem(
        TARGETS, "hugo", replace(new, index_path=new.former_index_path, former_index_path=None)
    )
    for month in (MONTH, later.replace(day=1)):
        await export_pages(
            store, ExportRequest("daily", month=month, target="hugo", everything=True), tmp_path
        )
    former = tmp_path / "content/posts/index-2025-11.md"
    if edited:
        former.write_text(former.read_text(encoding="utf-8") + "我的一行。\n", encoding="utf-8")
    monkeypatch.setitem(TARGETS, "hugo", new)
    await store.save_articles([article(10, day=later)])
    await export_pages(store, ExportRequest("daily", day=later, target="hugo", everything=True), tmp_path)
    assert former.exists() == edited
    assert not (tmp_path / "content/posts/index-2025-12.md").exists()
    whole = (tmp_path / "content/posts/_index.md").read_text(encoding="utf-8")
    assert "(" + '{{< relref "/posts/index-2025-11/_index.md" >}})' in whole
    assert (tmp_path / "content/posts/index-2025-11/_index.md").exists()
