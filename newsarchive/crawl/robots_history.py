"""What is kept of a robots.txt: its versions, as far as they say other things. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from newsarchive.records.alarm import RobotsHistory, RobotsVersion, rules_of

MOST = 20
"""Versions that are kept of a host."""
LONGEST = 20_000
"""Characters that are kept of a version."""
LATELY = timedelta(days=14)
"""A version that comes back within this time is no change: a host's servers may differ for a while."""
_MISSING = 400


def with_version(history: RobotsHistory, status: int, body: bytes, now: datetime) -> RobotsHistory:
    """The history after a robots.txt was read; the same one where it says what the last version says.

    Comments, blank lines and blanks at the ends of lines say nothing: some hosts put the time there. All answers by which there
    is none say the same.
    """
    text = "" if status >= _MISSING else body.decode("utf-8-sig", errors="replace")
    sha256 = "" if status >= _MISSING else _fingerprint(text)
    if history.versions and history.versions[-1].sha256 == sha256:
        return history
    version = RobotsVersion(since=now, status=status, sha256=sha256, text=text[:LONGEST])
    lately = [one for one in history.versions if one.sha256 == sha256 and now - one.since <= LATELY]
    kept = [one for one in history.versions if one not in lately]
    changed = bool(history.versions) and not lately
    return RobotsHistory(versions=(*kept, version)[-MOST:], changes=history.changes + changed)


def _fingerprint(text: str) -> str:
    return hashlib.sha256("\n".join(rules_of(text)).encode()).hexdigest()
