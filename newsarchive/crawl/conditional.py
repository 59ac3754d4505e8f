"""Requests that say what is held already, and requests for the browser."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from newsarchive.crawl.context import KEY

CONDITIONS = ("If-None-Match", "If-Modified-Since")
"""The headers of a conditional request (RFC 9110, 13.1), for an ETag and a Last-Modified."""


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Request headers by which a server may answer "not modified"."""
    return {name: value for name, value in zip(CONDITIONS, (etag, last_modified), strict=True) if value}


def is_conditional(request: Request | None) -> bool:
    """Whether a server may answer a request with "not modified"."""
    return request is not None and any(name in request.headers for name in CONDITIONS)


def validators(response: Response) -> tuple[str | None, str | None]:
    """A response's ETag and Last-Modified."""
    etag, modified = (
        (response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified")
    )
    return etag or None, modified or None


def rendered(request: Request | None) -> Request:
    """The same request for the browser, which waits until the page's scripts have written it; unconditional."""
    assert request is not None  # noqa: S101 - a response in a callback has its request
    meta = {key: value for key, value in request.meta.items() if key not in {KEY, "download_slot"}}
    asked = request.replace(dont_filter=True, meta=meta | {"playwright": True})
    for name in CONDITIONS:
        asked.headers.pop(name, None)
    return asked
