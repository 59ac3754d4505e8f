"""Who does what alone: the crawl that holds a site, or a host."""

from __future__ import annotations

from newsarchive.items.record import Record, Time


class Holder(Record):
    """A crawl that holds something: its run, the job that its starter calls it, its machine, and its process there.

    `process` is a word of `storage/leases.py`, by which others on the machine know that it is no more.
    """

    run_id: str
    job: str = ""
    machine: str = ""
    process: str = ""


class Lease(Record):
    """Something that one crawl at a time does: `site SITE` is crawled, `host HOST` asked, `share SITE RUN` works along.

    It holds from `since` until `until`, which its holder puts off, each time to `seconds` from then, as long as it lives.
    Without a holder it was let go, and `until` is when it was last used. `wanted` says that somebody waits for it.
    """

    name: str
    holder: Holder | None
    since: Time
    until: Time
    seconds: float
    wanted: bool = False
