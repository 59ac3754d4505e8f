"""Reads archives whose form is data (`form.py`): the stories of a file, what is around them, and whether the form fits."""

from __future__ import annotations

import html
import re
from bisect import bisect, bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from exports.formats.archive import Archive, ArchiveItem, archive_of
from exports.formats.segments import key_of_url
from exports.imports.form import Form, Found, says_something, without_place
from exports.imports.sentences import is_label, sentence, with_scheme
from exports.imports.wrapped import ROW, unwrapped
from newsarchive.markdown.document import Document, HeadingLine, Line, heading
from newsarchive.markdown.escape import escape_line
from newsarchive.markdown.links import LINK, MarkdownLink, bare_urls, links_in, whole_link
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.urls import is_web_address
from newsarchive.sites import identify

_AROUND = re.compile(
    r"(?:(?:关于|说明|联系|关注(?:我们|公众号|微信|方式|本)|订阅|目录|导航|快速导航|往期|历史|赞助|贡献|致谢|鸣谢|声明|免责|版权|友情链接|加入|交流|反馈|投稿|"
    r"编辑|本期编辑|作者|许可|数据源说明|相关问题|怎么获取|如何订阅|返回|上一期|下一期|推荐阅读|相关推荐|小程序|公众号|社群|支持我们|推广|广告)"
    r"(?:\W|$|我们|本|作者|声明|信息|说明|方式|渠道|地址|目录|导航|顶部|首页|回顾|者|部|部门|协议|许可|所有|名单|区|群|须知|期|与|和|及|时间|合作|位|更新|更多)"
    r"|(?:about|contact|contents|table of contents|toc|subscribe|license|sponsors?|credits)\b)",
    re.IGNORECASE,
)
"""Begins a heading over what stands in every issue: nothing below it is a story."""
_SOURCES = re.compile(
    r"(?:今日|本日|本期|本周)?(?:原始|引用)?信源|(?:今日|本日|本期|本周)?(?:数据|资料|信息|引用)?来源|参考|引用|延[展伸]阅读|拓展阅读|相关(?:链接|阅读|文章|报道)|(?:references?|sources?|see also)\b",
    re.IGNORECASE,
)
"""Begins a heading over the sources of what stands elsewhere in the file."""
_SIMPLIFIED = str.maketrans(
    "關於說聯繫訂閱錄導歷贊貢獻謝聲責權鏈連結參資來據數訊讀編輯許問題獲顧廣薦",
    "关于说联系订阅录导历赞贡献谢声责权链链接参资来据数讯读编辑许问题获顾广荐",
)
"""The signs of those words in traditional script."""
_FOOT = re.compile(
    r"(?:[-*+]\s+)?[\w\s]{0,10}(?:订阅|归档|招聘|投稿|反馈|交流)\w{0,4}\s?[:：]\s*<?https?://\S+",
    re.IGNORECASE,
)
"""A line with a link of what stands in every issue."""
_CREDITS = re.compile(
    r"\W{0,4}\w{0,4}(?:编辑|校对|审校|译者|推荐来源|贡献者)\w{0,2}\W{0,3}[:：]\W{0,3}(?:\[[^\[\]]{1,40}\]\([^()\s]+\)\W{0,4}){1,12}"
)
"""A line of links to those who made a section."""
_BOLD_HEADING = re.compile(r"[\W_]*\*\*([^*:：]+)\*\*[\W_]*")
_BOLD_TITLE = re.compile(r"(?:\d{1,3}[.、]\s?)?\*\*(?:\d{1,3}[.、]\s?)?[^*]{12,}(?<![:：])\*\*")
_STOPS = re.compile(r"[。！？!?…；;，,]")
_BOLD_BEGINNING = re.compile(r"\*\*([^*]+)\*\*")
_SIGNS = re.compile(r"[\W_]*(?:[一二三四五六七八九十\d]{1,3}[、.]\s*)?[\W_]*")
_LONGEST_HEADING = 16
_LONGEST_LABEL = 6
_NUMBERED = re.compile(r"\s*\d{1,3}[.、)）]\s*\**\w")
_NUMBER_OF_HEADING = re.compile(r"(\d{1,3})[.、)）]\s*(?=\S)")
_BARE_NUMBER = re.compile(r"[ ]{0,3}\d{1,4}[.、)）]\s*[^\s*\[]")
"""Begins a numbered row whose title is neither bold nor a link."""
_LEAD = re.compile(r"(?:[-*+•●]\s+)?\*\*[^*]{5,}\*\*")
"""Begins a line that has a title of its own."""
_RULE = re.compile(r"[ ]{0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$")
"""A line across the page as any hand draws it; the formats draw theirs by `-` alone (`RULE`)."""
_STRUCK = re.compile(r"[\s#>*+•\-\d.、)）]*~~")
"""Begins a line that its editor has struck through."""
_BETWEEN_LINKS = re.compile(r"(?:[\s\-*+•\d.、)）|·/，,;；:：]|<br\s*/?>)*")
_TITLE = re.compile(r"(?:[^\u4e00-\u9fff]*[\u4e00-\u9fff]){6}")
"""More Chinese characters than names of sources have."""
_HTML_HEADING = re.compile(r"<h(?P<level>[1-6])(?:\s[^<>]*)?>(?P<words>[^<>]+)</h[1-6]>\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>()]+")
_MARK = re.compile(r"\d{1,4}(?=[.)])|(?<=[-*+•●.)]).*")
"""What differs between the marks of a list's rows, and what follows them."""
_NO_LEVEL = 7
_MOST_LINKS = 6
"""Links in a story's words; where there are more, rows that are not understood stand below a heading."""
_FEWEST_ROWS = 2
_MOST_SOURCED = 3
"""From how many paragraphs on that end in a source, with none between, these are stories below a section's heading."""


