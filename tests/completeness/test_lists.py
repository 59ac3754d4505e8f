"""What readings of a list leave behind: its rhythm, its standstills, how it shrinks, its holes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from newsarchive.completeness.lists import day_of_list, holes_of, list_troubles, shape_of, still
from newsarchive.records.listing import ListItem, ListReading
from newsarchive.sites import SITES

START = datetime(2026, 10, 1, 4, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = "https://www.ithome.com/rss/"
OCTOBER = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
ITHOME, WEIXIN = SITES["ithome"], SITES["weixin"]


def entry(number: int, at: datetime | None = None, position: int | None = None) -> ListItem:
    extra = {} if position is None else {"position": str(position)}
    return ListItem(identity=f"ithome:{number}", title=str(number), published_at=at, extra=extra)


def published(until: datetime) -> list[datetime]:
    """When a site publishes that is at work from eight to midnight in Shanghai, every ten minutes."""
    count = int((until - START) / (10 * MINUTE)) + 1
    times = [START + 10 * MINUTE * number for number in range(count)]
    return [at for at in times if (at.hour + 8) % 24 >= 8]


def read(last: ListReading | None, items: Sequence[ListItem], at: datetime, url: str = FEED) -> ListReading:
    return ListReading(url=url, read_at=at, shape=shape_of(SITES["ithome"], last, items, at))


def polled(
    hours: int, last: ListReading | None = None, begin: int = 0, frozen_at: datetime | None = None
) -> ListReading:
    """A feed of thirty entries after it was read every hour."""
    for hour in range(begin, begin + hours):
        now = START + HOUR * hour
        times = published(min(now, frozen_at or now))
        items = [entry(len(times) - back, at) for back, at in enumerate(reversed(times[-30:]))]
        last = read(last, items, now)
        if frozen_at is None:
            assert still(last, now) is None, now
    assert last is not None
    return last


def test_a_feed_is_never_still_for_a_night_and_is_after_two_days() -> None:
    lively = polled(24 * 20)
    now = START + DAY * 20
    frozen = polled(48, lively, 24 * 20, frozen_at=now)
    silent = still(frozen, frozen.read_at)
    assert silent is not None
    assert silent.since == published(now)[-1]
    assert silent.until == frozen.read_at
    assert silent.usual < 2 * HOUR
    (told,) = list_troubles(ITHOME, [frozen], *OCTOBER)
    assert (told.kind, told.url, told.since) == ("still", FEED, silent.since)


def test_a_standstill_is_remembered_when_it_is_over_and_told_of_its_month_only() -> None:
    now = START + DAY * 10
    frozen = polled(48, polled(24 * 10), 24 * 10, frozen_at=now)
    lively = polled(24 * 20, frozen, 24 * 12)
    assert still(lively, lively.read_at) is None
    (told,) = list_troubles(ITHOME, [lively], *OCTOBER)
    assert (told.since, told.until) == (published(now)[-1], frozen.read_at)
    assert told.sure > 0.99
    later = (OCTOBER[1], OCTOBER[1] + DAY * 30)
    assert list_troubles(ITHOME, [lively], *later) == []


def test_a_list_that_was_not_read_is_not_called_still() -> None:
    lively = polled(24 * 5)
    assert still(lively, START + DAY * 300) is None


def test_entries_without_times_are_compared_by_name() -> None:
    last = None
    for hour in range(200):
        last = read(last, [entry(hour), entry(hour + 1), entry(hour + 2)], START + HOUR * hour)
    assert last is not None
    assert still(last, last.read_at) is None
    last = read(last, [entry(199), entry(200), entry(201)], START + HOUR * 248)
    silent = still(last, last.read_at)
    assert silent is not None
    assert silent.since == START + HOUR * 199
    assert silent.usual == HOUR


def test_a_shape_does_not_grow_with_the_readings() -> None:
    last = polled(24)
    assert last.shape is not None
    size = len(last.shape.model_dump_json())
    for cycle in range(40):
        begin = 24 + cycle * 24 * 4
        frozen_at = START + HOUR * (begin + 20)
        last = polled(24 * 3, polled(20, last, begin), begin + 20, frozen_at=frozen_at)
    assert last.shape is not None
    assert len(last.shape.model_dump_json()) < size + 2000


def test_a_list_that_shows_far_less_has_shrunk_since_then() -> None:
    last = None
    for hour in range(10):
        last = read(last, [entry(number) for number in range(30)], START + HOUR * hour)
    smaller = read(last, [entry(number) for number in range(12)], START + HOUR * 10)
    same = read(smaller, [entry(number) for number in range(11)], START + HOUR * 20)
    (told,) = list_troubles(ITHOME, [same], *OCTOBER)
    assert (told.kind, told.since, told.items, told.most) == ("shrunk", START + HOUR * 10, 11, 30)
    whole = read(same, [entry(number) for number in range(30)], START + HOUR * 30)
    assert list_troubles(ITHOME, [whole], *OCTOBER) == []


def test_the_list_of_a_day_grows_and_loses_no_more_than_what_is_deleted() -> None:
    url = "https://www.ithome.com/list/2026-10-05.html"
    last = None
    for size, is_small in ((80, False), (200, False), (199, False), (185, False), (175, True)):
        items = [entry(number, START) for number in range(size)]
        last = read(last, items, START + DAY * 9, url)
        assert bool(list_troubles(ITHOME, [last], *OCTOBER)) == is_small, size
    assert last is not None
    later = (OCTOBER[1], OCTOBER[1] + DAY * 30)
    assert list_troubles(ITHOME, [last], *later) == [], "it belongs to its day, whenever it was read"


def test_the_days_list_is_known_by_its_address() -> None:
    assert day_of_list(ITHOME, "https://www.ithome.com/list/2026-10-05.html") == date(2026, 10, 5)
    for url in (FEED, "https://www.ithome.com/list/2026-10-35.html", "https://www.ithome.com/2026-10-05/"):
        assert day_of_list(ITHOME, url) is None
    assert day_of_list(WEIXIN, "https://www.ithome.com/list/2026-10-05.html") is None


def test_a_hole_stands_between_two_entries_and_closes_when_something_stands_there() -> None:
    entries = [entry(place, START + HOUR * place, place) for place in (9, 8, 5, 4, 3)]
    holes = holes_of(WEIXIN, entries)
    assert [hole.position for hole in holes] == [6, 7]
    assert (holes[0].before, holes[0].after) == ("ithome:5", "ithome:8")
    assert (holes[0].earliest, holes[0].latest) == (START + HOUR * 5, START + HOUR * 8)
    older = [entry(place, START, place) for place in (2, 1)]
    assert [hole.position for hole in holes_of(WEIXIN, older, holes)] == [6, 7], "it was not read so far"
    filled = [entry(place, START + HOUR * place, place) for place in (9, 8, 7, 5)]
    assert [hole.position for hole in holes_of(WEIXIN, filled, holes)] == [6]
    assert holes_of(WEIXIN, [entry(1)], holes) == holes, "another list has no numbers"
