"""Pictures that stay: fetched from the sample sites, refused where they are none, and shown without any network."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiohttp
import pytest
from markdown_it import MarkdownIt
from playwright.async_api import Browser, Route, async_playwright

from exports.export import export_pages
from exports.request import ExportRequest
from newsarchive.images.names import addresses, picture_key, pictures_of
from newsarchive.items.body import Image
from newsarchive.storage import open_store
from newsarchive.storage.collections import MIRRORED_PICTURES, WANTED_PICTURES, MirroredPicture
from samples import SampleServer, seeds
from samples.answer import Answer, moved
from tests.e2e.running import COMMAND, Ended, Place, made_once
from tests.images.drawn import drawn
from tests.mongo import database_of
from tests.tools.sites import HUGO, JEKYLL, Tool

MONTHS = ("2026-09", "2026-10")
HOSTS = {"img.36krcdn.com", "img.ithome.com", "mmbiz.qpic.cn"}


@dataclass(frozen=True)
class Mirrored(Place):
    """An archive with a mirror."""

    @property
    def images(self) -> Path:
        return self.folder / "images"

    def environment(self, **more: str) -> dict[str, str]:
        return super().environment(NEWSARCHIVE_IMAGES_FOLDER=str(self.images)) | more

    async def crawl(self, images: str = "off") -> list[Ended]:
        """Crawl what the samples have of all three sites."""
        links = self.folder / "links.txt"
        links.write_text("\n".join(seeds()), encoding="utf-8")
        ended = [await self.run("crawl", "36kr", "ithome", NEWSARCHIVE_IMAGES=images)]
        ended.append(
            await self.run(
                "crawl", "weixin", "-a", f"seeds={links}", "-a", "from_site=36kr", NEWSARCHIVE_IMAGES=images
            )
        )
        return ended

    async def fetch(self, month: str, *words: str, **more: str) -> Ended:
        return await self.run("images", "fetch", "--month", month, *words, command=COMMAND, **more)

    async def held(self) -> dict[str, MirroredPicture]:
        async with open_store(self.address) as store:
            return await store.documents(MIRRORED_PICTURES)

    async def waiting(self) -> list[str]:
        async with open_store(self.address) as store:
            return [*await store.documents(WANTED_PICTURES)]

    async def wanted(self) -> dict[str, list[str]]:
        """What the stored articles show: all addresses by key, the original's first."""
        found: dict[str, list[str]] = {}
        for article in (await self.articles()).values():
            for picture in pictures_of(article):
                if key := picture_key(picture.url):
                    found[key] = list(dict.fromkeys([*found.get(key, ()), *addresses(picture.url)]))
        return found

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.images.rglob("*") if path.is_file()}

    def asked(self) -> Counter[str]:
        """How often each picture was asked for."""
        return Counter(
            f"{seen.host}{seen.path}"
            for seen in self.server.requests
            if seen.host in HOSTS and seen.path != "/robots.txt"
        )


@pytest.fixture
async def mirrored(tmp_path: Path) -> AsyncIterator[Mirrored]:
    async with SampleServer() as server:
        yield Mirrored(tmp_path, server)


@pytest.fixture
async def crawled(mirrored: Mirrored, tmp_path_factory: pytest.TempPathFactory) -> Mirrored:
    """An archive that was crawled without its pictures."""
    async with made_once(tmp_path_factory, "crawled", mirrored.folder) as is_first:
        for ended in await mirrored.crawl() if is_first else []:
            assert ended.code == 0, ended.err
    mirrored.server.requests.clear()
    return mirrored


@pytest.fixture(params=["sqlite", "mongo"])
async def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Mirrored]:
    """An archive in either store."""
    async with SampleServer() as server:
        if request.param == "sqlite":
            yield Mirrored(tmp_path, server)
            return
        with database_of(request.getfixturevalue("mongo_server")) as uri:
            yield Mirrored(tmp_path, server, uri=uri)


