"""`newsarchive runs` and `newsarchive status`: what an operator sees of the last crawls and of what waits."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app, times
from newsarchive.errors import BadValueError
from newsarchive.items.record import SHANGHAI
from newsarchive.records.run import NotRead, Run
from newsarchive.sites import SITES
from newsarchive.storage import Store
from newsarchive.storage.collections import PAUSES, Pause
from tests.cli.shown import Shown, fill, shown_of, stop_clock
from tests.storage.records import Plain, article, event, plain, run, task, weixin

NOW = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
"""2026-02-03 12:05 in Shanghai."""
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty store."""

    async def nothing(_: Store) -> None:
        """Opening it has made it."""

    fill(tmp_path / "news.sqlite", nothing)
    return tmp_path / "news.sqlite"


@pytest.fixture
def shown(path: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    return shown_of(path, monkeypatch, width=200)


async def leave_alone(store: Store) -> None:
    """A host that asked for an hour's rest, one that did a while ago, and one of an older version."""
    pause = Pause(host="www.ithome.com", since=NOW, until=NOW + HOUR, why="http_429", times=2)
    await store.put_document(PAUSES, pause.host, pause)
    over = Plain({"until": (NOW - HOUR).isoformat(), "times": 1})
    await store.put_document(plain("pauses"), "36kr.com", over)
    endless = Plain({"until": "2343-10-19T00:00:00+00:00", "times": 1})
    await store.put_document(plain("pauses"), "www.36kr.com", endless)


def crawl(number: int, started: datetime, **fields: object) -> Run:
    given = {"started_at": started, "heartbeat_at": started, "site": "ithome"}
    return run(number, **given | fields)


def ended(number: int, started: datetime, **fields: object) -> Run:
    finished = started + timedelta(minutes=3)
    given = {
        "heartbeat_at": finished,
        "finished_at": finished,
        "reason": "finished",
        "end": "good",
        "exit_code": 0,
    }
    return crawl(number, started, **given | fields)


def cells(text: str, row: str, *more: str) -> list[str]:
    """The cells of the row that begins with a name: of 36kr, ithome, weixin, and more sites."""
    head, *lines = text.splitlines()
    (line,) = [line for line in lines if line.strip().startswith(row)]
    found = [cell for cell in re.split(r"\s{2,}", line.strip())[1:] if cell]
    by_site = dict(zip(head.split(), found, strict=True))
    return [by_site[site] for site in ("36kr", "ithome", "weixin", *more)]


def test_runs_say_how_each_crawl_ended(path: Path, shown: Shown) -> None:
    async def save(store: Store) -> None:
        counts = {
            "page/fetched_count": 41,
            "record/new_count": 7,
            "record/updated_count": 2,
            "page/failed_count": 1,
            "page/failed/timeout": 1,
        }
        await store.save_run(
            ended(
                1, NOW - 5 * HOUR, counts=counts, arguments={"since": "2026-02-01", "limit": "[red]9"},
                warnings=("article pages without author: 100 %, expected 0 % [to] 20 %",), notes=("robots.txt ignored",),
                not_read=(NotRead(name="https://www.ithome.com/rss/", reason="http_503"),), end="incomplete",
            )
        )  # fmt: skip
        await store.save_run(crawl(2, NOW - 4 * HOUR, heartbeat_at=NOW - 3 * HOUR))
        await store.save_run(
            crawl(3, NOW - 10 * timedelta(minutes=1), heartbeat_at=NOW - timedelta(seconds=20))
        )
        await store.save_run(ended(4, NOW - HOUR, site="weixin", reason="shutdown", end="stopped"))

    fill(path, save)
    text = shown("runs")
    assert re.search(
        r"2026-02-03 07:05 ithome +3 min +incomplete +41 +7 +2 +1 +1 +\S+ *$", text, re.MULTILINE
    )
    assert "killed, last heartbeat 3 h ago" in text
    assert "running, heartbeat 20 s ago" in text
    assert re.search(r"2026-02-03 11:05 +weixin +3 min +stopped \(shutdown\)", text)
    assert "https://www.ithome.com/rss/: http_503 (the site answers with status 503)" in text
    assert "not read: 1 page: timeout (no whole answer in time)" in text
    assert "2026-02-03 07:05 ithome arguments: limit=[red]9 since=2026-02-01" in text
    assert (
        "2026-02-03 07:05 ithome warning: article pages without author: 100 %, expected 0 % [to] 20 %" in text
    )
    assert "2026-02-03 07:05 ithome note: robots.txt ignored" in text
    assert text.index("running") < text.index("stopped") < text.index("killed") < text.index("incomplete")


def test_the_word_for_an_end_of_earlier_records_follows_from_their_counts(path: Path, shown: Shown) -> None:
    earlier = {"end": None, "exit_code": None}

    async def save(store: Store) -> None:
        await store.save_run(
            ended(1, NOW, counts={"page/fetched_count": 1, "page/listed_count": 1}, **earlier)
        )
        await store.save_run(
            ended(2, NOW, counts={"page/fetched_count": 1, "page/failed_count": 1}, **earlier)
        )
        await store.save_run(
            ended(
                3, NOW, counts={"page/fetched_count": 1, "page/listed_count": 1}, warnings=("odd",), **earlier
            )
        )

    fill(path, save)
    assert [line.split()[5:-6] for line in shown("runs").splitlines()[1:4]] == [
        ["good"],
        ["nothing", "read"],
        ["drifted"],
    ]


def test_runs_of_a_site_up_to_a_limit(path: Path, shown: Shown) -> None:
    async def save(store: Store) -> None:
        for number in range(4):
            await store.save_run(ended(number, NOW - (number + 1) * HOUR))
        await store.save_run(ended(9, NOW, site="36kr"))

    fill(path, save)
    text = shown("runs", "--site", "ithome", "--limit", "2")
    assert "36kr" not in text
    assert text.count("good") == 2
    assert "11:05" in text


def test_runs_refuses_an_unknown_site(path: Path) -> None:
    assert CliRunner().invoke(app, ["runs", "--site", "sina", "--store", str(path)]).exit_code != 0


def test_status_says_how_fresh_each_site_is_and_what_waits(path: Path, shown: Shown) -> None:
    async def save(store: Store) -> None:
        await store.save_articles(
            [
                article(1, published_at=NOW - 9 * HOUR),
                article(2, published_at=NOW - 50 * HOUR, kind="newsflash"),
                weixin(published_at=None),
            ]
        )
        await store.save_events([event()])
        await store.add_tasks(
            [task(1, state="done"), task(2, due_at=NOW), task(3, due_at=NOW + HOUR), task(4, state="gone")]
        )
        listed = {"page/listed_count": 2}
        await store.save_run(ended(1, NOW - 60 * HOUR, counts=listed))
        await store.save_run(ended(2, NOW - HOUR, end="blocked", warnings=("a", "b")))
        await store.save_run(crawl(3, NOW - 2 * HOUR, site="weixin"))
        await leave_alone(store)

    fill(path, save)
    text = shown("status")
    assert cells(text, "articles") == ["0", "2", "1"]
    assert cells(text, "newsflash") == ["0", "1", "0"]
    assert cells(text, "newest article") == ["-", "2026-02-03 03:05 (9 h ago)", "-"]
    assert cells(text, "waiting to be fetched") == ["0", "2 (1 due now)", "0"]
    assert cells(text, "last list read") == ["-", "2026-02-01 00:05 (2 d ago)", "-"]
    assert cells(text, "last run") == ["-", "2026-02-03 11:05 (60 min ago)", "2026-02-03 10:05 (2 h ago)"]
    assert cells(text, "its end") == ["-", "blocked", "killed, last heartbeat 2 h ago"]
    assert cells(text, "its warnings") == ["-", "2", "0"]
    assert cells(text, "deleted") == ["0", "0", "1"]
    assert (
        "www.ithome.com is left alone until 2026-02-03 13:05: http_429 (the site answers with status 429)"
        in text
    )
    assert "\n36kr.com is left alone" not in text


def test_hosts_says_who_is_left_alone_and_lifts_it(path: Path, shown: Shown) -> None:
    assert shown("hosts") == "no host is left alone\n"
    fill(path, leave_alone)
    rows = [line.split() for line in shown("hosts").splitlines()]
    assert rows[1][:5] == ["www.36kr.com", "2026-02-03", "12:05", "2026-02-04", "12:05"]
    assert rows[2][:6] == ["www.ithome.com", "2026-02-03", "12:05", "2026-02-03", "13:05", "http_429"]
    assert json.loads(shown("hosts", "--json"))[1] == {
        "host": "www.ithome.com",
        "since": "2026-02-03T04:05:00+00:00",
        "until": "2026-02-03T05:05:00+00:00",
        "why": "http_429",
        "times": 2,
    }
    assert "www.ithome.com is asked again" in shown("hosts", "--lift", "https://www.ithome.com/")
    assert [held["host"] for held in json.loads(shown("hosts", "--json"))] == ["www.36kr.com"]
    assert shown("hosts", "--lift", "WWW.36kr.com") == "www.36kr.com is asked again from the next crawl on\n"
    assert shown("hosts", "--json") == "[]\n"


@pytest.mark.parametrize("host", ["www.ithome.com", "", "\x1b[31m"])
def test_a_host_that_is_not_left_alone_cannot_be_lifted(path: Path, host: str) -> None:
    refused = CliRunner().invoke(app, ["hosts", "--lift", host, "--store", str(path)])
    assert isinstance(refused.exception, BadValueError)
    assert "nothing to lift; left alone: no host" in str(refused.exception)
    assert "\x1b" not in str(refused.exception)


def test_status_of_an_empty_store(shown: Shown) -> None:
    text = shown("status")
    assert cells(text, "articles") == ["0", "0", "0"]
    assert cells(text, "last run") == ["-", "-", "-"]


LISTED = {"page/fetched_count": 1, "page/listed_count": 1}
UNREAD = (NotRead(name="https://www.ithome.com/rss/", reason="http_503"),)


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([ended(1, NOW - HOUR)], []),
        ([ended(1, NOW - HOUR, end="drifted", exit_code=32)], []),
        ([ended(1, NOW - 7 * HOUR)], ["stale: what is newest was last read at 2026-02-03 05:05"]),
        ([ended(1, NOW - HOUR, end="blocked", exit_code=31, not_read=UNREAD)], ["stale", "blocked: the run of"]),
        (
            [ended(1, NOW - HOUR, end="incomplete", exit_code=34, not_read=UNREAD, counts=LISTED)],
            ["incomplete: the run of 2026-02-03 11:05 ended: incomplete (34); https://www.ithome.com/rss/: http_503"],
        ),
        ([ended(1, NOW - HOUR, end="nothing read", exit_code=33)], ["stale", "incomplete"]),
        ([ended(1, NOW - HOUR, reason="shutdown", end="stopped", exit_code=30)], ["stale", "incomplete"]),
        ([ended(1, NOW - HOUR, end="forbidden", exit_code=36)], ["stale", "incomplete"]),
        ([ended(1, NOW - HOUR, end="unsaved", exit_code=20, counts=LISTED)], ["stale", "incomplete"]),
        ([crawl(1, NOW - HOUR, heartbeat_at=NOW - HOUR)], ["stale", "incomplete: the run of 2026-02-03 11:05 ended: killed"]),
        ([ended(1, NOW - 2 * HOUR), crawl(2, NOW - HOUR, heartbeat_at=NOW - HOUR)], ["incomplete"]),
        ([ended(1, NOW - 2 * HOUR), crawl(2, NOW - HOUR, heartbeat_at=NOW)], []),
        ([ended(1, NOW - HOUR, arguments={"since": "2020-01-01", "until": "2020-01-02"})], ["stale"]),
        ([ended(1, NOW - HOUR, arguments={"since": "2026-02-01", "until": "2026-02-03"})], []),
        ([ended(1, NOW - HOUR, end=None, exit_code=None, counts=LISTED)], []),
        ([ended(1, NOW - HOUR, end=None, exit_code=None, counts={"page/fetched_count": 1, "page/failed_count": 1})], ["stale", "incomplete"]),
    ],
)  # fmt: skip
def test_check_says_what_is_wrong_a_line_each(
    path: Path, shown: Shown, runs: list[Run], told: list[str]
) -> None:
    async def save(store: Store) -> None:
        for one in runs:
            await store.save_run(one)

    fill(path, save)
    lines = shown("status", "--check", "--max-age", "6h", code=37 if told else 0).splitlines()
    if not told:
        assert lines == ["ithome: nothing is stale, blocked or incomplete"]
        return
    assert len(lines) == len(told)
    for line, beginning in zip(lines, told, strict=True):
        assert line.startswith(f"ithome: {beginning}")


