"""What `newsarchive export digest|daily|briefing|fulltext` and `import` print, write and refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.errors import BadValueError, ConflictError, NewsarchiveError, UnreadableMarkdownError
from newsarchive.storage import open_store
from tests.exports.stories import article

MONTH, DAY = ("--month", "2025-11"), ("--day", "2025-11-13")
FULL_TEXT = "# 一\n\n> 正文。\n\n[原文链接](https://36kr.com/p/3583802382515337?f=rss)\n\n"

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    async def fill() -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            await store.save_articles([article(1), article(2)])

    def run_command(*words: str) -> str:
        ended = CliRunner().invoke(app, [*words, "--store", str(tmp_path / "news.sqlite")])
        if isinstance(ended.exception, NewsarchiveError):
            raise ended.exception
        assert ended.exit_code == 0, ended.output
        return ended.stdout.replace(str(tmp_path), "…")

    asyncio.run(fill())
    return run_command


def test_every_format_says_what_became_of_its_files(run: Run, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "out"), "--target", "hugo")
    assert run("export", "daily", *MONTH, *out) == (
        "…/out/content/posts/2025-11-13.md: 2 items, 2 drafts, written\n"
        "…/out/content/posts/_index.md: index, written\n"
        "…/out/content/posts/index-2025-11/_index.md: index, written\n"
    )
    assert (
        run("export", "daily", *DAY, *out)
        == "…/out/content/posts/2025-11-13.md: 2 items, 2 drafts, unchanged\n"
    )
    assert "content/briefing/2025-11-13.md: 2 items, 2 drafts, written" in run(
        "export", "briefing", *DAY, *out
    )
    assert "content/fulltext/2025-11.md: 2 items, written" in run("export", "fulltext", *MONTH, *out)
    assert "content/fulltext/2025-11/2025-11-13-ithome-800002.md: 1 items, written" in run(
        "export", "fulltext", *MONTH, *out, "--per", "article"
    )
    assert "content/digest/2025-11.md: 2 items, 2 drafts, written" in run("export", "digest", *MONTH, *out)


def test_a_configuration_is_written_once(run: Run, tmp_path: Path) -> None:
    asked = ("export", "daily", *MONTH, "--out", str(tmp_path / "out"), "--scaffold")
    assert "mkdocs.yml: configuration, written" in run(*asked, "--target", "mkdocs")
    assert "mkdocs.yml: configuration, is there and stays" in run(*asked, "--target", "mkdocs")
    with pytest.raises(BadValueError, match="--scaffold: plain has no configuration"):
        run(*asked)


def test_a_time_without_stories_writes_nothing(run: Run, tmp_path: Path) -> None:
    said = run("export", "daily", "--month", "2024-01", "--out", str(tmp_path / "out"))
    assert said == "nothing to write: no stories for 2024-01\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("daily",), "give either --month YYYY-MM or --day YYYY-MM-DD"),
        (("briefing", *MONTH, *DAY), "give either"),
        (("fulltext", *DAY, "--per", "month"), "--per month needs --month"),
        (("fulltext", *DAY, "--imported", "x"), "leave --month and --day out"),
        (("fulltext", "--imported", "x"), "no file of full texts was imported as 'x'"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    run: Run, tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(BadValueError, match=reason):
        run("export", *words, "--out", str(tmp_path / "out"))


def test_an_altered_index_is_a_conflict(run: Run, tmp_path: Path) -> None:
    daily = ("export", "daily", *MONTH, "--out", str(tmp_path / "out"))
    run(*daily)
    index = tmp_path / "out" / "daily" / "README.md"
    index.write_text(index.read_text(encoding="utf-8").replace("篇", "则"), encoding="utf-8")
    with pytest.raises(ConflictError, match=r"part between the markers was edited.*README\.md\.new"):
        run(*daily)


WEEKLY = "# 江岸周报 第 7 期\n\n### [渡口夜航](https://example.com/1)\n\n首晚来了四十人。\n\n[讨论](https://example.com/2)\n"


@pytest.mark.parametrize(
    ("given", "day"), [(("--day", "2026-03-01"), "2026-03-01"), (("--month", "2026-02"), "2026-02-28")]
)
def test_a_file_that_names_no_day_is_imported_where_it_is_said_to_belong(
    run: Run, tmp_path: Path, given: tuple[str, ...], day: str
) -> None:
    file = tmp_path / "7.md"
    file.write_text(WEEKLY, encoding="utf-8")
    assert run("import", str(file)) == (
        "…/7.md: heading-link, 0 days, 1 items, 1 links\n…/7.md: links in the file: 2 not taken\n"
    )
    assert run("import", str(file), *given) == (
        "…/7.md: heading-link, 1 days, 1 items, 1 links\n…/7.md: links in the file: 1 of stories, 1 in their words\n"
    )
    assert "渡口夜航" in run("pick", "list", "--day", day)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-be"])
def test_a_file_is_imported_in_the_encoding_of_an_editor_of_windows(
    run: Run, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "7.md"
    file.write_bytes(WEEKLY.encode(encoding))
    run("import", str(file), "--day", "2026-03-01")
    assert "渡口夜航" in run("pick", "list", "--day", "2026-03-01")
    file.write_bytes(b"\xff\xd8\xff\xe0" + WEEKLY.encode())
    with pytest.raises(UnreadableMarkdownError):
        run("import", str(file))


def test_a_digest_has_days_of_its_own(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "digest.md"
    file.write_text("# 2025年1月\n\n## 2025.01.04\n\n1. 一。\n\n   https://example.com/1\n", encoding="utf-8")
    with pytest.raises(BadValueError, match="days of its own"):
        run("import", str(file), "--day", "2026-03-01")
    with pytest.raises(BadValueError, match="one of the two"):
        run("import", str(file), "--day", "2026-03-01", "--month", "2026-03")


def test_a_file_is_imported_in_the_form_of_an_example(run: Run, tmp_path: Path) -> None:
    file, form = tmp_path / "2026-03-01.md", tmp_path / "mine.md"
    file.write_text("# 我的\n\n§ 渡口夜航 §§ https://example.com/1\n", encoding="utf-8")
    form.write_text("§ {title} §§ {link}\n", encoding="utf-8")
    assert "mine, 1 days, 1 items, 1 links" in run("import", str(file), "--form", str(form))
    form.write_text("没有\n", encoding="utf-8")
    with pytest.raises(BadValueError, match="mine is no example"):
        run("import", str(file), "--form", str(form))


def test_an_imported_file_of_full_texts_is_written_back(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "我的全文.md"
    file.write_text(FULL_TEXT, encoding="utf-8")
    assert "full-text, 0 days, 1 items" in run("import", str(file))
    out = ("--out", str(tmp_path / "out"), "--imported", "我的全文")
    run("export", "fulltext", *out, "--profile", "strict")
    (written,) = (tmp_path / "out" / "fulltext").rglob("file-*.md")
    assert written.read_text(encoding="utf-8") == FULL_TEXT
