"""One connection a host and a pause between requests, from `NEWSARCHIVE_DELAYS` and `NEWSARCHIVE_PACE`.

**No real site is hurried.** The pauses of the defaults are the least that hold for a real host, however settings are
written; only where every base URL of `NEWSARCHIVE_ORIGINS` is on this machine any pace goes, and then nothing but mapped
origins is asked (`handler.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from newsarchive.errors import BadValueError
from newsarchive.setting import read
from newsarchive.settings import OURS, SCRAPYS, check_names, is_ours

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
JITTER = 0.5
"""The part of a host's pause by which each one is longer or shorter."""
DEFAULT = "default"
"""The delay of hosts that have none of their own."""
_DEFAULTS: dict[str, Any] = {setting.name: setting.default for setting in OURS}
FIXED = (
    *("ADDONS", "AUTOTHROTTLE_ENABLED", "CONCURRENT_REQUESTS_PER_DOMAIN", "CONCURRENT_REQUESTS_PER_IP"),
    *("DOWNLOADER", "DOWNLOADER_MIDDLEWARES", "DOWNLOAD_DELAY", "DOWNLOAD_DELAY_JITTER"),
    *("DOWNLOAD_HANDLERS", "DOWNLOAD_SLOTS", "RANDOMIZE_DOWNLOAD_DELAY", "ROBOTSTXT_OBEY"),
)
"""Scrapy's settings that say how a host is treated: neither a command line nor a spider changes them for real sites."""


class PaceAddon:
    """Reads our settings into what they mean and turns the delays into Scrapy's download slots."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set the slots. Raises BadValueError for a setting that cannot be used or would hurry a real site."""
        check_names((name for name in settings if is_given(name, settings) or is_ours(name)), bare=True)
        for setting in OURS:
            value = setting.read(settings[setting.name])
            settings.set(setting.name, value, settings.getpriority(setting.name) or 0)
        for name, kind in SCRAPYS.items():
            settings.set(name, read(name, kind, settings[name]), settings.getpriority(name) or 0)
        if not settings.getbool("RETRY_ENABLED"):
            # The same middleware hears a host that asks for a rest: without repeats it stays.
            priority = settings.getpriority("RETRY_ENABLED") or 0
            settings.set("RETRY_TIMES", 0, max(priority, settings.getpriority("RETRY_TIMES") or 0))
            settings.set("RETRY_ENABLED", value=True, priority=priority)
        if not on_this_machine(settings):
            for hurry in hurries(settings):
                raise BadValueError(
                    f"{hurry}; only sample sites on this machine may be (NEWSARCHIVE_ORIGINS)"
                )
        delays, pace = settings.getdict("NEWSARCHIVE_DELAYS"), settings.getfloat("NEWSARCHIVE_PACE")
        settings.set("DOWNLOAD_DELAY", delay_of(DEFAULT, delays) * pace, "addon")
        settings.set("DOWNLOAD_SLOTS", slots(delays, pace), "addon")


def is_given(name: str, settings: BaseSettings) -> bool:
    """Whether a command line or a spider sets a setting."""
    return (settings.getpriority(name) or 0) > SETTINGS_PRIORITIES["project"]


def on_this_machine(settings: BaseSettings) -> bool:
    """Whether all pages come from this machine: origins are mapped, none to another one."""
    bases = settings.getdict("NEWSARCHIVE_ORIGINS").values()
    return bool(bases) and all(urlsplit(base).hostname in _LOOPBACK for base in bases)


def hurries(settings: BaseSettings) -> Iterator[str]:
    """What in the settings would have real sites asked faster than the defaults do, a line each."""
    pace = settings.getfloat("NEWSARCHIVE_PACE")
    if pace < 1:
        yield f"NEWSARCHIVE_PACE is {pace:g}: real sites are not asked faster than NEWSARCHIVE_DELAYS says"
    delays, least = settings.getdict("NEWSARCHIVE_DELAYS"), _DEFAULTS["NEWSARCHIVE_DELAYS"]
    for host in {DEFAULT, *least, *delays}:
        seconds, floor = delay_of(host, delays) * pace, delay_of(host, least)
        if seconds < floor:
            yield (
                f"NEWSARCHIVE_DELAYS gives {host} {seconds:g} seconds{'' if host in delays else ' as it is not in it'}: "
                f"a real host is not asked more often than every {floor:g} seconds"
            )
    pause, first = settings.getfloat("NEWSARCHIVE_PAUSE_SECONDS"), _DEFAULTS["NEWSARCHIVE_PAUSE_SECONDS"]
    if pause < first:
        yield (
            f"NEWSARCHIVE_PAUSE_SECONDS is {pause:g}: after a challenge a real host is left alone for {first:g} at least"
        )
    if (most := settings.getfloat("NEWSARCHIVE_PAUSE_MOST_SECONDS")) < pause:
        yield f"NEWSARCHIVE_PAUSE_MOST_SECONDS is {most:g}: the longest pause is no shorter than the first, {pause:g}"
    for name in FIXED:
        if is_given(name, settings):
            yield (
                f"{name} is set: how a real site is treated is said by NEWSARCHIVE_DELAYS, NEWSARCHIVE_PACE and "
                "NEWSARCHIVE_ROBOTS_EXCEPTIONS alone"
            )


def delay_of(host: str, delays: Mapping[str, float]) -> float:
    """The seconds between two requests to a host."""
    fallback = delays.get(DEFAULT, _DEFAULTS["NEWSARCHIVE_DELAYS"][DEFAULT])
    return float(delays.get(host, fallback))


def slots(delays: Mapping[str, float], pace: float) -> dict[str, dict[str, float]]:
    """Scrapy's download slots for delays by host: one connection each, jitter of half the delay."""
    return {
        host: {"concurrency": 1, "delay": float(delay) * pace, "jitter": JITTER}
        for host, delay in delays.items()
        if host != DEFAULT
    }
