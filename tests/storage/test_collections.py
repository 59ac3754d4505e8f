"""The small documents: each collection as this version and earlier ones wrote it, in both engines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from newsarchive.errors import StoreVersionError
from newsarchive.items.record import Record
from newsarchive.storage import Store, collections
from newsarchive.storage.collections import (
    EXPORT_INDEXES,
    EXPORTS,
    PAUSES,
    DocumentCollection,
    IndexMonth,
    LastExport,
)
from tests.storage.records import Plain, plain

TOP = Path(__file__).parents[2]
TEXT = {
    "sha256": "a1",
    "parts": [["2025-11-13", [["h", "", "m1"], ["i", "https://a/", "m2"]]], ["", [["t", "", "m3"]]]],
    "sections": [["2025-11-13", "m4"], ["", "m5"]],
}
PAGE = {
    "template": "digest/2",
    "format": "digest",
    "unit": "month",
    "day": "2025-11-01",
    "title": "2025年11月",
}
BEFORE: dict[str, list[dict[str, Any]]] = {
    "lists": [
        {
            "url": "https://36kr.com/feed",
            "read_at": "2025-11-13T04:00:00Z",
            "etag": 'W/"1"',
            "last_modified": None,
            "unfinished": False,
        },
        {
            "version": 2,
            "url": "https://36kr.com/feed",
            "read_at": "2025-11-13T04:00:00Z",
            "absent": True,
            "shape": {
                "items": 30,
                "most": 30,
                "content": "b2",
                "first_at": "2025-11-13T03:00:00Z",
                "changed_at": "2025-11-13T04:00:00Z",
                "changes": 1,
                "newest": "2025-11-13T03:50:00Z",
                "gap": 180.5,
                "longest": 3600.0,
                "shrunk_at": None,
                "standstills": [
                    {
                        "since": "2025-11-01T03:00:00Z",
                        "until": "2025-11-03T03:00:00Z",
                        "usual": 180.0,
                        "sure": 0.999,
                    }
                ],
                "numbered": True,
                "holes": [
                    {
                        "position": 7,
                        "before": "a",
                        "after": "b",
                        "earliest": "2025-11-01T03:00:00Z",
                        "latest": "2025-11-03T03:00:00Z",
                    }
                ],
            },
        },
    ],
    "wanted_lists": [
        {
            "site": "36kr",
            "url": "https://36kr.com/feed",
            "wanted_at": "2025-11-13T04:00:00Z",
            "may_be_absent": True,
            "tries": 1,
        }
    ],
    "pauses": [
        {"until": "2025-11-13T04:00:00+00:00", "times": 2},
        {
            "since": "2025-11-13T03:00:00+00:00",
            "until": "2025-11-13T04:00:00.000001+00:00",
            "why": "http_429",
            "times": 2,
        },
    ],
    "days": [{"done": ["2025-11-12", "2025-11-13"]}, {"done": []}],
    "digest_layouts": [
        {"title": "# 十一月", "labels": {"2025-11-13": ""}, "more_links": [["2025-11-13", "https://a/"]]}
    ],
    "day_prose": [{"sections": {"outlook": "**一条主线**。\n\n结论。"}}],
    "editions": [
        {"files": [{"family": "hugo-daily", "name": "2025-11-13", "text": "## 一\r\n"}]},
        {
            "files": [
                {
                    "family": "mine",
                    "name": "x",
                    "text": "一",
                    "form": "{title} {link}",
                    "beside": ["https://a/"],
                    "edited": True,
                }
            ]
        },
    ],
    "exported_files": [
        {"written": TEXT, "pending": TEXT, "result": "b2", "made_with": {"format": "digest"}},
        {"offered": TEXT, "offer": "c3", "accepted": "d4", "taken": ["m2"], "made_with": {}},
    ],
    "exported_texts": [{"sha256": "a1", "made_with": {"format": "digest", "month": "2025-11"}}],
    "exports": [
        {"origin": "e5", "files": [["2025/newsflash-202511.md", "a1", PAGE]]},
        {"origin": "e5", "files": [], "left_out": {"articles": 3, "shown": 1}},
    ],
    "export_indexes": [
        {"2025-11": {"pages": 1, "stories": 2, "path": "2025/newsflash-202511.md", "index": False}},
        {"daily/2025-11-13.md": ["13日", 2, "day"]},
        {"fulltext/x.md": ["无日期", 1]},
        {"sha256": "f6"},
        {},
    ],
    "wanted_pictures": [
        {
            "pictures": [
                {"url": "https://img.ithome.com/a.jpg", "width": 820, "height": 546},
                {"url": "https://img.ithome.com/b.jpg", "width": None, "height": None},
            ]
        }
    ],
    "mirrored_pictures": [
        {
            "url": "https://img.ithome.com/a.jpg",
            "file": "a1.jpg",
            "width": 820,
            "height": 546,
            "size": 9000,
            "fetched_at": "2026-11-13T04:00:00Z",
        },
        {
            "url": "https://img.ithome.com/b.jpg",
            "reason": "http_404",
            "tries": 2,
            "fetched_at": "2026-11-13T04:00:00Z",
        },
    ],
    "repeated_pictures": [
        {"pictures": ["ithome:a"]},
        {"pictures": ["ithome:a", "ithome:b"], "placeholder": True},
    ],
    "story_numbers": [
        {
            "names": ["https://www.ithome.com/0/897/104.htm", "urn:newsarchive:entry:1"],
            "ticked": ["https://a/"],
        },
        {},
    ],
    "pick_changes": [
        {
            "changes": [
                {
                    "command": "pick add 3 7-9",
                    "days": [
                        {
                            "day": "2025-11-13",
                            "picks": [
                                {
                                    "day": "2025-11-13",
                                    "position": 1,
                                    "url": "https://a/",
                                    "text": "一。",
                                    "identity": None,
                                    "state": "picked",
                                    "draft": False,
                                    "note": "",
                                    "style": "line",
                                    "title": "",
                                    "words": "",
                                    "body": "",
                                    "basis": "",
                                }
                            ],
                            "done": True,
                            "after": "f7",
                        }
                    ],
                }
            ]
        }
    ],
    "alarms": [
        {
            "at": "2026-11-14T05:00:00Z",
            "episodes": {
                "stale:36kr": {
                    "alarm": {
                        "kind": "stale",
                        "site": "36kr",
                        "why": "it was never crawled",
                        "todo": "newsarchive crawl 36kr",
                    },
                    "since": "2026-11-13T04:00:00Z",
                    "seen": "2026-11-13T05:00:00Z",
                },
                "robots:36kr:www.36kr.com": {
                    "alarm": {
                        "kind": "robots",
                        "site": "36kr",
                        "subject": "www.36kr.com",
                        "why": "+ Disallow: /",
                        "todo": "read it",
                        "severity": "grave",
                        "degree": 2,
                    },
                    "since": "2026-11-13T04:00:00Z",
                    "seen": "2026-11-13T05:00:00Z",
                    "over": "2026-11-14T05:00:00Z",
                    "told": {"mail it@example.org": [1, 2]},
                    "failed": {"webhook": "http_503"},
                },
            },
        },
        {"at": "2026-11-14T05:00:00Z"},
    ],
    "acknowledgements": [
        {"at": "2026-11-13T04:00:00Z", "rank": [1, 2]},
        {"at": "2026-11-13T04:00:00Z", "rank": [1, 2], "until": "2026-12-01T00:00:00Z", "note": "umgebaut"},
    ],
    "robots_files": [
        {
            "versions": [
                {"since": "2026-11-13T04:00:00Z", "status": 200, "sha256": "a1", "text": "User-agent: *\n"},
                {"since": "2026-11-14T04:00:00Z", "status": 404, "sha256": "b2"},
            ],
            "changes": 1,
        }
    ],
    "disk_readings": [{"readings": [{"at": "2026-11-13T04:00:00Z", "free": 5, "total": 10}]}],
    "raw_findings": [{"at": "2026-11-13T04:00:00Z", "lost": 1, "damages": ["a.warc.gz is missing"]}],
    "new_normals": [{"spans": {"age of the newest item": ["2026-11-13T04:00:00Z", "2026-11-15T04:00:00Z"]}}],
    "last_pruning": [{"at": "2026-11-29T02:00:00Z"}],
    "scheduled_jobs": [
        {
            "schedule": "news",
            "site": "36kr",
            "due": "2026-11-13T04:00:00Z",
            "number": 1,
            "started_at": "2026-11-13T04:00:10Z",
            "place": "http://127.0.0.1:6800",
        },
        {
            "schedule": "news",
            "site": "36kr",
            "due": "2026-11-13T05:00:00Z",
            "number": 2,
            "started_at": "2026-11-13T05:09:10Z",
            "machine": "crawler-1",
            "pid": 4711,
            "last_sign": "2026-11-13T05:10:00Z",
            "fate": "ran",
            "ended_at": "2026-11-13T05:12:00Z",
            "end": "good",
            "exit_code": 0,
        },
    ],
    "unfinished_copies": [{"source": "/srv/news.jsonl", "over": True}],
}
"""Documents as the versions before wrote them, by collection."""


COLLECTIONS = [value for value in vars(collections).values() if isinstance(value, DocumentCollection)]


def test_every_collection_has_a_name_of_its_own_and_its_documents_of_before() -> None:
    assert len({collection.name for collection in COLLECTIONS}) == len(COLLECTIONS)
    assert BEFORE.keys() == {collection.name for collection in COLLECTIONS}


def test_no_other_module_names_a_collection() -> None:
    call = re.compile(r"""(get_document|put_document|delete_document|\bdocuments)\(\s*f?["']""")
    sources = [
        path
        for top in ("newsarchive", "exports", "spiders", "pipelines", "tests", "benchmarks")
        for path in sorted((TOP / top).rglob("*.py"))
    ]
    assert [str(path) for path in sources if call.search(path.read_text(encoding="utf-8"))] == []
    made = [path.name for path in sources if "DocumentCollection(" in path.read_text(encoding="utf-8")]
    assert sorted(made) == ["collections.py", "records.py", "test_collections.py"]


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda collection: collection.name)
async def test_what_earlier_versions_wrote_is_read_and_nothing_of_it_is_lost(
    store: Store, collection: DocumentCollection[Any]
) -> None:
    for number, before in enumerate(BEFORE[collection.name]):
        await store.put_document(plain(collection.name), str(number), Plain(before))
    read = await store.documents(collection)
    for key, document in read.items():
        await store.put_document(collection, key, document)
    assert await store.documents(collection) == read
    for number, before in enumerate(BEFORE[collection.name]):
        fields = read[str(number)].model_dump(mode="json")
        told = {name: value for name, value in before.items() if name not in {"since", "until", "version"}}
        assert as_far_as(fields, told) == told


