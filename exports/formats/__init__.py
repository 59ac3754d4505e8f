"""The registry of formats: how each is written, cut into items, read and edited is one `Format`, made in one module here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exports.formats.briefing import FORMAT as BRIEFING
from exports.formats.candidates import FORMAT as CANDIDATES
from exports.formats.daily import FORMAT as DAILY
from exports.formats.digest import FORMAT as DIGEST
from exports.formats.format import Dialect, Format, FormatName, OutputPage
from exports.formats.fulltext import FORMAT as FULLTEXT
from exports.formats.topic import FORMAT as TOPIC

FORMATS: Mapping[FormatName, Format[Any]] = {
    it.name: it for it in (DIGEST, DAILY, BRIEFING, FULLTEXT, TOPIC, CANDIDATES)
}
"""All formats by name."""

__all__ = ["FORMATS", "Dialect", "Format", "FormatName", "OutputPage"]