@dataclass(slots=True)
class _Open:
    """A story whose lines are still being read: `level` of its heading, `column` of its row, `is_told` once it has words, `is_ruled` below a rule behind these.

    One that `is_over_titles` begins with a bold title. `over_at` is the place of one that follows its link, which `is_followed` by another
    link.
    """

    place: int
    found: Found
    level: int
    column: int
    link: str
    section: str | None
    facts: list[int] = field(default_factory=list)
    source: str = ""
    day: str = ""
    end: int = 0
    link_place: int = 0
    link_line: str = ""
    says_more: bool = False
    sourced: int = 0
    is_told: bool = False
    is_told_in_row: bool = False
    is_ruled: bool = False
    is_section: bool = False
    is_struck: bool = False
    is_over_titles: bool = False
    over_at: int = 0
    is_followed: bool = False
    has_lead: bool = False


def read(document: Document, forms: Sequence[Form], form: Form | None = None) -> Archive | None:
    """The stories of a file in the form that most of them have, or in this one; None where none has any.

    Rows in another form are stories too where a section has nothing else.
    """
    lines = document.structure
    aside = places_aside(lines)
    all_readings = [(it, _best_level(lines, it, aside)) for it in forms]
    readings = [(it, [] if _are_fields(opened) else opened) for it, opened in all_readings]
    chosen = [it for it in readings if it[0] is form] or [
        one for one in readings if not any(_is_within(lines, one[1], other[1]) for other in readings)
    ]
    form, opened = max(chosen, key=lambda it: len({key_of_url(one.link) for one in it[1] if one.link}))
    if not any(it.link for it in opened):
        return None
    inside = {place for it in opened if it.link for place in range(it.place, it.end)}
    by_links = sorted(readings, key=lambda it: len({key_of_url(one.link) for one in it[1]}), reverse=True)
    aside |= _rows_of_sources(lines)
    for more_rows in (_rows_of_own_sections, _rows_beside):
        beside = list(opened)
        for other, found in by_links:
            if other is not form:
                own = [it for it in found if it.place not in aside]
                more = more_rows(lines, own, inside, aside, beside)
                opened += more
                inside |= {place for it in more for place in range(it.place, it.end)}
    stories = [it for it in opened if it.link or inside.isdisjoint(range(it.place, it.end))]
    stories = _with_links_in_words(lines, stories, aside)
    return archive_of(form.name, document, _told_apart(lines, stories))


