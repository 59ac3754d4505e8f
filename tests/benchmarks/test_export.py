"""The benchmark of exports makes stores that are like any other, and measures both; its figures are no test's business."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from benchmarks import export
from newsarchive.sites import identify
from newsarchive.storage.sqlite.store import SqliteStore


async def test_every_article_is_one_of_its_own_and_in_its_month(tmp_path: Path) -> None:
    months = [date(2018, 1, 1), date(2018, 2, 1)]
    await asyncio.to_thread(export.fill, tmp_path / "store.sqlite", months, 30)
    async with SqliteStore(tmp_path / "store.sqlite") as store:
        held = [article async for article in store.articles()]
        assert (await store.counts())["ithome"].articles == {"article": 60}
    assert len({article.text_hash for article in held}) == 60
    assert all((link := identify(article.url)) and link.identity == article.identity for article in held)
    february = datetime(2018, 1, 31, 16, tzinfo=UTC)
    assert sum(bool(article.published_at and article.published_at >= february) for article in held) == 30


def test_an_export_is_measured_and_the_stores_are_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "FORMATS", ("digest",))
    words = ["--articles", "60", "--per-month", "20", "--rounds", "1", "--folder", str(tmp_path)]
    export.main(words)
    said = capsys.readouterr().out
    assert "60 articles in 3 months" in said
    assert "digest" in said
    assert list(tmp_path.iterdir()) == []
