"""Ways in which an input may be damaged: each a function of a random source, the bytes, and another input's bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

Damage: TypeAlias = Callable[[Random, bytes, bytes], bytes]

NEST_MAX = 10_000_000
"""Bytes of brackets or tags that are put inside each other."""
_LARGE = 150_000
_MARKS = (
    b"js_content",
    b"cgiDataNew",
    b"initialState",
    b"paragraph",
    b"<item",
    b"<title",
    b"var msg_",
    b"rich_media",
)
_NESTS: tuple[bytes, ...] = (
    *(b"<div>", b"<b>", b"<p><i>", b"<table><tr><td>", b"<ul><li>", b"<blockquote>", b"<section style='x'>", b"<a href=x>"),
    *(b"<item>", b"<![CDATA[", b"<!--", b"<svg>", b"<font>", b"<pre>", b"<script>", b"<h1>"),
    *(b"[", b"{", b"(", b'{"a":', b'[{"a":', b"'", b'"', b"\\", b"/*", b"a ? ", b"a || ", b"JsDecode(", b"!"),
    *(b"> ", b"- ", b"  - ", b"1. ", b"#", b"*", b"**", b"_", b"`", b"[[", b"![", b"](", b"](<", b"|", b"\n> - ", b"~~"),
    *(b"&amp;", b"&#", b"&", b"%25", b"\n", b" ", b"\t", b"\r", b"\xe3\x80\x80", b"\xf0\x9f\x92\xa1"),
)  # fmt: skip
_NUMBERS = (
    *(b"0", b"-1", b"00", b"1" * 30, b"9" * 400, b"-" + b"9" * 5000, b"1e999", b"-1e999", b"1e-999", b"0x" + b"f" * 40),
    *(b"NaN", b"Infinity", b"null", b"true", b"4294967296", b"9223372036854775808", b"253402300800000", b"1.5", b""),
    "１２３".encode(), "²".encode(), "٣".encode(),
)  # fmt: skip
_ODD = (
    *(b"\\ud83d", b"\\udc00\\ud800", b"\\u0000", b"\\x00", b"\\u{110000}", b"\\u{d800}", b"\\", b"\\u12"),
    *(b"&#xD800;", b"&#0;", b"&#x110000;", b"&#99999999999999999999;", b"&nosuch;", b"&lt;script&gt;", b"&amp;amp;lt;"),
    *(b"\x00", b"\xed\xa0\xbd", b"\xff\xfe", b"\xef\xbf\xbf", b"\xef\xbb\xbf", b"\x1b[31m", b"\x0c", b"\x85", b"\xc2\x85"),
    *(b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"]]>", b"-->", b"</script>", b"</html>", b"</div>", b"<", b">"),
    *(b'"', b"'", b"`", b"{{", b"}}", b"%00", b"%", b"javascript:alert(1)", b"http://[", b"https://[::1", b"//", b"http://a:b:c/"),
    *(b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<?xml version='1.0' encoding='utf-7'?>", b"<base href='http://[/'>", b"<plaintext>"),
    *(b"2025-02-30 25:61", "昨天".encode(), "0000年0月0日".encode(), "９９９９年99月".encode(), b"9999-12-31 23:59:59"),
)  # fmt: skip
_ADDRESSES = (
    *("", "", "", "http://[", "http://[::1]/", "//", "https://mp.weixin.qq.com/s?__biz=&mid=&idx=&sn=", "x" * 5000),
    *("https://mp.weixin.qq.com/s/" + "a" * 22, "https://36kr.com/p/" + "9" * 40, "https://www.ithome.com/0/1/²³.htm"),
    *("https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?target_url=http%3A%2F%2F[", "https://example.org/", "\ud83d"),
    *("https://www.ithome.com/0/897/104.htm", "https://36kr.com/newsflashes/3583802382515337", "http://ithome.com:x/"),
)  # fmt: skip
_CHARSETS = (
    "gb18030",
    "gbk",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "big5",
    "latin-1",
    "utf-7",
    "cp037",
    "shift_jis",
)
_DIGITS = re.compile(rb"\d+")
_ATTRIBUTE = re.compile(rb"""[\w-]+=(["'])[^"'<>]{0,300}\1""")
_VALUE = re.compile(rb"""[:=,]\s*(?=["'{\[\d])""")


@dataclass(frozen=True, slots=True)
class Mutant:
    """Damaged bytes and what was done to them. `cut` tells that they are a beginning of the input and nothing else.

    `address` is read instead of the input's own: without one the site is told by the content.
    """

    content: bytes
    recipe: str
    cut: bool = False
    address: str | None = None


def mutant(random: Random, content: bytes, other: bytes) -> Mutant:
    """An input with one to three damages; one in four is only cut off."""
    if random.random() < 0.25:
        end = random.randrange(len(content) + 1)
        return Mutant(content[:end], f"cut at byte {end} of {len(content)}", cut=True)
    recipe = []
    if len(content) > _LARGE and random.random() < 0.6:
        content = _slice(random, content, other)
        recipe.append("slice")
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        damage = random.choices(_DAMAGES, _WEIGHTS)[0]
        content = damage(random, content, other)
        recipe.append(damage.__name__.strip("_"))
    return Mutant(
        content, " + ".join(recipe), address=random.choice(_ADDRESSES) if random.random() < 0.15 else None
    )


def _span(random: Random, content: bytes, most: int = 4000) -> tuple[int, int]:
    """A piece of the input, small ones more often."""
    start = random.randrange(len(content) + 1)
    return start, min(len(content), start + int(most ** random.random()))


def _slice(random: Random, content: bytes, _other: bytes) -> bytes:
    """A window of a large page, often around something that readers look for, with the page's beginning and end."""
    mark = content.find(random.choice(_MARKS)) if random.random() < 0.8 else -1
    at = mark if mark >= 0 else random.randrange(len(content))
    size = random.choice((2_000, 10_000, 40_000))
    return content[:2000] + content[max(2000, at - size // 4) : at + size] + content[-500:]


def _truncate(random: Random, content: bytes, _other: bytes) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _behead(random: Random, content: bytes, _other: bytes) -> bytes:
    return content[random.randrange(len(content) + 1) :]


def _flip(random: Random, content: bytes, _other: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 3, 30, len(content) // 20))):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _delete(random: Random, content: bytes, _other: bytes) -> bytes:
    start, end = _span(random, content, max(len(content), 1))
    return content[:start] + content[end:]


def _duplicate(random: Random, content: bytes, _other: bytes) -> bytes:
    start, end = _span(random, content, max(min(len(content), 50_000), 1))
    return content[:end] + content[start:end] * random.choice((1, 2, 20)) + content[end:]


def _swap(random: Random, content: bytes, _other: bytes) -> bytes:
    first, second, third, fourth = sorted(random.randrange(len(content) + 1) for _ in range(4))
    return (
        content[:first]
        + content[third:fourth]
        + content[second:third]
        + content[first:second]
        + content[fourth:]
    )


def _splice(random: Random, content: bytes, other: bytes) -> bytes:
    other = other[:_LARGE]
    return content[: random.randrange(len(content) + 1)] + other[random.randrange(len(other) + 1) :]


def _insert_other(random: Random, content: bytes, other: bytes) -> bytes:
    start, end = _span(random, other, 50_000)
    place = random.randrange(len(content) + 1)
    return content[:place] + other[start:end] + content[place:]


def _nest(random: Random, content: bytes, _other: bytes) -> bytes:
    """Many openings of one kind, in a place where a value begins or anywhere, mostly some thousand, seldom 10 MB."""
    opening = random.choice(_NESTS)
    size = NEST_MAX if random.random() < 0.004 else int(100_000 ** random.random())
    place = _place(random, content)
    return content[:place] + opening * max(1, size // len(opening)) + content[place:]


def _place(random: Random, content: bytes) -> int:
    place = random.randrange(len(content) + 1)
    if random.random() < 0.7 and (match := _VALUE.search(content, place, place + 5000)):
        return match.end() + random.randrange(2)
    return place


def _number(random: Random, content: bytes, _other: bytes) -> bytes:
    for _ in range(random.choice((1, 1, 5, 20))):
        if match := _DIGITS.search(content, random.randrange(len(content) + 1)):
            content = content[: match.start()] + random.choice(_NUMBERS) + content[match.end() :]
    return content


def _odd(random: Random, content: bytes, _other: bytes) -> bytes:
    for _ in range(random.choice((1, 1, 5, 20))):
        place = _place(random, content)
        content = content[:place] + random.choice(_ODD) + content[place:]
    return content


def _attribute(random: Random, content: bytes, other: bytes) -> bytes:
    """Quotes that are lost, values of another place, values without end, attributes that stand twice."""
    match = _ATTRIBUTE.search(content, random.randrange(len(content) + 1))
    if not match:
        return content
    held = match[0]
    name = held.partition(b"=")[0]
    foreign = _ATTRIBUTE.search(other, random.randrange(len(other) + 1))
    changed = random.choice(
        (
            held[:-1],
            held.replace(b'"', b""),
            name,
            name + b"=" + match[1] * 2,
            held + b" " + held,
            foreign[0] if foreign else b"",
            name + b"=" + match[1] + random.choice(_ODD) + match[1],
            name + b"=" + match[1] + b"x" * random.choice((1000, 100_000)) + match[1],
        )
    )
    return content[: match.start()] + changed + content[match.end() :]


def _recode(random: Random, content: bytes, _other: bytes) -> bytes:
    """The text in another encoding, or its bytes taken for another one."""
    charset = random.choice(_CHARSETS)
    if random.random() < 0.5:
        return content.decode("utf-8", "replace").encode(charset, "replace")
    return content.decode("latin-1").encode("utf-8")


def _binary(random: Random, content: bytes, _other: bytes) -> bytes:
    noise = random.randbytes(random.choice((1, 20, 2000)))
    if random.random() < 0.1:
        return noise
    place = random.randrange(len(content) + 1)
    return content[:place] + noise + content[place + (len(noise) if random.random() < 0.5 else 0) :]


def _blank(random: Random, content: bytes, _other: bytes) -> bytes:
    return random.choice(
        (b"", b" ", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"<", b"{", b"[", b"---\n", content[:1])
    )


_WEIGHED: dict[Damage, float] = {
    _truncate: 2,
    _behead: 2,
    _flip: 3,
    _delete: 3,
    _duplicate: 3,
    _swap: 2,
    _splice: 2,
    _insert_other: 2,
    _nest: 4,
    _number: 3,
    _odd: 5,
    _attribute: 4,
    _recode: 1,
    _binary: 1,
    _blank: 0.2,
}
_DAMAGES, _WEIGHTS = tuple(_WEIGHED), tuple(_WEIGHED.values())
