"""Redirects are followed within the site's own hosts; one that leads elsewhere is a page that says so."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from newsarchive.crawl.context import context_of
from newsarchive.crawl.downloading.redirects import SiteRedirectMiddleware
from newsarchive.crawl.reasons import RefusedError
from newsarchive.items.verdict import Verdict
from spiders.ithome import IthomeSpider

PAGE = "https://www.ithome.com/0/897/104.htm"
BASE = "http://127.0.0.1:8000/www.ithome.com"


async def answered(
    location: bytes | str, *, url: str = PAGE, status: int = 302, meta: dict[str, object] | None = None
) -> Request | Response:
    """What becomes of a request that was answered with a redirect."""
    settings = {"NEWSARCHIVE_ORIGINS": {"https://www.ithome.com": BASE}}
    middleware = SiteRedirectMiddleware.from_crawler(Crawler(IthomeSpider, settings))
    request = Request(url, meta=meta)
    response = Response(url, status=status, headers={"Location": location}, request=request)
    return await middleware.process_response(request, response)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/0/897/105.htm", "https://www.ithome.com/0/897/105.htm"),
        ("105.htm", "https://www.ithome.com/0/897/105.htm"),
        ("//m.ithome.com/html/897104.htm", "https://m.ithome.com/html/897104.htm"),
        ("https://m.ithome.com/html/897104.htm", "https://m.ithome.com/html/897104.htm"),
        ("http://m.ithome.com/html/897104.htm", "https://m.ithome.com/html/897104.htm"),
        ("http://m.ithome.com:80/?a=http://x:80/", "https://m.ithome.com?a=http://x:80/"),
        ("HTTPS://WWW.ITHOME.COM:443/0/897/105.htm", "https://www.ithome.com/0/897/105.htm"),
        (f"{BASE}/0/897/105.htm", "https://www.ithome.com/0/897/105.htm"),
        ("../../../../0/897/105.htm", "https://www.ithome.com/0/897/105.htm"),
        ("/中文.htm".encode(), "https://www.ithome.com/%E4%B8%AD%E6%96%87.htm"),
    ],
)
async def test_within_the_site_it_is_followed(location: bytes | str, target: str) -> None:
    followed = await answered(location, meta={"download_slot": "www.ithome.com"})
    assert isinstance(followed, Request)
    assert followed.url.replace(".com/?", ".com?") == target
    assert followed.meta["redirect_urls"] == [PAGE]
    assert "download_slot" not in followed.meta


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("http://127.0.0.1:28111/secret", "http://127.0.0.1:28111/secret"),
        ("http://127.0.0.1:8000/secret", "http://127.0.0.1:8000/secret"),
        (f"{BASE}/../secret", "https://www.ithome.com/../secret"),
        ("http://2130706433/", "http://2130706433/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:127.0.0.1]/"),
        ("//localhost/", "https://localhost/"),
        ("https://www.36kr.com/p/1", "https://www.36kr.com/p/1"),
        ("https://www.ithome.com.example.com/", "https://www.ithome.com.example.com/"),
        ("https://www.ithome.com@example.com/", "https://www.ithome.com@example.com/"),
        ("https://www.ithome.com:8443/", "https://www.ithome.com:8443/"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        (b"http://[\x1b[31m", "http://[%1B[31m"),
        ("https://[bad]/" + "a" * 9000, "https://[bad]/" + "a" * 1986),
    ],
)
async def test_off_the_site_the_answer_is_the_page(location: bytes | str, target: str) -> None:
    stayed = await answered(location)
    assert isinstance(stayed, Response)
    assert stayed.status == 302
    context = context_of(stayed)
    assert context.reading is not None
    assert (context.moved_to, context.judged_by_address) == (target, True)
    assert (context.reading.verdict, context.reading.notice) == (Verdict.OTHER, target)


async def test_robots_txt_is_not_looked_for_elsewhere() -> None:
    with pytest.raises(RefusedError, match=r"leads off the site, to http://127\.0\.0\.1/robots\.txt") as off:
        await answered("http://127.0.0.1/robots.txt", meta={"dont_obey_robotstxt": True})
    assert off.value.reason == "off_site"


@pytest.mark.parametrize(
    ("location", "been"),
    [
        (PAGE, []),
        (f"{PAGE}#top", []),
        (PAGE.replace("https:", "http:"), []),
        ("https://m.ithome.com/a", ["https://m.ithome.com/a"]),
        ("/new", [f"https://www.ithome.com/{number}" for number in range(20)]),
    ],
)
async def test_a_loop_is_one_at_once(location: str, been: list[str]) -> None:
    meta: dict[str, object] = {"redirect_urls": been, "redirect_times": len(been)}
    with pytest.raises(RefusedError) as loop:
        await answered(location, meta=meta)
    assert loop.value.reason == "redirect_loop"


@pytest.mark.parametrize("status", [200, 300, 304, 404])
async def test_other_statuses_lead_nowhere(status: int) -> None:
    page = await answered("http://127.0.0.1/", status=status)
    assert isinstance(page, Response)
    assert not context_of(page).moved_to
