"""A page is read the same in every form in which people and programs save pages: the corpus's own pages, each form of each."""

from __future__ import annotations

import gzip
import html
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsarchive.items.body import links_of
from newsarchive.items.verdict import ARTICLE_KINDS, Verdict
from newsarchive.records.page import Page, Reading
from newsarchive.sites import identify
from newsarchive.sites.reading import read
from tests.conftest import corpus_labels
from tests.sites import saved_forms as forms
from tests.sites import weixin_pages as pages

_WHOLE = bool(os.environ.get("SAVED_FORMS"))
"""With this set every page is read in every form (some minutes), else each page in one."""

PAGES = [
    label
    for label in corpus_labels()
    if label["file"].removesuffix(".gz").endswith(".html")
    and "#" not in label["file"]
    and label["verdict"] in ARTICLE_KINDS
]


def content_of(corpus: Path, label: dict[str, Any]) -> bytes:
    content = (corpus / label["file"]).read_bytes()
    return gzip.decompress(content) if label["file"].endswith(".gz") else content


def facts(reading: Reading) -> dict[str, Any]:
    """What a user would compare."""
    article = reading.article
    if article is None:
        return {"verdict": reading.verdict}
    return {
        "verdict": reading.verdict,
        "identity": article.identity,
        "title": article.title,
        "published_at": article.published_at,
        "account": article.attribution.account,
        "author": article.attribution.author,
        "text": article.text.split(),
        "pictures": [image.url for image in article.images],
    }


def cases() -> list[Any]:
    chosen = []
    for place, label in enumerate(PAGES):
        for number, form in enumerate(forms.FORMS):
            if form is forms.json_object and label.get("form") == "dom-part":
                continue  # only a whole page is told from the other texts of a record
            if _WHOLE or (place + number) % len(forms.FORMS) == 0:
                chosen.append(
                    pytest.param(label, form, id=f"{Path(label['file']).stem[:40]}-{form.__name__}")
                )
    return chosen


@pytest.mark.parametrize(("label", "form"), cases())
def test_a_copy_is_read_like_the_page(corpus: Path, label: dict[str, Any], form: forms.Form) -> None:
    content = content_of(corpus, label)
    url = label["url"] or ""
    whole = read(Page(content, url=url), label["site"])
    assert whole.article is not None
    assert facts(read(Page(form(content, url), url=url), label["site"])) == facts(whole)


# Small pages of our own.

