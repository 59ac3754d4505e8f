r"""JavaScript values as pages write them into their scripts, read as data: nothing is ever executed.

Read are objects, arrays, strings with their escapes, numbers, `true`, `false`, `null`, `undefined`, comments, trailing
commas, and the few expressions that pages wrap around plain values (seen on those of 2018 to 2026):
`'123' * 1`, `"" || 'a' || ''`, `xml ? f('a') : 'b'`, `'' === 'true'`, `JsDecode('…')`, `htmlDecode("…")`,
`'…'.html(false)`, `'…'.replace(…)`.

A name that is no literal is undefined (None), and so is the call of an unknown function. One pass, no backtracking, and
a limit on nesting: hostile input costs no more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeGuard

from newsarchive.parsing.text import decode_entities

Value: TypeAlias = Any
"""None, bool, int, float, str, list or dict."""

Shape: TypeAlias = Mapping[str, "Shape | None"]
"""Which members of an object are wanted: None for the whole value, a shape for some of its own members."""

MAX_DEPTH = 100
"""Values inside values (a bracket counts two) deeper than this are refused; pages have about twenty."""


class JsLiteralError(ValueError):
    """The text is no value of this grammar; `position` is where reading stopped."""

    def __init__(self, what: str, position: int) -> None:
        super().__init__(f"{what} at character {position}")
        self.position = position


_BLANK = re.compile(r"(?:\s++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+")
_STRING = re.compile(r"""'([^'\\]*+(?:\\.[^'\\]*+)*+)'|"([^"\\]*+(?:\\.[^"\\]*+)*+)\"""", re.DOTALL)
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,16}+|(?:\d{1,40}+(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d{1,4}+)?")
_NAME = re.compile(r"[A-Za-z_$][\w$]*+(?:\.[A-Za-z_$][\w$]*+)*+")
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++/[a-z]*+")
_OPERATOR = re.compile(r"\|\||&&|\?\?|[=!]==?|\*|\+|-|\?")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|\r\n|.)", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXT = r"""'[^'\\]*+(?:\\.[^'\\]*+)*+'|"[^"\\]*+(?:\\.[^"\\]*+)*+\""""
_SKIM = re.compile(
    rf"""(?:[^'"{{}}\[\](),/]++|{_TEXT}|\((?:{_TEXT})\)|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/|/)*+""",
    re.DOTALL,
)
_PLAIN_STRING = re.compile(
    r"""\s*+(?:(?:""|'')\s*+\|\|\s*+)*+(?:"([^"\\]*+)"|'([^'\\]*+)')(?:\s*+\|\|\s*+(?:"[^"\\]*+"|'[^'\\]*+'))*+(?=[;,])"""
)
"""A string, or the first that is not empty of several (`"" || "" || "2650971238"`, how templates of 2018 and 2019 give keys)."""
_MEMBER = re.compile(r"\s*+([A-Za-z_$][\w$]*+)\s*+:\s*+(JsDecode\()?(['\"])")
_MEMBER_END = re.compile(r"['\"](\))?(\s*+\*\s*+1)?+\s*+,")

_SIMPLE = dict(zip("ntrbfv0", "\n\t\r\b\f\v\0", strict=True)) | dict.fromkeys(("\n", "\r\n", "\r"), "")
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None}
_JS_DECODE = {"5c": "\\", "0d": "\r", "22": '"', "26": "&", "27": "'", "3c": "<", "3e": ">", "0a": "\n"}
_PRECEDENCE = {
    "?": 1,
    **dict.fromkeys(("||", "??"), 2),
    "&&": 3,
    **dict.fromkeys(("==", "!=", "===", "!=="), 4),
    **dict.fromkeys(("+", "-"), 5),
    "*": 6,
}


def _unescape(match: re.Match[str]) -> str:
    body = match[1]
    if body[0] in "xu" and len(body) > 1:
        number = int(body[1:].strip("{}"), 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _SIMPLE.get(body, body)


def unescape(text: str) -> str:
    r"""A string literal's content with its escapes (`\x0a`, `\u4e2d`, `\'`, `\n`) resolved."""
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(_unescape, text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def js_decode(text: str) -> str:
    r"""What the site's own `JsDecode` does: escapes that are still written out (`\x0a`), in its order."""
    if "\\x" in text:
        for digits, character in _JS_DECODE.items():
            text = text.replace("\\x" + digits, character)
    return text


_FUNCTIONS: dict[str, Callable[[str], str]] = {"JsDecode": js_decode, "htmlDecode": decode_entities}


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.position = position
        self.depth = 0

    def blank(self) -> str:
        """Skip white space and comments; the next character, or nothing at the end."""
        match = _BLANK.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.text[self.position : self.position + 1]

    def error(self, what: str) -> JsLiteralError:
        return JsLiteralError(what, self.position)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.position)
        if match:
            self.position = match.end()
        return match

    def expect(self, character: str) -> None:
        if self.blank() != character:
            raise self.error(f"expected {character!r}")
        self.position += 1

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("nested too deeply")

    def expression(self, weakest: int = 1) -> Value:
        self.enter()
        value = self.operand()
        while True:
            self.blank()
            match = _OPERATOR.match(self.text, self.position)
            if not match or _PRECEDENCE.get(match[0], 0) < weakest:
                break
            self.position = match.end()
            if match[0] == "?":
                yes = self.expression()
                self.expect(":")
                no = self.expression()
                value = yes if value else no
            else:
                value = _apply(match[0], value, self.expression(_PRECEDENCE[match[0]] + 1))
        self.depth -= 1
        return value

    def operand(self) -> Value:
        signs = ""
        while (character := self.blank()) and character in "!-+":
            signs += character
            self.position += 1
        value = self.methods(self.primary(character))
        for sign in reversed(signs):
            value = not value if sign == "!" else _apply("*", value, -1 if sign == "-" else 1)
        return value

    def primary(self, character: str) -> Value:
        if character in {"'", '"'}:
            match = self.take(_STRING)
            if not match:
                self.position = len(self.text)
                raise self.error("string without end")
            return unescape(match[match.lastindex or 1])
        if character == "{":
            return self.mapping(None)
        if character == "[":
            return self.sequence("[", "]")
        if character == "(":
            return (self.sequence("(", ")") or [None])[-1]
        if match := self.take(_NUMBER):
            return _number(match[0])
        if match := self.take(_NAME):
            name = match[0]
            if self.blank() == "(" and name not in _CONSTANTS:
                first = next(iter(self.sequence("(", ")")), None)
                function = _FUNCTIONS.get(name.rsplit(".", 1)[-1])
                return function(first) if function and isinstance(first, str) else None
            return _CONSTANTS.get(name)
        if match := self.take(_REGEX):
            return None
        raise self.error("expected a value")

    def methods(self, value: Value) -> Value:
        """The calls that may follow a string; other properties of a value are unknown, so undefined."""
        while self.blank() == ".":
            self.position += 1
            self.blank()
            match = self.take(_NAME)
            if not match:
                raise self.error("expected a name")
            arguments = self.sequence("(", ")") if self.blank() == "(" else None
            if match[0] == "html" and isinstance(value, str) and arguments == [False]:
                value = decode_entities(value)
            elif match[0] == "slice" and isinstance(value, list | str) and _are_ints(arguments):
                value = value[slice(*arguments[:2])]
            elif match[0] not in {"replace", "html", "toString", "trim"}:
                value = None
        return value

    def sequence(self, opening: str, closing: str) -> list[Value]:
        self.expect(opening)
        self.enter()
        values: list[Value] = []
        while self.blank() != closing:
            values.append(self.expression())
            if self.blank() != ",":
                break
            self.position += 1
        self.expect(closing)
        self.depth -= 1
        return values

    def mapping(self, shape: Shape | None) -> dict[str, Value]:
        self.expect("{")
        self.enter()
        values: dict[str, Value] = {}
        while True:
            self.simple_members(values, shape)
            character = self.blank()
            if character == ",":  # templates leave empty places between members
                self.position += 1
                continue
            if character == "}":
                break
            key = self.key(character)
            self.expect(":")
            if shape is None or key in shape:
                values[key] = self.shaped(shape[key] if shape else None)
            else:
                self.skim()
            if self.blank() not in {",", "}"}:
                raise self.error("expected ',' or '}'")
        self.position += 1
        self.depth -= 1
        return values

    def simple_members(self, values: dict[str, Value], shape: Shape | None) -> None:
        """The members that state objects are full of, fast: `k: 'text',`, `k: JsDecode('text'),`, `k: '12' * 1,`."""
        text = self.text
        while member := _MEMBER.match(text, self.position):
            start = member.end()
            quote = text.find(member[3], start)
            if quote > start and text[quote - 1] == "\\":  # escaped, or after an escaped backslash
                string = _STRING.match(text, start - 1)
                quote = string.end() - 1 if string else -1
            end = _MEMBER_END.match(text, quote) if quote >= 0 else None
            if not end or bool(end[1]) != bool(member[2]):
                return
            self.position = end.end()
            if shape is None or member[1] in shape:
                value = unescape(text[start:quote])
                value = js_decode(value) if member[2] else value
                values[member[1]] = _times(value, 1) if end[2] else value

    def shaped(self, shape: Shape | None) -> Value:
        """A value, of which only the members in `shape` are read; for a list, of each of its elements."""
        character = self.blank()
        if shape is None or character not in {"{", "["}:
            return self.expression()
        if character == "{":
            return self.mapping(shape)
        self.position += 1
        self.enter()
        values = []
        while self.blank() != "]":
            values.append(self.shaped(shape))
            if self.blank() != ",":
                break
            self.position += 1
        self.expect("]")
        self.depth -= 1
        return values

    def key(self, character: str) -> str:
        if character in {"'", '"'}:
            match = self.take(_STRING)
            if match:
                return unescape(match[match.lastindex or 1])
        elif match := self.take(_NAME) or self.take(_NUMBER):
            return match[0]
        raise self.error("expected a key")

    def skim(self) -> None:
        """Pass over one value without reading it."""
        depth = 0
        while True:
            self.take(_SKIM)
            character = self.text[self.position : self.position + 1]
            if not character or character in "'\"":
                self.position = len(self.text)
                raise self.error("text ends inside a value")
            if character in "([{":
                depth += 1
            elif not depth:
                return
            elif character in ")]}":
                depth -= 1
            self.position += 1


def _are_ints(arguments: list[Value] | None) -> TypeGuard[list[int]]:
    return bool(arguments) and all(type(argument) is int for argument in arguments or ())


def _number(text: str) -> int | float:
    if text[:2] in {"0x", "0X"}:
        return int(text, 16)
    return int(text) if text.isdecimal() else float(text)


def _times(left: Value, right: Value) -> Value:
    """A product of numbers; a text that is no number stays what it is (`'LINK_TYPE_MP_APPMSG' * 1`)."""
    if isinstance(left, str):
        text = left.strip()
        match = _NUMBER.fullmatch(text.removeprefix("-"))
        if text and not match:
            return left
        left = _number(text.removeprefix("-")) * (-1 if text.startswith("-") else 1) if match else 0
    if left is None or not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    try:
        return left * right
    except OverflowError:
        return None


def _apply(operator: str, left: Value, right: Value) -> Value:
    match operator:
        case "||":
            return left or right
        case "??":
            return right if left is None else left
        case "&&":
            return left and right
        case "==" | "===":
            return left == right
        case "!=" | "!==":
            return left != right
        case "*":
            return _times(left, right)
        case _:
            return _sum(operator, left, right)


def _sum(operator: str, left: Value, right: Value) -> Value:
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left + right if operator == "+" else left - right
    return None


def parse_at(text: str, position: int = 0) -> tuple[Value, int]:
    """The value that begins at `position`, and where it ends. Raises JsLiteralError."""
    if plain := _PLAIN_STRING.match(text, position):  # most are; ten times faster than the grammar
        return plain[plain.lastindex or 1], plain.end()
    reader = _Reader(text, position)
    return reader.expression(), reader.position


def parse_object(text: str, position: int = 0, shape: Shape | None = None) -> dict[str, Value]:
    """The object that begins at `position`; with `shape` only the members it names, all others passed over.

    Raises JsLiteralError. Passing over is several times faster than reading, which counts on objects of 400 kB.
    """
    return _Reader(text, position).mapping(shape)
