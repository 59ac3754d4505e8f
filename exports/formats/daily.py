"""The daily post: a pure function from the stories of a day to its page.

`strict` writes the template of daily-ai-news-blog as of 13 November 2025 (docs/formats.md, F1), front matter included.
`clean` says date and sources, prints each link once and leaves out what was the same in every post.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exports.content.entry import Entry, when_of
from exports.content.wording import DRAFT_MARK, item_title, link_to, paragraphs_of, picture
from exports.formats.digest import Profile
from exports.formats.format import OutputPage, midnight
from newsarchive.markdown.escape import escape_line, safe_url
from newsarchive.markdown.front_matter import Stamp, front_matter
from newsarchive.markdown.writer import Style

TEMPLATE = "daily/1"
CATEGORIES = ("AI Daily",)
TAGS = ("AI", "Daily News", "Technology")
STRICT_TITLE = "🤖 每日 AI 资讯"
_MOST_PICTURES = 3
_FOOTER = "*✨ 由 Daily AI News Bot 自动生成*"


def daily_page(day: date, entries: Sequence[Entry], profile: Profile, style: Style) -> OutputPage:
    """The post of a day, stories in the order given."""
    times = [it.published_at for it in entries if it.published_at]
    page = OutputPage(
        template=TEMPLATE,
        format="daily",
        unit="day",
        day=day,
        title=f"每日资讯 {day.isoformat()}",
        body=_clean_body(entries, style),
        at=max(times, default=midnight(day)),
        count=len(entries),
        drafts=sum(it.is_draft for it in entries),
        description=f"{long_date(day)} · 共 {len(entries)} 篇",
        categories=("每日资讯",),
    )
    if profile == "clean":
        return page
    return replace(
        page,
        title=STRICT_TITLE,
        heading=f"\n# {STRICT_TITLE}\n\n",
        body=strict_body(day, entries),
        own_front=_front_matter(day),
        home="hugo",
        description=f"{day.isoformat()} 的 AI 行业要闻精选",
        categories=CATEGORIES,
        tags=TAGS,
    )


def long_date(day: date) -> str:
    """`2025年11月3日`, without zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def _clean_body(entries: Sequence[Entry], style: Style) -> str:
    items = [_clean_item(number, entry, style) for number, entry in enumerate(entries, start=1)]
    return "\n".join(items)


def _clean_item(number: int, entry: Entry, style: Style) -> str:
    parts = [f"## {number}. {item_title(entry)}"]
    parts += [picture(image) for image in entry.pictures]
    if words := paragraphs_of(entry, style):
        parts.append(words)
    if entry.is_draft and words:
        parts.append(DRAFT_MARK)
    facts = [
        f"🔗 {link_to(entry.url, '原文')}" if entry.url else "",
        f"来源：{escape_line(entry.source)}" if entry.source else "",
        when_of(entry.published_at, entry.published_day or entry.pick.day),
    ]
    parts.append(("" if entry.url else "📅 ") + " · ".join(fact for fact in facts if fact))
    if entry.reprints:
        links = (link_to(it.url, it.attribution.account or it.title or it.url) for it in entry.reprints)
        parts.append(f"另见：{'、'.join(links)}")
    return "\n\n".join(parts) + "\n"


def _front_matter(day: date) -> str:
    return front_matter(
        {
            "title": STRICT_TITLE,
            "date": Stamp(f"{day.isoformat()}T09:00:00+08:00"),
            "draft": False,
            "tags": TAGS,
            "categories": CATEGORIES,
            "description": f"{day.isoformat()} 的 AI 行业要闻精选",
        }
    )


def strict_body(day: date, entries: Sequence[Entry]) -> str:
    """The post below its heading, as the template has it."""
    head = f"**{long_date(day)}** · 共 {len(entries)} 篇精选报道\n\n---\n\n"
    items = "".join(_strict_item(number, entry) for number, entry in enumerate(entries, start=1))
    return f"{head}{items}\n{_FOOTER}\n"


def _strict_item(number: int, entry: Entry) -> str:
    title, url = item_title(entry, strict=True), safe_url(entry.pick.url, in_brackets=True)
    parts = [f"## {number}. {title}"]
    parts += [f"🔗 **原文链接：** [{url}]({url})"] if entry.url else []
    parts += [
        f"![{title} - 图{place}]({safe_url(image.url, in_brackets=True)})"
        for place, image in enumerate(entry.pictures[:_MOST_PICTURES], start=1)
    ]
    words = entry.own_words or paragraphs_of(entry, Style())
    if words:
        parts.append(words)
    if entry.is_draft and words:
        parts.append(DRAFT_MARK)
    if "📎" not in words and entry.url:
        parts.append(f"📎 [查看原文]({url})")
    at = (entry.published_at.date() if entry.published_at else None) or entry.published_day or entry.pick.day
    parts += [f"📅 **发布时间：** {at.year}/{at.month}/{at.day}", "---"]
    return "\n\n".join(parts) + "\n\n"
