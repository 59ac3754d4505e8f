"""Files that an editor imported and that are more than a row of picks, kept in the store as they were written.

The strict profile writes such a file back as long as its picks are still what it says; the clean one takes the words
of its items. Only the quirks that no profile writes are mended, by line (`mend`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exports.content.entry import Entry
from exports.formats.archive import Family, Remark
from exports.formats.segments import key_of_url
from exports.imports.document_items import items_of
from newsarchive.markdown.body_reader import mended_bold
from newsarchive.markdown.document import code_lines
from newsarchive.parsing.front_matter import split_front_matter
from newsarchive.storage.collections import EDITIONS, Edition, Editions
from newsarchive.storage.contract import DocumentStore

_TITLE_MARK = re.compile(r"(title:\s*[\"']?)#+\s*")


def day_key(of: str, day: date) -> str:
    """The key of the files of a day: `daily/2025-11-13`."""
    return f"{of}/{day.isoformat()}"


async def keep_edition(store: DocumentStore, key: str, edition: Edition) -> None:
    """Keep a file, after those with another text that are kept under its key."""
    held = [it for it in await editions(store, key) if it.text != edition.text and it.name != edition.name]
    await store.put_document(EDITIONS, key, Editions(files=(*held, edition)))


async def editions(store: DocumentStore, key: str) -> Sequence[Edition]:
    """The files of a key, the one imported last comes last."""
    kept = await store.get_document(EDITIONS, key)
    return kept.files if kept else ()


def mend(text: str, family: Family) -> tuple[str, list[Remark]]:
    """The text without the quirks that no profile writes, each named by its line."""
    if family == "briefing":
        return _mended_briefing(text)
    if family == "full-text":
        return _mended_full_text(text)
    return text, []


def _mended_briefing(text: str) -> tuple[str, list[Remark]]:
    lines = text.split("\n")
    remarks = []
    _, skip = split_front_matter(lines)
    for place in range(skip):
        if _TITLE_MARK.match(lines[place]):
            lines[place] = _TITLE_MARK.sub(r"\1", lines[place], count=1)
            remarks.append(Remark(place + 1, "heading mark in the title; written without it on export"))
    if lines[-1]:
        remarks.append(Remark(len(lines), "no line end at the end of the file; written with one on export"))
        lines.append("")
    return "\n".join(lines), remarks


def _mended_full_text(text: str) -> tuple[str, list[Remark]]:
    lines: list[str] = []
    remarks = []
    dropped = False
    written = text.split("\n")
    code = code_lines(written)
    for number, line in enumerate(written, start=1):
        if number - 1 in code:
            lines.append(line)
        elif line.strip() == "****":
            remarks.append(Remark(number, "empty bold (****); left out on export"))
            dropped = True
        elif not (dropped and not line.strip()):
            mended = mended_bold(line)
            if mended != line:
                remarks.append(
                    Remark(number, "bold that opens before its full stop; written after it on export")
                )
            lines.append(mended)
            dropped = False
    return "\n".join(lines), remarks


def with_words(entries: list[Entry], files: Sequence[Edition]) -> list[Entry]:
    """The entries with what imported posts of their day say of them; the file imported last wins."""
    items = {key: item for edition in files for key, item in items_of(edition.text, edition.name).items()}
    filled = []
    for entry in entries:
        item = items.get(key_of_url(entry.url))
        if item and item.words:
            filled.append(
                replace(entry, words=item.words, pictures=item.pictures, published_day=item.published)
            )
        else:
            filled.append(entry)
    return filled
