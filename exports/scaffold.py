"""Writes the configuration of a publishing tool into a new site, once: a file that is there is the editor's."""

from __future__ import annotations

from pathlib import Path

from exports.files.atomic import read_bytes, write_text
from exports.formats import FORMATS
from exports.publication import Publication
from exports.scaffolds import SCAFFOLDS
from exports.scaffolds.published_site import PublishedSite, Section
from exports.targets import TARGETS, TargetName


def write_scaffold(root: Path, target: TargetName, archive: Publication) -> tuple[list[Path], list[Path]]:
    """Write what is not there yet; the files that were written, and those that were there, under this or another name.

    The menu has the formats that lie in the folder and those that the archive publishes there. Raises OutputError.
    """
    scaffold = SCAFFOLDS[target]
    written: list[Path] = []
    kept: list[Path] = []
    for relative, text in scaffold.files(site_in(root, target, archive)).items():
        names = (relative, *scaffold.others.get(relative, ()))
        held = next((name for name in names if (root / name).exists()), None)
        if held is None and read_bytes(root, relative) is None:
            write_text(root, relative, text)
            written.append(root / relative)
        else:
            kept.append(root / (held or relative))
    return written, kept


def site_in(root: Path, target: TargetName, archive: Publication) -> PublishedSite:
    """The site that an archive has in a folder."""
    published = {
        it.format for it in archive.outlets if it.target == target and it.out.resolve() == root.resolve()
    }
    sections = []
    for name, of in FORMATS.items():
        index = TARGETS[target].index_path(name, None)
        if name in published or (root / index).is_file():
            sections.append(Section(archive.word(name), index, listed="article" not in of.units))
    return PublishedSite(
        archive.title,
        archive.description,
        archive.author,
        archive.base_url,
        archive.language,
        tuple(sections),
    )
