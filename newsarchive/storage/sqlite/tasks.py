"""The frontier in the SQLite file."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from newsarchive.items.record import SiteName
from newsarchive.records.task import Task
from newsarchive.storage.contract import DueTask, TaskOrder, TaskState
from newsarchive.storage.leases import living
from newsarchive.storage.limits import text_of
from newsarchive.storage.merging import encodable
from newsarchive.storage.reading import damage
from newsarchive.storage.sqlite.connection import SqliteConnection
from newsarchive.storage.sqlite.file import time_text
from newsarchive.storage.tasks import filled, ranked_at, storable_task, united

_BY_ORDER: dict[TaskOrder, str] = {
    "newest": "SELECT name, ranked_at FROM tasks WHERE site = ? AND state = ? AND due_at <= ?"
    " ORDER BY ranked_at DESC, name LIMIT ?",
    "longest_due": "SELECT name, ranked_at FROM tasks WHERE site = ? AND state = ? AND due_at <= ?"
    " ORDER BY due_at, name LIMIT ?",
}


class SqliteTasks(SqliteConnection):
    """Tasks."""

    async def add_tasks(self, tasks: Collection[Task]) -> set[str]:
        new = set()
        with self._writing():
            for task in tasks:
                one = self._of_its_article(task)
                held = self._held_task(one.name)
                if held is None:
                    new.add(task.name)
                    self._write_task(one)
                elif (more := filled(held, one)) != held:
                    self._write_task(more)
        return new

    async def due_tasks(
        self,
        site: SiteName,
        now: datetime,
        limit: int,
        *,
        states: Sequence[TaskState] = ("wanted", "done"),
        order: TaskOrder = "newest",
    ) -> list[DueTask]:
        result: list[DueTask] = []
        for state in states:
            rows = self._rows(
                _BY_ORDER[order],
                site,
                state,
                time_text(now, "milliseconds"),
                max(0, limit - len(result)),
            )
            with damage("the tasks that are due", self._place):
                result += [DueTask(name, datetime.fromisoformat(ranked)) for name, ranked in rows]
        return result

    async def tasks(self, names: Collection[str]) -> dict[str, Task]:
        held = {name: self._held_task(encodable(name)) for name in names}
        return {name: task for name, task in held.items() if task is not None}

    def tasks_of_time(
        self, site: SiteName, state: TaskState, since: datetime, until: datetime | None = None
    ) -> AsyncIterator[Task]:
        return self._pages(
            Task,
            "SELECT ranked_at, name, document FROM tasks WHERE (ranked_at, name) > (?, ?) AND ranked_at < ?"
            " AND site = ? AND state = ? ORDER BY ranked_at, name LIMIT ?",
            time_text(since, "milliseconds"),
            (time_text(until, "milliseconds") if until else "~", site, state),
        )

    async def save_tasks(self, tasks: Collection[Task]) -> None:
        with self._writing() as connection:
            names = []
            for task in tasks:
                self._write_task(own := self._of_its_article(task))
                names.append(own.name)
            connection.execute(
                "DELETE FROM claims WHERE name IN (SELECT value FROM json_each(?))", (json.dumps(names),)
            )

    async def claim_tasks(self, names: Collection[str], holder: str) -> dict[str, Task]:
        with self._writing() as connection:
            held = await self.tasks(names)
            others = json.dumps(sorted(living(await self.leases()) - {holder}))
            rows = connection.execute(
                "INSERT INTO claims (name, run_id) SELECT value, ?2 FROM json_each(?1) WHERE true"
                " ON CONFLICT (name) DO UPDATE SET run_id = ?2"
                " WHERE run_id NOT IN (SELECT value FROM json_each(?3)) RETURNING name",
                (json.dumps([task.name for task in held.values()]), holder, others),
            )
            claimed = {name for (name,) in rows.fetchall()}
        return {name: task for name, task in held.items() if task.name in claimed}

    async def task_counts(self, due_by: datetime | None = None) -> dict[SiteName, dict[str, int]]:
        found: dict[SiteName, dict[str, int]] = {}
        for site, state, number in self._rows(
            "SELECT site, state, count(*) FROM tasks WHERE due_at <= ? GROUP BY 1, 2 ORDER BY 1, 2",
            time_text(due_by, "milliseconds") if due_by else "~",
        ):
            found.setdefault(site, {})[state] = number
        return found

    def _unite_tasks(self, identity: str) -> None:
        """Make the tasks of all names of an article the one of its identity."""
        others = self._records(
            Task,
            "SELECT name, document FROM names JOIN tasks USING (name) WHERE identity = ? AND name <> ? ORDER BY name",
            identity,
            identity,
        )
        for other in others:
            own = self._held_task(identity)
            self._write_task(united(own, other) if own else other.model_copy(update={"name": identity}))
            self._connection.execute("DELETE FROM tasks WHERE name = ?", (other.name,))

    def _of_its_article(self, task: Task) -> Task:
        task = storable_task(task)
        owner = self._owner(task.name)
        return task if owner == task.name else task.model_copy(update={"name": owner})

    def _owner(self, name: str) -> str:
        """The identity of the article of a name, or the name itself where no article has it."""
        rows = self._rows("SELECT identity FROM names WHERE name = ?", name)
        return str(rows[0][0]) if rows else name

    def _held_task(self, name: str) -> Task | None:
        query = (
            "SELECT name, document FROM tasks"
            " WHERE name = ifnull((SELECT identity FROM names WHERE name = ?1), ?1)"
        )
        held = self._records(Task, query, name)
        return held[0] if held else None

    def _write_task(self, task: Task) -> None:
        due_at, rank = time_text(task.due_at, "milliseconds"), time_text(ranked_at(task), "milliseconds")
        self._connection.execute(
            "INSERT OR REPLACE INTO tasks (name, site, state, due_at, ranked_at, document) VALUES (?, ?, ?, ?, ?, ?)",
            (task.name, task.site, task.state, due_at, rank, text_of(task)),
        )
