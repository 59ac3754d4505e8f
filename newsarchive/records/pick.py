"""An editor's choice of a story for a day."""

from __future__ import annotations

from datetime import date
from typing import Literal

from newsarchive.items.record import Record


class Pick(Record):
    """An editor's choice of a story for a day.

    `position` counts from 1 within the day. `text` is the editor's own words in one line; `draft` marks a machine's.
    `identity` is filled where the URL tells it. `style` is `inline` where the day writes the link in the text (F2b).

    Where an editor has written more than that line, in Markdown: `title` stands for the article's, `words` for the
    text of a post that has several paragraphs, `body` for the article's text among full texts. Empty is none.

    A draft without a text shows what the article says. `basis` is a fingerprint of what it said when the editor wrote.
    """

    day: date
    position: int
    url: str
    text: str
    identity: str | None = None
    state: Literal["candidate", "picked", "rejected"] = "picked"
    draft: bool = False
    note: str = ""
    style: Literal["line", "inline"] = "line"
    title: str = ""
    words: str = ""
    body: str = ""
    basis: str = ""
