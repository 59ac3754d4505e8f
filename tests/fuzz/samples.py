"""What is damaged: the captured pages and archives, our golden pages, and the state objects inside pages."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from newsarchive.cli.golden import folders, load
from newsarchive.cli.options import read_time
from newsarchive.cli.page_files import bytes_of
from newsarchive.items.record import SiteName
from newsarchive.records.page import Page, Reading
from newsarchive.sites import SITES
from newsarchive.sites.reading import read
from newsarchive.sites.weixin.state import STATE

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
Reader: TypeAlias = Literal["page", "archive", "script"]
_FULL_SHARE = 60_000
"""Bytes up to which samples get equal shares of the rounds; a larger one gets less, by the root of its size."""
_SCRIPT = 60_000


@dataclass(frozen=True)
class Sample:
    """One input as it was captured or made, and which reader it is for."""

    name: str
    reader: Reader
    content: bytes
    site: SiteName | None = None
    url: str = ""
    status: int = 200
    fetched_at: datetime | None = None

    @property
    def weight(self) -> float:
        """Its share of the rounds."""
        return min(1.0, math.sqrt(_FULL_SHARE / max(len(self.content), 1)))

    @property
    def ends_itself(self) -> bool:
        """Whether its end shows: that of markup, JSON and feeds does, that of Markdown and tables does not."""
        return self.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"<", b"{", b"["}

    def page(self, content: bytes) -> Page:
        """Other bytes under the same address."""
        return Page(content, self.url, self.status, fetched_at=self.fetched_at)

    @cached_property
    def whole(self) -> Reading:
        """What is read of the undamaged page."""
        return read(self.page(self.content), self.site)


def collect(corpus: Path) -> list[Sample]:
    """All samples, in an order that depends on nothing but the files; of the corpus nothing where it is absent."""
    pages = [*_golden(), *_captured(corpus)]
    scripts = [script for page in pages if (script := _script(page))]
    archives = [
        Sample(path.relative_to(corpus).as_posix(), "archive", path.read_bytes())
        for path in sorted(corpus.glob("archives/*/*.md"))
    ]
    return [*pages, *scripts, *archives]


def _golden() -> list[Sample]:
    goldens = [load(folder) for folder in folders(GOLDEN)]
    return [
        Sample(
            f"golden/{golden.name}",
            "page",
            golden.page.content,
            next(site for site in SITES if site == golden.folder.parent.name),
            golden.page.url,
            golden.page.status,
            golden.page.fetched_at,
        )
        for golden in goldens
    ]


def _captured(corpus: Path) -> list[Sample]:
    """Every file of the corpus that is no archive, with the address and time of its first label."""
    if not (corpus / "truth.jsonl").is_file():
        return []
    found: dict[str, Sample] = {}
    for line in (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        name = label["file"]
        if label["site"] in SITES and "container" not in label and name not in found:
            content = bytes_of(corpus / name)
            at = read_time(label.get("fetched_at"))
            found[name] = Sample(name, "page", content, label["site"], label.get("url") or "", 200, at)
    return [found[name] for name in sorted(found)]


def _script(page: Sample) -> Sample | None:
    """The beginning of the state object in a page: what the reader of JavaScript values is for."""
    at = page.content.find(STATE)
    if at < 0:
        return None
    start = at + len(STATE) - 1
    end = page.content.find(b"</script", start)
    return Sample(f"{page.name} (state)", "script", page.content[start : min(end, start + _SCRIPT)])
