"""Says whose an article is: source, account, author, original link and rights, on every item that is exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exports.content.wording import ALSO
from newsarchive.items.article import Article
from newsarchive.items.body import Body, Inline, Paragraph, Rule, Span
from newsarchive.parsing.text import one_line
from newsarchive.sites import SITES

RIGHTS = "版权归原作者及原发布方所有，转载请先取得其许可。"
_DECLARED = {"original": "原文声明为原创。", "repost": "原文为转载。"}


class Credit(NamedTuple):
    """One thing to be said of an article's origin; `url` is set where it is a link."""

    label: str
    words: str
    url: str | None = None


def credits_of(article: Article) -> list[Credit]:
    """Source, author, editor, the original that it repeats, and always the link, in the order in which they are read."""
    by = article.attribution
    source = " · ".join(_distinct(SITES[article.site].title, by.account, by.source))
    first = " · ".join(_distinct(by.original_account, by.original_author))
    author, editor = one_line(by.author), one_line(by.editor)
    found = [Credit("来源", source)]
    if author and author not in source:
        found.append(Credit("作者", author))
    if editor and editor != author:
        found.append(Credit("编辑", editor))
    if first or by.original_url:
        found.append(Credit("首发", first or "原文", by.original_url))
    return [*found, Credit("原文", article.url, article.url)]


def rights_of(article: Article) -> str:
    """The note on rights: what the page itself declares, and who has to be asked."""
    return _DECLARED.get(article.attribution.copyright or "", "") + RIGHTS


def author_of(article: Article) -> str:
    """Who is to be named where there is room for one name only; the site where nobody else is known."""
    by = article.attribution
    return one_line(by.author or by.account or by.source) or SITES[article.site].title


def credit_blocks(article: Article, reprints: Sequence[Article] = ()) -> Body:
    """Credits and rights as the last blocks of an article, with links to the others of its story."""
    line: list[Inline] = []
    for credit in credits_of(article):
        line.append(Span(f"{' ｜ ' if line else ''}{credit.label}："))
        line.append(Span(credit.words, link=credit.url))
    also: list[Inline] = []
    for it in reprints:
        also.append(Span("、" if also else ALSO))
        also.append(Span(one_line(it.attribution.account or it.title) or it.url, link=it.url))
    return [
        Rule(),
        Paragraph(line),
        *([Paragraph(also)] if also else []),
        Paragraph([Span(rights_of(article), emphasis=True)]),
    ]


def _distinct(*names: str | None) -> list[str]:
    return list(dict.fromkeys(name for name in map(one_line, names) if name))
