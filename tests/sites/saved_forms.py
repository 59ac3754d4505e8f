"""The forms in which people and programs save a page: each a function of its bytes and its address."""

from __future__ import annotations

import base64
import gzip
import html
import json
import plistlib
import quopri
import re
from collections.abc import Callable

from lxml import etree

from newsarchive.parsing.html_tree import PARSER, Element

Form = Callable[[bytes, str], bytes]

_NEEDS_QUOTES = re.compile(r"[\s\"'`=<>]|^$|/$")
_CLOSES_P = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "div",
        "dl",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    ]
)
_ENDS_AT_PARENT = frozenset(["p", "li", "dd", "dt", "tr", "td", "th", "tbody", "option"])
_NEED_NO_END = _ENDS_AT_PARENT | {"head"}
_SIBLINGS = {
    "li": {"li"},
    "dd": {"dd", "dt"},
    "dt": {"dd", "dt"},
    "tr": {"tr"},
    "td": {"td", "th"},
    "th": {"td", "th"},
}
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_ARCHIVED = re.compile(rb"""(\b(?:data-src|src|href|data-original|content)=["'])((?:https?:)?)(//[\w.-]+)""")


def gb18030(content: bytes, _url: str) -> bytes:
    """As a Chinese Windows writes a text file; the page's meta still says utf-8."""
    return content.decode("utf-8", "ignore").encode("gb18030")


def utf16(content: bytes, _url: str) -> bytes:
    """As PowerShell redirects what a program prints."""
    return content.decode("utf-8", "ignore").encode("utf-16")


def utf16_le(content: bytes, _url: str) -> bytes:
    """Without a mark."""
    return content.decode("utf-8", "ignore").encode("utf-16-le")


def utf16_be(content: bytes, _url: str) -> bytes:
    """Without a mark, the other way round."""
    return content.decode("utf-8", "ignore").encode("utf-16-be")


def marked(content: bytes, _url: str) -> bytes:
    """With the mark of UTF-8."""
    return b"\xef\xbb\xbf" + content


def gzipped(content: bytes, _url: str) -> bytes:
    """Packed."""
    return gzip.compress(content)


def curl(content: bytes, url: str) -> bytes:
    """`curl -i -L`: the heads of a redirect and of the answer before it."""
    first = f"HTTP/1.1 301 Moved Permanently\r\nLocation: {url or 'https://example.org/'}\r\nContent-Length: 0\r\n\r\n"
    return (
        first.encode()
        + b"HTTP/2 200 \r\ncontent-type: text/html; charset=gb2312\r\nset-cookie: a=b\r\n\r\n"
        + content
    )


def json_string(content: bytes, _url: str) -> bytes:
    """Inside a JSON text that is one string."""
    return json.dumps(content.decode("utf-8", "ignore")).encode()


def json_object(content: bytes, url: str) -> bytes:
    """A crawler's record."""
    return json.dumps(
        {"status": 200, "url": url, "data": {"html": content.decode("utf-8", "ignore")}}, ensure_ascii=False
    ).encode()


def python_bytes(content: bytes, _url: str) -> bytes:
    """What `print(response.content)` writes."""
    return repr(content).encode()


def escaped(content: bytes, _url: str) -> bytes:
    """With its markup escaped."""
    return html.escape(content.decode("utf-8", "ignore")).encode()


def webarchive(content: bytes, url: str) -> bytes:
    """As Safari saves it."""
    main = {"WebResourceData": content, "WebResourceURL": url, "WebResourceMIMEType": "text/html"}
    return plistlib.dumps({"WebMainResource": main, "WebSubresources": []}, fmt=plistlib.FMT_BINARY)


def mhtml(content: bytes, url: str) -> bytes:
    """Chrome's "Webpage, Single File"."""
    return _mhtml(quopri.encodestring(content), "quoted-printable", url)


def mhtml_base64(content: bytes, url: str) -> bytes:
    """The same, packed as other browsers do."""
    return _mhtml(base64.encodebytes(content), "base64", url)


def _mhtml(body: bytes, encoding: str, url: str) -> bytes:
    place = url or "https://example.org/"
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {place}\r\nSubject: =?utf-8?Q?=E6=B8=A1?=\r\n"
        "Date: Sun, 1 Mar 2026 02:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        '\ttype="text/html";\r\n\tboundary="----MultipartBoundary--x----"\r\n\r\n\r\n'
    )
    part = (
        "------MultipartBoundary--x----\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\nContent-Location: {place}\r\n\r\n"
    )
    picture = (
        "\r\n------MultipartBoundary--x----\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Location: https://img.example.org/a.png\r\n\r\niVBORw0KGgo=\r\n------MultipartBoundary--x------\r\n"
    )
    return (
        head.encode()
        + part.encode()
        + body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        + picture.encode()
    )


