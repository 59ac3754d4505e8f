"""`newsarchive check`: what is wrong, why, and what to do; sent once to whom the settings name. `check ack`: it is known."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from newsarchive.alarms.check import Checked, acknowledge, new_normals, take_back
from newsarchive.alarms.message import alarm_json
from newsarchive.cli.alarm_check import checked, looked, told
from newsarchive.cli.options import StoreOption, day_option, site_name
from newsarchive.cli.output import OUT, print_json, say
from newsarchive.cli.quiet import HELD
from newsarchive.cli.store import with_store
from newsarchive.cli.times import local_time, now
from newsarchive.editorial.days import day_start
from newsarchive.errors import BadValueError
from newsarchive.records.alarm import Acknowledgement, Alarm
from newsarchive.settings import ours
from newsarchive.storage.collections import ACKNOWLEDGEMENTS, ALARMS
from newsarchive.storage.contract import Store

ALARMED = 41
"""Exit code where anything is wrong that nobody has acknowledged."""
UNTOLD = 42
"""Exit code where somebody could not be told of an alarm, or of its end."""

app = typer.Typer(
    help="What is wrong, why, and what to do (docs/alarms.md).",
    invoke_without_command=True,
    no_args_is_help=False,
)


@app.callback()
def check(
    context: typer.Context,
    *,
    sites: Annotated[
        list[str] | None,
        typer.Option(
            "--site", parser=site_name, metavar="SITE", help="Only this site; several times for several."
        ),
    ] = None,
    send: Annotated[
        bool, typer.Option("--send/--no-send", help="Tell whom the settings name; else only look.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing when all is well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, times in UTC.")] = False,
    store: StoreOption = None,
) -> None:
    """Say what is wrong, a line each with what to do; ends with 41 if anything is, with 42 if somebody could not be told."""
    if context.invoked_subcommand is not None:
        return
    if quiet:
        HELD.hold()
    found = checked(settings_of(store), sites or (), send=send)
    if as_json:
        print_json(as_object(found), indent=2)
    else:
        told(found)
        if not found.facts.sites:
            say("no site was ever crawled into this store")
        elif not found.alarms:
            names = ", ".join(one.site for one in found.facts.sites)
            OUT.print(f"{names}: nothing is wrong", soft_wrap=True)
    if found.failed:
        raise typer.Exit(UNTOLD)
    if found.pressing or not found.facts.sites:
        raise typer.Exit(ALARMED)


@app.command()
def ack(
    alarm: Annotated[
        str | None,
        typer.Argument(
            help="The alarm by its name, as `check` shows it, or several by how their names begin."
        ),
    ] = None,
    *,
    until: Annotated[
        date | None,
        day_option("--until", "Known up to this day, itself included; else until it is over or gets worse."),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Why, for whoever looks later.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="It is not known any more.")] = False,
    all_of_them: Annotated[bool, typer.Option("--list", help="Say what is known.")] = False,
    store: StoreOption = None,
) -> None:
    """Have an alarm known: nobody is told of it until it gets worse. A changed site is judged by its new ways from then on."""
    settings = settings_of(store)
    if all_of_them:
        for name, one in with_store(
            settings["NEWSARCHIVE_STORE"], "read", lambda opened: opened.documents(ACKNOWLEDGEMENTS)
        ).items():
            end = f" until {local_time(one.until)}" if one.until else ""
            say(f"{name}: since {local_time(one.at)}{end}{f' ({one.note})' if one.note else ''}")
        return
    if alarm is None:
        raise BadValueError("check ack takes the name of an alarm, as newsarchive check shows it")
    name = alarm
    if undo:
        gone = with_store(settings["NEWSARCHIVE_STORE"], "write", lambda opened: take_back(opened, name))
        say(f"not known any more: {', '.join(gone)}")
        return

    async def work(opened: Store) -> list[Alarm]:
        facts, alarms = await looked(opened, settings)
        seen = {one.name for one in alarms}
        log = await opened.get_document(ALARMS, "")
        # Of another machine's disk only the checks there see what is wrong.
        lasting = [one.alarm for one in log.episodes.values() if one.over is None] if log else []
        alarms += [one for one in lasting if one.name not in seen and not facts.judges(one)]
        end = day_start(until) + timedelta(days=1) if until else None
        if end is not None and end <= facts.at:
            raise BadValueError(f"--until {until} is over already")
        one = Acknowledgement(at=now(), rank=(0, 0), until=end, note=note)
        return await acknowledge(opened, name, alarms, new_normals(facts), one)

    for it in with_store(settings["NEWSARCHIVE_STORE"], "write", work):
        say(f"known: {it.name}: {it.why}")


def settings_of(store: str | None) -> dict[str, Any]:
    """The settings of the environment, with the store of the option."""
    settings = ours(os.environ)
    return settings | {"NEWSARCHIVE_STORE": store} if store else settings


def as_object(found: Checked) -> dict[str, Any]:
    """What a check came to, as JSON has it."""
    return {
        "at": found.facts.at.isoformat(),
        "machine": found.facts.machine,
        "sites": [one.site for one in found.facts.sites],
        "alarms": [
            alarm_json(alarm)
            | {
                "since": found.since[alarm.name].isoformat() if alarm.name in found.since else None,
                "acknowledged": (
                    found.known[alarm.name].model_dump(mode="json", exclude={"rank"})
                    if alarm.name in found.known
                    else None
                ),
            }
            for alarm in found.alarms
        ],
        "told": found.told,
        "failed": found.failed,
    }
