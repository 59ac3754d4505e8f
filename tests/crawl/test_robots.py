"""As much of a robots.txt is read as a crawler has to read, in whole lines; one that cannot be read forbids, for its reason."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadConnectionRefusedError
from scrapy.http import Response

from newsarchive.crawl.downloading.robots import MOST_BYTES, RobotsMiddleware, whole_lines
from newsarchive.crawl.reasons import RefusedError, reason_of
from spiders.ithome import IthomeSpider

RULE = b"Disallow: /private/secret\n"


@pytest.mark.parametrize("body", [b"", RULE, b"x" * MOST_BYTES])
def test_a_usual_one_is_read_to_its_end(body: bytes) -> None:
    assert whole_lines(body) == body


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_long_one_ends_with_a_whole_line(end: bytes) -> None:
    rule = RULE.rstrip() + end
    read = whole_lines(rule * MOST_BYTES)
    assert MOST_BYTES - len(rule) <= len(read) <= MOST_BYTES
    assert set(read.replace(b"\r", b"\n").split(b"\n")) <= {RULE.rstrip(), b""}


def test_an_endless_line_is_none() -> None:
    assert whole_lines(b"x" * (MOST_BYTES + 1)) == b""


class Engine:
    """One answer for all that is asked, or an exception."""

    def __init__(self, answer: Response | Exception) -> None:
        self._answer = answer

    async def download_async(self, _: Request) -> Response:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (DownloadConnectionRefusedError(), "connection_refused"),
        (RefusedError("redirect_loop", "/robots.txt leads to itself"), "redirect_loop"),
        (503, "robots_http_503"),
        (429, "robots_http_429"),
        (b"User-agent: *\nDisallow: /0/", "robots"),
    ],
)
async def test_what_forbids_a_page_says_why(answer: Any, reason: str) -> None:  # noqa: ANN401
    crawler = Crawler(IthomeSpider, {"ROBOTSTXT_OBEY": True, "TWISTED_REACTOR_ENABLED": False})
    crawler._apply_settings()
    asked = Request("https://www.ithome.com/robots.txt")
    if not isinstance(answer, Exception):
        status, body = (answer, b"") if isinstance(answer, int) else (200, answer)
        answer = Response(asked.url, status, body=body, request=asked)
    crawler.engine = Engine(answer)  # type: ignore[assignment]
    with pytest.raises(RefusedError) as refused:
        await RobotsMiddleware(crawler).process_request(Request("https://www.ithome.com/0/1/2.htm"))
    assert reason_of(refused.value) == reason