def test_check_knows_hosts_that_are_left_alone_now(path: Path, shown: Shown) -> None:
    async def save(store: Store) -> None:
        await store.save_run(ended(1, NOW - HOUR))
        pause = Pause(host="m.ithome.com", since=NOW, until=NOW + HOUR, why="http_429", times=1)
        await store.put_document(PAUSES, pause.host, pause)

    fill(path, save)
    assert "ithome: blocked: m.ithome.com is left alone: http_429" in shown("status", "--check", code=37)


def test_check_is_about_sites_that_were_crawled_or_named(path: Path, shown: Shown) -> None:
    assert "no site was ever crawled" in shown("status", "--check", code=37)
    fill(path, lambda store: store.save_run(ended(1, NOW - HOUR)))
    assert shown("status", "--max-age", "2d") == "ithome: nothing is stale, blocked or incomplete\n"
    shown("status", "--check", "--site", "ithome")
    text = shown("status", "--check", "--site", "ithome", "--site", "weixin", code=37)
    assert text == "weixin: stale: it was never crawled\n"


@pytest.mark.parametrize("age", ["6", "h", "0h", "-1h", "6 hours", "1.5h", "99999999999d", "６h", ""])
def test_a_wrong_age_is_refused(path: Path, age: str) -> None:
    refused = CliRunner().invoke(app, ["status", "--check", "--max-age", age, "--store", str(path)])
    assert isinstance(refused.exception, BadValueError) or age == ""


