"""What becomes of a day in one word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from newsarchive.records.run import NotRead, Run
from newsarchive.report.days import STATES, day_of_runs
from tests.storage.records import NOON, run

NOW = NOON + timedelta(days=2)
LISTED = {"page/listed_count": 1}


def ended(number: int, word: str, code: int, **fields: Any) -> Run:  # noqa: ANN401 - the record's own
    at = NOON + timedelta(hours=number)
    given: dict[str, Any] = {"started_at": at, "heartbeat_at": at, "finished_at": at, "reason": "finished"}
    return run(number, **given | {"end": word, "exit_code": code} | fields)


GOOD, DRIFTED = ended(1, "good", 0, counts=LISTED), ended(2, "drifted", 32, counts=LISTED)
SOME = ended(3, "incomplete", 34, counts=LISTED)
BLOCKED, NOTHING = ended(4, "blocked", 31), ended(5, "nothing read", 33)
LEFT = ended(5, "leased", 39)
RUNNING = run(6, started_at=NOW, heartbeat_at=NOW)
KILLED = run(7)
KILLED_LATER = run(7, counts=LISTED)


@pytest.mark.parametrize(
    ("runs", "state"),
    [
        ([], "none"),
        ([RUNNING], "none"),
        ([GOOD], "good"),
        ([DRIFTED, BLOCKED], "good"),
        ([RUNNING, GOOD, NOTHING], "good"),
        ([NOTHING, GOOD], "incomplete"),
        ([SOME], "incomplete"),
        ([KILLED_LATER], "incomplete"),
        ([BLOCKED, NOTHING], "blocked"),
        ([LEFT, GOOD], "good"),
        ([LEFT], "none"),
        ([NOTHING], "nothing"),
        ([KILLED], "nothing"),
    ],
)
def test_a_day_is_what_its_last_run_left(runs: list[Run], state: str) -> None:
    assert day_of_runs(NOON.date(), runs, NOW).state == state
    assert state in STATES


def test_a_day_adds_up_its_runs_and_says_why_some_were_not_good() -> None:
    counts = {"record/new_count": 3, "record/updated_count": 1} | LISTED
    sizes = {"raw": 10, "pictures": 20, "store": 300}
    good = GOOD.model_copy(update={"counts": counts, "sizes": sizes})
    earlier = NOTHING.model_copy(
        update={
            "sizes": {"raw": 1, "store": 200},
            "not_read": (NotRead(name="https://www.36kr.com/feed", reason="http_503"),),
        }
    )
    day = day_of_runs(NOON.date(), [good, earlier, earlier], NOW)
    assert (day.runs, day.good, day.new, day.updated) == (3, 1, 3, 1)
    assert (day.raw, day.pictures, day.store) == (12, 20, 300)
    assert day.ends == ("nothing read",)
    assert day.why == ("https://www.36kr.com/feed: http_503 (the site answers with status 503)",)
