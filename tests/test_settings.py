"""A setting that cannot be used is refused with one line that names it, its value, and what would be right."""

from __future__ import annotations

import json

import pytest
from scrapy.settings import Settings

from newsarchive.crawl.downloading.throttle import PaceAddon
from newsarchive.errors import BadValueError
from newsarchive.settings import NO_SETTINGS, OURS, check_environment, ours

HERE = '{"https://www.ithome.com": "http://127.0.0.1:8000/www.ithome.com"}'


def told(**given: object) -> Settings:
    """The settings of a crawl with some given on its command line."""
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    settings.setdict(given, priority="cmdline")
    PaceAddon().update_settings(settings)
    return settings


def refused(name: str, value: object, **more: object) -> str:
    with pytest.raises(BadValueError) as caught:
        told(**{name: value} | more)
    message = str(caught.value)
    assert name in message
    assert "\n" not in message
    return message


WRONG: dict[str, list[object]] = {
    "NEWSARCHIVE_STORE": ["postgres://localhost/x", "http://[", "", "  ", "a\nb", "a\0b"],
    "NEWSARCHIVE_RAW": ["s3://bucket/raw", "file:///srv/raw", ""],
    "NEWSARCHIVE_JOB_LOGS": ["s3://bucket/logs", ""],
    "NEWSARCHIVE_RAW_FILE_BYTES": ["-1", "0", "512M", "1e99", "", "١"],
    "NEWSARCHIVE_BATCH": ["0", "-3", "many", "1.5", True, "True", "nan", "inf", "1_000"],
    "NEWSARCHIVE_BATCH_SECONDS": ["0", "-1", "nan", "inf", "1e400", True, "two"],
    "NEWSARCHIVE_STORE_WAIT_SECONDS": ["-1", "nan", "long"],
    "NEWSARCHIVE_MONGO_POOL": ["0", "-1", "2.5", "many", True],
    "NEWSARCHIVE_MONGO_SELECTION_SECONDS": ["0", "-1", "nan", "4000"],
    "NEWSARCHIVE_MONGO_CONNECT_SECONDS": ["0", "-1", "inf", "soon"],
    "NEWSARCHIVE_MONGO_ANSWER_SECONDS": ["0", "-1", "90000", None],
    "NEWSARCHIVE_DELAYS": [
        "fast", "5", "[]", "null", '{"default": -1}', '{"default": "five"}', '{"default": NaN}', '{"default": Infinity}',
        '{"default": true}', '{"default": null}', '{"default": [5]}', '{"default": 1e400}', '{"www.36kr.com": -1}',
        '{"https://www.36kr.com": 9}', '{"WWW.36KR.COM": 9}', '{"www.36kr.com:443": 9}', '{"": 9}', '{"*": 9}',
        '{"default": 9, "default": 9}', {"default": float("nan")}, {5: 5.0},
    ],
    "NEWSARCHIVE_PACE": ["nan", "inf", "-inf", "-1", "fast", "", True, "1e9"],
    "NEWSARCHIVE_ORIGINS": [
        "{", "http://127.0.0.1:1", '{"https://www.ithome.com": "127.0.0.1:1"}', '{"https://www.ithome.com": 1}',
        '{"https://www.ithome.com/": "http://127.0.0.1:1"}', '{"www.ithome.com": "http://127.0.0.1:1"}',
        '{"https://www.ithome.com": "file:///etc"}', '{"https://www.ithome.com": "http://127.0.0.1:x/"}',
        '{"https://WWW.ithome.com": "http://127.0.0.1:1"}',
    ],
    "NEWSARCHIVE_ROBOTS_EXCEPTIONS": [
        "[]", '{"mp.weixin.qq.com": ""}', '{"mp.weixin.qq.com": true}', '{"https://mp.weixin.qq.com/": "why"}', '{"*": "why"}',
    ],
    "NEWSARCHIVE_SOURCES": [
        '{"36kr": ["https://www.36kr.com/feed"]}', '{"36kr": {"not a url": 5}}', '{"36kr": {"https://www.36kr.com/feed": "x"}}',
        '{"36kr": {"https://www.36kr.com/feed": -1}}', '{"36kr": {"https://www.36kr.com/feed": true}}',
        '{"36kr": {"https://www.36kr.com/feed": NaN}}', '{"36kr": {"https://www.ithome.com/rss/": 5}}',
        '{"36kr": {"https://www.36kr.com.example.net/feed": 5}}', '{"36kr": {"ftp://www.36kr.com/feed": 5}}',
        '{"36kr": {"http://127.0.0.1/feed": 5}}', '{"sina": {"https://www.sina.com.cn/": 5}}', '{"36kr": "https://www.36kr.com/feed"}',
        '{"36kr": null}', '{"https://www.36kr.com/feed": 5}', "[]", '{"36kr": {"https://www.36kr.com/ feed": 5}}',
    ],
    "NEWSARCHIVE_LIST_PAGES": ["-5", "three", "2.5", "99999999999999999999"],
    "NEWSARCHIVE_REVISIT": [
        '{"a": "b"}', '{"1": "b"}', '{"a": 6}', '{"1": -6}', '{"-1": 6}', '{"nan": 6}', '{"1": NaN}', '{"1": 1e300}',
        '{"1": true}', '{"1": [6]}', "6", "[[1, 6]]", '{"1e300": 6}',
    ],
    "NEWSARCHIVE_COVERAGE_SHARE": ["-0.1", "1.1", "95", "nan", "most"],
    "NEWSARCHIVE_RECHECK_DAYS": ["0", "1,,3", "1,-3", "soon", "1;3", "[1]"],
    "NEWSARCHIVE_RECHECKS": ["-1", "all", "0.5"],
    "NEWSARCHIVE_REVISITS": ["-1", "all", "0.5"],
    "NEWSARCHIVE_PAUSE_SECONDS": ["-1", "nan", "long", "99999999"],
    "NEWSARCHIVE_PAUSE_MOST_SECONDS": ["-1", "inf"],
    "NEWSARCHIVE_LEASE_SECONDS": ["0", "0.5", "-1", "nan", "3601"],
    "NEWSARCHIVE_LEASE_WAIT_SECONDS": ["-1", "nan", "90000", "long"],
    "NEWSARCHIVE_RETRY_AFTER_MOST": ["-1", "nan"],
    "NEWSARCHIVE_BROWSER": ['{"36kr": ["challenge"]}', '{"36kr": "empty"}', '{"sina": ["empty"]}', '{"36kr": [["empty"]]}', "36kr"],
    "NEWSARCHIVE_CHROMIUM": ["", "http://127.0.0.1:9222"],
    "NEWSARCHIVE_CHROMIUM_SANDBOX": ["7", "-1", "yes", True],
    "NEWSARCHIVE_IMAGES": ["on", "", True, "MIRROR"],
    "NEWSARCHIVE_IMAGES_FOLDER": ["", "s3://bucket/images"],
    "NEWSARCHIVE_IMAGE_BYTES": ["0", "-1", "20M"],
    "NEWSARCHIVE_IMAGES_AN_ARTICLE": ["-1", "all"],
    "NEWSARCHIVE_IMAGES_RUN_BYTES": ["-1", "nan"],
    "NEWSARCHIVE_DISK_RESERVE_BYTES": ["-1", "500MB", "nan"],
    "NEWSARCHIVE_ALARM_AFTER_RUN": ["maybe", "", 2],
    "NEWSARCHIVE_ALARM_STALE_HOURS": ["0", "-1", "1d"],
    "NEWSARCHIVE_ALARM_LATE_HOURS": ["0", "nan"],
    "NEWSARCHIVE_ALARM_DISK_DAYS": ["-1", "soon"],
    "NEWSARCHIVE_ALARM_CALM_HOURS": ["-1", "6h"],
    "NEWSARCHIVE_ALARM_LEAST": ["bad", "", "WARNING"],
    "NEWSARCHIVE_ALARM_MAIL_TO": ["nobody", "a@b,", "a@b\nBcc: c@d", "a b@c", "A <a@b>"],
    "NEWSARCHIVE_ALARM_MAIL_FROM": ["nobody", "a@b\r\nX: y"],
    "NEWSARCHIVE_ALARM_SMTP": ["mail.example", "http://mail.example", "smtp://", "smtp://u:p@mail.example", "smtp://h:x", "smtp://h/x"],
    "NEWSARCHIVE_ALARM_SMTP_USER": ["a\x1b[31m"],
    "NEWSARCHIVE_ALARM_SECONDS": ["0", "-1", "nan"],
    "NEWSARCHIVE_METRICS_FOLDER": [" ", "http://127.0.0.1/metrics", "a\nb", 1],
    "NEWSARCHIVE_LOG_FORMAT": ["JSON", "logfmt", "", None],
    "NEWSARCHIVE_LOG_FOLDER": [" ", "http://127.0.0.1/logs", "a\nb", 1],
    "NEWSARCHIVE_KEEP_LOGS_DAYS": ["-1", "1.5", "90d", "", True, 36_501],
    "NEWSARCHIVE_KEEP_RUNS_DAYS": ["-1", "1.5", "400d", "", True, 36_501],
    "NEWSARCHIVE_KEEP_EVENTS_DAYS": ["-1", "1.5", "a year", "", True, 36_501],
    "NEWSARCHIVE_DRAFT_URL": ["127.0.0.1:11434", "file:///etc/passwd", "http://", "http://[", "x y"],
    "NEWSARCHIVE_DRAFT_MODEL": ["a\x1b[31m"],
    "NEWSARCHIVE_DRAFT_SECONDS": ["0", "-1", "nan"],
    "LOG_LEVEL": ["LOUD", "", "10"],
    "CONCURRENT_ITEMS": ["0", "x"],
    "DOWNLOAD_TIMEOUT": ["0", "-1", "nan", "soon"],
    "RETRY_TIMES": ["-1", "many"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_value_that_means_nothing_is_refused(name: str, value: object) -> None:
    assert "it takes" in refused(name, value)


def test_every_setting_has_wrong_values_and_takes_its_own_default() -> None:
    assert {setting.name for setting in OURS} <= set(WRONG)
    for setting in OURS:
        given = json.dumps(setting.default) if isinstance(setting.default, dict) else str(setting.default)
        assert setting.read(given) == setting.default
        assert setting.read(setting.default) == setting.default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEWSARCHIVE_PACE", "0.5"),
        ("NEWSARCHIVE_PACE", "0"),
        ("NEWSARCHIVE_DELAYS", '{"default": 0}'),
        ("NEWSARCHIVE_DELAYS", '{"default": 0.1}'),
        ("NEWSARCHIVE_DELAYS", '{"default": 5}'),  # for weixin it would be twice as fast
        ("NEWSARCHIVE_DELAYS", '{"default": 10, "www.36kr.com": 1}'),
        ("NEWSARCHIVE_DELAYS", '{"default": 10, "www.ithome.com": 1.9}'),
        ("NEWSARCHIVE_DELAYS", "{}"),
        ("NEWSARCHIVE_PAUSE_SECONDS", "1"),
        ("NEWSARCHIVE_PAUSE_MOST_SECONDS", "10"),
        ("DOWNLOAD_DELAY", "0"),
        ("DOWNLOAD_DELAY_JITTER", "1"),
        ("DOWNLOAD_SLOTS", '{"www.36kr.com": {"delay": 0}}'),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", "16"),
        ("RANDOMIZE_DOWNLOAD_DELAY", "0"),
        ("AUTOTHROTTLE_ENABLED", "1"),
        ("ROBOTSTXT_OBEY", "0"),
        ("ADDONS", "{}"),
        ("DOWNLOADER_MIDDLEWARES", "{}"),
        ("DOWNLOAD_HANDLERS", "{}"),
    ],
)
@pytest.mark.parametrize("origins", ["{}", '{"https://www.ithome.com": "https://mirror.example/"}'])
def test_no_real_site_is_hurried(name: str, value: str, origins: str) -> None:
    assert "on this machine" in refused(name, value, NEWSARCHIVE_ORIGINS=origins)
    told(**{name: value, "NEWSARCHIVE_ORIGINS": HERE})


