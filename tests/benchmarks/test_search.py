"""The benchmark of search measures what it says."""

from __future__ import annotations

import pytest

from benchmarks import search
from newsarchive.search.fold import folded


def test_it_measures_and_finds_what_a_scan_finds(capsys: pytest.CaptureFixture[str]) -> None:
    ended = search.main(["--articles", "60", "--exact", "60", "--queries", "40"])
    told = capsys.readouterr().out
    assert ended in {0, 1}  # the times are the machine's
    assert "40 queries on 60 articles, 0 not as a scan" in told
    assert "upsert" in told


def test_a_search_that_leaves_something_out_is_noticed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.search.query.folded", lambda text: folded(text).replace("，", ""))
    assert search.main(["--articles", "0", "--exact", "60", "--queries", "40"]) == 1
    assert "0 not as a scan" not in capsys.readouterr().out


def test_the_same_seed_makes_the_same_articles() -> None:
    one, other, third = (search.Writer(seed, 10).article(3) for seed in (1, 1, 2))
    assert one == other != third
