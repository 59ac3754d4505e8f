"""What of a text an index without phrases keeps: its characters and pairs of neighbours, as numbers. Pure.

An article that a query finds has all numbers of that; one that has them all may be another one (two pairs in two places, two
pairs with one number), so it is asked itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import add
from zlib import crc32

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.search.query import Query, fields_of

_BITS = 20
"""Of a number: so that the longest text that can be kept has a million of them, which MongoDB can keep, too. By chance one
article in 500 has a number that one looks for.
"""
_MOST = (1 << _BITS) - 1
_TITLE, _SITE, _ACCOUNT = "\n1", "\n2", "\n3"
"""Begin what is said of an article beside its words; no folded text has a line break."""


def grams_of(article: Article) -> list[int]:
    """The numbers of an article: of its title, text and account, of these in its title once more, of its site and account."""
    title, text, account = fields_of(article)
    in_title = _pieces(title)
    words = {f"{_SITE}{article.site}", f"{_ACCOUNT}{account}", *(_TITLE + piece for piece in in_title)}
    return _numbers(words | in_title | _pieces(text) | _pieces(account))


def grams_asked(query: Query, site: SiteName | None = None) -> list[int]:
    """The numbers that all articles have which a query may find."""
    begin = _TITLE if query.in_title else ""
    words = {begin + piece for word in query.words for piece in (_pairs(word) if len(word) > 1 else [word])}
    words |= {f"{_SITE}{site}"} if site else set()
    words |= {f"{_ACCOUNT}{query.account}"} if query.account else set()
    return _numbers(words)


def _pieces(text: str) -> set[str]:
    return {*text, *_pairs(text)}


def _pairs(text: str) -> Iterable[str]:
    return map(add, text, text[1:])


def _numbers(words: Iterable[str]) -> list[int]:
    return sorted({crc32(word.encode()) & _MOST for word in words})
