"""Small pages of our own in the shapes that mp.weixin.qq.com sends."""

from __future__ import annotations

from typing import Any

BIZ = "MzAwMDAwMDAwMQ=="
SN = "0123456789abcdef0123456789abcdef"
MID = "2247480001"
LONG = f"https://mp.weixin.qq.com/s?__biz={BIZ}&mid={MID}&idx=1&sn={SN}"
TOKEN = "-a_B3456789012345678xY"
SHORT = f"https://mp.weixin.qq.com/s/{TOKEN}"
TIME = 1767225600
"""2026-01-01 08:00:00 in Shanghai."""

_CSS = "<style>.cooldown_tips{color:red}.weui-msg{padding:0}.weui-msg__title{margin:0}</style>"
_NOISE = "<script>function f(){var title = showTitle; var biz = opt.biz || window.biz;}</script>"


def escaped(text: str) -> str:
    r"""A text as the site writes it into a script string."""
    marks = {
        "\\": r"\x5c",
        "'": r"\x27",
        '"': r"\x22",
        "&": r"\x26",
        "<": r"\x3c",
        ">": r"\x3e",
        "\n": r"\x0a",
    }
    return "".join(marks.get(character, character) for character in text)


def literal(value: Any, *, wrapped: bool) -> str:  # noqa: ANN401
    """A value as the state object writes it; with `JsDecode` until March 2026."""
    if isinstance(value, dict):
        return (
            "{" + " ".join(f"{name}: {literal(one, wrapped=wrapped)}," for name, one in value.items()) + " }"
        )
    if isinstance(value, list):
        return "[" + ", ".join(literal(one, wrapped=wrapped) for one in value) + "]"
    if isinstance(value, int):
        return f"'{value}' * 1"
    return f"JsDecode('{escaped(value)}')" if wrapped else f"'{escaped(value)}'"


def state(**members: Any) -> dict[str, Any]:  # noqa: ANN401
    """A state object of an article."""
    return {
        "base_resp": {"ret": 0, "errmsg": "ok"},
        "user_name": "gh_0123456789ab",
        "nick_name": "清晨读报",
        "title": "一座桥的三次搬家",
        "desc": "桥搬了三次，\n河一次也没动。",
        "content_noencode": "<p>不该读到这里</p>",
        "create_time": "2026-01-01 08:00",
        "cdn_url": "https://mmbiz.qpic.cn/mmbiz_jpg/CoverPicture/0?wx_fmt=jpeg",
        "link": LONG.replace("&", "&amp;") + "&amp;chksm=c0ffee#rd",
        "source_url": "https://example.org/a?b=1&amp;c=2",
        "alias": "morning-paper",
        "author": "林间",
        "ori_create_time": TIME,
        "link_type": "LINK_TYPE_MP_APPMSG",
        "copyright_info": {"copyright_stat": 1},
        "bizuin": BIZ,
        "mid": int(MID),
        "idx": 1,
        "sn": SN,
        "item_show_type": 0,
        "is_pay_subscribe": 0,
        "public_tag_info": {"tags": [{"tag_name": "桥梁", "album_id": "1234567890"}]},
        "ip_wording": {"country_name": "中国", "province_name": "福建"},
        **members,
    }


def article(body: str = "<p>第一段。</p>", *, wrapped: bool = False, head: str = "", **members: Any) -> bytes:  # noqa: ANN401
    """An article page of 2025 and 2026: everything in the state object."""
    return f"""<!DOCTYPE html><html><head><title></title>{_CSS}
<meta property="og:title" content="一座桥的三次搬家" />{head}</head>
<body id="activity-detail" class="zh_CN"><script h5only>try {{ window.cgiDataNew = {literal(state(**members), wrapped=wrapped)};
}} catch (e) {{ window.cgiError = e; }}</script>{_NOISE}
<div id="js_article" class="rich_media"><h1 class="rich_media_title" id="activity-name">一座桥的三次搬家</h1>
<div class="rich_media_content js_underline_content" id="js_content" style="visibility: hidden; opacity: 0; ">{body}</div>
<script>var first_sceen__time = 1;</script></div></body></html>""".encode()


