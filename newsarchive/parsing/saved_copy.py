"""Copies of pages as people and programs save them, each made into the page that it is a copy of.

Undone are encodings (GB18030 and UTF-16 to UTF-8; UTF-8 that was read as Latin and saved again), gzip, the HTTP heads of `curl -i`, MHTML, Safari's `.webarchive`, a page
inside a JSON or Python string or with its markup escaped, an answer that a browser shows as text, JSON lines, and the addresses
that web archives write into their copies; in any order, as one may lie in another. A page as it was served is told by a few looks at its first bytes
and passes as it is.
"""

from __future__ import annotations

import ast
import base64
import html
import json
import plistlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from typing import Any

from newsarchive.parsing.html_tree import decode, encoding_of, is_utf8
from newsarchive.parsing.json_text import read_json, text_at, values_in
from newsarchive.parsing.urls import is_web_address
from newsarchive.parsing.web_archive import original_address, without_archive
from newsarchive.records.page import Page

_LAYERS = 8
"""Copies inside copies that are undone; more is nobody's way of saving pages."""
_MARK = b"\xef\xbb\xbf"
_TOP, _HEAD, _TITLE_BY = 800, 4_096, 16_384
_OK = 200
_OPENING, _CLOSING = frozenset({b"{", b"["}), frozenset({b"}", b"]"})
_GZIP = b"\x1f\x8b"
_SAFARI = b"bplist00"
_UNPACKED_MAX = 64 << 20
"""Bytes of an unpacked file: the largest page seen has 4 MB."""

