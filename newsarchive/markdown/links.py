"""Links in Markdown lines, found with patterns that stay linear on hostile text."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsarchive.parsing.urls import is_web_address
from newsarchive.sites.shared.links_in_text import links_in_text

LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>(?:[^\[\]]++|\[[^\[\]]*+\])*+)\]"
    r"\(\s*+<?(?P<url>[^()\s<>]*+(?:\([^()\s<>]*+\)[^()\s<>]*+)*+)>?(?:\s++\"[^\"]*+\")?\s*+\)"
)
_OPENING = " \t<（(【[「『“\"'*_`~"
_NOTE = re.compile(r"[\s\W]*(?:[（(【\[「][^（）()【】\[\]「」]{1,40}[）)】\]」])?[\s\W]*")
_LONGEST_NOTE = 60
_CLOSING = ".,;:!?'*~"
_GOES_ON = re.compile(r"[-_~]*[a-zA-Z0-9]")
_WITH_LETTERS = re.compile(r"https?://[\w\-.~:/?#@!$&'*+,;=%]+")


class MarkdownLink(NamedTuple):
    """A link as written: its text and URL."""

    text: str
    url: str


def links_in(line: str) -> list[MarkdownLink]:
    """All links of a line that have words, pictures (and pictures that are links) left out."""
    return [
        MarkdownLink(match["text"], match["url"])
        for match in LINK.finditer(line)
        if not match["image"] and match["text"].strip() and "![" not in match["text"]
    ]


def link_texts(line: str) -> str:
    """The line with every link replaced by its text."""
    return LINK.sub(lambda match: match["text"], line)


def without_links(line: str) -> str:
    """The line without links and pictures."""
    return LINK.sub(" ", line)


def whole_link(line: str) -> MarkdownLink | None:
    """The link that a line consists of; its text may hold brackets (`[[title] words](url)`), but no other link."""
    line = line.strip()
    middle = line.rfind("](")
    if not line.startswith("[") or not line.endswith(")") or middle < 0 or "](" in line[:middle]:
        return None
    url = line[middle + 2 : -1].strip().removeprefix("<").removesuffix(">")
    return None if not url or any(char.isspace() for char in url) else MarkdownLink(line[1:middle], url)


def link_alone(line: str) -> tuple[str, str] | None:
    """The bare link that a line consists of, and what is noted behind it: marks, words in brackets, words that touch it.

    On a line of its own, letters belong to a link as the editor wrote it that elsewhere would not: those of other languages
    after `/`, `=` or `#`, and what makes a link longer that otherwise ends with its path.
    """
    line = line.strip()
    first = next(links_in_text(line), None)
    if first is None or line[: first.start].strip(_OPENING):
        return None
    url, note = first.url, line[first.end :]
    goes_on = note[:1].isalpha() if url[-1] in "/=#" else _GOES_ON.match(note)
    if goes_on and (longer := _WITH_LETTERS.match(line, first.start)):
        url = longer[0].rstrip(_CLOSING)
        note = line[first.start + len(url) :]
    touching = note[:1].strip() and len(note) <= _LONGEST_NOTE and not bare_urls(note)
    return (url, note.strip()) if touching or _NOTE.fullmatch(note) else None


def bare_urls(text: str) -> list[str]:
    """All http(s) URLs in a text, in links or bare, in document order, repeats included."""
    return [link.url for link in links_in_text(text) if is_web_address(text[link.start : link.end].lower())]
