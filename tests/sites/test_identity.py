"""Which article an address names, over all spellings of all sites: one article is one identity, and no two fall together."""

from __future__ import annotations

import gzip
import html
import json
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.sites import Link, identify
from tests.conftest import corpus_labels

Key = tuple[str, ...]
Spelling = Callable[..., str]

ITHOME: tuple[Spelling, ...] = (
    lambda n: f"https://www.ithome.com/{_groups(n)}.htm",
    lambda n: f"http://ithome.com/{_groups(n)}.htm",
    lambda n: f"https://next.ithome.com/{_groups(n)}.html",
    lambda n: f"https://m.ithome.com/html/{n}.htm",
    lambda n: f"https://m.ithome.com/live/{n}.htm",
    lambda n: f"https://www.ithome.com/html/it/{n}.htm",
    lambda n: f"https://www.ithome.com/html/win10/{n}.htm",
    lambda n: f"https://lapin.ithome.com/html/digi/{n}.htm",
    lambda n: f"https://api.ithome.com/json/newscontent/{n}",
    lambda n: f"https://api.ithome.com/xml/newscontent/{int(n) // 1000}/{int(n) % 1000:03}.xml",
)
KR36: tuple[Spelling, ...] = (
    lambda n: f"https://36kr.com/p/{n}",
    lambda n: f"https://www.36kr.com/p/{n}.html",
    lambda n: f"https://m.36kr.com/p/{n}/",
    lambda n: f"https://eu.36kr.com/zh/p/{n}",
    lambda n: f"http://36kr.com/newsflashes/{n}",
    lambda n: f"https://m.36kr.com/video/{n}",
    lambda n: f"https://36kr.com/detail_article?itemId={n}",
)
LONG: tuple[Spelling, ...] = (
    lambda b, m, i: f"https://mp.weixin.qq.com/s?__biz={b}&mid={m}&idx={i}",
    lambda b, m, i: f"http://mp.weixin.qq.com/s?__biz={b}&amp;mid={m}&amp;idx={i}",
    lambda b, m, i: rf"https://mp.weixin.qq.com/s?__biz={b}\x26mid={m}\x26idx={i}",
    lambda b, m, i: rf"https://mp.weixin.qq.com/s?__biz={b}\x26amp;amp;mid={m}\x26amp;amp;idx={i}",
    lambda b, m, i: f"https://mp.weixin.qq.com/s?idx={i}&mid={m}&__biz={quote(b)}",
    lambda b, m, i: f"//mp.weixin.qq.com/s?__biz={b.rstrip('=')}&mid={m}&idx={i}",
    lambda b, m, i: f"https://mp.weixin.qq.com/mp/appmsg/show?__biz={b}&appmsgid={m}&itemidx={i}",
)
SHORT: tuple[Spelling, ...] = (
    lambda t: f"https://mp.weixin.qq.com/s/{t}",
    lambda t: f"http://mp.weixin.qq.com/s/{t}/",
    lambda t: f"https://mp.weixin.qq.com/s/{t.replace('_', '~')}",
)
TAILS = {
    ITHOME: ("", "?from=rss", "#post_comm", "?ref=a&utm_source=b"),
    KR36: ("", "?f=rss", "?channel=openclaw", "#comment"),
    LONG: ("", f"&sn={'0f' * 16}", "&chksm=c0ffee&scene=27#rd", "#wechat_redirect", "&tempkey=abc"),
    SHORT: ("", "?scene=1", "#rd", "?utm_source=x&utm_medium=y"),
}
WRAPPED: tuple[Callable[[str], str], ...] = (
    lambda url: url,
    lambda url: f" {url}\n",
    lambda url: f"https://web.archive.org/web/20260902101010/{url}" if url.startswith("http") else url,
)
_NUMBERS = st.integers(1, 99_999_999).map(lambda n: (str(n),))
_IDS = st.integers(1, 2**62).map(lambda n: (str(n),))
_PARTS = st.tuples(
    st.integers(10**6, 10**10).map(lambda n: b64encode(str(n).encode()).decode()),
    st.integers(1000, 10**12).map(str),
    st.integers(1, 8).map(str),
)
_TOKENS = st.text("abcXYZ019_-", min_size=22, max_size=22).map(lambda token: (token,))
FORMS = st.sampled_from(
    [("ithome", _NUMBERS, ITHOME), ("36kr", _IDS, KR36), ("weixin", _PARTS, LONG), ("weixin", _TOKENS, SHORT)]
)


