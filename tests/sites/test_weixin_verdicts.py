"""What a weixin page is: by its structure, and by words only where the structure is silent."""

from __future__ import annotations

import json

import pytest

from newsarchive.items.verdict import NOTICES, Verdict
from newsarchive.records.page import Page
from newsarchive.sites.reading import read as read_any
from newsarchive.sites.weixin.reader import read, recognises
from tests.sites import saved_forms
from tests.sites import weixin_pages as pages


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("该内容已被发布者删除", Verdict.DELETED),
        ("The content has been deleted by the author.", Verdict.DELETED),
        ("该公众号已自主注销", Verdict.DELETED),
        ("此内容因违规无法查看", Verdict.VIOLATION),
        ("此内容被投诉且经审核涉嫌侵权，无法查看", Verdict.VIOLATION),
        ("此帐号已被屏蔽, 内容无法查看", Verdict.VIOLATION),
        ("This content cannot be viewed due to violations of regulations", Verdict.VIOLATION),
        ("链接已过期", Verdict.EXPIRED),
        ("This link has expired", Verdict.EXPIRED),
        ("参数错误", Verdict.PARAM_ERROR),
        ("Parameter error", Verdict.PARAM_ERROR),
        ("该内容暂时无法查看", Verdict.UNAVAILABLE),
        ("此帐号处于帐号迁移流程中", Verdict.UNAVAILABLE),
        ("系统出错", Verdict.UNAVAILABLE),
        ("Unable to view this content because it is unavailable", Verdict.UNAVAILABLE),
        ("请在微信客户端打开链接", Verdict.OTHER),
        ("今天天气不错", Verdict.OTHER),
    ],
)
def test_a_notice_is_read_by_its_words(title: str, verdict: Verdict) -> None:
    reading = read(Page(pages.notice(title), pages.SHORT))
    assert (reading.verdict, reading.notice, reading.article) == (verdict, title, None)
    assert reading.identity == f"weixin:s:{pages.TOKEN}"


def test_the_reason_of_a_violation_is_kept_half_english_or_not() -> None:
    reading = read(
        Page(pages.notice("此内容因违规无法查看", "由用户投诉并经平台审核，violating relevant laws，查看"))
    )
    assert reading.verdict is Verdict.VIOLATION
    assert reading.notice == "此内容因违规无法查看"
    assert reading.reason == "由用户投诉并经平台审核，violating relevant laws，查看对应规则"


@pytest.mark.parametrize(
    "words", ["该内容已被发布者删除", "链接已过期", "当前环境异常，完成验证后即可继续访问", "参数错误"]
)
def test_an_article_that_quotes_a_notice_stays_an_article(words: str) -> None:
    body = f'<p>{words}</p><p>&lt;h2 class="weui-msg__title"&gt;{words}&lt;/h2&gt;</p>'
    for page in (pages.article(body), pages.old_article(body)):
        reading = read(Page(page, pages.LONG))
        assert reading.verdict is Verdict.ARTICLE
        assert reading.article is not None
        assert words in reading.article.text


def test_the_short_template_of_a_notice_is_read() -> None:
    page = '<html><head><title>该内容暂时无法查看</title></head><body><div class="mesg-block">\n<p>该内容暂时无法查看</p></div>'
    reading = read(Page(page.encode()))
    assert (reading.verdict, reading.notice) == (Verdict.UNAVAILABLE, "该内容暂时无法查看")


def test_the_template_of_a_parameter_error_needs_no_words() -> None:
    reading = read(Page(pages.notice("", scripts="var ret = '-2' * 1;")))
    assert reading.verdict is Verdict.PARAM_ERROR


def test_a_verification_page_has_no_words() -> None:
    assert read(Page(pages.VERIFY, pages.LONG)).verdict is Verdict.CAPTCHA


def test_a_verification_page_is_known_by_where_it_led_and_says_what_was_asked_for() -> None:
    target = (
        pages.LONG.replace(":", "%3A")
        .replace("/", "%2F")
        .replace("?", "%3F")
        .replace("&", "%26")
        .replace("=", "%3D")
    )
    url = f"https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x&target_url={target}"
    reading = read(Page(b"<html><body>hello</body></html>", url))
    assert reading.verdict is Verdict.CAPTCHA
    assert reading.identity == f"weixin:{pages.BIZ}:{pages.MID}:1"


