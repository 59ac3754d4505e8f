"""How a crawl's log is written: lines for people, or one JSON object a line. What pages say in it obeys nobody's terminal."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.utils.log import TopLevelFormatter

from newsarchive.parsing.harmless import harmless, harmless_json
from newsarchive.sites import identify

CRAWL: ContextVar[tuple[str, str] | None] = ContextVar("crawl", default=None)
"""The id of the run, and its site, to which what goes on belongs: a process may have several."""
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@?#]+@")
_ADDRESS = re.compile(r"https?://[^\s<>\"'()]+")


def masked(text: str) -> str:
    """A text without the users and passwords of the addresses in it."""
    return _CREDENTIALS.sub("…@", text) if "@" in text else text


class TextLines(logging.Formatter):
    """Lines for people, without what a terminal would obey."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as lines."""
        return harmless(masked(super().format(record)))


class JsonLines(logging.Formatter):
    """One JSON object a line; keys are never renamed, what is not known of a record is left out."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line."""
        run, site = CRAWL.get() or ("", getattr(getattr(record, "spider", None), "name", ""))
        url = next(_addresses(record), "")
        link = identify(url) if url else None
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
            "run": run,
            "site": site,
            "url": masked(url),
            "identity": link.identity if link else "",
            "exception": masked(self.formatException(record.exc_info)) if record.exc_info else "",
        }
        return harmless_json(
            json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False)
        )


def _addresses(record: logging.LogRecord) -> Iterator[str]:
    """The addresses that a record is about: among what its message is made of."""
    args: Any = record.args or ()
    for value in args.values() if isinstance(args, Mapping) else args:
        url = getattr(value, "url", None)
        if isinstance(url, str):
            yield url
        elif isinstance(value, str) and (found := _ADDRESS.match(value)):
            yield found[0]


def set_up_log(settings: BaseSettings, log_format: str) -> logging.Handler:
    """Install the handler of the log, as Scrapy's settings (LOG_FILE, LOG_LEVEL, …) say, in the place of Scrapy's own."""
    handler: logging.Handler
    if filename := settings.get("LOG_FILE"):
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        handler = logging.FileHandler(filename, mode=mode, encoding=settings["LOG_ENCODING"])
    elif settings.getbool("LOG_ENABLED"):
        handler = logging.StreamHandler()
    else:
        handler = logging.NullHandler()
    lines = TextLines(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"])
    handler.setFormatter(JsonLines() if log_format == "json" else lines)
    handler.setLevel(settings["LOG_LEVEL"])
    if settings.getbool("LOG_SHORT_NAMES"):
        handler.addFilter(TopLevelFormatter(["scrapy"]))
    logging.root.setLevel(logging.NOTSET)
    logging.root.addHandler(handler)
    settings.set("LOG_INSTALL_ROOT_HANDLER", value=False, priority="cmdline")
    return handler
