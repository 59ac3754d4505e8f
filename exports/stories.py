"""Finds articles that tell the same story: an original and its reprints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsarchive import sites
from newsarchive.items import Article

SHORTEST_TEXT = 20
"""Characters below which equal texts say nothing (a video's only line, a greeting)."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What tells the story that an article belongs to; a hundredth of the article, for months that have many.

    `names` are all by which it may be named, `originals` those of what it names as its original. `words` is the same
    for two articles with the same text, and empty where that would say nothing.
    """

    identity: str
    published_at: datetime | None
    names: tuple[str, ...]
    originals: tuple[str, ...]
    words: str


def outline_of(article: Article) -> Outline:
    """The outline of an article."""
    return Outline(
        article.identity,
        article.published_at,
        (article.identity, article.url, *article.aliases, *_key_names(article.site, article.keys.items())),
        tuple(_original_names(article)),
        article.text_hash if len(article.text) >= SHORTEST_TEXT else "",
    )


def group_stories(articles: Sequence[Article]) -> list[list[Article]]:
    """The articles by story, the original first in each; stories in the order in which they began (`grouped`)."""
    return [[articles[place] for place in story] for story in grouped([outline_of(it) for it in articles])]


def grouped(outlines: Sequence[Outline]) -> list[list[int]]:
    """The places of the articles by story, the original first in each; stories in the order in which they began.

    Two articles are one story if their texts (of some length) have the same words, or if one names the other as its original (by key
    or URL). The original is the one that others name; else the one published first.
    """
    heads = list(range(len(outlines)))

    def head(place: int) -> int:
        while heads[place] != place:
            heads[place] = heads[heads[place]]
            place = heads[place]
        return place

    def join(one: int, other: int) -> None:
        first, second = sorted((head(one), head(other)))
        heads[second] = first

    named: dict[str, int] = {}
    for place, outline in enumerate(outlines):
        for name in outline.names:
            named.setdefault(name, place)
    originals: set[int] = set()
    by_words: dict[str, int] = {}
    for place, outline in enumerate(outlines):
        if outline.words:
            join(by_words.setdefault(outline.words, place), place)
        for name in outline.originals:
            original = named.get(name)
            if original is not None and original != place:
                join(original, place)
                originals.add(original)
    groups: dict[int, list[int]] = {}
    for place in range(len(outlines)):
        groups.setdefault(head(place), []).append(place)
    stories = [
        sorted(group, key=lambda it: (it not in originals, _age(outlines[it]))) for group in groups.values()
    ]
    return sorted(stories, key=lambda story: min(_age(outlines[place]) for place in story))


def _age(outline: Outline) -> tuple[bool, datetime | None, str]:
    return outline.published_at is None, outline.published_at, outline.identity


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
