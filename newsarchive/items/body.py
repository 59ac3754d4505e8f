"""The body of an article as a clean tree of blocks and inline pieces.

The tree is what a page's body means, without its markup: every exporter writes from it, and the plain text and the
list of pictures are derived from it. Nodes are plain dataclasses (made by the thousand on a page: a pydantic model
costs ten times as much), each with a literal `kind` by which pydantic reads them back from JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, groupby
from operator import not_
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import Field, GetCoreSchemaHandler, ValidatorFunctionWrapHandler
from pydantic_core.core_schema import CoreSchema, json_or_python_schema, no_info_wrap_validator_function

Role: TypeAlias = Literal["appeal", "advertisement", "tipster", "editor_note", "attribution"]
"""What an `Aside` is: words of the site around the story, which exporters may leave out."""

Numbering: TypeAlias = Literal["1", "A", "a", "I", "i"]
Shown: TypeAlias = Literal["background", "poster"]
"""How a picture is shown that is no picture of its own: behind text or as part of a drawing, or before a film."""
Script: TypeAlias = Literal["super", "sub"]
Struck: TypeAlias = Literal["marked", "plain", "left out"]
"""What plain text does with struck-out words: between `~~`, as they stand on the page, or not at all."""

_RARE = Field(exclude_if=not_)
"""A field that few nodes have: it is kept only where it says something, so that all other records stay as they are."""


@dataclass(slots=True)
class Span:
    """A run of text in one style. `link` is absolute; `text` has no line breaks.

    `struck` is struck-out text: shown, but not said. `script` is text above or below the line, as the page has it
    (`shown` says it in characters). `formula` says that the text is TeX (or something like it); it is code as well.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str | None = None
    struck: Annotated[bool, _RARE] = False
    script: Annotated[Script | None, _RARE] = None
    formula: Annotated[bool, _RARE] = False
    kind: Literal["span"] = "span"


@dataclass(slots=True)
class Break:
    """A line break inside a paragraph."""

    kind: Literal["break"] = "break"


@dataclass(slots=True)
class Image:
    """A picture, as a block of its own or inside a line.

    `url` is as the site's page gives it, without the site's delivery parameters; `key` is the site's own name of the
    picture, the same for all sizes and formats (set by the images pipeline). `width` and `height` are pixels. `role` is
    set where the page shows it in another way than as a picture of its own.
    """

    url: str
    alt: str = ""
    caption: str = ""
    width: int | None = None
    height: int | None = None
    link: str | None = None
    key: str | None = None
    role: Annotated[Shown | None, _RARE] = None
    kind: Literal["image"] = "image"


Inline: TypeAlias = Annotated[Span | Break | Image, Field(discriminator="kind")]


@dataclass(slots=True)
class Paragraph:
    """A paragraph of text."""

    inlines: list[Inline]
    kind: Literal["paragraph"] = "paragraph"


@dataclass(slots=True)
class Heading:
    """A heading inside the body; `level` is 1 to 6 as the page has it."""

    level: int
    inlines: list[Inline]
    kind: Literal["heading"] = "heading"


@dataclass(slots=True)
class ListBlock:
    """A list; each item is a list of blocks.

    An ordered list counts from `start`. Where it counts otherwise (backwards, with gaps), `numbers` has the number of each
    item. `style` is how the page writes them: as figures, letters or Roman numbers.
    """

    items: list[list[Block]]
    ordered: bool = False
    start: int = 1
    style: Annotated[Numbering, Field(exclude_if=lambda style: style == "1")] = "1"
    numbers: Annotated[list[int], _RARE] = field(default_factory=list)
    kind: Literal["list"] = "list"

    @property
    def is_marked(self) -> bool:
        """Whether its numbers say more than the order of its items."""
        return self.ordered and (self.style != "1" or self.start < 0 or bool(self.numbers))

    def number(self, place: int) -> int:
        """The number of an item."""
        return self.numbers[place] if self.numbers else self.start + place

    def mark(self, place: int) -> str:
        """What stands before an item of an ordered list: `3.`, `B.`, `iv.`."""
        return f"{_counted(self.number(place), self.style)}."


@dataclass(slots=True)
class Quote:
    """A block quotation."""

    blocks: list[Block]
    kind: Literal["quote"] = "quote"


@dataclass(slots=True)
class Code:
    """A code block; `text` keeps its line breaks and blanks."""

    text: str
    language: str = ""
    kind: Literal["code"] = "code"


