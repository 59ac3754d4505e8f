"""`newsarchive hosts`: who is left alone, since when, until when and why; and lifting it."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from newsarchive.cli.options import JsonOption, StoreOption
from newsarchive.cli.output import OUT, say
from newsarchive.cli.record_lines import pause_json
from newsarchive.cli.store import with_store
from newsarchive.cli.times import local_time, now
from newsarchive.crawl.pauses import held_hosts, stored_pauses
from newsarchive.errors import BadValueError
from newsarchive.monitoring.reasons import meaning
from newsarchive.sites.site import host_of
from newsarchive.storage.collections import PAUSES, Pause
from newsarchive.storage.contract import DocumentStore, Store


def hosts(
    lift: Annotated[
        str | None,
        typer.Option(
            "--lift", metavar="HOST", help="Let the next crawl ask this host again.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """The hosts that are left alone now: since when, until when, and why. No pause is longer than a day."""
    host = None if lift is None else host_of(lift) or lift.strip().lower()

    async def work(opened: Store) -> list[Pause]:
        if host is not None:
            await lift_pause(opened, host)
        return await held_hosts(opened, now())

    held = with_store(store, "read" if host is None else "write", work)
    if as_json:
        typer.echo(json.dumps([pause_json(pause) for pause in held], indent=2))
        return
    if host is not None:
        say(f"{host} is asked again from the next crawl on")
    if held:
        OUT.print(table_of(held))
    elif host is None:
        OUT.print("no host is left alone")


async def lift_pause(store: DocumentStore, host: str) -> None:
    """Forget the pauses of a host. Raises BadValueError where there are none."""
    known = {pause.host for pause in await stored_pauses(store, now())}
    if host not in known:
        held = ", ".join(pause.host for pause in await held_hosts(store, now())) or "no host"
        raise BadValueError(f"{host!r} is not left alone, so there is nothing to lift; left alone: {held}")
    await store.delete_document(PAUSES, host)


def table_of(held: list[Pause]) -> Table:
    """Pauses, a row each."""
    table = Table(box=None, padding=(0, 2, 0, 0), caption="Times are Asia/Shanghai.", caption_justify="left")
    for heading in ("host", "since", "until", "why"):
        table.add_column(heading)
    for pause in held:
        why = Text(f"{pause.why} ({meaning(pause.why)})")
        table.add_row(Text(pause.host), local_time(pause.since), local_time(pause.until), why)
    return table
