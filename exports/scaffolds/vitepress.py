"""VitePress with its default theme, whose labels are English where a configuration does not say others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exports.scaffolds.published_site import PublishedSite, Scaffold, json_text

_LABELS: dict[str, Any] = {
    "outline": {"label": "本页目录"},
    "darkModeSwitchLabel": "外观",
    "lightModeSwitchTitle": "切换到浅色",
    "darkModeSwitchTitle": "切换到深色",
    "sidebarMenuLabel": "目录",
    "returnToTopLabel": "回到顶部",
    "skipToContentLabel": "跳到正文",
    "notFound": {
        "title": "没有这一页",
        "quote": "地址可能写错了，或者这一页已经不在。",
        "linkLabel": "回到首页",
        "linkText": "回到首页",
    },
}


_DAY = {"dateStyle": "medium", "timeZone": "Asia/Shanghai", "forceLocale": True}


def _files(site: PublishedSite) -> Mapping[str, str]:
    links = [
        {"text": it.name, "link": f"/{it.index.removeprefix('docs/').removesuffix('index.md')}"}
        for it in site.sections
    ]
    if all(it["link"] != "/" for it in links):
        links.insert(0, {"text": site.home, "link": "/"})
    config = {
        "title": site.title,
        "description": site.description,
        "lang": site.language,
        "base": site.path,
        "lastUpdated": True,
        "head": [
            ["meta", {"name": "referrer", "content": "no-referrer"}],
            ["link", {"rel": "alternate", "type": "application/atom+xml", "href": f"{site.path}feed.xml"}],
        ],
        "themeConfig": {
            "nav": links,
            "sidebar": links,
            "docFooter": {"prev": False, "next": False},  # they would go through the menu
            "lastUpdated": {"text": site.word("更新于", "Last updated"), "formatOptions": _DAY},
            **({} if site.language == "en" else _LABELS),
        },
    }
    return {"docs/.vitepress/config.mjs": f"export default {json_text(config)}"}


SCAFFOLD = Scaffold(
    _files,
    {
        "docs/.vitepress/config.mjs": tuple(
            f"docs/.vitepress/config.{ending}" for ending in ("js", "ts", "mts", "cjs", "cts")
        )
    },
)
