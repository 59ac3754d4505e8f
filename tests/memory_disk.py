"""A disk in memory, where there is one: what waits there for its disk waits for nothing.

Stores, raw pages and exports sync what they write. On a disk that others write to as well, that was half of what the tests of
exports took, and to drop a database of a server that syncs each commit took 3 seconds, not 0.1.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PLACE = Path("/dev/shm")  # noqa: S108 - folders of names of their own are made in it
ROOM = 4 * 2**30
"""Bytes that it must have: a container gives it 64 MB, unless told otherwise."""


def memory_disk() -> Path | None:
    """Where it is; None where there is none, or too small a one."""
    is_roomy = PLACE.is_dir() and os.access(PLACE, os.W_OK) and shutil.disk_usage(PLACE).free > ROOM
    return PLACE if is_roomy else None
