"""ithome's articles: verdicts and fields, on small pages in the real shape."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.items.article import Article
from newsarchive.items.body import Aside, Embed, links_of
from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.sites.reading import read, site_of

URL = "https://www.ithome.com/1/008/914.htm"
PICTURE = "https://img.ithome.com/newsuploadfiles/2026/9/555553cd.jpg?x-bce-process=image/format,f_avif"
BODY = (
    "<div class='tougao-user' >感谢IT之家网友 <a href='https://m.ithome.com/html/app/open.html?x=1'>某网友</a> 的线索投递！</div>"
    '<p data-vmark="fc83"><a class="s_tag" href="https://www.ithome.com/">IT之家</a> 9 月 30 日消息，<span class="accentTextColor">正文</span>。</p>'
    f'<p style="text-align: center;"><img src="//img.ithome.com/images/v2/t.png" w="800" h="450" class="lazy" data-original="{PICTURE}"></p>'
    '<p class="ad-tips">广告声明：文内含有的对外跳转链接，结果仅供参考。</p>'
)


def page(body: str = BODY, url: str = URL, *, canonical: str = URL, info: str = "") -> Page:
    info = info or (
        '<span id="pubtime_baidu">2026/9/30 21:04:28</span><span id="source_baidu">来源：<a href="#">IT之家</a></span>'
        '<span id="author_baidu">作者：<strong>潞某</strong></span><span id="editor_baidu">责编：<strong>源某</strong></span>'
    )
    text = f"""
