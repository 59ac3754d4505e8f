"""The picture hosts: each URL carries what is needed to draw the picture."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from samples.answer import Answer, Asked, not_found
from samples.ids import SHANGHAI
from samples.markup import Picture
from samples.pictures import draw, stamp
from samples.world import World

_KR36 = re.compile(r"/hsossms/\d{8}/v2_([0-9a-f]{24})[0-9a-f]{8}@\w+_img_(\w+)")
_ITHOME = re.compile(r"/newsuploadfiles/\d{4}/\d{1,2}/([0-9a-f-]{36})\.(jpg|png)")
_WEIXIN = re.compile(r"/(?:sz_)?mmbiz_(jpg|png)/([0-9a-f]{24})[0-9a-f]{40}ibA/(\d+)")
_DRAWN = datetime(2026, 9, 1, tzinfo=SHANGHAI)
_TYPES = {"jpg": "image/jpeg", "png": "image/png"}
_PLACEHOLDER = stamp(Picture("此图片来自微信公众平台 未经允许不可引用", 320, 240))
_DOT = stamp(Picture("t.png", 1, 1))

_drawn = lru_cache(maxsize=256)(draw)


def answer(_: World, asked: Asked) -> Answer:
    """A picture of any of the hosts."""
    if match := _KR36.fullmatch(asked.path):
        kind = "png" if match[2] == "png" and "format,jpg" not in asked.query else "jpg"
        return _picture(match[1], kind)
    if match := _ITHOME.fullmatch(asked.path):
        return _picture(match[1].replace("-", "")[:24], match[2])
    if match := _WEIXIN.fullmatch(asked.path):
        if _is_foreign(asked.headers.get("Referer", "")):
            return _picture(_PLACEHOLDER, "png")
        return _picture(match[2], match[1], int(match[3]) or None)
    if asked.path == "/images/v2/t.png":
        return _picture(_DOT, "png")
    return not_found()


def _is_foreign(referer: str) -> bool:
    """The site gives other sites' readers a placeholder instead of an error (reports of 2024 to 2026)."""
    host = urlsplit(referer).hostname or "mp.weixin.qq.com"
    return not host.endswith(".qq.com")


def _picture(digits: str, kind: str, longest_width: int | None = None) -> Answer:
    return Answer(_drawn(digits, kind, longest_width), _TYPES[kind], modified=_DRAWN)
