"""`newsarchive hosts`: who is left alone, since when, until when and why, and lifting it; and which job asks whom now."""

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
from newsarchive.records.lease import Lease
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
    """The hosts that are left alone now: since when, until when, and why; below them, which job has which site and host.

    No pause is longer than a day. `--json` has the pauses; `newsarchive status --json` has the jobs.
    """
    host = None if lift is None else host_of(lift) or lift.strip().lower()

    async def work(opened: Store) -> tuple[list[Pause], list[Lease]]:
        if host is not None:
            await lift_pause(opened, host)
        return await held_hosts(opened, now()), await opened.leases()

    held, leases = with_store(store, "read" if host is None else "write", work)
    if as_json:
        typer.echo(json.dumps([pause_json(pause) for pause in held], indent=2))
        return
    if host is not None:
        say(f"{host} is asked again from the next crawl on")
    if held:
        OUT.print(table_of(held))
    elif host is None:
        OUT.print("no host is left alone")
    if leases and host is None:
        OUT.print()
        OUT.print(table_of_leases(leases))


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


def table_of_leases(leases: list[Lease]) -> Table:
    """What each job has now, a row each; a job that dies has it until it runs out."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("held now", "by run", "job", "on", "since", "until"):
        table.add_column(heading)
    for lease in leases:
        if (holder := lease.holder) is not None:
            name = lease.name.removesuffix(holder.run_id).strip()
            texts = (name, holder.run_id[:8], holder.job or "-", holder.machine or "-")
            table.add_row(*map(Text, texts), local_time(lease.since), local_time(lease.until))
    return table
