"""Finds articles that tell the same story: an original and its reprints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from newsarchive import sites
from newsarchive.items import Article

SHORTEST_TEXT = 20
"""Characters below which equal texts say nothing (a video's only line, a greeting)."""


def group_stories(articles: Sequence[Article]) -> list[list[Article]]:
    """The articles by story, the original first in each; stories in the order in which they began.

    Two articles are one story if their texts (of some length) have the same words, or if one names the other as its original (by key
    or URL). The original is the one that others name; else the one published first.
    """
    heads = list(range(len(articles)))

    def head(place: int) -> int:
        while heads[place] != place:
            heads[place] = heads[heads[place]]
            place = heads[place]
        return place

    def join(one: int, other: int) -> None:
        first, second = sorted((head(one), head(other)))
        heads[second] = first

    named = _names(articles)
    originals: set[int] = set()
    by_text: dict[str, int] = {}
    for place, article in enumerate(articles):
        if len(article.text) >= SHORTEST_TEXT:
            join(by_text.setdefault(article.text_hash, place), place)
        for name in _original_names(article):
            original = named.get(name)
            if original is not None and original != place:
                join(original, place)
                originals.add(original)
    groups: dict[int, list[int]] = {}
    for place in range(len(articles)):
        groups.setdefault(head(place), []).append(place)
    stories = [
        [articles[place] for place in sorted(group, key=lambda it: (it not in originals, _age(articles[it])))]
        for group in groups.values()
    ]
    return sorted(stories, key=lambda story: min(_age(article) for article in story))


def _age(article: Article) -> tuple[bool, datetime | None, str]:
    return article.published_at is None, article.published_at, article.identity


def _names(articles: Sequence[Article]) -> dict[str, int]:
    """Everything by which an article may be named, with its place; the first article of a name has it."""
    named: dict[str, int] = {}
    for place, article in enumerate(articles):
        for name in (
            article.identity,
            article.url,
            *article.aliases,
            *_key_names(article.site, article.keys.items()),
        ):
            named.setdefault(name, place)
    return named


def _original_names(article: Article) -> Iterable[str]:
    by = article.attribution
    if by.original_url:
        yield by.original_url
        if link := sites.identify(by.original_url):
            yield link.identity
    keys = by.original_keys
    if keys.keys() >= {"biz", "mid", "idx"}:
        yield f"weixin:{keys['biz']}:{keys['mid']}:{keys['idx']}"
    yield from _key_names(article.site, keys.items())


_UNIQUE_KEYS = frozenset({"id", "sn", "short"})
"""Key parts that name an article by themselves; `mid` or `biz` alone do not."""


def _key_names(site: str, keys: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"{site}?{key}={value}" for key, value in keys if key in _UNIQUE_KEYS and value)
