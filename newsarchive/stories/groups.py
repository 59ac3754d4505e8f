"""Puts articles that are tied together into groups, and marks the original of each. Pure.

The same words are not yet the same story. Two articles are one if

- an editor says so;
- one names the other as its original: by its key or URL, or by its account where the words are the same;
- they have the same words (of some length) on the same day (in Shanghai), on different sites; or on one site within
  hours, under one title and with the same pictures;
- their texts, from different publishers, are nearly the same (`likeness.py`);

unless an editor says that they are two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from newsarchive.items.article import Article, text_hash
from newsarchive.items.record import SHANGHAI
from newsarchive.records.story_link import StoryLink, StoryLinkKind
from newsarchive.stories.links import SHORTEST_TEXT, names_account, names_of, original_names

TYING: tuple[StoryLinkKind, ...] = ("joined", "names", "account", "words", "near")
"""What makes two articles one story, the strongest first."""
_NAMING = frozenset({"names", "account"})
_HOURS = timedelta(hours=6)
"""Within what time one site's article with the same title, words and pictures is the same one, sent again."""


OriginalBy: TypeAlias = Literal["alone", "named", "declared", "others are reprints", "earliest"]
"""By what an original is known: others name it, it says so, only the others say that they are reprints, it was first."""


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that are one story, the original first, then by age; and what ties them, the strongest first."""

    articles: tuple[Article, ...]
    links: tuple[StoryLink, ...] = ()

    @property
    def original_by(self) -> OriginalBy:
        """By what the original is known."""
        first, *others = (_precedence(it, self.links) for it in self.articles)
        if not others:
            return "alone"
        words: tuple[OriginalBy, ...] = ("named", "others are reprints", "declared")
        for place, word in enumerate(words):
            if all(first[place] < it[place] for it in others):
                return word
        return next(
            (word for at, word in enumerate(words) if any(first[at] < it[at] for it in others)), "earliest"
        )


def groups_of(articles: Iterable[Article], links: Iterable[StoryLink]) -> list[Group]:
    """All articles in groups, by age. `links` are those that are stored; what the articles say themselves is found here."""
    ordered = sorted(articles, key=age)
    named = by_name(ordered)
    found = [*_own_ties(ordered, named), *_resolved(links, named)]
    ties = list({(it.identity, it.other, it.kind): it for it in found}.values())
    home = {it.identity: frozenset({it.identity}) for it in ordered}
    apart = [{it.identity, it.other} for it in ties if it.kind == "apart"]
    tying = sorted(
        (it for it in ties if it.kind in TYING),
        key=lambda it: (TYING.index(it.kind), it.identity, it.other),
    )
    for tie in tying:
        one, other = home[tie.identity], home[tie.other]
        if any(pair & one and pair & other for pair in apart):
            continue
        for identity in one | other:
            home[identity] = one | other
    members: dict[frozenset[str], list[Article]] = {}
    for it in ordered:
        members.setdefault(home[it.identity], []).append(it)
    return [
        _group(them, [tie for tie in tying if {tie.identity, tie.other} <= names])
        for names, them in members.items()
    ]


def _group(members: Sequence[Article], ties: Sequence[StoryLink]) -> Group:
    first = min(members, key=lambda it: (_precedence(it, ties), age(it)))
    return Group((first, *(it for it in members if it is not first)), tuple(ties))


def _precedence(article: Article, ties: Sequence[StoryLink]) -> tuple[bool, bool, bool]:
    """Who is the original among articles: the one that others name and that names none, then one that names none, that says so."""
    named = {it.other for it in ties if it.kind in _NAMING}
    naming = {it.identity for it in ties if it.kind in _NAMING}
    says = article.attribution.copyright
    return (
        article.identity not in named - naming,
        article.identity in naming or says == "repost",
        says != "original",
    )


def by_name(articles: Iterable[Article]) -> dict[str, Article]:
    """Articles by all their names; an identity leads to its own article whatever others call themselves."""
    given = list(articles)
    found: dict[str, Article] = {}
    for article in given:
        for name in names_of(article):
            found.setdefault(name, article)
    return found | {it.identity: it for it in given}


def _resolved(links: Iterable[StoryLink], named: Mapping[str, Article]) -> Iterator[StoryLink]:
    """The links between two of the articles, with their identities."""
    for link in links:
        one, other = named.get(link.identity), named.get(link.other)
        if one and other and one.identity != other.identity:
            yield link.model_copy(update={"identity": one.identity, "other": other.identity})


def _own_ties(articles: Sequence[Article], named: Mapping[str, Article]) -> Iterator[StoryLink]:
    """What articles say themselves: whose reprints they are, and the same words."""
    by_words: dict[str, list[Article]] = {}
    for article in articles:
        for name in original_names(article):
            original = named.get(name)
            if original and original.identity != article.identity:
                yield StoryLink(identity=article.identity, other=original.identity, kind="names")
                break
        if len(article.text) >= SHORTEST_TEXT:
            by_words.setdefault(article.text_hash, []).append(article)
    for alike in by_words.values():
        for article in alike:
            for other in alike:
                if article is not other and names_account(article, other):
                    yield StoryLink(identity=article.identity, other=other.identity, kind="account")
        for first, *others in _clusters(alike):
            for other in others:
                yield StoryLink(identity=other.identity, other=first.identity, kind="words", share=1, part=1)


def _clusters(alike: Sequence[Article]) -> Iterator[list[Article]]:
    """Articles with the same words, those of a day together that may all be one story."""
    found: list[list[Article]] = []
    for article in alike:
        home = next((them for them in found if all(_may_be_one(it, article) for it in them)), None)
        if home is None:
            found.append([article])
        else:
            home.append(article)
    yield from found


def _may_be_one(one: Article, other: Article) -> bool:
    """Whether two articles with the same words are one story, as neither names the other."""
    if one.published_at is None or other.published_at is None or day_of(one) != day_of(other):
        return False
    if one.site != other.site:
        return True
    return (
        abs(one.published_at - other.published_at) <= _HOURS
        and text_hash(one.title) == text_hash(other.title)
        and _pictures(one) == _pictures(other)
    )


def _pictures(article: Article) -> list[str]:
    """The addresses of the pictures without what only asks for a size."""
    return [image.url.partition("?")[0] for image in article.images]


def day_of(article: Article) -> date | None:
    """The day of an article in Shanghai."""
    return article.published_at.astimezone(SHANGHAI).date() if article.published_at else None


def age(article: Article) -> tuple[bool, datetime | None, str]:
    """What puts articles in the order of their publication."""
    return article.published_at is None, article.published_at, article.identity
