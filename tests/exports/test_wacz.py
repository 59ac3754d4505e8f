"""`newsarchive export wacz`: a month's pages in one file that other tools open."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import os
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from typer.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from exports.datasets.wacz import surt
from newsarchive.cli import app
from newsarchive.errors import LostPagesError
from newsarchive.images.content import content_of
from newsarchive.images.mirror import Mirror
from newsarchive.images.names import picture_key
from newsarchive.items.body import Image
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.storage import open_store
from newsarchive.storage.collections import MIRRORED_PICTURES, MirroredPicture
from newsarchive.storage.raw.folders import warc_files
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.warc import Capture
from tests.images.drawn import drawn
from tests.storage.records import NOON, article, body

PICTURE = "https://img.ithome.com/newsuploadfiles/2025/12/x.png?a=1"
HTML = {number: os.urandom(2000).hex().encode() for number in range(5)}
Ran = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """The command over a store of five articles: a page, an equal page read twice, a list's, a rendered one, another month's."""
    monkeypatch.setenv("NEWSARCHIVE_STORE", str(tmp_path / "news.sqlite"))
    monkeypatch.setenv("NEWSARCHIVE_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("NEWSARCHIVE_IMAGES_FOLDER", str(tmp_path / "images"))
    held = drawn()
    name = Mirror(tmp_path / "images").keep(held, content_of(held))
    articles = {}
    for hour in range(2):
        with RawStore(tmp_path / "raw") as raw:
            for number in range(5):
                one = article(number, published_at=NOON - timedelta(days=40 if number == 4 else 0))
                if hour and number != 1:
                    continue
                url = "https://www.ithome.com/rss/" if number == 2 else one.url
                page = Page(
                    gzip.compress(HTML[number], mtime=0) if number < 2 else HTML[number],
                    url, 200,
                    {"Content-Type": "text/html; charset=utf-8"} | ({"Content-Encoding": "gzip"} if number < 2 else {}),
                    NOON + timedelta(hours=hour),
                )  # fmt: skip
                reference = raw.append(Capture(page, site="ithome", rendered=number == 3))
                if number != 2:
                    raw.note(reference, one.identity, Verdict.ARTICLE)
                shown = [Image(PICTURE, "")] if number < 2 else []
                articles[number] = article(
                    number, published_at=one.published_at, raw=reference, body=[*body("字"), *shown]
                )

    async def fill() -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            await store.save_articles([*articles.values()])
            key = picture_key(PICTURE)
            assert key
            picture = MirroredPicture(url=PICTURE, file=name, size=len(held), fetched_at=NOON)
            await store.put_document(MIRRORED_PICTURES, key, picture)

    asyncio.run(fill())
    out = str(tmp_path / "month.wacz")
    return lambda *words: CliRunner().invoke(
        app, ["export", "wacz", "--month", "2025-12", "--out", out, *words]
    )


def opened(
    path: Path,
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]], dict[str, tuple[Any, bytes]]]:
    """The lists of pages, the index by address, and by address what a tool finds that follows it."""
    with ZipFile(path) as package:
        assert package.testzip() is None
        for entry in package.infolist():
            assert entry.extra == b""
            assert package.fp
            package.fp.seek(entry.header_offset + 28)
            assert package.fp.read(2) == bytes(2)  # no extra field: ReplayWeb.page skips none
        described = json.loads(package.read("datapackage.json"))
        for resource in described["resources"]:
            data = package.read(resource["path"])
            assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
            assert resource["bytes"] == len(data)
        digest = json.loads(package.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{hashlib.sha256(package.read('datapackage.json')).hexdigest()}"
        listed = {resource["path"] for resource in described["resources"]}
        assert listed | {"datapackage.json", "datapackage-digest.json"} == set(package.namelist())
        assert package.getinfo("archive/pages-1.warc.gz").compress_type == ZIP_STORED
        warc = package.read("archive/pages-1.warc.gz")
        blocks = package.read("indexes/index.cdx.gz")
        _, *over = package.read("indexes/index.idx").decode().splitlines()
        lines = []
        for line in over:
            about = json.loads(line.split(" ", 2)[2])
            block = gzip.decompress(blocks[about["offset"] : about["offset"] + about["length"]]).decode()
            assert block.startswith(" ".join(line.split(" ")[:2]))
            lines += block.splitlines()
        assert lines == sorted(lines)
        heading, *pages = map(json.loads, package.read("pages/pages.jsonl").decode().splitlines())
        assert heading["format"] == "json-pages-1.0"
    index = {(about := json.loads(line.split(" ", 2)[2]))["url"]: about for line in lines}
    found = {}
    for url, about in index.items():
        begin, length = int(about["offset"]), int(about["length"])
        record = next(iter(ArchiveIterator(BytesIO(warc[begin : begin + length]), check_digests="raise")))
        assert record.rec_headers.get_header("WARC-Target-URI") == url
        found[url] = (record, record.content_stream().read())
        assert about["digest"] == record.rec_headers.get_header("WARC-Payload-Digest")
    return pages, index, found


def test_a_months_pages_and_pictures_are_found_as_tools_find_them(run: Ran, tmp_path: Path) -> None:
    said = run()
    assert said.exit_code == 0, said.output
    assert "3 pages, 1 pictures, written" in said.stdout
    assert "1 articles have no page of their own" in said.stdout
    pages, index, found = opened(tmp_path / "month.wacz")
    urls = [article(number).url for number in (0, 1, 3)]
    assert [page["url"] for page in pages] == urls
    assert [page["title"] for page in pages] == [article(number).title for number in (0, 1, 3)]
    assert pages[1]["ts"] == "2025-12-06T05:00:00Z"
    assert set(found) == {*urls, PICTURE}
    assert [found[url][1] for url in urls] == [HTML[0], HTML[1], HTML[3]]
    # The second page was kept as a revisit of one that is not in the package; a browser made the third one.
    assert [found[url][0].rec_type for url in urls] == ["response", "response", "resource"]
    assert found[PICTURE][1] == drawn()
    assert index[PICTURE]["mime"] == "image/png"


def test_the_same_store_gives_the_same_bytes(run: Ran, tmp_path: Path) -> None:
    run()
    before = (tmp_path / "month.wacz").read_bytes()
    assert "unchanged" in run().stdout
    (tmp_path / "month.wacz").unlink()
    run()
    assert (tmp_path / "month.wacz").read_bytes() == before
    assert "0 pages" in run("--site", "36kr").stdout


def test_a_page_that_is_lost_is_named_and_the_others_are_packed(run: Ran, tmp_path: Path) -> None:
    # The shorter file is of the run that found the second article as it was.
    path = min(warc_files(tmp_path / "raw"), key=lambda one: one.stat().st_size)
    os.truncate(path, 20)
    said = run()
    assert isinstance(said.exception, LostPagesError)
    assert path.name in said.output
    pages, _, _ = opened(tmp_path / "month.wacz")
    assert [page["id"] for page in pages] == [article(number).identity for number in (0, 3)]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.ithome.com/0/897/104.htm", "com,ithome)/0/897/104.htm"),
        ("https://36kr.com/p/123", "com,36kr)/p/123"),
        ("http://mp.weixin.qq.com/s?b=2&a=1", "com,qq,weixin,mp)/s?a=1&b=2"),
        ("https://mp.weixin.qq.com:8080/s", "com,qq,weixin,mp:8080)/s"),
        ("https://mp.weixin.qq.com", "com,qq,weixin,mp)/"),
    ],
)
def test_addresses_are_sorted_as_other_tools_sort_them(url: str, key: str) -> None:
    assert surt(url) == key