def _are_fields(stories: Sequence[_Open]) -> bool:
    """Whether stories have their titles in common, or bold words at their beginning: these are the names of fields."""
    found = {key_of_url(it.link): it.found for it in stories if it.link}.values()
    bold = (_BOLD_BEGINNING.match(it.words) for it in found)
    named = (it.title or (match[1] if match else "") for it, match in zip(found, bold, strict=True))
    titles = [it for it in named if it]
    return len(titles) > _FEWEST_ROWS and 2 * len(set(titles)) <= len(titles)


def _rows_of_sources(lines: Sequence[Line]) -> set[int]:
    """The places of rows below bold words that are over sources."""
    found: set[int] = set()
    is_source = False
    for place, line in enumerate(lines):
        if line.text.strip() and not ROW.match(line.text):
            match = _BOLD_HEADING.fullmatch(line.text.strip())
            is_source = bool(match and is_aside(match[1]))
        elif is_source:
            found.add(place)
    return found


def _with_links_in_words(lines: Sequence[Line], stories: list[_Open], aside: set[int]) -> list[_Open]:
    """The stories, and the headings beside them that have their link in their sentences: the first that no other story has.

    They are no more than the headings of their level that have a link of their own.
    """
    heads = [(place, head) for place, line in enumerate(lines) if (head := _heading(line.text))]
    stories = sorted(stories, key=lambda it: it.place)
    known = {key_of_url(it.link) for it in stories if it.link}
    found: dict[int, list[_Open]] = {}
    for story in _headings_without_link(lines, heads, stories, aside):
        if link := _link_in_sentences([line.text for line in lines[story.place + 1 : story.end]], known):
            known.add(key_of_url(link))
            found.setdefault(story.level, []).append(replace(story, link=link))
    for level, more in found.items():
        if len(more) <= sum(it.level == level and bool(it.link) for it in stories):
            taken = {it.place for it in more}
            stories = [it for it in stories if it.place not in taken] + more
            _put_into_sections(heads, {it.place: it for it in stories if it.level == level}, level)
    return sorted(stories, key=lambda it: it.place)


def _headings_without_link(
    lines: Sequence[Line], heads: Sequence[tuple[int, HeadingLine]], stories: Sequence[_Open], aside: set[int]
) -> Iterator[_Open]:
    """The headings in no story and over none, as stories; some are stories already, whose link was not found."""
    at, places = {it.place: it for it in stories}, [it.place for it in stories]
    for n, (place, head) in enumerate(heads):
        story = at.get(place)
        if place in aside or (story and story.link) or _STRUCK.match(lines[place].text):
            continue
        following = (heads[later] for later in range(n + 1, len(heads)))
        end = next((it for it, other in following if other.level <= head.level), len(lines))
        before = bisect_left(places, place)
        if bisect_left(places, end) > bisect(places, place):
            continue
        if story:
            yield story
        elif not before or stories[before - 1].end <= place:
            yield _Open(place, Found(head.text, "", "", head.text, 1), head.level, -1, "", None, end=end)


def _put_into_sections(
    heads: Sequence[tuple[int, HeadingLine]], stories: Mapping[int, _Open], level: int
) -> None:
    """Stories of a level, by their places, stand under the last heading above it."""
    section = None
    for place, head in heads:
        if head.level < level:
            section = head.text
        elif place in stories:
            stories[place].section = section


def _link_in_sentences(texts: Iterable[str], known: set[str]) -> str:
    sentences = (text for text in texts if not (ROW.match(text) or text.lstrip().startswith(("|", ">", "#"))))
    links = (it.url for text in sentences for it in links_in(text) if is_web_address(it.url))
    return next((it for it in links if key_of_url(it) not in known), "")


