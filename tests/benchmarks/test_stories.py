"""The benchmark of stories measures what it says: a rule that finds nothing, or everything, misses its targets."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import stories

SMALL = ["--positives", "18", "--negatives", "20", "--alike", "10"]


def test_the_targets_are_reached_on_a_few_pairs(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stories.main([*SMALL, "--corpus", str(corpus), "--stored", "200"]) in {
        0,
        1,
    }  # the times are the machine's
    assert "recall 1.0000 (at least 0.99), precision 1.0000" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [True, False])
def test_who_always_answers_the_same_misses_them(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, *, answer: bool
) -> None:
    monkeypatch.setattr(stories, "found", lambda _: answer)
    assert stories.main([*SMALL, "--corpus", str(corpus)]) == 1


def test_the_same_seed_makes_the_same_pairs(corpus: Path) -> None:
    texts = stories.corpus_texts(corpus)
    one, other, third = ([*stories.positives(texts, 9, seed)] for seed in (1, 1, 2))
    assert one == other != third
    assert {pair.kind for pair in one} == set(stories.EDITS)


def test_without_a_corpus_nothing_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stories.main(["--corpus", str(tmp_path)]) == 0
    assert "NOT MEASURED" in capsys.readouterr().out
