"""Writes into an imported page what an editor has chosen since, as the page's other stories are written.

A new story is a copy of one that the page has, with its own number, title, link, day and words. What comes out is read
again: unless it then says what was wanted, and all else as before, nothing is written in the page's form.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from urllib.parse import quote, unquote, urlsplit

from exports.content.entry import Entry
from exports.content.wording import BRIEF_SIGN, item_title, marked_words, paragraphs_of
from exports.formats.archive import Archive, ArchiveItem
from exports.formats.items import bare_words
from exports.formats.markdown_lines import RULE
from exports.formats.segments import key_of_url
from exports.imports.document_items import blocks_of, items_of, kinds_of, story_key
from exports.imports.documents import read_edition
from exports.imports.importer import picks_of_day
from exports.imports.sentences import addresses, is_label, label_of, sentence
from newsarchive.errors import UnreadableMarkdownError
from newsarchive.markdown.document import Document, heading
from newsarchive.markdown.escape import safe_line, safe_url, single_line
from newsarchive.markdown.links import LINK, bare_urls
from newsarchive.markdown.plain_text import plain_line
from newsarchive.markdown.writer import Style
from newsarchive.parsing.urls import is_web_address
from newsarchive.records.pick import Pick
from newsarchive.sites import SITES, identify
from newsarchive.storage.collections import Edition

_DAY = re.compile(r"(?P<year>\d{4})(?P<first>[-/.年])(?P<month>\d{1,2})(?P<second>[-/.月])(?P<day>\d{1,2})")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?(?:[+-]\d{2}:?\d{2}|Z)?|\*?\d{1,2}:\d{2}\*?")
_LINE_END = re.compile(r"(\r\n|\n|\r)")
_ANCHOR = re.compile(r"[({]#([^(){}\s]+)[)}]")
_TEXT_OF_HTML = re.compile(r">[^<>]+<")
_TAG = re.compile(r"\[[^\[\]]*\] ")
_MARK = re.compile(r"\s*[-*+]\s+[^\w\s\[*]+\s*")
"""The mark and sign of a list in which the words are a row."""
_NO_SLUG = re.compile(r"\W+")
_BRIEF = re.compile(
    r"(?P<indent>\s*)\d{1,3}\.(?P<blank>\s+)\*\*(?P<sign>[^\w\s*]+\s*)?[^*]+\*\*(?P<colon>\s*[：:]\s*)"
)
_JOINTS = "：:，,。 -–—"


@dataclass(frozen=True, slots=True)
class _Story:
    """A story of the page: where its lines are (places from 0; `lines` of its block), and those that name it elsewhere."""

    item: ArchiveItem
    url: str
    start: int
    end: int
    named: tuple[int, ...]


def in_own_form(edition: Edition, day: date, entries: Sequence[Entry]) -> str | None:
    """The text of an imported page of a day with these stories; None where it cannot be written in its own form."""
    archive = read_edition(edition)
    said = {it.url: it for it in picks_of_day(archive, day)[0]}
    wanted = {it.pick.url: it for it in entries}
    if list(said) == list(wanted) and all(_same(said[url], it.pick) for url, it in wanted.items()):
        return edition.text
    kept = [url for url in said if url in wanted]
    if not kept or [url for url in wanted if url in said] != kept:
        return None
    page = _Page(edition, archive)
    if set(page.stories) != set(said):
        return None
    told = items_of(archive, edition.name)
    for url in kept:
        words = told[key_of_url(url)].words if key_of_url(url) in told else ""
        if _same(said[url], wanted[url].pick) or _is_told(said[url], words, wanted[url]):
            continue
        if edition.edited or not page.reword(url, said[url], wanted[url]):
            return None  # a hand may have typed here what the other words would take away
    if edition.edited and said.keys() - wanted.keys():
        return None  # what a hand has typed into a story would go with it
    for url in said.keys() - wanted.keys():
        page.remove(url)
    last = kept[0] if next(iter(wanted)) in said else None
    for url, entry in wanted.items():
        if url not in said and not (last and page.add(entry, last)):
            return None
        last = url if url in said else last
    text = page.text(len(said), len(wanted))
    return text if text is not None and _says(edition, text, day, said, wanted) else None


def with_briefs(edition: Edition, entries: Sequence[Entry]) -> str | None:
    """The text of an imported briefing with stories that were picked since, each as its last brief is written.

    A briefing has no links, so a story is in it if its title is, or if it came from another import or an earlier edit.
    """
    archive = read_edition(edition)
    titles = {_bare(it.title or "") for it in archive.items}
    known = {key_of_url(url) for url in edition.beside}
    new = [
        it for it in entries if key_of_url(it.pick.url) not in known and _bare(_brief_title(it)) not in titles
    ]
    new = [it for it in new if f"**{_bare(_brief_title(it))}**" not in _bare_text(edition.text)]
    if not new:
        return edition.text
    if not archive.items:
        return None
    lines = edition.text.split("\n")
    last = archive.items[-1]
    match = _BRIEF.match(lines[last.line - 1].rstrip("\r"))
    if match is None:
        return None
    rows = []
    for number, entry in enumerate(new, start=(last.n or 0) + 1):
        title, words = _brief_title(entry), safe_line(entry.line)
        sign = f"{BRIEF_SIGN} " if match["sign"] else ""
        mark = f"{number}.{match['blank']}"
        rows.append(f"{match['indent']}{mark}**{sign}{title}**{match['colon'] + words if words else ''}")
    end = last.line
    lines[end:end] = rows if not lines[last.line - 1].endswith("\r") else [f"{row}\r" for row in rows]
    text = "\n".join(lines)
    again = read_edition(edition.model_copy(update={"text": text}))
    return text if len(again.items) == len(archive.items) + len(new) else None


def _brief_title(entry: Entry) -> str:
    return item_title(entry).replace("**", "").strip()


def _bare(title: str) -> str:
    return bare_words(title.strip().removeprefix(BRIEF_SIGN))


def _bare_text(text: str) -> str:
    return "\n".join(f"**{bare_words(line)}**" for line in text.split("\n"))


def _same(said: Pick, pick: Pick) -> bool:
    """Whether a pick is what the page says."""
    return (said.text, said.title) == (pick.text, pick.title) and pick.state == "picked" and not pick.words


def _says(
    edition: Edition, text: str, day: date, said: Mapping[str, Pick], wanted: Mapping[str, Entry]
) -> bool:
    """Whether a page says these stories, and of those that nobody changed what it said."""
    try:
        anew = read_edition(edition.model_copy(update={"text": text}))
    except UnreadableMarkdownError:
        return False
    now = {it.url: it for it in picks_of_day(anew, day)[0]}
    if anew.family != edition.family or list(now) != list(wanted):
        return False
    before = items_of(read_edition(edition), edition.name)
    after = items_of(anew, edition.name)
    for url, entry in wanted.items():
        key = key_of_url(url)
        if url in said and _same(said[url], entry.pick):
            if (now[url].text, now[url].title) != (said[url].text, said[url].title) or after.get(
                key
            ) != before.get(key):
                return False
        elif not _is_told(now[url], after[key].words if key in after else "", entry):
            return False
    return True


def _is_told(now: Pick, words: str, entry: Entry) -> bool:
    title = single_line(item_title(entry, strict=True))
    told = {single_line(it) for it in (now.title, now.text, sentence(now.text, None))}
    told |= {_TAG.sub("", it) for it in told}
    own = single_line(_own_words(entry))
    line = single_line(entry.pick.text)
    by_line = bool(line) and line in told and not entry.pick.title and not entry.pick.words
    if by_line or (own and own in told):
        return True
    return title in told and (own in single_line(words) or entry.is_draft)


def _own_words(entry: Entry) -> str:
    """The words of a story that the page does not have yet."""
    return "\n\n".join(marked_words(entry, paragraphs_of(entry, Style())))


class _Page:
    """The lines of a page, and what is to be done to them."""

    def __init__(self, edition: Edition, archive: Archive) -> None:
        pieces = _LINE_END.split(edition.text)
        self.lines, self._ends = pieces[::2], [*pieces[1::2], ""]
        self._before: dict[int, list[str]] = {}
        self._instead: dict[int, str | None] = {}
        self.archive = archive
        self.stories = self._found(Document(edition.text, edition.name), archive)
        self._added: dict[str, int] = {}
        self._listed = {str(story_key(it)): it.line for it in reversed(archive.items)}
        self._numbers_stay = True

    def _found(self, document: Document, archive: Archive) -> dict[str, _Story]:
        blocks = [(it, block) for it, block in blocks_of(document, archive) if story_key(it)]
        ends = {
            it.line: max([it.line, *(line.number for line in block if line.text.strip())])
            for it, block in blocks
        }
        ruled = any(RULE.match(self.lines[end - 1]) for end in ends.values())
        spans: dict[str, tuple[ArchiveItem, int, int]] = {}
        for item, _ in blocks:
            end = ends[item.line]
            after = next((n for n in range(end, len(self.lines)) if self.lines[n].strip()), None)
            if (
                ruled
                and not RULE.match(self.lines[end - 1])
                and after is not None
                and RULE.match(self.lines[after])
            ):
                end = after + 1
            spans.setdefault(str(story_key(item)), (item, item.line - 1, end))
        inside = {place for _, start, end in spans.values() for place in range(start, end)}
        stories = {}
        for item in archive.items:
            url = story_key(item)
            if url is None or url in stories:
                continue
            of, start, end = spans.get(url, (item, item.line - 1, item.line))
            named = [
                n
                for n, line in enumerate(self.lines)
                if n not in inside and n != start and _names(line, of, url)
            ]
            stories[url] = _Story(of, url, start, end, tuple(named))
        return stories

    def add(self, entry: Entry, after: str) -> bool:
        """Put a story after another one."""
        story = self.stories[after]
        self._added[after] = self._added.get(after, 0) + 1
        number = story.item.n + self._added[after] if story.item.n is not None else None
        following = next((it.n for it in self.archive.items if it.line > self._listed[after]), None)
        if number and following == number:
            return False  # those behind it would have to be numbered anew
        if is_web_address(story.url) != is_web_address(entry.pick.url):
            return False  # the page has no place for a link there, or needs one
        if safe_url(entry.pick.url, in_brackets=True) != entry.pick.url:
            return False  # it would not be the link that it is
        lines = self._copy(story, entry, number)
        if lines is None:
            return False
        lines = [_called_anew(it, entry, self.lines[story.start : story.end]) for it in lines]
        if story.item.source is not None and self.lines[story.start][:1].isspace():
            lines.insert(0, f"- {_publisher(entry)}")  # else it would stand below the name of another source
        for place in story.named:
            line = self._renamed(self.lines[place], story, entry, number)
            if line is None:
                return False
            self._before.setdefault(place + 1, []).append(line)
        self._before.setdefault(story.end, []).extend([""] * self._gap(story) + lines)
        return True

    def remove(self, url: str) -> None:
        """Take a story out."""
        story = self.stories[url]
        end = story.end
        while end < len(self.lines) and not self.lines[end].strip() and self._gap(story):
            end += 1
        for place in (*range(story.start, end), *story.named):
            self._instead[place] = None
        self._numbers_stay = story.item.n is None or url == list(self.stories)[-1]

    def reword(self, url: str, said: Pick, entry: Entry) -> bool:
        """Write a story's title and words anew, where an editor has."""
        story, pick = self.stories[url], entry.pick
        if said.title:
            return False  # title and words stand on one line
        words = pick.words or (pick.text if pick.title and pick.text != said.text else "")
        told = replace(entry, words=words, pick=pick.model_copy(update={"words": words}))
        lines = self._copy(story, told, story.item.n, keep=not words)
        if lines is None:
            return False
        for place in range(story.start, story.end):
            self._instead[place] = None
        self._before.setdefault(story.start, []).extend(lines)
        for place in story.named:
            line = self._renamed(self.lines[place], story, entry, story.item.n)
            if line is None:
                return False
            self._instead[place] = line
        return True

    def text(self, before: int, now: int) -> str | None:
        """The whole page; the number of its stories, where it says it, is the new one."""
        if not self._numbers_stay:
            return None
        inside = {n for it in self.stories.values() for n in range(it.start, it.end)}
        counted = re.compile(rf"(?<![\d.]){before}(?=[*\s]*[篇条则])")
        anew: list[str] = []
        for place, line in enumerate([*self.lines, None]):
            if rows := self._before.get(place):
                if anew and not anew[-1].endswith(("\n", "\r")):
                    anew[-1] += "\n"
                ending = (self._ends[place - 1] if place else "") or "\n"
                anew += [f"{it}{ending}" for it in rows]
            kept = None if line is None else self._instead.get(place, line)
            if kept is not None:
                kept = kept if place in inside else counted.sub(str(now), kept)
                anew.append(kept + self._ends[place])
        return "".join(anew)

    def _gap(self, story: _Story) -> int:
        """How many blank lines stand between a story and its neighbour."""
        stories = sorted(self.stories.values(), key=lambda it: it.start)
        for one, two in pairwise(stories):
            if story in {one, two} and not any(line.strip() for line in self.lines[one.end : two.start]):
                return two.start - one.end
        return int(story.end - story.start > 1 or heading(self.lines[story.start]) is not None)

    def _copy(
        self, story: _Story, entry: Entry, number: int | None, *, keep: bool = False
    ) -> list[str] | None:
        """The lines of a story with what is another's in place of its own; its words stay if they are to be kept."""
        first = self._first(story, entry, number)
        if first is None:
            return None
        words = _own_words(entry) if not keep else ""
        if story.item.title is None or story.item.words:
            return [first]
        block = [
            it for it in Document("\n".join(self.lines)).lines if story.start + 1 < it.number <= story.end
        ]
        kinds = [
            (line, "blank" if not line.text.strip() else kind) for line, kind in kinds_of(story.item, block)
        ]
        lines = [first]
        written = False
        for line, kind in kinds:
            is_rule = not line.is_code and bool(RULE.match(line.text))
            if (keep and kind in {"words", "picture", "label"}) or is_rule or kind == "blank":
                lines.append(line.text)
            elif kind == "words" and story.url in line.text:
                link = _own_link_at_end(line.text, story.url)
                if link is None:
                    written = _write(lines, words, "", written=written)
                    continue
                before = line.text[: line.text.rindex(link)].strip()
                link = link.replace(story.url, entry.pick.url)
                if any(char.isalnum() for char in before):
                    written = _write(lines, words, link, written=written)
                else:
                    lines.append(line.text.replace(story.url, entry.pick.url))
            elif kind in {"words", "picture"}:
                mark = _MARK.match(line.text)
                written = _write(lines, f"{mark[0]}{words}" if mark and words else words, "", written=written)
            elif kind == "label":
                lines += [line.text] if words else []
            elif (fact := self._fact(line.text, story, entry, of_day=kind == "day")) is not None:
                lines.append(fact)
        if words and not written:
            return self._copy(story, _in_one_line(entry), number, keep=True) if not keep else None
        return lines if keep else _without_double_blanks(lines)

    def _fact(self, line: str, story: _Story, entry: Entry, *, of_day: bool) -> str | None:
        """A line of facts with the link and the day of another story; None for one that says anything else."""
        if entry.pick.url == story.url:
            return line
        at = entry.published_at
        day = (at.date() if at else None) or entry.published_day or entry.pick.day
        anew = _DAY.sub(lambda it: _as_written(it, day), line)
        if of_day:
            anew = anew if _TIME.search(anew) is None else _TIME.sub("", anew)
        anew = anew.replace(story.url, entry.pick.url)
        urls = {key_of_url(url) for url in bare_urls(anew)}
        return anew if (of_day and not urls) or urls == {key_of_url(entry.pick.url)} else None

    def _first(self, story: _Story, entry: Entry, number: int | None) -> str | None:
        """The line with the title of a story, or its text."""
        item, line = story.item, self.lines[story.start]
        if item.title is None:
            return self._paragraph(story, entry, number)
        line = self._renamed(line, story, entry, number) or ""
        further = {*addresses(line)} - {entry.pick.url, *addresses(item.words)}
        if entry.pick.url != story.url and further:
            line = (
                line.partition(f"{entry.pick.url})")[0] + f"{entry.pick.url})"
            )  # without further links of the other
        if entry.pick.url != story.url:
            line = self._without_facts(line, story, entry)
        if not line or not item.words:
            return line or None
        if item.words not in line:
            return None
        words = _own_words(entry)
        head, _, tail = line.partition(item.words)
        same = single_line(words) in {"", single_line(item_title(entry, strict=True))}
        return head.rstrip(_JOINTS) + tail if same else f"{head}{_shown_in(line, single_line(words))}{tail}"

    @staticmethod
    def _without_facts(line: str, story: _Story, entry: Entry) -> str:
        """A line without what is said behind title, link and words of another story: its day is the new one's."""
        link = line.rfind(entry.pick.url)
        words = line.find(story.item.words, link) if story.item.words else -1
        end = words + len(story.item.words) if words >= 0 else link + len(entry.pick.url)
        head, tail = line[:end], line[end:]
        if line.lstrip().startswith("<"):
            title = _shown_in(line, item_title(entry, strict=True))
            before, found, behind = tail.partition(title)
            return head + before + found + _TEXT_OF_HTML.sub("><", behind)
        day = entry.published_day or entry.pick.day
        return head + _DAY.sub(lambda it: _as_written(it, day), tail)

    def _paragraph(self, story: _Story, entry: Entry, number: int | None) -> str | None:
        line, text = self.lines[story.start], story.item.text or ""
        begins = line.find(text[:8])
        if begins < 0:
            return None
        words = single_line(_own_words(entry)) or single_line(item_title(entry, strict=True))
        head, tail = line[:begins], line[begins + len(text) :] if line[begins:].startswith(text) else ""
        if story.url in text:
            label = label_of(text, story.url) or "原文"
            words = f"{words} [{label}]({entry.pick.url})"
        return self._numbered(head, story.item.n, number) + words + tail.replace(story.url, entry.pick.url)

    def _renamed(self, line: str, story: _Story, entry: Entry, number: int | None) -> str | None:
        """A line that names a story, naming another one."""
        item = story.item
        old, title = item.short or item.title or "", _shown_in(line, item_title(entry, strict=True))
        if not old or old not in line:
            return None
        anchor = None
        if match := _ANCHOR.search(line):
            anchor = _anchor_like(unquote(match[1]), (item.n, old), (number, title))
            if anchor is None:
                return None
            anchor = quote(anchor) if "%" in match[1] else anchor
            line = line.replace(f"#{match[1]}", "\0")
        head, _, tail = line.partition(old)
        head = self._numbered(head, item.n, number)
        if item.tag and entry.pick.url != story.url:
            head = head.replace(f"[{item.tag}]", f"[{_publisher(entry)}]")
        tail = re.sub(rf"`#{item.n}`", f"`#{number}`", tail) if item.n else tail
        anew = (head + title + tail).replace(story.url, entry.pick.url)
        return anew.replace("\0", f"#{match[1] if match and entry.pick.url == story.url else anchor}")

    @staticmethod
    def _numbered(head: str, old: int | None, number: int | None) -> str:
        return re.sub(rf"(?<!\d){old}(?!\d)", str(number), head, count=1) if old is not None else head


