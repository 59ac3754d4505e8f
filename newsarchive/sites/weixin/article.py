"""One article of mp.weixin.qq.com, from a page or from a JSON answer, as the normalised record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import Body, Embed, text_of
from newsarchive.items.verdict import Verdict
from newsarchive.parsing.dates import Moment, from_epoch, parse
from newsarchive.parsing.html_tree import inner_text
from newsarchive.parsing.text import one_line
from newsarchive.records.page import Page
from newsarchive.sites.shared.readings import linked_article
from newsarchive.sites.site import Link
from newsarchive.sites.weixin.body import article_body, markup_body, set_backgrounds
from newsarchive.sites.weixin.facts import Facts
from newsarchive.sites.weixin.items import records, string
from newsarchive.sites.weixin.markup import WeixinPage, parse_fragment
from newsarchive.sites.weixin.posts import original_of, post_body, repost_card
from newsarchive.sites.weixin.saved import READABILITY
from newsarchive.sites.weixin.urls import identify, link_of, long_url

PARSER = "weixin/1"
"""Version of this reader: raised when its answers change, so that stored pages are read again."""

_COPYRIGHT: dict[str, Literal["original", "repost", "none"]] = {
    "0": "none",
    "1": "original",
    "2": "repost",
    "11": "original",
}
_TITLE_LENGTH = 60
_OF_A_BY_LINE = frozenset({"rich_media_meta", "rich_media_meta_text"})
_NAMELESS = re.compile(rb"""<(?:span|em)\b(?:(?!\sid="[^"])[^<>])*?\brich_media_meta_text\b""", re.IGNORECASE)
"""Most pages have none: to parse what stands above their body would take a hundredth of the time, and more of a small page's."""
_DATE = re.compile(r"\d{4}[-/年]\d{1,2}|\d{1,2}月\d{1,2}日|[今昨前]天")
_SENTENCE_END = re.compile(r"[。！？!?；;]")


def read_article(page: WeixinPage, source: Page, kind: Verdict) -> Article:
    """The article of an HTML page; its identity is empty where nothing in it says which one it is (an exporter's copy)."""
    facts = Facts(page)
    link = link_of(facts.keys(source.url)) or Link("weixin", "", "")
    return _article(facts, link, source, kind, _body(page, facts, kind))


def read_json_article(state: Mapping[str, Any], source: Page, kind: Verdict) -> Article | None:
    """The article of a JSON answer (`/s?f=json`, or a state object on its own)."""
    facts = Facts(None, state)
    content = facts.content()
    dropped: Counter[str] = Counter()
    whole = kind in {Verdict.ARTICLE, Verdict.REPOST_CARD}
    body = markup_body(content, dropped) if whole else post_body(facts, kind, content)
    link = link_of(facts.keys(source.url))
    return _article(facts, link, source, kind, (body, {"dropped": dict(dropped)})) if link else None


def _article(
    facts: Facts, link: Link, source: Page, kind: Verdict, content: tuple[Body, dict[str, Any]]
) -> Article:
    body, extra = content
    moment, time_text = _published(facts, source)
    return linked_article(
        "weixin",
        link,
        source,
        moment,
        time_text,
        kind=kind,
        aliases=_aliases(link.keys, link.identity, link.url, source.url),
        title=_title(facts, kind, body),
        attribution=_attribution(facts, kind),
        digest=facts.line("desc"),
        cover=facts.url("cdn_url") or next((block.cover for block in body if isinstance(block, Embed)), None),
        source_url=facts.url("source_url"),
        tags=_tags(facts),
        paid=facts.raw("is_pay_subscribe") == "1",
        body=body,
        extra={**_extra(facts), **extra},
        parser=PARSER,
    )


def _aliases(keys: Mapping[str, str], identity: str, url: str, page_url: str) -> tuple[str, ...]:
    """Other names of the same article: its short identity, its long URL, and the address it was read at."""
    names = [page_url] if page_url and identify(page_url) else []
    if "short" in keys and not identity.startswith("weixin:s:"):
        names = [f"weixin:s:{keys['short']}", long_url(keys), *names]
    return tuple(dict.fromkeys(name for name in names if name != url))


def _title(facts: Facts, kind: Verdict, body: Body) -> str:
    """The title; a text post that has none gets the beginning of its text, which its page repeats whole as title."""
    title = facts.line("title") or ""
    if kind is not Verdict.TEXT_POST or str(facts.group("text_page_info").get("is_user_title")) == "1":
        return title
    title = one_line(title.replace("\\n", " "))  # written out in the meta element
    text = text_of(body)
    beginning = "".join(title.split())[:20]
    if text and title and not "".join(text.split()).startswith(beginning):
        return title
    first = (text or title).split("\n", 1)[0]
    end = _SENTENCE_END.search(first[:_TITLE_LENGTH])
    return first[: end.start()] if end and end.start() > 4 else first[:_TITLE_LENGTH].rstrip()


