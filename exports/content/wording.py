"""Words of an entry as Markdown, the same in every format: titles, texts, links and marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from exports.content.entry import Entry, canonical
from exports.content.labels import USUAL, Labels, any_of
from newsarchive.items.article import Article
from newsarchive.items.body import Body, Heading, Image, walk
from newsarchive.markdown.body_reader import read_body
from newsarchive.markdown.escape import escape_line, safe_line, safe_url, single_line
from newsarchive.markdown.links import whole_link
from newsarchive.markdown.writer import Style, write_body
from newsarchive.parsing.urls import is_web_address

DRAFT_MARK, GONE_MARK = USUAL.draft, USUAL.gone
"""The marks of Chinese archives."""
_GONE = any_of(lambda it: it.gone)
_GONE_MARKS = re.compile(rf"^{_GONE}(?:\n{{1,2}}|\Z)|{_GONE}", re.MULTILINE)
LINK_SIGN, AGAIN_SIGN, DATE_SIGN, BRIEF_SIGN = "🔗", "📎", "📅", "📰"
"""Before the link of a story, its link once more, its date, and its title where it has but a line."""
ORIGINAL = USUAL.original_article
"""The words of a link to the original, as such archives were written by hand."""

MOST_TAGS = 8
"""Tags of a post; the day's stories have dozens."""

_IN_A_TEASER, _LONGEST_IN_A_TEASER = 3, 40
_ITEM = 2
"""The level of an item's heading."""


def unmarked(text: str) -> str:
    """A text of a file without the marks of what was withdrawn: they are no words of the story."""
    return _GONE_MARKS.sub("", text)


def teaser(titles: Iterable[str], count: int, labels: Labels = USUAL) -> str:
    """What is in a post, for lists and search engines: its first titles, and how many it has (`标题；标题；标题 等 6 篇`)."""
    first = [
        f"{it[:_LONGEST_IN_A_TEASER]}…" if len(it) > _LONGEST_IN_A_TEASER else it
        for it in islice(titles, _IN_A_TEASER)
    ]
    more = labels.more.format(count) if count > len(first) else ""
    return f"{labels.semicolon.join(first)}{more}"


def most_common_tags(tags: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The tags of a post of several stories: those that most of them have, the earlier ones first among equals."""
    return tuple(
        tag
        for tag, _ in Counter(it for of_one in tags for it in dict.fromkeys(of_one)).most_common(MOST_TAGS)
    )


def item_title(entry: Entry, *, strict: bool = False) -> str:
    """The title for a heading: an article's in plain words, an editor's with its marks."""
    title = entry.title
    if entry.title_is_markdown:
        return single_line(title) if strict else safe_line(title)
    return escape_line(title)


def paragraphs_of(entry: Entry, style: Style) -> str:
    """The text of an entry: one line, or what an editor's file had, written anew with its headings below the item's."""
    if not entry.own_words:
        return safe_line(entry.summary)
    kept = "\n".join(line for line in entry.own_words.split("\n") if not repeats_link(line, entry.url))
    return body_below(read_body(kept), _ITEM, style).strip("\n")


def marked_words(entry: Entry, words: str, labels: Labels = USUAL) -> list[str]:
    """The text of an entry in a post, if it has any, and the marks below: that nobody wrote it, that the story is gone."""
    marks = (labels.draft if entry.is_draft and words else "", labels.gone if entry.withdrawn else "")
    return [part for part in (words, *marks) if part]


def repeats_link(line: str, url: str) -> bool:
    """Whether a line is only the link of an entry once more."""
    link = whole_link(line.strip().lstrip(f"-*{AGAIN_SIGN}{LINK_SIGN} "))
    return link is not None and canonical(link.url) == url


def body_below(body: Body, level: int, style: Style) -> str:
    """A body as Markdown, its highest headings one level below the given one."""
    levels = [block.level for block in walk(body) if isinstance(block, Heading)]
    shift = level + 1 - min(levels) if levels else 0
    return write_body(body, replace(style, heading_shift=shift))


def link_to(url: str, words: str, labels: Labels = USUAL) -> str:
    """A link; an address of anything but a page is only shown."""
    label = escape_line(words).strip() or labels.link
    if not is_web_address(url):
        return label
    return f"[{label}]({safe_url(url, in_brackets=True)})"


def also(reprints: Sequence[Article], labels: Labels = USUAL) -> str:
    """Links to the other articles of a story: `另见：[账号](…)、[标题](…)`; empty where there are none."""
    links = [link_to(it.url, it.attribution.account or it.title or it.url, labels) for it in reprints]
    return f"{labels.also}{labels.comma.join(links)}" if links else ""


def picture(image: Image) -> str:
    """A picture on a line of its own."""
    return write_body([image]).strip("\n")