def fits(document: Document, archive: Archive) -> bool:
    """Whether what was read is most of a file: no more links stand outside of its stories than there are stories, nor many more in them.

    A site's menu before the first heading does not count, nor does what no site of ours has where the stories are theirs.
    """
    lines = document.structure
    first = next((place for place, line in enumerate(lines) if _heading(line.text)), 0)
    aside = {lines[place].number for place in places_aside(lines)}
    inside = {number for it in archive.items for number in range(it.line, (it.end or it.line) + 1)}
    known = {key_of_url(it.url) for it in archive.items if it.url}
    of_ours = sum(_is_of_a_site(it.url) for it in archive.items if it.url) >= _FEWEST_ROWS
    outside = {
        key
        for line in lines[first:]
        if line.number not in inside and line.number not in aside
        for url in bare_urls(line.text)
        if (key := key_of_url(url)) not in known and not (of_ours and not _is_of_a_site(url))
    }
    within = {
        key_of_url(url) for line in lines if line.number in inside for url in bare_urls(line.text)
    } - known
    return len(outside) <= len(known) and len(within) <= _MOST_LINKS * len(known)


def _is_of_a_site(url: str) -> bool:
    """Whether an address is that of an article of a site that is archived."""
    return identify(url) is not None


def places_aside(lines: Sequence[Line]) -> set[int]:
    """The places of what stands below headings of what every issue has, or of sources."""
    found: set[int] = set()
    level = 0
    for place, line in enumerate(lines):
        head = _heading(line.text)
        if head and (not level or head.level <= level):
            level = head.level if head.level > 1 and is_aside(head.text) else 0
        words = line.text.strip()
        if level or _FOOT.fullmatch(words) or _CREDITS.fullmatch(words):
            found.add(place)
    return found.union(range(_foot(lines), len(lines)))


def _foot(lines: Sequence[Line]) -> int:
    """Where bold words that are over what every issue has stand in place of the last heading, else the end."""
    last = max((place for place, line in enumerate(lines) if _heading(line.text)), default=0)
    bold = [
        place
        for place in range(last, len(lines))
        if (match := _BOLD_HEADING.fullmatch(lines[place].text.strip())) and is_aside(match[1])
    ]
    return bold[0] if len(bold) == 1 else len(lines)


def is_aside(words: str) -> bool:
    """Whether a heading is over what every issue has, or over sources."""
    words = _SIGNS.sub("", words, count=1).translate(_SIMPLIFIED)
    return len(words) <= _LONGEST_HEADING and bool(_AROUND.match(words) or _SOURCES.match(words))


def _best_level(lines: Sequence[Line], form: Form, aside: set[int]) -> list[_Open]:
    """The stories; where their links stand below their titles, of the level of headings that has most of them.

    Of two levels with as many the deeper has the titles, unless the same words stand there again and again. Headings of
    another level are stories, too, where none of these is below them and one line has a link.
    """
    if not form.links:
        return _stories(lines, form, aside, None)
    found = [_stories(lines, form, aside, level) for level in (2, 3, 4)]
    linked = [[it.found.title for it in stories if it.link] for stories in found]
    most = max(map(len, linked))
    best = [n for n, titles in enumerate(linked) if len(titles) == most]
    chosen = found[next((n for n in reversed(best) if len(set(linked[n])) == most), best[0])]
    inside = {place for it in chosen for place in range(it.place, it.end)}
    more = (it for stories in found for it in stories if it.link and it.level < _NO_LEVEL)
    beside = [
        it
        for it in more
        if inside.isdisjoint(range(it.place, it.end))
        and sum(bool(bare_urls(line.text)) for line in lines[it.place : it.end]) == 1
    ]
    return sorted([*chosen, *beside], key=lambda it: it.place)


