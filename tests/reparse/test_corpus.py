"""All captured pages of the corpus, kept in WARC files and read again."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import pytest

from newsarchive.items.article import Article
from newsarchive.sites.ithome import reader
from newsarchive.storage import open_store
from tests.reparse.archive import CORPUS, Archive, altered, corpus_pages

pytestmark = pytest.mark.skipif(
    not (CORPUS / "truth.jsonl").is_file(), reason=f"there is no corpus of captured pages at {CORPUS}"
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("corpus"))
    asyncio.run(archive.crawl(corpus_pages()))
    return archive


@pytest.fixture
def archive(kept: Archive, tmp_path: Path) -> Archive:
    shutil.copytree(kept.folder, tmp_path / "copy")
    return Archive(tmp_path / "copy")


@pytest.mark.parametrize("workers", [1, 2])
async def test_nothing_changes_as_long_as_no_parser_does(archive: Archive, workers: int) -> None:
    before = await archive.articles()
    found = await archive.reparse(workers, apply=True)
    assert not found.changes
    assert found.counts["articles"] == found.counts["same"] == len(before) > 60
    assert await archive.articles() == before


async def test_what_one_parser_reads_otherwise_changes_and_nothing_else(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def otherwise(article: Article) -> Article:
        return article.model_copy(update={"digest": "另一种摘要"})

    monkeypatch.setattr(reader, "read", altered(otherwise)(reader.read))
    before = await archive.articles()
    of_the_site = {name for name, it in before.items() if it.site == "ithome"}
    preview = await archive.reparse()
    assert preview.fields == {"digest": len(of_the_site)}
    assert await archive.articles() == before
    applied = await archive.reparse(apply=True)
    assert (applied.fields, applied.samples) == (preview.fields, preview.samples)
    after = await archive.articles()
    for name, it in before.items():
        expected = it.model_copy(update={"digest": "另一种摘要"}) if name in of_the_site else it
        assert after[name].model_dump() == expected.model_dump()
    assert not (await archive.reparse(apply=True)).changes


async def test_words_that_are_read_otherwise_are_no_change_of_the_site(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def otherwise(article: Article) -> Article:
        return article.model_copy(update={"title": f"{article.title}（读对了）"})

    monkeypatch.setattr(reader, "read", altered(otherwise)(reader.read))
    found = await archive.reparse(apply=True)
    assert set(found.fields) == {"title"}
    causes: Counter[str] = Counter()
    async with open_store(archive.uri, "read") as store:
        for name, article in (await archive.articles()).items():
            for revision in await store.revisions(name):
                causes[revision.cause] += 1
                assert f"{revision.title}（读对了）" == article.title
    assert causes == {"parser": found.fields["title"]}
