"""Addresses from pages, which may be anything."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_CANDIDATES = re.compile(r"(\S+)(?:\s+(\d{1,6}(?:\.\d{1,3})?)[xw])?\s*(?:,\s|,?$)")
_LONGEST_SRCSET = 4000
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#]|$)")


def is_web_address(url: str) -> bool:
    """Whether a text begins as an http(s) address does, whatever follows."""
    return url.startswith(("https://", "http://"))


def absolute(url: str | None, base: str) -> str | None:
    """An http(s) address, completed by the page's own; None for other schemes and for what is no address.

    It stays as its author wrote it: w3lib's `safe_url_string` would write `utm_term=慧择网标题` (a feed of 2016) in percent
    signs, which is for the moment of asking.
    """
    url = (url or "").strip()
    if not url:
        return None
    if _PLAIN.match(url):  # nearly all; five times faster than taking it apart
        return url
    try:
        full = url if is_web_address(url) else urljoin(base, url)
        parts = urlsplit(full)
    except ValueError:
        return None
    return full if parts.scheme in {"http", "https"} and parts.netloc else None


def largest(srcset: str | None) -> str | None:
    """The candidate of a `srcset` with the largest descriptor; commas also stand inside the URLs (`format,f_auto`)."""
    candidates = _CANDIDATES.findall((srcset or "")[:_LONGEST_SRCSET])
    return max(candidates, key=lambda one: float(one[1] or 1))[0] if candidates else None
