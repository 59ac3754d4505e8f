"""How a crawl's counts become its exit code."""

from __future__ import annotations

import pytest

from newsarchive.monitoring.outcome import PAGES, RECORDS, CrawlExit, Outcome, worst


def outcome(reason: str = "finished", **given: int) -> Outcome:
    """The outcome of counts that add up, unless they say otherwise themselves."""
    stats = {name.replace("__", "/"): count for name, count in given.items()}
    for whole, room, parts in (("page/fetched", "page", PAGES), ("record/read", "record", RECORDS)):
        stats.setdefault(f"{whole}_count", sum(stats.get(f"{room}/{part}_count", 0) for part in parts))
    return Outcome("36kr", reason, stats)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (outcome(page__listed_count=1), CrawlExit.GOOD),
        (outcome(), CrawlExit.NOTHING_READ),
        (outcome(page__failed_count=3), CrawlExit.NOTHING_READ),
        (outcome(page__failed_count=3, page__failed__robots=3), CrawlExit.FORBIDDEN),
        (outcome(page__failed_count=3, page__failed__robots=2), CrawlExit.NOTHING_READ),
        (
            outcome(page__listed_count=1, page__failed_count=3, page__failed__robots=3),
            CrawlExit.INCOMPLETE,
        ),
        (outcome(list__not_due_count=3), CrawlExit.GOOD),
        (outcome(link__no_seed_count=1), CrawlExit.GOOD),
        (outcome(page__listed_count=1, run__unrecorded_count=1), CrawlExit.UNSAVED),
        (outcome("not started"), CrawlExit.STOPPED),
        (outcome(link__seed_count=3, link__known_count=3), CrawlExit.GOOD),
        (outcome(page__listed_count=1, page__failed_count=1), CrawlExit.INCOMPLETE),
        (outcome(page__event_count=1, page__challenged_count=1), CrawlExit.BLOCKED),
        (outcome(page__held_count=1), CrawlExit.BLOCKED),
        (outcome(page__listed_count=1, page__challenged_count=1), CrawlExit.INCOMPLETE),
        (outcome(page__listed_count=1, run__drifted_count=1), CrawlExit.DRIFTED),
        (outcome("shutdown", page__listed_count=1), CrawlExit.STOPPED),
        (outcome(page__listed_count=1, page__fetched_count=2), CrawlExit.UNFORESEEN),
        (outcome(page__listed_count=2, page__fetched_count=1), CrawlExit.UNFORESEEN),
        (outcome(page__listed_count=1, record__new_count=3, record__read_count=4), CrawlExit.UNFORESEEN),
        (outcome(page__listed_count=1, run__unforeseen_count=1), CrawlExit.UNFORESEEN),
        (outcome(page__challenged_count=1, run__unforeseen_count=1), CrawlExit.UNFORESEEN),
        (outcome(page__listed_count=1, record__refused_count=1), CrawlExit.REFUSED),
        (outcome(page__listed_count=1, run__refused_count=1), CrawlExit.REFUSED),
        (outcome(page__listed_count=1, run__unsaved_count=1), CrawlExit.UNSAVED),
        (outcome("shutdown", record__unsaved_count=1), CrawlExit.UNSAVED),
    ],
)
def test_exit_code_of_one_site(given: Outcome, expected: CrawlExit) -> None:
    assert given.exit_code is expected
    assert given.end == expected.name.lower().replace("_", " ")
    assert worst([outcome(page__listed_count=1), given]) is expected


def test_every_end_has_its_place_among_several() -> None:
    assert worst([]) is CrawlExit.GOOD
