"""WARC records to and from bytes: one gzip member per page, as the format's readers expect (ISO 28500, WARC 1.1).

A page as the server sent it is a `response`. What a browser made of one is a `conversion`, so that no reader of the
format takes it for the server's bytes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from newsarchive.records.page import Page
from newsarchive.storage.raw.content_encoding import decoded

IDENTITY_HEADER = "X-Newsarchive-Identity"
SITE_HEADER = "X-Newsarchive-Site"
STATUS_HEADER = "X-Newsarchive-Status"
"""The HTTP status of a rendered page: a conversion has no HTTP headers to hold it."""
_MEMBER = b"\x1f\x8b\x08"
"""How every gzip member begins."""
_COMPRESSION = 6
"""Level 9 takes three times as long on a 3 MB page and saves 1 %."""
_CHUNK = 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOVED_HEADER = "X-Archive-Orig-"
"""Prefix for headers that are no longer true of the stored bytes; web archives use this one."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One page with what its record says of it: site and identity are known or None.

    On its way into a file the page is as the server sent it, out of one it is decoded. `rendered`: the content is what a
    browser made of the page; it is marked so that nobody takes it for the server's.
    """

    page: Page
    identity: str | None = None
    site: str | None = None
    rendered: bool = False

    @property
    def fetched_at(self) -> datetime:
        """When the page was fetched; long ago where nobody says it."""
        return self.page.fetched_at or datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Member:
    """A whole gzip member of a file: where it lies, and what it holds (None where that is no page)."""

    offset: int
    length: int
    capture: Capture | None


def record_bytes(capture: Capture) -> bytes:
    """A page as one compressed WARC record; its URL, identity and site have to be free of control characters (`header_text`)."""
    page, rendered = capture.page, capture.rendered
    about = {
        "WARC-Date": capture.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        IDENTITY_HEADER: capture.identity,
        SITE_HEADER: capture.site,
        STATUS_HEADER: str(page.status) if rendered else None,
    }
    plain = BytesIO()
    writer = WARCWriter(plain, gzip=False, warc_version="WARC/1.1")
    http_headers = StatusAndHeaders(
        _status_line(page.status),
        [_stored_header(name, value) for name, value in page.headers.items()],
        protocol="HTTP/1.1",
    )
    writer.write_record(
        writer.create_warc_record(
            page.url,
            "conversion" if rendered else "response",
            payload=BytesIO(page.content),
            length=len(page.content),
            http_headers=None if rendered else http_headers,
            warc_content_type=header_text(header(page.headers, "content-type", "text/html"))
            if rendered
            else None,
            warc_headers_dict={name: value for name, value in about.items() if value is not None},
        )
    )
    compressor = zlib.compressobj(_COMPRESSION, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return compressor.compress(plain.getvalue()) + compressor.flush()


def header(headers: Mapping[str, str], wanted: str, otherwise: str = "") -> str:
    """A header by its name in small letters."""
    return next((value for name, value in headers.items() if name.lower() == wanted), otherwise)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _stored_header(name: str, value: str) -> tuple[str, str]:
    """A header that cannot end its line; the stored body is in one piece, whatever the transfer was."""
    moved = _MOVED_HEADER if name.lower() == "transfer-encoding" else ""
    return moved + header_text(name).encode("ascii", "replace").decode(), header_text(value)


def header_text(text: str) -> str:
    """A text that cannot end the header line it stands in: control characters percent-encoded."""
    return _CONTROL.sub(lambda found: f"%{ord(found[0]):02X}", text.encode(errors="replace").decode())


def read_member(file: BinaryIO, offset: int) -> Member | None:
    """The gzip member that begins at an offset, or None where no whole one does."""
    decompressor = zlib.decompressobj(16 + zlib.MAX_WBITS)
    file.seek(offset)
    plain, length = [], 0
    while not decompressor.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            return None
        try:
            plain.append(decompressor.decompress(chunk))
        except zlib.error:
            return None
        length += len(chunk)
    return Member(offset, length - len(decompressor.unused_data), _capture(b"".join(plain)))


def _capture(plain: bytes) -> Capture | None:
    try:
        record = next(iter(ArchiveIterator(BytesIO(plain))), None)
    except (ArchiveLoadFailed, ValueError):
        return None
    if record is None or record.rec_type not in {"response", "conversion"}:
        return None
    named = {name.lower(): value for name, value in record.rec_headers.headers}
    rendered = record.rec_type == "conversion"
    if rendered:
        headers, status = {"Content-Type": named["content-type"]}, named.get(STATUS_HEADER.lower(), "200")
    elif record.http_headers is not None:
        headers, status = dict(record.http_headers.headers), record.http_headers.get_statuscode()
    else:
        return None
    page = Page(
        content=decoded(record.raw_stream.read(), header(headers, "content-encoding")),
        url=named["warc-target-uri"],
        status=int(status),
        headers=headers,
        fetched_at=datetime.fromisoformat(named["warc-date"]),
    )
    return Capture(page, named.get(IDENTITY_HEADER.lower()), named.get(SITE_HEADER.lower()), rendered)


@dataclass(frozen=True, slots=True)
class Torn:
    """Bytes from `offset` to a file's end that hold no whole member: the record of a writer that died."""

    offset: int


def members(path: Path, start: int = 0) -> Iterator[Member | Torn]:
    """The members of a file from a member's offset on; at last what is torn, if anything is.

    Damage in the middle is stepped over: reading goes on at the next whole record.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        while start < size:
            member = read_member(file, start)
            if member is None:
                found = _next_member(file, start + 1)
                if found is None:
                    yield Torn(start)
                    return
                member = found
            yield member
            start = member.offset + member.length


def _next_member(file: BinaryIO, start: int) -> Member | None:
    file.seek(start)
    rest = file.read()
    position = rest.find(_MEMBER)
    while position != -1:
        member = read_member(file, start + position)
        if member is not None and member.capture is not None:
            return member
        position = rest.find(_MEMBER, position + 1)
    return None
