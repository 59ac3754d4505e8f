"""Lines of Chinese text that an editor's program has broken, put together again."""

from __future__ import annotations

import re

from newsarchive.markdown.document import code_lines

_CHINESE = re.compile("[\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff65]")
_CODE_INDENT = 4


def unwrapped(markdown: str) -> str:
    """The text with lines put together that are broken between two Chinese characters: Markdown shows a blank there.

    Code, tables and headings are left as they are, and so are breaks beside other words, which need the blank.
    """
    lines = markdown.split("\n")
    code = code_lines(lines)
    whole = lines[:1]
    for place, line in enumerate(lines[1:], start=1):
        before, text = whole[-1], line.lstrip(" ")
        other = place in code or "|" in before + line or before.startswith("#")
        broken = _CHINESE.match(before[-1:]) and _CHINESE.match(text[:1])
        if broken and not other and len(line) - len(text) < _CODE_INDENT:
            whole[-1] += text
        else:
            whole.append(line)
    return "\n".join(whole)
