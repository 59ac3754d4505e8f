"""36kr's pages and feeds (structure of 2020 to 2026; data in `window.initialState`, the DOM beside it)."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from samples.ids import SHANGHAI, digest, number
from samples.pages.body import kr36, kr36_image, render
from samples.story import Story


def milliseconds(moment: datetime) -> int:
    """Epoch milliseconds."""
    return int(moment.timestamp() * 1000)


def body(story: Story, original: Story | None) -> str:
    """A story's body; a reprint ends with the sentence that names its source."""
    day = f"{story.published.astimezone(SHANGHAI):%Y%m%d}"
    text = render(story.blocks, kr36(day))
    if original is not None and original.account:
        account = original.account
        name = f"“{html.escape(account.name)}”"
        if number(story.key, "link", below=2):
            name = f'<a href="{html.escape(original.url)}" rel="noopener noreferrer nofollow">{name}</a>'
        who = f"，作者：{html.escape(original.author)}" if original.author else ""
        text += f"<p>本文来自微信公众号{name}（ID：{html.escape(account.alias)}）{who}，36氪经授权发布。</p>"
    return text


def cover(story: Story) -> str:
    """The cover's URL, or nothing."""
    if not story.cover:
        return ""
    return kr36_image(story.cover, f"{story.published.astimezone(SHANGHAI):%Y%m%d}")


def _marked_up(text: str) -> str:
    """Titles and summaries of the state are markup: they hold entities, in search results also `<em>`."""
    return html.escape(text, quote=False)


def _user(story: Story) -> int:
    return 1_100_000_000 + number(story.author, below=99_999_999)


def _material(story: Story) -> dict[str, Any]:
    material: dict[str, Any] = {
        "itemId": story.item_id,
        "templateType": 0 if story.kind == "flash" else 1,
        "publishTime": milliseconds(story.published),
        "widgetTitle": _marked_up(story.title),
    }
    if story.kind == "flash":
        material["widgetContent"] = "".join(story.lines)
        if story.source_url:
            material["sourceUrlRoute"] = "webview?url=" + story.source_url.replace(":", "%3A").replace(
                "/", "%2F"
            )
    else:
        material |= {
            "widgetImage": cover(story),
            "summary": _marked_up(story.digest),
            "authorName": story.author,
            "authorRoute": f"detail_author?userId={_user(story)}",
        }
        if story.channel:
            material["navName"] = story.channel
    return material


def list_item(story: Story) -> dict[str, Any]:
    """A card of a list, as the state and the gateway hold it."""
    flash = story.kind == "flash"
    return {
        "itemId": story.item_id,
        "itemType": 20 if flash else 10,
        "templateMaterial": _material(story),
        "route": f"detail_{'newsflash' if flash else 'article'}?itemId={story.item_id}",
        "siteId": 1,
        "publishTime": milliseconds(story.published),
    }


def cursor(stories: Sequence[Story]) -> str:
    """The opaque continuation value: unpadded base64 of the ids and times of the first and last entry."""
    if not stories:
        return ""
    first, last = stories[0], stories[-1]
    value = {
        "firstId": first.item_id,
        "lastId": last.item_id,
        "firstCreateTime": milliseconds(first.published),
        "lastCreateTime": milliseconds(last.published),
    }
    return base64.b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def listing(stories: Sequence[Story], *, more: bool) -> dict[str, Any]:
    """The part of a list that the page's state and the gateway share."""
    return {
        "itemList": [list_item(story) for story in stories],
        "pageCallback": cursor(stories),
        "hasNextPage": int(more),
    }


def _state_script(state: object) -> str:
    text = (
        json.dumps(state, ensure_ascii=False, separators=(",", ":"))
        .replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
    )
    nonce = digest("gateway", size=16).hex()
    return f'<script>window.__GATEWAY_SIGN__="{nonce}";window.initialState={text}</script>'


def document(title: str, content: str, head: str = "") -> str:
    """The frame of every page."""
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="UTF-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1.0">'
        f"<title>{html.escape(title)}</title>{head}"
        '<link rel="shortcut icon" href="https://static.36krcdn.com/36kr-web/static/app_logo.ico">'
        f'</head><body><div id="app"><div class="kr-header"><a href="/" class="kr-logo">36氪</a></div>{content}'
        '<div class="kr-footer">© 2011~2026 示例站点</div></div></body></html>'
    )


