"""Full texts: a pure function from articles to a page, for a month, a day, or one article.

`strict` writes F4 (docs/formats.md): `# title`, the body with `> ` before its first line, the link to the original.
`clean` has one heading of the first level in a file, and says source, author and date of each article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exports.attribution import credits_of, rights_of
from exports.daily import long_date
from exports.digest import Profile, usual_title
from exports.entries import address_of, when_of
from exports.pages import Page, Unit, midnight
from exports.wording import body_below, link_to
from newsarchive.body import Body, Paragraph, Span
from newsarchive.items import SHANGHAI, Article
from newsarchive.markdown.escape import escape_line, safe_url
from newsarchive.markdown.writer import Style, write_body
from newsarchive.parsing.text import one_line

TEMPLATE = "fulltext/1"
ORIGINAL = "原文链接"
_STRUCTURE = re.compile(r"[ ]*(?:[-+*] |\d+[.)] |\||`{3}|~{3}|>)")


def fulltext_page(unit: Unit, day: date, articles: Sequence[Article], profile: Profile, style: Style) -> Page:
    """The page of a month (its first day), a day, or one article; articles in the order given."""
    times = [it.published_at.astimezone(SHANGHAI) for it in articles if it.published_at]
    one = articles[0] if unit == "article" else None
    page = Page(
        template=TEMPLATE,
        format="fulltext",
        unit=unit,
        day=day,
        title=title_of(one) if one else f"{usual_title(day) if unit == 'month' else long_date(day)}全文",
        body=_one(one, style) if one else _many(articles, style),
        at=max(times, default=midnight(day)),
        count=len(articles),
        description=one_line(one.digest or "") if one else f"共 {len(articles)} 篇",
        categories=("全文",),
        tags=one.tags if one else (),
        cover=address_of(one.cover) if one else "",
        source=one.url if one else "",
        identity=one.identity if one else "",
    )
    if profile == "clean":
        return page
    return replace(page, heading="", body=strict_text(articles), own_front="", home="plain")


def title_of(article: Article) -> str:
    """The title on one line; of a post without one the beginning of its text."""
    return one_line(article.title) or one_line(article.text)[:30] or article.identity


def _one(article: Article, style: Style) -> str:
    body = body_below(_body_of(article), 1, style)
    return "\n".join(part for part in (f"{_facts(article)}\n", body, _end(article)) if part)


def _many(articles: Sequence[Article], style: Style) -> str:
    parts = []
    for article in articles:
        body = body_below(_body_of(article), 2, style)
        parts.append(
            "\n".join(
                [
                    f"## {escape_line(title_of(article))}\n",
                    f"{_facts(article)}\n",
                    body,
                    _end(article),
                ]
            )
        )
    return "\n".join(parts)


def _facts(article: Article) -> str:
    """Whose it is, and when it was published."""
    at = article.published_at.astimezone(SHANGHAI) if article.published_at else None
    *found, _ = credits_of(article)
    facts = [
        f"{credit.label}：{link_to(credit.url, credit.words) if credit.url else escape_line(credit.words)}"
        for credit in found
    ]
    return " ｜ ".join(fact for fact in (*facts, when_of(at, None)) if fact)


def _end(article: Article) -> str:
    """The note on rights and the link to the original, which ends an article for the merge too."""
    return f"*{rights_of(article)}*\n\n{link_to(article.url, ORIGINAL)}\n"


def _body_of(article: Article) -> Body:
    """The body; of one without a body the digest."""
    return article.body or [Paragraph([Span(article.digest or article.title)])]


def strict_text(articles: Sequence[Article]) -> str:
    """The articles as F4 has them."""
    return "\n".join(
        strict_article(escape_line(title_of(it)), write_body(_body_of(it)), it.url) for it in articles
    )


def strict_article(title: str, body: str, url: str) -> str:
    """One article: the quote mark stands before its first line only, if that is not the beginning of a list or table."""
    mark = "" if _STRUCTURE.match(body) else "> "
    return f"# {title}\n\n{mark}{body.strip(chr(10))}\n\n[{ORIGINAL}]({safe_url(url, in_brackets=True)})\n\n"
