"""The briefing: a pure function from the stories of a day to its page.

The first story is the lead, the others are one line each. `strict` writes the form of F3 (docs/formats.md) with Hexo's
front matter; `clean` adds what that form lacks, the sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exports.content.entry import Entry, address_of, when_of
from exports.content.wording import DRAFT_MARK, item_title, link_to, paragraphs_of
from exports.formats.daily import long_date
from exports.formats.digest import Profile
from exports.formats.format import OutputPage, midnight
from newsarchive.markdown.escape import escape_line, safe_line, safe_url
from newsarchive.markdown.front_matter import Stamp, front_matter
from newsarchive.markdown.writer import Style
from newsarchive.parsing.text import one_line

TEMPLATE = "briefing/1"
CATEGORIES = ("AI Daily",)
LEAD, BRIEFS, SOURCES = "🔥 今日头条", "🌍 全球速览", "🔎 来源"


def briefing_page(day: date, entries: Sequence[Entry], profile: Profile, style: Style) -> OutputPage:
    """The briefing of a day, stories in the order given."""
    lead = next(iter(entries), None)
    times = [it.published_at for it in entries if it.published_at]
    at = max(times, default=midnight(day))
    headline = f"：{one_line(lead.plain_title)}" if lead else ""
    page = OutputPage(
        template=TEMPLATE,
        format="briefing",
        unit="day",
        day=day,
        title=f"AI日报 {day.isoformat()}{headline}",
        body=_body(entries, style, sources=True),
        at=at,
        count=len(entries),
        drafts=sum(it.is_draft for it in entries),
        description=f"{long_date(day)} · 共 {len(entries)} 条",
        categories=("AI日报",),
        cover=cover_of(lead) if lead else "",
    )
    if profile == "clean":
        return page
    title = f"AI日报{headline}"
    front = {
        "title": title,
        "date": Stamp(f"{at:%Y-%m-%d %H:%M:%S}"),
        "categories": CATEGORIES,
        "cover_image": page.cover,
    }
    return replace(
        page,
        title=title,
        heading="\n",
        body=_body(entries, Style(), sources=False),
        categories=CATEGORIES,
        own_front=front_matter(front),
        home="hexo",
    )


def cover_of(entry: Entry) -> str:
    """The picture of the lead."""
    if not entry.article:
        return ""
    urls = [entry.article.cover, *(image.url for image in entry.article.images)]
    return next((url for it in urls if (url := address_of(it))), "")


def _body(entries: Sequence[Entry], style: Style, *, sources: bool) -> str:
    if not entries:
        return ""
    lead, *briefs = entries
    parts = []
    if cover := cover_of(lead):
        alt = "封面" if sources else "Cover Image"
        parts.append(f"![{alt}](<{safe_url(cover)}>)")
    words = paragraphs_of(lead, style)
    parts += [f"## {LEAD}", f"**{_bold(lead)}**"]
    parts += [words] if words else []
    parts += [DRAFT_MARK] if lead.is_draft and words else []
    if briefs:
        numbered = enumerate(briefs, start=1)
        lines = [_brief(number, entry, sources=sources, style=style) for number, entry in numbered]
        parts += [f"## {BRIEFS}", "\n".join(lines)]
    if sources:
        linked = enumerate((entry for entry in entries if entry.url), start=1)
        lines = [_source(number, entry, style.list_indent) for number, entry in linked]
        parts += [f"## {SOURCES}", "\n".join(lines)] if lines else []
    return "\n\n".join(parts) + "\n"


def _bold(entry: Entry) -> str:
    """A title to stand between bold marks, which it may not close itself."""
    return item_title(entry).replace("**", "").strip() or "无题"


def _brief(number: int, entry: Entry, *, sources: bool, style: Style) -> str:
    mark = f"{number}."
    mark = mark.ljust(max(len(mark) + (1 if sources else 2), style.list_indent))
    text = safe_line(entry.line)
    draft = f" {DRAFT_MARK}" if entry.line_is_draft and text else ""
    title = _bold(entry) if sources else f"📰 {_bold(entry)}"
    return f"{mark}**{title}**：{text}{draft}" if text else f"{mark}**{title}**"


def _source(number: int, entry: Entry, indent: int) -> str:
    facts = [escape_line(entry.source), when_of(entry.published_at, entry.published_day or entry.pick.day)]
    line = "，".join([link_to(entry.url, entry.plain_title), *(fact for fact in facts if fact)])
    return f"{number}. ".ljust(indent) + line