def test_the_verification_page_of_2018_writes_its_words_by_script() -> None:
    page = """<html><head><title></title></head><body><script>
document.write('<div class="weui-msg">\\
<h2 class="weui-msg__title">验证身份</h2>\\
<p class="weui-msg__desc">你的访问过于频繁，需要从微信打开验证身份</p></div>');
var appmsgqrcode_ticket = 'x';</script></body></html>"""
    reading = read(Page(page.encode()))
    assert (reading.verdict, reading.notice) == (Verdict.CAPTCHA, "验证身份")
    assert reading.reason == "你的访问过于频繁，需要从微信打开验证身份"


def test_words_of_a_verification_alone_are_enough() -> None:
    assert read(Page(pages.notice("环境异常", "完成验证后即可继续访问"))).verdict is Verdict.CAPTCHA


@pytest.mark.parametrize(
    "body",
    ['<a id="js_verify">去验证</a>', '<p class="weui-msg__desc">当前环境异常，完成验证后即可继续访问。</p>'],
)
def test_a_verification_page_is_known_by_its_button_or_its_second_line(body: str) -> None:
    page = f"<html><head><title>微信公众平台</title></head><body>{body}</body></html>"
    assert read(Page(page.encode())).verdict is Verdict.CAPTCHA


@pytest.mark.parametrize("content", [b"", b" \r\n\t"])
def test_nothing_is_empty(content: bytes) -> None:
    assert read(Page(content, pages.SHORT)).verdict is Verdict.EMPTY


def test_a_frame_without_content_is_empty_and_no_article() -> None:
    shell = pages.notice("").replace(b"weui-msg__title", b"x")
    assert read(Page(shell)).verdict is Verdict.EMPTY
    reading = read(Page(pages.article("", content_noencode="")))
    assert (reading.verdict, reading.article) == (Verdict.EMPTY, None)
    assert reading.identity == f"weixin:{pages.BIZ}:{pages.MID}:1"


def test_a_moved_account_leads_to_where_it_moved() -> None:
    reading = read(
        Page(
            pages.notice(
                "该公众号已迁移", scripts=f"var msg_title = ''; var transferTargetLink = '{pages.LONG}';"
            )
        )
    )
    assert reading.verdict is Verdict.UNAVAILABLE
    assert reading.listing is not None
    assert [item.url for item in reading.listing.items] == [pages.LONG]


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (0, Verdict.ARTICLE),
        (5, Verdict.VIDEO),
        (7, Verdict.AUDIO),
        (8, Verdict.IMAGE_POST),
        (10, Verdict.TEXT_POST),
        (11, Verdict.ARTICLE),
        (17, Verdict.ARTICLE),
    ],
)
def test_the_sites_own_type_decides_the_kind(kind: int, verdict: Verdict) -> None:
    assert read(Page(pages.post(kind))).verdict is verdict
    answer = json.dumps(
        {"user_name": "gh_1", "title": "t", "content_noencode": "<p>x</p>", "item_show_type": kind}
    )
    assert read(Page(answer.encode(), pages.LONG)).verdict is verdict


def test_a_complaint_of_an_interface_is_told() -> None:
    reading = read(Page(b'{"base_resp":{"err_msg":"freq control","ret":200013}}'))
    assert (reading.verdict, reading.notice) == (Verdict.OTHER, "freq control")


def test_what_is_no_page_of_the_site_is_other() -> None:
    assert (
        read(Page(b"<html><head><title>hello</title></head><body>world</body></html>")).verdict
        is Verdict.OTHER
    )
    assert read(Page(b"\x89PNG\r\n\x1a\n\x00\x00")).verdict is Verdict.OTHER
    assert read(Page(b"[1, 2")).verdict is Verdict.OTHER


