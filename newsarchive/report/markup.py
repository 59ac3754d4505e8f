"""HTML as a tree of elements: what a page says can become text or the value of an attribute, never markup."""

from __future__ import annotations

from typing import TypeAlias

from lxml import etree

from newsarchive.parsing.harmless import harmless
from newsarchive.parsing.html_tree import Element

Child: TypeAlias = "Element | str | None"
_NO_CHARACTERS = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
"""What no XML may hold besides what is harmful."""


def element(tag: str, *children: Child, **attributes: str | float | None) -> Element:
    """An element; `class_` and `aria_label` are the attributes `class` and `aria-label`, one that is None is left out."""
    made = etree.Element(tag)
    for name, value in attributes.items():
        if value is not None:
            made.set(name.rstrip("_").replace("_", "-"), _text(str(value)))
    for child in children:
        if isinstance(child, str):
            if len(made):
                made[-1].tail = (made[-1].tail or "") + _text(child)
            else:
                made.text = (made.text or "") + _text(child)
        elif child is not None:
            made.append(child)
    return made


def document(root: Element) -> str:
    """A whole HTML document. What stands in its `style` is written as it is and has to be ours."""
    return etree.tostring(root, encoding="unicode", method="html", doctype="<!DOCTYPE html>") + "\n"


def _text(text: str) -> str:
    return harmless(text).replace("\0", "\ufffd").translate(_NO_CHARACTERS)
