"""An editor's morning and evening: crawl, look, tick, publish; three commands each time, and no address is copied."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.cli import times
from newsarchive.errors import BadValueError
from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import Paragraph, Span
from newsarchive.items.verdict import Verdict
from newsarchive.storage import open_store
from tests.cli.test_editing import Run, run

__all__ = ["run"]

FILE = Path("candidates/2026/2026-11-20.md")
HUGO = Path("blog/content/posts/2026-11-20.md")
TOML = """\
[[publish]]
format = "daily"
target = "hugo"
out = "blog"

[[publish]]
format = "daily"
target = "vitepress"
out = "site"
"""
_LINE = re.compile(r"- \[[ x]\] (\d+)\. (.*) · (\d\d:\d\d)(?: · 另有 (\d) 家)? · (https://\S+)")


def story(number: int, text: str = "", **fields: object) -> Article:
    """One of three sites' articles of the day, a minute after the one before."""
    site = ("ithome", "36kr", "weixin")[number % 3]
    urls = {
        "ithome": f"https://www.ithome.com/0/{800 + number // 1000}/{number % 1000:03}.htm",
        "36kr": f"https://36kr.com/p/{3_000_000_000_000_000 + number}",
        "weixin": f"https://mp.weixin.qq.com/s/{number:022}",
    }
    keys = {
        "ithome": f"{800_000 + number}",
        "36kr": f"{3_000_000_000_000_000 + number}",
        "weixin": f"{number:022}",
    }
    given: dict[str, object] = {
        "site": site,
        "identity": f"{site}:{keys[site]}",
        "kind": Verdict.ARTICLE,
        "url": urls[site],
        "title": f"第{number}条新闻",
        "attribution": Attribution(account="某号" if site == "weixin" else None),
        "published_at": datetime(2026, 11, 19, 23 + number // 3600, number // 60 % 60, tzinfo=UTC),
        "body": [
            Paragraph(
                [Span(text or f"这是第{number}条新闻的正文，{'字' * (number % 7)}说了第{number}件事。")]
            )
        ],
    }
    return Article(**given | fields)


def crawl(folder: Path, articles: Sequence[Article]) -> None:
    """What a crawl brings."""

    async def fill() -> None:
        async with open_store(str(folder / "news.sqlite")) as store:
            await store.save_articles(articles)

    asyncio.run(fill())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(times, "now", lambda: datetime(2026, 11, 20, 1, tzinfo=UTC))
    monkeypatch.setattr("newsarchive.cli.options.now", times.now)
    monkeypatch.chdir(tmp_path)
    Path("newsarchive.toml").write_text(TOML, encoding="utf-8")
    return tmp_path


def text_of(path: Path) -> str:
    return path.read_bytes().decode()


def tick(numbers: Sequence[int], words: str = "") -> None:
    """An editor ticks lines by their numbers, and writes a line of his own below each."""
    text = text_of(FILE)
    for number in numbers:
        match = re.search(rf"(?m)^- \[ \] {number}\. .*\n  .*$", text)
        assert match, number
        first, _, below = match[0].partition("\n")
        line = first.replace("[ ]", "[x]", 1)
        text = text.replace(match[0], f"{line}\n  {words.format(number)}" if words else f"{line}\n{below}")
    FILE.write_bytes(text.encode())


def title_of(number: int) -> str:
    match = re.search(rf"(?m)^- \[.\] {number}\. (\S+) ", text_of(FILE))
    assert match
    return match[1]


def titles(path: Path) -> list[str]:
    return re.findall(r"(?m)^## \d+\. (.*)$", text_of(path))


def test_a_morning_and_an_evening_of_three_commands(run: Run, folder: Path) -> None:
    crawl(folder, [story(number) for number in range(1, 301)])
    assert "300 stories, 0 picked, written" in run("today")
    morning = text_of(FILE)
    lines = [_LINE.fullmatch(line) for line in morning.splitlines() if line.startswith("- [")]
    assert len(lines) == 300
    assert [int(it[1]) for it in lines if it] == list(range(1, 301))
    assert re.findall(r"(?m)^## (.*)$", morning) == ["36氪", "IT之家", "微信公众号"]
    ten = [1, 2, 50, 99, 101, 102, 150, 201, 250, 300]
    tick(ten, "编辑写的第 {} 句。")
    FILE.write_bytes(text_of(FILE).replace("## IT之家\n", "## IT之家\n\n编者按：今天芯片多。\n").encode())
    edited = text_of(FILE)
    said = run("publish")
    assert "10 picked, 10 texts, 0 added, 0 moved to another day, 0 rejected" in said
    assert "2026-11-20: 10 picked\n" in said
    assert text_of(FILE) == edited
    chosen = [it[2].partition(" · ")[0] for it in lines if it and int(it[1]) in ten]
    for path in (HUGO, Path("site/docs/2026/2026-11-20.md")):
        assert titles(path) == chosen
        assert [f"编辑写的第 {number} 句。" in text_of(path) for number in ten] == [True] * 10

    corrected = story(118, title="第118条新闻（更正）")
    crawl(
        folder,
        [*(story(number) for number in range(301, 341)), story(7, title="第7条新闻（更正）"), corrected],
    )
    assert "340 stories, 10 picked, merged" in run("today")
    evening = text_of(FILE)
    assert set(edited.splitlines()) - set(evening.splitlines()) == {
        line
        for line in edited.splitlines()
        if line.startswith("- [") and re.search(r"第(118|7)条新闻 ", line)
    }
    assert evening.count("（更正）") == 2
    numbers = [int(it[1]) for line in evening.splitlines() if (it := _LINE.fullmatch(line))]
    assert sorted(numbers) == list(range(1, 341))
    assert len(re.findall(r"(?m)^- \[x\]", evening)) == 10
    HUGO.write_bytes(text_of(HUGO).replace("编辑写的第 50 句。", "晚上改过的第 50 句。").encode())
    tick([305, 310], "晚上写的第 {} 句。")
    edited = text_of(FILE)
    assert "2026-11-20: 12 picked\n" in run("publish")
    for path in (HUGO, Path("site/docs/2026/2026-11-20.md")):
        assert len(titles(path)) == len(set(titles(path))) == 12
        assert titles(path)[-2:] == [title_of(305), title_of(310)]
        assert "晚上改过的第 50 句。" in text_of(path)
        assert "晚上写的第 310 句。" in text_of(path)
    assert "编者按：今天芯片多。" in text_of(FILE)
    before = {path: path.read_bytes() for path in folder.rglob("*.md")}
    run("today")
    run("publish")
    after = {path: path.read_bytes() for path in folder.rglob("*.md")}
    assert {path for path in before if before[path] != after[path]} <= {folder / FILE}
    assert "晚上改过的第 50 句。" in text_of(FILE)


def test_stories_are_picked_by_number_listed_and_taken_back(run: Run, folder: Path) -> None:
    crawl(folder, [story(number) for number in range(1, 10)])
    day = ("--day", "today")
    listed = run("pick", "list", *day).splitlines()
    assert listed[0] == "1. (candidate, draft) 第4条新闻 · 36氪 · 07:00  https://36kr.com/p/3000000000000004"
    assert len(listed) == 9
    assert run("pick", "add", "3", "7-9", *day, "--done").count("(picked, draft)") == 4
    assert run("pick", "list", *day).splitlines()[:2] == [
        "2026-11-20 is done: only what is picked is exported",
        f"3. (picked, draft) {listed[2].partition(') ')[2]}",
    ]
    run("pick", "text", "7", "自己的话。", *day)
    assert "7. (picked) 自己的话。  第" in run("pick", "list", "--day", "2026-11-20")
    run("pick", "reject", "1-2", *day)
    assert run("pick", "undo") == "2026-11-20: as before `pick reject 1-2`\n"
    run("pick", "undo")
    assert "自己的话。" not in run("pick", "list", *day)
    run("pick", "undo")
    assert run("pick", "list", *day).splitlines() == listed
    with pytest.raises(BadValueError, match="nothing to undo"):
        run("pick", "undo")
    assert run("pick", "list", "--day", "yesterday") == ""


def test_what_was_changed_since_is_not_undone(run: Run, folder: Path) -> None:
    crawl(folder, [story(1), story(2)])
    run("pick", "add", "1", "--day", "today")
    run("today")
    FILE.write_bytes(text_of(FILE).replace("[ ]", "[x]").encode())
    run("sync", ".")
    with pytest.raises(BadValueError, match="changed since"):
        run("pick", "undo")
    assert run("pick", "list", "--day", "today").count("(picked, draft)") == 2


def test_days_of_deleted_lines_stay_open_and_what_is_left_is_published(run: Run, folder: Path) -> None:
    crawl(folder, [story(number) for number in range(1, 7)])
    run("today", "--by", "tag")
    blocks = text_of(FILE).split("\n\n")
    assert blocks[1] == "## 其他"
    FILE.write_bytes("\n\n".join(blocks[:4]).encode() + b"\n")
    assert "2026-11-20: 0 picked, and 2 drafts, for the day is not done\n" in run("publish")
    assert len(titles(HUGO)) == 2
    run("today")
    assert "## 其他" in text_of(FILE)


def test_publish_says_what_it_needs(run: Run, folder: Path) -> None:
    (folder / "newsarchive.toml").write_text("", encoding="utf-8")
    with pytest.raises(BadValueError, match=r"\[\[publish\]\]"):
        run("publish")


def test_an_edited_post_of_another_day_is_published_again(run: Run, folder: Path) -> None:
    crawl(folder, [story(1)])
    run("publish")
    yesterday = story(2, published_at=datetime(2026, 11, 19, 1, tzinfo=UTC))
    crawl(folder, [yesterday])
    run("publish", "--day", "yesterday")
    post = HUGO.with_name("2026-11-19.md")
    post.write_bytes(text_of(post).replace("说了第2件事", "改过的话").encode())
    run("publish")
    assert "改过的话" in text_of(Path("site/docs/2026/2026-11-19.md"))
