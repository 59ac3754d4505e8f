"""`newsarchive coverage`: what an operator and a program see of what is missing, and what `--backfill` does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.cli.output import OUT
from newsarchive.errors import BadValueError, NewsarchiveError, NoStoreError, UnknownSiteError
from newsarchive.storage import open_store
from tests.storage.records import NOON, article, task

INCOMPLETE = 40
DAY = timedelta(days=1)
MONTH = ("--month", "2025-12")
Ran = Callable[..., tuple[int, str]]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "news.sqlite"

    async def fill() -> None:
        async with open_store(str(path)) as opened:
            await opened.save_articles([article(number) for number in (1, 2, 3, 5)])
            waiting = {"published_at": NOON + timedelta(minutes=4), "source": "https://www.ithome.com/list/"}
            await opened.save_tasks(
                [
                    task(4, **waiting, outcome="http_503", checked_at=NOON, due_at=NOON + 900 * DAY),
                    task(6, **waiting, url="https://www.ithome.com/0/000/006.htm?\x1b[31mrot"),
                ]
            )

    asyncio.run(fill())
    return path


@pytest.fixture
def run(store: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    def ran(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(OUT, "_width", 400)
        result = CliRunner().invoke(app, ["coverage", *words, "--store", str(store)])
        if isinstance(result.exception, NewsarchiveError):
            raise result.exception
        return result.exit_code, result.output

    return ran


def told(run: Ran, *words: str) -> dict[str, Any]:
    _, out = run(*MONTH, "--json", *words)
    site: dict[str, Any] = json.loads(out)["sites"]["ithome"]
    return site


def test_each_missing_article_is_a_line_with_its_reason(run: Ran) -> None:
    code, out = run(*MONTH)
    assert code == INCOMPLETE
    first, *lines = out.splitlines()
    assert first == "ithome, 2025-12-01 to 2025-12-31: 4 of 6 articles are held (66.6 %), 2 missing"
    missing = [line for line in lines if line.startswith("  missing")]
    assert len(missing) == 2
    assert "http_503: the site answers with status 503: 1 try" in missing[0]
    assert "named by https://www.ithome.com/list/" in missing[0]
    assert "never_asked: no crawl has asked for it yet" in missing[1]
    assert sum(line.startswith("  unread   2025-12-") for line in lines) == 31
    assert "\x1b" not in out


def test_it_ends_well_where_the_wanted_share_is_held(run: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(*MONTH, "--below", "0.66")[0] == 0
    assert run(*MONTH, "--below", "0.67")[0] == INCOMPLETE
    monkeypatch.setenv("NEWSARCHIVE_COVERAGE_SHARE", "0.5")
    assert run(*MONTH)[0] == 0


def test_as_json_it_says_the_same(run: Ran) -> None:
    site = told(run)
    assert (site["held"], site["shown"], site["queued"]) == (4, 6, None)
    assert site["share"] == pytest.approx(4 / 6)
    assert [(one["name"], one["reason"], one["shown_by"]) for one in site["missing"]] == [
        ("ithome:4", "http_503", "list"),
        ("ithome:6", "never_asked", "list"),
    ]
    assert len(site["unread_days"]) == 31
    assert site["unread_days"][0]["url"] == "https://www.ithome.com/list/2025-12-01.html"


def test_a_backfill_queues_and_may_be_given_again(run: Ran) -> None:
    before = told(run)
    first = told(run, "--backfill")
    assert first["queued"] == {"articles": 2, "numbers": 0, "lists": 31}
    assert told(run, "--backfill") | {"missing": 0} == first | {"missing": 0}
    assert [one["name"] for one in told(run)["missing"]] == [one["name"] for one in before["missing"]]
    _, out = run(*MONTH, "--backfill")
    assert out.splitlines()[-1] == (
        "ithome: queued 2 articles, 0 numbers, 31 lists: the next `newsarchive crawl ithome` fetches them, in up to 2 min at the site's pace"
    )
    due = [one["due_at"] for one in told(run)["missing"]]
    assert max(due) < "2027-01-01", "what waited for years is due now"


def test_a_month_of_which_nothing_is_known_is_not_complete(run: Ran) -> None:
    code, out = run("--month", "2025-06")
    assert code == INCOMPLETE
    assert (
        out.splitlines()[0] == "ithome, 2025-06-01 to 2025-06-30: 0 of 0 articles are held (0.0 %), 0 missing"
    )


def test_days_may_be_asked_for(run: Ran) -> None:
    code, out = run("--since", "2025-12-07", "--until", "2025-12-07")
    assert code == INCOMPLETE
    assert out.startswith("ithome, 2025-12-07 to 2025-12-07: 0 of 0")


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("--month", "2025-13"), BadValueError, "--month takes YYYY-MM"),
        (("--below", "95"), BadValueError, "--below takes a share from 0 to 1"),
        (("--below", "nan"), BadValueError, "--below takes a share"),
        (("--below", "most"), BadValueError, "--below takes a share"),
        ((*MONTH, "--since", "2025-12-01"), BadValueError, "not both"),
        (("--until", "2025-12-01"), BadValueError, "--until needs --since"),
        (("--since", "2025-12-02", "--until", "2025-12-01"), BadValueError, "is after --until"),
        (("--site", "sina"), UnknownSiteError, "there is no site 'sina'"),
    ],
)
def test_wrong_words_are_refused_in_one_line(
    run: Ran, words: tuple[str, ...], error: type[NewsarchiveError], said: str
) -> None:
    with pytest.raises(error, match=said):
        run(*words)


def test_there_has_to_be_a_store(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["coverage", *MONTH, "--store", str(tmp_path / "none.sqlite")])
    assert isinstance(result.exception, NoStoreError)