def _attribution(facts: Facts, kind: Verdict) -> Attribution:
    info = facts.copyright_info
    status = string(info.get("copyright_stat")) or (facts.variable("copyright_stat") if not info else "")
    copyright_ = _COPYRIGHT.get(status)
    if copyright_ is None and kind is Verdict.REPOST_CARD:
        copyright_ = "repost"
    if copyright_ is None and facts.page and facts.page.tag_start(b"copyright_logo") >= 0:
        copyright_ = "original"
    attribution = Attribution(
        account=facts.line("nick_name"),
        account_id=facts.line("user_name"),
        account_alias=facts.line("alias"),
        author=facts.line("author") or _by_line(facts.page),
        copyright=copyright_,
    )
    return attribution.model_copy(update=original_of(facts, info)) if copyright_ == "repost" else attribution


def _by_line(page: WeixinPage | None) -> str | None:
    """The author as templates of 2018 and 2019 show him: the first element that is a `.rich_media_meta_text` and nothing more.

    With an id it is the date or the account (`#post-date`, `#js_name`), with another class the account's name
    (`.rich_media_meta_nickname`).
    """
    if page is None or "author" in page.state:
        return None
    start = page.tag_start(b"activity-name")
    stop = page.tag_start(b"js_content")
    if start < 0 or not start < stop < start + 60_000:
        return None
    root = parse_fragment(page.markup[start:stop]) if _NAMELESS.search(page.markup, start, stop) else None
    for element in root.iter("span", "em") if root is not None else ():
        names = set(element.get("class", "").split())
        if "rich_media_meta_text" in names and names <= _OF_A_BY_LINE and not element.get("id"):
            author = one_line(inner_text(element))
            if author and not _DATE.match(author):
                return author
    return None


def _published(facts: Facts, source: Page) -> tuple[Moment | None, str | None]:
    """The time of publication, exact where the page has the epoch, and the time in the page's words."""
    words = facts.raw("create_time")
    shown = "" if words.isdecimal() else words
    shown = shown or _shown_time(facts.page)
    for epoch in (
        string(facts.state.get("ori_create_time")),
        string(facts.state.get("create_timestamp")),
        facts.raw("ori_create_time"),
    ):
        if at := from_epoch(epoch):
            return Moment(at), shown or None
    base = source.fetched_at or from_epoch(facts.raw("svr_time"))
    return parse(shown, base), shown or None


def _shown_time(page: WeixinPage | None) -> str:
    """`#publish_time`: empty as the server sends it, relative (昨天) in a browser's DOM of 2020; `#post-date` in 2018."""
    if page is None:
        return ""
    return page.words(b"publish_time" if page.tag_start(b"publish_time") >= 0 else b"post-date")


def _tags(facts: Facts) -> tuple[str, ...]:
    """Albums and topics, in the page's order."""
    albums = [tag.get("tag_name") for tag in records(facts.group("public_tag_info").get("tags"))]
    topics = facts.group("hashtags").get("hashtag")
    names = (one_line(string(name)) for name in (*albums, *(topics if isinstance(topics, list) else ())))
    return tuple(dict.fromkeys(name for name in names if name))


def _extra(facts: Facts) -> dict[str, Any]:
    kind = string(facts.state.get("item_show_type"))
    albums = [string(tag.get("album_id")) for tag in records(facts.group("public_tag_info").get("tags"))]
    region = facts.group("ip_wording")
    return {
        "item_show_type": int(kind) if kind.isdecimal() else kind,
        "albums": [album for album in albums if album.isdecimal()],
        "region": " ".join(
            filter(None, (string(region.get(name)) for name in ("country_name", "province_name")))
        ),
        "claim_source": one_line(string(facts.group("claim_source").get("claim_source"))),
    }


def _body(page: WeixinPage, facts: Facts, kind: Verdict) -> tuple[Body, dict[str, Any]]:
    """The body tree of a page, with what it shows besides."""
    if kind is Verdict.REPOST_CARD:
        return repost_card(page, facts), {}
    if kind is Verdict.ARTICLE:
        return _article_body(page, facts)
    return post_body(facts, kind, facts.content()), {}


def _article_body(page: WeixinPage, facts: Facts) -> tuple[Body, dict[str, Any]]:
    element, source = page.element(b"js_content")
    if element is None:
        element, source = page.element(READABILITY)
    dropped: Counter[str] = Counter()
    body: Body = []
    if element is not None:
        set_backgrounds(element)
        body = article_body(element, dropped)
    preview = b"mp-pay-preview-filter" in source
    if not body and not preview:
        # Seen by others on "cooling" articles: no body element, but the whole text in the state object.
        content = facts.content()
        if page.is_post:  # a kind of post that is not known yet (17, "short content", has been announced)
            body = post_body(facts, Verdict.IMAGE_POST, content)
        else:
            body = markup_body(content) if content else post_body(facts, Verdict.ARTICLE, "")
    return body, {"preview": preview or None, "dropped": dict(dropped)}