def test_pages_are_recognised_without_a_url_and_others_are_not() -> None:
    for page in (pages.article(), pages.old_article(), pages.post(8), pages.notice("参数错误"), pages.VERIFY):
        assert recognises(page)
    for other in (b"", b"<html><p>hello</p></html>", b'{"data": 1}', b"<rss><channel></channel></rss>"):
        assert not recognises(other)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("网络出错，请稍后再试", Verdict.UNAVAILABLE),
        ("服务器繁忙", Verdict.UNAVAILABLE),
        ("The page does not exist", Verdict.UNAVAILABLE),
        ("Invalid link", Verdict.PARAM_ERROR),
        ("Incorrect parameters", Verdict.PARAM_ERROR),
        ("This account has been deregistered", Verdict.DELETED),
        ("你的访问过于频繁，请稍后再试", Verdict.CAPTCHA),
    ],
)
def test_other_words_of_notices(words: str, verdict: Verdict) -> None:
    assert read(Page(pages.notice(words))).verdict is verdict


@pytest.mark.parametrize("code", ["var ret = '-2' * 1;", "var ret='-2'*1;", 'var ret = "-2";'])
def test_a_wrong_parameter_is_told_by_its_code_where_words_are_missing(code: str) -> None:
    assert read(Page(pages.notice("", scripts=code))).verdict is Verdict.PARAM_ERROR


@pytest.mark.parametrize(
    "page",
    [
        # What stands below every article of 2018 to 2023, where its body cannot be seen.
        '<html><body id="activity-detail"><strong class="profile_nickname">小站</strong><script>var biz = "";</script></body></html>',
        '<html><body><pre>&lt;strong class="profile_nickname"&gt;小站&lt;/strong&gt; var msgList = {}</pre></body></html>',
        '<html><head><script>var profile_nickname = "\\\\u6c5f";</script></head><body></body></html>',
        '"<strong class=\\"profile_nickname\\">\\u6c5f\\u5cb8</strong>"',
    ],
)
def test_an_accounts_name_makes_no_account_page(page: str) -> None:
    for reading in (read(Page(page.encode(), pages.SHORT)), read_any(Page(page.encode(), pages.SHORT))):
        assert reading.verdict in {Verdict.OTHER, Verdict.EMPTY}
        assert reading.account is None


def test_an_accounts_page_that_a_browser_saved_is_read_by_its_elements() -> None:
    page = """<html><body><strong class="profile_nickname">象会</strong><div class="weui_msg_card_list" id="history">
        <div class="weui_media_bd"><h4 class="weui_media_title" hrefs="/s?timestamp=1&amp;src=3&amp;ver=1&amp;signature=a*b">第一篇</h4>
        <p class="weui_media_desc">摘要</p><p class="weui_media_extra_info">2018年8月27日</p></div></div></body></html>"""
    for form in (
        bytes,
        lambda content: saved_forms.minified(content, ""),
        lambda content: saved_forms.singlefile(content, ""),
    ):
        reading = read_any(Page(form(page.encode())), "weixin")
        assert (reading.verdict, reading.account) == (Verdict.ACCOUNT_PAGE, "象会")
        assert reading.listing
        (item,) = reading.listing.items
        assert (item.title, item.summary, item.published_text) == ("第一篇", "摘要", "2018年8月27日")
        assert item.url == "https://mp.weixin.qq.com/s?timestamp=1&src=3&ver=1&signature=a*b"


@pytest.mark.parametrize(
    "script",
    [
        '<script type="module" crossorigin src="//res.wx.qq.com/mmbizwap/private.1a2b.js"></script>',
        "<script src=https://res.wx.qq.com/mmbizappmsg/js/private-9f.js></script>",
        '<link rel="modulepreload" href="//res.wx.qq.com/a/private.js">',
    ],
)
def test_an_article_for_members_only_is_a_notice_of_its_own(script: str) -> None:
    page = f'<!DOCTYPE html><html><head><title></title>{script}</head><body class="zh_CN"><div id="app"></div></body></html>'
    reading = read_any(Page(page.encode(), pages.SHORT))
    assert (reading.verdict, reading.identity) == (Verdict.PRIVATE, f"weixin:s:{pages.TOKEN}")
    assert Verdict.PRIVATE in NOTICES


def test_other_programs_than_that_of_the_members_pages_make_no_private_article() -> None:
    page = '<html><head><script src="//res.wx.qq.com/mmbizwap/index.1a2b.js"></script></head><body><div id="app"></div></body></html>'
    assert read_any(Page(page.encode(), pages.SHORT)).verdict is Verdict.EMPTY
