"""weixin's pages: articles of two templates, picture and text posts, repost cards, albums, notices, the verification.

Structure as in captures of 2025-01 to 2026-06; the real pages add two to three megabytes of scripts and styles.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from samples.ids import SHANGHAI, digest
from samples.markup import Picture, pictures_of
from samples.pages.body import WEIXIN, render, weixin_image
from samples.pages.script import Starred, escaped, literal
from samples.story import Account, Album, Story

_SHOW_TYPES = {"image_post": 8, "text_post": 10}
_FILLER = "function pad(n){for(var s=0,i=0;i<n;i++){s+=i%7?i:-i}return s}\n"
"""One line of the meaningless script that makes a heavy page as long as a real one."""


def avatar(account: Account) -> str:
    """The account's picture."""
    return weixin_image(Picture(f"avatar-{account.key}", 132, 132, kind="png"), "0")


def body(story: Story) -> str:
    """A story's body."""
    return (
        render(story.blocks, WEIXIN)
        + '<p style="display: none;"><mp-style-type data-value="3"></mp-style-type></p>'
    )


def _text(story: Story) -> str:
    """The words of a picture or text post, with its line breaks."""
    return "\n\n".join(story.lines)


def _cover(story: Story, size: str = "0") -> str:
    picture = story.cover or next(iter(pictures_of(story.blocks)), None)
    return weixin_image(picture, size) if picture else ""


def _account(story: Story) -> Account:
    if story.account is None:
        raise ValueError(f"{story.key}: a weixin story needs an account")
    return story.account


def _seconds(story: Story) -> int:
    return int(story.published.timestamp())


def _shown_title(story: Story) -> str:
    return _text(story) if story.kind == "text_post" else story.title


def _description(story: Story) -> str:
    return _text(story) if story.kind in _SHOW_TYPES else story.digest


def _head(story: Story, url: str) -> str:
    account = _account(story)
    title, description = (
        html.escape(_shown_title(story)),
        html.escape(_description(story)).replace("\n", "\\x0a"),
    )
    image, author = html.escape("" if story.kind == "text_post" else _cover(story)), html.escape(story.author)
    return f"""<!DOCTYPE html>
<html class="">
  <head>
    <meta name="wechat-enable-text-zoom-em" content="true">
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1.0,maximum-scale=1.0,user-scalable=0,viewport-fit=cover">
<meta name="referrer" content="origin-when-cross-origin">
<script type="text/javascript" nonce="1000000001" reportloaderror>
  window.logs = {{ pagetime: {{}} }};
  window.LANG = "zh_CN";
  if (window.cgiDataNew) {{ console.log('cgiDataNew of {escaped(account.user_name)}'); }}
</script>
  <meta name="description" content="{description}" />
  <meta name="author" content="{author}" />
  <meta property="og:title" content="{title}" />
  <meta property="og:url" content="{html.escape(url)}" />
  <meta property="og:image" content="{image}" />
  <meta property="og:description" content="{description}" />
  <meta property="og:site_name" content="微信公众平台" />
  <meta property="og:type" content="article" />
  <meta property="og:article:author" content="{author}" />
  <meta property="twitter:card" content="summary" />
  <meta property="twitter:title" content="{title}" />
    <title></title>
"""


def _identity_script(story: Story, url: str) -> str:
    """biz, sn, mid, idx: the first operand when opened by short link, the second by long link."""
    short = "/s/" in url

    def either(value: object, tail: str = "") -> str:
        return f'"{value}" || ""{tail}' if short else f'"" || "{value}"{tail}'

    return f"""<script type="text/javascript" nonce="1000000001" reportloaderror>
  var biz = {either(story.biz)};
  var sn = {either(story.sn, ' || ""')};
  var mid = {either(story.mid, ' || ""')};
  var idx = {either(story.idx, ' || ""')};
  window.__allowLoadResFromMp = true;
</script>
"""


def _pictures(story: Story) -> list[dict[str, Any]]:
    pictures = []
    for picture in pictures_of(story.blocks):
        marked = Picture(f"{picture.name}-watermark", picture.width, picture.height, kind=picture.kind)
        pictures.append(
            {
                "cdn_url": weixin_image(picture, "0"),
                "width": picture.width,
                "height": picture.height,
                "is_qr_code": 0,
                "poi_info": [],
                "live_photo": {"format_info": []},
                "watermark_info": {"cdn_url": weixin_image(marked, "0"), "is_uploader": True},
                "share_cover": {"width": 690, "height": 920, "cdn_url": weixin_image(marked, "300")},
            }
        )
    return pictures


