"""The archive by which the speed of reading again is measured: each page another article, and nothing to be changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reparse import SMALL, make, timed, usable, variants
from tests.reparse.archive import CORPUS

pytestmark = pytest.mark.skipif(
    not (CORPUS / "truth.jsonl").is_file(), reason=f"there is no corpus of captured pages at {CORPUS}"
)


async def test_each_variant_is_an_article_of_its_own_and_reads_as_it_was_stored(tmp_path: Path) -> None:
    pages = [sample for sample in usable(CORPUS) if len(sample.content) < SMALL]
    assert {sample.site for sample in pages} >= {"ithome", "weixin"}
    number = 3 * len(pages)
    assert len({(one.site, one.url) for one in variants(pages, number)}) == number
    assert await make(pages, number, tmp_path) == number
    told = await timed(tmp_path, 1)
    assert (told["articles"], told["changed"]) == (number, 0)
