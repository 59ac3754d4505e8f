"""A month of the archive as an EPUB 3 book: a page an article, the contents by day, pictures as links or from the mirror.

The same store gives the same bytes: the book's date is when its articles' words were last seen to change, and times inside
the ZIP file are fixed. Articles are written as they are read, so that a month of any size needs little memory.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from lxml import etree

from exports.content.attribution import author_of, credit_blocks
from exports.content.labels import USUAL, Labels
from exports.feeds.atom import URN, changed_at, shown_title, stamp, xml_file
from exports.feeds.html import HtmlStyle, add_text, body_element, html_of
from exports.feeds.selection import Dated
from exports.feeds.xml_text import xml_line
from exports.files.atomic import WholeFile
from exports.pictures import in_mirror
from newsarchive.editorial.excerpts import excerpted
from newsarchive.editorial.statistics import ReadingStats
from newsarchive.images.book_size import for_book
from newsarchive.images.content import MEDIA_TYPES
from newsarchive.images.mirror import Mirror
from newsarchive.items.article import Article
from newsarchive.items.body import images_of
from newsarchive.items.record import SHANGHAI, SiteName
from newsarchive.parsing.html_tree import Element
from newsarchive.storage.contract import EditorialStore

_OPF: Final = "http://www.idpf.org/2007/opf"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_OPS: Final = "http://www.idpf.org/2007/ops"
_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
  <rootfiles>
    <rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""
_STYLE = HtmlStyle(images="link", heading_shift=1)
_XHTML = "application/xhtml+xml"
_TITLE_PAGE = "title.xhtml"


class _Page(NamedTuple):
    """An article's place in the contents."""

    day: date
    file: str
    title: str


