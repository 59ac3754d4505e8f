"""The speed benchmark measures what it says it does; its figures are no test's business."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import parse

PAGE = '<h1>打字机</h1><div id="paragraph"><p>它的声音像下雨。</p></div>'


def test_every_page_with_a_text_is_measured_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    labels = [
        {"file": "page.html", "site": "ithome", "verdict": "article", "text": "它的声音像下雨。"},
        {"file": "gone.html", "site": "ithome", "verdict": "deleted", "text": None},
        {"file": "digest.md", "site": "archive", "verdict": "archive"},
    ]
    (tmp_path / "truth.jsonl").write_text("".join(json.dumps(label) + "\n" for label in labels))
    parse.main(["--corpus", str(tmp_path), "--rounds", "1"])
    said = capsys.readouterr().out
    assert "page.html" in said
    assert "ithome: 1 pages" in said
    assert "gone" not in said


def test_a_missing_corpus_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert parse.main(["--corpus", str(tmp_path)]) == 0
    assert "NOT MEASURED" in capsys.readouterr().out
