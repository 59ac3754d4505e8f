"""Writes the parts of docs/ that follow from the code; a test fails while they do not.

`make docs` runs it.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

from exports.formats import FORMATS
from exports.publication_file import toml_of
from newsarchive import errors
from newsarchive.archive_settings import OF_AN_ARCHIVE, key_of
from newsarchive.cli.commands.check import ALARMED, UNTOLD
from newsarchive.cli.commands.coverage import INCOMPLETE
from newsarchive.cli.commands.status import UNSOUND
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.monitoring.reasons import MEANINGS, meaning
from newsarchive.setting import Setting
from newsarchive.settings import OURS
from newsarchive.storage.schema import article_schema

DOCS = Path(__file__).parent
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


def shown(setting: Setting) -> str:
    """A default as it would be written in the environment."""
    default = setting.default
    text = json.dumps(default, ensure_ascii=False) if isinstance(default, dict) else str(default)
    return f"`{text}`" if text else "none"


def settings_table() -> str:
    """Every setting of ours."""
    parts = [
        f"### `{setting.name}`\n\n{setting.reason}\n\n- unit: {setting.unit}\n"
        f"- takes: {setting.kind.takes}\n- default: {shown(setting)}\n"
        for setting in OURS
    ]
    return "\n".join(parts)


def archive_table() -> str:
    """Every setting of an archive of one's own, in its file and in the environment, then the words of each format."""
    lines = [
        "| in newsarchive.toml | in the environment | what it is | takes | default |",
        "|---|---|---|---|---|",
    ]
    for setting in OF_AN_ARCHIVE:
        default = _cell(setting.default)
        lines.append(
            f"| `{key_of(setting)}` | `{setting.name}` | {setting.reason} | {setting.kind.takes} | {default} |"
        )
    for name, of in FORMATS.items():
        lines += ["", f"`[formats.{name}]`:", "", "| word | what it is | default |", "|---|---|---|"]
        lines += [f"| `{key}` | {word.about} | {_cell(word.default)} |" for key, word in of.words.items()]
    return "\n".join(lines) + "\n"


def _cell(default: object) -> str:
    """A default as the file has it."""
    return f"`{toml_of(default)}`" if default not in ("", (), {}) else "none"


def exit_codes_table() -> str:
    """Every exit code, from the exceptions and the ends of a crawl."""
    rows = {
        0: "All went well.",
        1: "Something unforeseen: please report it with the traceback.",
        2: "A command or option that does not exist.",
    }
    pending = [errors.NewsarchiveError]
    while pending:
        error = pending.pop()
        pending += error.__subclasses__()
        if error is not errors.NewsarchiveError:
            rows.setdefault(error.exit_code, (error.__doc__ or "").strip())
    rows |= {
        CrawlExit.STOPPED: "A crawl was stopped before its end (Ctrl-C, a job that was cancelled, an error at the start).",
        CrawlExit.BLOCKED: "Hosts asked to be left alone (a challenge, a long Retry-After) before a crawl read anything: `newsarchive hosts`.",
        CrawlExit.DRIFTED: "A crawl read everything, but the site is not as it was: see the warnings in `newsarchive runs`.",
        CrawlExit.NOTHING_READ: "A crawl could not read a single list or article: nothing is known to be new or not.",
        CrawlExit.INCOMPLETE: "A crawl read something, but some pages could not be read; a later run tries them again.",
        CrawlExit.UNFORESEEN: "Something unforeseen in a crawl: an exception, or outcomes that do not add up; "
        "see the warnings in `newsarchive runs`, and please report it with the log.",
        CrawlExit.FORBIDDEN: "A crawl read nothing because robots.txt forbids all that it asked for.",
        INCOMPLETE: "`newsarchive coverage`: less than the wanted share of what a site shows is held, or no site was ever crawled.",
        CrawlExit.LEASED: "Another job crawls the site already, on this machine or another one: this one asked for nothing.",
        UNSOUND: "`newsarchive status --check`: a site is stale, blocked or incomplete, or none was ever crawled.",
        ALARMED: "`newsarchive check`: something is wrong that is more than a note and that nobody has acknowledged, or no site was ever crawled.",
        UNTOLD: "`newsarchive check`: somebody could not be told of an alarm; the next check tries again.",
        130: "Interrupted from the keyboard.",
    }
    lines = ["| code | meaning |", "|---|---|"]
    lines += [f"| {int(code)} | {meaning} |" for code, meaning in sorted(rows.items())]
    return "\n".join(lines) + "\n" + reasons_table()


def reasons_table() -> str:
    """Every word for why something was not read."""
    patterns = {
        "http_503": "the site answers with this status",
        "robots_http_503": meaning("robots_http_503").replace("503", "5xx"),
        "other_instead_of_list": "the page was judged something else than what was asked for",
    }
    lines = ["", "## Why something was not read", "", "| reason | meaning |", "|---|---|"]
    lines += [f"| `{word}` | {said} |" for word, said in sorted((MEANINGS | patterns).items())]
    return "\n".join([*lines, "", "Any other word is the name of an exception that nobody foresaw.", ""])


def schema() -> str:
    """The article's JSON Schema."""
    return json.dumps(article_schema(), indent=2, ensure_ascii=False) + "\n"


def rooms_table() -> str:
    """Every package, with what its docstring says is in it."""
    lines = ["| room | what is in it |", "|---|---|"]
    for top in ("newsarchive", "spiders", "pipelines", "exports"):
        for path in sorted((DOCS.parent / top).rglob("__init__.py")):
            said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            first = " ".join(said.partition("\n\n")[0].split())
            lines.append(f"| `{path.parent.relative_to(DOCS.parent).as_posix()}/` | {first} |")
    return "\n".join(lines) + "\n"


GENERATED = {
    "architecture.md": rooms_table,
    "article.schema.json": schema,
    "own-archive.md": archive_table,
    "configuration.md": settings_table,
    "exit-codes.md": exit_codes_table,
}


def updated(name: str) -> str:
    """A page with its generated part as it should be; what is no page is generated whole."""
    if not name.endswith(".md"):
        return GENERATED[name]()
    text = (DOCS / name).read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{GENERATED[name]()}{END}{after}"


if __name__ == "__main__":
    for page in GENERATED:
        (DOCS / page).write_text(updated(page), encoding="utf-8")
