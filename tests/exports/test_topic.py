"""The topic page: what a month has of some words; it grows, and what a hand has typed into it stays."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from newsarchive.editorial.days import finish_days
from newsarchive.errors import BadValueError
from newsarchive.items.article import Article
from newsarchive.records.pick import Pick
from newsarchive.storage import open_store
from tests.cli.test_editing import Run, run
from tests.exports.test_selection import article, pick

__all__ = ["run"]

XPENG = [
    article(1, "小鹏今天发布了新车，价格没有公布。"),
    article(2, "理想今天发布了新车，配置与上一代相同。", title="小鹏也来了"),
    article(3, "华为今天发布了手机，没有说到汽车。"),
    article(4, "何小鹏在广州说了一句话，记者记了下来。", at="2025-03-06T02:00:00"),
]
MONTH = ("--month", "2025-03")


@pytest.fixture
def export(run: Run, tmp_path: Path) -> Run:
    save(tmp_path, XPENG, [pick(1, state="rejected")])

    def export_topic(*words: str) -> str:
        return run("export", "topic", *words, *MONTH, "--out", str(tmp_path / "out"))

    return export_topic


def save(folder: Path, articles: Sequence[Article], picks: Sequence[Pick] = ()) -> None:
    async def fill() -> None:
        async with open_store(str(folder / "news.sqlite")) as store:
            await store.save_articles(articles)
            await store.save_picks(picks)
            await finish_days(store, [date(2025, 3, 4)])

    asyncio.run(fill())


def read(folder: Path, name: str) -> str:
    return (folder / "out/topic/2025" / name).read_text(encoding="utf-8")


def test_a_topic_has_the_stories_with_its_words_of_days_that_are_done_too(
    export: Run, tmp_path: Path
) -> None:
    assert "2 items, 2 drafts, written" in export("小鹏")
    text = read(tmp_path, "小鹏-2025-03.md")
    assert text.startswith("# 小鹏 2025年3月\n\n\n\n## 2025.03.04\n\n1. 理想今天")
    assert "\n\n## 2025.03.06\n\n1. 何小鹏在广州说了一句话，记者记了下来。\n" in text
    assert "华为" not in text
    assert "价格没有公布" not in text  # an editor has rejected it
    assert "2 items, 2 drafts, unchanged" in export("小鹏")
    assert "[小鹏 2025年3月](小鹏-2025-03.md) · 2 篇" in read(tmp_path, "2025-03-index.md")


def test_it_grows_and_what_a_hand_has_typed_stays(export: Run, run: Run, tmp_path: Path) -> None:
    export("小鹏")
    file = tmp_path / "out/topic/2025/小鹏-2025-03.md"
    text = file.read_text(encoding="utf-8").replace("记者记了下来", "编辑改了一句")
    file.write_text(text.replace("# 小鹏 2025年3月\n", "# 小鹏 2025年3月\n\n编者按。\n"), encoding="utf-8")
    before = run("pick", "list", "--day", "2025-03-06")
    assert "a topic's make no picks" in run("sync", str(tmp_path / "out"))
    assert run("pick", "list", "--day", "2025-03-06") == before
    save(tmp_path, [article(5, "小鹏的工厂开工了，第一批车已经下线。", at="2025-03-09T02:00:00")])
    assert "3 items, 3 drafts, merged" in export("小鹏")
    text = file.read_text(encoding="utf-8")
    assert "编者按。" in text
    assert "编辑改了一句" in text
    assert text.index("## 2025.03.09") < text.index("第一批车已经下线")


def test_each_topic_has_a_file_of_its_own(export: Run, tmp_path: Path) -> None:
    export("小鹏")
    export("小鹏", "广州")
    export("新车")
    names = sorted(it.name for it in (tmp_path / "out/topic/2025").glob("*-2025-03.md"))
    assert len(names) == 3
    assert {"小鹏-2025-03.md", "新车-2025-03.md"} < {*names}
    assert "- [新车 2025年3月]" in "".join(
        it.read_text(encoding="utf-8") for it in (tmp_path / "out/topic").rglob("*index.md")
    )


TARGETS = ["plain", "hugo", "jekyll", "mkdocs", "vitepress", "obsidian", "hexo"]


@pytest.mark.usefixtures("export")
@pytest.mark.parametrize("target", TARGETS)
def test_words_are_no_path_and_no_markdown(run: Run, tmp_path: Path, target: str) -> None:
    words = "../../[x](http://a) <b>"
    save(tmp_path, [article(6, f"他说 {words} 也是一个词，没有别的意思。", at="2025-03-07T02:00:00")])
    out = tmp_path / "out" / target
    run("export", "topic", words, *MONTH, "--out", str(out), "--target", target)
    (file,) = [it for it in out.rglob("*.md") if "x-http-a-b" in it.name]
    shown = file.read_text(encoding="utf-8").rpartition("---\n")[2]
    assert "他说" in shown
    assert "[x](" not in shown
    assert "<b>" not in shown.replace("\\<b>", "")


def test_a_topic_needs_words(export: Run) -> None:
    with pytest.raises(BadValueError, match="no words"):
        export(" ")
