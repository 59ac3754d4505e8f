"""Whatever a page says in whatever style: rendered by a CommonMark tool, the Markdown shows just that."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.body import (
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
)
from newsarchive.markdown.writer import Style, write_body
from tests.markdown.round_trip import differences, in_markdown, in_tree

WORDS = (
    "中国 后 据 a B 1 12 “ ” ‘ ’ 「 」 《 》 （ ） 【 】 ， 。 ： ； ！ ？ 、 …… —— · % ％ ℃ ￥ $ + ＋ ~ ～ 🔥 ❤️ é"
).split(" ")
MARKUP = (
    "* ** *** _ __ ` `` ``` ~~ ~~~ # ## > - -- --- + = === 1. 1) 2025. [ ] [] ( ) ]( ][ ]: [^1] [x] [[ ![ ! < <b> </p> <!-- "
    "<http://a.b/> <?x & &amp; &lt; &#35; &copy \\ \\\\ \\* | || |--| : :: ::: {{ {% http://a.cn/x_y_z https://a.cn?a=1&b=2 "
    "snake_case a__b javascript:x www.a.cn a@b.cn"
).split(" ")
BLANKS = [" ", "  ", "\u00a0", "\u3000", "\n", "\t", "\u200b", "\u202e", "\x07", "\u2028", "\ufeff", ""]
URLS = [
    "https://a.cn/",
    "https://a.cn/中文?x=（1）",
    "https://a.cn/a b(c)",
    "https://a.cn/((",
    "https://a.cn/<x>|y",
    "http://a.cn/a_b_*c*?q=1&amp;z=2",
    "/relative/路径",
    "https://a.cn/%E4%B8%AD%",
    "https://a.cn/a\\b",
    "mailto:a@b.cn",
    "javascript:alert(1)",
    "https://a.cn/[1]`",
]
PICTURES = ["https://i.cn/1.jpg", "https://i.cn/a b(1.png?x=1&y=2", "//i.cn/2.webp", "图 片.png"]

text = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(MARKUP), st.sampled_from(BLANKS)), min_size=1, max_size=7
).map("".join)
spans = st.builds(
    Span,
    text,
    strong=st.booleans(),
    emphasis=st.integers(0, 3).map(lambda number: number == 0),
    code=st.integers(0, 5).map(lambda number: number == 0),
    link=st.one_of(st.none(), st.none(), st.none(), st.sampled_from(URLS)),
)
pictures = st.builds(Image, st.sampled_from(PICTURES), alt=text, link=st.one_of(st.none(), st.sampled_from(URLS)))
figures = st.builds(Image, st.sampled_from(PICTURES), alt=text, caption=text)
inlines: st.SearchStrategy[list[Inline]] = st.lists(
    st.one_of(spans, spans, spans, spans, st.builds(Break), pictures), min_size=1, max_size=6
)
paragraphs = st.builds(Paragraph, inlines)
leaves: st.SearchStrategy[Block] = st.one_of(
    paragraphs,
    paragraphs,
    st.builds(Heading, st.integers(1, 6), inlines),
    st.builds(Code, st.lists(text, max_size=3).map("\n".join), st.sampled_from(["", "python", "c++", "`x`"])),
    figures,
    st.builds(Embed, st.sampled_from(["video", "audio", "card", "frame"]), url=st.sampled_from(URLS), title=text),
    st.builds(Rule),
)


def containers(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    blocks = st.lists(inner, min_size=1, max_size=3)
    cells = st.builds(Cell, blocks, header=st.booleans(), colspan=st.integers(1, 3), rowspan=st.integers(1, 2))
    return st.one_of(
        st.builds(Quote, blocks),
        st.builds(ListBlock, st.lists(blocks, min_size=1, max_size=3), st.booleans(), st.sampled_from([0, 1, 2, 9, 99])),
        st.builds(Aside, st.just("appeal"), blocks),
        st.builds(Table, st.lists(st.lists(cells, min_size=2, max_size=3), min_size=1, max_size=3)),
    )


bodies = st.lists(st.recursive(leaves, containers, max_leaves=6), min_size=1, max_size=4)
styles = st.builds(
    Style,
    heading_shift=st.integers(-1, 2),
    list_indent=st.sampled_from([2, 3, 4]),
    asides=st.booleans(),
    images=st.sampled_from(["show", "show", "link"]),
    hard_break=st.sampled_from(["backslash", "blanks"]),
    bare_urls=st.sampled_from(["bare", "angle"]),
    cell_break=st.sampled_from(["<br>", " "]),
)
QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(inlines, styles)
def test_a_paragraph_shows_what_it_says(pieces: list[Inline], style: Style) -> None:
    body: list[Block] = [Paragraph(pieces)]
    written = write_body(body, style)
    assert not list(differences(in_tree(body, style), in_markdown(written))), written


@QUICK
@given(bodies, styles)
def test_a_body_shows_what_it_says(body: list[Block], style: Style) -> None:
    written = write_body(body, style)
    assert not list(differences(in_tree(body, style), in_markdown(written))), written
    assert "****" not in written.replace("\\*", "") or "`" in written
    assert write_body(body, style) == written
