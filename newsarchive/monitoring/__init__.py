"""Whether a run's pages are like those of the runs before it: what is measured, and what is out of range. Pure."""

from __future__ import annotations

from newsarchive.monitoring.drift import OutOfRange, drift
from newsarchive.monitoring.sample import Examples, Sample

__all__ = ["Examples", "OutOfRange", "Sample", "drift"]
