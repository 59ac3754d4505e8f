"""The program itself, as a fingerprint: what another program made may have come out otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@cache
def fingerprint(packages: Sequence[str], libraries: Sequence[str]) -> str:
    """BLAKE2b (32 hex digits) of all files of packages that lie beside `newsarchive`, and of the versions of libraries."""
    found = hashlib.blake2b(digest_size=16)
    top = Path(__file__).resolve().parents[1]
    for path in sorted(path for package in packages for path in (top / package).rglob("*.py")):
        found.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in libraries:
        try:
            found.update(f"{name} {version(name)}\n".encode())
        except PackageNotFoundError:
            found.update(f"{name}\n".encode())
    return found.hexdigest()
