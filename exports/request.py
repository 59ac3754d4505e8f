"""What is asked of an export, and the recipe that is kept with each file, by which it can be made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from exports.content.entry import days_of
from exports.content.labels import LABELS, USUAL, Labels
from exports.content.wording import unmarked
from exports.formats import FORMATS
from exports.formats.format import Dialect, FormatName, OutputPage, Profile, Unit
from exports.formats.words import Words
from exports.pictures import Images
from exports.publication import Outlet, Per, Publication
from exports.targets import TARGETS, TargetName
from newsarchive.archive_settings import LANGUAGES
from newsarchive.editorial.candidates import Grouping
from newsarchive.editorial.coverage import ALL, Coverage
from newsarchive.editorial.days import first_of
from newsarchive.editorial.selection import Scope

_NAMES, _EARLIER = "names", "earlier names"
"""Under which a recipe has an archive's own words, and those that a file had before."""
_COVERED = ("sites", "accounts", "tags")
_MOST_NAMES = 8
"""Earlier names of one section that are remembered."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export: a format, for a month (its first day) or a day, and how.

    `per` tells what a file holds where the format leaves the choice, and `excerpts` that it has no whole texts. `imported`
    names a file that was imported. `images` tells where pictures are shown from: the sites, or files beside the text.
    `words` are those of a topic, whose stories are shown whether their days are done or not.
    With `mark_gone` stories that their sites withdrew are marked 原文已删除. `coverage` tells which stories belong to the
    archive, `own` are its own words of the format, `earlier` those that a file had before. `drafts_marked` tells whether a
    file says that words in it are nobody's (None: posts do, lists do not): once, or with `item_marks` below each story, as
    files did that were written by earlier versions and that a hand has edited since. Candidates are grouped `by` site or tag.
    `archive` is what the whole is called.
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
    coverage: Coverage = ALL
    own: Words = field(default_factory=dict)
    drafts_marked: bool | None = None
    item_marks: bool = False
    language: str = LANGUAGES[0]
    earlier: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: Grouping = "site"
    archive: str = Publication().title

    @property
    def days(self) -> list[date]:
        """The days that are asked for."""
        if self.day:
            return [self.day]
        return days_of(self.month) if self.month else []

    @property
    def scope(self) -> Scope:
        """Which stories are asked for."""
        everything = self.everything or FORMATS[self.format].chooses
        return Scope(self.coverage, everything=everything, newest_first=self.dialect.newest_first)

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
        tool, labels = TARGETS[self.target], self._labels
        return Dialect(
            FORMATS[self.format],
            self.unit,
            self.profile,
            tool.style,
            tool.guard,
            (lambda text: tool.undo(unmarked(text))) if self.mark_gone else tool.undo,
            excerpts=self.excerpts,
            marked=self.mark_gone,
            own=self.own,
            earlier=self.earlier,
            labels=labels if self.item_marks else replace(labels, draft=""),
            remark="" if self.item_marks else labels.draft,
            by=self.by,
        )

    @property
    def _labels(self) -> Labels:
        """The labels; the strict profile writes Chinese ones, as such archives were written."""
        labels = USUAL if self.profile == "strict" else LABELS[self.language]
        by_default = not (FORMATS[self.format].by_day or FORMATS[self.format].chooses)
        marked = by_default if self.drafts_marked is None else self.drafts_marked
        return labels if marked else replace(labels, draft="")

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
        if FORMATS[self.format].item_marks and not self.item_marks:
            recipe["remark"] = "once"
        if self.by == "tag":
            recipe["by"] = "tag"
        recipe |= self.archive_words
        return recipe | ({"target": self.target} if self.target != "plain" else {})

    @property
    def archive_words(self) -> dict[str, str]:
        """The part of a recipe that says whose archive it is: what it covers, its names, its labels."""
        words = {it: _json(names) for it in _COVERED if (names := getattr(self.coverage, it))}
        words |= {_NAMES: _json(self.own)} if self.own else {}
        words |= {_EARLIER: _json(self.earlier)} if self.earlier else {}
        if self.drafts_marked is not None:
            words["drafts"] = "marked" if self.drafts_marked else "unmarked"
        return words | ({"language": self.language} if self.language != LANGUAGES[0] else {})

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
                coverage=coverage_of(recipe),
                own=_texts(json.loads(recipe.get(_NAMES, "{}"))),
                drafts_marked={"marked": True, "unmarked": False}.get(recipe.get("drafts", "")),
                item_marks=FORMATS[recipe["format"]].item_marks and recipe.get("remark") != "once",
                language=recipe["language"] if recipe.get("language") in LABELS else LANGUAGES[0],
                earlier=json.loads(recipe.get(_EARLIER, "{}")),
                by="tag" if recipe.get("by") == "tag" else "site",
            )
        except (KeyError, ValueError):
            return None  # written by another version

    def of_file(self, made_with: Mapping[str, str], *, edited: bool = False) -> ExportRequest:
        """The same for a file that was made so before: what it was called then is still known in it.

        One that a hand has `edited` since keeps its marks where they are.
        """
        before = self.of_recipe(made_with)
        if before is None:
            return self
        earlier: dict[str, tuple[str, ...]] = {}
        usual = FORMATS[self.format].words
        for what in {*before.own, *before.earlier}:
            if what in usual and usual[what].is_section:
                names = (*before.dialect.known(what), *before.earlier.get(what, ()))
                others = {self.dialect.word(what), usual[what].default}
                earlier[what] = tuple(it for it in dict.fromkeys(names) if it not in others)[:_MOST_NAMES]
        known = {what: names for what, names in sorted(earlier.items()) if names}
        return replace(self, earlier=known, item_marks=edited and before.item_marks)

    @classmethod
    def of_outlet(
        cls, archive: Publication, outlet: Outlet, *, day: date | None = None, month: date | None = None
    ) -> ExportRequest:
        """What an archive publishes at one place for a day, or a month (its first day)."""
        if day and (FORMATS[outlet.format].units == ("month",) or outlet.per == "month"):
            month = day.replace(day=1)
            day = None
        return cls(
            outlet.format,
            day=day,
            month=month,
            profile=outlet.profile,
            target=outlet.target,
            per=outlet.per,
            excerpts=outlet.excerpts,
            images=outlet.images,
            mark_gone=outlet.mark_gone,
            coverage=archive.coverage if outlet.coverage is None else outlet.coverage,
            own=archive.own(outlet.format),
            drafts_marked=archive.marks_drafts(asked=outlet.mark_drafts),
            language=archive.language,
            archive=archive.title,
        )


def dialect_of(recipe: Mapping[str, str]) -> Dialect | None:
    """How a file is written and read that was made so; None where that is not known."""
    request = ExportRequest.of_recipe(recipe)
    return request.dialect if request else None


def of_archive(archive: Publication, of: FormatName) -> dict[str, str]:
    """The part of a recipe that says whose archive a file of a format is."""
    request = ExportRequest(
        of,
        coverage=archive.coverage,
        own=archive.own(of),
        drafts_marked=archive.marks_drafts(asked=None),
        language=archive.language,
    )
    return request.archive_words


def coverage_of(recipe: Mapping[str, str]) -> Coverage:
    """What a file covers that was made so."""
    return Coverage.of(*(json.loads(recipe.get(it, "[]")) for it in _COVERED))


def _texts(own: Mapping[str, str | list[str]]) -> Words:
    return {what: it if isinstance(it, str) else tuple(it) for what, it in own.items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
