"""What is different between two versions of an article: by sentence, then by word inside a sentence.

Words are numbers and Latin words whole (5499→5999, never 5[4→9]99), and single Chinese characters. Two levels of `difflib`: on
all characters of an article it takes a hundred times as long.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import Literal, TypeAlias

from newsarchive.items.body import Body
from newsarchive.parsing.text import one_line
from newsarchive.revisions.words import WordLine, bare, lines_of

PieceKind: TypeAlias = Literal["same", "removed", "added"]
EditKind: TypeAlias = Literal["changed", "removed", "added", "moved"]

_END = re.compile(r"(?:[。！？；…]+|[!?.]+(?=\s))[”’」』）】\"']*\s*")
_COMMA = re.compile(r"[，、,：:]+\s*")
_LONG = 160
"""Characters of a sentence from which its parts between commas count as sentences."""
_ALPHABET = "0-9A-Za-zÀ-ɏͰ-ӿ０-９Ａ-Ｚａ-ｚ"
_WORD = re.compile(
    rf"https?://[^\s，。]+\s*|[{_ALPHABET}]+(?:(?:[.,:](?=\d)|[-'’&_+](?=[{_ALPHABET}]))[{_ALPHABET}]+)*[%％+]*[万亿兆千百]*\s*|.\s*",
    re.DOTALL,
)
_ALIKE = 0.4
"""Share of pairs of characters (Dice) from which a sentence is another one's new form."""
_MOST_PAIRS = 40_000
"""Sentences times sentences in one place that are looked at for new forms: more were never written by a person."""
_MOST_WORDS = 250_000
"""Words times words of two sentences that are compared: above it one stands for the other as a whole."""
_SAME_PLACES = 0.7
"""Share of words at the same places from which the others have been put in the place of each other."""
_MANY = 1_000
"""Sentences from which those that repeat very often are no help in comparing."""


@dataclass(frozen=True, slots=True)
class WordPiece:
    """A stretch of a title or sentence that both versions have, or one of them."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence (or picture, link, player: a `mark`) that is not as it was. `after` is the one that stands before it in both."""

    kind: EditKind
    pieces: tuple[WordPiece, ...]
    mark: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different: the pieces of the title, none where it is the same, and the sentences in their order."""

    title: tuple[WordPiece, ...] = ()
    edits: tuple[Edit, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title or self.edits)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    key: str
    mark: bool


def difference(old_title: str, old_body: Body, title: str, body: Body) -> Difference:
    """What a version of an article says otherwise than an earlier one."""
    same_title = bare(old_title) == bare(title)
    return Difference(
        () if same_title else _pieces(one_line(old_title), one_line(title)),
        tuple(_edits([*lines_of(old_body)], [*lines_of(body)])),
    )


def _sentences(lines: Iterable[WordLine]) -> Iterator[_Sentence]:
    for line in lines:
        if line.mark:
            yield _Sentence(line.text, line.key, mark=True)
            continue
        for sentence in _cut(line.text, _END):
            for part in _cut(sentence, _COMMA) if len(sentence) > _LONG else (sentence,):
                if key := bare(part):
                    yield _Sentence(part.strip(), key, mark=False)


def _cut(text: str, end: re.Pattern[str]) -> Iterator[str]:
    begin = 0
    for match in end.finditer(text):
        yield text[begin : match.end()]
        begin = match.end()
    if begin < len(text):
        yield text[begin:]


def _edits(old_lines: Sequence[WordLine], new_lines: Sequence[WordLine]) -> list[Edit]:
    """The edits between the lines; those that are the same at both ends need not be cut into sentences."""
    same, same_end = _alike_ends([it.key for it in old_lines], [it.key for it in new_lines])
    old = [*_sentences(old_lines[same : len(old_lines) - same_end])]
    new = [*_sentences(new_lines[same : len(new_lines) - same_end])]
    before = next((it.text for it in reversed([*_sentences(new_lines[max(same - 1, 0) : same])])), "")
    start, end = _alike_ends([it.key for it in old], [it.key for it in new])
    old_keys = [it.key for it in old[start : len(old) - end]]
    new_keys = [it.key for it in new[start : len(new) - end]]
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=max(len(old_keys), len(new_keys)) > _MANY)
    edits: list[Edit] = []
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag == "equal" or "".join(old_keys[first:last]) == "".join(new_keys[new_first:new_last]):
            continue
        place = start + new_first
        after = new[place - 1].text if place else before
        edits += _replaced(
            old[start + first : start + last], new[start + new_first : start + new_last], after
        )
    return _moves_marked(edits)


def _alike_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many at the beginning and at the end are the same: nearly all, mostly."""
    most = min(len(old), len(new))
    start = next((place for place in range(most) if old[place] != new[place]), most)
    most -= start
    end = next((place for place in range(most) if old[-1 - place] != new[-1 - place]), most)
    return start, end


