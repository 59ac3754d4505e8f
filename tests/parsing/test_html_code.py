"""Code blocks have the lines that their page shows, however they are marked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsarchive.items.body import Block, Code, Image
from newsarchive.parsing.html_body.walk import Rules, read_body
from newsarchive.parsing.html_tree import Element


def _image(element: Element) -> Image | None:
    return Image(element.get("src")) if element.get("src") else None


def blocks(markup: str) -> list[Block]:
    root = etree.HTML(f"<body><div>{markup}</div></body>")
    return read_body(root.find(".//div"), Rules("https://example.org/", _image))


@pytest.mark.parametrize(
    "markup",
    [
        "<p>a</p><p>  b</p>",
        "<section>a</section><section>  b</section>",
        "<div>a</div>\n<div>  b</div>\n",
        "<code><div>a</div><div>  b</div></code>",
        "<ol><li>a</li><li>  b</li></ol>",
        "\n<ol>\n  <li>a</li>\n  <li>  b</li>\n</ol>\n",
        '<code><span style="display:block">a</span><span style="DISPLAY: Block">  b</span></code>',
        '<code><span style="display:block">a</span>\n<span style="display:block">  b</span></code>',
        "<code>a</code><code>  b</code>",
        "<code>a</code>\n<code>  b</code>",
        "a<br>  b",
        "<code>a<br>&nbsp; b</code>",
        "<code><span>a</span>\n<span>  b</span>\n</code>",
        '<code><span class="line">a</span><span class="line">  b</span></code>',
        "<p>a<br></p><p>  b</p>",
        "a<div>  b</div>",
        "<div>a</div>  b",
        '<span class="line-number">1</span>a\n<span class="line-number">2</span>  b',
        '<span style="user-select:none">1</span>a\n<span style="user-select:none">2</span>  b',
        '<code class="line-numbers">a\n  b<span class="line-numbers-rows"><span></span><span></span></span></code>',
        "<button>复制</button><code>a\n  b</code>",
        'a<span style="display:none">x</span>\n  b<script>x</script>',
        "<code><table><tr><td>1</td><td>a</td></tr><tr><td>2</td><td>  b</td></tr></table></code>",
    ],
)
def test_a_block_or_a_line_feed_is_a_line(markup: str) -> None:
    assert blocks(f"<pre>{markup}</pre>") == [Code("a\n  b")]


@pytest.mark.parametrize(
    "markup",
    [
        "<code>a</code><code><span><br></span></code><code>b</code>",
        "<code>a</code><code></code><code>b</code>",
        "<code>a</code>\n\n<code>b</code>",
        "<p>a</p><p><br></p><p>b</p>",
        "<div>a</div><div></div><div>b</div>",
        "<ol><li>a</li><li></li><li>b</li></ol>",
        '<span class="line">a</span>\n<span class="line"></span>\n<span class="line">b</span>',
        "a<br><br>b",
        "a\n\nb",
    ],
)
def test_an_empty_line_is_there_once(markup: str) -> None:
    assert blocks(f"<pre>{markup}</pre>") == [Code("a\n\nb")]


def test_code_inside_a_sentence_is_no_line() -> None:
    assert blocks("<pre>用 <code>a</code> 和 <code>b</code> 即可</pre>") == [Code("用 a 和 b 即可")]


def test_pictures_between_lines_stay_pictures() -> None:
    expected = [Code("a"), Image("1"), Code("b")]
    assert blocks('<pre>a<img src="1">b</pre>') == expected
    assert blocks('<pre><p>a</p><p><img src="1"></p><p>b</p></pre>') == expected
    assert blocks('<pre><img src="1"></pre>') == [Image("1")]


def test_what_is_struck_out_or_raised_stays_so() -> None:
    assert blocks("<pre>x = <del>1</del> 10<sup>9</sup></pre>") == [Code("x = ~~1~~ 10⁹")]
    assert blocks("<s><pre>a\n\nb</pre></s>") == [Code("~~a~~\n\n~~b~~")]


def test_the_numbers_of_lines_beside_code_are_left_out() -> None:
    assert blocks(
        '<figure><table><tr><td class="gutter"><pre>1<br>2<br></pre></td><td><pre>a<br>  b<br></pre></td></tr></table></figure>'
    ) == [Code("a\n  b")]


def test_thousands_of_lines_are_read_in_linear_time() -> None:
    (code,) = blocks(f"<pre>{'<code>x</code>' * 20_000}</pre>")
    assert isinstance(code, Code)
    assert code.text.count("\n") == 19_999


_WORDS = st.lists(
    st.sampled_from(["x = 1", " ", "\n", "  y", "<br>", "\n\n", "<span>if</span>", '<span style="color:red">z\n</span>', "<span><br>w</span>"]),
    max_size=8,
).map("".join)  # fmt: skip
_AROUND = st.sampled_from(
    ["{}", "<code>{}</code>", '<code style="display:-webkit-box">{}</code>', "<span>{}</span>"]
)


@given(_WORDS, _AROUND)
def test_coloured_words_have_the_lines_that_they_have_beside_something_else(words: str, around: str) -> None:
    """What holds words and breaks alone is read another, shorter way than what holds anything else: a line number that is left out."""
    code = around.format(words)
    number = '<span class="line-number">7</span>'
    assert blocks(f"<pre>{code}</pre>") == blocks(f"<pre>{number}{code}</pre>")
