"""`-q`: a command that says nothing when all is well, and all that it has to say when it is not.

What it writes is held in temporary files and shown when it ends with any code but 0: cron mails only what somebody has to read.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from typing import Any, TextIO


class HeldOutput:
    """Standard output and standard error, held while the command runs."""

    def __init__(self) -> None:
        self._held: list[tuple[str, TextIO, Any]] = []

    def hold(self) -> None:
        """Begin to hold them; twice is fine."""
        if self._held:
            return
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            # Never closed by hand: a log's handler may write to it until the very end.
            file = tempfile.TemporaryFile(  # noqa: SIM115
                "w+", encoding=stream.encoding or "utf-8", errors="replace", newline=""
            )
            self._held.append((name, stream, file))
            setattr(sys, name, file)

    def release(self, code: int) -> None:
        """Give them back, and with any code but 0 all that was written to them."""
        while self._held:
            name, stream, file = self._held.pop()
            setattr(sys, name, stream)
            if code:
                with suppress(OSError, ValueError):
                    file.seek(0, os.SEEK_SET)
                    shutil.copyfileobj(file, stream)


HELD = HeldOutput()
