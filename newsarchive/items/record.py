"""What all records share: frozen, nothing unknown gets in, times in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone of all sites; China has had no daylight saving time since 1991."""


def local_minute(at: datetime) -> str:
    """A time as people in the sites' zone read it, to the minute."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


SiteName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
"""What the archive calls a site. Any well-formed one is a record's: which sites there are, only `sites/` knows."""


EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""No article is older: `0001-01-01` is a way of saying "no time"."""


LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Nor younger: year 9999 is how programs write "never". All that lies between has a day in every zone."""


def is_possible(at: datetime) -> bool:
    """Whether an aware time can be that of an article: neither the beginning of time nor its end."""
    return EARLIEST.year <= at.year < LATEST.year


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{value} is no moment in UTC") from None


def _published(value: datetime | None) -> datetime | None:
    return _utc(value) if value and is_possible(value) else None


Time: TypeAlias = Annotated[AwareDatetime, AfterValidator(_utc)]
"""An aware time, held in UTC."""


PublicationTime: TypeAlias = Annotated[AwareDatetime | None, AfterValidator(_published)]
"""When something was published, in UTC; a time that nothing can have been published at is none."""


class Record(BaseModel):
    """Base of all records: frozen, and nothing unknown gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))
