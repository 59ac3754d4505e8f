"""The form of an archive as an example says it: an item written as they are there, with names in braces for its words.

docs/formats.md has the names. Each paragraph that has a title, a link or words is one way in which an item begins; what
is one way in one form is not another form. A paragraph with a link alone is where the link of a title above stands; any
other paragraph is a line that says something else than the story's words. Below a line of hyphens stands an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exports.imports.sentences import LABEL, is_label, with_scheme, without_pictures
from newsarchive.errors import BadValueError
from newsarchive.markdown.document import find_date, heading
from newsarchive.parsing.urls import is_web_address
from newsarchive.sites.shared.links_in_text import SITE_HOSTS

_SCHEME = rf"(?:https?://|(?<![a-zA-Z0-9.@/_-])(?={SITE_HOSTS}/\w))"
"""Addresses of the archive's sites are known without it, as people copy them."""
_URL = rf"{_SCHEME}[^\s<>\"'|]+"
_IN_BRACKETS = rf"<?(?P<link>{_SCHEME}[^()\s<>]*+(?:\([^()\s<>]*+\)[^()\s<>]*+)*+)>?(?:\s++\"[^\"]*+\")?\s*+"
_NO_TAG = r"(?:[^\[\]<>]|<(?![a-zA-Z/!])|(?<=[-=\s])>)"
"""A character of a title: `<-` and `->` are words, a tag is none."""
_WORDS_OF_LINK = r"(?:[^\[\]]++|\[[^\[\]]*+\])++"
_TITLE = rf"(?P<title>{_NO_TAG}(?<!\s)(?:{_NO_TAG}{{0,300}}?(?<!\s))?)"
_PLACES = {
    "title": _TITLE,
    "headline": rf"(?=.{{16}}){_TITLE}",
    "words": r"(?P<words>.{0,4000}?)",
    "link": rf"<?(?P<link>{_URL})>?",
    "label": rf"[\"'“‘]?(?:[^\w\s\[\]()<>*#!`\"'，。：；|\\-]{{1,4}}\s?)?(?:{LABEL})[\"'”’]?\s?[»→↗]?",
    "n": r"(?P<n>\d{1,4})",
    "sign": r"(?:[①-⑳❶-❿]\s{0,2}|\d\ufe0f?\u20e3\s{0,2})?(?:[^\w\s\[\]()<>*#!`~\"'，。：；|（【《「『“‘\\-]{1,8}\s{0,2}){0,4}",
    "tag": r"(?P<tag>[^\[\]<>*]{1,30}?)",
    "field": r"[^\W_]{2,8}",
    "source": r"(?P<source>[^\[\]<>]{1,120}?)",
    "day": r"(?P<day>[^()（）\[\]]{4,40}?)",
    "date": r"(?P<tag>\d{4}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月)?|\d{1,2}[./月]\d{1,2}日?)",
    "rest": r".{0,4000}?",
    "text": r"(?P<text>.{0,4000}?)",
    "cells": r"(?P<cells>[^\n]{0,4000}?)",
    "cell": r"(?P<title>(?:[^\[\]<>|\\]|\\.){1,300}+)",
    "column": r"(?P<source>[^\[\]<>|]{1,60}+)",
    "host": r"(?:[a-z0-9-]{1,40}\.){1,3}[a-z]{2,12}",
    "note": r"(?P<note>[(（][^()（）\[\]]{1,200}[)）])",
    "links": (
        r"(?P<links>(?:[\s·/、,，;；|｜]{0,4}"
        r"(?:\[?\[(?:[^\[\]]++|\[[^\[\]]*+\])++\]\([^()\s]++\)\]?|[(（][^()（）\[\]]{1,40}+[)）])){0,30})"
    ),
}
_TOKEN = re.compile(
    r"(?P<linked>\[\{(?P<text>title|words|label|source|rest|text)\}\]\(\{link\}\))"
    r"|(?P<place>\{(?P<name>\w+)\})"
    r"|(?P<anchor><a href=\"\{link\}\">)"
    r"|(?P<tag><(?P<element>/?[a-z][a-z0-9]*)(?P<attributes>(?: [a-z-]+=\"[^\"]*\")*)>)"
    r"|(?P<blank>\s+)|(?P<other>.)"
)
_WIDE = {
    "(": "[(（]",
    "（": r"[(（\[【]",
    ")": "[)）]",
    "）": r"[)）\]】]",
    ":": r"(?:\s?[:：]|(?<=[*)])\s{0,2}[-–—]{1,2}|(?<=[。！？!?…]\*\*)\s?)",
    ",": "[,，]",
    "[": r"[\[【]",
    "]": r"[\]】]",
    "-": "[-–—]{1,2}",
    ";": "[;；]",
    "|": "[|｜]",
}
"""Signs of an example that stand for other forms of the same, too; a dash behind bold words or a link is as good as a colon, and bold words that end in a stop need none."""
_LEVEL = re.compile(r"#{2,4} ")
_BULLET = re.compile(r"[-*+] ")
_ALL_BOLD = re.compile(r"\A\*\*([^*]++)\*\*\Z")
_PLACE_OF_HEADING = re.compile(r"\{#[\w.:-]+\}")
_BOLD = re.compile(r"\*\*([^*]++)\*\*( ?)")
_OF_WORDS = {"words", "text"}
_STOP = r"(?<=[。！？?…；;”」』）)])\s{0,4}"
"""A full stop behind words is the last sign of them, or another such sign is."""
_POINTS_UP = re.compile(r"\s*[🔗📎👉🔖]\ufe0f?\s*\[")
"""Begins a line with the link of what stands above it."""
_A_DAY = re.compile(r"[\d\W年月日周星期一二三四五六天]+")
"""A title that says a day and nothing else."""
_TIME = re.compile(r"(?:\d{1,3}[.、]\s?)?\d{1,2}:\d{2}\s?(?:$|[·|｜–—-])")
"""Begins a heading over what came at that time."""
_TITLE_FIRST = re.compile(r"\[([^\[\]]+)\]\([^()\s]+\)\s?(?:[:：]|[-–—]{1,2}\s)")
"""Begins words with a link that is a title: the words are told behind it."""
_ENDS_IN_SOURCE = re.compile(r"[|｜。！？…）)]\s*\[[^\[\]]+\]\([^()\s]+\)[\s|｜·/、]*$")
"""Ends words with a link behind their last stop: of several sources that follow each other the first is the story's own."""
_FIELD = re.compile(r"(?:\*\*)?([^:：*\[]{1,16})(?:\*\*)?\s?[:：](?:\*\*)?\s?\[")
_SHORT_DAY = re.compile(r"\d{1,2}[/.月-]\d{1,2}(?!\d)")
_MEASURE = r"\s?[亿万千百倍元吨%％]"
_BEHIND_NUMBER = (
    rf"(?:(?:\.\d{{1,2}}){{1,2}}(?=\s)(?!{_MEASURE})|\s?\\?[.、．)）｜|·](?!\d{{1,3}}{_MEASURE}))\s{{0,4}}"
)
"""What stands between a number and its title, also the rest of 2.1; 2.5亿 is a title's own number."""
_NAME_OF_FIELD = re.compile(r"[^*]\*\*\s?[:：]")
"""Bold words with a colon behind them, in what was taken for one title."""
_LINES_OF_FIELDS = 2
"""Lines of a title and a field at once below it."""
_LONGEST = 6000
"""Characters of a line in which an item is looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the beginning of an item says, and how many lines it has; `line` is the item as one line of words."""

    title: str
    link: str
    words: str
    line: str
    lines: int
    n: int | None = None
    tag: str = ""
    source: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an archive: how its items begin, and which lines below them are no words of the story."""

    name: str
    openings: tuple[tuple[re.Pattern[str], ...], ...]
    links: tuple[re.Pattern[str], ...]
    facts: tuple[re.Pattern[str], ...]
    example: str = ""
    source: str = ""

    @classmethod
    def parse(cls, text: str, name: str) -> Form:
        """The form that an example file says. Raises BadValueError where it names no item."""
        source = text.removeprefix("\ufeff").replace("\r\n", "\n")
        pattern, _, example = source.partition("\n---\n")
        openings: list[tuple[re.Pattern[str], ...]] = []
        links: list[re.Pattern[str]] = []
        facts: list[re.Pattern[str]] = []
        for paragraph in re.split(r"\n\s*\n", pattern.strip("\n")):
            lines = [line for line in paragraph.split("\n") if line.strip() and not line.startswith("//")]
            if not lines:
                continue
            compiled = tuple(_pattern(line, name) for line in lines)
            if any(it in paragraph for it in ("{title}", "{headline}", "{cell}", "{words}")):
                openings.append(compiled)
            elif "{link}" in paragraph:
                links += compiled
            else:
                facts += compiled
        if not openings or not (links or any("{link}" in line for line in pattern.split("\n"))):
            raise BadValueError(
                f"{name} is no example of an archive's form: it needs an item with {{title}} or {{words}}, and {{link}};"
                " docs/formats.md shows one"
            )
        return cls(name, tuple(openings), tuple(links), tuple(facts), example, source)

    def opening(self, lines: Sequence[str], place: int) -> Found | None:
        """The item that begins at a line. What is but a label (原文, Read more) is no title, no words and no tag, nor is what 🔗 stands before."""
        if not lines[place].strip() or len(lines[place]) > _LONGEST or _POINTS_UP.match(lines[place]):
            return None
        in_table = lines[place].lstrip().startswith("|")
        matches = (_match(it, lines, place) for it in self.openings)
        said = (found for found in matches if found and says_something(found))
        return next((found for found in said if not in_table or _is_title_cell(found, lines, place)), None)

    def link_of(self, line: str) -> tuple[str, bool, str]:
        """The link of a line that has the link of the title above, whether the line says more, and the source that it names."""
        match = _first(self.links, line)
        if match is None:
            return "", False, ""
        said = match.groupdict()
        says_more = bool(said.get("text") or said.get("links"))
        return with_scheme(match["link"]), says_more, (said.get("source") or "").strip()

    def fact(self, line: str) -> dict[str, str] | None:
        """What a line says beside the story's words: source, day; None for a line of words."""
        match = _first(self.facts, line)
        return match.groupdict() if match else None


