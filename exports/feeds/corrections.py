"""What was corrected in stored articles, as an Atom feed and as Markdown: made whole from the store, the same store the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

from exports.feeds.atom import Channel, Notice, make_notices, title_of
from exports.feeds.xml_text import web_url, xml_line
from newsarchive.items.body import Body, Heading, Inline, Paragraph, Span
from newsarchive.items.record import SHANGHAI
from newsarchive.markdown.writer import write_body
from newsarchive.revisions.blocks import LABELS, blocks_of
from newsarchive.revisions.timeline import WordChange


def corrections_feed(changes: Sequence[WordChange], channel: Channel) -> str:
    """The feed of changes in the order given; an entry's id is of the article and the time at which it was seen changed."""
    return make_notices(
        [
            Notice(
                f"{it.identity}:{it.at:%Y%m%dT%H%M%S%fZ}",
                f"［{_kinds(it)}］{xml_line(it.title) or it.identity}",
                it.url,
                it.site,
                it.at,
                it.kinds,
                blocks_of(it.difference),
            )
            for it in changes
        ],
        channel,
    )


def corrections_markdown(changes: Sequence[WordChange], title: str) -> str:
    """A page of changes in the order given, a section each."""
    body: Body = [Heading(1, [Span(title)])]
    for it in changes:
        body += [Heading(2, [Span(it.title or it.identity, link=web_url(it.url))]), *change_blocks(it)]
    return write_body(body)


def change_blocks(change: WordChange) -> Body:
    """A change as a body: whose, what and when, then what is different."""
    when = f"{change.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    line: list[Inline] = [Span(f"{title_of(change.site)} ｜ {_kinds(change)} ｜ {when}")]
    return [Paragraph(line), *blocks_of(change.difference)]


def _kinds(change: WordChange) -> str:
    return "、".join(LABELS[kind] for kind in change.kinds)
