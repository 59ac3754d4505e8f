"""How far a reading of the archive has come, and what it found: a file that outlives `kill -9`.

All that belongs together is written in one transaction: after a sudden death nothing is counted twice and nothing is missing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from newsarchive.items.article import Article
from newsarchive.storage.merging import DERIVED
from newsarchive.storage.reading import record_of
from newsarchive.storage.sqlite.file import clear_errors, connect, pragma, transaction

APPLICATION_ID = 0x6E617270
"""Marks the progress of a reading ("narp", in PRAGMA application_id)."""
MOST_SAMPLES = 3
"""Samples that are kept of a field."""
_SCHEMA = """
CREATE TABLE place (stage TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tally (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE done (identity TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE incomplete (identity TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE copies (identity TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (identity, document)) WITHOUT ROWID;
CREATE TABLE samples (field TEXT NOT NULL, identity TEXT NOT NULL, sample TEXT NOT NULL, PRIMARY KEY (field, identity)) WITHOUT ROWID;
CREATE TABLE named (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, why TEXT NOT NULL, UNIQUE (kind, name));
CREATE TABLE unwritten (identity TEXT PRIMARY KEY, held TEXT, new TEXT NOT NULL) WITHOUT ROWID
"""


class Progress:
    """The progress of one reading. Without a path it is in memory, and ends with its process."""

    def __init__(self, path: Path | None) -> None:
        self._path = path or Path(":memory:")
        if path is None:
            self._connection = sqlite3.connect(":memory:", isolation_level=None)
        else:
            self._connection = connect(path, APPLICATION_ID, create=True)
        with self.together():
            if not pragma(self._connection, "application_id"):
                for statement in (*_SCHEMA.split(";"), f"PRAGMA application_id = {APPLICATION_ID}"):
                    self._connection.execute(statement)

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._connection.close()

    def forget(self) -> None:
        """Remove the file: the next reading begins anew."""
        self._connection.close()
        if self._path.name != ":memory:":
            for end in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside is written as a whole."""
        with clear_errors(self._path), transaction(self._connection):
            yield

    def _rows(self, query: str, *values: str | int) -> list[tuple[str, ...]]:
        with clear_errors(self._path):
            return self._connection.execute(query, values).fetchall()

    def _write(self, statement: str, rows: Iterable[tuple[str | int | None, ...]]) -> None:
        self._connection.executemany(statement, rows)

    # How far.

    def position(self, stage: str) -> str:
        """How far a stage has come; empty at its beginning."""
        rows = self._rows("SELECT position FROM place WHERE stage = ?", stage)
        return rows[0][0] if rows else ""

    def set_position(self, stage: str, position: str) -> None:
        """Say how far a stage has come."""
        self._write("INSERT OR REPLACE INTO place VALUES (?, ?)", [(stage, position)])

    def is_done(self, identity: str) -> bool:
        """Whether an article was read."""
        return bool(self._rows("SELECT 1 FROM done WHERE identity = ?", identity))

    def set_done(self, names: Iterable[str]) -> None:
        """Say that articles were read."""
        self._write("INSERT OR IGNORE INTO done VALUES (?)", [(name,) for name in names])

    # What lists may tell.

    def set_incomplete(self, identity: str) -> None:
        """Say that lists have to be asked for an article."""
        self._write("INSERT OR IGNORE INTO incomplete VALUES (?)", [(identity,)])

    def incomplete(self, after: str, limit: int) -> list[str]:
        """The next articles for which lists have to be asked."""
        query = "SELECT identity FROM incomplete WHERE identity > ? ORDER BY identity LIMIT ?"
        return [identity for (identity,) in self._rows(query, after, limit)]

    def add_copies(self, copies: Iterable[tuple[str, str]]) -> None:
        """Keep what lists have of articles, if these are incomplete."""
        self._write(
            "INSERT OR IGNORE INTO copies SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM incomplete WHERE identity = ?1)",
            copies,
        )

    def copies(self, identity: str) -> tuple[str, ...]:
        """What lists have of an article."""
        rows = self._rows(
            "SELECT document FROM copies WHERE identity = ? ORDER BY json_extract(document, '$.fetched_at'), document",
            identity,
        )
        return tuple(document for (document,) in rows)

    # What was found.

    def count(self, numbers: dict[str, int]) -> None:
        """Add to counts."""
        self._write(
            "INSERT INTO tally VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = number + excluded.number",
            [(name, number) for name, number in numbers.items() if number],
        )

    def counts(self) -> dict[str, int]:
        """All counts, by name."""
        return {name: int(number) for name, number in self._rows("SELECT * FROM tally")}

    def sample(self, field: str, identity: str, before: str, after: str) -> None:
        """Keep a sample of a field, if there are not enough: those of the first names, so that chance has no part in it."""
        sample = json.dumps({"before": before, "after": after}, ensure_ascii=False)
        self._write("INSERT OR IGNORE INTO samples VALUES (?, ?, ?)", [(field, identity, sample)])
        self._write(
            "DELETE FROM samples WHERE field = ?1 AND identity NOT IN"
            " (SELECT identity FROM samples WHERE field = ?1 ORDER BY identity LIMIT ?2)",
            [(field, MOST_SAMPLES)],
        )

    def samples(self) -> dict[str, list[dict[str, str]]]:
        """The samples, by field."""
        found: dict[str, list[dict[str, str]]] = {}
        for field, identity, sample in self._rows("SELECT * FROM samples ORDER BY field, identity"):
            found.setdefault(field, []).append({"identity": identity, **json.loads(sample)})
        return found

    def name(self, kind: str, name: str, why: str) -> None:
        """Put something on a list: a page that cannot be read, an article that got worse; each once."""
        self._write("INSERT OR IGNORE INTO named (kind, name, why) VALUES (?, ?, ?)", [(kind, name, why)])

    def named(self, kind: str) -> Iterator[tuple[str, str]]:
        """What is on a list, each with why, by name."""
        with clear_errors(self._path):
            yield from self._connection.execute(
                "SELECT name, why FROM named WHERE kind = ? ORDER BY name", (kind,)
            )

    # What is still to be written into the store.

    def set_unwritten(self, pairs: Sequence[tuple[Article | None, Article]]) -> None:
        """Keep what goes into the store next, so that it is known after a sudden death that it was to."""
        self._write(
            "INSERT OR REPLACE INTO unwritten VALUES (?, ?, ?)",
            [(new.identity, _json(held) if held else None, _json(new)) for held, new in pairs],
        )

    def unwritten(self) -> list[tuple[Article | None, Article]]:
        """What was to go into the store, and may not have got there."""
        place = str(self._path)
        return [
            (
                record_of(Article, held, identity, place) if held else None,
                record_of(Article, new, identity, place),
            )
            for identity, held, new in self._rows("SELECT * FROM unwritten")
        ]

    def clear_unwritten(self) -> None:
        """Say that all of it is in the store."""
        self._write("DELETE FROM unwritten", [()])


def _json(article: Article) -> str:
    return article.model_dump_json(exclude=set(DERIVED))
