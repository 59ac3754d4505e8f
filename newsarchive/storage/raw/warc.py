"""WARC records to and from bytes: one gzip member per page, as the format's readers expect (ISO 28500, WARC 1.1).

A page as the server sent it is a `response`; one whose bytes are held already, for the same address, a `revisit`. What a
browser made of a page is a `conversion`, so that no reader of the format takes it for the server's bytes. A `warcinfo`
stands before the records of a file that became part of another one.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from isal import isal_zlib
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader  # type: ignore[import-untyped]

from newsarchive.records.page import Page
from newsarchive.storage.raw.content_encoding import decoded

IDENTITY_HEADER = "X-Newsarchive-Identity"
SITE_HEADER = "X-Newsarchive-Site"
STATUS_HEADER = "X-Newsarchive-Status"
"""The HTTP status of a rendered page: a conversion has no HTTP headers to hold it."""
CONTENT_HEADER = "X-Newsarchive-Content-SHA256"
"""Of a revisit: the SHA-256 of the decoded content, which its own record does not hold."""
LENGTH_HEADER = "X-Newsarchive-Length"
"""Of a warcinfo before the records of an earlier file: how many bytes that file had."""
_MEMBER = b"\x1f\x8b\x08"
"""How every gzip member begins."""
_NoGzip: type[Exception] = isal_zlib.error  # type: ignore[assignment] # whose types say that it is an exception, not its class
_LEVEL = 3
"""Of isal, for what came plain: zlib's level 6 takes three times as long on 3 kB and eight times on 1 MB, and saves 3 and 11 %."""
_CHUNK = 64 * 1024
"""Bytes read at once: most pages fit in, and what is read beyond a page is read again for the next."""
_HTTP = "application/http; msgtype=response"
_RECORDS = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_MOVED_HEADER = "X-Archive-Orig-"
"""Prefix for headers that are no longer true of the stored bytes; web archives use this one."""


@dataclass(frozen=True, slots=True)
class Original:
    """Where the bytes of a revisit are: in the page of the same address that was fetched at this time.

    `sha256` is that of their decoded content.
    """

    fetched_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Capture:
    """One page with what its record says of it: site and identity are known or None.

    On its way into a file the page is as the server sent it, out of one it is decoded. `rendered`: the content is what a
    browser made of the page; it is marked so that nobody takes it for the server's. With an `original` the record holds no
    content, and the page out of a file has none until it is looked up there.
    """

    page: Page
    identity: str | None = None
    site: str | None = None
    rendered: bool = False
    original: Original | None = None

    @property
    def fetched_at(self) -> datetime:
        """When the page was fetched; long ago where nobody says it."""
        return self.page.fetched_at or datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Part:
    """A file that became part of another one: its name, and its bytes, which begin behind the record that says so."""

    file: str
    length: int


@dataclass(frozen=True, slots=True)
class Member:
    """A whole gzip member of a file: where it lies, and what it holds (None where that is neither)."""

    offset: int
    length: int
    content: Capture | Part | None

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.offset + self.length

    @property
    def capture(self) -> Capture | None:
        """The page, if it holds one."""
        return self.content if isinstance(self.content, Capture) else None


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes of a file that hold no whole member: damage, or at its end the record of a writer that died."""

    offset: int
    end: int


def record_bytes(capture: Capture, record_id: str | None = None) -> bytes:
    """A page as one compressed WARC record; its URL, identity and site have to be free of control characters (`header_text`).

    Without a `record_id` it gets a new one.
    """
    page, rendered, original = capture.page, capture.rendered, capture.original
    about = {
        "WARC-Date": _date(capture.fetched_at),
        IDENTITY_HEADER: capture.identity,
        SITE_HEADER: capture.site,
        STATUS_HEADER: str(page.status) if rendered else None,
        CONTENT_HEADER: original.sha256 if original else None,
        **_payload(page, record_id),
    }
    if rendered:
        media_type = header_text(header(page.headers, "content-type", "text/html"))
        plain = _record("conversion", about, page.content, media_type)
    elif original:
        about |= {
            "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
            "WARC-Refers-To-Target-URI": page.url,
            "WARC-Refers-To-Date": _date(original.fetched_at),
        }
        plain = _record("revisit", about, _http_head(page), _HTTP)
    else:
        plain = _record("response", about, _http_head(page) + page.content, _HTTP)
    # By its own first bytes: some servers say so of pages that are plain.
    return _packed(plain, packed_already=page.content.startswith(_MEMBER))


def resource_bytes(page: Page, media_type: str, record_id: str) -> bytes:
    """What no server sent in this form (a picture of the mirror, what a browser made of a page) as a record that is replayed."""
    about = {"WARC-Date": _date(page.fetched_at or datetime.now(UTC)), **_payload(page, record_id)}
    return _packed(_record("resource", about, page.content, media_type))


def part_bytes(part: Part) -> bytes:
    """The record that stands before the records of an earlier file."""
    about = {
        "WARC-Date": _date(datetime.now(UTC)),
        "WARC-Record-ID": _record_id(),
        "WARC-Filename": part.file,
        LENGTH_HEADER: str(part.length),
    }
    info = b"software: newsarchive\r\nformat: WARC File Format 1.1\r\n"
    return _packed(_record("warcinfo", about, info, "application/warc-fields"))


def _record(kind: str, about: Mapping[str, str | None], block: bytes, media_type: str) -> bytes:
    """A record with its headers, of which those that are None are left out. By warcio's own writer it would take twice the time."""
    fields = {
        "WARC-Type": kind,
        **about,
        "WARC-Block-Digest": payload_digest(block),
        "Content-Type": media_type,
        "Content-Length": str(len(block)),
    }
    head = "".join([f"{name}: {value}\r\n" for name, value in fields.items() if value is not None])
    return b"".join((b"WARC/1.1\r\n", head.encode(), b"\r\n", block, b"\r\n\r\n"))


