"""What a picture is called in the store: the site that serves it, and that site's own name for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from newsarchive.items.article import Article
from newsarchive.items.body import images_of
from newsarchive.sites import SITES, Site
from newsarchive.sites.site import host_of
from newsarchive.storage.collections import WantedPicture

_SAFE = "/:?&=%@+,;!~*'()$#[]"
_LONGEST = 900


def site_of_picture(url: str) -> Site | None:
    """The site that serves a picture; None for one from elsewhere, which is never asked for."""
    host = host_of(url)
    return next((site for site in SITES.values() if host and site.has_image_host(host)), None)


def picture_key(url: str) -> str | None:
    """The name of a picture in the store, the same for all its sizes and formats; None for one from elsewhere."""
    site = site_of_picture(url)
    if site is None:
        return None
    name = f"{site.name}:{quote(site.image_key(url), safe=_SAFE, errors='replace')}"
    if len(name) <= _LONGEST:
        return name
    return f"{site.name}:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def addresses(url: str) -> list[str]:
    """Where to ask for a picture: its original, then what the page itself shows. Both over TLS."""
    site = site_of_picture(url)
    forms = (site.image_original(url), url) if site else (url,)
    return list(dict.fromkeys(over_tls(form) for form in forms))


def over_tls(url: str) -> str:
    """The address with https: what comes without it, anybody on the way could have made."""
    return urlsplit(url)._replace(scheme="https").geturl() if url.startswith("http://") else url


def pictures_of(article: Article) -> Iterator[WantedPicture]:
    """The pictures that an article shows, each once: those of its body, then its cover."""
    seen: set[str] = set()
    shown = [(image.url, image.width, image.height) for image in images_of(article.body)]
    if article.cover:
        shown.append((article.cover, None, None))
    for url, width, height in shown:
        name = picture_key(url) or url
        if url.startswith(("http://", "https://")) and name not in seen:
            seen.add(name)
            yield WantedPicture(url=url, width=width, height=height)
