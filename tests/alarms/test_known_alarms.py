"""What an operator knows is told to nobody, until it gets worse or its day is past; a changed site is taken as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsarchive.alarms.check import Checked, Telling, acknowledge, check, new_normals, take_back
from newsarchive.alarms.facts import ArchiveFacts, SiteFacts
from newsarchive.alarms.message import AlarmMessage
from newsarchive.errors import BadValueError
from newsarchive.monitoring.drift import drift
from newsarchive.records.alarm import Acknowledgement, Alarm, NewNormal
from newsarchive.records.run import Run
from newsarchive.storage import Store
from newsarchive.storage.collections import ACKNOWLEDGEMENTS, ALARMS, NEW_NORMALS
from tests.alarms.known import DAY, GOOD, HOUR, NOW, facts, run

BLOCKED = Alarm(kind="blocked", site="36kr", why="so", todo="do")


class Inbox:
    """A channel that takes everything."""

    name = "inbox"

    def __init__(self) -> None:
        self.got: list[str] = []

    def send(self, message: AlarmMessage) -> None:
        self.got += [f"{one['word']} {one['name']}" for one in message.data["alarms"]]

    def read(self) -> list[str]:
        got, self.got = self.got, []
        return got


async def looked(store: Store, inbox: Inbox, after: timedelta, *alarms: Alarm) -> Checked:
    async def look() -> tuple[ArchiveFacts, list[Alarm]]:
        return facts(run(), now=NOW + after), list(alarms)

    return await check(store, look, Telling([inbox], "warning", timedelta(0)))


def known(until: timedelta | None = None, note: str = "") -> Acknowledgement:
    return Acknowledgement(at=NOW, rank=(0, 0), until=NOW + until if until else None, note=note)


async def test_what_is_known_is_told_again_only_when_it_is_worse(store: Store) -> None:
    inbox = Inbox()
    assert [one.name for one in (await looked(store, inbox, HOUR, BLOCKED)).pressing] == ["blocked:36kr"]
    assert inbox.read() == ["new blocked:36kr"]
    await acknowledge(store, "blocked", [BLOCKED], {}, known(note="the site is being rebuilt"))
    found = await looked(store, inbox, 2 * HOUR, BLOCKED)
    assert not found.pressing
    assert found.known["blocked:36kr"].note == "the site is being rebuilt"
    worse = BLOCKED.model_copy(update={"severity": "grave"})
    assert (await looked(store, inbox, 3 * HOUR, worse)).pressing
    assert inbox.read() == ["new blocked:36kr"]
    await looked(store, inbox, 4 * HOUR)
    assert inbox.read() == ["over blocked:36kr"]
    assert await store.documents(ACKNOWLEDGEMENTS) == {}, "with the alarm its acknowledgement is over"
    log = await store.get_document(ALARMS, "")
    assert log is not None
    assert log.episodes == {}


async def test_the_end_of_what_is_known_is_no_news(store: Store) -> None:
    inbox = Inbox()
    await looked(store, inbox, HOUR, BLOCKED)
    await acknowledge(store, "blocked:36kr", [BLOCKED], {}, known())
    await looked(store, inbox, 2 * HOUR, BLOCKED)
    await looked(store, inbox, 3 * HOUR)
    await looked(store, inbox, 4 * HOUR, BLOCKED)
    assert inbox.read() == ["new blocked:36kr", "new blocked:36kr"], "the second one is another cause"


async def test_a_day_up_to_which_it_is_known_lasts_over_ends_and_then_is_past(store: Store) -> None:
    inbox = Inbox()
    await acknowledge(store, "blocked:36kr", [BLOCKED], {}, known(until=2 * DAY))
    for hours, alarms in ((1, [BLOCKED]), (2, []), (3, [BLOCKED]), (4, []), (47, [BLOCKED])):
        assert not (await looked(store, inbox, hours * HOUR, *alarms)).pressing
    assert inbox.read() == []
    assert (await looked(store, inbox, 49 * HOUR, BLOCKED)).pressing
    assert inbox.read() == ["new blocked:36kr"]
    assert await store.documents(ACKNOWLEDGEMENTS) == {}


async def test_what_is_not_known_any_more_is_told(store: Store) -> None:
    inbox = Inbox()
    await acknowledge(store, "blocked:36kr", [BLOCKED], {}, known())
    await looked(store, inbox, HOUR, BLOCKED)
    assert await take_back(store, "blocked:36kr") == ["blocked:36kr"]
    await looked(store, inbox, 2 * HOUR, BLOCKED)
    assert inbox.read() == ["new blocked:36kr"]
    for name in ("blocked:36kr", "drift:36kr", "nonsense"):
        with pytest.raises(BadValueError, match="was not acknowledged"):
            await take_back(store, name)
    with pytest.raises(BadValueError, match="there is no alarm 'stale'; there are: blocked:36kr"):
        await acknowledge(store, "stale", [BLOCKED], {}, known())


def page_run(age: float, length: float, *warnings: str) -> Run:
    metrics = {"articles/article": 20.0, "text_length/article": length}
    return run(age * HOUR, GOOD, metrics=metrics, warnings=warnings, end="drifted" if warnings else "good", exit_code=32 if warnings else 0)  # fmt: skip


async def test_a_changed_site_is_judged_by_its_new_ways_once_that_is_known(store: Store) -> None:
    before = [page_run(age, 1500 + age) for age in range(60, 30, -1)]
    (out,) = drift(before, page_run(29, 50))
    after = [page_run(age, 50 + age, out.text) for age in range(29, 1, -1)]
    (still,) = drift([*before, *after], page_run(1, 52))
    assert still.text.startswith("median text length of article pages")
    archive = facts(*reversed([*before, *after]))
    changed = new_normals(archive)
    since, said = changed["36kr"].spans["median text length of article pages"]
    assert (since, said) == (after[0].started_at, NOW)
    alarm = Alarm(kind="drift", site="36kr", why=out.text, todo="do")
    await acknowledge(store, "drift:36kr", [alarm], changed, known())
    normal = await store.get_document(NEW_NORMALS, "36kr")
    assert normal is not None
    assert drift([*before, *after], page_run(-1, 60), normal=normal.spans) == []
    (again,) = drift([*before, *after], page_run(-1, 1500), normal=normal.spans)
    assert "expected" in again.text, "what it was before is not as it is now"
    # What changes after that is another change, however often it is warned of.
    later = [page_run(-age, 3000, again.text) for age in range(1, 30)]
    assert drift([*before, *after, *later], page_run(-31, 3000), normal=normal.spans)
    assert await take_back(store, "drift:36kr") == ["drift:36kr"]
    assert await store.get_document(NEW_NORMALS, "36kr") is None
    assert new_normals(ArchiveFacts(NOW, "here", [SiteFacts("36kr", [page_run(1, 1500)])])) == {
        "36kr": NewNormal()
    }
