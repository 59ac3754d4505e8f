"""Links in Markdown lines, found with patterns that stay linear on hostile text."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>(?:[^\[\]]++|\[[^\[\]]*+\])*+)\]"
    r"\(\s*+<?(?P<url>[^()\s<>]*+(?:\([^()\s<>]*+\)[^()\s<>]*+)*+)>?(?:\s++\"[^\"]*+\")?\s*+\)"
)
_BARE = re.compile(r"https?://[!#$%&'*+,\-./:;=?@\[\]_~()0-9A-Za-z]+")
_CLOSING = ".,;:!?'*"


class MarkdownLink(NamedTuple):
    """A link as written: its text and URL."""

    text: str
    url: str


def links_in(line: str) -> list[MarkdownLink]:
    """All links of a line that have words, pictures (and pictures that are links) left out."""
    return [
        MarkdownLink(match["text"], match["url"])
        for match in _LINK.finditer(line)
        if not match["image"] and match["text"].strip() and "![" not in match["text"]
    ]


def link_texts(line: str) -> str:
    """The line with every link replaced by its text."""
    return _LINK.sub(lambda match: match["text"], line)


def words_beside(line: str, url: str | None) -> str:
    """The line without its pictures and without the links to `url`; other links leave their words."""

    def words(match: re.Match[str]) -> str:
        return "" if match["image"] or "![" in match["text"] or match["url"] == url else match["text"]

    return _LINK.sub(words, line)


def whole_link(line: str) -> MarkdownLink | None:
    """The link that a line consists of; its text may hold brackets (`[[title] words](url)`)."""
    line = line.strip()
    middle = line.rfind("](")
    if not line.startswith("[") or not line.endswith(")") or middle < 0:
        return None
    url = line[middle + 2 : -1].strip().removeprefix("<").removesuffix(">")
    return None if not url or any(char.isspace() for char in url) else MarkdownLink(line[1:middle], url)


def bare_urls(text: str) -> list[str]:
    """All http(s) URLs in a text, in links or bare, in document order, repeats included."""
    return [_trimmed(url) for url in _BARE.findall(text)]


def _trimmed(url: str) -> str:
    """Without the closing marks of the sentence or the Markdown link that the URL stands in."""
    depth = 0
    for place, char in enumerate(url):
        depth += (char in "([") - (char in ")]")
        if depth < 0:
            return url[:place].rstrip(_CLOSING)
    return url.rstrip(_CLOSING)
