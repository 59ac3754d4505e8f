"""Bodies that a blog generator saved from a feed: front matter, then the body's HTML (seen of 2021 to 2024)."""

from __future__ import annotations

import re

from newsarchive.parsing.front_matter import split_front_matter

_HTML = re.compile(r"\s*<(?:div|p|section|article|figure|blockquote|table|ul|ol|h[1-6])[\s>]", re.IGNORECASE)


def saved_body(text: str) -> tuple[dict[str, str], str] | None:
    """The front matter and the HTML; None for other texts, such as posts in Markdown that hold or begin with some HTML."""
    front, markup = split_front_matter(text)
    is_html = _HTML.match(markup) and markup.rstrip().endswith(">")
    return (front, markup) if front and is_html else None