async def test_a_crawl_keeps_every_picture_once_as_it_came(anywhere: Mirrored) -> None:
    ended = await anywhere.crawl("mirror")
    assert [it.code for it in ended] == [0, 0], ended
    held, wanted = await anywhere.held(), await anywhere.wanted()
    assert held.keys() == wanted.keys()
    assert len(wanted) > 100
    assert all(it.file and not it.reason for it in held.values())
    assert await anywhere.waiting() == []
    assert max(anywhere.asked().values()) == 1
    files = anywhere.files()
    assert set(files) == {it.file for it in held.values()}
    for name, data in files.items():
        assert name.partition(".")[0] == hashlib.sha256(data).hexdigest()
    told = {
        urlsplit(seen.headers.get("Referer", "")).hostname
        for seen in anywhere.server.requests
        if seen.host == "mmbiz.qpic.cn" and seen.path != "/robots.txt"
    }
    assert told == {"mp.weixin.qq.com"}
    for host in HOSTS:
        first = next(seen for seen in anywhere.server.requests if seen.host == host)
        assert first.path == "/robots.txt"
    counts = (await anywhere.last_run("ithome")).counts
    assert counts["image/kept_count"] == sum(key.startswith("ithome:") for key in held)
    assert "pictures: " in ended[0].err
    raw = b"".join(path.read_bytes()[:200] for path in (anywhere.folder / "raw").rglob("*") if path.is_file())
    assert b"PNG" not in raw

    anywhere.server.requests.clear()
    assert (await anywhere.fetch("2026-10")).code == 0
    assert not anywhere.asked()


async def test_off_by_default(mirrored: Mirrored) -> None:
    assert (await mirrored.run("crawl", "ithome")).code == 0
    assert not mirrored.asked()
    assert not mirrored.images.exists()


async def test_what_is_stored_already_is_fetched_by_the_month(anywhere: Mirrored) -> None:
    await anywhere.crawl()
    for month in MONTHS:
        ended = await anywhere.fetch(month)
        assert ended.code == 0, ended.err
        assert "ithome: pictures: " in ended.out
    assert (await anywhere.held()).keys() == (await anywhere.wanted()).keys()
    assert max(anywhere.asked().values()) == 1
    again = await anywhere.fetch("2026-09")
    assert "there already" in again.out
    assert " new" not in again.out