def _is_within(lines: Sequence[Line], rows: Sequence[_Open], stories: Sequence[_Open]) -> bool:
    """Whether most rows of a reading are words of the stories of another one, in most of these.

    They stand below a title that is a link itself, or all have the story's link, behind words if it is one row.
    """
    linked = [it for it in stories if it.link]
    inside = [[row for row in rows if it.place < row.place < it.end] for it in linked]
    inside = [
        own
        for it, own in zip(linked, inside, strict=True)
        if own
        and (
            it.found.link
            or (
                all(row.link == it.link for row in own)
                and (
                    len(own) > 1
                    or any(line.text.strip() for line in lines[it.place + it.found.lines : own[0].place])
                )
            )
        )
    ]
    return (
        min(len(inside), len({it.link for it in linked})) >= _FEWEST_ROWS
        and 2 * len(inside) >= len(linked)
        and 2 * len({row.link for own in inside for row in own}) > len({row.link for row in rows})
    )


def _stories(lines: Sequence[Line], form: Form, aside: set[int], level: int | None) -> list[_Open]:
    struck = {place for place, line in enumerate(lines) if _STRUCK.match(line.text)}
    texts = [
        line.text.replace("~~", "") if place in struck else line.text for place, line in enumerate(lines)
    ]
    texts, joined = unwrapped(texts)
    stories: list[_Open] = []
    now: _Open | None = None
    section: str | None = None
    numbered = False
    for place, text in enumerate(texts):
        head = _heading(text)
        source = _source_at_end(texts, place)
        found = None if place in aside or source else form.opening(texts, place)
        if level and head and head.level != level:
            found = None
        elif numbered and level and head and not found and place not in aside:
            # One without a number, or of signs that titles seldom have, beside numbered ones.
            bare = _bare(head.text)
            found = bare if says_something(bare) else None
        if found and not _is_inside(now, head is not None, text):
            row = ROW.match(text)
            column = len(row[1]) if row and (found.lines == 1 or not form.links) else -1
            depth = head.level if head else _NO_LEVEL
            found = replace(found, lines=found.lines + joined.get(place, 0))
            for one in _in_row(text) or [found]:
                now = _Open(place, one, depth, column, one.link, section, source=one.source, day=one.day)
                now.is_struck = place in struck
                stories.append(now)
            numbered = numbered or (head is not None and found.n is not None)
        elif head and (now is None or head.level <= now.level):
            now, section = None, head.text
        elif now and now.is_told and not now.link and _RULE.match(text):
            now.is_ruled = True
        elif now and place not in aside:
            _take(now, form, place, text, source)
    stories = [it for it in stories if not it.is_section]
    stories = _without_lists(texts, stories)
    stories = [it for it in stories if it.link or (form.links and level and not _is_label_in_words(it))]
    _end(texts[: _foot(lines)], stories)
    return [it for it in stories if not it.is_struck]


def _is_label_in_words(story: _Open) -> bool:
    """Whether a bold line without a link is over a part of a story's words: 问题, 效果."""
    return story.level == _NO_LEVEL and story.found.n is None and len(story.found.title) <= _LONGEST_LABEL


def _bare(words: str) -> Found:
    match = _NUMBER_OF_HEADING.match(words)
    title = words[match.end() :] if match else words
    return Found(title, "", "", title, 1, n=int(match[1]) if match else None)


def _without_lists(texts: Sequence[str], stories: Sequence[_Open]) -> list[_Open]:
    """The stories without numbered rows of which one in their section has no link: they are a list in the words of another."""
    lists = {
        it.section
        for it in stories
        if not it.link and it.found.lines == 1 and _BARE_NUMBER.match(texts[it.place])
    }
    return [it for it in stories if it.section not in lists or not _BARE_NUMBER.match(texts[it.place])]


def _in_row(text: str) -> list[Found]:
    """The stories of a line that has several, each a title that is a link, and nothing else."""
    links = links_in(text)
    several = len(links) > 1 and _BETWEEN_LINKS.fullmatch(LINK.sub("", text))
    if not several or not ("<br" in text or all(_TITLE.match(it.text) for it in links)):
        return []
    return [Found(it.text, with_scheme(it.url), "", it.text, 1) for it in links]


