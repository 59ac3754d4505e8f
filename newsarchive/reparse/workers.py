"""Who reads: this process, processes of its own, or the workers of a Dask cluster. To the reading they are one: executors."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, ParamSpec, TypeVar

from newsarchive.errors import MissingExtraError, StoreUnreachableError
from newsarchive.reparse.reader import close

P = ParamSpec("P")
T = TypeVar("T")

_SECONDS_TO_CONNECT = 10


class InProcess(Executor):
    """Does at once what is submitted: nothing has to travel to another process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever asks for the result meets it
            future.set_exception(error)
        return future


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def executor(workers: int, scheduler: str | None = None) -> Iterator[tuple[Executor, int]]:
    """Who reads, and how many they are. Raises MissingExtraError, and StoreUnreachableError for a cluster that does not answer."""
    if scheduler is not None:
        with _cluster(scheduler) as cluster:
            yield cluster
    elif workers == 1:
        try:
            yield InProcess(), 1
        finally:
            close()
    else:
        # Started anew, not forked: a store's client has threads, and what this process holds is not copied.
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent)
        try:
            yield pool, workers
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _cluster(scheduler: str) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtraError(
            "--scheduler needs Dask: pip install 'newsarchive[distributed]', here and where the workers run"
        ) from None
    connect: Any = Client
    try:
        client = connect(scheduler, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StoreUnreachableError(f"no Dask scheduler answers at {scheduler} ({error})") from None
    with client:
        yield client.get_executor(), max(len(client.ncores()), 1)


def _end_with_parent() -> None:
    """End this worker when the process that began it is gone, even by `kill -9`: it would wait for work for ever.

    Ctrl-C is the parent's: it lets the workers end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()
