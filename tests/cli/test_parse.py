"""`newsarchive parse` over the captured pages: the output that results are scored by."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newsarchive.cli.page_files import read_entry, read_file
from tests.conftest import corpus_labels
from tests.e2e.running import COMMAND

LABELS = corpus_labels()


@pytest.fixture(scope="module")
def printed(corpus: Path) -> dict[str, dict[str, Any]]:
    """What `parse` makes of every file of the corpus."""
    pages = [label for label in LABELS if "#" not in label["file"]]
    entries = [{"file": label["file"], "url": label.get("url")} for label in pages]
    return {label["file"]: label for entry in entries for label in read_entry(entry, corpus)}


def test_verdict_of_every_page(printed: dict[str, dict[str, Any]]) -> None:
    wrong = {
        label["file"]: (label["verdict"], printed.get(label["file"], {}).get("verdict"))
        for label in LABELS
        if printed.get(label["file"], {}).get("verdict") != label["verdict"]
    }
    assert not wrong


@pytest.mark.parametrize("field", ["title", "published_at"])
@pytest.mark.parametrize("site", ["36kr", "ithome", "weixin"])
def test_title_and_time_of_articles(printed: dict[str, dict[str, Any]], site: str, field: str) -> None:
    scored = [
        label
        for label in LABELS
        if label["site"] == site
        and label["text"] is not None
        and label[field] is not None
        and field not in label.get("unscored", [])
    ]
    wrong = [label["file"] for label in scored if printed[label["file"]][field] != label[field]]
    assert len(wrong) <= len(scored) / 10, wrong


def test_manifest_prints_a_line_a_page(corpus: Path, tmp_path: Path) -> None:
    files = ["weixin/wae_error_deleted-zh_2025-11.html.gz", "36kr/rsshub-36kr-news-20260620T0358-20items.xml"]
    manifest = tmp_path / "pages.jsonl"
    manifest.write_text(
        "".join(json.dumps({"file": str(corpus / file)}) + "\n" for file in files), encoding="utf-8"
    )
    ended = subprocess.run(
        [sys.executable, *COMMAND[1:], "parse", "--manifest", str(manifest)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert lines[0]["verdict"] == "deleted"
    assert lines[0]["notice"] == "该内容已被发布者删除"
    assert lines[1]["verdict"] == "feed"
    assert lines[2]["file"].startswith(f"{corpus / files[1]}#")


def test_markdown_archive_is_an_archive(tmp_path: Path) -> None:
    file = tmp_path / "newsflash-202501.md"
    file.write_text(
        "# 2025年1月\n\n\n\n## 2025.01.02\n\n2025年01月02日 💡行业快讯\n\n1. 一条消息。\n\n   https://mp.weixin.qq.com/s/0123456789abcdefghij_-\n",
        encoding="utf-8",
    )
    label = next(read_file(file, file.name, url="", fetched_at=None, site=None))
    assert label["verdict"] == "archive"
    assert label["days"][0]["date"] == "2025-01-02"
    assert label["days"][0]["items"][0]["urls"] == ["https://mp.weixin.qq.com/s/0123456789abcdefghij_-"]
