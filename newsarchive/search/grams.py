"""What of a text an index without phrases keeps: its grams, which are its characters and pairs of neighbours. Pure.

An article that a query finds has all grams of that; one that has them all may be another one (two pairs in two places, two
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


def pieces_of(text: str) -> set[str]:
    """All grams of a folded text."""
    return {*text, *map(add, text, text[1:])}


def pieces_asked(query: Query) -> set[str]:
    """The grams that what a query finds has: pairs, and words of one character."""
    words = query.words
    return {piece for word in words for piece in (map(add, word, word[1:]) if len(word) > 1 else [word])}


def grams_of(article: Article) -> list[int]:
    """The numbers of an article: of its title, text and account, of these in its title once more, of its site and account."""
    title, text, account = fields_of(article)
    in_title = pieces_of(title)
    words = {f"{_SITE}{article.site}", f"{_ACCOUNT}{account}", *(_TITLE + piece for piece in in_title)}
    return _numbers(words | in_title | pieces_of(text) | pieces_of(account))


def grams_asked(query: Query, site: SiteName | None = None) -> list[int]:
    """The numbers that all articles have which a query may find."""
    begin = _TITLE if query.in_title else ""
    words = {begin + piece for piece in pieces_asked(query)}
    words |= {f"{_SITE}{site}"} if site else set()
    words |= {f"{_ACCOUNT}{query.account}"} if query.account else set()
    return _numbers(words)


def _numbers(words: Iterable[str]) -> list[int]:
    return sorted({crc32(word.encode()) & _MOST for word in words})