def _is_inside(now: _Open | None, is_heading: bool, text: str) -> bool:  # noqa: FBT001
    """Whether what looks like a story belongs to the one before: a list below a heading, or a row in a row."""
    if now is None or is_heading:
        return False
    if now.level < _NO_LEVEL:
        return True
    row = ROW.match(text)
    return bool(row) and 0 <= now.column < len(row[1] if row else "")


def _source_at_end(texts: Sequence[str], place: int) -> MarkdownLink | None:
    """The link that a line consists of where it ends a paragraph that says something before: no title, but its source."""
    link = whole_link(texts[place])
    before = texts[place - 1].strip() if place else ""
    after = texts[place + 1].strip() if place + 1 < len(texts) else ""
    is_end = not after or _heading(after) or _RULE.match(after)
    is_told = before and not (_heading(before) or LINK.fullmatch(before) or before.endswith((":", "：", ">")))
    return link if is_end and is_told else None


def _take(now: _Open, form: Form, place: int, text: str, at_end: MarkdownLink | None) -> None:
    if _BOLD_TITLE.fullmatch(text.strip()):
        now.is_section = now.is_section or (now.is_over_titles and bool(now.link_place))
        now.is_over_titles = now.is_over_titles or not now.is_told
        now.over_at = now.over_at or (place if now.link_place and not now.is_over_titles else 0)
    if now.over_at:
        now.is_followed = now.is_followed or bool(form.link_of(text)[0])
        return
    link, says_more, source = form.link_of(text)
    says_more = says_more or bool(_STOPS.search(text.partition("[")[0]))  # a sentence is more than a label
    if at_end and form.links and not link:
        link, source = at_end.url, at_end.text
    if now.is_ruled and (title := whole_link(text)) and not is_label(title.text):
        link = ""  # below the rule something else begins
    now.sourced += bool(link and says_more)
    if now.sourced >= _MOST_SOURCED and not now.is_told:
        now.is_section = True  # each of its paragraphs has a source of its own
    if link and not now.link:
        now.source = now.source or source
        now.link, now.link_place = link, place
        now.link_line, now.has_lead = _beside_link(text), bool(_LEAD.match(text))
        now.is_told_in_row = says_more and _is_told_in_row(now, text)
        now.is_section = now.is_section or (now.is_told_in_row and now.level < _NO_LEVEL)
        now.facts += [] if says_more else [place]
    elif link and (
        (now.has_lead and _LEAD.match(text))
        or (now.says_more and now.link_line and now.link_line == _beside_link(text))
        or (not now.is_told and now.link_line == _beside_link(text) == "-")
        or (now.is_told_in_row and says_more and bool(ROW.match(text)))
    ):
        now.is_section = True
    elif (said := form.fact(text)) is not None:
        now.facts.append(place)
        now.source = now.source or (said.get("source") or "").strip()
        now.day = now.day or (said.get("day") or "").strip()
    elif text.strip() and not link:
        now.is_told = True
        now.says_more = bool(now.link)


def _is_told_in_row(now: _Open, text: str) -> bool:
    """Whether the line with a link is a story of its own below a heading: a numbered row, or at once a row of words."""
    at_once = not now.is_told and bool(ROW.match(text)) and not _LEAD.match(text)
    return bool(_NUMBERED.match(text)) or (at_once and len(_beside_link(text)) > _LONGEST_HEADING)


def _beside_link(text: str) -> str:
    """What a line says before its link, else all of it but the address: of stories below each other it is the same."""
    before = _ADDRESS.sub("", text.partition("[")[0]).strip(" \t-*+><")
    return before or _ADDRESS.sub("", text).strip()


def _end(texts: Sequence[str], stories: Sequence[_Open]) -> None:
    """Where each story ends; the last one has no more paragraphs than the longest of the others."""
    is_loose = False
    heads = _bold_headings(texts)
    for number, story in enumerate(stories):
        following = stories[number + 1].place if number + 1 < len(stories) else len(texts)
        is_loose = _is_loose(texts, story, following, after_loose=is_loose)
        story.end = _end_of(texts, story, following, is_loose=is_loose)
        story.end = min(story.end, story.over_at) if story.is_followed else story.end
        bottom = max((n for n in range(story.place, story.end) if texts[n].strip()), default=story.place)
        if bottom in heads and bottom > story.place and story.end == following < len(texts):
            story.end = bottom
    if len(stories) > 1 and stories[-1].level == _NO_LEVEL:
        most = max(_paragraphs(texts, it.place, it.end) for it in stories[:-1])
        last = stories[-1]
        while _paragraphs(texts, last.place, last.end) > most:
            last.end -= 1