def test_a_spiders_own_settings_hurry_no_real_site() -> None:
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    settings.set("DOWNLOAD_DELAY", 0, priority="spider")
    with pytest.raises(BadValueError, match="DOWNLOAD_DELAY"):
        PaceAddon().update_settings(settings)


def test_slower_is_fine() -> None:
    settings = told(NEWSARCHIVE_DELAYS='{"default": 20}', NEWSARCHIVE_PACE="1.5")
    assert settings.getfloat("DOWNLOAD_DELAY") == 30
    faster_and_slower = told(
        NEWSARCHIVE_DELAYS='{"default": 2.5, "mp.weixin.qq.com": 5, "www.ithome.com": 1, "m.ithome.com": 1}',
        NEWSARCHIVE_PACE="2",
    )
    assert faster_and_slower.getfloat("DOWNLOAD_DELAY") == 5


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("NEWSARCHIVE_LIST_PAGE", "NEWSARCHIVE_LIST_PAGES"),
        ("NEWSARCHIVE_DELAY", "NEWSARCHIVE_DELAYS"),
        ("newsarchive_store", "NEWSARCHIVE_STORE"),
        ("NEWSARCHIVE_RETRY_AFTER", "NEWSARCHIVE_RETRY_AFTER_MOST"),
        ("NEWSARCHIVE_", "NEWSARCHIVE_"),
        ("NEWSARCHIV_STORE", "NEWSARCHIVE_STORE"),
        ("NEWS_ARCHIVE_DELAYS", "NEWSARCHIVE_DELAYS"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str, near: str) -> None:
    assert near in refused(name, "5")
    with pytest.raises(BadValueError, match=near):
        ours({name: "5"})


def test_a_setting_without_its_prefix_is_refused_on_a_command_line_only() -> None:
    assert "NEWSARCHIVE_PACE" in refused("PACE", "2")
    check_environment(["PACE", "STORE", "RAW"])


def test_no_credentials_in_a_message() -> None:
    assert "geheim" not in refused("NEWSARCHIVE_STORE", "mongodb://editor:geheim@127.0.0.1/x\n")


def test_a_key_is_no_setting_but_may_stand_in_the_environment() -> None:
    check_environment([*NO_SETTINGS, "NEWSARCHIVE_TEST_MONGO", "PATH"])
    refused("NEWSARCHIVE_DRAFT_KEY", "secret")


def test_a_log_level_may_be_written_small() -> None:
    assert told(LOG_LEVEL="error")["LOG_LEVEL"] == "ERROR"
