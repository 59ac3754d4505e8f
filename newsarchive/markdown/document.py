"""A Markdown file cut into front matter and numbered lines, and the dates that names and headings give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from newsarchive.items.record import SHANGHAI
from newsarchive.markdown.links import link_texts, without_links
from newsarchive.parsing.front_matter import parse_front_matter, split_front_matter

_DATE = re.compile(
    r"(?<!\d)(20\d{2})(?:(?:[-\u2010\u2011./]| ?年 ?)(\d{1,2})(?:[-\u2010\u2011./]| ?月 ?)(\d{1,2})|(\d{2})(\d{2}))(?!\d)"
)
_TWO_DAYS = re.compile(
    r"(?<!\d)20\d{2}[-./年]?\d{1,2}[-./月]?\d{1,2}日?(?: \d{1,2}:\d{2})?\s?[-~～–—_至到]{1,2}\s?(?=20\d{2})"
)
_SPAN = re.compile(
    r"(?P<first>(?<!\d)20\d{2}(?:(?P<sign>[./-])\d{1,2}(?P=sign)\d{1,2}| ?年 ?\d{1,2} ?月 ?\d{1,2}(?: ?日)?))"
    r"(?P<to> ?[~～–—至到] ?| - |-)(?:(?P<month>\d{1,2})(?:[./-]| ?月 ?))?(?P<day>\d{1,2})(?: ?日)?(?!\d)"
)
"""Two days of which the second has no year, perhaps no month: `2026.03.28-29`. `2026-05-14-20` may be a name that goes on."""
_SHORT_SPAN = re.compile(r"(?:\d{6}\s?[-~～–—至到]\s?)?(\d{2})(\d{2})(\d{2})")
"""All words of a heading that says a day or two without the century: `200427 - 200509`."""
_EPOCH = re.compile(r"1\d{9}")
_RANGE = re.compile(r"(?<!\d)(20\d{2})/(?:[^/]+/)?(\d{2})\d{2}\s?[-~_至]\s?(\d{2})(\d{2})(?:\.\w+)?$")
_DAY_WORDS = re.compile(
    r"\d{4}[.\-/年]\d{1,2}[.\-/月]\d{1,2}日?[（(]?(?:(?:星期|周)[一二三四五六日天])?[）)]?(?P<label>\W{0,2}\w{0,4}快讯)?"
)
"""The label is what an archive calls its newsflashes; some files have it in the heading."""
_NOT_OF_A_DAY = re.compile(r"[\s\\]+")
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_SAYS_DAY = re.compile(
    r"\W{0,4}(?:日期|date)\W{0,4}[:：=]\W{0,4}(20\d{2}\S{4,9})(?:[ T]\d{1,2}:\d{2}\S{0,12})?"
    r"(?: ?[+-]\d{2}:?\d{2})?(?: ?[（(]?(?:星期|周)[一二三四五六日天][）)]?)?\W{0,4}",
    re.IGNORECASE,
)
"""A line that says a day and nothing else: `日期：2026-03-01`, in TOML `date = "2026-03-01"`."""
_PUBLISHED = re.compile(r"(?:发表|发布|刊登|出版|发刊|更新|生成)(?:于|在|日期|时间)?\W{0,6}(20\d{2}\S{4,9})")
"""Words of a sentence at the top that say when the file came out: `第 7 期，发表于 2026/3/1`; its name knows better."""
_STANDS_ALONE = re.compile(
    r"(?:>\s?)?(?:[^\w\s*+•|\[\]<>`#-]{1,2}\s?)?\*{0,2}(20\d{2}[-./年]\d{1,2}[-./月]\d{1,2})日?\*{0,2}\s?(?:[|｜·•].*)?"
)
"""A line at the top that begins with a day, and says other things behind a bar: `**2026-03-01** | 数据来源：…`."""
_ENDS_IN_DAY = re.compile(r"[—–|｜·•-]\s?(20\d{2}[-./年]\d{1,2}[-./月]\d{1,2})日?\W{0,4}$")
"""Ends a line at the top: `*每日精选的新闻 — 2026年6月3日*`."""
_MADE = re.compile(r"(?:更新|生成)(?:于|在|日期|时间)?\W{0,6}(20\d{2}\S{4,9})")
"""The same at the foot, where the last story may say when it was published itself."""
_YEAR = re.compile(r"#{1,4}[ \t]+(?:\*\*)?(\d{4})[年.\-/]")
_WITHOUT_YEAR = re.compile(r"(#{1,4}[ \t]+(?:\*\*)?)(?=\d{1,2}月\d{1,2}日)")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:(=)=*|-+)")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")


class Line(NamedTuple):
    """A line of the body with its number in the file, from 1, and whether it is of a code block."""

    number: int
    text: str
    is_code: bool = False


class HeadingLine(NamedTuple):
    """A heading's level and words, outer bold marks and closing hashes dropped."""

    level: int
    text: str


