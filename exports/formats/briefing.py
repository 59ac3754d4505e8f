"""The briefing: the first story of a day is the lead, the others are one line each.

`strict` writes the form of F3 (docs/formats.md), of which one sample of December 2025 is known, with Hexo's front matter;
`clean` adds what that form lacks, the sources.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from exports.content.entry import Entry, address_of, when_of
from exports.content.labels import USUAL, Labels, every
from exports.content.wording import (
    BRIEF_SIGN,
    also,
    item_title,
    link_to,
    marked_words,
    most_common_tags,
    paragraphs_of,
    teaser,
)
from exports.formats.archive import Archive, ArchiveItem, Family, Remark, archive_of
from exports.formats.format import Dialect, Format, OutputPage, Selection, all_of
from exports.formats.items import (
    DRAFT_MARKS,
    Item,
    bare_words,
    expected,
    most_alike,
    post_edit,
    same_title,
    words_and_facts,
)
from exports.formats.numbered_list import LEAD, NUMBERED, NumberedList
from exports.formats.segments import WORDS, Segment, SegmentPrint, is_story, joined, key_of_url, key_of_words
from exports.formats.words import NAME, Word
from newsarchive.editorial.days import day_start
from newsarchive.items.body import Block, Image
from newsarchive.markdown.body_reader import read_body
from newsarchive.markdown.document import Document, heading
from newsarchive.markdown.escape import escape_line, safe_line, safe_url, single_line
from newsarchive.markdown.front_matter import Stamp, front_matter
from newsarchive.markdown.links import bare_urls, link_texts, links_in
from newsarchive.markdown.wrapping import unwrapped
from newsarchive.markdown.writer import Style, write_body
from newsarchive.parsing.text import one_line
from newsarchive.parsing.urls import is_web_address
from newsarchive.records.pick import Pick

_LEAD, _BRIEFS, _OUTLOOK, _SOURCES = "lead", "briefs", "outlook", "sources"
_USUAL = {_LEAD: "🔥 今日头条", _BRIEFS: "🌍 全球速览", _OUTLOOK: "🚀 前沿洞察", _SOURCES: "🔎 来源"}
"""The sections as the one sample has them, and that of the sources, which it lacks."""
_NO_WORDS = re.compile(r"^\W+|\s+")
_COVERS = (*every(lambda it: it.cover), "Cover Image")
_LEAD_TITLE = re.compile(r"\*\*.+\*\*[ \t]*$")
_BRIEF = re.compile(r"\*\*(?P<title>.+?)\*\*\s*(?:[：:]\s*(?P<words>.*))?", re.DOTALL)
_BRIEF_LINE = re.compile(r"(\d{1,3})\.\s+\*\*([^*]+)\*\*(?:\s*[：:]\s*(\S.*))?")


def _write(selection: Selection[Entry], dialect: Dialect) -> OutputPage:
    day, entries = selection.day, selection.stories
    lead = next(iter(entries), None)
    times = [it.published_at for it in entries if it.published_at]
    at = max(times, default=day_start(day))
    headline = f"：{one_line(lead.plain_title)}" if lead else ""
    page = OutputPage(
        template="briefing/1",
        format=FORMAT.name,
        unit="day",
        day=day,
        title=f"{dialect.name} {day.isoformat()}{headline}",
        body=_body(selection, dialect, dialect.style, sources=True),
        at=at,
        count=len(entries),
        drafts=sum(it.line_is_draft if place else it.is_draft for place, it in enumerate(entries)),
        description=teaser((it.plain_title for it in entries), len(entries), dialect.labels),
        categories=(dialect.name,),
        tags=most_common_tags(it.tags for it in entries),
        cover=_cover_of(lead) if lead else "",
    )
    if not dialect.strict:
        return page
    title = f"{dialect.name}{headline}"
    categories = dialect.listed("categories")
    front = {
        "title": title,
        "date": Stamp(f"{at:%Y-%m-%d %H:%M:%S}"),
        "categories": categories,
        "cover_image": page.cover,
    }
    return replace(
        page,
        title=title,
        heading="\n",
        body=_body(selection, dialect, Style(), sources=False),
        categories=categories,
        own_front=front_matter(front),
    )


def _cover_of(entry: Entry) -> str:
    """The picture of the lead."""
    if not entry.article:
        return ""
    urls = [entry.article.cover, *(image.url for image in entry.article.images)]
    return next((url for it in urls if (url := address_of(it))), "")


def _body(selection: Selection[Entry], dialect: Dialect, style: Style, *, sources: bool) -> str:
    entries = selection.stories
    if not entries:
        return ""
    lead, *briefs = entries
    labels = dialect.labels
    parts = []
    if cover := _cover_of(lead):
        alt = labels.cover if sources else _COVERS[-1]
        parts.append(f"![{alt}](<{safe_url(cover)}>)")
    parts += [
        f"## {dialect.word(_LEAD)}",
        f"**{_bold(lead, labels)}**",
        *marked_words(lead, paragraphs_of(lead, style), labels),
    ]
    if briefs:
        numbered = enumerate(briefs, start=1)
        lines = [_brief(number, entry, labels, sources=sources, style=style) for number, entry in numbered]
        parts += [f"## {dialect.word(_BRIEFS)}", "\n".join(lines)]
    if outlook := selection.prose.get(_OUTLOOK):
        parts += [f"## {dialect.word(_OUTLOOK)}", outlook]
    if sources:
        linked = enumerate((entry for entry in entries if entry.url), start=1)
        lines = [_source(number, entry, style.list_indent, labels) for number, entry in linked]
        parts += [f"## {dialect.word(_SOURCES)}", "\n".join(lines)] if lines else []
    return "\n\n".join(parts) + "\n"


def _bold(entry: Entry, labels: Labels) -> str:
    """A title to stand between bold marks, which it may not close itself."""
    return item_title(entry).replace("**", "").strip() or labels.untitled


def _brief(number: int, entry: Entry, labels: Labels, *, sources: bool, style: Style) -> str:
    mark = f"{number}."
    mark = mark.ljust(max(len(mark) + (1 if sources else 2), style.list_indent))
    text = safe_line(entry.line)
    draft = f" {labels.draft}" if entry.line_is_draft and text and labels.draft else ""
    title = _bold(entry, labels)
    if not sources and unicodedata.category(title[0]) != "So":  # an editor's own sign stands there
        title = f"{BRIEF_SIGN} {title}"
    gone = labels.gone if entry.withdrawn else ""
    return f"{mark}**{title}**：{gone}{text}{draft}" if text else f"{mark}**{title}**{gone}"


def _source(number: int, entry: Entry, indent: int, labels: Labels) -> str:
    when = when_of(entry.published_at, entry.published_day or entry.pick.day)
    facts = [escape_line(entry.source), when, also(entry.reprints, labels)]
    line = "，".join([link_to(entry.url, entry.plain_title), *(fact for fact in facts if fact)])
    return f"{number}. ".ljust(indent) + line


@dataclass(frozen=True, slots=True)
class BriefedList(NumberedList):
    """A numbered list of briefs that are named by their bold titles, and the lead above it, which is one item too.

    `sections` are the usual names of sections by all their names, without signs and blanks: a section stays the same one
    when an archive gives it another name.
    """

    sections: Mapping[str, str] = field(default_factory=lambda: {_bare(it): it for it in _USUAL.values()})

    def section(self, line: str) -> str | None:
        """The usual name of a section."""
        words = NumberedList.section(self, line)
        return words and self.sections.get(_bare(words), words)

    def split(self, text: str) -> list[Segment]:
        """The segments of a text; those of the lead, from its title on, are put together. The outlook has no items."""
        segments = [
            Segment("text", it.section, it.raw, it.gap)
            if it.kind == "item" and it.section == _USUAL[_OUTLOOK]
            else it
            for it in NumberedList.split(self, text)
        ]
        start = next((place for place, segment in enumerate(segments) if self._begins_lead(segment)), None)
        if start is not None:
            end = start + 1
            while end < len(segments) and self._is_of_lead(segments[end], segments[start].section):
                end += 1
            gap = segments[end - 1].gap
            raw = joined(segments[start:end])
            raw = raw[: len(raw) - len(gap)]
            segments[start:end] = [
                Segment("item", segments[start].section, raw, gap, self.key(raw), body=raw)
            ]
        for place, link in self._links(segments).items():
            segments[place] = replace(segments[place], link=link)
        return segments

    def key(self, raw: str) -> str:
        """The bold words at the start; of a source its link."""
        lead = LEAD.match(NUMBERED.sub("", raw, count=1))
        return key_of_words(_title_of_brief(lead[1])) if lead else NumberedList.key(self, raw)

    def is_story(self, item: Segment | SegmentPrint) -> bool:
        """A brief, which is named by its title; a source, named by its link, is none."""
        return is_story(item) and item.key.startswith(WORDS)

    def leads(self, item: Segment) -> bool:
        """A story without a number."""
        return self.is_story(item) and item.number is None

    def _links(self, segments: Sequence[Segment]) -> Mapping[int, str]:
        """The links of the sources that have the titles of the stories, of others the most alike; if one is left of both, they belong together."""
        titles: dict[int, str] = {}
        sources: dict[int, tuple[str, str]] = {}
        for place, it in enumerate(segments):
            if self.is_story(it):
                lead = LEAD.match(NUMBERED.sub("", it.raw, count=1))
                titles[place] = _title_of_brief(lead[1]) if lead else ""
            elif is_story(it) and (link := next(iter(links_in(it.raw)), None)):
                sources[place] = bare_words(link.text), key_of_url(link.url)
        by_title: dict[str, list[int]] = {}
        for place, (title, _) in sources.items():
            by_title.setdefault(title, []).append(place)
        found: dict[int, int] = {}
        for place, title in titles.items():
            # A title may have what looks like a link; of one that a hand has made a link of only the words are in the source.
            if places := by_title.get(bare_words(title)) or by_title.get(bare_words(link_texts(title))):
                found[place] = places.pop(0)
        for together in (most_alike, _the_only_ones):
            nameless = {
                place: bare_words(link_texts(title)) for place, title in titles.items() if place not in found
            }
            left = {place: it[0] for place, it in sources.items() if place not in found.values()}
            found |= together(nameless, left)
        return {place: sources[source][1] for place, source in found.items()}

    def _begins_lead(self, segment: Segment) -> bool:
        first = segment.raw.partition("\n")[0]
        return (
            segment.kind == "text"
            and _bare(_USUAL[_LEAD]) in segment.section
            and bool(_LEAD_TITLE.match(first))
        )

    def _is_of_lead(self, segment: Segment, section: str) -> bool:
        brief = segment.kind == "item" and LEAD.match(NUMBERED.sub("", segment.raw, count=1))
        return segment.section == section and segment.kind != "heading" and not brief


def _the_only_ones(ones: Mapping[int, str], others: Mapping[int, str]) -> dict[int, int]:
    return dict(zip(ones, others, strict=True)) if len(ones) == len(others) == 1 else {}


def _bare(words: str) -> str:
    """The name of a section without the sign before it and without blanks."""
    return _NO_WORDS.sub("", words) or words


def _grammar(dialect: Dialect) -> BriefedList:
    return BriefedList(
        dialect.style.list_indent,
        {_bare(words): usual for name, usual in _USUAL.items() for words in dialect.known(name)},
    )


def _title_of_brief(words: str) -> str:
    """The title without the sign that the strict profile puts before it."""
    return words.strip().removeprefix(BRIEF_SIGN).strip()


def _items(segments: Sequence[Segment], dialect: Dialect) -> list[Item]:
    """The lead and the briefs, each with the link of the source that has its title."""
    stories = dialect.stories(segments)
    told = [_brief_item(it, dialect) if it.number is not None else _lead_item(it, dialect) for it in stories]
    sources = [it for it in segments if is_story(it) and it not in stories]
    links = [link for it in sources for link in [*links_in(dialect.unescape(it.raw))][:1]]
    urls = {key_of_url(it.url): (it.url,) for it in links if is_web_address(it.url)}
    return [replace(it, urls=urls.get(it.segment.link, ())) for it in told]


def _lead_item(segment: Segment, dialect: Dialect) -> Item:
    first, *below = dialect.unescape(segment.raw).split("\n")
    words, rest, drafted = words_and_facts(below, "")
    title = first.strip().removeprefix("**").removesuffix("**")
    return Item(segment, title, words, drafted=drafted, rest=rest)


def _brief_item(segment: Segment, dialect: Dialect) -> Item:
    raw = NUMBERED.sub("", dialect.unescape(segment.raw), count=1)
    text = single_line(unwrapped(raw)).strip()
    drafted = text.endswith(DRAFT_MARKS)
    for mark in DRAFT_MARKS:
        text = text.removesuffix(mark).strip()
    match = _BRIEF.fullmatch(text)
    if not match:
        return Item(segment, words=text, drafted=drafted)
    words = (match["words"] or "").strip()
    return Item(segment, _title_of_brief(match["title"]), words, drafted=drafted)


def _edit(entry: Entry, ours: Item, theirs: Item, dialect: Dialect) -> Pick:
    """The pick with the words of a hand, which may have typed some right behind the title that names the story."""
    lead = LEAD.match(ours.words)
    if lead and not ours.title and same_title(_title_of_brief(lead[1]), theirs.title):
        ours = replace(ours, title=theirs.title, words=ours.words[lead.end() :].strip())
    return post_edit(entry, ours, theirs, dialect, brief=ours.segment.number is not None)


# Archives.


def _recognise(document: Document) -> bool:
    """At least two of the three usual headings, or the form under names of an archive's own; with front matter or without."""
    headings = [it.text for line in document.structure if (it := heading(line.text)) and it.level == 2]
    usual = [_bare(_USUAL[name]) for name in (_LEAD, _BRIEFS, _OUTLOOK)]
    return sum(any(name in text for text in headings) for name in usual) >= 2 or _has_the_form(document)


