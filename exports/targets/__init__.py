"""Publishing tools: a module each says where its pages go, what their front matter is, and what it must not see."""

from __future__ import annotations

from typing import Literal, TypeAlias

from exports.targets import hexo, hugo, jekyll, mkdocs, obsidian, plain, vitepress
from exports.targets.target import Target

TargetName: TypeAlias = Literal["plain", "hugo", "hexo", "jekyll", "mkdocs", "vitepress", "obsidian"]

TARGETS: dict[str, Target] = {
    module.TARGET.name: module.TARGET for module in (plain, hugo, hexo, jekyll, mkdocs, vitepress, obsidian)
}
"""All targets by name."""

__all__ = ["TARGETS", "Target", "TargetName"]