def article_data(story: Story, original: Story | None) -> dict[str, Any]:
    """`articleDetail.articleDetailData.data`."""
    return {
        "itemId": story.item_id,
        "widgetTitle": _marked_up(story.title),
        "summary": _marked_up(story.digest),
        "author": story.author,
        "authorId": _user(story),
        "authorFace": "",
        "authorRoute": f"detail_author?userId={_user(story)}",
        "publishTime": milliseconds(story.published) + number(story.key, "publish", below=1000),
        "widgetContent": body(story, original),
        "sourceType": "original" if original is None else "reprint",
        "imgSources": [],
        "popinImage": cover(story),
    }


def article(story: Story, original: Story | None, related: Sequence[Story]) -> str:
    """An article page with its state; without it for `dom_only`, locked and filled in by a script for `encrypted`."""
    recommend = {
        "relateArticleList": [_material(other) | {"route": list_item(other)["route"]} for other in related]
    }
    state = {
        "articleDetail": {
            "articleDetailData": {"code": 0, "data": article_data(story, original), "msg": ""},
            "articleRecommendData": {"statPraise": 0, "statComment": 0, "statCollect": 0, **recommend},
        }
    }
    dom = _article_dom(story, original)
    head = _article_head(story)
    if story.kind == "encrypted":
        return _locked(story, dom, head)
    script = "" if story.kind == "dom_only" else _state_script(state)
    return document(f"{story.title}-36氪", dom + script, head)


def _article_head(story: Story) -> str:
    pairs = (
        ("og:title", story.title),
        ("og:image", cover(story)),
        ("article:published_time", story.published.isoformat()),
    )
    properties = "".join(f'<meta property="{name}" content="{html.escape(value)}">' for name, value in pairs)
    return f'<meta name="description" content="{html.escape(story.digest)}">{properties}'


def _article_dom(story: Story, original: Story | None) -> str:
    shown = f"{story.published.astimezone(SHANGHAI):%Y年%m月%d日 %H:%M}"
    author = html.escape(story.author)
    footer = (
        "本文经授权发布，不代表36氪立场。如若转载请联系原作者。"
        if original
        else f"原创文章，作者：{author}。转载或内容合作请点击转载说明。"
    )
    return (
        '<div class="article-content"><div class="article-mian-content"><div class="article-wrapper common-width">'
        f'<h1 class="article-title margin-bottom-20 common-width">{html.escape(story.title)}</h1>'
        '<div class="article-title-icon common-width margin-bottom-40">'
        f'<a class="title-icon-item item-a" href="/user/{_user(story)}" target="_blank">{author}</a>'
        f'<span class="title-icon-item item-time"><i>·</i>{shown}</span></div>'
        f'<div class="summary">{html.escape(story.digest)}</div>'
        '<div class="common-width margin-bottom-20">'
        f'<div class="common-width content articleDetailContent kr-rich-text-wrapper">{body(story, original)}</div></div>'
        f'<div class="common-width"><div class="article-footer-txt"><p>{footer}</p></div></div>'
        "</div></div></div>"
    )


def _locked(story: Story, dom: str, head: str) -> str:
    """The state is locked and the plain HTML is empty; a script of the page draws the article, as a browser would see."""
    locked = {"state": base64.b64encode(digest(story.key, "locked", size=64) * 4).decode(), "isEncrypt": True}
    drawing = json.dumps(dom, ensure_ascii=False).replace("<", "\\u003c")
    script = f"<script>document.getElementById('article-root').innerHTML={drawing};</script>"
    return document(
        f"{story.title}-36氪", f'<div id="article-root"></div>{_state_script(locked)}{script}', head
    )


def missing_article(item_id: int) -> str:
    """The page of an article that was taken away: HTTP 200, a state with a code and no data."""
    state = {"articleDetail": {"articleDetailData": {"code": 404, "msg": f"文章不存在 {item_id}"}}}
    return document("36氪", '<div class="error-page">内容不存在</div>' + _state_script(state))


def _card(story: Story) -> str:
    path = f"/p/{story.item_id}"
    return (
        f'<div class="kr-shadow-content"><a class="article-item-title weight-bold" href="{path}" target="_blank">'
        f"{html.escape(story.title)}</a>"
        f'<a class="article-item-description ellipsis-2" href="{path}">{html.escape(story.digest)}</a>'
        f'<div class="kr-flow-bar"><a class="kr-flow-bar-author" href="/user/{_user(story)}">{html.escape(story.author)}</a></div></div>'
    )


