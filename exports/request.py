"""What is asked of an export, and the recipe that is kept with each file, by which it can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, cast

from exports.content.entry import days_of
from exports.content.wording import unmarked
from exports.formats import FORMATS
from exports.formats.format import Dialect, FormatName, OutputPage, Profile, Unit
from exports.pictures import Images
from exports.targets import TARGETS, TargetName
from newsarchive.editorial.days import first_of

Per: TypeAlias = Literal["month", "day", "article"]
"""What a file holds, of a format that leaves the choice."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export: a format, for a month (its first day) or a day, and how.

    `per` tells what a file holds where the format leaves the choice, and `excerpts` that it has no whole texts. `imported`
    names a file that was imported. `images` tells where pictures are shown from: the sites, or files beside the text.
    `words` are those of a topic, whose stories are shown whether their days are done or not. With `mark_gone` stories that their sites withdrew are marked 原文已删除.
    """

    format: FormatName
    day: date | None = None
    month: date | None = None
    profile: Profile = "clean"
    target: TargetName = "plain"
    everything: bool = False
    per: Per | None = None
    excerpts: bool = False
    imported: str = ""
    images: Images = "remote"
    mark_gone: bool = False
    words: str = ""

    @property
    def days(self) -> list[date]:
        """The days that are asked for."""
        if self.day:
            return [self.day]
        return days_of(self.month) if self.month else []

    @property
    def unit(self) -> Unit:
        """What a file holds."""
        if self.imported:
            return "file"
        units = FORMATS[self.format].units
        return units[0] if len(units) == 1 else self.per or ("day" if self.day else "month")

    @property
    def dialect(self) -> Dialect:
        """How the files are written and read."""
        tool = TARGETS[self.target]
        return Dialect(
            FORMATS[self.format],
            self.unit,
            self.profile,
            tool.style,
            tool.guard,
            (lambda text: tool.undo(unmarked(text))) if self.mark_gone else tool.undo,
            excerpts=self.excerpts,
            marked=self.mark_gone,
        )

    def recipe(self, page: OutputPage) -> dict[str, str]:
        """How to make a page again, in words that are kept with its file."""
        time = f"{page.day:%Y-%m}" if page.unit == "month" else page.identity or page.day.isoformat()
        recipe = {
            "format": page.format,
            page.unit: time,
            "profile": self.profile,
            "all": "yes" if self.everything else "no",
        }
        if page.unit == "article":
            recipe["day"] = page.day.isoformat()
        if page.template:
            recipe["template"] = page.template
        if self.words:
            recipe["words"] = self.words
        if self.excerpts:
            recipe["excerpts"] = "yes"
        if self.mark_gone:
            recipe["gone"] = "marked"
        if self.images == "local":
            recipe["images"] = "local"
        return recipe | ({"target": self.target} if self.target != "plain" else {})

    @classmethod
    def of_recipe(cls, recipe: Mapping[str, str]) -> ExportRequest | None:
        """What was asked for when a page was made; None where that is not known."""
        target = recipe.get("target", "plain")
        if recipe.get("format") not in FORMATS or target not in TARGETS:
            return None
        unit = next((it for it in ("file", "article", "day", "month") if recipe.get(it)), None)
        chosen = len(FORMATS[recipe["format"]].units) > 1 and unit != "file"
        try:
            return cls(
                recipe["format"],
                day=date.fromisoformat(recipe["day"]) if unit in {"article", "day"} else None,
                month=first_of(recipe["month"]) if unit == "month" else None,
                profile="strict" if recipe.get("profile") == "strict" else "clean",
                target=target,
                everything=recipe.get("all") == "yes",
                per=cast("Per", unit) if chosen else None,
                excerpts=recipe.get("excerpts") == "yes",
                imported=recipe.get("file", ""),
                mark_gone=recipe.get("gone") == "marked",
                words=recipe.get("words", ""),
                images="local" if recipe.get("images") == "local" else "remote",
            )
        except (KeyError, ValueError):
            return None  # written by another version
