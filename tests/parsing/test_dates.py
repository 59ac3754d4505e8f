"""Times as the sites write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.items.record import SHANGHAI
from newsarchive.parsing.dates import Precision, from_epoch, parse

NOON = datetime(2026, 10, 1, 12, 0, tzinfo=SHANGHAI)


def beijing(*parts: int) -> datetime:
    year, month, day, hour, minute, second, microsecond = (*parts, *(0,) * (7 - len(parts)))
    return datetime(year, month, day, hour, minute, second, microsecond, SHANGHAI)


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2026-07-15 11:05:44  +0800", beijing(2026, 7, 15, 11, 5, 44), "second"),
        ("2026-07-15 11:05:44 +0800", beijing(2026, 7, 15, 11, 5, 44), "second"),
        ("2026-06-15T20:47:10.7930000+08:00", beijing(2026, 6, 15, 20, 47, 10, 793000), "second"),
        ("2025-10-25T09:12:52.55", beijing(2025, 10, 25, 9, 12, 52, 550000), "second"),
        ("2026/6/24 21:04:28", beijing(2026, 6, 24, 21, 4, 28), "second"),
        ("2026/6/4 1:04:28", beijing(2026, 6, 4, 1, 4, 28), "second"),
        ("Thu, 10 Sep 2026 20:20:44 GMT", beijing(2026, 9, 11, 4, 20, 44), "second"),
        ("Wed, 26 Oct 2016 16:53:42 +0800", beijing(2016, 10, 26, 16, 53, 42), "second"),
        ("10 Sep 2026 20:20:44 GMT", beijing(2026, 9, 11, 4, 20, 44), "second"),
        ("2026-08-22T02:11:32.000Z", beijing(2026, 8, 22, 10, 11, 32), "second"),
        ("·2026年08月26日 09:28", beijing(2026, 8, 26, 9, 28), "minute"),
        ("· 2020-05-06", beijing(2020, 5, 6), "day"),
        ("2026年3月9日 星期一 22:11", beijing(2026, 3, 9, 22, 11), "minute"),
        ("2025年1月2日 下午3:04", beijing(2025, 1, 2, 15, 4), "minute"),
        ("2025-01-02", beijing(2025, 1, 2), "day"),
        ("发布于 2025-01-02 03:04", beijing(2025, 1, 2, 3, 4), "minute"),
    ],
)
def test_absolute_times(text: str, at: datetime, precision: Precision) -> None:
    moment = parse(text)
    assert moment is not None
    assert (moment.at, moment.precision) == (at, precision)


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("14小时前", NOON - timedelta(hours=14), "minute"),
        ("· 14小时前", NOON - timedelta(hours=14), "minute"),
        ("3分钟前", NOON - timedelta(minutes=3), "minute"),
        ("半小时前", NOON - timedelta(minutes=30), "minute"),
        ("2天前", NOON - timedelta(days=2), "day"),
        ("刚刚", NOON, "minute"),
        ("昨日 20:36", beijing(2026, 9, 30, 20, 36), "minute"),
        ("昨天", beijing(2026, 9, 30), "day"),
        ("今日 20:47", beijing(2026, 10, 1, 20, 47), "minute"),
        ("前天 08:00", beijing(2026, 9, 29, 8, 0), "minute"),
        ("今早8点", beijing(2026, 10, 1, 8, 0), "minute"),
        ("昨晚11:30", beijing(2026, 9, 30, 23, 30), "minute"),
        ("昨晚12:10", beijing(2026, 10, 1, 0, 10), "minute"),
        ("昨天 晚上9点", beijing(2026, 9, 30, 21, 0), "minute"),
        ("9月27日晚8点半", beijing(2026, 9, 27, 20, 30), "minute"),
        ("9月30日 24:00", beijing(2026, 10, 1, 0, 0), "minute"),
        ("09月27日", beijing(2026, 9, 27), "day"),
        ("09-27 22:11", beijing(2026, 9, 27, 22, 11), "minute"),
        ("12-31 23:00", beijing(2025, 12, 31, 23, 0), "minute"),
        ("2月29日", beijing(2024, 2, 29), "day"),
    ],
)
def test_relative_times_count_from_the_fetch(text: str, at: datetime, precision: Precision) -> None:
    moment = parse(text, NOON.astimezone(UTC))
    assert moment is not None
    assert (moment.at, moment.precision) == (at, precision)
    assert parse(text) is None, "a relative time means nothing without the time of the fetch"


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        ("中午1:30", "13:30"),
        ("中午12:30", "12:30"),
        ("中午11点45分", "11:45"),
        ("凌晨12:30", "00:30"),
        ("凌晨3点", "03:00"),
        ("清晨5点一刻", "05:15"),
        ("早上8时15分", "08:15"),
        ("上午9:05", "09:05"),
        ("下午12:30", "12:30"),
        ("下午0:10", "12:10"),
        ("午后2点", "14:00"),
        ("傍晚6点半", "18:30"),
        ("晚上8:30", "20:30"),
        ("晚8时30分", "20:30"),
        ("晚上13:30", "13:30"),
        ("夜里11:40", "23:40"),
        ("晚上12:10", "24:10"),
        ("半夜12点", "24:00"),
        ("24:00", "24:00"),
        ("24:00:00", "24:00"),
        ("8点整", "08:00"),
        ("10:00 AM", "10:00"),
        ("12:10 a.m.", "00:10"),
        ("PM 3:05", "15:05"),
        ("10:00 +08", "10:00"),
        ("10:00 UTC+8", "10:00"),
        ("10:00 UTC+08:00", "10:00"),
        ("10:00 GMT+0800", "10:00"),
        ("10:00:00 CST", "10:00"),
        ("10:00（北京时间）", "10:00"),
        ("（星期五） 10:00", "10:00"),
        ("02:00Z", "10:00"),
        ("02:00 UTC", "10:00"),
    ],
)
def test_clocks_as_people_and_programs_write_them(clock: str, at: str) -> None:
    hour, minute = map(int, at.split(":"))
    right = beijing(2026, 11, 20) + timedelta(hours=hour, minutes=minute)
    for text in (f"2026年11月20日 {clock}", f"2026-11-20 {clock}"):
        moment = parse(text)
        assert moment is not None, text
        assert moment.at == right, text


@pytest.mark.parametrize(
    "clock", ["上午12:30", "晚上2:00", "半夜2:30", "凌晨15:00", "中午5:00", "24:30", "10:00 +15:00"]
)
def test_a_clock_that_may_mean_two_things_is_none(clock: str) -> None:
    assert parse(f"2026年11月20日 {clock}", NOON) is None


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 20 Nov 2026 10:00:00 CST",
        "20 Nov 2026 10:00:00 GMT+0800",
        "Fri Nov 20 10:00:00 CST 2026",
        "Fri Nov 20 2026 10:00:00 GMT+0800 (中国标准时间)",
        "Fri Nov 20 10:00:00 2026",
        "Thu, 19 Nov 2026 21:00:00 EST",
        "Fri, 20 Nov 2026 10:00:00 +08",
        "Fri, 20 Nov 2026 10:00:00 +08:00",
        "Fri, 20 Nov 2026 10:00:00 UTC+8",
        "Thu, 19 Nov 2026 21:00:00 GMT-5",
        "Thu, 19 Nov 2026 21:00:00 -05",
        "Thu, 19 Nov 2026 9:00:00 PM EST",
        "Fri, 20 Nov 2026 10:00 AM",
        "Fri, 20 Nov 2026 10:00:00 HKT",
        "2026-11-20T10:00:00+08:00[Asia/Shanghai]",
    ],
)
def test_times_of_programs(text: str) -> None:
    moment = parse(text)
    assert moment is not None
    assert moment.at == beijing(2026, 11, 20, 10)


def test_a_zone_that_is_not_known_is_not_taken_for_beijing() -> None:
    assert parse("Fri, 20 Nov 2026 10:00:00 JST") is None


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "9999-12-31T23:59:59-12:00",
        "9999-12-31 23:59:59",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "Mon, 01 Jan 0001 00:00:00 +1400",
    ],
)
def test_the_ends_of_time_are_no_time(text: str) -> None:
    assert parse(text, NOON) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "0001-01-01T00:00:00",
        "2026-13-01",
        "2026-02-30",
        "2026-01-01 25:00",
        "很久以前",
        "Thu, 99 Foo 2026",
        "三小时前",
        "1",
        "2026",
        "99999999999999小时前",
        "昨晚2:00",
        "明早8点",
    ],
)
def test_what_is_no_time_is_none(text: str | None) -> None:
    assert parse(text, NOON) is None


moments = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1))  # noqa: DTZ001
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, zones)
def test_iso_times_come_back_to_the_microsecond(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=zone)
    read = parse(aware.isoformat())
    assert read is not None
    assert read.at == aware


@given(moments, zones | st.just(UTC), st.booleans())
def test_times_of_mail_come_back_to_the_second(moment: datetime, zone: timezone, by_name: bool) -> None:  # noqa: FBT001
    aware = moment.replace(microsecond=0, tzinfo=zone)
    read = parse(format_datetime(aware, usegmt=by_name and zone is UTC))
    assert read is not None
    assert read.at == aware


@given(moments, st.integers(1, 4))
def test_more_fraction_digits_than_six_are_cut(moment: datetime, more: int) -> None:
    text = moment.isoformat(timespec="microseconds") + "7" * more + "+08:00"
    read = parse(text)
    assert read is not None
    assert read.at == moment.replace(tzinfo=timezone(timedelta(hours=8)))


@given(moments)
def test_beijing_is_meant_where_no_zone_is_written(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    unpadded = f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment:%M:%S}"
    read = parse(unpadded)
    assert read is not None
    assert read.at == moment.replace(tzinfo=SHANGHAI)


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_none(text: str) -> None:
    read = parse(text, NOON)
    assert read is None or read.at.tzinfo is not None


@pytest.mark.parametrize("value", [1781488200127, "1781488200127", 1781488200.127])
def test_epoch_seconds_and_milliseconds(value: str | float) -> None:
    at = from_epoch(value)
    assert at is not None
    assert at.astimezone(SHANGHAI).replace(microsecond=0) == beijing(2026, 6, 15, 9, 50)


@pytest.mark.parametrize(
    "value", [0, None, "", "soon", -5, "-5", 1e40, 10**400, 253402300799000, "inf", "nan", float("nan")]
)
def test_no_epoch(value: str | float | None) -> None:
    assert from_epoch(value) is None
