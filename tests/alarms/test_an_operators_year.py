"""400 days of one archive as its operator lives them: runs every six hours, and what goes wrong; exactly these tidings come."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from newsarchive.alarms.checks import alarms_of
from newsarchive.alarms.disk import with_reading
from newsarchive.alarms.episodes import after_telling, continued, has_ended, tidings
from newsarchive.alarms.facts import ArchiveFacts, DiskFacts, Limits, SiteFacts
from newsarchive.crawl.robots_history import with_version
from newsarchive.monitoring.drift import drift
from newsarchive.monitoring.outcome import Outcome
from newsarchive.records.alarm import Acknowledgement, AlarmEpisode, DiskReading, NewNormal, RobotsHistory
from newsarchive.records.run import NotRead, Run
from tests.alarms.known import CHALLENGED, GOOD, NOTHING

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIST = "https://www.36kr.com/feed"
OUTAGE, CHALLENGES, CLOSED, REDESIGN, ROBOTS, FILLING, CLOCK = 50, 100, 150, 200, 250, 300, 350


@dataclass
class Archive:
    """What the archive's store and disk say, day by day."""

    chance: random.Random
    runs: list[Run] = field(default_factory=list)
    robots: RobotsHistory = field(default_factory=RobotsHistory)
    readings: tuple[DiskReading, ...] = ()
    normal: NewNormal = field(default_factory=NewNormal)
    free: float = 200e9
    read_at: datetime = START

    def crawl(self, now: datetime) -> None:
        """A run, as the day has it."""
        day = (now - START) / DAY
        if OUTAGE <= day < OUTAGE + 5:
            return
        counts = dict(GOOD)
        not_read: tuple[NotRead, ...] = ()
        text = self.chance.gauss(1500, 60) if day < REDESIGN else self.chance.gauss(60, 4)
        metrics = {"articles/article": 20.0, "pages": 20.0, "share/article": 1.0, "text_length/article": text}
        metrics["clock_ahead_seconds"] = 7200.0 if CLOCK <= day < CLOCK + 2 else self.chance.uniform(0, 2)
        if CHALLENGES <= day < CHALLENGES + 2:
            counts, metrics = dict(CHALLENGED), {}
            not_read = (NotRead(name="www.36kr.com", reason="challenge"),)
        elif CLOSED <= day < CLOSED + 1:
            counts, metrics = dict(NOTHING), {}
            not_read = (NotRead(name=LIST, reason="empty_instead_of_list"),)
        else:
            self.read_at = now
        rules = (
            b"User-agent: *\nDisallow:\n" if day < ROBOTS else b"User-agent: *\nDisallow: /api\n# %d" % day
        )
        self.robots = with_version(self.robots, 200, rules, now)
        run = Run(
            run_id=str(now), site="36kr", machine="here", started_at=now, heartbeat_at=now, finished_at=now,
            reason="finished", counts=counts, not_read=not_read, metrics=metrics,
        )  # fmt: skip
        found = drift(self.runs[-40:], run, normal=self.normal.spans)
        outcome = Outcome("36kr", "finished", counts | {"run/drifted_count": len(found)})
        warned = {
            "warnings": tuple(one.text for one in found),
            "end": outcome.end,
            "exit_code": int(outcome.exit_code),
        }
        self.runs.append(run.model_copy(update=warned))

    def facts(self, now: datetime) -> ArchiveFacts:
        """What a check sees."""
        day = (now - START) / DAY
        self.free = 200e9 if day < FILLING or day >= FILLING + 40 else 200e9 - (day - FILLING) * 5.5e9
        self.readings = with_reading(self.readings, DiskReading(at=now, free=int(self.free), total=int(1e12)))
        site = SiteFacts(
            "36kr",
            self.runs[-40:][::-1],
            read_at={LIST: self.read_at},
            sources=frozenset({LIST}),
            robots={"www.36kr.com": self.robots},
        )
        return ArchiveFacts(now, "here", [site], [DiskFacts("/srv", ["store"], self.readings)])


def test_an_operators_year() -> None:
    chance = random.Random(7)  # noqa: S311 - it has to be repeatable
    archive = Archive(chance)
    episodes: dict[str, AlarmEpisode] = {}
    known: dict[str, Acknowledgement] = {}
    got: list[tuple[int, str, str]] = []
    now = START
    while now < START + 400 * DAY:
        archive.crawl(now)
        for hours in (1, 4):
            if chance.random() < 0.1:
                continue
            at = now + hours * HOUR
            facts = archive.facts(at)
            alarms = alarms_of(facts, Limits())
            episodes = continued(episodes, alarms, facts.judges, known, now=at, calm=6 * HOUR)
            for tiding in [*tidings(episodes, known, "mail", "warning", at)]:
                got.append(((at - START).days, tiding.word, tiding.episode.alarm.name))
                episodes[tiding.key] = after_telling(tiding, "mail")
            episodes = {key: one for key, one in episodes.items() if not has_ended(one, at)}
            drifted = next((alarm for alarm in alarms if alarm.kind == "drift"), None)
            if drifted is not None and at > START + (REDESIGN + 3) * DAY and not known:
                # What `check ack` does: from the first run that was warned of on, the site is as it should be.
                known[drifted.name] = Acknowledgement(at=at, rank=drifted.rank)
                words = "median text length of article pages"
                archive.normal = NewNormal(spans={words: (START + REDESIGN * DAY, at)})
        now += 6 * HOUR

    assert [(word, name) for _, word, name in got] == [
        ("new", "stale:36kr"),
        ("worse", "stale:36kr"),
        ("worse", "stale:36kr"),
        ("over", "stale:36kr"),
        ("new", "challenged:36kr"),
        ("worse", "challenged:36kr"),  # three runs in a row
        ("worse", "challenged:36kr"),  # four
        ("over", "challenged:36kr"),
        ("new", "closed:36kr"),
        ("over", "closed:36kr"),
        ("new", "drift:36kr"),
        ("new", "robots:36kr:www.36kr.com"),
        ("over", "robots:36kr:www.36kr.com"),
        ("new", "disk:here:/srv"),  # 14 days before, 7, 3, 1, and at the reserve
        *[("worse", "disk:here:/srv")] * 4,
        ("over", "disk:here:/srv"),
        ("new", "clock:here"),
        ("over", "clock:here"),
    ]
    assert not [one for run in archive.runs[-600:] for one in run.warnings], "the new ways are the usual ones"
