"""What an imported post says of each story: its paragraphs and pictures, in any of the templates that are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, TypeAlias

from exports.content.entry import UNLINKED
from exports.content.labels import any_of
from exports.content.wording import DATE_SIGN, LINK_SIGN
from exports.formats.archive import Archive, ArchiveItem, Remark
from exports.formats.daily import PUBLISHED
from exports.formats.segments import fingerprint, key_of_url
from exports.imports.families.ai_daily import parts
from exports.imports.sentences import addresses, own_link, pictures_in, without_html
from newsarchive.items.body import Image
from newsarchive.markdown.document import Document, Line, find_date, heading
from newsarchive.markdown.links import links_in
from newsarchive.parsing.urls import is_web_address

LineKind: TypeAlias = Literal["words", "picture", "day", "fact", "label"]
"""Of a line below a title: a fact is a link or the like, a label stands over the words in every post."""
_LINK_LINE = re.compile(
    rf"(?:>\s*|[-*]\s+)?(?:{LINK_SIGN}|{DATE_SIGN}|⏰)|{any_of(lambda it: it.also)}|\[{any_of(lambda it: it.original_article)}\]\("
)
_REPRINTS = re.compile(rf"(?:>\s*|[-*]\s+)?{any_of(lambda it: it.also)}")
_LEFT_OUT = re.compile(
    rf"#{{1,6}}\s.*内容概要\s*$|{any_of(lambda it: it.draft)}\s*$|相关链接：\s*$|<!--\s*more\s*-->\s*$"
)
_PICTURE = re.compile(r"!\[[^\]]*\]\(<?([^()\s<>]+)>?\)\s*$")
_PUBLISHED = re.compile(rf"(?:>\s*|[-*]\s+)?(?:{DATE_SIGN}|(?:\*\*)?{PUBLISHED})")
_TIME = re.compile(r"⏰\s*\*?\d{1,2}:\d{2}")
_LONGEST_FACT = 80
"""Characters of a line that says when a story was published, and nothing else."""
_RULE = re.compile(r"-{3,}\s*$")
_TAB = 4
"""Columns between the stops of tabs in Markdown."""
_TEMPLATE = re.compile(r"-{3,}$|<!--\s*more\s*-->$|\*✨.*\*$|\*\*[\d年月日/.-]+\*\*\s*·\s*共\s*\d+\s*[篇条]")


@dataclass(frozen=True, slots=True)
class EditionItem:
    """What an imported daily post says of a story below its heading."""

    words: str
    pictures: tuple[Image, ...]
    published: date | None


def items_of(archive: Archive, name: str) -> dict[str, EditionItem]:
    """The stories of a post, by key: words beside their titles, and pictures. Of several with one link the first stands."""
    found: dict[str, EditionItem] = {}
    for item, block in blocks_of(Document(archive.text, name), archive):
        if key := story_key(item):
            found.setdefault(key_of_url(key), _item(item, block))
    return found


def story_link(item: ArchiveItem) -> str | None:
    """The link of a story; where its paragraph has several, the one that it calls its source, else the first."""
    if item.title is None and len(item.urls or ()) > 1:
        return own_link(item.text or "")
    return item.url


def story_key(item: ArchiveItem) -> str | None:
    """What names a story: its link; a numbered one without a link its words. None for what is no story."""
    url = story_link(item)
    if url is not None:
        return url if is_web_address(url) else None
    words = item.title or item.text
    return f"{UNLINKED}{fingerprint(words)}" if words and item.n is not None else None


def outside_of_items(archive: Archive, name: str) -> list[Remark]:
    """The lines of a post that no story has and no template writes: a clean post, made of stories, leaves them out."""
    document = Document(archive.text, name)
    blocks = blocks_of(document, archive)
    inside = {line.number for _, block in blocks for line in block}
    inside |= {item.line for item in (*archive.items, *(item for item, _ in blocks))}
    known = {key_of_url(item.url) for item in archive.items if item.url}
    sources = {f"- {item.source}" for item in archive.items}
    runs: list[list[Line]] = []
    following = False
    for line in document.lines:
        words = line.text.strip()
        if not words:
            continue
        links = [key_of_url(link.url) for link in links_in(words)]
        of_contents = bool(links) and known.issuperset(links)
        of_template = _TEMPLATE.match(words) or heading(words) or words in sources or of_contents
        if line.number in inside or of_template:
            following = False
            continue
        runs += [] if following else [[]]
        runs[-1].append(line)
        following = True
    return [_outside(run) for run in runs]


def _outside(lines: Sequence[Line]) -> Remark:
    more = f" and all to line {lines[-1].number}" if len(lines) > 1 else ""
    words = lines[0].text.strip()[:40]
    return Remark(lines[0].number, f"outside of any story, in the strict profile only: {words}{more}", rank=2)


def blocks_of(document: Document, archive: Archive) -> list[tuple[ArchiveItem, list[Line]]]:
    """The stories with the lines below them."""
    items = archive.items
    if archive.family == "ai-daily":
        items = tuple(parts(document)) or items
    starts = [item.line for item in items]
    blocks = [_block(document.lines, item, starts) for item in items]
    ruled = len(blocks) == 1 or any(_ends_in_rule(block) for block in blocks[:-1])
    if blocks and ruled:
        blocks[-1] = _without_footer(blocks[-1])
    return list(zip(items, blocks, strict=True))


def _block(lines: Sequence[Line], item: ArchiveItem, starts: Sequence[int]) -> list[Line]:
    """The lines below an item: up to the next one, or a heading that is not below its own and has no rule after it.

    A rule ends an item of the template; what a model wrote into one, headings of the first level too, stands before it.
    """
    start = item.line
    if item.end is not None:
        return [line for line in lines if start < line.number <= item.end]
    first = next(place for place, line in enumerate(lines) if line.number == start)
    following = [number for number in starts if number > start]
    block = [line for line in lines[first + 1 :] if not following or line.number < following[0]]
    level = _level(lines[first])
    last_rule = max((n for n, line in enumerate(block) if _is_rule(line)), default=-1)
    end = next(
        (n for n, line in enumerate(block) if n > last_rule and 0 < _level(line) <= (level or 6)), len(block)
    )
    if not level:
        end = next((n for n, line in enumerate(block[:end]) if _PUBLISHED.search(line.text)), end - 1) + 1
    return block[:end]


def _level(line: Line) -> int:
    """The level of a heading, also of one in a list (`1. ### **title**`)."""
    found = None if line.is_code else heading(re.sub(r"^\d{1,3}\.\s+(?=#)", "", line.text))
    return found.level if found else 0


def _is_rule(line: Line) -> bool:
    return not line.is_code and bool(_RULE.match(line.text))


def _ends_in_rule(block: Sequence[Line]) -> bool:
    return any(_is_rule(line) for line in [it for it in block if it.text.strip()][-1:])


def _without_footer(block: list[Line]) -> list[Line]:
    rules = [n for n, line in enumerate(block) if _is_rule(line)]
    return block[: rules[-1]] if rules else block


def kinds_of(item: ArchiveItem, block: Sequence[Line]) -> Iterator[tuple[Line, LineKind]]:
    """What each line below a title is."""
    for line in block:
        text = line.text.strip()
        if line.number in item.facts:
            yield line, "fact"
        elif line.is_code:
            yield line, "words"
        elif len(text) <= _LONGEST_FACT and _PUBLISHED.match(text) and find_date(text):
            yield line, "day"
        elif _PICTURE.match(text):
            yield line, "picture"
        elif _LINK_LINE.match(text) and (_TIME.search(text) or _is_link(text, item)):
            yield line, "fact"
        else:
            yield line, "label" if _LEFT_OUT.match(text) else "words"


def _is_link(text: str, item: ArchiveItem) -> bool:
    """Whether a line that begins as one with the story's link does has it alone, or names reprints: other links are words."""
    found = addresses(text)
    own = key_of_url(story_link(item) or "")
    return bool(_REPRINTS.match(text)) or (bool(found) and all(key_of_url(it) == own for it in found))


