r"""Formulas in HTML as TeX, or, where no TeX is kept with them, as a line that reads like it: `1/2`, `x^2`, `√(a+b)`.

Editors put the TeX of a drawing into an attribute around it (`data-formula`); KaTeX writes a formula twice,
as MathML with its TeX and as it looks; MathJax 2 keeps the TeX in a script behind what it has drawn, MathJax 3 has MathML.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from lxml import etree

from newsarchive.parsing.html_tree import Element, words

_ATTRIBUTES = ("data-formula", "data-tex", "data-latex", "data-math", "data-equation")
_DRAWINGS = ("svg", "img", "math")
_NEAREST = 4
"""How far above a drawing its TeX may stand; editors have a box or two between."""
_DEEPEST = 40
_TEX_SCRIPT = re.compile(r"\s*(?:math/tex|text/latex|application/x-tex)\b", re.IGNORECASE)
_DELIMITERS = re.compile(r"\s*(?:\$\$?|\\\(|\\\[)(.*?)(?:\$\$?|\\\)|\\\])\s*\Z", re.DOTALL)
_UNSEEN = str.maketrans(dict.fromkeys("\u2061\u2062\u2063\u2064\u200b"))
_MARKED = re.compile(r"[\^_/]\(?\w+\)?\Z")
_MARKS_BETWEEN = {
    "mfrac": "/",
    **dict.fromkeys(("msup", "mover"), "^"),
    **dict.fromkeys(("msub", "munder"), "_"),
    **dict.fromkeys(("msubsup", "munderover"), "_^"),
}
_ATOM = re.compile(r"[0-9]+(?:\.[0-9]+)?|.?", re.DOTALL)


def hide_doubles(root: Element) -> None:
    """Leave each formula to be seen once: what KaTeX and MathJax have drawn beside its source is hidden."""
    for element in root.iter("math", "script"):
        outer = element.getparent()
        if element.tag == "script":
            if _is_tex(element):
                _hide_drawn(element)
        elif outer is None:
            continue
        elif "katex-mathml" in outer.get("class", ""):
            outer.attrib.pop("style", None)
            for drawn in outer.itersiblings():
                _hide(drawn)
        elif outer.tag == "mjx-assistive-mml" or "MJX_Assistive_MathML" in outer.get("class", ""):
            outer.attrib.pop("style", None)
            for drawn in outer.itersiblings(preceding=True):
                _hide(drawn)


def draw_missing(element: Element) -> None:
    """Give a formula that a script would draw (`data-formula` on an empty element) a drawing, by which it is found."""
    if not words(element) and next(element.iter(*_DRAWINGS), None) is None:
        etree.SubElement(element, "svg")


def _is_tex(script: Element) -> bool:
    return _TEX_SCRIPT.match(script.get("type", "")) is not None


def _hide_drawn(script: Element) -> None:
    for drawn in script.itersiblings(preceding=True):
        if not isinstance(drawn.tag, str) or "MathJax" not in drawn.get("class", ""):
            break
        _hide(drawn)
        if (drawn.tail or "").strip():
            break


def _hide(element: Element) -> None:
    if isinstance(element.tag, str):
        element.set("style", "display:none")


def script_tex(script: Element) -> tuple[str, bool] | None:
    """The TeX of MathJax's script, and whether it stands in a line of its own; None for other scripts."""
    if not _is_tex(script) or not (tex := _tidied(script.text)):
        return None
    return tex, "display" in script.get("type", "")


def around(drawing: Element) -> tuple[Element, str] | None:
    """The element nearest around a drawing (or itself) that has its TeX, with that TeX."""
    element = drawing
    for _ in range(_NEAREST):
        if element is None:
            return None
        for name in _ATTRIBUTES:
            if tex := _tidied(element.get(name)):
                return element, unquote(tex) if "%5C" in tex.upper() else tex
        element = element.getparent()
    return None


def math_tex(math: Element) -> str:
    """A `math` element as TeX where it has that (an annotation, `alttext`), else as a line of its symbols."""
    for note in math.iter("annotation"):
        if "tex" in note.get("encoding", "").lower() and (tex := _tidied("".join(note.itertext()))):
            return tex
    return _tidied(math.get("alttext")) or _tidied(_linear(math, 0))


def is_display(element: Element) -> bool:
    """Whether a formula stands in a line of its own."""
    if element.get("display") in {"block", "true"}:
        return True
    outer = element.getparent()
    for _ in range(3):
        if outer is None:
            return False
        if "katex-display" in outer.get("class", ""):
            return True
        outer = outer.getparent()
    return False


def _tidied(tex: str | None) -> str:
    """On one line, without the marks around it."""
    bare = " ".join((tex or "").split())
    match = _DELIMITERS.match(bare)
    return match[1].strip() if match else bare


def _linear(element: Element, depth: int) -> str:
    """MathML as a line of symbols. What is nested too deeply, or is no MathML, gives its text."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if depth > _DEEPEST:
        return "".join(element.itertext())
    if tag in {"annotation", "annotation-xml", "mphantom", "none", "mprescripts", ""}:
        return ""
    if tag in {"mspace", "mtext"}:
        return f" {''.join(element.itertext())} "
    parts = [_linear(child, depth + 1) for child in element]
    marks = _MARKS_BETWEEN.get(tag, "")
    if marks and len(parts) == 1 + len(marks):
        groups = list(map(_group, parts))
        return groups[0] + "".join(f"{mark}{group}" for mark, group in zip(marks, groups[1:], strict=True))
    match tag, parts:
        case "msqrt", _:
            return f"√{_group(''.join(parts))}"
        case "mroot", [base, index]:
            return f"{_group(base)}^(1/{_group(index)})"
        case "mfenced", _:
            return f"{element.get('open', '(')}{','.join(parts)}{element.get('close', ')')}"
        case "mtable", _:
            return f"[{'; '.join(parts)}]"
        case "mtr" | "mlabeledtr", _:
            return ", ".join(parts)
    row = _symbols(element.text)
    for child, part in zip(element, parts, strict=True):
        # Else the next factor would be part of an exponent.
        apart = _MARKED.search(row) and part[:1].isalnum()
        row += f"{' ' if apart else ''}{part}{_symbols(child.tail)}"
    return row


def _symbols(text: str | None) -> str:
    return (text or "").translate(_UNSEEN).strip()


def _group(symbols: str) -> str:
    return symbols if _ATOM.fullmatch(symbols) else f"({symbols})"
