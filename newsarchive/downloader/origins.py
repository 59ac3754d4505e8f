"""Where a site's pages really come from.

`NEWSARCHIVE_ORIGINS` maps an origin (`https://www.ithome.com`) to a base URL (`http://127.0.0.1:8000/www.ithome.com`).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def mapped(url: str, origins: Mapping[str, str]) -> str:
    """The URL to fetch for a site's URL; the same where its origin is not mapped."""
    parts = urlsplit(url)
    base = origins.get(f"{parts.scheme}://{parts.netloc}")
    if base is None:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{base.rstrip('/')}{parts.path or '/'}{query}"
