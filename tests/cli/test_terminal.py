"""What reaches a terminal, and what becomes of the command when nobody takes what it prints."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text
from typer.testing import CliRunner

from newsarchive.cli import INTERRUPTED, app
from newsarchive.cli.output import ERR, OUT, complain, print_json, say
from newsarchive.errors import NewsarchiveError, NoStoreError, OutputError
from newsarchive.storage import open_store
from tests.e2e.running import CHECKOUT, COMMAND
from tests.storage.records import NOON, article, body, event, pick, run

HOSTILE = "旧船票\x1b[31m\x1b]0;x\x07\x9b31m\x85\x7f\u202e\u2066\u200f\u061c\u2028末"
OBEYED = set("\x1b\x07\x9b\x85\x7f\u202e\u2066\u200f\u061c\u2028\r")
DAY = ("--day", "2025-12-06")
MONTH = ("--month", "2025-12")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "news.sqlite"

    async def fill() -> None:
        async with open_store(str(path)) as opened:
            await opened.save_articles(
                [
                    article(number, title=HOSTILE, body=body(HOSTILE), attribution={"account": HOSTILE})
                    for number in (1, 2)
                ]
            )
            changed = article(1, title=f"新{HOSTILE}", body=body(f"新{HOSTILE}"), fetched_at=None)
            await opened.save_articles([changed])
            await opened.save_picks([pick(1, text=HOSTILE, note=HOSTILE, url=f"https://a.com/{HOSTILE}")])
            await opened.save_run(run(warnings=(HOSTILE,), notes=(HOSTILE,), arguments={"a": HOSTILE}))
            await opened.save_events([event(kind=HOSTILE, site="ithome")])
            at = {
                "site": "ithome",
                "identity": "ithome:2",
                "kind": "gone",
                "observed_at": NOON + timedelta(9),
            }
            await opened.save_events([event(**at, notice=HOSTILE)])

    asyncio.run(fill())
    return path


@pytest.mark.parametrize(
    "words",
    [
        ("changes",),
        ("diff", "ithome:1"),
        ("diff", "ithome:1", "--markdown"),
        ("gone", "--unconfirmed"),
        ("draft", *DAY),
        ("pick", "list", *DAY),
        ("pick", "text", "1", HOSTILE, *DAY),
        ("status",),
        ("runs",),
        ("runs", "--json"),
        ("stats", "--by", "account"),
        ("export", "text", *DAY, "--all"),
        ("export", "jsonl", "--out", "-"),
        ("export", "digest", *MONTH, "--out", HOSTILE),
        ("import", f"{HOSTILE}.md"),
        ("parse", f"{HOSTILE}.md"),
    ],
    ids=ascii,
)
def test_other_peoples_words_reach_no_terminal_as_commands(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{HOSTILE}.md").write_text(
        f"# 2025年12月\n\n## 2025.12.06\n\n{HOSTILE}\n\n1. {HOSTILE}\n\n   https://a.com/\n", encoding="utf-8"
    )
    options = () if words[0] == "parse" else ("--store", str(store))
    ended = CliRunner().invoke(app, [*words, *options])
    assert ended.exit_code == 0, ended.output
    assert ended.output
    assert not OBEYED & set(ended.output)


def test_tables_lines_and_errors_are_cleaned_alike(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(title=HOSTILE)
    table.add_column(Text(HOSTILE))
    table.add_row(HOSTILE)
    OUT.print(table)
    OUT.print(HOSTILE, markup=False, soft_wrap=True)
    ERR.print(HOSTILE, markup=False)
    complain(f"{HOSTILE}\nis no name")
    printed = capsys.readouterr()
    assert not OBEYED & set(printed.out + printed.err)
    assert printed.err.splitlines()[-1].endswith("is no name")


def test_numbers_of_lines_are_no_emoji(capsys: pytest.CaptureFixture[str]) -> None:
    say("x.md:100: link not taken", beside=True)
    complain("x.md:1234: :heart:")
    shown = capsys.readouterr().err
    assert "x.md:100: link" in shown
    assert "x.md:1234: :heart:" in shown


def test_json_says_the_same_without_them(capsys: pytest.CaptureFixture[str]) -> None:
    given = {HOSTILE: [HOSTILE, "\ud83d", "😀", "中文"]}
    print_json(given)
    printed = capsys.readouterr().out
    assert json.loads(printed) == given
    assert not OBEYED & set(printed)
    assert "中文" in printed


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1"])
def test_json_is_whole_on_a_terminal_that_lacks_signs(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", screen)
    print_json({"title": "中文😀"})
    screen.flush()
    assert json.loads(screen.buffer.getvalue().decode(encoding)) == {"title": "中文😀"}


def command(*words: str, store: Path, stdout: int | io.FileIO, **environment: str) -> tuple[int, str]:
    ended = subprocess.run(
        [*COMMAND, *words],
        env=os.environ
        | {"NEWSARCHIVE_STORE": str(store), "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": ""}
        | environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [("status",), ("export", "jsonl", "--out", "-")])
def test_a_full_standard_output_is_one_line(store: Path, words: tuple[str, ...], unbuffered: str) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        code, said = command(*words, store=store, stdout=full, PYTHONUNBUFFERED=unbuffered)
    assert code == OutputError.exit_code, said
    assert "standard output" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "words", [("status",), ("export", "jsonl", "--out", "-"), ("export", "atom", "--out", "-")], ids=" ".join
)
def test_a_closed_standard_output_is_one_line(store: Path, words: tuple[str, ...]) -> None:
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, *words, "--store", str(store)]
    ended = subprocess.run(closed, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert ended.returncode == OutputError.exit_code, ended.stderr
    assert "standard output" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [("status",), ("export", "jsonl", "--out", "-"), ("stories",)])
def test_a_reader_that_has_gone_is_no_error(store: Path, words: tuple[str, ...], unbuffered: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        code, said = command(*words, store=store, stdout=theirs, PYTHONUNBUFFERED=unbuffered)
    finally:
        os.close(theirs)
    assert (code, said) == (0, "")


def test_a_terminal_that_lacks_signs_shows_others(store: Path) -> None:
    async def fill() -> None:
        async with open_store(str(store)) as opened:
            await opened.replace_day(date(2025, 12, 6), [pick(1, text="旧船票😀")])

    asyncio.run(fill())
    ended = subprocess.run(
        [*COMMAND, "pick", "list", *DAY],
        env=os.environ
        | {"NEWSARCHIVE_STORE": str(store), "PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "gbk"},
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "旧船票?" in ended.stdout.decode("gbk")


SLOW_IMPORT = """
import sys
print("importing", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(("module", "words"), [("typer", ["status"]), ("scrapy", ["crawl", "36kr"])])
def test_ctrl_c_while_the_command_is_loaded(tmp_path: Path, module: str, words: list[str]) -> None:
    (tmp_path / f"{module}.py").write_text(SLOW_IMPORT, encoding="utf-8")
    with subprocess.Popen(
        [*COMMAND, *words],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{CHECKOUT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "importing\n"
        process.send_signal(signal.SIGINT)
        process.stdin.close()  # a signal that comes right before the reading begins would be minded only when that ends
        assert process.wait(30) == INTERRUPTED
        assert process.stderr.read() == ""


@pytest.mark.parametrize(
    "words",
    [
        ("export", "digest", "--month", "0001-01", "--out", "out"),
        ("export", "daily", "--month", "9999-12", "--out", "out"),
        ("export", "briefing", "--month", "0999-12", "--out", "out"),
        ("export", "fulltext", "--month", "2026-13", "--out", "out"),
        ("export", "epub", "--month", "0000-01", "--out", "out"),
        ("stats", "--month", "9999-12"),
        ("stats", "--month", "２０２６-10"),
        ("export", "jsonl", "--until", "9999-12-31", "--out", "-"),
        ("export", "text", "--day", "0001-01-01"),
        ("pick", "add", "https://a.com/1", "--day", "9999-12-31", "--text", "a"),
        ("draft", "--day", "2026-02-30"),
    ],
    ids=" ".join,
)
def test_times_at_the_ends_of_the_calendar_are_refused(store: Path, words: tuple[str, ...]) -> None:
    ended = CliRunner().invoke(app, [*words, "--store", str(store)])
    assert isinstance(ended.exception, NewsarchiveError), ended.output
    assert ended.exception.exit_code == 11
    assert not isinstance(ended.exception, NoStoreError)


@pytest.mark.parametrize("month", ["1000-01", "9998-12", f"{NOON:%Y-%m}"])
def test_every_other_month_can_be_asked_for(store: Path, tmp_path: Path, month: str) -> None:
    for words in (
        ("export", "digest", "--month", month, "--out", str(tmp_path / "out")),
        ("export", "epub", "--month", month, "--out", str(tmp_path / "out")),
        ("stats", "--month", month),
    ):
        ended = CliRunner().invoke(app, [*words, "--store", str(store)])
        assert ended.exit_code == 0, ended.output