_ARTICLE = pages.article(
    '<p>第一段，从一场大雾说起。</p><p><img data-src="https://mmbiz.qpic.cn/mmbiz_png/AAAA/640?wx_fmt=png"></p><p>第二段。</p>'
)
_ITHOME = """<!DOCTYPE html><html lang="zh-cn"><head><meta charset="utf-8"><title>旧船票 - IT之家</title>
<link rel="canonical" href="https://www.ithome.com/0/900/001.htm"></head><body><div class="content"><h1>旧船票</h1>
<span id="pubtime_baidu">2026/11/20 8:00:00</span><div class="post_content" id="paragraph"><p>第一段。</p>
<p><img src="//img.ithome.com/images/v2/t.png" data-original="https://img.ithome.com/newsuploadfiles/2026/11/a.png"></p></div></div>
</body></html>""".encode()
_KR36 = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="UTF-8"><title>旧船票-36氪</title>
<link rel="canonical" href="https://36kr.com/p/3700000000000001"></head><body><h1 class="article-title">旧船票</h1>
<div class="common-width content articleDetailContent kr-rich-text-wrapper"><p>第一段。</p>
<p class="image-wrapper"><img src="https://img.36krcdn.com/hsossms/20260820/v2_0123456789abcdef0123456789abcdef@000000_oswg1oswg1oswg1_img_jpg"></p>
</div></body></html>""".encode()
_OWN = {
    "weixin": (_ARTICLE, pages.LONG),
    "ithome": (_ITHOME, "https://www.ithome.com/0/900/001.htm"),
    "36kr": (_KR36, "https://36kr.com/p/3700000000000001"),
}


@pytest.mark.parametrize("form", [*forms.FORMS, forms.singlefile], ids=lambda form: form.__name__)
@pytest.mark.parametrize("site", _OWN)
def test_a_copy_without_an_address_is_read_like_the_page(site: str, form: forms.Form) -> None:
    content, url = _OWN[site]
    whole = read(Page(content))
    assert whole.site == site
    assert whole.identity
    found = facts(read(Page(form(content, url))))
    if form is forms.singlefile and site == "weixin":  # its facts stand in scripts, which that copy lacks
        found |= {name: facts(whole)[name] for name in ("account", "author", "published_at")}
    assert found == facts(whole)


@pytest.mark.parametrize(
    "form", [forms.minified, forms.singlefile, forms.upper_case], ids=lambda form: form.__name__
)
@pytest.mark.parametrize("site", _OWN)
def test_half_a_copy_is_no_article(site: str, form: forms.Form) -> None:
    content, url = _OWN[site]
    copy = form(content, url)
    whole = read(Page(copy, url=url))
    assert whole.article
    for end in range(0, len(copy), 7):
        reading = read(Page(copy[:end], url=url))
        assert reading.verdict in {Verdict.EMPTY, Verdict.OTHER} or facts(reading) == facts(whole)


def test_half_a_page_of_a_container_is_no_article() -> None:
    copy = forms.mhtml(_ITHOME, "https://www.ithome.com/0/900/001.htm")
    end = copy.index(b'id=3D"paragraph"') + 60
    assert read(Page(copy[:end])).verdict is Verdict.EMPTY


def test_an_archive_that_the_author_links_to_stays() -> None:
    address = "https://web.archive.org/web/20200101000000/https://example.org/"
    page = _ITHOME.replace(b"<p>", b'<p><a href="%b">%b</a> ' % (address.encode(), address.encode()), 1)
    article = read(Page(page)).article
    assert article
    assert address in article.text
    assert [url for url, _ in links_of(article.body)] == [address]
    copied = read(Page(forms.wayback(page, ""))).article
    assert copied
    assert copied.text == article.text
    assert [url for url, _ in links_of(copied.body)] == [address]


@pytest.mark.parametrize(
    "address",
    [
        "https://web.archive.org/web/20260302010203/https://www.ithome.com/0/900/001.htm",
        "http://web.archive.org/web/2026*/https://www.ithome.com/0/900/001.htm".replace("2026*", "2026"),
        "https://web.archive.org/web/20260302010203if_/https://www.ithome.com/0/900/001.htm",
        "web.archive.org/web/2026/www.ithome.com/0/900/001.htm",
        "https://web.archive.org/web/2026/https%3A%2F%2Fwww.ithome.com%2F0%2F900%2F001.htm",
        "https://web.archive.org/web/2026/https:/www.ithome.com/0/900/001.htm",
        "http://localhost:8080/mine/20260302010203mp_/https://www.ithome.com/0/900/001.htm",
        "http://localhost:8080/mine/mp_/https://www.ithome.com/0/900/001.htm",
        "https://web.archive.org/web/2026/http://localhost:8080/mine/2025/https://www.ithome.com/0/900/001.htm",
    ],
)
def test_an_archived_address_names_the_article(address: str) -> None:
    link = identify(address)
    assert link
    assert link.identity == "ithome:900001"
    assert read(Page(_ITHOME, url=address)).identity == "ithome:900001"


def test_pictures_of_an_mhtml_file_have_their_addresses() -> None:
    place = "https://img.ithome.com/newsuploadfiles/2026/11/b.png"
    page = _ITHOME.replace(
        b'src="//img.ithome.com/images/v2/t.png" data-original="https://img.ithome.com/newsuploadfiles/2026/11/a.png"',
        b'src="cid:x@mhtml.blink"',
    )
    copy = forms.mhtml(page, "").replace(
        b"Content-Location: https://img.example.org/a.png",
        b"Content-ID: <x@mhtml.blink>\r\nContent-Location: " + place.encode(),
    )
    article = read(Page(copy)).article
    assert article
    assert [image.url for image in article.images] == [place]


def test_pictures_that_singlefile_packed_have_the_addresses_that_it_kept() -> None:
    place = "https://img.36krcdn.com/hsossms/20260820/v2_0123456789abcdef0123456789abcdef@000000_oswg1oswg1oswg1_img_jpg"
    page = _KR36.replace(
        b'src="https://img.36krcdn',
        b'src="data:image/png;base64,iVBORw0KGgo=" data-sf-original-src="https://img.36krcdn',
    )
    article = read(Page(forms.singlefile(page, "https://36kr.com/p/3700000000000001"))).article
    assert article
    assert [image.url for image in article.images] == [place]


def test_a_saved_answer_says_its_status() -> None:
    answer = b"HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n<html><body>nothing</body></html>"
    assert read(Page(answer, url="https://www.ithome.com/0/900/001.htm")).verdict is Verdict.DELETED


def test_an_answer_as_a_browser_shows_it_is_read_like_the_answer() -> None:
    answer = json.dumps(
        [{"title": "甲 & <乙>", "url": "https://36kr.com/p/3700000000000001"}], ensure_ascii=False
    )
    shown = f'<html><head><meta name="color-scheme" content="light dark"></head><body><pre>{html.escape(answer, quote=False)}</pre></body></html>'
    assert read(Page(shown.encode()), "36kr") == read(Page(answer.encode()), "36kr")
    assert read(Page(answer.encode()), "36kr").listing


def test_a_page_in_gb18030_with_a_line_of_latin_letters_first_is_found_out() -> None:
    page = _ITHOME.replace(b"<title>", b"<script>" + b"var a = 1;\n" * 5_000 + b"</script><title>")
    assert facts(read(Page(forms.gb18030(page, "")))) == facts(read(Page(page)))


def test_a_character_that_was_cut_makes_no_other_encoding() -> None:
    page = _ITHOME.replace("第一段。".encode(), "第一段".encode() + "。".encode()[:2])
    article = read(Page(page)).article
    assert article
    assert article.title == "旧船票"
    assert article.text.startswith("第一段")


# Pages that a program has put together anew around the body.

_LINK = f"{pages.LONG}&scene=21#wechat_redirect"
_OTHER = pages.LONG.replace(pages.MID, "2247489999")
_BODY = f'<div id="js_content"><p>第一段。<a href="{_OTHER}">别的一篇</a></p><p>第二段。</p></div>'


def rebuilt(
    above: str, below: str = "", *, head: str = "<title>渡口的一张旧船票</title>", body: str = _BODY
) -> bytes:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{above}{body}{below}</body></html>'.encode()


@pytest.mark.parametrize(
    "above",
    [
        f'<h1>渡口的一张旧船票</h1><p><strong>来源:</strong> 江岸拾事</p><p><b>作者</b>: 沈渡</p><p>发布时间: 2026/03/01 08:00</p><p>原文链接: <a href="{_LINK}">http://mp…</a></p>',
        f'<h1>渡口的一张旧船票</h1><div><span>公众号：江岸拾事</span><span> | 作者：沈渡</span> 时间：2026-03-01 08:00 <a href="{_LINK}">阅读原文</a></div>',
        f"<h1>渡口的一张旧船票</h1>来源：江岸拾事<br>作者：沈渡<br>发布时间：2026年3月1日 08:00<br>原文：{_LINK.replace('&', '&amp;')}<br>",
        f'<table><tr><td>公众号</td><td>江岸拾事</td></tr><tr><td>作者</td><td>沈渡</td></tr><tr><th>发布时间</th><td>2026-03-01 08:00</td></tr><tr><td>原文链接</td><td><a href="{_LINK}">打开</a></td></tr></table>',
        f'<h2>渡口的一张旧船票</h2><span>公众号：江岸拾事</span><span>作者：沈渡</span><time>2026-03-01 08:00</time><p>来源：江岸拾事 | 2026年3月1日 08:00</p><a href="{_LINK}">查看原文</a><a href="{_OTHER}">上一篇</a>',
        f'<ul><li>导出时间: 2026-11-11 09:00</li><li>账号: 江岸拾事</li><li>Author: 沈渡</li><li>Date: 2026-03-01 08:00</li><li>URL: <a href="{_LINK}">x</a></li></ul>',
    ],
)
def test_what_a_program_wrote_above_the_body_is_read(above: str) -> None:
    for content in (rebuilt(above), forms.minified(rebuilt(above), "")):
        for page, hint in ((Page(content), None), (Page(content, url="https://mp.weixin.qq.com/"), None)):
            article = read(page, hint).article
            assert article
            assert (article.title, article.identity) == (
                "渡口的一张旧船票",
                f"weixin:{pages.BIZ}:{pages.MID}:1",
            )
            assert (article.attribution.account, article.attribution.author) == ("江岸拾事", "沈渡")
            assert article.published_at == datetime(2026, 3, 1, tzinfo=UTC)
            assert article.text == "第一段。别的一篇\n第二段。"


def test_the_one_link_around_the_body_names_the_article_and_two_name_none() -> None:
    one, two = f'<a href="{_LINK}">原文</a>', f'<a href="{_LINK}">上一篇</a> <a href="{_OTHER}">下一篇</a>'
    identities = [
        read(Page(rebuilt(above, below))).identity
        for above, below in ((one, ""), ("", one), (two, ""), (two, one))
    ]
    name = f"weixin:{pages.BIZ}:{pages.MID}:1"
    assert identities == [name, name, None, name]


def test_the_address_of_the_page_comes_before_a_link_in_it() -> None:
    page = Page(rebuilt(f'<a href="{_OTHER}">原文</a>'), url=pages.LONG)
    assert read(page).identity == f"weixin:{pages.BIZ}:{pages.MID}:1"


@pytest.mark.parametrize("site", _OWN)
def test_what_a_readers_view_left_is_read_where_the_address_is_known(site: str) -> None:
    url = _OWN[site][1]
    page = rebuilt(
        "<h1>旧船票</h1>",
        body='<div id="readability-page-1" class="page"><p>第一段。</p><p>第二段。</p></div>',
    )
    article = read(Page(page, url=url)).article
    assert article
    assert (article.title, article.text) == ("旧船票", "第一段。\n第二段。")
    assert article.identity == read(Page(_OWN[site][0], url=url)).identity
    assert read(Page(page)).verdict is Verdict.OTHER


@pytest.mark.parametrize("tag", ['ID="js_content"', "id=js_content", 'id = "js_content"', "Id='js_content'"])
def test_the_body_is_found_however_its_tag_alone_is_written(tag: str) -> None:
    for whole in (_ARTICLE, pages.old_article()):
        copy = whole.replace(b'id="js_content"', tag.encode())
        assert copy != whole
        assert facts(read(Page(copy))) == facts(read(Page(whole)))


def test_what_lies_in_an_answer_has_an_encoding_of_its_own() -> None:
    packed = forms.gzipped(forms.gb18030(_ITHOME, ""), "")
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    assert facts(read(Page(head + packed))) == facts(read(Page(_ITHOME)))
