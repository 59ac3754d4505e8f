"""What a page is and says, as one JSON object: the contract of `newsarchive parse`.

The vocabulary is that of the labels by which parsers are scored: `text` is the visible text, a line per block (words that
are struck out on the page stand in it without a mark, and again in `struck`); `images` are the body's pictures in
document order, repeats included; `links` is how many links the body has (`link_urls` are they); times are ISO 8601 with
+08:00. What the page means and was not read is counted in `dropped`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from newsarchive.items.article import Article
from newsarchive.items.body import Code, Embed, Span, Table, images_of, inlines_of, links_of, text_of, walk
from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Reading
from newsarchive.sites import SITES

Label = dict[str, Any]


def labels(file: str, reading: Reading) -> Iterator[Label]:
    """The page's own object first, then one for each whole article inside a list (`file` is `FILE#ID`)."""
    yield page_label(file, reading)
    for article in reading.bodies:
        key = article.keys.get("id") or article.identity.partition(":")[2]
        yield {"file": f"{file}#{key}", "container": file, **article_label(article)}


def page_label(file: str, reading: Reading) -> Label:
    """The object of a page."""
    if reading.article is not None:
        return {"file": file, **article_label(reading.article), "verdict": str(reading.verdict)}
    label: Label = {
        "file": file,
        "site": reading.site,
        "verdict": str(reading.verdict),
        "identity": dict(reading.keys) or None,
        "title": None,
        "account": reading.account,
        **dict.fromkeys(("author", "published_at", "digest", "cover", "text", "images", "links")),
    }
    if reading.notice is not None:
        label["notice"] = reading.notice
    if reading.listing is not None:
        carried = {article.identity: article for article in reading.bodies}
        label |= listing_label(reading, reading.listing, carried)
    return label


def article_label(article: Article) -> Label:
    """The object of an article."""
    by = article.attribution
    blocks = list(walk(article.body))
    links = [url for url, _ in links_of(article.body)]
    struck = [piece.text for piece in inlines_of(article.body) if isinstance(piece, Span) and piece.struck]
    label: Label = {
        "site": article.site,
        "url": article.url,
        "verdict": str(article.kind),
        "identity": dict(article.keys) or None,
        "title": article.title or None,
        "account": by.account,
        "account_id": by.account_id,
        "author": by.author,
        "published_at": published_label(article),
        "digest": article.digest,
        "cover": article.cover,
        "source_url": article.source_url,
        "copyright": by.copyright,
        "reprint_of": reprint(article),
        "text": text_of(article.body, "plain") if struck else article.text,
        "images": [image.url for image in article.images],
        "image_count": len(article.images),
        "links": len(links),
        "link_urls": links,
        "tables": sum(isinstance(block, Table) for block in blocks),
        "code_blocks": sum(isinstance(block, Code) for block in blocks),
        "captions": [image.caption or None for image in article.images],
    }
    optional = {
        "account_alias": by.account_alias,
        "editor": by.editor,
        "source": by.source,
        "keywords": list(article.tags),
        "section": list(article.sections),
        "promotion": article.promotion,
        "paid": article.paid,
        "published_precision": article.published_precision
        if article.published_precision != "second"
        else None,
        "published_text": article.published_text,
        "struck": struck,
        "background_images": list(dict.fromkeys(it.url for it in images_of(article.body) if it.role)),
        "videos": [
            player(embed, SITES[article.site].video_key) for embed in article.media if embed.media == "video"
        ],
        "audios": [player(embed, "id") for embed in article.media if embed.media == "audio"],
    }
    return label | {key: value for key, value in optional.items() if value} | article.extra


def player(embed: Embed, key: str) -> Label:
    """A video or audio; `key` is what its site calls its id."""
    named = {
        key: embed.id,
        "src": embed.url,
        "name": embed.title,
        "cover": embed.cover,
        "duration": embed.duration,
    }
    return {name: value for name, value in named.items() if value is not None}


def reprint(article: Article) -> Label | None:
    """The text that an article repeats, if it names one."""
    by = article.attribution
    if not (by.original_account or by.original_url):
        return None
    return {
        "account": by.original_account,
        "account_alias": by.original_account_alias,
        "url": by.original_url,
        "author": by.original_author,
        "identity": dict(by.original_keys) or None,
    }


def listing_label(reading: Reading, listing: Listing, carried: Mapping[str, Article]) -> Label:
    """What a list holds, and what its site says of it in words of its own."""
    return {
        "title": listing.title,
        "account": listing.account,
        "account_id": listing.account_id,
        "items": [
            item_label(item, carried.get(item.identity or "")) | site_label(reading, item)
            for item in listing.items
        ],
        "count": len(listing.items),
        "cursor": listing.cursor,
        "more": listing.more,
        **listing.extra,
        **site_label(reading, listing),
    }


def item_label(item: ListItem, carried: Article | None = None) -> Label:
    """One entry of a list; `text` is all that the list has of its words."""
    label: Label = {
        **item.keys,
        "kind": str(item.kind),
        "title": item.title,
        "url": item.url,
        "published_at": iso_time(item.published_at),
    }
    optional = {
        "summary": item.summary,
        "text": carried.text if carried else item.summary if item.kind is Verdict.NEWSFLASH else None,
        "author": item.author,
        "ad": item.promotion,
        "time_text": None if item.published_at else item.published_text,
    }
    return label | {key: value for key, value in optional.items() if value} | item.extra


def published_label(article: Article) -> str | None:
    """An article's time; the day alone where the page tells no more."""
    at = iso_time(article.published_at)
    return at[: len("2020-05-06")] if at and article.published_precision == "day" else at


def site_label(reading: Reading, of: Listing | ListItem) -> Label:
    """What a site says of a list or an entry in its own words."""
    details = SITES[reading.site].details(reading, of) if reading.site else {}
    return {
        name: iso_time(value) if isinstance(value, datetime) else value for name, value in details.items()
    }


def iso_time(at: datetime | None) -> str | None:
    """A time to the second in the sites' zone."""
    return at.astimezone(SHANGHAI).replace(microsecond=0).isoformat() if at else None
