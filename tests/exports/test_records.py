"""The archive as data: whole records, one each, in a definite order."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from exports.datasets.records import ROWS_AT_A_TIME, parquet_schema, write_json_lines, write_parquet
from newsarchive.errors import MissingExtraError
from newsarchive.items.article import Article
from newsarchive.storage import Store
from tests.exports.test_html import STORED
from tests.storage.records import article, body, everything, weixin


async def test_each_line_is_the_whole_record(store: Store) -> None:
    await store.save_articles([everything(), weixin(), article(1, title=STORED)])
    file = io.BytesIO()
    assert await write_json_lines(file, store.articles()) == 3
    lines = file.getvalue().decode().removesuffix("\n").split("\n")
    assert [Article.model_validate_json(line) for line in lines] == [it async for it in store.articles()]
    assert json.loads(lines[-1])["text"] == "正文。\n图说\n~~旧~~²x_1\nB. 甲\nA. 乙"
    again = io.BytesIO()
    await write_json_lines(again, store.articles())
    assert again.getvalue() == file.getvalue()


async def test_excerpts_hold_nothing_of_the_whole_text(store: Store) -> None:
    await store.save_articles(
        [article(1, body=body("一句话而已。" * 50, "结尾的秘密。"), extra={"raw": "结尾的秘密。"})]
    )
    lines, table = io.BytesIO(), io.BytesIO()
    await write_json_lines(lines, store.articles(), excerpts=True)
    await write_parquet(table, store.articles(), excerpts=True)
    assert "秘密" not in lines.getvalue().decode()
    table.seek(0)
    assert "秘密" not in json.dumps(pq.read_table(table).to_pylist(), default=str, ensure_ascii=False)


async def test_parquet_has_typed_columns_and_all_articles(store: Store, tmp_path: Path) -> None:
    await store.save_articles([everything(), weixin(), article(1, published_at=None, body=[], title=STORED)])
    for name in ("one", "two"):
        with (tmp_path / name).open("wb") as file:
            assert await write_parquet(file, store.articles()) == 3
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    table = pq.read_table(tmp_path / "one")
    assert table.schema.equals(parquet_schema())
    assert str(table.schema.field("published_at").type) == "timestamp[ms, tz=UTC]"
    held = everything()
    row = next(row for row in table.to_pylist() if row["identity"] == held.identity)
    assert row["published_at"] == held.published_at
    assert (row["author"], row["source"], row["tags"]) == ("清源", "新华社", ["手机", "芯片"])
    assert row["images"][0]["caption"] == "图说"
    assert json.loads(row["body"])[0]["inlines"][0]["text"] == "正文。"
    assert json.loads(row["extra"]) == held.extra


async def test_parquet_of_many_articles_has_several_groups_and_an_empty_one_its_columns() -> None:
    async def articles(number: int) -> AsyncIterator[Article]:
        held = article(1)
        for _ in range(number):
            yield held

    file = io.BytesIO()
    assert await write_parquet(file, articles(ROWS_AT_A_TIME + 1)) == ROWS_AT_A_TIME + 1
    assert pq.ParquetFile(io.BytesIO(file.getvalue())).metadata.num_row_groups == 2
    empty = io.BytesIO()
    assert await write_parquet(empty, articles(0)) == 0
    assert pq.read_table(io.BytesIO(empty.getvalue())).schema.equals(parquet_schema())


def test_without_pyarrow_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"newsarchive\[parquet\]"):
        parquet_schema()