def _is_title_cell(found: Found, lines: Sequence[str], place: int) -> bool:
    """Whether a title is no source's name: that stands in a column which is headed so."""
    linked = f"[{found.title}]("
    before = lines[place].partition(linked if linked in lines[place] else found.title)
    rule = next((n for n in range(place - 1, 0, -1) if _TABLE_RULE.fullmatch(lines[n].strip())), 0)
    column = len(_CELLS.findall(before[0])) if before[1] and rule else 0
    heads = _CELLS.split(lines[rule - 1].strip()) if column else []
    return not _OF_SOURCES.fullmatch("".join(heads[column : column + 1]))


def _first(patterns: Sequence[re.Pattern[str]], line: str) -> re.Match[str] | None:
    text = _trimmed(line.strip())
    return next((match for it in patterns if len(text) <= _LONGEST and (match := it.fullmatch(text))), None)


def says_something(found: Found) -> bool:
    """Whether what was found names a story: a day, a time or a label does not."""
    is_day = _A_DAY.fullmatch(found.title) and (find_date(found.title) or _SHORT_DAY.match(found.title))
    is_time = not found.link and _TIME.match(found.title)
    labels = (found.title or found.words, found.tag, found.source)
    has_words = re.search(r"\w", without_pictures(labels[0]))
    if not found.title and _is_told_elsewhere(found.words):
        return False
    if not found.link and _NAME_OF_FIELD.search(found.title):
        return False
    if not found.link and found.lines > _LINES_OF_FIELDS and is_web_address(found.source):
        return False  # a paragraph with the link of a story whose words end in a list
    return bool(has_words) and not (is_day or is_time or any(map(is_label, labels)))


