"""The small documents that other rooms keep in a store: every collection, what a document of it says, and its version.

A document is kept as JSON under the collection's name, without what is as usual, and with its `version` from the second
one on. One of an earlier version is brought up to date when it is read, and written so when it is next written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, Field, RootModel

from newsarchive.items.record import Record, SiteName, Time
from newsarchive.monitoring.reasons import UNRECORDED
from newsarchive.records.alarm import (
    Acknowledgement,
    AlarmLog,
    DiskReadings,
    NewNormal,
    RawFindings,
    RobotsHistory,
)
from newsarchive.records.listing import ListReading, WantedList
from newsarchive.records.pick import Pick
from newsarchive.storage.limits import check_size, refusing
from newsarchive.storage.reading import check_version, damage, record_of

D = TypeVar("D", bound=BaseModel)
Fields: TypeAlias = dict[str, Any]

_VERSION = "version"


@dataclass(frozen=True, slots=True)
class DocumentCollection(Generic[D]):
    """A collection of small documents: its name in the stores, the record that a document is, and how old ones become it.

    `migrations` lead from version 1 on to the newest, a step a version, each from a document's key and fields to its fields;
    steps are only ever added.
    """

    name: str
    record: type[D]
    migrations: tuple[Callable[[str, Fields], Fields], ...] = ()

    def written(self, key: str, document: D) -> tuple[Fields, str]:
        """A document as it is stored: its fields, and these as JSON. Raises RecordRefusedError."""
        what = f"the document {self.name} {key}"
        with refusing(what):
            fields = document.model_dump(mode="json", exclude_defaults=True)
            if self.migrations:
                fields[_VERSION] = len(self.migrations) + 1
            text = json.dumps(fields, ensure_ascii=False)
            f"{key}{text}".encode()
            check_size(what, text, fields)
        return fields, text

    def read(self, key: str, stored: str | Fields, place: str) -> D:
        """A document as the store gave it: JSON, or its fields.

        Raises StoreVersionError that names it and its store, for a damaged one and for what a newer program wrote.
        """
        what = f"the document {self.name} {key}"
        with damage(what, place):
            fields = dict(json.loads(stored) if isinstance(stored, str) else stored)
            version = int(fields.pop(_VERSION, 1))
            newest = len(self.migrations) + 1
            check_version(f"{what} in {place}", version, newest, "version")
            for step in self.migrations[version - 1 :]:
                fields = step(key, fields)
        return record_of(self.record, fields, key, place, f"document {self.name}")


def _shapeless(_: str, first: Fields) -> Fields:
    """The first versions kept no shape; what they wrote is as it is."""
    return first


LISTS = DocumentCollection("lists", ListReading, (_shapeless,))
"""When a list was read last, by its URL."""

WANTED_LISTS = DocumentCollection("wanted_lists", WantedList)
"""The lists that `newsarchive coverage --backfill` has queued, by URL: until a crawl finds that they were read."""


class Pause(Record):
    """A host that is left alone; one whose end is past only remembers how many there were in a row (`times`).

    `why` is the word of a reason: `http_429`, `challenge`.
    """

    host: str
    since: Time
    until: Time
    why: str
    times: int


def _complete_pause(host: str, first: Fields) -> Fields:
    """The first versions kept neither since when nor why. A pause that begins at its end begins when it is looked at."""
    return {"host": host, "since": first["until"], "why": UNRECORDED} | first


PAUSES = DocumentCollection("pauses", Pause, (_complete_pause,))
"""The hosts that are left alone, by name."""


class ScheduledJob(Record):
    """A job that a schedule started, the `number`-th (from 1) of a time at which it was due, and what became of it.

    `place` is the Scrapyd node that runs it; empty for process `pid` of `machine`. `fate` is empty while nobody knows better
    than that it runs: a run ended, however (`ran`); it was not heard of (`lost`); another job of its site ran (`leased`); it
    was ended with the scheduler whose child it was (`interrupted`); no node took it (`refused`). `end` and `exit_code` are
    those of its run, or say more. A job that has been silent is given up only when its last sign of life is still the same
    some time after that was seen: a clock that was set forward makes every job look silent for a moment.
    """

    schedule: str
    site: SiteName
    due: Time
    number: int
    started_at: Time
    place: str = ""
    machine: str = ""
    pid: int | None = None
    silent_since: Time | None = None
    last_sign: Time | None = None
    fate: Literal["", "ran", "lost", "leased", "interrupted", "refused"] = ""
    ended_at: Time | None = None
    end: str = ""
    exit_code: int | None = None


SCHEDULED_JOBS = DocumentCollection("scheduled_jobs", ScheduledJob)
"""The last jobs of each schedule, by their id (`morning.20261120T2230Z.1`)."""


class DoneDays(Record):
    """The days of a month that an editor has said to be done."""

    done: tuple[date, ...]


DAYS = DocumentCollection("days", DoneDays)
"""The days that are done, by month (`2025-11`)."""


class StoryNumbers(Record):
    """The stories of a day that have a number, by the URL of each: the first has 1. They are only ever added.

    `ticked` are those that were ticked in the day's candidates file when that was taken last, in its order.
    """

    names: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()


STORY_NUMBERS = DocumentCollection("story_numbers", StoryNumbers)
"""The numbers of each day's stories, by the day in ISO form."""


