"""Markdown in and out: the reader of archives that editors already have. Pure: text in, values out."""

from __future__ import annotations

from newsarchive.markdown.archive import Archive, Day, Family, Item, Remark, label
from newsarchive.markdown.reader import read_archive

__all__ = ["Archive", "Day", "Family", "Item", "Remark", "label", "read_archive"]