def test_status_as_json(path: Path, shown: Shown) -> None:
    async def save(store: Store) -> None:
        await store.save_articles([article(1, published_at=NOW - 9 * HOUR), weixin()])
        await store.save_run(ended(1, NOW - 60 * HOUR, counts=LISTED))
        await store.save_run(ended(2, NOW - HOUR, end="nothing read", exit_code=33, not_read=UNREAD))

    fill(path, save)
    told = json.loads(shown("status", "--json"))
    assert datetime.fromisoformat(told["at"]) == NOW
    assert set(told["sites"]) == set(SITES)
    ithome = told["sites"]["ithome"]
    assert datetime.fromisoformat(ithome["newest_article"]) == NOW - 9 * HOUR
    assert datetime.fromisoformat(ithome["last_list_read"]) == NOW - 60 * HOUR
    assert ithome["articles"] == {"article": 1}
    last = ithome["last_run"]
    assert (last["end"], last["exit_code"]) == ("nothing read", 33)
    assert last["not_read"] == [{"name": "https://www.ithome.com/rss/", "reason": "http_503", "detail": ""}]
    assert [trouble["kind"] for trouble in ithome["troubles"]] == ["stale", "incomplete"]
    assert told["sites"]["weixin"]["last_run"] is None
    assert set(json.loads(shown("status", "--json", "--check", code=37))) == {"at", "sites"}


