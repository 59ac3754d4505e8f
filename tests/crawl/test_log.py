"""The log of a crawl: lines of JSON that a program reads, lines of text that no terminal obeys."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import Settings

from newsarchive.crawl.log import CRAWL, DayFiles, JsonLines, TextLines, forget_logs, set_up_log

URL = "https://www.ithome.com/0/897/104.htm"


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "crawl.log"


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    level, before = logging.root.level, [*logging.root.handlers]
    yield logging.getLogger("newsarchive.test")
    for handler in [*logging.root.handlers]:
        if handler not in before:
            logging.root.removeHandler(handler)
            handler.close()
    logging.root.setLevel(level)


def begun(path: Path, log_format: str) -> Settings:
    settings = Settings({"LOG_FILE": str(path), "LOG_LEVEL": "INFO", "LOG_FILE_APPEND": False})
    set_up_log(settings, log_format)
    return settings


def test_each_line_is_an_object_with_run_site_and_page(log_file: Path, logger: logging.Logger) -> None:
    settings = begun(log_file, "json")
    assert not settings.getbool("LOG_INSTALL_ROOT_HANDLER")
    token = CRAWL.set(("r1", "ithome"))
    logger.info("No %s at %s: status %s", "article", URL, 200)
    logger.warning("Crawled %(request)s", {"request": Request(URL)})
    logger.debug("not asked for")
    CRAWL.reset(token)
    logger.error("two\nlines, 中文")
    first, second, third = [json.loads(line) for line in log_file.read_text(encoding="utf-8").splitlines()]
    assert first.items() >= {
        "level": "INFO", "logger": "newsarchive.test", "run": "r1", "site": "ithome", "url": URL,
        "identity": "ithome:897104", "message": f"No article at {URL}: status 200",
    }.items()  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", first["time"])
    assert (second["url"], second["identity"]) == (URL, "ithome:897104")
    assert third["message"] == "two\nlines, 中文"
    assert not {"run", "site", "url", "identity", "exception"} & third.keys()


def test_an_exception_is_in_its_line(log_file: Path, logger: logging.Logger) -> None:
    begun(log_file, "json")
    try:
        int("x")
    except ValueError:
        logger.exception("odd")
    (line,) = log_file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["exception"].endswith("invalid literal for int() with base 10: 'x'")


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_neither_escapes_nor_secrets_get_into_the_log(
    log_file: Path, logger: logging.Logger, log_format: str
) -> None:
    begun(log_file, log_format)
    logger.info("%s", "\x1b[2J\x9b31m \u202etxt \x07 mongodb://editor:geheim@db.example/news")
    try:
        raise ValueError("https://user:geheim@proxy.example/")  # noqa: TRY301
    except ValueError:
        logger.exception("at %s", "https://user:geheim@www.ithome.com/0/1/1.htm")
    text = log_file.read_text(encoding="utf-8")
    assert "geheim" not in text
    assert "db.example" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


def test_half_a_character_is_written_in_another_way(logger: logging.Logger) -> None:
    # Not logged: pytest would put it into its report, which then cannot be sent from a worker.
    record = logger.makeRecord("newsarchive.test", logging.INFO, "", 0, "at \ud800", (), None)
    assert JsonLines().format(record).encode().count(b"\\ud800") == 1
    assert TextLines().format(record) == "at \ufffd"


def test_a_folder_gets_a_file_a_day_and_old_ones_go(tmp_path: Path, logger: logging.Logger) -> None:
    handler = DayFiles(tmp_path)
    for at in (datetime(2026, 11, 28, 23, 59, 59, tzinfo=UTC), datetime(2026, 11, 29, tzinfo=UTC)):
        record = logger.makeRecord("newsarchive.test", logging.INFO, "", 0, "at %s \ud800", (at,), None)
        record.created = at.timestamp()
        handler.emit(record)
    handler.close()
    (tmp_path / "crawl-notes.log").touch()
    days = sorted(path.name for path in tmp_path.glob("crawl-2*"))
    assert days == ["crawl-2026-11-28.log", "crawl-2026-11-29.log"]
    assert (tmp_path / days[0]).read_text(encoding="utf-8") == "at 2026-11-28 23:59:59+00:00 \\ud800\n"
    assert forget_logs(tmp_path, date(2026, 11, 29), change=False) == 1
    assert forget_logs(tmp_path, date(2026, 11, 29)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [days[1], "crawl-notes.log"]
