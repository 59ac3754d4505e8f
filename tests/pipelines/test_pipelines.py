"""What happens to an article between its page and the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import MemoryStatsCollector

from newsarchive.body import Image, Paragraph, Span
from newsarchive.items import SHANGHAI, Article, Verdict
from pipelines.dates import DatesPipeline, guess
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


def test_a_repeat_is_dropped_and_counted(crawler: Crawler) -> None:
    pipeline = IdentityPipeline.from_crawler(crawler)
    first = article()
    assert pipeline.process_item(first) is first
    with pytest.raises(DropItem):
        pipeline.process_item(article())
    assert crawler.stats.get_value("record/duplicate_count") == 1
    assert crawler.stats.get_value("record/read_count") == 2


def test_a_repeat_with_other_words_goes_on(crawler: Crawler) -> None:
    pipeline = IdentityPipeline.from_crawler(crawler)
    pipeline.process_item(article())
    changed = article(body=[Paragraph([Span("更新后的正文")])])
    assert pipeline.process_item(changed) is changed


def test_one_url_per_identity(crawler: Crawler) -> None:
    pipeline = IdentityPipeline.from_crawler(crawler)
    mobile = "https://m.ithome.com/html/897104.htm"
    item = pipeline.process_item(article(url=mobile))
    assert isinstance(item, Article)
    assert item.url == "https://www.ithome.com/0/897/104.htm"
    assert mobile in item.aliases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3小时前", FETCHED - timedelta(hours=3)),
        ("2026/6/24 21:04:28", datetime(2026, 6, 24, 21, 4, 28, tzinfo=SHANGHAI)),
        ("发布于火星", None),
    ],
)
def test_times_left_as_text_are_read(crawler: Crawler, text: str, expected: datetime | None) -> None:
    item = DatesPipeline.from_crawler(crawler).process_item(article(published_text=text))
    assert isinstance(item, Article)
    assert item.published_at == expected
    assert item.published_text == text


def test_a_time_after_the_fetching_is_no_time(crawler: Crawler) -> None:
    future = FETCHED + timedelta(hours=8)
    item = DatesPipeline.from_crawler(crawler).process_item(article(published_at=future, published_text="x"))
    assert isinstance(item, Article)
    assert item.published_at is None
    assert crawler.stats.get_value("record/date_in_future_count") == 1


def test_dateparser_is_strict() -> None:
    assert guess("十二月", FETCHED) is None
    assert guess("garbage", FETCHED) is None


def test_pictures_get_one_url_and_the_sites_key(crawler: Crawler) -> None:
    urls = [
        "//img.ithome.com/newsuploadfiles/2026/6/a.jpg?x-bce-process=image/format,f_auto",
        "https://img.ithome.com/newsuploadfiles/2026/6/a.jpg#top",
    ]
    item = ImagesPipeline.from_crawler(crawler).process_item(article(body=[Image(url) for url in urls]))
    assert isinstance(item, Article)
    assert all(image.url.startswith("https://") and "#" not in image.url for image in item.images)
    assert len({image.key for image in item.images}) == 1
