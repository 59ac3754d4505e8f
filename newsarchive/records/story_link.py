"""What ties two articles together, or keeps them apart."""

from __future__ import annotations

from typing import Literal, TypeAlias

from newsarchive.items.record import Record, Time

StoryLinkKind: TypeAlias = Literal["joined", "names", "account", "words", "near", "contains", "apart"]


class StoryLink(Record):
    """Why two articles are one story, or are not.

    `names`: the article names `other` (an identity or a URL) as its original. `account`: it has (nearly) the same words, and names the
    account of the other one as that of its original. `words`: they have the same words on one day. `near`: their texts
    are nearly the same. `contains`: it contains the text of the other one, among others, and is another story. `joined`,
    `apart`: so an editor says, `at` some time. (`words` is never stored: both articles say so.)

    Of texts, `share` is how much of the shorter one (of its runs of four characters) the longer one has, `part` how much of
    the longer one that is.
    """

    identity: str
    other: str
    kind: StoryLinkKind
    share: float = 0.0
    part: float = 0.0
    at: Time | None = None