@dataclass(slots=True)
class Cell:
    """A cell of a table."""

    blocks: list[Block]
    header: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(slots=True)
class Table:
    """A table, row by row."""

    rows: list[list[Cell]]
    kind: Literal["table"] = "table"


@dataclass(slots=True)
class Embed:
    """Something that plays or opens elsewhere: a reference, never a player.

    `id` is the site's or the player's own key, `url` where to see it, `duration` seconds. `linked` says that the page has
    it as a link without words, so that it counts among the article's links.
    """

    media: Literal["video", "audio", "card", "frame"]
    id: str | None = None
    url: str | None = None
    title: str | None = None
    cover: str | None = None
    duration: int | None = None
    linked: bool = False
    kind: Literal["embed"] = "embed"


@dataclass(slots=True)
class Rule:
    """A thematic break."""

    kind: Literal["rule"] = "rule"


@dataclass(slots=True)
class Aside:
    """Blocks of the body that are not the story: an appeal to follow, an advertisement, thanks to a tipster."""

    role: Role
    blocks: list[Block]
    kind: Literal["aside"] = "aside"


Block: TypeAlias = Annotated[
    Paragraph | Heading | ListBlock | Quote | Code | Table | Image | Embed | Rule | Aside,
    Field(discriminator="kind"),
]


class _AsBuilt:
    """Blocks that are nodes already, as they are: one look at all their types, instead of one look at each.

    JSON has none, and is read without that: a function takes it as Python's values only, which double the time.
    """

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        blocks = handler(source)
        return json_or_python_schema(blocks, no_info_wrap_validator_function(self._taken, blocks))

    @staticmethod
    def _taken(blocks: object, validate: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401
        built = isinstance(blocks, list) and _NODES.issuperset(map(type, blocks))
        return blocks if built else validate(blocks)


Body: TypeAlias = Annotated[list[Block], _AsBuilt()]

_LETTERS_OF_NUMBERS = 26
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
)
_LARGEST_ROMAN = 3999


