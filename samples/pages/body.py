"""A story's blocks as body HTML, in the dialect of each site."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from samples.ids import digest
from samples.markup import Block, Code, Grid, Items, Line, Picture, Quote, inline
from samples.pictures import stamp


@dataclass(frozen=True, slots=True)
class Dialect:
    """A site's way to write a paragraph, a heading, a picture with its caption, a list item and program text."""

    paragraph: Callable[[str, int], str]
    heading: Callable[[str, int], str]
    picture: Callable[[Picture], str]
    caption: Callable[[str], str]
    item: Callable[[str], str]
    code: Callable[[str], str]


def render(blocks: Sequence[Block], dialect: Dialect) -> str:
    """The body's HTML."""
    return "".join(_block(block, place, dialect) for place, block in enumerate(blocks))


def _block(block: Block, place: int, dialect: Dialect) -> str:
    match block:
        case Line(text=text, level=0):
            return dialect.paragraph(inline(text), place)
        case Line(text=text, level=level):
            return dialect.heading(inline(text), level)
        case Quote(lines=lines):
            inner = "".join(dialect.paragraph(inline(line), place) for line in lines)
            return f"<blockquote>{inner}</blockquote>"
        case Items(items=items, ordered=ordered):
            tag = "ol" if ordered else "ul"
            return f"<{tag}>{''.join(dialect.item(inline(item)) for item in items)}</{tag}>"
        case Grid(rows=rows):
            return _table(rows, dialect)
        case Code(text=text):
            return dialect.code(text)
        case Picture() as picture:
            caption = dialect.caption(html.escape(picture.caption)) if picture.caption else ""
            return dialect.picture(picture) + caption


def _table(rows: tuple[tuple[str, ...], ...], dialect: Dialect) -> str:
    lines = []
    for number, row in enumerate(rows):
        tag = "td" if number else "th"
        lines.append(
            f"<tr>{''.join(f'<{tag}>{dialect.item(inline(cell))[4:-5]}</{tag}>' for cell in row)}</tr>"
        )
    return f"<table><tbody>{''.join(lines)}</tbody></table>"


# 36kr: plain paragraphs, pictures in p.image-wrapper (seen in article bodies of 2026-06).


def kr36_image(picture: Picture, day: str) -> str:
    """A picture's URL at 36kr; the name says the size, but has no extension that could be trusted."""
    ending = "png" if picture.kind == "png" else "000"
    name = f"v2_{stamp(picture)}{digest(picture.name, 'tail', size=4).hex()}@000000_oswg{len(picture.name) * 7919 + 20000}"
    size = f"oswg{picture.width}oswg{picture.height}_img_{ending}"
    return f"https://img.36krcdn.com/hsossms/{day}/{name}{size}?x-oss-process=image/format,jpg/interlace,1"


def kr36(day: str) -> Dialect:
    """36kr's dialect; `day` (YYYYMMDD) is in the pictures' URLs."""
    return Dialect(
        paragraph=lambda text, _: f"<p>{text}</p>",
        heading=lambda text, level: f"<h{level}>{text}</h{level}>",
        picture=lambda picture: (
            f'<p class="image-wrapper"><img data-img-size-val="{picture.width},{picture.height}" '
            f'src="{html.escape(kr36_image(picture, day))}"></p>'
        ),
        caption=lambda text: f'<p class="img-desc">{text}</p>',
        item=lambda text: f"<li><p>{text}</p></li>" if text else "<li></li>",
        code=lambda text: f"<pre><code>{html.escape(text)}</code></pre>",
    )


# ithome: a random data-vmark on every block and lazy pictures (seen on article pages of 2026-06).

ITHOME_PLACEHOLDER = "//img.ithome.com/images/v2/t.png"


def ithome_image(picture: Picture, month: str) -> str:
    """A picture's URL at ithome; `month` is `2026/9`."""
    digits = stamp(picture) + digest(picture.name, "uuid", size=4).hex()
    uuid = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))
    return f"https://img.ithome.com/newsuploadfiles/{month}/{uuid}.{picture.kind}"


