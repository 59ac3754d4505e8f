"""Bodies that a blog generator saved from a feed: front matter, then the body's HTML (seen of 2021 to 2024)."""

from __future__ import annotations

import re

from newsarchive.parsing.front_matter import split_front_matter

_HTML = re.compile(r"\s*<(?:div|p|section|article)[\s>]", re.IGNORECASE)


def saved_body(text: str) -> tuple[dict[str, str], str] | None:
    """The front matter and the HTML; None for other texts, such as posts in Markdown that hold some HTML."""
    front, markup = split_front_matter(text)
    return (front, markup) if front and _HTML.match(markup) else None
