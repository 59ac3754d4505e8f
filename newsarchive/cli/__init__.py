"""The `newsarchive` command."""

from __future__ import annotations

import os
import sys

from newsarchive.cli.app import app
from newsarchive.cli.terminal import complain
from newsarchive.errors import NewsarchiveError

__all__ = ["app", "main"]

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT, as shells have it."""


def main() -> None:
    """Run the command; an error that a user can act on ends it with one line and its own exit code."""
    try:
        app()
    except NewsarchiveError as error:
        complain(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone (`newsarchive parse … | head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
