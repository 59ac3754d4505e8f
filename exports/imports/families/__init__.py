"""Forms of archives that are only read: one module each says how a file of it is told and what it holds."""

from __future__ import annotations

from exports.formats import FORMATS
from exports.formats.archive import Family, FamilyName
from exports.formats.daily import FAMILY as HUGO_DAILY
from exports.imports.families import (
    ai_daily,
    hexo_weekly,
    hugo_templates,
    index,
    link_lists,
    vitepress_daily,
    weekly,
)

# Among them the formats' own are asked: a digest's day headings are the surest marks, rows of links the least sure.
_FOREIGN = (
    Family("hexo-weekly", 40, hexo_weekly.recognise, hexo_weekly.read, taken_as="daily"),
    Family("index", 50, index.recognise, index.read),
    Family(HUGO_DAILY, 65, hugo_templates.recognise, hugo_templates.read, taken_as="daily"),
    Family("ai-daily", 70, ai_daily.recognise, ai_daily.read, taken_as="daily"),
    Family("weekly", 80, weekly.recognise, weekly.read, taken_as="daily"),
    Family("vitepress-daily", 90, vitepress_daily.recognise, vitepress_daily.read, taken_as="daily"),
    Family(
        "daily-pick", 110, link_lists.recognise_picks, link_lists.read_picks, taken_as="daily", loose=True
    ),
    Family("daily-link-list", 120, link_lists.recognise, link_lists.read, taken_as="daily", loose=True),
)
IN_ORDER: tuple[Family, ...] = tuple(
    sorted(
        [*_FOREIGN, *(family for it in FORMATS.values() for family in it.families)], key=lambda it: it.rank
    )
)
"""All families, in the order in which they are asked."""
FAMILIES: dict[FamilyName, Family] = {it.name: it for it in IN_ORDER}
"""One of each name, for what those of a name have in common."""
