r"""Text and URLs as CommonMark that reads as written: what looks like markup is escaped, and nothing else.

`<` and `&` become character references, not backslash escapes, because Python-Markdown (MkDocs) knows no `\<` and
would pass the tag on.
"""

from __future__ import annotations

import re
import string

from newsarchive.markdown.escape import safe_url
from newsarchive.parsing.text import visible

_PUNCTUATION = frozenset(string.punctuation)
_NOT_IN_PYTHON_MARKDOWN = frozenset("~=:")
_TAG_START = frozenset(string.ascii_letters + "/!?")
_MAIL_START = re.compile(r"[!-;=?-~]+@")
_SPECIAL = re.compile(r"\\|`+|\*+|_+|~+|[\[\]<&!|]")
_REFERENCE = re.compile(r"&#?\w{1,31};")
_LINE_START = re.compile(
    r"""
    [#>]                                    # heading (Python-Markdown needs no blank after #), quotation
    | [-+](?=[ ]|$)                         # list item
    | -(?=[- ]*$) | =(?==*$)                # rule, underline of a heading
    | :(?=[ :])                             # definition (Hugo, Jekyll), container (VitePress)
    | \[(?=(?:[ xX]|toc|TOC)\](?!\())       # task, table of contents
    """,
    re.VERBOSE,
)
_NUMBER_START = re.compile(r"([0-9]{1,9})(?=[.)](?: |$))")
_TABLE_RULE = re.compile(r"[|: ]*+(?=-[-|: ]*$)")
_ODD = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_BLANKS = re.compile("  +")
_MANY_BRACKETS = 30
"""CommonMark tools follow at least 32 levels of round brackets inside a URL."""


def clean(text: str) -> str:
    """On one line, without what nobody can see: control characters, direction marks, zero-width characters."""
    if not text.isprintable():
        text = _ODD.sub("", visible(_BREAKS.sub(" ", text)))
    return _BLANKS.sub(" ", text) if "  " in text else text


def clean_code(text: str) -> str:
    """The same for code: line feeds, tabs and runs of blanks stay."""
    text = visible(_LINE_ENDS.sub("\n", text))
    return "".join(char for char in text if char in "\n\t" or not _ODD.match(char))


def escape_text(
    text: str,
    following: str = "",
    *,
    label: bool = False,
    cell: bool = False,
    tildes: bool = False,
    references: bool = False,
) -> str:
    """A piece of a line, cleaned already, as Markdown.

    `following` is the first character written after it ("" at the end of the line). `label` is for text inside the
    brackets of a link or picture, `cell` for text inside a table, `tildes` for a paragraph in which two `~` could
    strike out what is between them. `references` is the style's choice.
    """

    def escape(match: re.Match[str]) -> str:
        mark = match[0]
        start, end = match.span()
        last = text[start - 1] if start else ""
        after = text[end] if end < len(text) else following
        match mark[0]:
            case "\\":
                needed = after in _PUNCTUATION or not after
            case "*":
                needed = not (last.isspace() and after.isspace())
            case "_":
                needed = not (last.isalnum() and after.isalnum())
            case "~":
                needed = tildes or len(mark) > 1 or after == "*"
            case "[":
                needed = label or after in {"[", "^", "!"}
            case "]":
                needed = label or after in {"[", "(", ":"}
            case "!":
                needed = after == "[" and end == len(text)
            case "|":
                needed = cell
            case "<":
                return "&lt;" if after in _TAG_START or _MAIL_START.match(text, end) else mark
            case "&":
                return "&amp;" if _REFERENCE.match(text, start) else mark
            case _:
                needed = True
        if not needed:
            return mark
        return "".join(_escaped(char, references=references) for char in mark)

    return _SPECIAL.sub(escape, text)


def _escaped(char: str, *, references: bool) -> str:
    return f"&#{ord(char)};" if references and char in _NOT_IN_PYTHON_MARKDOWN else f"\\{char}"


def guard_line(line: str, *, references: bool = False) -> str:
    """A written line that stays text where a block could start."""
    if _LINE_START.match(line):
        return _escaped(line[0], references=references) + line[1:]
    if number := _NUMBER_START.match(line):
        return f"{number[0]}\\{line[number.end() :]}"
    if rule := _TABLE_RULE.match(line):
        return f"{rule[0]}\\{line[rule.end() :]}"
    return line


def code_span(text: str, *, cell: bool = False) -> str:
    """Code inside a line, cleaned already and not blank, between as many backticks as it needs."""
    runs = {len(run) for run in re.findall("`+", text)}
    length = next(length for length in range(1, len(runs) + 2) if length not in runs)
    if text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " "):
        text = f" {text} "
    if cell:
        text = text.replace("|", "\\|")
    return f"{'`' * length}{text}{'`' * length}"


def destination(url: str) -> str:
    """A URL between the round brackets of a link or picture."""
    url = safe_url(url, in_brackets=True).replace("|", "%7C")
    if url.count("(") > _MANY_BRACKETS:
        url = url.replace("(", "%28").replace(")", "%29")
    return _REFERENCE.sub(lambda match: f"&amp;{match[0][1:]}", url) if "&" in url else url
