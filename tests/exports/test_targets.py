"""What each target writes, and what of a page's text it keeps from its tool."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath

import pytest
from ruamel.yaml import YAML

from exports.build import file_text
from exports.content.entry import Entry
from exports.formats.format import OutputPage
from exports.targets import TARGETS, Target
from exports.targets.escaping import Guard, pieces
from newsarchive.markdown.front_matter import Stamp, front_matter
from newsarchive.records.pick import Pick
from tests.exports.hostile import WORDS, hostile_articles
from tests.exports.stories import DAY, article, page_of, pick

ALL = pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
ARTICLES = hostile_articles(datetime(2025, 11, 13, 9))  # noqa: DTZ001


def hostile_pages(target: Target) -> list[OutputPage]:
    entries = [
        Entry(Pick(day=DAY, position=place, url=it.url, text="文", draft=True), it)
        for place, it in enumerate(ARTICLES)
    ]
    return [
        page_of("daily", DAY, entries, "clean", target.style),
        page_of("briefing", DAY, entries, "clean", target.style),
        page_of("fulltext", DAY, ARTICLES, "clean", target.style, unit="day"),
        *(page_of("fulltext", DAY, [it], "clean", target.style, unit="article") for it in ARTICLES),
    ]


@pytest.mark.parametrize(
    ("name", "daily", "one"),
    [
        ("plain", "daily/2025/2025-11-13.md", "fulltext/2025/11/2025-11-13-ithome-800001.md"),
        ("hugo", "content/posts/2025-11-13.md", "content/fulltext/2025-11/2025-11-13-ithome-800001.md"),
        ("hexo", "source/_posts/2025-11-13.md", "source/_posts/fulltext/2025-11-13-ithome-800001.md"),
        ("jekyll", "_posts/2025-11-13-daily.md", "_posts/2025-11-13-ithome-800001.md"),
        ("mkdocs", "docs/daily/2025/2025-11-13.md", "docs/fulltext/2025/11/2025-11-13-ithome-800001.md"),
        ("vitepress", "docs/2025/2025-11-13.md", "docs/fulltext/2025/11/2025-11-13-ithome-800001.md"),
        ("obsidian", "News/2025/2025-11-13.md", "News/fulltext/2025/11/2025-11-13-ithome-800001.md"),
    ],
)
def test_paths(name: str, daily: str, one: str) -> None:
    target = TARGETS[name]
    first = article(1)
    assert target.path(page_of("daily", DAY, [Entry(pick(first), first)], "clean", target.style)) == daily
    assert target.path(page_of("fulltext", DAY, [first], "clean", target.style, unit="article")) == one


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("hugo", "date: 2025-11-13T09:01:00+08:00"),
        ("hexo", "date: 2025-11-13 09:01:00"),
        ("jekyll", "date: 2025-11-13 09:01:00+08:00"),
        ("mkdocs", "date: 2025-11-13"),
        ("vitepress", "date: 2025-11-13"),
        ("obsidian", "date: 2025-11-13"),
    ],
)
def test_dates_are_written_as_the_tool_reads_them(name: str, line: str) -> None:
    target = TARGETS[name]
    page = page_of("fulltext", DAY, [article(1)], "clean", target.style, unit="article")
    assert line in file_text(page, target, "clean").split("\n")


@ALL
def test_hostile_words_stay_in_their_fields(target: Target) -> None:
    yaml = YAML(typ="safe", pure=True)
    for page in hostile_pages(target):
        path = PurePosixPath(target.path(page))
        assert ".." not in path.parts
        assert not path.is_absolute()
        assert all(len(part.encode()) < 200 for part in path.parts)
        text = file_text(page, target, "clean")
        if fields := target.front_matter(page):
            _, front, _ = text.split("---\n", 2)
            assert yaml.load(front).keys() <= fields.keys()
            assert front.count("\n") == len(yaml.load(front))
        assert not any(char in text for char in "\x00\x01\x08\x0b\x1b\x7f\u202e\u2066\u2028\ufeff\u200b\x85")


@ALL
def test_a_title_and_a_body_are_written_whole(target: Target) -> None:
    page = next(it for it in hostile_pages(target) if it.unit == "article" and "很长的标题" in it.title)
    assert "很长的标题" * 2000 in file_text(page, target, "clean")


@pytest.mark.parametrize(
    ("name", "text", "safe"),
    [
        ("plain", "[x](javascript:alert(1))", r"[x]\(javascript:alert(1))"),
        ("plain", "![x](&#106;avascript:a) [y](mailto:a@b.c)", r"![x]\(&#106;avascript:a) [y](mailto:a@b.c)"),
        ("plain", "{{ x }} #标签 [[页]]", "{{ x }} #标签 [[页]]"),
        ("hugo", "{{< x >}} `{{% y %}}`", "\\{\\{< x >}} `{\u2060{% y %}}`"),
        ("hugo", "## 标题 {#id}", r"## 标题 \{#id}"),
        ("hugo", "`<!--more-->`", "`<!\u2060--more-->`"),
        ("mkdocs", '--8<-- "mkdocs.yml"', '\\--8<-- "mkdocs.yml"'),
        ("mkdocs", '- !!! note "x"', '- \\!!! note "x"'),
        ("mkdocs", "??? tip", "&#63;?? tip"),
        ("mkdocs", "```\n--8<-- x\n```", "```\n--8\u2060<-- x\n```"),
        ("vitepress", "```\n<!--@include: @/x-->\n```", "```\n<!\u2060--@include: @/x-->\n```"),
        ("obsidian", "价 $5，$6", r"价 \$5，\$6"),
        ("obsidian", "一段 ^abc", r"一段 \^abc"),
        ("obsidian", "`$= dv.pages()` `=x`", "`\u2060$= dv.pages()` `\u2060=x`"),
        ("obsidian", "```dataviewjs\nx\n```", "```\nx\n```"),
        ("hexo", "{{ x }} {% y %}", "&#123;&#123; x &#125;&#125; &#123;% y %&#125;"),
        ("hexo", "`{{ x }}` `a`", "<code>&#123;&#123; x &#125;&#125;</code> `a`"),
        ("jekyll", "{{ x }} {% y %} {: .c}", r"\{\{ x }} &#123;% y %} \{: .c}"),
        ("jekyll", "`{{ x }}`", '`{{ "{{" }} x }}`'),
        ("jekyll", "甲 | 乙", r"甲 \| 乙"),
        ("jekyll", "| a | b |", "| a | b |"),
        (
            "vitepress",
            "{{ x }} `{{ y }}`",
            "&#123;&#123; x &#125;&#125; <code v-pre>&#123;&#123; y &#125;&#125;</code>",
        ),
        ("vitepress", "<<< @/x", r"\<<< @/x"),
        ("vitepress", "![{a=b}](https://x.example/{y})", "![｛a=b｝](https://x.example/%7By%7D)"),
        ("mkdocs", r"\<b> {: x}", r"&#60;b> \{: x}"),
        ("obsidian", "#标签 [[页]] %%藏%% ==亮== A#1", r"\#标签 \[[页]] \%%藏\%% \==亮\== A#1"),
        ("obsidian", "https://x.example/a#b\n# 标题", "https://x.example/a#b\n# 标题"),
    ],
)
def test_what_the_tool_would_take_for_its_own_is_text(name: str, text: str, safe: str) -> None:
    assert TARGETS[name].guard(text) == safe


@ALL
def test_code_blocks_keep_their_fences(target: Target) -> None:
    lines = target.guard("```` vue\n`` {{ x }}\n```\n[x](javascript:y)\n````\n[x](javascript:y)").split("\n")
    assert (lines[0], lines[2:5]) == ("```` vue", ["```", "[x](javascript:y)", "````"])
    assert lines[5] == r"[x]\(javascript:y)"


@pytest.mark.parametrize("words", WORDS)
def test_the_pieces_of_a_line_are_the_line(words: str) -> None:
    for line in words.split("\n"):
        assert "".join(text for _, text in pieces(line)) == line
    assert (
        Guard()("普通的一行，[链接](https://x.example/a_(b))。")
        == "普通的一行，[链接](https://x.example/a_(b))。"
    )


def test_scanning_stays_linear_on_hostile_lines() -> None:
    for mark in ("`", "``` ", "![", "](", "<http://", "\\", "[x](", "{", "![[x"):
        assert TARGETS["vitepress"].guard(mark * 20_000)


def test_front_matter_is_yaml_with_quoted_strings() -> None:
    text = front_matter(
        {
            "title": 'a: "b" #c\n---',
            "date": Stamp("2025-11-13"),
            "draft": False,
            "tags": ("是", "x: y"),
            "no": "",
        }
    )
    assert (
        text == '---\ntitle: "a: \\"b\\" #c ---"\ndate: 2025-11-13\ndraft: false\ntags: ["是", "x: y"]\n---\n'
    )
