"""Spider arguments: typed, described, and checked before the first request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    ValidationError,
    model_validator,
)

from newsarchive.errors import BadValueError
from newsarchive.items.record import SHANGHAI
from newsarchive.sites import KnownSite

SCRAPYD_ARGUMENTS = frozenset({"_job"})
"""What Scrapyd adds to the arguments of every job."""


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(given: object) -> date:
    if isinstance(given, date):
        return given
    if not _DAY.fullmatch(str(given)):
        raise ValueError("it is not written YYYY-MM-DD")
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise ValueError("there is no such day") from None


Day = Annotated[date, BeforeValidator(_day)]
"""A day as it is written, never a number that pydantic would take for seconds."""


def today() -> date:
    """The sites' day."""
    return datetime.now(SHANGHAI).date()


class Arguments(BaseModel):
    """What every spider takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: PositiveInt | None = Field(None, description="at most this many article pages, newest first")
    share: Literal["yes"] | None = Field(
        None,
        description="yes: read no list, fetch of what waits what no other job does, at the same time as they",
    )

    @model_validator(mode="after")
    def _alone(self) -> Self:
        more = sorted(self.model_fields_set - {"share", "limit"})
        if self.share and more:
            raise ValueError(f"share takes what waits already: it does not go with {', '.join(more)}")
        return self


class DayRange(Arguments):
    """For sites with an archive by day: the days to read, both included, in Shanghai."""

    since: Day | None = Field(None, description="first day, YYYY-MM-DD")
    until: Day | None = Field(None, description="last day, YYYY-MM-DD; today if only since is given")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until and not self.since:
            raise ValueError("until needs since")
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since ({self.since}) is after until ({self.until})")
        if self.since and self.since > today():
            raise ValueError(f"since ({self.since}) is in the future: today is {today()} in Shanghai")
        return self

    def days(self) -> list[date]:
        """The days asked for as far as they have begun, newest first; empty where no day was named."""
        if self.since is None:
            return []
        last = min(self.until or today(), today())
        return [last - timedelta(days=back) for back in range((last - self.since).days + 1)]


class IthomeArguments(DayRange):
    """Days, and how far to look for what their lists left out."""

    audit: NonNegativeInt = Field(
        0, description="at most this many ids that no list named are tried, newest first"
    )


class WeixinArguments(Arguments):
    """Where links come from, as the site has no lists, and how far links inside articles are followed."""

    seeds: Path | None = Field(None, description="file with links: plain text, CSV, Markdown archive, feed")
    albums: str | None = Field(None, description="album ids or album URLs, separated by commas")
    from_site: KnownSite | None = Field(
        None, description="links in the attributions of this site's stored articles"
    )
    depth: int = Field(0, ge=0, le=5, description="how many steps links inside articles are followed, 0 to 5")

    waiting: bool = Field(
        default=False,
        description="1: nothing new is looked for, what waits to be fetched is, and lists that were queued",
    )

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.seeds is None and self.from_site is None and self.albums is None and not self.waiting:
            raise ValueError(
                "name where links come from: seeds=FILE, albums=ID, or from_site=36kr; or waiting=1 for what waits"
            )
        return self


TAKES: Mapping[str, type[Arguments]] = {
    "36kr": DayRange,
    "ithome": IthomeArguments,
    "weixin": WeixinArguments,
}
"""What spiders take, for whoever has to know it without Scrapy; a spider that is not named here says it itself."""

A = TypeVar("A", bound=Arguments)


def check(model: type[A], site: str, given: Mapping[str, object]) -> A:
    """The typed arguments. Raises BadValueError with one line that names the argument and what it takes."""
    given = {name: value for name, value in given.items() if name not in SCRAPYD_ARGUMENTS}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join(model.model_fields)
            raise BadValueError(f"the {site} spider has no argument {name!r}; it takes {known}") from None
        said = first["msg"].removeprefix("Value error, ")
        if not name:
            raise BadValueError(f"the {site} spider: {said}") from None
        takes = model.model_fields[name].description
        raise BadValueError(
            f"the {site} spider's argument {name}={given.get(name)!r}: {said} ({takes})"
        ) from None