@dataclass(frozen=True)
class Document:
    """A file to be recognised. `name` is its file name or path, from which only a date is ever taken."""

    text: str
    name: str = ""

    @cached_property
    def _all_lines(self) -> list[str]:
        return self.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @cached_property
    def _split(self) -> tuple[str | None, int]:
        return split_front_matter(self._all_lines)

    @cached_property
    def front_matter(self) -> dict[str, Any] | None:
        """The front matter, or None where there is none that can be read."""
        yaml, _ = self._split
        return None if yaml is None else parse_front_matter(yaml)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the body."""
        _, skip = self._split
        texts = self._all_lines[skip:]
        code = code_lines(texts)
        return [
            Line(number, text, number - skip - 1 in code) for number, text in enumerate(texts, start=skip + 1)
        ]

    @cached_property
    def structure(self) -> list[Line]:
        """The same lines with those of code blocks empty: nothing in code is a heading, an item or a link."""
        return [Line(line.number, "") if line.is_code else line for line in self.lines]

    @cached_property
    def body(self) -> str:
        """The body as one text."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def title(self) -> str | None:
        """The front matter's title, else the words of the first `#` heading."""
        if self.front_matter and isinstance(title := self.front_matter.get("title"), str):
            return title
        found = (heading(line.text) for line in self.structure)
        return next((it.text for it in found if it and it.level == 1), None)

    @property
    def _head(self) -> Iterator[str]:
        """The paragraphs that stand before the first heading of a part."""
        for line in self.structure[:20]:
            found = heading(line.text)
            if found and found.level > 1:
                return
            yield line.text

    @cached_property
    def date(self) -> date | None:
        """The day that front matter, a heading, a line of its own or a sentence at the top, or the file name names."""
        front = self.front_matter or {}
        day, published, title = (
            it if isinstance(it := front.get(name), str) else "" for name in ("date", "pubDate", "title")
        )
        texts = [line.text for line in self.structure[:20]]
        heads = (underlined(texts, place) or text for place, text in enumerate(texts))
        top = (_of_day(found) for text in heads if (found := heading(text)))
        said = (match[1] for line in self.structure[:20] if (match := _SAYS_DAY.fullmatch(line.text.strip())))
        head = list(self._head)
        written = [match[1] for text in head if (match := _PUBLISHED.search(text))]
        written += [match[1] for text in head if (match := _STANDS_ALONE.fullmatch(text.strip()))]
        written += [match[1] for text in head if (match := _ENDS_IN_DAY.search(text))]
        made = [match[1] for line in self.structure[-5:] if (match := _MADE.search(line.text))]
        candidates = (day, published, *top, *said, title, self.name.rsplit("/", 1)[-1])
        named = next((it for text in candidates if (it := last_day(text))), None) or _end_of_range(self.name)
        elsewhere = chain(
            map(last_day, written), map(_end_of_span, head), map(short_day, texts), map(last_day, made)
        )
        return named or next(filter(None, elsewhere), None)


def last_day(text: str) -> date | None:
    """The day that a text names: of a range the last, also written in seconds since 1970."""
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text), SHANGHAI).date()
    return _end_of_span(text) or find_date(text)


def _end_of_span(text: str) -> date | None:
    """The last of two days, of which the second may be written without its year."""
    both = _TWO_DAYS.search(text)
    if both and (day := find_date(text[both.end() :])):
        return day
    match = _SPAN.search(text)
    first = find_date(match["first"]) if match else None
    if match is None or first is None or (match["sign"] == match["to"] == "-" and not match["month"]):
        return None
    month = int(match["month"] or first.month)
    try:
        last = date(first.year + (month < first.month), month, int(match["day"]))
    except ValueError:
        return None
    return last if last > first else None