def _payload(page: Page, record_id: str | None) -> dict[str, str]:
    """What a record says of the page that it holds."""
    return {
        "WARC-Record-ID": record_id or _record_id(),
        "WARC-Target-URI": page.url,
        "WARC-Payload-Digest": payload_digest(page.content),
    }


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _http_head(page: Page) -> bytes:
    """The status line and the headers that came with a page; what is not ASCII is percent-encoded, as UTF-8."""
    headers = [f"{name}: {value}" for name, value in map(_stored_header, page.headers, page.headers.values())]
    head = "\r\n".join([f"HTTP/1.1 {_status_line(page.status)}", *headers, "", ""])
    return (head if head.isascii() else _NOT_ASCII.sub(lambda found: quote(found[0]), head)).encode()


def _packed(plain: bytes, *, packed_already: bool = False) -> bytes:
    """A gzip member; of what is packed already only its frame: its headers packed would save 90 bytes, and take 0.3 ms on 30 kB."""
    if packed_already:
        return zlib.compress(plain, 0, 16 + zlib.MAX_WBITS)
    return isal_zlib.compress(plain, _LEVEL, 16 + zlib.MAX_WBITS)


def _date(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def payload_digest(payload: bytes) -> str:
    """A payload's digest as warcio writes that of a response."""
    return "sha1:" + base64.b32encode(hashlib.sha1(payload).digest()).decode()  # noqa: S324 - the format's usual one


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
    if text.isprintable():  # which neither those are nor half characters
        return text
    return _CONTROL.sub(lambda found: f"%{ord(found[0]):02X}", text.encode(errors="replace").decode())


def read_member(
    file: BinaryIO, offset: int, *, digests: bool = False, as_sent: bool = False
) -> Member | None:
    """The gzip member that begins at an offset, or None where no whole one does.

    With `digests` those that the record names are compared, too: what has others is no page. `as_sent` leaves a content
    encoded as the server sent it.
    """
    decompressor = isal_zlib.decompressobj(16 + zlib.MAX_WBITS)  # it takes half of the time of zlib's
    file.seek(offset)
    plain, length = [], 0
    while not decompressor.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            return None
        try:
            plain.append(decompressor.decompress(chunk))
        except _NoGzip:
            return None
        length += len(chunk)
    content = _content(b"".join(plain), digests=digests, as_sent=as_sent)
    return Member(offset, length - len(decompressor.unused_data), content)


def _content(plain: bytes, *, digests: bool, as_sent: bool) -> Capture | Part | None:
    try:
        # Not by warcio's iterator: it asks of each block whether it is packed, and hands a page on in pieces of 16 kB.
        record = _RECORDS.parse_record_stream(BytesIO(plain), check_digests="raise" if digests else False)
        named = {name.lower(): value for name, value in record.rec_headers.headers}
        if record.rec_type == "warcinfo":
            return Part(named["warc-filename"], int(named[LENGTH_HEADER.lower()]))
        return _capture(record, named, as_sent=as_sent)
    except (ArchiveLoadFailed, EOFError, ValueError, KeyError):
        return None


def _capture(record: ArcWarcRecord, named: Mapping[str, str], *, as_sent: bool) -> Capture | None:
    """The page of a record. Raises KeyError or ValueError for one that is not ours, ArchiveLoadFailed for a wrong digest."""
    original = None
    if record.rec_type == "conversion":
        headers, status = {"Content-Type": named["content-type"]}, named.get(STATUS_HEADER.lower(), "200")
    elif record.rec_type in {"response", "revisit"} and record.http_headers is not None:
        headers, status = dict(record.http_headers.headers), record.http_headers.get_statuscode()
    else:
        return None
    content = record.raw_stream.read()
    if record.rec_type == "revisit":
        fetched_at = datetime.fromisoformat(named["warc-refers-to-date"])
        original = Original(fetched_at, named[CONTENT_HEADER.lower()])
    elif not as_sent:
        content = decoded(content, header(headers, "content-encoding"))
    page = Page(
        content=content,
        url=named["warc-target-uri"],
        status=int(status),
        headers=headers,
        fetched_at=datetime.fromisoformat(named["warc-date"]),
    )
    rendered = record.rec_type == "conversion"
    return Capture(
        page, named.get(IDENTITY_HEADER.lower()), named.get(SITE_HEADER.lower()), rendered, original
    )


def members(
    path: Path, start: int = 0, end: int | None = None, *, digests: bool = False
) -> Iterator[Member | Gap]:
    """The members of a file from a member's offset on, and what lies between them that is none.

    Damage in the middle is a gap: reading goes on at the next whole record. `end` is where to stop, by default the file's
    end.
    """
    size = path.stat().st_size
    end = size if end is None else min(end, size)
    with path.open("rb") as file:
        while start < end:
            member = read_member(file, start, digests=digests) or _next_member(file, start + 1, end)
            if member is None or member.offset > start:
                yield Gap(start, member.offset if member else end)
            if member is None:
                return
            yield member
            start = member.end


def _next_member(file: BinaryIO, start: int, end: int) -> Member | None:
    """The next record that begins before `end`; of what only looks like one there may be any number."""
    position, kept = start, b""
    while position < end:
        file.seek(position)
        chunk = file.read(_CHUNK)
        if not chunk:
            return None
        searched, first = kept + chunk, position - len(kept)
        found = searched.find(_MEMBER)
        while found != -1 and first + found < end:
            member = read_member(file, first + found)
            if member is not None and member.content is not None:
                return member
            found = searched.find(_MEMBER, found + 1)
        position += len(chunk)
        kept = searched[-(len(_MEMBER) - 1) :]
    return None
