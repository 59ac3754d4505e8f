"""Foreign archives into picks; the reader of archives that editors already have is pure: text in, values out."""

from __future__ import annotations

from exports.formats.archive import Archive, ArchiveDay, ArchiveItem, Remark, label
from exports.imports.reader import read_archive

__all__ = ["Archive", "ArchiveDay", "ArchiveItem", "Remark", "label", "read_archive"]
