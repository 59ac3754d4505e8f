"""HTML shows a body's words and pictures and can hold nothing else, whatever the page said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from exports.feeds.html import HtmlStyle, body_element, html_of
from exports.feeds.xml_text import web_url, xml_line, xml_text
from newsarchive.items.body import (
    Aside,
    Block,
    Break,
    Cell,
    Code,
    Embed,
    Heading,
    Image,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
    images_of,
)
from newsarchive.markdown.writing.escaping import clean
from tests.markdown.round_trip import MEDIA, shows

HOSTILE = (
    "</script><script>alert(1)</script>",
    "]]>",
    "<!--",
    "&amp;&lt;b&gt;",
    "<![CDATA[x]]>",
    '" onmouseover="x',
    "\x00\x07\x1b",
    "\ud800",
    "\ufffe",
    "\u202e右到左",
    "\n\n行",
    "</p></div></body>",
    "<?xml version='1.1'?>",
    "&#x0;",
    "{{ x }}",
)
URLS = (
    "https://a.cn/中文?x=1&y=2#z",
    "http://a.cn/a b\"'<>",
    "HTTPS://A.cn/",
    "javascript:alert(1)",
    " java\nscript:alert(1)",
    "data:text/html,<script>",
    "//a.cn/1.jpg",
    "mailto:a@b.cn",
    "http:///x",
    "http://[",
    "https://a.cn/\x01\ud800x",
    "",
)

STORED = "".join(HOSTILE).replace("\ud800", "")
"""All of it that a store takes: it refuses half a surrogate pair."""

text = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=5)), max_size=4).map("".join)
link = st.one_of(st.none(), st.sampled_from(URLS))
scripts = st.sampled_from([None, "super", "sub"])
spans = st.builds(Span, text, st.booleans(), st.booleans(), st.booleans(), link, st.booleans(), scripts)
pictures = st.builds(Image, st.sampled_from(URLS), text, text, st.integers(-1, 9), st.integers(-1, 9), link)
lines: st.SearchStrategy[list[Inline]] = st.lists(st.one_of(spans, st.builds(Break), pictures), max_size=4)
media = st.sampled_from(["video", "audio", "card", "frame"])
leaves: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, lines),
    st.builds(Heading, st.integers(-1, 9), lines),
    st.builds(Code, text, text),
    pictures,
    st.builds(Embed, media, url=link, title=st.one_of(st.none(), text)),
    st.builds(Rule),
)

ELEMENTS: dict[str, frozenset[str]] = {
    **{
        name: frozenset()
        for names in (
            (
                "aside",
                "blockquote",
                "br",
                "code",
                "del",
                "div",
                "em",
                "figcaption",
                "figure",
                "hr",
                "p",
                "pre",
            ),
            ("h1", "h2", "h3", "h4", "h5", "h6", "strong", "sub", "sup", "table", "tbody", "tr", "ul"),
        )
        for name in names
    },
    "a": frozenset(("href",)),
    "img": frozenset(("src", "alt", "width", "height")),
    "li": frozenset(("value",)),
    "ol": frozenset(("start", "type")),
    "td": frozenset(("colspan", "rowspan")),
    "th": frozenset(("colspan", "rowspan")),
}
"""Every element that may be written, with its attributes."""


def containers(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    blocks = st.lists(inner, max_size=3)
    numbers = st.sampled_from([-1, 0, 1, 3, 10**12])
    cells = st.builds(Cell, blocks, st.booleans(), numbers, numbers)
    return st.one_of(
        st.builds(Quote, blocks),
        st.builds(
            ListBlock, st.lists(blocks, max_size=3), st.booleans(), numbers, st.sampled_from(["1", "A", "i"])
        ),
        st.builds(Aside, st.sampled_from(["appeal", "tipster"]), blocks),
        st.builds(Table, st.lists(st.lists(cells, max_size=3), max_size=3)),
    )


trees = st.lists(st.recursive(leaves, containers, max_leaves=8), max_size=4)


def words(blocks: Iterable[Block], style: HtmlStyle) -> Iterator[str]:
    """What a reader of the tree reads, in order."""
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield from line_words(block.inlines, style)
            case Quote() | Aside():
                if style.asides or isinstance(block, Quote):
                    yield from words(block.blocks, style)
            case ListBlock():
                for item in block.items:
                    yield from words(item, style)
            case Table():
                for cell in (cell for row in block.rows for cell in row):
                    yield from words(cell.blocks, style)
            case Code():
                yield block.text
            case Image():
                yield from line_words([block], style)
            case Embed():
                title = clean(block.title or "").strip()
                yield f"{MEDIA[block.media]}{'：' if title else ''}{title}"


def line_words(inlines: list[Inline], style: HtmlStyle) -> Iterator[str]:
    for piece in inlines:
        match piece:
            case Span():
                yield piece.text
            case Image():
                if style.images == "link" and web_url(piece.url):
                    alt = xml_line(piece.alt)
                    yield f"图片：{alt}" if alt and alt != xml_line(piece.caption) else "图片"
                yield piece.caption
            case Break():
                pass


def seen(pieces: Iterable[str]) -> str:
    return "".join(char for char in xml_text("".join(pieces)) if shows(char))


def test_lists_have_the_numbers_of_the_page() -> None:
    items: list[list[Block]] = [[Paragraph([Span("甲")])], [Paragraph([Span("乙")])]]
    assert html_of(body_element([ListBlock(items, ordered=True, start=2, style="A")])) == (
        '<div><ol start="2" type="A"><li>甲</li><li>乙</li></ol></div>'
    )
    assert html_of(body_element([ListBlock(items, ordered=True, start=2, numbers=[2, 1])])) == (
        '<div><ol start="2"><li value="2">甲</li><li value="1">乙</li></ol></div>'
    )


def test_what_is_raised_lowered_or_struck_out_has_its_element() -> None:
    line: list[Inline] = [
        Span("9", script="super"),
        Span("2", strong=True, script="sub"),
        Span("旧", struck=True, link="https://a.cn/"),
    ]
    assert html_of(body_element([Paragraph(line)])) == (
        '<div><p><sup>9</sup><strong><sub>2</sub></strong><a href="https://a.cn/"><del>旧</del></a></p></div>'
    )


@pytest.mark.parametrize("style", [HtmlStyle(), HtmlStyle("link", asides=False, heading_shift=2)])
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees)
def test_whatever_a_page_said_is_text_and_only_known_elements_are_markup(
    style: HtmlStyle, blocks: list[Block]
) -> None:
    markup = html_of(body_element(blocks, style))
    for root in (etree.fromstring(markup), html.fragment_fromstring(markup)):
        for element in root.iter():
            assert isinstance(element.tag, str), "a comment or processing instruction"
            assert set(element.attrib) <= ELEMENTS[element.tag]
            for name in ("href", "src"):
                assert element.get(name, "https://").lower().startswith(("https://", "http://"))
            assert element.tag != "a" or not any(it.tag == "a" for it in element.iterancestors())
        if style.asides:
            wanted = [url for image in images_of(blocks) if (url := web_url(image.url))]
            assert [it.get("src") for it in root.iter("img")] == wanted
        assert seen(map(str, root.itertext())) == seen(words(blocks, style))


def test_article_reads_as_on_its_page() -> None:
    blocks: list[Block] = [
        Heading(2, [Span("小标题")]),
        Paragraph(
            [
                Span("他说："),
                Span("“重要”", strong=True),
                Span("见"),
                Span("报告", link="https://a.cn/r?x=1&y=2"),
            ]
        ),
        Image("https://i.cn/1.jpg", alt="图", caption="图说", width=800),
        ListBlock([[Paragraph([Span("一")])], [Paragraph([Span("二")]), Rule()]], ordered=True, start=3),
        Aside("appeal", [Paragraph([Span("关注我们")])]),
        Embed("video", url="https://v.cn/1", title="发布会"),
    ]
    assert html_of(body_element(blocks)) == (
        "<div><h2>小标题</h2>"
        '<p>他说：<strong>“重要”</strong>见<a href="https://a.cn/r?x=1&amp;y=2">报告</a></p>'
        '<figure><img src="https://i.cn/1.jpg" alt="图" width="800"/><figcaption>图说</figcaption></figure>'
        '<ol start="3"><li>一</li><li><p>二</p><hr/></li></ol>'
        "<aside><p>关注我们</p></aside>"
        '<p><a href="https://v.cn/1">视频：发布会</a></p></div>'
    )
    plain = html_of(body_element(blocks, HtmlStyle("link", asides=False, heading_shift=1)))
    assert "<h3>小标题</h3>" in plain
    assert '<figure><a href="https://i.cn/1.jpg">图片：图</a><figcaption>图说</figcaption></figure>' in plain
    assert "关注我们" not in plain


def test_deep_nesting_stays_readable_by_every_parser() -> None:
    block: Block = Paragraph([Span("底")])
    for _ in range(60):
        block = Table([[Cell([Quote([block])])]])
    root = etree.fromstring(html_of(body_element([block])))
    assert "".join(map(str, root.itertext())) == "底"
