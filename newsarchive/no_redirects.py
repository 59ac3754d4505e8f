"""For whoever asks one address of the web, and no other one, by the standard library."""

from __future__ import annotations

from urllib.request import HTTPRedirectHandler


class NoRedirects(HTTPRedirectHandler):
    """Follows none: whoever answers with another address could have what is sent, a password too, sent anywhere."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""