class DayBefore(Record):
    """A day before a command changed its picks: these, and whether it was done; `after` is a fingerprint of what came of it."""

    day: date
    picks: tuple[Pick, ...] = ()
    done: bool = False
    after: str


class PickChange(Record):
    """What a command changed, as the days were before it."""

    command: str
    days: tuple[DayBefore, ...]


class PickChanges(Record):
    """The last changes, the newest last."""

    changes: tuple[PickChange, ...] = ()


PICK_CHANGES = DocumentCollection("pick_changes", PickChanges)
"""What `pick undo` takes back; one document, under the key ""."""


class Layout(Record):
    """Where a month's file was written in another way than new ones are: kept beside the picks, usually empty.

    `labels` are date lines by day (`2024-04-01`), an empty one for a day without; `tail` is what follows the last
    item; each row of `more_links` is the day and `url` of a pick, then the further links of that entry. `newest_first`
    is the order of the days, if the file had several.
    """

    title: str | None = None
    tail: str | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    more_links: tuple[tuple[str, ...], ...] = ()
    newest_first: bool | None = None

    def over(self, earlier: Layout, days: Collection[date]) -> Layout:
        """This layout, with what an earlier one says of days other than these."""
        named = {day.isoformat() for day in days}
        labels = {day: label for day, label in earlier.labels.items() if day not in named}
        more_links = tuple(row for row in earlier.more_links if row[0] not in named)
        order = earlier.newest_first if self.newest_first is None else self.newest_first
        return self.model_copy(
            update={
                "labels": labels | self.labels,
                "more_links": more_links + self.more_links,
                "newest_first": order or None,
            }
        )

    def links_after(self, pick: Pick) -> tuple[str, ...]:
        """The further links of an entry."""
        entry = (pick.day.isoformat(), pick.url)
        return next((row[2:] for row in self.more_links if row[:2] == entry), ())


DIGEST_LAYOUTS = DocumentCollection("digest_layouts", Layout)
"""The layouts of monthly digests, by month (`2025-11`), where they are not the usual one."""


class DayProse(Record):
    """What an editor has written of a day as a whole, in Markdown, by the format's word for the section (`outlook`)."""

    sections: dict[str, str]


DAY_PROSE = DocumentCollection("day_prose", DayProse)
"""What stands in sections of a day's files beside its stories, by format and day (`briefing/2025-12-09`)."""


class Edition(Record):
    """A file that an editor imported: its family, its name without folder and ending, and its text.

    `form` is the example in whose form it was read, if that is the editor's own. `beside` are links of picks that came to
    the file's day from other imports: its own format does not show them. It was `edited` if a hand wrote in it after the import.
    """

    family: str
    name: str
    text: str
    form: str = ""
    beside: tuple[str, ...] = ()
    edited: bool = False


class Editions(Record):
    """The imported files of one key; the one imported last comes last."""

    files: tuple[Edition, ...]


EDITIONS = DocumentCollection("editions", Editions)
"""Files that are more than a row of picks, by format and day (`daily/2025-11-13`) or name (`fulltext/2025-11-13-x`)."""


_Kind: TypeAlias = Literal["h", "i", "t"]
SegmentRow: TypeAlias = (
    tuple[_Kind, str, str] | tuple[_Kind, str, str, str] | tuple[_Kind, str, str, str, str]
)


class Snapshot(Record):
    """What is remembered of a text that was written: fingerprints.

    `parts` are, section by section, the kind (`h`, `i`, `t`), key and fingerprint of each segment, and of a story what was
    told of it (`exports/formats/fingerprints.py`), and the link of one that is not named by it; `sections` a fingerprint of
    each section with its blanks.
    """

    sha256: str
    parts: tuple[tuple[str, tuple[SegmentRow, ...]], ...]
    sections: tuple[tuple[str, str], ...]


class LedgerEntry(Record):
    """What is known of one file of one archive folder.

    `written` is the text that the exporter made last, which is in the file together with the edits of hands. `pending`
    is the one that is being written, `result` the hash of the file that comes of it: a crash in between is noticed by
    it. `offered` is the text that was put beside the file for a hand to decide, `offer` the hash of that file. `accepted` is
    the hash of the edited file that was merged or taken last: it is not looked at for damage again. `taken`
    are the fingerprints of what hands have typed into it that is in the store already.
    `made_with` says how the text is made, so that it can be made again. `at` is where the file lies now, below the folder, if a
    hand has renamed or moved it. One that is `deleted` is not written again.
    """

    written: Snapshot | None = None
    pending: Snapshot | None = None
    result: str = ""
    offered: Snapshot | None = None
    offer: str = ""
    accepted: str = ""
    taken: tuple[str, ...] = ()
    made_with: dict[str, str] = Field(default_factory=dict)
    at: str = ""
    deleted: bool = False


EXPORTED_FILES = DocumentCollection("exported_files", LedgerEntry)
"""The files of archive folders, by folder and path (`/home/editor/archive//2025/newsflash-202511.md`)."""


