"""What holds for every format of the registry: a file is cut without a loss, and says what was written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.build import file_text
from exports.content.entry import Entry
from exports.content.labels import LABELS
from exports.content.wording import unmarked
from exports.formats import FORMATS, Dialect
from exports.formats.format import Profile, Unit
from exports.formats.items import same_title, same_words
from exports.formats.segments import joined, key_of_url
from exports.targets import TARGETS, Target
from newsarchive.items.body import Paragraph, Span
from newsarchive.markdown.writer import Style
from newsarchive.records.pick import Pick
from tests.exports.stories import DAY, article, written

PROFILES: tuple[Profile, ...] = ("clean", "strict")
DIALECTS = [
    Dialect(of, unit, profile, Style(list_indent=indent))
    for of in FORMATS.values()
    for unit in of.units
    for profile in PROFILES
    for indent in (3, 4)
] + [Dialect(of, unit, labels=LABELS["en"]) for of in FORMATS.values() for unit in of.units]
"""All ways in which a file is cut."""
LINES = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "---", "title: x", "# 题", "## 2025.03.04", "## 1. 标题", "### 2. 标题", "1. 条目", "10、条目", "1. **题**：文",
            "   https://a.cn/1", "[原文链接](https://a.cn/2)", "🔗 [原文](https://a.cn/3)", "## 🔥 今日头条", "**题**",
            "```", "~~~", "<!--", "-->", "", "", "  ", "正文", "\ufeff", "\x0b", "\u2028", "a\rb",
        ]
    ),
)  # fmt: skip
TEXTS = st.tuples(st.sampled_from(["\n", "\r\n", "\n\n"]), st.lists(LINES)).map(lambda it: it[0].join(it[1]))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60)
@given(text=TEXTS, data=st.data())
def test_any_text_is_cut_without_a_loss(name: str, text: str, data: st.DataObject) -> None:
    dialect = data.draw(st.sampled_from([it for it in DIALECTS if it.of.name == name]))
    segments = dialect.grammar.split(text)
    assert joined(segments) == text
    assert len(dialect.items(segments)) == len(dialect.stories(segments))


PHRASES = st.sampled_from(
    ["甲公司发布新品", "营收增长 30%", "**要闻**", "见[说明](https://example.com/x)", "1. 第一", "“引号”", "A * B", "<b>", "# 号"]
)  # fmt: skip
SENTENCES = st.lists(PHRASES, min_size=1, max_size=4).map("，".join)


@st.composite
def entry_lists(draw: st.DrawFn) -> list[Entry]:
    """Stories of a day: stored ones and others, with an editor's title, text and paragraphs or without."""
    entries = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        stored = article(
            number,
            title=f"{number}：{draw(SENTENCES)}",
            body=[Paragraph([Span(draw(SENTENCES))]) for _ in range(draw(st.integers(1, 3)))],
        )
        pick = Pick(
            day=DAY,
            position=number,
            url=stored.url,
            identity=stored.identity,
            text=f"{draw(SENTENCES)}。",
            title=draw(st.one_of(st.just(""), SENTENCES.map(lambda it: f"{it} {number}"))),  # noqa: B023
            words=draw(st.one_of(st.just(""), st.just("一段。\n\n又一段。"))),
            draft=draw(st.booleans()),
        )
        held = stored if draw(st.booleans()) else None
        entries.append(Entry(pick, held, withdrawn=held is not None and draw(st.booleans())))
    return entries


def dialect_of(name: str, profile: Profile, unit: Unit, tool: Target, language: str) -> Dialect:
    def undo(text: str) -> str:
        return tool.undo(unmarked(text))

    return Dialect(
        FORMATS[name], unit, profile, tool.style, tool.guard, undo, marked=True, labels=LABELS[language]
    )


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40)
@given(entries=entry_lists(), tool=st.sampled_from([*TARGETS.values()]), data=st.data())
def test_what_is_written_is_read_back(
    name: str, profile: Profile, entries: list[Entry], tool: Target, data: st.DataObject
) -> None:
    unit = data.draw(st.sampled_from([it for it in FORMATS[name].units if it != "file"]))
    language = data.draw(st.sampled_from([*LABELS])) if profile == "clean" else "zh-CN"
    dialect = dialect_of(name, profile, unit, tool, language)
    shown = [entry for entry, _ in dialect.of.show(entries, dialect)]
    for group in [[it] for it in shown] if unit == "article" else [shown]:
        text = file_text(written(dialect, DAY, group), tool, profile)
        items = dialect.items(dialect.grammar.split(text))
        assert len(items) == len(group)
        assert text.count(dialect.labels.gone) == sum(it.withdrawn for it in group)
        for item, entry in zip(items, group, strict=True):
            said = dialect.of.expected(entry, item.segment, dialect)
            assert same_title(item.title or item.front, said.title)
            assert same_words(item.words, said.words)
            assert item.drafted == (said.drafted and bool(item.words))
            if entry.url in text:
                assert key_of_url(item.url) == key_of_url(entry.url)
