"""Takes an editor's Markdown archive into the store: days, texts and links become picks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby

from exports.content.entry import UNLINKED
from exports.formats import FORMATS
from exports.formats.archive import Archive, ArchiveItem, FamilyName, Remark
from exports.formats.digest import FORMAT as DIGEST
from exports.formats.digest import LABEL, render_month, usual_label
from exports.formats.format import Dialect, long_month
from exports.formats.layout import load_layout, save_layout
from exports.imports.document_items import outside_of_items, story_key, story_link
from exports.imports.documents import day_key, editions, file_key, keep_edition
from exports.imports.links import LinkCount, count_links
from exports.imports.reader import family_of
from exports.imports.sentences import sentence
from newsarchive import sites
from newsarchive.editorial.days import finish_days, first_of, month_span
from newsarchive.parsing.urls import is_web_address
from newsarchive.records.pick import Pick
from newsarchive.sites.shared.linked import articles_linked_in
from newsarchive.storage.collections import EDITIONS, Edition, Editions, Layout
from newsarchive.storage.contract import EditorialStore

_LABEL = str(DIGEST.words[LABEL].default)
BESIDE_THE_TEXT = ("note", "title", "words", "body")
"""What a pick holds that a digest does not show."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came in. `days` are days with picks now in the store; `items` and `links` are what the file has.

    `counted` says where all its links went. Of the `remarks` those that matter most come first.
    """

    family: FamilyName
    days: int
    items: int
    links: int
    remarks: tuple[Remark, ...]
    counted: LinkCount


@dataclass(slots=True)
class _Intake:
    """What an archive gives: picks by day, date lines that are not the usual ones, further links of picks, and remarks."""

    picks: dict[date, list[Pick]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    more_links: list[tuple[str, ...]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    kept: bool = False


async def import_archive(store: EditorialStore, archive: Archive, name: str = "archive") -> ImportReport:
    """Keep an archive's picks. The same file twice leaves the same store; `name` is the file's, without its ending.

    The days of a digest and of a daily file are done then. A monthly digest says what its days are: picks of those days that it does not have stay as candidates. A file of
    one day adds to what that day has, and is kept as it was written, as are briefings and full texts. Other files
    are only reported. Raises what the store raises.
    """
    intake = _Intake(remarks=[*archive.remarks, *archive.not_understood])
    form = FORMATS.get(family_of(archive.family).taken_as)
    if form and form.by_day:
        await _take_days(store, archive, intake)
    elif form and form.kept == "name":
        await _keep(store, file_key(form.name, name), archive, name, intake)
        intake.remarks.append(Remark(1, f"no days in it; kept as a file of full texts: {name}"))
    elif form and archive.date:
        if form.pick:
            await _take_day(store, archive, archive.date, name, intake)
        if form.kept:
            await _keep(store, day_key(form.name, archive.date), archive, name, intake)
    else:
        reason = f"{archive.family}: links only, no day to put them under; nothing was imported"
        more = "; --day or --month says where they belong" if form else ""
        intake.remarks.append(Remark(1, reason + more, rank=-1))
    await _keep_beside(store, intake.picks)
    taken = [pick.url for picks in intake.picks.values() for pick in picks]
    taken += [url for row in intake.more_links for url in row[2:]]
    counted, remarks = count_links(archive, name, taken, kept=bool(intake.kept))
    intake.remarks += [*remarks, *_almost_links(archive.text)]
    items = [*archive.items, *(item for day in archive.days for item in day.items)]
    return ImportReport(
        family=archive.family,
        days=len(intake.picks),
        items=archive.count,
        links=sum(item.url is not None for item in items),
        remarks=tuple(sorted(intake.remarks, key=lambda it: (it.rank, it.line))),
        counted=counted,
    )


async def _take_days(store: EditorialStore, archive: Archive, intake: _Intake) -> None:
    """A month with all its days."""
    for day in archive.days:
        if day.date is None:
            intake.remarks.append(Remark(day.line, f"{day.heading} not imported"))
            continue
        if archive.month and f"{day.date:%Y-%m}" != archive.month:
            reason = f"{day.heading} is no day of {archive.month}; imported into its own month"
            intake.remarks.append(Remark(day.line, reason))
        _take_items(day.date, day.items, intake)
        if (day.label or "") != usual_label(day.date, _LABEL):
            intake.labels[day.date.isoformat()] = day.label or ""
    layout = _layout(archive, intake)
    if archive.month:
        _remark_differences(archive, first_of(archive.month), layout, intake)
    for of, picks in intake.picks.items():
        held = await store.picks(of, of)
        held += await _take_redated(store, archive, intake, of)
        await store.replace_day(of, _kept(picks, held))
    if archive.month:
        month = first_of(archive.month)
        await save_layout(store, month, layout.over(await load_layout(store, month), intake.picks.keys()))
    await finish_days(store, intake.picks)


def _take_items(day: date, items: Sequence[ArchiveItem], intake: _Intake) -> None:
    picks = intake.picks.setdefault(day, [])
    used = {pick.url for pick in picks}
    for item in items:
        urls = list(item.urls or ())
        # A second entry with the same link, or one without, is kept under a key of its own.
        key = urls.pop(0) if urls and urls[0] not in used else f"{UNLINKED}{day}:{len(picks) + 1}"
        if urls:
            intake.more_links.append((day.isoformat(), key, *urls))
        used.add(key)
        picks.append(_pick(day, len(picks) + 1, key, item.text or "", inline=item.style == "inline"))


def _layout(archive: Archive, intake: _Intake) -> Layout:
    text = archive.text.replace("\r\n", "\n")
    tail = text[len(text.rstrip(" \n")) :]
    usual = archive.month and long_month(first_of(archive.month))
    return Layout(
        title=archive.title if archive.title != usual else None,
        # Blanks in the tail are a quirk that no profile writes.
        tail=tail if tail.strip("\n") == "" and tail != "\n" else None,
        labels=intake.labels,
        more_links=tuple(intake.more_links),
        newest_first=archive.newest_first,
    )


async def _take_day(store: EditorialStore, archive: Archive, day: date, name: str, intake: _Intake) -> None:
    """The stories of one day."""
    picks, remarks = picks_of_day(archive, day)
    named = {it.line for it in intake.remarks}
    intake.remarks += remarks
    intake.remarks += [it for it in outside_of_items(archive, name) if it.line not in named]
    if picks:
        intake.picks[day] = picks
        await store.save_picks(_added(picks, await store.picks(day, day)))
        await finish_days(store, [day])


async def _keep(store: EditorialStore, key: str, archive: Archive, name: str, intake: _Intake) -> None:
    """Keep a file as it was written, for the strict profile."""
    intake.kept = True
    held = next((it for it in await editions(store, key) if it.name == name), None)
    beside = held.beside if held else ()
    if held is None and archive.date:
        beside = tuple(it.url for it in await store.picks(archive.date, archive.date))
    edition = Edition(family=archive.family, name=name, text=archive.text, form=archive.form, beside=beside)
    await keep_edition(store, key, edition)


async def _keep_beside(store: EditorialStore, picked: Mapping[date, Sequence[Pick]]) -> None:
    """Note with what is kept of these days in formats that have no picks that these came from elsewhere."""
    for of in (it for it in FORMATS.values() if it.kept == "day" and not it.pick):
        for day, picks in picked.items():
            key = day_key(of.name, day)
            if not (files := await editions(store, key)):
                continue
            urls = tuple(pick.url for pick in picks)
            noted = [
                it.model_copy(update={"beside": tuple(dict.fromkeys((*it.beside, *urls)))}) for it in files
            ]
            await store.put_document(EDITIONS, key, Editions(files=tuple(noted)))


async def _take_redated(store: EditorialStore, archive: Archive, intake: _Intake, day: date) -> list[Pick]:
    """The picks of a day of the month that the file now has, with the very same links, under this other date.

    Editors correct the date of a published day; without this, both dates would be in the month.
    """
    first, last = month_span(day)
    links = [pick.url for pick in intake.picks[day]]
    for other, held in groupby(await store.picks(first, last), key=lambda it: it.day):
        picks = list(held)
        picked = [pick for pick in picks if pick.state == "picked"]
        if other in intake.picks or len(links) < 2 or [pick.url for pick in picked] != links:
            continue
        await store.replace_day(other, [pick for pick in picks if pick.state != "picked"])
        line = next(it.line for it in archive.days if it.date == day)
        intake.remarks.append(Remark(line, f"the day {other:%Y.%m.%d} was moved to {day:%Y.%m.%d}"))
        return [pick.model_copy(update={"day": day}) for pick in picked]
    return []


def _kept(picks: list[Pick], held: Sequence[Pick]) -> list[Pick]:
    """The picks of the file with what was held beside their texts, and what only the store has, no longer picked."""
    beside = {pick.url: {name: getattr(pick, name) for name in BESIDE_THE_TEXT} for pick in held}
    ours = {pick.url for pick in picks}
    rest = (
        pick.model_copy(update={"state": "candidate"}) if pick.state == "picked" else pick
        for pick in held
        if pick.url not in ours and not pick.url.startswith(UNLINKED)
    )
    return [*(pick.model_copy(update=beside.get(pick.url, {})) for pick in picks), *rest]


def _added(picks: list[Pick], held: Sequence[Pick]) -> list[Pick]:
    """The picks that the day does not have yet, after those that it has."""
    known = {pick.url for pick in held}
    last = max((pick.position for pick in held), default=0)
    new = [pick for pick in picks if pick.url not in known]
    return [pick.model_copy(update={"position": last + place}) for place, pick in enumerate(new, start=1)]


def _remark_differences(archive: Archive, month: date, layout: Layout, intake: _Intake) -> None:
    """Say which lines the strict profile will write differently, where no other remark has said so."""
    days = {day: picks for day, picks in intake.picks.items() if day.replace(day=1) == month}
    again = render_month(month, days, Dialect(DIGEST, "month", "strict"), layout)
    before = archive.text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    told = {remark.line for remark in intake.remarks}
    for code, start, end, _, _ in SequenceMatcher(
        None, before, again.split("\n"), autojunk=False
    ).get_opcodes():
        lines = range(start + 1, max(end, start + 1) + 1)
        if code != "equal" and told.isdisjoint(lines):
            more = f"; so are all lines to {lines[-1]}" if len(lines) > 1 else ""
            intake.remarks.append(Remark(lines[0], f"written differently by the strict profile{more}"))


def picks_of_day(archive: Archive, day: date) -> tuple[list[Pick], list[Remark]]:
    """The picks that a file of one day gives, in its order, and why items of it give none."""
    picks: dict[str, Pick] = {}
    remarks: list[Remark] = []
    for item in archive.items:
        url = story_key(item)
        words = _words(item, story_link(item))
        if url is None:
            remarks.append(Remark(item.line, f"no link to keep: {words[:40]}", rank=0))
        elif url not in picks:
            picks[url] = _pick(day, len(picks) + 1, url, words, title=item.short)
            if not is_web_address(url):
                remarks.append(Remark(item.line, f"kept without a link: {words[:40]}"))
        elif archive.family == "daily-link-list":
            # A list of all links of a day names a story again when its title was updated.
            remarks.append(Remark(item.line, f"the same link again; this title is kept: {words[:40]}"))
            picks[url] = picks[url].model_copy(update={"text": words})
        else:
            remarks.append(Remark(item.line, f"the same link again, not imported: {words[:40]}"))
    return list(picks.values()), remarks


def _words(item: ArchiveItem, url: str | None) -> str:
    """The title, with the tag before it that is often its subject; of an item without one its paragraph, without pictures, HTML and the mark of its link."""
    if item.title is not None:
        return f"[{item.tag}] {item.title}" if item.tag else item.title
    return sentence(item.text or "", url)


def _pick(day: date, position: int, url: str, text: str, *, title: str = "", inline: bool = False) -> Pick:
    link = sites.identify(url)
    return Pick(
        day=day,
        position=position,
        url=url,
        text=text,
        identity=link.identity if link else None,
        style="inline" if inline else "line",
        title=title,
    )


_ENDINGS = {f".{host.rpartition('.')[2]}" for site in sites.SITES.values() for host in site.hosts}
"""How the sites' hosts end: most lines name none."""


def _almost_links(text: str) -> Iterator[Remark]:
    """What looks like a link to an article of a known site and names none."""
    for number, line in enumerate(text.split("\n"), start=1):
        if any(ending in line.lower() for ending in _ENDINGS):
            for site in sites.SITES:
                for address in articles_linked_in(line, site).not_taken:
                    yield Remark(number, f"looks like an article's address but names none: {address}")
