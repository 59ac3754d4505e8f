"""Golden pages: a saved page with what the parser is expected to read from it, one folder a page.

tests/golden/<site>/<kind>/page.html (.html.gz, .json, .xml, .md)
                           meta.json       where and when the page was fetched, and what it shows
                           expected.json   what `newsarchive parse` prints, one object or several
                           expected.md     the body as Markdown, where there is one
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from newsarchive.cli.options import read_time, site_name
from newsarchive.cli.page_files import bytes_of, reason
from newsarchive.cli.page_json import Label, labels
from newsarchive.errors import InputFileError, OutputError
from newsarchive.markdown.writer import write_body
from newsarchive.records.page import Page, Reading
from newsarchive.sites.reading import read

META, EXPECTED, MARKDOWN = "meta.json", "expected.json", "expected.md"
PLAIN_MAX = 64_000
"""Bytes; a larger page is kept compressed."""


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden page. `labels` and `markdown` are what is expected of it."""

    folder: Path
    page: Page
    notes: str
    labels: list[Label]
    markdown: str

    @property
    def name(self) -> str:
        """Site and kind, as in `site/image-post`."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    def read(self) -> Reading:
        """What today's parser makes of the page."""
        return read(self.page, site_name(self.folder.parent.name))


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that is not read as expected; None stands for a field that is absent."""

    name: str
    expected: Any
    actual: Any


def folders(root: Path) -> list[Path]:
    """All folders of golden pages below a folder, in order."""
    return sorted(path.parent for path in root.rglob(META))


def load(folder: Path) -> Golden:
    """A golden page. Raises InputFileError where a part is missing or broken."""
    meta = _json(folder / META)
    pages = sorted(folder.glob("page.*"))
    if len(pages) != 1:
        raise InputFileError(f"{folder} holds {len(pages)} files called page.*; it needs one")
    markdown = folder / MARKDOWN
    return Golden(
        folder,
        Page(bytes_of(pages[0]), meta["url"], meta["status"], fetched_at=read_time(meta["fetched_at"])),
        meta["notes"],
        cast("list[Label]", _json(folder / EXPECTED)),
        markdown.read_text(encoding="utf-8") if markdown.exists() else "",
    )


def _json(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputFileError(f"{path} cannot be read: {reason(error)}") from None


def create(folder: Path, page: Page, notes: str) -> Golden:
    """Write the folder of a page, with what the parser makes of it now. Raises OutputError."""
    meta = {
        "url": page.url,
        "fetched_at": page.fetched_at.isoformat() if page.fetched_at else None,
        "status": page.status,
        "notes": notes,
    }
    name = f"page.{_extension(page.content)}"
    content = page.content
    if len(content) > PLAIN_MAX:
        name, content = f"{name}.gz", gzip.compress(content, mtime=0)
    golden = Golden(folder, page, notes, [], "")
    try:
        folder.mkdir(parents=True)
        (folder / name).write_bytes(content)
        (folder / META).write_text(_text(meta), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {reason(error)}") from None
    accept(golden)
    return golden


def _extension(content: bytes) -> str:
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in {b"{", b"["}:
        return "json"
    if start.startswith((b"<?xml", b"<rss", b"<feed")):
        return "xml"
    return "html" if start[:1] == b"<" or not start else "md"


def accept(golden: Golden) -> None:
    """Expect from now on what the parser makes of the page. Raises OutputError."""
    found, markdown = actual(golden)
    try:
        (golden.folder / EXPECTED).write_text(_text(found), encoding="utf-8")
        if markdown:
            (golden.folder / MARKDOWN).write_text(markdown, encoding="utf-8", newline="\n")
        else:
            (golden.folder / MARKDOWN).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{golden.folder} cannot be written: {reason(error)}") from None


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def actual(golden: Golden) -> tuple[list[Label], str]:
    """What the parser makes of the page now: the labels, and the body as Markdown."""
    reading = golden.read()
    found = list(labels(golden.name, reading))
    bodies = [article.body for article in (reading.article, *reading.bodies) if article is not None]
    return json.loads(json.dumps(found)), "\n***\n\n".join(map(write_body, bodies))


def fields(found: list[Label], markdown: str) -> dict[str, Any]:
    """The expected values one by one; those of an article inside a list are named after its id."""
    named = {
        (name if place == 0 else f"#{label['file'].partition('#')[2]} {name}"): value
        for place, label in enumerate(found)
        for name, value in label.items()
    }
    return named | ({"markdown": markdown} if markdown else {})


def differences(golden: Golden) -> Iterator[FieldDifference]:
    """What is not read as expected, field by field."""
    expected, found = fields(golden.labels, golden.markdown), fields(*actual(golden))
    for name in dict.fromkeys([*expected, *found]):
        if expected.get(name) != found.get(name) or (name in expected) != (name in found):
            yield FieldDifference(name, expected.get(name), found.get(name))