def _is_told_elsewhere(words: str) -> bool:
    """Whether words without a title begin with one that is a link, or are a field of a story: `来源：[…](…)`."""
    title, field = _TITLE_FIRST.match(words), _FIELD.match(words)
    return bool((title and not is_label(title[1])) or (field and is_label(field[1])))


def _match(patterns: Sequence[re.Pattern[str]], lines: Sequence[str], place: int) -> Found | None:
    """What an item says whose first line stands at `place`; its other lines may be paragraphs of their own."""
    said: dict[str, str] = {}
    if heading(lines[place]) and not patterns[0].pattern.startswith("#"):
        return None
    end = place
    for step, pattern in enumerate(patterns):
        end += step > 0 and end + 1 < len(lines) and not lines[end].strip()
        line = lines[end] if end < len(lines) else ""
        end += 1
        match = pattern.fullmatch(_trimmed(line.lstrip() if step else line))
        if match is None:
            return None
        said |= {name: value for name, value in match.groupdict().items() if value is not None}
    said["title"] = _ALL_BOLD.sub(r"\1", said.get("title", "").strip())
    more = f" {links}" if (links := said.get("links", "").strip(_BETWEEN)) else ""
    if cells := _CELLS.sub(" · ", said.get("cells", "").strip(" |")):
        said["words"] = cells
    first = patterns[0].fullmatch(_trimmed(lines[place]))
    assert first is not None  # noqa: S101 - for the type checker; matched above
    behind = first.re.groupindex.keys() >= {"words", "link"} and first.start("words") < first.start("link")
    if behind and _ENDS_IN_SOURCE.search(first["words"]):
        return None
    return Found(
        title=said.get("title", "").strip() + said.get("note", ""),
        link=with_scheme(said.get("link", "")),
        words=said.get("words", "").strip().lstrip("：:，,|").strip() + more,
        line=_line(first, said) + more,
        lines=end - place,
        n=int(said["n"]) if "n" in said else None,
        tag=said.get("tag", "").strip(),
        source=said.get("source", "").strip(),
        day=said.get("day", "").strip(),
    )


