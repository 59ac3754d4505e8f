"""What happens to an article between its page and the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector

from newsarchive.items.article import Article
from newsarchive.items.body import Cell, Image, ListBlock, Paragraph, Quote, Span, Table
from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.normal_form import guess
from pipelines.dates import DatesPipeline
from pipelines.identity import IdentityPipeline
from pipelines.images import ImagesPipeline
from spiders.ithome import IthomeSpider

FETCHED = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture
def crawler() -> Crawler:
    crawler = Crawler(IthomeSpider)
    crawler.stats = MemoryStatsCollector(crawler)
    return crawler


def article(**fields: Any) -> Article:  # noqa: ANN401
    given: dict[str, Any] = {
        "site": "ithome",
        "identity": "ithome:897104",
        "kind": Verdict.ARTICLE,
        "url": "https://www.ithome.com/0/897/104.htm",
        "title": "标题",
        "body": [Paragraph([Span("正文")])],
        "fetched_at": FETCHED,
    }
    return Article.model_validate(given | fields)


def test_one_url_per_identity() -> None:
    mobile = "https://m.ithome.com/html/897104.htm"
    item = IdentityPipeline().process_item(article(url=mobile))
    assert item.url == "https://www.ithome.com/0/897/104.htm"
    assert mobile in item.aliases


@pytest.mark.parametrize(
    "name", ["ithome:880002", "https://www.ithome.com/0/880/002.htm", "https://m.ithome.com/html/880002.htm"]
)
def test_no_article_goes_by_a_name_of_another(name: str) -> None:
    item = IdentityPipeline().process_item(article(aliases=(name, "https://example.com/897")))
    assert item.aliases == ("https://example.com/897",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3小时前", FETCHED - timedelta(hours=3)),
        ("2026/6/24 21:04:28", datetime(2026, 6, 24, 21, 4, 28, tzinfo=SHANGHAI)),
        ("发布于火星", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
    ],
)
def test_times_left_as_text_are_read(crawler: Crawler, text: str, expected: datetime | None) -> None:
    item = DatesPipeline.from_crawler(crawler).process_item(article(published_text=text))
    assert item.published_at == expected
    assert item.published_text == text


def test_a_time_after_the_fetching_is_no_time(crawler: Crawler) -> None:
    future = FETCHED + timedelta(hours=8)
    given = article(published_at=future, published_text="x")
    assert DatesPipeline.from_crawler(crawler).process_item(given).published_at is None
    assert crawler.stats.get_value("record/date_in_future_count") == 1


@pytest.mark.parametrize(
    "text", ["2026年11月20日 上午12:30", "11月20日 晚上2:00", "明早8点", "9999-12-31", "0001-01-01"]
)
def test_what_the_grammar_refuses_is_not_guessed(text: str) -> None:
    assert guess(text, FETCHED) is None


def test_dateparser_is_told_what_cst_means_in_china() -> None:
    assert guess("Nov 20, 2026 at 10:00 CST", FETCHED) == datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)


def test_dateparser_is_strict() -> None:
    assert guess("十二月", FETCHED) is None
    assert guess("garbage", FETCHED) is None


def test_pictures_get_one_url_and_the_sites_key(crawler: Crawler) -> None:
    urls = [
        "//img.ithome.com/newsuploadfiles/2026/6/a.jpg?x-bce-process=image/format,f_auto",
        "https://img.ithome.com/newsuploadfiles/2026/6/a.jpg#top",
    ]
    given = article(body=[Image(url) for url in urls])
    images = ImagesPipeline.from_crawler(crawler).process_item(given).images
    assert all(image.url.startswith("https://") and "#" not in image.url for image in images)
    assert len({image.key for image in images}) == 1


@pytest.mark.parametrize(
    "address", ["http://[", "//[/a.png", "https://[bad]/a", "http://℀.com/x", "https://a／b.com/x"]
)
def test_a_picture_whose_address_is_none_costs_itself_only(crawler: Crawler, address: str) -> None:
    good = "https://img.ithome.com/a.jpg"
    body = [
        Image(address, caption="图说"),
        Paragraph([Span("前"), Image(address), Image(good), Span("后")]),
        Quote([ListBlock([[Image(address)], [Image(good)]])]),
        Table([[Cell([Image(address, alt="表")])]]),
    ]
    given = article(body=body, cover=address)
    done = ImagesPipeline.from_crawler(crawler).process_item(given)
    assert [image.url for image in done.images] == [good, good]
    assert done.text == "图说\n前后\n表"
    assert done.cover is None
    assert crawler.stats.get_value("image/unfetchable_count") == 4
