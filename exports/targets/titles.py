"""Titles for tools and themes that print them as they are."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def without_tags(title: str) -> str:
    """A title in which `<word` is `＜word`, for tools that would take it for HTML.

    Themes of Jekyll, Hexo and MkDocs often print titles without escaping them, and VitePress puts them into a script.
    """
    return _TAG.sub("＜", title)
