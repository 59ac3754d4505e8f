"""Of real archives: a clean post has every sentence and every link of the stories that were imported, or the import names it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.imports import Archive, read_archive
from exports.imports.document_items import blocks_of, kinds_of, story_link
from exports.imports.importer import import_archive
from exports.imports.sentences import addresses, is_label
from exports.request import ExportRequest
from newsarchive.markdown.document import Document
from newsarchive.markdown.links import LINK
from newsarchive.sites import identify
from newsarchive.storage import Store
from tests.conftest import corpus_labels
from tests.exports.imported_pages import ALL

DAY = date(2026, 3, 1)
POSTS = (
    "hugo-daily",
    "vitepress-daily",
    "ai-daily",
    "daily-link-list",
    "daily-pick",
    "weekly",
    "hexo-weekly",
)
FILES = [truth["file"] for truth in corpus_labels("archive") if truth["family"] in POSTS]
_ADDRESS = re.compile(r"https?://[^\s)）>]+")
_TAG = re.compile(r"<[^<>]*>")
_NOT_SAID = re.compile(r"[\W_]+")


def said(text: str) -> str:
    """The letters of a text, without labels of links and pictures."""
    for _ in range(2):
        text = LINK.sub(lambda it: "" if it["image"] or is_label(it["text"]) else it["text"], text)
    text = _TAG.sub("", html.unescape(_ADDRESS.sub("", text)))
    return _NOT_SAID.sub("", html.unescape(text.replace("\\", "")))


def sentences(archive: Archive, name: str) -> Iterator[tuple[int, int, str]]:
    """The sentences of stories that have a link: the line of the story, their own, and what they say."""
    for item, block in blocks_of(Document(archive.text, name), archive):
        if not story_link(item):
            continue
        texts = [(item.line, item.text or ""), (item.line, item.words)]
        texts += [(line.number, line.text) for line, kind in kinds_of(item, block) if kind == "words"]
        for number, text in texts:
            for sentence in re.split(r"(?<=[。！？])", text):
                words = said(sentence)
                if len(words) > 1 and not is_label(words):
                    yield item.line, number, words


async def assert_nothing_is_cut(store: Store, out: Path, archive: Archive, name: str) -> None:
    archive = replace(archive, date=archive.date or DAY)
    report = await import_archive(store, archive, name)
    named = {it.line for it in report.remarks}
    remarks = "\n".join(str(it) for it in report.remarks)
    done = await export_pages(store, ExportRequest("daily", day=archive.date), out)
    shown = done.pages[0][1].path.read_text(encoding="utf-8")
    letters = said(shown)
    cut = [it for it in sentences(archive, name) if it[2] not in letters and not named & {*it[:2]}]
    assert cut == []
    for line in archive.text.split("\n"):
        for url in addresses(line):
            known = identify(url)
            assert url in shown or url in remarks or (known and known.url in shown), f"{url} is nowhere"


@pytest.mark.parametrize("file", FILES)
async def test_of_captured_archives(store: Store, tmp_path: Path, corpus: Path, file: str) -> None:
    path = corpus / file
    archive = read_archive(path.read_bytes().decode(), path.name)
    await assert_nothing_is_cut(store, tmp_path, archive, path.stem)


@pytest.mark.parametrize("name", ALL)
async def test_of_every_form(store: Store, tmp_path: Path, name: str) -> None:
    await assert_nothing_is_cut(store, tmp_path, read_archive(ALL[name]), name)
