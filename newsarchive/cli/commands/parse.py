"""`newsarchive parse`: what saved pages are, as JSON."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from exports.imports import label as archive_label
from exports.imports import read_archive
from newsarchive.cli.output import complain, print_json
from newsarchive.cli.page_json import Label, labels
from newsarchive.errors import BadValueError, InputFileError, NewsarchiveError, UnknownSiteError
from newsarchive.items.record import SHANGHAI, SiteName
from newsarchive.parsing.html_tree import decode
from newsarchive.records.page import Page
from newsarchive.sites import SITES
from newsarchive.sites.reading import read

MARKDOWN = frozenset({".md", ".markdown", ".txt"})


def parse(
    file: Annotated[
        Path | None, typer.Argument(help="A saved page or Markdown archive; .gz is read as is.")
    ] = None,
    url: Annotated[str, typer.Option("--url", help="Where the page was fetched.")] = "",
    fetched_at: Annotated[
        str | None,
        typer.Option("--fetched-at", metavar="ISO", help="When it was fetched (for 昨天, 3小时前)."),
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", help="Whose page it is, where neither URL nor content tells.")
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest", help='JSON lines {"file": …, "url": …}; also fetched_at, site. Prints JSON lines.'
        ),
    ] = None,
) -> None:
    """Print what a saved page is and says, as JSON."""
    if (file is None) == (manifest is None):
        raise BadValueError("parse takes a FILE or --manifest PAGES.jsonl, one of the two")
    if file is not None:
        found = list(read_file(file, str(file), url=url, fetched_at=fetched_at, site=site))
        print_json(found[0], indent=2)
        for more in found[1:]:
            print_json(more, indent=2)
        return
    assert manifest is not None  # noqa: S101 - for the type checker; checked above
    code = 0
    for entry in entries(manifest):
        try:
            for found_label in read_entry(entry, manifest.parent):
                print_json(found_label)
        except NewsarchiveError as error:
            complain(str(error))
            print_json({"file": entry.get("file"), "verdict": None, "error": str(error)})
            code = error.exit_code
    raise typer.Exit(code)


def entries(manifest: Path) -> Iterator[dict[str, Any]]:
    """The lines of a manifest. Raises InputFileError, BadValueError."""
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"the manifest {manifest} cannot be read: {reason(error)}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadValueError(f"{manifest}:{number} is not JSON: {error.msg}") from None
        if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
            raise BadValueError(f'{manifest}:{number} is not an object with "file"')
        yield entry


def read_entry(entry: dict[str, Any], folder: Path) -> Iterator[Label]:
    """The labels of one line of a manifest; its file is sought beside the manifest, then from here."""
    file = str(entry["file"])
    path = folder / file
    if not path.exists() and Path(file).exists():
        path = Path(file)
    return read_file(
        path, file, url=entry.get("url") or "", fetched_at=entry.get("fetched_at"), site=entry.get("site")
    )


def read_file(
    path: Path, name: str, *, url: str, fetched_at: str | None, site: str | None
) -> Iterator[Label]:
    """The labels of one file. Raises InputFileError, BadValueError, UnknownSiteError, UnreadableMarkdownError.

    A file without a URL that lies in a folder named like a site is taken as that site's.
    """
    content = bytes_of(path)
    at = time_of(fetched_at)
    hint = site_name(site) or next((folder for folder in SITES if folder in Path(name).parts[:-1]), None)
    page = Page(content=content, url=url, fetched_at=at)
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


def time_of(text: str | None) -> datetime | None:
    """An ISO time; without a zone it is Asia/Shanghai. Raises BadValueError."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadValueError(f"--fetched-at takes an ISO 8601 time, not {text!r}") from None
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def site_name(text: str | None) -> SiteName | None:
    """A site's name. Raises UnknownSiteError."""
    if text is not None and text not in SITES:
        raise UnknownSiteError(f"there is no site {text!r}; newsarchive knows {', '.join(SITES)}")
    return text