def _replaced(old: Sequence[_Sentence], new: Sequence[_Sentence], after: str) -> Iterator[Edit]:
    """Sentences in the place of others: new forms beside what they were, the rest gone or new."""
    begin = old_begin = 0
    for place, new_place in [*_new_forms(old, new), (len(old), len(new))]:
        for gone in old[old_begin:place]:
            yield Edit("removed", (WordPiece("removed", gone.text),), gone.mark, after)
        for come in new[begin:new_place]:
            yield Edit("added", (WordPiece("added", come.text),), come.mark, after)
        if place < len(old):
            if old[place].key != new[new_place].key:
                yield _changed(old[place], new[new_place], after)
            after = new[new_place].text
        old_begin, begin = place + 1, new_place + 1


def _changed(old: _Sentence, new: _Sentence, after: str) -> Edit:
    if new.mark:  # an address is one word
        return Edit(
            "changed", (WordPiece("removed", old.text), WordPiece("added", new.text)), mark=True, after=after
        )
    return Edit("changed", _pieces(old.text, new.text), after=after)


def _new_forms(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> list[tuple[int, int]]:
    """Places of sentences and of their new forms, both in order."""
    if len(old) * len(new) > _MOST_PAIRS:
        return []
    if len(old) == len(new) == 1:
        return [(0, 0)] if _alike_alone(old[0], new[0]) else []
    old_pairs, new_pairs = ([_pairs(it.key) for it in sentences] for sentences in (old, new))
    if len(old) == len(new) and all(
        one.mark == other.mark and 2 * len(pairs & others) >= _ALIKE * (len(pairs) + len(others))
        for one, other, pairs, others in zip(old, new, old_pairs, new_pairs, strict=True)
    ):
        return [(place, place) for place in range(len(old))]
    holders: dict[str, list[int]] = defaultdict(list)
    for place, others in enumerate(new_pairs):
        for pair in others:
            holders[pair].append(place)
    forms: list[tuple[int, int]] = []
    last = -1
    for place, sentence in enumerate(old):
        shared = Counter(it for pair in old_pairs[place] for it in holders.get(pair, ()) if it > last)
        best = max(
            (
                (2 * count / (len(old_pairs[place]) + len(new_pairs[it])), -it)
                for it, count in shared.items()
                if new[it].mark == sentence.mark
            ),
            default=(0.0, 0),
        )
        if best[0] >= _ALIKE:
            last = -best[1]
            forms.append((place, last))
    return forms


def _alike_alone(old: _Sentence, new: _Sentence) -> bool:
    """Whether a sentence is the new form of the only one that stood in its place: single characters tell that as well."""
    if old.mark and new.mark:
        return old.text.split("]")[0] == new.text.split("]")[0]
    shared = (Counter(old.key) & Counter(new.key)).total()
    return old.mark == new.mark and 2 * shared >= _ALIKE * (len(old.key) + len(new.key))


def _pairs(key: str) -> set[str]:
    return {one + other for one, other in pairwise(key)} or {key}


def _pieces(old: str, new: str) -> tuple[WordPiece, ...]:
    """Two forms of a sentence, word by word."""
    words, new_words = _WORD.findall(old), _WORD.findall(new)
    keys, new_keys = [it.rstrip() for it in words], [it.rstrip() for it in new_words]
    start, end = _alike_ends(keys, new_keys)
    inner, new_inner = keys[start : len(keys) - end], new_keys[start : len(new_keys) - end]
    codes = _codes(inner, new_inner)
    pieces = _Pieces()
    pieces.add("same", new_words[:start])
    for place, (tag, first, last, new_first, new_last) in enumerate(codes):
        gone, come = words[start + first : start + last], new_words[start + new_first : start + new_last]
        if tag == "equal" and not (
            0 < place < len(codes) - 1 and _splits_a_word(codes, place, inner, new_inner)
        ):
            pieces.add("same", come)
        else:
            pieces.add("removed", gone)
            pieces.add("added", come)
    pieces.add("same", new_words[len(new_words) - end :])
    return pieces.done()


def _codes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """What became of words, as `difflib` says it; where most stand at the same places, at a tenth of its cost."""
    if len(old) * len(new) > _MOST_WORDS:
        return [("replace", 0, len(old), 0, len(new))]
    if len(old) == len(new):
        same = [one == other for one, other in zip(old, new, strict=True)]
        if sum(same) >= _SAME_PLACES * len(same):
            codes = []
            place = 0
            for is_same, run in groupby(same):
                end = place + len([*run])
                codes.append(("equal" if is_same else "replace", place, end, place, end))
                place = end
            return codes
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _splits_a_word(
    codes: Sequence[tuple[str, int, int, int, int]], place: int, old: Sequence[str], new: Sequence[str]
) -> bool:
    """Whether a stretch that is the same is but one Chinese character between two changed ones: a name, not two."""
    _, first, last, new_first, new_last = codes[place]
    around = [
        *old[first - 1 : first],
        *old[last : last + 1],
        *new[new_first - 1 : new_first],
        *new[new_last : new_last + 1],
    ]
    return last - first == 1 and all(map(_is_chinese, (old[first], *around)))


def _is_chinese(word: str) -> bool:
    return len(word) == 1 and "\u3400" <= word <= "\u9fff"


class _Pieces:
    """Pieces as they come; what is gone stands before what came in its place."""

    def __init__(self) -> None:
        self._pieces: list[WordPiece] = []
        self._gone = ""
        self._come = ""

    def add(self, kind: PieceKind, words: Sequence[str]) -> None:
        """Put words at the end."""
        text = "".join(words)
        if kind == "removed":
            self._gone += text
        elif kind == "added":
            self._come += text
        elif text:
            self._flush()
            if self._pieces and self._pieces[-1].kind == "same":
                text = self._pieces.pop().text + text
            self._pieces.append(WordPiece("same", text))

    def _flush(self) -> None:
        kind: PieceKind
        gone, come = self._gone.rstrip(), self._come.rstrip()
        blank = " " if (gone, come) != (self._gone, self._come) else ""
        if bare(gone) == bare(come):
            gone, come, blank = "", "", come + blank
        for kind, text in (("removed", gone), ("added", come), ("same", blank)):
            if text:
                self._pieces.append(WordPiece(kind, text))
        self._gone = self._come = ""

    def done(self) -> tuple[WordPiece, ...]:
        """All of them."""
        self._flush()
        return tuple(self._pieces)


def _moves_marked(edits: list[Edit]) -> list[Edit]:
    """A sentence that is gone in one place and new in another has moved: it is told once, where it is now."""
    gone = Counter(bare(it.pieces[0].text) for it in edits if it.kind == "removed")
    come = Counter(bare(it.pieces[0].text) for it in edits if it.kind == "added")
    moved, dropped = gone & come, gone & come
    result: list[Edit] = []
    for edit in edits:
        key = bare(edit.pieces[0].text) if edit.kind in {"removed", "added"} else ""
        if edit.kind == "removed" and dropped[key] > 0:
            dropped[key] -= 1
            continue
        if edit.kind == "added" and moved[key] > 0:
            moved[key] -= 1
            edit = Edit("moved", (WordPiece("same", edit.pieces[0].text),), edit.mark, edit.after)  # noqa: PLW2901
        result.append(edit)
    return result
