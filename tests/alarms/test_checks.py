"""What is wrong is told once a cause, with why and what to do."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from newsarchive.alarms.facts import DiskFacts, MonthShare, SiteFacts
from newsarchive.alarms.robots import changed_lines
from newsarchive.completeness.rhythm import Silence
from newsarchive.records.alarm import Alarm, DiskReading, RawFindings, RobotsHistory, RobotsVersion
from tests.alarms.known import CHALLENGED, DAY, FEW_FAILED, GOOD, HOUR, NOTHING, NOW, facts, found, run

LIST = "https://www.36kr.com/feed"


def test_nothing_is_wrong_after_a_good_run() -> None:
    assert found(facts(run())) == {}


def test_what_was_not_read_for_a_day_is_stale_and_gets_worse_by_doubling() -> None:
    (alarm,) = found(facts(run(25 * HOUR))).values()
    assert alarm.name == "stale:36kr"
    assert "longer ago than 24 hours" in alarm.why
    assert "newsarchive crawl 36kr" in alarm.todo
    later = [found(facts(run(age * DAY)))["stale:36kr"].rank for age in (2, 3, 4, 9)]
    assert later == sorted(later)
    assert alarm.rank < later[0] == later[1] < later[2] < later[3]
    assert found(facts())["stale:36kr"].why == "it was never crawled"


def test_lists_that_are_read_while_no_run_is_whole_for_days_are_late_not_stale() -> None:
    runs = [run(age * HOUR, FEW_FAILED) for age in range(1, 80, 6)]
    alarms = found(facts(*runs, run(90 * HOUR)))
    assert set(alarms) == {"late:36kr", "incomplete:36kr"}
    assert "the last good one was that of 2026-11-16 18:00" in alarms["late:36kr"].why
    assert "late:36kr" not in found(facts(*runs, run(90 * HOUR)), good_run=5 * DAY)


def test_pages_that_fail_are_a_note_and_a_list_that_was_not_read_is_a_warning() -> None:
    once = found(facts(run(HOUR, FEW_FAILED), run(2 * HOUR)))["incomplete:36kr"]
    assert once.severity == "note"
    assert "1 page: timeout (no whole answer in time)" in once.why
    runs = [run(age * HOUR, FEW_FAILED, (LIST, "timeout")) for age in range(1, 80, 6)]
    alarms = found(facts(*runs, run(90 * HOUR)))
    assert set(alarms) == {"incomplete:36kr"}, "that no run is whole follows from it"
    assert alarms["incomplete:36kr"].severity == "warning"
    assert "14 runs in a row were not whole" in alarms["incomplete:36kr"].why


def test_a_list_that_answers_and_shows_nothing_is_closed_until_it_is_read_again() -> None:
    closed = run(HOUR, NOTHING, (LIST, "empty_instead_of_list"))
    alarms = found(facts(closed, run(2 * HOUR)))
    assert set(alarms) == {"closed:36kr"}, "one cause, one alarm"
    assert LIST in alarms["closed:36kr"].why
    # The next run does not read that list: it is not due.
    site = SiteFacts("36kr", [run(), closed], sources=frozenset({LIST}))
    site = SiteFacts(
        "36kr", [run(), run(2 * HOUR, NOTHING, (LIST, "empty_instead_of_list"))], sources=frozenset({LIST})
    )
    assert set(found(facts(sites=[site]))) == {"closed:36kr"}
    again = SiteFacts("36kr", site.runs, sources=site.sources, read_at={LIST: NOW - HOUR})
    assert found(facts(sites=[again])) == {}
    # A day of the past that had no page is not asked for again.
    day = SiteFacts("36kr", [run(), run(2 * HOUR, NOTHING, (f"{LIST}/2026-09-13", "empty_instead_of_list"))])
    assert found(facts(sites=[day])) == {}


def test_a_list_that_stands_still_is_a_note() -> None:
    silence = Silence(since=NOW - 2 * DAY, until=NOW, usual=HOUR, sure=0.999)
    alarm = found(facts(sites=[SiteFacts("36kr", [run()], still={LIST: silence})]))[f"stale:36kr:{LIST}"]
    assert (alarm.severity, alarm.kind) == ("note", "stale")
    assert "nothing newer than 2026-11-18 12:00, where something new comes every 60 minutes" in alarm.why


def test_nothing_but_challenges_is_told_apart_from_a_host_that_asks_for_rest() -> None:
    challenged = run(HOUR, CHALLENGED, ("www.36kr.com", "challenge"))
    held = SiteFacts("36kr", [challenged, run(2 * HOUR)], held={"www.36kr.com": "challenge"})
    alarms = found(facts(sites=[held]))
    assert set(alarms) == {"challenged:36kr"}
    assert "in 1 run" in alarms["challenged:36kr"].why
    more = [run(age * HOUR, CHALLENGED, ("www.36kr.com", "challenge")) for age in (1, 2, 3)]
    assert found(facts(*more, run(4 * HOUR)))["challenged:36kr"].severity == "grave"
    busy = SiteFacts("36kr", [run()], held={"www.36kr.com": "http_429"})
    (alarm,) = found(facts(sites=[busy])).values()
    assert (alarm.kind, alarm.severity) == ("blocked", "note")
    assert "www.36kr.com (the site answers with status 429)" in alarm.why


def test_an_alarm_does_not_change_its_kind_when_the_pause_of_its_host_ends() -> None:
    counts = GOOD | {"page/held_count": 1, "host/held_count": 1}
    last = run(HOUR, counts, ("www.36kr.com", "http_429"))
    with_pause = SiteFacts("36kr", [last], held={"www.36kr.com": "http_429"})
    assert set(found(facts(sites=[with_pause]))) == set(found(facts(last))) == {"blocked:36kr"}


@pytest.mark.parametrize(
    ("reason", "counts", "word"),
    [
        ("shutdown", GOOD, "newsarchive crawl 36kr"),
        ("finished", GOOD | {"record/spooled_count": 2, "record/read_count": 2}, "newsarchive spool drain"),
        (None, GOOD, "killed"),
    ],
)
def test_a_run_that_was_stopped_killed_or_not_saved_is_incomplete(
    reason: str | None, counts: dict[str, int], word: str
) -> None:
    alarm = found(facts(run(HOUR, counts, reason=reason), run(2 * HOUR)))["incomplete:36kr"]
    assert alarm.severity == "warning"
    assert word in f"{alarm.why} {alarm.todo}"


def test_what_another_job_was_reading_is_no_alarm() -> None:
    counts = GOOD | {"page/leased_count": 3}
    shared = run(HOUR, counts, ("www.36kr.com", "leased"), end="incomplete", exit_code=34)
    assert found(facts(shared, run(2 * HOUR))) == {}
    assert set(found(facts(run(HOUR, {}, end="nothing read", exit_code=33), run(2 * HOUR)))) == {
        "incomplete:36kr"
    }


def test_what_waits_in_the_spool_is_one_alarm_and_none_while_a_crawl_runs() -> None:
    unsaved = run(HOUR, GOOD | {"record/spooled_count": 2, "record/read_count": 2})
    spooled = Counter({"article": 2, "task": 3})
    alarms = found(facts(sites=[SiteFacts("36kr", [unsaved, run(2 * HOUR)], spooled=spooled)]))
    assert set(alarms) == {"spool:36kr:here"}
    assert "2 articles, 3 other records" in alarms["spool:36kr:here"].why
    living = run(timedelta(minutes=1), reason=None)
    assert found(facts(sites=[SiteFacts("36kr", [living, run(2 * HOUR)], spooled=spooled)])) == {}


def test_a_changed_site_is_one_alarm_however_much_has_changed() -> None:
    lines = (
        "median text length of article pages: 12 characters, expected 800 to 3000 from the last 20 good runs; see 36kr:1",
        "article pages without author: 100 %, expected 0 % to 20 % from the last 20 good runs",
    )
    metrics = {
        "articles/article": 20.0,
        "text_length/article": 12.0,
        "missing_author/article": 1.0,
    }
    drifted = run(
        HOUR, GOOD | {"run/drifted_count": 2}, warnings=lines, metrics=metrics, end="drifted", exit_code=32
    )
    alarm = found(facts(drifted, run(2 * HOUR)))["drift:36kr"]
    assert alarm.degree == 2
    assert "see 36kr:1" in alarm.why
    assert "newsarchive check ack drift:36kr" in alarm.todo
    # A run without articles says nothing of them.
    assert "drift:36kr" in found(facts(run(timedelta(minutes=9)), drifted))
    fine = run(
        timedelta(minutes=9),
        metrics={"articles/article": 20.0, "text_length/article": 900.0, "missing_author/article": 0.0},
    )
    assert found(facts(fine, drifted)) == {}


def test_robots_txt_that_changed_is_told_with_its_lines_and_nothing_that_a_terminal_obeys() -> None:
    first = RobotsVersion(
        since=NOW - 90 * DAY, status=200, sha256="a", text="User-agent: *\nDisallow: /api\n"
    )
    second = RobotsVersion(
        since=NOW - DAY,
        status=200,
        sha256="b",
        text="User-agent: *\nDisallow: /\x1b[2J\u202e\nDisallow: /api\n",
    )
    history = RobotsHistory(versions=(first, second), changes=1)
    alarm = found(facts(sites=[SiteFacts("36kr", [run()], robots={"www.36kr.com": history})]))[
        "robots:36kr:www.36kr.com"
    ]
    assert "+ Disallow: /" in alarm.why
    assert alarm.why.isprintable()
    again = RobotsHistory(versions=(first, second), changes=2)
    worse = found(facts(sites=[SiteFacts("36kr", [run()], robots={"www.36kr.com": again})]))[
        "robots:36kr:www.36kr.com"
    ]
    assert worse.rank > alarm.rank, "another change is told, too"
    gone = RobotsVersion(since=NOW - DAY, status=404, sha256="")
    without = RobotsHistory(versions=(first, gone), changes=1)
    told = found(facts(sites=[SiteFacts("36kr", [run()], robots={"www.36kr.com": without})]))
    assert "there is none any more (status 404)" in told["robots:36kr:www.36kr.com"].why
    for quiet in (RobotsHistory(versions=(first,)), RobotsHistory(versions=(first, first), changes=1)):
        assert found(facts(sites=[SiteFacts("36kr", [run()], robots={"www.36kr.com": quiet})])) == {}


def test_a_large_robots_txt_is_compared_at_once() -> None:
    words = [f"Disallow: /{number % 150}" for number in range(10_000)]
    before = RobotsVersion(since=NOW, status=200, sha256="a", text="\n".join(words))
    after = RobotsVersion(since=NOW, status=200, sha256="b", text="\n".join([*words[77:], "Allow: /x # new"]))
    assert changed_lines(before, after) == "+ Allow: /x"
    turned = RobotsVersion(since=NOW, status=200, sha256="c", text="\n".join(words[::-1]))
    assert changed_lines(before, turned).startswith("the same rules in another order")
    none = RobotsVersion(since=NOW, status=404, sha256="")
    assert changed_lines(none, before).endswith("| and 146 lines more")


def test_a_month_below_the_share_names_what_is_missing() -> None:
    missing = [(f"36kr:{number}", "never listed") for number in range(8)]
    site = SiteFacts("36kr", [run()], months=[MonthShare("2026-11", 0.9449, missing)])
    alarm = found(facts(sites=[site]))["missing:36kr:2026-11"]
    assert alarm.why.startswith(
        "94.4 % of what the site shows is held, less than 95 %: 36kr:0 (never listed)"
    )
    assert "and 3 more" in alarm.why
    assert "--month 2026-11 --site 36kr --backfill" in alarm.todo
    assert found(facts(sites=[site]), share=0.94) == {}


def reading(before: timedelta, free: float) -> DiskReading:
    return DiskReading(at=NOW - before, free=int(free * 1e9), total=int(1e12))


def test_a_disk_that_fills_is_told_before_it_is_full_and_again_as_the_days_halve() -> None:
    def alarm(*readings: DiskReading) -> Alarm | None:
        return found(facts(run(), disks=[DiskFacts("/srv/data", ["raw pages"], readings)])).get(
            "disk:here:/srv/data"
        )

    filling = [reading(day * DAY, 5.5 + day) for day in range(20, -1, -1)]
    told = alarm(*filling)
    assert told is not None
    assert "/srv/data (raw pages) has 5.5 GB free; as it fills now, crawls end in 5 days" in told.why
    later = alarm(*filling, *(reading(-day * DAY, 5.5 - day) for day in (1, 2, 3)))
    assert later is not None
    assert later.rank > told.rank
    assert alarm(*(reading(day * DAY, 100 + day) for day in range(20, -1, -1))) is None
    assert alarm(*(reading(day * DAY, 5.5) for day in range(20, -1, -1))) is None, "it does not fill"
    assert alarm(*filling[-2:]) is None, "too little is known"
    cleaned = [*filling[:10], *(reading(day * DAY, 300 + day) for day in range(10, -1, -1))]
    assert alarm(*cleaned) is None
    full = alarm(reading(timedelta(0), 0.4))
    assert full is not None
    assert full.severity == "grave"


def test_raw_damage_is_told_with_what_is_lost() -> None:
    findings = RawFindings(
        at=NOW - DAY,
        lost=3,
        damages=("a.warc.gz, bytes 0 to 9: no whole record lies here, 3 pages are lost",),
    )
    alarm = found(facts(run(), raw="/srv/raw", findings=findings))["raw:here:/srv/raw"]
    assert "3 pages lost; a.warc.gz" in alarm.why
    assert "newsarchive raw verify" in alarm.todo
    assert set(found(facts(run(), raw="/srv/raw", damages=["b.warc.gz is missing"]))) == {"raw:here:/srv/raw"}


def test_a_clock_that_is_off_needs_all_sites_to_say_so() -> None:
    def clocks(**ahead: float) -> set[str]:
        sites = [
            SiteFacts(site, [run(site=site, metrics={"clock_ahead_seconds": seconds})])
            for site, seconds in ahead.items()
        ]
        return {name for name in found(facts(sites=sites)) if name.startswith("clock")}

    assert clocks(ithome=4000.0, weixin=3990.0) == {"clock:here"}
    assert clocks(ithome=-4000.0) == {"clock:here"}
    assert clocks(ithome=4000.0, weixin=2.0) == set(), "a site whose clock is off"
    assert clocks(ithome=4000.0, weixin=-4000.0) == set()
    assert clocks(ithome=60.0) == set()


def test_records_from_the_future_say_that_the_clock_was_set_back() -> None:
    assert set(found(facts(run(-3 * HOUR)))) == {"clock:here:store"}
    site = SiteFacts("36kr", [run()], newest=NOW + 3 * DAY)
    assert set(found(facts(sites=[site]))) == {"clock:36kr:newest"}


def test_an_alarm_is_only_missed_by_who_would_have_seen_it() -> None:
    spool = found(facts(sites=[SiteFacts("36kr", [run()], spooled=Counter({"task": 1}))]))["spool:36kr:here"]
    stale = found(facts())["stale:36kr"]
    full = DiskFacts("/srv", ["store"], [reading(timedelta(0), 0.1)])
    disk = found(facts(run(), disks=[full]))["disk:here:/srv"]
    here, elsewhere = facts(run()), facts(run())
    object.__setattr__(elsewhere, "machine", "there")
    only_ithome = facts(sites=[SiteFacts("ithome", [run()])], whole=False)
    assert [here.judges(alarm) for alarm in (spool, stale, disk)] == [True, True, True]
    assert [elsewhere.judges(alarm) for alarm in (spool, stale, disk)] == [False, True, False]
    assert [only_ithome.judges(alarm) for alarm in (spool, stale, disk)] == [False, False, False]