def ithome(key: str, title: str, month: str, *, lazy: bool) -> Dialect:
    """The dialect of ithome: `lazy` pictures on pages, plain ones with a delivery parameter in the feed."""

    def mark(*place: object) -> str:
        return digest(key, *place, size=2).hex()

    def picture_tag(picture: Picture) -> str:
        url = html.escape(ithome_image(picture, month))
        size = f'w="{picture.width}" h="{picture.height}"'
        if lazy:
            tag = (
                f'<img src="{ITHOME_PLACEHOLDER}" {size} data-vmark="{mark(picture.name)}" class="lazy" '
                f'title="{html.escape(title)}" data-original="{url}" width="{picture.width}" height="{picture.height}">'
            )
        else:
            tag = f'<img src="{url}?x-bce-process=image/format,f_auto" {size} data-weibo="0" class="no-alt-img">'
        return f'<p data-vmark="{mark("p", picture.name)}" style="text-align: center;">{tag}</p>'

    return Dialect(
        paragraph=lambda text, place: f'<p data-vmark="{mark(place)}">{text}</p>',
        heading=lambda text, level: f'<h{level} data-vmark="{mark(text)}">{text}</h{level}>',
        picture=picture_tag,
        caption=lambda text: f'<p data-vmark="{mark(text)}" style="text-align: center;">{text}</p>',
        item=lambda text: f"<li><p>{text}</p></li>",
        code=lambda text: f'<pre class="prettyprint">{html.escape(text)}</pre>',
    )


# weixin: sections and empty spans around every run of text, pictures in data-src (seen since 2025).


def weixin_image(picture: Picture, width: str = "640") -> str:
    """A picture's URL at weixin: `width` 0 is the original, 640 scaled."""
    letters = f"{stamp(picture)}{digest(picture.name, 'tail', size=20).hex()}ibA"
    folder, form = ("mmbiz_png", "png") if picture.kind == "png" else ("sz_mmbiz_jpg", "jpeg")
    return f"https://mmbiz.qpic.cn/{folder}/{letters}/{width}?wx_fmt={form}&from=appmsg"


def _leaf(text: str) -> str:
    return f'<span leaf="">{text}</span>'


def _weixin_heading(text: str, level: int) -> str:
    styled = f'<span textstyle="" style="font-weight: bold;">{text}</span>'
    return f'<h{level} style="font-size: 18px;">{_leaf(styled)}</h{level}>'


def _weixin_picture(picture: Picture) -> str:
    kind = "png" if picture.kind == "png" else "jpeg"
    return (
        '<section style="text-align: center;" nodeleaf="">'
        f'<img class="rich_pages wxw-img" data-imgfileid="{int(stamp(picture)[:6], 16)}" '
        f'data-ratio="{picture.height / picture.width:.6f}" data-s="300,640" '
        f'data-src="{html.escape(weixin_image(picture))}&amp;tp=webp&amp;wxfrom=5&amp;wx_lazy=1#imgIndex=0" '
        f'data-type="{kind}" data-w="{picture.width}" style="" type="block"></section>'
    )


def _weixin_code(text: str) -> str:
    lines = "<br>".join(html.escape(line).replace("  ", "&nbsp;&nbsp;") for line in text.splitlines())
    return f'<pre class="custom" style="border-radius: 5px;"><code class="hljs">{lines}</code></pre>'


WEIXIN = Dialect(
    paragraph=lambda text, _: f'<p style="line-height: 2em;">{_leaf(text)}</p>',
    heading=_weixin_heading,
    picture=_weixin_picture,
    caption=lambda text: (
        f'<section style="text-align: center;font-size: 12px;">{_leaf("▲ " + text)}</section>'
    ),
    item=lambda text: f"<li><section>{_leaf(text)}</section></li>",
    code=_weixin_code,
)
"""weixin's dialect."""
