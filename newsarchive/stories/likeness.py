"""What two texts have in common: whether they are one text, one inside the other, or only alike. Pure.

First by shingles: how much of the shorter text the longer one has. That cannot tell a reprint from two uses of one
template (quarterly figures, rounds of funding): both share most of their words. So sentence by sentence it is then asked what
was changed: who reprints leaves sentences out and adds some, a template has other names and figures in the same sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Literal, TypeAlias

from newsarchive.items.article import Article, words_of
from newsarchive.stories.fingerprints import (
    FEWEST_SHINGLES,
    Fingerprint,
    fingerprint_of,
    shingles_of,
)

LEAST_SHARE = 0.6
"""Of the shorter text's shingles, how many the longer one has at least (reprints have .77 and more, others .15 and less)."""
LEAST_SHARE_NAMED = 0.4
"""The same, where one article names the other's account as that of its original."""
LEAST_PART = 0.4
"""Where the shorter text is less of the longer one than this, the longer one holds other texts too."""
ONE_OTHER_FACT = 0.2
"""Of the sentences that both texts have, how much (by characters) that one may be in which a single fact is another one."""
MORE_OTHER_FACTS = 0.04
"""The same of all sentences with other facts, if there is more than one: a reprint corrects a figure, a template has others."""
LONGEST = 50_000
"""Characters; a longer text is like none (the longest article seen has a third of it), so that no page costs more than it is worth."""
MOST_ALTERED = 200
"""Sentences of each of two texts that are searched for altered ones."""
LONGEST_SENTENCE = 300
"""Characters of a sentence in which words are searched that stand for others."""
PART = 800
"""Characters of the parts of a long text."""
_ALTERED = 0.45
"""Two sentences with this share of common pairs of characters are one, altered."""
_SENTENCE_END = re.compile(r"[。！？!?；;\n]+")
_FIGURES = re.compile(r"[0-9]+|[a-z]+|[零〇一二两三四五六七八九十百千万亿]+")
_FEW_CHARACTERS = 4
"""A shorter sentence says nothing."""

LikenessKind: TypeAlias = Literal["near", "contains", "inside"]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a text is like another: nearly the same, containing it, or inside of it.

    `share` is how much of the shorter one's shingles the longer one has, `part` how much of the longer one's they are.
    """

    kind: LikenessKind
    share: float
    part: float


class Wording:
    """A text as it is compared."""

    def __init__(self, text: str, words: str | None = None) -> None:
        self.text = text if len(text) <= LONGEST else ""
        self.words = words if words is not None and self.text else words_of(self.text)

    @classmethod
    def of(cls, article: Article) -> Wording:
        """That of an article, whose words were asked for when it was saved."""
        return cls(article.text, article.words)

    @cached_property
    def shingles(self) -> frozenset[str]:
        """All runs of four characters."""
        return shingles_of(self.words)

    @cached_property
    def fingerprint(self) -> Fingerprint | None:
        """By which a store finds it."""
        return fingerprint_of(self.words)

    @property
    def parts(self) -> list[Fingerprint]:
        """By which it is looked for what the text is like: the whole, and of a long one its parts, which short texts are like."""
        found = [self.fingerprint]
        if len(self.words) >= 3 * PART:
            starts = range(0, len(self.words), PART)
            found += [fingerprint_of(self.words[start : start + PART]) for start in starts]
        return [it for it in found if it]

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Its sentences, of letters and digits, each once."""
        found = (words_of(sentence) for sentence in _SENTENCE_END.split(self.text))
        return tuple(dict.fromkeys(it for it in found if len(it) >= _FEW_CHARACTERS))


def likeness(one: Wording, other: Wording, *, named: bool = False) -> Likeness | None:
    """How a text is like another one; None where both stand for themselves.

    `named` tells that one names the other as its original in some way that alone would not do.
    """
    short, long = sorted((one, other), key=lambda it: len(it.shingles))
    if len(short.shingles) < FEWEST_SHINGLES:
        return None
    common = len(short.shingles & long.shingles)
    share, part = common / len(short.shingles), common / len(long.shingles)
    if share < (LEAST_SHARE_NAMED if named else LEAST_SHARE) or _tells_other_facts(short, long):
        return None
    if part >= LEAST_PART:
        return Likeness("near", share, part)
    return Likeness("contains" if long is one else "inside", share, part)


def _tells_other_facts(short: Wording, long: Wording) -> bool:
    """Whether the sentences that both have in some form have other names and figures in each."""
    altered = [(mine, theirs, _changes(mine, theirs)) for mine, theirs in _altered(short, long)]
    seen = Counter(change for _, _, changes in altered for change in changes)
    again = {change for change, times in seen.items() if times > 1}
    facts = {mine: _other_facts(mine, theirs, changes, again) for mine, theirs, changes in altered}
    number = sum(facts.values())
    both = _length([it for it in short.sentences if it in long.words]) + _length([*facts])
    most = MORE_OTHER_FACTS if number > 1 else ONE_OTHER_FACT
    return _length([mine for mine, others in facts.items() if others]) > most * both


def _altered(short: Wording, long: Wording) -> Iterator[tuple[str, str]]:
    """The sentences of one text that stand in the other with some words changed, with what stands there."""
    ours = [it for it in short.sentences if it not in long.words][:MOST_ALTERED]
    theirs = [it for it in long.sentences if it not in short.words][:MOST_ALTERED] if ours else []
    pairs_of = {it: _pairs(it) for it in theirs}
    for mine in ours:
        pairs = _pairs(mine)
        best, text = max(
            ((len(pairs & other) / min(len(pairs), len(other)), it) for it, other in pairs_of.items()),
            default=(0.0, ""),
        )
        if best >= _ALTERED:
            yield mine, text


def _pairs(sentence: str) -> frozenset[str]:
    return frozenset(sentence[start : start + 2] for start in range(len(sentence) - 1))


def _changes(mine: str, theirs: str) -> set[tuple[str, str]]:
    """The words that stand for others, each with the others."""
    one, other = mine[:LONGEST_SENTENCE], theirs[:LONGEST_SENTENCE]
    found = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return {
        (one[start:end], other[first:last])
        for tag, start, end, first, last in found
        if tag == "replace" and max(end - start, last - first) > 1
    }


def _other_facts(mine: str, theirs: str, changes: set[tuple[str, str]], again: set[tuple[str, str]]) -> int:
    """How many facts of a sentence are others in the other one: numbers, words in Latin letters, and names.

    A name is what stands for another one `again`, in several sentences, or beside another figure; else it is a matter of style.
    """
    one, other = Counter(_FIGURES.findall(mine)), Counter(_FIGURES.findall(theirs))
    figures = min((one - other).total(), (other - one).total())
    words = {it for it in changes if not all(map(_FIGURES.fullmatch, it))}
    return figures + len(words if figures else words & again)


def _length(sentences: Sequence[str]) -> int:
    return sum(map(len, sentences))
