"""Finding things in a page of mp.weixin.qq.com without reading all of it.

Pages are 2 to 4 MB, nearly all of it script. Elements are looked for in the markup and values in the scripts
(`weixin_scripts`), with `bytes.find`, and only the slice that is needed is decoded or parsed; no regular expression runs
over a whole page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Any

from lxml import etree

from newsarchive.parsing.html_tree import PARSER, Element
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.js_literal import JsLiteralError, Shape, Value, parse_at, parse_object
from newsarchive.parsing.text import decode_entities
from newsarchive.sites.weixin.scripts import Script, take_apart
from newsarchive.sites.weixin.state import SERVER_STATE, STATE, STATE_SHAPE

_ASSIGNED = re.compile(r"\s*=(?!=)\s*(?:[\w.$]+\s*=(?!=)\s*)?")
_STRING = re.compile(
    rb"""\s*+=\s*+(?:(?:""|'')\s*+\|\|\s*+)*+(?:"([^"\\\n]*+)"|'([^'\\\n]*+)')"""
    rb"""(?:\s*+\|\|\s*+(?:"[^"\\\n]*+"|'[^'\\\n]*+'))*+(?=\s*+[;,])"""
)
"""A string, or the first that is not empty of several (`"" || "" || "2650971238"`, how templates of 2018 and 2019 give keys).

Most values are that; by the grammar they take many times as long.
"""
_ASSIGNMENTS = [
    re.compile(re.escape(prefix) + rb"[\w.$]++(?=\s*+=(?!=))") for prefix in (b"var ", b"window.", b"d.")
]
"""Three expressions that each begin with letters: half the time of one that begins with a choice."""
_LINE_LIMIT = 20_000
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_TAG_NAME = re.compile(rb"<([a-zA-Z][\w-]*)")
_WORDS_LIMIT = 20_000
_META = re.compile(rb"""<meta((?:[^"'>]++|"[^"]*+"|'[^']*+')*+)>""")
_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$")
_STATE_OPENING = re.compile(rb"\s*=\s*(?=\{)")
_OPENING = re.compile(rb"\s*[=:]\s*(?=\{)")
_TAG_START = re.compile(rb"<[a-zA-Z][\w-]*\s[^<>]*$")
_SCRIPT_END = b"</script>"
_END = b"<newsarchive-end></newsarchive-end>"
_GIVEN = rb"""\s*=\s*(?:[\w.$]+\s*=\s*)?(?:["'\[(]|xml\b|htmlDecode)"""
_ARTICLE_DATA = {b"var ": (b"msg_title", b"biz", b"oriCreateTime")}
_POST_DATA = {
    b"window.": (b"msg_title", b"biz", b"picture_page_info_list", b"cgiData.vid", b"alias"),
    b"d.": (b"nick_name",),
}
"""Variables that stand in the scripts which hold data: the article template's, and the post template's."""
_NAMED = {
    prefix: re.compile(re.escape(prefix) + b"(" + b"|".join(map(re.escape, names)) + b")" + _GIVEN)
    for prefix, names in (_ARTICLE_DATA | _POST_DATA).items()
}
"""The same where they are given a value: functions of the page have variables of these names (`var biz = opt.biz`)."""
_NEAR_BEFORE, _NEAR = 10_000, 20_000
_NEAR_AFTER = {b"picture_page_info_list": 200_000}
"""How far from one of these the other variables stand: some of these scripts go on for 100 kB with code."""
_TRIES = 20
_CLASS_TRIES = 100
"""Places tried for one variable; pages have up to five."""
_BODY_END = re.compile(rb'id="(?:js_tags_preview_toast|content_bottom_area|js_temp_bottom_area)"')
"""What follows the body in the article template; looked for where no script follows (exporters drop scripts)."""
_ENDS_REACH = 20_000
"""How far before a script that follows they are looked for: else the script is the end."""
_NEAR_END = 4_000
"""How far an end tag is looked for first: lists of pictures are small, and the rest up to the next script is not."""
_METAS = 200
"""Places of each name that are looked at; pages have 12 to 26 meta elements."""
_META_NAMES = (
    re.compile(rb"og:(?:title|description|image|url|article)"),
    re.compile(rb"author(?=[\"'\s/>])"),
    re.compile(rb"description(?=[\"'\s/>])"),
)
"""Each begins with letters, by which it is found fast."""
_FRAME = b"js_article"
_AROUND = frozenset(
    {
        b"activity-name",
        b"copyright_logo",
        b"js_author_name",
        b"js_author_name_text",
        b"js_name",
        b"publish_time",
    }
)
"""Ids of elements that stand above or below the body, never in it."""


