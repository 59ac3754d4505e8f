"""`newsarchive diff`: what an article said earlier and says otherwise now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from exports.feeds.corrections import corrections_markdown
from newsarchive.cli.options import JsonOption, StoreOption, time_option
from newsarchive.cli.output import OUT, print_json, say
from newsarchive.cli.record_lines import change_json
from newsarchive.cli.store import with_store
from newsarchive.cli.text_files import put_text
from newsarchive.cli.times import local_time
from newsarchive.errors import BadValueError
from newsarchive.parsing.text import one_line
from newsarchive.revisions.difference import WordPiece
from newsarchive.revisions.timeline import WordChange, change_between, changes_of, version_at, versions_of
from newsarchive.storage.contract import Store

_STYLES = {"same": "", "removed": "red strike", "added": "green bold"}
_FORMS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
"""As wdiff writes them: they show without colours, too."""
_SIGNS = {"changed": "~", "removed": "-", "added": "+", "moved": ">"}


def diff(
    name: Annotated[
        str, typer.Argument(metavar="IDENTITY", help="An article: its identity or any of its URLs.")
    ],
    at: Annotated[
        datetime | None,
        time_option("--at", "What it said at this ISO time (Asia/Shanghai) against what it says now."),
    ] = None,
    as_json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Markdown.")] = False,
    store: StoreOption = None,
) -> None:
    """What was changed in an article, each change in turn, the oldest first: the title and the sentences, by word."""
    if as_json and as_markdown:
        raise BadValueError("--json and --markdown are two forms: give one of them")
    title, found = with_store(store, "read", lambda opened: _changes(opened, name, at))
    if as_json:
        print_json([change_json(change) for change in found], indent=2)
    elif as_markdown:
        put_text("-", corrections_markdown(found, f"修订：{one_line(title)}"))
    else:
        for change in found:
            _print(change)
        if not found:
            say(f"{name}: nothing of it was seen to change{f' since {local_time(at)}' if at else ''}")


async def _changes(store: Store, name: str, at: datetime | None) -> tuple[str, list[WordChange]]:
    article = await store.article(name)
    if article is None:
        raise BadValueError(
            f"no article {name!r} is stored; give an identity such as SITE:NUMBER, or its URL"
        )
    revisions = await store.revisions(name)
    if at is None:
        return article.title, [*changes_of(article, revisions)]
    versions = versions_of(article, revisions)
    change = change_between(article, version_at(versions, at), versions[-1])
    return article.title, [change] if change else []


def _print(change: WordChange) -> None:
    say(f"{change.identity}  {one_line(change.title)}  {change.url}")
    seen = f"was so on {local_time(change.since)}, " if change.since else ""
    how = "read otherwise by the parser since" if change.cause == "parser" else "changed by"
    say(f"{seen}{how} {local_time(change.at)}: {', '.join(change.kinds)}")
    if change.difference.title:
        OUT.print(_line("title", change.difference.title), soft_wrap=True)
    after = ""
    for edit in change.difference.edits:
        if edit.after and edit.after != after:
            OUT.print(Text(f"    {one_line(edit.after)}", style="dim"), soft_wrap=True)
        after = edit.after
        OUT.print(_line(_SIGNS[edit.kind], edit.pieces), soft_wrap=True)
    say("")


def _line(sign: str, pieces: tuple[WordPiece, ...]) -> Text:
    line = Text(f"  {sign} ")
    for piece in pieces:
        line.append(_FORMS[piece.kind].format(piece.text), style=_STYLES[piece.kind])
    return line
