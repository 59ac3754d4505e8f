"""The record of one crawl."""

from __future__ import annotations

from pydantic import Field

from newsarchive.items.record import Record, SiteName, Time


class NotRead(Record):
    """A list that a run did not read, by its URL, or a host that it did not ask, by its name; and why.

    `reason` is a word (`robots`, `http_503`, `timeout`), `detail` what more is known.
    """

    name: str
    reason: str
    detail: str = ""


class Run(Record):
    """One crawl: when, with what, how it ended, and counts that add up to what was fetched.

    `reason` is Scrapy's word for why it ended, `end` ours for how (`good`, `nothing read`), `exit_code` that of its
    command. All three are None while it runs; `end` and `exit_code` are None too in records of earlier versions.
    `job` is the id that whoever started it gave it (Scrapyd's, a schedule's), `machine` the name of the one it ran on.
    """

    run_id: str
    site: SiteName
    job: str = ""
    machine: str = ""
    arguments: dict[str, str] = Field(default_factory=dict)
    started_at: Time
    heartbeat_at: Time
    finished_at: Time | None = None
    reason: str | None = None
    end: str | None = None
    exit_code: int | None = None
    not_read: tuple[NotRead, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    metrics: dict[str, float] = Field(default_factory=dict)
    """What the run's pages were like (`newsarchive/monitoring/` names them); a metric without data is absent."""
    warnings: tuple[str, ...] = ()
    """What was out of the range of the site's own history, a line each."""
    seconds: dict[str, float] = Field(default_factory=dict)
    """Where its time went, in seconds by stage (`newsarchive/monitoring/stopwatch.py` says which stages there are)."""
    sizes: dict[str, int] = Field(default_factory=dict)
    """Bytes: of `raw` pages and `pictures` those that it added, of the `store` all that it took when the run ended."""
    notes: tuple[str, ...] = ()
    """What a reader of the record should know: hosts whose robots.txt was not obeyed, and why."""

    @property
    def shares(self) -> bool:
        """Whether it worked along on what others had listed: it read no list, and says nothing of how fresh a site is."""
        return self.arguments.get("share") == "yes"
