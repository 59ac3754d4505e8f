"""What a file tells of each of its stories: title, words and links, without what the format puts around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exports.content.attribution import RIGHTS
from exports.content.entry import canonical
from exports.content.wording import DRAFT_MARK, repeats_link
from exports.formats.format import FormatName, Unit
from exports.formats.fulltext import ORIGINAL
from exports.formats.numbered_list import BRIEFING, DIGEST, NUMBERED, title_of_brief
from exports.formats.segments import FRONT, THE_TITLE, Segment, SegmentPrint, joined
from exports.imports import ArchiveItem, read_archive
from newsarchive.markdown.body_reader import read_body
from newsarchive.markdown.escape import escape_line, single_line
from newsarchive.markdown.links import bare_urls, links_in, whole_link
from newsarchive.markdown.wrapping import unwrapped
from newsarchive.parsing.front_matter import parse_front_matter, split_front_matter
from newsarchive.parsing.urls import is_web_address

_HEADING = re.compile(r"(?:#{2,4}[ \t]+)?\d{1,3}\.[ \t]+(?:#{2,4}[ \t]+)?(?P<title>.*)")
_BRIEF = re.compile(r"\*\*(?P<title>.+?)\*\*\s*(?:[：:]\s*(?P<words>.*))?", re.DOTALL)
_RULE = re.compile(r"[ ]{0,3}-{3,}[ \t]*$")
_FACTS = re.compile(r"(?:>\s*)?(?:🔗|📅)|另见：")
_LAST_OF_STRICT = re.compile("📅")
_ORIGINAL = re.compile(rf"\[{ORIGINAL}\]\(")
FRONT_TITLE = "field title"
"""The key of the title in front matter."""
_SHOWN_TAG = re.compile("＜(?=[A-Za-z/!?])")


@dataclass(frozen=True, slots=True)
class Item:
    """A story of a file. `title` and `words` are Markdown; `rest` are the lines that are neither.

    `front` is the title in the front matter of a file of one article that has no heading. `drafted` tells that the words are marked as
    nobody's, `inline` that the link stands in the text; `urls` are its links, its own first.
    """

    part: Segment
    title: str = ""
    words: str = ""
    urls: tuple[str, ...] = ()
    front: str = ""
    drafted: bool = False
    inline: bool = False
    rest: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The story's own link, empty for none."""
        return next(iter(self.urls), "")

    @property
    def name(self) -> str:
        """Some words by which a person finds it."""
        words = single_line(self.title or self.words or self.part.raw)
        return words if len(words) <= _LONGEST_NAME else f"{words[:_LONGEST_NAME]}…"


