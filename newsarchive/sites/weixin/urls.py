"""The addresses of mp.weixin.qq.com: which article a URL names, the one URL to store for it, and its pictures' names.

An article is `__biz`, `mid` and `idx`; `sn` is the access check that goes with them, `chksm` differs from list to list
(seen in 2026 for one article in an album and in its own page), so that w3lib's `canonicalize_url`, which keeps all that it does
not know, would give one article many addresses. A short link's token names an article too, but says
nothing of the three until its page was read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from newsarchive.parsing.web_archive import original_address
from newsarchive.sites.site import Link

HOST = "mp.weixin.qq.com"

_SHORT_PATH = re.compile(r"/s/([A-Za-z0-9_~-]{22})/?")
_LONG_PATHS = frozenset({"/s", "/s/", "/mp/appmsg/show", "/mp/appmsg/show/"})
_PARTS = {
    "biz": re.compile(r"[A-Za-z0-9+/]{4,40}=*"),
    "mid": re.compile(r"[1-9]\d{3,19}"),
    "idx": re.compile(r"[1-9]\d?"),
    "sn": re.compile(r"[0-9a-f]{32}", re.IGNORECASE),
    "short": re.compile(r".+", re.DOTALL),
}
_IDENTITY = frozenset({"biz", "mid", "idx"})
_ALIASES = {
    "biz": ("__biz", "biz"),
    "mid": ("mid", "appmsgid"),
    "idx": ("idx", "itemidx"),
    "sn": ("sn", "sign"),
}
_PARAMETERS_MAX = 100
_USUAL = re.compile(
    r"https?://mp\.weixin\.qq\.com/s\?__biz=([A-Za-z0-9+/]{4,40})={0,2}&mid=([1-9]\d{3,19})&idx=([1-9]\d?)&sn=([0-9a-f]{32})"
    r"(?:&(?:chksm|scene|subscene|xtrack)=\w*)*(?:#.*)?"
)
"""How an author's links to other articles stand in a body: read so, they take a sixth of the time."""
_ESCAPED = re.compile(r"\\(?:[xX]|[uU]00)26|&(?:[aA][mM][pP]|#(?:38|[xX]26));")
_PICTURE = re.compile(
    r"(?:https?:)?//(?:mmbiz|mpcdn|wx)\.(?:qpic|qlogo)\.cn/[\w-]+/([\w+/=-]+?)/\d+(?=[?#]|$)"
)
_FORMAT = re.compile(r"[?&](wx_fmt=[a-z]+)(?=[&#]|$)")


def album_url(album: str) -> str:
    """The answer with an album's first articles."""
    return f"https://{HOST}/mp/appmsgalbum?action=getalbum&album_id={album}&count=20&f=json"


def unescape_url(url: str) -> str:
    r"""A URL with its `&amp;`, `\x26` and `\x26amp;amp;` (seen in `ainfos` of 2025) resolved to `&`."""
    url = url.strip()
    for _ in range(4):
        if not _ESCAPED.search(url):
            break
        url = _ESCAPED.sub("&", url)
    return url


def identify(url: str) -> Link | None:
    """The article that a URL names, in any of its spellings; None for temporary (search engine) and other links."""
    if "weixin" not in url and "weixin" not in url.lower():  # most links: the rest takes twenty times as long
        return None
    if usual := _USUAL.fullmatch(url):
        biz, mid, idx, sn = usual.groups()
        return _link({"biz": _padded(biz), "mid": mid, "idx": idx, "sn": sn})
    url = unescape_url(url)
    if url[: len(HOST)].lower() == HOST:
        url = "https://" + url
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if host != HOST or parts.scheme not in {"http", "https", ""}:
        original = original_address(url)
        return identify(original) if original != url else None
    if match := _SHORT_PATH.fullmatch(parts.path):
        # WeRead writes "~" for "_"; the server knows only "_".
        return link_of({"short": match[1].replace("~", "_")})
    if parts.path not in _LONG_PATHS:
        return None
    given = _parameters(parts.query)
    return link_of(
        {key: next((given[name] for name in names if given.get(name)), "") for key, names in _ALIASES.items()}
    )


def _parameters(query: str) -> dict[str, str]:
    """The parameters of a query that have a value; a plus is a plus (`biz` may hold one), the last of a name counts.

    w3lib and urllib read a plus as a blank.
    """
    if query.count("&") >= _PARAMETERS_MAX:
        return {}
    pairs = (part.partition("=") for part in query.split("&"))
    return {unquote(name): unquote(value) for name, _, value in pairs if value}


def link_of(raw: Mapping[str, object]) -> Link | None:
    """The link of an article's parts (biz, mid, idx, sn, short), those that are valid; None where they name nothing.

    The canonical URL is the short link where there is one, as long links are challenged more often (reports of 2025 and
    2026); else the long link with exactly four parameters.
    """
    return _link(clean_keys(raw))


def _link(keys: dict[str, str]) -> Link | None:
    if keys.keys() >= _IDENTITY:
        identity = f"weixin:{keys['biz']}:{keys['mid']}:{keys['idx']}"
    elif "short" in keys:
        identity = f"weixin:s:{keys['short']}"
    else:
        return None
    url = f"https://{HOST}/s/{keys['short']}" if "short" in keys else long_url(keys)
    return Link("weixin", identity, url, keys)


def names_of(keys: Mapping[str, str]) -> tuple[str, ...]:
    """What key parts name by themselves, whether they are an article's or its original's; `mid` or `biz` alone do not."""
    whole = (f"weixin:{keys['biz']}:{keys['mid']}:{keys['idx']}",) if keys.keys() >= _IDENTITY else ()
    return (*whole, *(f"weixin?{key}={keys[key]}" for key in ("sn", "short") if keys.get(key)))


def long_url(keys: Mapping[str, str]) -> str:
    """The long link of an article: `__biz`, `mid`, `idx` and, where known, `sn`; nothing else."""
    sn = f"&sn={keys['sn']}" if "sn" in keys else ""
    return f"https://{HOST}/s?__biz={keys['biz']}&mid={keys['mid']}&idx={keys['idx']}{sn}"


def clean_keys(raw: Mapping[str, object]) -> dict[str, str]:
    """The valid parts among what a page or URL gives, as text; the padding of `biz` is restored."""
    keys: dict[str, str] = {}
    for name, pattern in _PARTS.items():
        if (part := raw.get(name)) and pattern.fullmatch(value := str(part).strip()):
            keys[name] = value
    if "biz" in keys:
        keys["biz"] = _padded(keys["biz"].rstrip("="))
    if "sn" in keys:
        keys["sn"] = keys["sn"].lower()
    return keys


def _padded(biz: str) -> str:
    return biz + "=" * (-len(biz) % 4)


def image_key(url: str) -> str:
    """The site's own name of a picture, `<id>` of `//mmbiz.qpic.cn/<format>/<id>/<size>`; other URLs name themselves."""
    match = _PICTURE.match(url)
    return match[1] if match else url.partition("#")[0]


def image_original(url: str) -> str:
    """A picture's address in its full size, `/0` instead of `/640`, in the format in which it was uploaded."""
    match = _PICTURE.match(url)
    if match is None:
        return url.partition("#")[0]
    kind = _FORMAT.search(url, match.end())
    return f"{match[0].rpartition('/')[0]}/0{f'?{kind[1]}' if kind else ''}"
