"""The checkout as a clone would have it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.e2e.running import CHECKOUT


def copy_source(folder: Path) -> Path:
    """Copy what belongs to the repository, and nothing that was built or downloaded, into a folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((CHECKOUT / name).read_bytes())
    return folder


def build_egg(source: Path) -> Path:
    """Build the egg of a copied checkout as scrapyd-deploy does before it sends it."""
    egg = source.with_name(f"{source.name}.egg")
    subprocess.run(
        [Path(sys.executable).with_name("scrapyd-deploy"), "--build-egg", egg],
        cwd=source,
        capture_output=True,
        check=True,
    )
    return egg