def _groups(number: str) -> str:
    value = int(number)
    return f"{value // 10**6}/{value // 1000 % 1000:03}/{value % 1000:03}"


def _spelt(data: st.DataObject, key: Key, forms: tuple[Spelling, ...]) -> str:
    url = data.draw(st.sampled_from(forms))(*key)
    tail = data.draw(st.sampled_from(TAILS[forms]))
    if "?" in url and tail.startswith("?"):
        tail = f"&{tail[1:]}"
    return data.draw(st.sampled_from(WRAPPED))(url + tail)


def _named(url: str) -> Link:
    link = identify(url)
    assert link is not None, url
    return link


@given(form=FORMS, data=st.data())
def test_canonicalising_twice_changes_nothing(
    form: tuple[str, st.SearchStrategy[Key], tuple[Spelling, ...]], data: st.DataObject
) -> None:
    site, keys, forms = form
    link = _named(_spelt(data, data.draw(keys), forms))
    assert link.site == site
    assert _named(link.url) == link


@given(form=FORMS, data=st.data())
def test_one_article_has_one_identity_in_all_spellings_and_another_article_another(
    form: tuple[str, st.SearchStrategy[Key], tuple[Spelling, ...]], data: st.DataObject
) -> None:
    _, keys, forms = form
    one = data.draw(keys)
    other = data.draw(keys | st.just(one) | st.sampled_from(_neighbours(one)))
    links = [_named(_spelt(data, key, forms)) for key in (one, other)]
    assert (links[0].identity == links[1].identity) == (one == other)
    assert one == other or links[0].url != links[1].url


def _neighbours(key: Key) -> list[Key]:
    """Keys that a careless reading would take for this one."""
    *rest, last = key
    near = [last[::-1], last.swapcase(), last[:-1] + ("1" if last[-1] != "1" else "2")]
    return [
        (*rest, it)
        for it in near
        if it != last and len(it) == len(last) and not it.startswith("0") and it != "9"
    ] or [key]


@given(one=FORMS, other=FORMS, data=st.data())
def test_articles_of_two_kinds_of_address_never_fall_together(
    one: tuple[str, st.SearchStrategy[Key], tuple[Spelling, ...]],
    other: tuple[str, st.SearchStrategy[Key], tuple[Spelling, ...]],
    data: st.DataObject,
) -> None:
    links = [_named(_spelt(data, data.draw(keys), forms)) for _, keys, forms in (one, other)]
    if one[2] is not other[2]:
        assert links[0].identity != links[1].identity
        assert links[0].url != links[1].url


_ADDRESS = re.compile(r"(?:https?:)?//[\w.-]*(?:ithome|36kr|weixin\.qq)\.com/[^\s\"'<>\\)\]，。）]+")


def test_every_address_of_the_corpus_has_one_name_and_no_two_share_it(corpus: Path) -> None:
    urls: set[str] = set()
    for file in sorted(
        path
        for path in corpus.rglob("*")
        if path.is_file() and path.suffix in {".gz", ".html", ".json", ".xml", ".md"}
    ):
        content = file.read_bytes()
        content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        urls |= set(_ADDRESS.findall(content.decode(errors="replace")))
    links = {url: link for url in urls if (link := identify(url))}
    assert len(links) > 1000
    by_identity: dict[str, set[str]] = {}
    for url, link in links.items():
        again = _named(link.url)
        assert (again.identity, again.url) == (link.identity, link.url), url
        assert _named(html.unescape(url)).identity == link.identity, url
        by_identity.setdefault(link.identity, set()).add(_own_key(link))
    assert all(len(keys) == 1 for keys in by_identity.values())
    own = {key for keys in by_identity.values() for key in keys}
    assert len(own) == len(by_identity)


def _own_key(link: Link) -> str:
    keys = link.keys
    parts = ("id",) if "id" in keys else ("biz", "mid", "idx") if "mid" in keys else ("short",)
    return json.dumps([link.site, *(keys[part] for part in parts)])


@pytest.mark.usefixtures("corpus")
def test_labelled_pages_have_their_own_names() -> None:
    by_url: dict[str, set[str]] = {}
    for label in corpus_labels():
        if label.get("url") and label.get("identity") and (link := identify(label["url"])):
            by_url.setdefault(link.identity, set()).add(json.dumps(label["identity"], sort_keys=True))
    assert len(by_url) > 20
    assert all(len(names) == 1 for names in by_url.values()), by_url