def _has_the_form(document: Document) -> bool:
    """Whether a section begins with a line in bold type, and one after it with a brief, in which no link is."""
    lines = [line.text for line in document.structure if line.text.strip()]
    begin = [
        following for line, following in pairwise(lines) if (found := heading(line)) and found.level == 2
    ]
    lead = next((place for place, line in enumerate(begin) if _LEAD_TITLE.match(line)), len(begin))
    return any(_BRIEF_LINE.fullmatch(it) and not (links_in(it) or bare_urls(it)) for it in begin[lead + 1 :])


def _read(document: Document) -> Archive:
    """The numbered briefs; the lead and the outlook are prose of the whole day and have no link to keep."""
    front = document.front_matter or {}
    title, remarks = document.title, []
    if title and title.startswith("#"):
        title = title.lstrip("#").strip()
        remarks.append(
            Remark(2, "heading mark at the start of the title; the clean profile writes it without")
        )
    section: str | None = None
    items: list[ArchiveItem] = []
    for line in document.structure:
        if found := heading(line.text):
            section = found.text
        elif match := _BRIEF_LINE.fullmatch(line.text.strip()):
            n, name = int(match[1]), match[2].strip()
            items.append(ArchiveItem(line.number, n=n, title=name, text=match[3], section=section))
    cover = front.get("cover_image")
    return archive_of(
        FORMAT.name,
        document,
        items,
        title=title,
        front_matter=front,
        cover=cover if isinstance(cover, str) else None,
        unclear=True,
        remarks=tuple(remarks),
    )


