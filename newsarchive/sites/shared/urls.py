"""Whose address it is."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from newsarchive.parsing.web_archive import original_address


def parts_on(domain: str, url: str) -> SplitResult | None:
    """A URL of a domain or its subdomains, taken apart, also out of the address of an archived copy; None for any other."""
    if domain not in url.lower():  # most links: the rest takes ten times as long
        return None
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if host == domain or host.endswith(f".{domain}"):
        return parts
    original = original_address(url)
    return parts_on(domain, original) if original != url else None