def _item(item: ArchiveItem, block: list[Line]) -> EditionItem:
    if item.title is None:
        lines = [item.text or "", *(line.text for line in block)]
        shown = dict.fromkeys(it.url for line in lines for it in pictures_in(line))
        return EditionItem(item.words, tuple(Image(url) for url in shown if is_web_address(url)), None)
    words: list[str] = []
    pictures: list[Image] = []
    published = find_date(item.published or "")
    if _ends_in_rule(block):
        block = _without_footer(block)
    in_html = False
    for line, kind in kinds_of(item, block):
        in_html = bool(line.text.strip()) and (in_html or line.text.lstrip().startswith("<"))
        if kind == "day":
            published = find_date(line.text)
        elif kind == "picture" and not any(words) and not item.words:
            pictures.append(Image(_PICTURE.match(line.text.strip())[1]))  # type: ignore[index]
        elif kind in {"picture", "words"}:
            text = line.text.strip() if in_html else line.text
            words += [line.text] if line.is_code else without_html([text])
    told = "\n".join(_outdented("\n".join(words).split("\n"))).strip("\n")
    return EditionItem("\n\n".join(filter(None, (item.words, told))), tuple(pictures), published)


def _outdented(lines: Sequence[str]) -> Iterator[str]:
    """Lines without the indent that their paragraphs have below a row; lines that only go on may have none there."""
    begins = [line for before, line in pairwise(["", *lines]) if line.strip() and not before.strip()]
    most = min(map(_indent, begins), default=0)
    for line in lines:
        width = place = 0
        while width < most and line[place : place + 1] in {" ", "\t"}:
            width += _TAB - width % _TAB if line[place] == "\t" else 1
            place += 1
        yield line[place:] if line.strip() else ""


def _indent(line: str) -> int:
    wide = line.expandtabs(_TAB)
    return len(wide) - len(wide.lstrip(" "))
