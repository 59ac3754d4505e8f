"""A response's headers as text."""

from __future__ import annotations

from scrapy.http import Response


def text_headers(response: Response) -> dict[str, str]:
    """Names and values as text, several values of one name joined by commas (RFC 9110, 5.3)."""
    return {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
