"""A MongoDB server for the tests: the one of NEWSARCHIVE_TEST_MONGO, else one started here, else a visible skip.

Started here is `secantusd-py` of the test extras, which is closest to MongoDB; where it has no wheel, `nx-27017`. Both
speak MongoDB's protocol over a real socket; what they let pass is no proof for a MongoDB, for which the same tests run
with NEWSARCHIVE_TEST_MONGO. SecantusDB's licence is the GPL: it is a program of its own here, and nothing imports it.
"""

from __future__ import annotations

import os
import signal
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

from tests.memory_disk import memory_disk

PATIENCE_SECONDS = 60.0
HOST = "127.0.0.1"


class OwnServer:
    """A MongoDB server on a free port that keeps its data in a folder: it may be killed and started again."""

    def __init__(self, program: Path, folder: Path, options: str = "", *, is_killed: bool = True) -> None:
        self.port = free_port()
        self.uri = f"mongodb://{HOST}:{self.port}/{options}"
        self.more: list[str] = []
        self._folder = folder
        where = ["--host", HOST, "--port", str(self.port)]
        if program.name == "nx-27017":
            self._command = [str(program), *where, "--data-dir", str(folder)]
            self._command += ["--log-file", f"{folder}/nx.log", "--pid-file", f"{folder}/nx.pid"]
        else:
            self._command = [str(program), *where, "--storage-path", f"{folder}/data"]
            # Without it the last writes are in its own memory: a kill loses what it has acknowledged.
            self._command += ["--sync-on-commit"] if is_killed else []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, on the same folder and port each time, and wait until it answers."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self._process is None or not answers(self.uri):
            # One that was killed may find its port taken for a moment, by a connection that was looking for it.
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    self._command + self.more,
                    cwd=self._folder,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            if time.monotonic() > end:
                pytest.fail(f"{self._command[0]} does not answer (exit code {self._process.poll()})")

    def kill(self) -> None:
        """End it as a power cut would: no word to it, nothing written any more."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let it end in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
    with own_server(is_killed=False) as server:
        yield server.uri


@contextmanager
def own_server(options: str = "", *more: str, is_killed: bool = True) -> Iterator[OwnServer]:
    """A running server that belongs to the test alone, so that it may be killed; ended by its process.

    `options` go into its URI, `more` is what else its command line has (which only SecantusDB's knows). One that no test
    kills (`is_killed`) syncs nothing: that takes most of the time of a write.
    """
    programs = [Path(sys.executable).with_name(name) for name in ("secantusd-py", "nx-27017")]
    program = next((program for program in programs if program.exists()), None)
    if program is None:
        no_server("no MongoDB: set NEWSARCHIVE_TEST_MONGO, or install the test extras (secantusdb)")
        return
    with tempfile.TemporaryDirectory(dir=memory_disk(), ignore_cleanup_errors=True) as folder:
        if more and program.name == "nx-27017":
            no_server("only SecantusDB can be started like this")
        server = OwnServer(program, Path(folder), options, is_killed=is_killed)
        server.more = [*more]
        try:
            server.start()
            yield server
        finally:
            server.kill()  # what it has is thrown away; to end in order it takes two seconds


@contextmanager
def guarded_server(user: str, password: str) -> Iterator[OwnServer]:
    """A server of the test's own that knows one user, and asks for him."""
    with own_server("", "--host", HOST) as server:
        client: MongoClient[dict[str, Any]] = MongoClient(server.uri)
        client.admin.command("createUser", user, pwd=password, roles=["root"])
        client.close()
        server.stop()
        server.more = ["--auth"]
        server.start()
        yield server


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def answers(uri: str) -> bool:
    """Whether a server answers within a quarter of a second."""
    client: MongoClient[dict[str, Any]] = MongoClient(uri, serverSelectionTimeoutMS=250)
    try:
        client.admin.command("ping")
    except PyMongoError:
        return False
    finally:
        client.close()
    return True


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
