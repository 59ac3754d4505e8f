"""A site's pages can come from elsewhere without a trace in what is stored."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from newsarchive.crawl.downloading.origins import mapped, unmapped
from newsarchive.crawl.downloading.throttle import PaceAddon
from newsarchive.errors import BadValueError

ORIGINS = {"https://www.ithome.com": "http://127.0.0.1:8000/www.ithome.com/"}


@pytest.mark.parametrize(
    ("url", "fetched"),
    [
        ("https://www.ithome.com/0/897/104.htm", "http://127.0.0.1:8000/www.ithome.com/0/897/104.htm"),
        ("https://www.ithome.com", "http://127.0.0.1:8000/www.ithome.com/"),
        (
            "https://www.ithome.com/list/?a=1&b=%E4%B8%80",
            "http://127.0.0.1:8000/www.ithome.com/list/?a=1&b=%E4%B8%80",
        ),
        ("https://m.ithome.com/html/897104.htm", "https://m.ithome.com/html/897104.htm"),
        ("http://www.ithome.com/", "http://www.ithome.com/"),
        ("https://WWW.ithome.com:443/a", "http://127.0.0.1:8000/www.ithome.com/a"),
    ],
)
def test_only_named_origins_are_mapped(url: str, fetched: str) -> None:
    assert mapped(url, ORIGINS) == fetched


def with_settings(**given: object) -> Settings:
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    settings.setdict(given, priority="cmdline")
    PaceAddon().update_settings(settings)
    return settings


def test_delays_become_slots_of_one_connection() -> None:
    settings = with_settings(
        NEWSARCHIVE_DELAYS='{"default": 4, "mp.weixin.qq.com": 10}', NEWSARCHIVE_PACE="1.5"
    )
    assert settings.getfloat("DOWNLOAD_DELAY") == 6
    assert settings.getdict("DOWNLOAD_SLOTS") == {
        "mp.weixin.qq.com": {"concurrency": 1, "delay": 15, "jitter": 0.5}
    }


@pytest.mark.parametrize("origins", ["{}", '{"https://www.ithome.com": "https://mirror.example/ithome"}'])
def test_real_sites_are_not_asked_faster(origins: str) -> None:
    with pytest.raises(BadValueError, match="NEWSARCHIVE_PACE"):
        with_settings(NEWSARCHIVE_PACE="0.5", NEWSARCHIVE_ORIGINS=origins)


def test_samples_may_be_asked_at_once() -> None:
    settings = with_settings(
        NEWSARCHIVE_PACE="0", NEWSARCHIVE_ORIGINS='{"https://a.cn": "http://127.0.0.1:1/a"}'
    )
    assert settings.getfloat("DOWNLOAD_DELAY") == 0


@pytest.mark.parametrize(
    ("url", "real"),
    [
        ("http://127.0.0.1:8000/www.ithome.com/0/1.htm?a", "https://www.ithome.com/0/1.htm?a"),
        ("http://127.0.0.1:8000/www.ithome.com", "https://www.ithome.com"),
        ("http://127.0.0.1:8000/www.ithome.com?a", "https://www.ithome.com?a"),
        ("http://127.0.0.1:8000/www.ithome.com.example/", "http://127.0.0.1:8000/www.ithome.com.example/"),
        ("http://127.0.0.1:80001/www.ithome.com/", "http://127.0.0.1:80001/www.ithome.com/"),
        ("https://m.ithome.com/", "https://m.ithome.com/"),
    ],
)
def test_a_mirror_names_its_own_pages(url: str, real: str) -> None:
    assert unmapped(url, ORIGINS) == real


def test_the_longest_base_counts() -> None:
    origins = {"https://www.ithome.com": "http://127.0.0.1:1", "https://m.ithome.com": "http://127.0.0.1:1/m"}
    assert unmapped("http://127.0.0.1:1/m/x", origins) == "https://m.ithome.com/x"
