"""What of a text an index keeps: its grams, which are its characters and pairs of neighbours. Pure.

An article that a query finds has all grams of that; one that has them all may be another one (two pairs in two places, two
pairs with one number), so it is asked itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import add
from zlib import crc32

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.search.query import Fields, Query, fields_of

_BITS = 20
"""Of a number: so that the longest text that can be kept has a million of them, which MongoDB can keep, too. By chance one
article in 500 has a number that one looks for.
"""
_MOST = (1 << _BITS) - 1
_TITLE, _SITE, _ACCOUNT = "\ue001", "\ue002", "\ue003"
"""Begin what is said of an article beside its words. (A page may have them in its text: then it is one proposal more.)"""


def words_of(site: SiteName, fields: Fields) -> set[str]:
    """The grams of an article: of its title, text and account, those of its title once more, its site and account.

    None has a blank: a word of a search that has one is looked for by what stands beside that.
    """
    title, text, account = fields
    in_title = _grams(title)
    about = {_SITE + site, _ACCOUNT + _closed(account), *(_TITLE + gram for gram in in_title)}
    return about | in_title | _grams(text) | _grams(account)


def words_asked(query: Query, site: SiteName | None = None) -> list[str]:
    """The grams that all articles have which a query may find: pairs, and characters that have no neighbour."""
    begin = _TITLE if query.in_title else ""
    words = {begin + gram for word in query.words for part in word.split() for gram in _pairs(part)}
    words |= {_SITE + site} if site else set()
    words |= {_ACCOUNT + _closed(query.account)} if query.account else set()
    return sorted(words)


def grams_of(article: Article) -> list[int]:
    """The grams of an article as numbers."""
    return _numbers(words_of(article.site, fields_of(article)))


def grams_asked(query: Query, site: SiteName | None = None) -> list[int]:
    """The numbers that all articles have which a query may find."""
    return _numbers(words_asked(query, site))


def _grams(text: str) -> set[str]:
    found: set[str] = set()
    for part in text.split():
        found.update(part, map(add, part, part[1:]))
    return found


def _pairs(part: str) -> Iterable[str]:
    return map(add, part, part[1:]) if len(part) > 1 else [part]


def _closed(text: str) -> str:
    return text.replace(" ", "")


def _numbers(words: Iterable[str]) -> list[int]:
    return sorted({crc32(word.encode()) & _MOST for word in words})
