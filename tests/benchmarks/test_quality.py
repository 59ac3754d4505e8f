"""`make quality`: what it says of a small corpus, and when it fails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks import quality
from benchmarks.scoring import bigram_f1, narrowed, score

PAGE = (
    '<link rel="canonical" href="https://www.ithome.com/0/962/345.htm" /><h1>打字机</h1>'
    '<div id="paragraph"><p>它的声音像下雨。</p></div>'
)
LABEL = {
    "file": "ithome/page.html",
    "site": "ithome",
    "url": "https://www.ithome.com/0/962/345.htm",
    "verdict": "article",
    "identity": {"id": "962345"},
    "title": "打字机",
    "text": "它的声音 像下雨。",
    "images": [],
}


@dataclass(frozen=True)
class Gate:
    """A corpus of one page with its floors."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def label(self, **values: Any) -> None:  # noqa: ANN401
        (self.folder / "truth.jsonl").write_text(json.dumps(LABEL | values) + "\n", encoding="utf-8")

    def run(self, *words: str) -> tuple[int, str]:
        options = ("--corpus", str(self.folder), "--floors", str(self.folder / "floors.json"))
        code = quality.main([*options, *words])
        said = self.capsys.readouterr()
        return code, said.out + said.err


@pytest.fixture
def gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Gate:
    (tmp_path / "ithome").mkdir()
    (tmp_path / "ithome" / "page.html").write_text(PAGE, encoding="utf-8")
    one = Gate(tmp_path, capsys)
    one.label()
    assert one.run("--raise-floors")[0] == 0
    return one


def test_what_holds_passes(gate: Gate) -> None:
    code, said = gate.run()
    assert code == 0
    assert "nothing is below its floor" in said


def test_other_labels_want_new_floors(gate: Gate) -> None:
    gate.label(author="某人")
    code, said = gate.run()
    assert code == 1
    assert "not those the floors were measured with" in said


def test_what_sinks_is_named_and_floors_go_down_only_with_a_reason(gate: Gate) -> None:
    gate.label(title="钢琴")
    code, said = gate.run("--raise-floors")
    assert code == 1
    assert "ithome/article title: 0, the floor is 100" in said
    assert '"钢琴"' in said
    assert gate.run("--lower-floors", "the title was mislabelled")[0] == 0
    kept = json.loads((gate.folder / "floors.json").read_text(encoding="utf-8"))["lowered"][0]
    assert kept["reason"] == "the title was mislabelled"
    assert "ithome/article title: 0, the floor is 100" in kept["below"]
    assert gate.run()[0] == 0


def test_a_missing_corpus_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = Gate(tmp_path / "nowhere", capsys).run()
    assert code == 0
    assert "NOT MEASURED" in said


def test_white_space_alternatives_and_unscored_fields() -> None:
    label = LABEL | {"alts": {"text": ["只有这一句。"]}, "author": "某人", "unscored": ["author"]}
    found = {**LABEL, "text": "只有\n这一句。", "author": None}
    assert score(label, found).perfect
    assert not score(label, {**found, "text": "只有那一句。"}).perfect


def test_a_value_where_the_page_has_none_is_wrong() -> None:
    assert [one.field for one in score(LABEL | {"author": None}, LABEL | {"author": "某人"}).differences] == [
        "author"
    ]


def test_a_page_that_was_not_read_is_not_perfect() -> None:
    assert score(LABEL, None).exact["verdict"] is False


def test_another_spelling_of_a_link_is_the_same_article() -> None:
    long = "http://mp.weixin.qq.com/s?__biz=Mzk5MDAwMDEwMQ%3D%3D&mid=2247500001&idx=1&sn=0123456789abcdef0123456789abcdef#rd"
    ours = "https://mp.weixin.qq.com/s?__biz=Mzk5MDAwMDEwMQ==&mid=2247500001&idx=1&sn=0123456789abcdef0123456789abcdef"
    label = LABEL | {"source_url": long}
    assert score(label, {**LABEL, "source_url": ours}).perfect
    assert not score(label, {**LABEL, "source_url": ours.replace("mid=2247500001", "mid=2247500002")}).perfect


def test_f1_counts_pairs_of_characters() -> None:
    assert bigram_f1("一二三", "一二三") == 1
    assert bigram_f1("一二三", "一二") == pytest.approx(2 / 3)
    assert bigram_f1("一二三", None) == 0


def test_a_difference_is_narrowed_to_its_spot() -> None:
    wanted = [{"id": "1", "title": "甲"}, {"id": "2", "title": "乙"}]
    found = [{"id": "1", "title": "甲"}, {"id": "2", "title": "丙"}]
    assert narrowed("items", wanted, found) == ("items[1].title", "乙", "丙")
