"""Text made safe for the tool that will read it: a scanner of Markdown, and what to do with each kind of piece.

The writer's Markdown is right for CommonMark; tools add syntax of their own (template braces, tags, attributes), which
a page's or an editor's text must not reach. Code and addresses are told from text, for they need another treatment.
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["text", "escape", "code", "address", "alt", "autolink"]

_TICKS = re.compile("`+")
_STOP = re.compile(r"\\[!-/:-@\[-`{-~]|`+|!\[|\]\(|<https?://[^\s<>]*>")
_ADDRESS = re.compile(
    r"\]\([ ]*(<[^<>\n]*>|[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)(?:[ ]+\"[^\"\n]*\")?[ ]*\)"
)
_ALT = re.compile(r"!\[(?:\\.|[^\[\]\\]){0,2000}(?=\]\()")
_FENCE = re.compile(r"[ >]*(?P<mark>(?:(?:[-+*]|\d+[.)])[ ]+)*)(?P<fence>`{3,}|~{3,})")
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_SAFE_SCHEMES = ("http:", "https:", "mailto:")
_PUNCTUATION = frozenset(string.punctuation)
_BLOCK = 1000
_BLANK_OR_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Guard:
    """What a tool needs done with the pieces of a text.

    `text` is for runs of text, `code` for code in a line, `fence` for the line that opens a code block, `fenced` for a line of it, `escape` for a backslash
    and what it escapes, `alt` for alternative texts of pictures; `line` is for each whole line when these are done.
    `picture` is for addresses of pictures, in place of that of a link.
    `listed` is for code blocks that begin on the line of a list's mark, where tools differ about those.
    """

    text: Callable[[str], str] = str
    code: Callable[[str], str] = str
    fence: Callable[[str], str] = str
    fenced: Callable[[str], str] = str
    listed: Callable[[str], str] | None = None
    line: Callable[[str], str] = str
    escape: Callable[[str], str] = str
    alt: Callable[[str], str] = str
    picture: Callable[[str], str] = str

    def __call__(self, markdown: str) -> str:
        """The Markdown, safe for the tool."""
        return "\n".join(_in_blocks(self._lines(markdown)))

    def _lines(self, markdown: str) -> Iterator[str]:
        fence = ""
        inside = self.fenced
        for line in _lines(markdown):
            match = _FENCE.match(line)
            if fence:
                ends = match and match["fence"].startswith(fence) and not line[match.end() :].strip()
                fence = "" if ends else fence
                yield line if ends else inside(line)
            elif match and "`" not in line[match.end() :]:
                fence = match["fence"]
                inside = self.listed if match["mark"] and self.listed else self.fenced
                yield self.fence(line)
            else:
                yield self.line("".join(self._pieces(line)))

    def _pieces(self, line: str) -> Iterator[str]:
        before = ""
        for kind, text in pieces(line):
            piece = self._piece(kind, text)
            yield _with_address(piece, self.picture) if kind == "address" and before == "alt" else piece
            before = kind

    def _piece(self, kind: Kind, text: str) -> str:
        if kind in {"address", "autolink"}:
            return _address(text) if kind == "address" else text
        guarded: str = getattr(self, kind)(text)
        return guarded


def _in_blocks(lines: Iterator[str]) -> Iterator[str]:
    """Many lines as one: so many small strings take twice the memory of their text."""
    while block := list(islice(lines, _BLOCK)):
        yield "\n".join(block)


def _lines(text: str) -> Iterator[str]:
    """The lines one by one: a month of full texts has hundreds of thousands."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def pieces(line: str) -> Iterator[tuple[Kind, str]]:
    """A line cut into text, escapes, code, alt texts and addresses of links; joined they are the line."""
    ticks: dict[str, list[int]] = {}
    for match in _TICKS.finditer(line):
        ticks.setdefault(match[0], []).append(match.start())
    place = done = 0
    while stop := _STOP.search(line, place):
        found = _piece_at(line, stop, ticks)
        if found is None:
            place = stop.end()
            continue
        kind, end = found
        if stop.start() > done:
            yield "text", line[done : stop.start()]
        yield kind, line[stop.start() : end]
        place = done = end
    if done < len(line):
        yield "text", line[done:]


def _piece_at(line: str, stop: re.Match[str], ticks: dict[str, list[int]]) -> tuple[Kind, int] | None:
    mark = stop[0]
    if mark[0] == "\\":
        return "escape", stop.end()
    if mark[0] == "<":
        return "autolink", stop.end()
    if mark[0] == "`":
        later = ticks.get(mark, [])  # the first of them may be escaped
        while later and later[0] < stop.end():
            later.pop(0)
        return ("code", later[0] + len(mark)) if later else None
    if mark == "![":
        match = _ALT.match(line, stop.start())
        return ("alt", match.end()) if match else None
    match = _ADDRESS.match(line, stop.start())
    return ("address", match.end()) if match else None


def _address(text: str) -> str:
    """The end of a link; one to anything but a page or mail address is no link any more, its braces are encoded."""
    match = _ADDRESS.fullmatch(text)
    target = _BLANK_OR_CONTROL.sub("", html.unescape(match[1])).lstrip("<") if match else ""
    scheme = _SCHEME.match(target)
    if scheme and scheme[0].lower() not in _SAFE_SCHEMES:
        return f"]\\{text[1:]}"
    return text.replace("{", "%7B").replace("}", "%7D")


def _with_address(text: str, change: Callable[[str], str]) -> str:
    """The end of a picture with another address."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return text
    address = match[1].removeprefix("<").removesuffix(">")
    changed = change(address)
    return text if changed == address else f"{text[: match.start(1)]}{changed}{text[match.end(1) :]}"


_BRACE = re.compile(r"[{}]")
_TEMPLATE = re.compile(r"\{(?=[{%#])|#(?=\})")
_REFERENCES = {"{": "&#123;", "}": "&#125;", "[": "&#91;", "]": "&#93;"}


def backslashed_braces(text: str) -> str:
    """Braces with a backslash: CommonMark, kramdown and Python-Markdown show them and take no attributes from them."""
    return text.replace("{", "\\{")


def referenced_braces(text: str) -> str:
    """Braces as character references, for tools that look for their templates after Markdown."""
    return _BRACE.sub(lambda match: _REFERENCES[match[0]], text)


def referenced_escape(text: str) -> str:
    """An escaped brace or bracket as a character reference."""
    return _REFERENCES.get(text[1:], text)


def joined_templates(text: str) -> str:
    """A word joiner, which is not seen, between the signs of a template: for code, where no escape works."""
    return _TEMPLATE.sub("\\g<0>\u2060", text)


def code_element(text: str, attributes: str = "") -> str:
    """Code in a line that holds a template, as HTML in which every sign is a character reference."""
    if not _TEMPLATE.search(text):
        return text
    inner = text.strip("`").strip()
    signs = "".join(f"&#{ord(char)};" if char in _PUNCTUATION else char for char in inner)
    return f"<code{attributes}>{signs}</code>"


LINKS_ONLY = Guard()
"""For tools without syntax of their own: only links that would run something are taken apart."""
