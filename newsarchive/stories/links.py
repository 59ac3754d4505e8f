"""What ties one article to another: what it says of its original, and what their texts have in common. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from newsarchive.items.article import Article
from newsarchive.records.story_link import StoryLink
from newsarchive.sites import SITES, identify
from newsarchive.stories.likeness import Wording, likeness

SHORTEST_TEXT = 20
"""Characters below which equal texts say nothing (a video's only line, a greeting)."""


def names_of(article: Article) -> tuple[str, ...]:
    """All names that an article may be named by."""
    more = SITES[article.site].names_of(article.keys) if article.site in SITES else ()
    return (article.identity, article.url, *article.aliases, *more)


def original_names(article: Article) -> Iterable[str]:
    """The names of the article that one names as its original."""
    by = article.attribution
    if by.original_url:
        yield by.original_url
        if link := identify(by.original_url):
            yield link.identity
    if not by.original_keys:
        return
    own = [SITES[article.site]] if article.site in SITES else []
    for site in (*own, *SITES.values()):
        if names := site.names_of(by.original_keys):
            yield from names
            return


def names_account(article: Article, original: Article) -> bool:
    """Whether an article names the account or author of another one as those of its original."""
    by, account = article.attribution, original.attribution
    return bool(
        (by.original_account and by.original_account in {account.account, account.author})
        or (by.original_account_alias and by.original_account_alias == account.account_alias)
    )


def publisher_of(article: Article) -> str:
    """Who published an article: a site, or an account of it. What one publisher has twice in nearly the same words is a series."""
    by = article.attribution
    of_accounts = article.site in SITES and SITES[article.site].publisher == "account"
    return f"{article.site}:{(by.account_id or by.account or '') if of_accounts else ''}"


def link_to_original(article: Article) -> list[StoryLink]:
    """A link to each name of the article that one names as its original."""
    named = dict.fromkeys(original_names(article))
    own = {*names_of(article)} if named else frozenset()
    names = [name for name in named if name not in own]
    return [StoryLink(identity=article.identity, other=name, kind="names") for name in names]


def links_of_account(article: Article, others: Iterable[Article]) -> list[StoryLink]:
    """What ties an article to others that have the same words, by the account that one of the two names."""
    pairs = [pair for other in others for pair in ((article, other), (other, article))]
    return [
        StoryLink(identity=one.identity, other=two.identity, kind="account")
        for one, two in pairs
        if names_account(one, two)
    ]


def says_the_same(one: Article, other: Article) -> bool:
    """Whether nothing in two records of an article can tie it to others than before, but the name of its original."""
    return one.text_hash == other.text_hash and one.attribution == other.attribution


def links_of_texts(article: Article, wording: Wording, other: Article) -> list[StoryLink]:
    """What an article's text has in common with another publisher's, and whose account is named with it."""
    if publisher_of(article) == publisher_of(other):
        return []
    named = links_of_account(article, [other])
    found = likeness(wording, Wording.of(other), named=bool(named))
    if found is None:
        return []
    outer, inner = (other, article) if found.kind == "inside" else (article, other)
    link = StoryLink(
        identity=outer.identity,
        other=inner.identity,
        kind="near" if found.kind == "near" else "contains",
        share=round(found.share, 3),
        part=round(found.part, 3),
    )
    return [link, *named] if link.kind == "near" else [link]
