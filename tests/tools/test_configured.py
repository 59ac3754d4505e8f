"""Sites of real tools with nothing but an export and the configuration that it wrote, looked at in Chromium.

The pictures of the pages stay in `build/screenshots/`, for people to look at.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from exports.export import export_pages
from exports.publication import Publication
from exports.request import ExportRequest
from exports.scaffold import write_scaffold
from newsarchive.storage import open_store
from tests.tools.conftest import FORMATS, need, sample_articles
from tests.tools.looking import HOST, Visit, chromium, known_words, visit
from tests.tools.sites import CONFIGURED, Tool

SHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
ARCHIVE = Publication(
    title="瞭望存档", description="每天值得一读的科技新闻。", author="编辑部", base_url=f"https://{HOST}/"
)
MONTHS = (date(2026, 9, 1), date(2026, 10, 1))
OTHER_HOSTS = {"hexo": ("cdn.jsdelivr.net",)}
"""From which a theme takes its icons, where its own defaults say so."""
OWN_FEED = {"mkdocs": "docs/feed.xml", "vitepress": "docs/public/feed.xml"}
"""Where the archive's feed goes in sites of tools that make none."""


async def made(tool: str, site: Path) -> Path:
    """A site with all formats, and its configuration."""
    async with open_store(str(site.parent / "newsarchive.sqlite")) as store:
        await store.save_articles(sample_articles())
        for of in FORMATS:
            for month in MONTHS:
                per = "article" if of == "fulltext" else None
                asked = ExportRequest(of, month=month, target=tool, per=per, archive=ARCHIVE.title)  # type: ignore[arg-type]
                await export_pages(store, asked, site)
    write_scaffold(site, tool, ARCHIVE)
    if feed := OWN_FEED.get(tool):
        file = site / feed
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>', encoding="utf-8")
    return site


@pytest.mark.parametrize("tool", CONFIGURED, ids=lambda tool: tool.name)
async def test_a_site_pleases_out_of_the_box(tmp_path: Path, tool: Tool) -> None:
    need(tool.name, installed=tool.is_installed)
    program = chromium()
    need("Chromium", installed=program is not None)
    assert program
    site = await made(tool.name, tmp_path / "site")
    known = known_words(path.read_text(encoding="utf-8") for path in site.rglob("*.md"))
    out = tool.build(site)
    shots = SHOTS / tool.name
    shutil.rmtree(shots, ignore_errors=True)
    seen = await visit(Visit(out, known, shots, OTHER_HOSTS.get(tool.name, ())), program)
    assert seen.wrong == []
    assert len(seen.pages) > 8
    assert seen.feeds
    for feed in seen.feeds:
        file = Visit(out, known, shots).file(feed)
        assert file, feed
        etree.fromstring(file.read_bytes())


async def test_posts_and_teasers_of_hugo_are_posts_and_teasers(tmp_path: Path) -> None:
    tool = next(it for it in CONFIGURED if it.name == "hugo")
    need(tool.name, installed=tool.is_installed)
    out = tool.build(await made(tool.name, tmp_path / "site"))
    feed = etree.fromstring((out / "index.xml").read_bytes())
    items = {it.findtext("title", ""): it.findtext("description", "") for it in feed.iter("item")}
    assert len(items) > 50
    assert not [it for it in items if it.startswith("每日资讯") and it.endswith("月")], "indexes are no posts"
    teasers = [words for title, words in items.items() if title.startswith("每日资讯")]
    assert len(set(teasers)) == len(teasers) > 10
