"""Redirects are followed within the site's own hosts, and no further."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from w3lib.url import safe_url_string

from newsarchive.crawl.context import context_of
from newsarchive.crawl.downloading.origins import unmapped
from newsarchive.crawl.downloading.trust import is_own
from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.reasons import RefusedError
from newsarchive.items.verdict import CHALLENGES, Verdict
from newsarchive.monitoring.reasons import OFF_SITE
from newsarchive.records.page import Page, Reading
from newsarchive.sites import SITES, Site
from newsarchive.sites.reading import read
from newsarchive.sites.site import host_of

STATUSES = frozenset({301, 302, 303, 307, 308})
MOST_CHARACTERS = 2000
"""What is kept of an address that a page leads to; browsers and servers take no longer ones either."""
_URL_MARKS = "%/:?#[]@!$&'()*+,;="


class SiteRedirectMiddleware(RedirectMiddleware):
    """Scrapy's redirects, with a look at each step.

    - One that leads off the site, or to what is no web page, is not followed: the answer itself becomes the page, and
      the target is noted.
    - One to plain http is followed by https: what comes without it, anybody on the way could have written.
    - One to a challenge (302 to a verification page) holds the host. The challenge is known by its
      address and not asked for.
    - One to an address that led here is a loop: as no cookies are kept, it would lead here again.
    """

    @cached_property
    def _site(self) -> Site:
        return SITES[self.crawler.spidercls.name]

    @cached_property
    def _origins(self) -> dict[str, str]:
        return self.crawler.settings.getdict("NEWSARCHIVE_ORIGINS")

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Follow a redirect that may be followed.

        Raises RefusedError for a loop, and where robots.txt or a picture leads off the site.
        """
        location = response.headers.get("Location")
        if not location or response.status not in STATUSES or request.meta.get("dont_redirect"):
            return response
        target = self._target(request, response, location)
        picture = context_of(request).picture
        if not is_own(target, self._site, picture=picture):
            return self._moved(request, response, target)
        reading = read(Page(content=b"", url=target), hint=self._site.name)
        if reading.verdict in CHALLENGES:
            context = context_of(request)
            context.reading, context.judged_by_address = reading, True
            self.crawler.stats.inc_value("page/challenged_count")
            await HostPause.of(self.crawler).hold(host_of(request.url), str(reading.verdict))
            return response
        been = {urldefrag(url).url for url in (*request.meta.get("redirect_urls", ()), request.url)}
        if request.method == "GET" and urldefrag(target).url in been:
            raise RefusedError("redirect_loop", f"{request.url} leads to {target} again")
        response.headers["Location"] = target
        try:
            redirected = super().process_response(request, response)
        except IgnoreRequest as error:
            raise RefusedError("redirect_loop", f"{request.url} leads to {target}: {error}") from error
        # Another host has a slot of its own, with its own pause.
        redirected.meta.pop("download_slot", None)
        return redirected

    def _target(self, request: Request, response: Response, location: bytes) -> str:
        """Where a redirect leads, as the site's URL where that is known; the header's text where it is no URL."""
        try:
            target = unmapped(urljoin(response.url, safe_url_string(location)), self._origins)
        except ValueError:
            return quote(location, safe=_URL_MARKS)
        if is_own(target, self._site, picture=context_of(request).picture):
            return urlsplit(target)._replace(scheme="https", netloc=host_of(target)).geturl()
        return target

    def _moved(self, request: Request, response: Response, target: str) -> Response:
        """The answer as the page of an address that leads off the site."""
        target = target[:MOST_CHARACTERS]
        if request.meta.get("dont_obey_robotstxt") or context_of(request).picture:
            raise RefusedError(OFF_SITE, f"{request.url} leads off the site, to {target}")
        context = context_of(request)
        context.reading = Reading(site=self._site.name, verdict=Verdict.OTHER, notice=target)
        context.judged_by_address, context.moved_to = True, target
        return response
