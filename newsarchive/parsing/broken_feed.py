"""A feed whose XML is broken, cut into its entries, so that a mistake costs what it stands in and nothing else.

Entries that are well-formed are parsed as they stand, as in an intact feed. Of one that is not, the fields are found by their
tags, and the markup in a broken field is taken for text, as if it had been escaped. libxml2's own recovery is not used: it
drops every `&amp;`, `&lt;` and `&gt;` from the first mistake to the end of the feed (known to nokogiri as issue 2267).
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from html.entities import html5
from typing import NamedTuple

from lxml import etree

from newsarchive.parsing.html_tree import Element
from newsarchive.parsing.text import decode_entities

_NAME = r"[A-Za-z_][\w.-]*+"
_CUTS = {
    name: re.compile(
        rf"(?P<cdata><!\[CDATA\[)|(?P<comment><!--)|(?P<start><(?:{_NAME}:)?{name}(?=[\s/>])[^<>]*>)|(?P<end></(?:{_NAME}:)?{name}\s*>)"
    )
    for name in ("item", "entry")
}
_BOUNDS = {name: re.compile(rf"</?(?:{_NAME}:)?{name}[\s/>]") for name in _CUTS}
_FEED_START = re.compile(r"<(rss|feed|(?:rdf:)?RDF|channel)(?=[\s>])[^<>]*")
_FEED_END = re.compile(r"</(?:channel|feed|rss|(?:rdf:)?RDF)\s*>\s*(?:</[^<>]*>\s*)?\Z")
_END_OF_FEED = re.compile(r"</(?:\w+:)?(?:channel|feed|rss|RDF)\b")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*(?:\[[^\]]{0,2000}\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(rf"&({_NAME});")
_INSTRUCTION = re.compile(r"<\?[^<>]{0,200}\?>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_XMLNS = re.compile(r"""\sxmlns(?::([\w.-]+))?\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_PREFIX = re.compile(rf"[</\s]({_NAME}):{_NAME}(?=[\s/>=])")
_FIELD = re.compile(
    rf"<(?P<tag>(?:{_NAME}:)?(?P<name>title|link|guid|id|pubDate|published|updated|date|author|creator|source|category|"
    r"description|summary|content|encoded))(?=[\s/>])(?P<given>[^<>]*?)(?P<empty>/?)>"
)
_GIVEN = re.compile(rf"""({_NAME})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TITLE = re.compile(rf"<(?:{_NAME}:)?title(?=[\s/>])")
_LINK = re.compile(rf"<(?:{_NAME}:)?(?:link|guid|id)(?=[\s/>])")
_MARKUP = frozenset({"description", "summary", "content", "encoded"})
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")

_REFERENCE = re.compile(
    r"&(?:#(?P<number>\d{1,10}|[xX][0-9a-fA-F]{1,8});|(?P<named>[A-Za-z][A-Za-z0-9]{1,31};)|)"
)
_NO_TAG = re.compile(rf"<(?!/?{_NAME}(?::{_NAME})?(?:\s[^<>]*|/)?>)")
_VOID = re.compile(r"<((?:br|hr|img|wbr|BR|HR|IMG)\b(?:[^<>]*[^<>/])?)>(?!\s*</)")
_PREDEFINED = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


Parse = Callable[[str], Element | None]


class TakenApart(NamedTuple):
    """A broken feed: the children of its head that are well-formed or can be mended, and those of its entries, in their order.

    `cut` says that it ends before its end.
    """

    head: Iterable[Element]
    entries: Sequence[Iterable[Element]]
    cut: bool = False


class _Span(NamedTuple):
    """Where an entry is, and the tags that it lacks."""

    start: int
    end: int
    opening: str = ""
    closing: str = ""


def take_apart(text: str, parse: Parse) -> TakenApart | None:
    """The parts of a feed that is not well-formed; `parse` gives the root of a text, or None where it is not well-formed.

    None where the text is no feed, or ends before its first entry does. An entry that the end of the text cuts is left out,
    as half an entry would pass for a whole one.
    """
    head = _FEED_START.search(text)
    declares = head is not None and text.find("<!ENTITY", 0, head.start()) >= 0
    text = _INSTRUCTION.sub("", text[head.start() :] if head else text)
    name = max(_BOUNDS, key=lambda it: len(_BOUNDS[it].findall(text)))
    spans = _spans(text, name)
    if not spans and not (head and _FEED_END.search(text)):
        return None
    entities = sorted({it for it in _ENTITY.findall(text) if f"{it};" not in _PREDEFINED} if declares else ())
    within = _Within(text[: spans[0].start] if spans else text, entities[:_MOST_ENTITIES], parse)
    entries = [within.entry(it.opening + text[it.start : it.end] + it.closing) for it in spans]
    starts, ends = [0, *(it.end for it in spans)], [*(it.start for it in spans), len(text)]
    rest = "".join(text[start:end] for start, end in zip(starts, ends, strict=True))
    root = parse(rest)
    if root is None:
        root = parse(mended(rest))
    cut = _is_cut(text[spans[-1].end if spans else 0 :], name)
    return TakenApart(within.fields(rest) if root is None else head_of(root), entries, cut)


def _is_cut(rest: str, name: str) -> bool:
    """Whether a feed has no end, by what follows its last whole entry: nothing, or a piece of another one."""
    if _END_OF_FEED.search(rest):
        return False
    return _BOUNDS[name].search(rest) is not None or ">" not in rest


def head_of(root: Element) -> Element:
    """The element that has the feed's title and links."""
    names = {"channel", "feed"}
    return next(
        (it for it in root.iter() if isinstance(it.tag, str) and it.tag.rpartition("}")[2] in names), root
    )


def _spans(text: str, name: str) -> list[_Span]:
    """Where the entries are, in their order."""
    spans: list[_Span] = []
    opened: re.Match[str] | None = None
    starts_of_feed = _Places(_FEED_START, text)
    first_title = _TITLE.search(text)
    since = 0

    def is_entry(start: int, end: int) -> bool:
        """Whether what has no end tag is an entry; in the head of the feed, a start tag is a mistake."""
        in_head = (
            first_title is None or start < first_title.start() or (starts_of_feed.after(start) or end) < end
        )
        return not in_head and _is_whole(text, start, end)

    marks = list(_marks(text, name))
    for place, mark in enumerate(marks):
        if mark["end"]:
            if opened:
                spans.append(_Span(opened.start(), mark.end()))
            elif (start := _start_of(text, spans, since, mark.start())) is not None:
                spans.append(_Span(start, mark.end(), opening=mark[0].replace("</", "<")))
            opened = None
        elif mark[0].endswith("/>"):
            if opened is None:
                spans.append(_Span(mark.start(), mark.end()))
        elif opened is None or not is_entry(opened.end(), mark.start()):
            opened = mark
        else:  # the end tag before it is broken, or this is no start of an entry
            following = marks[place + 1].start() if place + 1 < len(marks) else len(text)
            if _is_whole(text, mark.end(), following):
                spans.append(_Span(opened.start(), mark.start(), closing=_end_tag(opened[0])))
                opened = mark
        since = mark.end()
    if opened and (end := _FEED_END.search(text, since)) and is_entry(opened.end(), end.start()):
        spans.append(_Span(opened.start(), end.start(), closing=_end_tag(opened[0])))
    return spans


def _start_of(text: str, spans: list[_Span], since: int, end: int) -> int | None:
    """Where an entry begins whose start tag is broken; None where there is none between the last tag and `end`."""
    if not _is_whole(text, since, end):
        return None
    if spans:
        if not _FIELD.search(text, *spans[-1][:2]):  # two end tags: the first one was the mistake
            spans.pop()
        return since
    titles, links = ([it.start() for it in pattern.finditer(text, since, end)] for pattern in (_TITLE, _LINK))
    return min(titles[-1], links[-1]) if len(titles) > 1 else None  # the first title is the feed's


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a part of a feed can be an entry of its own."""
    return _TITLE.search(text, start, end) is not None and _LINK.search(text, start, end) is not None


def _end_tag(start_tag: str) -> str:
    return f"</{start_tag[1:-1].split(maxsplit=1)[0]}>"


def _marks(text: str, name: str) -> Iterator[re.Match[str]]:
    """The tags of entries, outside of CDATA sections and comments."""
    bounds = _Places(_BOUNDS[name], text)
    openings, closings = _Places(re.compile(r"<!\[CDATA\["), text), _Places(re.compile("]]>"), text)
    comments, comment_ends = _Places(re.compile("<!--"), text), _Places(re.compile("-->"), text)
    place = 0
    while mark := _CUTS[name].search(text, place):
        place = mark.end()
        if mark["cdata"]:
            close = closings.after(place)
            bound = bounds.after(place)
            # What ends only behind an entry's bound and the next opening was never closed.
            if close is not None and not (bound is not None and (openings.after(bound) or close) < close):
                place = close + 3
        elif mark["comment"]:
            close = comment_ends.after(place)
            if close is not None and not (comments.after(place) or close) < close:  # no comment holds another
                place = close + 3
        else:
            yield mark


class _Places:
    """Where something stands in a text."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self._places = [found.start() for found in pattern.finditer(text)]

    def after(self, place: int) -> int | None:
        """The next place."""
        index = bisect_left(self._places, place)
        return self._places[index] if index < len(self._places) else None


def without_forbidden(text: str) -> str:
    """A text without the characters that XML forbids, which change nothing of what stands around them."""
    return _FORBIDDEN.sub("", text)


def mended(text: str) -> str:
    """A text of XML whose small mistakes are put right where they stand; CDATA sections and comments stay as they are.

    A bare `&` and a bare `<` are characters, so are HTML's own entities; references to characters that XML forbids are dropped, and
    declarations in the middle; `<br>` and its like are closed.
    """
    pieces = _in_pieces(text)
    pieces[::2] = [_mended(piece) for piece in pieces[::2]]
    return "".join(pieces)


def _in_pieces(text: str) -> list[str]:
    """A text cut so that every second piece is a CDATA section or a comment."""
    pieces: list[str] = []
    place = done = 0
    closings = {_CDATA: "]]>", _COMMENT: "-->"}
    while opening := _OPENING.search(text, place):
        place = opening.end()
        closing = closings.get(opening[0])
        end = text.find(closing, place) if closing else -1
        if end < 0:
            closings.pop(opening[0], None)  # nor will another one be closed
        elif opening[0] == _CDATA or text.find(_COMMENT, place, end) < 0:
            place = end + 3
            pieces += [text[done : opening.start()], text[opening.start() : place]]
            done = place
    return [*pieces, text[done:]]


def _mended(text: str) -> str:
    text = _REFERENCE.sub(_resolved, _INSTRUCTION.sub("", _DOCTYPE.sub("", text)))
    text = _NO_TAG.sub("&lt;", text.replace("<!--", ""))
    return _VOID.sub(r"<\1/>", text).replace("]]>", "]]&gt;")


def _resolved(reference: re.Match[str]) -> str:
    if number := reference["number"]:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        return "" if code > _LAST_CHARACTER or not code or _FORBIDDEN.match(chr(code)) else reference[0]
    if (name := reference["named"]) in _PREDEFINED:
        return reference[0]
    if name and name in html5:
        return "".join(f"&#{ord(char)};" for char in html5[name])
    return f"&amp;{name or ''}"


_LAST_CHARACTER = 0x10FFFF
_CDATA, _COMMENT = "<![CDATA[", "<!--"
_OPENING = re.compile(r"<!\[CDATA\[|<!--")
_END_TAG = re.compile(rf"</({_NAME}(?::{_NAME})?)\s*>")
_MOST_SECTIONS = 100
_MOST_ENTITIES = 200
_MOST_FIELDS = 200
_LONGEST_TAG = 300
_TAG_AT_END = re.compile(rf"<({_NAME}(?::{_NAME})?)(?:\s[^<>]*)?>\s*\Z")


class _Within:
    """What the entries of a feed stand in: the elements around them, for the sake of their namespaces, and its own entities."""

    def __init__(self, head: str, entities: list[str], parse: Parse) -> None:
        self._parse = parse
        starts = [
            it for it in _FEED_START.finditer(head) if it[1] in {"rss", "feed"} or it[1].endswith("RDF")
        ][:1]
        if starts and starts[0][1] == "rss":
            starts += [it for it in _FEED_START.finditer(head) if it[1] == "channel"][:1]
        around = [
            (
                it[1].rpartition(":")[2],
                "".join(one[0] for one in _XMLNS.finditer(it[0]) if parse(f"<feed{one[0]}/>") is not None),
            )
            for it in starts
        ]
        self._depth = len(around)
        self._before = "".join(f"<{tag}{declared}>" for tag, declared in around)
        self._behind = "".join(f"</{tag}>" for tag, _ in reversed(around))
        self._declared = {*_XMLNS.findall(self._before), "xml", "xmlns"}
        if entities:  # they are never resolved, so their names will do
            names = "".join(f'<!ENTITY {name} "">' for name in entities)
            self._before = f"<!DOCTYPE rss [{names}]>{self._before}"

    def entry(self, text: str) -> list[Element]:
        """The children of an entry: as it stands if it is well-formed, else mended, else its fields one by one.

        They stay in the documents that they were parsed in: libxml2 crashes on an entity whose document is gone.
        """
        if (element := self._element(text)) is not None:
            return list(element)
        closed = _with_closed_sections(text)
        for one in (text, closed):
            if (element := self._element(mended(one))) is not None:
                return list(element)
        return self.fields(closed)

    def fields(self, text: str) -> list[Element]:
        """The fields that stand in a text, each up to its end tag, or else to the next field."""
        found: list[Element] = []
        pieces = _in_pieces(text)
        pieces[1::2] = [" " * len(piece) for piece in pieces[1::2]]
        outside = "".join(pieces)
        ends: dict[str, list[re.Match[str]]] = {}
        for end_tag in _END_TAG.finditer(outside):
            ends.setdefault(end_tag[1], []).append(end_tag)
        place = 0
        while len(found) < _MOST_FIELDS and (field := _FIELD.search(outside, place)):
            place = end = field.end()
            if not field["empty"]:
                behind = ends.get(field["tag"], [])
                close = next(iter(behind[bisect_left(behind, place, key=lambda it: it.start()) :][:1]), None)
                following = None if close else _FIELD.search(outside, place)
                end = close.start() if close else following.start() if following else len(text)
                place = close.end() if close else end
            found.append(self._field(field, text[field.end() : end]))
        return found

    def _field(self, field: re.Match[str], inside: str) -> Element:
        start, end = f"<{field['tag']}{field['given']}>", f"</{field['tag']}>"
        for one in (inside, mended(inside)):
            if (element := self._element(f"{start}{one}{end}")) is not None:
                return element
        element = etree.Element(field["name"])
        for name, double, single in _GIVEN.findall(field["given"]):
            element.set(name.rpartition(":")[2], html.unescape(double or single))
        element.text = _as_text(inside, is_markup=field["name"] in _MARKUP)
        return element

    def _element(self, text: str) -> Element | None:
        """The one element that a text consists of; None where it is broken."""
        root = self._parse(f"{self._before}{text}{self._behind}")
        depth = self._depth
        if root is None and (unknown := {it for it in _PREFIX.findall(text) if it not in self._declared}):
            declared = "".join(f' xmlns:{prefix}="{prefix}"' for prefix in sorted(unknown))
            root = self._parse(f"{self._before}<entries{declared}>{text}</entries>{self._behind}")
            depth += 1
        for _ in range(depth):
            root = root[0] if root is not None and len(root) == 1 else None
        return root


def _with_closed_sections(text: str) -> str:
    """A text in which CDATA sections that were left open end with the element that they stand in."""
    place = 0
    for _ in range(_MOST_SECTIONS):
        start = text.find(_CDATA, place)
        if start < 0:
            break
        place = start + len(_CDATA)
        close, following = text.find("]]>", place), text.find(_CDATA, place)
        if close < 0 or 0 <= following < close:
            before = _TAG_AT_END.search(text, max(start - _LONGEST_TAG, 0), start)
            end = text.find(f"</{before[1]}" if before else "</", place)
            end = len(text) if end < 0 else end
            text = f"{text[:end]}]]>{text[end:]}"
            close = end
        place = close + 3
    return text


def _as_text(inside: str, *, is_markup: bool) -> str:
    """What stands in a broken field as text: in a field of markup its tags too, with their references where it was not escaped."""
    pieces = _in_pieces(inside)
    escaped = any("&lt;" in piece for piece in pieces[::2])
    for place, piece in enumerate(pieces):
        if place % 2:
            pieces[place] = piece[len(_CDATA) : -3] if piece.startswith(_CDATA) else ""
            continue
        text = piece.replace("]]>", "").replace(_CDATA, "").replace("<!--", "")
        if not is_markup:
            text = _TAG.sub("", text)
        raw = is_markup and not escaped and _TAG.search(text)
        pieces[place] = text if raw else decode_entities(_REFERENCE.sub(_resolved, text))
    return _FORBIDDEN.sub("", "".join(pieces))
