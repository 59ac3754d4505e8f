"""`newsarchive raw`: pages found, verified, counted, in fewer files."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsarchive.cli import app
from newsarchive.cli.output import OUT
from newsarchive.errors import BadValueError, InputFileError, LostPagesError
from newsarchive.items.article import RawReference
from newsarchive.records.page import Page
from newsarchive.storage import open_store
from newsarchive.storage.raw.folders import path_of, warc_files
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.warc import Capture
from tests.storage.raw_pages import make_runs
from tests.storage.records import NOON, article, event

Ran = Callable[..., Result]


@pytest.fixture
def kept(tmp_path: Path) -> dict[str, Page]:
    return make_runs(tmp_path / "raw")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    monkeypatch.setattr(OUT, "width", 300)
    monkeypatch.setenv("NEWSARCHIVE_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("NEWSARCHIVE_STORE", str(tmp_path / "news.sqlite"))
    return lambda *words: CliRunner().invoke(app, ["raw", *words])


def test_a_page_is_given_as_it_came_by_identity_address_time_and_place(
    run: Ran, kept: dict[str, Page], tmp_path: Path
) -> None:
    pages = [page for page in kept.values() if page.url.endswith("/2.htm")]
    assert run("get", "ithome:2").stdout_bytes == pages[-1].content
    assert run("get", pages[0].url).stdout_bytes == pages[-1].content
    assert run("get", "ithome:2", "--at", "2025-12-06T12:30").stdout_bytes == pages[0].content
    out = tmp_path / "page.html"
    for name, page in kept.items():
        assert run("get", name, "--out", str(out)).exit_code == 0
        assert out.read_bytes() == page.content
    assert run("compact").exit_code == 0
    assert len(warc_files(tmp_path / "raw")) == 1
    for name, page in kept.items():
        assert run("get", name).stdout_bytes == page.content
    told = json.loads(run("get", "ithome:2", "--list", "--json").stdout)
    assert [one["fetched_at"] for one in told] == [
        page.fetched_at.isoformat() for page in pages[::-1] if page.fetched_at
    ]
    assert [one["same_as"] is not None for one in told] == [True, False, True, False]


def test_no_page_is_an_error_that_says_what_to_give(run: Ran, kept: dict[str, Page]) -> None:
    assert kept
    for words in (("ithome:9",), ("ithome:2", "--at", "2025-12-01"), ("x.warc.gz@7",)):
        assert isinstance(run("get", *words).exception, BadValueError)
    assert isinstance(run("get", "ithome:2", "--raw", "/nowhere").exception, InputFileError)


def test_what_a_page_says_reaches_no_terminal_as_a_command(run: Ran, tmp_path: Path) -> None:
    with RawStore(tmp_path / "raw") as raw:
        url = "https://www.ithome.com/\x1b]0;owned\x07\u202e"
        raw.append(Capture(Page(b"x", url, fetched_at=NOON), identity="ithome:\x1b[31m1", site="ithome"))
    os.truncate(warc_files(tmp_path / "raw")[0], 99)
    for words in (("verify",), ("verify", "--json"), ("stats",)):
        assert "\x1b" not in run(*words).output


def test_verifying_names_what_is_lost_and_ends_with_a_code_of_its_own(
    run: Ran, kept: dict[str, Page], tmp_path: Path
) -> None:
    sound = run("verify")
    assert (sound.exit_code, "16 pages are whole" in sound.stdout) == (0, True)
    *_, last = kept
    file = last.partition("@")[0]
    os.truncate(path_of(tmp_path / "raw", file), int(last.partition("@")[2]) + 5)
    found = run("verify")
    assert isinstance(found.exception, LostPagesError)
    assert found.exception.exit_code == 29
    assert f"lost: 2025-12-06 15:03  article  ithome:3  {kept[last].url}  {last}" in found.stdout
    (damage,) = json.loads(run("verify", "--json").stdout)["damages"]
    assert (damage["file"], [one["identity"] for one in damage["lost"]]) == (file, ["ithome:3"])
    assert isinstance(run("get", last).exception, InputFileError)


def test_pages_that_only_the_store_knows_of_are_named(
    run: Ran, kept: dict[str, Page], tmp_path: Path
) -> None:
    places = [name.partition("@") for name in kept]
    references = [RawReference(file=file, offset=int(offset), sha256="0" * 64) for file, _, offset in places]

    async def fill() -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            await store.save_articles([article(1, raw=references[0], fetched_at=NOON)])
            await store.save_events([event(raw=references[-1])])

    asyncio.run(fill())
    assert run("compact").exit_code == 0
    assert run("verify").exit_code == 0
    warc_files(tmp_path / "raw")[0].unlink()
    for leftover in (tmp_path / "raw").glob("index.sqlite*"):
        leftover.unlink()
    found = run("verify")
    assert isinstance(found.exception, LostPagesError)
    lost = [line for line in found.stdout.splitlines() if "lost: " in line]
    assert [line.rpartition("  ")[2] for line in lost] == [next(iter(kept)), [*kept][-1]]


def test_what_is_forgotten_is_named_no_more(run: Ran, kept: dict[str, Page], tmp_path: Path) -> None:
    file, _, offset = [*kept][-1].partition("@")

    async def fill() -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            place = RawReference(file=file, offset=int(offset), sha256="0" * 64)
            await store.save_articles([article(1, raw=place, fetched_at=NOON)])

    asyncio.run(fill())
    path_of(tmp_path / "raw", file).unlink()
    assert run("verify", "--forget").stdout.count("lost: ") == 4
    assert run("verify").exit_code == 0


def test_what_is_kept_is_counted_by_site(run: Ran, kept: dict[str, Page], tmp_path: Path) -> None:
    (row,) = json.loads(run("stats", "--json").stdout)
    size = sum(path.stat().st_size for path in warc_files(tmp_path / "raw"))
    expected = {"site": "ithome", "files": 4, "pages": len(kept), "revisits": 8, "bytes": size}
    assert {name: row[name] for name in expected} == expected
    assert "ithome" in run("stats").stdout


def test_compaction_says_what_it_would_do_and_then_did(run: Ran, kept: dict[str, Page]) -> None:
    assert kept
    assert "4 files would become 1" in run("compact", "--dry-run").stdout
    assert "4 files became 1" in run("compact").stdout
    assert "nothing to join" in run("compact").stdout