def _data(story: Story, url: str, original: Story | None, album: Album | None) -> dict[str, Any]:
    """`window.cgiDataNew`, as far as a reader of the page may need it."""
    account = _account(story)
    show_type = _SHOW_TYPES.get(story.kind, 0)
    content = (
        {"image_post": _text(story), "text_post": ""}.get(story.kind)
        if show_type
        else body(original or story)
    )
    data: dict[str, Any] = {
        "base_resp": {
            "ret": 0,
            "errmsg": "ok",
            "wxtoken": 777,
            "cookie_count": 0,
            "sessionid": "svr_00000000000",
        },
        "user_name": account.user_name,
        "nick_name": account.name,
        "round_head_img": avatar(account),
        "title": "" if story.kind == "text_post" else story.title,
        "desc": _description(story),
        "content_noencode": content or "",
        "create_time": f"{story.published.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "cdn_url": "" if story.kind == "text_post" else _cover(story),
        "link": url,
        "source_url": story.source_url,
        "can_share": 0,
        "alias": account.alias,
        "type": 10002 if show_type else 9,
        "author": story.author,
        "ori_create_time": _seconds(story),
        "user_uin": "0",
        "total_item_num": 1,
        "svr_time": _seconds(story) + 86_400,
        "copyright_info": _copyright(story, original),
        "signature": account.signature,
        "hd_head_img": avatar(account),
        "bizuin": story.biz,
        "mid": story.mid,
        "idx": story.idx,
        "sn": story.sn,
        "req_id": "x" * 24,
        "item_show_type": show_type,
        "real_item_show_type": show_type,
        "picture_page_info_list": _pictures(story),
        "ainfos": [{"type": Starred("LINK_TYPE_MP_APPMSG"), "url": url.replace("&", "&amp;")}],
        "cdn_url_235_1": _cover(story),
        "cdn_url_1_1": _cover(story, "300"),
        "ori_send_time": _seconds(story),
        "public_tag_info": {"tags": _album_tags(album)},
        "is_pay_subscribe": 0,
        "ip_wording": {
            "country_name": "中国",
            "country_id": "156",
            "province_name": "浙江",
            "show_ip_wording": 1,
        },
        "claim_source": {"claim_source_type": 0, "claim_source": ""},
    }
    if story.kind == "text_post":
        text = _text(story)
        data["text_page_info"] = {
            "content": text,
            "content_noencode": text,
            "picture_info": [],
            "is_user_title": 0,
        }
    return data


def _album_tags(album: Album | None) -> list[dict[str, Any]]:
    if not album:
        return []
    return [{"title": album.title, "album_id": album.album_id, "type": 1, "link": _album_url(album)}]


def _album_url(album: Album) -> str:
    return f"https://mp.weixin.qq.com/mp/appmsgalbum?action=getalbum&album_id={album.album_id}"


def _copyright(story: Story, original: Story | None) -> dict[str, Any]:
    if original is None:
        return {"copyright_stat": int(story.original), "is_cartoon_copyright": 0}
    source = _account(original)
    return {
        "copyright_stat": 2,
        "platform": source.name,
        "reprint_url": _reprint_url(original).replace("&", "&amp;"),
        "source_username": source.user_name,
        "source_mid": original.mid,
        "source_idx": original.idx,
        "source_encode_biz": original.biz,
        "guide_words": story.digest,
        "reprint_style": 2,
        "reprint_type": 2 if story.kind == "repost_card" else 3,
    }


def _reprint_url(original: Story) -> str:
    biz = quote(original.biz)
    return f"http://mp.weixin.qq.com/s?__biz={biz}&mid={original.mid}&idx={original.idx}&sn={original.sn}"


