"""Pictures of the mirror in exports: which of a text's addresses are there, their files beside the text, the links to them."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import unquote

from exports.files.atomic import WholeFile, read_bytes
from exports.targets.escaping import Guard
from newsarchive.images.mirror import Mirror
from newsarchive.images.names import picture_key
from newsarchive.settings import ours
from newsarchive.storage.collections import MIRRORED_PICTURES
from newsarchive.storage.contract import DocumentStore

Images: TypeAlias = Literal["remote", "local"]
"""Where exports show pictures from: the sites, or files beside the text."""


def mirror_of_settings() -> Mirror:
    """The mirror that the settings name."""
    return Mirror(Path(ours(os.environ)["NEWSARCHIVE_IMAGES_FOLDER"]))


async def in_mirror(store: DocumentStore, mirror: Mirror, urls: Iterable[str]) -> dict[str, str]:
    """The names of those pictures that are in the mirror, by the addresses as they were given."""
    found: dict[str, str] = {}
    for url in dict.fromkeys(urls):
        for form in dict.fromkeys((url, unquote(url))):
            key = picture_key(form)
            held = await store.get_document(MIRRORED_PICTURES, key) if key else None
            if held and held.file and mirror.size(held.file) == held.size:
                found[url] = held.file
                break
    return found


def shown_in(markdown: str) -> list[str]:
    """The addresses of the pictures that a text shows, each once."""
    found: dict[str, None] = {}

    def note(address: str) -> str:
        found[html.unescape(address)] = None
        return address

    Guard(picture=note)(markdown)
    return [*found]


def with_local_pictures(markdown: str, links: Mapping[str, str]) -> str:
    """A text that shows pictures by other addresses, where there is another; code that only looks so stays."""
    if not links:
        return markdown
    written = {_written(url): link for url, link in links.items()}
    return Guard(picture=lambda it: written.get(_written(html.unescape(it)), it))(markdown)


def _written(url: str) -> str:
    """An address as it stands in every target's text."""
    return url.replace("{", "%7B").replace("}", "%7D")


def put_beside(mirror: Mirror, names: Iterable[str], root: Path, folder: str) -> list[str]:
    """Write pictures into a folder of an archive; what lies there stays as it is. Those that could not be, are named.

    Raises OutputError.
    """
    missing: list[str] = []
    for name in names:
        relative = f"{folder}/{name}"
        if read_bytes(root, relative) is not None:
            continue
        data = mirror.read(name)
        if data is None:
            missing.append(name)
            continue
        with WholeFile(root, relative) as file:
            file.write(data)
    return missing
