"""The Markdown of body trees, as an editor reads it in the file."""

from __future__ import annotations

from typing import Any

import pytest

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
)
from newsarchive.markdown.writer import Style, write_body

MKDOCS = Style(list_indent=4, hard_break="blanks", bare_urls="angle", references=True)


def said(*pieces: Inline | str, style: Style | None = None) -> str:
    inlines = [Span(piece) if isinstance(piece, str) else piece for piece in pieces]
    return write_body([Paragraph(inlines)], style or Style()).removesuffix("\n")


def bold(text: str, link: str | None = None) -> Span:
    return Span(text, strong=True, link=link)


def text(words: str) -> Paragraph:
    return Paragraph([Span(words)])


@pytest.mark.parametrize(
    ("pieces", "markdown"),
    [
        (["前", bold("粗"), "后"], "前**粗**后"),
        (["前", bold("“引号”"), "后"], "前“**引号**”后"),
        ([bold("“引号”"), "后"], "“**引号**”后"),
        ([bold("注意："), "内容"], "**注意**：内容"),
        ([bold("真，"), "她"], "**真**，她"),
        ([bold("《一》和《二》"), "后"], "**《一》和《二**》后"),
        (["涨了", bold("50%"), "的"], "涨了**50**%的"),
        (["价", bold("￥9"), "，"], "价￥**9**，"),
        (["句。", bold("“整句。”")], "句。**“整句。”**"),
        ([bold(" 空白 "), "后"], "**空白** 后"),
        ([bold("一"), bold("二")], "**一二**"),
        ([bold("一"), " ", bold("二")], "**一 二**"),
        (["前", bold("，"), "后"], "前，后"),
        (["前", bold(""), bold(" "), "后"], "前 后"),
        ([Span("斜", emphasis=True), "后"], "*斜*后"),
        ([Span("都", strong=True, emphasis=True), bold("粗")], "***都*粗**"),
        ([Span("斜", emphasis=True), bold("粗")], "*斜***粗**"),
        (["前", bold("重要🔥"), "后"], "前**重要**🔥后"),
        (["用", Span("ls", strong=True, code=True), "看"], "用 **`ls`** 看"),
    ],
)
def test_bold_and_italics_work_beside_chinese_punctuation(pieces: list[Inline | str], markdown: str) -> None:
    assert said(*pieces) == markdown


@pytest.mark.parametrize(
    ("pieces", "markdown"),
    [
        ([Span("新闻", link="https://a.cn/x")], "[新闻](https://a.cn/x)"),
        ([bold("据"), bold("某报", "https://a.cn/"), bold("报道")], "**据[某报](https://a.cn/)报道**"),
        (["据", bold("某报", "https://a.cn/"), "报道"], "据[**某报**](https://a.cn/)报道"),
        ([bold("据"), bold("“某报”", "https://a.cn/"), "说"], "**据**[**“某报”**](https://a.cn/)说"),
        ([Span(" 新闻 ", link="https://a.cn/"), "后"], "[新闻](https://a.cn/) 后"),
        ([Span("[一]", link="https://a.cn/")], "[\\[一\\]](https://a.cn/)"),
        ([Span("x", link="https://a.cn/a b(1")], "[x](https://a.cn/a%20b%281)"),
        ([Span("x", link="https://a.cn/a_(b)")], "[x](https://a.cn/a_(b))"),
        ([Span("x", link="https://a.cn/中文")], "[x](https://a.cn/中文)"),
        ([Span("https://a.cn/", link="https://a.cn/")], "<https://a.cn/>"),
        ([Span("点我", link="javascript:alert(1)")], "点我"),
        (["看!", Span("x", link="https://a.cn/")], "看\\![x](https://a.cn/)"),
        (["见 https://a.cn/x_y 后"], "见 https://a.cn/x_y 后"),
        (["见https://a.cn/*，后"], "见<https://a.cn/>\\*，后"),
        ([Image("https://i.cn/1.png", alt="图[1]")], "![图\\[1\\]](https://i.cn/1.png)"),
        ([Image("https://i.cn/1.png", link="https://a.cn/")], "[![](https://i.cn/1.png)](https://a.cn/)"),
    ],
)
def test_links_and_pictures_stay_whole(pieces: list[Inline | str], markdown: str) -> None:
    assert said(*pieces) == markdown


