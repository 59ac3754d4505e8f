"""An article's earlier words."""

from __future__ import annotations

from typing import Literal

from newsarchive.items.body import Body
from newsarchive.items.record import Record, Time


class Revision(Record):
    """An earlier title or body of an article, with the time until which it stood.

    `cause` tells who replaced it: the site, which says something else now, or the parser, which reads the same page otherwise.
    """

    identity: str
    title: str
    body: Body
    fetched_at: Time | None = None
    replaced_at: Time
    cause: Literal["site", "parser"] = "site"