def article(story: Story, url: str, original: Story | None = None, album: Album | None = None) -> str:
    """An article, picture post, text post or repost card as opened by `url` (short or long)."""
    if story.template == "2025":
        return _old_article(story, url)
    data = literal(_data(story, url, original, album), decode=story.template == "2025-12")
    decoder = "function JsDecode(text) { return text; }\n" if story.template == "2025-12" else ""
    filler = f"<script>{_FILLER * 36_000}</script>\n" if story.template == "heavy" else ""
    if story.kind in _SHOW_TYPES:
        start, page_mid, content = "", "mmbizwap:pages/common_share.html", _share_content(story)
        identity = _share_variables(story)
    else:
        start, page_mid = _identity_script(story, url), "mmbizwap:appmsg/newindex.html"
        content, identity = _article_content(story, original), ""
    return (
        f"{_head(story, url)}{start}{filler}"
        '<script type="text/javascript" h5only nonce="1000000001" reportloaderror>\n  (function() {\n    '
        f"{decoder}try {{\n      window.cgiDataNew = {data};\n    }} catch (err) {{ console.error(err); }}\n  }})();\n</script>\n"
        f"{identity}</head>\n"
        '<body id="" class="zh_CN wx_wap_page mm_appmsg comment_feature discuss_tab appmsg_skin_default appmsg_style_default">\n'
        f'<script type="text/javascript" nonce="1000000001" reportloaderror>window.PAGE_MID="{page_mid}"</script>\n'
        f"{content}\n</body>\n</html>\n"
    )


def _share_variables(story: Story) -> str:
    show_type = _SHOW_TYPES[story.kind]
    return f"""<script type="text/javascript" nonce="1000000001" reportloaderror>
  window.idx = '' || '' || '{story.idx}';
  window.biz = '' || '{story.biz}';
  window.item_show_type = '{show_type}' || '';
  window.mid = '' || '' || '{story.mid}';
  window.sn = '' || '' || '{story.sn}';
  window.ct = '{_seconds(story)}' || '';
  window.msg_title = window.title = '{escaped(story.title)}' || '';
  window.picture_page_info_list = {literal(_pictures(story))};
</script>
"""


def _share_content(story: Story) -> str:
    name = html.escape(_account(story).name)
    bar = f'<div class="wx_follow_nickname">{name}</div>'
    if story.kind == "text_post":
        return f'<div id="js_article" class="page_pages share_content_page"><div id="js_content" class="rich_media_content">{bar}</div></div>'
    return (
        '<div id="js_article" class="share_content_page"><div class="share_content_page_hd" id="js_share_content_page_hd">'
        f'{bar}</div><div class="share_content_page_bd" id="js_base_container"></div></div>'
    )


def _article_content(story: Story, original: Story | None) -> str:
    if story.kind == "repost_card" and original is not None:
        content = _card(story, original)
    else:
        content = (
            '<div class="rich_media_content js_underline_content autoTypeSetting24psection" id="js_content" '
            f'style="visibility: hidden; opacity: 0; ">{body(story)}</div>'
        )
    title = f'<span class="js_title_inner">{html.escape(story.title)}</span>'
    return _frame(story, title, content)


def _frame(story: Story, title: str, content: str) -> str:
    logo = (
        '<span id="copyright_logo" class="rich_media_meta icon_appmsg_tag appmsg_title_tag">原创</span>'
        if story.original
        else ""
    )
    author = (
        f'<span class="rich_media_meta rich_media_meta_text">{html.escape(story.author)}</span>'
        if story.author
        else ""
    )
    return f"""<div id="js_article" style="position:relative;" class="rich_media">
  <div id="js_base_container" class="rich_media_inner">
    <div id="page-content" class="rich_media_area_primary" style=""><div class="rich_media_area_primary_inner">
        <div id="img-content" class="rich_media_wrp">
          <h1 class="rich_media_title " id="activity-name">
{title}</h1>
          <div id="meta_content" class="rich_media_meta_list">{logo}{author}
            <span class="rich_media_meta rich_media_meta_nickname" id="profileBt">
              <a href="javascript:void(0);" class="wx_tap_link" id="js_name">
                {html.escape(_account(story).name)}              </a></span>
            <span id="meta_content_hide_info" class=""><em id="publish_time" class="rich_media_meta rich_media_meta_text"></em></span>
          </div>
{content}
        </div></div></div>
  </div>
</div>"""


