"""Articles and picks of our own writing for the exporters' tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from exports.content.entry import Entry
from exports.formats import FORMATS
from exports.formats.format import Dialect, FormatName, OutputPage, Profile, Selection, Unit
from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import Body, Heading, Image, Paragraph, Span
from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.markdown.writer import Style
from newsarchive.records.pick import Pick

STYLE = Style()
DAY = date(2025, 11, 13)
GROWING = ("date:", "description:", "summary:", "lastmod:", "updated:", "last_modified_at:", "lastUpdated:")
"""The fields of front matter that tell of all stories of a file."""


def article(number: int, *, day: date = DAY, body: Body | None = None, title: str = "") -> Article:
    """An ithome article of a day, at 9 o'clock and `number` minutes."""
    at = datetime(day.year, day.month, day.day, 9, number % 60, tzinfo=SHANGHAI)
    return Article(
        site="ithome",
        identity=f"ithome:{800_000 + number}",
        kind=Verdict.ARTICLE,
        url=f"https://www.ithome.com/0/{800 + number // 1000}/{number % 1000:03}.htm",
        title=title or f"第 {number} 条新闻",
        attribution=Attribution(author="方知", source="示例网"),
        published_at=at,
        digest=f"第 {number} 条的摘要。",
        body=body
        or [Heading(2, [Span("小节")]), Paragraph([Span(f"第 {number} 条的正文。")]), picture(number)],
    )


def picture(number: int) -> Image:
    return Image(f"https://img.example/{number}.jpg", alt="图", caption=f"图注 {number}")


def pick(of: Article, position: int = 1, text: str = "", *, day: date = DAY) -> Pick:
    """An editor's pick of an article."""
    return Pick(
        day=day, position=position, url=of.url, identity=of.identity, text=text or f"编辑写的{position}。"
    )


def page_of(
    name: FormatName,
    day: date,
    stories: Sequence[Entry | Article],
    profile: Profile = "clean",
    style: Style = STYLE,
    *,
    unit: Unit | None = None,
) -> OutputPage:
    """The page of stories in a format; of articles with picks that say nothing else."""
    of = FORMATS[name]
    entries = [it if isinstance(it, Entry) else Entry(pick(it), it) for it in stories]
    return written(Dialect(of, unit or of.units[0], profile, style), day, entries)


def written(dialect: Dialect, day: date, entries: Sequence[Entry]) -> OutputPage:
    """The page of these stories, of those that can be shown."""
    shown = [it for _, it in dialect.of.show(entries, dialect)]
    return dialect.of.write(Selection(day, shown), dialect)
