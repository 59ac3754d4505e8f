"""From one crawl of all sample sites come the forms of the five known archives, part by part, each of its own sites."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from newsarchive.items.article import Article
from newsarchive.sites import identify
from samples import SampleServer, seeds
from tests.e2e.running import COMMAND, DAYS, Place

PARAGRAPHS = "**要点先说**，第一段。\n\n📊 **数字**：第二段。\n\n**影响**：第三段。"
OUTLOOK = "今天的主线：**算力成了资源**。\n\n第二段。\n\n**结论是**：三位一体。"
URL = r"https://\S+?"


@dataclass(frozen=True)
class Crawled:
    """What was crawled of all sites: the store's file, the environment of commands, and its articles."""

    store: Path
    environment: Mapping[str, str]
    articles: Mapping[str, Article]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return asyncio.run(crawl(tmp_path_factory.mktemp("crawled")))


async def crawl(folder: Path) -> Crawled:
    async with SampleServer() as server:
        place = Place(folder, server)
        links = folder / "links.txt"
        links.write_text("".join(f"{url}\n" for url in seeds()), encoding="utf-8")
        for words in (
            ("36kr",),
            ("ithome", *DAYS),
            ("weixin", "-a", f"seeds={links}", "-a", "from_site=36kr"),
        ):
            ended = await place.run("crawl", *words)
            assert ended.code == 0, ended.err
        return Crawled(place.store, place.environment(), await place.articles())


