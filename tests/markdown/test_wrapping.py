"""Wrapped Chinese lines become one again, and nothing else does."""

from __future__ import annotations

import pytest

from newsarchive.markdown.wrapping import unwrapped


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("第一句，\n第二句。", "第一句，第二句。"),
        ("一\n  二\n三", "一二三"),
        ("> 一\n> 二", "> 一\n> 二"),
        ("用 GPU\n训练 model\nfast", "用 GPU\n训练 model\nfast"),
        ("一。\n\n二。", "一。\n\n二。"),
        ("硬换行  \n二", "硬换行  \n二"),
        ("# 题\n正文", "# 题\n正文"),
        ("甲 | 乙\n丙 | 丁", "甲 | 乙\n丙 | 丁"),
        ("```\n一\n二\n```", "```\n一\n二\n```"),
        ("一\n    二", "一\n    二"),
    ],
)
def test_lines(text: str, whole: str) -> None:
    assert unwrapped(text) == whole
