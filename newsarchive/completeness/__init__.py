"""Is it complete? What the sites show of a time, what of it is held, and what is missing, by name and reason."""

from __future__ import annotations

from newsarchive.completeness.backfill import Queued, backfill
from newsarchive.completeness.coverage import Missing, SiteCoverage, coverage_of

__all__ = ["Missing", "Queued", "SiteCoverage", "backfill", "coverage_of"]
