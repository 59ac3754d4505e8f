"""`newsarchive pick`: an editor's choice for a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Annotated

import typer

from exports.publication import publication_here
from newsarchive.cli.options import DayOption, StoreOption, day_option
from newsarchive.cli.output import OUT, say
from newsarchive.cli.record_lines import numbered_line
from newsarchive.cli.store import with_store
from newsarchive.editorial.days import done_days, finish_days, reopen_days
from newsarchive.editorial.numbers import NumberedStory, keep_numbers, names_given, numbered_stories
from newsarchive.editorial.picks import add_pick, move_pick, reject_pick, word_pick
from newsarchive.editorial.selection import chosen_day
from newsarchive.editorial.undo import undo, undoable
from newsarchive.errors import BadValueError
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import Access, Store

app = typer.Typer(
    help="Choose what a day's archive has: texts, order, what to leave out.", no_args_is_help=True
)

_NAMED = "its number (`pick list`, the candidates file), its URL, or the article's identity"
NameArgument = Annotated[str, typer.Argument(metavar="PICK", help=f"A story of the day: {_NAMED}.")]
AtOption = Annotated[int | None, typer.Option("--at", metavar="N", help="Position from 1; without, the end.")]


def _show(  # noqa: PLR0917 - what a command does, to which stories of which days
    store: str | None,
    command: str,
    days: Sequence[date],
    names: Sequence[str],
    change: Callable[[Store, list[str]], Awaitable[list[Pick]]],
    access: Access = "write",
) -> None:
    """Change picks so that it can be undone, and print them with their day."""
    coverage = publication_here().coverage

    async def run(opened: Store) -> list[NumberedStory]:
        given = await names_given(opened, days[0], names, coverage)
        picks = await undoable(opened, command, days, lambda: change(opened, given))
        stories = await numbered_stories(opened, picks[0].day, coverage)
        await keep_numbers(opened, picks[0].day, stories)
        urls = [it.url for it in picks]
        shown = [it for it in stories if it.chosen.pick.url in urls]
        return sorted(shown, key=lambda it: urls.index(it.chosen.pick.url))

    for story in with_store(store, access, run):
        say(f"{story.chosen.pick.day} {numbered_line(story)}")


@app.command("list")
def list_picks(day: DayOption, store: StoreOption = None) -> None:
    """All stories of a day: picked ones in their order, then what may be picked, then rejected; with their numbers."""
    coverage = publication_here().coverage

    async def read(opened: Store) -> tuple[list[NumberedStory], bool]:
        return await numbered_stories(opened, day, coverage), bool(await done_days(opened, day, day))

    stories, done = with_store(store, "read", read)
    if done:
        OUT.print(f"{day} is done: only what is picked is exported")
    for story in stories:
        say(numbered_line(story))


@app.command()
def add(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="STORY...",
            help="Numbers and ranges (3 7-9) as in `pick list` and the candidates file, URLs, or identities of stored articles.",
        ),
    ],
    *,
    day: DayOption,
    text: Annotated[
        str | None, typer.Option("--text", help="The editor's own words; without, the site's as a draft.")
    ] = None,
    at: AtOption = None,
    note: Annotated[str, typer.Option("--note", help="A note that is never exported.")] = "",
    done: Annotated[
        bool, typer.Option("--done", help="Say also that the day is done: only what is picked is exported.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Pick stories for a day; a candidate or a rejected one becomes picked."""

    async def pick_all(opened: Store, given: list[str]) -> list[Pick]:
        if text is not None and len(given) > 1:
            raise BadValueError("--text is of one story; give the others words with `pick text`")
        picks = [
            await add_pick(
                opened, day, name, text=text, position=None if at is None else at + place, note=note
            )
            for place, name in enumerate(given)
        ]
        if done:
            await finish_days(opened, [day])
        return picks

    _show(store, f"pick add {' '.join(names)}", [day], names, pick_all, "create")


@app.command()
def move(
    name: NameArgument,
    day: DayOption,
    at: AtOption = None,
    to: Annotated[date | None, day_option("--to", "Another day.")] = None,
    store: StoreOption = None,
) -> None:
    """Put a pick at another position, or onto another day."""
    _show(
        store,
        f"pick move {name}",
        [day, to or day],
        [name],
        lambda opened, given: _one(move_pick(opened, day, given[0], position=at, to=to)),
    )


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
    _show(
        store,
        f"pick text {name}",
        [day],
        [name],
        lambda opened, given: _one(word_pick(opened, day, given[0], words, note)),
    )


@app.command()
def reject(
    names: Annotated[
        list[str], typer.Argument(metavar="STORY...", help=f"Stories of the day: {_NAMED}; ranges too.")
    ],
    day: DayOption,
    store: StoreOption = None,
) -> None:
    """Leave stories out: they are kept as rejected, so that nothing proposes them again."""

    async def reject_all(opened: Store, given: list[str]) -> list[Pick]:
        return [await reject_pick(opened, day, name) for name in given]

    _show(store, f"pick reject {' '.join(names)}", [day], names, reject_all)


async def _one(change: Awaitable[Pick]) -> list[Pick]:
    return [await change]


@app.command()
def done(day: DayOption, store: StoreOption = None) -> None:
    """Say that a day is done: from now on only what is picked is exported of it, whatever comes in later."""

    async def finish(opened: Store) -> tuple[int, int]:
        await undoable(opened, "pick done", [day], lambda: finish_days(opened, [day]))
        found = await chosen_day(opened, day)
        return len(found.chosen), found.left_out.waiting

    picks, waiting = with_store(store, "write", finish)
    OUT.print(f"{day} is done: {picks} picks; {waiting} other stories are not exported (--all)")


@app.command()
def reopen(day: DayOption, store: StoreOption = None) -> None:
    """Say that a day is not done: what nobody has picked or rejected is exported as drafts again."""

    async def open_again(opened: Store) -> None:
        await undoable(opened, "pick reopen", [day], lambda: reopen_days(opened, [day]))

    with_store(store, "write", open_again)
    OUT.print(f"{day} is open: what nobody has picked or rejected is exported as drafts")


@app.command("undo")
def undo_last(store: StoreOption = None) -> None:
    """Take back what the last `pick` command changed; again, the one before."""
    change = with_store(store, "write", undo)
    days = ", ".join(it.day.isoformat() for it in change.days)
    say(f"{days}: as before `{change.command}`")
