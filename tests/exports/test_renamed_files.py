"""Files that an editor renames, moves, copies and deletes: they are known by the links of their items."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from random import Random

import pytest

from exports.export import Exported, export_pages
from exports.files.hand_edited import State, raise_conflicts
from exports.request import ExportRequest
from exports.sync.folder import SyncReport, raise_refused, sync_folder
from newsarchive.errors import ConflictError, UnreadableMarkdownError
from newsarchive.storage import Store
from tests.exports.stories import DAY, article, pick
from tests.exports.test_syncing_everywhere import EVERYWHERE, each, wanted

ROUNDS = int(os.environ.get("NEWSARCHIVE_ROUNDS", "400")) // 10
NEXT_DAY = date(2025, 11, 14)
DAILY = ExportRequest("daily", day=DAY, target="jekyll")


@pytest.fixture
async def filled(store: Store) -> Store:
    """Two days that are not done, with two stories each, of which two are picked."""
    await store.save_articles([article(1), article(2), article(3, day=NEXT_DAY), article(4, day=NEXT_DAY)])
    await store.save_picks([pick(article(1)), pick(article(3, day=NEXT_DAY), day=NEXT_DAY)])
    return store


async def export(store: Store, asked: ExportRequest, out: Path, *, restore: bool = False) -> Exported:
    exported = await export_pages(store, asked, out, restore=restore)
    raise_conflicts(exported.files)
    return exported


async def sync(store: Store, out: Path) -> list[SyncReport]:
    done = await sync_folder(store, out)
    raise_refused(done)
    return done


def posts(out: Path) -> list[str]:
    """The files with stories in them."""
    return sorted(
        it.relative_to(out).as_posix()
        for it in out.rglob("*.m*")
        if it.is_file() and re.search("https://www|编辑写的", it.read_text("utf-8"))
    )


def indexes(out: Path) -> str:
    return "".join(it.read_text(encoding="utf-8") for it in out.rglob("index.md"))


def renamed(path: Path, name: str, *edits: tuple[str, str]) -> Path:
    """The file under another name, or in another folder beside its own, with edits."""
    new = path.parent / name
    new.parent.mkdir(parents=True, exist_ok=True)
    path.rename(new)
    text = new.read_text(encoding="utf-8")
    for old, words in edits:
        assert old in text
        text = text.replace(old, words, 1)
    new.write_text(text, encoding="utf-8")
    return new


@each(EVERYWHERE)
async def test_a_renamed_file_is_followed_with_its_edits_and_news(
    filled: Store, tmp_path: Path, way: str, profile: str, target: str
) -> None:
    asked = wanted(way, profile, target)  # type: ignore[arg-type]
    post = (await export(filled, asked, tmp_path)).pages[0][1].path
    held = len(posts(tmp_path))
    old = post.relative_to(tmp_path).as_posix()
    new = renamed(post, f"{post.stem}-ferry.md", ("1", "改1"))
    await filled.save_articles([article(7)])
    exported = await export(filled, asked, tmp_path)
    followed = next(it for it in exported.files if it.path == new)
    assert followed.was == old
    assert not post.exists()
    assert "改1" in new.read_text(encoding="utf-8")
    if way != "fulltext-article":
        assert "第 7 条" in new.read_text(encoding="utf-8"), "the news goes into the renamed file"
        assert len(posts(tmp_path)) == held
    await sync(filled, tmp_path)
    kept = new.read_bytes()
    again = await export(filled, asked, tmp_path)
    assert new.read_bytes() == kept
    assert not post.exists()
    assert [it.was for it in again.files if it.was] == []


async def test_edits_of_a_renamed_file_become_picks(filled: Store, tmp_path: Path) -> None:
    post = (await export(filled, DAILY, tmp_path)).pages[0][1].path
    new = renamed(post, "moved/2025-11-13-ferry.md", ("编辑写的1。", "改过的一。"))
    (synced,) = await sync(filled, tmp_path)
    assert (synced.path, synced.was, synced.texts) == (new, post.relative_to(tmp_path).as_posix(), 1)
    assert [it.text for it in await filled.picks(DAY, DAY) if it.state == "picked"] == ["改过的一。"]
    fresh = (await export(filled, DAILY, tmp_path / "fresh")).pages[0][1].path
    assert "改过的一。" in fresh.read_text(encoding="utf-8")


async def test_the_index_leads_to_the_new_place(filled: Store, tmp_path: Path) -> None:
    post = (await export(filled, DAILY, tmp_path)).pages[0][1].path
    renamed(post, "2025-11-13-ferry.md")
    await export(filled, DAILY, tmp_path)
    index = (tmp_path / "daily" / "2025-11" / "index.md").read_text(encoding="utf-8")
    assert re.findall(r"post_url (\S+)", index) == ["2025-11-13-ferry"]


async def test_days_and_formats_that_were_renamed_at_once_are_told_apart(
    filled: Store, tmp_path: Path
) -> None:
    asked = [
        ExportRequest(of, day=day, target="hugo") for of in ("daily", "briefing") for day in (DAY, NEXT_DAY)
    ]
    old = [(await export(filled, it, tmp_path)).pages[0][1].path for it in asked]
    new = [renamed(path, f"{place}.md") for place, path in enumerate(old)]
    done = [(await export(filled, it, tmp_path)).pages[0][1] for it in asked]
    assert [it.path for it in done] == new
    assert {it.state for it in done} == {State.UNCHANGED}


async def test_of_two_files_that_may_be_it_none_is_written_and_both_are_named(
    filled: Store, tmp_path: Path
) -> None:
    post = (await export(filled, DAILY, tmp_path)).pages[0][1].path
    one = renamed(post, "2025-11-13-one.md", ("编辑写的1。", "改过的一。"))
    two = one.with_name("2025-11-13-two.md")
    two.write_bytes(one.read_bytes())
    before = posts(tmp_path)
    with pytest.raises(ConflictError, match=r"2025-11-13-one\.md and _posts/2025-11-13-two\.md"):
        await export(filled, DAILY, tmp_path)
    picks = await filled.picks(date.min, date.max)
    with pytest.raises(UnreadableMarkdownError, match=r"2025-11-13-one\.md and _posts/2025-11-13-two\.md"):
        await sync(filled, tmp_path)
    assert posts(tmp_path) == before
    assert await filled.picks(date.min, date.max) == picks
    two.unlink()
    (synced,) = await sync(filled, tmp_path)
    assert (synced.path, synced.texts) == (one, 1)


async def test_a_page_of_an_editor_that_speaks_of_the_same_stories_is_none(
    filled: Store, tmp_path: Path
) -> None:
    post = (await export(filled, DAILY, tmp_path)).pages[0][1].path
    links = [*re.findall(r"<(https://www.ithome\S+)>", post.read_text("utf-8"))] or [article(1).url]
    own = tmp_path / "own.md"
    own.write_text("# 我的\n\n" + "".join(f"我读了 [这篇]({it})。\n\n" for it in links), encoding="utf-8")
    post.unlink()
    kept = own.read_bytes()
    assert (await export(filled, DAILY, tmp_path)).pages[0][1].path == post
    assert post.exists()
    assert own.read_bytes() == kept


async def test_a_deleted_file_stays_deleted_once_sync_knows(filled: Store, tmp_path: Path) -> None:
    post = (await export(filled, DAILY, tmp_path)).pages[0][1].path
    post.unlink()
    (synced,) = await sync(filled, tmp_path)
    assert synced.missing
    picks = await filled.picks(date.min, date.max)
    await filled.save_articles([article(7)])
    for _ in range(2):
        (exported,) = (await export(filled, DAILY, tmp_path)).pages
        assert exported[1].state is State.DELETED
        assert not post.exists()
        assert post.stem not in indexes(tmp_path)
    assert await filled.picks(date.min, date.max) == picks, "what it told is still picked"
    await export(filled, DAILY, tmp_path, restore=True)
    assert article(7).url in post.read_text(encoding="utf-8")
    assert (await export(filled, DAILY, tmp_path)).pages[0][1].state is State.UNCHANGED


async def test_a_deleted_file_that_is_put_back_is_a_file_again(filled: Store, tmp_path: Path) -> None:
    post = (await export(filled, DAILY, tmp_path)).pages[0][1].path
    content = post.read_bytes()
    post.unlink()
    await sync(filled, tmp_path)
    post.write_bytes(content)
    assert not (await sync(filled, tmp_path))[0].missing
    post.unlink()
    await export(filled, DAILY, tmp_path)
    assert post.read_bytes() == content, "sync has not heard of the second time"


async def test_an_open_conflict_goes_along(filled: Store, tmp_path: Path) -> None:
    post = (await export(filled, DAILY, tmp_path)).pages[0][1].path
    edited = post.read_text(encoding="utf-8").replace("编辑写的1。", "改过的一。")
    post.write_text(edited, encoding="utf-8")
    await filled.save_picks([pick(article(1), text="库里的一。")])
    with pytest.raises(ConflictError):
        await export(filled, DAILY, tmp_path)
    new = renamed(post, "2025-11-13-ferry.md")
    with pytest.raises(ConflictError, match=r"ferry\.md\.new"):
        await export(filled, DAILY, tmp_path)
    assert new.read_text(encoding="utf-8") == edited
    assert "库里的一。" in new.with_name(f"{new.name}.new").read_text(encoding="utf-8")
    assert not post.with_name(f"{post.name}.new").exists()


@pytest.mark.parametrize("profile", ["clean", "strict"])
@pytest.mark.parametrize("target", ["plain", "hugo", "hexo", "jekyll"])
async def test_a_daily_page_without_numbers_is_read_by_its_titles_and_links(
    filled: Store, tmp_path: Path, profile: str, target: str
) -> None:
    asked = ExportRequest("daily", day=DAY, profile=profile, target=target)  # type: ignore[arg-type]
    post = (await export(filled, asked, tmp_path)).pages[0][1].path
    text = re.sub(r"(?m)^## \d+\. ", "## ", post.read_text(encoding="utf-8"))
    post.write_text(text, encoding="utf-8")
    (synced,) = await sync(filled, tmp_path)
    assert (synced.texts, synced.added, synced.rejected, synced.stays) == (0, 0, 0, [])
    assert post.read_text(encoding="utf-8") == text
    edited = text.replace("编辑写的1。", "改过的一。").replace("## 第 2 条新闻", "## 第二条")
    post.write_text(edited, encoding="utf-8")
    (synced,) = await sync(filled, tmp_path)
    assert (synced.texts, synced.added, synced.rejected) == (2, 0, 0)
    first, *_ = await filled.picks(DAY, DAY)
    assert first.text == "改过的一。"
    await filled.save_articles([article(7)])
    await export(filled, asked, tmp_path)
    grown = post.read_text(encoding="utf-8")
    assert "\n## 第 7 条新闻\n" in grown, "what is new comes without a number, too"
    assert grown.count("\n## ") == 3
    await sync(filled, tmp_path)
    assert (await export(filled, asked, tmp_path)).pages[0][1].state is State.UNCHANGED


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_renames_at_random_lose_no_typed_line(filled: Store, tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    target = random.choice(["plain", "hugo", "hexo", "jekyll"])
    asked = [
        ExportRequest("daily", day=DAY, target=target),
        ExportRequest("briefing", day=DAY, target=target),
        ExportRequest("daily", day=NEXT_DAY, target=target),
    ]
    files = [(await export(filled, it, tmp_path)).pages[0][1].path for it in asked]
    typed: dict[Path, list[str]] = {path: [] for path in files}
    for turn in range(6):
        place = random.randrange(len(files))
        path = files[place]
        if random.random() < 0.7:
            name = random.choice([f"{path.stem}-{turn}.md", f"{turn}/{path.name}", f"{turn}.markdown"])
            files[place] = renamed(path, name)
            typed[files[place]] = typed.pop(path)
            path = files[place]
        line = f"手写{turn}号"
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n\n{line}\n", encoding="utf-8")
        typed[path].append(line)
        if random.random() < 0.4:
            number = 10 + turn
            day = random.choice([DAY, NEXT_DAY])
            await filled.save_articles([article(number, day=day)])
        if random.random() < 0.5:
            await sync(filled, tmp_path)
        if random.random() < 0.7:
            for it in asked:
                await export(filled, it, tmp_path)
        assert posts(tmp_path) == sorted(it.relative_to(tmp_path).as_posix() for it in files)
        for file, lines in typed.items():
            text = file.read_text(encoding="utf-8")
            assert [it for it in lines if it not in text] == []
