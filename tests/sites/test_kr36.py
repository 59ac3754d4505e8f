"""36kr's pages: verdicts and fields, on small pages in the real shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.items.article import Article
from newsarchive.items.body import Aside, Embed, Image, Paragraph, text_of
from newsarchive.items.record import SHANGHAI, SiteName
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page, Reading
from newsarchive.sites.kr36.body import read_markup
from newsarchive.sites.reading import read, site_of

PUBLISHED = datetime(2026, 6, 15, 9, 50, tzinfo=SHANGHAI)
NUMBER = (int(PUBLISHED.timestamp() * 1000) - 60_000 - 1546272000000) << 14 | 7
URL = f"https://36kr.com/p/{NUMBER}"
PICTURE = (
    "https://img.36krcdn.com/hsossms/20260615/v2_"
    + "0" * 32
    + "@000000_oswg1oswg1080oswg780_img_000?x-oss-process=image/format,jpg/interlace,1"
)
CONTENT = (
    "<p>作者&nbsp;|&nbsp;邱某</p><p>正文<strong>重点</strong>，<a href='https://example.com/a'>链接</a>。</p>"
    f'<p class="image-wrapper"><img data-img-size-val="1080,780" src="{PICTURE}"></p><p class="img-desc">图注</p>'
    '<p class="loading-entity"><iframe class="entity-iframe" data-type="video" data-id="3859841488180487"></iframe></p>'
    "<p>（图源：企业）</p>"
)


def data(**changes: object) -> dict[str, Any]:
    return {
        "itemId": NUMBER,
        "widgetTitle": "一个<em>标题</em> &amp; 更多",
        "summary": "一句摘要。",
        "author": "账号名",
        "authorId": 1199336245,
        "publishTime": int(PUBLISHED.timestamp() * 1000) + 127,
        "widgetContent": CONTENT,
        "sourceType": "original",
        "imgSources": [{"name": "采访供图", "url": ""}],
        "popinImage": "https://img.36krcdn.com/cover.jpg",
    } | changes


def page_of(state: object, body: str = "", url: str = "") -> Page:
    text = json.dumps(state, ensure_ascii=False).replace("<", "\\u003c")
    script = f'<script>window.__GATEWAY_SIGN__="nonce";window.initialState={text};window.after={{}}</script>'
    return Page(
        f"<!DOCTYPE html><html><body><div id=app>{body}</div>{script}</body></html>".encode(), url=url
    )


def detail(**changes: object) -> dict[str, Any]:
    return {"articleDetail": {"articleDetailData": {"code": 0, "data": data(**changes), "msg": ""}}}


def kr36(page: Page) -> Reading:
    return read(page, hint="36kr")


def article_of(page: Page) -> Article:
    article = kr36(page).article
    assert article is not None
    return article


def test_an_article_page() -> None:
    reading = read(page_of(detail(), url=f"https://www.36kr.com/p/{NUMBER}?f=rss"))
    article = reading.article
    assert article is not None
    assert (reading.verdict, reading.identity) == (Verdict.ARTICLE, f"36kr:{NUMBER}")
    assert (article.url, article.aliases) == (URL, (f"https://www.36kr.com/p/{NUMBER}?f=rss",))
    assert article.title == "一个标题 & 更多"
    assert (article.digest, article.cover) == ("一句摘要。", "https://img.36krcdn.com/cover.jpg")
    assert article.published_at == PUBLISHED
    by = article.attribution
    assert (by.account, by.author, by.copyright) == (
        "账号名",
        "账号名",
        "original",
    )
    assert article.text == "作者 | 邱某\n正文重点，链接。\n图注\n（图源：企业）"
    assert [picture.url for picture in article.images] == [PICTURE]
    assert (article.images[0].caption, article.images[0].width, article.images[0].height) == (
        "图注",
        1080,
        780,
    )
    assert article.media == [
        Embed("video", id="3859841488180487", url="https://36kr.com/video/3859841488180487")
    ]
    assert article.extra == {"image_sources": ["采访供图"], "author_id": "1199336245"}
    assert article.parser == "36kr/1"


def test_a_repeated_post_is_a_repost_whatever_the_state_calls_it() -> None:
    text = "<p>正文。</p><p>本文来自微信公众号“样例号”（ID：yangli88），作者：某某，36氪经授权发布。</p>"
    article = article_of(page_of(detail(widgetContent=text)))
    assert article.attribution.copyright == "repost"
    assert article.attribution.original_account == "样例号"
    assert isinstance(article.body[-1], Aside)


def test_another_article_under_the_url_is_not_taken_for_it() -> None:
    reading = read(page_of(detail(), url="https://36kr.com/p/3853011900142848"))
    assert (reading.verdict, reading.article, reading.identity) == (
        Verdict.OTHER,
        None,
        "36kr:3853011900142848",
    )


@pytest.mark.parametrize(
    "gone", [{"code": 404, "msg": "文章不存在"}, {"code": 0, "data": None, "msg": "文章不存在"}]
)
def test_a_state_without_an_article_says_that_it_is_gone(gone: dict[str, Any]) -> None:
    reading = read(page_of({"articleDetail": {"articleDetailData": gone}}, url=URL))
    assert (reading.verdict, reading.notice, reading.identity) == (
        Verdict.DELETED,
        "文章不存在",
        f"36kr:{NUMBER}",
    )


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"articleDetail": {}},
        {"isSpider": True},
        {"state": "c2VjcmV0", "isEncrypt": True},
        detail(widgetContent=""),
    ],
)
def test_a_shell_or_a_locked_state_is_empty_never_an_article(state: dict[str, Any]) -> None:
    reading = read(page_of(state, url=URL))
    assert (reading.verdict, reading.article) == (Verdict.EMPTY, None)


DOM = (
    '<div class="article-content"><h1 class="article-title margin-bottom-20 common-width">渲染的标题</h1>'
    '<a class="title-icon-item item-a" href="/user/1413215348">李某</a>'
    '<span class="title-icon-item item-time"> <i>·</i> <!-- -->{time}</span><div class="summary">渲染的摘要</div>'
    '<div class="common-width content articleDetailContent kr-rich-text-wrapper"><p>渲染的正文。</p></div>'
    '<div class="article-footer-txt"><p>{footer}</p></div></div>'
)


def test_a_locked_state_with_a_rendered_page() -> None:
    dom = DOM.format(time="2020-05-06", footer="原创文章，作者：<!-- -->李某。")
    article = article_of(page_of({"state": "c2VjcmV0", "isEncrypt": True}, dom, url=URL))
    assert (article.title, article.digest, article.text) == ("渲染的标题", "渲染的摘要", "渲染的正文。")
    assert (article.published_at, article.published_precision) == (
        datetime(2020, 5, 6, tzinfo=SHANGHAI),
        "day",
    )
    assert (article.attribution.author, article.attribution.copyright) == ("李某", "original")
    assert article.identity == f"36kr:{NUMBER}"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("", ""),
        ("<title>渲染的标题-36氪</title>", "渲染的标题"),
        ('<title>36氪</title><meta property="og:title" content="渲染的标题">', "渲染的标题"),
    ],
)
def test_a_body_without_its_headline_is_an_article(head: str, title: str) -> None:
    body = '<div class="common-width content articleDetailContent kr-rich-text-wrapper"><p>存下的正文。</p></div>'
    reading = read(Page(f"{head}{body}".encode()))
    assert reading.verdict is Verdict.ARTICLE
    assert reading.article is not None
    assert (reading.article.title, reading.article.text) == (title, "存下的正文。")


def test_a_relative_time_counts_from_the_fetch() -> None:
    fetched = datetime(2020, 8, 13, 9, 30, tzinfo=SHANGHAI)
    dom = DOM.format(time="14小时前", footer="本文经授权发布，不代表36氪立场。")
    article = article_of(Page(dom.encode(), fetched_at=fetched))
    assert article.published_at == fetched - timedelta(hours=14)
    assert (article.published_text, article.published_precision) == ("· 14小时前", "minute")
    assert article.attribution.copyright == "repost"
    assert article_of(Page(dom.encode())).published_at is None


def test_a_time_before_the_ids_own_clock_is_marked() -> None:
    eight_hours_off = int((PUBLISHED - timedelta(hours=8)).timestamp() * 1000)
    assert "date_check" in article_of(page_of(detail(publishTime=eight_hours_off))).extra
    assert "date_check" not in article_of(page_of(detail())).extra


SLIDER = (
    "<html><head></head><script src='https://lf-cdn-tos.bytescm.com/obj/static/sec_sdk_build/3.3.4/captcha/index.js'></script>"
    "<script>const options = {commonOptions: {aid: 331981}, captchaOptions: {showMode: 'mask'}}\n"
    "window.TTGCaptcha.init(options)</script></html>"
)
CHECK = (
    '<!DOCTYPE html><html lang="en"><body><p>火山引擎</p><p>正在进行安全检测...</p>'
    "<p>为保障您的访问安全，系统正在检测当前网络环境</p></body></html>"
)


@pytest.mark.parametrize(
    "content", [SLIDER, CHECK, CHECK.replace("</body>", "<script>_wafchallengeid='1'</script></body>")]
)
@pytest.mark.parametrize("url", ["https://36kr.com/feed", URL, ""])
@pytest.mark.parametrize("status", [200, 403])
def test_both_stages_of_the_check_on_any_url(content: str, url: str, status: int) -> None:
    reading = kr36(Page(content.encode(), url=url, status=status))
    assert reading.verdict is Verdict.CHALLENGE
    assert reading.notice
    assert reading.article is None


def test_an_article_about_captchas_stays_an_article() -> None:
    words = "<p>火山引擎的验证页写着“正在进行安全检测...”，脚本叫 window.TTGCaptcha.init 和 captchaOptions，变量叫 _wafchallengeid。</p>"
    assert kr36(page_of(detail(widgetContent=words))).verdict is Verdict.ARTICLE
    dom = DOM.format(time="2020-05-06", footer="").replace("<p>渲染的正文。</p>", words)
    assert kr36(Page(dom.encode())).verdict is Verdict.ARTICLE


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (404, Verdict.DELETED),
        (410, Verdict.DELETED),
        (403, Verdict.UNAVAILABLE),
        (429, Verdict.UNAVAILABLE),
        (502, Verdict.UNAVAILABLE),
    ],
)
def test_http_errors(status: int, verdict: Verdict) -> None:
    reading = read(Page(b"<html><body>error</body></html>", url=URL, status=status))
    assert (reading.verdict, reading.identity) == (verdict, f"36kr:{NUMBER}")


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"", Verdict.EMPTY),
        (b" \n", Verdict.EMPTY),
        (b"<html><body>hi</body></html>", Verdict.OTHER),
        (b"text", Verdict.OTHER),
    ],
)
def test_nothing_to_read(content: bytes, verdict: Verdict) -> None:
    assert kr36(Page(content)).verdict is verdict


def test_a_flash_page() -> None:
    url = f"https://36kr.com/newsflashes/{NUMBER}"
    content = (
        '<html><head><meta name="description" content="36氪获悉，一件事发生了。"></head><body><div class="newsflash-item">'
        '<h1 class="item-title">一条快讯</h1><span class="time">2026-06-15 09:50:00</span></div></body></html>'
    )
    article = read(Page(content.encode(), url=url)).article
    assert article is not None
    assert (article.kind, article.url, article.title) == (Verdict.NEWSFLASH, url, "一条快讯")
    assert (article.text, article.published_at) == ("36氪获悉，一件事发生了。", PUBLISHED)


def test_a_flash_page_by_its_state() -> None:
    state = {
        "newsflashDetail": {
            "newsflashDetailData": {"code": 0, "data": data(widgetContent="36氪获悉，成了。")}
        }
    }
    reading = read(page_of(state, url=f"https://36kr.com/newsflashes/{NUMBER}"))
    assert reading.verdict is Verdict.NEWSFLASH
    assert reading.article is not None
    assert reading.article.body == [Paragraph(reading.article.body[0].inlines)]  # type: ignore[union-attr]
    assert reading.article.text == "36氪获悉，成了。"


def test_a_video_page() -> None:
    video = {
        "itemId": NUMBER,
        "widgetTitle": "一段视频",
        "url": "https://video.36krcdn.com/1",
        "publishTime": 1781488200127,
    }
    reading = read(page_of({"videoDetail": {"data": video}}, url=f"https://36kr.com/video/{NUMBER}"))
    assert reading.verdict is Verdict.VIDEO
    assert reading.article is not None
    assert reading.article.media[0].url == "https://video.36krcdn.com/1"


def test_a_bare_state_file_is_read_like_the_page_it_came_from() -> None:
    page = Page(json.dumps(detail()).encode())
    assert site_of(page) is not None
    assert read(page).verdict is Verdict.ARTICLE


@pytest.mark.parametrize(
    "content",
    [
        b'# about\n\n`articleDetailData` and "templateMaterial" of https://36kr.com/p/1',
        b"- [title](https://36kr.com/p/3853011900142848)\n",
        b"<html><body><a href='https://36kr.com/p/3853011900142848'>36kr</a></body></html>",
        b"",
    ],
)
def test_only_what_is_surely_the_sites_is_recognised(content: bytes) -> None:
    assert site_of(Page(content)) is None


def test_a_link_with_a_background_stays_in_its_line() -> None:
    link = '<a href="https://example.com/a" style="background:url(https://a.cn/1)">链接</a>'
    (paragraph,) = read_markup(f"<p>前{link}后</p>")
    assert isinstance(paragraph, Paragraph)
    assert text_of([paragraph]) == "前链接后"


def test_pictures_without_an_address_are_no_pictures() -> None:
    text = '<p>一<img src="data:image/png;base64,AA=="><img><img src="//img.36krcdn.com/a"></p>'
    article = article_of(page_of(detail(widgetContent=text)))
    assert [picture.url for picture in article.images] == ["https://img.36krcdn.com/a"]
    assert all(isinstance(picture, Image) for picture in article.images)


@given(st.text(), st.text(), st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=3))
def test_hostile_values_break_nothing(title: str, content: str, more: dict[str, Any]) -> None:
    reading = kr36(
        page_of(
            detail(
                widgetTitle=title, widgetContent=content, **{f"x{key}": value for key, value in more.items()}
            )
        )
    )
    assert reading.article is None or text_of(reading.article.body) == reading.article.text


@given(
    st.sampled_from(
        [
            "itemId",
            "publishTime",
            "author",
            "summary",
            "imgSources",
            "sourceUrlRoute",
            "popinImage",
            "authorId",
        ]
    ),
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.integers())
    | st.dictionaries(st.text(), st.text()),
)
def test_a_field_of_another_type_is_no_field(name: str, value: object) -> None:
    assert kr36(page_of(detail(**{name: value}))).verdict is Verdict.ARTICLE


def test_numbers_may_come_as_texts() -> None:
    state = detail(itemId=str(NUMBER), publishTime=str(int(PUBLISHED.timestamp() * 1000)))
    state["articleDetail"]["articleDetailData"]["code"] = "0"
    reading = read(page_of(state, url=URL))
    assert (reading.verdict, reading.identity) == (Verdict.ARTICLE, f"36kr:{NUMBER}")
    assert article_of(page_of(state, url=URL)).published_at == PUBLISHED


def test_a_saved_rendered_page_names_itself_and_its_lazy_pictures() -> None:
    fetched = datetime(2026, 6, 15, 10, 0, tzinfo=SHANGHAI)
    text = (
        f'<html><head><link rel="canonical" href="{URL}"></head><body><h1 class="article-title">题</h1>'
        '<span class="title-icon-item item-time"><i>·</i>刚刚</span><div class="articleDetailContent"><p>文。</p>'
        f'<p><img src="data:image/gif;base64,R0lGOD" data-src="{PICTURE}"></p></div></body></html>'
    )
    article = article_of(Page(text.encode(), fetched_at=fetched))
    assert (article.identity, article.published_at) == (f"36kr:{NUMBER}", fetched)
    assert [picture.url for picture in article.images] == [PICTURE]


def test_a_page_that_names_another_article_is_not_stored_under_the_one_asked_for() -> None:
    other = f"https://36kr.com/p/{NUMBER + 1}"
    text = (
        f'<html><head><link rel="canonical" href="{other}"></head><body><h1 class="article-title">题</h1>'
        '<div class="articleDetailContent"><p>文。</p></div></body></html>'
    )
    reading = read(Page(text.encode(), url=URL))
    assert (reading.verdict, reading.article, reading.moved_to) == (Verdict.OTHER, None, other)


def test_a_flash_is_plain_text_where_a_sign_is_no_tag() -> None:
    flash = data(itemId=NUMBER, widgetContent="36氪获悉，若 a<b 且 P&amp;L 为正，则续约。")
    state = {"newsflashDetail": {"newsflashDetailData": {"code": 0, "data": flash}}}
    article = article_of(page_of(state, url=f"https://36kr.com/newsflashes/{NUMBER}"))
    assert article.text == "36氪获悉，若 a<b 且 P&L 为正，则续约。"


@pytest.mark.parametrize(
    ("part", "body", "verdict"),
    [
        ("快讯", "<div>   \n一句话的快讯。（样例社）  \n</div>\n", Verdict.NEWSFLASH),
        ("资讯", "<div>   \n<p>第一段。</p> \n<p>第二段。</p>  \n</div>\n", Verdict.ARTICLE),
    ],
)
def test_a_body_saved_under_front_matter(part: str, body: str, verdict: Verdict) -> None:
    front = f"\n---\ntitle: '它的标题'\ncategories: \n - 36kr\n - {part}\nauthor: 36kr\ndate: Sat, 24 Apr 2021 08:56:16 GMT\n---\n\n"
    reading = read(Page((front + body).encode()), "36kr")
    assert reading.verdict is verdict
    assert reading.article is not None
    assert (reading.article.title, reading.article.attribution.account) == ("它的标题", None)
    assert reading.article.published_at == datetime(2021, 4, 24, 8, 56, 16, tzinfo=UTC)
    assert reading.article.text.startswith(("一句话的快讯。", "第一段。\n第二段。"))


@pytest.mark.parametrize("site", ["36kr", "ithome"])
@pytest.mark.parametrize(
    "text",
    [
        "今日要闻。\n\n<!-- more -->\n\n- 一条<br>新闻\n",
        '<p align="center">图</p>\n\n## 今日要闻\n\n- 一条新闻\n',
    ],
)
def test_a_post_in_markdown_that_holds_some_html_is_no_body(site: SiteName, text: str) -> None:
    post = f"---\ntitle: 每日资讯\ndate: 2025-01-03\n---\n\n{text}"
    assert read(Page(post.encode()), site).article is None
