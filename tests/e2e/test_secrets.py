"""What the URI of a store holds besides hosts and a database is told nowhere: no log, error, file or record has it."""

from __future__ import annotations

from pathlib import Path

from newsarchive.storage import open_store
from tests.e2e.running import SCRAPY, Place
from tests.mongo import HOST, guarded_server

PASSWORD = "gehe!m/wort"
QUOTED = "gehe%21m%2Fwort"
SECRETS = (PASSWORD, QUOTED, "zertifikatswort")
CRAWL = ("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-02", "-s", "LOG_LEVEL=DEBUG")


async def test_no_command_tells_the_password(place: Place) -> None:
    with guarded_server("editor", PASSWORD) as server:
        at = f"{HOST}:{server.port}/news?authSource=admin&tls=false&serverSelectionTimeoutMS=500"
        uri = f"mongodb://editor:{QUOTED}@{at}"
        there = Place(place.folder, place.server, uri=uri)
        said: list[str] = []

        async def run(*words: str, code: int | None = 0, store: str = uri) -> None:
            ended = await there.run(*words, NEWSARCHIVE_STORE=store)
            assert code is None or ended.code == code, ended.err
            said.extend([ended.out, ended.err])

        await run(*CRAWL)
        await run(*CRAWL, "--store", uri, code=None)
        scrapys = await there.run(*CRAWL, "-s", f"NEWSARCHIVE_STORE={uri}", command=SCRAPY)
        said += [scrapys.out, scrapys.err]
        await run("status", "--json")
        await run("runs", "--json")
        await run("spool", "drain")
        wrong = uri.replace(QUOTED, f"falsch-{QUOTED}")
        commands: list[tuple[str, ...]] = [CRAWL, ("status",), ("export", "jsonl", "--out", "-")]
        for words in commands:
            await run(*words, code=21, store=wrong)
        async with open_store(uri) as store:
            said.extend([one.model_dump_json() for one in await store.runs()])
        server.kill()
        for words in commands:
            await run(*words, code=20)
        await run(
            "status",
            code=11,
            store=f"{uri}&tlsCertificateKeyFilePassword=zertifikatswort&x=%zz&w=0",
        )
        server.start()
    said += [text_of(path) for path in place.folder.rglob("*") if path.is_file()]
    assert len(said) > 20
    assert not [text for text in said for secret in SECRETS if secret in text]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("latin-1")
