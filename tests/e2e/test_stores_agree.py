"""A crawl into MongoDB ends as one into SQLite, to the byte of what is exported."""

from __future__ import annotations

from newsarchive.storage import open_store
from tests.e2e.running import Place, lasting
from tests.mongo import database_of, running_server

DAYS = ("-a", "since=2026-10-01", "-a", "until=2026-10-10")
EXPORT = ("export", "digest", "--month", "2026-10", "--out")


async def test_mongodb_and_sqlite_hold_and_export_the_same(place: Place) -> None:
    with running_server() as server, database_of(server) as uri:
        for store in (str(place.store), uri):
            for _ in range(2):
                ended = await place.run("crawl", "ithome", *DAYS, NEWSARCHIVE_STORE=store)
                assert ended.code == 0, ended.err
            folder = "from-mongo" if store == uri else "from-sqlite"
            ended = await place.run(*EXPORT, str(place.folder / folder), NEWSARCHIVE_STORE=store)
            assert ended.code == 0, ended.err
        async with open_store(uri) as opened:
            held = {article.identity: article async for article in opened.articles()}
    assert lasting(held) == lasting(await place.articles())
    digests = [
        place.folder / folder / "2026" / "newsflash-202610.md" for folder in ("from-mongo", "from-sqlite")
    ]
    assert digests[0].read_bytes() == digests[1].read_bytes()