def _bold_headings(texts: Sequence[str]) -> set[int]:
    """The places of short bold lines between blank ones, in a file that has one at once below a heading: they are over stories."""
    bold = {
        place
        for place, text in enumerate(texts)
        if (match := _BOLD_HEADING.fullmatch(text.strip()))
        and len(match[1]) <= _LONGEST_HEADING
        and not _STOPS.search(match[1])
        and not any(it.strip() for it in (*texts[max(place - 1, 0) : place], *texts[place + 1 : place + 2]))
    }
    return bold if any(place > 1 and _heading(texts[place - 2]) for place in bold) else set()


def _is_loose(texts: Sequence[str], story: _Open, stop: int, *, after_loose: bool) -> bool:
    """Whether the words of a row stand below it without an indent: paragraphs up to the next row, or behind such a row.

    Words that lead over to what follows are none of it, unless the row's own link stands below them.
    """
    between = [text for text in texts[story.place + story.found.lines : stop] if text.strip()]
    end = next((n for n, text in enumerate(between) if _heading(text) or _RULE.match(text)), len(between))
    own = between[:end]
    is_row = story.column >= 0 and not all(text[:1].isspace() for text in own)
    leads_over = any(ROW.match(it) or _BOLD_HEADING.fullmatch(it) or it.rstrip()[-1:] in ":：" for it in own)
    if is_row and story.link_place and not texts[story.link_place][:1].isspace():
        return True
    return is_row and not leads_over and (after_loose or (end == len(between) and stop < len(texts)))


def _end_of(texts: Sequence[str], story: _Open, stop: int, *, is_loose: bool) -> int:
    place = story.place + story.found.lines
    in_table = texts[story.place].lstrip().startswith("|")
    if story.found.link and (in_table or texts[story.place].lstrip().startswith("<")):
        return place
    blank = False
    last = -1
    while place < stop:
        text = texts[place]
        head = _heading(text)
        if (head and head.level <= story.level) or (in_table and not text.strip()):
            break
        if _RULE.match(text) and (
            story.level == _NO_LEVEL or last in story.facts or _ends_at(texts, place, stop)
        ):
            break
        if (
            story.column >= 0
            and not is_loose
            and text.strip()
            and not text.startswith((" ", "\t"))
            and (blank or ROW.match(text))
        ):
            break
        blank = not text.strip()
        last = last if blank else place
        place += 1
    return place


def _ends_at(texts: Sequence[str], place: int, stop: int) -> bool:
    """Whether a rule ends a story: a heading or the next one follows, or the file's end."""
    if stop == len(texts):
        return True
    following = next((n for n in range(place + 1, stop) if texts[n].strip()), stop)
    return following == stop or _heading(texts[following]) is not None


def _paragraphs(texts: Sequence[str], start: int, end: int) -> int:
    return (
        sum(
            bool(text.strip()) and not texts[n + start - 1].strip()
            for n, text in enumerate(texts[start:end])
            if n
        )
        + 1
    )


def _rows_beside(
    lines: Sequence[Line],
    found: Iterable[_Open],
    inside: set[int],
    aside: set[int],
    stories: Sequence[_Open],
) -> list[_Open]:
    """The rows of a list that has stories in another form, where they are rows as these are."""
    heads = [place for place, line in enumerate(lines) if _heading(line.text)]

    def of_list(it: _Open) -> tuple[int, str]:
        return bisect(heads, it.place), _MARK.sub("", lines[it.place].text[:8])

    lists = {of_list(it) for it in stories if it.column >= 0}
    return [
        it
        for it in found
        if it.link
        and it.column >= 0
        and (inside | aside).isdisjoint(range(it.place, it.end))
        and of_list(it) in lists
    ]