_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of a format are read: `undo` takes away what `guard` did to them for their tool."""

    format: FormatName
    unit: Unit
    strict: bool
    guard: Callable[[str], str]
    undo: Callable[[str], str]

    def is_story(self, item: Segment | SegmentPrint) -> bool:
        """Whether an item is a story: no field of front matter, no title of the file, and no source of a briefing.

        A brief is named by its title, a source by its link.
        """
        return (BRIEFING if self.format == "briefing" else DIGEST).is_story(item)

    def told_in(self, parts: Sequence[Segment]) -> list[Item]:
        """The stories of a file in its order."""
        stories = [part for part in parts if part.kind == "item" and self.is_story(part)]
        match self.format:
            case "digest":
                return [self._digest(part) for part in stories]
            case "daily":
                return [self._daily(part) for part in stories]
            case "briefing":
                return self._briefing(stories, parts)
        return [self._full_text(part, parts) for part in stories]

    def _digest(self, part: Segment) -> Item:
        raw = self.undo(part.raw)
        items = [it for day in read_archive(f"## 2025.01.01\n\n{raw}\n").days for it in day.items]
        item = items[0] if items else ArchiveItem(1, text=DIGEST.body(raw))
        return Item(
            part,
            words=(item.text or "").strip(),
            urls=item.urls or (),
            inline=item.style == "inline",
            rest=(DIGEST.body(raw),),
        )

    def _daily(self, part: Segment) -> Item:
        first, *below = self.undo(part.raw).split("\n")
        match = _HEADING.match(first.strip())
        links = [it.url for line in below if "🔗" in line for it in links_in(line)]
        links += [it.url for line in below for it in links_in(line)] + bare_urls(part.raw)
        url = next((it for it in links if is_web_address(it)), "")
        while below and (not below[-1].strip() or _RULE.match(below[-1])):
            below.pop()
        last = _LAST_OF_STRICT if self.strict else _FACTS
        end = max((n + 1 for n, line in enumerate(below) if last.match(line)), default=len(below))
        words, rest, drafted = _sorted_lines(below[:end], url)
        rest += tuple(line for line in below[end:] if line.strip())
        title = match["title"].strip() if match else first.strip()
        return Item(part, title, words, (url,) if url else (), drafted=drafted, rest=rest)

    def _briefing(self, stories: Sequence[Segment], parts: Sequence[Segment]) -> list[Item]:
        told = [self._brief(part) if part.number is not None else self._lead(part) for part in stories]
        sources = [self.undo(part.raw) for part in parts if part.kind == "item" and not self.is_story(part)]
        links = [next(iter(links_in(raw)), None) for raw in sources]
        by_title: dict[str, list[str]] = {}
        for link in links:
            if link and is_web_address(link.url):
                by_title.setdefault(_plain(link.text), []).append(link.url)
        sourced = [_with_source(it, by_title) for it in told]
        left = [url for urls in by_title.values() for url in urls]
        nameless = [place for place, it in enumerate(sourced) if not it.urls]
        if len(left) == 1 == len(nameless):
            place = nameless[0]
            sourced[place] = _linked(sourced[place], left[0])
        return sourced

    def _lead(self, part: Segment) -> Item:
        first, *below = self.undo(part.raw).split("\n")
        words, rest, drafted = _sorted_lines(below, "")
        return Item(
            part, first.strip().removeprefix("**").removesuffix("**"), words, drafted=drafted, rest=rest
        )

    def _brief(self, part: Segment) -> Item:
        text = single_line(unwrapped(NUMBERED.sub("", self.undo(part.raw), count=1))).strip()
        drafted = text.endswith(DRAFT_MARK)
        text = text.removesuffix(DRAFT_MARK).strip()
        match = _BRIEF.fullmatch(text)
        if not match:
            return Item(part, words=text, drafted=drafted)
        return Item(part, title_of_brief(match["title"]), (match["words"] or "").strip(), drafted=drafted)

    def _full_text(self, part: Segment, parts: Sequence[Segment]) -> Item:
        lines = self.undo(part.raw.removeprefix("\ufeff")).split("\n")
        if self.unit == "article":
            title = (
                next((self.undo(it.raw) for it in parts if it.key == THE_TITLE), "").lstrip("\ufeff#").strip()
            )
            front = "" if title else _front_title(parts)
        else:
            title, front = lines.pop(0).lstrip("#").strip(), ""
        end = next((n for n in range(len(lines) - 1, -1, -1) if _ORIGINAL.match(lines[n])), len(lines))
        link = whole_link(lines[end]) if end < len(lines) else None
        rest = [line for line in lines[end + 1 :] if line.strip()]
        body = _trimmed(lines[:end])
        if self.strict:
            if body and not (len(body) > 1 and body[1].startswith(">")):
                body[0] = body[0].removeprefix("> ")
        else:
            if body and body[0].startswith("来源："):
                rest.insert(0, body.pop(0))
            if body and RIGHTS in body[-1]:
                rest.append(body.pop())
        words = unwrapped("\n".join(_trimmed(body)))
        return Item(part, title, words, (link.url,) if link else (), front, rest=tuple(rest))


def same_words(one: str, other: str) -> bool:
    """Whether two Markdown texts say the same in the same form, however they are written."""
    return one == other or read_body(one, mended=False) == read_body(other, mended=False)


def same_title(one: str, other: str) -> bool:
    """Whether two titles are the same but for their marks."""
    return _plain(one) == _plain(other)


def _sorted_lines(lines: Sequence[str], url: str) -> tuple[str, tuple[str, ...], bool]:
    """The words, the lines of facts, and whether the words are marked as nobody's."""
    words: list[str] = []
    rest: list[str] = []
    drafted = dropped = False
    for line in lines:
        if line.strip() == DRAFT_MARK:
            drafted = dropped = True
        elif _FACTS.match(line) or _is_link_again(line, url):
            rest.append(line.strip())
            dropped = True
        elif not (dropped and not line.strip()):
            words.append(line)
            dropped = False
    return unwrapped("\n".join(_trimmed(words))), tuple(rest), drafted


def _is_link_again(line: str, url: str) -> bool:
    return bool(url) and line.lstrip().startswith("📎") and repeats_link(line, canonical(url))


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without blank lines at both ends."""
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _front_title(parts: Sequence[Segment]) -> str:
    """The title in the front matter, as Markdown."""
    front = joined([part for part in parts if part.section == FRONT]).removeprefix("\ufeff")
    yaml, _ = split_front_matter(front.split("\n"))
    title = (parse_front_matter(yaml) or {}).get("title") if yaml else None
    return escape_line(_SHOWN_TAG.sub("<", title)) if isinstance(title, str) else ""


def _plain(words: str) -> str:
    """Words without marks, to compare them."""
    return re.sub(r"[\\*_`\s]", "", words)


def _with_source(told: Item, by_title: dict[str, list[str]]) -> Item:
    """With the link of the source that has its title, else the last link in its words."""
    urls = by_title.get(_plain(told.title), [])
    if urls:
        return _linked(told, urls.pop(0))
    return told


def _linked(told: Item, url: str) -> Item:
    return Item(told.part, told.title, told.words, (url,), drafted=told.drafted, rest=told.rest)
