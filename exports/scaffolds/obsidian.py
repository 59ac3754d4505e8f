"""Obsidian: a vault whose bookmarks lead to the indexes; it sends no referrer, and has no feed of its own."""

from __future__ import annotations

from collections.abc import Mapping

from exports.scaffolds.published_site import PublishedSite, Scaffold, json_text


def _files(site: PublishedSite) -> Mapping[str, str]:
    pages = [(it.name, it.index) for it in site.sections]
    if all(index != "News/index.md" for _, index in pages):
        pages.insert(0, (site.home, "News/index.md"))
    marks = [{"type": "file", "path": index, "title": name} for name, index in pages]
    app = {"useMarkdownLinks": True, "newLinkFormat": "relative", "attachmentFolderPath": "News/images"}
    return {".obsidian/app.json": json_text(app), ".obsidian/bookmarks.json": json_text({"items": marks})}


SCAFFOLD = Scaffold(_files)
