"""Words that begin like a block of Markdown are words, wherever a title or a line of text is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from exports.build import file_text
from exports.content.entry import Entry
from exports.export import export_pages
from exports.feeds.day_items import day_items
from exports.feeds.day_text import day_text
from exports.formats.format import FormatName, OutputPage, Unit
from exports.request import ExportRequest
from exports.targets import TARGETS, Target, TargetName
from exports.targets.target import without_tags
from newsarchive.parsing.front_matter import parse_front_matter, split_front_matter
from newsarchive.storage import Store
from tests.exports.stories import DAY, article, page_of, pick

WORDS = "一季度营收增长三成"
BEGINNINGS = (
    *(
        "1. ",
        "1) ",
        "１．",
        "2026. ",
        "- ",
        "+ ",
        "* ",
        "# ",
        "###### ",
        "> ",
        ">>",
        "    ",
        "\t",
        "| a | ",
        "|",
    ),
    *(
        "--- ",
        "===",
        "```",
        "~~~ ",
        "<div>",
        "<!-- ",
        "<?php ",
        "[x]: https://a.example ",
        "[x]: ",
        "[ ] ",
        ": ",
    ),
    *(
        "1.",
        "0. ",
        "::: tip ",
        "!!! note ",
        "{% raw %}",
        "{{ x }}",
        "@@ ",
        "=",
        "-",
        "1.  2. ",
        "$$",
        "\\",
        "&#35; ",
    ),
)
"""Of these an editor's own text may use the last two as Markdown has them."""
MARKDOWN = {"\\": "\\", "&#35; ": "# "}
ALL_TARGETS: tuple[TargetName, ...] = tuple(TARGETS)
_HTML = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def shown(markdown: str) -> str:
    """What a reader sees, blanks left out."""
    leaves = (leaf for token in _HTML.parse(markdown) for leaf in token.children or [token])
    return squeezed(
        "".join(it.content for it in leaves if it.type in {"text", "code_inline", "text_special"})
    )


def squeezed(text: str) -> str:
    return "".join(text.split())


def in_file(page: OutputPage, target: Target) -> tuple[str, str]:
    """What a reader sees of a file, and the title in its front matter."""
    text = file_text(page, target, "clean")
    lines = text.split("\n")
    front, skip = split_front_matter(lines)
    fields = (parse_front_matter(front) or {}) if front else {}
    return shown(target.undo("\n".join(lines[skip:]))), str(fields.get("title", ""))


@pytest.mark.parametrize("target", ALL_TARGETS)
def test_titles_stay_whole_in_every_page(target: TargetName) -> None:
    for beginning in BEGINNINGS:
        check_titles(TARGETS[target], beginning)


def check_titles(tool: Target, beginning: str) -> None:
    whole = f"{beginning}{WORDS}"
    text = squeezed(MARKDOWN.get(beginning, beginning) + WORDS)
    unlinked = Entry(pick(article(1), text=whole))
    stored = article(2, title=whole)
    for entry, words in ((unlinked, text), (Entry(pick(stored), stored), squeezed(whole))):
        briefing = page_of("briefing", DAY, [entry, entry], "clean", tool.style)
        body, title = in_file(briefing, tool)
        assert body.count(words) >= 3, "lead, brief, and their sources"
        assert words in squeezed(briefing.title)
        assert not title or squeezed(without_tags(words)) in squeezed(without_tags(title))
        assert words in in_file(page_of("daily", DAY, [entry], "clean", tool.style), tool)[0]
    units: tuple[Unit, ...] = ("day", "article")
    for unit in units:
        page = page_of("fulltext", DAY, [stored], "clean", tool.style, unit=unit)
        body, title = in_file(page, tool)
        assert squeezed(whole) in body or squeezed(without_tags(whole)) == squeezed(without_tags(title))


@pytest.mark.parametrize("of", ["digest", "daily", "briefing"])
@pytest.mark.parametrize("target", ALL_TARGETS)
async def test_texts_and_indexes_stay_whole(
    store: Store, tmp_path: Path, of: FormatName, target: TargetName
) -> None:
    await store.save_picks(
        [
            pick(article(number), number, f"{beginning}{WORDS}")
            for number, beginning in enumerate(BEGINNINGS, start=1)
        ]
    )
    month = DAY.replace(day=1) if of == "digest" else None
    wanted = ExportRequest(of, month=month, day=None if month else DAY, target=target)
    done = await export_pages(store, wanted, tmp_path)
    (_, written), *_ = done.pages
    text = written.path.read_text(encoding="utf-8")
    _, skip = split_front_matter(text.split("\n"))
    body = shown(TARGETS[target].undo("\n".join(text.split("\n")[skip:])))
    for beginning in BEGINNINGS:
        assert squeezed(MARKDOWN.get(beginning, beginning) + WORDS) in body
    if of == "briefing":
        indexes = "".join(TARGETS[target].undo(it.path.read_text(encoding="utf-8")) for it in done.indexes)
        assert f"{BEGINNINGS[0]}{WORDS}" in indexes


async def test_the_text_for_pasting_has_them(store: Store) -> None:
    await store.save_picks([pick(article(1), text=f"1. {WORDS}")])
    assert f"1. 1. {WORDS}\n" in day_text(await day_items(store, DAY))
