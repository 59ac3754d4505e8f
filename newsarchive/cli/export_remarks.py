"""What exports say beside the names of their files: what is not in them, what went, and what changed below an edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsarchive.editorial.selection import LeftOut


def left_out_words(left_out: LeftOut, *, picked_only: bool = False, older: int = 0) -> str:
    """Why articles are not shown, in counts that add up; empty where all are shown.

    `older` are those that were left for a limit.
    """
    why = "that nobody picked" if picked_only else "that are done (--all)"
    counts = (
        (left_out.waiting, f"candidates of {left_out.waiting_days} days {why}"),
        (left_out.rejected, "rejected"),
        (left_out.elsewhere, "put under other days"),
        (left_out.repeats, "repeats of the same story"),
        (left_out.promotions, "promotions"),
        (older, "beyond --limit"),
    )
    parts = [f"{count} {words}" for count, words in counts if count]
    if not parts:
        return ""
    shown = left_out.shown - older
    return f"{shown} of {left_out.articles} articles are in it; left out: {', '.join(parts)}"


def taken_out_lines(path: object, taken: Sequence[str], days: Sequence[str] = ()) -> Iterator[str]:
    """What an export took out of a file that was published with it, by name, and days of which nothing is left."""
    if days:
        yield f"{path}: {len(days)} days taken out: {', '.join(days)}"
    for name in taken:
        yield f"{path}: taken out: {name}"


def changed_lines(path: object, changed: Sequence[str]) -> Iterator[str]:
    """Stories whose source says something else since an editor wrote of them."""
    for name in changed:
        yield f"{path}: the source has changed since it was edited: {name}"
