"""The numbers of a day's stories: by them an editor names a story, in a candidates file and on the command line.

A story has its number for good: that stays whatever is picked, moved or crawled later. The first time the stories of a day are
numbered it is in the order in which they are shown, the best first; what comes later counts on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from newsarchive.editorial.candidates import CandidateStory, Grouping, arranged, standing
from newsarchive.editorial.coverage import ALL, Coverage
from newsarchive.editorial.selection import Chosen, Scope, chosen_day, chosen_of
from newsarchive.errors import BadValueError
from newsarchive.items.article import Article
from newsarchive.records.pick import Pick
from newsarchive.storage.collections import STORY_NUMBERS, StoryNumbers
from newsarchive.storage.contract import DocumentStore, EditorialStore
from newsarchive.stories.links import names_of

_RANGE = re.compile(r"(?P<first>[0-9]{1,5})(?:-(?P<last>[0-9]{1,5}))?")


class PickedStory(CandidateStory, Protocol):
    """A story with what is held of it as a pick."""

    @property
    def pick(self) -> Pick:
        """The pick, or the candidate that it would be."""


P = TypeVar("P", bound=PickedStory)


@dataclass(frozen=True, slots=True)
class NumberedStory:
    """A story of a day with its number."""

    number: int
    chosen: Chosen


async def numbers_of(store: DocumentStore, day: date) -> dict[str, int]:
    """The numbers that are given, by the names of the stories."""
    held = await store.get_document(STORY_NUMBERS, day.isoformat())
    return {name: number for number, name in enumerate(held.names if held else (), start=1)}


def number_of(numbers: Mapping[str, int], pick: Pick, articles: Iterable[Article | None] = ()) -> int | None:
    """The number of a story by any of its names."""
    names = [pick.url, pick.identity or "", *(name for it in articles if it for name in names_of(it))]
    return min((numbers[name] for name in names if name in numbers), default=None)


def counted(stories: Iterable[P], numbers: Mapping[str, int]) -> list[P]:
    """Stories by their numbers, so that what comes later stands below; those that have none yet last, the best first."""

    def place(story: P) -> tuple[int, tuple[int, bool, int]]:
        number = number_of(numbers, story.pick, (story.article, *story.reprints))
        return (number, (0, False, 0)) if number else (len(numbers) + 1, standing(story))

    return sorted(stories, key=place)


async def numbered_stories(
    store: EditorialStore, day: date, coverage: Coverage = ALL, by: Grouping = "site"
) -> list[NumberedStory]:
    """All stories of a day: what is picked in its order, then what may be, by group and the best first, then what is rejected.

    Those without a number have the one that `keep_numbers` would give them: first those that are covered.
    """
    shown = (await chosen_day(store, day, Scope(everything=True))).chosen
    picked = [it for it in shown if it.pick.state == "picked"]
    rest = arranged((it for it in shown if it.pick.state != "picked"), by)
    rest.sort(key=lambda it: not (it.article is None or coverage.has(it.article)))
    rejected = [it for it in await store.picks(day, day) if it.state == "rejected"]
    numbers = await numbers_of(store, day)
    found = []
    for it in [*picked, *rest, *[await chosen_of(store, pick) for pick in rejected]]:
        number = number_of(numbers, it.pick, (it.article, *it.reprints))
        if number is None:
            number = len(numbers) + 1
            numbers[it.pick.url] = number
        found.append(NumberedStory(number, it))
    return found


async def keep_numbers(store: DocumentStore, day: date, stories: Iterable[NumberedStory]) -> None:
    """Give stories their numbers for good."""
    held = await store.get_document(STORY_NUMBERS, day.isoformat()) or StoryNumbers()
    new = {it.number: it.chosen.pick.url for it in stories if it.number > len(held.names)}
    if new:
        names = (*held.names, *(new[number] for number in sorted(new)))
        await store.put_document(STORY_NUMBERS, day.isoformat(), held.model_copy(update={"names": names}))


async def ticked_last(store: DocumentStore, day: date) -> tuple[str, ...]:
    """The stories that were ticked in the day's candidates file when it was taken last, in its order."""
    held = await store.get_document(STORY_NUMBERS, day.isoformat())
    return held.ticked if held else ()


async def keep_ticked(store: DocumentStore, day: date, ticked: Sequence[str]) -> None:
    """Keep which stories are ticked, in the order of the file."""
    held = await store.get_document(STORY_NUMBERS, day.isoformat()) or StoryNumbers()
    if held.ticked != tuple(ticked):
        await store.put_document(
            STORY_NUMBERS, day.isoformat(), held.model_copy(update={"ticked": tuple(ticked)})
        )


async def names_given(
    store: EditorialStore, day: date, words: Sequence[str], coverage: Coverage = ALL
) -> list[str]:
    """What words of a command name, each once: `3` and `7-9` are stories of the day by their numbers, others stay as they are.

    The numbers are kept. Raises BadValueError for one that the day does not have, and a range that falls.
    """
    if not any(_RANGE.fullmatch(word) for word in words):
        return list(dict.fromkeys(words))
    stories = await numbered_stories(store, day, coverage)
    await keep_numbers(store, day, stories)
    urls = {it.number: it.chosen.pick.url for it in stories}
    found: list[str] = []
    for word in words:
        match = _RANGE.fullmatch(word)
        if match is None:
            found.append(word)
            continue
        first, last = int(match["first"]), int(match["last"] or match["first"])
        wanted = [urls[number] for number in range(first, last + 1) if number in urls]
        missing = next((number for number in (first, last) if number not in urls), None)
        if first > last or missing is not None:
            what = f"the range {word} falls" if first > last else f"{day} has no story {missing}"
            raise BadValueError(f"{what}: `newsarchive pick list --day {day}` shows the numbers")
        found += wanted
    return list(dict.fromkeys(found))
