"""The lines of a paragraph as pieces: cleaned, merged, without blanks at their ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, TypeAlias

from newsarchive.items.body import Break, Image, Inline, Span, shown
from newsarchive.markdown.writing.escaping import clean, clean_code, destination, escape_text
from newsarchive.markdown.writing.style import Style

Mark: TypeAlias = Literal["strong", "emphasis", "struck"]

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_PICTURE_DATA = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=]+\Z")
_LINK_START = re.compile(r"://|www\.", re.IGNORECASE)
_URL = re.compile(r"(?:(?:https?|ftp)://|www\.)[!#-;=?-\[\]_a-z~]*[#$%&+\-/0-9=@A-Z_a-z~]", re.IGNORECASE)
"""A URL of ASCII characters without punctuation at its end."""
_ESCAPED_BRACKET = re.compile(r"\\([\[\]\\])")
_WORD = re.compile("[^ ]+")


@dataclass(slots=True)
class InlinePiece:
    """A run of a line in one style: plain `text` or code as it reads, or a picture as finished Markdown."""

    text: str
    kind: Literal["text", "code", "picture"] = "text"
    marks: frozenset[Mark] = frozenset()
    link: str | None = None

    def part(self, text: str, mark: Mark | None = None) -> InlinePiece:
        """The piece with another text, and without one of its marks."""
        return replace(self, text=text, marks=self.marks - {mark})

    def joins(self, other: InlinePiece) -> bool:
        """Whether both can be one piece."""
        return self.kind == other.kind != "picture" and self.marks == other.marks and self.link == other.link


def lines_of(inlines: Iterable[Inline], style: Style) -> list[list[InlinePiece]]:
    """The lines between breaks; an empty list stands for an empty line."""
    lines: list[list[InlinePiece]] = []
    line: list[InlinePiece] = []
    for inline in inlines:
        if isinstance(inline, Break):
            lines.append(_finished(line, style))
            line = []
        elif isinstance(inline, Image):
            line.append(picture(inline, style))
        elif inline.code:
            line.extend(_code(_piece(inline, shown(inline), "code")))
        elif text := clean(shown(inline)):
            line.append(_piece(inline, text, "text"))
    lines.append(_finished(line, style))
    return lines


def _piece(span: Span, text: str, kind: Literal["text", "code"]) -> InlinePiece:
    """A span's words as a piece."""
    return InlinePiece(text, kind, _marks(span.strong, span.emphasis, span.struck), safe_link(span.link))


@cache
def _marks(strong: bool, emphasis: bool, struck: bool) -> frozenset[Mark]:  # noqa: FBT001
    """The marks of words. Struck out, they lose bold and italics: marks inside marks do not work beside letters."""
    marks: dict[Mark, bool] = {"strong": strong, "emphasis": emphasis}
    return frozenset({"struck"} if struck else (mark for mark, on in marks.items() if on))


def safe_link(url: str | None) -> str | None:
    """A link's URL if it opens a page, a file beside this one or a mail; None for scripts and the like."""
    url = (url or "").strip()
    scheme = _SCHEME.match(url)
    return url if url and (scheme is None or scheme[1].lower() in {"http", "https", "mailto"}) else None


def picture(image: Image, style: Style) -> InlinePiece:
    """A picture inside a line. One that no tool may load (a script, a local file) leaves its words."""
    alt, caption = clean(image.alt).strip(), clean(image.caption).strip()
    url = image.url if _PICTURE_DATA.match(image.url) else safe_link(image.url)
    if url is None or url.startswith("mailto:"):
        return InlinePiece(alt, link=safe_link(image.link))
    if style.images == "link":
        return InlinePiece(alt if alt and alt != caption else "图片", link=url)
    words = alt or caption
    words = escape_text(
        words, "]", label=True, cell=True, tildes=words.count("~") > 1, references=style.references
    )
    if image.link:  # marked (Hexo) loses its way at an escaped bracket here
        words = _ESCAPED_BRACKET.sub(lambda match: f"&#{ord(match[1])};", words)
    return InlinePiece(f"![{words}]({destination(url)})", "picture", link=safe_link(image.link))


def merged(pieces: Iterable[InlinePiece]) -> list[InlinePiece]:
    """Adjacent pieces of one style made one."""
    result: list[InlinePiece] = []
    for piece in pieces:
        if result and result[-1].joins(piece):
            result[-1] = result[-1].part(result[-1].text + piece.text)
        elif piece.text:
            result.append(piece)
    return result


