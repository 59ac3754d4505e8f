"""`newsarchive export` into Markdown: a command for each format, with the options that the format has."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from exports.export import export_pages
from exports.files.hand_edited import raise_conflicts
from exports.formats import FORMATS, Format, FormatName
from exports.formats.format import Profile
from exports.publication import Per, publication_here
from exports.request import ExportRequest
from exports.scaffold import write_scaffold
from exports.scaffolds import SCAFFOLDS
from exports.targets import KnownTarget
from newsarchive.cli.export_remarks import report_export
from newsarchive.cli.options import (
    AccountsOption,
    AllOption,
    ExcerptsOption,
    ImagesOption,
    MarkDraftsOption,
    MarkGoneOption,
    SitesOption,
    StoreOption,
    TagsOption,
    day_option,
    month_option,
)
from newsarchive.cli.output import say
from newsarchive.cli.store import with_store
from newsarchive.errors import BadValueError
from newsarchive.parsing.text import one_line
from newsarchive.search.query import Query

_OF_TEXTS = ("per", "imported", "excerpts")


def _command(of: Format[Any]) -> Callable[..., None]:
    """`_export` as the command of one format: some are a month's alone, those of whole texts have options of their own."""
    signature = inspect.signature(_export, eval_str=True)
    options = {option: given for option, given in signature.parameters.items() if option != "name"}
    if of.units == ("month",):
        del options["day"]
        options["month"] = options["month"].replace(default=inspect.Parameter.empty)
    if of.of_words:
        del options["everything"]
        options["words"] = options["words"].replace(default=inspect.Parameter.empty)
    else:
        del options["words"]
    if "file" not in of.units:
        for option in _OF_TEXTS:
            del options[option]

    @wraps(_export)
    def command(**given: Any) -> None:  # noqa: ANN401 - what the signature says
        _export(of.name, **given)

    command.__doc__ = of.summary
    command.__signature__ = signature.replace(parameters=[*options.values()])  # type: ignore[attr-defined]
    return command


def _export(
    name: FormatName,
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORDS...", help="What the stories have to have (docs/search.md).", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option("--out", help="Directory of the archive, or of the tool's site; files go below it."),
    ],
    month: Annotated[date | None, month_option("Which month.")] = None,
    day: Annotated[date | None, day_option("--day", "Which day.")] = None,
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
    profile: Annotated[
        Profile, typer.Option(help="strict: as such archives were written by hand; clean: quirks mended.")
    ] = "clean",
    images: ImagesOption = "remote",
    target: Annotated[KnownTarget, typer.Option(help="The publishing tool (docs/publishing.md).")] = "plain",
    everything: AllOption = False,
    mark_gone: MarkGoneOption = False,
    mark_drafts: MarkDraftsOption = None,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    change_coverage: Annotated[
        bool,
        typer.Option(
            "--change-coverage", help="Make files anew that were made of other sites, accounts or tags."
        ),
    ] = False,
    restore: Annotated[
        bool,
        typer.Option("--restore", help="Write files again that were deleted, too (docs/editing.md)."),
    ] = False,
    scaffold: Annotated[
        bool,
        typer.Option(
            "--scaffold",
            help="Write the tool's configuration too, what of it is not there yet (docs/publishing.md).",
        ),
    ] = False,
    store: StoreOption = None,
) -> None:
    """Export, say what became of each file, and fail where one was left as it is."""
    topic = one_line(" ".join(words or ()))
    if words is not None:
        Query.of(topic)
    if imported and (month or day):
        raise BadValueError("--imported names a file; leave --month and --day out")
    if per == "month" and day:
        raise BadValueError("--per month needs --month, not --day")
    if not imported and bool(month) == bool(day):
        raise BadValueError("give either --month YYYY-MM or --day YYYY-MM-DD")
    if scaffold and target not in SCAFFOLDS:
        raise BadValueError(
            f"--scaffold: {target} has no configuration; give --target {' or '.join(SCAFFOLDS)}"
        )
    archive = publication_here()
    wanted = ExportRequest(
        name,
        profile=profile,
        target=target,
        imported=imported,
        images=images,
        own=archive.own(name),
        drafts_marked=archive.marks_drafts(asked=mark_drafts),
        language=archive.language,
        archive=archive.title,
    )
    if not imported:
        wanted = replace(
            wanted,
            day=day,
            month=month,
            everything=everything,
            per=per,
            excerpts=excerpts,
            mark_gone=mark_gone,
            words=topic,
            coverage=archive.asked(site, account, tag),
        )
    exported = with_store(
        store,
        "export",
        lambda opened: export_pages(opened, wanted, out, change_coverage=change_coverage, restore=restore),
    )
    report_export(exported, wanted)
    if scaffold:
        written, kept = write_scaffold(out, target, archive)
        for file in written:
            say(f"{file}: configuration, written")
        for file in kept:
            say(f"{file}: configuration, is there and stays")
    raise_conflicts(exported.files)


COMMANDS = {name: _command(of) for name, of in FORMATS.items() if not of.chooses}
