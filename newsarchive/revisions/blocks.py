"""A difference as a body tree, from which it is written as Markdown and HTML: what is gone struck out, what came in bold."""

from __future__ import annotations

from newsarchive.items.body import Block, Body, Inline, Paragraph, Quote, Span
from newsarchive.revisions.difference import Difference, Edit, WordPiece
from newsarchive.revisions.kinds import ChangeKind, replacements

LABELS = {
    ChangeKind.CORRECTION: "更正",
    ChangeKind.NUMBER: "数字",
    ChangeKind.NAME: "名称",
    ChangeKind.TITLE: "标题",
    ChangeKind.TEXT: "文字",
    ChangeKind.ORDER: "次序",
    ChangeKind.MARK: "图片与链接",
    ChangeKind.PUNCTUATION: "标点",
}
"""What editors call the kinds of changes."""
_EDITS = {"changed": "改：", "removed": "删：", "added": "增：", "moved": "移："}
_MOST_PIECES = 3
_LONGEST = 40


def blocks_of(found: Difference) -> Body:
    """A paragraph for the title and each sentence, each below the sentence that it follows."""
    blocks: list[Block] = []
    if found.title:
        blocks.append(Paragraph([Span("标题："), *_spans(found.title)]))
    after = ""
    for edit in found.edits:
        if edit.after and edit.after != after and not edit.mark:
            blocks.append(Quote([Paragraph([Span(f"…{edit.after}")])]))
        after = edit.after
        blocks.append(Paragraph([Span(_EDITS[edit.kind]), *_spans(edit.pieces)]))
    return blocks


def _spans(pieces: tuple[WordPiece, ...]) -> list[Inline]:
    return [Span(it.text, struck=it.kind == "removed", strong=it.kind == "added") for it in pieces]


def summary_of(found: Difference) -> str:
    """The first changes in one line: `5499 → 5999; + 另有一句。`."""
    changes = [it for pieces in (found.title, *map(_shown, found.edits)) for it in _replacements(pieces)]
    more = "; …" if len(changes) > _MOST_PIECES else ""
    return "; ".join(changes[:_MOST_PIECES]) + more


def _shown(edit: Edit) -> tuple[WordPiece, ...]:
    return (WordPiece("added", f"↕ {edit.pieces[0].text}"),) if edit.kind == "moved" else edit.pieces


def _replacements(pieces: tuple[WordPiece, ...]) -> list[str]:
    return [
        (f"{_short(old)} → {_short(new)}" if old else f"+ {_short(new)}") if new else f"- {_short(old)}"
        for _, old, new, _ in replacements(pieces)
    ]


def _short(text: str) -> str:
    text = text.strip()
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
