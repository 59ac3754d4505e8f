"""`newsarchive story`: why articles are one story, and an editor's word on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from newsarchive.cli.options import StoreOption
from newsarchive.cli.output import print_json, say
from newsarchive.cli.record_lines import story_json, story_lines
from newsarchive.cli.store import with_store
from newsarchive.editorial.stories import Story, join_stories, link_all, split_story, story_named
from newsarchive.storage.contract import Access, Store

app = typer.Typer(help="Which articles are one story, and why; join and split them.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="ARTICLE", help="The identity or URL of an article.")]


def _show(store: str | None, access: Access, work: Callable[[Store], Awaitable[Story]]) -> None:
    for line in story_lines(with_store(store, access, work)):
        say(line)


@app.command()
def show(
    name: NameArgument,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, times in UTC.")] = False,
    store: StoreOption = None,
) -> None:
    """The story of an article: its original and by what that is known, the others, and what ties them."""
    if as_json:
        print_json(story_json(with_store(store, "read", lambda opened: story_named(opened, name))), indent=2)
        return
    _show(store, "read", lambda opened: story_named(opened, name))


@app.command()
def join(name: NameArgument, other: NameArgument, store: StoreOption = None) -> None:
    """Make the stories of two articles one, for ever: whatever their texts say, and whatever is crawled later."""
    _show(store, "write", lambda opened: join_stories(opened, name, other))


@app.command()
def split(
    name: NameArgument,
    other: Annotated[
        str | None,
        typer.Argument(metavar="[OTHER]", help="From which article; without, from all of its story."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Keep an article apart from its story, or from one other article, for ever."""
    _show(store, "write", lambda opened: split_story(opened, name, other))


@app.command()
def index(store: StoreOption = None) -> None:
    """Find the stories of articles that an older newsarchive stored; those that it stores itself are found at once."""
    added, count = with_store(store, "write", link_all)
    say(f"{added} of {count} articles were taken in")
