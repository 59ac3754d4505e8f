"""A site that is added as docs/adding-a-site.md says is read, crawled, stored and exported, without a change elsewhere."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newsarchive.storage import open_store
from tests.e2e.checkout import PYTEST, Checkout, checkout_of
from tests.e2e.running import CHECKOUT, SCRAPY
from tests.mongo import database_of

PAGE = CHECKOUT / "docs" / "adding-a-site.md"
COMMANDS = re.compile(r"^newsarchive (fixture .*)$", re.MULTILINE)
STORY = "第一批云母芯片已经下线"


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
    made = checkout_of("adding-a-site.md", tmp_path_factory.mktemp("checkout"))
    pages = {"/news/": made.files["list.html"], "/a/12345.html": made.files["article.html"]}
    with served(pages) as base:
        of_crawl = {
            "NEWSARCHIVE_RAW": str(made.root / "raw"),
            "NEWSARCHIVE_ORIGINS": json.dumps({"https://www.yunmu.example": base}),
            "NEWSARCHIVE_PACE": "0",
        }
        yield replace(made, environment=made.environment | of_crawl)


@pytest.fixture(scope="module", params=["sqlite", "mongo"])
def store(request: pytest.FixtureRequest, checkout: Checkout) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(checkout.root / "archive.sqlite")
        return
    server: str = request.getfixturevalue("mongo_server")
    with database_of(server) as uri:
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
    checkout.is_clean(*own)


def test_its_pages_become_golden_and_its_tests_pass(checkout: Checkout) -> None:
    for line in COMMANDS.findall(PAGE.read_text(encoding="utf-8")):
        checkout.succeeds(*shlex.split(line))
    checkout.succeeds(command=(sys.executable, "-m", "docs.generate"))
    tests = ("tests/golden", "tests/docs", "tests/test_tree.py", "tests/test_sites_are_named_nowhere_else.py")
    told = checkout.succeeds(*tests, "-k", "yunmu or generated or tree or named", command=PYTEST)
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