def without_place(line: str) -> str:
    """A heading without the mark of its place: `## title {#news-1}`."""
    mark = line.rfind("{#") if line[:1] == "#" and line[-1:] == "}" else 0
    return line[:mark].rstrip() if mark > 0 and _PLACE_OF_HEADING.fullmatch(line, mark) else line


def _trimmed(line: str) -> str:
    """Without blanks at the end and one at the beginning that is no indent; a colon in bold type stands behind it."""
    line = _BOLD.sub(_with_colon_behind, without_place(line.rstrip()))
    return line[1:] if line[:1] == " " and line[1:2] != " " else line


def _with_colon_behind(match: re.Match[str]) -> str:
    words = match[1].rstrip()
    if words[-1:] == "：":
        return f"**{words[:-1]}**："
    return f"**{words[:-1]}**:{match[2]}" if words[-1:] == ":" else match[0]


_TABLE_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_BETWEEN = " \t·/、,，;；|｜"
"""What stands between links that follow each other."""
_OF_SOURCES = re.compile(
    r"(?!.*(?:标题|题目|名称|title)).{0,12}(?:来源|媒体|出处|信源|链接|原文|网址|地址|入口|sources?|links?|urls?)\W{0,4}",
    re.IGNORECASE,
)
"""The head of a column of sources or links."""
_CELLS = re.compile(r"\s*(?<!\\)\|\s*")
"""Between the cells of a table's row."""
_JOINT = re.compile(r"[*_\s)）>]*([：:，,。.；;—–-]{0,2})[\s*_]*$")


def _line(match: re.Match[str], said: dict[str, str]) -> str:
    """Title and words as they follow each other in the file, with what stands between."""
    names = match.groupdict()
    title, words = said.get("title", "").strip() + said.get("note", ""), said.get("words", "").strip()
    words = words.lstrip("：:").strip()
    if not title or not words:
        return title or words
    if not (names.get("title") and names.get("words")) or match.start("words") < match.end("title"):
        return f"{title}：{words}"
    between = match.string[match.end("title") : match.start("words")]
    found = _JOINT.search(between)
    joint = found[1] if found else ""
    if between.endswith(") "):
        return f"{title} {words}"
    wide = "：" if joint in {"", ":", "：", "-", "–", "—", "——", "--"} else joint
    return f"{title}{'' if title[-1] in '。！？!?' or words[0] in '（(，,。；;、' else wide}{words}"


def _pattern(line: str, name: str) -> re.Pattern[str]:
    """A line of an example as a pattern; it stays linear: what repeats is bounded, and nothing that repeats is repeated."""
    return re.compile("".join(_pieces(line.strip(), name)))


def _pieces(line: str, name: str) -> Iterator[str]:
    if match := _LEVEL.match(line):
        yield r"#{2,4}[ \t]+"
        line = line[match.end() :]
    elif match := _BULLET.match(line):
        number = "" if "{n}" in line else rf"|{_PLACES['n']}{_BEHIND_NUMBER}"
        yield rf"[ ]{{0,3}}(?:[-*+•●][ \t]+(?:\[[ xX]\][ \t]+)?{number})"
        line = line[match.end() :]
    after_number = after_words = False
    for token in _TOKEN.finditer(line):
        if token["linked"]:
            yield rf"\[{_words_of_link(token['text'])}\]\(\s*+{_IN_BRACKETS}\)"
        elif token["place"]:
            if token["name"] not in _PLACES:
                raise BadValueError(f"{name} names {token['place']}; known are {', '.join(_PLACES)}")
            yield _PLACES[token["name"]]
        elif token["anchor"]:
            yield r"<a\s[^<>]{0,200}?href\s*=\s*[\"'](?P<link>https?://[^\"'<>\s]+)[\"'][^<>]{0,200}>"
        elif token["tag"]:
            attributes = "".join(rf"[^<>]{{0,200}}?{re.escape(it)}" for it in token["attributes"].split())
            yield rf"<{token['element']}{attributes}(?:\s[^<>]{{0,200}})?/?>\s*"
        elif token["blank"]:
            yield r"\s{0,4}"
        elif after_number and token["other"] in ".、":
            yield _BEHIND_NUMBER
        elif after_words and token["other"] == "。":
            yield _STOP
        else:
            other = token["other"]
            yield _WIDE.get(other) or re.escape(other)
        after_number, after_words = token["name"] == "n", token["name"] in _OF_WORDS


def _words_of_link(name: str) -> str:
    if name == "label":
        return _PLACES[name]
    return _WORDS_OF_LINK if name == "rest" else rf"(?P<{name}>{_WORDS_OF_LINK})"
