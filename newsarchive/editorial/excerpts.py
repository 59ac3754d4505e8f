"""Excerpts: what may be shown of a text that is not ours to publish, always with the link to all of it."""

from __future__ import annotations

import re

from newsarchive.items.article import Article
from newsarchive.items.body import Body, Paragraph, Span, text_of
from newsarchive.markdown.escape import single_line

EXCERPT_LENGTH = 200
"""Characters after which an excerpt looks for the end of its sentence."""
READ_ON = "阅读原文"
_SENTENCE = re.compile(r"[^。！？!?…]*[。！？!?…]+[”’」』）)]*")
_HASHTAGS = re.compile(r"(?:\s*#[^#\n]{1,40}#)+\s*$")
"""Summaries that end in `#标签##标签#`, for search engines."""


def excerpted(article: Article) -> Article:
    """The article with its excerpt and the link as its whole body; pictures, players and all else of the page left out."""
    text = excerpt_of(article)
    body: Body = [Paragraph([Span(text)])] if text else []
    body.append(Paragraph([Span(READ_ON, link=article.url)]))
    # Made anew: a copy would keep the text and pictures that were derived from the whole body.
    fields = {name: getattr(article, name) for name in Article.model_fields}
    return Article(**fields | {"body": body, "digest": text or None, "cover": None, "extra": {}})


def excerpt_of(article: Article, length: int = EXCERPT_LENGTH) -> str:
    """An article in one line: the site's own digest, else the first sentences; empty where there is neither.

    What is struck out (an old price, a word put right) is left out: a line that is cut must not say it.
    """
    if digest := single_line(_HASHTAGS.sub("", article.digest or "")).strip():
        return digest
    return first_sentences(" ".join(text_of(article.body, "left out").split("\n")), length)


def first_sentences(text: str, length: int) -> str:
    """The sentences that end within `length` characters, the first always; cut where that one is twice as long."""
    end = 0
    for sentence in _SENTENCE.finditer(text, 0, 2 * length):
        if end and sentence.end() > length:
            break
        end = sentence.end()
    if end:
        return text[:end]
    return text if len(text) <= length else text[:length].rstrip() + "…"
