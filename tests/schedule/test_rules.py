"""Schedules as the file says them, and one clear line for each that cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsarchive.archive_settings import FILE_NAME
from newsarchive.errors import BadValueError
from newsarchive.items.record import SHANGHAI
from newsarchive.schedule.rules import Schedule, Schedules, schedules_here
from spiders.arguments import TAKES, check

WHOLE = """
title = "车圈日报"
scrapyd = ["http://127.0.0.1:6800/"]
[schedule.night]
spider = "ithome"
when = ["30 2 * * *", "0 14 * * MON-FRI"]
zone = "Europe/Berlin"
arguments = { since = 2026-10-01, until = "{today-1}", limit = 5 }
settings = { NEWSARCHIVE_LIST_PAGES = 2, NEWSARCHIVE_REVISIT = { "1" = 6 } }
jitter = "20m"
grace = "2d"
lost_after = "1h"
starts = 5
paused = "bis Mai"
"""
GOOD = '[schedule.night]\nspider = "ithome"\nwhen = "30 2 * * *"\n'


def said(folder: Path, text: str, environment: dict[str, str] | None = None) -> Schedules:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return schedules_here(environment or {}, folder)


def test_a_file_says_everything(tmp_path: Path) -> None:
    found = said(tmp_path, WHOLE)
    assert found.nodes == ("http://127.0.0.1:6800",)
    assert dict(found.by_name) == {
        "night": Schedule(
            name="night",
            spider="ithome",
            when=("30 2 * * *", "0 14 * * MON-FRI"),
            zone=ZoneInfo("Europe/Berlin"),
            arguments=(("since", "2026-10-01"), ("until", "{today-1}"), ("limit", "5")),
            settings=(("NEWSARCHIVE_LIST_PAGES", "2"), ("NEWSARCHIVE_REVISIT", '{"1": 6}')),
            jitter=timedelta(minutes=20),
            grace=timedelta(days=2),
            lost_after=timedelta(hours=1),
            starts=5,
            paused="bis Mai",
        )
    }


def test_a_schedule_needs_little_and_is_of_shanghai(tmp_path: Path) -> None:
    rule = said(tmp_path, GOOD).by_name["night"]
    assert (rule.zone, rule.grace, rule.starts, rule.paused) == (SHANGHAI, timedelta(hours=6), 3, "")


def test_arguments_name_the_day_of_the_due_time_in_its_zone() -> None:
    rule = Schedule("a", "36kr", ("0 1 * * *",), arguments=(("since", "{today-1}"), ("until", "{today}")))
    # An hour after midnight in Shanghai, when it is still yesterday in UTC.
    assert rule.arguments_at(datetime(2026, 2, 28, 17, tzinfo=UTC)) == {
        "since": "2026-02-28",
        "until": "2026-03-01",
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[schedule.Night]\nspider = "36kr"', "schedule.Night: a schedule's name is made of"),
        ('[schedule."a.b"]\nspider = "36kr"', "schedule.a.b: a schedule's name is made of"),
        ("schedule = 5", "schedule is 5: it is no JSON object; it takes a table of schedules by name"),
        ("[schedule]\nnight = 5", "schedule.night is 5; it takes a table with spider and when"),
        ('[schedule.night]\nwhen = "* * * * *"', "schedule.night has no spider; it takes one of 36kr"),
        ('[schedule.night]\nspider = "36kr"', "schedule.night has no when; it takes a cron expression"),
        (GOOD.replace("ithome", "it"), "schedule.night.spider is 'it'; it takes one of 36kr, ithome, weixin"),
        (GOOD + 'every = "1h"', "schedule.night has no key 'every'; it takes spider, when, zone"),
        (GOOD.replace("30 2", "60 2"), "schedule.night.when is '60 2 * * *': '60 2 * * *': bad minute"),
        (GOOD.replace("30 2", "0 30 2"), "has not the five fields minute, hour, day, month, day of the week"),
        (GOOD.replace("30 2 * *", "30 2 30 2"), "schedule.night.when is '30 2 30 2 *': '30 2 30 2 *': bad day-of"),
        (GOOD + 'zone = "Europe/Bonn"', "schedule.night.zone is 'Europe/Bonn': there is no such zone"),
        (GOOD + 'zone = "../../etc/passwd"', "there is no such zone"),
        (GOOD + 'zone = "Europe"', "there is no such zone"),
        (GOOD + 'grace = "soon"', "schedule.night.grace is 'soon'; it takes a time from 1m to 366d, such as"),
        (GOOD + "grace = 30", "schedule.night.grace is 30; it takes a time"),
        (GOOD + 'lost_after = "30s"', "schedule.night.lost_after is '30s'; it takes a time from 3m to 7d"),
        (GOOD + "starts = 0", "schedule.night.starts is 0; it takes a whole number from 1 to 20"),
        (GOOD + 'paused = ""', "schedule.night.paused is ''; it takes the reason why"),
        (GOOD + "arguments = 5", "schedule.night.arguments is 5"),
        (GOOD + 'arguments = { "a b" = 5 }', "'a b' is no name of one"),
        (GOOD + 'arguments = { _job = "x" }', "'_job' is no name of one"),
        (GOOD + "settings = { NEWSARCHIVE_LIST_PAGE = 5 }", "schedule.night.settings: there is no setting NEWS"),
        (GOOD + 'settings = { NEWSARCHIVE_LIST_PAGES = "x" }', "schedule.night.settings: NEWSARCHIVE_LIST_PAGES is"),
        (GOOD + 'settings = { NEWSARCHIVE_STORE = "x" }', "schedules and their jobs have one store"),
        ('scrapyd = ["http://me:secret@host:6800"]', "read from SCRAPYD_USERNAME and SCRAPYD_PASSWORD only"),
        ('scrapyd = ["ftp://host"]', "is no URL that begins with http:// or https://"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_line_with_table_and_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadValueError) as caught:
        said(tmp_path, text)
    message = str(caught.value)
    assert told in message
    assert "\n" not in message
    assert "secret" not in message


def test_a_schedule_of_an_archive_that_is_wrong_does_not_keep_editors_from_their_work(tmp_path: Path) -> None:
    from exports.publication import publication_here

    (tmp_path / FILE_NAME).write_text('title = "a"\n[schedule.night]\nspider = "nobody"\n', encoding="utf-8")
    assert publication_here({}, tmp_path).title == "a"


def test_the_example_of_the_docs_can_be_used(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "schedules.md"
    example = page.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    found = said(tmp_path, example).by_name
    assert {it.spider for it in found.values()} == {"36kr", "ithome", "weixin"}
    for rule in found.values():
        check(TAKES[rule.spider], rule.spider, rule.arguments_at(datetime.now(UTC)))