def _anchor_like(anchor: str, old: tuple[int | None, str], new: tuple[int | None, str]) -> str | None:
    """The anchor of another title, made as one is; None where it is not known how that is made."""
    for make in (_slug, str.lower, str, lambda it: it.lower().replace(" ", "-")):
        for form in ("{0}-{1}", "{1}"):
            if form.format(old[0], make(old[1])) == anchor:
                return form.format(new[0], make(new[1]))
    if old[0] is not None and anchor.startswith(f"{old[0]}-"):  # it was cut, or made in another way
        return f"{new[0]}-{_slug(new[1])}"
    return None


def _shown_in(line: str, words: str) -> str:
    """Words for a line of HTML, where no mark of Markdown means anything, or as they are."""
    return html.escape(plain_line(words)) if line.lstrip().startswith("<") else words


def _slug(title: str) -> str:
    return _NO_SLUG.sub("-", title.lower()).strip("-")


def _publisher(entry: Entry) -> str:
    """Who published a story, for a page that says so of each."""
    if entry.article:
        return SITES[entry.article.site].title
    link = identify(entry.pick.url)
    return SITES[link.site].title if link else urlsplit(entry.pick.url).hostname or ""


def _called_anew(line: str, entry: Entry, other: Sequence[str]) -> str:
    """A line in which the link of a new story is not called as that of the other one is, but by who published it."""
    names = {it["text"] for row in other for it in LINK.finditer(row) if not is_label(it["text"])}

    def called(match: re.Match[str]) -> str:
        text = match["text"]
        if match["url"] != entry.pick.url or match["image"] or text not in names:
            return match[0]
        return match[0].replace(f"[{text}]", f"[{_publisher(entry)}]", 1)

    return LINK.sub(called, line)