class WeixinPage:
    """The bytes of one page, with what was found in them. Places of elements are places in `markup`."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._starts: dict[bytes, int] = {}

    def has_code(self, marker: bytes) -> bool:
        """Whether these bytes stand in a script of the page."""
        return marker in self.content and any(marker in code for code in self._code)

    @cached_property
    def _parts(self) -> tuple[bytes, list[Script]]:
        return take_apart(self.content)

    @property
    def markup(self) -> bytes:
        """The page with its scripts and styles emptied."""
        return self._parts[0]

    @cached_property
    def _body(self) -> tuple[int, int]:
        """Where an article's body begins and where the next script does: in between stands none of the page's own elements.

        Posts have other elements inside `#js_content`, so nothing is left out there.
        """
        start = self.tag_start(b"js_content")
        if start < 0 or b"rich_media_content" not in self.start_tag(b"js_content"):
            return 0, 0
        return start, next((script.tag for script in self._parts[1] if script.tag > start), len(self.markup))

    def _find_around(self, needle: bytes, start: int) -> int:
        """Like `bytes.find`, but around the body."""
        body, after = self._body
        at = self.markup.find(needle, start, body) if start < body else -1
        return at if at >= 0 else self.markup.find(needle, max(start, after))

    @cached_property
    def state(self) -> dict[str, Value]:
        """What is read of `window.cgiDataNew` (`STATE_SHAPE`); empty where the page has none or it cannot be read."""
        return self.state_part(STATE_SHAPE)

    def state_part(self, shape: Shape) -> dict[str, Value]:
        """Other members of the state object."""
        return _object(self._state_source, shape) if self._state_source else {}

    @cached_property
    def _state_source(self) -> bytes:
        """What follows where the state object begins; empty where the page has none."""
        for name in (STATE, SERVER_STATE) if self.is_post else (STATE,):
            for code in self._code:
                at = code.find(name)
                while at >= 0:
                    if opening := _STATE_OPENING.match(code, at + len(name)):
                        return _until_end(code, opening.end())
                    at = code.find(name, at + len(name))
        return b""

    @cached_property
    def _code(self) -> tuple[bytes, bytes]:
        """What the scripts above the article's frame hold, and what those below it do; an end tag parts each two.

        Most variables that are looked for are on no page of one time or another: to search some twenty scripts one by one
        for each took a sixth of the time of a small page.
        """
        frame, content = self.tag_start(_FRAME), memoryview(self.content)  # which copies no slices
        above = [content[start:end] for tag, _, start, end in self._parts[1] if tag < frame]
        below = [content[start:end] for tag, _, start, end in self._parts[1] if tag >= frame]
        return _SCRIPT_END.join(above), _SCRIPT_END.join(below)

    @cached_property
    def is_post(self) -> bool:
        """Whether this is the template of picture, text, video and audio posts."""
        return b"share_content_page" in self.start_tag(_FRAME)

    def object(self, name: bytes, shape: Shape | None = None) -> dict[str, Value]:
        """The first object literal assigned to a name."""
        for code in self._code:
            for at in _places(code, name):
                opening = _OPENING.match(code, at)
                if opening and (found := _object(_until_end(code, opening.end()), shape)):
                    return found
        return {}

    def assigned(self, *names: bytes) -> Value:
        """The first value that is not empty among the assignments to these names (`var ct`, `window.ct`, `d.ct`).

        Only the scripts that hold data are searched.
        """
        for block, given in self._data:
            for name in names:
                if name in given:
                    for at in islice(_places(block, name), _TRIES):
                        if value := _value(block, at):
                            return value
        return None

    @cached_property
    def _data(self) -> list[tuple[bytes, frozenset[bytes]]]:
        """The scripts that hold data, with the names in each that are given a value.

        Of some sixty names that are looked for, most are in none: to search for each took a tenth of the time of a small page.
        """
        return [
            (block, frozenset(chain.from_iterable(given.findall(block) for given in _ASSIGNMENTS)))
            for block in self._data_scripts()
        ]

    def _data_scripts(self) -> Iterable[bytes]:
        """The scripts that hold data, each once: the article template's, or else the post template's."""
        found: dict[bytes, None] = {}
        for variables in (_POST_DATA, _ARTICLE_DATA) if self.is_post else (_ARTICLE_DATA, _POST_DATA):
            for prefix, names in variables.items():
                found |= dict.fromkeys(self._scripts_with(prefix, len(names)))
            if found and not self.is_post:  # posts of 2018 have variables of both
                break
        return found

    def _scripts_with(self, prefix: bytes, count: int) -> Iterator[bytes]:
        """What stands around the first place of each of a template's variables, of which there are so many."""
        met: set[bytes] = set()
        for code in self._code:
            for match in _NAMED[prefix].finditer(code):
                if match[1] not in met:
                    met.add(match[1])
                    yield _around(code, match.start(), _NEAR_AFTER.get(match[1], _NEAR))
                if len(met) == count:
                    return

    def text(self, *names: bytes) -> str:
        """Like `assigned`, as text."""
        value = self.assigned(*names)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    @cached_property
    def metas(self) -> dict[str, str]:
        """Content of the meta elements by name or property, the first of each."""
        found: dict[str, str] = {}
        end = self.markup.find(b"<body")
        head = self.markup[: end if end >= 0 else len(self.markup)]
        places = [hit.start() for name in _META_NAMES for hit in islice(name.finditer(head), _METAS)]
        for at in sorted({head.rfind(b"<meta", max(0, place - _WORDS_LIMIT), place) for place in places}):
            tag = _META.match(head, at, at + _WORDS_LIMIT) if at >= 0 else None
            attributes = _attributes(tag[1].decode("utf-8", "replace")) if tag else {}
            name = attributes.get("property") or attributes.get("name")
            if name and "content" in attributes:
                found.setdefault(name, attributes["content"])
        return found

    @cached_property
    def title(self) -> str:
        """The text of the title element, on one line."""
        start = self.markup.find(b"<title")
        start = self.markup.find(b">", start) + 1 if start >= 0 else 0
        end = self.markup.find(b"</title", start, start + _WORDS_LIMIT) if start else -1
        return plain(self.markup[start:end].decode("utf-8", "replace"), of_page=True) if end >= 0 else ""

    def classed(self, *names: bytes) -> str:
        """The text of the first element with one of these classes that has any."""
        return _classed(self.markup, names)[0]

    def classed_anywhere(self, *names: bytes, start: int = 0) -> tuple[str, int]:
        """The same from a place in the page on, and where that text begins.

        Elements that a script writes count too: notices of 2018 stand nowhere else.
        """
        return _classed(self.content, names, start)

    def tag_start(self, identifier: bytes) -> int:
        """Where the start tag with this id begins, or -1; mentions in scripts and styles do not count."""
        if identifier not in self._starts:
            self._starts[identifier] = self._tag_start(identifier)
        return self._starts[identifier]

    def _tag_start(self, identifier: bytes) -> int:
        needle = b'id="%b"' % identifier
        find = self._find_around if identifier in _AROUND else self.markup.find
        at = find(needle, 0)
        while at >= 0:
            opening = self.markup.rfind(b"<", max(0, at - 4000), at)
            if opening >= 0 and _TAG_START.match(self.markup[opening:at]):
                return opening
            at = find(needle, at + len(needle))
        return -1

    def start_tag(self, identifier: bytes) -> bytes:
        """The start tag of the element with this id; empty where there is none."""
        start = self.tag_start(identifier)
        return self.markup[start : self.markup.find(b">", start) + 1] if start >= 0 else b""

    def attribute(self, identifier: bytes, name: str) -> str:
        """An attribute of the element with this id; empty where there is none."""
        return _attributes(self.start_tag(identifier).decode("utf-8", "replace")).get(name, "")

    def element(self, identifier: bytes) -> tuple[Element | None, bytes]:
        """The element with this id, from a tree of just its part of the page, and that part; None where there is none."""
        start = self.tag_start(identifier)
        if start < 0:
            return None, b""
        for end in self._ends(start):
            source = self.markup[start:end]
            root = parse_fragment(source, _END)
            if root is not None and len(root) > 1:  # something stands after it, so it has ended
                return root[0], source
        source = self.markup[start:]
        root = parse_fragment(source)
        return (root[0] if root is not None and len(root) else None), source

    def _ends(self, start: int) -> Iterator[int]:
        """Places where the element that starts here may have ended: its end tag near by, the next script, later ones."""
        body, after = self._body
        end = after if start == body else self.markup.find(b"<script", start)
        limit = end if end >= 0 else len(self.markup)
        if near := self._end_near(start, limit):
            yield near
        near = start if end < 0 else max(start, limit - _ENDS_REACH)
        if mark := _BODY_END.search(self.markup, near, limit):
            yield self.markup.rfind(b"<", start, mark.start())
        while 0 <= end < len(self.markup):
            yield end
            end = self.markup.find(b"<script", end + max(7, end - start))

    def _end_near(self, start: int, limit: int) -> int:
        """Where a small element ends that has none of its name inside; 0 for others."""
        name = _TAG_NAME.match(self.markup, start)
        if not name:
            return 0
        closing = b"</%b>" % name[1]
        at = self.markup.find(closing, start, min(limit, start + _NEAR_END))
        return at + len(closing) if at >= 0 and self.markup.find(b"<" + name[1], start + 1, at) < 0 else 0

    def written_below(self, identifier: bytes, reach: int) -> Iterator[bytes]:
        """The scripts that begin within `reach` bytes of markup below the start tag with this id."""
        start = self.tag_start(identifier)
        for script in self._parts[1]:
            if 0 <= start <= script.place < start + reach:
                yield self.content[script.start : script.end]

    def words(self, identifier: bytes) -> str:
        """The text of a small element by id, on one line."""
        start = self.tag_start(identifier)
        tag = _TAG_NAME.match(self.markup, start) if start >= 0 else None
        if not tag:
            return ""
        end = self.markup.find(b"</" + tag[1], start, start + _WORDS_LIMIT)
        return plain(self.markup[start : max(end, start)].decode("utf-8", "replace"), of_page=True)


