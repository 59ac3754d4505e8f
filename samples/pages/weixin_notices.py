"""weixin's notices in place of an article, and its verification page."""

from __future__ import annotations

import html
from collections.abc import Mapping

from samples.ids import digest
from samples.pages.script import escaped

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