def information(nick: str, stories: Sequence[Story], *, more: bool) -> str:
    """A channel's list page."""
    state = {"information": {"informationList": listing(stories, more=more), "nick": nick}}
    cards = "".join(map(_card, stories))
    return document("36氪 - 资讯", f'<div class="information-flow-list">{cards}</div>{_state_script(state)}')


def newsflashes(stories: Sequence[Story], *, more: bool) -> str:
    """The list of flashes."""
    data = {"newsflashList": {"code": 0, "data": listing(stories, more=more)}}
    state = {"newsflashCatalogData": {"code": 0, "data": data}}
    return document(
        "快讯_36氪",
        f'<div class="newsflash-list">{"".join(map(_flash, stories))}</div>{_state_script(state)}',
    )


def _flash(story: Story) -> str:
    return (
        '<div class="newsflash-item"><a class="item-title" rel="noopener noreferrer" target="_blank" '
        f'href="/newsflashes/{story.item_id}">{html.escape(story.title)}</a>'
        f'<div class="item-desc"><span>{html.escape("".join(story.lines))}</span></div>'
        f'<div class="item-related"><span class="time">{story.published.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}</span></div></div>'
    )


def newsflash(story: Story) -> str:
    """The page of one flash."""
    head = f'<meta name="description" content="{html.escape("".join(story.lines))}">'
    return document(f"{story.title}_36氪快讯", _flash(story), head)


def hot_list(day: str, stories: Sequence[Story]) -> str:
    """The dated list of much read articles."""
    state = {
        "hotListDetail": {"articleList": {"itemList": [list_item(story) for story in stories], "date": day}}
    }
    cards = "".join(map(_card, stories))
    return document(f"36氪人气榜 {day}", f'<div class="list-wrapper">{cards}</div>{_state_script(state)}')


def feed(stories: Iterable[Story], originals: dict[str, Story]) -> str:
    """RSS: an article first, then the flashes, then the other articles; two blanks in the date (seen 2026-07)."""
    items = "".join(_feed_item(story, originals.get(story.same_as)) for story in stories)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title><![CDATA[36氪]]></title>'
        "<link><![CDATA[https://36kr.com]]></link><description><![CDATA[示例站点]]></description>"
        f"<language>zh-cn</language>{items}</channel></rss>"
    )


def _feed_item(story: Story, original: Story | None) -> str:
    text = html.escape("".join(story.lines)) if story.kind == "flash" else body(story, original)
    return (
        f"<item><title>{_cdata(story.title)}</title><link>{_cdata(f'{story.url}?f=rss')}</link>"
        f"<pubDate>{story.published.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}  +0800</pubDate>"
        f"<description>{_cdata(text)}</description></item>"
    )


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def challenge(stage: int) -> str:
    """The two stages of the site's check, both with HTTP 200 (seen 2025-12 to 2026-09): a script, then a slider."""
    if stage == 1:
        cookie = base64.b64encode(digest("challenge", size=24)).decode()
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><style>body { color: #333; }</style></head><body>'
            '<img alt="" src="data:image/png;base64,iVBORw0KGgo="><p>火山引擎</p><p>正在进行安全检测...</p>'
            "<p>为保障您的访问安全，系统正在检测当前网络环境，该过程通常需要几秒钟，请耐心等待</p>"
            f"<script>var _wafchallengeid='{digest('waf').hex()}';var c=atob('{cookie}');</script></body></html>"
        )
    detail = json.dumps(
        {"code": "10000", "from": "verify_center", "type": "verify", "subtype": "slide", "fp": "verify_0"}
    )
    return (
        '<html><head><link rel="icon" href="data:;base64,="></head>'
        '<script src="https://lf-cdn-tos.bytescm.com/obj/static/sec_sdk_build/3.3.4/captcha/index.js"></script>'
        "<script>const options = {commonOptions: {aid: 331981, iid: '0', did: '0'}, captchaOptions: {showMode: 'mask', "
        "host: 'https://netsec-img-req-cn.zijieapi.com', successCb () { console.log('验证成功'); }}}\n"
        f"window.TTGCaptcha.init(options)\nwindow.TTGCaptcha.render({{verify_data: '{detail}'}})</script></html>"
    )
