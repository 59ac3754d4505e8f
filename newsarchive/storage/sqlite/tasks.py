"""The frontier in the SQLite file: statements on an open connection, inside the store's transaction where they write."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from newsarchive.items.record import SiteName
from newsarchive.records.task import Task
from newsarchive.storage.contract import TaskState
from newsarchive.storage.limits import text_of
from newsarchive.storage.merging import encodable
from newsarchive.storage.reading import record_of
from newsarchive.storage.sqlite.file import time_text
from newsarchive.storage.tasks import filled, ranked_at, storable_task, united


def add(connection: sqlite3.Connection, tasks: Collection[Task], path: Path) -> set[str]:
    """Insert those that are not there; returns their names as they were given."""
    new = set()
    for task in tasks:
        one = _of_its_article(connection, task)
        held = _held(connection, one.name, path)
        if held is None:
            new.add(task.name)
            _write(connection, one)
        elif (more := filled(held, one)) != held:
            _write(connection, more)
    return new


def save(connection: sqlite3.Connection, tasks: Collection[Task]) -> None:
    """Insert or replace whole tasks."""
    for task in tasks:
        _write(connection, _of_its_article(connection, task))


def found(connection: sqlite3.Connection, names: Collection[str], path: Path) -> dict[str, Task]:
    """The tasks of the names that have one."""
    held = {name: _held(connection, _owner(connection, encodable(name)), path) for name in names}
    return {name: task for name, task in held.items() if task is not None}


def due(
    connection: sqlite3.Connection,
    site: SiteName,
    now: datetime,
    limit: int,
    *,
    states: Sequence[TaskState],
    path: Path,
) -> list[Task]:
    """Tasks due by a time, state by state, newest first."""
    result: list[Task] = []
    for state in states:
        rows = connection.execute(
            "SELECT name, document FROM tasks WHERE site = ? AND state = ? AND due_at <= ?"
            " ORDER BY ranked_at DESC, name LIMIT ?",
            (site, state, time_text(now, "milliseconds"), max(0, limit - len(result))),
        )
        result += [record_of(Task, document, str(name), str(path)) for name, document in rows]
    return result


def counts(connection: sqlite3.Connection, due_by: datetime | None) -> list[tuple[SiteName, str, int]]:
    """Site, state and number of its tasks."""
    return connection.execute(
        "SELECT site, state, count(*) FROM tasks WHERE due_at <= ? GROUP BY 1, 2 ORDER BY 1, 2",
        (time_text(due_by, "milliseconds") if due_by else "~",),
    ).fetchall()


def unite(connection: sqlite3.Connection, identity: str, path: Path) -> None:
    """Make the tasks of all names of an article the one of its identity."""
    rows = connection.execute(
        "SELECT name, document FROM names JOIN tasks USING (name) WHERE identity = ? AND name <> ? ORDER BY name",
        (identity, identity),
    ).fetchall()
    for name, document in rows:
        other = record_of(Task, document, str(name), str(path))
        own = _held(connection, identity, path)
        _write(connection, united(own, other) if own else other.model_copy(update={"name": identity}))
        connection.execute("DELETE FROM tasks WHERE name = ?", (other.name,))


def _of_its_article(connection: sqlite3.Connection, task: Task) -> Task:
    task = storable_task(task)
    return task.model_copy(update={"name": _owner(connection, task.name)})


def _owner(connection: sqlite3.Connection, name: str) -> str:
    """The identity of the article of a name, or the name itself where no article has it."""
    row = connection.execute("SELECT identity FROM names WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else name


def _held(connection: sqlite3.Connection, name: str, path: Path) -> Task | None:
    row = connection.execute("SELECT document FROM tasks WHERE name = ?", (name,)).fetchone()
    return record_of(Task, row[0], name, str(path)) if row else None


def _write(connection: sqlite3.Connection, task: Task) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO tasks (name, site, state, due_at, ranked_at, document) VALUES (?, ?, ?, ?, ?, ?)",
        (
            task.name, task.site, task.state, time_text(task.due_at, "milliseconds"), time_text(ranked_at(task), "milliseconds"),
            text_of(task),
        ),
    )  # fmt: skip


def _text_of(time: datetime) -> str:
    """A time as text that sorts as time does."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")