@dataclass(frozen=True)
class Archive:
    """An archive of one's own over what was crawled."""

    folder: Path
    crawled: Crawled

    def run(self, *words: str) -> None:
        environment = {**self.crawled.environment, "NEWSARCHIVE_STORE": str(self.folder / "store.sqlite")}
        ended = subprocess.run(
            [*COMMAND, *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr

    def export(self, *words: str, out: str = "out") -> Path:
        """The one file that an export in the strict profile writes, beside indexes."""
        self.run("export", *words, "--profile", "strict", "--out", out)
        files = [it for it in (self.folder / out).rglob("*.md") if "index" not in it.name.lower()]
        (file,) = (it for it in files if re.search(r"\d{4}", it.name) and it.name != "2026.md")
        return file

    def published(self, urls: Sequence[str]) -> list[str]:
        """When these articles were published."""
        names = [link.identity for url in urls if (link := identify(url))]
        return [str(self.crawled.articles[name].published_at) for name in names]


@pytest.fixture
def archive(tmp_path: Path, crawled: Crawled) -> Archive:
    shutil.copy(crawled.store, tmp_path / "store.sqlite")
    return Archive(tmp_path, crawled)


def of_sites(archive: Archive, *sites: str) -> None:
    (archive.folder / "newsarchive.toml").write_text(f"sites = {list(sites)}\n", encoding="utf-8")


def retyped(archive: Archive, file: Path, text: str, *export: str) -> str:
    """Type a text into a file, sync, and export into another folder: what the store has of it."""
    file.write_text(text, encoding="utf-8")
    archive.run("sync", "out")
    return archive.export(*export, out="new").read_text(encoding="utf-8")


def test_a_daily_post_of_ithome_has_all_parts_and_the_newest_first(archive: Archive) -> None:
    of_sites(archive, "ithome")
    asked = ("daily", "--day", "2026-10-21")
    file = archive.export(*asked)
    text = file.read_text(encoding="utf-8")
    words = r"(?<=\)\n\n)(?!🔗|📎|📅)(?:(?!📎).)+?(?=\n\n📎)"
    typed = re.sub(words, PARAGRAPHS, text, flags=re.DOTALL)
    post = retyped(archive, file, typed, *asked)
    count = post.count("\n## ")
    assert count > 1
    assert post.startswith(
        '---\ntitle: "🤖 每日 AI 资讯"\ndate: 2026-10-21T09:00:00+08:00\ndraft: false\n'
        'tags: ["AI", "Daily News", "Technology"]\ncategories: ["AI Daily"]\n'
        'description: "2026-10-21 的 AI 行业要闻精选"\n---\n\n# 🤖 每日 AI 资讯\n\n'
        f"**2026年10月21日** · 共 {count} 篇精选报道\n\n---\n\n## 1. "
    )
    item = (
        rf"## (\d+)\. [^\n]+\n\n🔗 \*\*原文链接：\*\* \[({URL})\]\(\2\)\n\n{re.escape(PARAGRAPHS)}\n\n"
        r"📎 \[查看原文\]\(\2\)\n\n📅 \*\*发布时间：\*\* 2026/10/21\n\n---\n\n"
    )
    items = re.findall(item, post)
    assert [number for number, _ in items] == [str(number) for number in range(1, count + 1)]
    assert post.endswith("---\n\n\n*✨ 由 Daily AI News Bot 自动生成*\n")
    urls = [url for _, url in items]
    assert all("ithome.com" in url for url in urls)
    times = archive.published(urls)
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("month", ["2026-09", "2026-10"])
def test_a_months_digest_of_weixin_is_lines_with_links_day_by_day(archive: Archive, month: str) -> None:
    of_sites(archive, "weixin")
    digest = archive.export("digest", "--month", month).read_text(encoding="utf-8")
    year, number = month.split("-")
    head, *days = re.split(r"\n{4}(?=## )", digest.rstrip("\n"))
    assert head == f"# {year}年{int(number)}月"
    assert len(days) > 1
    for day in days:
        match = re.fullmatch(
            rf"## {year}\.{number}\.(\d\d)\n\n{year}年{number}月\1日 💡行业快讯\n\n(.+)", day, re.DOTALL
        )
        assert match
        rows = re.split(r"\n\n(?=\d+\. )", match[2])
        for place, row in enumerate(rows, start=1):
            indent = " " * len(f"{place}. ")
            assert re.fullmatch(rf"{place}\. \S[^\n]+\n\n{indent}https://mp\.weixin\.qq\.com/s[^\s]+", row), (
                row
            )
    dates = [day[:13] for day in days]
    assert dates == sorted(dates)


def test_a_briefing_has_lead_briefs_and_outlook_in_an_editors_words(archive: Archive) -> None:
    asked = ("briefing", "--day", "2026-10-31")
    file = archive.export(*asked)
    text = file.read_text(encoding="utf-8")
    text = re.sub(
        r"(## 🔥 今日头条\n\n\*\*[^\n]+\*\*\n\n).+?(?=\n\n## )", rf"\g<1>{PARAGRAPHS}", text, flags=re.DOTALL
    )
    signs = iter("⚡🧠🛑🌱💻🚗🎮📱🔋🏠📷🎧🖨🧪🧭🎨🎯🧩🎬🎵")
    text = re.sub(
        r"(?m)^(\d+\. +)\*\*📰 ([^\n]+?)\*\*.*$",
        lambda it: f"{it[1]}**{next(signs)} {it[2]}**：一句话，说**要点**。",
        text,
    )
    briefing = retyped(archive, file, f"{text}\n## 🚀 前沿洞察\n\n{OUTLOOK}\n", *asked)
    match = re.fullmatch(
        r'---\ntitle: "AI日报：[^\n]+"\ndate: 2026-10-31 \d\d:\d\d:\d\d\ncategories: \["AI Daily"\]\n'
        rf'(?:cover_image: "({URL})"\n---\n\n!\[Cover Image\]\(<\1>\)|---)\n\n'
        rf"## 🔥 今日头条\n\n\*\*[^*\n]+\*\*\n\n{re.escape(PARAGRAPHS)}\n\n"
        r"## 🌍 全球速览\n\n(?P<briefs>.+?)\n\n"
        rf"## 🚀 前沿洞察\n\n{re.escape(OUTLOOK)}\n",
        briefing,
        re.DOTALL,
    )
    assert match, briefing
    briefs = match["briefs"].split("\n")
    assert len(briefs) > 2
    for place, brief in enumerate(briefs, start=1):
        assert re.fullmatch(rf"{place}\. +\*\*[^\w\s“《\[📰]\S* .+?\*\*：一句话，说\*\*要点\*\*。", brief), (
            brief
        )


@pytest.mark.parametrize("time", [("--day", "2026-10-31"), ("--month", "2026-10")])
def test_full_texts_of_36kr_are_whole_articles_then_flashes_the_newest_first(
    archive: Archive, time: tuple[str, str]
) -> None:
    of_sites(archive, "36kr")
    text = archive.export("fulltext", *time).read_text(encoding="utf-8")
    pieces = re.findall(rf"# [^\n]+\n\n(.+?)\n\n\[原文链接\]\(({URL})\)\n\n(?:\n|\Z)", text, re.DOTALL)
    assert len(pieces) == len(re.findall(r"(?m)^\[原文链接\]", text)) > 2
    assert all("36kr.com/" in url for _, url in pieces)
    assert all(body.startswith(("> ", "- ", "|", "1. ")) for body, _ in pieces)
    times = archive.published([url for _, url in pieces])
    order = [
        (time[:10], "/newsflashes/" not in url, time) for (_, url), time in zip(pieces, times, strict=True)
    ]
    assert all(one >= other for one, other in pairwise(order))
    assert {is_article for _, is_article, _ in order} == {True, False}
