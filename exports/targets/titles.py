"""Titles for themes that print them as they are."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def without_tags(title: str) -> str:
    """A title in which `<word` is `＜word`: themes of Jekyll and Hexo often print titles without escaping them."""
    return _TAG.sub("＜", title)
