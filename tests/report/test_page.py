"""The page says what was gathered, in two languages, and nothing of a page's words becomes markup."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from lxml import html

from newsarchive.report.overview import DAYS, Overview, overview_of
from newsarchive.report.page import page_of
from newsarchive.report.sizes import folder_size
from newsarchive.report.words import FILES, Language, Words
from newsarchive.settings import ours
from newsarchive.storage import Store, open_store
from tests.report.history import HOSTILE, NOW, fill
from tests.storage.records import article, run


def settings(folder: Path, store: Path | str) -> dict[str, Any]:
    more = {
        "NEWSARCHIVE_STORE": str(store),
        "NEWSARCHIVE_RAW": str(folder / "raw"),
        "NEWSARCHIVE_IMAGES_FOLDER": str(folder / "images"),
    }
    return ours({}) | more


@pytest.fixture(scope="module")
def overview(tmp_path_factory: pytest.TempPathFactory) -> Overview:
    folder = tmp_path_factory.mktemp("report")
    raw = folder / "raw" / "2026" / "11"
    raw.mkdir(parents=True)
    (raw / "pages-20261128T010203Z-1-a.warc.gz").write_bytes(b"x" * 1500)
    (raw / "pages-20261129-36kr-b.warc.gz").write_bytes(b"x" * 500)
    path = folder / "news.sqlite"

    async def gathered() -> Overview:
        async with open_store(str(path)) as store:
            await fill(store)
        async with open_store(str(path), "read") as store:
            return await overview_of(store, settings(folder, path), NOW)

    return asyncio.run(gathered())


@pytest.mark.parametrize("completeness", [True, False])
async def test_articles_are_read_for_completeness_alone(tmp_path: Path, completeness: bool) -> None:  # noqa: FBT001
    path = tmp_path / "news.sqlite"
    async with open_store(str(path)) as store:
        await fill(store)
    asked = []

    async with open_store(str(path), "read") as store:

        class Watched:
            def __getattr__(self, name: str) -> object:
                asked.append(name)
                return getattr(store, name)

        found = await overview_of(
            cast("Store", Watched()), settings(tmp_path, path), NOW, completeness=completeness
        )
    assert ("articles" in asked) is completeness
    assert any(site.coverage for site in found.sites) is completeness


def parsed(page: str) -> Any:  # noqa: ANN401 - lxml's
    return html.document_fromstring(page)


def texts(page: str, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in parsed(page).xpath(path)]


@pytest.mark.parametrize("language", FILES)
def test_each_site_has_a_row_of_sixty_days(overview: Overview, language: Language) -> None:
    page, say = page_of(overview, language), Words(language)
    rows = parsed(page).xpath("//ul[@class='days']")
    assert [len(row.xpath("li")) for row in rows] == [DAYS] * 3
    for row in rows:
        for square in row.xpath("li"):
            state = square.get("class")
            assert say(state) in square.get("title")
            assert square.xpath("span[@class='hidden']")[0].text == square.get("title")
    signs = {
        (li.get("class"), li.xpath("span[@aria-hidden]")[0].text_content())
        for li in parsed(page).xpath("//ul[@class='days']/li")
    }
    assert len({sign for _, sign in signs}) == len(signs) == 5
    states = [Counter(li.get("class") for li in row.xpath("li")) for row in rows]
    assert states[0] == {"good": 57, "nothing": 1, "none": 1, "incomplete": 1}
    assert states[2]["blocked"] == 3


def test_the_page_says_what_runs_alarms_hosts_and_queues_are(overview: Overview) -> None:
    page = page_of(overview, "en")
    text = " ".join(texts(page, "//body"))
    assert "As of 2026-11-29 10:40 (Asia/Shanghai)" in text
    assert "mp.weixin.qq.com" in text
    assert "http_503 (" in text
    assert "12 missing" in text
    assert "4 due now" in text
    assert "2.0 kB" in text
    assert len(texts(page, "//table[contains(@class, 'runs')]/tbody/tr")) == 12
    assert texts(page, "//article[contains(@class, 'alarm')]")
    assert re.search(r"article 39", text)


@pytest.mark.parametrize("language", FILES)
def test_nothing_of_a_page_becomes_markup_or_is_asked_for(overview: Overview, language: Language) -> None:
    page = page_of(overview, language)
    tree = parsed(page)
    assert HOSTILE.split("\x1b")[0] in tree.text_content()
    assert not tree.xpath("//script | //img | //iframe | //object | //form | //base")
    assert not [
        name for one in tree.iter() for name in one.attrib if name.startswith("on") or name == "style"
    ]
    assert {*tree.xpath("//@href")} == {FILES[Words(language).other], tree.xpath("//link/@href")[0]}
    assert tree.xpath("//link/@href")[0].startswith("data:")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", page)
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    digest = base64.b64encode(hashlib.sha256(tree.xpath("//style")[0].text.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'")
    assert f"'sha256-{digest}'" in policy
    assert "url(" not in tree.xpath("//style")[0].text


@pytest.mark.parametrize("language", FILES)
def test_tables_have_heads_and_the_page_names_its_language(overview: Overview, language: Language) -> None:
    tree = parsed(page_of(overview, language))
    assert tree.get("lang") == language
    for table in tree.xpath("//table"):
        heads = table.xpath("thead//th[@scope='col']")
        assert heads
        assert {len(row.xpath("td")) for row in table.xpath("tbody/tr")} == {len(heads)}
    assert all(chart.get("aria-label") for chart in tree.xpath("//svg"))
    chinese = re.search("[\u4e00-\u9fff]", " ".join(tree.xpath("//dt/text() | //th/text() | //h2/text()")))
    assert bool(chinese) == (language == "zh-CN")


def test_a_share_is_said_to_be_all_only_where_all_was_looked_at(overview: Overview) -> None:
    text = " ".join(texts(page_of(overview, "en"), "//dd"))
    assert re.search(r"at most 76\.4 % \(39 / 51\) ?12 missing · lists of 30 days not read", text)


async def test_an_empty_store_and_one_of_a_single_site_have_a_page(store: Store, tmp_path: Path) -> None:
    async def page(uri: str) -> str:
        return page_of(await overview_of(store, settings(tmp_path, uri), NOW), "en")

    assert "No site was ever crawled" in await page(str(tmp_path / "news.sqlite"))
    await store.save_articles([article(1, published_at=NOW, fetched_at=NOW)])
    await store.save_run(run(started_at=NOW, heartbeat_at=NOW, site="ithome"))
    only = await page("mongodb://127.0.0.1/x")
    assert len(texts(only, "//section")) == 1
    assert "Store (MongoDB)" in only
    assert texts(only, "//span[contains(@class, 'badge')]").count("running") == 2


def test_a_folder_tells_its_size_and_which_days_it_is_of(tmp_path: Path) -> None:
    (tmp_path / "2026" / "11").mkdir(parents=True)
    for place, size in (
        ("pages-20261101T000000Z-1-a.warc.gz", 10),
        ("2026/11/pages-20261101-36kr-b.warc.gz", 5),
        ("2026/11/pages-20269999-x.warc.gz", 2),
        ("index.sqlite", 3),
    ):
        (tmp_path / place).write_bytes(b"x" * size)
    found = folder_size(tmp_path)
    assert (found.size, found.files, found.whole) == (20, 4, True)
    assert found.by_day == {date(2026, 11, 1): 15}
    assert not folder_size(tmp_path, most=2).whole
    assert folder_size(tmp_path / "none").files == 0
