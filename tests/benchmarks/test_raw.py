"""The benchmark of raw pages measures what it says; its figures are no test's business."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import raw


def test_what_is_saved_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_bytes(b"<p>" + "".join(chr(0x4E00 + n) for n in range(3000)).encode())
    label = {"file": "page.html", "site": "ithome", "url": "https://www.ithome.com/0/1.htm", "text": "x"}
    (tmp_path / "truth.jsonl").write_text(json.dumps(label))
    raw.main(["--corpus", str(tmp_path), "--changed", "0"])
    said = capsys.readouterr().out
    assert "1 pages of 9 kB, looked at 15 times in 90 days" in said
    assert "saved" in said
    raw.main(["--corpus", str(tmp_path / "none")])
    assert "NOT MEASURED" in capsys.readouterr().out