def _own_link_at_end(line: str, url: str) -> str | None:
    """The link of a story with which a line ends, as it is written: `[原文链接](url)`."""
    found = [match[0] for match in LINK.finditer(line) if match["url"] == url and not match["image"]]
    return found[-1] if found and line.rstrip().endswith(found[-1]) else None


def _write(lines: list[str], words: str, link: str, *, written: bool) -> bool:
    """Write the words of a story where the first of another one stood; whether its place was found."""
    if not written and (words or link):
        lines += f"{words} {link}".strip().split("\n")
    return True


def _in_one_line(entry: Entry) -> Entry:
    """A story for a page whose stories have titles alone: an editor's line is its title."""
    text = entry.pick.text if entry.pick.text and not entry.is_draft else entry.title
    return replace(
        entry, words="", pick=entry.pick.model_copy(update={"title": text, "text": text, "words": ""})
    )


def _names(line: str, item: ArchiveItem, url: str) -> bool:
    """Whether a line outside of the stories names one: in an overview."""
    if item.anchor and f"(#{item.anchor})" in line:
        return True
    title = item.short or item.title
    return bool(title) and str(title) in line and (url in line or "](#" in line)


def _as_written(match: re.Match[str], day: date) -> str:
    """A day in the form of another one."""
    padded = len(match["month"]) == 2 and match["month"].startswith("0")
    padded = padded or (len(match["day"]) == 2 and match["day"].startswith("0"))
    plain = len(match["month"]) == 1 or len(match["day"]) == 1
    wide = padded or (not plain and match["first"] == "-")
    month, number = (f"{it:02}" if wide else str(it) for it in (day.month, day.day))
    return f"{day.year}{match['first']}{month}{match['second']}{number}"


def _without_double_blanks(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
