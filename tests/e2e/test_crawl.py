"""Crawls of the sample sites, from the command line into a store."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from newsarchive.items.verdict import ARTICLE_KINDS
from newsarchive.monitoring.outcome import PAGES, RECORDS
from samples import seeds
from tests.e2e.running import DAYS, SCRAPY, Ended, Place, lasting


def seed_file(place: Place) -> str:
    file = place.folder / "seeds.txt"
    file.write_text("".join(f"{url}\n" for url in seeds()), encoding="utf-8")
    return f"seeds={file}"


async def crawl_all(place: Place) -> list[Ended]:
    return [
        await place.run("crawl", "36kr"),
        await place.run("crawl", "ithome", *DAYS),
        await place.run("crawl", "weixin", "-a", seed_file(place), "-a", "from_site=36kr"),
    ]


async def digests(place: Place) -> dict[str, bytes]:
    out = place.folder / "archive"
    for month in ("2026-09", "2026-10"):
        ended = await place.run("export", "digest", "--month", month, "--out", str(out))
        assert ended.code == 0, ended.err
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.md"))}


async def test_first_run_stores_everything_and_second_nothing_new(place: Place) -> None:
    first = await crawl_all(place)
    assert [ended.code for ended in first] == [0, 0, 0], [ended.err for ended in first]
    articles = await place.articles()
    assert {article.site for article in articles.values()} == {"36kr", "ithome", "weixin"}
    assert all(article.text and article.published_at and article.raw for article in articles.values())
    archive = await digests(place)

    place.server.requests.clear()
    second = await crawl_all(place)
    assert [ended.code for ended in second] == [0, 0, 0], [ended.err for ended in second]
    assert lasting(await place.articles()) == lasting(articles)
    for site in ("36kr", "ithome", "weixin"):
        counts = (await place.last_run(site)).counts
        assert counts.get("record/new_count", 0) == 0
        assert counts.get("link/known_count", 0) + counts.get("list/unmodified_count", 0) > 0
        assert not [
            name
            for name in counts
            if name.startswith("page/") and name.endswith(("article_count", "failed_count"))
        ]
    assert await digests(place) == archive


async def test_counts_add_up(place: Place) -> None:
    await crawl_all(place)
    for site in ("36kr", "ithome", "weixin"):
        counts = (await place.last_run(site)).counts
        pages = sum(counts.get(f"page/{outcome}_count", 0) for outcome in PAGES)
        assert counts["page/fetched_count"] == pages
        records = sum(counts.get(f"record/{outcome}_count", 0) for outcome in RECORDS)
        assert counts["record/read_count"] == records
        assert records > 0


async def test_notices_become_events_never_articles(place: Place) -> None:
    await crawl_all(place)
    events = await place.events()
    assert {"deleted", "violation"} <= {event.kind for event in events}
    articles = await place.articles()
    assert all(article.kind in ARTICLE_KINDS for article in articles.values())
    assert not any(
        "已被发布者删除" in article.text or "因违规无法查看" in article.text for article in articles.values()
    )
    assert not {event.identity for event in events} & set(articles)


async def test_scrapy_crawl_does_the_same(place: Place, tmp_path: Path) -> None:
    await place.run("crawl", "ithome", *DAYS)
    expected = lasting(await place.articles())
    other = Place(tmp_path / "scrapy", place.server)
    other.folder.mkdir()
    ended = await other.run("crawl", "ithome", *DAYS, command=SCRAPY)
    assert ended.code == 0, ended.err
    assert lasting(await other.articles()) == expected


async def test_limit_is_a_limit(place: Place) -> None:
    ended = await place.run("crawl", "ithome", *DAYS, "-a", "limit=3")
    assert ended.code == 0, ended.err
    assert len(await place.articles()) == 3


async def test_real_urls_are_stored_and_raw_pages_read_back(place: Place) -> None:
    await place.run("crawl", "ithome", *DAYS, "-a", "limit=2")
    for article in (await place.articles()).values():
        assert article.url.startswith("https://www.ithome.com/")
        assert "127.0.0.1" not in article.model_dump_json()


@pytest.mark.parametrize("seed", range(4))
async def test_killed_and_run_again_is_as_if_nothing_happened(
    place: Place, tmp_path: Path, seed: int
) -> None:
    undisturbed = Place(tmp_path / "undisturbed", place.server)
    undisturbed.folder.mkdir()
    await undisturbed.run("crawl", "ithome", *DAYS)
    expected = lasting(await undisturbed.articles())

    after = random.Random(seed).randrange(1, 60)  # noqa: S311 - which request is the last is no secret
    await place.kill_after(after, "crawl", "ithome", *DAYS)
    ended = await place.run("crawl", "ithome", *DAYS)
    assert ended.code == 0, ended.err
    assert lasting(await place.articles()) == expected
    assert await digests(place) == await digests(undisturbed)
