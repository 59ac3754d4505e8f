"""Says whose an article is: source, account, author, original link and rights, on every item that is exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exports.content.labels import USUAL, Labels
from newsarchive.items.article import Article
from newsarchive.items.body import Body, Inline, Paragraph, Rule, Span
from newsarchive.parsing.text import one_line
from newsarchive.sites import SITES

RIGHTS = USUAL.rights
"""The note on rights of Chinese archives."""


class Credit(NamedTuple):
    """One thing to be said of an article's origin; `url` is set where it is a link."""

    label: str
    words: str
    url: str | None = None


def credits_of(article: Article, labels: Labels = USUAL) -> list[Credit]:
    """Source, author, editor, the original that it repeats, and always the link, in the order in which they are read."""
    by = article.attribution
    source = " · ".join(_distinct(SITES[article.site].title, by.account, by.source))
    first = " · ".join(_distinct(by.original_account, by.original_author))
    author, editor = one_line(by.author), one_line(by.editor)
    found = [Credit(labels.source, source)]
    if author and author not in source:
        found.append(Credit(labels.author, author))
    if editor and editor != author:
        found.append(Credit(labels.editor, editor))
    if first or by.original_url:
        found.append(Credit(labels.first, first or labels.original, by.original_url))
    return [*found, Credit(labels.original, article.url, article.url)]


def rights_of(article: Article, labels: Labels = USUAL) -> str:
    """The note on rights: what the page itself declares, and who has to be asked."""
    return labels.declared.get(article.attribution.copyright or "", "") + labels.rights


def author_of(article: Article) -> str:
    """Who is to be named where there is room for one name only; the site where nobody else is known."""
    by = article.attribution
    return one_line(by.author or by.account or by.source) or SITES[article.site].title


def credit_blocks(article: Article, reprints: Sequence[Article] = (), labels: Labels = USUAL) -> Body:
    """Credits and rights as the last blocks of an article, with links to the others of its story."""
    line: list[Inline] = []
    for credit in credits_of(article, labels):
        line.append(Span(f"{' ｜ ' if line else ''}{credit.label}{labels.colon}"))
        line.append(Span(credit.words, link=credit.url))
    also: list[Inline] = []
    for it in reprints:
        also.append(Span(labels.comma if also else labels.also))
        also.append(Span(one_line(it.attribution.account or it.title) or it.url, link=it.url))
    return [
        Rule(),
        Paragraph(line),
        *([Paragraph(also)] if also else []),
        Paragraph([Span(rights_of(article, labels), emphasis=True)]),
    ]


def _distinct(*names: str | None) -> list[str]:
    return list(dict.fromkeys(name for name in map(one_line, names) if name))
