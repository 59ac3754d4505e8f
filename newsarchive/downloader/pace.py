"""One connection a host and a pause between requests, from `NEWSARCHIVE_DELAYS` and `NEWSARCHIVE_PACE`."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from newsarchive.errors import BadValueError
from newsarchive.settings import OURS, slots

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class PaceAddon:
    """Reads our settings into their types and turns the delays into Scrapy's download slots."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set the slots. Raises BadValueError for a setting that cannot be read or a pace that is unfair."""
        for setting in OURS:
            value = setting.read(settings[setting.name])
            settings.set(setting.name, value, settings.getpriority(setting.name) or 0)
        check_pace(settings)
        delays, pace = settings.getdict("NEWSARCHIVE_DELAYS"), settings.getfloat("NEWSARCHIVE_PACE")
        settings.set("DOWNLOAD_DELAY", float(delays.get("default", 5.0)) * pace, "addon")
        settings.set("DOWNLOAD_SLOTS", slots(delays, pace), "addon")


def check_pace(settings: BaseSettings) -> None:
    """Refuse a pace below 1 unless all pages come from this machine. Raises BadValueError."""
    pace = settings.getfloat("NEWSARCHIVE_PACE")
    if pace < 0:
        raise BadValueError(f"NEWSARCHIVE_PACE is {pace}: it must not be negative")
    origins = settings.getdict("NEWSARCHIVE_ORIGINS")
    if pace < 1 and (
        not origins or any(urlsplit(base).hostname not in _LOOPBACK for base in origins.values())
    ):
        raise BadValueError(
            f"NEWSARCHIVE_PACE is {pace}: real sites are not asked faster than NEWSARCHIVE_DELAYS says; "
            "a pace below 1 is for sample sites on this machine (NEWSARCHIVE_ORIGINS)"
        )
