"""The configuration of a tool: what it says, and that it is written once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from exports.publication import Outlet, Publication
from exports.scaffold import write_scaffold
from exports.scaffolds import SCAFFOLDS
from exports.targets import TARGETS, TargetName

ARCHIVE = Publication(
    title='瞭望: "存档" <#>',
    description="每天值得一读",
    author="编辑部",
    base_url="https://example.com/news",
    words={"daily": {"name": "晨读"}},
)
MAIN = {
    "hugo": "hugo.yaml",
    "hexo": "_config.yml",
    "jekyll": "_config.yml",
    "mkdocs": "mkdocs.yml",
    "vitepress": "docs/.vitepress/config.mjs",
    "obsidian": ".obsidian/bookmarks.json",
}
OTHER = {
    "hugo": "config.toml",
    "hexo": "_config.yaml",
    "jekyll": "_config.toml",
    "mkdocs": "mkdocs.yaml",
    "vitepress": "docs/.vitepress/config.mts",
}


def scaffolded(root: Path, target: TargetName, archive: Publication = ARCHIVE) -> dict[str, str]:
    index = root / TARGETS[target].index_path("daily", None)
    index.parent.mkdir(parents=True, exist_ok=True)
    index.write_text("# 晨读\n", encoding="utf-8")
    written, _ = write_scaffold(root, target, archive)
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in written}


def read(name: str, text: str) -> dict[str, Any]:
    loaded = (
        YAML(typ="safe", pure=True).load(text)
        if name.endswith((".yml", ".yaml"))
        else json.loads(text.removeprefix("export default "))
    )
    assert isinstance(loaded, dict)
    return loaded


def test_every_tool_has_one() -> None:
    assert SCAFFOLDS.keys() == TARGETS.keys() - {"plain"} == MAIN.keys()


@pytest.mark.parametrize("target", MAIN)
def test_it_is_called_as_the_archive_is_and_leads_to_its_sections(tmp_path: Path, target: TargetName) -> None:
    files = scaffolded(tmp_path, target)
    config = read(MAIN[target], files[MAIN[target]])
    if target != "obsidian":
        assert ARCHIVE.title in {config.get("title"), config.get("site_name")}
        assert ARCHIVE.description in str(config)
    assert "晨读" in "".join(files.values()) or target == "jekyll"  # there the page itself says it
    assert "AI日报" not in "".join(files.values()), "only what the site has is in its menu"


@pytest.mark.parametrize("target", [name for name in MAIN if name != "obsidian"])
def test_pictures_are_asked_for_without_a_referrer(tmp_path: Path, target: TargetName) -> None:
    assert "no-referrer" in "".join(scaffolded(tmp_path, target).values())


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("hugo", {"baseURL": "https://example.com/news/", "languageCode": "zh-CN"}),
        ("hexo", {"url": "https://example.com/news", "root": "/news/", "language": "zh-CN"}),
        ("jekyll", {"url": "https://example.com", "baseurl": "/news", "lang": "zh-CN"}),
        ("mkdocs", {"site_url": "https://example.com/news/"}),
        ("vitepress", {"base": "/news/", "lang": "zh-CN"}),
    ],
)
def test_it_says_where_the_site_lies(tmp_path: Path, target: TargetName, said: dict[str, str]) -> None:
    config = read(MAIN[target], scaffolded(tmp_path, target)[MAIN[target]])
    assert {key: config[key] for key in said} == said


@pytest.mark.parametrize("target", MAIN)
def test_it_is_written_once_and_never_over_a_file(tmp_path: Path, target: TargetName) -> None:
    files = scaffolded(tmp_path, target)
    (tmp_path / MAIN[target]).write_text("我的\n", encoding="utf-8")
    written, kept = write_scaffold(tmp_path, target, ARCHIVE)
    assert (written, len(kept)) == ([], len(files))
    assert (tmp_path / MAIN[target]).read_text(encoding="utf-8") == "我的\n"


@pytest.mark.parametrize("target", OTHER)
def test_a_configuration_under_another_name_is_the_editors_too(tmp_path: Path, target: TargetName) -> None:
    file = tmp_path / OTHER[target]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n", encoding="utf-8")
    assert MAIN[target] not in scaffolded(tmp_path, target)


def test_what_is_published_there_is_in_the_menu_before_its_first_page(tmp_path: Path) -> None:
    outlet = Outlet("briefing", tmp_path, "vitepress")
    (file,) = scaffolded(tmp_path, "vitepress", Publication(outlets=(outlet,))).values()
    assert '"text": "AI日报"' in file


def test_an_english_archive_has_no_chinese_labels(tmp_path: Path) -> None:
    (file,) = scaffolded(tmp_path, "vitepress", Publication(title="News", language="en")).values()
    assert "本页目录" not in file
