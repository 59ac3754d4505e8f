"""Counts and reading time: what a month holds and how long it takes to read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from newsarchive.items.article import Article
from newsarchive.items.record import SHANGHAI
from newsarchive.parsing.text import one_line

HAN_A_MINUTE = 400
"""Chinese characters that are read in a minute."""
WORDS_A_MINUTE = 200
"""Words of other scripts, and numbers, that are read in a minute."""
UNDATED = "undated"
"""Stands for the month of articles whose time of publication is not known."""

By: TypeAlias = Literal["site", "account", "kind"]

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


@dataclass(slots=True)
class ReadingStats:
    """How many articles, Chinese characters and other words."""

    articles: int = 0
    characters: int = 0
    words: int = 0

    @property
    def minutes(self) -> int:
        """How long it takes to read, in whole minutes."""
        amount = self.characters * WORDS_A_MINUTE + self.words * HAN_A_MINUTE
        return -(-amount // (HAN_A_MINUTE * WORDS_A_MINUTE))

    def add(self, text: str) -> None:
        """Count an article's text."""
        characters, words = count_text(text)
        self.articles += 1
        self.characters += characters
        self.words += words


def count_text(text: str) -> tuple[int, int]:
    """Chinese characters, and words of other scripts."""
    rest, characters = _HAN.subn(" ", text)
    return characters, len(_WORD.findall(rest))


async def stats_of(articles: AsyncIterable[Article], by: By = "site") -> dict[tuple[str, str], ReadingStats]:
    """The counts of articles by month (Shanghai, YYYY-MM) and by site, account or kind; in that order."""
    found: dict[tuple[str, str], ReadingStats] = {}
    async for article in articles:
        month = article.published_at.astimezone(SHANGHAI) if article.published_at else None
        key = (f"{month:%Y-%m}" if month else UNDATED, _group(article, by))
        found.setdefault(key, ReadingStats()).add(article.text)
    return dict(sorted(found.items()))


def _group(article: Article, by: By) -> str:
    if by == "account":
        return f"{article.site} {one_line(article.attribution.account) or '-'}"
    return str(article.site if by == "site" else article.kind)
