"""Bodies that a blog generator saved from a feed: front matter, then the body's HTML (seen of 2021 to 2024)."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsarchive.parsing.front_matter import flat_front_matter

_HTML = re.compile(r"\s*<(?:div|p|section|article|figure|blockquote|table|ul|ol|h[1-6])[\s>]", re.IGNORECASE)

BODY_OF_READABILITY = "readability-page-1"
"""The id of the element around what Readability (Firefox's reader, and programs with its code) takes for the article."""


class SavedBody(NamedTuple):
    """A body's HTML with what stands above it: `address` is empty and `when` None where the generator lost them."""

    address: str
    title: str
    when: str | None
    head: str
    markup: str


def saved_body(text: str) -> SavedBody | None:
    """The body in a file; None for other texts, such as posts in Markdown that hold or begin with some HTML."""
    front, markup = flat_front_matter(text)
    if not front or not _HTML.match(markup) or not markup.rstrip().endswith(">"):
        return None
    return SavedBody(
        address=front.get("link") or front.get("url") or front.get("source") or "",
        title=front.get("title", ""),
        when=front.get("date"),
        head=text.removesuffix(markup),
        markup=markup,
    )
