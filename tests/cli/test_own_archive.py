"""`newsarchive init`, and what commands take from an archive's own file: names, sites, labels."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exports.publication import Outlet, publication_here
from newsarchive.archive_settings import FILE_NAME
from newsarchive.cli import app
from newsarchive.editorial.coverage import Coverage
from newsarchive.errors import BadValueError, NewsarchiveError, UnknownSiteError
from newsarchive.storage import open_store
from tests.e2e.running import COMMAND
from tests.exports.stories import article
from tests.exports.test_coverage import other

DAY, MONTH = ("--day", "2025-11-13"), ("--month", "2025-11")
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own, with a store of two sites."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSARCHIVE_STORE", "news.sqlite")

    async def fill() -> None:
        async with open_store("news.sqlite") as store:
            held = [article(1), other(2, "36kr", tags=["芯片"]), other(3, "weixin", account="墨鱼")]
            await store.save_articles(held)

    def run_command(*words: str) -> str:
        ended = CliRunner().invoke(app, [*words])
        if isinstance(ended.exception, NewsarchiveError):
            raise ended.exception
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    asyncio.run(fill())
    return run_command


def test_init_writes_what_it_is_told_and_never_over_a_file(run: Run, tmp_path: Path) -> None:
    told: tuple[str, ...] = (
        "--title",
        "车圈",
        "--author",
        "方知",
        "--base-url",
        "https://cars.example/",
        "--language",
        "en",
    )
    told += ("--site", "ithome", "--site", "36kr", "--account", "墨鱼", "--tag", "车")
    run("init", *told, "--format", "daily", "--format", "digest", "--target", "hugo", "--out", "blog")
    archive = publication_here({}, tmp_path)
    assert (archive.title, archive.author, archive.base_url) == ("车圈", "方知", "https://cars.example/")
    assert archive.language == "en"
    assert archive.coverage == Coverage.of(["ithome", "36kr"], ["墨鱼"], ["车"])
    assert archive.outlets == tuple(Outlet(name, tmp_path / "blog", "hugo") for name in ("daily", "digest"))
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(BadValueError, match=f"{FILE_NAME} exists; edit it"):
        run("init", "--title", "别的")
    assert (tmp_path / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--language", "fr"), "--language is 'fr'; it takes one of zh-CN, en"),
        (("--title", ""), "--title is ''; it takes a text"),
        (("--base-url", "cars.example"), "--base-url is 'cars.example'"),
        (("--format", "weekly"), "--format is 'weekly'; it takes one of digest, daily"),
        (("--format", "topic"), "--format is 'topic'; it takes one of digest, daily"),
    ],
)
def test_init_writes_nothing_where_something_is_wrong(
    run: Run, tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(BadValueError) as caught:
        run("init", *words)
    assert str(caught.value).startswith(reason)
    assert not (tmp_path / FILE_NAME).exists()


def test_init_asks_at_a_terminal(tmp_path: Path) -> None:
    here, there = pty.openpty()
    command = subprocess.Popen(
        [*COMMAND, "init", "--author", "方知"], cwd=tmp_path, stdin=there, stdout=there, stderr=there
    )
    os.close(there)
    answers = ["车圈", "", "cars.example", "https://cars.example/", "", "sina", "ithome", ""]
    os.write(here, "".join(f"{it}\n" for it in answers).encode())
    said = b""
    while True:
        try:
            more = os.read(here, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not more:
            break
        said += more
    os.close(here)
    assert command.wait() == 0, said.decode()
    archive = publication_here({}, tmp_path)
    assert (archive.title, archive.description, archive.author) == ("车圈", "", "方知")
    assert archive.base_url == "https://cars.example/"
    assert archive.coverage == Coverage.of(["ithome"])


def test_an_archive_is_exported_as_its_file_says(run: Run, tmp_path: Path) -> None:
    names = '[formats.digest]\nlabel = "🚗车圈快讯"\n[formats.daily]\nname = "车报"\n'
    (tmp_path / FILE_NAME).write_text(f'title = "车圈"\nsites = ["ithome"]\n{names}', encoding="utf-8")
    run("export", "digest", *MONTH, "--out", "out")
    text = Path("out/2025/newsflash-202511.md").read_text(encoding="utf-8")
    assert "2025年11月13日 🚗车圈快讯\n" in text
    assert "第 1 条" in text
    assert "36kr" not in text
    assert run("export", "text", *DAY).startswith("2025年11月13日 🚗车圈快讯\n\n1. 第 1 条的摘要。\n")
    run("export", "daily", *DAY, "--out", "out")
    assert Path("out/daily/README.md").read_text(encoding="utf-8").startswith("# 车报\n")
    feed = run("export", "atom", "--out", "-")
    assert "<title>车圈</title>" in feed
    assert feed.count("<entry>") == 1
    assert run("export", "jsonl", "--out", "-").count("\n") == 1
    assert "1 candidates" in run("draft", *DAY)


def test_options_stand_instead_of_what_the_file_says(run: Run, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('sites = ["ithome"]\naccounts = ["别家"]\n', encoding="utf-8")
    assert "36kr 的第 2 条" in run("export", "text", *DAY, "--site", "36kr")
    assert "weixin 的第 3 条" in run("export", "text", *DAY, "--account", "墨鱼")
    assert "36kr 的第 2 条" in run("export", "text", *DAY, "--tag", "芯片")
    both = run("export", "text", *DAY, "--site", "36kr", "--site", "weixin")
    assert both.count("http") == 2
    with pytest.raises(UnknownSiteError):
        run("export", "text", *DAY, "--site", "sina")
    said = run("export", "daily", *DAY, "--out", "out", "--account", "没有")
    assert said == "nothing to write: no stories of account 没有 for 2025-11-13\n"


def test_a_file_of_another_archive_is_refused_in_one_line(run: Run) -> None:
    run("export", "daily", *DAY, "--out", "out", "--site", "ithome")
    with pytest.raises(BadValueError) as caught:
        run("export", "daily", *DAY, "--out", "out")
    assert str(caught.value) == (
        "out/daily/2025/2025-11-13.md was made of site ithome, and this export is of everything: "
        "give it another --out, or --change-coverage to make the file anew"
    )
    assert "3 items" in run("export", "daily", *DAY, "--out", "out", "--change-coverage")


def test_a_digest_of_own_names_is_synced_where_nothing_is_known_of_it(run: Run, tmp_path: Path) -> None:
    names = '[formats.digest]\nlabel = "🚗车圈快讯"\n'
    (tmp_path / FILE_NAME).write_text(f'sites = ["ithome"]\n{names}', encoding="utf-8")
    run("export", "digest", *MONTH, "--out", "out")
    Path("news.sqlite").replace("old.sqlite")

    async def fill() -> None:
        async with open_store("news.sqlite") as store:
            await store.save_articles([article(1), other(2, "36kr")])

    asyncio.run(fill())
    file = Path("out/2025/newsflash-202511.md")
    text = file.read_text(encoding="utf-8").replace("第 1 条的摘要。", "编辑写的。")
    file.write_text(text, encoding="utf-8")
    said = run("sync", "out")
    assert "1 texts, 0 added, 0 moved to another day, 0 rejected" in said
    assert "stays in the file alone" not in said
    run("export", "digest", *MONTH, "--out", "out")
    assert file.read_text(encoding="utf-8") == text