def wayback(content: bytes, _url: str) -> bytes:
    """As web.archive.org gives it out: addresses, scripts and a toolbar of its own."""
    content = _ARCHIVED.sub(
        lambda found: (
            b"%bhttps://web.archive.org/web/20260302010203im_/%b%b"
            % (found[1], found[2] or b"https:", found[3])
        ),
        content,
    )
    content = re.sub(
        rb"(<head[^>]*>)",
        rb'\1<script src="https://web-static.archive.org/_static/js/bundle-playback.js"></script>',
        content,
        count=1,
    )
    toolbar = b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp'><div><h1>INTERNET ARCHIVE</h1></div></div><!-- END WAYBACK TOOLBAR INSERT -->"
    content = re.sub(rb"(<body[^>]*>)", lambda found: found[1] + toolbar, content, count=1)
    return content + b"<!--\n     FILE ARCHIVED ON 01:02:03 Mar 02, 2026 AND RETRIEVED FROM THE\n-->"


def pywb(content: bytes, _url: str) -> bytes:
    """As an archive of one's own gives it out, with the scripts that it adds."""
    content = _ARCHIVED.sub(
        lambda found: (
            b"%bhttp://localhost:8080/mine/20260302010203mp_/%b%b"
            % (found[1], found[2] or b"https:", found[3])
        ),
        content,
    )
    scripts = b"<!-- WB Insert --><script>wbinfo = {}; wbinfo.is_live = false;</script><script src='http://localhost:8080/static/wombat.js'></script>"
    return re.sub(rb"(<head[^>]*>)", lambda found: found[1] + scripts, content, count=1)


def upper_case(content: bytes, _url: str) -> bytes:
    """With names in capitals and single quotes, as the nineties wrote."""
    return (
        b"<!DOCTYPE html>"
        + _serialised(
            content, lambda name, value: f" {name.upper()} = '{value.replace(chr(39), '&#39;')}'", str.upper
        ).encode()
    )


def minified(content: bytes, _url: str) -> bytes:
    """Without the quotes and end tags that HTML does not need."""
    return b"<!doctype html>" + _serialised(content, _bare, str, whole=False).encode()


def singlefile(content: bytes, url: str) -> bytes:
    """As the browser extension saves it: minified, without scripts, with a note of where it was."""
    root = etree.fromstring(content, PARSER)
    etree.strip_elements(root, "script", with_tail=False)
    text = _serialised(etree.tostring(root, encoding="utf-8", method="html"), _bare, str, whole=False)
    note = f"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: {url} \n saved date: Sun Mar 01 2026 10:00:00 GMT+0800\n-->"
    return (note + text.removeprefix("<html>")).encode()


def _bare(name: str, value: str) -> str:
    escaped_value = value.replace("&", "&amp;")
    return (
        f' {name}="{escaped_value.replace(chr(34), "&quot;")}"'
        if _NEEDS_QUOTES.search(value)
        else f" {name}={escaped_value}"
    )


def _serialised(
    content: bytes, attribute: Callable[[str, str], str], named: Callable[[str], str], *, whole: bool = True
) -> str:
    parts: list[str] = []

    def write(element: Element) -> None:
        tag = element.tag
        parts.append(
            f"<{named(tag)}" + "".join(attribute(name, value) for name, value in element.attrib.items()) + ">"
        )
        raw = tag in {"script", "style"}
        parts.append((element.text or "") if raw else html.escape(element.text or "", quote=False))
        for child in element:
            write(child)
            if whole or child.tag not in _NEED_NO_END or (child.tail or "").strip():
                parts.append(html.escape(child.tail or "", quote=False))
        if tag not in _VOID and (whole or not _omitted(element)):
            parts.append(f"</{named(tag)}>")

    write(etree.fromstring(content, PARSER))
    return "".join(parts)


def _omitted(element: Element) -> bool:
    tag, following = element.tag, element.getnext()
    if tag in {"html", "body"}:
        return True
    if (element.tail or "").strip():
        return False
    if tag == "head":
        return True
    if following is None:
        return tag in _ENDS_AT_PARENT and element.getparent().tag not in {"a", "span", "strong"}
    return following.tag in (_CLOSES_P if tag == "p" else _SIBLINGS.get(tag, ()))


def both(*forms: Form) -> Form:
    """One form in another."""

    def form(content: bytes, url: str) -> bytes:
        for one in forms:
            content = one(content, url)
        return content

    form.__name__ = "+".join(one.__name__ for one in forms)
    return form


FORMS: tuple[Form, ...] = (
    gb18030, utf16, utf16_le, utf16_be, marked, gzipped, curl, json_string, json_object, python_bytes, escaped, mhtml, mhtml_base64,
    webarchive,
    wayback, pywb, upper_case, minified,
    both(wayback, mhtml, gzipped), both(gb18030, curl), both(minified, gb18030), both(minified, wayback, json_string, utf16),
    both(gb18030, mhtml_base64), both(utf16, gzipped),
)  # fmt: skip
