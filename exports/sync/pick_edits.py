"""What an editor changed in a story of a file, put into its pick."""

from __future__ import annotations

from dataclasses import dataclass

from exports.content.entry import LONGEST_TITLE, Entry
from exports.content.wording import body_below, item_title, paragraphs_of
from exports.formats.format import FormatName
from exports.formats.fulltext import piece_of
from exports.formats.items import Item, Reading, same_words
from exports.formats.segments import Segment
from newsarchive.editorial.excerpts import first_sentences
from newsarchive.editorial.selection import DRAFT_LENGTH
from newsarchive.items.body import Break, Paragraph
from newsarchive.markdown.body_reader import read_body
from newsarchive.markdown.escape import escape_line, safe_line, single_line
from newsarchive.markdown.plain_text import plain_line
from newsarchive.markdown.writer import Style, write_body
from newsarchive.records.pick import Pick


@dataclass(frozen=True, slots=True)
class Rewording:
    """One story: `entry` as the store has it, `theirs` what the file would say of that, `ours` what it says."""

    format: FormatName
    entry: Entry
    ours: Item
    theirs: Item
    excerpts: bool = False

    def pick(self) -> Pick:
        """The pick with the editor's words; its own title, paragraphs and full text only where they differ."""
        match self.format:
            case "digest":
                changes = self._digest()
            case "fulltext":
                changes = self._full_text()
            case _:
                changes = self._post()
        return self.entry.pick.model_copy(update=changes)

    @property
    def _title(self) -> str:
        """The title that a hand wrote, empty where it wrote none."""
        if self.ours.title and not _same_line(self.ours.title, self.theirs.title):
            return self.ours.title
        if self.ours.front and not _same_line(self.ours.front, self.theirs.front):
            return self.ours.front
        return ""

    @property
    def _reworded(self) -> bool:
        return not same_words(self.ours.words, self.theirs.words)

    def _digest(self) -> dict[str, object]:
        style = "inline" if self.ours.inline else "line"
        return {"text": self.ours.words, "draft": False, "style": style}

    def _full_text(self) -> dict[str, object]:
        changes: dict[str, object] = {}
        if title := self._title:
            changes["title"] = title
        if self._reworded and self.ours.words and not self.excerpts:
            changes["body"] = self.ours.words
        if not self.entry.pick.text:
            changes["text"] = self.ours.title or self.ours.front
        return changes

    def _post(self) -> dict[str, object]:
        ours, entry = self.ours, self.entry
        changes: dict[str, object] = {"draft": False} if self.theirs.drafted and not ours.drafted else {}
        if not self._title and not (self._reworded and (ours.words or not entry.article)):
            return changes
        if entry.article is None and not ours.words:
            return changes | {
                "text": ours.title,
                "title": ours.title if len(ours.title) > LONGEST_TITLE else "",
                "words": "",
            }
        if self._title:
            changes["title"] = self._title
        elif entry.words or entry.article is None:
            changes["title"] = ours.title  # else it would be taken from the text
        if self._reworded:
            return changes | self._words()
        return changes | ({"words": entry.words} if entry.words and not entry.pick.words else {})

    def _words(self) -> dict[str, object]:
        """One paragraph is the pick's text, of which every format has a use; more is for posts alone."""
        pick, words = self.entry.pick, self.ours.words
        brief = self.format == "briefing" and self.ours.part.number is not None
        if (brief or is_one_line(words)) and not (self.entry.words and not brief):
            return {"text": words, "draft": False} | ({} if brief else {"words": ""})
        text = pick.text or first_sentences(plain_line(single_line(words)), DRAFT_LENGTH)
        return {"words": words, "text": text}


def expected(entry: Entry, reading: Reading, part: Segment, style: Style) -> Item:
    """What a file would say of a story that it does not have yet."""
    if reading.format == "fulltext":
        piece = piece_of(entry)
        if piece is None:
            return Item(part)
        level = 1 if reading.unit == "article" else 2
        body = write_body(piece.body) if reading.strict else body_below(piece.body, level, style)
        return Item(part, escape_line(piece.title), body.strip("\n"))
    if not entry.pick.text and entry.article is None:
        return Item(part)
    brief = reading.format == "briefing" and part.number is not None
    words = safe_line(entry.line) if brief else paragraphs_of(entry, style)
    return Item(part, item_title(entry), words, drafted=entry.is_draft)


def is_one_line(words: str) -> bool:
    """Whether Markdown is one paragraph on one line, so that it may stand in a list."""
    if "\n" in words.strip():
        return False
    body = read_body(words, mended=False)
    return (
        len(body) == 1
        and isinstance(body[0], Paragraph)
        and not any(isinstance(it, Break) for it in body[0].inlines)
    )


def _same_line(one: str, other: str) -> bool:
    return one == other or plain_line(one) == plain_line(other) != ""
