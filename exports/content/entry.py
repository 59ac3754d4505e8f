"""The stories of a day as every format needs them: an editor's pick, its article if it is stored, and its reprints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from newsarchive.editorial.days import month_span
from newsarchive.editorial.excerpts import draft_words
from newsarchive.editorial.selection import Chosen, chosen_of
from newsarchive.editorial.stories import StoryStore
from newsarchive.items.article import Article
from newsarchive.items.body import Image
from newsarchive.items.record import SHANGHAI
from newsarchive.markdown.escape import escape_line, safe_url, single_line
from newsarchive.markdown.plain_text import plain_line
from newsarchive.parsing.urls import is_web_address
from newsarchive.records.pick import Pick
from newsarchive.sites import SITES, identify

UNLINKED = "urn:newsarchive:entry:"
"""Begins the `url` of a pick that has no link of its own (a pick needs one that is unique in its day); never written."""
LONGEST_TITLE = 40
"""Characters of the heading of a story that has a text but no title."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A story of a day. `words` is Markdown of more than a line that an editor's own file had of it.

    `pictures` are the picture links of that file. `reprints` are stored articles of the same story. The pick's text is the
    source's where the pick `follows` it; the source may have changed since an editor wrote of it. `withdrawn` says that
    it is to be marked as one that its site took down.
    """

    pick: Pick
    article: Article | None = None
    reprints: tuple[Article, ...] = ()
    words: str = ""
    pictures: tuple[Image, ...] = ()
    published_day: date | None = None
    follows: bool = False
    source_changed: bool = False
    withdrawn: bool = False

    @classmethod
    def of(cls, chosen: Chosen) -> Entry:
        """What was chosen, with all that is stored of it."""
        return cls(
            chosen.pick,
            chosen.article,
            chosen.reprints,
            follows=chosen.follows,
            source_changed=chosen.source_changed,
        )

    @classmethod
    def short(cls, chosen: Chosen) -> Entry:
        """What was chosen, without the articles: enough for a format of lines, and a hundredth of the memory."""
        return cls(chosen.pick, follows=chosen.follows, source_changed=chosen.source_changed)

    def kept(self, pick: Pick) -> Pick:
        """The pick of this story as it is kept: without a text where that is still the source's."""
        follows = self.follows and pick.draft and pick.text == self.pick.text
        return pick.model_copy(update={"text": ""}) if follows else pick

    @property
    def name(self) -> str:
        """By what a message names it: some words, and where it stands on the web."""
        words = plain_line(single_line(self.pick.title or self.pick.text))
        if self.article and self.article.title.strip():
            words = single_line(self.article.title)
        return f"{words[:LONGEST_TITLE]} {self.url}".strip()

    @property
    def title(self) -> str:
        """The editor's title, else the article's; of a story that is not stored the editor's text, cut where it is long."""
        if self.pick.title:
            return single_line(self.pick.title)
        if self.words or not (self.article and self.article.title.strip()):
            text = single_line(self.pick.text)
            if self.words or len(text) <= LONGEST_TITLE:
                return text
            # Cut as plain words: half a link or a bold mark without its partner would show.
            words = plain_line(text)
            return f"{escape_line(words[:LONGEST_TITLE])}…" if len(words) > LONGEST_TITLE else text
        return self.article.title

    @property
    def plain_title(self) -> str:
        """The title without marks; one of marks alone (a picture) as it was written."""
        return (plain_line(self.title) if self.title_is_markdown else "") or self.title

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that its site gave it; none where nothing is stored."""
        return self.article.tags if self.article else ()

    @property
    def title_is_markdown(self) -> bool:
        """Whether the title is an editor's words, in which marks mean something."""
        return bool(self.pick.title or self.words) or not (self.article and self.article.title.strip())

    @property
    def own_words(self) -> str:
        """Markdown of more than a line: the editor's, else that of the file that was imported."""
        return self.pick.words or self.words

    @property
    def summary(self) -> str:
        """The editor's words in Markdown; of a story without, the article's digest or first sentences."""
        return self.own_words or self._line

    @property
    def line(self) -> str:
        """The summary where there is room for one line only."""
        return single_line(self.words) if self.words and not self.pick.title else self._line

    @property
    def _line(self) -> str:
        if self.follows and self.article:
            return escape_line(draft_words(self.article))
        text = single_line(self.pick.text)
        if self.article is None:
            return text if text != self.title and (self.pick.title or len(text) > LONGEST_TITLE) else ""
        return text if text and text != self.article.title else escape_line(draft_words(self.article))

    @property
    def is_draft(self) -> bool:
        """Whether no person has written the summary."""
        return not self.own_words and self.line_is_draft

    @property
    def line_is_draft(self) -> bool:
        """Whether no person has written the line."""
        if self.words:
            return False
        return self.pick.draft or (self.article is not None and self.pick.text == self.article.title)

    @property
    def url(self) -> str:
        """The link to the original, without what a feed or a phone added to it; empty where there is none."""
        return canonical(self.pick.url) if is_web_address(self.pick.url) else ""

    @property
    def source(self) -> str:
        """Who published it: the account or named source, with the author; empty where nothing is stored."""
        return source_of(self.article) if self.article else ""

    @property
    def published_at(self) -> datetime | None:
        """When it was published, in Shanghai."""
        at = self.article.published_at if self.article else None
        return at.astimezone(SHANGHAI) if at else None


def source_of(article: Article) -> str:
    """`站名（作者）`, `站名：账号（作者）`, `站名：来源`."""
    by = article.attribution
    site = SITES[article.site].title
    named = getattr(by, SITES[article.site].publisher)
    author = by.author or by.account
    text = f"{site}：{named}" if named and named != site else site
    return f"{text}（{author}）" if author and author not in {named, site} else text


def canonical(url: str) -> str:
    """The canonical URL of an article of a known site; another URL as it is."""
    link = identify(url)
    return link.url if link else url


def address_of(url: str | None) -> str:
    """The address of a page or picture in one piece; empty for any other."""
    return safe_url(url) if url and is_web_address(url) else ""


def when_of(at: datetime | None, day: date | None) -> str:
    """`2025-11-13 10:47`, or the day alone."""
    return f"{at:%Y-%m-%d %H:%M}" if at else day.isoformat() if day else ""


async def entry_of(store: StoryStore, pick: Pick) -> Entry:
    """A pick with its article, if it is stored, and its reprints."""
    return Entry.of(await chosen_of(store, pick))


def days_of(month: date) -> list[date]:
    """The days of a month (its first day)."""
    first, last = month_span(month)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
