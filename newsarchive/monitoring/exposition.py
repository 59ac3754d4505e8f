"""A run's figures as Prometheus reads them from a text file: what the last run was, and what all runs added up to.

Totals go on from the file of the run before, so that they count over runs, restarts and reboots; where it is lost or damaged they
begin at 0, which Prometheus takes for a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias, cast

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from newsarchive.monitoring.outcome import PAGES, RECORDS, WHOLE_ENDS
from newsarchive.records.run import Run

Labels: TypeAlias = tuple[tuple[str, str], ...]
Samples: TypeAlias = dict[tuple[str, Labels], float]

GAUGES = {
    "newsarchive_run_start_timestamp_seconds": "When the site's last run that ended had started.",
    "newsarchive_run_end_timestamp_seconds": "When it ended.",
    "newsarchive_run_exit_code": "Its exit code (docs/exit-codes.md); 0 is a run that read all that it wanted.",
    "newsarchive_run_not_read": "Lists and hosts that it did not read.",
    "newsarchive_run_warnings": "Warnings in its record.",
    "newsarchive_run_stage_seconds": "Where its time went, by stage.",
    "newsarchive_last_good_run_timestamp_seconds": "When the site's last run ended that read all that it wanted.",
    "newsarchive_newest_article_timestamp_seconds": "When the newest article was published that runs have seen.",
    "newsarchive_queue_articles": "Articles that wait to be fetched: all, and those that are due.",
}
COUNTERS = {
    "newsarchive_runs_total": "Runs that ended, by their end.",
    "newsarchive_pages_total": "Pages that were fetched, by outcome.",
    "newsarchive_articles_total": "Articles that were read, by outcome.",
    "newsarchive_raw_bytes_total": "Bytes of raw pages that were kept.",
    "newsarchive_picture_bytes_total": "Bytes of pictures that were fetched.",
}
"""All that there is, with what Prometheus says of it. None is ever renamed."""
_STARTED = "newsarchive_run_start_timestamp_seconds"
_GOOD = "newsarchive_last_good_run_timestamp_seconds"
_NEWEST = "newsarchive_newest_article_timestamp_seconds"
_HOUR = 3600


class _Families:
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def exposition(run: Run, before: str = "", queue: Mapping[str, int] | None = None) -> bytes:
    """The file after a run that has ended; `before` is the file as it was, `queue` how many articles wait and are due."""
    earlier = _samples(before)
    site = (("site", run.site),)
    gauges = _gauges(run, earlier, site)
    for state, number in (queue or {}).items():
        gauges["newsarchive_queue_articles", (*site, ("state", state))] = number
    added = _added(run, site)
    # A run whose file is written once more is counted once.
    again = earlier.get((_STARTED, site)) == run.started_at.timestamp()
    totals = {key: value for key, value in earlier.items() if key[0] in COUNTERS and key[1][:1] == site}
    for key, value in added.items():
        totals[key] = totals[key] if again and key in totals else totals.get(key, 0.0) + value
    families = [
        *_families(GaugeMetricFamily, GAUGES, gauges),
        *_families(CounterMetricFamily, COUNTERS, totals),
    ]
    return generate_latest(cast("Collector", _Families(families)))


def _samples(text: str) -> Samples:
    """What a file says; nothing where it is none."""
    try:
        return {
            (sample.name, tuple(sorted(sample.labels.items(), key=_site_first))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
    except (ValueError, KeyError, IndexError):
        return {}


def _site_first(label: tuple[str, str]) -> tuple[bool, str]:
    return label[0] != "site", label[0]


def _gauges(run: Run, earlier: Samples, site: Labels) -> Samples:
    ended = run.finished_at or run.heartbeat_at
    found: Samples = {
        (_STARTED, site): run.started_at.timestamp(),
        ("newsarchive_run_end_timestamp_seconds", site): ended.timestamp(),
        ("newsarchive_run_not_read", site): len(run.not_read),
        ("newsarchive_run_warnings", site): len(run.warnings),
    }
    if run.exit_code is not None:
        found["newsarchive_run_exit_code", site] = run.exit_code
    for stage, seconds in run.seconds.items():
        found["newsarchive_run_stage_seconds", (*site, ("stage", stage))] = seconds
    good = ended.timestamp() if run.exit_code in WHOLE_ENDS else None
    for name, at in ((_GOOD, good), (_NEWEST, _newest(run, ended))):
        known = [value for value in (earlier.get((name, site)), at) if value is not None]
        if known:
            found[name, site] = max(known)
    return found


def _newest(run: Run, ended: datetime) -> float | None:
    age = run.metrics.get("newest_age_hours")
    return None if age is None else ended.timestamp() - age * _HOUR


def _added(run: Run, site: Labels) -> Samples:
    found: Samples = {("newsarchive_runs_total", (*site, ("end", run.end or "unknown"))): 1}
    for metric, prefix, outcomes in (
        ("newsarchive_pages_total", "page", PAGES),
        ("newsarchive_articles_total", "record", RECORDS),
    ):
        for outcome in outcomes:
            found[metric, (*site, ("outcome", outcome))] = run.counts.get(f"{prefix}/{outcome}_count", 0)
    found["newsarchive_raw_bytes_total", site] = run.sizes.get("raw", 0)
    found["newsarchive_picture_bytes_total", site] = run.sizes.get("pictures", 0)
    return found


def _families(
    kind: type[GaugeMetricFamily | CounterMetricFamily], named: Mapping[str, str], samples: Samples
) -> list[Metric]:
    families: list[Metric] = []
    for name, explained in named.items():
        rows = {labels: value for (metric, labels), value in samples.items() if metric == name}
        if rows:
            family = kind(name, explained, labels=[label for label, _ in next(iter(rows))])
            for labels, value in sorted(rows.items()):
                family.add_metric([text for _, text in labels], value)
            families.append(family)
    return families
