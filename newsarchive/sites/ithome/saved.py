"""Articles of ithome that others keep as Markdown made from the site's RSS."""

from __future__ import annotations

import re

from newsarchive.items.article import Article
from newsarchive.parsing.dates import parse
from newsarchive.parsing.html_tree import fragment
from newsarchive.records.page import Page
from newsarchive.sites.ithome.article import build, headline
from newsarchive.sites.ithome.body import read_element
from newsarchive.sites.ithome.urls import identify

_FIELD = re.compile(r"^>\s*(?P<key>id|link|title)\s*:\s*(?P<value>\S.*?)\s*$", re.MULTILINE)
_HEADING = re.compile(r"^#\s+(?P<title>\S.*?)\s*$", re.MULTILINE)
_PUBLISHED = re.compile(r"^_Published on (?P<when>[^_\n]+)_\s*$", re.MULTILINE)


def read_saved_markdown(text: str, page: Page) -> Article | None:
    """An article with `> link:` lines, a heading and a `_Published on …_` line (seen in 2025); None for other files."""
    fields = {match["key"]: match["value"] for match in _FIELD.finditer(text)}
    published = _PUBLISHED.search(text)
    link = identify(fields.get("link") or fields.get("id") or "")
    if link is None or published is None:
        return None
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 30 ms that crawls need not wait: no site serves such files

    element = fragment(MarkdownIt("commonmark").render(text[published.end() :]))
    if element is None:
        return None
    titles = [image.get("title") for image in element.iter("img") if image.get("title")]
    heading = _HEADING.search(text)
    title = headline(heading["title"] if heading else fields.get("title", ""), titles, words_lost=True)
    when = published["when"]
    return build(link, page, parse(when), when, title=title, body=read_element(element))
