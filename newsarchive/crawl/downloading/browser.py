"""A real browser for pages whose plain HTML has no content: who may have one, how it is started, what it may load.

Measured: a rendered page costs about fifty times a plain one. So the plain page comes first, always, and nothing of
Playwright is even imported while `NEWSARCHIVE_BROWSER` is empty.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from newsarchive.crawl.downloading.trust import is_own
from newsarchive.errors import BadValueError
from newsarchive.sites import SITES, Site

if TYPE_CHECKING:
    from playwright.async_api import Request as BrowserRequest

LOADED = frozenset({"document", "script", "stylesheet", "xhr", "fetch"})
"""What a page needs to write its text; pictures, fonts and films are not loaded."""

LAUNCH_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Chromium without its own traffic: only the page talks."""

HANDLER = "newsarchive.crawl.downloading.rendering.RenderingDownloadHandler"


class BrowserAddon:
    """Gives the crawl a browser where `NEWSARCHIVE_BROWSER` names a site; does nothing where it is empty."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set all that Playwright is told. Raises BadValueError where a browser is wanted that cannot be had."""
        if not settings.getdict("NEWSARCHIVE_BROWSER"):
            return
        check_chromium(settings)
        # All three sites are reached by https only; a handler for http would start a second driver for nothing.
        handlers = settings.getdict("DOWNLOAD_HANDLERS") | {"https": HANDLER}
        settings.set("DOWNLOAD_HANDLERS", handlers, "project")
        for name, value in playwright_settings(settings).items():
            settings.set(name, value, "addon")


def playwright_settings(settings: BaseSettings) -> dict[str, Any]:
    """What Playwright is told. One page at a time: politeness holds for a browser too."""
    bases = tuple(base.rstrip("/") + "/" for base in settings.getdict("NEWSARCHIVE_ORIGINS").values())
    sites = tuple(SITES[name] for name in settings.getdict("NEWSARCHIVE_BROWSER"))
    return {
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": settings.getfloat("DOWNLOAD_TIMEOUT") * 1000,
        "PLAYWRIGHT_ABORT_REQUEST": partial(is_unwanted, sites=sites, bases=bases),
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "headless": True,
            "executable_path": settings["NEWSARCHIVE_CHROMIUM"],
            "chromium_sandbox": settings.getbool("NEWSARCHIVE_CHROMIUM_SANDBOX"),
            "args": [*LAUNCH_ARGUMENTS, _only_hosts(sites, bases)],
        },
    }


def _only_hosts(sites: tuple[Site, ...], bases: tuple[str, ...]) -> str:
    """No other host has an address for Chromium than the mapped ones, or the sites' own: its redirects pass no other check."""
    if bases:
        hosts = sorted({urlsplit(base).hostname or "" for base in bases})
    else:
        hosts = [f"*{host}" if host.startswith(".") else host for site in sites for host in site.hosts]
    return "--host-resolver-rules=" + " , ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in hosts)])


def check_chromium(settings: BaseSettings) -> None:
    """Refuse a browser that is not there or could not start. Raises BadValueError."""
    program = Path(settings["NEWSARCHIVE_CHROMIUM"])
    if not program.is_file() or not os.access(program, os.X_OK):
        raise BadValueError(
            f"NEWSARCHIVE_CHROMIUM is {program}, which is no program: install Debian's package chromium, say where "
            "Chromium is, or empty NEWSARCHIVE_BROWSER"
        )
    if settings.getbool("NEWSARCHIVE_CHROMIUM_SANDBOX") and hasattr(os, "geteuid") and os.geteuid() == 0:
        raise BadValueError(
            "Chromium has no sandbox for root: run as another user, or, inside a container, set "
            "NEWSARCHIVE_CHROMIUM_SANDBOX=0"
        )


def is_unwanted(request: BrowserRequest, sites: tuple[Site, ...], bases: tuple[str, ...] = ()) -> bool:
    """Whether the browser should not make a request: what no text needs, what is not on the site's own hosts.

    With mapped origins only what begins with one of their base URLs is asked.
    """
    if request.resource_type not in LOADED:
        return True
    if bases:
        return not request.url.startswith(bases)
    return not any(is_own(request.url, site) for site in sites)
