"""What files say around the stories, in the language of the archive; files of every language are read alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a language.

    `draft` stands below a text that no person has written (empty: nothing does), `gone` before the line of a story that its
    site withdrew, or below its text. `also` stands before the links to other articles of a story. The
    dates are patterns of Python's formats, `stories` and the like have a place for a number, `named` for a time and a name.
    """

    draft: str
    gone: str
    original: str
    original_article: str
    also: str
    comma: str
    colon: str
    source: str
    author: str
    editor: str
    first: str
    rights: str
    declared: Mapping[str, str]
    untitled: str
    cover: str
    link: str
    long_date: str
    short_date: str
    long_month: str
    stories: str
    pages: str
    semicolon: str
    more: str
    undated: str
    length: str
    named: str
    references: str
    beyond: str

    def date_of(self, day: date) -> str:
        """A day as prose has it."""
        return self.long_date.format(day=day)

    def padded_date_of(self, day: date) -> str:
        """A day of which all have the same length."""
        return self.short_date.format(day=day)

    def month_of(self, month: date) -> str:
        """A month as prose has it."""
        return self.long_month.format(day=month)


USUAL = Labels(
    draft="*（自动摘录，未经编辑）*",
    gone="（原文已删除）",
    original="原文",
    original_article="原文链接",
    also="另见：",
    comma="、",
    colon="：",
    source="来源",
    author="作者",
    editor="编辑",
    first="首发",
    rights="版权归原作者及原发布方所有，转载请先取得其许可。",
    declared={"original": "原文声明为原创。", "repost": "原文为转载。"},
    untitled="无题",
    cover="封面",
    link="链接",
    long_date="{day.year}年{day.month}月{day.day}日",
    short_date="{day:%Y年%m月%d日}",
    long_month="{day.year}年{day.month}月",
    stories="{} 篇",
    pages="{} 页",
    semicolon="；",
    more=" 等 {} 篇",
    undated="未注日期",
    length="{} 篇，约 {} 分钟",
    named="{}{}",
    references="参考链接",
    beyond="邮件放不下的还有 {} 篇",
)
"""Those of Chinese archives."""
LABELS: Mapping[str, Labels] = {
    "zh-CN": USUAL,
    "en": Labels(
        draft="*(excerpt made by a machine, not edited)*",
        gone="(original withdrawn)",
        original="Original",
        original_article="Original article",
        also="See also: ",
        comma=", ",
        colon=": ",
        source="Source",
        author="Author",
        editor="Editor",
        first="First published",
        rights="All rights belong to the authors and publishers; ask them before you republish.",
        declared={"original": "Declared as original work. ", "repost": "Declared as a reprint. "},
        untitled="Untitled",
        cover="Cover",
        link="link",
        long_date="{day:%Y-%m-%d}",
        short_date="{day:%Y-%m-%d}",
        long_month="{day:%Y-%m}",
        stories="stories: {}",
        pages="pages: {}",
        semicolon="; ",
        more="; stories: {}",
        undated="Undated",
        length="articles: {}, minutes to read: about {}",
        named="{} {}",
        references="Links",
        beyond="stories for which this mail has no room: {}",
    ),
}
"""The labels by language, as `NEWSARCHIVE_LANGUAGE` names it."""


def every(label: Callable[[Labels], str]) -> tuple[str, ...]:
    """One label in every language, by which it is known in a file."""
    return tuple(label(it).strip() for it in LABELS.values())


def any_of(label: Callable[[Labels], str]) -> str:
    """The same as a pattern."""
    return f"(?:{'|'.join(map(re.escape, every(label)))})"
