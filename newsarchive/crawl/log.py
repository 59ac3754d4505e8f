"""How a crawl's log is written: lines for people, or one JSON object a line. What pages say in it obeys nobody's terminal."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from scrapy.settings import BaseSettings
from scrapy.utils.log import TopLevelFormatter

from newsarchive.errors import OutputError
from newsarchive.parsing.harmless import harmless, harmless_json
from newsarchive.sites import identify

CRAWL: ContextVar[tuple[str, str] | None] = ContextVar("crawl", default=None)
"""The id of the run, and its site, to which what goes on belongs: a process may have several."""
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@?#]+@")
_DAY_FILE = re.compile(r"crawl-\d{4}-\d{2}-\d{2}\.log")
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


class DayFiles(logging.Handler):
    """The log in a file a day (UTC), to which several crawls may add at once: each line is written whole, at the end."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._name = ""
        self._file: BinaryIO | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            name = f"crawl-{datetime.fromtimestamp(record.created, UTC):%Y-%m-%d}.log"
            if self._file is None or name != self._name:
                self.close_file()
                self._file, self._name = (self._folder / name).open("ab", buffering=0), name
            self._file.write(f"{self.format(record)}\n".encode(errors="backslashreplace"))
        except Exception:  # noqa: BLE001 - as logging's own handlers do
            self.handleError(record)

    def close_file(self) -> None:
        """Close the file of a day that is over."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def close(self) -> None:
        """Close the file."""
        self.close_file()
        super().close()


def forget_logs(folder: Path, before: date, *, change: bool = True) -> int:
    """Remove the files of days before one, and tell how many that were; without `change` only tell."""
    old = [
        path
        for path in folder.glob("crawl-*.log")
        if _DAY_FILE.fullmatch(path.name) and path.name < f"crawl-{before}.log"
    ]
    for path in old if change else ():
        path.unlink(missing_ok=True)
    return len(old)


def set_up_log(settings: BaseSettings, log_format: str, folder: str = "") -> None:
    """Install the handlers of the log, as Scrapy's settings (LOG_FILE, LOG_LEVEL, …) say, in the place of Scrapy's own.

    With a folder the log is written there, too. Raises OutputError where it cannot be made.
    """
    handlers: list[logging.Handler] = []
    if filename := settings.get("LOG_FILE"):
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        handlers.append(logging.FileHandler(filename, mode=mode, encoding=settings["LOG_ENCODING"]))
    elif settings.getbool("LOG_ENABLED"):
        handlers.append(logging.StreamHandler())
    if folder:
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{folder} cannot be made ({error.strerror}): check NEWSARCHIVE_LOG_FOLDER"
            ) from error
        handlers.append(DayFiles(Path(folder)))
    lines = TextLines(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"])
    logging.root.setLevel(logging.NOTSET)
    for handler in handlers:
        handler.setFormatter(JsonLines() if log_format == "json" else lines)
        handler.setLevel(settings["LOG_LEVEL"])
        if settings.getbool("LOG_SHORT_NAMES"):
            handler.addFilter(TopLevelFormatter(["scrapy"]))
        logging.root.addHandler(handler)
    settings.set("LOG_INSTALL_ROOT_HANDLER", value=False, priority="cmdline")
