"""What the sites withdrew, as an Atom feed: the same store, the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exports.feeds.atom import Channel, Notice, make_notices
from exports.feeds.xml_text import xml_line
from newsarchive.editorial.withdrawals import Withdrawal
from newsarchive.items.article import RawReference
from newsarchive.items.body import Body, Paragraph, Quote, Span
from newsarchive.items.record import SHANGHAI


def withdrawals_feed(found: Sequence[Withdrawal], channel: Channel) -> str:
    """The feed of withdrawals in the order given; an entry's id is of the article and the time at which it was found gone."""
    return make_notices(
        [
            Notice(
                f"{it.identity}:{it.found_gone:%Y%m%dT%H%M%S%fZ}",
                f"［原文已删除］{xml_line(it.title) or it.identity}",
                it.url,
                it.site,
                it.found_gone,
                (it.kind,),
                _body(it),
            )
            for it in found
        ],
        channel,
    )


def _body(it: Withdrawal) -> Body:
    facts = (
        ("首次见到", _time(it.first_seen)),
        ("最后在线", _time(it.last_alive)),
        ("发现删除", _time(it.found_gone)),
        ("存档", _place(it.kept)),
    )
    body: Body = [Paragraph([Span(f"{label}：{fact}")]) for label, fact in facts if fact]
    return [Quote([Paragraph([Span(it.notice)])]), *body] if it.notice else body


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""


def _place(place: RawReference | None) -> str:
    return f"{place.file} @ {place.offset}" if place else ""
