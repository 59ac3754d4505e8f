"""Formulas are TeX, once, whatever an editor has drawn of them."""

from __future__ import annotations

import pytest
from lxml import etree

from newsarchive.items.body import Body, Image, Paragraph, Span, inlines_of, text_of
from newsarchive.parsing.html_body.walk import Rules, read_body
from newsarchive.parsing.html_tree import Element

KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><msub><mi>x</mi><mn>1</mn></msub></mrow>'
    '<annotation encoding="application/x-tex">x_1</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true"><span>x</span><span>1</span></span></span>'
)
ASSISTIVE = "<math><msub><mi>x</mi><mn>1</mn></msub></math>"


def _image(element: Element) -> Image | None:
    return Image(element.get("src"))


def tree(markup: str) -> Body:
    root = etree.HTML(f"<body><div>{markup}</div></body>")
    return read_body(root.find(".//div"), Rules("https://example.org/", _image))


@pytest.mark.parametrize(
    "markup",
    [
        '<span data-formula="x_1"><svg><path/></svg></span>',
        '<span data-formula="$x_1$" style="cursor:pointer"><span><svg><text>x</text></svg></span></span>',
        '<span data-formula="x_1"><img src="https://a.cn/1.svg"/></span>',
        '<svg data-formula="x_1"><path/></svg>',
        f'<span data-formula="x_1">{KATEX}</span>',
        KATEX,
        KATEX.replace('"katex-mathml"', '"katex-mathml" style="display:none"'),
        '<math alttext="x_1"><mi>x</mi></math>',
        ASSISTIVE,
        f"<mjx-container><svg><text>x</text></svg><mjx-assistive-mml>{ASSISTIVE}</mjx-assistive-mml></mjx-container>",
        '<span class="MathJax_Preview">x</span><span class="MathJax">x1</span><script type="math/tex">x_1</script>',
        f'<span class="MathJax"><nobr>x1</nobr><span class="MJX_Assistive_MathML">{ASSISTIVE}</span></span>',
    ],
)
def test_a_formula_is_there_once(markup: str) -> None:
    assert tree(f"<p>设{markup}为</p>") == [
        Paragraph([Span("设"), Span("x_1", code=True, formula=True), Span("为")])
    ]


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", "1/2"),
        (
            "<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mrow><mn>2</mn><mi>c</mi></mrow></mfrac>",
            "(a+b)/(2c)",
        ),
        ("<msup><mi>x</mi><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></msup>", "x^(n+1)"),
        ("<msup><mi>e</mi><mn>10</mn></msup><mi>y</mi>", "e^10 y"),
        ("<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", "√(a+b)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "x^(1/3)"),
        (
            "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>a</mi>",
            "∑_(i=1)^n a",
        ),
        ("<mi>f</mi><mo>\u2061</mo><mfenced><mi>x</mi><mi>y</mi></mfenced>", "f(x,y)"),
        (
            "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd></mtr></mtable>",
            "[1, 0; 0]",
        ),
        ("<mi>x</mi><mtext>，若 y</mtext>", "x ，若 y"),
    ],
)
def test_mathml_without_tex_reads_as_a_line(markup: str, line: str) -> None:
    assert text_of(tree(f"<p><math>{markup}</math></p>")) == line


def test_a_formula_has_the_style_and_the_link_around_it() -> None:
    found = tree(f'<p><a href="https://a.cn/"><b><s>{KATEX}</s></b></a></p>')
    assert list(inlines_of(found)) == [
        Span("x_1", strong=True, code=True, link="https://a.cn/", struck=True, formula=True)
    ]


def test_a_displayed_formula_is_a_paragraph() -> None:
    for formula in (
        f'<span class="katex-display">{KATEX}</span>',
        '<span class="MathJax">x</span><script type="math/tex; mode=display">x_1</script>',
        f"{ASSISTIVE.replace('<math>', '<math display=block>')}",
    ):
        assert text_of(tree(f"<p>前{formula}后</p>")) == "前\nx_1\n后"


def test_mathml_nested_however_deep_is_read() -> None:
    depth = 200
    markup = "<math>" + "<msqrt>" * depth + "<mi>x</mi>" + "</msqrt>" * depth + "</math>"
    assert "x" in text_of(tree(f"<p>{markup}</p>"))