def _card(story: Story, original: Story) -> str:
    url = html.escape(f"{_reprint_url(original)}&scene=45#wechat_redirect")
    return f"""<p class="share_notice" id="js_share_notice">
<script type="text/javascript" nonce="1000000001" reportloaderror>
 if (!window.__second_open__) {{
 document.getElementById('js_share_notice').innerHTML = "{escaped(story.digest)}".replace(/\\r/g,"").replace(/\\n/g,"<br>").replace(/\\s/g,"&nbsp;");
 }}
</script></p>
<div class="share_media" id="js_share_content"><div class="original_panel appmsg_card_context wx_tap_card">
 <div class="flex_bd"><div class="original_account_nickname" id="js_share_author">{html.escape(_account(original).name)}</div></div>
 <div class="original_panel_title"><span id="original_panel_title">{html.escape(original.title)}</span></div>
 <div class="original_panel_content js_underline_content" id="js_content" aria-hidden="true"></div>
 <div class="original_panel_tool" aria-hidden="true"><span data-url="{url}" class="weui-link" id="js_share_source">阅读全文</span></div>
</div></div>"""


def _old_article(story: Story, url: str) -> str:
    """The template before 2025-11: no `cgiDataNew`, the values in variables of several scripts."""
    account = _account(story)
    content = (
        '<div class="rich_media_content js_underline_content autoTypeSetting24psection" id="js_content" '
        f'style="visibility: hidden; opacity: 0; ">{body(story)}</div>'
    )
    variables = f"""<script type="text/javascript" nonce="1000000001" reportloaderror>
    var oriCreateTime = '{_seconds(story)}';
    var createTime = '{story.published.astimezone(SHANGHAI):%Y-%m-%d %H:%M}';
var item_show_type = "0";
var _copyright_stat = "{int(story.original)}";
var nickname = htmlDecode("{escaped(html.escape(account.name))}");
var appmsg_type = "9";
var ct = "{_seconds(story)}";
var user_name = "{account.user_name}";
var msg_title = '{escaped(html.escape(story.title))}'.html(false);
var msg_desc = htmlDecode("{escaped(html.escape(story.digest))}");
var msg_cdn_url = "{_cover(story)}";
var cdn_url_1_1 = "{_cover(story, "300")}";
var msg_link = "{html.escape(url)}";
var msg_source_url = '{escaped(html.escape(story.source_url))}';
var appmsgid = "" || '' || '{story.mid}';
var author = "{escaped(story.author)}";
var svr_time = "{_seconds(story) + 86_400}" * 1;
window.alias = "{account.alias}" || "";
window.short_link = '' || '';
</script>
"""
    return (
        f"{_head(story, url)}{_identity_script(story, url)}</head>\n"
        '<body id="activity-detail" class="zh_CN wx_wap_page mm_appmsg">\n'
        '<script type="text/javascript" nonce="1000000001" reportloaderror>window.PAGE_MID="mmbizwap:appmsg/newindex.html"</script>\n'
        f"{_frame(story, html.escape(story.title), content)}\n{variables}</body>\n</html>\n"
    )


_NOTICES: Mapping[str, tuple[str, str]] = {
    "deleted": ("weui-icon_msg-primary", '<div class="weui-msg__title warn">该内容已被发布者删除</div>'),
    "param_error": ("weui-icon_msg", '<div class="weui-msg__title warn">参数错误</div>'),
    "expired": ("weui-icon_msg", '<div class="weui-msg__title warn">链接已过期</div>'),
}


def notice(kind: str, reason: str = "") -> str:
    """A notice in place of an article, with HTTP 200: deleted, violation (with its reason), param_error or expired."""
    if kind == "violation":
        icon = "weui-icon_msg"
        words = (
            "<h2 class='weui-msg__title title'>\n            此内容因违规无法查看\n        </h2>\n"
            f'        <div class="weui-msg__desc"><p class="tips">{html.escape(reason)}，查看'
            '<a href="http://mp.weixin.qq.com/mp/opshowpage?action=oplaw">对应规则</a></p></div>'
        )
    else:
        icon, words = _NOTICES[kind]
    ret = "    var ret = '-2' * 1;\n" if kind == "param_error" else ""
    return f"""<!DOCTYPE html>
<html class="">
<head>
    <meta http-equiv="Content-Type" content="text/html; charset=utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1.0">
    <title></title>
    <style>.cooldown_tips {{ margin: 30px 0; }} .weui-msg__text-area {{ margin-bottom: 32px; }}</style>
</head>
<body>
<div class="weui-msg">
    <div class="weui-msg__icon-area"><i class="weui-icon-warn {icon}"></i></div>
    <div class="weui-msg__text-area">
        {words}
    </div>
</div>
<script type="text/javascript" nonce="" reportloaderror>
    var biz = '' || '';
    var sn = '' || '';
    var mid = '' || '' || '';
    var idx = '' || '' || '' ;
{ret}</script>
</body>
</html>
"""


