"""An editor who works on a digest file at random, and what has to be true after each export.

The file is cut here in a way of its own, by blank lines, so that the exporter's notion of parts is not tested by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random

from exports.files.hand_edited import State
from exports.sync.folder import sync_folder
from newsarchive.items.article import Article
from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from tests.exports.digests import export_digest

MONTH = date(2025, 3, 1)
_ITEM = re.compile(r"\d{1,3}\. ")
_URL = re.compile(r"https?://[!-~]+")
NOTES = (
    "编者按：{}",
    "> 旁注 {}",
    "- 读者来信 {}",
    "<!-- 待查 {} -->",
    "<!--\n9. 先不发 {}\n\n   https://example.com/no\n-->",
    "**特别 {}**",
    "### 小标题 {}",
    "第一行 {}\n第二行",
)


def blocks_of(text: str) -> list[str]:
    """Items with their links, headings, paragraphs and comments of a file, in order."""
    blocks: list[str] = []
    for piece in re.split(r"\n(?:[ \t]*\n)+", text.strip("\n")):
        open_comment = bool(blocks) and "<!--" in blocks[-1] and "-->" not in blocks[-1]
        of_item = bool(blocks) and _ITEM.match(blocks[-1]) and piece.startswith("  ")
        if open_comment or of_item:
            blocks[-1] += f"\n\n{piece}"
        else:
            blocks.append(piece)
    return blocks


def links(text: str) -> Counter[str]:
    """Links of items, with how often they stand there."""
    return Counter(url for block in blocks_of(text) if _ITEM.match(block) for url in _URL.findall(block)[-1:])


def is_subsequence(short: list[str], long: list[str]) -> bool:
    """Whether all of the short list is in the long one, in this order."""
    rest = iter(long)
    return all(block in rest for block in short)


@dataclass
class Editor:
    """Edits of one file at random; `typed` are the blocks that the hand made or changed, `placed` the links of
    items that it moved, `gone` links it took away."""

    random: Random
    count: int = 0
    typed: set[str] = field(default_factory=set)
    placed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def word(self) -> str:
        self.count += 1
        return f"改{self.count}号"

    def edit(self, text: str) -> str:
        """The text after one edit."""
        blocks = blocks_of(text)
        tail = text[len(text.rstrip("\n")) :]
        items = [place for place, block in enumerate(blocks) if _ITEM.match(block)]
        act = self.random.choice(
            [
                "change",
                "add",
                "delete",
                "move",
                "note",
                "note",
                "heading",
                "unnote",
                "extend",
                "link",
                "drop day",
                "redate",
            ]
        )
        if act == "add":
            url = f"https://example.com/hand/{self.word()}".replace("改", "").replace("号", "")
            self.put(blocks, f"{self.random.randint(1, 30)}. 手写{self.word()}。\n\n   {url}")
        elif act == "note":
            self.put(blocks, self.random.choice(NOTES).format(self.word()))
        elif act == "heading":
            places = [n for n, block in enumerate(blocks) if block.startswith("# ") or "💡" in block]
            if places:
                place = self.random.choice(places)
                self.change(blocks, place, blocks[place] + self.word())
        elif act in {"drop day", "redate"}:
            self.change_day(blocks, act)
        elif act == "unnote":
            notes = [n for n, block in enumerate(blocks) if block in self.typed and not _ITEM.match(block)]
            if notes:
                self.typed.discard(blocks.pop(self.random.choice(notes)))
        elif items:
            self.edit_item(blocks, self.random.choice(items), act)
        return "\n\n".join(blocks) + self.random.choice([tail, tail, tail, "", "\n", "\n\n"])

    def edit_item(self, blocks: list[str], place: int, act: str) -> None:
        """Change, lengthen, link anew, delete or move an item."""
        block = blocks[place]
        if act == "change":
            first, line, rest = block.partition("\n")
            self.change(blocks, place, first + self.word() + line + rest)
        elif act == "extend":
            self.change(
                blocks,
                place,
                f"{block}\n\n   再说一句{self.word()}\n\n   ![图](https://example.com/p{self.count}.png)",
            )
            self.change(blocks, place, f"{block}\n\n   补充{self.word()}。")
        elif act == "link":
            url = _URL.findall(block)[-1]
            self.gone.add(url)
            self.change(blocks, place, block.replace(url, f"{url}-{self.count}"))
            self.count += 1
        elif act == "delete":
            self.gone |= set(_URL.findall(block)[-1:])
            self.typed.discard(blocks.pop(place))
        else:
            blocks.insert(self.random.randint(1, len(blocks) - 1), blocks.pop(place))
            self.placed.add(_URL.findall(block)[-1])

    def change_day(self, blocks: list[str], act: str) -> None:
        """Take a whole day away, or give it another date."""
        days = [place for place, block in enumerate(blocks) if block.startswith("## ")]
        if not days or self.random.random() < 0.5:
            return
        start = self.random.choice(days)
        if act == "redate":
            free = {f"## 2025.03.{number:02}" for number in range(1, 13)} - set(blocks)
            self.change(blocks, start, self.random.choice(sorted(free)) if free else blocks[start])
            return
        end = next((place for place in days if place > start), len(blocks))
        for block in blocks[start:end]:
            self.gone |= set(links(block))
            self.typed.discard(block)
        del blocks[start:end]

    def change(self, blocks: list[str], place: int, block: str) -> None:
        self.typed.discard(blocks[place])
        self.typed.add(block)
        blocks[place] = block

    def put(self, blocks: list[str], block: str) -> None:
        self.typed.add(block)
        blocks.insert(self.random.randint(1, len(blocks)), block)


@dataclass
class Newsroom:
    """The store's side: picks come, change, move and go; articles come, and are corrected."""

    random: Random
    store: Store
    count: int = 0
    crawled: dict[str, Article] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    displaced: set[str] = field(default_factory=set)
    reworded: set[str] = field(default_factory=set)

    async def change(self) -> None:
        """One change of the picks or articles."""
        picks = await self.store.picks(MONTH, date(2025, 3, 31))
        act = self.random.choice(
            ["add", "add", "add", "crawl", "crawl", "correct", "text", "reject", "move", "redate"]
        )
        if act in {"crawl", "correct"}:
            await self.crawl(anew=act == "crawl")
            return
        if act == "add" or not picks:
            day = self.random.choice(
                [date(2025, 3, self.random.randint(1, 12)), *(it.day for it in picks[-1:])]
            )
            last = max((it.position for it in picks if it.day == day), default=0)
            self.count += 1
            pick = Pick(
                day=day,
                position=last + 1,
                url=f"https://mp.weixin.qq.com/s/n{self.count:021}",
                text=f"新闻{self.count}。",
            )
            self.new.add(pick.url)
            await self.store.save_picks([pick])
            return
        pick = self.random.choice(picks)
        if act == "text":
            self.count += 1
            self.reworded.add(pick.url)
            await self.store.save_picks([pick.model_copy(update={"text": f"库里改过{self.count}。"})])
        elif act == "reject":
            self.new.discard(pick.url)
            self.displaced.add(pick.url)
            await self.store.save_picks([pick.model_copy(update={"state": "rejected"})])
        elif act == "move":
            await self.store.save_picks([pick.model_copy(update={"position": self.random.randint(1, 9)})])
        else:
            day = date(2025, 3, self.random.randint(1, 12))
            self.displaced.add(pick.url)
            rest = [it for it in picks if it.day == pick.day and it.url != pick.url]
            await self.store.replace_day(pick.day, rest)
            await self.store.save_picks([pick.model_copy(update={"day": day, "position": 20})])

    async def crawl(self, *, anew: bool) -> None:
        """An article comes, or one that came says something else."""
        self.count += 1
        if anew or not self.crawled:
            number = 1000 + self.count
            day = self.random.randint(1, 12)
            article = Article(
                site="ithome",
                identity=f"ithome:{900_000 + number}",
                kind=Verdict.ARTICLE,
                url=f"https://www.ithome.com/0/{900 + number // 1000}/{number % 1000:03}.htm",
                title=f"抓到{self.count}",
                published_at=datetime(2025, 3, day, self.random.randint(0, 23), tzinfo=SHANGHAI),
                digest=f"抓到{self.count}。",
            )
            self.new.add(article.url)
        else:
            held = self.crawled[self.random.choice(sorted(self.crawled))]
            article = held.model_copy(update={"digest": f"更正{self.count}。"})
            self.reworded.add(article.url)
        self.crawled[article.url] = article
        await self.store.save_articles([article])


