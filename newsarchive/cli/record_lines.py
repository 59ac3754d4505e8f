"""Records of the store in a line, and runs as JSON has them, for the commands that show them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from exports.content.entry import Entry
from newsarchive.cli.times import ago, local_time, now
from newsarchive.editorial.numbers import NumberedStory
from newsarchive.editorial.stories import Story
from newsarchive.monitoring.health import KILLED, end_of
from newsarchive.monitoring.outcome import outcome_of_run
from newsarchive.monitoring.reasons import meaning
from newsarchive.parsing.text import one_line
from newsarchive.records.lease import Holder, Lease
from newsarchive.records.run import Run
from newsarchive.revisions.blocks import summary_of
from newsarchive.revisions.timeline import WordChange
from newsarchive.storage.collections import Pause

_TIES = {
    "joined": "{one} and {other} were joined by hand on {at}",
    "names": "{one} names {other} as its original",
    "account": "{one} names the account of {other} as that of its original",
    "words": "{one} has the same words as {other}, on the same day",
    "near": "{one} and {other}: {share} of the shorter text are in the longer one, and are {part} of it",
    "contains": "{one} contains the text of {other}, among others: another story",
    "apart": "{one} and {other} were split by hand on {at}",
}
"""What each kind of link says."""


def numbered_line(story: NumberedStory) -> str:
    """A story of a day in one line: its number, what was decided, an editor's words, then title, source, time and link."""
    entry = Entry.of(story.chosen)
    pick = entry.pick
    marks = [pick.state, *(["draft"] if pick.draft else [])]
    words = "" if entry.follows else one_line(pick.text)
    time = f"{entry.published_at:%H:%M}" if entry.published_at else ""
    told = [
        one_line(entry.plain_title) if entry.article or pick.title or not words else "",
        entry.source,
        time,
    ]
    parts = (words, " · ".join(it for it in told if it), pick.url, f"[{pick.note}]" if pick.note else "")
    return f"{story.number}. ({', '.join(marks)}) {'  '.join(it for it in parts if it)}"


def pause_line(pause: Pause) -> str:
    """A pause in one line."""
    return f"{pause.host} is left alone until {local_time(pause.until)}: {pause.why} ({meaning(pause.why)})"


def run_end(run: Run) -> str:
    """How a run ended; of one that did not, whether it still lives."""
    word, _ = end_of(run, now())
    if run.finished_at is None:
        return f"{word}, {'last ' if word == KILLED else ''}heartbeat {ago(run.heartbeat_at)}"
    stopped_by = outcome_of_run(run).stopped_by
    return f"{word} ({stopped_by})" if stopped_by else word


def run_json(run: Run) -> dict[str, Any]:
    """A run as JSON has it: the fields of its record, with the end and exit code that earlier records lack.

    `end` is `running` or `killed` for a run that has none. Times are in UTC.
    """
    word, code = end_of(run, now())
    return run.model_copy(update={"end": word, "exit_code": code}).model_dump(mode="json")


def change_line(change: WordChange) -> str:
    """A change of an article's words in one line: when, what kind, whose, and the first words of it."""
    kinds = ", ".join(change.kinds)
    return f"{local_time(change.at)}  {kinds}  {change.identity}  {one_line(change.title)}  {summary_of(change.difference)}"


def change_json(change: WordChange) -> dict[str, Any]:
    """A change as JSON has it. Times are in UTC."""
    found = change.difference
    return {
        "identity": change.identity,
        "site": change.site,
        "url": change.url,
        "current_title": change.title,
        "at": change.at.isoformat(),
        "since": change.since.isoformat() if change.since else None,
        "kinds": list(change.kinds),
        "cause": change.cause,
        "title": [asdict(piece) for piece in found.title],
        "sentences": [asdict(edit) for edit in found.edits],
    }


def pause_json(pause: Pause) -> dict[str, Any]:
    """A pause as JSON has it."""
    times = {"since": pause.since.isoformat(), "until": pause.until.isoformat()}
    return pause.model_dump() | times


def lease_json(lease: Lease) -> dict[str, Any]:
    """A lease as JSON has it."""
    holder = lease.holder or Holder(run_id="")
    return {
        "name": lease.name,
        "run_id": holder.run_id,
        "job": holder.job,
        "machine": holder.machine,
        "since": lease.since.isoformat(),
        "until": lease.until.isoformat(),
    }


def story_line(story: Story) -> str:
    """A story in one line: its day, its original, and the articles that repeat it."""
    first, *others = story.articles
    line = f"{story.day or '-'} {first.identity} {one_line(first.title)}"
    if not others:
        return line
    kinds = ", ".join(dict.fromkeys(it.kind for it in story.links))
    return f"{line} + {', '.join(it.identity for it in others)} ({kinds})"


def story_lines(story: Story) -> list[str]:
    """A story with all that is known of why it is one."""
    lines = [
        f"{story.day or '-'}: {len(story.articles)} articles, the original is known by: {story.group.original_by}"
    ]
    for number, it in enumerate(story.articles):
        what = "reprint " if number else "original"
        lines.append(f"{what} {it.identity}  {local_time(it.published_at)}  {one_line(it.title)}  {it.url}")
    lines += [
        _TIES[it.kind].format(
            one=it.identity,
            other=it.other,
            at=local_time(it.at),
            share=f"{it.share:.0%}",
            part=f"{it.part:.0%}",
        )
        for it in (*story.links, *story.beside)
    ]
    return lines


def story_json(story: Story) -> dict[str, Any]:
    """A story as JSON has it: its day, original and members (that first), and the evidence."""
    return {
        "day": story.day.isoformat() if story.day else None,
        "original": story.articles[0].identity,
        "original_by": story.group.original_by,
        "members": [
            it.model_dump(mode="json", include={"identity", "site", "url", "title", "published_at"})
            for it in story.articles
        ],
        "evidence": [it.model_dump(mode="json", exclude_defaults=True) for it in story.links],
        "beside": [it.model_dump(mode="json", exclude_defaults=True) for it in story.beside],
    }
