"""The shared walk over HTML bodies."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsarchive.items.body import (
    Body,
    Break,
    Cell,
    Code,
    Embed,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
    images_of,
    inlines_of,
    links_of,
    text_of,
)
from newsarchive.parsing.html_body.walk import Rules, read_body
from newsarchive.parsing.html_tree import Element


def _image(element: Element) -> Image | None:
    return Image(element.get("src")) if element.get("src") else None


def _embed(element: Element) -> Embed | None:
    return Embed("video", element.get("data-id")) if element.get("data-id") else None


RULES = Rules("https://example.org/a/", _image, frozenset({"video", "x-card"}), _embed)


def tree(markup: str) -> Body:
    root = etree.HTML(f"<body><div>{markup}</div></body>")
    return read_body(root.find(".//div"), RULES)


def line(text: str) -> Paragraph:
    return Paragraph([Span(text)])


def test_blocks_end_lines_and_blanks_are_one() -> None:
    assert tree("a <b>b</b>\n  c<p> d\t e </p>f<br/> g") == [
        Paragraph([Span("a "), Span("b", strong=True), Span(" c")]),
        line("d e"),
        Paragraph([Span("f"), Break(), Span("g")]),
    ]


def test_a_heading_stays_one_through_inner_blocks() -> None:
    assert tree("<h2><section><span>题</span></section></h2><p>文</p>") == [
        Heading(2, [Span("题")]),
        line("文"),
    ]


@pytest.mark.parametrize("text", ["字", " 字 ", "字  字", "字\u00a0字", "字\n字", "\u200b字", "\u3000字"])
@pytest.mark.parametrize("tag", ["div", "b", "del", "sup", "code", "h2", "blockquote", "a href='/b'"])
def test_a_paragraph_of_text_alone_says_what_it_says_beside_an_empty_element(tag: str, text: str) -> None:
    alone, beside = (
        tree(f"<{tag}><section>{text}{more}</section></{tag.split(maxsplit=1)[0]}><p>{text}{more}</p>")
        for more in ("", "<i></i>")
    )
    assert alone == beside
    assert text_of(alone)


def test_pictures_stand_alone_or_in_a_line() -> None:
    assert tree('<p><img src="1"/><br/><img src="2"/></p><p>x<img src="3"/></p>') == [
        Image("1"),
        Image("2"),
        Paragraph([Span("x"), Image("3")]),
    ]


def test_a_caption_belongs_to_its_picture_only() -> None:
    assert tree('<figure><img src="1"/><figcaption>一 <b>图</b></figcaption></figure>') == [
        Image("1", caption="一 图")
    ]
    assert tree("<figure><figcaption>无图</figcaption></figure>") == [line("无图")]


def test_a_caption_with_a_link_stays_text() -> None:
    found = tree(
        '<figure><img src="1"/><figcaption>来源：<a href="https://a.cn/1">某报</a></figcaption></figure>'
    )
    assert found[0] == Image("1")
    assert links_of(found) == [("https://a.cn/1", "某报")]
    assert text_of(found) == "来源：某报"


def test_lists_nest_and_keep_their_numbers() -> None:
    assert tree('<ol start="3"><li>a<ul><li>b</li></ul></li><li><p>c</p></li><li></li></ol>') == [
        ListBlock([[line("a"), ListBlock([[line("b")]])], [line("c")]], ordered=True, start=3)
    ]
    assert tree("<p>x</p><li>lonely</li>") == [line("x"), line("lonely")]


def test_what_stands_between_items_belongs_to_the_one_before() -> None:
    inner = ListBlock([[line("复制")], [line("擦除")]])
    lifted = tree("<ol><li>重组</li><ul><li>复制</li><li>擦除</li></ul><li>完成</li></ol>")
    assert lifted == [ListBlock([[line("重组"), inner], [line("完成")]], ordered=True)]
    assert lifted == tree(
        '<ol><li>重组</li><li style="list-style: none"><ul><li>复制</li><li>擦除</li></ul></li><li>完成</li></ol>'
    )
    assert tree("<ol><li>一</li>散文<p>段</p><li>二</li>尾</ol>") == [
        ListBlock([[line("一"), line("散文"), line("段")], [line("二"), line("尾")]], ordered=True)
    ]


def test_what_stands_before_the_first_item_stands_before_the_list() -> None:
    assert tree("<ul><p>引言</p><li>一</li></ul>") == [line("引言"), ListBlock([[line("一")]])]
    assert tree("<ol><ul><li>x</li></ul><li>y</li></ol>") == [
        ListBlock([[line("x")]]),
        ListBlock([[line("y")]], ordered=True),
    ]
    assert tree("<ul><p>一</p><p>二</p></ul>") == [line("一"), line("二")]


@pytest.mark.parametrize(
    ("attributes", "marks"),
    [
        ("", ["1.", "2.", "3."]),
        ("start=3", ["3.", "4.", "5."]),
        ("start=-1", ["-1.", "0.", "1."]),
        ("reversed", ["3.", "2.", "1."]),
        ("reversed start=10", ["10.", "9.", "8."]),
        ("type=A", ["A.", "B.", "C."]),
        ("type=a start=26", ["z.", "aa.", "ab."]),
        ("type=i start=3", ["iii.", "iv.", "v."]),
        ("type=I start=0", ["0.", "I.", "II."]),
        ('style="list-style-type: lower-alpha"', ["a.", "b.", "c."]),
        ('style="list-style:outside UPPER-ROMAN"', ["I.", "II.", "III."]),
        ("start=x type=disc", ["1.", "2.", "3."]),
    ],
)
def test_items_have_the_numbers_of_the_page(attributes: str, marks: list[str]) -> None:
    (found,) = tree(f"<ol {attributes}><li>甲</li><li>乙</li><li>丙</li></ol>")
    assert isinstance(found, ListBlock)
    assert [found.mark(place) for place in range(3)] == marks


def test_items_may_say_their_own_numbers() -> None:
    (found,) = tree('<ol><li value="5">五</li><li>六</li><li value=9>九</li></ol>')
    assert found == ListBlock(
        [[line("五")], [line("六")], [line("九")]], ordered=True, start=5, numbers=[5, 6, 9]
    )


def test_an_empty_item_has_its_number() -> None:
    (found,) = tree("<ol><li>甲</li><li><br/></li><li>丙</li><li></li></ol>")
    assert found == ListBlock([[line("甲")], [line("丙")]], ordered=True, numbers=[1, 3])


def test_a_style_may_turn_one_kind_of_list_into_the_other() -> None:
    assert tree('<ol style="list-style-type:disc"><li>a</li></ol>') == [ListBlock([[line("a")]])]
    assert tree('<ol style="list-style:none"><li>① a</li></ol>') == [ListBlock([[line("① a")]])]
    assert tree('<ul style="list-style-type:decimal"><li>b</li></ul>') == [
        ListBlock([[line("b")]], ordered=True)
    ]


def test_a_text_has_the_letters_that_other_texts_speak_of() -> None:
    assert text_of(tree("<ol type=A><li>甲</li><li><p>乙</p>丙</li></ol><p>答案：B</p>")) == (
        "A. 甲\nB. 乙\n丙\n答案：B"
    )
    assert text_of(tree("<ol><li>甲</li><li>乙</li></ol>")) == "甲\n乙"


def test_a_table_in_a_cell_is_there_once() -> None:
    inner = Table([[Cell([line("b")])]])
    assert tree(
        '<table><tr><th colspan="2">a</th></tr><tr><td><table><tr><td>b</td></tr></table></td><td>c</td></tr></table>'
    ) == [Table([[Cell([line("a")], header=True, colspan=2)], [Cell([inner]), Cell([line("c")])]])]


def test_what_stands_in_a_table_outside_cells_is_kept() -> None:
    assert text_of(tree("<table><caption>题</caption><tbody><tr><td>a</td></tr></tbody></table>")) == "题\na"


def test_quotes_rules_and_code() -> None:
    assert tree("<blockquote>a<p>b</p></blockquote><hr/>") == [Quote([line("a"), line("b")]), Rule()]
    assert tree('<pre><code class="language-go">a\n  b<span>c<i>d</i></span>e</code></pre>') == [
        Code("a\n  bcde", "go")
    ]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>9</sup> 千克", "10⁹ 千克"),
        ("3×10<sup>−6</sup>，2<sup>10</sup>=1024", "3×10⁻⁶，2¹⁰=1024"),
        ('45 m<span style="font-size:9px;VERTICAL-ALIGN: Super">2</span>', "45 m²"),
        ('45 m<span style="font-size:.7em;vertical-align:0.5em">2</span>', "45 m²"),
        ('x<span style="position:relative;top:-.4em;font-size:75%">2</span>', "x²"),
        ('H<span style="vertical-align:-3px;font-size:smaller">2</span>O', "H₂O"),
        ('<span style="vertical-align:1px;font-size:80%">9</span>', "9"),
        ('<span style="vertical-align:2em">9</span>', "9"),
        ("见<span hidden>藏</span>", "见"),
        ('45 m<sup><span style="vertical-align:super">2</span></sup>', "45 m²"),
        ("H<sub>2</sub>O，Ca<sup>2+</sup>，SO<sub>4</sub><sup>2-</sup>", "H₂O，Ca²⁺，SO₄²⁻"),
        ("x<sup>n</sup>+a<sub>i+1</sub>", "x^n+a_(i+1)"),
        ("2<sup>2<sup>3</sup></sup>", "2^(2^3)"),
        ("2<sup><i>n</i>+1</sup>，3<sup>m<b>/s</b></sup>", "2^(n+1)，3^(m/s)"),
        ("<b>m<sup>2</sup></b><a href='/x'>10<sup>9</sup></a>", "m²10⁹"),
        (
            "如前<sup>[1]</sup>，某牌<sup>®</sup>，第 1<sup>st</sup>，词<sup>注</sup>",
            "如前[1]，某牌®，第 1st，词注",
        ),
        ('<img src="1"/><span style="vertical-align:middle">9</span>', "9"),
    ],
)
def test_what_stands_above_or_below_the_line_is_no_number_on_it(markup: str, text: str) -> None:
    assert text_of(tree(f"<p>{markup}</p>")) == text


@pytest.mark.parametrize("tag", ["del", "s", "strike"])
def test_what_is_struck_out_is_not_said(tag: str) -> None:
    found = tree(f"<p>原价 <{tag}>9<b>99</b> 元</{tag}>，现价 599 元</p>")
    assert found == [
        Paragraph(
            [
                Span("原价 "),
                Span("9", struck=True),
                Span("99", strong=True, struck=True),
                Span(" 元", struck=True),
                Span("，现价 599 元"),
            ]
        )
    ]
    assert text_of(found) == "原价 ~~999 元~~，现价 599 元"
    assert text_of(found, "left out") == "原价 ，现价 599 元"


@pytest.mark.parametrize(
    ("style", "struck"),
    [
        ("text-decoration: line-through;", True),
        ("color:red;text-decoration: red solid LINE-THROUGH 2px", True),
        ("text-decoration-line:underline line-through", True),
        ("text-decoration:line-through;text-decoration:none", False),
        ("text-decoration: underline", False),
    ],
)
@pytest.mark.parametrize("tag", ["span", "b", "p", "section", "a", "li", "h2", "td", "x-custom"])
def test_any_element_may_be_struck_out_by_its_style(tag: str, style: str, *, struck: bool) -> None:
    found = tree(f'<{tag} style="{style}">骁<i>龙</i></{tag}><p>天玑</p>')
    assert {
        piece.struck for piece in inlines_of(found) if isinstance(piece, Span) and piece.text in "骁龙"
    } == {struck}
    assert text_of(found, "left out").endswith("天玑")
    assert ("~~骁龙~~" in text_of(found)) is struck


def test_an_element_may_be_made_plain_by_its_style_but_not_what_is_inside_another() -> None:
    assert tree('<del style="text-decoration: none">甲</del>') == [line("甲")]
    assert tree('<s>甲<span style="text-decoration: none">乙</span></s>') == [
        Paragraph([Span("甲乙", struck=True)])
    ]


def test_what_is_raised_or_struck_out_in_a_caption_stays_so() -> None:
    assert tree('<figure><img src="1"/><figcaption>10<sup>9</sup> 元<s>整</s></figcaption></figure>') == [
        Image("1", caption="10⁹ 元~~整~~")
    ]


def test_links_are_absolute_and_scripts_are_none() -> None:
    found = tree(
        '<a href="../x">1</a><a href="#top">2</a><a href="javascript:x()">3</a><a href="http://[bad">4</a>'
    )
    assert found == [Paragraph([Span("1", link="https://example.org/x"), Span("234")])]


def test_a_player_replaces_its_fallback_and_a_card_keeps_its_text() -> None:
    assert tree('<video data-id="v">no video</video>x') == [Embed("video", "v"), line("x")]
    assert tree('<x-card data-id="c">in</x-card><p>out</p>') == [Embed("video", "c"), line("in"), line("out")]


def test_comments_are_no_text_but_what_follows_them_is() -> None:
    assert tree("a<!-- hidden -->b<?pi x?>c") == [line("abc")]


def test_lists_quotes_and_tables_nest_only_so_deep_and_lose_nothing() -> None:
    for opening, closing in (
        ("<ul><li>", "</li></ul>"),
        ("<blockquote>", "</blockquote>"),
        ("<table><tr><td>", "</td></tr></table>"),
    ):
        root = etree.HTML("x".join([opening] * 400) + "end" + closing * 400, etree.HTMLParser(huge_tree=True))
        assert text_of(read_body(root, RULES)).split() == ["x"] * 399 + ["end"]


_TEXT = st.text("ab 中\n\u00a0\u200b<&", max_size=6)
_TAGS = st.sampled_from(
    [
        "p",
        "span",
        "b",
        "a",
        "li",
        "ul",
        "td",
        "tr",
        "table",
        "h2",
        "pre",
        "blockquote",
        "figure",
        "section",
        "svg",
    ]
)
_TREES = st.recursive(_TEXT, lambda inner: st.tuples(_TAGS, st.lists(inner, max_size=4)), max_leaves=25)


def _build(node: object, parent: Element) -> None:
    if isinstance(node, str):
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + node
        else:
            parent.text = (parent.text or "") + node
    elif isinstance(node, tuple):
        child = etree.SubElement(parent, node[0])
        for inner in node[1]:
            _build(inner, child)


@given(st.lists(_TREES, max_size=5))
def test_no_text_is_lost_or_invented(nodes: list[object]) -> None:
    root = etree.Element("div")
    for node in nodes:
        _build(node, root)
    text = "".join("".join(map(str, root.itertext())).replace("\u200b", "").split())
    assert sorted(text_of(read_body(root, RULES)).replace("\n", "").replace(" ", "")) == sorted(text)


def pictures(markup: str) -> list[tuple[str, str | None]]:
    return [(image.url, image.role) for image in images_of(tree(markup))]


@pytest.mark.parametrize(
    "markup",
    [
        '<section style="background-image: url(&quot;https://a.cn/1&quot;)"><p>字</p></section>',
        "<section style='background:#fff URL(https://a.cn/1) no-repeat'>字</section>",
        "<p><span style=\"background:url('https://a.cn/1')\">字</span></p>",
        '<svg style="background-image:url(https://a.cn/1)"></svg>字',
        '<svg><g><image href="https://a.cn/1"></image></g></svg>字',
        '<svg><image xlink:href="https://a.cn/1"></image><text>字</text></svg>',
        '<table style="background:url(https://a.cn/1)"><tr><td>字</td><td>x</td></tr></table>',
        '<table><tr><td style="background:url(https://a.cn/1)">字</td><td>x</td></tr></table>',
        '<ul><li style="background:url(https://a.cn/1)">字</li></ul>',
        '<table background="https://a.cn/1"><tr><td>字</td><td>x</td></tr></table>',
        '<table><tr><td background="https://a.cn/1">字</td><td>x</td></tr></table>',
        '<section style="background:url(&amp;quot;https://a.cn/1&amp;quot;)">字</section>',
        '<h2 style="background:linear-gradient(red,blue),url(https://a.cn/1)">字</h2>',
        '<section style="background:url(https://a.cn/1)">字<p style="background:url(https://a.cn/1)">字</p></section>',
        '<section style="background:url(data:image/png;base64,aa==)"><i style="background:url(https://a.cn/1)">字</i></section>',
    ],
)
def test_a_background_is_a_picture_where_it_is_seen_once(markup: str) -> None:
    assert pictures(markup) == [("https://a.cn/1", "background")]
    assert text_of(tree(markup)).startswith("字")


@pytest.mark.parametrize(
    "style",
    [
        "background:url(data:image/png;base64,aa==)",
        "background-image:linear-gradient(red,blue)",
        "width:1px;background:url(https://a.cn/1)",
        "background:url(https://a.cn/1);background-size:8px 8px",
        "height: 4px;background-image:url(https://a.cn/1)",
        "display:none;background:url(https://a.cn/1)",
        "list-style-image:url(https://a.cn/1)",
        "background:url(javascript:x)",
    ],
)
def test_what_only_decorates_is_no_picture(style: str) -> None:
    assert pictures(f'<section style="{style}">字</section>') == []


def test_pictures_may_come_by_other_elements() -> None:
    assert pictures(
        '<picture><source srcset="https://a.cn/s 1x, https://a.cn/l 2x"/><img/></picture>'
        '<picture><source srcset="https://a.cn/x"/><img src="https://a.cn/i"/></picture>'
        '<input type="image" src="https://a.cn/b"/><svg><foreignObject><img src="https://a.cn/f"/></foreignObject></svg>'
        '<video poster="https://a.cn/p" data-id="v"></video>'
    ) == [
        ("https://a.cn/l", None),
        ("https://a.cn/i", None),
        ("https://a.cn/b", None),
        ("https://a.cn/f", None),
        ("https://a.cn/p", "poster"),
    ]


def test_readings_stand_behind_their_signs_and_quotations_in_quotes() -> None:
    assert (
        text_of(tree("<p><ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字<q>引</q></p>")) == "漢(hàn)字“引”"
    )


def test_what_means_something_and_is_dropped_is_counted() -> None:
    dropped = Counter[str]()
    root = etree.HTML(
        '<div><canvas></canvas><p>字<canvas></canvas><span style="text-emphasis:filled dot">重</span>'
        '<span style="text-emphasis:none;text-transform:none">轻</span><b style="direction:rtl">反</b>'
        '<input type="checkbox"/><input type="hidden"/><iframe src="x"></iframe><math></math></p></div>'
    )
    assert text_of(read_body(root.find(".//div"), RULES, dropped)) == "字重轻反"
    assert dropped == {"canvas": 2, "text-emphasis": 1, "direction": 1, "input": 1, "iframe": 1, "math": 1}


def test_a_table_without_content_is_none() -> None:
    assert tree("a<table><tr><td></td><td> </td></tr></table>b") == [line("a"), line("b")]


def test_line_ends_that_a_style_keeps_are_breaks() -> None:
    kept = '<section style="white-space:pre-wrap">\n<p>甲\n乙<b>丙</b>\n丁</p>\n</section><p>戊\n己</p>'
    assert text_of(tree(kept)) == "甲\n乙丙\n丁\n戊 己"
    assert tree('<code style="display:block;white-space:pre">a = 1\n  b = 2</code>') == [
        Code("a = 1\n  b = 2")
    ]
    assert text_of(tree('<p>见<code style="white-space:pre">a  b</code>。</p>')) == "见a b。"


@pytest.mark.parametrize(
    "markup",
    ["10<sup><b>9</b></sup>", "10<b><sup>9</sup></b>", "<b>10</b><sup>9</sup>", "10<i><sup>9</sup></i>"],
)
def test_what_stands_above_is_as_bold_as_what_it_stands_on(markup: str) -> None:
    (paragraph,) = tree(f"<p>{markup}</p>")
    assert isinstance(paragraph, Paragraph)
    base, raised = paragraph.inlines
    assert isinstance(base, Span)
    assert isinstance(raised, Span)
    assert (raised.text, raised.strong, raised.emphasis) == ("9", base.strong, base.emphasis)
