"""What crawls have stored, whichever way it came, is what its raw pages say when they are read again."""

from __future__ import annotations

import json

from samples import seeds
from tests.e2e.running import DAYS, Place


async def test_crawls_store_what_reading_again_finds(place: Place) -> None:
    links = place.folder / "seeds.txt"
    links.write_text("".join(f"{url}\n" for url in seeds()), encoding="utf-8")
    crawls = (("36kr",), ("ithome", *DAYS), ("weixin", "-a", f"seeds={links}", "-a", "from_site=36kr"))
    for words in (*crawls, ("36kr",)):
        ended = await place.run("crawl", *words)
        assert ended.code == 0, ended.err
    before = await place.articles()
    ended = await place.run("reparse", "--apply", "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["articles"] == told["same"] == len(before) > 100
    assert not [kind for kind, found in told.items() if isinstance(found, list | dict) and found]
    assert await place.articles() == before
