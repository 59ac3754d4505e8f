"""Bold, italics and strike-through that work beside full-width punctuation.

CommonMark opens `**` only where it is not between a letter and punctuation, and closes it likewise (flanking rule,
commonmark-spec issue 650), so `前**“引号”**后` shows its asterisks. Here the marks move inwards until they work:
`前“**引号**”后`. Only the style of punctuation and blanks is given up for that, never text.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache

from newsarchive.markdown.writing.pieces import InlinePiece, Mark, merged

Run = tuple[int, int]
"""The pieces from the first number up to, without, the second, which one pair of marks encloses."""

_PAIRS = dict(zip("“‘「『《〈（【〔[(\"'", "”’」』》〉）】〕])\"'", strict=True))


def settled(line: list[InlinePiece]) -> list[InlinePiece]:
    """A line whose styles are such that writing marks around each run (see `runs`) gives exactly these styles."""
    if not any(piece.marks for piece in line):
        return line
    line = merged(_settle(line, "struck"))
    line = merged(_settle(line, "strong"))
    if not any("emphasis" in piece.marks for piece in line):
        return line
    line = merged(_settle(line, "emphasis"))
    if _untangle(line):
        line = merged(_settle(merged(line), "emphasis"))
        if _untangle(line):
            line = merged(piece.part(piece.text, "emphasis") for piece in line)
    return line


def runs(line: list[InlinePiece], mark: Mark) -> list[Run]:
    """The runs of one style. A link at either end of a run is a run of its own, marked inside its brackets."""
    found: list[Run] = []
    for start, end in _stretches(line, mark):
        first = start
        while first < end and line[first].link:
            after = _link_end(line, first, end)
            found.append((first, after))
            first = after
        tail: list[Run] = []
        last = end
        while last > first and line[last - 1].link:
            before = _link_start(line, first, last)
            tail.append((before, last))
            last = before
        if first < last:
            found.append((first, last))
        found.extend(reversed(tail))
    return found


def _stretches(line: list[InlinePiece], mark: Mark) -> Iterator[Run]:
    start: int | None = None
    for index, piece in enumerate(line):
        if mark not in piece.marks:
            if start is not None:
                yield start, index
            start = None
        elif start is None:
            start = index
    if start is not None:
        yield start, len(line)


def _link_end(line: list[InlinePiece], start: int, limit: int) -> int:
    end = start
    while end < limit and line[end].link == line[start].link:
        end += 1
    return end


def _link_start(line: list[InlinePiece], limit: int, end: int) -> int:
    start = end
    while start > limit and line[start - 1].link == line[end - 1].link:
        start -= 1
    return start


def _settle(line: list[InlinePiece], mark: Mark) -> Iterator[InlinePiece]:
    done = 0
    for start, end in _stretches(line, mark):
        yield from line[done:start]
        yield from _settle_stretch(line, start, end, mark)
        done = end
    yield from line[done:]


def _settle_stretch(line: list[InlinePiece], start: int, end: int, mark: Mark) -> list[InlinePiece]:
    """A stretch of one style with its marks moved to where they work; links at its ends are settled by themselves."""
    before, after = _char_before(line, start), _char_after(line, end)
    core = deque(line[start:end])
    head: list[InlinePiece] = []
    tail: list[InlinePiece] = []
    while core:
        if core[0].link:
            group = _take_link(core)
            head += _settle_group(group, "[" if head else before, "]" if core else after, mark)
        elif not _moves_out_left(core, head, before, mark):
            break
        before = _last_char(head[-1]) if head[-1].link is None else ")"
    while core:
        if core[-1].link:
            group = _take_last_link(core)
            tail = _settle_group(group, "[", "]" if tail else after, mark) + tail
        elif not _moves_out_right(core, tail, after, mark):
            break
        after = _first_char(tail[0]) if tail[0].link is None else "["
    return _paired(head, list(core), tail, mark)


def _settle_group(group: list[InlinePiece], before: str, after: str, mark: Mark) -> list[InlinePiece]:
    """The same for pieces inside one link."""
    core = deque(group)
    head: list[InlinePiece] = []
    tail: list[InlinePiece] = []
    while core and _moves_out_left(core, head, before, mark):
        before = _last_char(head[-1])
    while core and _moves_out_right(core, tail, after, mark):
        after = _first_char(tail[0])
    return _paired(head, list(core), tail, mark)


def _take_link(core: deque[InlinePiece]) -> list[InlinePiece]:
    group = [core.popleft()]
    while core and core[0].link == group[0].link:
        group.append(core.popleft())
    return group


def _take_last_link(core: deque[InlinePiece]) -> list[InlinePiece]:
    group = deque([core.pop()])
    while core and core[-1].link == group[0].link:
        group.appendleft(core.pop())
    return list(group)


def _moves_out_left(core: deque[InlinePiece], head: list[InlinePiece], before: str, mark: Mark) -> bool:
    """Move what cannot follow an opening mark from the start of `core` to `head`; whether a piece is used up by it."""
    piece = core[0]
    if piece.kind == "code":
        if not _works(before, "`"):
            head.append(piece.part(" ", mark))
            head[-1].kind = "text"
        return False
    count = 1 if piece.kind == "picture" else _leading(piece.text, before)
    if piece.kind == "picture" or count == len(piece.text):
        head.append(core.popleft().part(piece.text, mark))
        return True
    if count:
        head.append(piece.part(piece.text[:count], mark))
        core[0] = piece.part(piece.text[count:])
    return False


def _moves_out_right(core: deque[InlinePiece], tail: list[InlinePiece], after: str, mark: Mark) -> bool:
    piece = core[-1]
    if piece.kind == "code":
        if not _works(after, "`"):
            tail.insert(0, piece.part(" ", mark))
            tail[0].kind = "text"
        return False
    count = _trailing(piece.text, after)
    if piece.kind == "picture" or count == len(piece.text):
        tail.insert(0, core.pop().part(piece.text, mark))
        return True
    if count:
        tail.insert(0, piece.part(piece.text[-count:], mark))
        core[-1] = piece.part(piece.text[:-count])
    return False


def _leading(text: str, before: str) -> int:
    """How many characters at the start cannot be the first after an opening mark that follows `before`."""
    count = 0
    for char in text:
        attached = count and unicodedata.category(char)[0] == "M"
        if not char.isspace() and not attached and _works(before, char):
            break
        before = char
        count += 1
    return count


def _trailing(text: str, after: str) -> int:
    count = 0
    for char in reversed(text):
        if not char.isspace() and _works(after, char):
            break
        after = char
        count += 1
    return count


def _works(outside: str, inside: str) -> bool:
    """Whether a mark works between the character outside and the character inside of what it encloses."""
    return not _may_be_punctuation(inside) or outside.isspace() or _is_punctuation(outside)


@lru_cache(maxsize=4096)
def _may_be_punctuation(char: str) -> bool:
    """Symbols count as punctuation since CommonMark 0.31 (January 2024), not before: here they may be either."""
    return unicodedata.category(char)[0] in "PS"


@lru_cache(maxsize=4096)
def _is_punctuation(char: str) -> bool:
    if char.isascii():
        return char.isprintable() and not char.isalnum() and char != " "
    return char <= "\uffff" and unicodedata.category(char)[0] == "P"


def _paired(
    head: list[InlinePiece], core: list[InlinePiece], tail: list[InlinePiece], mark: Mark
) -> list[InlinePiece]:
    """All three in order. Quotes and brackets stay together: if one had to leave, its partner does too."""
    if not _has_words(core):
        return [*head, *(piece.part(piece.text, mark) for piece in core), *tail]
    first, last = core[0], core[-1]
    opening, closing = _outside(head, -1, first.link), _outside(tail, 0, first.link)
    if (
        first.kind == "text"
        and closing
        and _PAIRS.get(first.text[0]) == closing
        and not _holds(core, closing, 1)
    ):
        count = 1 + _leading(first.text[1:], first.text[0])
        head = [*head, first.part(first.text[:count], mark)]
        core[0] = first.part(first.text[count:])
    elif (
        last.kind == "text"
        and opening
        and _PAIRS.get(opening) == last.text[-1]
        and not _holds(core, last.text[-1], 0, 1)
    ):
        count = 1 + _trailing(last.text[:-1], last.text[-1])
        tail = [last.part(last.text[-count:], mark), *tail]
        core[-1] = last.part(last.text[:-count])
    return [*head, *core, *tail]


def _has_words(pieces: Iterable[InlinePiece]) -> bool:
    return any(
        piece.kind == "code" or (piece.kind == "text" and any(char.isalnum() for char in piece.text))
        for piece in pieces
    )


def _outside(pieces: list[InlinePiece], index: int, link: str | None) -> str:
    """The character that moved out last, if it was text in the same link or in none."""
    piece = pieces[index] if pieces else None
    return piece.text[index] if piece and piece.kind == "text" and piece.link == link else ""


def _holds(core: list[InlinePiece], char: str, start: int, end: int = 0) -> bool:
    text = "".join(piece.text for piece in core)
    return char in text[start : len(text) - end]


def _char_before(line: list[InlinePiece], start: int) -> str:
    piece = line[start]
    if start and line[start - 1].link == piece.link:
        return _last_char(line[start - 1])
    if piece.link:
        return "["
    return ")" if start else " "


def _char_after(line: list[InlinePiece], end: int) -> str:
    piece = line[end - 1]
    if end < len(line) and line[end].link == piece.link:
        return _first_char(line[end])
    if piece.link:
        return "]"
    return "[" if end < len(line) else " "


def _first_char(piece: InlinePiece) -> str:
    return "`" if piece.kind == "code" else piece.text[0]


def _last_char(piece: InlinePiece) -> str:
    return "`" if piece.kind == "code" else piece.text[-1]


def _untangle(line: list[InlinePiece]) -> bool:
    """Take italics away where they overlap bold, or meet it so often that marks would pair wrongly; whether any went.

    One bold and one italic run may enclose, touch or equal each other. In longer chains a run of three asterisks can
    be closed by the wrong one.
    """
    strong, italic = runs(line, "strong"), runs(line, "emphasis")
    meetings = _meetings(strong, italic)
    by_strong: dict[Run, list[Run]] = {}
    for emphasised, bolds in meetings.items():
        for bold in bolds:
            by_strong.setdefault(bold, []).append(emphasised)
    crowded = {bold for bold, others in by_strong.items() if _crowded(bold, others)}
    cut: set[int] = set()
    for (start, end), bolds in meetings.items():
        if _crowded((start, end), bolds) or not crowded.isdisjoint(bolds):
            cut.update(range(start, end))
            continue
        for first, last in bolds:
            if start < first < end < last or first < start < last < end:
                cut.update(range(max(start, first), min(end, last)))
    for index in cut:
        line[index] = line[index].part(line[index].text, "emphasis")
    return bool(cut)


def _crowded(run: Run, others: list[Run]) -> bool:
    """Whether a run meets several of the other style, at least one of them at its very edge."""
    return len(others) > 1 and any(not {*run}.isdisjoint(other) for other in others)


def _meetings(strong: list[Run], italic: list[Run]) -> dict[Run, list[Run]]:
    """For each italic run the bold runs that it overlaps or touches."""
    meetings: dict[Run, list[Run]] = {}
    lowest = 0
    for start, end in italic:
        while lowest < len(strong) and strong[lowest][1] < start:
            lowest += 1
        other = lowest
        while other < len(strong) and strong[other][0] <= end:
            meetings.setdefault((start, end), []).append(strong[other])
            other += 1
    return meetings
