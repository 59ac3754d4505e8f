"""How the three sites number what they publish, so that sample URLs have the real shape and order."""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_right
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone of all sample times."""

_KR36_EPOCH_MS = 1_546_272_000_000
"""36kr's snowflakes count from 2019-01-01 00:00 Beijing time."""

_ITHOME = [
    (datetime(2026, 9, 1, tzinfo=SHANGHAI), 997_000),
    (datetime(2026, 9, 10, tzinfo=SHANGHAI), 1_000_900),
    (datetime(2026, 11, 1, tzinfo=SHANGHAI), 1_019_000),
]
"""ithome's ids rise with time and passed one million about 2026-09-08 (ids and days seen on pages of that autumn)."""


def digest(*parts: object, size: int = 16) -> bytes:
    """The same bytes for the same parts, always: the source of everything that looks random here."""
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=size).digest()


def number(*parts: object, below: int) -> int:
    """A number from 0 to `below` - 1 that depends on the parts only."""
    return int.from_bytes(digest(*parts, size=8), "big") % below


def kr36_id(key: str, published: datetime) -> int:
    """A 36kr item id: its clock stands at the draft's creation, three minutes or more before publication."""
    created = published - timedelta(
        minutes=3 + number(key, "draft", below=40), seconds=number(key, "s", below=60)
    )
    milliseconds = int(created.timestamp() * 1000) + number(key, "ms", below=1000)
    return (milliseconds - _KR36_EPOCH_MS) << 14 | number(key, "low", below=1 << 14)


def ithome_id(published: datetime) -> int:
    """An ithome id for a moment: about 430 a day until 2026-09-10, 348 a day after."""
    place = min(max(bisect_right(_ITHOME, (published, 1 << 60)), 1), len(_ITHOME) - 1)
    (start, low), (end, high) = _ITHOME[place - 1 : place + 1]
    return low + int((published - start) / (end - start) * (high - low))


def weixin_mid(published: datetime) -> int:
    """A message id of a weixin account; it counts the minutes, so two messages of an account never share one."""
    return 2_247_000_000 + int((published - datetime(2026, 1, 1, tzinfo=SHANGHAI)) / timedelta(minutes=1))


def weixin_sn(biz: str, mid: int, idx: int) -> str:
    """The access check of a weixin article: 32 hexadecimal digits."""
    return digest(biz, mid, idx, "sn").hex()


def weixin_chksm(biz: str, mid: int, idx: int) -> str:
    """The `chksm` of a long link: 84 hexadecimal digits that are not part of an article's identity."""
    return digest(biz, mid, idx, "chksm", size=42).hex()


def weixin_token(biz: str, mid: int, idx: int) -> str:
    """The 22 characters of a short link."""
    return base64.urlsafe_b64encode(digest(biz, mid, idx, "short")).decode().rstrip("=")
