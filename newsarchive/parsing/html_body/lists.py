"""Lists as their page numbers them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

from newsarchive.items.body import Block, ListBlock, Numbering
from newsarchive.parsing.html_tree import Element

Item: TypeAlias = tuple[Element, list[Block]]
"""An item of a list: its element, and what it holds."""

_LIST_STYLE = re.compile(r"(?<![\w-])list-style(?:-type)?\s*:([^;!]*)")
_MARKERS: dict[str, Numbering | Literal["-"]] = {
    **dict.fromkeys(("disc", "circle", "square"), "-"),
    **dict.fromkeys(("decimal", "decimal-leading-zero"), "1"),
    **dict.fromkeys(("upper-alpha", "upper-latin"), "A"),
    **dict.fromkeys(("lower-alpha", "lower-latin"), "a"),
    "upper-roman": "I",
    "lower-roman": "i",
}
"""What the markers of a `list-style` are; others leave a list what it is."""
_TYPES: dict[str, Numbering] = {"A": "A", "a": "a", "I": "I", "i": "i"}
_WHOLE = re.compile(r"\s*([+-]?[0-9]{1,9})(?![0-9])")


def list_of(element: Element, items: list[Item]) -> ListBlock | None:
    """A list as the page numbers it: by attributes, or by a `style` that turns one kind of list into the other.

    Items that hold nothing are left out, but have their numbers on the page; of nothing else there is no list.
    """
    blocks = [inner for _, inner in items if inner]
    if not blocks:
        return None
    get, of_first = element.get, items[0][0].get
    style = _marker(get("style"), get("type")) or _marker(of_first("style"), of_first("type"))
    if style is None:
        style = "1" if element.tag == "ol" and "none" not in _words_of_style(get("style")) else "-"
    if style == "-":
        return ListBlock(blocks)
    down = get("reversed") is not None
    start = _number(get("start"))
    number = start if start is not None else len(items) if down else 1
    numbers: list[int] = []
    for item, inner in items:
        value = item.get("value")
        if value is not None and (told := _number(value)) is not None:
            number = told
        if inner:
            numbers.append(number)
        number += -1 if down else 1
    first = numbers[0]
    counts_on = numbers == list(range(first, first + len(numbers)))
    return ListBlock(blocks, ordered=True, start=first, style=style, numbers=[] if counts_on else numbers)


@lru_cache(maxsize=1024)
def _marker(style: str | None, kind: str | None) -> Numbering | Literal["-"] | None:
    """How the markers of a list or item look, as far as its `style` and `type` say; "-" for points."""
    words = _words_of_style(style)
    named = next((marker for word in reversed(words) if (marker := _MARKERS.get(word))), None)
    return named or _TYPES.get((kind or "").strip())


@lru_cache(maxsize=1024)
def _words_of_style(style: str | None) -> tuple[str, ...]:
    """What a style says of an item's marker, word by word."""
    style = style.lower() if style else ""
    return tuple(" ".join(_LIST_STYLE.findall(style)).split()) if "list-style" in style else ()


def _number(value: str | None) -> int | None:
    """A whole number of up to nine digits."""
    match = _WHOLE.match(value or "")
    return int(match[1]) if match else None


def is_indent(element: Element, blocks: list[Block]) -> bool:
    """Whether an item only holds a sublist, without a marker of its own: editors indent so."""
    only_lists = all(isinstance(block, ListBlock) for block in blocks)
    return only_lists and "none" in _words_of_style(element.get("style"))
