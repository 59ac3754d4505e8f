"""A store with all sample stories and hostile ones, and the site of each tool that is made from it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.index_pages import START
from exports.request import ExportRequest
from newsarchive.items.article import Article
from newsarchive.storage import Store, open_store
from samples import World
from tests.exports.hostile import hostile_articles
from tests.samples.asking import read

MONTH = date(2026, 10, 1)
HOSTILE_DAY = datetime(2026, 10, 7, 9)  # noqa: DTZ001 - the articles put it into its zone
FORMATS = ("digest", "daily", "briefing", "fulltext")
STRICT_FOLDERS = {
    "jekyll": ("_posts", "strict/_posts"),
    "hugo": ("content", "content/strict"),
    "hexo": ("source/_posts", "source/_posts/strict"),
    "mkdocs": ("docs", "docs/strict"),
    "vitepress": ("docs", "docs/strict"),
    "obsidian": ("News", "News/strict"),
}
"""Where the pages of a target are, and where those of the strict profile go in the same site."""


def sample_articles() -> list[Article]:
    """What the readers make of every sample story."""
    world = World()
    readings = [read(world, story.url) for story in world.stories()]
    return [reading.article for reading in readings if reading.article]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """All sample stories, and a day of hostile ones."""
    async with open_store(str(tmp_path / "newsarchive.sqlite")) as opened:
        await opened.save_articles([*sample_articles(), *hostile_articles(HOSTILE_DAY)])
        yield opened


def need(tool: str, *, installed: bool) -> None:
    """Skip a test whose tool is not there; in CI that is a failure."""
    reason = f"{tool} is not installed; run tests/tools/install.sh"
    if not installed:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


async def make_site(store: Store, tool: str, folder: Path) -> Path:
    """A site with all formats in both profiles."""
    site, strict = folder / tool, folder / f"{tool}-strict"
    for of in FORMATS:
        per = "article" if of == "fulltext" else None
        wanted = ExportRequest(of, month=MONTH, target=tool, everything=True, per=per)  # type: ignore[arg-type]
        await export_pages(store, wanted, site)
        wanted = ExportRequest(of, month=MONTH, target=tool, everything=True, profile="strict")
        await export_pages(store, wanted, strict)
    source, target = STRICT_FOLDERS[tool]
    for path in (strict / source).rglob("*.md"):
        if START not in path.read_text(encoding="utf-8"):
            copy = site / target / path.relative_to(strict / source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    return site
