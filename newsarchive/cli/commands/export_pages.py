"""`newsarchive export`: Markdown from the store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from exports.export import Exported, Per, Wanted, export_pages
from exports.files.hand_edited import State, raise_conflicts
from exports.formats.digest import Profile
from exports.formats.page import FormatName
from exports.targets import TargetName
from newsarchive.cli.days import day_of, month_of
from newsarchive.cli.export_remarks import changed_lines, left_out_words, taken_out_lines
from newsarchive.cli.options import StoreOption, with_store
from newsarchive.cli.output import OUT
from newsarchive.errors import BadValueError

app = typer.Typer(help="Write Markdown archives from the store.", no_args_is_help=True)

MonthOption = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="Which month.")]
DayOption = Annotated[str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="Which day.")]
OutOption = Annotated[
    Path, typer.Option("--out", help="Directory of the archive, or of the tool's site; files go below it.")
]
ProfileOption = Annotated[
    Profile, typer.Option(help="strict: as such archives were written by hand; clean: quirks mended.")
]
TargetOption = Annotated[TargetName, typer.Option(help="The publishing tool (docs/publishing.md).")]
AllOption = Annotated[
    bool, typer.Option("--all", help="All stories, those of days that are done too (docs/editing.md).")
]

ExcerptsOption = Annotated[
    bool,
    typer.Option(
        "--excerpts", help="The site's digest or the first sentences with the link, never whole texts."
    ),
]


@app.callback()
def _formats() -> None:
    """Each sub-command is a format."""


@app.command()
def digest(
    *,
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Which month.")],
    out: OutOption,
    profile: ProfileOption = "clean",
    target: TargetOption = "plain",
    everything: AllOption = False,
    store: StoreOption = None,
) -> None:
    """The monthly digest: `# 2025年1月`, a section a day, a numbered line and a link an item."""
    wanted = Wanted("digest", month=month_of(month), profile=profile, target=target, everything=everything)
    _run(wanted, out, store)


@app.command()
def daily(
    *,
    out: OutOption,
    month: MonthOption = None,
    day: DayOption = None,
    profile: ProfileOption = "clean",
    target: TargetOption = "plain",
    everything: AllOption = False,
    store: StoreOption = None,
) -> None:
    """A post a day: each story with its text, source, date and link."""
    _run(
        _of_days("daily", month=month, day=day, profile=profile, target=target, everything=everything),
        out,
        store,
    )


@app.command()
def briefing(
    *,
    out: OutOption,
    month: MonthOption = None,
    day: DayOption = None,
    profile: ProfileOption = "clean",
    target: TargetOption = "plain",
    everything: AllOption = False,
    store: StoreOption = None,
) -> None:
    """A briefing a day: the lead, the others in a line each, and the sources."""
    _run(
        _of_days("briefing", month=month, day=day, profile=profile, target=target, everything=everything),
        out,
        store,
    )


@app.command()
def fulltext(
    *,
    out: OutOption,
    month: MonthOption = None,
    day: DayOption = None,
    per: Annotated[
        Per | None,
        typer.Option(
            help="What a file holds.  [default: month with --month, day with --day]", show_default=False
        ),
    ] = None,
    imported: Annotated[
        str, typer.Option(help="Instead of a time: a file of full texts that was imported under this name.")
    ] = "",
    excerpts: ExcerptsOption = False,
    profile: ProfileOption = "clean",
    target: TargetOption = "plain",
    everything: AllOption = False,
    store: StoreOption = None,
) -> None:
    """Whole articles with their pictures: a file a month, a day, or an article."""
    if imported and (month or day):
        raise BadValueError("--imported names a file; leave --month and --day out")
    if per == "month" and day:
        raise BadValueError("--per month needs --month, not --day")
    if imported:
        wanted = Wanted("fulltext", profile=profile, target=target, imported=imported)
    else:
        wanted = _of_days(
            "fulltext", month=month, day=day, profile=profile, target=target, everything=everything
        )
        wanted = replace(wanted, per=per, excerpts=excerpts)
    _run(wanted, out, store)


def _of_days(
    of: FormatName,
    *,
    month: str | None,
    day: str | None,
    profile: Profile,
    target: TargetName,
    everything: bool,
) -> Wanted:
    """What is asked for, by month or by day. Raises BadValueError unless it is one of them."""
    if bool(month) == bool(day):
        raise BadValueError("give either --month YYYY-MM or --day YYYY-MM-DD")
    return Wanted(
        of,
        day=day_of(day) if day else None,
        month=month_of(month) if month else None,
        profile=profile,
        target=target,
        everything=everything,
    )


def _run(wanted: Wanted, out: Path, store: str | None) -> None:
    """Export, say what became of each file, and fail where one was left as it is."""
    exported = with_store(store, "export", lambda opened: export_pages(opened, wanted, out))
    _report(exported, wanted)
    raise_conflicts(exported.files)


def _report(exported: Exported, wanted: Wanted) -> None:
    for page, written in exported.pages:
        drafts = f", {page.drafts} drafts" if page.drafts else ""
        missing = f", {page.left_out} left out (no text is stored)" if page.left_out else ""
        _say(f"{written.path}: {page.count} items{drafts}{missing}, {written.state}")
        taken = taken_out_lines(written.path, written.taken, written.days_taken)
        for line in (*taken, *changed_lines(written.path, page.changed)):
            _say(line)
    for written in exported.indexes:
        if written.state is not State.UNCHANGED:
            _say(f"{written.path}: index, {written.state}")
    time = wanted.imported or wanted.day or f"{wanted.month:%Y-%m}"
    if not exported.pages:
        _say(f"nothing to write: no stories for {time}")
    if words := left_out_words(exported.left_out):
        _say(f"{time}: {words}")


def _say(line: str) -> None:
    OUT.print(line, markup=False, soft_wrap=True)
