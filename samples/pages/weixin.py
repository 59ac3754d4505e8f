"""weixin's articles of three templates, picture and text posts, repost cards.

Structure as in captures of 2025-01 to 2026-06; the real pages add two to three megabytes of scripts and styles.
"""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import quote

from samples.ids import SHANGHAI
from samples.markup import Picture, pictures_of
from samples.pages.body import WEIXIN, render, weixin_image
from samples.pages.script import Starred, escaped, literal
from samples.story import Account, Album, Story

SHOW_TYPES = {"image_post": 8, "text_post": 10}
"""`item_show_type` of the kinds that are no articles (0)."""
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


def cover(story: Story, size: str = "0") -> str:
    """The cover's URL in a width (0: the original), or nothing."""
    picture = story.cover or next(iter(pictures_of(story.blocks)), None)
    return weixin_image(picture, size) if picture else ""


def _account(story: Story) -> Account:
    if story.account is None:
        raise ValueError(f"{story.key}: a weixin story needs an account")
    return story.account


def seconds(story: Story) -> int:
    """The publication as epoch seconds."""
    return int(story.published.timestamp())


def _shown_title(story: Story) -> str:
    return _text(story) if story.kind == "text_post" else story.title


def _description(story: Story) -> str:
    return _text(story) if story.kind in SHOW_TYPES else story.digest


def _head(story: Story, url: str) -> str:
    account = _account(story)
    title, description = (
        html.escape(_shown_title(story)),
        html.escape(_description(story)).replace("\n", "\\x0a"),
    )
    image, author = html.escape("" if story.kind == "text_post" else cover(story)), html.escape(story.author)
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
    show_type = SHOW_TYPES.get(story.kind, 0)
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
        "cdn_url": "" if story.kind == "text_post" else cover(story),
        "link": url,
        "source_url": story.source_url,
        "can_share": 0,
        "alias": account.alias,
        "type": 10002 if show_type else 9,
        "author": story.author,
        "ori_create_time": seconds(story),
        "user_uin": "0",
        "total_item_num": 1,
        "svr_time": seconds(story) + 86_400,
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
        "cdn_url_235_1": cover(story),
        "cdn_url_1_1": cover(story, "300"),
        "ori_send_time": seconds(story),
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
    if story.kind in SHOW_TYPES:
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
    show_type = SHOW_TYPES[story.kind]
    return f"""<script type="text/javascript" nonce="1000000001" reportloaderror>
  window.idx = '' || '' || '{story.idx}';
  window.biz = '' || '{story.biz}';
  window.item_show_type = '{show_type}' || '';
  window.mid = '' || '' || '{story.mid}';
  window.sn = '' || '' || '{story.sn}';
  window.ct = '{seconds(story)}' || '';
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
    var oriCreateTime = '{seconds(story)}';
    var createTime = '{story.published.astimezone(SHANGHAI):%Y-%m-%d %H:%M}';
var item_show_type = "0";
var _copyright_stat = "{int(story.original)}";
var nickname = htmlDecode("{escaped(html.escape(account.name))}");
var appmsg_type = "9";
var ct = "{seconds(story)}";
var user_name = "{account.user_name}";
var msg_title = '{escaped(html.escape(story.title))}'.html(false);
var msg_desc = htmlDecode("{escaped(html.escape(story.digest))}");
var msg_cdn_url = "{cover(story)}";
var cdn_url_1_1 = "{cover(story, "300")}";
var msg_link = "{html.escape(url)}";
var msg_source_url = '{escaped(html.escape(story.source_url))}';
var appmsgid = "" || '' || '{story.mid}';
var author = "{escaped(story.author)}";
var svr_time = "{seconds(story) + 86_400}" * 1;
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
