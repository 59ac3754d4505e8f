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

from exports.files.atomic import read_bytes, real_path, write_text
from exports.files.hand_edited import NEW, State, Written
from exports.files.snapshot import sha256
from exports.formats import FORMATS
from exports.formats.format import FormatName, OutputPage, long_month
from exports.targets import Target
from newsarchive.editorial.days import first_of
from newsarchive.markdown.escape import escape_line
from newsarchive.markdown.front_matter import front_matter
from newsarchive.storage.collections import EXPORT_INDEXES, ExportIndex, IndexMonth, IndexPage
from newsarchive.storage.contract import DocumentStore

START, END = "<!-- newsarchive:index -->", "<!-- /newsarchive:index -->"
_LINE = re.compile(r"- \[.*?\]\((?P<link>[^\n]*)\)(?: · .*)?")
_COUNT = re.compile(r" · (\d{1,6}) 篇$")
_MONTH_LINE = re.compile(r"- \[(\d{4})年(\d{1,2})月\]\(")
_MARKER = re.compile(r"(?m)^[ \t]*(<!--[^\n]*?newsarchive:index[^\n]*?-->)")
"""At the beginning of a line: titles in the index may speak of markers."""


@dataclass(frozen=True, slots=True)
class _Archive:
    """A format of one archive folder for one target."""

    store: DocumentStore
    root: Path
    target: Target
    of: FormatName

    def key(self, what: str) -> str:
        """The key of what is remembered."""
        return f"{real_path(self.root).as_posix()}//{self.target.name}/{self.of}/{what}"

    async def recall(self, what: str) -> ExportIndex:
        """What is remembered."""
        return await self.store.get_document(EXPORT_INDEXES, self.key(what)) or ExportIndex()

    async def remember(self, what: str, index: ExportIndex) -> None:
        """Remember it, if it is new."""
        if await self.recall(what) != index:
            await self.store.put_document(EXPORT_INDEXES, self.key(what), index)


async def write_indexes(
    store: DocumentStore, root: Path, target: Target, pages: Sequence[OutputPage]
) -> list[Written]:
    """Bring the indexes of the pages' formats up to date: the one of all months, and those of the pages' months.

    A page without stories has no line.

    The cost is that of the months, not of the archive. Raises OutputError, and what the store raises.
    """
    written = []
    for of in dict.fromkeys(page.format for page in pages):
        archive = _Archive(store, root, target, of)
        ours = [page for page in pages if page.format == of]
        written += await _write(archive, ours)
    return written


async def _write(archive: _Archive, pages: Sequence[OutputPage]) -> list[Written]:
    months = (await archive.recall("months")).months
    before = list(months)
    sample = pages[0]
    undated = await _undated(archive, pages)
    pages = [page for page in pages if page.dated]
    touched = {f"{page.day:%Y-%m}" for page in pages}
    rows: dict[str, dict[str, IndexPage]] = {}
    for month in touched:
        rows[month] = (await archive.recall(month)).pages
        for page in pages:
            if f"{page.day:%Y-%m}" == month:
                rows[month][archive.target.path(page)] = (page.title, page.count, page.unit)
        rows[month] = {
            path: row for path, row in rows[month].items() if row[1] and (archive.root / path).is_file()
        }
        await archive.remember(month, ExportIndex({**rows[month]}))
        others = _other_pages(archive, rows[month], first_of(month))
        months[month] = _summary(archive, month, rows[month], others.values())
    months = dict(sorted((month, row) for month, row in months.items() if row.pages))
    await archive.remember("months", ExportIndex({**months}))
    if list(months) != before:
        touched |= _neighbours(months, touched)
    others = _other_months(archive, sample, months.keys() | touched)
    written = [await _write_all_months(archive, months, undated, others)]
    for month in sorted(touched & months.keys()):
        if months[month].index:
            rows[month] = rows.get(month) or (await archive.recall(month)).pages
            written.append(await _write_month(archive, months, month, rows[month]))
    return [it for it in written if it is not None]