def test_runs_as_json(path: Path, shown: Shown) -> None:
    async def save(store: Store) -> None:
        await store.save_run(ended(1, NOW - 3 * HOUR, end=None, exit_code=None))
        await store.save_run(crawl(2, NOW - 2 * HOUR, heartbeat_at=NOW - HOUR))
        await store.save_run(crawl(3, NOW - HOUR, heartbeat_at=NOW))

    assert json.loads(shown("runs", "--json")) == []
    fill(path, save)
    told = json.loads(shown("runs", "--json"))
    assert [(one["end"], one["exit_code"]) for one in told] == [
        ("running", None),
        ("killed", None),
        ("nothing read", 33),
    ]
    assert set(told[0]) == set(Run.model_fields)
    assert datetime.fromisoformat(told[0]["started_at"]) == NOW - HOUR


def test_status_names_sites_that_a_newer_newsarchive_put_into_the_store(path: Path, shown: Shown) -> None:
    async def save(store: Store) -> None:
        await store.save_articles([weixin()])
        await store.save_run(ended(1, NOW - HOUR))

    fill(path, save)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE articles SET site = 'jiemian', document = replace(document, 'weixin', 'jiemian')"
        )
    text = shown("status")
    assert "jiemian is no site of this newsarchive" in text
    assert cells(text, "articles", "jiemian") == ["0", "0", "0", "1"]
    assert json.loads(shown("status", "--json"))["sites"]["jiemian"]["known"] is False
    shown("status", "--check")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=2), "2 d"),
    ],
)
def test_lengths_are_told_in_one_unit(span: timedelta, text: str) -> None:
    assert times.length(span) == text
    assert times.ago(NOW - span) == f"{text} ago"
    assert times.ago(None) == "-"


def test_a_time_ahead_says_so() -> None:
    assert times.ago(NOW + 3 * HOUR) == "in 3 h"
    assert times.local_time(NOW.astimezone(SHANGHAI)) == "2026-02-03 12:05"