def as_far_as(now: Any, before: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    """What a document says of what an earlier version said; fields that have come since are left out."""
    if isinstance(now, dict) and isinstance(before, dict):
        return {name: as_far_as(now[name], value) for name, value in before.items()}
    if isinstance(now, list) and isinstance(before, list) and len(now) == len(before):
        return [as_far_as(one, other) for one, other in zip(now, before, strict=True)]
    return now


async def test_a_pause_of_the_first_version_begins_when_it_is_looked_at(store: Store) -> None:
    await store.put_document(
        plain("pauses"), "36kr.com", Plain({"until": "2025-11-13T04:00:00Z", "times": 1})
    )
    pause = await store.get_document(PAUSES, "36kr.com")
    assert pause is not None
    assert (pause.host, pause.why, pause.times) == ("36kr.com", "unrecorded", 1)
    assert pause.since == pause.until
    assert PAUSES.written("36kr.com", pause)[0]["version"] == 2, "from now on as the newest version has it"


async def test_an_index_tells_its_kinds_apart(store: Store) -> None:
    for number, before in enumerate(BEFORE["export_indexes"]):
        await store.put_document(plain("export_indexes"), str(number), Plain(before))
    months, pages, undated, block, empty = (await store.documents(EXPORT_INDEXES)).values()
    month = IndexMonth(pages=1, stories=2, path="2025/newsflash-202511.md", index=False)
    assert (months.months, months.pages) == ({"2025-11": month}, {})
    assert (pages.pages, pages.undated) == ({"daily/2025-11-13.md": ("13日", 2, "day")}, {})
    assert (undated.undated, undated.pages) == ({"fulltext/x.md": ("无日期", 1)}, {})
    assert (block.sha256, empty.sha256) == ("f6", "")


class Second(Record):
    """A document that has changed twice."""

    names: tuple[str, ...]
    key: str


CHANGED = DocumentCollection(
    "changed",
    Second,
    (
        lambda _, first: {"names": [first["name"]]},
        lambda key, second: {**second, "key": key},
    ),
)


@pytest.mark.parametrize(
    "before", [{"name": "a"}, {"version": 2, "names": ["a"]}, {"version": 3, "names": ["a"], "key": "k"}]
)
async def test_a_document_goes_through_the_steps_that_it_lacks(store: Store, before: dict[str, Any]) -> None:
    await store.put_document(plain("changed"), "k", Plain(before))
    assert await store.documents(CHANGED) == {"k": Second(names=("a",), key="k")}


@pytest.mark.parametrize(
    ("collection", "wrong", "said"),
    [
        (
            PAUSES,
            {"version": 3, "end": "never"},
            "newer newsarchive .version 3, .* up to 2.: update newsarchive",
        ),
        (
            EXPORTS,
            {"version": 2, "origin": ""},
            "newer newsarchive .version 2, .* up to 1.: update newsarchive",
        ),
        (EXPORTS, {"origin": "", "files": [], "form": 1}, "has a field form, .*: update newsarchive"),
        (EXPORTS, {"origin": "", "files": 7}, "is damaged .its files cannot be read.: restore"),
        (EXPORTS, {"version": "x"}, "cannot be read .*: the store is damaged, restore"),
        (PAUSES, {"times": 1}, "cannot be read .*: the store is damaged, restore"),
        (PAUSES, {"until": "soon", "times": 1}, "is damaged .its since cannot be read.: restore"),
    ],
)
async def test_a_document_that_cannot_be_read_is_named_with_what_to_do(
    store: Store, collection: DocumentCollection[Any], wrong: dict[str, Any], said: str
) -> None:
    await store.put_document(plain(collection.name), "the key", Plain(wrong))
    for read in (store.get_document(collection, "the key"), store.documents(collection)):
        with pytest.raises(StoreVersionError, match=f"^the document {collection.name} the key in .*{said}"):
            await read


def test_what_is_as_usual_is_not_written() -> None:
    fields, text = EXPORTS.written("key", LastExport(origin="a", files=()))
    assert (fields, text) == ({"origin": "a", "files": []}, '{"origin": "a", "files": []}')
