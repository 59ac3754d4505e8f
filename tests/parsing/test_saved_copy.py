"""Copies are made into pages, and nothing that comes in as one raises anything."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsing.html_tree import decode, document, is_utf8, words
from newsarchive.parsing.plain_markup import is_plain, written_out
from newsarchive.parsing.saved_copy import opened
from newsarchive.parsing.web_archive import original_address, without_archive
from newsarchive.records.page import Page

PAGE = "<!DOCTYPE html><html><head><title>渡口</title></head><body><p>第一段。</p></body></html>"
BEGINNINGS = (
    *(b"", b"\x1f\x8b", b"bplist00", b'"<html>', b"b'", b"&lt;", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/2 302 \nLocation: http://[\n\n"),
    *(b'{"html": "<html>', b'{"a": 1}\n{"b"', b"<html><body id=a", b"<html><head></head><body><pre>", b"\xff\xfe<\0", b"\xef\xbb\xbf"),
    *(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n--a\nContent-Type: text/html\n\n", b"<!--saved from url=(1)http://["),
    b'<html><script src="/web/20260101000000js_/https://a.example/b.js"></script>',
)  # fmt: skip


@given(
    st.sampled_from(BEGINNINGS),
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")),
)
def test_any_bytes_are_opened(beginning: bytes, rest: bytes) -> None:
    page = opened(Page(beginning + rest))
    assert isinstance(page.content, bytes)
    assert isinstance(written_out(page.content), bytes)
    assert opened(Page(PAGE.encode())).content == PAGE.encode()


@given(st.text(alphabet="<>pdiv /=\"'&;a1中\n\0!-", max_size=200))
def test_markup_that_is_written_out_says_the_same(text: str) -> None:
    once = written_out(f"<body>{text}".encode())
    assert written_out(once) == once
    assert words(document(once)) == words(document(f"<body>{text}".encode()))


def test_what_scripts_hold_is_not_touched() -> None:
    script = b"var a = 'x<b>&amp;\"' && 1 < 2; // <div id=a>\n"
    assert b"<script>" + script + b"</script>" in written_out(
        b"<html><body id=a><script>" + script + b"</script>"
    )


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (b'<!DOCTYPE html><html><head><meta charset="utf-8"></head>', True),
        (b"<!DOCTYPE html><html><head><meta charset=utf-8></head>", False),
        (b"\r\n<html><head><META CHARSET='utf-8'>", False),
        (b'<html><head><meta charset = "utf-8">', False),
        (b"<div id=a><p>", False),
        (b'<div id="a" hidden><p>', True),
        (b'<rss version="2.0"><channel><item><description><![CDATA[<p id=a>', True),
        (b'{"a": "<p id=a>"}', True),
    ],
)
def test_markup_is_plain_by_the_tags_at_its_top(content: bytes, plain: bool) -> None:  # noqa: FBT001
    assert is_plain(content) is plain


@pytest.mark.parametrize(
    "encoding", ["gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"]
)
@pytest.mark.parametrize(
    "text", [PAGE, json.dumps([{"title": "渡口", "url": "https://example.org/"}], ensure_ascii=False)]
)
def test_every_encoding_becomes_utf_8(encoding: str, text: str) -> None:
    assert not is_utf8(text.encode(encoding))
    assert opened(Page(text.encode(encoding))).content == text.encode()
    assert opened(Page(gzip.compress(text.encode(encoding)))).content == text.encode()


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_page_that_was_taken_for_latin_and_saved_again_is_read(encoding: str) -> None:
    page = PAGE.replace("第一段。", "旧船票").replace(
        "渡口", "船票"
    )  # each of its bytes is a character of Windows-1252, too
    assert opened(Page(page.encode().decode(encoding).encode())).content == page.encode()


def test_latin_letters_of_a_page_stay() -> None:
    page = PAGE.replace("第一段。", "Café, Ã©t").encode()
    assert opened(Page(page)).content == page
    page = "<html><body>Café, naïve, Ünicode</body></html>".encode()
    assert opened(Page(page)).content == page


FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>渡口</title></channel></rss>'
TRAFFIC = {"request": {"url": "https://a.example/1"}, "response": {"content": {"text": PAGE}}}
IN_BASE64 = {"text": base64.b64encode(PAGE.encode()).decode(), "encoding": "base64"}


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ({"log": {"version": "1.2", "entries": [TRAFFIC]}}, "https://a.example/1"),
        ({"log": {"entries": [TRAFFIC | {"response": {"content": IN_BASE64}}]}}, "https://a.example/1"),
        ({"url": "https://a.example/1", "body": json.dumps({"html": PAGE})}, "https://a.example/1"),
        (json.dumps(json.dumps({"data": [PAGE]})), ""),
    ],
)
def test_a_page_is_found_in_json_that_holds_it_deep_or_twice(value: object, url: str) -> None:
    assert opened(Page(json.dumps(value).encode())) == Page(PAGE.encode(), url=url)


def test_a_feed_is_found_in_json() -> None:
    assert opened(Page(json.dumps({"contents": FEED}).encode())).content == FEED.encode()


def test_an_answer_is_joined_whose_chunks_have_their_lengths_before_them() -> None:
    head, page = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", PAGE.encode()
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(it), it) for it in (page[:50], page[50:51], page[51:]))
    assert opened(Page(head + chunks + b"0\r\n\r\n")).content == page
    assert opened(Page(head + page)).content == page


def test_blank_lines_before_a_head_do_not_matter() -> None:
    assert opened(Page(b"\r\n\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n" + PAGE.encode())).content == PAGE.encode()


@pytest.mark.parametrize("broken", [b"\xe4", b"\xe4\xb8", b"\x80", b"\xff", b"\xb9\xfe"])
def test_a_broken_character_leaves_a_short_text_in_utf_8(broken: bytes) -> None:
    content = '{"title": "旧船票", "text": "'.encode() + broken + '渡口"}'.encode()
    text = decode(content)
    assert text.startswith('{"title": "旧船票"')
    assert text.endswith('渡口"}')


def test_a_page_whose_gzip_is_not_whole_stays_packed() -> None:
    packed = gzip.compress(PAGE.encode())[:-9]
    assert opened(Page(packed)).content == packed


@given(st.text(max_size=100) | st.text(alphabet="htps:/.web2026_*%3A", max_size=60))
def test_an_address_that_is_no_archives_stays(url: str) -> None:
    assert original_address(f"https://example.org/{url}").startswith(("https://example.org/", "http"))
    assert isinstance(original_address(url), str)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.ithome.com/0/900/001.htm",
        "https://mp.weixin.qq.com/s?__biz=A&mid=1#rd",
        "https://example.org/2026/08/https/",
        "",
    ],
)
def test_usual_addresses_stay(url: str) -> None:
    assert original_address(url) == url


def test_an_archives_own_addresses_go_in_every_writing() -> None:
    page = (
        b'<html><head><link rel="canonical" href="/web/20260101000000/https://a.example/1"></head><body>'
        b'<img src="//web.archive.org/web/20260101000000im_/http://a.example/2" srcset="/web/2026im_/https://a.example/3 1x, /web/2026im_/https://a.example/4 2x">'
        b"<script>var a = 'https:\\/\\/web.archive.org\\/web\\/2026\\/https:\\/\\/a.example\\/5', b = \"https:\\u002F\\u002Fweb.archive.org\\u002Fweb\\u002F2026\\u002Fhttps:\\u002F\\u002Fa.example\";</script>"
        b'<p style="background: url(/web/2026im_/https://a.example/6)">https://web.archive.org/web/2026/https://a.example/7</p></body></html>'
    )
    assert without_archive(page) == (
        b'<html><head><link rel="canonical" href="https://a.example/1"></head><body>'
        b'<img src="http://a.example/2" srcset="https://a.example/3 1x, https://a.example/4 2x">'
        b"<script>var a = 'https:\\/\\/a.example\\/5', b = \"https:\\u002F\\u002Fa.example\";</script>"
        b'<p style="background: url(https://a.example/6)">https://web.archive.org/web/2026/https://a.example/7</p></body></html>'
    )