def _until_end(code: bytes, start: int, limit: int | None = None) -> bytes:
    """The code from a place to the end of its script, or to the limit where that comes first."""
    end = code.find(_SCRIPT_END, start, limit)
    return code[start : end if end >= 0 else limit]


def _around(code: bytes, at: int, reach: int) -> bytes:
    """What stands around a place in its script."""
    near = max(0, at - _NEAR_BEFORE)
    before = code.rfind(_SCRIPT_END, near, at)
    start = before + len(_SCRIPT_END) if before >= 0 else near
    return code[start:at] + _until_end(code, at, at + reach)


def _object(source: bytes, shape: Shape | None) -> dict[str, Value]:
    """The object literal that a piece of code begins with; empty where it cannot be read."""
    try:
        return parse_object(source.decode("utf-8", "replace"), 0, shape)
    except JsLiteralError:
        return {}


def _places(content: bytes, name: bytes, start: int = 0) -> Iterator[int]:
    """Ends of the places where a name stands as a word of its own."""
    at = content.find(name, start)
    while at >= 0:
        after = at + len(name)
        if (after == len(content) or content[after] not in _WORD) and not (at and content[at - 1] in _WORD):
            yield after
        at = content.find(name, after)


def _classed(content: bytes, names: tuple[bytes, ...], start: int = 0) -> tuple[str, int]:
    for name in names:
        for at in islice(_places(content, name, start), _CLASS_TRIES):
            opening = content.rfind(b"<", max(start, at - 500), at)
            tag = _TAG_NAME.match(content, opening) if opening >= 0 else None
            inside = content.find(b">", at) + 1
            if not tag or b">" in content[opening:at] or not inside:
                continue
            end = content.find(b"</" + tag[1], inside, inside + _WORDS_LIMIT)
            if end >= 0:
                text = plain(
                    content[inside:end].decode("utf-8", "replace").replace("\\\n", " "), of_page=True
                )
                if text:
                    return text, inside
    return "", 0


