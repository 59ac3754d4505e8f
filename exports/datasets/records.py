"""The archive as data: one record an article, whole, in the store's order, written as it is read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING, Any, BinaryIO

from newsarchive.editorial.excerpts import excerpted
from newsarchive.errors import MissingExtraError
from newsarchive.items.article import Article
from newsarchive.parsing.harmless import harmless_json

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_A_TIME = 1000
"""Rows of a group in a Parquet file, and articles held in memory while one is written."""


async def write_json_lines(
    file: BinaryIO, articles: AsyncIterable[Article], *, excerpts: bool = False
) -> int:
    """Write the full record of each article as one line of JSON (docs/article.schema.json); returns how many."""
    count = 0
    async for article in articles:
        line = (excerpted(article) if excerpts else article).model_dump_json()
        file.write(harmless_json(line).encode() + b"\n")
        count += 1
    return count


async def write_parquet(file: BinaryIO, articles: AsyncIterable[Article], *, excerpts: bool = False) -> int:
    """Write a Parquet file with the columns of `parquet_schema`; returns how many rows.

    Raises MissingExtraError where pyarrow is not installed.
    """
    schema = parquet_schema()
    import pyarrow.parquet as pq  # noqa: PLC0415 - an optional dependency

    count = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        async for rows in _groups(articles, excerpts=excerpts):
            writer.write_table(_table(rows, schema))
            count += len(rows)
    return count


def parquet_schema() -> pa.Schema:
    """The columns and their types. `body`, `keys` and `extra` are JSON; times are UTC, exact to the millisecond.

    Raises MissingExtraError where pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise MissingExtraError(
            "Parquet needs pyarrow, which is not installed: pip install 'newsarchive[parquet]'"
        ) from None
    text, time = pa.string(), pa.timestamp("ms", tz="UTC")
    image = pa.struct(
        [("url", text), ("alt", text), ("caption", text), ("width", pa.int64()), ("height", pa.int64())]
    )
    required = [(name, text) for name in ("identity", "site", "kind", "url", "title", "text")]
    optional = [
        ("published_at", time),
        *((name, text) for name in ("published_text", "published_precision")),
        ("fetched_at", time),
        *((name, text) for name in (*_ATTRIBUTION, "digest", "cover", "source_url")),
        *((name, pa.list_(text)) for name in ("tags", "sections", "aliases")),
        *((name, pa.bool_()) for name in ("promotion", "paid")),
        ("text_hash", text),
        ("images", pa.list_(image)),
        *((name, text) for name in ("keys", "body", "extra", "parser")),
    ]
    return pa.schema(
        [pa.field(name, kind, nullable=False) for name, kind in required]
        + [pa.field(name, kind) for name, kind in optional],
        metadata={"newsarchive.schema_version": str(Article.model_fields["schema_version"].default)},
    )


_ATTRIBUTION = (
    *("account", "account_id", "author", "editor", "source", "copyright", "original_account"),
    *("original_author", "original_url"),
)


async def _groups(articles: AsyncIterable[Article], *, excerpts: bool) -> AsyncIterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    async for article in articles:
        rows.append(_row(excerpted(article) if excerpts else article))
        if len(rows) == ROWS_AT_A_TIME:
            yield rows
            rows = []
    if rows:
        yield rows


def _row(article: Article) -> dict[str, Any]:
    row = article.model_dump(mode="json")
    row |= {name: row["attribution"][name] for name in _ATTRIBUTION}
    row |= {name: json.dumps(row[name], ensure_ascii=False) for name in ("keys", "body", "extra")}
    row |= {"published_at": article.published_at, "fetched_at": article.fetched_at}
    return row


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows as a table; columns that the schema does not name are left out."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    return pa.Table.from_pylist(rows, schema=schema)
