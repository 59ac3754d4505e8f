"""Hexo with Butterfly: what in its defaults is English, asks other hosts or claims a licence is switched off."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from exports.scaffolds.published_site import NO_REFERRER, PublishedSite, Scaffold, json_text
from newsarchive.markdown.front_matter import Value, front_matter, yaml_text

_PACKAGES = {
    "hexo": "^8.1.2",
    "hexo-generator-archive": "^2.0.0",
    "hexo-generator-category": "^2.0.0",
    "hexo-generator-feed": "^3.0.0",
    "hexo-generator-index": "^4.0.0",
    "hexo-generator-tag": "^2.0.0",
    "hexo-renderer-marked": "^7.0.1",
    "hexo-renderer-pug": "^3.0.0",
    "hexo-renderer-stylus": "^3.0.1",
    "hexo-theme-butterfly": "^5.7.0",
}


def _files(site: PublishedSite) -> Mapping[str, str]:
    config: dict[str, Value] = {
        "title": site.title,
        "description": site.description,
        "author": site.author or site.title,
        "language": site.language,
        "timezone": "Asia/Shanghai",
        "url": site.address.rstrip("/"),
        "root": site.path,
        "permalink": ":year/:month/:day/:title/",
        "theme": "butterfly",
        "feed": {"type": "atom", "path": "atom.xml", "limit": 20},
    }
    menu: dict[str, Value] = {site.home: "/ || fas fa-home"}
    for section in site.sections:
        menu[section.name] = f"/{PurePosixPath(section.index).parent.name}/ || fas fa-newspaper"
    menu[site.tags] = "/tags/ || fas fa-tags"
    theme: dict[str, Value] = {
        "menu": menu,
        "index_post_content": {"method": 2, "length": 200},
        "favicon": "/img/favicon.ico",
        "disable_top_img": True,
        "post_copyright": {"enable": False},
        "share": {"use": False},
        "busuanzi": {"site_uv": False, "site_pv": False, "page_pv": False},
        "aside": {
            "card_author": {"enable": True, "button": {"enable": False}},
            "card_announcement": {"enable": False},
        },
        "footer": {"owner": {"enable": False}, "custom_text": site.title},
        "inject": {"head": [NO_REFERRER]},
    }
    package = {
        "name": "site",
        "private": True,
        "scripts": {"build": "hexo generate"},
        "dependencies": _PACKAGES,
    }
    return {
        "_config.yml": yaml_text(config),
        "_config.butterfly.yml": yaml_text(theme),
        "package.json": json_text(package | {"hexo": {"version": "8.1.2"}}),
        "source/tags/index.md": front_matter({"title": site.tags, "type": "tags"}),
        "source/categories/index.md": front_matter({"title": site.categories, "type": "categories"}),
    }


SCAFFOLD = Scaffold(_files, {"_config.yml": ("_config.yaml", "_config.json")})
