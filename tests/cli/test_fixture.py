"""`newsarchive fixture`: golden pages are made from saved ones, and reviewed where they are read otherwise."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsarchive.cli import app
from newsarchive.errors import BadValueError, ExpectationError, InputFileError
from tests.e2e.running import COMMAND

URL = "https://www.ithome.com/0/962/345.htm"
PAGE = (
    '<!doctype html><html><head><link rel="canonical" href="https://www.ithome.com/0/962/345.htm" /></head><body>'
    '<h1>打字机</h1><span id="pubtime_baidu">2026/6/3 9:05:07</span>'
    '<div class="post_content" id="paragraph"><p>它的声音像<b>下雨</b>。</p></div></body></html>'
)


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    """A folder of golden pages with one page in it, `ithome/article`."""
    root = tmp_path / "golden"
    root.mkdir()
    page = tmp_path / "saved.html"
    page.write_text(PAGE, encoding="utf-8")
    fixture("add", page, "--url", URL, "--notes", "the usual", "--folder", root)
    return root


def fixture(*words: object, typed: str | None = None) -> Result:
    result = CliRunner().invoke(app, ["fixture", *map(str, words)], input=typed, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def change(golden: Path, **values: str) -> None:
    file = golden / "ithome" / "article" / "expected.json"
    labels = json.loads(file.read_text(encoding="utf-8"))
    labels[0].update(values)
    file.write_text(json.dumps(labels, ensure_ascii=False), encoding="utf-8")


def test_add_keeps_the_page_and_what_is_read_from_it(golden: Path) -> None:
    folder = golden / "ithome" / "article"
    assert (folder / "page.html").read_text(encoding="utf-8") == PAGE
    assert json.loads((folder / "meta.json").read_text(encoding="utf-8")) == {
        "url": URL,
        "fetched_at": None,
        "status": 200,
        "notes": "the usual",
    }
    label = json.loads((folder / "expected.json").read_text(encoding="utf-8"))[0]
    assert (label["verdict"], label["title"], label["text"]) == ("article", "打字机", "它的声音像下雨。")
    assert (folder / "expected.md").read_text(encoding="utf-8") == "它的声音像**下雨**。\n"


def test_add_never_overwrites(golden: Path, tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="exists"):
        fixture("add", tmp_path / "saved.html", "--url", URL, "--folder", golden)
    fixture("add", tmp_path / "saved.html", "--url", URL, "--folder", golden, "--name", "article-again")
    assert (golden / "ithome" / "article-again" / "page.html").exists()


def test_add_keeps_status_and_time(golden: Path, tmp_path: Path) -> None:
    saved = tmp_path / "gone.html"
    saved.write_bytes(gzip.compress(b"<html><body><h1>404</h1></body></html>"))
    fixture(
        "add", saved, "--url", URL, "--status", 404, "--fetched-at", "2026-06-04T08:00:00", "--folder", golden
    )
    meta = json.loads((golden / "ithome" / "deleted" / "meta.json").read_text(encoding="utf-8"))
    assert (meta["status"], meta["fetched_at"]) == (404, "2026-06-04T08:00:00+08:00")
    assert fixture("review", "--folder", golden, "--list").output == "2 golden pages are read as expected\n"


def test_large_pages_are_compressed(golden: Path, tmp_path: Path) -> None:
    saved = tmp_path / "large.html"
    saved.write_text(PAGE + "<!-- -->" * 20_000, encoding="utf-8")
    fixture("add", saved, "--url", URL, "--name", "large", "--folder", golden)
    kept = golden / "ithome" / "large" / "page.html.gz"
    assert gzip.decompress(kept.read_bytes()) == saved.read_bytes()
    fixture("review", "ithome/large", "--folder", golden, "--list")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--url", URL, "--name", "../up"], "--name"),
        (["--url", URL, "--fetched-at", "yesterday"], "ISO 8601"),
    ],
)
def test_add_refuses_what_it_cannot_use(golden: Path, tmp_path: Path, words: list[str], says: str) -> None:
    with pytest.raises(BadValueError, match=says):
        fixture("add", tmp_path / "saved.html", *words, "--folder", golden)


def test_add_wants_a_page_of_a_site(golden: Path, tmp_path: Path) -> None:
    saved = tmp_path / "other.html"
    saved.write_text("<html><body>hello</body></html>", encoding="utf-8")
    with pytest.raises(BadValueError, match="none of the sites"):
        fixture("add", saved, "--url", "https://example.org/1", "--folder", golden)


def test_review_shows_each_field_and_fails(golden: Path) -> None:
    change(golden, title="旧题", author="某人")
    runner = CliRunner()
    result = runner.invoke(app, ["fixture", "review", "--folder", str(golden), "--list"])
    assert isinstance(result.exception, ExpectationError)
    assert "ithome/article" in str(result.exception)
    for line in ("title", "-旧题", "+打字机", "author", "-某人"):
        assert line in result.output
    assert "published_at" not in result.output


def test_review_asks_nobody_where_nobody_is(golden: Path) -> None:
    change(golden, title="旧题")
    with pytest.raises(ExpectationError):
        fixture("review", "--folder", golden, typed="y\n")


def test_accepted_pages_are_expected_from_then_on(golden: Path) -> None:
    change(golden, title="旧题")
    (golden / "ithome" / "article" / "expected.md").write_text("旧文\n", encoding="utf-8")
    shown = fixture("review", golden / "ithome", "--folder", golden, "--accept-all").output
    assert "-旧文" in shown
    assert "ithome/article: accepted" in shown
    fixture("review", "--folder", golden, "--list")


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", ExpectationError.exit_code)])
def test_somebody_at_the_terminal_decides(golden: Path, answer: str, code: int) -> None:
    change(golden, title="旧题")
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    ended = subprocess.run(
        [*COMMAND, "fixture", "review", "--folder", golden], stdin=theirs, capture_output=True, check=False
    )
    os.close(ours)
    os.close(theirs)
    assert ended.returncode == code, ended.stderr.decode()
    assert b"Accept ithome/article?" in ended.stdout


def test_a_pages_control_characters_do_not_reach_the_terminal(golden: Path) -> None:
    change(golden, title="\x1b]0;owned\x07[red]")
    result = CliRunner().invoke(app, ["fixture", "review", "--folder", str(golden), "--list"])
    assert "\x1b]0;owned" not in result.output
    assert "\\x1b]0;owned\\x07[red]" in result.output


def test_review_of_what_is_not_there(golden: Path, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="fixture add"):
        fixture("review", "weixin/none", "--folder", golden)
    with pytest.raises(InputFileError, match="no folder"):
        fixture("review", "--folder", tmp_path / "nowhere")
