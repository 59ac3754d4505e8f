"""Text and addresses as XML and HTML can hold them; whoever builds a tree from pages uses these and nothing else."""

from __future__ import annotations

import re

from newsarchive.markdown.escape import safe_url
from newsarchive.parsing.text import one_line, visible
from newsarchive.parsing.urls import absolute

_NOT_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]|[\x7f-\x84\x86-\x9f]"
)
"""What XML 1.0 forbids or discourages: control characters, halves of surrogate pairs, and what is no character."""


def xml_text(text: str) -> str:
    """A page's text without invisible and direction-changing characters and without what XML cannot hold."""
    return text if text.isprintable() else _NOT_XML.sub("", visible(text))  # most texts have nothing to drop


def xml_line(text: str | None) -> str:
    """The same on one line."""
    return _NOT_XML.sub("", one_line(text))


def web_url(url: str | None) -> str | None:
    """An http(s) address in one piece; None for every other scheme and for what is no address."""
    found = absolute(xml_text(url or ""), "")
    return safe_url(found) if found else None