def old_article(body: str = "<p>第一段。</p>", *, link: str = LONG, variables: str = "") -> bytes:
    """An article page of 2018 to 2025: script variables, the author only in the by-line."""
    address = link.replace("&", "&amp;")
    return f"""<!DOCTYPE html><html><head><title>旧题</title>{_CSS}</head><body>{_NOISE}
<script>var biz = ""||"{BIZ}"; var sn = "" || "{SN}"|| "";
var mid = "" || ""|| "{MID}";
var idx = "" || "" || "1";</script>
<div id="js_article" class="rich_media"><h2 class="rich_media_title" id="activity-name">
  老茶馆 &amp; 新茶馆</h2>
<span id="copyright_logo" class="rich_media_meta rich_media_meta_text">原创：</span>
<span class="rich_media_meta rich_media_meta_text">老周</span>
<a href="javascript:void(0);" id="js_name">街角茶事</a><em id="publish_time" class="rich_media_meta_text"></em>
<div class="rich_media_content " id="js_content">{body}</div>
<script>var first_sceen__time = 1;</script></div>
<script>
var item_show_type = "0";
var _copyright_stat = "1";
var nickname = htmlDecode("街角茶事");
var ct = "{TIME}";
var user_name = "gh_ba9876543210";
var msg_title = '老茶馆 &amp; 新茶馆'.html(false);
var msg_desc = htmlDecode("一壶茶，两代人。");
var msg_cdn_url = "http://mmbiz.qpic.cn/mmbiz_jpg/OldCover/0?wx_fmt=jpeg";
var msg_link = "{address}";
var msg_source_url = 'http://example.org/tea';
{variables}
</script></body></html>""".encode()


def post(kind: int, **members: Any) -> bytes:  # noqa: ANN401
    """A picture, text, video or audio post: the frame has no body, the state object has it."""
    return f"""<!DOCTYPE html><html><head><title>
</title>{_CSS}<script>window.PAGE_MID='mmbizwap:pages/common_share.html';</script></head><body>
<script h5only>window.cgiDataNew = {literal(state(item_show_type=kind, **members), wrapped=True)};</script>
<div id="js_article" class="share_content_page"><div id="img_swiper"></div></div></body></html>""".encode()


def notice(title: str, reason: str = "", *, scripts: str = "") -> bytes:
    """A notice page of 2025 and 2026."""
    why = (
        f'<div class="weui-msg__desc"><p class="tips">{reason}<a href="/x">对应规则</a></p></div>'
        if reason
        else ""
    )
    return f"""<!DOCTYPE html><html><head><title></title>{_CSS}</head><body id="activity-detail" class="zh_CN wx_wap_page">
<div class="weui-msg "><div class="weui-msg__icon-area"><i class="weui-icon-warn weui-icon_msg"></i></div>
<div class="weui-msg__text-area"><h2 class='weui-msg__title title'>
            {title}
        </h2>{why}</div></div>
<script>var biz = '' || ''; var sn = '' || ''; var mid = '' || '' || ''; {scripts}</script></body></html>""".encode()


VERIFY = b"""<!DOCTYPE html><html><head><title></title>
<link rel="stylesheet" href="//res.wx.qq.com/mmbizwap/zh_CN/htmledition/style/page/secitptpage/verify7c7b47.css"></head>
<body><div class="weui-msg"><div id="js_text"></div></div><script>window.PAGE_MID='mmbizwap:secitptpage/verify.html';
window.cgiData = { cap_sid: '1', poc_token: 'p', target_url: 'u' };</script></body></html>"""
"""The verification page of 2026: its words are written by script and stand nowhere in the HTML."""


def old_post(kind: int, scripts: str, *, description: str = "", around: str = "") -> bytes:
    """A post without a state object, as posts were before November 2025: what its other scripts say."""
    return f"""<!DOCTYPE html><html><head><title></title>{_CSS}
<meta property="og:title" content="旧帖" /><meta property="og:description" content="{description}" /></head><body>
<script>function getBiz() {{ var biz = "none"; var msg_title = ''; return biz; }}</script>
<div id="js_article" class="share_content_page ">{around}</div>
<script>window.idx = '' || '' || '1';
window.biz = '' || '{BIZ}';
window.item_show_type = '{kind}' || '';
window.mid = '' || '' || '{MID}';
window.sn = '' || '' || '{SN}';
window.ct = '{TIME}' || '';
{scripts}</script><script>window.alias = "small-house" || "";</script></body></html>""".encode()
