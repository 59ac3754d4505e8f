"""The files in which each run leaves its figures for programs that watch (docs/monitoring.md)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from newsarchive.errors import OutputError
from newsarchive.records.run import Run


def leave_figures(folder: Path, run: Run, queue: Mapping[str, int] | None) -> None:
    """Write newsarchive-SITE.prom and newsarchive-SITE.json, each whole or not at all. Raises OutputError."""
    from newsarchive.monitoring.exposition import exposition  # noqa: PLC0415 - no other crawl needs prometheus_client

    name = f"newsarchive-{run.site}"
    metrics = folder / f"{name}.prom"
    try:
        before = metrics.read_text(encoding="utf-8", errors="replace") if metrics.exists() else ""
        _write(metrics, exposition(run, before, queue))
        _write(folder / f"{name}.json", (run.model_dump_json(indent=2) + "\n").encode())
    except OSError as error:
        raise OutputError(
            f"the figures of the run cannot be written to {folder} ({error.strerror}): check NEWSARCHIVE_METRICS_FOLDER"
        ) from error


def check_folder_of_figures(folder: Path) -> None:
    """Make the folder, and find out whether files can be written there. Raises OutputError."""
    trial = folder / f".newsarchive-{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise OutputError(
            f"no figures can be written to {folder} ({error.strerror}): check NEWSARCHIVE_METRICS_FOLDER"
        ) from error


def _write(path: Path, content: bytes) -> None:
    """Into a file beside it and from there into place: a collector reads the old file or the new one, never half of one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")  # which no collector takes for one of its own
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
