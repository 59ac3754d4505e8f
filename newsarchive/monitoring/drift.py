"""Which metrics of a run are out of the range of the site's own history.

A site's redesign seldom breaks a crawl: pages still answer, and the selector for the author finds nothing. What the runs
before had tells what to expect: the median of the last good runs, and around it the greatest of their usual spread
(median absolute deviation), a fixed margin, and what chance does to a sample as small as this run's. With less than
`ENOUGH_RUNS` such runs, or too few pages, nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean, median
from typing import Literal, TypeAlias

from newsarchive.items.record import EARLIEST
from newsarchive.items.verdict import ARTICLE_KINDS
from newsarchive.monitoring.sample import Examples
from newsarchive.records.run import Run

HISTORY = 100
"""How many earlier runs of a site a run is compared with."""
ENOUGH_RUNS = 5
"""Good runs with a metric, before which it is not judged."""
LAST_RUNS = 20
"""Good runs that tell what is usual. One that was warned of for the same metric is not good; when all the history that is
given was (the site has changed for good), nothing is judged and the new ways become the usual ones."""
ENOUGH_PAGES = 3
"""Pages, articles of a kind, or listed items below which a run's metric is no data."""
_SPREADS = 4.0
"""Median absolute deviations, scaled to standard ones, that are still usual."""
_CHANCE = 5.0
"""Standard errors of a share that chance may bring: of some thirty metrics a run none should be off by accident."""
_RARE = 0.1
"""A share of less is judged as this much: what never happened in a few pages may still happen now and then."""
_TO_STANDARD = 1.4826
Span: TypeAlias = tuple[datetime, datetime]
"""Since when something is as it is, and when that was said."""
_NO_CHANGE_OF_SUBJECT = frozenset({"limit", "since", "until"})
"""Arguments whose values do not make a run another kind of run."""


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """A metric that is not as usual: its value, the range expected, and one line in plain English with pages."""

    metric: str
    value: float
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a metric is judged.

    `scale`: `share` (0 to 1), `ratio` (compared by factors, `margin` is a logarithm), or `hours`. `size` names the metric
    that counts the sample. `ends` says which ends are worth a warning, `current` that only a run of what is newest has it,
    `sampled` that chance plays a part, `paced` that it grows with the time between two runs.
    """

    words: str
    unit: str
    scale: Literal["share", "ratio", "hours"]
    margin: float
    size: str
    ends: Literal["both", "high"] = "both"
    current: bool = False
    sampled: bool = True
    paced: bool = False


def drift(
    history: Sequence[Run],
    run: Run,
    examples: Mapping[str, Examples] | None = None,
    normal: Mapping[str, Span] | None = None,
) -> list[OutOfRange]:
    """What is out of range in `run`, compared with earlier runs of its site (any order, itself may be among them).

    `examples` are the sample's; the pages that show a warning are named in its text. `normal` is what an operator has said to
    have changed for good, by its words: the runs before that change do not count, those from it until it was said do,
    whatever they were warned of.
    """
    before = sorted(
        (one for one in history if one.site == run.site and one.started_at < run.started_at),
        key=lambda one: one.started_at,
    )
    good = [one for one in before if one.reason == "finished" and _subject(one) == _subject(run)]
    shares = {metric for one in good for metric in one.metrics if metric.startswith("share/")}
    found = []
    for metric in sorted({*run.metrics, *shares}):
        rule = _rule(metric)
        if rule is None or (rule.current and "since" in run.arguments):
            continue
        value = _value(run, metric, rule)
        since, said = (normal or {}).get(rule.words, (EARLIEST, EARLIEST))
        unwarned = (
            one
            for one in good
            if one.started_at >= since and (one.started_at <= said or not _warned(one, rule))
        )
        usual = [known for one in unwarned if (known := _value(one, metric, rule)) is not None][-LAST_RUNS:]
        if value is None or len(usual) < ENOUGH_RUNS:
            continue
        slack = _changed_pace(before, run) if rule.paced else 0.0
        low, high = _expected(rule, usual, run.metrics.get(rule.size, 0.0), slack)
        if value > high or (value < low and rule.ends == "both"):
            pages = (examples or {}).get(metric, Examples())
            named = pages.high if value > high else pages.low
            text = _text(rule, value, (low, high), len(usual), named)
            found.append(OutOfRange(metric, value, low, high, text))
    return found


def out_of_range(runs: Sequence[Run]) -> dict[str, tuple[str, datetime]]:
    """What of a site is not as it was, by the words of its metric: the last line that says so, and since which run.

    `runs` are finished ones, the newest first. Of those of one kind the last one with enough pages for a metric decides.
    """
    found: dict[str, tuple[str, datetime]] = {}
    rules = {metric: rule for run in runs for metric in run.metrics if (rule := _rule(metric)) is not None}
    subjects: list[dict[str, str]] = []
    for run in runs:
        if (subject := _subject(run)) not in subjects:
            subjects.append(subject)
    for metric, rule in sorted(rules.items()):
        for subject in subjects:
            for run in runs:
                if _subject(run) != subject or _value(run, metric, rule) is None:
                    continue
                line = next((line for line in run.warnings if line.startswith(f"{rule.words}: ")), None)
                if line is None:
                    break
                text, since = found.get(rule.words, (line, run.started_at))
                found[rule.words] = text, min(since, run.started_at)
    return found


def _warned(run: Run, rule: _Rule) -> bool:
    return any(f"{rule.words}: " in line for line in run.warnings)


def _rule(metric: str) -> _Rule | None:
    """The rule of a metric; None for one that only counts."""
    name, _, kind = metric.partition("/")
    articles = f"articles/{kind}"
    if name.startswith("missing_"):
        field = name.removeprefix("missing_")
        return _Rule(f"{kind} pages without {field}", "%", "share", 0.2, articles)
    match name:
        case "share":
            ends: Literal["both", "high"] = "both" if kind in ARTICLE_KINDS else "high"
            return _Rule(f"pages judged {kind}", "%", "share", 0.2, "pages", ends)
        case "text_length":
            words = f"median text length of {kind} pages"
            return _Rule(words, "characters", "ratio", math.log(3), articles)
        case "pictures":
            return _Rule(f"pictures per {kind} page", "", "ratio", math.log(2.5), articles)
        case "date_lag_hours":
            words = f"median time from publication to reading of {kind} pages"
            return _Rule(words, "h", "hours", 6.0, articles, current=True, paced=True)
        case "newest_age_hours":
            words = "age of the newest item"
            return _Rule(words, "h", "hours", 36.0, "listed", "high", current=True, sampled=False)
        case "items_per_day":
            words = "items per day in its lists"
            return _Rule(words, "", "ratio", math.log(6), "listed", current=True, sampled=False)
        case _:
            return None


def _subject(run: Run) -> dict[str, str]:
    """What makes runs of the same kind: their arguments, apart from which days and how many."""
    kept = {name: value for name, value in run.arguments.items() if name not in _NO_CHANGE_OF_SUBJECT}
    return kept | ({"since": ""} if "since" in run.arguments else {})


def _value(run: Run, metric: str, rule: _Rule) -> float | None:
    """A run's metric, if it rests on enough pages; a verdict that no page of many had is a share of nothing."""
    if run.metrics.get(rule.size, 0.0) < ENOUGH_PAGES:
        return None
    return run.metrics.get(metric, 0.0 if metric.startswith("share/") else None)


