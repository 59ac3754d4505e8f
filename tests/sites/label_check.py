"""Comparing what was read from a page with the label that somebody else wrote for it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from newsarchive.items.article import Article
from newsarchive.items.body import Code, Table, links_of, text_of, walk
from newsarchive.items.record import SHANGHAI, SiteName
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Page, Reading
from newsarchive.sites.reading import read

Label = dict[str, Any]


@cache
def reading_of(path: Path, site: SiteName) -> Reading:
    """The reading of a saved page; its URL is not given to the reader, only the site."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return read(Page(content), hint=site)


def differences(label: Label, corpus: Path) -> list[str]:
    """What differs between a label and the reading of its page, one line each."""
    reading = reading_of(corpus / (label.get("container") or label["file"]), label["site"])
    if "container" in label:
        bodies = {article.keys.get("id"): article for article in reading.bodies}
        article = bodies.get(label["identity"]["id"])
        if article is None:
            return [f"no body for {label['identity']}"]
        found = (
            []
            if article.kind == label["verdict"]
            else [f"kind: {article.kind} instead of {label['verdict']}"]
        )
        return [*found, *_article(label, article)]
    if reading.verdict != label["verdict"]:
        return [f"verdict: {reading.verdict} instead of {label['verdict']}"]
    found = list(_article(label, reading.article)) if label["verdict"] == "article" else []
    if label.get("items"):
        found += _listing(label, reading.listing or Listing())
    return found


def _article(label: Label, article: Article | None) -> Iterator[str]:
    if article is None:
        yield "no article"
        return
    unscored = set(label.get("unscored") or ())
    for name, value in _facts(article).items():
        wanted = label.get(name)
        if (
            name not in label
            or name in unscored
            or (wanted is None and name in {"copyright", "digest", "images"})
        ):
            continue
        if value != wanted and not (name.endswith(("s", "_count")) and wanted is None):
            yield f"{name}: {value!r} instead of {wanted!r}"
    if label.get("text") and "text" not in unscored:
        accepted = [label["text"], *(label.get("alts") or {}).get("text", [])]
        if _squeezed(text_of(article.body, "plain")) not in map(_squeezed, accepted):
            yield f"text: {article.text!r}"
    yield from _reprint(label.get("reprint_of"), article)


def _facts(article: Article) -> dict[str, Any]:
    by = article.attribution
    return {
        "title": article.title,
        "author": by.author,
        "account": by.account,
        "editor": by.editor,
        "source": by.source,
        "identity": article.keys or None,
        "published_at": _shown(article.published_at, article.published_precision),
        "digest": article.digest,
        "cover": article.cover,
        "copyright": by.copyright,
        "images": [picture.url for picture in article.images],
        "image_count": len(article.images),
        "links": len(links_of(article.body)),
        "tables": sum(isinstance(block, Table) for block in walk(article.body)),
        "code_blocks": sum(isinstance(block, Code) for block in walk(article.body)),
        "keywords": list(article.tags),
        "section": list(article.sections),
    }


def _reprint(wanted: Label | None, article: Article) -> Iterator[str]:
    by = article.attribution
    found = {
        "account": by.original_account,
        "account_alias": by.original_account_alias,
        "url": by.original_url,
        "author": by.original_author,
        "identity": by.original_keys,
    }
    if wanted is None:
        if by.original_account:
            yield f"reprint of {by.original_account} where there is none"
        return
    for name, value in found.items():
        if value != wanted.get(name):
            yield f"reprint {name}: {value!r} instead of {wanted.get(name)!r}"


def _listing(label: Label, listing: Listing) -> Iterator[str]:
    items = listing.items
    if len(items) != label["count"]:
        yield f"{len(items)} items instead of {label['count']}"
    if label.get("title") and listing.title != label["title"]:
        yield f"list title: {listing.title!r}"
    if "items_sha256" in label:
        lines = "\n".join(f"{item.title}\t{item.url}" for item in items)
        if hashlib.sha256(lines.encode()).hexdigest() != label["items_sha256"]:
            yield "the hash of all items differs"
        items = items[:5] + items[-5:]
    for place, (item, wanted) in enumerate(zip(items, label["items"], strict=False)):
        yield from (f"item {place} {line}" for line in _item(item, wanted))
    if label.get("list"):
        found = {"pageCallback": listing.cursor, "hasNextPage": int(listing.more)}
        wanted = {name: value for name, value in label["list"].items() if name in found}
        if found | wanted != found:
            yield f"list: {found} instead of {wanted}"


def _item(item: ListItem, wanted: Label) -> Iterator[str]:
    found: dict[str, Any] = {
        "id": item.keys.get("id"),
        "kind": str(item.kind),
        "title": item.title,
        "url": item.url,
        "published_at": _shown(item.published_at),
        "summary": item.summary,
        "text": item.summary,
        "author": item.author,
        "ad": item.promotion,
        "time_text": item.published_text,
        **{name: item.extra.get(name) for name in ("source_url", "category", "rank", "editor", "channel")},
        **{name: item.extra.get(name) for name in ("rank_type", "thumb", "list", "title_attr")},
    }
    for name, value in wanted.items():
        same = _squeezed(found.get(name)) == _squeezed(value) if name == "text" else found.get(name) == value
        if name in found and not same:
            yield f"{name}: {found[name]!r} instead of {value!r}"


def _shown(moment: datetime | None, precision: str = "second") -> str | None:
    if moment is None:
        return None
    local = moment.astimezone(SHANGHAI)
    return local.date().isoformat() if precision == "day" else local.isoformat()


def _squeezed(text: str | None) -> str:
    return "".join((text or "").split())
