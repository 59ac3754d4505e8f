"""Hugo with PaperMod, whose settings and hooks (`extend_head.html`) these are; other themes read most of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from exports.scaffolds.published_site import NO_REFERRER, PublishedSite, Scaffold
from newsarchive.markdown.front_matter import Value, front_matter, yaml_text


def _folder(index: str) -> str:
    return PurePosixPath(index).parent.name


def _files(site: PublishedSite) -> Mapping[str, str]:
    listed = [_folder(it.index) for it in site.sections if it.listed] or [
        _folder(it.index) for it in site.sections
    ]
    pages = [(it.name, f"/{_folder(it.index)}") for it in site.sections] + [(site.tags, "/tags")]
    menu: list[Value] = [
        {"name": name, "pageRef": page, "weight": weight}
        for weight, (name, page) in enumerate(pages, start=1)
    ]
    config: dict[str, Value] = {
        "baseURL": site.address,
        "title": site.title,
        "languageCode": site.language,
        "defaultContentLanguage": site.word("zh", "en"),
        "hasCJKLanguage": True,
        "timeZone": "Asia/Shanghai",
        "theme": "PaperMod",
        "enableRobotsTXT": True,
        "params": {
            "description": site.description,
            "author": site.author,
            "mainSections": listed,
            "DateFormat": "2006-01-02",
            "defaultTheme": "auto",
            "ShowBreadCrumbs": True,
            "ShowPostNavLinks": True,
            "ShowRssButtonInSectionTermList": True,
            "cover": {"hiddenInSingle": True},
        },
        "menu": {"main": menu},
    }
    return {
        "hugo.yaml": yaml_text(config),
        "layouts/partials/extend_head.html": f"{NO_REFERRER}\n",
        "content/tags/_index.md": front_matter({"title": site.tags}),
        "content/categories/_index.md": front_matter({"title": site.categories}),
    }


_OTHERS = [f"{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "yml", "json")]
SCAFFOLD = Scaffold(_files, {"hugo.yaml": (*_OTHERS, "config/_default")})
