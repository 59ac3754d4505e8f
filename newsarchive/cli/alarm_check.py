"""A check of the archive as commands make it: by `newsarchive check`, and after a crawl."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from newsarchive.alarms.channels.configured import channels_of
from newsarchive.alarms.check import Checked, Telling, check, covering
from newsarchive.alarms.checks import alarms_of
from newsarchive.alarms.facts import ArchiveFacts
from newsarchive.alarms.message import alarm_line, clean
from newsarchive.alarms.survey import facts_of, limits_of
from newsarchive.cli.output import complain, say
from newsarchive.cli.store import with_store
from newsarchive.cli.times import now
from newsarchive.errors import NewsarchiveError
from newsarchive.records.alarm import Alarm
from newsarchive.settings import OURS
from newsarchive.storage.collections import ACKNOWLEDGEMENTS
from newsarchive.storage.contract import Store

logger = logging.getLogger(__name__)


def checked(settings: Mapping[str, Any], sites: Iterable[str] = (), *, send: bool = True) -> Checked:
    """What is wrong, told to whom the settings name if it is to be sent. Raises NewsarchiveError."""
    telling = Telling(
        channels_of(settings, os.environ) if send else (),
        settings["NEWSARCHIVE_ALARM_LEAST"],
        timedelta(hours=settings["NEWSARCHIVE_ALARM_CALM_HOURS"]),
    )

    async def work(store: Store) -> Checked:
        if send:
            return await check(store, lambda: looked(store, settings, sites, keep=True), telling)
        facts, alarms = await looked(store, settings, sites)
        return Checked(
            facts, alarms, telling.least, covering(await store.documents(ACKNOWLEDGEMENTS), alarms, facts.at)
        )

    return with_store(settings["NEWSARCHIVE_STORE"], "write" if send else "read", work)


async def looked(
    store: Store, settings: Mapping[str, Any], sites: Iterable[str] = (), *, keep: bool = False
) -> tuple[ArchiveFacts, list[Alarm]]:
    """What is known, and what of it is wrong; with `keep` this machine's disks are remembered."""
    facts = await facts_of(store, settings, now(), sites=sites, keep=keep)
    return facts, alarms_of(facts, limits_of(settings))


def told(found: Checked, *, beside: bool = False) -> None:
    """What a check came to, on standard output or beside it; what could not be sent on standard error."""
    for alarm in found.alarms:
        known = found.known.get(alarm.name)
        if known is None:
            say(alarm_line(alarm), beside=beside)
            say(f"    to do: {clean(alarm.todo)}", beside=beside)
        else:
            until = f" until {known.until.date()}" if known.until else ""
            note = f" ({clean(known.note)})" if known.note else ""
            say(f"known{until}{note}: {clean(alarm.name)}: {clean(alarm.why)}", beside=beside)
    for channel, number in found.told.items():
        say(f"told {clean(channel)}: {number}", beside=True)
    for channel, why in found.failed.items():
        complain(f"{clean(channel)} could not be told: {why}; the next check tries it again", "yellow")


def after_crawl(settings: Mapping[Any, Any]) -> None:
    """Check after a crawl; how the crawl ended stays as it is."""
    try:
        found = checked({setting.name: setting.read(settings[setting.name]) for setting in OURS})
        if settings["LOG_FILE"]:  # all that the operator of a Scrapyd job sees
            for alarm in found.pressing:
                logger.warning("%s; to do: %s", alarm_line(alarm), clean(alarm.todo))
            for channel, why in found.failed.items():
                logger.error("%s could not be told of alarms: %s", channel, why)
        else:
            told(found, beside=True)
    except NewsarchiveError as error:
        logger.error("The check after the crawl: %s", error)  # noqa: TRY400
    except Exception:
        logger.exception("The check after the crawl failed")
