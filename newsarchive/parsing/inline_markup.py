"""Markup within strings, such as titles and summaries, as the text that it means."""

from __future__ import annotations

import html
import re

from lxml.html.defs import tags
from w3lib.html import replace_tags

from newsarchive.items.body import Span, shown
from newsarchive.parsing.text import one_line

_MEANT = re.compile(
    r"<(sup|sub|del|s|strike)(?:\s[^<>]*)?>((?:(?!<\1\b).){0,300}?)</\1\s*>", re.IGNORECASE | re.DOTALL
)
"""What a line of text must not have as if it stood on the line, or was said."""


_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(tags))})"
    r"""(?:\s++[A-Z_:@][\w:.@-]*+\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=]++))*+\s*+/?>|<!--.{0,300}?-->""",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
"""The tags in a string, which nobody says is markup: `std::vector<int>`, 《原神》<Genshin> and `A<B, C>D` hold none."""


def plain(markup: str | None, *, of_page: bool = False) -> str:
    """A title or summary as text: entities decoded once, tags such as `<em>` dropped, on one line.

    What is raised or lowered keeps its meaning as in a body (`10⁹`, `H₂O`), what is struck out is left out. In the markup
    of a page (`of_page`) all that looks like a tag is one; in a string those that HTML has.
    """
    markup = markup or ""
    if "<" in markup:
        if "</s" in markup or "</d" in markup or "</S" in markup or "</D" in markup:
            markup = _MEANT.sub(_meant, markup)
        markup = replace_tags(markup) if of_page else _TAG.sub("", markup)
    return one_line(html.unescape(markup))


def _meant(element: re.Match[str]) -> str:
    name, inside = element[1].lower(), element[2]
    if not name.startswith("su"):
        return ""
    text = html.unescape(replace_tags(inside)).strip()
    return html.escape(shown(Span(text, script="super" if name == "sup" else "sub")), quote=False)
