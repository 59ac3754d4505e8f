"""Three small local sites with original content: the demo, the end-to-end tests and the benchmarks run on them.

`python -m samples --port 0` serves them; `samples.site.SampleServer` does the same inside a test. All links in the pages
are the real ones: the crawler maps each origin to the server (`origins`) and stores real URLs.
"""

from __future__ import annotations

from samples.hosts.table import origins
from samples.site import SampleServer, Seen
from samples.world import World

__all__ = ["SampleServer", "Seen", "World", "albums", "origins", "seeds"]


def seeds(articles: int = 0) -> list[str]:
    """The weixin URLs that an editor would list, with those of `articles` generated ones."""
    world = World()
    world.generate(articles)
    return world.seeds()


def albums() -> list[str]:
    """The URLs of the weixin albums."""
    address = "https://mp.weixin.qq.com/mp/appmsgalbum?action=getalbum&album_id="
    return [f"{address}{album_id}" for album_id in World().albums]
