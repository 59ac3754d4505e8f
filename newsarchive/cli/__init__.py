"""The `newsarchive` command. This file imports next to nothing: Ctrl-C has to end the command while all else is loaded."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarchive.cli.tree import app

__all__ = ["app", "main"]

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT, as shells have it."""


def main() -> None:
    """Run the command, from the first import to Python's own end without a traceback for Ctrl-C."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, _leave)
    try:
        from newsarchive.cli.program import run  # noqa: PLC0415 - a second of imports

        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = run()
    except KeyboardInterrupt:
        code = INTERRUPTED
    if ours:
        signal.signal(signal.SIGINT, _leave)
    sys.exit(code)


def _leave(*_: object) -> None:
    os._exit(INTERRUPTED)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the command's tree, for whoever asks for it
    if name != "app":
        raise AttributeError(name)
    from newsarchive.cli.tree import app  # noqa: PLC0415 - as above

    return app
