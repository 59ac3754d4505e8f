"""What an HTTP error says of an article."""

from __future__ import annotations

from newsarchive.items.verdict import Verdict


def verdict_of_status(status: int) -> Verdict:
    """404 and 410 say that a page is gone; anything else (403, 429, 5xx) that it cannot be had now."""
    return Verdict.DELETED if status in {404, 410} else Verdict.UNAVAILABLE
