"""A copy of the checkout to which a page of the documentation is applied, word for word."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.running import CHECKOUT, COMMAND
from tests.packaging.source import copy_source

FILE = re.compile(r"^`([\w./-]+)`:\n\n(`{3,4})(\w+)\n(.*?)^\2$", re.MULTILINE | re.DOTALL)
"""A block of the page with the name of the file that it is, or changes."""
RUFF = (sys.executable, "-m", "ruff")
PYTEST = (sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Checkout:
    """A copy of the checkout as a page changes it, and commands that run there."""

    root: Path
    files: dict[str, str]
    environment: dict[str, str]

    def run(
        self, *words: str, command: tuple[str, ...] = COMMAND, store: str = ""
    ) -> subprocess.CompletedProcess[str]:
        environment = self.environment | ({"NEWSARCHIVE_STORE": store} if store else {})
        return subprocess.run(
            [*command, *words], cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )

    def succeeds(self, *words: str, command: tuple[str, ...] = COMMAND, store: str = "") -> str:
        ended = self.run(*words, command=command, store=store)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def is_clean(self, *names: str) -> None:
        """The files of the page are as the project wants them."""
        self.succeeds("check", *names, command=RUFF)
        self.succeeds("format", "--check", *names, command=RUFF)


def changed(text: str, difference: str) -> str:
    """A text with a difference applied, whose parts are parted by `@@`."""
    for part in difference.split("@@\n"):
        lines = part.splitlines(keepends=True)
        before, after = ("".join(it[1:] for it in lines if it[0] in signs) for signs in (" -", " +"))
        assert text.count(before) == 1
        text = text.replace(before, after)
    return text


def checkout_of(page: str, root: Path, **environment: str) -> Checkout:
    """A copy in a folder with all that the page adds and changes."""
    copy_source(root)
    blocks = FILE.findall((CHECKOUT / "docs" / page).read_text(encoding="utf-8"))
    for name, _, kind, text in blocks:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if kind == "diff" else ""
        path.write_text(changed(before, text) if kind == "diff" else text, encoding="utf-8")
    store = {"PYTHONPATH": str(root), "NEWSARCHIVE_STORE": str(root / "newsarchive.sqlite")}
    return Checkout(root, {name: text for name, _, _, text in blocks}, os.environ | store | environment)
