"""Lists as Markdown can number them: figures that count on; everything else becomes text."""

from __future__ import annotations

from collections.abc import Iterator

from newsarchive.items.body import Block, ListBlock, Paragraph, Span

LONGEST_NUMBER = 999_999_999
"""CommonMark takes no longer number for one of a list."""


def numbered(block: ListBlock) -> Iterator[ListBlock]:
    """A list as lists that Markdown can write: one for each run of numbers that count on.

    Where the page has letters, Roman or negative numbers, the items get them as text.
    """
    if not block.is_marked:
        yield block
        return
    numbers = [block.number(place) for place in range(len(block.items))]
    if block.style != "1" or not all(0 <= number < LONGEST_NUMBER for number in numbers):
        yield ListBlock(marked_items(block))
        return
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield ListBlock(block.items[start:place], ordered=True, start=numbers[start])
            start = place


def marked_items(block: ListBlock) -> list[list[Block]]:
    """The items, those of an ordered list with their numbers as text before them."""
    if not block.ordered:
        return block.items
    return [_marked(item, block.mark(place)) for place, item in enumerate(block.items)]


def _marked(item: list[Block], mark: str) -> list[Block]:
    first = item[0] if item else None
    if isinstance(first, Paragraph):
        return [Paragraph([Span(f"{mark} "), *first.inlines]), *item[1:]]
    return [Paragraph([Span(mark)]), *item] if item else []
