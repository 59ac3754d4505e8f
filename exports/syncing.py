"""Takes the hand edits of exported files back into the store: what an editor typed into a file becomes picks."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from exports.digest import UNLINKED, Profile
from exports.export_digest import Digest, digest_path, make_digest
from exports.forms import DIGEST, key_of_url
from exports.layouts import load_layout, save_layout
from exports.matching import Trace, pairs_of
from exports.memory import FileMemory, Text, keep, recall_all, remembered, sha256
from exports.merged_writing import withdraw
from exports.months import month_span
from exports.parts import Part, fingerprint
from exports.picking import in_order, numbered
from exports.writing import read_bytes
from newsarchive import sites
from newsarchive.errors import InputFileError, UnreadableMarkdownError
from newsarchive.items import Pick
from newsarchive.markdown import Item, read_archive
from newsarchive.storage.contract import Store

_DIGEST_FILE = re.compile(r"(\d{4})/newsflash-(\d{4})(\d{2})\.md")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(slots=True)
class Synced:
    """What was taken back from one file. `reason` says why nothing was, where the file has edits."""

    path: Path
    edited: bool
    texts: int = 0
    added: int = 0
    rejected: int = 0
    moved: int = 0
    reason: str = ""


async def sync_folder(store: Store, root: Path) -> list[Synced]:
    """Take back the edits of all files of an archive folder, so that the next export changes no byte of them.

    Of a digest: changed texts, order, days, additions; what a hand took away is rejected. A digest that this store
    never wrote here is taken as it stands, and what it does not have becomes a candidate. Edits of other formats, and
    of digests for a publishing tool, stay in their files and are only counted. No file is written, but a `.new` file that is settled is taken away.

    Raises InputFileError where there is no such folder, UnreadableMarkdownError for a file that is no UTF-8 text, and
    what the store raises.
    """
    found = _digest_files(root)
    known = await recall_all(store, root)
    results = []
    for relative in sorted(found | known.keys()):
        content = read_bytes(root, relative)
        if content is not None:
            results.append(
                await _sync_file(store, root, relative, content, known.get(relative, FileMemory()))
            )
    return results


def _digest_files(root: Path) -> set[str]:
    if not root.is_dir():
        raise InputFileError(f"{root} is no directory: name the one that was given to export with --out")
    return {path.relative_to(root).as_posix() for path in root.glob("*/newsflash-*.md")}


async def _sync_file(store: Store, root: Path, relative: str, content: bytes, memory: FileMemory) -> Synced:
    path = root / relative
    if memory.written and memory.written.sha256 == sha256(content):
        return Synced(path, edited=False)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableMarkdownError(f"{path} is not UTF-8 text (byte {error.start})") from None
    made = _made_with(relative, memory)
    if made is None:
        return Synced(
            path, edited=True, reason="only plain digests are taken back; the edits stay in the file"
        )
    month, profile, everything = made
    digest = await make_digest(store, month, profile, everything=everything)
    result = Synced(path, edited=True)
    await _Taking(store, text, digest, memory.written, result).run()
    again = await make_digest(store, month, profile, everything=everything)
    written = remembered(again.text, DIGEST.split(again.text))
    await keep(store, root, relative, FileMemory(written, made_with=again.made_with))
    withdraw(root, relative, memory)
    return result


def _made_with(relative: str, memory: FileMemory) -> tuple[date, Profile, bool] | None:
    made = memory.made_with
    profile: Profile = "strict" if made.get("profile") == "strict" else "clean"
    if made.get("format") == "digest" and made.get("target", "plain") == "plain":
        return date.fromisoformat(f"{made['month']}-01"), profile, made.get("all") == "yes"
    match = _DIGEST_FILE.fullmatch(relative)
    if made or not match or not 1 <= int(match[3]) <= 12:
        return None
    month = date(int(match[2]), int(match[3]), 1)
    return (month, profile, False) if digest_path(month) == relative else None


@dataclass(slots=True)
class _Taking:
    """One digest file on its way back into the store."""

    store: Store
    text: str
    digest: Digest
    base: Text | None
    result: Synced
    chosen: dict[date, list[Pick]] = field(default_factory=dict)
    more_links: list[tuple[str, ...]] = field(default_factory=list)
    consumed: set[tuple[date, str]] = field(default_factory=set)
    rejected: list[Pick] = field(default_factory=list)

    async def run(self) -> None:
        """Read what the hand changed, and make the picks of the month so."""
        ours = [part for part in DIGEST.split(self.text) if part.kind == "item"]
        theirs = [part for part in DIGEST.split(self.digest.text) if part.kind == "item"]
        base = [it for it in self.base.memory.traces if it.kind == "item"] if self.base else []
        self._compare(base, ours, theirs)
        await self._save()

    def _compare(self, base: Sequence[Trace], ours: Sequence[Part], theirs: Sequence[Part]) -> None:
        held = _all_pairs(base, ours)
        stored = _all_pairs(base, theirs)
        old_ours, old_theirs = set(held.values()), set(stored.values())
        fresh = pairs_of(
            [place for place in range(len(ours)) if place not in old_ours],
            ours,
            [place for place in range(len(theirs)) if place not in old_theirs],
            theirs,
        )
        base_of = {place: number for number, place in held.items()}
        entries = self.digest.entries
        for place, part in enumerate(ours):
            trace = base[base_of[place]] if place in base_of else None
            theirs_place = stored.get(base_of[place]) if trace else fresh.get(place)
            pick = entries[theirs_place] if theirs_place is not None else None
            self._take(part, trace, pick)
        gone = [number for number in range(len(base)) if number not in held and number in stored]
        for number in gone:
            self._reject(entries[stored[number]])
        if self.base is None:
            for place in set(range(len(entries))) - set(fresh.values()):
                self._put_aside(entries[place])

    def _take(self, part: Part, trace: Trace | None, pick: Pick | None) -> None:
        """One item of the file, `trace` what was last written of it and `pick` what the store has of it."""
        match = _DAY.match(part.section)
        edited = trace is None or trace.mark != part.mark
        moved = trace is not None and trace.section != part.section
        if pick is None and not edited and not moved:
            return  # rejected in the store since
        if match and (moved or pick is None):
            day = date.fromisoformat(match[0])
        elif pick:
            day = pick.day
        else:
            return  # under no day, and none of the store's
        item = _item(part)
        if pick:
            self.consumed.add((pick.day, pick.url))
        if pick and not edited:
            self.result.moved += moved
            unchosen = self.digest.everything and not moved
            self._choose(day, pick if unchosen else pick.model_copy(update={"state": "picked"}), item)
            return
        words = (item.text or "").strip()
        self.result.texts += pick is not None
        self.result.added += pick is None
        url = pick.url if pick and (key_of_url(pick.url) == part.key or not item.url) else item.url
        link = sites.identify(url) if url else None
        self._choose(
            day,
            Pick(
                day=day,
                position=1,
                url=url or f"{UNLINKED}{day}:{fingerprint(words)}",
                text=words,
                identity=pick.identity if pick and pick.url == url else link.identity if link else None,
                note=pick.note if pick else "",
                style="inline" if item.style == "inline" else "line",
            ),
            item,
        )

    def _choose(self, day: date, pick: Pick, item: Item | None = None) -> None:
        picks = self.chosen.setdefault(day, [])
        urls = list(item.urls or ()) if item else []
        url = pick.url
        if url in {it.url for it in picks}:
            url = f"{UNLINKED}{day}:{len(picks) + 1}"
        elif urls:
            urls = urls[1:]
        if urls:
            self.more_links.append((day.isoformat(), url, *urls))
        self.consumed.add((pick.day, pick.url))
        picks.append(pick.model_copy(update={"day": day, "url": url}))

    def _reject(self, pick: Pick) -> None:
        """What a hand took out of the file."""
        self.result.rejected += 1
        self.consumed.add((pick.day, pick.url))
        if not pick.url.startswith(UNLINKED):
            self.rejected.append(pick.model_copy(update={"state": "rejected"}))

    def _put_aside(self, pick: Pick) -> None:
        """What the store has and a file of unknown history does not."""
        self.consumed.add((pick.day, pick.url))
        if not pick.url.startswith(UNLINKED):
            self.rejected.append(pick.model_copy(update={"state": "candidate"}))

    async def _save(self) -> None:
        first, last = month_span(self.digest.month)
        days = {*self.chosen, *(day for day, _ in self.consumed)}
        span = (min([first, *days]), max([last, *days]))
        held: dict[date, list[Pick]] = {}
        for pick in await self.store.picks(*span):
            held.setdefault(pick.day, []).append(pick)
        for day in sorted(days):
            chosen = self.chosen.get(day, [])
            names = {pick.url for pick in chosen}
            rest = [
                it for it in held.get(day, []) if it.url not in names and (day, it.url) not in self.consumed
            ]
            rest += [it for it in self.rejected if it.day == day and it.url not in names]
            anew = numbered(
                [
                    *(it for it in chosen if it.state == "picked"),
                    *in_order([*rest, *(it for it in chosen if it.state != "picked")]),
                ]
            )
            if anew != in_order(held.get(day, [])):
                await self.store.replace_day(day, anew)
        await self._save_more_links(days)

    async def _save_more_links(self, days: Collection[date]) -> None:
        """Further links of entries; what else the hand wrote around the items stays in the file alone."""
        names = {day.isoformat() for day in days}
        layout = await load_layout(self.store, self.digest.month)
        rows = [row for row in layout.more_links if row[0] not in names]
        rows += [row for row in self.more_links if row[0] in names]
        if rows != list(layout.more_links):
            await save_layout(
                self.store, self.digest.month, layout.model_copy(update={"more_links": tuple(rows)})
            )


def _all_pairs(left: Sequence[Trace], right: Sequence[Part]) -> dict[int, int]:
    return pairs_of(range(len(left)), left, range(len(right)), right)


def _item(part: Part) -> Item:
    """The item as the reader of digests understands it."""
    items = [it for day in read_archive(f"## 2025.01.01\n\n{part.raw}\n").days for it in day.items]
    return items[0] if items else Item(1, text=DIGEST.body(part.raw))