def _value(content: bytes, at: int) -> Value:
    """The value of the assignment at a place: of its line, or of all that follows where the value is longer."""
    if string := _STRING.match(content, at):
        return string[string.lastindex or 1].decode("utf-8", "ignore")
    end = content.find(b"\n", at)
    end = min(end if end >= 0 else len(content), at + _LINE_LIMIT)
    value, truncated = _read(content[at:end])
    return _read(content[at:])[0] if truncated else value


def _read(source: bytes) -> tuple[Value, bool]:
    """The value of an assignment that follows, and whether the source ended inside it."""
    text = source.decode("utf-8", "ignore")
    match = _ASSIGNED.match(text)
    if not match:
        return None, False
    try:
        return parse_at(text, match.end())[0], False
    except JsLiteralError as error:
        return None, error.position >= len(text.rstrip())


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), decode_entities("".join(values)))
    return found


def parse_fragment(markup: bytes, end: bytes = b"") -> Any:  # noqa: ANN401
    """The body element of a piece of HTML in UTF-8 (and of what is put at its end), or None for nothing.

    Never resolves, loads or includes anything.
    """
    if not markup or markup.isspace():
        return None
    tree = etree.fromstring(b"".join((b"<body>", markup, end)), PARSER)
    return None if tree is None else next(tree.iterchildren("body"), None)
