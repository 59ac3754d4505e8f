"""An editor's day with the command: draft, pick, export, edit by hand, sync, and a conflict."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.errors import BadValueError, ConflictError, NewsarchiveError, UnreadableMarkdownError
from newsarchive.storage import open_store
from tests.exports.test_selection import article

DAY = ("--day", "2025-03-04")

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run_command(*words: str) -> str:
        ended = CliRunner().invoke(app, [*words, "--store", str(tmp_path / "news.sqlite")])
        if isinstance(ended.exception, NewsarchiveError):
            raise ended.exception
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    return run_command


@pytest.fixture
def drafted(run: Run, tmp_path: Path) -> str:
    async def fill() -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            await store.save_articles([article(1), article(2)])

    asyncio.run(fill())
    return run("draft", *DAY)


@pytest.fixture
def picked(run: Run, drafted: str) -> None:
    """Both articles of the draft, picked with texts of their own."""
    assert "candidate" in drafted
    for number in (1, 2):
        run("pick", "add", f"ithome:{number}", *DAY, "--text", f"第 {number} 条。")


def test_a_day_from_draft_to_sync(run: Run, drafted: str, tmp_path: Path) -> None:
    assert "1. (candidate, draft)" in drafted
    assert "ithome  标题 1  https://www.ithome.com/0/897/001.htm" in drafted
    assert "2025-03-04: 0 candidates, 2 stories proposed or decided before" in run("draft", *DAY)
    run("pick", "add", "ithome:2", *DAY, "--text", "二。", "--note", "看过")
    run("pick", "add", "https://example.com/3", *DAY, "--text", "三。", "--at", "1")
    run("pick", "reject", "https://www.ithome.com/0/897/001.htm", *DAY)
    run("pick", "text", "3", "三，改过。", *DAY)
    run("pick", "move", "3", *DAY, "--at", "2")
    assert [line.partition("  ")[0] for line in run("pick", "list", *DAY).splitlines()][:2] == [
        "2. (picked) 二。",
        "3. (picked) 三，改过。",
    ]
    export = ("export", "digest", "--month", "2025-03", "--out", str(tmp_path / "out"))
    assert re.search(r"newsflash-202503\.md: .*2 items, written\n", run(*export))
    file = tmp_path / "out" / "2025" / "newsflash-202503.md"
    file.write_text(file.read_text(encoding="utf-8").replace("二。", "手改的二。"), encoding="utf-8")
    run("pick", "add", "https://example.com/4", *DAY, "--text", "四。")
    assert re.search(r"newsflash-202503\.md: .*3 items, merged\n", run(*export))
    assert "1 texts, 0 added, 0 moved to another day, 0 rejected" in run("sync", str(tmp_path / "out"))
    assert re.search(r"newsflash-202503\.md: .*3 items, unchanged\n", run(*export))
    assert "2. (picked) 手改的二。  标题 2 · IT之家 · 10:00  https://" in run("pick", "list", *DAY)


@pytest.mark.usefixtures("picked")
def test_edits_of_a_post_for_a_tool_are_taken_back_and_what_stays_is_named(run: Run, tmp_path: Path) -> None:
    export = ("export", "daily", *DAY, "--target", "hugo")
    run(*export, "--out", str(tmp_path / "blog"))
    file = tmp_path / "blog" / "content" / "posts" / "2025-03-04.md"
    text = (
        file.read_text(encoding="utf-8")
        .replace("第 1 条。", "编辑写的 {{< x >}}。")
        .replace("标题 2", "新题")
    )
    file.write_text(f"{text}\n编者按。\n", encoding="utf-8")
    said = run("sync", str(tmp_path / "blog")).splitlines()
    assert [line.partition(": ")[2] for line in said if "2025-03-04.md" in line] == [
        "2 texts, 0 added, 0 moved to another day, 0 rejected",
        "stays in the file alone: signs that the tool takes for its own of: 标题 1",
        "stays in the file alone: lines around the words of: 新题",
    ]
    assert "1. (picked) 编辑写的 {{< x >}}。" in run("pick", "list", *DAY)
    assert "unchanged" in run(*export, "--out", str(tmp_path / "blog"))
    run(*export, "--out", str(tmp_path / "new"))
    again = (tmp_path / "new" / "content" / "posts" / "2025-03-04.md").read_text(encoding="utf-8")
    assert again.replace("\\{", "{") + "\n编者按。\n" == file.read_text(encoding="utf-8")


@pytest.mark.usefixtures("drafted")
def test_a_conflict_has_an_exit_code_of_its_own(run: Run, tmp_path: Path) -> None:
    run("pick", "add", "https://example.com/1", *DAY, "--text", "一。")
    export = ("export", "digest", "--month", "2025-03", "--out", str(tmp_path))
    run(*export)
    file = tmp_path / "2025" / "newsflash-202503.md"
    edited = file.read_text(encoding="utf-8").replace("一。", "手改。")
    file.write_text(edited, encoding="utf-8")
    run("pick", "text", "https://example.com/1", "库改。", *DAY)
    with pytest.raises(ConflictError, match=r"newsflash-202503\.md\.new"):
        run(*export)
    assert file.read_text(encoding="utf-8") == edited
    assert "库改。" in (tmp_path / "2025" / "newsflash-202503.md.new").read_text(encoding="utf-8")


@pytest.mark.usefixtures("picked")
def test_a_folder_of_several_formats_and_tools_is_synced_but_for_what_is_damaged(
    run: Run, tmp_path: Path
) -> None:
    out = ("--out", str(tmp_path / "site"))
    exports: list[tuple[str, ...]] = [
        ("digest", "--month", "2025-03"),
        ("daily", *DAY, "--target", "hugo"),
        ("briefing", *DAY, "--target", "hexo", "--profile", "strict"),
        ("fulltext", *DAY, "--per", "article"),
    ]
    for words in exports:
        run("export", *words, *out)
    site = tmp_path / "site"
    digest = site / "2025" / "newsflash-202503.md"
    post = site / "content" / "posts" / "2025-03-04.md"
    briefing = site / "source" / "_posts" / "briefing" / "2025-03-04.md"
    (text,) = site.glob("fulltext/2025/03/*-ithome-1.md")
    digest.write_bytes(b"")
    post.write_text(post.read_text(encoding="utf-8").replace("第 1 条。", "改过的一。"), encoding="utf-8")
    briefing.write_bytes(briefing.read_text(encoding="utf-8").replace("第 2 条。", "改过的二。").encode())
    text.write_text(text.read_text(encoding="utf-8").replace("# 标题 1", "# 新题 1"), encoding="utf-8")
    before = {path: path.read_bytes() for path in site.rglob("*.md")}

    ended = CliRunner().invoke(app, ["sync", str(site), "--store", str(tmp_path / "news.sqlite")])
    assert isinstance(ended.exception, UnreadableMarkdownError)
    assert str(ended.exception).startswith(f"{digest} is empty; nothing of it was taken")
    said = [line.partition(": ")[::2] for line in ended.stdout.splitlines()]
    assert (str(digest), "nothing taken") in said
    assert (str(digest), "stays in the file alone: all edits, for the file is empty") in said
    for path in (post, briefing, text):
        assert (str(path), "1 texts, 0 added, 0 moved to another day, 0 rejected") in said
    listed = run("pick", "list", *DAY)
    assert "1. (picked) 改过的一。" in listed
    assert "2. (picked) 改过的二。" in listed
    with pytest.raises(ConflictError, match=r"newsflash-202503\.md is empty"):
        run("export", *exports[0], *out)
    digest.with_name("newsflash-202503.md.new").replace(digest)
    for words in exports:
        run("export", *words, *out)
    assert all(path.read_bytes() == before[path] for path in (briefing, text))
    for path in (digest, post):  # what was typed into another file comes with the next export
        assert "改过的一。" in path.read_text(encoding="utf-8")
        assert "改过的二。" in path.read_text(encoding="utf-8")
    for words in exports:
        assert "unchanged" in run("export", *words, *out)
    listed = run("pick", "list", *DAY)
    again = run("sync", str(site))
    assert not re.search(r"[1-9]\d* (texts|added|moved|rejected)", again)
    assert run("pick", "list", *DAY) == listed
    run("export", *exports[3], "--out", str(tmp_path / "new"))
    (fresh,) = (tmp_path / "new").glob("fulltext/2025/03/*-ithome-1.md")
    assert fresh.read_text(encoding="utf-8").startswith("# 新题 1\n")


@pytest.mark.parametrize("day", ["2025-02-30", "20250304", "heute"])
def test_a_day_that_is_none_is_told(run: Run, day: str) -> None:
    with pytest.raises(BadValueError, match="YYYY-MM-DD"):
        run("pick", "list", "--day", day)


def test_a_day_is_done_when_the_editor_says_so(run: Run, drafted: str, tmp_path: Path) -> None:
    assert "candidate" in drafted
    export = ("export", "daily", "--month", "2025-03", "--out", str(tmp_path / "out"))
    run("pick", "add", "ithome:2", *DAY, "--text", "二。")
    assert "2025-03-04.md: 2 items, 1 drafts, written" in run(*export)
    assert run("pick", "done", *DAY) == (
        "2025-03-04 is done: 1 picks; 1 other stories are not exported (--all)\n"
    )
    said = run(*export)
    assert "2025-03-04.md: 1 items, written" in said
    assert "2025-03-04.md: taken out: 标题 1 https://www.ithome.com/0/897/001.htm" in said
    assert (
        "2025-03: 1 of 2 articles are in it; left out: 1 candidates of 1 days that are done (--all)" in said
    )
    assert "2025-03-04 is done" in run("pick", "list", *DAY)
    again = run(*export)
    assert "1 items, unchanged" in again
    assert "left out: 1 candidates of 1 days" in again
    assert "taken out" not in again
    assert "is open" in run("pick", "reopen", *DAY)
    said = run(*export)
    assert "2 items, 1 drafts, written" in said
    assert "left out" not in said


def test_what_goes_from_a_published_file_is_named_in_every_form(run: Run, tmp_path: Path) -> None:
    async def fill() -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            await store.save_articles([article(1), article(2), article(3, at="2025-03-05T02:00:00")])

    asyncio.run(fill())
    out = tmp_path / "out"
    month = ("--month", "2025-03", "--out", str(out))
    exports: list[tuple[str, ...]] = [
        ("export", of, *month) for of in ("digest", "daily", "briefing", "fulltext", "epub")
    ]
    exports.append(("export", "atom", "--out", str(out / "feed.xml")))
    exports.append(("export", "text", "--day", "2025-03-05", "--out", str(out / "day.txt")))
    for words in exports:
        assert "taken out" not in run(*words)
    run("pick", "add", "ithome:3", "--day", "2025-03-05", "--text", "三。")
    run("pick", "reject", "ithome:3", "--day", "2025-03-05")
    for words in exports:
        said = run(*words)
        assert re.search(r"taken out: .*(标题 3|/897/003\.htm)", said), words
        assert "taken out: 标题 1" not in said
        assert "1 rejected" in said
        assert "taken out" not in run(*words)
    assert "2025-03-05" in (out / "daily" / "2025" / "2025-03-05.md").read_text(encoding="utf-8")


def test_a_feed_that_grows_beyond_its_limit_takes_nothing_out(run: Run, tmp_path: Path) -> None:
    async def fill(*numbers: int) -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            await store.save_articles([article(it, at=f"2025-03-{it:02}T02:00:00") for it in numbers])

    export = ("export", "atom", "--limit", "3", "--out", str(tmp_path / "feed.xml"))
    asyncio.run(fill(1, 2, 3))
    assert "3 articles, written" in run(*export)
    asyncio.run(fill(4, 5))
    said = run(*export)
    assert "3 articles, written" in said
    assert "taken out" not in said


def test_a_source_that_changes_below_an_edit_is_told_by_the_export(run: Run, tmp_path: Path) -> None:
    async def fill(digest: str) -> None:
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            await store.save_articles([article(1, digest=digest), article(2)])

    asyncio.run(fill("功耗下降 22%。"))
    export = ("export", "digest", "--month", "2025-03", "--out", str(tmp_path / "out"))
    run(*export)
    file = tmp_path / "out" / "2025" / "newsflash-202503.md"
    file.write_text(file.read_text(encoding="utf-8").replace("功耗下降", "功耗少了"), encoding="utf-8")
    run("sync", str(tmp_path / "out"))
    asyncio.run(fill("更正：功耗下降 20%。"))
    for _ in range(2):
        assert f"{file}: the source has changed since it was edited: " in run(*export)
    assert "功耗少了 22%。" in file.read_text(encoding="utf-8")
    run("pick", "text", "ithome:1", "功耗少了 20%。", *DAY)
    assert "has changed" not in run("export", "daily", *DAY, "--out", str(tmp_path / "new"))


@pytest.mark.usefixtures("picked")
def test_a_post_is_renamed_edited_deleted_and_brought_back(run: Run, tmp_path: Path) -> None:
    blog = tmp_path / "blog"
    export = ("export", "daily", *DAY, "--target", "jekyll", "--out", str(blog))
    run(*export)
    (post,) = (blog / "_posts").iterdir()
    new = post.with_name("2025-03-04-ferry.md")
    new.write_text(post.read_text(encoding="utf-8").replace("第 1 条。", "改过的一。"), encoding="utf-8")
    post.unlink()
    said = run(*export).splitlines()
    assert said[:2] == [
        f"{new}: was _posts/{post.name}, renamed or moved; it is followed",
        f"{new}: 2 items, unchanged",
    ]
    assert "1 texts, 0 added, 0 moved to another day, 0 rejected" in run("sync", str(blog))
    assert "followed" not in run(*export)
    assert not post.exists()
    copy = new.with_name("copy.md")
    copy.write_bytes(new.read_bytes())
    new.rename(new.with_name("2025-03-04-harbour.md"))
    both = "_posts/2025-03-04-harbour.md and _posts/copy.md"
    with pytest.raises(ConflictError, match=both):
        run(*export)
    with pytest.raises(UnreadableMarkdownError, match=both):
        run("sync", str(blog))
    for file in (blog / "_posts").iterdir():
        file.unlink()
    assert "taken for deleted" in run("sync", str(blog))
    assert "deleted, and stays so (--restore writes it again)" in run(*export)
    assert not [*(blog / "_posts").iterdir()]
    assert "2 items, written" in run(*export, "--restore")
    assert "改过的一。" in new.read_text(encoding="utf-8")


def test_a_file_of_several_days_is_imported_day_by_day(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "早报.md"
    file.write_text(
        "# 江岸早报\n\n## 2025-03-05\n\n- [渡口夜航恢复](https://example.com/night)：首晚来了四十人。\n\n"
        "## 2025-03-04\n\n- [旧船票展开幕](https://example.com/tickets)：一百二十件。\n",
        encoding="utf-8",
    )
    said = run("import", str(file))
    assert "2025-03-04 begins at line 7; its lines are counted from there" in said
    run("export", "daily", *DAY, "--out", str(tmp_path / "out"))
    shown = (tmp_path / "out" / "daily" / "2025" / "2025-03-04.md").read_text(encoding="utf-8")
    assert "旧船票展开幕" in shown
    assert "渡口夜航恢复" not in shown
    assert "2 items" in run("import", str(file), "--day", "2025-03-01")