@dataclass
class Rounds:
    """Rounds of edits, news and exports on one file."""

    random: Random
    store: Store
    out: Path
    conflicts: int = 0
    merged: int = 0

    def __post_init__(self) -> None:
        self.editor = Editor(self.random)
        self.newsroom = Newsroom(self.random, self.store)

    @property
    def file(self) -> Path:
        return self.out / "2025" / "newsflash-202503.md"

    @property
    def beside(self) -> Path:
        return self.file.with_name(self.file.name + ".new")

    def text(self) -> str:
        return self.file.read_bytes().decode() if self.file.exists() else ""

    async def round(self) -> None:
        """Some edits, some news, an export, and all that must hold."""
        for _ in range(self.random.randint(0, 3)):
            await self.newsroom.change()
        if self.file.exists():
            text = self.text()
            for _ in range(self.random.choice([0, 1, 1, 2, 4])):
                text = self.editor.edit(text)
            self.file.write_bytes(text.encode())
        before = self.text()
        if self.random.random() < 0.1:
            await self.crawl_what_the_hand_had(before)
        report = await export_digest(self.store, MONTH, self.out, "clean")
        if report.file.state is State.CONFLICT:
            self.conflicts += 1
            assert self.text() == before, "a conflict changed the file"
            assert self.beside.exists()
            self.settle()
            before = self.text()
            report = await export_digest(self.store, MONTH, self.out, "clean")
            assert report.file.state is not State.CONFLICT, report.file.message
        self.merged += report.file.state is State.MERGED
        assert not self.beside.exists()
        self.check(before)
        again = await export_digest(self.store, MONTH, self.out, "clean")
        assert again.file.state is State.UNCHANGED

    async def crawl_what_the_hand_had(self, text: str) -> None:
        """A story of the file that the store does not have comes into the store, under any day."""
        held = {it.url for it in await self.store.picks(MONTH, date(2025, 3, 31))}
        urls = sorted(set(links(text)) - held - self.editor.gone - self.newsroom.crawled.keys())
        if urls:
            url = self.random.choice(urls)
            day = date(2025, 3, self.random.randint(1, 12))
            await self.store.save_picks([Pick(day=day, position=9, url=url, text="库里也有。")])

    async def sync(self) -> None:
        """The hand edits go into the store, and then file and store say the same."""
        if not self.file.exists():
            return
        text = self.text()
        for _ in range(self.random.choice([0, 1, 3])):
            text = self.editor.edit(text)
        self.file.write_bytes(text.encode())
        held = await self.store.picks(MONTH, date(2025, 3, 31))
        if any(it.refused for it in await sync_folder(self.store, self.out)):
            # The hand has left nothing of the file, or nothing that the exporter wrote.
            assert await self.store.picks(MONTH, date(2025, 3, 31)) == held
            return
        report = await export_digest(self.store, MONTH, self.out, "clean")
        assert report.file.state is State.UNCHANGED
        assert self.text() == text, "the export after a sync changed the file"
        picks = await self.store.picks(MONTH, date(2025, 3, 31))
        assert {it.url for it in picks if it.state == "picked" and it.url.startswith("http")} <= set(
            links(text)
        )
        # What is a plain item is the store's now as much as the hand's.
        self.editor.typed = {it for it in self.editor.typed if not _ITEM.match(it) or it.count("\n\n") > 1}
        self.editor.placed.clear()

    def settle(self) -> None:
        """The person keeps the file as it is, or takes the new one."""
        if self.random.random() < 0.7:
            self.beside.unlink()
            return
        self.beside.replace(self.file)
        self.editor.typed &= set(blocks_of(self.text()))

    def by_hand(self, block: str) -> bool:
        """Whether a hand typed a block or put it where it is."""
        # What was moved to and fro is where it was: that may go where the store has it.
        placed = self.editor.placed - self.newsroom.displaced
        return block in self.editor.typed or bool(placed & set(links(block)))

    def body(self, block: str) -> str:
        """A block without what follows from its place."""
        return "\n".join(line.strip() for line in _ITEM.sub("", block, count=1).split("\n"))

    def name(self, block: str) -> str:
        """What is the same for a block whose words the store has changed."""
        return next(iter(links(block)), block)

    def check(self, before: str) -> None:
        """What must hold after an export."""
        after = self.text()
        now = blocks_of(after)
        for block in blocks_of(before):
            assert block not in self.editor.typed or block in now, "what a hand typed was lost or reworded"
        names = [self.name(block) for block in now]
        old = [self.name(block) for block in blocks_of(before) if self.by_hand(block)]
        assert is_subsequence(old, names), "a hand's order was changed"
        counted, earlier = links(after), links(before)
        for url, times in counted.items():
            assert times <= max(1, earlier[url]), f"{url} stands there twice"
            assert url not in self.editor.gone or earlier[url], f"{url} came back"
        bodies = {self.body(block) for block in now}
        for block in blocks_of(before):
            if not (self.newsroom.displaced | self.newsroom.reworded) & set(links(block)):
                assert self.body(block) in bodies or not links(block), "an item was lost or reworded"
        for url in self.newsroom.new:
            assert counted[url] == 1, f"{url} is missing"
        self.newsroom.new.clear()
        self.newsroom.displaced.clear()
        self.newsroom.reworded.clear()
