"""What crawls came to, as a table."""

from __future__ import annotations

from rich.table import Table

from newsarchive.monitoring.outcome import PAGES, RECORDS, Outcome


def table(outcomes: list[Outcome]) -> Table:
    """All counts, a column a site: pages add up to those fetched, articles to those read."""
    result = Table(box=None, padding=(0, 2, 0, 0))
    result.add_column("")
    for outcome in outcomes:
        result.add_column(outcome.site, justify="right")

    def row(name: str, *cells: object, style: str | None = None) -> None:
        """A row; a kind of outcome that no site had is left out."""
        if style or any(cells):
            result.add_row(name, *(str(cell) for cell in cells), style=style)

    row("pages fetched", *(outcome.count("page/fetched") for outcome in outcomes), style="bold")
    for name, meaning in PAGES.items():
        row(f"  {meaning}", *(outcome.pages[name] for outcome in outcomes))
    row("articles read", *(outcome.count("record/read") for outcome in outcomes), style="bold")
    for name, meaning in RECORDS.items():
        row(f"  {meaning}", *(outcome.records[name] for outcome in outcomes))
    row("links already known", *(outcome.count("link/known") for outcome in outcomes))
    later = [outcome.count("link/later") for outcome in outcomes]
    row("links that could not be read, tried again later", *later)
    row("almost links, not taken", *(outcome.count("link/not_taken") for outcome in outcomes))
    row("end", *(worded(outcome) for outcome in outcomes), style="bold")
    return result


def worded(outcome: Outcome) -> str:
    """The word for an end, with what stopped a crawl that was stopped."""
    return f"{outcome.end} ({outcome.stopped_by})" if outcome.stopped_by else outcome.end