def _counted(number: int, style: Numbering) -> str:
    """A number as a browser writes it; figures where the style has no form for it."""
    words = ""
    if number > 0 and style in {"A", "a"}:
        while number:
            number, letter = divmod(number - 1, _LETTERS_OF_NUMBERS)
            words = chr(ord("A") + letter) + words
    elif 0 < number <= _LARGEST_ROMAN and style in {"I", "i"}:
        for value, letters in _ROMAN:
            words += letters * (number // value)
            number %= value
    else:
        return str(number)
    return words.lower() if style.islower() else words


_NODES = frozenset(get_args(get_args(Block)[0]))
_NESTING = frozenset(("list", "quote", "aside", "table"))


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """All blocks of a tree in document order, outer before inner."""
    around: list[Iterator[Block]] = []
    inside = iter(blocks)
    while True:
        for block in inside:
            yield block
            if block.kind in _NESTING:
                around.append(inside)
                inside = _inner(block)
                break
        else:
            if not around:
                return
            inside = around.pop()


def _inner(block: Block) -> Iterator[Block]:
    if block.kind == "list":
        return chain.from_iterable(block.items)
    if block.kind == "quote" or block.kind == "aside":  # noqa: PLR1714 the checker narrows no sets
        return iter(block.blocks)
    if block.kind == "table":
        return chain.from_iterable(cell.blocks for row in block.rows for cell in row)
    return iter(())


def inlines_of(blocks: Iterable[Block]) -> Iterator[Inline]:
    """All inline pieces of a tree in document order."""
    for block in walk(blocks):
        if isinstance(block, Paragraph | Heading):
            yield from block.inlines


def images_of(blocks: Iterable[Block]) -> list[Image]:
    """All pictures of a tree in document order, repeats included."""
    images: list[Image] = []
    for block in walk(blocks):
        if block.kind == "image":
            images.append(block)
        elif block.kind == "paragraph" or block.kind == "heading":  # noqa: PLR1714 the checker narrows no sets
            images += [piece for piece in block.inlines if piece.kind == "image"]
    return images


def links_of(blocks: Iterable[Block]) -> list[tuple[str, str]]:
    """The links of a tree in document order as (URL, text); adjacent pieces of one link are one entry."""
    links: list[tuple[str, str]] = []
    for block in walk(blocks):
        if isinstance(block, Paragraph | Heading):
            last: str | None = None
            for piece in block.inlines:
                link = None if isinstance(piece, Break) else piece.link
                text = piece.text if isinstance(piece, Span) else ""
                if link and link == last:
                    links[-1] = (link, links[-1][1] + text)
                elif link:
                    links.append((link, text))
                last = link
        elif isinstance(block, Image) and block.link:
            links.append((block.link, block.alt))
        elif isinstance(block, Embed) and block.linked and block.url:
            links.append((block.url, block.title or ""))
    return links


_RAISED = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_SMALL = re.compile(r"[0-9+\-−=()]+")
"""What has a form of its own above and below the line."""
_LETTERS = "0-9A-Za-z\u0370-\u03ff∞"
_SET_OFF = re.compile(
    rf"(?!(?:st|nd|rd|th|TM|SM)\Z)(?=.*[{_LETTERS}])[{_LETTERS}²³¹\u2070-\u208e√+−±=()/,.*·×^_'′ -]{{1,24}}"
)
"""What changes its meaning on the line: numbers, letters, what is reckoned with them. Not `[1]`, `®`, `注` or `1st`."""


def shown(span: Span) -> str:
    """A span's text with its place above or below the line in characters: `10⁹`, `H₂O`, `x^n`, `2^(n+1)`, `a_i`.

    Letters have no form of their own that all fonts know. Marks that are read alike on the line stay as they are: `[1]`, `®`.
    """
    return span.text if span.script is None else _shown(span.text, span.script)


@lru_cache(maxsize=1024)
def _shown(text: str, script: Script) -> str:
    """The same few marks stand above and below the lines of an article, and each is asked for twice."""
    if not (bare := text.strip()):
        return text
    characters, mark = (_RAISED, "^") if script == "super" else (_LOWERED, "_")
    if _SMALL.fullmatch(bare):
        return text.translate(characters)
    if not _SET_OFF.fullmatch(bare):
        return text
    return text.replace(bare, f"{mark}{bare}" if len(bare) == 1 else f"{mark}({bare})")


def line_text(pieces: Sequence[Inline], struck: Struck = "marked") -> str:
    """Inline pieces as plain text, breaks as line feeds."""
    if len(pieces) == 1 and (only := pieces[0]).kind == "span" and not (only.struck or only.script):
        return only.text  # most lines
    words: list[Any] = [
        (None if piece.struck else shown(piece) if piece.script else piece.text)
        if piece.kind == "span"
        else ("\n" if piece.kind == "break" else "")
        for piece in pieces
    ]
    if None not in words:
        return "".join(words)
    text = ""
    for out, group in groupby(
        zip(words, pieces, strict=True), lambda pair: isinstance(pair[1], Span) and pair[1].struck
    ):
        run = "".join([shown(piece) if isinstance(piece, Span) else word or "" for word, piece in group])
        bare = run.strip()
        if not out or struck == "plain":
            text += run
        elif bare and struck == "marked":
            text += run.replace(bare, f"~~{bare}~~")
    return text


def text_of(blocks: Iterable[Block], struck: Struck = "marked") -> str:
    """The visible text of a tree: a line per block or break, runs of white space as one blank, no empty lines.

    What is struck out stands between `~~`, so that nobody takes it for said, unless `struck` says otherwise. Numbers of
    lists are not text, but letters and those that do not just count on are: other texts speak of them (答案：B).
    """
    texts: list[str] = []
    _add_texts(blocks, texts, struck)
    lines = map(str.split, "\n".join(texts).split("\n"))
    return "\n".join([" ".join(words) for words in lines if words])


def _add_texts(blocks: Iterable[Block], texts: list[str], struck: Struck) -> None:
    """The texts of a tree's blocks in document order; by `walk` it would take a third more of the time of `text_of`."""
    for block in blocks:
        if block.kind == "paragraph" or block.kind == "heading":  # noqa: PLR1714 the checker narrows no sets
            texts.append(line_text(block.inlines, struck))
        elif block.kind == "image":
            texts.append(block.caption)
        elif block.kind == "code":
            texts.append(block.text)
        elif block.kind == "list" and block.ordered and block.is_marked:
            for place, item in enumerate(block.items):
                before = len(texts)
                _add_texts(item, texts, struck)
                if item:
                    texts[before : before + 1] = [
                        f"{block.mark(place)} {''.join(texts[before : before + 1])}"
                    ]
        elif block.kind in _NESTING:
            _add_texts(_inner(block), texts, struck)