def _rows_of_own_sections(
    lines: Sequence[Line],
    found: Iterable[_Open],
    inside: set[int],
    aside: set[int],
    before: Sequence[_Open],
) -> list[_Open]:
    """The rows of sections in which every row with a link is such a story, and nothing else is one but perhaps that of the heading."""
    kept: list[_Open] = []
    fewest = 1 if any(it.is_followed for it in before) else _FEWEST_ROWS
    by_section: dict[int, list[_Open]] = {}
    heads = [place for place, line in enumerate(lines) if _heading(line.text)]
    for story in found:
        above = max((place for place in heads if place <= story.place), default=-1)
        by_section.setdefault(above, []).append(story)
    for above, stories in by_section.items():
        if not all(it.link for it in stories):
            continue
        end = next((place for place in heads if place > above), len(lines))
        rows = [
            n
            for n in range(above + 1, end)
            if n not in aside
            and ROW.match(lines[n].text)
            and not lines[n].text.startswith(" ")
            and bare_urls(lines[n].text)
        ]
        is_head = above >= 0 and stories[0].place == above
        own = [_up_to(it, inside) for it in stories] if is_head else stories
        fits = is_head or (above >= 0 and len(stories) >= max(fewest, len(rows)))
        if fits and not any(place in inside for it in own for place in range(it.place, it.end)):
            kept += own
    return kept


def _up_to(story: _Open, others: set[int]) -> _Open:
    """A story of a heading without other ones that follow below it, where its own link stands before these."""
    end = next((place for place in range(story.place + 1, story.end) if place in others), story.end)
    return replace(story, end=end) if story.link_place < end else story


def _heading(text: str) -> HeadingLine | None:
    """The heading that a line is, also one that is written in HTML."""
    match = _HTML_HEADING.fullmatch(text.strip())
    return (
        HeadingLine(int(match["level"]), match["words"].strip())
        if match
        else heading(without_place(text.rstrip()))
    )


def _told_apart(lines: Sequence[Line], stories: Sequence[_Open]) -> Iterator[ArchiveItem]:
    """The stories as items. A second one from one page that has words of its own is known by these, and has its link among them."""
    titles: dict[str, str | None] = {}
    for place, story in enumerate(stories, start=1):
        item = _item(lines, story)
        key = key_of_url(item.url or "")
        own = lines[story.place + story.found.lines : story.end]
        if not item.url or titles.setdefault(key, item.title) == item.title:
            yield item
        elif story.link_place:
            facts = tuple(it for it in item.facts if it != lines[story.link_place].number)
            yield replace(item, url=None, n=item.n or place, facts=facts)
        elif any(it.text.strip() for it in own):
            source = f"来源：[{urlsplit(item.url).netloc}]({item.url})"
            yield replace(
                item, url=None, n=item.n or place, words="\n\n".join(filter(None, (item.words, source)))
            )
        else:
            yield item


def _item(lines: Sequence[Line], story: _Open) -> ArchiveItem:
    found = story.found
    text = lines[story.place].text
    is_html = text.lstrip("# \t").startswith("<")
    title, words, line = (
        escape_line(plain(it)) if is_html else sentence(it, None)
        for it in (found.title, found.words, found.line)
    )
    item = ArchiveItem(
        lines[story.place].number,
        n=found.n,
        url=(html.unescape(story.link) if is_html else story.link) or None,
        section=story.section,
        source=story.source or None,
        tag=found.tag or None,
        published=story.day or None,
        end=lines[story.end - 1].number,
        facts=tuple(
            lines[place].number
            for place in (*range(story.place + 1, story.place + found.lines), *story.facts)
        ),
    )
    if not title:
        return replace(item, text=sentence(found.words, None))
    short = title if words and line != title else ""
    return replace(item, title=line if short else title, short=short, words=words if short else "")
