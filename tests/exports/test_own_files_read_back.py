"""Every file that we write ourselves is understood by `newsarchive import`: each format, profile and target."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.formats.format import Profile
from exports.imports import Archive, ArchiveItem, read_archive
from exports.imports.importer import import_archive
from exports.request import ExportRequest
from exports.targets import TARGETS, TargetName
from newsarchive.items.body import Body, Heading, ListBlock, Paragraph, Span
from newsarchive.storage import Store, open_store
from tests.exports.stories import DAY, article, pick

MONTH = date(2025, 11, 1)
PROFILES: tuple[Profile, ...] = ("clean", "strict")
ALL_TARGETS: tuple[TargetName, ...] = tuple(TARGETS)
EACH = pytest.mark.parametrize(("profile", "target"), [*product(PROFILES, ALL_TARGETS)], ids=str)
URLS = [article(number).url for number in (1, 2, 3)]
TITLES = [article(number).title for number in (1, 2, 3)]


@pytest.fixture
async def filled(store: Store) -> Store:
    """Three picked stories; the text of one has what files of other families have."""
    body: Body = [
        Heading(2, [Span("小节")]),
        ListBlock(
            [[Paragraph([Span("一")])], [Paragraph([Span("二", link="https://example.com/2")])]], ordered=True
        ),
        Paragraph([Span("1. 编号的链接", link="https://example.com/1")]),
    ]
    articles = [article(1), article(2), article(3, body=body)]
    await store.save_articles(articles)
    await store.save_picks([pick(it, place) for place, it in enumerate(articles, start=1)])
    return store


async def archives(store: Store, out: Path, wanted: ExportRequest) -> list[Archive]:
    done = await export_pages(store, wanted, out)
    paths = [written.path for _, written in done.pages]
    return [read_archive(path.read_text(encoding="utf-8"), str(path)) for path in paths]


def links(items: tuple[ArchiveItem, ...]) -> list[str | None]:
    return [item.url for item in items]


@EACH
async def test_digests_and_posts(filled: Store, tmp_path: Path, profile: Profile, target: TargetName) -> None:
    (digest,) = await archives(
        filled, tmp_path, ExportRequest("digest", month=MONTH, profile=profile, target=target)
    )
    assert (digest.family, digest.month) == ("monthly-digest", "2025-11")
    assert [(day.date, links(day.items)) for day in digest.days] == [(DAY, URLS)]
    (daily,) = await archives(
        filled, tmp_path, ExportRequest("daily", day=DAY, profile=profile, target=target)
    )
    assert (daily.family, daily.date, links(daily.items)) == ("hugo-daily", DAY, URLS)
    assert [item.title for item in daily.items] == TITLES
    (briefing,) = await archives(
        filled, tmp_path, ExportRequest("briefing", day=DAY, profile=profile, target=target)
    )
    assert (briefing.family, briefing.date) == ("briefing", DAY)
    assert [(item.title or "").removeprefix("📰 ") for item in briefing.items] == TITLES[1:]


@EACH
async def test_full_texts(filled: Store, tmp_path: Path, profile: Profile, target: TargetName) -> None:
    for wanted in (ExportRequest("fulltext", month=MONTH), ExportRequest("fulltext", day=DAY)):
        asked = ExportRequest("fulltext", day=wanted.day, month=wanted.month, profile=profile, target=target)
        (texts,) = await archives(filled, tmp_path, asked)
        assert (texts.family, links(texts.items)) == ("full-text", URLS)
        assert [item.title for item in texts.items] == TITLES
        assert texts.remarks == ()
    asked = ExportRequest("fulltext", day=DAY, per="article", profile=profile, target=target)
    found = await archives(filled, tmp_path, asked)
    assert [(it.family, links(it.items)) for it in found] == [("full-text", [url]) for url in URLS]
    assert [item.title for it in found for item in it.items] == TITLES
    assert "第 1 条的正文。" in (found[0].items[0].text or "")


@EACH
async def test_a_file_of_a_single_full_text(
    store: Store, tmp_path: Path, profile: Profile, target: TargetName
) -> None:
    await store.save_articles([article(1)])
    (texts,) = await archives(
        store, tmp_path, ExportRequest("fulltext", day=DAY, profile=profile, target=target)
    )
    assert (links(texts.items), [item.title for item in texts.items]) == (URLS[:1], TITLES[:1])


@EACH
async def test_imported_full_texts_are_written_back(
    filled: Store, tmp_path: Path, profile: Profile, target: TargetName
) -> None:
    (texts,) = await archives(
        filled, tmp_path, ExportRequest("fulltext", day=DAY, profile=profile, target=target)
    )
    async with open_store(str(tmp_path / "other.sqlite")) as other:
        await import_archive(other, texts, "kept")
        asked = ExportRequest("fulltext", imported="kept", profile="strict")
        ((_, written),) = (await export_pages(other, asked, tmp_path / "other")).pages
        assert written.path.read_text(encoding="utf-8") == texts.text
        asked = ExportRequest("fulltext", imported="kept", target=target)
        (again,) = await archives(other, tmp_path / "clean", asked)
        assert [item.title for item in again.items] == TITLES
