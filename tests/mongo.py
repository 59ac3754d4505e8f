"""A MongoDB server for the tests: the one of NEWSARCHIVE_TEST_MONGO, else one started here, else a visible skip.

The one started here (`nx-27017` of the test extras) speaks MongoDB's protocol over a real socket; what it lets pass is
no proof for a MongoDB, for which the same tests run with NEWSARCHIVE_TEST_MONGO.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

PATIENCE_SECONDS = 30.0


def no_server(reason: str) -> None:
    """Skip; in CI fail, so that a test that never runs is seen."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def running_server() -> Iterator[str]:
    """A server's URI without a database, for as long as the context lasts."""
    given = os.environ.get("NEWSARCHIVE_TEST_MONGO")
    if given:
        yield given
        return
    program = Path(sys.executable).with_name("nx-27017")
    if not program.exists():
        no_server("no MongoDB: set NEWSARCHIVE_TEST_MONGO, or install the test extras (nx-27017)")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, started(program, folder) as uri:
        yield uri


@contextmanager
def started(program: Path, folder: str) -> Iterator[str]:
    """A server of our own on a free port, ended by its process."""
    port = free_port()
    command = [str(program), "--data-dir", folder, "--host", "127.0.0.1", "-p", str(port)]
    command += ["--log-file", f"{folder}/nx.log", "--pid-file", f"{folder}/nx.pid"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    uri = f"mongodb://127.0.0.1:{port}"
    try:
        wait_for_answer(uri, process)
        yield uri
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_answer(uri: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        client: MongoClient[dict[str, Any]] = MongoClient(uri, serverSelectionTimeoutMS=250)
        try:
            client.admin.command("ping")
        except PyMongoError:
            continue
        else:
            return
        finally:
            client.close()
    no_server(f"nx-27017 did not answer within {PATIENCE_SECONDS:.0f} s (exit code {process.poll()})")


@contextmanager
def database_of(server: str) -> Iterator[str]:
    """The URI of an empty database with a name of its own, dropped afterwards."""
    name = f"newsarchive_test_{uuid.uuid4().hex[:12]}"
    base, mark, options = server.partition("?")
    scheme, _, rest = base.partition("://")
    yield f"{scheme}://{rest.partition('/')[0]}/{name}{mark}{options}"
    client: MongoClient[dict[str, Any]] = MongoClient(server)
    try:
        client.drop_database(name)
    finally:
        client.close()
