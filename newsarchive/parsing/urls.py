"""Addresses from pages, which may be anything."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit


def absolute(url: str | None, base: str) -> str | None:
    """An http(s) address, completed by the page's own; None for other schemes and for what is no address."""
    url = (url or "").strip()
    if not url:
        return None
    try:
        full = url if url.startswith(("https://", "http://")) else urljoin(base, url)
        parts = urlsplit(full)
    except ValueError:
        return None
    return full if parts.scheme in {"http", "https"} and parts.netloc else None
