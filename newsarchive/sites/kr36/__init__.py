"""36kr.com (36氪), its gateway and its dated files (openclaw.36krcdn.com)."""

from __future__ import annotations

from newsarchive.sites.kr36.urls import identify, image_key
from newsarchive.sites.site import Site

SITE = Site(
    name="36kr",
    title="36氪",
    hosts=("36kr.com", ".36kr.com", ".36krcdn.com"),
    reader=f"{__name__}.reader",
    identify=identify,
    image_key=image_key,
)
