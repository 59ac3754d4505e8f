"""Some rounds of damage in every run of the tests, the same each time; `make fuzz` runs a hundred thousand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from newsarchive.items.verdict import Verdict
from newsarchive.sites.reading import read
from tests.fuzz import __main__ as command
from tests.fuzz.rounds import run
from tests.fuzz.samples import Sample, collect

SMALL = 40_000


def small(samples: Sequence[Sample]) -> list[Sample]:
    return [sample for sample in samples if len(sample.content) <= SMALL]


@pytest.mark.parametrize("part", range(4))
def test_damaged_captures_are_judged(corpus: Path, part: int) -> None:
    numbers = range(part * 250, (part + 1) * 250)
    assert run(small(collect(corpus)), 20260601, numbers) == []


def test_damaged_golden_pages_are_judged_without_the_corpus(tmp_path: Path) -> None:
    assert run(small(collect(tmp_path)), 20260602, range(500)) == []


@pytest.mark.parametrize(
    "sample",
    [
        it
        for it in small(collect(Path("nowhere")))
        if it.reader == "page" and it.ends_itself and it.whole.article
    ],
    ids=lambda sample: sample.name,
)
def test_no_cut_page_is_half_an_article(sample: Sample) -> None:
    """At every 97th byte, and at the last bytes, where what is missing no longer shows in the text."""
    whole = sample.whole.article
    assert whole
    size = len(sample.content)
    for end in {*range(0, size, 97), *range(max(0, size - 12), size)}:
        found = read(sample.page(sample.content[:end]), sample.site)
        if found.article is None:
            assert found.verdict in {Verdict.EMPTY, Verdict.OTHER}
        else:
            assert (found.article.title, found.article.text) == (whole.title, whole.text)


def test_a_page_that_is_cut_in_its_last_tag_is_empty() -> None:
    sample = next(it for it in collect(Path("nowhere")) if it.name == "golden/ithome/article")
    assert (
        read(sample.page(sample.content[: sample.content.rindex(b"</html")]), sample.site).verdict == "empty"
    )


def test_a_failure_says_what_broke_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.promises.parse_object", lambda *_: 1 // 0)
    failure = run([Sample("weixin/shop.html", "script", b"{a: 1}")], 7, range(1))[0]
    assert failure.sample == "weixin/shop.html"
    assert "ZeroDivisionError" in failure.problem


def test_the_command_says_how_much_it_tried(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command.main(["--corpus", str(tmp_path), "--rounds", "20", "--processes", "1"]) == 0
    assert "20 rounds" in capsys.readouterr().out
