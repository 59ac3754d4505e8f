"""What kind of page mp.weixin.qq.com sent. Structure decides; words only where the structure is silent.

An article may quote any notice's sentence, and the CSS of notices stands in every article (`.cooldown_tips`,
`weui-msg`): so a page with an article's elements is an article, whatever its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from w3lib.url import url_query_parameter

from newsarchive.items.verdict import Verdict
from newsarchive.sites.weixin.items import kind_of
from newsarchive.sites.weixin.markup import WeixinPage
from newsarchive.sites.weixin.saved import READABILITY

CAPTCHA_PATH = "/mp/wappoc_appmsgcaptcha"
_CAPTCHA_MARKS = (
    b"secitptpage/verify",
    b"wappoc_appmsgcaptcha",
    b"appmsgqrcode_ticket",
    b'class="qrcheck_box"',
    b"TCaptcha.js",
    b'id="js_verify"',
)
_TITLE_CLASSES = (b"weui-msg__title", b"global_error_msg", b"page_rumor")
_REASON_CLASSES = (b"weui-msg__desc", b"tips")

_WORDS = tuple(
    (verdict, re.compile(words, re.IGNORECASE))
    for verdict, words in (
        (Verdict.EXPIRED, r"链接已?(?:过期|失效)|\bexpired\b"),
        (
            Verdict.PARAM_ERROR,
            r"参数错误|(?:parameter|param|args?|argument)s? ?(?:error|invalid)|(?:invalid|incorrect|wrong) (?:parameter|argument|param|arg|link|url)s?\b",
        ),
        (
            Verdict.DELETED,
            r"(?:发布者|作者).{0,4}删除|deleted by (?:the |its )?(?:author|publisher|owner)|自主注销|deregistered",
        ),
        (
            Verdict.VIOLATION,
            r"违规|违反|侵权|投诉|屏蔽|封禁|涉嫌|不实信息|谣言|violat|infring|illegal|complain|\bblocked\b|banned",
        ),
        (Verdict.DELETED, r"删除|\bdeleted\b|\bremoved\b|已注销"),
        (
            Verdict.CAPTCHA,
            r"环境异常|验证身份|去验证|完成验证|访问过于频繁|扫描二维码进行访问|verify|verification|too (?:frequent|many)|abnormal",
        ),
        (Verdict.OTHER, r"请在微信客户端打开|open .{0,20}in (?:the )?(?:wechat|weixin)"),
        (
            Verdict.UNAVAILABLE,
            (
                r"无法查看|无法访问|暂时|迁移|发送失败|(?:系统|网络|服务器).{0,2}(?:出错|错误|异常|繁忙)|稍后再试|不存在|(?:does not|doesn't) exist|unavailable|not available|unable to (?:view|access)|"
                r"can(?:'|’|no)?t be (?:viewed|displayed|accessed)|system (?:error|busy)|migrat"
            ),
        ),
    )
)

_PARAM_RET = re.compile(rb"""var ret\s*=\s*["']-2["']""")
"""How the page of a wrong parameter gives its code (2026)."""

_MEMBERS_ONLY = re.compile(rb"""<(?:script|link)\s[^<>]*(?:src|href)="[^"<>]*/private\b[^"<>/]*\.js""")
"""The program that shows an article to those who may see it; its page has an empty `#app` and nothing else (2025 and 2026)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A page's verdict; for notices the title and reason they give, for articles the site's own type number."""

    verdict: Verdict
    notice: str | None = None
    reason: str | None = None


def judge(page: WeixinPage, url: str) -> Judgement:
    """The verdict of an HTML page; `url` is the final URL, empty where unknown."""
    if not page.content[:1000].strip() and not page.content.strip():
        # A redirect to the verification page is known by its address alone.
        return Judgement(Verdict.CAPTCHA if urlsplit(url).path.startswith(CAPTCHA_PATH) else Verdict.EMPTY)
    if page.tag_start(b"js_article") >= 0 or page.tag_start(b"js_content") >= 0:
        return Judgement(_article_kind(page))
    if any(page.state.get(name) for name in ("title", "nick_name", "user_name")):
        return Judgement(_article_kind(page))
    if page.tag_start(READABILITY) >= 0:
        return Judgement(Verdict.ARTICLE)
    if urlsplit(url).path.startswith(CAPTCHA_PATH) or any(mark in page.content for mark in _CAPTCHA_MARKS):
        notice, reason = notice_words(page)
        return Judgement(Verdict.CAPTCHA, notice, reason)
    if b"mmbizwap:pages/album.html" in page.content or b"album__list-item" in page.content:
        return Judgement(Verdict.ALBUM)
    if page.has_code(b"var msgList") or (
        page.tag_start(b"history") >= 0 and page.classed(b"profile_nickname")
    ):
        return Judgement(Verdict.ACCOUNT_PAGE)
    if page.tag_start(b"app") >= 0 and _MEMBERS_ONLY.search(page.markup):
        return Judgement(Verdict.PRIVATE)
    return _judge_notice(page)


def asked_url(url: str) -> str:
    """The URL that was asked for, where the final one is a verification page."""
    is_check = urlsplit(url).path.startswith(CAPTCHA_PATH)
    return url_query_parameter(url, "target_url", url) if is_check else url


def _article_kind(page: WeixinPage) -> Verdict:
    told = page.state.get("item_show_type")
    if told is None:
        told = page.text(b"var item_show_type", b"window.item_show_type", b"d.item_show_type")
    verdict = kind_of(told) if str(told).isdecimal() else _kind_by_elements(page)
    if verdict is Verdict.ARTICLE and b"original_panel_content" in page.start_tag(b"js_content"):
        return Verdict.REPOST_CARD
    return verdict


def _kind_by_elements(page: WeixinPage) -> Verdict:
    """The kind where no script says it: posts of 2018 and 2019, and pages that somebody's exporter has stripped."""
    if b"rich_media_content" in page.start_tag(b"js_content"):
        return Verdict.ARTICLE
    if page.tag_start(b"js_text_desc") >= 0:
        return Verdict.TEXT_POST
    if page.tag_start(b"img_list") >= 0:
        return Verdict.IMAGE_POST
    if page.tag_start(b"js_mpvedio") >= 0 or b'class="video_card_context"' in page.markup:
        return Verdict.VIDEO
    if b"share_content_page" in page.markup and page.tag_start(b"js_content") < 0:
        return Verdict.IMAGE_POST
    return Verdict.ARTICLE


def notice_words(page: WeixinPage) -> tuple[str | None, str | None]:
    """The title and the reason of a notice page, also where a script writes them."""
    title, end = page.classed_anywhere(*_TITLE_CLASSES)
    if title:
        return title, page.classed_anywhere(*_REASON_CLASSES, start=end)[0] or None
    return page.classed_anywhere(b"mesg-block", b"weui-msg__desc")[0] or None, None


def _judge_notice(page: WeixinPage) -> Judgement:
    notice, reason = notice_words(page)
    if notice:
        return Judgement(classify(notice, reason), notice, reason)
    if _PARAM_RET.search(page.content):
        return Judgement(Verdict.PARAM_ERROR)
    title = page.title
    if title and (verdict := classify(title)) is not Verdict.OTHER:
        return Judgement(verdict, title)
    return Judgement(Verdict.OTHER if title or not _is_shell(page) else Verdict.EMPTY, title or None)


def _is_shell(page: WeixinPage) -> bool:
    """The site's frame without anything in it (about 31 kB, seen for deleted articles)."""
    return b"res.wx.qq.com" in page.content or b"activity-detail" in page.content


def classify(notice: str, reason: str | None = None) -> Verdict:
    """The verdict that a notice's words mean; `other` for words that are not known."""
    for text in (notice, reason or ""):
        for verdict, pattern in _WORDS:
            if text and pattern.search(text):
                return verdict
    return Verdict.OTHER
