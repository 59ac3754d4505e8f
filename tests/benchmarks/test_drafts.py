"""`make drafts`: what it says of judged drafts, and that a draft that has changed is judged anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import drafts

PAGE = (
    '<link rel="canonical" href="https://www.ithome.com/0/962/345.htm" /><h1>打字机换了新的色带</h1>'
    '<div id="paragraph"><p>IT之家 6 月 4 日消息，打字机换了新的色带。</p></div>'
)


def page(folder: Path, text: str = PAGE) -> Path:
    (folder / "ithome").mkdir(exist_ok=True)
    (folder / "ithome" / "page.html").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *words: str) -> int:
    return drafts.main(["--corpus", str(folder), "--judged", str(folder / "judged.tsv"), *words])


@pytest.fixture(autouse=True)
def one_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "DRAFTS", 1)


def test_a_judged_draft_counts_until_it_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = page(tmp_path)
    assert run(folder) == 1
    assert "0 of 1 readable" in capsys.readouterr().out
    assert run(folder, "--readable", "ithome:962345") == 0
    assert run(folder) == 0
    assert "1 of 1 readable as they stand (100.0%), 0 not judged" in capsys.readouterr().out
    assert "打字机" not in (folder / "judged.tsv").read_text(encoding="utf-8")
    page(tmp_path, PAGE.replace("色带。", "红色带。"))
    assert run(folder) == 1
    assert "1 not judged" in capsys.readouterr().out


def test_a_miss_is_told_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = page(tmp_path)
    run(folder, "--miss", "ithome:962345", "no subject")
    assert run(folder, "--show", "misses") == 1
    out = capsys.readouterr().out
    assert "ithome:962345: no subject" in out
    assert "打字机换了新的色带。" in out


def test_without_captured_pages_nothing_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none") == 0
    assert "NOT MEASURED" in capsys.readouterr().out