async def test_what_is_no_picture_is_refused_with_its_reason_and_the_rest_is_kept(crawled: Mirrored) -> None:
    wanted = await crawled.wanted()
    world = crawled.server.world
    cdn = [key for key in sorted(wanted) if key.startswith("ithome:")]
    weixin, another, *_ = {
        key: picture
        for article in (await crawled.articles()).values()
        for picture in pictures_of(article)
        if article.site == "weixin" and (picture.width or 0) > 400 and (key := picture_key(picture.url))
    }.items()
    small = drawn("PNG", (another[1].width or 0) // 4, (another[1].height or 0) // 4)
    sample = await _bytes_of(crawled, wanted[cdn[6]][0])
    placeholder = await _bytes_of(crawled, wanted[weixin[0]][0], referer="https://example.org/")
    spoiled = {
        cdn[0]: (Answer(b"<html><body>no</body></html>", "image/jpeg"), "no_picture"),
        cdn[1]: (Answer(sample[: len(sample) // 2], "image/png"), "broken_picture"),
        cdn[2]: (Answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 50_000_000, "image/png"), "too_large"),
        cdn[3]: (moved(f"http://127.0.0.1:{urlsplit(crawled.server.base_url).port}/secret"), "off_site"),
        cdn[4]: (Answer(b"gone", status=404), "http_404"),
        cdn[5]: (
            Answer(b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "image/svg+xml"),
            "active_picture",
        ),
        weixin[0]: (Answer(placeholder, "image/png"), "placeholder"),
        another[0]: (Answer(small, "image/png"), "placeholder"),
    }
    for key, (answer, _) in spoiled.items():
        world.replies |= dict.fromkeys(wanted[key], answer)
    crawled.server.requests.clear()
    ended = [await crawled.fetch(month) for month in MONTHS]
    assert [it.code for it in ended] == [0, 0], ended
    held = await crawled.held()
    for key, (_, reason) in spoiled.items():
        assert (held[key].file, held[key].reason) == ("", reason), key
        assert any(f"because {reason}:" in it.out for it in ended), reason
    assert held.keys() == wanted.keys()
    assert all(it.file for key, it in held.items() if key not in spoiled)
    assert hashlib.sha256(placeholder).hexdigest() not in {name.partition(".")[0] for name in crawled.files()}
    assert not [
        seen for seen in crawled.server.requests if seen.host == "secret" or seen.path.startswith("/secret")
    ]

    world.replies.clear()
    assert [(await crawled.fetch(month)).code for month in MONTHS] == [0, 0]
    assert all(it.file for it in (await crawled.held()).values())


async def test_where_the_original_is_none_the_page_s_own_form_is_kept(crawled: Mirrored) -> None:
    key, forms = next(
        (key, forms)
        for key, forms in (await crawled.wanted()).items()
        if len(forms) > 1 and "36krcdn" in forms[0]
    )
    crawled.server.world.replies[forms[0]] = Answer(b"<html></html>", "image/png")
    ended = [await crawled.fetch(month, "--site", "36kr") for month in MONTHS]
    assert (await crawled.held())[key].url == forms[1]
    assert any(forms[0] in it.err and "no_picture" in it.err for it in ended)


async def _bytes_of(place: Place, url: str, referer: str = "") -> bytes:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    async with (
        aiohttp.ClientSession() as session,
        session.get(
            f"{place.server.base_url}/{parts.netloc}{parts.path}{query}", headers={"Referer": referer}
        ) as response,
    ):
        return await response.read()


@pytest.mark.parametrize("after", [70, 110, 150])
async def test_killed_and_run_again_no_picture_twice_and_none_missing(mirrored: Mirrored, after: int) -> None:
    await mirrored.kill_after(after, "crawl", "36kr", "ithome", "-s", "NEWSARCHIVE_IMAGES=mirror")
    first = mirrored.asked()
    kept = {it.url for it in (await mirrored.held()).values() if it.file}
    mirrored.server.requests.clear()
    ended = await mirrored.run("crawl", "36kr", "ithome", NEWSARCHIVE_IMAGES="mirror")
    assert ended.code == 0, ended.err
    assert (await mirrored.held()).keys() == (await mirrored.wanted()).keys()
    assert await mirrored.waiting() == []
    second = mirrored.asked()
    assert max(second.values(), default=1) == 1
    twice = {url for url in kept if second[url.partition("://")[2].partition("?")[0]]}
    assert twice == set()
    assert sum(first.values()) + sum(second.values()) >= len(kept)


async def test_a_stopped_crawl_leaves_the_rest_to_the_next(mirrored: Mirrored) -> None:
    process = await mirrored.start("crawl", "ithome", NEWSARCHIVE_IMAGES="mirror")
    reading = asyncio.create_task(process.communicate())
    await mirrored.server.wait_for_requests(75)
    process.terminate()
    await reading
    assert (await mirrored.run("crawl", "ithome", NEWSARCHIVE_IMAGES="mirror")).code == 0
    assert (await mirrored.held()).keys() == (await mirrored.wanted()).keys()


async def test_a_run_stops_fetching_at_its_bytes_and_an_article_at_its_count(crawled: Mirrored) -> None:
    ended = await crawled.fetch("2026-10", "--site", "ithome", NEWSARCHIVE_IMAGES_RUN_BYTES="20000")
    assert ended.code == 34
    assert "because enough_for_a_run" in ended.out
    some = len(await crawled.held())
    assert 0 < some < 26
    ended = await crawled.fetch("2026-10", "--site", "ithome", NEWSARCHIVE_IMAGES_AN_ARTICLE="0")
    assert "because too_many_pictures" in ended.out
    assert (await crawled.fetch("2026-10", "--site", "ithome")).code == 0
    assert len(await crawled.held()) > some


async def test_a_host_that_forbids_its_pictures_is_not_asked(crawled: Mirrored) -> None:
    crawled.server.world.forbid("img.ithome.com")
    crawled.server.requests.clear()
    ended = await crawled.fetch("2026-10", "--site", "ithome")
    assert ended.code == 34
    assert "because robots" in ended.out
    assert not crawled.asked()


async def test_a_picture_refused_three_times_is_asked_for_only_when_somebody_says_so(
    crawled: Mirrored,
) -> None:
    key, forms = next((key, forms) for key, forms in (await crawled.wanted()).items() if "/2026/10/" in key)
    crawled.server.world.replies |= dict.fromkeys(forms, Answer(b"gone", status=404))
    for tries in (1, 2, 3, 3):
        ended = await crawled.fetch("2026-10", "--site", "ithome")
        assert (await crawled.held())[key].tries == tries
    assert "1 refused before" in ended.out
    crawled.server.world.replies.clear()
    crawled.server.requests.clear()
    assert (await crawled.fetch("2026-10", "--site", "ithome", "--again")).code == 0
    assert (await crawled.held())[key].file
    assert sum(crawled.asked().values()) == 1


async def test_a_picture_elsewhere_is_not_asked_for_and_stays_free_for_its_own_site(
    crawled: Mirrored,
) -> None:
    articles = await crawled.articles()
    theirs = next(it for it in articles.values() if it.site == "weixin" and it.images)
    picture = theirs.images[0]
    mine = next(
        it
        for it in articles.values()
        if it.site == "36kr" and it.published_at and it.published_at.month == 10
    )
    elsewhere = Image(f"http://127.0.0.1:{urlsplit(crawled.server.base_url).port}/img.ithome.com/x.png")
    async with open_store(crawled.address) as store:
        body = [*mine.body, replace(picture), elsewhere, Image("https://wx1.sinaimg.cn/large/x.jpg")]
        await store.save_articles([mine.model_copy(update={"body": body})])
    crawled.server.requests.clear()
    ended = await crawled.fetch("2026-10", "--site", "36kr")
    assert ended.code == 0
    assert "because off_site: 3" in ended.out
    assert {seen.host for seen in crawled.server.requests} == {"img.36krcdn.com"}
    for month in MONTHS:
        await crawled.fetch(month, "--site", "weixin")
    key = picture_key(picture.url)
    assert key
    assert (await crawled.held())[key].file


async def test_a_mirror_that_cannot_be_is_told_before_the_first_request(mirrored: Mirrored) -> None:
    (mirrored.folder / "file").write_text("", encoding="utf-8")
    folder = str(mirrored.folder / "file" / "images")
    more = {"NEWSARCHIVE_IMAGES": "mirror", "NEWSARCHIVE_IMAGES_FOLDER": folder}
    ended = await mirrored.run("crawl", "ithome", command=COMMAND, **more)
    assert (ended.code, len(ended.err.splitlines())) == (23, 1)
    assert "NEWSARCHIVE_IMAGES_FOLDER" in ended.err
    assert mirrored.server.requests == []


async def test_a_disk_that_takes_no_picture_loses_no_article(mirrored: Mirrored) -> None:
    whole = await mirrored.run("crawl", "ithome")
    assert whole.code == 0
    articles = await mirrored.articles()
    mirrored.store.unlink()
    for digits in (f"{number:02x}" for number in range(256)):  # where the folders of pictures would be
        mirrored.images.mkdir(exist_ok=True)
        (mirrored.images / digits).write_text("", encoding="utf-8")
    ended = await mirrored.run("crawl", "ithome", command=COMMAND, NEWSARCHIVE_IMAGES="mirror")
    assert ended.code == 20
    assert (await mirrored.articles()).keys() == articles.keys()
    assert "pictures are left to a later run" in " ".join((await mirrored.last_run("ithome")).warnings)
    shutil.rmtree(mirrored.images)
    assert (await mirrored.run("crawl", "ithome", command=COMMAND, NEWSARCHIVE_IMAGES="mirror")).code == 0
    assert (await mirrored.held()).keys() == (await mirrored.wanted()).keys()


# What exports show.

FILES = ("plain", "mkdocs", "vitepress", "obsidian")
"""Targets whose links lead from file to file."""


@pytest.fixture(scope="module")
def program() -> str:
    """Chromium's program; the test is skipped where there is none, and fails in CI."""
    found = os.environ.get("NEWSARCHIVE_CHROMIUM") or shutil.which("chromium")
    if found and Path(found).is_file():
        return found
    reason = "no Chromium here: install Debian's package chromium, or name one in NEWSARCHIVE_CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
async def chromium(program: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def shown(browser: Browser, root: Path, pages: list[Path]) -> tuple[int, list[str]]:
    """How many pictures a reader sees on pages of a site without a network, and those that he does not see."""
    context = await browser.new_context()

    async def serve(route: Route) -> None:
        parts = urlsplit(route.request.url)
        path = root / unquote(parts.path).lstrip("/")
        if parts.hostname != "site.test" or not path.resolve().is_relative_to(root) or not path.is_file():
            await route.abort()
        else:
            await route.fulfill(path=path)

    await context.route("**/*", serve)
    page = await context.new_page()
    seen, missing = 0, []
    for path in pages:
        await page.goto(f"http://site.test/{path.relative_to(root).as_posix()}", wait_until="load")
        pictures = await page.evaluate(
            "async () => Promise.all([...document.images].map(async it => {"
            "await it.decode().catch(() => 0); return [it.getAttribute('src'), it.naturalWidth]}))"
        )
        seen += sum(width > 1 for _, width in pictures)
        missing += [f"{path}: {source}" for source, width in pictures if width <= 1]
    await context.close()
    return seen, missing


def rendered(root: Path) -> list[Path]:
    """The Markdown files of a folder as pages beside them."""
    pages = []
    for path in sorted(root.rglob("*.md")):
        text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        page = path.with_suffix(".html")
        page.write_text(
            f"<meta charset=utf-8>{MarkdownIt('commonmark').enable('table').render(text)}", encoding="utf-8"
        )
        pages.append(page)
    return pages


@pytest.fixture
async def full(mirrored: Mirrored, tmp_path_factory: pytest.TempPathFactory) -> Mirrored:
    """An archive whose sites are gone."""
    async with made_once(tmp_path_factory, "mirrored", mirrored.folder) as is_first:
        for ended in await mirrored.crawl("mirror") if is_first else []:
            assert ended.code == 0, ended.err
    await mirrored.server.stop()
    return mirrored


async def export(place: Mirrored, of: str, out: Path, *words: str) -> Ended:
    ended = await place.run(
        "export", of, "--month", "2026-10", "--out", str(out), "--all", "--images", "local", *words
    )
    assert ended.code == 0, ended.err
    return ended


async def test_every_target_shows_every_picture_without_a_network(
    full: Mirrored, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_IMAGES_FOLDER", str(full.images))
    month = ExportRequest("fulltext", month=date(2026, 10, 1), everything=True, images="local")
    counts = {}
    for target in (*FILES, "hexo", "hugo", "jekyll"):
        out = full.folder / target
        async with open_store(full.address) as store:
            for request in (month, replace(month, per="article"), replace(month, format="briefing")):
                await export_pages(store, replace(request, target=target), out)
        tool: Tool | None = {"hugo": HUGO, "jekyll": JEKYLL}.get(target)
        if target in FILES:
            root, pages = out, rendered(out)
        elif target == "hexo":  # as it is served: what is in `source` is the site
            root, pages = out / "source", rendered(out / "source")
        elif tool and tool.is_installed:
            root = tool.build(out)
            pages = sorted(root.rglob("*.html"))
        else:
            continue
        with_pictures = [it.resolve() for it in pages if "<img" in it.read_text(encoding="utf-8")]
        counts[target], missing = await shown(chromium, root.resolve(), with_pictures)
        assert missing == [], target
    assert len(set(counts.values())) == 1, counts
    assert counts["plain"] >= 2 * 40


async def test_a_book_shows_every_picture(full: Mirrored, chromium: Browser) -> None:
    ended = await export(full, "epub", full.folder / "books")
    assert "pictures" in ended.out
    (book,) = (full.folder / "books").rglob("*.epub")
    before = book.read_bytes()
    unpacked = (full.folder / "book").resolve()
    with zipfile.ZipFile(book) as archive:
        archive.extractall(unpacked)
        names = [name for name in archive.namelist() if "/images/" in name]
        package = archive.read("EPUB/package.opf").decode()
    assert len(names) == len(set(names)) > 30
    assert all(f'href="{name.removeprefix("EPUB/")}"' in package for name in names)
    seen, missing = await shown(chromium, unpacked, sorted(unpacked.rglob("*.xhtml")))
    assert missing == []
    assert seen >= len(names)
    again = await export(full, "epub", full.folder / "books")
    assert "unchanged" in again.out
    assert book.read_bytes() == before


async def test_exporting_again_changes_nothing_and_a_hand_edit_stays(full: Mirrored) -> None:
    out = full.folder / "site"
    await export(full, "fulltext", out, "--target", "hugo")
    files = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    pictures = [path for path in files if path.parent.name == "images"]
    assert len(pictures) > 30
    assert all(re.fullmatch(r"[0-9a-f]{64}\.(png|jpg)", path.name) for path in pictures)
    again = await export(full, "fulltext", out, "--target", "hugo")
    assert "unchanged" in again.out
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == files

    pictures[0].write_bytes(b"an editor's own")
    (text,) = [path for path in files if path.suffix == ".md" and "index" not in path.name]
    text.write_text(text.read_text(encoding="utf-8").replace("##", "## 编", 1), encoding="utf-8")
    pictures[1].unlink()
    await export(full, "fulltext", out, "--target", "hugo")
    assert pictures[0].read_bytes() == b"an editor's own"
    assert "## 编" in text.read_text(encoding="utf-8")
    assert pictures[1].read_bytes() == files[pictures[1]]


async def test_sync_takes_no_local_link_for_a_hand_edit(full: Mirrored) -> None:
    out = full.folder / "site"
    for target in ("plain", "jekyll"):
        await export(full, "briefing", out / target, "--target", target)
        ended = await full.run("sync", str(out / target))
        assert ended.code == 0, ended.err
        assert "edited" not in ended.out, ended.out
        async with open_store(full.address) as store:
            assert await store.picks(date.min, date.max) == []


async def test_what_is_not_in_the_mirror_is_shown_from_its_site(full: Mirrored) -> None:
    held = await full.held()
    gone = next(it for key, it in held.items() if key.startswith("weixin:"))
    for path in full.images.rglob(gone.file):
        path.write_bytes(b"damaged")
    out = full.folder / "site"
    await export(full, "fulltext", out)
    texts = "".join(path.read_text(encoding="utf-8") for path in out.rglob("*.md"))
    assert gone.file not in texts
    assert json.dumps(sorted(set(re.findall(r"!\[[^\]]*\]\((https?://[^)]*)\)", texts)))).count("http") <= 2
