"""MkDocs with Material: no fonts of other hosts; its feed is the archive's own (`newsarchive export atom`)."""

from __future__ import annotations

from collections.abc import Mapping

from exports.scaffolds.published_site import NO_REFERRER, PublishedSite, Scaffold
from newsarchive.markdown.front_matter import Value, yaml_text

_MAIN = f"""{{% extends "base.html" %}}
{{% block extrahead %}}
  {NO_REFERRER}
  <link rel="alternate" type="application/atom+xml" href="{{{{ 'feed.xml' | url }}}}">
{{% endblock %}}
"""


def _files(site: PublishedSite) -> Mapping[str, str]:
    pages = [(it.name, it.index.removeprefix("docs/")) for it in site.sections]
    if all(page != "index.md" for _, page in pages):
        pages.insert(0, (site.home, "index.md"))
    nav: list[Value] = [{name: page} for name, page in pages]
    config: dict[str, Value] = {
        "site_name": site.title,
        "site_description": site.description,
        "site_author": site.author,
        "site_url": site.address,
        "theme": {
            "name": "material",
            "language": site.word("zh", "en"),
            "custom_dir": "overrides",
            "font": False,
            "features": ["navigation.tabs", "navigation.top", "toc.follow"],
        },
        "plugins": ["search", "tags"],
        "markdown_extensions": ["tables", "fenced_code", "pymdownx.tilde"],
        "validation": {"nav": {"omitted_files": "ignore"}},
        "extra": {"generator": False},
        "nav": nav,
    }
    return {"mkdocs.yml": yaml_text(config), "overrides/main.html": _MAIN}


SCAFFOLD = Scaffold(_files, {"mkdocs.yml": ("mkdocs.yaml",)})
