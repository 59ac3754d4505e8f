"""Archives to read again: pages kept raw and stored as a crawl does it, and one reading of all of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsarchive.items.article import Article
from newsarchive.items.verdict import ARTICLE_KINDS
from newsarchive.normal_form import normalised
from newsarchive.records.page import Page, Reading
from newsarchive.reparse.asked import ReparseRequest
from newsarchive.reparse.progress import Progress
from newsarchive.reparse.run import Reparsing
from newsarchive.reparse.workers import executor
from newsarchive.sites.reading import read
from newsarchive.storage import open_store
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.warc import Capture

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    """A page to be kept: `name` is the article for which it was asked, if it was for one."""

    site: str
    url: str
    content: bytes
    name: str = ""
    status: int = 200


def corpus_pages() -> list[Kept]:
    """Every file of the corpus, each once."""
    labels = [json.loads(line) for line in (CORPUS / "truth.jsonl").read_text("utf-8").splitlines()]
    sites = {label["file"]: label for label in labels if not label["file"].startswith("archives/")}
    pages = []
    for number, (file, label) in enumerate(sites.items()):
        path = CORPUS / file
        if not path.is_file():
            continue
        content = path.read_bytes()
        content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        name = f"{label['site']}:of-the-corpus-{number}"
        unnamed = read(Page(content), hint=label["site"]).article
        url = label.get("url") or (unnamed and unnamed.url) or f"https://saved.example/{number}"
        pages.append(Kept(label["site"], url, content, name))
    return pages


@dataclass(frozen=True)
class Archive:
    """An archive in a folder; its store is there, or at `database`."""

    folder: Path
    database: str = ""

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def uri(self) -> str:
        return self.database or str(self.folder / "news.sqlite")

    async def crawl(self, pages: Iterable[Kept], begin: datetime = BEGIN) -> None:
        """Keep pages a minute apart, read them, and store what they hold: of lists the articles that they carry whole."""
        with RawStore(self.raw, fsync=False) as raw:
            async with open_store(self.uri) as store:
                for number, kept in enumerate(pages):
                    page = Page(
                        kept.content,
                        kept.url,
                        kept.status,
                        {"Content-Type": "text/html"},
                        begin + timedelta(minutes=number),
                    )
                    reference = raw.append(Capture(page, site=kept.site))
                    reading = read(page, hint=kept.site)
                    raw.note(reference, reading.identity or kept.name, reading.verdict)
                    articles = [
                        it.model_copy(
                            update={"raw": reference, "fetched_at": it.fetched_at or page.fetched_at}
                        )
                        for it in found(reading, kept)
                    ]
                    await store.save_articles([normalised(it) for it in articles])

    async def articles(self) -> dict[str, Article]:
        async with open_store(self.uri, "read") as store:
            return {it.identity: it async for it in store.articles()}

    async def reparse(self, workers: int = 1, progress: Path | None = None, **asked: Any) -> Found:  # noqa: ANN401
        """Read all again in this process, and tell what was found."""
        request = ReparseRequest(**asked)
        with Progress(progress) as kept, executor(workers) as pool, RawStore(self.raw, fsync=False) as raw:
            async with open_store(self.uri, "write") as store:
                note = (lambda place, verdict: raw.note(place, verdict=verdict)) if request.apply else None
                await Reparsing(store, raw.reader, request, progress=kept, pool=pool, note=note).run()
            return Found(kept)


def found(reading: Reading, kept: Kept) -> list[Article]:
    """The articles of a page, by the names that a crawl gives them."""
    if reading.verdict not in ARTICLE_KINDS or reading.article is None:
        return [body for body in reading.bodies if body.identity]
    article = reading.article
    identity, url = article.identity or kept.name, article.url or kept.url
    aliases = tuple(dict.fromkeys((*article.aliases, kept.url))) if kept.url else article.aliases
    return [article.model_copy(update={"identity": identity, "url": url, "aliases": aliases})]


class Found:
    """What a reading found, taken out of its progress."""

    def __init__(self, progress: Progress) -> None:
        self.counts = progress.counts()
        self.samples = progress.samples()
        kinds = ("worse", "new", "lost", "unread", "no_page", "meanwhile", "judged")
        self.lists = {kind: dict(progress.named(kind)) for kind in kinds}

    @property
    def fields(self) -> dict[str, int]:
        return {
            name.partition(" ")[2]: number
            for name, number in self.counts.items()
            if name.startswith("field ")
        }

    @property
    def changes(self) -> bool:
        """Whether anything differs."""
        return bool(self.fields) or any(self.lists.values())


def altered(
    change: Callable[[Article], Article],
) -> Callable[[Callable[[Page], Reading]], Callable[[Page], Reading]]:
    """A parser that reads articles otherwise."""

    def wrap(reader: Callable[[Page], Reading]) -> Callable[[Page], Reading]:
        def read_otherwise(page: Page) -> Reading:
            reading = reader(page)
            return replace(
                reading,
                article=change(reading.article) if reading.article else None,
                bodies=tuple(change(body) for body in reading.bodies),
            )

        return read_otherwise

    return wrap


def url_of(number: int) -> str:
    return f"https://www.ithome.com/0/{number // 1000:03}/{number % 1000:03}.htm"


def page_of(
    number: int, title: str = "一个题目", *lines: str, pictures: int = 0, time: str = "2026/11/1 8:00:00"
) -> Kept:
    """The page of an article."""
    words = lines or ("今天是第一天。", "明天是第二天，后天是第三天。")
    paragraphs = "".join(f"<p>{line}</p>" for line in words)
    drawn = "".join(
        f'<p><img src="https://img.ithome.com/newsuploadfiles/2026/11/{number}-{it}.jpg"></p>'
        for it in range(pictures)
    )
    return Kept(
        "ithome",
        url_of(number),
        f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} - IT之家</title>
<link rel="canonical" href="{url_of(number)}"></head><body><h1>{title}</h1><span id="pubtime_baidu">{time}</span>
<div id="paragraph">{paragraphs}{drawn}</div><div id="post_comm" data-nid="{number}"></div></body></html>""".encode(),
        f"ithome:{number}",
    )


def feed_of(*entries: tuple[int, str, str]) -> Kept:
    """A feed that carries articles whole, each with number, title and text."""
    items = "".join(
        f"<item><title>{title}</title><link>{url_of(number)}</link><guid>{url_of(number)}</guid>"
        f"<description><![CDATA[<p>{text}</p>]]></description><pubDate>Sun, 01 Nov 2026 00:00:30 GMT</pubDate></item>"
        for number, title, text in entries
    )
    content = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>IT之家</title>{items}</channel></rss>'
    return Kept("ithome", "https://www.ithome.com/rss/", content.encode())
