"""What a file tells of a story, and which of the words are an editor's, as fingerprints.

They are remembered with each file that is written. So it is known later what of a story a hand has changed there, and what
other hands have typed of it since, in another file or by a command: what these typed is not written over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TypeAlias

from exports.content.entry import Entry
from exports.formats.format import Dialect
from exports.formats.items import Item
from exports.formats.segments import Segment
from newsarchive.records.pick import Pick

Own: TypeAlias = tuple[str, ...]
"""Fingerprints of what is an editor's own in a pick (`_FIELDS`); empty where that is not."""
Telling: TypeAlias = Callable[[Sequence[Segment]], Mapping[int, str]]
"""What is remembered of the stories of a text (`Told.kept`), by their places in it."""
_FIELDS = ("title", "text", "words", "body")
_NONE = "-"
_APART = "~"


@dataclass(frozen=True, slots=True)
class Told:
    """What a file told of a story: the `title` and `words` that it wrote, and what was an editor's `own` then.

    The usual one is that of a story that a file did not have.
    """

    title: str = ""
    words: str = ""
    own: Own = ("",) * len(_FIELDS)

    @classmethod
    def of(cls, item: Item, own: Own) -> Told:
        """Of what a file says."""
        return cls(_print(item.title), _print(item.words), own)

    @property
    def kept(self) -> str:
        """In one word a fingerprint, to be kept with the file."""
        return " ".join(it or _NONE for it in (self.title, self.words, *self.own))

    @classmethod
    def read(cls, kept: str) -> Told | None:
        """What was kept; None for nothing, as of a file of an earlier version."""
        parts = ("" if it == _NONE else it for it in kept.removeprefix(_APART).split())
        title, words, *own = parts if kept else ("", "")
        return cls(title, words, tuple(own)) if kept else None

    def agreed(self, item: Item, now: Told) -> Told:
        """The same once the edits of an item are in the store: `now`, but for what the file says older than that."""
        title, words = _print(item.title), _print(item.words)
        old_title = title == self.title and title != now.title
        old_words = words == self.words and words != now.words
        return Told(
            self.title if old_title else now.title,
            self.words if old_words else now.words,
            ((self if old_title else now).own[0], *(self if old_words else now).own[1:]),
        )

    def without_older(self, item: Item, says: Item) -> Item:
        """What a hand left as it was is what the store `says` now: it is no edit, and another hand may have changed it."""
        if item.title and _print(item.title) == self.title:
            item = replace(item, title=says.title)
        # Who takes away the mark that nobody wrote the words has decided on them.
        return replace(item, words=says.words) if _print(item.words) == self.words else item

    def written_over(self, entry: Entry, pick: Pick, says: Item) -> bool:
        """Whether an edit that makes the pick of an entry so takes away what another hand has typed since."""
        same_title = _print(says.title) == self.title  # an edit of the words may have fixed it
        return any(
            own and own != before and getattr(pick, name) != getattr(entry.pick, name)
            for name, own, before in zip(_FIELDS, own_of(entry), self.own, strict=True)
            if not (name == "title" and same_title)
        )

    def typed_since(self, entry: Entry) -> bool:
        """Whether other hands have typed anything of a story since."""
        return any(own and own != before for own, before in zip(own_of(entry), self.own, strict=True))


def apart(kept: str) -> str:
    """What was told of a story of which file and store do not say the same since."""
    return kept if is_apart(kept) else f"{_APART}{kept}"


def is_apart(kept: str) -> bool:
    """Whether file and store did not say the same of a story when this was kept."""
    return kept.startswith(_APART)


def own_of(entry: Entry) -> Own:
    """What is an editor's own of a story."""
    pick = entry.kept(entry.pick)
    text = "" if pick.draft else pick.text
    return tuple(map(_print, (pick.title, text, pick.words or entry.words, pick.body)))


def with_words_of(item: Item, other: Item) -> Item:
    """An item with the words of another one of the same story."""
    return replace(item, words=other.words, drafted=other.drafted)


def telling(dialect: Dialect, owns: Sequence[Own]) -> Telling:
    """How the texts of a file tell of the stories with these words of editors, in the order of the file."""

    def told(segments: Sequence[Segment]) -> dict[int, str]:
        grammar = dialect.grammar
        places = [place for place, it in enumerate(segments) if grammar.is_story(it)]
        if len(places) != len(owns):
            return {}
        items = zip(places, dialect.items(segments), owns, strict=True)
        return {place: Told.of(item, own).kept for place, item, own in items}

    return told


def _print(words: str) -> str:
    return blake2b(words.encode(errors="surrogatepass"), digest_size=5).hexdigest() if words else ""
