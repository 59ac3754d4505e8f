"""Who may have a browser, and what it may ask; that it works is tested with a real one in tests/e2e."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings

from newsarchive.crawl.downloading.browser import BrowserAddon, is_unwanted
from newsarchive.crawl.downloading.throttle import PaceAddon
from newsarchive.errors import BadValueError
from newsarchive.sites import SITES

KR36 = (SITES["36kr"],)
BASES = ("http://127.0.0.1:8000/www.36kr.com/",)


def asked(resource_type: str, url: str) -> Any:  # noqa: ANN401 - what is looked at of a browser's request
    return SimpleNamespace(resource_type=resource_type, url=url)


def with_settings(**given: object) -> Settings:
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    settings.setdict(
        {"NEWSARCHIVE_CHROMIUM": sys.executable, "NEWSARCHIVE_CHROMIUM_SANDBOX": "0"} | given,
        priority="cmdline",
    )
    PaceAddon().update_settings(settings)
    BrowserAddon().update_settings(settings)
    return settings


def test_without_a_site_there_is_nothing_of_a_browser() -> None:
    settings = with_settings(NEWSARCHIVE_BROWSER="{}", NEWSARCHIVE_CHROMIUM="/nowhere")
    assert not [name for name in settings if name.startswith("PLAYWRIGHT")]
    assert "rendering" not in str(settings.getdict("DOWNLOAD_HANDLERS"))


@pytest.mark.parametrize(
    ("browser", "said"),
    [
        ('{"kr36": ["empty"]}', "knows 36kr, ithome, weixin"),
        ('{"36kr": ["challenge"]}', "never evaded"),
        ('{"36kr": ["empty", "captcha"]}', "never evaded"),
        ('{"36kr": ["emtpy"]}', "empty or other"),
        ('{"36kr": "empty"}', "a list"),
    ],
)
def test_a_browser_is_for_known_sites_and_pages_without_content(browser: str, said: str) -> None:
    with pytest.raises(BadValueError, match=said):
        with_settings(NEWSARCHIVE_BROWSER=browser)


def test_missing_browser_is_said_before_the_first_request() -> None:
    with pytest.raises(BadValueError, match="/nowhere/chromium, which is no program"):
        with_settings(NEWSARCHIVE_BROWSER='{"36kr": ["empty"]}', NEWSARCHIVE_CHROMIUM="/nowhere/chromium")


def test_sandbox_is_on_and_root_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"NEWSARCHIVE_BROWSER": '{"36kr": ["empty"]}', "NEWSARCHIVE_CHROMIUM_SANDBOX": "1"}
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert with_settings(**wanted).getdict("PLAYWRIGHT_LAUNCH_OPTIONS")["chromium_sandbox"] is True
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(BadValueError, match="NEWSARCHIVE_CHROMIUM_SANDBOX=0"):
        with_settings(**wanted)


@pytest.mark.parametrize(
    ("kind", "url", "unwanted"),
    [
        ("document", "https://www.36kr.com/p/1", False),
        ("script", "https://static.36krcdn.com/app.js", False),
        ("image", "https://img.36krcdn.com/1.jpg", True),
        ("media", "https://img.36krcdn.com/1.mp4", True),
        ("script", "file:///etc/passwd", True),
        ("fetch", "http://127.0.0.1:6800/schedule.json", True),
        ("fetch", "http://[::1]:6800/", True),
        ("fetch", "http://192.168.1.1/", True),
        ("fetch", "http://169.254.169.254/latest/", True),
        ("fetch", "http://localhost:6800/", True),
        ("fetch", "http://metadata.google.internal/", True),
        ("document", "https://www.example.com/", True),
        ("script", "https://static.36krcdn.com.example.com/app.js", True),
        ("document", "https://www.ithome.com/", True),
    ],
)
def test_only_what_makes_text_is_asked_of_the_sites_hosts(kind: str, url: str, *, unwanted: bool) -> None:
    assert is_unwanted(asked(kind, url), KR36) is unwanted


@pytest.mark.parametrize(
    ("url", "unwanted"),
    [
        ("http://127.0.0.1:8000/www.36kr.com/p/1", False),
        ("http://127.0.0.1:8000/", True),
        ("http://127.0.0.1:80001/www.36kr.com/p/1", True),
        ("https://static.36krcdn.com/app.js", True),
    ],
)
def test_with_mapped_origins_nothing_else_is_asked(url: str, *, unwanted: bool) -> None:
    assert is_unwanted(asked("script", url), KR36, BASES) is unwanted


def rules(**given: object) -> str:
    """What Chromium is told of hosts."""
    settings = with_settings(NEWSARCHIVE_BROWSER='{"36kr": ["empty"]}', **given)
    (told,) = [
        argument.partition("=")[2]
        for argument in settings.getdict("PLAYWRIGHT_LAUNCH_OPTIONS")["args"]
        if argument.startswith("--host-resolver-rules=")
    ]
    return str(told)


def test_redirects_in_the_browser_find_no_other_host() -> None:
    assert rules() == "MAP * ~NOTFOUND , EXCLUDE 36kr.com , EXCLUDE *.36kr.com , EXCLUDE *.36krcdn.com"
    origins = f'{{"https://www.36kr.com": "{BASES[0]}"}}'
    assert rules(NEWSARCHIVE_ORIGINS=origins) == "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
