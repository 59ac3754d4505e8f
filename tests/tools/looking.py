"""Looks at a built site in Chromium, as readers do on a desk and on a phone, without any other host."""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from playwright.async_api import Browser, Page, Route, async_playwright

HOST = "news.example.org"
WIDTHS = (1280, 390)
_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="700"><rect width="1600" height="700" fill="#9ab"/></svg>'
"""Wider than any screen, as many are."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_PROPER = frozenset({"rss", "hexo", "butterfly"})
"""Names, which are English in every language."""
_LOOK = """() => ({
  wide: document.documentElement.scrollWidth - window.innerWidth,
  broken: [...document.images].filter(it => !(it.complete && it.naturalWidth)).map(it => it.currentSrc || it.src),
  text: document.body.innerText,
  links: [...document.links].map(it => it.href),
  feeds: [...document.querySelectorAll('link[rel=alternate][type*=xml]')].map(it => it.href),
})"""
_EAGER = """async () => {
  for (const it of document.images) it.loading = 'eager';
  await Promise.all([...document.images].map(it => it.complete || new Promise(done => { it.onload = it.onerror = done; })));
}"""


_UNSEEN = ".visually-hidden { display: none !important }"
"""Words for screen readers, which the default theme of VitePress says in English. They are hidden, not removed: the page's
script may still be comparing what it would draw with what stands there."""


def chromium() -> str | None:
    """Chromium's program, where there is one."""
    return os.environ.get("NEWSARCHIVE_CHROMIUM") or shutil.which("chromium")


@dataclass
class Seen:
    """What was seen of a site: its pages by path, and what was wrong with them."""

    pages: list[str] = field(default_factory=list)
    feeds: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Visit:
    """A site in a folder, its known words, and where the pictures of its pages go."""

    out: Path
    known: frozenset[str]
    shots: Path
    foreign: tuple[str, ...] = ()
    seen: Seen = field(default_factory=Seen)

    def file(self, url: str) -> Path | None:
        """The file that a server would give for an address."""
        path = self.out / unquote(urlsplit(url).path).lstrip("/")
        choices = (path / "index.html", path, path.with_name(path.name + ".html"))
        return next((it for it in choices if it.is_file()), None)

    async def answer(self, route: Route) -> None:
        """The site's own files; a picture for a picture, to those who do not say who asks; nothing of other hosts."""
        url, kind = route.request.url, route.request.resource_type
        if urlsplit(url).hostname == HOST:
            file = self.file(url)
            if file is None:
                self.seen.wrong.append(f"{url}: there is no such file")
                await route.fulfill(status=404, body="")
                return
            await route.fulfill(path=file, content_type=mimetypes.guess_type(file.name)[0] or "text/plain")
        elif kind == "image":
            if referrer := (await route.request.all_headers()).get("referer"):
                self.seen.wrong.append(f"{url}: is asked for from {referrer}")
            await route.fulfill(body=_PICTURE, content_type="image/svg+xml")
        else:
            if urlsplit(url).hostname not in self.foreign:
                self.seen.wrong.append(f"{url}: another host is asked for a {kind}")
            await route.fulfill(
                body="", content_type="text/css" if kind == "stylesheet" else "text/javascript"
            )

    async def look(self, browser: Browser, most: int) -> Seen:
        """Look at pages of different kinds, from the start page on."""
        found = ["/"]
        kinds: set[str] = set()
        async with self._page(browser, WIDTHS[0]) as wide, self._page(browser, WIDTHS[1]) as narrow:
            while found and len(self.seen.pages) < most:
                path = found.pop(0)
                kind = re.sub(r"[0-9a-f]*\d[0-9a-f]*", "0", unquote(path))
                if kind in kinds:
                    continue
                kinds.add(kind)
                self.seen.pages.append(path)
                for page, width in ((wide, WIDTHS[0]), (narrow, WIDTHS[1])):
                    found += await self._look_at(page, path, width)
        return self.seen

    @asynccontextmanager
    async def _page(self, browser: Browser, width: int) -> AsyncIterator[Page]:
        page = await browser.new_page(viewport={"width": width, "height": 1400}, locale="zh-CN")
        await page.route("**/*", self.answer)
        page.on("pageerror", lambda error: self.seen.wrong.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda it: self.seen.wrong.append(f"{page.url}: {it.text}") if it.type == "error" else None,
        )
        yield page
        await page.close()

    async def _look_at(self, page: Page, path: str, width: int) -> list[str]:
        where = f"{path} at {width} px"
        await page.goto(urljoin(f"https://{HOST}/", path), wait_until="load")
        await page.add_style_tag(content=_UNSEEN)
        await page.evaluate(_EAGER)
        it = await page.evaluate(_LOOK)
        name = f"{len(self.seen.pages):02}-{re.sub(r'[^0-9A-Za-z]+', '-', unquote(path)).strip('-')[:40] or 'start'}"
        await page.screenshot(path=self.shots / f"{name}-{width}.png", animations="disabled")
        wrong = [f"{where}: {url} is broken" for url in it["broken"]]
        if it["wide"] > 0:
            wrong.append(f"{where}: is {it['wide']} px too wide")
        if english := sorted(_words(it["text"]) - self.known - _PROPER):
            wrong.append(f"{where}: says {' '.join(english)}")
        self.seen.feeds |= {*it["feeds"]}
        ours = [url.partition("#")[0] for url in it["links"] if urlsplit(url).hostname == HOST]
        wrong += [f"{where}: leads to {url}" for url in dict.fromkeys(ours) if self.file(url) is None]
        self.seen.wrong += wrong
        return [urlsplit(url).path for url in ours if not url.endswith(".xml")]


def known_words(texts: Iterable[str]) -> frozenset[str]:
    """The foreign words that stand in an archive itself."""
    return frozenset(word for text in texts for word in _words(text))


def _words(text: str) -> set[str]:
    return {it.lower() for it in _WORD.findall(text)}


async def visit(visiting: Visit, program: str, most: int = 14) -> Seen:
    """Look at a site in Chromium."""
    visiting.shots.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            return await visiting.look(browser, most)
        finally:
            await browser.close()
