"""An archive of one's own: found upwards, read as one value, and refused in one line that names file, key and what is allowed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from exports.formats import FORMATS
from exports.publication import Outlet, Publication, publication_here
from exports.publication_file import file_text
from exports.request import ExportRequest
from newsarchive.archive_settings import FILE_NAME, OF_AN_ARCHIVE, key_of
from newsarchive.editorial.coverage import Coverage
from newsarchive.errors import BadValueError

WHOLE = """
title = "车圈日报"
description = "每天的汽车新闻"
author = "方知"
base_url = "https://cars.example/"
language = "en"
drafts_mark = false
sites = ["ithome", "36kr"]
accounts = ["量子位"]
tags = ["汽车"]

[formats.digest]
label = "🚗车圈快讯"
[formats.briefing]
name = "车圈早报"
lead = "🚗 头条"
categories = ["Cars"]

[[publish]]
format = "daily"
target = "hugo"
out = "blog"
[[publish]]
format = "fulltext"
out = "texts"
per = "day"
images = "local"
sites = ["ithome"]
"""


def said(folder: Path, text: str, environment: dict[str, str] | None = None) -> Publication:
    """What an archive is whose file has this text."""
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return publication_here(environment or {}, folder)


def refused(folder: Path, text: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(BadValueError) as caught:
        said(folder, text, environment)
    message = str(caught.value)
    assert "\n" not in message
    return message.replace(str(folder / FILE_NAME), "FILE")


def test_without_a_file_an_archive_is_as_the_defaults_say(tmp_path: Path) -> None:
    archive = publication_here({}, tmp_path)
    assert archive == Publication()
    defaults = {key_of(it): it.default for it in OF_AN_ARCHIVE}
    shared = {it.name for it in fields(Publication)} & defaults.keys()
    assert {name: getattr(archive, name) for name in shared} == {name: defaults[name] for name in shared}


def test_the_file_is_found_from_below_and_says_everything(tmp_path: Path) -> None:
    said(tmp_path, WHOLE)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    archive = publication_here({}, below)
    assert archive == Publication(
        title="车圈日报",
        description="每天的汽车新闻",
        author="方知",
        base_url="https://cars.example/",
        language="en",
        drafts_mark=False,
        coverage=Coverage.of(["ithome", "36kr"], ["量子位"], ["汽车"]),
        words={
            "digest": {"label": "🚗车圈快讯"},
            "briefing": {"name": "车圈早报", "lead": "🚗 头条", "categories": ("Cars",)},
        },
        outlets=(
            Outlet("daily", tmp_path / "blog", "hugo"),
            Outlet(
                "fulltext", tmp_path / "texts", per="day", images="local", coverage=Coverage.of(["ithome"])
            ),
        ),
        folder=tmp_path,
    )
    assert archive.word("briefing") == "车圈早报"
    assert archive.word("digest") == "行业快讯"


def test_the_environment_wins(tmp_path: Path) -> None:
    names = {"briefing": {"name": "别的"}}
    archive = said(
        tmp_path,
        WHOLE,
        {
            "NEWSARCHIVE_TITLE": "别的",
            "NEWSARCHIVE_SITES": "weixin, 36kr",
            "NEWSARCHIVE_ACCOUNTS": '["甲,乙"]',
            "NEWSARCHIVE_TAGS": "",
            "NEWSARCHIVE_DRAFTS_MARK": "yes",
            "NEWSARCHIVE_FORMATS": json.dumps(names),
            "NEWSARCHIVE_PUBLISH": "[]",
        },
    )
    assert archive.title == "别的"
    assert archive.coverage == Coverage.of(["36kr", "weixin"], ["甲,乙"])
    assert archive.drafts_mark
    assert archive.words == names
    assert archive.outlets == ()
    assert archive.author == "方知"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel = 'x'", "FILE has no key 'titel'; it takes title, description, author,"),
        ("title = 3", "FILE: title is 3; it takes a text"),
        ("title = ''", "FILE: title is ''; it takes a text"),
        ('title = "a\\nb"', "FILE: title is 'a\\nb'; it takes a text"),
        ("base_url = 'cars.example'", "FILE: base_url is 'cars.example'"),
        ("language = 'fr'", "FILE: language is 'fr'; it takes one of zh-CN, en"),
        ("drafts_mark = 'perhaps'", "FILE: drafts_mark is 'perhaps'; it takes true or false"),
        ("sites = ['sina']", "FILE: sites is ['sina']: 'sina' is not one of "),
        ("sites = 3", "FILE: sites is 3: it is no list; it takes a list of"),
        ("accounts = [1]", "FILE: accounts is [1]: 1 is not a name"),
        ("formats = 1", "FILE: formats is 1: it is no JSON object; it takes a table of names by format"),
        ("[formats.weekly]", "FILE: formats has no key 'weekly'; it takes digest, daily, briefing, fulltext"),
        ("[formats]\ndaily = 1", "FILE: formats.daily is 1; it takes a table of names"),
        ("[formats.daily]\nleed = 'x'", "FILE: formats.daily has no key 'leed'; it takes name, title,"),
        ("[formats.briefing]\nlead = ''", "FILE: formats.briefing.lead is ''; it takes a text in one line"),
        ("[formats.daily]\ntags = [3]", "FILE: formats.daily.tags is [3]: 3 is not a text"),
        (
            "[formats.briefing]\nlead = '要闻'\nbriefs = '要闻'",
            "FILE: formats.briefing.lead is '要闻', as briefs is; each section takes a name of its own",
        ),
        ("publish = [1]", "FILE: publish[1] is 1; it takes a table with format and out"),
        ("[[publish]]\nformat = 'daily'", "FILE: publish[1] has no out; it takes a folder"),
        ("[[publish]]\nformat = 'x'\nout = 'o'", "FILE: publish[1].format is 'x'; it takes one of digest"),
        ("[[publish]]\nformat = 'daily'\nout = 'o'\ntarget = 'wix'", "FILE: publish[1].target is 'wix'"),
        ("[[publish]]\nformat = 'daily'\nout = 'o'\nper = 'month'", "FILE: publish[1].per is 'month'"),
        (
            "[[publish]]\nformat = 'daily'\nout = 'o'\n[[publish]]\nformat = 'daily'\nout = './o/'",
            "FILE: publish[2] writes the files that FILE: publish[1] writes",
        ),
        ("title = ", "FILE is not TOML: "),
    ],
)
def test_a_wrong_key_or_value_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    assert refused(tmp_path, text).startswith(message)


def test_a_wrong_value_of_the_environment_is_named_by_its_setting(tmp_path: Path) -> None:
    message = refused(tmp_path, WHOLE, {"NEWSARCHIVE_LANGUAGE": "fr"})
    assert message == "NEWSARCHIVE_LANGUAGE is 'fr'; it takes one of zh-CN, en"
    message = refused(tmp_path, "", {"NEWSARCHIVE_FORMATS": '{"daily": {"x": "y"}}'})
    assert message.startswith("NEWSARCHIVE_FORMATS.daily has no key 'x'")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes("title = '车'".encode("gbk"))
    with pytest.raises(BadValueError, match="is not UTF-8 text"):
        publication_here({}, tmp_path)


def test_a_new_file_says_what_it_was_given_and_the_defaults_as_comments(tmp_path: Path) -> None:
    assert said(tmp_path, file_text({})) == replace(Publication(), folder=tmp_path)
    values = {"title": '引号"与\\', "drafts_mark": False, "sites": ("ithome",), "tags": ["甲,乙"]}
    archive = said(tmp_path, file_text(values, [("daily", "hugo", Path("b"))]))
    assert (archive.title, archive.drafts_mark) == ('引号"与\\', False)
    assert archive.coverage == Coverage.of(["ithome"], (), ["甲,乙"])
    assert archive.outlets == (Outlet("daily", tmp_path / "b", "hugo"),)


def test_the_comments_of_a_new_file_are_right_as_they_stand(tmp_path: Path) -> None:
    text = file_text({})
    uncommented = [
        line.removeprefix("# ") if line.startswith("# [") or " = " in line else line
        for line in text.splitlines()
    ]
    archive = said(tmp_path, "\n".join(uncommented))
    assert archive.coverage == Coverage()
    for name, of in FORMATS.items():
        assert archive.own(name) == {what: it.default for what, it in of.words.items()}


def test_an_outlet_is_a_request_for_any_day(tmp_path: Path) -> None:
    archive = said(tmp_path, WHOLE)
    day = date(2025, 11, 13)
    daily, texts = (ExportRequest.of_outlet(archive, it, day=day) for it in archive.outlets)
    assert (daily.day, daily.coverage, daily.drafts_marked) == (day, archive.coverage, False)
    assert (texts.day, texts.coverage, texts.images) == (day, Coverage.of(["ithome"]), "local")
    monthly = ExportRequest.of_outlet(archive, Outlet("digest", tmp_path), day=day)
    assert (monthly.day, monthly.month) == (None, date(2025, 11, 1))
    assert monthly.own == {"label": "🚗车圈快讯"}
