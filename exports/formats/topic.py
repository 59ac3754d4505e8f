"""The topic page: what a month has of some words, by day, in the form of the digest. It grows as the month does."""

from __future__ import annotations

from dataclasses import replace

from exports.content.entry import Entry
from exports.formats.digest import FORMAT as DIGEST
from exports.formats.format import Dialect, OutputPage, Selection
from exports.formats.layout import PLAIN
from exports.formats.words import NAME, Word
from newsarchive.editorial.days import day_start
from newsarchive.markdown.escape import escape_line


def _write(selection: Selection[Entry], dialect: Dialect) -> OutputPage:
    month, topic = selection.day, selection.topic
    days = {it.pick.day for it in selection.stories}
    plain = PLAIN.model_copy(update={"labels": dict.fromkeys((day.isoformat() for day in days), "")})
    page = DIGEST.write(Selection(month, selection.stories, plain), replace(dialect, of=DIGEST, own={}))
    title = f"{topic} {dialect.labels.month_of(month)}".lstrip()
    return replace(
        page,
        format=FORMAT.name,
        title=title,
        heading=f"# {escape_line(title)}\n\n\n\n",
        at=day_start(month),
        own_front=None,
        categories=(dialect.name,),
        tags=(topic,) if topic else (),
        identity=topic,
    )


FORMAT = replace(
    DIGEST,
    name="topic",
    words={NAME: Word("专题", "its name")},
    summary="A topic: what a month has of some words (docs/search.md), a section a day, a numbered line and a link an item.",
    write=_write,
    folder="topic",
    families=(),
    of_words=True,
)