def ends_in_url(text: str) -> bool:
    """Whether the last word holds a URL."""
    return _LINK_START.search(text) is not None and _LINK_START.search(text.rpartition(" ")[2]) is not None


def _code(piece: InlinePiece) -> list[InlinePiece]:
    """Code without the blanks at its ends, which stand beside it instead."""
    text = clean_code(piece.text).replace("\n", " ").replace("\t", " ").replace("\u00a0", " ")
    blank = replace(piece, text=" ", kind="text")
    bare = text.strip()
    if not bare:
        return [blank] if text else []
    before = [blank] if text[0].isspace() else []
    after = [blank] if text[-1].isspace() else []
    return [*before, piece.part(bare), *after]


def _finished(line: Sequence[InlinePiece], style: Style) -> list[InlinePiece]:
    line = _trimmed(line)
    line = [piece for piece in _with_links(line, style) if piece.text]
    if any(piece.link for piece in line):
        line = _blanks_outside_links(line)
    return _bridged(merged(line))


def _trimmed(line: Sequence[InlinePiece]) -> list[InlinePiece]:
    """Without blanks at the ends (full-width indents too) and without doubled blanks between pieces."""
    pieces: list[InlinePiece] = []
    for piece in line:
        if piece.kind == "text":
            if not pieces:
                piece = piece.part(piece.text.lstrip())  # noqa: PLW2901
            elif piece.text[:1] == " " and pieces[-1].kind == "text" and pieces[-1].text.endswith(" "):
                piece = piece.part(piece.text[1:])  # noqa: PLW2901
        if piece.text:
            pieces.append(piece)
    while pieces and pieces[-1].kind == "text":
        text = pieces[-1].text.rstrip()
        if text:
            pieces[-1] = pieces[-1].part(text)
            break
        pieces.pop()
    return pieces


def _with_links(line: Sequence[InlinePiece], style: Style) -> Iterator[InlinePiece]:
    """Text with its URLs as links of their own, where the style wants that or the URL would not read as written.

    GitHub makes a link of everything from `http://` or `www.` to the next blank, with the backslashes and asterisks
    written in between (seen with cmark-gfm 0.29).
    """
    for index, piece in enumerate(line):
        if piece.kind != "text" or piece.link or not _LINK_START.search(piece.text):
            yield piece
            continue
        end = 0
        glued = index + 1 < len(line) and line[index + 1].text[0] != " "
        for word in _WORD.finditer(piece.text):
            unclear = (glued and word.end() == len(piece.text)) or word[0].split() != [
                escape_text(word[0], tildes=True)
            ]
            if not unclear and style.bare_urls == "bare":
                continue
            for match in _URL.finditer(piece.text, *word.span()):
                url = match[0]
                if unclear or "://" in url:
                    yield piece.part(piece.text[end : match.start()])
                    yield replace(piece, text=url, link=url if "://" in url else f"http://{url}")
                    end = match.end()
        yield piece.part(piece.text[end:])


def _blanks_outside_links(line: list[InlinePiece]) -> list[InlinePiece]:
    result: list[InlinePiece] = []
    count = len(line)
    for index, piece in enumerate(line):
        text = piece.text
        if not piece.link or piece.kind != "text":
            result.append(piece)
            continue
        opens = index == 0 or line[index - 1].link != piece.link
        closes = index + 1 == count or line[index + 1].link != piece.link
        start = len(text) - len(text.lstrip()) if opens else 0
        end = max(start, len(text.rstrip())) if closes else len(text)
        plain = replace(piece, link=None)
        result += [plain.part(text[:start]), piece.part(text[start:end]), plain.part(text[end:])]
    return [piece for piece in result if piece.text]


def _bridged(line: list[InlinePiece]) -> list[InlinePiece]:
    """Blanks and pictures take the styles that both their neighbours have, so that no style ends for their sake."""
    for before, piece, after in zip(line, line[1:], line[2:], strict=False):
        if piece.kind == "picture" or (piece.kind == "text" and piece.text.isspace()):
            own = piece.marks & {"struck"}
            piece.marks = before.marks & after.marks
            if piece.kind == "picture":
                piece.marks = piece.marks - {"struck"} | own
    return merged(line)
