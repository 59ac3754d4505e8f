"""Whose pages are asked for: those of the site's own hosts, at public addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy import Request
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from newsarchive.crawl.downloading.trust import is_own, is_public
from newsarchive.crawl.reasons import RefusedError
from newsarchive.sites import SITES
from spiders.ithome import IthomeSpider


@pytest.mark.parametrize(
    "url",
    [
        "https://www.ithome.com/0/897/104.htm",
        "http://m.ithome.com/html/897104.htm",
        "https://ITHOME.com",
        "https://www.ithome.com:443/",
        "https://www.ithome.com/rss/?a=../b",
        "https://www.ithome.com/%E4%B8%80..%E4%BA%8C/",
    ],
)
def test_own_hosts(url: str) -> None:
    assert is_own(url, SITES["ithome"])


@pytest.mark.parametrize(
    "url",
    [
        "https://www.36kr.com/p/1",
        "https://ithome.com.example.com/",
        "https://notithome.com/",
        "https://www.ithome.com@127.0.0.1/",
        "https://user:word@www.ithome.com/",
        "https://www.ithome.com:8080/",
        "http://www.ithome.com:443/",
        "https://www.ithome.com:99999/",
        "https://www.ithome.com./",
        "https://www。ithome。com/",
        "https://127.0.0.1\\.ithome.com/",
        "https://a%00.ithome.com/",
        "https://www.ithome.com/a/../../secret",
        "https://www.ithome.com/a/%2e%2E/secret",
        "https://www.ithome.com/a/..%5Csecret",
        "ftp://www.ithome.com/",
        "file:///etc/passwd",
        "data:text/html,x",
        "javascript:alert(1)",
        "chrome-error://chromewebdata/",
        "//www.ithome.com/",
        "http://[",
        "http://℀.com/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "",
    ],
)
def test_others(url: str) -> None:
    assert not is_own(url, SITES["ithome"])


@pytest.mark.parametrize("address", ["36.110.1.1", "2400:3200::1", "8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_of_this_machine_and_its_network(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("url", ["https://www.36kr.com/feed", "http://127.0.0.1/", "ftp://www.ithome.com/"])
async def test_no_request_to_others_leaves_nor_asks_their_robots_txt(tmp_path: Path, url: str) -> None:
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    places = {"NEWSARCHIVE_STORE": str(tmp_path / "a.sqlite"), "NEWSARCHIVE_RAW": str(tmp_path / "raw")}
    settings.setdict(places | {"TWISTED_REACTOR_ENABLED": False}, priority="cmdline")
    crawler = Crawler(IthomeSpider, settings)
    crawler._apply_settings()
    left = []

    async def leave(request: Request) -> Response:
        left.append(request)
        return Response(request.url)

    with pytest.raises(RefusedError, match="is not on a host of"):
        await DownloaderMiddlewareManager.from_crawler(crawler).download_async(leave, Request(url))
    assert left == []
