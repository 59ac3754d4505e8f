"""The figures of runs as Prometheus reads them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from newsarchive.monitoring.exposition import COUNTERS, GAUGES, exposition
from newsarchive.records.run import Run
from tests.storage.records import NOON, run


def ended(number: int = 1, **fields: Any) -> Run:  # noqa: ANN401 - the record's own
    at = NOON + timedelta(hours=number, minutes=5)
    given: dict[str, Any] = {
        "heartbeat_at": at,
        "finished_at": at,
        "reason": "finished",
        "end": "good",
        "exit_code": 0,
        "counts": {"page/listed_count": 2, "page/article_count": 3, "record/new_count": 3},
        "metrics": {"newest_age_hours": 2.0},
        "seconds": {"whole": 300.0, "waiting": 280.0},
        "sizes": {"raw": 1000, "pictures": 50, "store": 9},
    }
    return run(number, **given | fields)


def values(text: bytes) -> dict[str, float]:
    """What a file says, by name and labels but the site."""
    found = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            assert sample.labels["site"] == "36kr"
            labels = ",".join(f"{name}={value}" for name, value in sample.labels.items() if name != "site")
            found[f"{sample.name.removeprefix('newsarchive_')}{{{labels}}}"] = sample.value
    return found


def test_the_file_follows_the_conventions() -> None:
    text = exposition(ended(), queue={"waiting": 7, "due": 2}).decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert text.endswith("\n")
    assert {f"{name}_total" if one.type == "counter" else name for name, one in families.items()} == {
        *GAUGES,
        *COUNTERS,
    }
    for name, explained in (GAUGES | COUNTERS).items():
        assert re.fullmatch(r"newsarchive_[a-z_]+", name)
        assert not re.search(r"_(count|sum|bucket|info|gauge|counter|ms|kb|hours|minutes)$", name)
        assert (name in COUNTERS) == name.endswith("_total")
        assert explained.endswith(".")
        assert text.count(f"# HELP {name} ") == text.count(f"# TYPE {name} ") == 1
    assert "_created" not in text


def test_the_last_run_is_told() -> None:
    told = values(exposition(ended(), queue={"waiting": 7, "due": 2}))
    end = (NOON + timedelta(hours=1, minutes=5)).timestamp()
    assert told["run_end_timestamp_seconds{}"] == told["last_good_run_timestamp_seconds{}"] == end
    assert told["run_start_timestamp_seconds{}"] == end - 300
    assert told["newest_article_timestamp_seconds{}"] == end - 7200
    assert told["run_stage_seconds{stage=waiting}"] == 280
    assert told["queue_articles{state=due}"] == 2
    assert told["run_exit_code{}"] == 0


def test_totals_go_on_from_run_to_run_and_good_runs_are_remembered() -> None:
    first = exposition(ended(1))
    bad = ended(2, end="blocked", exit_code=31, counts={"page/event_count": 1}, metrics={}, sizes={"raw": 1})
    second = values(exposition(bad, first.decode()))
    assert second["runs_total{end=good}"] == second["runs_total{end=blocked}"] == 1
    assert second["pages_total{outcome=article}"] == 3
    assert second["pages_total{outcome=event}"] == 1
    assert second["raw_bytes_total{}"] == 1001
    before = values(first)
    assert second["last_good_run_timestamp_seconds{}"] == before["last_good_run_timestamp_seconds{}"]
    assert second["newest_article_timestamp_seconds{}"] == before["newest_article_timestamp_seconds{}"]
    assert second["run_exit_code{}"] == 31


def test_a_run_is_counted_once_and_a_damaged_file_begins_anew() -> None:
    first = exposition(ended(1))
    assert values(exposition(ended(1), first.decode())) == values(first)
    for damaged in ("", "no metrics at all {", first.decode()[:400], "\ufffd\x00"):
        assert values(exposition(ended(1), damaged))["raw_bytes_total{}"] == 1000


def test_what_a_run_says_of_itself_cannot_break_the_file() -> None:
    odd = ended(1, end='a"} 5\nnewsarchive_runs_total{site="36kr"', seconds={"a\nb\\": 1.0})
    assert values(exposition(odd))['runs_total{end=a"} 5\nnewsarchive_runs_total{site="36kr"}'] == 1