def verification(target: str, token: str) -> str:
    """The verification page; its words are written by a script that is not here, as on the real one."""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title></title>
<link rel="stylesheet" href="//res.wx.qq.com/mmbizwap/zh_CN/htmledition/style/page/secitptpage/verify0000.css">
<script>window.PAGE_MID='mmbizwap:secitptpage/verify.html';
window.cgiData = {{ cap_sid: '{digest(token).hex()}', poc_token: '{escaped(token)}', target_url: '{escaped(target)}' }};</script>
<script src="https://captcha.gtimg.com/TCaptcha.js"></script></head>
<body><div class="weui-msg"><div class="weui-msg__text-area" id="js_verify"></div></div></body></html>
"""


def album_item(story: Story, position: int) -> dict[str, str]:
    """An album's entry in the JSON answer: all values are strings."""
    number = story.long_url.replace("https://", "http://")
    return {
        "cover_img_1_1": _cover(story, "300"),
        "create_time": str(_seconds(story)),
        "is_pay_subscribe": "0",
        "is_read": "0",
        "item_show_type": str(_SHOW_TYPES.get(story.kind, 0)),
        "itemidx": str(story.idx),
        "key": f"{number_of(story.biz)}_{story.mid}_{story.idx}",
        "msgid": str(story.mid),
        "pos_num": str(position),
        "title": story.title,
        "tts_is_ban": "0",
        "url": number,
        "user_read_status": "0",
    }


def number_of(biz: str) -> str:
    """The decimal number behind an account's id."""
    return base64.b64decode(biz).decode()


def album_page(album: Album, account: Account, stories: Sequence[Story], count: int) -> str:
    """An album's HTML page with its first entries."""
    items = "".join(
        f'<li class="album__list-item js_album_item" data-msgid="{story.mid}" data-itemidx="{story.idx}" '
        f'data-link="{html.escape(story.long_url.replace("https://", "http://"))}" data-title="{html.escape(story.title)}" '
        f'data-pos_num="{count - place}"><div class="album__item-content"><div class="album__item-title">'
        f'<span class="album__item-title-wrp">{html.escape(story.title)}</span></div><div class="album__item-info">'
        f'<span class="js_article_create_time album__item-info-item">{_seconds(story)}</span></div></div></li>'
        for place, story in enumerate(stories)
    )
    entries = [
        {
            "title": story.title,
            "create_time": str(_seconds(story)),
            "cover_img_1_1": _cover(story, "300"),
            "url": story.long_url.replace("https://", "http://").replace("&", "&amp;"),
            "msgid": str(story.mid),
            "itemidx": str(story.idx),
            "is_pay_subscribe": "0",
        }
        for story in stories
    ]
    data: dict[str, Any] = {
        "ret": "0",
        "albumId": album.album_id,
        "title": album.title,
        "desc": "",
        "hd_head_img": avatar(account),
        "nick_name": account.name,
        "user_name": account.user_name,
        "article_count": count,
        "is_reverse": 1,
        "isupdating": 1,
        "articleList": entries,
    }
    return (
        '<!DOCTYPE html>\n<html class=""><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title></title>'
        "<style>.weui-msg { display: none; }</style></head>\n<body>\n"
        '<script nonce="">window.PAGE_MID="mmbizwap:pages/album.html"</script>\n'
        f'<div class="album js_album_container"><div id="js_tag_name" class="album__label-title bold">{html.escape(album.title)}</div>'
        f'<div class="album__author-name">{html.escape(account.name)}</div><span>{count} 篇内容</span>'
        f'<ul class="album__list js_album_list">{items}</ul></div>\n'
        f'<script type="text/javascript">\n\twindow.cgiData = {literal(data)};\n</script>\n</body></html>\n'
    )
