"""Spider arguments are typed, and wrong ones say which and what they take."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from newsarchive.errors import BadValueError, InputFileError
from spiders.arguments import TAKES, Arguments, DayRange, WeixinArguments, check, today
from spiders.ithome import IthomeSpider
from spiders.kr36 import Kr36Spider
from spiders.weixin import WeixinSpider, read_seeds


def test_what_spiders_take_is_known_without_them() -> None:
    assert {it.name: it.takes for it in (Kr36Spider, IthomeSpider, WeixinSpider)} == TAKES


def test_days_are_newest_first_and_both_ends_count() -> None:
    days = check(DayRange, "ithome", {"since": "2026-10-30", "until": "2026-11-01"}).days()
    assert days == [date(2026, 11, 1), date(2026, 10, 31), date(2026, 10, 30)]


def test_days_that_have_not_begun_are_not_read() -> None:
    days = check(DayRange, "ithome", {"since": str(today()), "until": "9999-12-31"}).days()
    assert days == [today()]


def test_no_days_where_none_were_named() -> None:
    assert check(DayRange, "ithome", {}).days() == []


def test_scrapyds_own_argument_is_no_argument_of_ours() -> None:
    assert check(Arguments, "36kr", {"_job": "1a2b", "limit": "5"}).limit == 5


@pytest.mark.parametrize(
    ("model", "given", "says"),
    [
        (Arguments, {"limit": "-1"}, "limit"),
        (Arguments, {"limit": "many"}, "limit"),
        (Arguments, {"colour": "red"}, "it takes limit"),
        (DayRange, {"since": "01.11.2026"}, "YYYY-MM-DD"),
        (DayRange, {"since": "1790000000"}, "YYYY-MM-DD"),
        (DayRange, {"since": "２０２６-11-01"}, "YYYY-MM-DD"),
        (DayRange, {"since": "2026-02-30"}, "no such day"),
        (DayRange, {"since": "2126-01-01"}, "in the future"),
        (DayRange, {"since": "2126-01-01", "until": "2126-02-01"}, "in the future"),
        (DayRange, {"since": "2026-11-07", "until": "2026-11-01"}, "after until"),
        (WeixinArguments, {"from_site": "sina"}, "from_site"),
        (WeixinArguments, {}, "seeds=FILE"),
    ],
)
def test_a_wrong_argument_is_named(model: type[Arguments], given: dict[str, str], says: str) -> None:
    with pytest.raises(BadValueError, match=says) as caught:
        check(model, "ithome", given)
    assert "\n" not in str(caught.value)


def test_seeds_come_from_text_of_any_kind_each_once(tmp_path: Path) -> None:
    file = tmp_path / "seeds.md"
    file.write_text(
        "# 稿件\n\n1. 一篇（[更多](https://mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_g)）\n"
        "https://mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_g\n"
        'title,"http://mp.weixin.qq.com/s?__biz=MzI2NDk5NzA0Mw==&amp;mid=2247484584&amp;idx=1&amp;sn=0123456789abcdef0123456789abcdef#rd"\n'
        "https://example.com/s/other\n",
        encoding="utf-8",
    )
    assert [link.identity for link in read_seeds(file).articles] == [
        "weixin:s:-S2CVk3hAbCdEfGhIjKl_g",
        "weixin:MzI2NDk5NzA0Mw==:2247484584:1",
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]
)
def test_a_seed_file_may_have_any_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "seeds.csv"
    file.write_bytes(
        "标题,链接\n一篇，https://mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_g，好\n".encode(encoding)
    )
    assert [link.identity for link in read_seeds(file).articles] == ["weixin:s:-S2CVk3hAbCdEfGhIjKl_g"]


def test_a_seed_file_may_be_a_copy_that_a_program_packed(tmp_path: Path) -> None:
    page = b'<html><body><a href="https://mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_g">x</a></body></html>'
    head = b"MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
    file = tmp_path / "seeds"
    for content in (gzip.compress(page), head + page.replace(b"=", b"=3D").replace(b"CVk", b"C=\nVk")):
        file.write_bytes(content)
        assert [it.identity for it in read_seeds(file).articles] == ["weixin:s:-S2CVk3hAbCdEfGhIjKl_g"]


def test_a_seed_file_without_links_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(InputFileError, match=r"empty\.txt"):
        read_seeds(tmp_path / "empty.txt")


def test_what_a_seed_file_almost_links_to_is_named(tmp_path: Path) -> None:
    file = tmp_path / "seeds.txt"
    file.write_text("https://mp.weixin.qq.com/s/too-short\n", encoding="utf-8")
    with pytest.raises(InputFileError, match=r"mp\.weixin\.qq\.com/s/too-short names none"):
        read_seeds(file)


def test_a_spreadsheet_as_seed_file_is_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "seeds.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    with pytest.raises(InputFileError, match="save it as CSV"):
        read_seeds(tmp_path / "seeds.xlsx")
