"""36kr.com (36氪)."""

from __future__ import annotations

from newsarchive.items import Page, Reading, Verdict
from newsarchive.sites.site import Link, Site


def _identify(url: str) -> Link | None:  # noqa: ARG001
    return None


def _recognises(content: bytes) -> bool:  # noqa: ARG001
    return False


def _read(page: Page) -> Reading:  # noqa: ARG001
    return Reading("36kr", Verdict.OTHER)


SITE = Site(
    name="36kr",
    title="36氪",
    hosts=("36kr.com", ".36kr.com"),
    identify=_identify,
    recognises=_recognises,
    read=_read,
    image_key=lambda url: url,
)
