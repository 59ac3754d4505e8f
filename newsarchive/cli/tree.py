"""The command's tree: one module per sub-command, imported when it is called.

So `pick` and `status` start without Scrapy, Twisted and what else a crawl needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from newsarchive import __version__
from newsarchive.cli.quiet import HELD


def tree(commands: Mapping[str, str], **settings: Any) -> typer.Typer:  # noqa: ANN401 - what Typer takes
    """Sub-commands by name, of which only the one that is called is imported.

    `commands` says where each is: `module:name` in `cli/commands/`, where the name is a function's, a tree's, or that of
    functions by sub-command.
    """

    class Tree(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - click's own class, which Typer keeps to itself
            return [*commands]

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
            if cmd_name not in commands:
                return None
            module, _, name = commands[cmd_name].partition(":")
            found = getattr(import_module(f"newsarchive.cli.commands.{module}"), name)
            alone = typer.Typer(add_completion=False)
            if isinstance(found, typer.Typer):
                alone.add_typer(found, name=cmd_name)
                return with_quiet(get_group(alone).commands[cmd_name])
            alone.command(cmd_name)(found[cmd_name] if isinstance(found, Mapping) else found)
            return with_quiet(get_command(alone))

    return typer.Typer(cls=Tree, **settings)


def with_quiet(command: Any) -> Any:  # noqa: ANN401 - click's own class, as above
    """A command that takes `-q`, as those below it do."""
    for inner in getattr(command, "commands", {}).values():
        with_quiet(inner)
    if not isinstance(command, TyperGroup):
        command.params.append(_quiet_option())
    return command


def _quiet_option() -> Any:  # noqa: ANN401 - as above
    """The option itself, made by Typer for a command that has no other."""

    def hold(wanted: bool) -> None:
        if wanted:
            HELD.hold()

    bearer = typer.Typer(add_completion=False)

    @bearer.command()
    def _bearer(
        quiet: bool = typer.Option(
            False,
            "-q",
            "--quiet",
            callback=hold,
            is_eager=True,
            expose_value=False,
            help="Say nothing when all is well.",
        ),
    ) -> None: ...

    return get_command(bearer).params[0]


app = tree(
    {
        "backup": "backup:backup",
        "changes": "changes:changes",
        "check": "check:app",
        "coverage": "coverage:coverage",
        "crawl": "crawl:crawl",
        "diff": "diff:diff",
        "draft": "draft:draft",
        "export": "export:app",
        "fixture": "fixture:app",
        "gone": "gone:gone",
        "hosts": "hosts:hosts",
        "images": "images:app",
        "import": "import_:import_files",
        "init": "init:init",
        "parse": "parse:parse",
        "pick": "pick:app",
        "publish": "publish:publish",
        "raw": "raw:app",
        "reparse": "reparse:reparse",
        "report": "report:report",
        "restore": "backup:restore",
        "runs": "runs:app",
        "schedule": "schedule:app",
        "search": "search:search",
        "spool": "spool:app",
        "stats": "stats:stats",
        "status": "status:status",
        "store": "store:app",
        "stories": "stories:stories",
        "story": "story:app",
        "sync": "sync:sync",
        "today": "today:today",
    },
    help="Archive news sites: raw pages, articles, Markdown.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_version, is_eager=True
    ),
) -> None:
    """Hold the options that stand before a sub-command."""
