"""Where a site's pages really come from.

`NEWSARCHIVE_ORIGINS` maps an origin (`https://www.example.cn`) to a base URL (`http://127.0.0.1:8000/www.example.cn`).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

_USUAL_PORTS = {"http": ":80", "https": ":443"}


def origin(url: str) -> str:
    """Scheme and host of a URL, without the scheme's usual port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(_USUAL_PORTS.get(parts.scheme, ''))}"


def mapped(url: str, origins: Mapping[str, str]) -> str:
    """The URL to fetch for a site's URL; the same where its origin is not mapped."""
    base = origins.get(origin(url))
    if base is None:
        return url
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base.rstrip('/')}{parts.path or '/'}{query}"


def unmapped(url: str, origins: Mapping[str, str]) -> str:
    """The site's URL for one below a base URL, which is how a mirror names its own pages; any other stays as it is."""
    bases = {base.rstrip("/"): site for site, base in origins.items()}
    for base in sorted(bases, key=len, reverse=True):
        if url == base or url.startswith((f"{base}/", f"{base}?")):
            return bases[base].rstrip("/") + url[len(base) :]
    return url
