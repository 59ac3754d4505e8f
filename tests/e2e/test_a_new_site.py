"""A site that is added as docs/adding-a-site.md says is read, crawled, stored and exported, without a change elsewhere."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newsarchive.storage import open_store
from tests.e2e.running import CHECKOUT, COMMAND, SCRAPY
from tests.mongo import database_of, running_server
from tests.packaging.source import copy_source

PAGE = CHECKOUT / "docs" / "adding-a-site.md"
FILE = re.compile(r"^`([\w./-]+)`:\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A block of the page with the name of the file that it is, or changes."""
COMMANDS = re.compile(r"^newsarchive (fixture .*)$", re.MULTILINE)
STORY = "第一批云母芯片已经下线"


@dataclass(frozen=True)
class Checkout:
    """A copy of the checkout with the new site in it, and commands that run there."""

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


def changed(text: str, difference: str) -> str:
    """A text with a difference applied, whose parts are parted by `@@`."""
    for part in difference.split("@@\n"):
        lines = part.splitlines(keepends=True)
        before, after = ("".join(it[1:] for it in lines if it[0] in signs) for signs in (" -", " +"))
        assert text.count(before) == 1
        text = text.replace(before, after)
    return text


@contextmanager
def served(pages: dict[str, str]) -> Iterator[str]:
    """The base URL of a server with these pages by path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            content = (page or "").encode()
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    root = copy_source(tmp_path_factory.mktemp("checkout"))
    blocks = FILE.findall(PAGE.read_text(encoding="utf-8"))
    for name, kind, text in blocks:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            changed(path.read_text(encoding="utf-8"), text) if kind == "diff" else text, encoding="utf-8"
        )
    files = {name: text for name, _, text in blocks}
    pages = {"/news/": files["list.html"], "/a/12345.html": files["article.html"]}
    with served(pages) as base:
        environment = os.environ | {
            "PYTHONPATH": str(root),
            "NEWSARCHIVE_STORE": str(root / "newsarchive.sqlite"),
            "NEWSARCHIVE_RAW": str(root / "raw"),
            "NEWSARCHIVE_ORIGINS": json.dumps({"https://www.yunmu.example": base}),
            "NEWSARCHIVE_PACE": "0",
        }
        yield Checkout(root, files, environment)


@pytest.fixture(scope="module", params=["sqlite", "mongo"])
def store(request: pytest.FixtureRequest, checkout: Checkout) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(checkout.root / "archive.sqlite")
        return
    with running_server() as server, database_of(server) as uri:
        yield uri


def test_its_files_are_a_package_a_spider_a_line_and_pages(checkout: Checkout) -> None:
    assert sorted(checkout.files) == [
        "article.html",
        "list.html",
        "newsarchive/sites/__init__.py",
        "newsarchive/sites/yunmu/__init__.py",
        "newsarchive/sites/yunmu/reader.py",
        "newsarchive/sites/yunmu/urls.py",
        "notice.html",
        "spiders/yunmu.py",
    ]
    own = [name for name in checkout.files if name.endswith("py") and "yunmu" in name]
    ruff = (sys.executable, "-m", "ruff")
    checkout.succeeds("check", *own, command=ruff)
    checkout.succeeds("format", "--check", *own, command=ruff)


def test_its_pages_become_golden_and_its_tests_pass(checkout: Checkout) -> None:
    for line in COMMANDS.findall(PAGE.read_text(encoding="utf-8")):
        checkout.succeeds(*shlex.split(line))
    checkout.succeeds(command=(sys.executable, "-m", "docs.generate"))
    tests = ("tests/golden", "tests/docs", "tests/test_tree.py", "tests/test_sites_are_named_nowhere_else.py")
    pytest_ = (sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider")
    told = checkout.succeeds(*tests, "-k", "yunmu or generated or tree or named", command=pytest_)
    assert "failed" not in told


def test_it_is_crawled_stored_and_exported(checkout: Checkout, store: str, tmp_path: Path) -> None:
    asyncio.run(made_before(store))
    told = checkout.succeeds("crawl", "yunmu", store=store)
    assert re.search(r"new\s+1\b", told)
    checkout.succeeds("crawl", "yunmu", command=SCRAPY, store=store)
    checkout.succeeds("export", "digest", "--month", "2026-11", "--out", str(tmp_path), store=store)
    digests = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.md")]
    (text,) = [text for text in digests if "## 2026.11.20" in text]
    assert STORY in text
    assert "https://www.yunmu.example/a/12345.html" in text
    (line,) = checkout.succeeds("export", "jsonl", "--out", "-", store=store).splitlines()
    article = json.loads(line)
    assert (article["site"], article["attribution"]["author"]) == ("yunmu", "林舟")
    assert article["images"][0]["key"] == "https://www.yunmu.example/img/12345.jpg"
    without = replace(
        checkout, root=CHECKOUT, environment=checkout.environment | {"PYTHONPATH": str(CHECKOUT)}
    )
    ended = without.run("export", "jsonl", "--out", "-", store=store)
    assert ended.returncode == 22
    assert "'yunmu'" in ended.stderr
    assert "Traceback" not in ended.stderr


async def made_before(store: str) -> None:
    """Make a store with a program that does not know the site."""
    async with open_store(store):
        """That is all."""
