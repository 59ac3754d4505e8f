"""A real browser for pages whose plain HTML has no content: which sites may have one, and what it may load.

Measured: a rendered page costs about fifty times a plain one. So the plain page comes first, always.
"""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import urlsplit

LOADED = frozenset({"document", "script", "stylesheet", "xhr", "fetch"})
"""What a page needs to write its text; pictures, fonts and films are not loaded."""

LAUNCH_OPTIONS: dict[str, Any] = {
    "headless": True,
    "args": [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ],
}
"""Chromium without its own traffic: only the page talks."""


class BrowserRequest(Protocol):
    """What is looked at of a browser's request."""

    @property
    def resource_type(self) -> str:
        """Playwright's name for what is loaded."""

    @property
    def url(self) -> str:
        """Where from."""


def is_unwanted(request: BrowserRequest) -> bool:
    """Whether the browser should not make a request: nothing that the text does not need, nothing but HTTP."""
    return request.resource_type not in LOADED or urlsplit(request.url).scheme not in {"http", "https"}
