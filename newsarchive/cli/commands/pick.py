"""`newsarchive pick`: an editor's choice for a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

import typer

from newsarchive.cli.options import DayOption, StoreOption, day_option
from newsarchive.cli.output import OUT, say
from newsarchive.cli.record_lines import pick_line
from newsarchive.cli.store import with_store
from newsarchive.editorial.days import done_days, finish_days, reopen_days
from newsarchive.editorial.picks import add_pick, day_picks, move_pick, reject_pick, with_texts, word_pick
from newsarchive.editorial.selection import chosen_day
from newsarchive.errors import BadValueError
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import Access, Store

app = typer.Typer(
    help="Choose what a day's archive has: texts, order, what to leave out.", no_args_is_help=True
)

NameArgument = Annotated[
    str, typer.Argument(metavar="PICK", help="Its number in `pick list`, its URL, or the article's identity.")
]
AtOption = Annotated[int | None, typer.Option("--at", metavar="N", help="Position from 1; without, the end.")]


def _show(store: str | None, change: Callable[[Store], Awaitable[Pick]], access: Access = "write") -> None:
    """Change a pick, and print it with its day."""

    async def run(opened: Store) -> Pick:
        (pick,) = await with_texts(opened, [await change(opened)])
        return pick

    pick = with_store(store, access, run)
    say(f"{pick.day} {pick_line(pick)}")


@app.command("list")
def list_picks(day: DayOption, store: StoreOption = None) -> None:
    """The picks of a day: picked, then candidates, then rejected; numbered as the other commands take them."""

    async def read(opened: Store) -> tuple[list[Pick], bool]:
        picks = await with_texts(opened, await day_picks(opened, day))
        return picks, bool(await done_days(opened, day, day))

    picks, done = with_store(store, "read", read)
    if done:
        OUT.print(f"{day} is done: only what is picked is exported")
    for number, pick in enumerate(picks, start=1):
        say(pick_line(pick.model_copy(update={"position": number})))


@app.command()
def add(
    name: Annotated[
        str, typer.Argument(metavar="URL", help="The story's URL, or the identity of a stored article.")
    ],
    *,
    day: DayOption,
    text: Annotated[
        str | None, typer.Option("--text", help="The editor's own words; without, the site's as a draft.")
    ] = None,
    at: AtOption = None,
    note: Annotated[str, typer.Option("--note", help="A note that is never exported.")] = "",
    store: StoreOption = None,
) -> None:
    """Pick a story for a day; a candidate or a rejected one becomes picked."""
    _show(store, lambda opened: add_pick(opened, day, name, text=text, position=at, note=note), "create")


@app.command()
def move(
    name: NameArgument,
    day: DayOption,
    at: AtOption = None,
    to: Annotated[date | None, day_option("--to", "Another day.")] = None,
    store: StoreOption = None,
) -> None:
    """Put a pick at another position, or onto another day."""
    _show(store, lambda opened: move_pick(opened, day, name, position=at, to=to))


@app.command()
def text(
    name: NameArgument,
    words: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="The editor's own words.")] = None,
    *,
    day: DayOption,
    note: Annotated[str | None, typer.Option("--note", help="A note that is never exported.")] = None,
    store: StoreOption = None,
) -> None:
    """Give a pick an editor's own words: it is a draft no more."""
    if words is None and note is None:
        raise BadValueError("pick text takes the words after the pick, or a --note")
    _show(store, lambda opened: word_pick(opened, day, name, words, note))


@app.command()
def reject(name: NameArgument, day: DayOption, store: StoreOption = None) -> None:
    """Leave a story out: it is kept as rejected, so that nothing proposes it again."""
    _show(store, lambda opened: reject_pick(opened, day, name))


@app.command()
def done(day: DayOption, store: StoreOption = None) -> None:
    """Say that a day is done: from now on only what is picked is exported of it, whatever comes in later."""

    async def finish(opened: Store) -> tuple[int, int]:
        await finish_days(opened, [day])
        found = await chosen_day(opened, day)
        return len(found.chosen), found.left_out.waiting

    picks, waiting = with_store(store, "write", finish)
    OUT.print(f"{day} is done: {picks} picks; {waiting} other stories are not exported (--all)")


@app.command()
def reopen(day: DayOption, store: StoreOption = None) -> None:
    """Say that a day is not done: what nobody has picked or rejected is exported as drafts again."""
    with_store(store, "write", lambda opened: reopen_days(opened, [day]))
    OUT.print(f"{day} is open: what nobody has picked or rejected is exported as drafts")