class ExportedText(Record):
    """Which text was made last for a path, whatever the folder, and how."""

    sha256: str
    made_with: dict[str, str] = Field(default_factory=dict)


EXPORTED_TEXTS = DocumentCollection("exported_texts", ExportedText)
"""The texts made last, by path below their folder."""


class LastExport(Record):
    """What an export was made from, the files (path, hash and page without its text) it wrote, and what it left out."""

    origin: str
    files: tuple[tuple[str, str, dict[str, Any]], ...]
    left_out: dict[str, int] = Field(default_factory=dict)


EXPORTS = DocumentCollection("exports", LastExport)
"""The last exports, by folder and what was asked for."""


class IndexMonth(Record):
    """A month in the index of all: how many pages and stories, and where its line leads; `index` tells whether to one of its own."""

    pages: int
    stories: int
    path: str
    index: bool


IndexPage: TypeAlias = tuple[str, int, str]
"""A page in the index of a month: its title, how many stories it has, and its unit."""


class ExportIndex(RootModel[dict[str, IndexMonth | IndexPage | tuple[str, int] | str]]):
    """What is remembered of an index of one format of one archive folder: of one of four kinds, by the last part of its key."""

    root: dict[str, IndexMonth | IndexPage | tuple[str, int] | str] = Field(default_factory=dict)

    @property
    def months(self) -> dict[str, IndexMonth]:
        """Key `months`: the months (`2025-11`)."""
        return {name: row for name, row in self.root.items() if isinstance(row, IndexMonth)}

    @property
    def pages(self) -> dict[str, IndexPage]:
        """Key `2025-11`: the pages of a month, by path."""
        return {name: row for name, row in self.root.items() if isinstance(row, tuple) and len(row) == 3}

    @property
    def undated(self) -> dict[str, tuple[str, int]]:
        """Key `undated`: title and number of stories of the pages without a day, by path."""
        return {name: row for name, row in self.root.items() if isinstance(row, tuple) and len(row) == 2}

    @property
    def sha256(self) -> str:
        """Key `block PATH`: the hash of what stands between the markers of an index."""
        return str(self.root.get("sha256", ""))


EXPORT_INDEXES = DocumentCollection("export_indexes", ExportIndex)
"""What is in indexes, by folder, target, format and what (`/home/editor/archive//hugo/daily/months`)."""


class WantedPicture(Record):
    """A picture that an article shows: its address on the page, and its size in pixels where the page says one."""

    url: str
    width: int | None = None
    height: int | None = None


class WantedPictures(Record):
    """The pictures of an article that are still to be fetched."""

    pictures: tuple[WantedPicture, ...]


WANTED_PICTURES = DocumentCollection("wanted_pictures", WantedPictures)
"""What is to be fetched into the mirror, by the identity of its article: it is there until all of it is answered."""


class MirroredPicture(Record):
    """What became of a picture that was asked for.

    `file` is its name in the mirror, with size in pixels and bytes; empty where it was refused, with the word of the
    `reason`. `tries` are the answers so far that were refused, `url` is where the last one came from.
    """

    url: str
    file: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    reason: str = ""
    tries: int = 0
    fetched_at: Time


MIRRORED_PICTURES = DocumentCollection("mirrored_pictures", MirroredPicture)
"""The pictures of the mirror and those that were refused, by site and the site's own name for them."""


class RepeatedPicture(Record):
    """Pictures (by name) for which one content came whose size no page confirms; with several it is a `placeholder`."""

    pictures: tuple[str, ...] = ()
    placeholder: bool = False


REPEATED_PICTURES = DocumentCollection("repeated_pictures", RepeatedPicture)
"""What may be a host's placeholder, by SHA-256 of the content."""


class UnfinishedCopy(Record):
    """A store that is being filled, and not whole: from which store or dump, and whether `over` what it held before."""

    source: str
    over: bool = False


UNFINISHED_COPIES = DocumentCollection("unfinished_copies", UnfinishedCopy)
"""There is one (under the key "") as long as a store is filled: nothing else opens it then. It is never carried itself."""


ALARMS = DocumentCollection("alarms", AlarmLog)
"""What checks have found and told; one document, under the key "", so that one write keeps what was told."""
ACKNOWLEDGEMENTS = DocumentCollection("acknowledgements", Acknowledgement)
"""What an operator knows of, by the alarm's name."""
ROBOTS_FILES = DocumentCollection("robots_files", RobotsHistory)
"""What hosts said in robots.txt, by host."""
DISK_READINGS = DocumentCollection("disk_readings", DiskReadings)
"""How full file systems were, by machine and folder (`crawler-1:/srv/data`)."""
RAW_FINDINGS = DocumentCollection("raw_findings", RawFindings)
"""What the last verification of raw pages found, by machine and folder; there is none where all was whole."""
NEW_NORMALS = DocumentCollection("new_normals", NewNormal)
"""What has changed for good, by site."""


class LastPruning(Record):
    """When what is kept for a time only was looked through last."""

    at: Time


LAST_PRUNING = DocumentCollection("last_pruning", LastPruning)
"""By the site whose crawl did it."""
