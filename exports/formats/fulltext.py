"""Full texts: a pure function from articles to a page, for a month, a day, or one article.

`strict` writes F4 (docs/formats.md): `# title`, the body with `> ` before its first line, the link to the original.
`clean` has one heading of the first level in a file, and says source, author and date of each article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from exports.content.attribution import RIGHTS, credits_of, rights_of
from exports.content.entry import Entry, address_of, when_of
from exports.content.wording import body_below, link_to
from exports.formats.daily import long_date
from exports.formats.digest import Profile, usual_title
from exports.formats.format import OutputPage, Unit, midnight
from newsarchive.editorial.excerpts import excerpted
from newsarchive.items.article import Article
from newsarchive.items.body import Body, Paragraph, Span
from newsarchive.items.record import SHANGHAI
from newsarchive.markdown.body_reader import read_body
from newsarchive.markdown.escape import escape_line, safe_url, single_line
from newsarchive.markdown.plain_text import plain_line
from newsarchive.markdown.writer import Style, write_body
from newsarchive.parsing.text import one_line

TEMPLATE = "fulltext/1"
ORIGINAL = "原文链接"
_STRUCTURE = re.compile(r"[ ]*(?:[-+*] |\d+[.)] |\||`{3}|~{3}|>)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A full text as it is shown: `facts` and `rights` are Markdown, all else is plain.

    `written` is the whole of it in Markdown, where it stands for the body (`with_others`).
    """

    title: str
    body: Body
    url: str
    facts: str = ""
    rights: str = RIGHTS
    published_at: datetime | None = None
    digest: str = ""
    tags: tuple[str, ...] = ()
    cover: str = ""
    identity: str = ""
    written: str = ""


def with_others(piece: Piece, profile: Profile, style: Style) -> Piece:
    """A text as it is written into a page with others, without its tree, which takes ten times as much memory."""
    return replace(
        piece, body=[], written=_strict(piece) if profile == "strict" else _among_others(piece, style)
    )


def piece_of(entry: Entry, *, excerpts: bool = False) -> Piece | None:
    """The text of a story: an editor's own, else the stored article's; None where there is neither."""
    pick, article = entry.pick, entry.article
    title = plain_line(single_line(pick.title))
    body = read_body(pick.body, mended=False) if pick.body and not excerpts else None
    if article is not None:
        piece = article_piece(excerpted(article) if excerpts else article)
        return replace(piece, title=title or piece.title, body=piece.body if body is None else body)
    if body is None:
        return None
    rights = RIGHTS if entry.url else ""  # without a source it is the editor's own
    return Piece(
        title or entry.plain_title, body, entry.url, rights=rights, identity=pick.identity or pick.url
    )


def article_piece(article: Article) -> Piece:
    """An article with its title on one line; of a post without a title that is the beginning of its text."""
    at = article.published_at.astimezone(SHANGHAI) if article.published_at else None
    return Piece(
        title=one_line(article.title) or one_line(article.text)[:30] or article.identity,
        body=article.body or [Paragraph([Span(article.digest or article.title)])],
        url=article.url,
        facts=_facts(article, at),
        rights=rights_of(article),
        published_at=at,
        digest=one_line(article.digest or ""),
        tags=article.tags,
        cover=address_of(article.cover),
        identity=article.identity,
    )


def fulltext_page(
    unit: Unit, day: date, texts: Iterable[Article | Piece], profile: Profile, style: Style
) -> OutputPage:
    """The page of a month (its first day), a day, or one article; texts in the order given."""
    pieces = [it if isinstance(it, Piece) else article_piece(it) for it in texts]
    times = [it.published_at for it in pieces if it.published_at]
    one = pieces[0] if unit == "article" else None
    page = OutputPage(
        template=TEMPLATE,
        format="fulltext",
        unit=unit,
        day=day,
        title=one.title if one else f"{usual_title(day) if unit == 'month' else long_date(day)}全文",
        body=_one(one, style) if one else _many(pieces, style),
        at=max(times, default=midnight(day)),
        count=len(pieces),
        description=one.digest if one else f"共 {len(pieces)} 篇",
        categories=("全文",),
        tags=one.tags if one else (),
        cover=one.cover if one else "",
        source=one.url if one else "",
        identity=one.identity if one else "",
    )
    if profile == "clean":
        return page
    return replace(page, heading="", body=_strict_text(pieces), own_front="", home="plain")


def _one(piece: Piece, style: Style) -> str:
    return "\n".join(_below_title(piece, 1, style))


def _many(pieces: Sequence[Piece], style: Style) -> str:
    return "\n".join(piece.written or _among_others(piece, style) for piece in pieces)


def _among_others(piece: Piece, style: Style) -> str:
    return "\n".join([f"## {escape_line(piece.title)}\n", *_below_title(piece, 2, style)])


def _below_title(piece: Piece, level: int, style: Style) -> list[str]:
    """Whose it is and when it was published, the body, the note on rights, and the link to the original.

    The link ends an article for the merge too.
    """
    body = body_below(piece.body, level, style)
    rights = f"*{piece.rights}*\n" if piece.rights else ""
    end = f"{link_to(piece.url, ORIGINAL)}\n" if piece.url else ""
    return [part for part in (f"{piece.facts}\n" if piece.facts else "", body, rights, end) if part]


def _facts(article: Article, at: datetime | None) -> str:
    *found, _ = credits_of(article)
    facts = [
        f"{credit.label}：{link_to(credit.url, credit.words) if credit.url else escape_line(credit.words)}"
        for credit in found
    ]
    return " ｜ ".join(fact for fact in (*facts, when_of(at, None)) if fact)


def _strict_text(pieces: Sequence[Piece]) -> str:
    """The texts as F4 has them."""
    return "\n".join(piece.written or _strict(piece) for piece in pieces)


def _strict(piece: Piece) -> str:
    return strict_article(escape_line(piece.title), write_body(piece.body), piece.url)


def strict_article(title: str, body: str, url: str) -> str:
    """One article: the quote mark stands before its first line only, if that is not the beginning of a list or table."""
    mark = "" if _STRUCTURE.match(body) else "> "
    link = f"[{ORIGINAL}]({safe_url(url, in_brackets=True)})\n\n" if url else ""
    return f"# {title}\n\n{mark}{body.strip(chr(10))}\n\n{link}"
