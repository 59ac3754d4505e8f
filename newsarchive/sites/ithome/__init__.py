"""ithome.com (IT之家). Not ithome.com.tw, which is another company's."""

from __future__ import annotations

from newsarchive.sites.ithome.urls import identify, image_key
from newsarchive.sites.site import Site

SITE = Site(
    name="ithome",
    title="IT之家",
    hosts=("ithome.com", ".ithome.com"),
    reader=f"{__name__}.reader",
    identify=identify,
    image_key=image_key,
)
