"""Stories across the sample sites: one text on all three, every reprint under its original, twins of one topic apart."""

from __future__ import annotations

import json
import re

from samples import World, seeds
from tests.e2e.running import DAYS, Place

TWINS = ("it-quarter-fold", "wx-quarter-kettle")


async def test_each_text_of_the_sample_sites_is_one_story(place: Place) -> None:
    world = World()
    links = place.folder / "seeds.txt"
    links.write_text("".join(f"{url}\n" for url in seeds()), encoding="utf-8")
    for words in (("36kr",), ("ithome", *DAYS), ("weixin", "-a", f"seeds={links}", "-a", "from_site=36kr")):
        ended = await place.run("crawl", *words)
        assert ended.code == 0, ended.err
    listed = await place.run("stories", "--json")
    assert listed.code == 0, listed.err
    stories = [json.loads(line) for line in listed.out.splitlines()]
    by_url = {member["url"]: story for story in stories for member in story["members"]}
    repeats = [story for story in world.stories() if story.same_as and story.url in by_url]
    assert {story.site for story in repeats} == {"36kr", "ithome", "weixin"}
    for story in repeats:
        original = world[story.same_as]
        assert by_url[story.url]["members"][0]["url"] == original.url, story.key
        assert by_url[story.url]["evidence"]
    largest = max(stories, key=lambda it: len(it["members"]))
    assert {member["site"] for member in largest["members"]} == {"36kr", "ithome", "weixin"}
    # Nothing else is one story, and least of all the twins.
    assert sum(len(story["members"]) - 1 for story in stories) == len(repeats)
    one, other = (by_url[world[key].url] for key in TWINS)
    assert one != other
    files = []
    for month in ("2026-09", "2026-10"):
        ended = await place.run("export", "digest", "--month", month, "--out", str(place.folder / "out"))
        assert "repeats of the same story" in ended.out
        files += [*(place.folder / "out").rglob(f"newsflash-{month.replace('-', '')}.md")]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    shown = set(re.findall(r"https?://\S+", text))
    for story in repeats:
        assert story.url not in shown
        assert text.count(world[story.same_as].url) == 1
    assert {world[key].url for key in TWINS} <= shown
