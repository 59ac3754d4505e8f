"""Configurations of publishing tools, for a site that begins: a module each says which files a tool needs."""

from __future__ import annotations

from collections.abc import Mapping

from exports.scaffolds import hexo, hugo, jekyll, mkdocs, obsidian, vitepress
from exports.scaffolds.published_site import Scaffold
from exports.targets import TargetName

SCAFFOLDS: Mapping[TargetName, Scaffold] = {
    "hugo": hugo.SCAFFOLD,
    "hexo": hexo.SCAFFOLD,
    "jekyll": jekyll.SCAFFOLD,
    "mkdocs": mkdocs.SCAFFOLD,
    "vitepress": vitepress.SCAFFOLD,
    "obsidian": obsidian.SCAFFOLD,
}
"""All scaffolds by the name of their target."""
