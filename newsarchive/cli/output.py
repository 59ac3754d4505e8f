"""Where the command writes: results to standard output, everything else to standard error.

Titles, texts, addresses and file names are other people's words: here, in one place, they lose what a terminal would obey.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from newsarchive.parsing.harmless import harmless, harmless_json

STANDARD_OUTPUT = frozenset({"-", "/dev/stdout"})
"""What `--out` calls it."""


class _Console(Console):
    """A console for other people's words."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is printed, without what a terminal would obey but the console's own styles."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(harmless(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        """Let the command end as it does without a console; rich would end it with 1."""
        raise  # noqa: PLE0704 - rich calls this while it handles the BrokenPipeError


OUT = _Console(highlight=False, emoji=False)
ERR = _Console(stderr=True, highlight=False, emoji=False)


def say(line: str, *, beside: bool = False) -> None:
    """One line on standard output, or on standard error where standard output has the result itself."""
    (ERR if beside else OUT).print(line, markup=False, soft_wrap=True)


def complain(message: str, style: str = "red") -> None:
    """One line on standard error; no markup in it is read, whatever page or path it quotes."""
    line = " ".join(f"newsarchive: {message}".splitlines())
    ERR.print(line, style=style, markup=False, soft_wrap=True)


def print_json(value: object, indent: int | None = None) -> None:
    """A value as JSON on standard output: Chinese as it is, if the terminal has it."""
    text = harmless_json(json.dumps(value, ensure_ascii=False, indent=indent))
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent)
    sys.stdout.write(text + "\n")
