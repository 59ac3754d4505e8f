"""Drift: what breaks is told with its pages, what only varies is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import Image
from newsarchive.items.verdict import Verdict
from newsarchive.monitoring.drift import OutOfRange, drift
from newsarchive.monitoring.sample import Examples, Sample
from newsarchive.records.listing import ListItem
from newsarchive.records.run import Run
from tests.storage.records import NOON, article, body
from tests.storage.records import run as run_record

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same articles every time


def run(number: int, metrics: dict[str, float], **fields: object) -> Run:
    """The run of an hour."""
    return run_record(number, **{"metrics": metrics, "reason": "finished"} | fields)


def usual(rng: Random, at: datetime = NOON, count: int = 12) -> list[Article]:
    """Articles as a site has them: lengths vary by factors, a third has no digest, few have no picture."""
    return [
        article(
            number,
            published_at=at - rng.uniform(0.1, 1.0) * HOUR,
            fetched_at=at,
            attribution={"author": None if rng.random() < 0.05 else "清源"},
            digest=None if rng.random() < 0.3 else "摘要",
            cover="https://img.ithome.com/cover.jpg",
            body=[
                *body("字" * int(1200 * rng.lognormvariate(0, 0.6))),
                *(
                    Image(url=f"https://img.ithome.com/{n}.jpg")
                    for n in range(rng.choice([0, 1, 3, 3, 4, 9]))
                ),
            ],
        )
        for number in range(count)
    ]


def sampled(
    articles: Sequence[Article], at: datetime = NOON, *, items: int = 40, hours: float = 16
) -> Sample:
    sample = Sample()
    sample.listed(
        [ListItem(identity=f"ithome:{n}", published_at=at - n * hours * HOUR / items) for n in range(items)],
        "https://www.ithome.com/list/",
    )
    for one in articles:
        sample.judged(Verdict.ARTICLE, one.url)
        sample.read(one)
    return sample


def history(count: int = 12, seed: int = 1) -> list[Run]:
    rng = dice(seed)
    return [run(number, sampled(usual(rng)).metrics(NOON)) for number in range(count)]


def judged(
    articles: Sequence[Article], before: Sequence[Run] | None = None, **more: float
) -> list[OutOfRange]:
    sample = sampled(articles, **more)  # type: ignore[arg-type]
    return drift(history() if before is None else before, run(12, sample.metrics(NOON)), sample.examples())


def metrics_of(found: Sequence[OutOfRange]) -> set[str]:
    return {one.metric for one in found}


def test_a_usual_run_is_no_drift() -> None:
    assert judged(usual(dice(99))) == []


def test_hundreds_of_usual_runs_raise_no_alarm() -> None:
    rng = dice(5)
    runs = [
        run(number, sampled(usual(rng, count=rng.choice([3, 5, 12, 30]))).metrics(NOON))
        for number in range(220)
    ]
    alarms = [
        one.text for number in range(20, 220) for one in drift(runs[number - 20 : number], runs[number])
    ]
    assert alarms == []


def test_an_author_no_longer_found_is_told_with_pages() -> None:
    broken = [one.model_copy(update={"attribution": Attribution()}) for one in usual(dice(7))]
    (found,) = judged(broken)
    assert (found.metric, found.value) == ("missing_author/article", 1.0)
    assert found.low <= 0.05 < found.high < 1
    assert found.text.startswith("article pages without author: 100 %, expected 0 % to")
    assert "from the last 12 good runs; see ithome:0, ithome:1" in found.text
    assert "\n" not in found.text


def test_three_articles_are_enough_to_see_that_all_lack_an_author() -> None:
    broken = [Article(**one.model_dump() | {"attribution": {}}) for one in usual(dice(7), count=3)]
    assert "missing_author/article" in metrics_of(judged(broken))
    assert judged(broken[:2]) == [], "two are too few to tell"


def test_lost_text_and_pictures_are_told() -> None:
    rng = dice(8)
    empty = [Article(**one.model_dump() | {"body": body("字")}) for one in usual(rng)]
    assert metrics_of(judged(empty)) == {
        "text_length/article",
        "pictures/article",
        "missing_pictures/article",
    }


@pytest.mark.parametrize("shift", [8, -8])
def test_a_wrong_time_zone_is_told(shift: int) -> None:
    shifted = [
        one.model_copy(update={"published_at": one.published_at and one.published_at + shift * HOUR})
        for one in usual(dice(9))
    ]
    assert metrics_of(judged(shifted)) == {"date_lag_hours/article"}


def test_deleted_pages_in_number_are_told() -> None:
    sample = sampled(usual(dice(3), count=5))
    for number in range(10):
        sample.judged(Verdict.DELETED, f"https://www.ithome.com/gone/{number}")
    found = {one.metric: one for one in drift(history(), run(12, sample.metrics(NOON)), sample.examples())}
    assert set(found) == {"share/deleted", "share/article"}
    assert "https://www.ithome.com/gone/0" in found["share/deleted"].text


def test_fewer_notices_than_usual_are_good_news() -> None:
    before = [run(number, {"pages": 40.0, "share/article": 0.5, "share/deleted": 0.5}) for number in range(8)]
    assert metrics_of(drift(before, run(9, {"pages": 40.0, "share/article": 1.0}))) == {"share/article"}


def test_a_list_that_stands_still_is_told() -> None:
    old = sampled([], NOON - 3 * DAY)
    (found,) = drift(history(), run(50, old.metrics(NOON)), old.examples())
    assert found.metric == "newest_age_hours"
    assert found.text.endswith("see ithome:0")


def test_a_list_with_a_tenth_of_its_items_is_told() -> None:
    assert metrics_of(judged([], hours=160)) == {"items_per_day"}


def test_a_quiet_sunday_is_no_drift() -> None:
    rng = dice(11)
    before = [run(number, sampled(usual(rng, count=20)).metrics(NOON)) for number in range(12)]
    sunday = sampled(usual(rng, NOON - 10 * HOUR, count=3), NOON - 10 * HOUR, hours=70)
    assert drift(before, run(13, sunday.metrics(NOON))) == []


def test_a_run_with_nothing_new_is_no_drift() -> None:
    assert judged([]) == []
    assert drift(history(), run(50, {})) == []


def test_articles_that_waited_for_an_outage_are_no_drift() -> None:
    waited = [
        one.model_copy(update={"published_at": one.published_at and one.published_at - 24 * HOUR})
        for one in usual(dice(12))
    ]
    sample = sampled(waited)
    late = run(50, sample.metrics(NOON), started_at=NOON + 60 * HOUR)
    assert drift(history(), late, sample.examples()) == []
    on_time = run(12, sample.metrics(NOON))
    assert metrics_of(drift(history(), on_time)) == {"date_lag_hours/article"}


def test_a_backfill_is_not_judged_by_its_age_but_by_its_pages() -> None:
    days = {"since": "2025-01-01", "until": "2025-01-31"}
    rng = dice(13)
    before = [run(number, sampled(usual(rng)).metrics(NOON), arguments=days) for number in range(8)]
    old = [Article(**one.model_dump() | {"attribution": {}}) for one in usual(rng, NOON - 300 * DAY)]
    sample = sampled(old, NOON - 300 * DAY)
    backfill = run(9, sample.metrics(NOON), arguments={"since": "2024-01-01", "until": "2024-01-31"})
    assert metrics_of(drift(before, backfill)) == {"missing_author/article"}
    assert drift(history(), backfill) == [], "runs that read what is newest are no measure of a backfill"


def test_runs_from_other_seeds_are_no_measure() -> None:
    before = [one.model_copy(update={"arguments": {"seeds": "a.txt"}}) for one in history()]
    broken = run(50, {"articles/article": 9, "missing_author/article": 1}, arguments={"seeds": "b.txt"})
    assert drift(before, broken) == []
    assert drift(before, broken.model_copy(update={"arguments": {"seeds": "a.txt", "limit": "9"}})) != []


def test_only_good_earlier_runs_of_the_site_count() -> None:
    broken = run(50, {"articles/article": 9, "missing_author/article": 1})
    assert drift(history(5), broken) != []
    assert drift(history(4), broken) == []
    changes: list[dict[str, object]] = [
        {"site": "weixin"},
        {"reason": "challenged"},
        {"reason": None},
        {"warnings": ("drift: article pages without author: 100 %, expected 0 %",)},
        {"started_at": NOON + 99 * HOUR},
        {"metrics": {}},
    ]
    for change in changes:
        assert drift([one.model_copy(update=change) for one in history()], broken) == [], change


def test_a_run_that_was_warned_of_something_else_is_a_measure() -> None:
    broken = run(50, {"articles/article": 9, "missing_author/article": 1})
    before = [
        one.model_copy(update={"warnings": ("the list of 2025-12-05 was not read",)}) for one in history()
    ]
    assert metrics_of(drift(before, broken)) == {"missing_author/article"}


def test_a_site_that_changed_for_good_becomes_usual() -> None:
    runs = history()
    for number in range(12, 60):
        one = run(number, {"articles/article": 9, "missing_author/article": 1})
        texts = tuple(found.text for found in drift(runs[-20:], one))
        runs.append(one.model_copy(update={"warnings": texts}))
    warned = [bool(one.warnings) for one in runs[12:]]
    assert all(warned[:10])
    assert not any(warned[20:])


def test_newsflashes_are_no_broken_articles() -> None:
    flashes = [
        Article(**one.model_dump() | {"kind": "newsflash", "attribution": {}, "body": body("快讯")})
        for one in usual(dice(2))
    ]
    sample = Sample()
    for one in (*usual(dice(3)), *flashes):
        sample.judged(Verdict.ARTICLE, one.url)
        sample.read(one)
    assert drift(history(), run(50, sample.metrics(NOON))) == []


def test_metrics_of_nothing_are_none() -> None:
    assert Sample().metrics(NOON) == {}


def test_metrics_say_what_the_pages_were_like() -> None:
    sample = Sample()
    sample.listed(
        [ListItem(url="https://36kr.com/p/1", published_at=NOON - 2 * HOUR), ListItem(title="undated")],
        "feed",
    )
    sample.judged(Verdict.LIST, "feed")
    for one in (
        article(1, body=body("一二三四"), published_at=NOON - 4 * HOUR, fetched_at=NOON, cover="c"),
        article(2, body=[*body("一二"), Image(url="https://a/b.jpg")], published_at=None),
        article(3, kind="video", body=[], published_at=NOON - HOUR, fetched_at=NOON),
    ):
        sample.judged(one.kind, one.url)
        sample.read(one)
    sample.read(article(4, body=body("一"), published_at=NOON, fetched_at=NOON + 300 * DAY), revisit=True)
    found = sample.metrics(NOON)
    expected = {
        "listed": 2,
        "newest_age_hours": 1,
        "pages": 3,
        "share/article": 2 / 3,
        "share/video": 1 / 3,
        "articles/article": 3,
        "articles/video": 1,
        "text_length/article": 2,
        "pictures/article": 1 / 3,
        "missing_published_at/article": 1 / 3,
        "missing_cover/article": 2 / 3,
        "missing_text/video": 1,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert not {"items_per_day", "date_lag_hours/article"} & found.keys(), "too few to tell"
    shown = sample.examples()
    assert shown["text_length/article"] == Examples(
        low=("ithome:4", "ithome:2", "ithome:1"), high=("ithome:1", "ithome:2", "ithome:4")
    )
    assert shown["share/video"].high == (article(3).url,)


def test_only_a_few_pages_are_named() -> None:
    sample = sampled(usual(dice(4), count=60))
    for examples in sample.examples().values():
        assert len(examples.low) <= 5
        assert len(examples.high) <= 5


NAMES = [
    "articles/article", "pages", "listed", "text_length/article", "pictures/article", "missing_cover/article",
    "share/article", "share/challenge", "items_per_day", "newest_age_hours", "date_lag_hours/article", "unheard_of",
]  # fmt: skip
VALUES = st.fixed_dictionaries(
    {},
    optional={
        name: st.floats(0, 1) if name.startswith(("share/", "missing_")) else st.floats(0, 1e6)
        for name in NAMES
    },
)


@given(VALUES, st.integers(0, 30))
def test_the_same_values_again_never_warn(metrics: dict[str, float], runs: int) -> None:
    assert drift([run(number, metrics) for number in range(runs)], run(50, metrics)) == []


@given(st.lists(VALUES, max_size=4), VALUES)
def test_without_a_history_nothing_is_judged(
    earlier: list[dict[str, float]], metrics: dict[str, float]
) -> None:
    assert drift([run(number, before) for number, before in enumerate(earlier)], run(50, metrics)) == []


@given(st.lists(VALUES, min_size=5, max_size=30), VALUES)
def test_every_warning_is_out_of_the_range_it_tells(
    earlier: list[dict[str, float]], metrics: dict[str, float]
) -> None:
    for found in drift([run(number, before) for number, before in enumerate(earlier)], run(50, metrics)):
        assert found.value == metrics.get(found.metric, 0.0)
        assert not found.low <= found.value <= found.high
        assert "\n" not in found.text
