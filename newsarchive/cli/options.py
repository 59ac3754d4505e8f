"""Options that several commands take, and what is read from their words."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import typer

from newsarchive.cli.times import now
from newsarchive.editorial.days import day_of, day_start
from newsarchive.errors import BadValueError, UnknownSiteError
from newsarchive.items.record import SHANGHAI, SiteName
from newsarchive.sites import SITES, KnownSite

Span: TypeAlias = tuple[datetime | None, datetime | None]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST, _LAST = date(1000, 1, 1), date(9998, 12, 31)
"""Days of years with four digits, which some systems' `%Y` writes with fewer, that have others after them in each zone."""
_DAYS_AGO = {"today": 0, "yesterday": 1}
_DURATION = re.compile(r"(\d{1,6})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def read_day(text: str, option: str = "--day") -> date:
    """A day: YYYY-MM-DD, `today` or `yesterday` (in Shanghai, by this machine's clock). Raises BadValueError."""
    if text in _DAYS_AGO:
        return day_of(now()) - timedelta(days=_DAYS_AGO[text])
    wrong = f"{option} takes YYYY-MM-DD, for example 2025-01-04, today or yesterday, not {text!r}"
    return _date(text, wrong, option)


def read_month(text: str) -> date:
    """The first day of a month written YYYY-MM. Raises BadValueError."""
    return _date(f"{text}-01", f"--month takes YYYY-MM, for example 2025-01, not {text!r}", "--month")


def _date(text: str, wrong: str, option: str) -> date:
    try:
        day = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise BadValueError(wrong) from None
    if not _FIRST <= day <= _LAST:
        raise BadValueError(f"{option} takes a time from {_FIRST} to {_LAST}")
    return day


def time_span(first: date | None, last: date | None) -> Span:
    """From when until when days last, the last one included; None where there is no bound."""
    return day_start(first) if first else None, day_start(last) + timedelta(days=1) if last else None


def ordered_span(first: date | None, last: date | None) -> Span:
    """The time of `--since` and `--until`. Raises BadValueError for a first day after the last."""
    if first and last and first > last:
        raise BadValueError(f"--since {first} is after --until {last}")
    return time_span(first, last)


def duration(text: str, option: str = "--max-age") -> timedelta:
    """A length of time as it is given: 30m, 6h, 2d. Raises BadValueError."""
    given = _DURATION.fullmatch(text)
    if not given or not int(given[1]):
        raise BadValueError(f"{option} takes minutes, hours or days, such as 30m, 6h, 2d, not {text!r}")
    return int(given[1]) * _UNITS[given[2]]


def read_time(text: str | None, option: str = "--fetched-at") -> datetime | None:
    """An ISO time; without a zone it is Asia/Shanghai. Raises BadValueError."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadValueError(f"{option} takes an ISO 8601 time, not {text!r}") from None
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def site_name(text: str | None) -> SiteName | None:
    """A site's name. Raises UnknownSiteError."""
    if text is not None and text not in SITES:
        raise UnknownSiteError(f"there is no site {text!r}; newsarchive knows {', '.join(SITES)}")
    return text


def day_option(name: str, explained: str) -> Any:  # noqa: ANN401 - as Typer types its options
    """An option that takes a day: YYYY-MM-DD, today, yesterday."""
    return typer.Option(name, metavar="DAY", parser=partial(read_day, option=name), help=explained)


def time_option(name: str, explained: str) -> Any:  # noqa: ANN401 - as above
    """An option that takes an ISO time."""
    parser = partial(read_time, option=name)
    return typer.Option(name, metavar="TIME", parser=parser, help=explained, show_default=False)


def month_option(explained: str) -> Any:  # noqa: ANN401 - as above
    """An option that takes a month."""
    return typer.Option("--month", metavar="YYYY-MM", parser=read_month, help=explained)


SinceOption = Annotated[date | None, day_option("--since", "First day (Asia/Shanghai).")]
UntilOption = Annotated[date | None, day_option("--until", "Last day, included.")]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store", help="SQLite file or mongodb:// URI.  [default: NEWSARCHIVE_STORE]", show_default=False
    ),
]
RawOption = Annotated[
    Path | None,
    typer.Option("--raw", help="The folder of raw pages.  [default: NEWSARCHIVE_RAW]", show_default=False),
]
DayOption = Annotated[date, day_option("--day", "Which day (Asia/Shanghai): YYYY-MM-DD, today or yesterday.")]
DayOrTodayOption = Annotated[
    date | None, day_option("--day", "Which day (Asia/Shanghai): YYYY-MM-DD or yesterday.  [default: today]")
]
MonthOption = Annotated[date, month_option("Which month.")]
SiteOption = Annotated[KnownSite | None, typer.Option("--site", help="One site only.")]
"""A site as typer checks it; `site_name` checks where the message is ours."""
SitesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--site",
        parser=site_name,
        metavar="SITE",
        help=f"Articles of this site ({', '.join(SITES)}); several times for several.",
        show_default=False,
    ),
]
AccountsOption = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="NAME", help="Articles of this official account.", show_default=False),
]
TagsOption = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="TAG", help="Only articles with this tag.", show_default=False),
]
"""What an export covers; without any of the three what the archive says (`Publication.asked`)."""
OneSiteOption = Annotated[str | None, typer.Option("--site", parser=site_name, help="Only this site.")]
UnconfirmedOption = Annotated[
    bool,
    typer.Option("--unconfirmed", help="Also what may be back tomorrow: a page that was missing but once."),
]
MarkGoneOption = Annotated[
    bool,
    typer.Option("--mark-gone", help="Mark 原文已删除 what its site withdrew (docs/withdrawn.md)."),
]
MarkDraftsOption = Annotated[
    bool | None,
    typer.Option(
        "--mark-drafts/--no-mark-drafts",
        help="Say at the top of a file that words in it are nobody's.  [default: in posts, not in digests]",
        show_default=False,
    ),
]
AllOption = Annotated[
    bool, typer.Option("--all", help="All stories, those of days that are done too (docs/editing.md).")
]
ExcerptsOption = Annotated[
    bool,
    typer.Option(
        "--excerpts", help="The site's digest or the first sentences with the link, never whole texts."
    ),
]
ImagesOption = Annotated[
    Literal["remote", "local"],
    typer.Option("--images", help="Pictures from the sites, or files of the mirror beside the text."),
]
FileOption = Annotated[str, typer.Option("--out", metavar="FILE", help="The file to write.")]
FileOrOutputOption = Annotated[
    str, typer.Option("--out", metavar="FILE|-", help="The file to write; - prints.")
]
CandidatesOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="The folder in which candidates/ lies.  [default: that of newsarchive.toml, else the working directory]",
        show_default=False,
    ),
]
FetchedAtOption = Annotated[
    datetime | None,
    typer.Option(
        "--fetched-at", metavar="ISO", parser=read_time, help="When it was fetched (for 昨天, 3小时前)."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON array of objects, times in UTC.")]
