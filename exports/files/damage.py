"""Tells a file that was damaged by accident from one that a hand has edited: emptied, cut off, saved in a wrong charset.

To take away an item is an edit. To lose all that a file is known by is none; neither is a story that still stands in the
file, but without the number or heading that makes it one. Nothing of such a file is taken for a decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from exports.content.labels import any_of
from exports.content.wording import AGAIN_SIGN, BRIEF_SIGN, LINK_SIGN
from exports.files.edited_file import EditedFile
from exports.formats.segments import (
    FRONT,
    THE_ARTICLE,
    WORDS,
    Segment,
    fingerprint,
    is_story,
    joined,
    key_of_url,
    quoted,
)
from newsarchive.errors import UnreadableMarkdownError
from newsarchive.markdown.links import bare_urls

_CONFLICT = re.compile(r"(?m)^(?:<{7}|>{7}) ")
_WRONG_CHARSETS = ("latin-1", "cp1252", "gb18030", "big5")
"""In which UTF-8 is read by mistake: `ç¬¬` and `绗`, both for 第."""
_FEWEST_SIGNS = 4
"""Of a line that is judged by its signs: two Chinese characters may be UTF-8 of another one by chance (联通)."""
_LOST = "\ufffd"
_NO_WORDS = re.compile(r"[\s\\*_`#>\-+~]+|^\d{1,3}[.、．)]", re.MULTILINE)
_LONGEST_NAME = 12
_FENCE = fingerprint("---")
_CALLED = re.compile(rf"原文|{any_of(lambda it: it.original_article)}|{LINK_SIGN}|{AGAIN_SIGN}")


def decoded(content: bytes) -> str:
    """The text of a file. Raises UnreadableMarkdownError, whose message follows the name of the file."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableMarkdownError(f"is not UTF-8 text (byte {error.start})") from None


def damage(edited: EditedFile) -> str:
    """Why a file cannot be what a hand meant, to follow the file's name; empty where nothing speaks against it."""
    text = joined(edited.ours)
    if not text.strip("\ufeff\0 \t\r\n\u3000"):
        return "is empty" if any(map(is_story, edited.before)) else ""
    return (
        _broken_signs(edited, text)
        or _left_by_git(text)
        or _cut_off(text, edited.ours, edited.theirs)
        or _unrecognisable(edited)
    )


def still_standing(missing: Iterable[Segment], ours: Sequence[Segment]) -> list[Segment]:
    """Which of the items that a file does not have any more still stand in it, as something else than an item.

    What is in a comment was taken out; so was what another item only speaks of.
    """
    texts = [it.raw for it in ours if it.kind != "item"]
    open_texts = [raw for raw in texts if not raw.lstrip().startswith("<!--") or "-->" not in raw]
    called = [
        line for it in ours if it.kind == "item" for line in it.raw.splitlines()[1:] if _CALLED.search(line)
    ]
    links = {key_of_url(url) for text in (*open_texts, *called) for url in bare_urls(text)}
    links -= {it.key for it in ours if it.kind == "item"}
    words = _signs(
        "".join(it for it in open_texts if not it.startswith("# "))
    )  # a title may repeat a story's

    def stands(item: Segment) -> bool:
        name = name_of(item)
        return bool(name) and name in words if item.key.startswith(WORDS) else item.key in links

    return [it for it in missing if stands(it)]


def name_of(segment: Segment) -> str:
    """The first words of an item, without marks. A line of one sign is none: it tells whether a box is ticked."""
    lines = (_signs(line) for line in (segment.body or segment.raw).split("\n"))
    return next((line for line in lines if len(line) > 1), "")[:_LONGEST_NAME]


def _signs(text: str) -> str:
    return _NO_WORDS.sub("", text).replace(BRIEF_SIGN, "")


def _broken_signs(edited: EditedFile, text: str) -> str:
    if "\0" in text:
        return f"holds zero bytes (line {_line_of(text, text.index(chr(0)))})"
    written = joined(edited.theirs)
    known = {it.mark for it in edited.prints}
    lost = next((it.raw for it in edited.ours if _LOST in it.raw and it.mark not in known), "")
    if edited.base and lost and text.count(_LOST) > written.count(_LOST):
        line = _line_of(text, text.index(lost) + lost.index(_LOST))
        return f"has lost characters in line {line} (U+FFFD), as if it had been saved in a wrong charset"
    if text.isascii() and "??" in text and not written.isascii():
        return "has no Chinese character left, as if it had been saved in a wrong charset"
    lines = [line for line in text.split("\n") if sum(not it.isascii() for it in line) >= _FEWEST_SIGNS]
    for charset in _WRONG_CHARSETS:
        if lines and 2 * sum(_is_utf8_read_as(charset, line) for line in lines) > len(lines):
            return f"is unreadable, as if it had been read as {charset} and saved again"
    return ""


def _is_utf8_read_as(charset: str, line: str) -> bool:
    try:
        line.encode(charset).decode()
    except UnicodeError:
        return False
    return True


def _left_by_git(text: str) -> str:
    marks = list(_CONFLICT.finditer(text))
    if len({match[0] for match in marks}) < 2:
        return ""
    return f"has conflict marks of Git from line {_line_of(text, marks[0].start())} on"


def _cut_off(text: str, ours: Sequence[Segment], theirs: Sequence[Segment]) -> str:
    """Where a file ends in the middle of something after which there was more."""
    end = next((it for it in reversed(ours) if it.raw.strip()), None)
    if end is None or any(it.mark == end.mark for it in theirs):
        return ""
    cut = _unix(end.raw)
    whole = ((n, _unix(it.raw)) for n, it in enumerate(theirs))
    place, raw = next(((n, raw) for n, raw in whole if raw != cut and raw.startswith(cut)), (0, ""))
    if not raw:
        return ""
    held = {it.key for it in ours if is_story(it)}
    more = [it for it in theirs[place + 1 :] if is_story(it)]
    in_line = not text.endswith("\n") and raw[len(cut)] != "\n"
    lost = bool(more) or (in_line and is_story(theirs[place]))
    if not lost or any(it.key in held for it in more):
        return ""
    return f"ends in the middle of: {quoted(end.raw)}"


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def _unrecognisable(edited: EditedFile) -> str:
    """Most stories stand in the file as something else, or neither they nor anything else of it is left."""
    before, ours, theirs = edited.before, edited.ours, edited.theirs
    stories = {it.key for it in before if is_story(it)}
    keys = {it.key for it in ours if it.kind == "item"}
    if edited.base is None and any(map(is_story, ours)):
        return ""
    standing = still_standing([it for it in theirs if it.key in stories - keys], ours)
    if 2 * len(standing) > len(stories):
        return reason_of(standing)
    known = {it.key for it in before if it.kind == "item"} - {THE_ARTICLE}
    lines = _lines(ours) & _lines(it for it in theirs if it.key == THE_ARTICLE)
    marks = {it.mark for it in before} - {_FENCE}
    sections = {it.section for it in before} - {"", FRONT}
    left = known & keys or lines or any(it.mark in marks or it.section in sections for it in ours)
    return "" if left or not stories else "has nothing left of what was written there"


def _lines(segments: Iterable[Segment]) -> set[str]:
    return {line.strip() for it in segments for line in it.raw.splitlines()} - {"", "---"}


def reason_of(standing: Sequence[Segment]) -> str:
    """What is said of stories that stand in a file as something else."""
    more = f" and {len(standing) - 1} more" if len(standing) > 1 else ""
    return (
        f"still has {name_of(standing[0])}…{more}, but not as an item with its link: give it back its number, heading or"
        " link, or take out what is left of it"
    )


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
