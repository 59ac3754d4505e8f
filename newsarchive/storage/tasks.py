"""What a fetch makes of a task, and how two tasks of one article become one. Pure: both engines share it."""

from __future__ import annotations

from datetime import datetime

from newsarchive.items.article import Article
from newsarchive.records.task import Task
from newsarchive.storage.contract import TaskState
from newsarchive.storage.merging import encodable, milliseconds


def settled(
    task: Task,
    *,
    state: TaskState,
    outcome: str,
    at: datetime,
    due_at: datetime,
    alive: bool = False,
    etag: str | None = None,
    last_modified: str | None = None,
) -> Task:
    """The task after a fetch that told what the article is, or that it is gone; the count of tries begins anew.

    What a list carried of it is let go: the store has the article. `alive` says that its page was the article.

    `etag` and `last_modified` are those of the copy that is held from now on: after "not modified" (304) pass the
    task's own.
    """
    return task.model_copy(
        update={
            "state": state,
            "outcome": outcome,
            "checked_at": at,
            "alive_at": at if alive else task.alive_at,
            "due_at": due_at,
            "etag": etag,
            "last_modified": last_modified,
            "tries": 0,
            "carried": None,
        }
    )


def postponed(task: Task, *, outcome: str, at: datetime, due_at: datetime) -> Task:
    """The task after a fetch that told nothing of the article (a challenge, an error): one more try, same state."""
    return task.model_copy(
        update={"outcome": outcome, "checked_at": at, "due_at": due_at, "tries": task.tries + 1}
    )


def filled(held: Task, new: Task) -> Task:
    """A held task with what a list tells of the article that it lacked, or carries of one that was never fetched."""
    return held.model_copy(
        update={
            "published_at": held.published_at or new.published_at,
            "source": held.source or new.source,
            "carried": (new.carried if held.state == "wanted" else None) or held.carried,
        }
    )


def united(own: Task, other: Task) -> Task:
    """One task from two of the same article; `own` has the name that stays, the one that was settled stands."""
    first, second = (other, own) if own.state == "wanted" != other.state else (own, other)
    return filled(first, second).model_copy(
        update={
            "name": own.name,
            "found_at": min(own.found_at, other.found_at),
            "alive_at": max((at for at in (own.alive_at, other.alive_at) if at), default=None),
        }
    )


def carried_by(task: Task) -> Article | None:
    """The article that a list carried of a task, where it is kept."""
    return Article.model_validate_json(task.carried) if task.carried else None


def ranked_at(task: Task) -> datetime:
    """The time by which tasks are ordered, newest first."""
    return task.published_at or task.found_at


def storable_task(task: Task) -> Task:
    """The task as any store gives it back: times exact to the millisecond, all text can be encoded."""
    kept: dict[str, object] = {}
    for name, value in task.__dict__.items():
        if type(value) is datetime:
            if (cut := milliseconds(value)) is not value:
                kept[name] = cut
        elif type(value) is str and not value.isascii():
            kept[name] = encodable(value)
    return task.model_copy(update=kept) if kept else task
