"""An editor's choice for a day: picks are added, moved, reworded and rejected, and stay in a definite order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from newsarchive import sites
from newsarchive.editorial.days import day_of
from newsarchive.editorial.selection import basis_of, candidate_of, filled, places_of
from newsarchive.errors import BadValueError
from newsarchive.markdown.escape import safe_url, single_line
from newsarchive.parsing.urls import is_web_address
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import EditorialStore

_ORDER = {"picked": 0, "candidate": 1, "rejected": 2}


async def day_picks(store: EditorialStore, day: date) -> list[Pick]:
    """All picks of a day: those that are picked, then candidates, then rejected ones, each in their order."""
    return in_order(await store.picks(day, day))


async def with_texts(store: EditorialStore, picks: Sequence[Pick]) -> list[Pick]:
    """The picks as they are shown: those that have no text of their own with what their articles say."""
    articles = [await store.article(it.identity or it.url) if it.draft else None for it in picks]
    return [filled(pick, article).pick for pick, article in zip(picks, articles, strict=True)]


async def add_pick(
    store: EditorialStore,
    day: date,
    name: str,
    *,
    text: str | None = None,
    position: int | None = None,
    note: str = "",
) -> Pick:
    """Pick a story for a day, by the URL or identity of an article: at the end, or at a position from 1.

    A candidate or rejected one becomes picked. Without a text one that is held stays; else it shows what the article says,
    as a draft. Raises BadValueError where there is neither a text nor an article, and for
    what is no URL of an article.
    """
    held = await day_picks(store, day)
    article = await store.article(name)
    url = article.url if article else name.strip()
    if not is_web_address(url) and not any(it.url == url for it in held):
        raise BadValueError(f"{name} is no URL, and no article of that name is stored")
    link = sites.identify(url)
    identity = article.identity if article else link.identity if link else None
    old = next((it for it in held if it.url == url or (identity and it.identity == identity)), None)
    if text is None and old is None and article is None:
        raise BadValueError(f"no article is stored for {url}: give the text with --text, or crawl it first")
    words = text if text is not None else old.text if old else ""
    new = Pick(day=day, position=1, url=safe_url(url), text="", identity=identity, draft=True)
    pick = (old or new).model_copy(
        update={
            "state": "picked",
            "text": single_line(words),
            "draft": text is None and (old or new).draft,
            "note": note or (old or new).note,
        }
    )
    if text is not None:
        pick = pick.model_copy(update={"basis": basis_of(article)})
    rest = [it for it in held if old is None or it.url != old.url]
    return await _put(store, day, rest, pick, position)


async def move_pick(
    store: EditorialStore, day: date, name: str, *, position: int | None = None, to: date | None = None
) -> Pick:
    """Put a pick at another position of its day, or onto another day (at the end without a position).

    Raises BadValueError for a name that the day does not have.
    """
    held = await day_picks(store, day)
    pick = find_pick(held, day, name)
    rest = [it for it in held if it is not pick]
    if to is None or to == day:
        return await _put(store, day, rest, pick, position)
    there = [it for it in await day_picks(store, to) if it.url != pick.url]
    moved = await _put(store, to, there, pick.model_copy(update={"day": to}), position)
    row = [it for it in places_of(held) if it is None or it.url != pick.url]
    await store.replace_day(day, numbered([*row, *(it for it in rest if it.state != "picked")]))
    return moved


async def word_pick(
    store: EditorialStore, day: date, name: str, text: str | None, note: str | None = None
) -> Pick:
    """Give a pick an editor's own text, or a note. Raises BadValueError for a name that the day does not have."""
    pick = find_pick(await day_picks(store, day), day, name)
    if text is not None:
        basis = basis_of(await store.article(pick.identity or pick.url))
        pick = pick.model_copy(
            update={"text": single_line(text), "words": "", "draft": False, "basis": basis}
        )
    if note is not None:
        pick = pick.model_copy(update={"note": note})
    await store.save_picks([pick])
    return pick


async def reject_pick(store: EditorialStore, day: date, name: str) -> Pick:
    """Reject a pick or a candidate: it is kept, so that it is not proposed again, and never exported.

    A story that is only shown, as a draft, is rejected by its URL or identity. Raises BadValueError for a name that the day
    does not have.
    """
    held = await day_picks(store, day)
    pick = await _drafted(store, held, day, name) or find_pick(held, day, name)
    return await _put(
        store, day, [it for it in held if it is not pick], pick.model_copy(update={"state": "rejected"}), None
    )


def find_pick(held: Sequence[Pick], day: date, name: str) -> Pick:
    """The pick of a day by its URL or its identity (numbers: `numbers.py`). Raises BadValueError."""
    link = sites.identify(name)
    names = {name, link.identity if link else name}
    found = next((it for it in held if it.url == name or it.identity in names), None)
    if found is None:
        raise BadValueError(
            f"{day} has no pick {name}: give a number, URL or identity from `newsarchive pick list`"
            if held
            else f"{day} has no picks: `newsarchive pick add` or `newsarchive draft --day {day}` makes some"
        )
    return found


async def _drafted(store: EditorialStore, held: Sequence[Pick], day: date, name: str) -> Pick | None:
    """The story of a day that nobody has picked or put forward, by its URL or identity."""
    article = await store.article(name)
    if article is None or article.published_at is None or day_of(article.published_at) != day:
        return None
    if any(it.url == article.url or it.identity == article.identity for it in held):
        return None
    return candidate_of(day, article)


def in_order(picks: Sequence[Pick]) -> list[Pick]:
    """Picked ones first, then candidates, then rejected ones; by position in each."""
    return sorted(picks, key=lambda it: (_ORDER[it.state], it.position, it.url))


def numbered(row: Sequence[Pick | None]) -> list[Pick]:
    """The picks with positions from 1 in the order given; None leaves a place to what nobody has picked."""
    return [pick.model_copy(update={"position": place}) for place, pick in enumerate(row, start=1) if pick]


async def _put(
    store: EditorialStore, day: date, rest: Sequence[Pick], pick: Pick, position: int | None
) -> Pick:
    """Put a pick among those of its state, and number the day anew."""
    if position is not None and position < 1:
        raise BadValueError(f"a position counts from 1, not {position}")
    rows: dict[str, list[Pick | None]] = {state: [it for it in rest if it.state == state] for state in _ORDER}
    rows["picked"] = [it for it in places_of(await store.picks(day, day)) if it is None or it.url != pick.url]
    row = rows[pick.state]
    places = [place for place, it in enumerate(row) if it]
    end = places[-1] + 1 if places else 0
    row.insert(end if position is None or position > len(places) else places[position - 1], pick)
    day_anew = numbered([it for state in _ORDER for it in rows[state]])
    await store.replace_day(day, day_anew)
    return next(it for it in day_anew if it.url == pick.url)
