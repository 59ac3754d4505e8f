"""Takes the hand edits of files that an editor once imported back into what is kept of them (`exports/imports/documents.py`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exports.files.snapshot import sha256
from exports.files.three_way_merge import merge
from exports.formats.archive import Archive
from exports.formats.fulltext import strict_article
from exports.formats.segments import FRONT, joined, key_of_url, quoted
from exports.imports.documents import day_key, file_key, keep_edition, read_edition
from exports.imports.importer import picks_of_day
from exports.sync.edited_stories import EditedStories, stories_in
from exports.sync.remainder import ELSEWHERE
from exports.sync.report import SyncReport
from exports.targets import TARGETS
from newsarchive.editorial.picks import in_order, numbered
from newsarchive.errors import UnreadableMarkdownError
from newsarchive.markdown.document import heading
from newsarchive.markdown.links import bare_urls
from newsarchive.records.pick import Pick
from newsarchive.storage.collections import Edition
from newsarchive.storage.contract import EditorialStore

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


async def take_edition(
    store: EditorialStore, stories: EditedStories, edition: Edition, result: SyncReport
) -> bool:
    """Keep the file as the hand left it in place of what was imported; of a day's post the picks follow.

    What was typed in another file of it since is kept, too; where both are not to be had at once, the edits stay in this
    file. Tells whether file and store say the same now; else an export merges them. Raises UnreadableMarkdownError for a file that is no such post, briefing or row of articles any more.
    """
    wanted = stories.wanted
    merged = _with_others(stories)
    if merged is None:
        result.stays.append(f"all edits{ELSEWHERE}")
        return False
    alone = merged is stories
    stories = merged
    if wanted.profile == "strict":
        text = _as_written(stories, edition)
    elif wanted.day:
        text = _front_of(stories, edition) + _below_title(stories)
    else:
        text = _full_texts(stories, edition, result)
    if read_edition(edition.model_copy(update={"text": text})).family != edition.family:
        raise UnreadableMarkdownError(
            f"cannot be read as {edition.family} any more, as which it was imported"
        )
    result.texts = result.texts or int(text != edition.text)
    key = day_key(wanted.format, wanted.day) if wanted.day else file_key(wanted.format, edition.name)
    edited = edition.edited or text != edition.text
    anew = edition.model_copy(update={"text": text, "edited": edited})
    if (
        not stories.dialect.of.pick and wanted.day
    ):  # what was picked since is in the file now, or was taken out of it
        added = [it.pick.url for it in stories.made.entries] if stories.made else []
        anew = anew.model_copy(update={"beside": tuple(dict.fromkeys((*edition.beside, *added)))})
    if not (stories.dialect.of.pick and wanted.day):
        await keep_edition(store, key, anew)
        return alone
    made = stories.made.page if stories.made else None
    shown_text = edition.text if made is None or made.another_form else f"{made.own_front}{made.body}"
    shown = edition.model_copy(update={"text": shown_text})
    _check_what_is_gone(read_edition(shown), read_edition(anew))
    await keep_edition(store, key, anew)
    base = stories.file.base
    current = base is not None and base.sha256 == sha256(joined(stories.file.theirs).encode())
    before = shown if current else edition
    await _take_picks(store, wanted.day, (shown, before), anew, result)
    return alone


def _with_others(stories: EditedStories) -> EditedStories | None:
    """The file with what the store says since it was written; None where both changed the same.

    What the store says in another form than the page's is not put into it: of that an export makes a conflict.
    """
    file = stories.file
    if stories.made is not None and stories.made.page.another_form:
        return stories
    if file.base is None or file.base.sha256 == sha256(joined(file.theirs).encode()) or stories.offered:
        return stories
    merged = merge(file)
    if merged.conflicts or merged.text == joined(file.ours):
        return None if merged.conflicts else stories
    segments = file.grammar.split(merged.text)
    return replace(stories, file=replace(file, ours=segments), ours=stories_in(segments, stories.dialect))


def _as_written(stories: EditedStories, edition: Edition) -> str:
    """The file without what was done to it for its tool, under its own front matter."""
    target = stories.wanted.target
    front = joined(it for it in stories.file.ours if it.section == FRONT)
    body = joined(it for it in stories.file.ours if it.section != FRONT)
    if target == "plain":
        return front + body
    body = TARGETS[target].undo(body)
    return (front + body) if target == stories.dialect.of.home else _front_of(stories, edition) + body


def _front_of(stories: EditedStories, edition: Edition) -> str:
    return joined(it for it in stories.file.grammar.split(edition.text) if it.section == FRONT)


def _below_title(stories: EditedStories) -> str:
    """The body of a clean page, which has its title as a heading or in the front matter."""
    body = [it for it in stories.file.ours if it.section != FRONT]
    while body and (not body[0].raw.strip() or ((found := heading(body[0].raw)) and found.level == 1)):
        body.pop(0)
    return "\n" + TARGETS[stories.wanted.target].undo(joined(body))


def _full_texts(stories: EditedStories, edition: Edition, result: SyncReport) -> str:
    """The articles in the order of the file: as they were imported where no hand has touched them."""
    strict = replace(stories.dialect, profile="strict").grammar
    file = replace(stories.file, theirs=strict.split(edition.text))
    which, untouched = file.by_name, set(file.untouched.values())
    base, kept = set(which.base_to_ours.values()), which.ours_to_theirs
    first = next((at for at, it in enumerate(file.theirs) if strict.is_story(it)), 0)
    chunks = [joined(file.theirs[:first])]
    for place, item in stories.ours.items():
        if place in untouched and place in kept:
            chunks.append(f"{file.theirs[kept[place]].raw}\n\n\n")
            continue
        result.texts += place in base
        result.added += place not in base
        chunks.append(strict_article(item.title, item.words, item.url) + "\n")
    stood = {at for at, it in enumerate(file.prints) if file.grammar.is_story(it)}
    result.rejected += len(stood - which.base_to_ours.keys())
    return "".join(chunks).rstrip("\n") + edition.text[len(edition.text.rstrip("\n")) :]


def _check_what_is_gone(shown: Archive, now: Archive) -> None:
    """Raise UnreadableMarkdownError where a link that an item had stands in the page as something else, outside of comments."""
    held = {
        key_of_url(url)
        for it in now.items
        for url in (it.url, *(it.urls or ()), *it.inline_urls, *it.more_urls)
        if url
    }
    links = {key_of_url(url): url for url in bare_urls(_COMMENT.sub("", now.text))}
    for it in shown.items:
        if it.url and (key := key_of_url(it.url)) in links and key not in held:
            raise UnreadableMarkdownError(
                f"still has {links[key]}, but not as an item with its title: give it back its form, or take out what is"
                " left of it"
            )


async def _take_picks(
    store: EditorialStore, day: date, were: tuple[Edition, Edition], now: Edition, result: SyncReport
) -> None:
    """Make the picks of the day what the post says now; of a story of which it says what it said, all stays that is held.

    `were` are the page as the store makes it, and as it was when the file was written. A story that was changed elsewhere since
    stays as it is held: the page keeps what a hand wrote, and the next export is a conflict.
    """
    shown, before = ({it.url: it for it in picks_of_day(read_edition(was), day)[0]} for was in were)
    said, _ = picks_of_day(read_edition(now), day)
    held = in_order(await store.picks(day, day))
    notes = {it.url: it for it in held}
    urls = {it.url for it in said}
    gone = shown.keys() - urls
    for url in [url for url in gone if url in notes and _changed_elsewhere(before.get(url), notes[url])]:
        gone.discard(url)
        result.stays.append(f"taken out: {_name(notes[url])}{ELSEWHERE}")
    result.added += len(urls - notes.keys())
    result.rejected += len(gone)
    rest: Sequence[Pick] = [
        it.model_copy(update={"state": "rejected"}) if it.url in gone else it
        for it in held
        if it.url not in urls
    ]
    kept = [_kept(it, before.get(it.url), notes.get(it.url)) for it in said]
    result.stays += [
        f"words of: {_name(now)}{ELSEWHERE}"
        for it, now in zip(said, kept, strict=True)
        if _changed_elsewhere(before.get(it.url), now)
        and _says(it) not in {_says(now), _says(before[it.url])}
    ]
    anew = numbered([*kept, *in_order(rest)])
    if anew != held:
        await store.replace_day(day, anew)


def _kept(said: Pick, before: Pick | None, held: Pick | None) -> Pick:
    """The pick of a story of the post: as it is held, unless the post says something else now."""
    if held is None:
        return said
    same = before is not None and _says(before) == _says(said)
    if same or _changed_elsewhere(before, held):
        return held.model_copy(update={"state": "picked"})
    # What other files show of it, and a note, are not the page's.
    return said.model_copy(update={"note": held.note, "words": held.words, "body": held.body})


def _changed_elsewhere(before: Pick | None, held: Pick) -> bool:
    """Whether a story of a page says something else in the store than on the page when that was written."""
    return before is not None and _says(held) != _says(before) and held.state == "picked"


def _says(pick: Pick) -> tuple[str, str]:
    return pick.text, pick.title


def _name(pick: Pick) -> str:
    return f"{quoted(pick.title or pick.text)} {pick.url}"
