"""Markdown lines as plain text: for pasting into WeChat and 即刻, for feeds, and for what a machine answers."""

from __future__ import annotations

from markdown_it import MarkdownIt

from newsarchive.parsing.text import one_line

_INLINE = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
_WORDS = frozenset(("text", "code_inline", "text_special", "html_inline"))


def plain_line(markdown: str) -> str:
    """A line of Markdown as it reads: links as their words, pictures left out; no marks but those of what is struck out."""
    return one_line("".join(_words(markdown)))


def _words(markdown: str) -> list[str]:
    words: list[str] = []
    for inline in _INLINE.parseInline(markdown):
        for token in inline.children or []:
            if token.type in _WORDS:
                words.append(token.content)
            elif token.type in {"softbreak", "hardbreak"}:
                words.append(" ")
            elif token.type in {"s_open", "s_close"}:
                words.append("~~")
    return words