async def _undated(archive: _Archive, pages: Sequence[OutputPage]) -> dict[str, tuple[str, int]]:
    """The pages that have no day."""
    rows = (await archive.recall("undated")).undated
    rows |= {archive.target.path(page): (page.title, page.count) for page in pages if not page.dated}
    rows = {path: row for path, row in sorted(rows.items()) if (archive.root / path).is_file()}
    await archive.remember("undated", ExportIndex({**rows}))
    return rows


def _summary(
    archive: _Archive, month: str, rows: Mapping[str, IndexPage], others: Collection[str]
) -> IndexMonth:
    """A month in the index of all: how many pages and stories, and where to go: its only page, or its own index.

    `others` are the lines of pages of which the store knows nothing.
    """
    only = next(iter(rows)) if len(rows) == 1 and rows[next(iter(rows))][2] == "month" else None
    path = only or archive.target.index_path(archive.of, first_of(month))
    counts = [int(match[1]) if (match := _COUNT.search(line)) else 1 for line in others]
    return IndexMonth(
        pages=len(rows) + len(counts),
        stories=sum(row[1] for row in rows.values()) + sum(counts),
        path=path,
        index=only is None,
    )


def _neighbours(months: Mapping[str, IndexMonth], touched: set[str]) -> set[str]:
    names = list(months)
    places = [place for place, month in enumerate(names) if month in touched]
    return {names[near] for place in places for near in (place - 1, place + 1) if 0 <= near < len(names)}


def _other_months(archive: _Archive, sample: OutputPage, known: Collection[str]) -> dict[str, str]:
    """The lines of months in the index of all that the store does not know, and whose file lies in the folder."""
    path = archive.target.index_path(archive.of, None)
    found: dict[str, str] = {}
    for line in _lines_in(archive, path):
        match = _MONTH_LINE.match(line)
        if not match or not 1 <= int(match[2]) <= 12 or not int(match[1]):
            continue
        first = date(int(match[1]), int(match[2]), 1)
        only = archive.target.path(replace(sample, unit="month", day=first))
        links = {
            archive.target.link(path, there): there
            for there in (archive.target.index_path(archive.of, first), only)
        }
        there = links.get(_link_of(line))
        if f"{first:%Y-%m}" not in known and there and (archive.root / there).is_file():
            found[f"{first:%Y-%m}"] = line
    return found


def _other_pages(archive: _Archive, rows: Mapping[str, IndexPage], month: date) -> dict[str, str]:
    """The lines of pages in the index of a month that the store does not know, and whose file lies in the folder."""
    if any(unit == "month" for _, _, unit in rows.values()):
        return {}  # the month is its page
    path = archive.target.index_path(archive.of, month)
    folders = {Path(there).parent for there in rows}
    files = {
        (folder / file.name).as_posix() for folder in folders for file in (archive.root / folder).glob("*.md")
    }
    links = {archive.target.link(path, there): there for there in files - rows.keys() - {path}}
    return {links[link]: line for line in _lines_in(archive, path) if (link := _link_of(line)) in links}


def _lines_in(archive: _Archive, path: str) -> list[str]:
    """The lines that stand between the markers of an index now."""
    content = read_bytes(archive.root, path) or b""
    return (_between(content.decode(errors="replace").replace("\r\n", "\n")) or "").split("\n")


def _link_of(line: str) -> str:
    match = _LINE.fullmatch(line)
    return match["link"] if match else ""


async def _write_all_months(
    archive: _Archive,
    months: Mapping[str, IndexMonth],
    undated: Mapping[str, tuple[str, int]],
    others: Mapping[str, str],
) -> Written | None:
    path = archive.target.index_path(archive.of, None)
    parts: list[str] = []
    for month in sorted({*months, *others}, reverse=True):
        first = first_of(month)
        if f"## {first.year}" not in parts:
            parts.append(f"## {first.year}")
        if row := months.get(month):
            line = f"- [{long_month(first)}]({archive.target.link(path, row.path)}) · {row.stories} 篇"
            parts.append(line + (f" · {row.pages} 页" if row.pages > 1 else ""))
        else:
            parts.append(others[month])
    parts += ["## 未注日期"] if undated else []
    for there, (title, count) in undated.items():
        words = archive.target.guard(escape_line(title)) or there
        parts.append(f"- [{words}]({archive.target.link(path, there)}) · {count} 篇")
    return await _put(archive, path, FORMATS[archive.of].title, _block(parts))


