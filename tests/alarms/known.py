"""Runs and facts to judge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from newsarchive.alarms.checks import alarms_of
from newsarchive.alarms.facts import ArchiveFacts, Limits, SiteFacts
from newsarchive.records.alarm import Alarm
from newsarchive.records.run import NotRead, Run

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOOD = {"page/fetched_count": 3, "page/listed_count": 1, "page/article_count": 2}
CHALLENGED = {
    "page/fetched_count": 1,
    "page/event_count": 1,
    "page/challenged_count": 1,
    "host/held_count": 1,
}
NOTHING = {"page/fetched_count": 1, "page/failed_count": 1, "page/failed/empty_instead_of_list": 1}
FEW_FAILED = {
    "page/fetched_count": 3,
    "page/listed_count": 1,
    "page/article_count": 1,
    "page/failed_count": 1,
    "page/failed/timeout": 1,
}


def run(
    before: timedelta = HOUR,
    counts: dict[str, int] | None = None,
    *not_read: tuple[str, str],
    site: str = "36kr",
    reason: str | None = "finished",
    **more: Any,  # noqa: ANN401
) -> Run:
    """A run that began some time ago."""
    began = NOW - before
    return Run(
        run_id=f"{site}-{before}",
        site=site,
        machine="here",
        started_at=began,
        heartbeat_at=began + timedelta(minutes=1),
        finished_at=None if reason is None else began + timedelta(minutes=1),
        reason=reason,
        counts=GOOD if counts is None else counts,
        not_read=tuple(NotRead(name=name, reason=why) for name, why in not_read),
        **more,
    )


def facts(
    *runs: Run,
    now: datetime = NOW,
    sites: Sequence[SiteFacts] | None = None,
    **more: Any,  # noqa: ANN401
) -> ArchiveFacts:
    """What is known of one site with these runs, or of some sites."""
    return ArchiveFacts(now, "here", sites or [SiteFacts("36kr", runs)], **more)


def found(given: ArchiveFacts, **limits: Any) -> dict[str, Alarm]:  # noqa: ANN401
    """The alarms by name."""
    return {alarm.name: alarm for alarm in alarms_of(given, Limits(**limits))}
