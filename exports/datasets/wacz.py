"""A month as it looked: its raw pages, pictures and a list of its articles in one WACZ file (version 1.1.1).

ReplayWeb.page opens it in a browser, pywb and other tools for web archives take it. Own lines over `zipfile`: py-wacz makes
such files too, but by way of `surt`, which is under the AGPL.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import uuid
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Self
from urllib.parse import parse_qsl, urlencode, urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from newsarchive import __version__
from newsarchive.errors import InputFileError
from newsarchive.images.content import MEDIA_TYPES
from newsarchive.items.article import Article, RawReference
from newsarchive.items.verdict import ARTICLE_KINDS
from newsarchive.records.page import Page
from newsarchive.storage.raw.index import RawRecord
from newsarchive.storage.raw.reader import RawReader
from newsarchive.storage.raw.warc import header, header_text, payload_digest, record_bytes, resource_bytes

Pictures = Callable[[Article], Awaitable[Iterable[tuple[str, str, datetime, bytes]]]]
"""The pictures of an article that are kept: address, name, when fetched, bytes."""
_LARGEST_WARC = 1024**3
"""Bytes, and then another one is begun: ReplayWeb.page finds no file whose header in the ZIP says its size in 64 bits."""
_INDEX = "index.cdx.gz"
_BLOCK = 3000
"""Lines of the index in one gzip member; a reader loads one of them to find an address."""
_PAGES_HEADING = b'{"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": true}\n'
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of files in the ZIP: the same store gives the same bytes."""
_NAMESPACE = uuid.UUID("9a3d1c51-3f0b-4b0a-9c52-5b9d6f1e7a10")


@dataclass
class Packed:
    """What a package holds: `pages` of as many articles, `pictures`; and the articles that have no page in it.

    `elsewhere` came from a list or feed and never had a page of their own, `lost` are what could not be read, a line each.
    """

    pages: int = 0
    pictures: int = 0
    elsewhere: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


async def write_wacz(
    file: BinaryIO, title: str, articles: AsyncIterable[Article], reader: RawReader, pictures: Pictures
) -> Packed:
    """Write the pages of articles; one of an article, that from which it was read last."""
    done = Packed()
    index: list[str] = []
    seen: set[str] = set()
    newest = datetime.fromtimestamp(0, UTC)
    with ZipFile(file, "w") as package, TemporaryFile() as pages, ExitStack() as warcs:
        resources = []
        warc = warcs.enter_context(_Hashed(package, "archive/pages-1.warc.gz", ZIP_STORED))
        pages.write(_PAGES_HEADING)

        def add(data: bytes, page: Page, payload: bytes, media_type: str) -> None:
            nonlocal warc
            if warc.size > _LARGEST_WARC:
                warcs.close()
                resources.append(warc.resource)
                name = f"archive/pages-{len(resources) + 1}.warc.gz"
                warc = warcs.enter_context(_Hashed(package, name, ZIP_STORED))
            index.append(_index_line(page, payload, media_type, len(data), warc))
            warc.write(data)

        async for article in articles:
            record = _own_page(reader, article)
            if record is None:
                done.elsewhere.append(article.identity)
            else:
                try:
                    page = _pack(reader, record, add)
                except InputFileError as error:
                    done.lost.append(f"{article.identity}: {error}")
                    continue
                newest = max(newest, record.fetched_at)
                pages.write(_page_line(article, page))
                done.pages += 1
            for url, name, fetched_at, data in await pictures(article):
                if url not in seen:
                    seen.add(url)
                    kept = Page(data, header_text(url), fetched_at=fetched_at)
                    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
                    add(resource_bytes(kept, media_type, _record_id(name + url)), kept, data, media_type)
                    done.pictures += 1
        warcs.close()
        resources.append(warc.resource)
        pages.seek(0)
        with _Hashed(package, "pages/pages.jsonl", ZIP_DEFLATED) as entry:
            for line in pages:
                entry.write(line)
        resources.append(entry.resource)
        resources += _write_index(package, sorted(index))
        description = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "software": f"newsarchive {__version__}",
            "created": _time(newest),
            "resources": resources,
        }
        data = json.dumps(description, ensure_ascii=False, indent=2).encode()
        with _Hashed(package, "datapackage.json", ZIP_DEFLATED) as entry:
            entry.write(data)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        with _Hashed(package, "datapackage-digest.json", ZIP_DEFLATED) as entry:
            entry.write(json.dumps(digest).encode())
    return done


