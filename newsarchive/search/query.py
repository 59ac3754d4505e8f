"""What is asked for, and the one rule of what it finds.

The words are parted by white space; what stands between straight quotation marks is one word, blanks and all. An article is
found by a word that stands, as it is written, anywhere in its title, in its text or in the name of its account; by several
words if it is by each of them. Two things that look alike are the same (`fold.py`): small letters and capitals, letters and
digits of full width and of half, a blank and a line break. Nothing is cut into words, left out or replaced by others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from newsarchive.errors import BadValueError
from newsarchive.items.article import Article
from newsarchive.search.fold import folded

MOST_WORDS = 32
LONGEST_WORD = 200
"""Characters."""
_WORD = re.compile(r'(?<!\S)"([^"]*[^"\s][^"]*)"(?!\S)|(\S+)')
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: folded words, all of which must be there. `account` is the whole name of one, folded.

    With `in_title` they must be in the title.
    """

    words: tuple[str, ...]
    account: str = ""
    in_title: bool = False

    @classmethod
    def of(cls, text: str, account: str = "") -> Query:
        """The query of what somebody typed. Raises BadValueError where that has no words, or more than can be asked for."""
        if _HALVES.search(text + account):
            raise BadValueError(
                "the words are no text: they have bytes that are no UTF-8, or half a character"
            )
        found = (folded(phrase or word) for phrase, word in _WORD.findall(text))
        words = tuple(dict.fromkeys(word for word in found if word))
        if not words:
            raise BadValueError("there are no words to search for: newsarchive search 小鹏 汽车")
        if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
            raise BadValueError(
                f"a search takes {MOST_WORDS} words of {LONGEST_WORD} characters at most; ask for less"
            )
        return cls(words, folded(account))


Fields: TypeAlias = tuple[str, str, str]
"""What of an article is searched, folded: title, text, account."""


def fields_of(article: Article) -> Fields:
    """What of an article is searched."""
    return folded(article.title), folded(article.text), folded(article.attribution.account or "")


def matches(query: Query, article: Article) -> bool:
    """Whether an article is found."""
    title, text, account = fields_of(article)
    if query.account not in {"", account}:
        return False
    if query.in_title:
        return all(word in title for word in query.words)
    return all(word in text or word in title or word in account for word in query.words)


def searched(article: Article) -> tuple[Any, ...]:
    """All that decides whether and where an article is found: where it is equal, an index of it stays right."""
    return article.site, article.published_at, article.title, article.attribution.account, article.text
