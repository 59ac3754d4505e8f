"""Plain text: what cannot be seen goes, and nothing that is seen changes with it."""

from __future__ import annotations

import pytest

from newsarchive.markdown.writing.escaping import clean, clean_code
from newsarchive.parsing.text import one_line, visible

JOINED = [
    "写代码的人🧑\u200d💻来了",
    "👨\u200d👩\u200d👧",
    "👩🏽\u200d🚀",
    "🏳\ufe0f\u200d🌈",
    "🏴\u200d☠\ufe0f",
    "❤\ufe0f\u200d🔥",
    "🙂\u200d↔\ufe0f",
    "می\u200cخواهم",
    "क्\u200dष",
    "ශ්\u200dරී",
    "1\ufe0f\u20e3 🇨🇳 👍🏿 ☺\ufe0e",
]


@pytest.mark.parametrize("text", JOINED, ids=ascii)
def test_what_joins_stays(text: str) -> None:
    assert [visible(text), one_line(text), clean(text), clean_code(text)] == [text] * 4


@pytest.mark.parametrize(
    "text",
    [
        "渡\u200d口",
        "渡\u200c口",
        "\u200d渡口",
        "渡口\u200d",
        "渡\u200b口",
        "a\u200db",
        "\u200d",
        "渡🧑\u200d口",
        "渡\u200d💻",
    ],
    ids=ascii,
)
def test_what_joins_nothing_goes(text: str) -> None:
    bare = "".join(char for char in text if char not in "\u200b\u200c\u200d")
    assert [visible(text), one_line(text), clean(text), clean_code(text)] == [bare] * 4
