"""What is asked to be read again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.items.verdict import LIST_KINDS, Verdict
from newsarchive.storage.raw.index import RawRecord


@dataclass(frozen=True, slots=True)
class ReparseRequest:
    """What is read again, and whether it is written.

    `since` (included) and `until` (not) bound the time of publication, of pages without an article that of their fetching. `verdict` is
    what an article or page was judged to be. `parser_before` (`NAME/NUMBER`) takes articles that an earlier parser read.
    `force` writes what got worse, too.
    """

    site: SiteName | None = None
    since: datetime | None = None
    until: datetime | None = None
    verdict: Verdict | None = None
    parser_before: str | None = None
    apply: bool = False
    force: bool = False

    def takes(self, article: Article) -> bool:
        """Whether an article of the site and time is asked for."""
        if self.verdict is not None and article.kind != self.verdict:
            return False
        return self.parser_before is None or is_before(article.parser, self.parser_before)

    def takes_page(self, record: RawRecord) -> bool:
        """Whether a page that gave no article is asked for."""
        return (
            record.verdict not in LIST_KINDS
            and (self.site is None or record.site == self.site)
            and (self.verdict is None or record.verdict == self.verdict)
            and (self.since is None or record.fetched_at >= self.since)
            and (self.until is None or record.fetched_at < self.until)
        )


def is_before(parser: str, other: str) -> bool:
    """Whether a parser (`NAME/NUMBER`) is an earlier one of the same name; an unknown one is earlier than all."""
    name, _, number = parser.rpartition("/")
    other_name, _, other_number = other.rpartition("/")
    if not number.isdecimal():
        return True
    return name == other_name and int(number) < int(other_number)
