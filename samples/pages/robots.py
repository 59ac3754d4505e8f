"""robots.txt of each host."""

from __future__ import annotations

_OPEN = "User-agent: *\nDisallow:\n"
_KR36 = "User-agent: *\nDisallow: /search\nDisallow: /api\nDisallow: /detail\n"
_WEIXIN = (
    "User-Agent: *\nAllow: /$\nAllow: /debug/\nAllow: /qa/\nAllow: /wiki\nAllow: /cgi-bin/loginpage\n"
    "Allow: /cgi-bin/wx\nAllow: /webpoc/ruleCenter\nAllow: /miniprogram/landing_page\nDisallow: /\n"
)
CLOSED = "User-agent: *\nDisallow: /\n"
"""What a forbidden host says."""


def robots(host: str) -> str:
    """The host's rules: weixin closes its articles to everybody (seen 2026-08), 36kr three folders, ithome nothing."""
    if host == "mp.weixin.qq.com":
        return _WEIXIN
    return _KR36 if host in {"36kr.com", "www.36kr.com"} else _OPEN
