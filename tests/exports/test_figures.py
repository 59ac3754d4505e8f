"""Counts and reading time, and Markdown lines as plain text."""

from __future__ import annotations

import pytest

from newsarchive.editorial.statistics import ReadingStats, count_text
from newsarchive.markdown.plain_text import plain_line


@pytest.mark.parametrize(
    ("text", "characters", "words"),
    [
        ("", 0, 0),
        ("，。！《》……🔥", 0, 0),
        ("苹果发布 iPhone 17 Pro，售价 8999.00 元", 7, 4),
        ("it's state-of-the-art", 0, 2),
        ("𠮷野家の牛丼", 5, 1),
    ],
)
def test_characters_and_words(text: str, characters: int, words: int) -> None:
    assert count_text(text) == (characters, words)


def minutes(text: str) -> int:
    stats = ReadingStats()
    stats.add(text)
    return stats.minutes


def test_reading_time_is_rounded_up() -> None:
    assert minutes("") == 0
    assert minutes("字") == 1
    assert minutes("字" * 400) == 1
    assert minutes("字" * 401) == 2
    assert minutes("字" * 400 + " word" * 200) == 2


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        (r"1\. \*不是强调\* &lt;b&gt;", "1. *不是强调* <b>"),
        ("**重点**：见[原文](https://a.cn/x_y)和`代码`", "重点：见原文和代码"),
        ("![图](https://a.cn/1.png)后<b>文</b>", "后<b>文</b>"),
        ("snake_case 与 a*b", "snake_case 与 a*b"),
        ("", ""),
    ],
)
def test_line_as_it_reads(markdown: str, plain: str) -> None:
    assert plain_line(markdown) == plain