_BEYOND_ASCII = re.compile(rb"[\xc2-\xf4].")
_LATIN_PAIRS = frozenset(char.encode() for char in map(chr, range(0xC3, 0xF5)))
"""With which each character of misread UTF-8 begins; Chinese text begins with a byte of three."""
_LATIN = b"\xc3"
"""The first byte of all of these: Chinese pages seldom have it, and a search for one byte costs nothing."""
_WINDOWS = {
    ord(char): byte for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore"))
}
_HTTP = re.compile(rb"HTTP/\d(?:\.\d)? (?P<status>\d{3})[^\n]*\n(?P<fields>(?:[^\r\n]+\r?\n)*)\r?\n")
_LOCATION = re.compile(
    rb"^(?:location|content-location):[ \t]*(?P<url>https?://\S+)", re.IGNORECASE | re.MULTILINE
)
_CHUNKED = re.compile(rb"^transfer-encoding:[ \t]*chunked", re.IGNORECASE | re.MULTILINE)
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,7})[ \t]*(?:;[^\r\n]*)?\r?\n")
_MIME = re.compile(rb"^content-type:\s*(?:multipart/|text/html)", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(rb"[A-Za-z][\w-]*:[ \t]*[^\r\n]")
_CONTENT_ID = re.compile(rb"\bcid:([^\s\"'<>()&]+)")
_PYTHON = re.compile(r"""b?(["']).*\1""", re.DOTALL)
_SHOWN = re.compile(
    r"\s*<html\b[^<>]*>\s*<head\b[^<>]*>(?:\s*<(?:meta|link)\b[^<>]*>)*\s*</head>\s*<body\b[^<>]*>\s*<pre\b[^<>]*>(?P<text>.*)</pre>"
    r"\s*(?:<div\b[^<>]*>\s*</div>\s*)*</body>\s*</html>\s*",
    re.IGNORECASE | re.DOTALL,
)
"""How browsers show what is no HTML: an answer in JSON, a page that was sent as text."""
_DOCUMENT = re.compile(
    r"\ufeff?\s*+(?:(?><!--.*?-->|<\?xml[^<>]*>)\s*+)*+<(?:!doctype\s+html|html|head|body|rss|feed)\b",
    re.IGNORECASE | re.DOTALL,
)
_DOCUMENT_MARKS = (
    b"html>",
    b"html\\u003",
    b"HTML>",
    b"<rss",
    b"<feed",
    b"u003crss",
    b"u003cfeed",
    b'"base64"',
)
_DOCUMENT_HEAD = 65_536
_NEXT_VALUE = re.compile(rb"\}\s{0,4}\{")
"""Which stands in no JSON text but within a string."""
_DEPTH = 6
"""An archive of a browser's traffic (HAR) has its pages six levels down."""
_PART_OF_ITS_FILE = 8
"""A page in a file is at least so large a part of it, in characters of its bytes: beside it stand its text and Markdown, at most."""
_ADDRESS_KEYS = ("url", "link", "final_url", "original_url", "source_url")
_SAVED_FROM = re.compile(
    rb"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(?P<url>https?://\S+?)(?:\s|-->)"
)


def opened(page: Page) -> Page:
    """The page that a copy was made of; a page that is no copy as it is.

    Where the page had no address, the copy's own account of it counts; one of a web archive is made into the original's.
    Never raises.
    """
    address = page.url
    for _ in range(_LAYERS):
        inner = _inside(page)
        if inner is None:
            break
        page = inner
    content = page.content
    if (
        not page.url
        and content.find(b"saved ", 0, _HEAD) >= 0  # a third of the time of the search
        and (found := _SAVED_FROM.search(content, 0, _HEAD))
    ):
        page = replace(page, url=found["url"].decode("ascii", "ignore"))
    url = original_address(page.url) if "/http" in page.url or "archive.org/" in page.url else page.url
    if content[:64].lstrip()[:1] == b"<":
        content = without_archive(content, known=url != page.url)
    return page if content is page.content and url == address else replace(page, content=content, url=url)


def _inside(page: Page) -> Page | None:
    """What a copy holds, one layer down; None where the page is the page."""
    content = page.content
    if content[:1] != b"<" and ((packed := _packed(page)) or content.startswith((_GZIP, _SAFARI))):
        return packed
    if not is_utf8(content):
        # What is UTF-8 but for a broken character here and there stays so: readers leave that character out.
        encoding = encoding_of(content)
        if encoding != "utf-8":
            return _with(page, decode(content).encode("utf-8", "replace"))
        if content.startswith(_MARK):
            return _with(page, content.removeprefix(_MARK))
    elif (
        content.find(_LATIN, 0, _DOCUMENT_HEAD) >= 0
        and (first := _BEYOND_ASCII.search(content, 0, _TITLE_BY))
        and first[0] in _LATIN_PAIRS
    ):
        return _with(page, _misread(content))
    match content[:64].lstrip()[:1]:
        case b"<":
            return _with(page, _shown(content))
        case b"{" | b"[":
            return _json(page)
        case b'"':
            return _with(page, _string(content))
        case b"'" | b"b":
            return _with(page, _python_string(content))
        case b"&" if content[:64].lstrip().startswith((b"&lt;", b"&amp;lt;", b"&#60;", b"&#x3")):
            return _with(page, html.unescape(decode(content)).encode("utf-8", "replace"))
    return None


def _misread(content: bytes) -> bytes | None:
    """UTF-8 that was taken for Latin-1 or Windows-1252 and saved as UTF-8 again (`æ¸¡å£` for 渡口); None where it is not that."""
    try:
        inner = decode(content).translate(_WINDOWS).encode("latin-1")
        inner.decode("utf-8")
    except ValueError:
        return None
    return inner


def _packed(page: Page) -> Page | None:
    """What a container holds, in whichever encoding that is; None where there is none."""
    content = page.content
    if content.startswith(_GZIP):
        return _with(page, _unpacked(content))
    if content.startswith(_SAFARI):
        return _webarchive(page)
    if content[:1].isspace() and content[:64].lstrip()[:1].isalpha():
        content = content.lstrip()
        page = replace(page, content=content)
    if not content[:1].isalpha():
        return None
    if found := _HTTP.match(content):
        return _answer(page, found)
    return _mime(page) if _FIELD.match(content) and _MIME.search(content, 0, _HEAD) else None


def _with(page: Page, content: bytes | None, url: str | None = None) -> Page | None:
    """The page with what was found in it, and where that has an address, the page none."""
    if content is None or content == page.content:
        return None
    own = page.url or (url if url and is_web_address(url) else "")
    return replace(page, content=content, url=own)


def _unpacked(content: bytes) -> bytes | None:
    """A whole gzip file unpacked, all its members; None for a broken one."""
    parts: list[bytes] = []
    size = 0
    while content.startswith(_GZIP):
        member = zlib.decompressobj(31)
        try:
            parts.append(member.decompress(content, _UNPACKED_MAX - size + 1))
        except zlib.error:
            return None
        size += len(parts[-1])
        if not member.eof or size > _UNPACKED_MAX:
            return None
        content = member.unused_data
    return b"".join(parts)


def _answer(page: Page, head: re.Match[bytes]) -> Page:
    """What follows an HTTP head, with the status that the head gives; redirects before it say where it lies."""
    content = head.string
    url = page.url
    status = int(head["status"])
    if not url and (found := _LOCATION.search(head["fields"])):
        url = found["url"].decode("ascii", "ignore")
    last = not content.startswith(b"HTTP/", head.end())
    status = status if last and page.status == _OK else page.status
    body = content[head.end() :]
    if _CHUNKED.search(head["fields"]):
        body = _joined(body)
    return replace(page, content=body, url=url, status=status)


def _joined(body: bytes) -> bytes:
    """A body whose chunks still have their lengths before them (`curl -i --raw`), without these; any other as it is."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK.match(body, at):
        at = size.end() + int(size[1], 16)
        parts.append(body[size.end() : at])
        at += 2 if body.startswith(b"\r\n", at) else 1
    return b"".join(parts) or body


def _mime(page: Page) -> Page | None:
    """The page in an MHTML file: its first HTML part. Pictures that it names by their place in the file get their address."""
    try:
        message = message_from_bytes(page.content)
        parts = [part for part in message.walk() if not part.is_multipart()]
        found = next((part for part in parts if part.get_content_type() == "text/html"), None)
        content = found.get_payload(decode=True) if found is not None else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if found is None or not isinstance(content, bytes):
        return None
    if encoding_of(content) != "utf-8":
        content = decode(content).encode("utf-8", "replace")
    places = {_field(part, "Content-ID").strip("<>"): _field(part, "Content-Location") for part in parts}
    url = _field(message, "Snapshot-Content-Location") or _field(found, "Content-Location")
    return _with(page, _CONTENT_ID.sub(lambda name: _place(name, places), content), url)


def _webarchive(page: Page) -> Page | None:
    """The page in a file of Safari's (`.webarchive`)."""
    try:
        main = plistlib.loads(page.content)["WebMainResource"]
        content, url = main["WebResourceData"], main.get("WebResourceURL")
    except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError):
        return None
    return _with(page, content, url if isinstance(url, str) else None) if isinstance(content, bytes) else None


