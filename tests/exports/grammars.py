"""The grammars of all formats, as the tests of files need them."""

from __future__ import annotations

from exports.formats import FORMATS
from exports.formats.format import Dialect

DIGEST = Dialect(FORMATS["digest"], "month").grammar
DAILY = Dialect(FORMATS["daily"], "day").grammar
BRIEFING = Dialect(FORMATS["briefing"], "day").grammar
FULL_TEXT = Dialect(FORMATS["fulltext"], "month", "strict").grammar
FULL_TEXT_BELOW_A_TITLE = Dialect(FORMATS["fulltext"], "month").grammar
ONE_ARTICLE = Dialect(FORMATS["fulltext"], "article").grammar
