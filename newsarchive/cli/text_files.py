"""Texts that a command writes whole: to a file, or to standard output."""

from __future__ import annotations

import sys

from exports.files.atomic import named_file, read_bytes, write_text
from newsarchive.cli.output import STANDARD_OUTPUT
from newsarchive.parsing.harmless import harmless


def put_text(out: str, text: str) -> bool:
    """Write a text to a file or to standard output; whether it was new."""
    if out in STANDARD_OUTPUT:
        sys.stdout.buffer.write((harmless(text) if sys.stdout.isatty() else text).encode())
        sys.stdout.flush()
        return True
    return write_text(*named_file(out), text)


def held_in(out: str) -> bytes:
    """What a file has that is about to be written anew."""
    return b"" if out in STANDARD_OUTPUT else read_bytes(*named_file(out)) or b""