<!doctype html>\r\n<html lang="zh-cn"><head><meta charset="utf-8" /><title>标题 &amp; 更多 - IT之家</title>
<meta name="description" content="摘要。#标签#" /><meta name="keywords" content="芯片,AI" />
<link rel="canonical" href="{canonical}" /></head><body class="discovery ">
<div id="top"><a class="avatar">登录</a></div>
<div class="fl content"><div class="cv"><a href="/">首页</a> <span>&gt;</span> <a href="/d">科学探索</a><a href="/e">前沿</a></div>
<h1>标题 &amp; 更多</h1><div class="info clearfix"><div class="l">{info}</div></div>
<div class="post_content " id="paragraph">{body}</div>
<div class="newserror"><button data-nid="1008914">纠错</button></div>
<div class="related_post"><div class="hot_tags"><a href="/tags/ai/">AI</a><a href="/tags/x/">后量子</a></div></span>
<ul class="list_3"><li><a href="https://www.ithome.com/1/008/900.htm">别的文章</a></li></ul></div>
<div id="post_comm" data-id="ca35" data-nid="1008914"></div></div><footer><p>页脚</p></footer></body></html>"""
    return Page(text.encode(), url=url)


def article_of(page: Page) -> Article:
    article = read(page, hint="ithome").article
    assert article is not None
    return article


def test_the_menus_above_an_article_are_no_part_of_it() -> None:
    menus = '<div id="top"><h1>IT之家</h1><div class="cv"><a>1</a><a>2</a></div></div><div id="dt">'
    plain = page()
    framed = plain.content.replace(b'<div class="fl content">', menus.encode() + b'<div class="fl content">')
    code = b"<script>let menus = '<div id=\"top\">'</script></head>"
    article = article_of(Page(framed, URL))
    assert (article.title, article.sections) == ("标题 & 更多", ("科学探索", "前沿"))
    assert article == article_of(plain) == article_of(Page(framed.replace(b"</head>", code), URL))


def test_a_desktop_page() -> None:
    reading = read(page())
    article = article_of(page())
    assert (reading.verdict, reading.identity) == (Verdict.ARTICLE, "ithome:1008914")
    assert (article.url, article.aliases, article.promotion) == (URL, (), False)
    assert (article.title, article.digest) == ("标题 & 更多", "摘要。#标签#")
    assert article.published_at == datetime(2026, 9, 30, 21, 4, 28, tzinfo=SHANGHAI)
    assert article.published_text == "2026/9/30 21:04:28"
    by = article.attribution
    assert (by.author, by.editor, by.source) == ("潞某", "源某", "IT之家")
    assert article.tags == ("芯片", "AI", "后量子")
    assert article.sections == ("科学探索", "前沿")
    assert article.text.splitlines() == [
        "感谢IT之家网友 某网友 的线索投递！",
        "IT之家 9 月 30 日消息，正文。",
        "广告声明：文内含有的对外跳转链接，结果仅供参考。",
    ]
    assert [picture.url for picture in article.images] == [PICTURE]
    assert (article.images[0].width, article.images[0].height) == (800, 450)
    assert [block.role for block in article.body if isinstance(block, Aside)] == ["tipster", "advertisement"]


def test_a_page_of_2019() -> None:
    info = ""
    text = (
        '<html><head><title>旧标题 - IT之家</title></head><body><div class="post_title"><h1>旧标题</h1></div>'
        '<div class="pt_info pre1"><span>2019-11-18 14:42:54</span> 来源：IT之家 作者：孤某 责编：城某</div>'
        '<div class="post_content" id="paragraph"><p>正文。</p></div><div id="ifcomment" data="457666"></div></body></html>'
    )
    article = article_of(Page((info + text).encode(), url="https://www.ithome.com/html/it/457666.htm"))
    assert (article.identity, article.url) == ("ithome:457666", "https://www.ithome.com/0/457/666.htm")
    assert article.aliases == ("https://www.ithome.com/html/it/457666.htm",)
    assert (article.title, article.text) == ("旧标题", "正文。")
    assert article.published_at == datetime(2019, 11, 18, 14, 42, 54, tzinfo=SHANGHAI)
    by = article.attribution
    assert (by.source, by.author, by.editor) == ("IT之家", "孤某", "城某")


def test_the_mobile_page_of_an_article() -> None:
    text = (
        f'<html><head><title>手机页</title><link rel="canonical" href="{URL}"></head><body><h1>手机页</h1>'
        '<div class="news-info"><span class="news-time">2026/9/30 21:04:28</span><span class="news-author">潞某</span></div>'
        '<div class="news-content"><p>正文。</p></div><div class="relevant-news-box">别的</div></body></html>'
    )
    article = article_of(Page(text.encode(), url="https://m.ithome.com/html/1008914.htm"))
    assert (article.identity, article.text, article.attribution.author) == (
        "ithome:1008914",
        "正文。",
        "潞某",
    )
    assert article.published_at == datetime(2026, 9, 30, 21, 4, 28, tzinfo=SHANGHAI)
    assert article.aliases == ("https://m.ithome.com/html/1008914.htm",)


def test_an_outside_author_stands_as_a_face() -> None:
    info = '<span id="pubtime_baidu">2020/10/1 1:02:03</span><a class="avatar" href="//quan.ithome.com/user/1"><img src="x">稿某</a>'
    article = article_of(page(info=info))
    assert article.attribution.author == "稿某"


@pytest.mark.parametrize(
    ("attributes", "chosen"),
    [
        (
            'src="//img.ithome.com/images/v2/t.png" data-original="https://img.ithome.com/a.jpg" srcset="https://img.ithome.com/b.jpg 2x"',
            "a.jpg",
        ),
        (
            'src="https://img.ithome.com/a.jpg" srcset="https://img.ithome.com/b.jpg?x=image/format,f_auto 2x, https://img.ithome.com/c.jpg 1x"',
            "b.jpg?x=image/format,f_auto",
        ),
        ('src="//img.ithome.com/images/v2/t.png" data-src="//img.ithome.com/d.jpg"', "d.jpg"),
        ('src="https://img.ithome.com/e.jpg" class="no-alt-img"', "e.jpg"),
        ('src="//img.ithome.com/images/v2/t.png"', None),
        ('src="data:image/gif;base64,R0lGOD"', None),
        ('src=""', None),
    ],
)
def test_the_real_picture_of_a_lazy_one(attributes: str, chosen: str | None) -> None:
    pictures = [picture.url for picture in article_of(page(f"<p>文字<img {attributes}></p>")).images]
    assert pictures == ([f"https://img.ithome.com/{chosen}"] if chosen else [])


def test_players() -> None:
    body = (
        '<p>看：</p><p><a class="ithome_super_player" href="https://weibo.com/1/A" data-vpreview-url="https://f.video/x?Expires=1">'
        f'<img class="lazy" data-original="{PICTURE}"></a></p><p><a class="ithome_super_player" href="https://weibo.com/1/B"></a></p>'
        '<iframe src="//player.bilibili.com/player.html?aid=1&bvid=BV1xx411c7mD&page=1"></iframe>'
    )
    article = article_of(page(body))
    assert article.media == [
        Embed("video", url="https://weibo.com/1/A"),
        Embed("video", url="https://weibo.com/1/B", linked=True),
        Embed("video", id="BV1xx411c7mD", url="https://www.bilibili.com/video/BV1xx411c7mD"),
    ]
    assert [(picture.url, picture.link) for picture in article.images] == [(PICTURE, "https://weibo.com/1/A")]
    assert [url for url, _ in links_of(article.body)] == ["https://weibo.com/1/A", "https://weibo.com/1/B"]


def test_another_article_under_the_url_is_not_taken_for_it() -> None:
    reading = read(page(url="https://www.ithome.com/0/897/104.htm"))
    assert (reading.verdict, reading.article, reading.identity) == (Verdict.OTHER, None, "ithome:897104")


def test_an_empty_body_is_no_article() -> None:
    assert read(page(body="  ")).verdict is Verdict.EMPTY
    assert read(Page(b"<html><body><div>hello</div></body></html>", url=URL)).verdict is Verdict.EMPTY


def test_a_page_that_says_it_is_gone() -> None:
    gone = (
        "<html><head><title>IT之家</title></head><body><p>抱歉，您访问的页面不存在</p></body></html>".encode()
    )
    reading = read(Page(gone, url=URL))
    assert (reading.verdict, reading.notice) == (Verdict.DELETED, "抱歉，您访问的页面不存在")
    about = page("<p>不少网站的页面不存在、已被删除时会返回 404 Not Found。</p>")
    assert read(about).verdict is Verdict.ARTICLE


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (404, Verdict.DELETED),
        (410, Verdict.DELETED),
        (403, Verdict.UNAVAILABLE),
        (429, Verdict.UNAVAILABLE),
        (500, Verdict.UNAVAILABLE),
    ],
)
def test_http_errors(status: int, verdict: Verdict) -> None:
    reading = read(Page(b"<html><body>error</body></html>", url=URL, status=status))
    assert (reading.verdict, reading.identity) == (verdict, "ithome:1008914")


def test_the_pages_encoding_is_the_one_of_its_bytes() -> None:
    content = page().content.decode().encode("gb18030")
    assert article_of(Page(content, url=URL)).title == "标题 & 更多"


def test_promotions_share_the_numbers() -> None:
    lapin = "https://lapin.ithome.com/html/digi/1008914.htm"
    for one in (page(url=lapin), page(url="", canonical=lapin)):
        article = article_of(one)
        assert (article.identity, article.promotion, article.aliases) == ("ithome:1008914", True, (lapin,))


CONTENT = {
    "newsid": 1008914,
    "title": "接口的标题",
    "description": "接口的摘要",
    "detail": BODY,
    "newssource": "IT之家",
    "newsauthor": "潞某",
    "z": "源某",
    "postdate": "2026/9/30 21:04:28",
    "image": "https://img.ithome.com/newsuploadfiles/thumbnail/2026/9/1008914_240.jpg",
}


def as_xml(row: dict[str, Any]) -> bytes:
    inner = "".join(
        f"<{name}>\n<![CDATA[ {value} ]]>\n</{name}>" for name, value in row.items() if name != "newsid"
    )
    return f'<rss version="2.0">\n<channel><item><newsid>{row["newsid"]}</newsid>{inner}</item></channel></rss>'.encode()


@pytest.mark.parametrize("content", [json.dumps(CONTENT).encode(), as_xml(CONTENT)], ids=["json", "xml"])
def test_the_interfaces_article(content: bytes) -> None:
    article = article_of(Page(content))
    assert (article.identity, article.title, article.digest) == ("ithome:1008914", "接口的标题", "接口的摘要")
    assert article.published_at == datetime(2026, 9, 30, 21, 4, 28, tzinfo=SHANGHAI)
    assert (article.attribution.author, article.attribution.editor) == ("潞某", "源某")
    assert (article.cover, len(article.images)) == (CONTENT["image"], 1)
    assert article.text == article_of(page()).text


def test_an_interface_without_an_id_is_named_by_its_url() -> None:
    content = json.dumps({name: value for name, value in CONTENT.items() if name != "newsid"}).encode()
    url = "https://api.ithome.com/json/newscontent/1008914"
    assert article_of(Page(content, url=url)).identity == "ithome:1008914"
    assert read(Page(json.dumps({**CONTENT, "detail": ""}).encode(), url=url)).verdict is Verdict.EMPTY


def test_a_body_saved_under_front_matter() -> None:
    text = (
        "---\ntitle: '被_改过的_标题'\ncategories: \n - 新媒体\nauthor: IT 之家\ndate: Tue, 17 May 2022 13:43:47 GMT\n---\n\n<div>   \n"
        '<p>IT之家 5 月 17 日消息，正文。</p><p><img src="https://img.ithome.com/a.png" title="被“改过的”标题"></p>\n</div>\n'
    )
    reading = read(Page(text.encode()), hint="ithome")
    article = article_of(Page(text.encode()))
    assert (reading.verdict, article.title, article.identity) == (Verdict.ARTICLE, "被“改过的”标题", "")
    assert article.published_at == datetime(2022, 5, 17, 21, 43, 47, tzinfo=SHANGHAI)
    assert article.text == "IT之家 5 月 17 日消息，正文。"


def test_an_article_saved_as_markdown_from_the_feed() -> None:
    text = (
        f"> id: {URL}\n\n> link: {URL}\n\n> title: xy\n\n# xy\n_Published on Thu, 21 Aug 2025 06:34:53 GMT_\n\n"
        "感谢IT之家网友 [某](https://m.ithome.com/x) 的线索投递！\n\n正文 **重点**。\n\n-   一\n-   二\n\n"
        '![图片](https://img.ithome.com/a.png "完整的标题，第一步")\n\n广告声明：文内含有链接。\n'
    )
    article = article_of(Page(text.encode()))
    assert (article.identity, article.title) == ("ithome:1008914", "完整的标题，第一步")
    assert article.published_at == datetime(2025, 8, 21, 14, 34, 53, tzinfo=SHANGHAI)
    assert article.text.splitlines()[1:4] == ["正文 重点。", "一", "二"]
    assert [block.role for block in article.body if isinstance(block, Aside)] == ["tipster", "advertisement"]


def test_pages_without_a_url_are_recognised_by_what_is_surely_theirs() -> None:
    site = site_of(Page(page().content))
    assert site is not None
    assert site.name == "ithome"
    for other in (
        b"# list\n- [a](https://www.ithome.com/0/897/104.htm)\n",
        b"<p>https://www.ithome.com/0/897/104.htm</p>",
        b"",
    ):
        assert site_of(Page(other)) is None


@given(st.text(max_size=60), st.text(max_size=30))
def test_hostile_text_breaks_nothing(body: str, info: str) -> None:
    reading = read(page(body, info=info or " "))
    assert reading.verdict in {Verdict.ARTICLE, Verdict.EMPTY}


@given(
    st.sampled_from(sorted(CONTENT)),
    st.none() | st.integers() | st.text() | st.lists(st.integers()) | st.booleans(),
)
def test_a_field_of_another_type_is_no_field(name: str, value: object) -> None:
    reading = read(Page(json.dumps(CONTENT | {name: value}).encode()), hint="ithome")
    assert reading.verdict in {Verdict.ARTICLE, Verdict.EMPTY}


@given(st.text("hps:/ab.,?=2x1w \t", max_size=60), st.text(max_size=20))
def test_any_srcset_and_address_is_a_picture_or_none(srcset: str, source: str) -> None:
    escaped = source.replace("&", "&amp;").replace('"', "&quot;")
    for picture in article_of(
        page(f'<p>文字<img srcset="{srcset}" src="{escaped}" w="{"9" * 5000}"></p>')
    ).images:
        assert picture.url.startswith(("https://", "http://"))
        assert picture.width is None


def test_product_cards_are_advertisements_with_their_words_and_links() -> None:
    card = (
        '<a href="https://union.example.com/{0}" data-jdid="1"><span class="card main-site"><span class="card-logo">'
        '<img src="https://img14.example.com/{0}.jpg"></span><span class="card-name">商品{0}</span></span></a>'
    )
    bar = '<p><a class="topic-bar" href="https://www.ithome.com/zt/1">点此进入专题</a></p>'
    body = f"<p>正文。</p><dir>{card.format(1)}</dir><dir>{card.format(2)}</dir>{bar}<p>说到{card.format(3)}它。</p>"
    article = article_of(page(body))
    assert [block.kind for block in article.body] == ["paragraph", "aside", "aside", "aside", "paragraph"]
    assert article.text == "正文。\n商品1\n商品2\n点此进入专题\n说到商品3它。"
    assert [link.rpartition("/")[2] for link, _ in links_of(article.body)] == ["1", "2", "1", "3"]


def test_no_depth_loses_words() -> None:
    nested = "<table><tr><td>" * 300 + "最里面的话" + "</td></tr></table>" * 300
    assert article_of(page(nested)).text == "最里面的话"


@pytest.mark.parametrize(
    ("picture", "title"),
    [
        ("渡口“旧船票”展：今日开幕", "渡口“旧船票”展：今日开幕"),
        ("样例", "渡口旧船票展 今日开幕"),
        ("渡口旧船票展今日开幕的现场", "渡口旧船票展 今日开幕"),
        ("", "渡口旧船票展 今日开幕"),
    ],
)
def test_a_pictures_title_mends_a_saved_title_and_replaces_none(picture: str, title: str) -> None:
    text = (
        "---\ntitle: 渡口旧船票展 今日开幕\ndate: 2026-03-01 08:00\nlink: https://www.ithome.com/0/900/001.htm\n---\n"
        f'<div><p>第一段。</p><img src="https://img.ithome.com/newsuploadfiles/2026/3/a.png" title="{picture}"></div>\n'
    )
    assert article_of(Page(text.encode())).title == title
