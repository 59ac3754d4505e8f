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
from itertools import groupby

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
        if not any(piece.link for piece in line[start:end]):  # as in most
            found.append((start, end))
            continue
        parts = [[*places] for _, places in groupby(range(start, end), lambda at: line[at].link)]
        bare = [number for number, places in enumerate(parts) if not line[places[0]].link]
        if bare:
            parts[bare[0] : bare[-1] + 1] = [[*range(parts[bare[0]][0], parts[bare[-1]][-1] + 1)]]
        found += [(places[0], places[-1] + 1) for places in parts]
    return found


def _stretches(line: list[InlinePiece], mark: Mark) -> Iterator[Run]:
    start = None
    for index, piece in enumerate(line):
        if mark in piece.marks:
            start = index if start is None else start
        elif start is not None:
            yield start, index
            start = None
    if start is not None:
        yield start, len(line)


def _settle(line: list[InlinePiece], mark: Mark) -> Iterator[InlinePiece]:
    done = 0
    for start, end in _stretches(line, mark):
        yield from line[done:start]
        yield from _within(line[start:end], _char_before(line, start), _char_after(line, end), mark)
        done = end
    yield from line[done:]


def _within(
    pieces: list[InlinePiece], before: str, after: str, mark: Mark, link: str | None = None
) -> list[InlinePiece]:
    """Pieces of one style with its marks moved to where they work; links (but the one that all have) by themselves."""
    core = deque(pieces)
    head = _moved_out(core, before, after, mark, link, last=False)
    tail = _moved_out(core, after, "", mark, link, last=True)
    return _paired(head, list(core), tail[::-1], mark)


def _moved_out(
    core: deque[InlinePiece], outside: str, beyond: str, mark: Mark, link: str | None, *, last: bool
) -> list[InlinePiece]:
    """Take away what cannot stand first (or `last`) between marks; it comes without its mark, the outermost first.

    `outside` is the character before it, `beyond` the one after all of the pieces.
    """
    out: list[InlinePiece] = []
    while core:
        if (own := core[-1 if last else 0].link) != link:
            group = _take_link(core, last=last)
            if last:
                out += _within(group, "[", "]" if out else outside, mark, own)[::-1]
            else:
                out += _within(group, "[" if out else outside, "]" if core else beyond, mark, own)
        elif not _moves_out(core, out, outside, mark, last=last):
            break
        if out[-1].link == link:
            outside = _first_char(out[-1]) if last else _last_char(out[-1])
        else:
            outside = "[" if last else ")"
    return out


def _take_link(core: deque[InlinePiece], *, last: bool) -> list[InlinePiece]:
    """Take away the pieces of the first (or last) link."""
    take, place = (core.pop, -1) if last else (core.popleft, 0)
    group = [take()]
    while core and core[place].link == group[0].link:
        group.append(take())
    return group[::-1] if last else group


def _moves_out(
    core: deque[InlinePiece], out: list[InlinePiece], outside: str, mark: Mark, *, last: bool
) -> bool:
    """Move what cannot stand at an end of `core` out of it; whether a piece is used up by it."""
    place = -1 if last else 0
    piece, text = core[place], core[place].text
    if piece.kind == "code":
        if not _works(outside, "`"):
            out.append(piece.part(" ", mark))
            out[-1].kind = "text"
        return False
    count = len(text) if piece.kind == "picture" else _unfit(text, outside, last=last)
    if count == len(text):
        del core[place]
        out.append(piece.part(text, mark))
        return True
    if count:
        cut = len(text) - count if last else count
        parts = text[:cut], text[cut:]
        out.append(piece.part(parts[place], mark))
        core[place] = piece.part(parts[place + 1])
    return False


def _unfit(text: str, outside: str, *, last: bool) -> int:
    """How many characters at an end cannot be the first that a mark encloses, beside the one outside of it."""
    count = 0
    for char in reversed(text) if last else text:
        attached = count and not last and unicodedata.category(char)[0] == "M"
        if not char.isspace() and not attached and _works(outside, char):
            break
        outside = char
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
        count = 1 + _unfit(first.text[1:], first.text[0], last=False)
        head = [*head, first.part(first.text[:count], mark)]
        core[0] = first.part(first.text[count:])
    elif (
        last.kind == "text"
        and opening
        and _PAIRS.get(opening) == last.text[-1]
        and not _holds(core, last.text[-1], 0, 1)
    ):
        count = 1 + _unfit(last.text[:-1], last.text[-1], last=True)
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