class _Hashed:
    """A file of a package, written piece by piece, with its size and hash."""

    def __init__(self, package: ZipFile, path: str, compression: int) -> None:
        self.path = path
        information = ZipInfo(path, _LONG_AGO)
        information.compress_type = compression
        self._file = package.open(information, "w")
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def resource(self) -> dict[str, Any]:
        """What the package says of it."""
        name = self.path.rpartition("/")[2]
        return {
            "name": name,
            "path": self.path,
            "hash": f"sha256:{self._hash.hexdigest()}",
            "bytes": self.size,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _own_page(reader: RawReader, article: Article) -> RawRecord | None:
    """The page that an article was read from, or its newest one; None where all that is kept is a list or feed."""
    found = reader.index.find(article.identity, None)
    if article.raw is not None:
        place = reader.index.place(article.raw)
        found = [*(one for one in found if _lies_at(one, place)), *found]
    return next((one for one in found if one.verdict in ARTICLE_KINDS), None)


def _lies_at(record: RawRecord, place: RawReference) -> bool:
    return (record.reference.file, record.reference.offset) == (place.file, place.offset)


def _pack(reader: RawReader, record: RawRecord, add: Callable[[bytes, Page, bytes, str], None]) -> Page:
    """Put a page into the package: its record as it is, or what replay takes instead of a revisit or conversion."""
    capture, data = reader.as_sent(record)
    page = capture.page
    media_type = header(page.headers, "content-type", "text/html").partition(";")[0].strip()
    record_id = _record_id(f"{record.url} {record.fetched_at.isoformat()}")
    if capture.rendered:
        data = resource_bytes(page, media_type, record_id)
    elif capture.original is not None:
        # Its bytes are in a page of another day, which is not in the package.
        capture = type(capture)(page, capture.identity, capture.site)
        data = record_bytes(capture, record_id)
    add(data, page, page.content, media_type)
    return page


def _record_id(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, name)}>"


def _page_line(article: Article, page: Page) -> bytes:
    line = {"id": article.identity, "url": page.url, "ts": _time(page.fetched_at), "title": article.title}
    return json.dumps(line | {"text": article.text}, ensure_ascii=False).encode(errors="replace") + b"\n"


def _time(at: datetime | None) -> str:
    return (at or datetime.fromtimestamp(0, UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _index_line(page: Page, payload: bytes, media_type: str, length: int, warc: _Hashed) -> str:
    """A line of a CDXJ index: where in the file an address of a time is."""
    fields = {
        "url": page.url,
        "mime": media_type,
        "status": str(page.status),
        "digest": payload_digest(payload),
        "length": str(length),
        "offset": str(warc.size),
        "filename": warc.path.rpartition("/")[2],
    }
    at = page.fetched_at or datetime.fromtimestamp(0, UTC)
    return f"{surt(page.url)} {at.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(fields)}\n"


def surt(url: str) -> str:
    """An address as indexes of web archives are sorted by (Sort-friendly URI Reordering Transform): `org,example)/a/b.htm`."""
    parts = urlsplit(url.lower())
    host = parts.hostname or ""
    name, _, rest = host.partition(".")
    if name.rstrip("0123456789") == "www" and rest:
        host = rest
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)), safe="/:=,~+!*'()@$;")
    return f"{','.join(reversed(host.split('.')))}{port}){parts.path or '/'}{f'?{query}' if query else ''}"


def _write_index(package: ZipFile, lines: list[str]) -> list[dict[str, Any]]:
    """The index in blocks, and one of these blocks (ZipNum)."""
    over = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
    with _Hashed(package, f"indexes/{_INDEX}", ZIP_STORED) as index:
        for begin in range(0, len(lines), _BLOCK):
            block = lines[begin : begin + _BLOCK]
            packed = io.BytesIO()
            with gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as file:
                file.write("".join(block).encode())
            data = packed.getvalue()
            key, at, _ = block[0].split(" ", 2)
            about = {"offset": index.size, "length": len(data), "filename": _INDEX}
            about["digest"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
            over.append(f"{key} {at} {json.dumps(about)}\n")
            index.write(data)
    with _Hashed(package, "indexes/index.idx", ZIP_DEFLATED) as blocks:
        blocks.write("".join(over).encode())
    return [index.resource, blocks.resource]
