"""Pictures and players as inline pieces, the same in a paragraph of their own and in a table cell."""

from __future__ import annotations

from newsarchive.items.body import Break, Embed, Image, Inline, Span
from newsarchive.markdown.writing.escaping import clean

_MEDIA = {"video": "视频", "audio": "音频", "card": "卡片", "frame": "内嵌页面"}


def figure_pieces(image: Image) -> list[list[Inline]]:
    """A picture and, if it has one, its caption in italics."""
    pieces: list[list[Inline]] = [[image]]
    if caption := image.caption.strip():
        lines: list[Inline] = []
        for line in caption.splitlines():
            lines += [Span(line, emphasis=True), Break()]
        pieces.append(lines)
    return pieces


def embed_pieces(embed: Embed) -> list[Inline]:
    """What plays elsewhere, as a link that says what it is."""
    label = _MEDIA[embed.media]
    title = clean(embed.title or "").strip()
    return [Span(f"{label}：{title}" if title else label, link=embed.url)]