def _field(part: Message, name: str) -> str:
    """A field of a part's head on one line; empty where there is none."""
    return "".join(str(part.get(name, "")).split())


def _place(name: re.Match[bytes], places: dict[str, str]) -> bytes:
    place = places.get(name[1].decode("utf-8", "replace"), "")
    return html.escape(place).encode("utf-8", "replace") if is_web_address(place) else name[0]


def _shown(content: bytes) -> bytes | None:
    """The text that a browser shows in a page of its own, or markup whose quotes are escaped; None for other pages."""
    if content.find(b"<pre", 0, _TOP) >= 0 and (found := _SHOWN.fullmatch(decode(content))):
        return html.unescape(found["text"]).encode("utf-8", "replace")
    if content.find(b'=\\"', 0, _TOP) >= 0:
        return _string(b'"%b"' % content.strip())
    return None


def _string(content: bytes) -> bytes | None:
    """What a JSON text holds that is one string."""
    try:
        value = json.loads(decode(content), strict=False)
    except (ValueError, RecursionError):
        return None
    return value.encode("utf-8", "replace") if isinstance(value, str) else None


def _python_string(content: bytes) -> bytes | None:
    """What a string or bytes hold that Python has printed."""
    text = decode(content).strip()
    if not _PYTHON.fullmatch(text):
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    value = value.encode("utf-8", "replace") if isinstance(value, str) else value
    return value if isinstance(value, bytes) else None


def _json(page: Page) -> Page | None:
    """The page that a JSON value holds, or JSON lines as one list; None for other JSON, which is a site's answer."""
    content = page.content
    if _holds_lines(content):
        return _with(page, _listed(content))
    if _NEXT_VALUE.search(content) and (values := values_in(decode(content))):
        return _with(page, json.dumps(values).encode())
    if all(content.find(mark, 0, _DOCUMENT_HEAD) < 0 for mark in _DOCUMENT_MARKS):
        return None
    value = read_json(decode(content))
    found = list(_documents(value, "", _DEPTH))
    if len(found) != 1:
        return None
    markup, url = found[0]
    if len(markup) * _PART_OF_ITS_FILE < len(content):  # a word in a field of an answer
        return None
    return _with(page, markup.encode("utf-8", "replace"), url)


def _documents(value: Any, url: str, depth: int) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """The whole HTML documents and feeds among the strings of a JSON value, each with the address beside it.

    A string may hold JSON again; an archive of a browser's traffic (HAR) has the address in the request beside the answer, and
    may have the page in base64.
    """
    if isinstance(value, str):
        if _DOCUMENT.match(value):
            yield value, url
        elif depth and value[:64].lstrip()[:1] in {"{", "[", '"'} and ("html>" in value or "<rss" in value):
            yield from _documents(read_json(value), url, depth - 1)
    elif depth and isinstance(value, dict):
        request = value.get("request")
        for told in (value, request if isinstance(request, dict) else {}):
            url = next((one for key in _ADDRESS_KEYS if is_web_address(one := text_at(told, key))), url)
        if value.get("encoding") == "base64":
            value = {"text": _of_base64(text_at(value, "text"))}
        for member in value.values():
            yield from _documents(member, url, depth - 1)
    elif depth and isinstance(value, list):
        for member in value:
            yield from _documents(member, url, depth - 1)


def _of_base64(text: str) -> str:
    try:
        return decode(base64.b64decode(text))
    except ValueError:
        return ""


def _holds_lines(content: bytes) -> bool:
    """Whether there is an object or list a line, as far as the first two lines tell."""
    content = content.lstrip()
    end = content.find(b"\n")
    return (
        end > 0
        and content[end - 2 : end].strip()[-1:] in _CLOSING
        and content[end : end + 64].lstrip()[:1] in _OPENING
        and _is_value(content[:end])
    )


def _is_value(line: bytes) -> bool:
    return read_json(decode(line)) is not None


def _listed(content: bytes) -> bytes:
    """JSON lines as one list; a broken line is left out, as half an entry of a feed is."""
    return b"[%b]" % b",".join(line for line in content.splitlines() if line.strip() and _is_value(line))
