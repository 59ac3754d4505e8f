"""Every archive of the corpus reads as its label says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from exports.imports import label, read_archive
from tests.conftest import corpus_labels

NOT_READ = frozenset({"file", "truth_by", "notes"})
"""Fields of a label that say where it is from, not what the file says."""


@pytest.mark.parametrize("truth", corpus_labels("archive"), ids=lambda truth: truth["file"])
def test_an_archive_reads_as_labelled(corpus: Path, truth: dict[str, Any]) -> None:
    text = (corpus / truth["file"]).read_bytes().decode()
    expected = {key: value for key, value in truth.items() if key not in NOT_READ}
    assert label(read_archive(text, truth["file"])) == expected


def test_the_corpus_has_all_its_archives(corpus: Path) -> None:
    assert corpus.is_dir()
    assert len(corpus_labels("archive")) == 44


def test_the_seed_without_links_is_a_briefing(seeds: Path) -> None:
    (file,) = seeds.glob("003_*")
    archive = read_archive(file.read_text(encoding="utf-8"))
    assert (archive.family, str(archive.date), archive.count) == ("briefing", "2025-12-09", 6)
    assert archive.title
    assert archive.title.startswith("AI日报：")
    assert archive.cover
    assert archive.unclear


def test_the_seed_of_whole_articles_gives_each_with_its_link(seeds: Path) -> None:
    (file,) = seeds.glob("004_*")
    archive = read_archive(file.read_text(encoding="utf-8"))
    assert (archive.family, archive.count) == ("full-text", 20)
    assert all(item.url and item.url.startswith("https://36kr.com/") for item in archive.items)
    assert [remark.line for remark in archive.remarks if "U+FFFD" in remark.reason] == [
        119,
        144,
        208,
        425,
        966,
        1282,
    ]
