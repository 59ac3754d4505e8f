"""Index pages of an archive: by year and month, newest first, with counts, between markers in files of the editor's.

What lies outside of the markers is never touched. A file whose markers were altered, or between which a hand has
written, is left as it is. Lines of files that lie in the folder and of which the store knows nothing stay: another
store has written them, or this one did where the folder was before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from exports.content.labels import Labels
from exports.files.atomic import read_bytes, real_path, remove_file, write_text
from exports.files.hand_edited import NEW, State, Written
from exports.files.snapshot import sha256
from exports.formats import FORMATS, Format
from exports.formats.format import OutputPage
from exports.request import ExportRequest
from exports.targets import TARGETS, Target
from newsarchive.editorial.days import first_of
from newsarchive.markdown.escape import escape_line
from newsarchive.markdown.front_matter import front_matter
from newsarchive.parsing.front_matter import flat_front_matter
from newsarchive.storage.collections import EXPORT_INDEXES, ExportIndex, IndexMonth, IndexPage
from newsarchive.storage.contract import DocumentStore

START, END = "<!-- newsarchive:index -->", "<!-- /newsarchive:index -->"
_LINE = re.compile(r"- (?:\[.*?\]\((?P<link>[^\n]*)\)|<a href=\"(?P<address>[^\n]*?)\">.*</a>)(?: · .*)?")
_COUNT = re.compile(r" · (?:(\d{1,6}) 篇|stories: (\d{1,6}))$")
_MONTH_LINE = re.compile(r"- (?:\[|<a [^>]*>)(\d{4})[年-](\d{1,2})月?(?:\]\(|</a>)")
_MARKER = re.compile(r"(?m)^[ \t]*(<!--[^\n]*?newsarchive:index[^\n]*?-->)")
"""At the beginning of a line: titles in the index may speak of markers."""


async def write_indexes(
    store: DocumentStore, root: Path, request: ExportRequest, pages: Sequence[tuple[OutputPage, str]]
) -> list[Written]:
    """Bring the indexes of the pages' format up to date: the one of all months, and those of the pages' months.

    Each page comes with the place of its file, which a hand may have chosen.

    They have the name and the labels of the dialect. A page without stories has no line. A site whose main format has no pages yet gets a
    start page all the same, called as the archive is, with links to the indexes that are there.

    The cost is that of the months, not of the archive. Raises OutputError, and what the store raises.
    """
    if not pages:
        return []
    target, dialect = TARGETS[request.target], request.dialect
    written = await _Indexes(store, root, target, dialect.of, dialect.name, dialect.labels).write(pages)
    main = next((it for it in FORMATS.values() if target.index_path(it.name, None) == target.start), None)
    started = (
        await _Indexes(store, root, target, main, request.archive, dialect.labels).write_start()
        if main
        else None
    )
    return [*written, started] if started else written


@dataclass(frozen=True, slots=True)
class _Indexes:
    """The indexes of a format in one archive folder for one target."""

    store: DocumentStore
    root: Path
    target: Target
    of: Format[Any]
    title: str
    labels: Labels

    async def write(self, placed: Sequence[tuple[OutputPage, str]]) -> list[Written]:
        months = (await self._recall("months")).months
        before = list(months)
        sample = placed[0][0]
        undated = await self._undated(placed)
        placed = [(page, path) for page, path in placed if page.dated]
        touched = {f"{page.day:%Y-%m}" for page, _ in placed}
        rows: dict[str, dict[str, IndexPage]] = {}
        for month in touched:
            rows[month] = (await self._recall(month)).pages
            for page, path in placed:
                if f"{page.day:%Y-%m}" == month:
                    rows[month][path] = (page.title, page.count, page.unit)
            rows[month] = {path: row for path, row in rows[month].items() if row[1] and self._has(path)}
            await self._remember(month, ExportIndex({**rows[month]}))
            others = self._other_pages(rows[month], first_of(month))
            months[month] = self._summary(month, rows[month], others.values())
        for month, row in months.items():
            if row.index and row.path != (path := self._path(first_of(month))):
                months[month] = row.model_copy(update={"path": path})
                touched.add(month)
        months = dict(sorted((month, row) for month, row in months.items() if row.pages))
        await self._remember("months", ExportIndex({**months}))
        if list(months) != before:
            touched |= _neighbours(months, touched)
        others = self._other_months(sample, months.keys() | touched)
        written = [await self._write_all_months(months, undated, others)]
        for month in touched - months.keys():
            await self._remove_indexes(first_of(month), self._paths(first_of(month)))
        for month in sorted(touched & months.keys()):
            if months[month].index:
                rows[month] = rows.get(month) or (await self._recall(month)).pages
                written.append(await self._write_month(months, month, rows[month]))
        return [it for it in written if it is not None]

    async def write_start(self) -> Written | None:
        """Write the start page of a site that has pages of other formats only: until this format has some, it is this one's index."""
        start = self._path(None)
        if (await self._recall("months")).months:
            return None
        others = {name: self.target.index_path(name, None) for name in FORMATS if name != self.of.name}
        lines = [
            f"- [{flat_front_matter(content.decode(errors='replace'))[0].get('title') or name}]"
            f"({self.target.link(start, path)})"
            for name, path in others.items()
            if (content := read_bytes(self.root, path)) is not None
        ]
        return await self._put(start, self.title, _block(lines))

    # What is remembered.

    def _key(self, what: str) -> str:
        return f"{real_path(self.root).as_posix()}//{self.target.name}/{self.of.name}/{what}"

    async def _recall(self, what: str) -> ExportIndex:
        return await self.store.get_document(EXPORT_INDEXES, self._key(what)) or ExportIndex()

    async def _remember(self, what: str, index: ExportIndex) -> None:
        if await self._recall(what) != index:
            await self.store.put_document(EXPORT_INDEXES, self._key(what), index)

    async def _undated(self, placed: Sequence[tuple[OutputPage, str]]) -> dict[str, tuple[str, int]]:
        """The pages that have no day."""
        rows = (await self._recall("undated")).undated
        rows |= {path: (page.title, page.count) for page, path in placed if not page.dated}
        rows = {path: row for path, row in sorted(rows.items()) if self._has(path)}
        await self._remember("undated", ExportIndex({**rows}))
        return rows

    def _summary(self, month: str, rows: Mapping[str, IndexPage], others: Collection[str]) -> IndexMonth:
        """A month in the index of all: how many pages and stories, and where to go: its only page, or its own index.

        `others` are the lines of pages of which the store knows nothing.
        """
        whole = not self.of.of_words and any(unit == "month" for _, _, unit in rows.values())
        only = next(iter(rows)) if len(rows) == 1 and whole else None
        counts = [int(match[1] or match[2]) if (match := _COUNT.search(line)) else 1 for line in others]
        return IndexMonth(
            pages=len(rows) + len(counts),
            stories=sum(row[1] for row in rows.values()) + sum(counts),
            path=only or self._path(first_of(month)),
            index=only is None,
        )

    # What lies in the folder.

    def _path(self, month: date | None) -> str:
        return self.target.index_path(self.of.name, month)

    def _paths(self, month: date) -> list[str]:
        """Where the index of a month may be: where it is written, and where it was before."""
        former = self.target.former_index_path
        return [self._path(month), *([former(self.of.name, month)] if former else [])]

    def _has(self, path: str) -> bool:
        return (self.root / path).is_file()

    def _other_months(self, sample: OutputPage, known: Collection[str]) -> dict[str, str]:
        """The lines of months in the index of all that the store does not know, and whose file lies in the folder."""
        path = self._path(None)
        found: dict[str, str] = {}
        for line in self._lines_in(path):
            match = _MONTH_LINE.match(line)
            if not match or not 1 <= int(match[2]) <= 12 or not int(match[1]):
                continue
            first = date(int(match[1]), int(match[2]), 1)
            only = self.target.path(replace(sample, unit="month", day=first))
            links = {self.target.link(path, there): there for there in (*self._paths(first), only)}
            there = links.get(_link_of(line))
            if f"{first:%Y-%m}" not in known and there and self._has(there):
                found[f"{first:%Y-%m}"] = line
        return found

    def _other_pages(self, rows: Mapping[str, IndexPage], month: date) -> dict[str, str]:
        """The lines of pages in the index of a month that the store does not know, and whose file lies in the folder."""
        if not self.of.of_words and any(unit == "month" for _, _, unit in rows.values()):
            return {}  # the month is its page
        path = self._path(month)
        folders = {Path(there).parent for there in rows}
        files = {
            (folder / it.name).as_posix() for folder in folders for it in (self.root / folder).glob("*.md")
        }
        links = {self.target.link(path, there): there for there in files - rows.keys() - {path}}
        return {links[link]: line for line in self._lines_in(path) if (link := _link_of(line)) in links}

    def _lines_in(self, path: str) -> list[str]:
        """The lines that stand between the markers of an index now."""
        content = read_bytes(self.root, path) or b""
        return (_between(content.decode(errors="replace").replace("\r\n", "\n")) or "").split("\n")

    # What is written.

    async def _write_all_months(
        self,
        months: Mapping[str, IndexMonth],
        undated: Mapping[str, tuple[str, int]],
        others: Mapping[str, str],
    ) -> Written | None:
        path = self._path(None)
        parts: list[str] = []
        for month in sorted({*months, *others}, reverse=True):
            first = first_of(month)
            if f"## {first.year}" not in parts:
                parts.append(f"## {first.year}")
            if row := months.get(month):
                link = self._link(path, row.path, self.labels.month_of(first))
                line = f"- {link} · {self.labels.stories.format(row.stories)}"
                parts.append(line + (f" · {self.labels.pages.format(row.pages)}" if row.pages > 1 else ""))
            else:
                parts.append(others[month])
        parts += [f"## {self.labels.undated}"] if undated else []
        parts += [
            f"{self._line(path, there, title)} · {self.labels.stories.format(count)}"
            for there, (title, count) in undated.items()
        ]
        return await self._put(path, self.title, _block(parts))

    async def _write_month(
        self, months: Mapping[str, IndexMonth], month: str, rows: Mapping[str, IndexPage]
    ) -> Written | None:
        path = self._path(first_of(month))
        names = list(months)
        place = names.index(month)
        ways = [(self.title, self._path(None))]
        if place:
            ways.insert(
                0, (f"← {self.labels.month_of(first_of(names[place - 1]))}", months[names[place - 1]].path)
            )
        if place + 1 < len(names):
            ways.append(
                (f"{self.labels.month_of(first_of(names[place + 1]))} →", months[names[place + 1]].path)
            )
        lines = [" · ".join(self._link(path, there, words) for words, there in ways)]
        others = self._other_pages(rows, first_of(month))
        for there in sorted({*rows, *others}, reverse=True):
            if there in others:
                lines.append(others[there])
                continue
            title, count, unit = rows[there]
            lines.append(
                self._line(path, there, title)
                + ("" if unit == "article" else f" · {self.labels.stories.format(count)}")
            )
        await self._remove_indexes(first_of(month), self._paths(first_of(month))[1:])
        return await self._put(path, self._title(first_of(month)), _block(lines))

    def _title(self, month: date) -> str:
        return f"{self.title} {self.labels.month_of(month)}"

    def _line(self, here: str, there: str, title: str) -> str:
        words = self.target.guard(escape_line(title)) or there
        return f"- {self._link(here, there, words)}"

    def _link(self, here: str, there: str, words: str) -> str:
        return self.target.linked(words, self.target.link(here, there))

    async def _remove_indexes(self, month: date, paths: Sequence[str]) -> None:
        """Remove the index of a month from where it is not any more, if no hand has written a word there."""
        title = self._title(month)
        for path in paths:
            known = (await self._recall(f"block {path}")).sha256
            content = read_bytes(self.root, path) if known else None
            text = (content or b"").decode(errors="replace")
            held = _between(text) or ""
            if sha256(held.encode()) == known and text == f"{self._top(title)}{START}{held}{END}\n":
                remove_file(self.root, path)

    def _top(self, title: str) -> str:
        """What stands above the index in a new file."""
        front = self.target.index_front_matter(title)
        return (front_matter(front) + "\n" if front else "") + (
            f"# {title}\n\n" if self.target.heading else ""
        )

    async def _put(self, path: str, title: str, block: str) -> Written | None:
        """Put the block between the markers of a file; a file of the editor's without markers has no index."""
        content = read_bytes(self.root, path)
        known = (await self._recall(f"block {path}")).sha256
        if content is None:
            text = f"{self._top(title)}{START}\n{block}\n{END}\n"
        else:
            try:
                text = content.decode()
            except UnicodeDecodeError as error:
                return self._left(path, block, f"it is not UTF-8 text (byte {error.start})")
            held = _between(text)
            if held is None and not known and not _MARKER.search(text):
                return None
            if held is None:
                return self._left(path, block, "the markers were altered")
            written = held.replace("\r\n", "\n")
            if known and sha256(written.encode()) != known and written != f"\n{block}\n":
                return self._left(path, block, "the part between the markers was edited")
            if written != f"\n{block}\n":
                new = f"{START}\n{block}\n{END}"
                new = new.replace("\n", "\r\n") if "\r\n" in held else new
                text = text.replace(f"{START}{held}{END}", new)
        changed = write_text(self.root, path, text)
        await self._remember(f"block {path}", ExportIndex({"sha256": sha256(f"\n{block}\n".encode())}))
        return Written(self.root / path, State.WRITTEN if changed else State.UNCHANGED)

    def _left(self, path: str, block: str, why: str) -> Written:
        write_text(self.root, path + NEW, f"{START}\n{block}\n{END}\n")
        file = self.root / path
        return Written(
            file,
            State.CONFLICT,
            f"{file}: {why}; it was left as it is, the new index is {file.name}{NEW}:"
            f" put it between {START} and {END}, then delete the {NEW} file",
        )


def _neighbours(months: Mapping[str, IndexMonth], touched: set[str]) -> set[str]:
    names = list(months)
    places = [place for place, month in enumerate(names) if month in touched]
    return {names[near] for place in places for near in (place - 1, place + 1) if 0 <= near < len(names)}


def _link_of(line: str) -> str:
    match = _LINE.fullmatch(line)
    return match["link"] or match["address"] or "" if match else ""


def _block(parts: Sequence[str]) -> str:
    """Parts with an empty line between them, except between the items of a list."""
    lines: list[str] = []
    for part in parts:
        if lines and not (part.startswith("- ") and lines[-1].startswith("- ")):
            lines.append("")
        lines.append(part)
    return "\n".join(["", *lines, ""])


def _between(text: str) -> str | None:
    """What stands between the two markers; None where they are not there once each, in this order."""
    markers = list(_MARKER.finditer(text))
    if [it[1] for it in markers] != [START, END]:
        return None
    return text[markers[0].end() : markers[1].start(1)]
