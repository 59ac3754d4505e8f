"""The markup of the sample texts."""

from __future__ import annotations

from samples.markup import Code, Grid, Items, Line, Picture, Quote, inline, lines_of, parse

TEXT = """
## 标题

第一段，**重点**和[链接](https://example.com/a?b=1&c=2)。

> 引用一
> 引用二

- 甲
- 乙

1. 一
2. 二

| 型号 | 容量 |
| A | 1 |

```
if a < b:

    pass
```

![说明](name 80x60 png)
"""


def test_blocks() -> None:
    assert parse(TEXT) == (
        Line("标题", 2),
        Line("第一段，**重点**和[链接](https://example.com/a?b=1&c=2)。"),
        Quote(("引用一", "引用二")),
        Items(("甲", "乙")),
        Items(("一", "二"), ordered=True),
        Grid((("型号", "容量"), ("A", "1"))),
        Code("if a < b:\n\n    pass"),
        Picture("name", 80, 60, "说明", "png"),
    )


def test_words() -> None:
    assert lines_of(parse(TEXT))[:3] == ["标题", "第一段，重点和链接。", "引用一"]


def test_inline_escapes_everything_else() -> None:
    assert inline('<script>"&') == "&lt;script&gt;&quot;&amp;"
    assert inline("[a](https://example.com/?b=1&c=2)") == '<a href="https://example.com/?b=1&amp;c=2">a</a>'
