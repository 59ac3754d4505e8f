"""The daily post: each story with its text, source, date and link, under a numbered heading.

`strict` writes the template of daily-ai-news-blog as of 13 November 2025 (docs/formats.md, F1), front matter included.
`clean` says date and sources, prints each link once and leaves out what was the same in every post.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exports.content.entry import Entry, when_of
from exports.content.labels import Labels, any_of
from exports.content.wording import (
    AGAIN_SIGN,
    DATE_SIGN,
    LINK_SIGN,
    ORIGINAL,
    also,
    item_title,
    link_to,
    marked_words,
    most_common_tags,
    paragraphs_of,
    picture,
    teaser,
)
from exports.formats.archive import Archive, ArchiveItem, Family, archive_of
from exports.formats.format import Dialect, Format, OutputPage, Selection, all_of, long_date
from exports.formats.headed import Headed
from exports.formats.items import Item, words_and_facts
from exports.formats.markdown_lines import FACTS, RULE
from exports.formats.segments import Segment
from exports.formats.words import NAME, Word
from newsarchive.editorial.days import day_start
from newsarchive.markdown.document import Document, find_date, heading
from newsarchive.markdown.escape import escape_line, safe_url
from newsarchive.markdown.front_matter import Stamp, front_matter
from newsarchive.markdown.links import bare_urls, links_in
from newsarchive.markdown.writer import Style
from newsarchive.parsing.urls import is_web_address

FAMILY = "hugo-daily"
"""Daily posts with front matter, in this template and others."""
_MOST_PICTURES = 3
PUBLISHED = "发布时间"
"""The words before the day of a story."""
_TITLE_LINE = re.compile(r"(?:#{2,4}[ \t]+)?(?:\d{1,3}\.[ \t]+)?(?:#{2,4}[ \t]+)?(?P<title>.*)")
_NUMBERED_TITLE = re.compile(r"(\d{1,3})\.\s+(\S.*)")
_ANCHOR = re.compile(r"\{#([^{}]*)\}")
_SOURCE_LINE = re.compile(rf"(?:>\s*)?(?:{LINK_SIGN}|{AGAIN_SIGN})")
_OWN_LINK = re.compile(rf"{LINK_SIGN} \[{any_of(lambda it: it.original)}\]\(")
PUBLISHED_LINE = re.compile(rf"(?:>\s*)?(?:{DATE_SIGN}\s*)?(?:\*\*)?{PUBLISHED}[：:](?:\*\*)?\s*(\S+)")


def _write(selection: Selection[Entry], dialect: Dialect) -> OutputPage:
    day, entries = selection.day, selection.stories
    times = [it.published_at for it in entries if it.published_at]
    page = OutputPage(
        template="daily/1",
        format=FORMAT.name,
        unit="day",
        day=day,
        title=f"{dialect.name} {day.isoformat()}",
        body="\n".join(_clean_item(place, it, dialect) for place, it in enumerate(entries, start=1)),
        at=max(times, default=day_start(day)),
        count=len(entries),
        drafts=sum(it.is_draft for it in entries),
        description=teaser((it.plain_title for it in entries), len(entries), dialect.labels),
        categories=(dialect.name,),
        tags=most_common_tags(it.tags for it in entries),
    )
    if not dialect.strict:
        return page
    page = replace(
        page,
        title=dialect.word("title"),
        heading=f"\n# {dialect.word('title')}\n\n",
        body=_strict_body(day, entries, dialect),
        description=f"{day.isoformat()} {dialect.word('description')}".strip(),
        categories=dialect.listed("categories"),
        tags=dialect.listed("tags"),
    )
    return replace(page, own_front=_front_matter(page))


def _clean_item(number: int, entry: Entry, dialect: Dialect) -> str:
    labels = dialect.labels
    parts = [f"## {number}. {item_title(entry)}"]
    parts += [picture(image) for image in entry.pictures]
    parts += marked_words(entry, paragraphs_of(entry, dialect.style), labels)
    facts = [
        f"{LINK_SIGN} {link_to(entry.url, labels.original)}" if entry.url else "",
        f"{labels.source}{labels.colon}{escape_line(entry.source)}" if entry.source else "",
        when_of(entry.published_at, entry.published_day or entry.pick.day),
    ]
    parts.append(("" if entry.url else f"{DATE_SIGN} ") + " · ".join(fact for fact in facts if fact))
    if entry.reprints:
        parts.append(also(entry.reprints, labels))
    return "\n\n".join(parts) + "\n"


def _front_matter(page: OutputPage) -> str:
    return front_matter(
        {
            "title": page.title,
            "date": Stamp(f"{page.day.isoformat()}T09:00:00+08:00"),
            "draft": False,
            "tags": page.tags,
            "categories": page.categories,
            "description": page.description,
        }
    )


def _strict_body(day: date, entries: Sequence[Entry], dialect: Dialect) -> str:
    """The post below its heading, as the template has it."""
    head = f"**{long_date(day)}** · 共 {len(entries)} 篇精选报道\n\n---\n\n"
    footer = dialect.word("footer")
    items = "".join(
        _strict_item(number, entry, dialect.labels) for number, entry in enumerate(entries, start=1)
    )
    return f"{head}{items}\n*{footer}*\n" if footer else f"{head}{items}"


def _strict_item(number: int, entry: Entry, labels: Labels) -> str:
    title, url = item_title(entry, strict=True), safe_url(entry.pick.url, in_brackets=True)
    parts = [f"## {number}. {title}"]
    parts += [f"{LINK_SIGN} **{ORIGINAL}：** [{url}]({url})"] if entry.url else []
    parts += [
        f"![{title} - 图{place}]({safe_url(image.url, in_brackets=True)})"
        for place, image in enumerate(entry.pictures[:_MOST_PICTURES], start=1)
    ]
    words = entry.own_words or paragraphs_of(entry, Style())
    parts += marked_words(entry, words, labels)
    if AGAIN_SIGN not in words and entry.url:
        parts.append(f"{AGAIN_SIGN} [查看原文]({url})")
    at = (entry.published_at.date() if entry.published_at else None) or entry.published_day or entry.pick.day
    parts += [f"{DATE_SIGN} **{PUBLISHED}：** {at.year}/{at.month}/{at.day}", "---"]
    return "\n\n".join(parts) + "\n\n"


def _item(segment: Segment, dialect: Dialect) -> Item:
    first, *below = dialect.unescape(segment.raw).split("\n")
    match = _TITLE_LINE.match(first.strip())
    links = [it.url for line in below if LINK_SIGN in line for it in links_in(line)]
    links += [it.url for line in below for it in links_in(line)] + bare_urls(segment.raw)
    url = next((it for it in links if is_web_address(it)), "")
    while below and (not below[-1].strip() or RULE.match(below[-1])):
        below.pop()
    last = re.compile(DATE_SIGN) if dialect.strict else FACTS
    end = max((n + 1 for n, line in enumerate(below) if last.match(line)), default=len(below))
    words, rest, drafted = words_and_facts(below[:end], url)
    rest += tuple(line for line in below[end:] if line.strip())
    title = match["title"].strip() if match else first.strip()
    return Item(segment, title, words, (url,) if url else (), drafted=drafted, rest=rest)


# Archives.


def _recognise(document: Document) -> bool:
    """Front matter and items of the template; or our own posts without front matter (`daily/1`, clean)."""
    if document.front_matter is None and not any(_OWN_LINK.match(line.text) for line in document.structure):
        return False
    return bool(_archive_items(document))


def post(document: Document, items: Sequence[ArchiveItem]) -> Archive:
    """A post with these items."""
    return archive_of(FAMILY, document, items, unclear=any(item.title is None for item in items))


def _archive_items(document: Document) -> list[ArchiveItem]:
    """Items under numbered headings; headings without any source or date line are sections of other templates."""
    if not any(_SOURCE_LINE.match(line.text) for line in document.structure):
        return []
    items: list[ArchiveItem | None] = []
    for line in document.structure:
        found = heading(line.text)
        if found and found.level in {2, 3}:
            match = _NUMBERED_TITLE.fullmatch(found.text)
            items.append(_archive_item(line.number, int(match[1]), match[2]) if match else None)
        elif not items or (item := items[-1]) is None:
            continue
        elif item.url is None and _SOURCE_LINE.match(line.text):
            items[-1] = replace(item, url=next((link.url for link in links_in(line.text)), None))
        elif match := PUBLISHED_LINE.match(line.text):
            items[-1] = replace(item, published=iso_day(match[1]))
    return [item for item in items if item]


def _archive_item(line: int, n: int, title: str) -> ArchiveItem:
    anchor = _ANCHOR.search(title)
    title = title[: anchor.start()].rstrip() if anchor else title
    return ArchiveItem(line, n=n, title=title, anchor=anchor[1] if anchor else None)


def iso_day(written: str) -> str:
    """A day as `2025-11-13`; a full time stays as written."""
    day = find_date(written)
    return day.isoformat() if day and "T" not in written else written


FORMAT = Format(
    name="daily",
    words={
        NAME: Word("每日资讯", "its name"),
        "title": Word("🤖 每日 AI 资讯", "strict: the title of every post"),
        "description": Word("的 AI 行业要闻精选", "strict: what stands after the day", may_be_empty=True),
        "footer": Word("✨ 由 Daily AI News Bot 自动生成", "strict: the last line", may_be_empty=True),
        "categories": Word(("AI Daily",), "strict: the categories", may_be_empty=True),
        "tags": Word(("AI", "Daily News", "Technology"), "strict: the tags", may_be_empty=True),
    },
    summary="A post a day: each story with its text, source, date and link.",
    units=("day",),
    write=_write,
    grammar=lambda _: Headed(),
    items=lambda segments, dialect: [_item(it, dialect) for it in dialect.stories(segments)],
    show=all_of,
    folder="",
    strict_newest_first=True,
    home="hugo",
    families=(Family(FAMILY, 60, _recognise, lambda it: post(it, _archive_items(it)), taken_as="daily"),),
    item_marks=True,
    kept="day",
)
