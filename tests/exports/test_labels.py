"""Labels in the language of the archive: files of both languages are read alike, and edits stay when the language is changed."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from exports.content.labels import LABELS, USUAL, Labels
from exports.export import export_pages
from exports.files.hand_edited import State
from exports.formats import FORMATS
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from newsarchive.archive_settings import LANGUAGES
from newsarchive.storage import Store
from tests.exports.stories import DAY, article

FORMS = [name for name, it in FORMATS.items() if not (it.of_words or it.chooses)]
"""What is published; the list of candidates is for the editor alone, and has no labels."""
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
async def filled(store: Store) -> Store:
    """Articles that say nothing in Chinese."""
    held = [article(number, title=f"Story {number}") for number in (1, 2, 3)]
    update = {
        "digest": "What it says.",
        "body": [],
        "attribution": held[0].attribution.model_copy(update={"author": "A", "source": "B"}),
    }
    await store.save_articles([it.model_copy(update=update) for it in held])
    return store


async def exported(store: Store, out: Path, name: str, **more: Any) -> tuple[State, str]:  # noqa: ANN401
    time: dict[str, Any] = {"month": DAY.replace(day=1)} if FORMATS[name].by_day else {"day": DAY}
    (found,) = (await export_pages(store, ExportRequest(name, **time, **more), out)).pages
    return found[1].state, found[1].path.read_text(encoding="utf-8")


def files_in(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.rglob(pattern))


def test_every_language_has_labels_and_every_label_differs() -> None:
    assert tuple(LABELS) == LANGUAGES
    for it in fields(Labels):
        values = [getattr(labels, it.name) for labels in LABELS.values()]
        assert all(values)
        assert values[0] != values[1], it.name


@pytest.mark.parametrize("name", FORMS)
async def test_an_english_archive_has_no_chinese_label(filled: Store, tmp_path: Path, name: str) -> None:
    own = {it: "X" for it, word in FORMATS[name].words.items() if isinstance(word.default, str)}
    own |= {it: f"{it} section" for it, word in FORMATS[name].words.items() if word.is_section}
    _, text = await exported(filled, tmp_path, name, language="en", own=own)
    assert CHINESE.findall(text.replace("IT之家", "")) == []
    for file in files_in(tmp_path, "README.md"):
        assert CHINESE.findall(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", FORMS)
async def test_the_strict_profile_keeps_the_labels_of_such_archives(
    filled: Store, tmp_path: Path, name: str
) -> None:
    _, usual = await exported(filled, tmp_path / "a", name, profile="strict")
    _, other = await exported(filled, tmp_path / "b", name, profile="strict", language="en")
    assert usual == other


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(("before", "after"), [LANGUAGES, LANGUAGES[::-1]])
async def test_edits_stay_when_the_language_is_changed(
    filled: Store, tmp_path: Path, name: str, before: str, after: str
) -> None:
    _, text = await exported(filled, tmp_path, name, language=before)
    (file,) = [it for it in files_in(tmp_path, "*.md") if it.name not in {"README.md", "2025-11-index.md"}]
    mark = re.escape(LABELS[before].draft)
    typed = re.sub(rf"What it says\.(\s*{mark})?", "An editor's words.", text, count=1)
    file.write_text(typed, encoding="utf-8")
    (report,) = await sync_folder(filled, tmp_path)
    assert (report.rejected, report.added, report.texts) == (0, 0, 1)
    state, now = await exported(filled, tmp_path, name, language=after)
    assert state in {State.WRITTEN, State.MERGED}
    _, fresh = await exported(filled, tmp_path / "fresh", name, language=after)
    assert now.count("An editor's words.") == 1
    assert now == fresh


@pytest.mark.parametrize("name", [it for it in FORMS if it not in {"digest", "fulltext"}])
@pytest.mark.parametrize("profile", ["clean", "strict"])
async def test_drafts_are_marked_or_not(filled: Store, tmp_path: Path, name: str, profile: str) -> None:
    _, marked = await exported(filled, tmp_path / "a", name, profile=profile)
    _, plain = await exported(filled, tmp_path / "b", name, profile=profile, drafts_marked=False)
    assert USUAL.draft in marked
    assert USUAL.draft not in plain
    assert re.sub(rf"(\n\n| ){re.escape(USUAL.draft)}", "", marked) == plain
    file = next((tmp_path / "b" / name).rglob("2025-11-13.md"))
    file.write_text(plain.replace("What it says.", "An editor's words.", 1), encoding="utf-8")
    (report,) = await sync_folder(filled, tmp_path / "b")
    assert (report.texts, report.stays) == (1, [])
    assert [it.draft for it in await filled.picks(DAY, DAY) if it.state == "picked"] == [False]
