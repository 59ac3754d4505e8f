"""Body trees made of what Markdown tools stumble over: punctuation beside bold, markup as text, odd URLs, depth.

A tree is a function of its number. Drawing each word by hypothesis instead takes ten times as long as the test.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

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
    Numbering,
    Paragraph,
    Quote,
    Rule,
    Script,
    Span,
    Table,
)
from newsarchive.markdown.writer import Style

WORDS = [*"中后据aB1“”‘’「」《》（）【】，。：；！？、·%％℃￥$+＋~～é", "12", "……", "——", "🔥", "❤️"]
_MARKUP = """
    * ** *** _ __ ` `` ``` ~~ ~~~ # ## > - -- --- + = === 1. 1) 2025. [ ] [] ( ) ]( ][ ]: [^1] [x] [[ ![ ! < <b> </p> <!--
    <http://a.b/> <?x & &amp; &lt; &#35; &copy \\ \\\\ \\* | || |--| : :: ::: {{ {% http://a.cn/x_y_z https://a.cn?a=1&b=2
    snake_case a__b javascript:x www.a.cn a@b.cn
"""
MARKUP = _MARKUP.split()
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


def body(number: int) -> list[Block]:
    """The tree of a number."""
    random = Random(number)  # noqa: S311
    return _blocks(random, 3, depth=0)


def inlines(number: int) -> list[Inline]:
    """The paragraph of a number."""
    return _inlines(Random(number))  # noqa: S311


def style(number: int) -> Style:
    """The style of a number."""
    random = Random(number)  # noqa: S311
    return Style(
        heading_shift=random.randint(-1, 2),
        list_indent=random.choice((2, 3, 4)),
        asides=random.random() < 0.5,
        images=random.choice(("show", "show", "link")),
        hard_break=random.choice(("backslash", "blanks")),
        bare_urls=random.choice(("bare", "angle")),
        references=random.random() < 0.5,
        cell_break=random.choice(("<br>", " ")),
    )


def _text(random: Random) -> str:
    return "".join(random.choice(random.choice((WORDS, MARKUP, BLANKS))) for _ in range(random.randint(1, 7)))


def _link(random: Random) -> str | None:
    return random.choice(URLS) if random.random() < 0.25 else None


def _inlines(random: Random) -> list[Inline]:
    pieces: list[Inline] = []
    for _ in range(random.randint(1, 6)):
        kind = random.random()
        if kind < 0.75:
            strong, emphasis, code = random.random() < 0.5, random.random() < 0.25, random.random() < 0.15
            struck = random.random() < 0.2
            script: Script | None = random.choice((None, None, None, None, "super", "sub"))
            text = random.choice(("2", "-6", "n+1", "[1]", " 10 ")) if script else _text(random)
            pieces.append(Span(text, strong, emphasis, code, _link(random), struck, script))
        elif kind < 0.88:
            pieces.append(Break())
        else:
            pieces.append(Image(random.choice(PICTURES), alt=_text(random), link=_link(random)))
    return pieces


def _blocks(random: Random, most: int, depth: int) -> list[Block]:
    return [_block(random, depth) for _ in range(random.randint(1, most))]


def _block(random: Random, depth: int) -> Block:
    makers = _LEAVES if depth == 3 or random.random() < 0.7 else _CONTAINERS
    return random.choice(makers)(random, depth + 1)


def _figure(random: Random, _: int) -> Block:
    return Image(random.choice(PICTURES), alt=_text(random), caption=_text(random))


def _code(random: Random, _: int) -> Block:
    lines = [_text(random) for _ in range(random.randint(0, 3))]
    return Code("\n".join(lines), random.choice(("", "python", "c++", "`x`")))


def _embed(random: Random, _: int) -> Block:
    return Embed(
        random.choice(("video", "audio", "card", "frame")), url=random.choice(URLS), title=_text(random)
    )


def _list(random: Random, depth: int) -> Block:
    items = [_blocks(random, 3, depth) for _ in range(random.randint(1, 3))]
    numbers = [random.choice((-1, 1, 2, 3, 4, 9)) for _ in items] if random.random() < 0.2 else []
    style: Numbering = random.choice(("1", "1", "1", "A", "i"))
    return ListBlock(items, random.random() < 0.5, random.choice((0, 1, 2, 9, 99)), style, numbers)


def _table(random: Random, depth: int) -> Block:
    return Table(
        [[_cell(random, depth) for _ in range(random.randint(2, 3))] for _ in range(random.randint(1, 3))]
    )


def _cell(random: Random, depth: int) -> Cell:
    return Cell(_blocks(random, 2, depth), random.random() < 0.3, random.randint(1, 3), random.randint(1, 2))


_LEAVES: list[Callable[[Random, int], Block]] = [
    lambda random, _: Paragraph(_inlines(random)),
    lambda random, _: Paragraph(_inlines(random)),
    lambda random, _: Heading(random.randint(1, 6), _inlines(random)),
    lambda _random, _: Rule(),
    _code,
    _embed,
    _figure,
]
_CONTAINERS: list[Callable[[Random, int], Block]] = [
    lambda random, depth: Quote(_blocks(random, 3, depth)),
    lambda random, depth: Aside("appeal", _blocks(random, 3, depth)),
    _list,
    _table,
]
