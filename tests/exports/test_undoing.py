"""What was done to a text for a tool is undone: the words are the page's again, and written again they are the same."""

from __future__ import annotations

from datetime import datetime

import pytest

from exports.targets import TARGETS, Target
from newsarchive.markdown.body_reader import read_body
from newsarchive.markdown.writer import write_body
from tests.exports.hostile import hostile_articles

ALL = pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
BODIES = [it.body for it in hostile_articles(datetime(2025, 11, 13, 9))]  # noqa: DTZ001


@ALL
def test_hostile_texts_read_as_before_and_are_made_safe_the_same_way(target: Target) -> None:
    for body in BODIES:
        text = write_body(body, target.style)
        safe = target.guard(text)
        again = target.undo(safe)
        assert target.guard(again) == safe
        # Links to what would run something stay taken apart, in plain Markdown too.
        plain = TARGETS["plain"].guard(text)
        assert read_body(again, mended=False) == read_body(plain, mended=False)


@ALL
@pytest.mark.parametrize(
    "words",
    [
        "{{ x }} 与 {% y %}，{: .c} {#id}，价格 $5 与 $$z$$",
        "#话题 [[页]] %%藏%% ==亮== :smile: a|b",
        "`{{ x }}` 和 ``{% `y` %}``，<<< 不在行首",
        "**粗** [链接](https://x.example/a_(b)) \\*星\\* \\[括号\\]",
    ],
)
def test_an_editors_words_come_back_as_typed(target: Target, words: str) -> None:
    assert target.undo(target.guard(words)) == words
