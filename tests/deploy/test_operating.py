"""docs/operating.md: each of its commands works when it is given, and it has a remedy for every exit code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from newsarchive.archive_settings import FILE_NAME
from samples import SampleServer
from tests.e2e.running import CHECKOUT, Place

PAGE = (CHECKOUT / "docs" / "operating.md").read_text("utf-8")
UNITS = {path.name for path in (CHECKOUT / "deploy" / "systemd").iterdir()}
NO_OPERATORS = {"0", "14"}
"""Codes that say that all is well, or that only a developer meets."""
SCHEDULES = '[schedule.morning]\nspider = "36kr"\nwhen = "*/30 6-23 * * *"\n'
FINE = {"check": {0, 41}, "coverage": {0, 40}}
"""What a command may end with; 0 where nothing is said here. Two say that something is wrong with the archive."""


def commands() -> Iterator[str]:
    """The lines of newsarchive in the page's blocks, in order."""
    for line in re.findall(r"^    newsarchive (.+)$", PAGE, re.MULTILINE):
        yield line.partition(" #")[0].strip()


async def test_each_command_works_as_it_stands(tmp_path: Path) -> None:
    def here(word: str) -> str:
        return re.sub(r"^/(var/backups|tmp/drill)", rf"{tmp_path}/\1", word)

    async with SampleServer() as server:
        place = Place(tmp_path, server)
        (tmp_path / FILE_NAME).write_text(SCHEDULES, encoding="utf-8")
        given = list(commands())
        backup = next(line for line in given if line.startswith("backup"))
        # What a timer does every night, the page takes for granted.
        first_look = next(place for place, line in enumerate(given) if line.startswith("restore"))
        for line in [*given[:first_look], backup, *given[first_look:]]:
            ended = await place.run(*(here(word) for word in shlex.split(line)))
            assert ended.code in FINE.get(line.split()[0], {0}), f"{line}: {ended.err}"
    assert list((tmp_path / "tmp" / "drill" / "archive").rglob("*.md")), "the drill ends with an export"
    assert len(given) > 15


def test_there_is_a_remedy_for_every_exit_code() -> None:
    codes = set(
        re.findall(r"^\| (\d+) \|", (CHECKOUT / "docs" / "exit-codes.md").read_text("utf-8"), re.MULTILINE)
    )
    rows = re.findall(r"^\| (\[\d.+?) \|", PAGE, re.MULTILINE)
    told = [code for row in rows for code in re.findall(r"\[(\d+)\]", row)]
    assert sorted(told) == sorted(codes - NO_OPERATORS)


def test_units_and_files_that_it_names_are_there() -> None:
    for name in re.findall(r"newsarchive-[a-z]+@?\.(?:service|timer)", PAGE):
        assert name in UNITS, name
    for name in re.findall(r"`?(deploy/[\w./-]+)", PAGE):
        if not name.endswith((".env", "/.")):
            assert (CHECKOUT / name.rstrip("./")).exists(), name
    for address in re.findall(r"\]\(([\w-]+\.md)?(?:#([\w-]+))?\)", PAGE):
        page, anchor = address
        text = (CHECKOUT / "docs" / page).read_text("utf-8") if page else PAGE
        headings = {
            re.sub(r"[^\w\s-]", "", title).strip().lower().replace(" ", "-")
            for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        assert not anchor or anchor in headings, address