def _expected(rule: _Rule, usual: Sequence[float], size: float, slack: float) -> tuple[float, float]:
    to, back = _SCALES[rule.scale]
    scaled = [to(value) for value in usual]
    centre = median(scaled)
    spread = _TO_STANDARD * median(abs(value - centre) for value in scaled)
    reach = max(rule.margin + slack, _SPREADS * spread, _chance(rule, fmean(scaled), size))
    return back(centre - reach), back(centre + reach)


def _chance(rule: _Rule, mean: float, size: float) -> float:
    """How far a sample of this size may lie from the mean by chance (the median of many small shares is often 0)."""
    if not rule.sampled or rule.scale == "hours":
        return 0.0
    if rule.scale == "ratio":
        return 3 / math.sqrt(size)
    share = min(max(mean, _RARE), 1 - _RARE)
    return _CHANCE * math.sqrt(share * (1 - share) / size)


_Scaling = tuple[Callable[[float], float], Callable[[float], float]]
_SCALES: dict[str, _Scaling] = {
    "share": (float, lambda value: min(max(value, 0.0), 1.0)),
    "ratio": (math.log1p, lambda value: max(math.expm1(value), 0.0)),
    "hours": (float, float),
}


def _changed_pace(before: Sequence[Run], run: Run) -> float:
    """Hours by which articles may be older or younger only because runs are further apart, or closer, than usual."""
    hour = timedelta(hours=1)
    gaps = [(later.started_at - earlier.started_at) / hour for earlier, later in pairwise([*before, run])]
    if len(gaps) < 2:
        return 0.0
    return abs(gaps[-1] - median(gaps[:-1]))


def _text(rule: _Rule, value: float, expected: tuple[float, float], runs: int, pages: Sequence[str]) -> str:
    low, high = (_shown(limit, rule) for limit in expected)
    limits = f"{low} to {high}" if rule.ends == "both" else f"at most {high}"
    seen = f"; see {', '.join(pages)}" if pages else ""
    return f"{rule.words}: {_shown(value, rule)}, expected {limits} from the last {runs} good runs{seen}"


def _shown(value: float, rule: _Rule) -> str:
    if rule.scale == "share":
        return f"{100 * value:.0f} %"
    number = f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"
    return f"{number} {rule.unit}".strip()