def _rewritten(page: OutputPage, archive: Archive, dialect: Dialect) -> OutputPage:
    """An imported briefing under a cover and front matter of its tool."""
    body = [it for it in read_body(page.body) if not _is_cover(it)]
    cover = [Image(archive.cover, alt=USUAL.cover)] if archive.cover else []
    text = write_body([*cover, *body], dialect.style)
    return replace(page, heading=None, body=text, own_front=None, cover=archive.cover or "")


def _is_cover(block: Block) -> bool:
    return isinstance(block, Image) and block.alt.lower() in {it.lower() for it in _COVERS}


FORMAT = Format(
    name="briefing",
    words={
        NAME: Word("AI日报", "its name"),
        _LEAD: Word(_USUAL[_LEAD], "the section of the first story", is_section=True),
        _BRIEFS: Word(_USUAL[_BRIEFS], "the section of the others", is_section=True),
        _OUTLOOK: Word(_USUAL[_OUTLOOK], "a third section, in which an editor looks ahead", is_section=True),
        _SOURCES: Word(_USUAL[_SOURCES], "the section of the links", is_section=True),
        "categories": Word(("AI Daily",), "strict: the categories", may_be_empty=True),
    },
    summary="A briefing a day: the lead, the others in a line each, and the sources.",
    units=("day",),
    write=_write,
    grammar=_grammar,
    items=_items,
    show=all_of,
    edit=_edit,
    expected=lambda entry, it, dialect: expected(entry, it, dialect, brief=it.number is not None),
    folder="briefing",
    home="hexo",
    prose=(_OUTLOOK,),
    families=(Family("briefing", 20, _recognise, _read, taken_as="briefing", links_apart=True),),
    pick=False,
    item_marks=True,
    kept="day",
    rewrite=_rewritten,
)
