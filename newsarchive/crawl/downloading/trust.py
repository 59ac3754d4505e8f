"""Whose pages are asked for and believed: those of the site's own hosts, of nobody else.

One rule for what a spider asks, for each step of a redirect, for robots.txt and for the browser. So a page can neither
lead into the network that the crawler stands in nor write under another's name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from newsarchive.crawl.context import context_of
from newsarchive.crawl.reasons import RefusedError
from newsarchive.crawl.session import Component
from newsarchive.monitoring.reasons import OFF_SITE
from newsarchive.sites import SITES, Site

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9.-]+")
_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that stand for an IPv4 address in their last four bytes (RFC 6052)."""


@lru_cache(maxsize=256)  # each URL is looked at as a request and as a response
def is_own(url: str, site: Site, *, picture: bool = False) -> bool:
    """Whether a URL is one of the site's: http or https, a host that the site owns, the usual port, no user's name.

    A `picture` may be on the hosts that hold the site's pictures, too.
    A path with `..` in it is none: on a mirror (`NEWSARCHIVE_ORIGINS`) it would lead out of the site's part.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return (
        parts.scheme in _PORTS
        and port in (None, _PORTS[parts.scheme])
        and "@" not in parts.netloc
        and bool(_HOST.fullmatch(host))
        and (site.has_image_host(host) if picture else site.has_host(host))
        and (".." not in (path := unquote(parts.path)) or ".." not in re.split(r"[/\\]", path))
    )


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not this machine, not its network, nobody's by reservation."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip_address(ip.packed[-4:]) if ip in _NAT64 else None)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


class OwnHostsMiddleware(Component):
    """Lets no request pass that is not for one of the site's own hosts, whoever made it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._site = SITES[crawler.spidercls.name]

    async def process_request(self, request: Request) -> None:
        """Look at where a request goes. Raises RefusedError."""
        if not is_own(request.url, self._site, picture=context_of(request).picture):
            raise RefusedError(OFF_SITE, f"{request.url} is not on a host of {self._site.title}")
