"""`newsarchive export wacz`: a month's pages as they looked, in one file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from exports.datasets.wacz import Packed, write_wacz
from exports.files.atomic import WholeFile, named_file
from exports.pictures import in_mirror, mirror_of_settings
from exports.publication import publication_here
from newsarchive.cli.options import (
    AccountsOption,
    FileOption,
    MonthOption,
    RawOption,
    SitesOption,
    StoreOption,
    TagsOption,
    time_span,
)
from newsarchive.cli.output import complain, say
from newsarchive.cli.store import with_store
from newsarchive.editorial.coverage import covered
from newsarchive.editorial.days import month_span
from newsarchive.errors import LostPagesError
from newsarchive.images.names import picture_key, pictures_of
from newsarchive.items.article import Article
from newsarchive.settings import ours
from newsarchive.storage.collections import MIRRORED_PICTURES
from newsarchive.storage.contract import Store
from newsarchive.storage.raw.reader import RawReader


def wacz(
    month: MonthOption,
    out: FileOption,
    *,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    raw: RawOption = None,
    store: StoreOption = None,
) -> None:
    """The pages of a month's articles as they looked, with their pictures of the mirror, for ReplayWeb.page and pywb."""
    since, until = time_span(*month_span(month))
    mirror = mirror_of_settings()
    whole = WholeFile(*named_file(out))
    coverage = publication_here().asked(site, account, tag)
    title = f"{coverage.name or '全部站点'} {month:%Y-%m}"

    async def run(opened: Store, reader: RawReader) -> Packed:
        async def pictures(article: Article) -> Iterable[tuple[str, str, datetime, bytes]]:
            names = await in_mirror(opened, mirror, [wanted.url for wanted in pictures_of(article)])
            found = []
            for url, name in names.items():
                held = await opened.get_document(MIRRORED_PICTURES, picture_key(url) or "")
                data = mirror.read(name)
                if held and data is not None:
                    found.append((url, name, held.fetched_at, data))
            return found

        with whole as file:
            return await write_wacz(file, title, covered(opened, coverage, since, until), reader, pictures)

    with RawReader(raw or Path(str(ours(os.environ)["NEWSARCHIVE_RAW"]))) as reader:
        packed = with_store(store, "read", lambda opened: run(opened, reader))
    say(
        f"{out}: {packed.pages} pages, {packed.pictures} pictures, {'written' if whole.written else 'unchanged'}"
    )
    if packed.elsewhere:
        say(f"{len(packed.elsewhere)} articles have no page of their own: they came from lists and feeds")
    for line in packed.lost:
        complain(line)
    if packed.lost:
        raise LostPagesError(f"{len(packed.lost)} pages are lost and not in {out}")
