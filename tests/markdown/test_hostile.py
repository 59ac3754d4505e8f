"""Whatever the text, reading it ends: with an archive or with the one error."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.imports import label, read_archive
from newsarchive.errors import UnreadableMarkdownError

PIECES = [
    "\n", "\r\n", " ", "   ", "\t", "# ", "## ", "### ", "#### ", "# 2025年1月", "## 2025.01.02", "## 2025.13.40",
    "1. ", "10. ", "1、", "- ", "  - ", "- [ ] ", "[", "](", ")", "（[更多](", "）", "https://mp.weixin.qq.com/s/x",
    "http://", "---\n", "title: ", "a: &a [", "*a, ", "`#1`", "**[t]** ", "🔗 ", "📎 ", "⏰ ", "📅 **发布时间：** ",
    "2025/11/3", "[消息来源](", "[原文链接](", "第 1 期", "周刊", "精选", "概览", "今日头条", "全球速览", '<a href="',
    "sidebar:", "> ", "****", "\ufeff", "\u200c", "\ufffd", "\x00", "字",
]  # fmt: skip


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=60).map("".join)), st.text(max_size=20)
)
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    with contextlib.suppress(UnreadableMarkdownError):
        json.dumps(label(read_archive(text, name)))


@pytest.mark.parametrize(
    "yaml",
    [
        "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a]\n"
        + "".join(
            f"{chr(ord('b') + n)}: &{chr(ord('b') + n)} [{', '.join(['*' + chr(ord('a') + n)] * 9)}]\n"
            for n in range(1, 12)
        ),
        "a: " + "[" * 20_000,
        "a: " + "{" * 20_000,
        "? " * 10_000,
        "- " * 10_000,
        "a: !!python/object/apply:os.system [id]",
        "a: 'open",
        "\t:\t",
        "a: &x\n  b: *x\n",
    ],
)
def test_hostile_front_matter_is_dropped(yaml: str) -> None:
    with contextlib.suppress(UnreadableMarkdownError):
        text = f"---\n{yaml}\n---\n\n[1.标题](https://example.com/a)\n"
        assert len(json.dumps(label(read_archive(text)))) < 10 * len(text) + 1000


@pytest.mark.parametrize("piece", PIECES)
def test_long_repeats_are_read_in_one_go(piece: str) -> None:
    for start in ("", "# 2025年1月\n## 2025.01.02\n\n1. 字", "# 精选\n- 源\n  - ", "---\ntitle: x\n---\n"):
        with contextlib.suppress(UnreadableMarkdownError):
            read_archive(start + piece * 5_000)
