"""The SQLite schema, as numbered steps from an empty file to the newest version. Steps are only ever added."""

from __future__ import annotations

_FIRST = """
CREATE TABLE articles (
    identity TEXT PRIMARY KEY, site TEXT NOT NULL, kind TEXT NOT NULL, published_at TEXT NOT NULL,
    text_hash TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX articles_by_time ON articles (published_at, identity);
CREATE INDEX articles_by_site ON articles (site, kind, published_at);
CREATE INDEX articles_by_text ON articles (text_hash);
CREATE TABLE names (name TEXT PRIMARY KEY, identity TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX names_by_identity ON names (identity);
CREATE TABLE revisions (
    identity TEXT NOT NULL, words TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (identity, words)
);
CREATE TABLE events (
    key TEXT PRIMARY KEY, site TEXT NOT NULL, kind TEXT NOT NULL, identity TEXT, url TEXT NOT NULL,
    observed_at TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX events_by_time ON events (observed_at, key);
CREATE TABLE picks (
    day TEXT NOT NULL, url TEXT NOT NULL, position INTEGER NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (day, url)
);
CREATE TABLE runs (run_id TEXT PRIMARY KEY, site TEXT NOT NULL, started_at TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX runs_by_time ON runs (started_at);
CREATE TABLE documents (
    collection TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (collection, key)
);
"""

_FRONTIER = """
CREATE TABLE tasks (
    name TEXT PRIMARY KEY, site TEXT NOT NULL, state TEXT NOT NULL, due_at TEXT NOT NULL,
    ranked_at TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX tasks_by_due ON tasks (site, state, due_at);
"""

_MARK = """
CREATE TABLE mark (word TEXT NOT NULL);
INSERT INTO mark (word) VALUES (lower(hex(randomblob(12))));
"""

_REVISIONS_BY_TIME = """
ALTER TABLE revisions ADD COLUMN replaced_at TEXT NOT NULL DEFAULT '';
UPDATE revisions SET replaced_at = strftime('%Y-%m-%dT%H:%M:%f', json_extract(document, '$.replaced_at')) || '+00:00'
    WHERE json_valid(document) AND json_extract(document, '$.replaced_at') IS NOT NULL;
CREATE INDEX revisions_by_time ON revisions (replaced_at, identity);
"""

_STORIES = """
CREATE TABLE fingerprints (
    number INTEGER PRIMARY KEY AUTOINCREMENT, identity TEXT NOT NULL UNIQUE, publisher INTEGER NOT NULL,
    sketch BLOB NOT NULL
);
CREATE TABLE bands (hash INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (hash, number)) WITHOUT ROWID;
CREATE TABLE story_links (
    identity TEXT NOT NULL, other TEXT NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (identity, other, kind)
) WITHOUT ROWID;
CREATE INDEX story_links_by_other ON story_links (other);
"""

_PUBLISHERS = """
CREATE TABLE publishers (publisher INTEGER PRIMARY KEY, place INTEGER NOT NULL, last INTEGER NOT NULL);
DELETE FROM bands;
DELETE FROM fingerprints;
"""
"""Numbers tell the publisher from here on; `newsarchive story index` takes articles in that were taken in before."""

_TOKENS = r"""tokenize="ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'" """
"""By itself the tokenizer `ascii` takes the marks of ASCII for the ends of words, and all other characters as they are."""
_SEARCH = (
    f"CREATE VIRTUAL TABLE search USING fts5 (words, content='', detail=none, {_TOKENS})",
    "CREATE TABLE search_numbers (identity TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX search_numbers_by_number ON search_numbers (number)",
    "CREATE TABLE search_noted (identity TEXT PRIMARY KEY) WITHOUT ROWID",
    "INSERT INTO search_noted SELECT identity FROM articles ORDER BY identity",
)
"""The index is empty at first: the articles that are there are noted, and taken in later."""

_TASKS_BY_TIME = ("CREATE INDEX tasks_by_time ON tasks (site, state, ranked_at, name)",)

_LEASES = """
CREATE TABLE leases (
    name TEXT PRIMARY KEY, run_id TEXT, boot TEXT NOT NULL, ends REAL NOT NULL, document TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE claims (name TEXT PRIMARY KEY, run_id TEXT NOT NULL) WITHOUT ROWID;
"""
"""`ends` is when a lease ends by the steady clock of a start of the machine."""

_THREES = (
    "CREATE TABLE search_texts (number INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, threes BLOB NOT NULL)",
    "INSERT INTO search_texts SELECT number, identity, x'' FROM search_numbers",
    "DROP TABLE search_numbers",
)
"""Articles that were in the index before have no threes: more of them are proposed, and none is missing."""

OTHER_FINGERPRINTS = (
    "DELETE FROM bands",
    "DROP TABLE fingerprints",
    "CREATE TABLE fingerprints (number INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, publisher INTEGER NOT NULL, sketch BLOB NOT NULL)",
)
"""Texts have other fingerprints from here on; `newsarchive story index` takes articles in that were taken in before."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    *(
        tuple(statement for statement in step.split(";") if statement.strip())
        for step in (_FIRST, _FRONTIER, _MARK, _REVISIONS_BY_TIME, _STORIES, _PUBLISHERS)
    ),
    _SEARCH,
    _TASKS_BY_TIME,
    tuple(statement for statement in _LEASES.split(";") if statement.strip()),
    _THREES,
    OTHER_FINGERPRINTS,
)
"""Step by step the statements that lead to the next version."""
