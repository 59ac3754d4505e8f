"""What has not changed is not made again; what has, is: whatever it is that changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from exports import up_to_date as unchanged
from exports.export import Exported, export_pages
from exports.files.hand_edited import State
from exports.formats.format import FormatName
from exports.formats.layout import save_layout
from exports.imports.documents import day_key, keep_edition
from exports.request import ExportRequest
from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.records.pick import Pick
from newsarchive.storage import Store, open_store
from newsarchive.storage.collections import Edition, Layout
from newsarchive.storage.sqlite.store import SqliteStore
from tests.exports.stories import DAY, article, pick
from tests.mongo import database_of

MONTH = date(2025, 11, 1)
FORMATS: tuple[FormatName, ...] = ("digest", "daily", "briefing", "fulltext")
POST = (
    "---\ntitle: 每日\n---\n\n# 🤖 每日 AI 资讯\n\n**2025年11月13日** · 共 1 篇精选报道\n\n---\n\n## 1. 旧题\n\n"
    f"🔗 **原文链接：** [{article(1).url}]({article(1).url})\n\n编辑自己的话。\n\n---\n"
)


class CountingStore(SqliteStore):
    """A store that tells how often articles and picks were read from it."""

    read = 0

    async def articles(
        self, *, site: SiteName | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[Article]:
        """As ever, counted."""
        async for found in super().articles(site=site, since=since, until=until):
            self.read += 1
            yield found

    async def picks(self, since: date, until: date) -> list[Pick]:
        """As ever, counted."""
        self.read += 1
        return await super().picks(since, until)


@pytest.fixture
async def counting(tmp_path: Path) -> AsyncIterator[CountingStore]:
    async with CountingStore(tmp_path / "store.sqlite") as opened:
        await opened.save_articles([article(1), article(2), article(3, day=date(2025, 11, 14))])
        yield opened


async def made_again(store: CountingStore, wanted: ExportRequest, out: Path) -> bool:
    store.read = 0
    await export_pages(store, wanted, out)
    return store.read > 0


@pytest.mark.parametrize("of", FORMATS)
async def test_nothing_is_made_again_where_nothing_changed(
    counting: CountingStore, tmp_path: Path, of: FormatName
) -> None:
    wanted = ExportRequest(of, month=MONTH)
    first = await export_pages(counting, wanted, tmp_path / "out")
    counting.read = 0
    again = await export_pages(counting, wanted, tmp_path / "out")
    assert counting.read == 0
    assert told(again) == [(path, count, drafts, State.UNCHANGED) for path, count, drafts, _ in told(first)]
    await export_pages(counting, wanted, tmp_path / "other")
    assert files(tmp_path / "other") == files(tmp_path / "out")


def told(exported: Exported) -> list[tuple[Path, int, int, State]]:
    return [(written.path, page.count, page.drafts, written.state) for page, written in exported.pages]


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


async def new_article(store: Store) -> None:
    await store.save_articles([article(9)])


async def new_title(store: Store) -> None:
    await store.save_articles([article(1, title="改过的标题")])


async def picked(store: Store) -> None:
    await store.save_picks([pick(article(1))])


async def taken_back(store: Store) -> None:
    await store.replace_day(DAY, [])


async def new_layout(store: Store) -> None:
    await save_layout(store, MONTH, Layout(labels={DAY.isoformat(): "别的一行"}))


async def new_edition(store: Store) -> None:
    await keep_edition(store, day_key("daily", DAY), Edition(family="hugo-daily", name="x", text=POST))


@pytest.mark.parametrize(
    ("of", "change"),
    [
        *((of, change) for of in FORMATS for change in (new_article, new_title, picked, taken_back)),
        ("digest", new_layout),
        ("daily", new_edition),
    ],
)
async def test_any_change_of_the_store_is_noticed(
    counting: CountingStore, tmp_path: Path, of: FormatName, change: Callable[[Store], Awaitable[None]]
) -> None:
    wanted = ExportRequest(of, month=MONTH)
    await export_pages(counting, wanted, tmp_path / "out")
    await change(counting)
    assert await made_again(counting, wanted, tmp_path / "out")
    await export_pages(counting, wanted, tmp_path / "other")
    assert files(tmp_path / "other") == files(tmp_path / "out")


async def test_a_hands_edit_is_noticed_and_stays(counting: CountingStore, tmp_path: Path) -> None:
    wanted = ExportRequest("digest", month=MONTH)
    done = await export_pages(counting, wanted, tmp_path)
    path = done.pages[0][1].path
    edited = path.read_text(encoding="utf-8").replace("# 2025年11月", "# 十一月")
    path.write_text(edited, encoding="utf-8")
    assert await made_again(counting, wanted, tmp_path)
    assert not await made_again(counting, wanted, tmp_path)
    await new_article(counting)
    assert await made_again(counting, wanted, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# 十一月")
    assert article(9).url in text


async def test_a_file_that_was_taken_away_is_written_again(counting: CountingStore, tmp_path: Path) -> None:
    done = await export_pages(counting, ExportRequest("daily", month=MONTH), tmp_path)
    path = done.pages[0][1].path
    path.unlink()
    assert await made_again(counting, ExportRequest("daily", month=MONTH), tmp_path)
    assert path.exists()


async def test_an_index_is_brought_up_to_date_without_making_pages(
    counting: CountingStore, tmp_path: Path
) -> None:
    await export_pages(counting, ExportRequest("digest", month=MONTH), tmp_path)
    before = (tmp_path / "README.md").read_bytes()
    (tmp_path / "README.md").unlink()
    assert not await made_again(counting, ExportRequest("digest", month=MONTH), tmp_path)
    assert (tmp_path / "README.md").read_bytes() == before


@pytest.mark.parametrize(
    "other",
    [
        ExportRequest("fulltext", month=MONTH, profile="strict"),
        ExportRequest("fulltext", month=MONTH, target="hugo"),
        ExportRequest("fulltext", month=MONTH, everything=True),
        ExportRequest("fulltext", month=MONTH, per="day"),
        ExportRequest("fulltext", month=MONTH, excerpts=True),
        ExportRequest("fulltext", day=DAY),
    ],
)
async def test_what_is_asked_for_in_another_way_is_made(
    counting: CountingStore, tmp_path: Path, other: ExportRequest
) -> None:
    await export_pages(counting, ExportRequest("fulltext", month=MONTH), tmp_path)
    assert await made_again(counting, other, tmp_path)


async def test_another_program_makes_everything_again(
    counting: CountingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await export_pages(counting, ExportRequest("digest", month=MONTH), tmp_path)
    monkeypatch.setattr(unchanged, "fingerprint", lambda *_: "another")
    assert await made_again(counting, ExportRequest("digest", month=MONTH), tmp_path)


async def test_a_conflict_is_told_each_time(counting: CountingStore, tmp_path: Path) -> None:
    wanted = ExportRequest("digest", month=MONTH)
    done = await export_pages(counting, wanted, tmp_path)
    path = done.pages[0][1].path
    path.write_bytes(b"\xff\xfe")
    for _ in range(2):
        again = await export_pages(counting, wanted, tmp_path)
        assert [written.state for _, written in again.pages] == [State.CONFLICT]


async def test_another_process_changes_what_is_made(counting: CountingStore, tmp_path: Path) -> None:
    await export_pages(counting, ExportRequest("daily", month=MONTH), tmp_path / "out")
    async with open_store(str(counting.path)) as other:
        await new_title(other)
    assert await made_again(counting, ExportRequest("daily", month=MONTH), tmp_path / "out")


async def test_a_store_in_mongodb_tells_too(tmp_path: Path, mongo_server: str) -> None:
    wanted = ExportRequest("daily", month=MONTH)
    with database_of(mongo_server) as uri:
        async with open_store(uri) as store:
            await store.save_articles([article(1)])
            origin = await unchanged.origin_of(store, wanted)
            await export_pages(store, wanted, tmp_path)
            assert await unchanged.as_exported(store, tmp_path, wanted, origin)
            await new_title(store)
            assert await unchanged.origin_of(store, wanted) != origin
            done = await export_pages(store, wanted, tmp_path)
    assert [written.state for _, written in done.pages] == [State.WRITTEN]