def short_day(text: str) -> date | None:
    """The day of a heading that has nothing but six digits, or twice so many."""
    found = heading(text)
    match = _SHORT_SPAN.fullmatch(found.text) if found else None
    try:
        return date(2000 + int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _of_day(found: HeadingLine) -> str:
    """What of a heading may name the file's day: not what a story is called, nor an address."""
    return link_texts(found.text) if found.level == 1 else without_links(found.text)


def _end_of_range(name: str) -> date | None:
    """The last day that a path names without its year: `2024/0629-0705.md`, under the year's folder."""
    match = _RANGE.search(name)
    if not match:
        return None
    year, first, month, day = (int(it) for it in match.groups())
    try:
        return date(year + (month < first), month, day)
    except ValueError:
        return None


def code_lines(texts: Sequence[str]) -> set[int]:
    """Which lines, by place, are code between fences, fences included. A fence that nothing closes is text."""
    found: set[int] = set()
    opened: tuple[int, str] | None = None
    for place, text in enumerate(texts):
        match = _FENCE.match(text)
        if opened is None:
            opened = (place, match[1]) if match else None
        elif match and match[1].startswith(opened[1]) and not text[match.end() :].strip():
            found.update(range(opened[0], place + 1))
            opened = None
    return found


def heading(text: str) -> HeadingLine | None:
    """The heading that a line is."""
    match = _HEADING.match(text)
    if not match:
        return None
    words = match[2].rstrip().rstrip("#").rstrip() or match[2].strip()
    if words.startswith("**") and words.endswith("**") and len(words) > 4:
        words = words[2:-2]
    return HeadingLine(len(match[1]), words.strip())


def underlined(lines: Sequence[str], place: int) -> str | None:
    """A heading of one line that is written with a line of `=` or `-` below it (setext), as it is with hashes."""
    words = lines[place].removeprefix("\ufeff").strip()
    after = _UNDERLINE.fullmatch(lines[place + 1].rstrip()) if words and place + 1 < len(lines) else None
    if after is None or (place and lines[place - 1].strip()):
        return None
    return f"{'#' if after[1] == '=' else '##'} {words}"


class OtherHeading(NamedTuple):
    """A heading as it is usually written, and how many lines it has in the file."""

    text: str
    lines: int


def other_days(lines: Sequence[str]) -> dict[int, OtherHeading]:
    """Headings of days that are written in another way, by place: with a line below, or without the year (`## 1月5日`).

    The year is that of the heading before. A date line above a rule, which reads like a heading, is none.
    """
    found: dict[int, OtherHeading] = {}
    year = ""
    for place, line in enumerate(lines):
        below = underlined(lines, place)
        written = below or line.removeprefix("\ufeff").rstrip()
        if not written.startswith("#"):
            continue
        named = _YEAR.match(written)
        year = named[1] if named else year
        whole = _WITHOUT_YEAR.sub(rf"\g<1>{year}年", written, count=1) if year else written
        if below and whole.startswith("# "):
            whole = f"#{whole}"
        above_rule = below and (match := _match_of_day(whole)) and match["label"]
        if not above_rule and (below or whole != written) and day_words(whole):
            found[place] = OtherHeading(whole, 2 if below else 1)
    return found


def day_words(line: str) -> str | None:
    r"""The words of a heading that names a day and nothing else: `2025.01.04`, also `2025-1-4 星期六`, `2025\.01\.04`.

    Days stand at the second level; editors who give a file another outline put them at the third or fourth.
    """
    found = heading(line)
    return found.text if found and _match_of_day(line) else None


def _match_of_day(line: str) -> re.Match[str] | None:
    found = heading(line)
    if found is None or found.level not in {2, 3, 4}:
        return None
    return _DAY_WORDS.fullmatch(_NOT_OF_A_DAY.sub("", found.text))


def day_of_words(words: str) -> date | None:
    """The day of the calendar that such words name."""
    return find_date(_NOT_OF_A_DAY.sub("", words))


def find_date(text: str) -> date | None:
    """The first day of the calendar named in a text: `2025-11-13`, `2025/11/13`, `2025年11月13日`, `20251113`."""
    for match in _DATE.finditer(text):
        year, month, day = match[1], match[2] or match[4], match[3] or match[5]
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None
