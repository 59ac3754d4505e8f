"""Scrapy drops pages for several reasons with one and the same exception; here each reason has its own."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class RobotsForbiddenError(IgnoreRequest):
    """The host's robots.txt forbids the page."""


class RobotsUnreachableError(IgnoreRequest):
    """The host's robots.txt could not be read, so nothing may be asked (RFC 9309). Its cause says why, or `status`."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class OffSiteError(IgnoreRequest):
    """The address is not on a host of the site that is crawled."""


class RedirectLoopError(IgnoreRequest):
    """Redirects led to where they came from, or went on beyond `REDIRECT_MAX_TIMES`."""


class PrivateAddressError(IgnoreRequest):
    """The host's name stands for this machine or its network, or for an address that nobody on the internet has."""


class HeadersTooLongError(IgnoreRequest):
    """The headers of an answer do not end."""


class DecompressionBombError(IgnoreRequest):
    """The body unpacks to more than any page has, or is packed in more pieces or layers than any page is."""


class TooManyPartsError(IgnoreRequest):
    """The page has more tags or values than any page has, and would take all memory when it is read."""


class NotMappedError(IgnoreRequest):
    """All sites are on this machine (`NEWSARCHIVE_ORIGINS`), but this page's is not."""
