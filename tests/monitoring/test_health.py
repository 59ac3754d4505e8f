"""How a recorded run ended, earlier records included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsarchive.monitoring.health import end_of, why_not_read
from newsarchive.records.run import Run

EARLIER = """{"run_id": "1", "site": "ithome", "started_at": "2026-02-03T04:05:00Z", "heartbeat_at": "2026-02-03T04:06:00Z",
"finished_at": "2026-02-03T04:06:00Z", "reason": "finished", "counts": {"page/fetched_count": 2, "page/listed_count": 1,
"page/failed_count": 1, "page/failed/http_503": 1}, "warnings": ["not read: https://www.ithome.com/list/"]}"""
"""A record of the version before the word and code of an end stood in it."""
NOW = datetime(2026, 2, 3, 5, tzinfo=UTC)


def test_an_earlier_record_is_read_and_told_by_its_counts() -> None:
    run = Run.model_validate_json(EARLIER)
    assert end_of(run, NOW) == ("incomplete", 34)
    assert why_not_read(run) == ["1 page: http_503 (the site answers with status 503)"]


def test_a_run_without_an_end_lives_while_its_heart_beats() -> None:
    run = Run.model_validate_json(EARLIER).model_copy(
        update={"finished_at": None, "reason": None, "heartbeat_at": NOW}
    )
    assert end_of(run, NOW + timedelta(minutes=3)) == ("running", None)
    assert end_of(run, NOW + timedelta(minutes=4)) == ("killed", None)