async def _write_month(
    archive: _Archive, months: Mapping[str, IndexMonth], month: str, rows: Mapping[str, IndexPage]
) -> Written | None:
    path = archive.target.index_path(archive.of, first_of(month))
    names = list(months)
    place = names.index(month)
    ways = []
    if place:
        ways.append((f"← {long_month(first_of(names[place - 1]))}", months[names[place - 1]].path))
    ways.append((FORMATS[archive.of].title, archive.target.index_path(archive.of, None)))
    if place + 1 < len(names):
        ways.append((f"{long_month(first_of(names[place + 1]))} →", months[names[place + 1]].path))
    links = " · ".join(f"[{words}]({archive.target.link(path, there)})" for words, there in ways)
    lines = [links]
    others = _other_pages(archive, rows, first_of(month))
    for there in sorted({*rows, *others}, reverse=True):
        if there in others:
            lines.append(others[there])
            continue
        title, count, unit = rows[there]
        words = archive.target.guard(escape_line(title)) or there
        stories = "" if unit == "article" else f" · {count} 篇"
        lines.append(f"- [{words}]({archive.target.link(path, there)}){stories}")
    return await _put(
        archive, path, f"{FORMATS[archive.of].title} {long_month(first_of(month))}", _block(lines)
    )


def _block(parts: Sequence[str]) -> str:
    """Parts with an empty line between them, except between the items of a list."""
    lines: list[str] = []
    for part in parts:
        if lines and not (part.startswith("- ") and lines[-1].startswith("- ")):
            lines.append("")
        lines.append(part)
    return "\n".join(["", *lines, ""])


async def _put(archive: _Archive, path: str, title: str, block: str) -> Written | None:
    """Put the block between the markers of a file; a file of the editor's without markers has no index."""
    content = read_bytes(archive.root, path)
    known = (await archive.recall(f"block {path}")).sha256
    if content is None:
        front = archive.target.index_front_matter(title)
        top = front_matter(front) + "\n" if front else ""
        heading = f"# {title}\n\n" if archive.target.heading else ""
        text = f"{top}{heading}{START}\n{block}\n{END}\n"
    else:
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            return _left(archive, path, block, f"it is not UTF-8 text (byte {error.start})")
        held = _between(text)
        if held is None and not known and not _MARKER.search(text):
            return None
        if held is None:
            return _left(archive, path, block, "the markers were altered")
        written = held.replace("\r\n", "\n")
        if known and sha256(written.encode()) != known and written != f"\n{block}\n":
            return _left(archive, path, block, "the part between the markers was edited")
        if written != f"\n{block}\n":
            anew = f"{START}\n{block}\n{END}"
            anew = anew.replace("\n", "\r\n") if "\r\n" in held else anew
            text = text.replace(f"{START}{held}{END}", anew)
    changed = write_text(archive.root, path, text)
    await archive.remember(f"block {path}", ExportIndex({"sha256": sha256(f"\n{block}\n".encode())}))
    return Written(archive.root / path, State.WRITTEN if changed else State.UNCHANGED)


def _between(text: str) -> str | None:
    """What stands between the two markers; None where they are not there once each, in this order."""
    markers = list(_MARKER.finditer(text))
    if [it[1] for it in markers] != [START, END]:
        return None
    return text[markers[0].end() : markers[1].start(1)]


def _left(archive: _Archive, path: str, block: str, why: str) -> Written:
    write_text(archive.root, path + NEW, f"{START}\n{block}\n{END}\n")
    name = (archive.root / path).name
    return Written(
        archive.root / path,
        State.CONFLICT,
        f"{archive.root / path}: {why}; it was left as it is, the new index is {name}{NEW}:"
        f" put it between {START} and {END}, then delete the {NEW} file",
    )
