"""Links in texts that people write and programs save: where one begins, and where it ends.

The one rule for seed files, Markdown archives and plain text. A link ends at the first character that no URL has (RFC 3986):
blanks, Chinese characters and full-width marks, quotes, `<`, `|`. Of that, the marks of the sentence and the brackets
around it go. Addresses of the archive's sites need none of the signs `,;'()[]!$*@`, so these end them too (a row of CSV), and
so does what a site knows as a whole path, whatever follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from newsarchive.parsing.text import decode_entities, visible
from newsarchive.sites import SITES, Site

_FLAGS = re.IGNORECASE | re.ASCII


def _hosts(site: Site) -> Iterator[str]:
    """A site's hosts without those that are only named with their subdomains: they have files, not pages."""
    for host in site.hosts:
        if not host.startswith("."):
            subdomains = r"(?:[a-z0-9-]{1,63}\.){0,3}" if f".{host}" in site.hosts else ""
            yield subdomains + re.escape(host)


SITE_HOSTS = rf"(?:{'|'.join(host for site in SITES.values() for host in _hosts(site))})(?::\d{{1,5}})?"
"""Their hosts are known without `https://` before them, as people copy them."""
_WHOLE = "|".join(site.whole_path for site in SITES.values() if site.whole_path) or "(?!)"
_GUARDED = r"\\[_&=~#?.+-]"
"""How programs that write Markdown guard a sign within a URL: `s?\\_\\_biz=`."""
_LINK = re.compile(
    rf"(?:(?P<scheme>h(?:tt|xx)ps?)://|(?://|(?<![a-z0-9])(?<![a-z0-9][.@]))(?={SITE_HOSTS}[/?]))"
    rf"(?P<rest>(?:[a-gi-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]|{_GUARDED}|h(?!ttps?://)|(?<=[=/?:&#])h){{1,4096}})",
    _FLAGS,
)
"""Where `http://` follows, the next link begins; but not within an address (a copy in an archive, a redirect's target)."""
_ON_SITE = re.compile(
    rf"{SITE_HOSTS}(?![a-z0-9.-])(?:(?P<whole>{_WHOLE})(?![?#][a-z0-9_%])|(?:[a-z0-9\-._~:/?#&=%+]|(?<=&amp);|{_GUARDED})*)",
    _FLAGS,
)
_AFTER_QUOTED = re.compile(r"&(?:lt|gt|quot|apos|nbsp|#34|#39|#60|#62|#x(?:22|27|3c|3e));", re.IGNORECASE)
_AROUND = re.compile(r"(?:'|\*\*?|~~|_{1,2})$")
_OF_SENTENCE = ".,;:!?'*~&"
_HOST = re.compile(r"[^/?#]+")

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrt])|([!-/:-@\[-`{-~]))")
_QUOTED = re.compile(
    r"https?(?::(?:%(?:25)*2F){2}[\w%.~*+-]+|%(?:25)*3A(?:(?:%(?:25)*2F){2}[\w%.~*+-]+|//[\w%.~*+/-]+))",
    _FLAGS,
)
_MOST_LAYERS = 4


class TextLink(NamedTuple):
    """A link in a text: from where to where it stands there, and its address with its scheme."""

    start: int
    end: int
    url: str


def links_in_text(text: str) -> Iterator[TextLink]:
    """All links of a text in its order, repeats included; an address within an address is part of it."""
    place = 0
    while match := _LINK.search(text, place):
        start, place = match.span("rest")
        around = _AROUND.search(text[max(match.start() - 2, 0) : match.start()])
        end = _end(text, start, place, around[0] if around else "")
        if end > start:
            place = end
            scheme = (match["scheme"] or "https").lower().replace("xx", "tt")
            yield TextLink(match.start(), end, f"{scheme}://{_address(text[start:end])}")


def unescaped(text: str) -> str:
    r"""A text as it was before JSON (`https:\/\/`, `\u0026`), HTML (`&amp;`), Markdown (`\_`) or another URL quoted it.

    For looking for links in files of any make: several layers are taken off, with whatever else was written like an escape,
    and so are invisible characters, which pasting leaves within links.
    """
    text = visible(text)
    for _ in range(_MOST_LAYERS):
        before = text
        text = _ESCAPE.sub(_meant, decode_entities(text)) if "\\" in text else decode_entities(text)
        text = _QUOTED.sub(lambda match: unquote(match[0]), text).replace("[.]", ".")
        if text == before:
            break
    return text


def _meant(escape: re.Match[str]) -> str:
    if number := escape[1] or escape[2]:
        return chr(int(number, 16))
    return "\n" if escape[3] else escape[4]


def _end(text: str, start: int, end: int, around: str) -> int:
    """Where the link that begins at `start` and has no other sign before `end` ends; `around` stands before it."""
    site = _ON_SITE.match(text, start, end)
    if site:
        end = site.end()
        if site["whole"]:
            return end
    if quoted := _AFTER_QUOTED.search(text, start, end):
        end = quoted.start()
    if around.strip("_") and (closing := text.find(around, start, end)) >= 0:
        end = closing
    end = _outside_brackets(text, start, end)
    marks = _OF_SENTENCE + around + ("-" if site else "")
    while end > start and text[end - 1] in marks:
        end -= 1
    return end


def _outside_brackets(text: str, start: int, end: int) -> int:
    """Up to the first bracket that has no other within the link."""
    opened: list[int] = []
    for place in range(start, end):
        if text[place] in "([":
            opened.append(place)
        elif text[place] in ")]":
            if not opened:
                return place
            opened.pop()
    return opened[0] if opened else end


def _address(rest: str) -> str:
    """An address without guarded signs, its host in small letters."""
    rest = rest.replace("\\", "")
    host = _HOST.match(rest)
    return host[0].lower() + rest[host.end() :] if host else rest
