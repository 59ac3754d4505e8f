"""Publishing tools: a module each says where its pages go, what their front matter is, and what it must not see."""

from __future__ import annotations

from typing import Literal, TypeAlias

from exports.targets import hexo, hugo, jekyll, mkdocs, obsidian, plain, vitepress
from exports.targets.target import Target

TargetName: TypeAlias = str

TARGETS: dict[TargetName, Target] = {
    module.TARGET.name: module.TARGET for module in (plain, hugo, hexo, jekyll, mkdocs, vitepress, obsidian)
}
"""All targets by name."""

KnownTarget: TypeAlias = Literal[*TARGETS]  # type: ignore[valid-type]
"""The name of one of them, for what a user gives."""

__all__ = ["TARGETS", "KnownTarget", "Target", "TargetName"]