@dataclass(slots=True)
class Book:
    """The book of a month (its first day), and what was written into it; `taken` are titles that it had and has no more.

    `site` is a word for what it covers, if that is not everything; `name` what the archive is called. `pictures` tells where in it each picture of the mirror is.
    """

    path: Path
    month: date
    site: SiteName | None = None
    name: str = ""
    labels: Labels = USUAL
    written: bool = False
    stats: ReadingStats = field(default_factory=ReadingStats)
    taken: tuple[str, ...] = ()
    pictures: dict[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """The book's id."""
        return f"{URN}book:{self.month:%Y-%m}:{self.site or 'all'}"

    @property
    def title(self) -> str:
        """The book's title."""
        return f"{self.name} {self.labels.month_of(self.month)}".lstrip()


def book_path(month: date, site: SiteName | None = None) -> str:
    """Where the book of a month lies in the archive: `2026/articles-202610.epub`."""
    return f"{month:%Y}/articles-{month:%Y%m}{f'-{site}' if site else ''}.epub"


async def write_book(
    store: EditorialStore,
    out_dir: Path,
    month: date,
    entries: AsyncIterable[Dated],
    *,
    site: SiteName | None = None,
    name: str = "",
    excerpts: bool = False,
    mirror: Mirror | None = None,
    labels: Labels = USUAL,
) -> Book:
    """Write the book of a month (its first day) from its entries in the order given. Raises OutputError.

    With a `mirror` it has the pictures that are there.
    A month without entries has no book, unless there is one already, which has them no more.
    """
    whole = WholeFile(out_dir, book_path(month, site))
    book = Book(whole.path, month, site, name, labels)
    before = _titles_in(whole.target)
    read = aiter(entries)
    first = await anext(read, None)
    if first is None and not whole.target.exists():
        return book
    with whole as file:
        await _fill(store, file, book, _from(first, read), excerpts=excerpts, mirror=mirror)
    book.written = whole.written
    if before and book.written:
        book.taken = tuple((before - _titles_in(whole.target)).elements())
    return book


async def _from(first: Dated | None, rest: AsyncIterator[Dated]) -> AsyncIterator[Dated]:
    if first:
        yield first
    async for entry in rest:
        yield entry


def _titles_in(path: Path) -> Counter[str]:
    """The titles of the articles of a book; none of what is no book."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        with zipfile.ZipFile(path) as archive:
            contents = etree.fromstring(archive.read("EPUB/nav.xhtml"), parser)
    except (OSError, KeyError, zipfile.BadZipFile, etree.XMLSyntaxError):
        return Counter()
    links = (it for it in contents.iter("{*}a") if (it.get("href") or "").startswith("articles/"))
    return Counter(it.text or "" for it in links if it.getnext() is None)  # those of days have a list below


async def _fill(
    store: EditorialStore,
    file: BinaryIO,
    book: Book,
    entries: AsyncIterable[Dated],
    *,
    excerpts: bool,
    mirror: Mirror | None,
) -> None:
    pages: list[_Page] = []
    changed = datetime(book.month.year, book.month.month, 1, tzinfo=SHANGHAI)
    with zipfile.ZipFile(file, "w") as archive:
        _put(archive, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        _put(archive, "META-INF/container.xml", _CONTAINER)
        async for entry in entries:
            whole = entry.article
            article = excerpted(whole) if excerpts else whole
            page = _Page(entry.day, f"articles/{len(pages) + 1:05}.xhtml", shown_title(article))
            shown: dict[str, str] = {}
            if mirror:
                urls = [image.url for image in images_of(article.body)]
                shown = _put_pictures(archive, mirror, book, await in_mirror(store, mirror, urls))
            style = replace(_STYLE, pictures={url: f"../{file}" for url, file in shown.items()})
            _put(
                archive,
                f"EPUB/{page.file}",
                _article_page(page.title, article, entry.reprints, style, book.labels),
            )
            pages.append(page)
            book.stats.add(article.text)
            changed = max(changed, await changed_at(store, whole))
        _put(archive, f"EPUB/{_TITLE_PAGE}", _title_page(book))
        _put(archive, "EPUB/nav.xhtml", _contents(book.title, pages))
        _put(archive, "EPUB/package.opf", _package(book, changed, pages))


def _put_pictures(
    archive: zipfile.ZipFile, mirror: Mirror, book: Book, names: Mapping[str, str]
) -> dict[str, str]:
    """Add pictures of the mirror, each once; where they are in the book, by address."""
    shown: dict[str, str] = {}
    for url, name in names.items():
        if name not in book.pictures:
            stem, _, ending = name.partition(".")
            data = mirror.read(name)
            if data is None:
                continue
            data, ending = for_book(data, ending)
            book.pictures[name] = f"images/{stem}.{ending}"
            _put(archive, f"EPUB/{book.pictures[name]}", data, zipfile.ZIP_STORED)
        shown[url] = book.pictures[name]
    return shown


def _put(archive: zipfile.ZipFile, name: str, text: str | bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    """Add a file; nothing of the machine or the time gets into the ZIP file."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = how
    info.create_system = 3
    info.external_attr = 0o644 << 16
    archive.writestr(info, text.encode() if isinstance(text, str) else text)


def _article_page(
    title: str, article: Article, reprints: Sequence[Article], style: HtmlStyle, labels: Labels
) -> str:
    body = etree.Element("body")
    add_text(etree.SubElement(body, "h1"), title)
    about = [author_of(article)]
    if article.published_at:
        about.append(f"{article.published_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
    add_text(etree.SubElement(body, "p"), " · ".join(about))
    digest = xml_line(article.digest)
    if digest and digest not in xml_line(article.text):
        add_text(etree.SubElement(etree.SubElement(body, "blockquote"), "p"), digest)
    body.append(body_element([*article.body, *credit_blocks(article, reprints, labels)], style))
    return _page(title, body)


def _title_page(book: Book) -> str:
    body = etree.Element("body")
    add_text(etree.SubElement(body, "h1"), book.title)
    add_text(etree.SubElement(body, "p"), book.labels.length.format(book.stats.articles, book.stats.minutes))
    add_text(etree.SubElement(body, "p"), book.labels.rights)
    return _page(book.title, body)


def _contents(title: str, pages: list[_Page]) -> str:
    body = etree.Element("body")
    nav = etree.SubElement(body, "nav", nsmap={"epub": _OPS})
    nav.set(f"{{{_OPS}}}type", "toc")
    add_text(etree.SubElement(nav, "h1"), title)
    days = etree.SubElement(nav, "ol")
    _entry(days, _TITLE_PAGE, title)
    for day, of_day in groupby(pages, key=lambda page: page.day):
        own = list(of_day)
        inner = etree.SubElement(_entry(days, own[0].file, f"{day:%Y.%m.%d}"), "ol")
        for page in own:
            _entry(inner, page.file, page.title)
    return _page(title, body)


def _entry(items: Element, file: str, words: str) -> Element:
    item = etree.SubElement(items, "li")
    add_text(etree.SubElement(item, "a", href=file), words)
    return item


def _page(title: str, body: Element) -> str:
    head = etree.Element("head")
    etree.SubElement(head, "meta", charset="utf-8")
    add_text(etree.SubElement(head, "title"), title)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="zh-CN" lang="zh-CN">\n'
        f"{html_of(head)}\n{html_of(body)}\n</html>\n"
    )


def _package(book: Book, changed: datetime, pages: list[_Page]) -> str:
    package = etree.Element(f"{{{_OPF}}}package", nsmap={None: _OPF, "dc": _DC})  # type: ignore[dict-item]
    package.set("version", "3.0")
    package.set("unique-identifier", "id")
    metadata = _sub(package, "metadata")
    etree.SubElement(metadata, f"{{{_DC}}}identifier", id="id").text = book.identity
    told = {
        "title": book.title,
        "language": "zh-CN",
        "publisher": "newsarchive",
        "rights": book.labels.rights,
    }
    for name, words in told.items():
        etree.SubElement(metadata, f"{{{_DC}}}{name}").text = words
    _sub(metadata, "meta", property="dcterms:modified").text = stamp(changed)
    manifest = _sub(package, "manifest")
    spine = _sub(package, "spine")
    _sub(manifest, "item", {"id": "nav", "href": "nav.xhtml", "media-type": _XHTML, "properties": "nav"})
    for number, file in enumerate([_TITLE_PAGE, *(page.file for page in pages)]):
        _sub(manifest, "item", {"id": f"page{number}", "href": file, "media-type": _XHTML})
        _sub(spine, "itemref", idref=f"page{number}")
    for number, file in enumerate(book.pictures.values()):
        kind = MEDIA_TYPES[file.rpartition(".")[2]]
        _sub(manifest, "item", {"id": f"picture{number}", "href": file, "media-type": kind})
    return xml_file(package)


def _sub(parent: Element, tag: str, attributes: dict[str, str] | None = None, **more: str) -> Element:
    return etree.SubElement(parent, f"{{{_OPF}}}{tag}", (attributes or {}) | more)
