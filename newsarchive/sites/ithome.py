"""ithome.com (IT之家)."""

from __future__ import annotations

from newsarchive.items import Page, Reading, Verdict
from newsarchive.sites.site import Link, Site


def _identify(url: str) -> Link | None:  # noqa: ARG001
    return None


def _recognises(content: bytes) -> bool:  # noqa: ARG001
    return False


def _read(page: Page) -> Reading:  # noqa: ARG001
    return Reading("ithome", Verdict.OTHER)


SITE = Site(
    name="ithome",
    title="IT之家",
    hosts=("ithome.com", ".ithome.com"),
    identify=_identify,
    recognises=_recognises,
    read=_read,
    image_key=lambda url: url,
)
