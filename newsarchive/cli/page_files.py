"""Saved pages as files: their bytes, when they were fetched, and what they are, as `newsarchive parse` says it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from exports.imports import label as archive_label
from exports.imports import read_archive
from newsarchive.cli.options import read_time, site_name
from newsarchive.cli.page_json import Label, labels
from newsarchive.errors import InputFileError
from newsarchive.parsing.html_tree import decode
from newsarchive.records.page import Page
from newsarchive.sites import SITES
from newsarchive.sites.reading import read

MARKDOWN = frozenset({".md", ".markdown", ".txt"})


def read_entry(entry: dict[str, Any], folder: Path) -> Iterator[Label]:
    """The labels of one line of a manifest; its file is sought beside the manifest, then from here."""
    file = str(entry["file"])
    path = folder / file
    if not path.exists() and Path(file).exists():
        path = Path(file)
    at = read_time(entry.get("fetched_at"))
    return read_file(path, file, url=entry.get("url") or "", fetched_at=at, site=entry.get("site"))


def read_file(
    path: Path, name: str, *, url: str, fetched_at: datetime | None, site: str | None
) -> Iterator[Label]:
    """The labels of one file. Raises InputFileError, BadValueError, UnknownSiteError, UnreadableMarkdownError.

    A file without a URL that lies in a folder named like a site is taken as that site's.
    """
    content = bytes_of(path)
    hint = site_name(site) or next((folder for folder in SITES if folder in Path(name).parts[:-1]), None)
    page = Page(content=content, url=url, fetched_at=fetched_at)
    kind = Path(name.removesuffix(".gz")).suffix.lower()
    if kind in MARKDOWN and hint is None and not any(known.owns(url) for known in SITES.values()):
        archive = read_archive(decode(content), name)
        yield {"file": name, "site": "archive", "verdict": "archive", **archive_label(archive)}
        return
    yield from labels(name, read(page, hint))


def bytes_of(path: Path) -> bytes:
    """A file's bytes, decompressed if it is gzip. Raises InputFileError."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except (OSError, EOFError, zlib.error) as error:
        raise InputFileError(f"{path} cannot be read: {reason(error)}") from None


def reason(error: Exception) -> str:
    """An error's reason without the path, which stands before it already."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