@pytest.mark.parametrize(
    ("words", "markdown"),
    [
        ("1. 不是列表", "1\\. 不是列表"),
        ("2) 也不是", "2\\) 也不是"),
        ("2025.11 不变", "2025.11 不变"),
        ("- 不是", "\\- 不是"),
        ("+ 不是", "\\+ 不是"),
        ("* 不是", "\\* 不是"),
        ("#话题#", "\\#话题#"),
        ("> 不是引用", "\\> 不是引用"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("```sh", "\\`\\`\\`sh"),
        ("~~~", "\\~\\~\\~"),
        ("[ ] 待办", "\\[ ] 待办"),
        ("[注]: https://a.cn", "[注\\]: https://a.cn"),
        ("[x](https://a.cn)", "[x\\](<https://a.cn>)"),
        ("见[1]与[图]", "见[1]与[图]"),
        ("脚注[^1]", "脚注\\[^1]"),
        ("*星*，_线_", "\\*星\\*，\\_线\\_"),
        ("5 * 3 与 snake_case_name", "5 * 3 与 snake_case_name"),
        ("5~10元", "5~10元"),
        ("5~10元，20~30元", "5\\~10元，20\\~30元"),
        ("~~删~~", "\\~\\~删\\~\\~"),
        ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
        ("a < b，<3，<!-- x -->", "a < b，<3，&lt;!-- x -->"),
        ("<https://a.cn/>", "<<https://a.cn/>>"),
        ("<123@a.cn>", "&lt;123@a.cn>"),
        ("&amp; 与 AT&T", "&amp;amp; 与 AT&T"),
        ("C:\\Users\\*.txt\\", "C:\\Users\\\\\\*.txt\\\\"),
        ("a|b", "a|b"),
        ("  \u3000缩进  \u00a0", "缩进"),
        ("a\u202eb\u0007c\u200bd", "abcd"),
    ],
)
def test_text_reads_as_written(words: str, markdown: str) -> None:
    assert said(words) == markdown


def test_lines_inside_a_paragraph_cannot_start_a_block() -> None:
    assert said("一", Break(), "---", Break(), "# 二") == "一\\\n\\---\\\n\\# 二"
    assert said("a | b", Break(), "--|--", style=MKDOCS) == "a | b  \n\\--|--"
    assert said("一", Break(), Break(), "二") == "一\n\n二"
    assert said("见 https://a.cn/", Break(), "二") == "见 https://a.cn/  \n二"


def test_code_spans_have_the_backticks_they_need() -> None:
    assert said(Span("a`b", code=True)) == "``a`b``"
    assert said(Span("`a", code=True)) == "`` `a ``"
    assert said(Span("]:", code=True, link="/x")) == "[\\]:](/x)"
    assert said("用", Span(" ls ", code=True), "看") == "用 `ls` 看"


def test_what_is_struck_out_is_marked_whatever_stands_beside_it() -> None:
    def struck(words: str, **more: Any) -> Span:  # noqa: ANN401 - the other fields
        return Span(words, struck=True, **more)

    assert said("原价", struck("999 元"), "现价") == "原价~~999 元~~现价"
    assert said("~", struck("x", code=True)) == "\\~~~`x`~~"
    assert said("价", struck("“999”"), "今") == "价“~~999~~”今"
    assert (
        said(Span("省", strong=True), struck("一", strong=True), Span("百", strong=True))
        == "**省**~~一~~**百**"
    )
    assert said("装", struck("x.y", code=True), "后") == "装 ~~`x.y`~~ 后"
    assert said("见", struck("此", link="https://a.cn/"), "处") == "见[~~此~~](https://a.cn/)处"
    assert said(struck("5~6"), "与 7~8") == "~~5\\~6~~与 7\\~8"
    assert said(struck("一"), Break(), struck("二")) == "~~一~~\\\n~~二~~"


def test_what_is_raised_is_written_in_characters() -> None:
    nine, i = Span("9", script="super"), Span("i", script="sub")
    assert said("10", nine, " 与 a", i) == "10⁹ 与 a_i"
    assert said(Span("10", strong=True), Span("9", strong=True, script="super"), "克") == "**10⁹**克"
    assert said("*", Span("*", script="super")) == "\\*\\*"


def test_lists_have_the_numbers_of_the_page() -> None:
    def items(*words: str) -> list[list[Block]]:
        return [[Paragraph([Span(word)])] for word in words]

    assert write_body([ListBlock(items("五", "六", "九"), ordered=True, numbers=[5, 6, 9])]) == (
        "5. 五\n6. 六\n\n9) 九\n"
    )
    assert write_body([ListBlock(items("二", "一"), ordered=True, numbers=[2, 1])]) == "2. 二\n\n1) 一\n"
    assert write_body([ListBlock(items("甲", "乙"), ordered=True, style="A")]) == "- A. 甲\n- B. 乙\n"
    assert write_body([ListBlock(items("甲"), ordered=True, start=-1)]) == "- -1. 甲\n"
    inner = [ListBlock([[Code("x")]], ordered=True, start=4, style="i")]
    assert write_body([ListBlock([[inner[0]]])]) == "- - iv.\n\n    ```\n    x\n    ```\n"
    cell = Cell([ListBlock(items("甲", "乙"), ordered=True)])
    assert write_body([Table([[cell, Cell([])]])]) == "|  |  |\n| --- | --- |\n| 1. 甲<br>2. 乙 |  |\n"


def test_headings_are_shifted_and_never_bold() -> None:
    body: list[Block] = [
        Heading(2, [bold("要点"), Break(), Span("C#")]),
        Heading(6, [Span("末")]),
        Heading(1, [Span(" ")]),
    ]
    assert write_body(body, Style(heading_shift=1)) == "### 要点 C\\#\n\n###### 末\n"


def test_lists_are_nested_by_indent() -> None:
    inner = ListBlock([[text("甲")], [text("乙")]], ordered=True)
    body: list[Block] = [ListBlock([[text("一"), inner], [text("二")]]), ListBlock([[text("另一张")]])]
    assert write_body(body) == "- 一\n  1. 甲\n  2. 乙\n- 二\n\n+ 另一张\n"
    assert write_body(body, MKDOCS) == "-   一\n    1.  甲\n    2.  乙\n-   二\n\n+   另一张\n"


def test_items_of_several_blocks_keep_them() -> None:
    body: list[Block] = [
        ListBlock([[text("一"), text("续"), Code("x\n\ny", "sh")], [text("二")]], ordered=True, start=9)
    ]
    assert write_body(body) == "9. 一\n\n   续\n\n   ```sh\n   x\n\n   y\n   ```\n\n10. 二\n"


def test_quotations_hold_blocks() -> None:
    body: list[Block] = [Quote([text("一"), Quote([text("二")])]), Rule(), text("三")]
    assert write_body(body) == "> 一\n>\n> > 二\n\n---\n\n三\n"


def test_a_code_fence_is_longer_than_any_inside() -> None:
    assert write_body([Code("````\na", "python")]) == "`````python\n````\na\n`````\n"
    assert write_body([Code("<b>", "x`y\n")]) == "```\n<b>\n```\n"


def test_tables_keep_every_cell() -> None:
    rows = [
        [Cell([text("名|称")], header=True), Cell([text("价")], header=True)],
        [Cell([text("一"), text("二")], rowspan=2), Cell([Image("https://i.cn/1.png", "图")])],
        [Cell([ListBlock([[text("甲")], [text("乙")]])])],
    ]
    table = "| 名\\|称 | 价 |\n| --- | --- |\n| 一<br>二 | ![图](https://i.cn/1.png) |\n|  | 甲<br>乙 |\n"
    assert write_body([Table(rows)]) == table
    assert write_body([Table(rows)], Style(cell_break=" ")) == table.replace("<br>", " ")


def test_a_table_without_a_header_gets_an_empty_one() -> None:
    body: list[Block] = [Table([[Cell([text("a")]), Cell([text("b")])], [Cell([text("c")], colspan=2)]])]
    assert write_body(body) == "|  |  |\n| --- | --- |\n| a | b |\n| c |  |\n"


def test_a_table_of_one_cell_is_only_a_box() -> None:
    assert write_body([Table([[Cell([text("盒"), text("子")])]])]) == "盒\n\n子\n"


def test_figures_show_their_caption_in_italics() -> None:
    figure = Image("https://i.cn/a.png", caption="“甲”与乙")
    assert write_body([figure]) == "![“甲”与乙](https://i.cn/a.png)\n\n*“甲”与乙*\n"
    assert write_body([figure], Style(images="link")) == "[图片](https://i.cn/a.png)\n\n*“甲”与乙*\n"


def test_players_are_links_that_say_what_they_are() -> None:
    assert (
        write_body([Embed("video", url="https://v.cn/1", title="发布会")])
        == "[视频：发布会](https://v.cn/1)\n"
    )
    assert write_body([Embed("audio", id="x")]) == "音频\n"


def test_words_around_the_story_can_be_left_out() -> None:
    body: list[Block] = [text("正文"), Aside("appeal", [text("点赞")])]
    assert write_body(body) == "正文\n\n点赞\n"
    assert write_body(body, Style(asides=False)) == "正文\n"


def test_nothing_to_show_is_no_markdown() -> None:
    assert (
        write_body([Paragraph([Span("\u200b\u00a0")]), Quote([]), Code(" \n"), ListBlock([[]]), Table([[]])])
        == ""
    )


def test_mkdocs_gets_what_python_markdown_understands() -> None:
    assert said("5~10，2~3 https://a.cn/x 后", style=MKDOCS) == "5&#126;10，2&#126;3 <https://a.cn/x> 后"


@pytest.mark.parametrize(
    "hostile", ["*", "_", "`", "[", "](", "<", "**“", "|", "~", "\\", "&", "http://", "“", "1.", "#"]
)
def test_long_hostile_text_is_written_whole(hostile: str) -> None:
    words = hostile * 10_000
    body: list[Block] = [
        text(words),
        Paragraph([Span(words, strong=True), Span("后")]),
        Heading(1, [Span(words)]),
    ]
    assert write_body(body).count(hostile[-1]) >= 30_000 - 3


def test_many_styles_in_one_line_are_written_whole() -> None:
    pieces: list[Inline] = []
    for number in range(3000):
        pieces += [
            Span(
                "“粗”",
                strong=True,
                emphasis=number % 3 == 0,
                link="https://a.cn/" if number % 5 == 0 else None,
            ),
            Span("细", emphasis=number % 2 == 0),
        ]
    assert write_body([Paragraph(pieces)]).count("粗") == 3000


def test_depth_beyond_reason_is_flattened() -> None:
    block: Block = text("底")
    for _ in range(5000):
        block = Quote([ListBlock([[block]])])
    written = write_body([block])
    assert written.endswith("底\n")
    assert len(written) < 100


def test_spans_of_hostile_tables_stay_small() -> None:
    rows = [[Cell([text("x")], colspan=1000, rowspan=1000)] * 3 for _ in range(50)]
    assert len(write_body([Table(rows)])) < 50_000
