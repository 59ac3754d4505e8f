"""Comparing what `newsarchive parse` prints of a page with the label that somebody else wrote for it.

The rules are those of the corpus's own description: white space does not count, a field in `unscored` is not judged,
what stands in `alts` is right too, an entry of a list may say more than its label, and a text post without a title
may have any beginning of its text as one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from newsarchive.items.verdict import ARTICLE_KINDS
from newsarchive.sites import identify

Label = dict[str, Any]

TEXT_F1_MIN = 0.999
"""Of two characters in a row: from here on a text counts as exact."""

FIELDS = (
    "verdict",
    "title",
    "account",
    "account_id",
    "account_alias",
    "author",
    "editor",
    "source",
    "identity",
    "published_at",
    "published_precision",
    "digest",
    "cover",
    "source_url",
    "copyright",
    "reprint_of",
    "text",
    "images",
    "image_count",
    "background_images",
    "links",
    "tables",
    "code_blocks",
    "videos",
    "audios",
    "keywords",
    "section",
    "paid",
    "notice",
    "items",
    "items_sha256",
    "count",
    "album",
    "list",
    "family",
    "front_matter",
    "days",
    "day_count",
    "date",
    "unclear",
)
"""The scored fields of a label, in the order of its description; others say how it was made, or hold a site's own
numbers (`item_show_type`) that are kept nowhere."""

_NOT_READ = frozenset({"body_chars", "images", "nonce"})
"""Inside lists: what labels tell of the bodies of a feed, which `parse` prints as articles of their own, and what only
a client that signs its calls would want."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one page that is not as labelled."""

    file: str
    field: str
    wanted: Any
    found: Any


@dataclass(frozen=True, slots=True)
class Score:
    """One page: which of its labelled fields are exact, and the F1 of its text (None where it has none to judge)."""

    file: str
    site: str
    verdict: str
    exact: dict[str, bool] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    text_f1: float | None = None

    @property
    def perfect(self) -> bool:
        """Whether every labelled field is exact."""
        return all(self.exact.values())


def score(label: Label, found: Label | None) -> Score:
    """A page's score; `found` is None where nothing was printed for it."""
    found = found or {}
    exact: dict[str, bool] = {}
    differences = []
    for name in _judged(label):
        exact[name] = _is_right(name, label, found)
        if not exact[name]:
            differences.append(Difference(label["file"], name, _read_parts(label[name]), found.get(name)))
    f1 = _best_f1(label, found) if "text" in exact and label["text"] is not None else None
    return Score(label["file"], label["site"], label["verdict"], exact, tuple(differences), f1)


def _judged(label: Label) -> list[str]:
    """The fields of a label that count.

    Where a page is no article, null means that nobody looked for the field. The identity may be known from the URL
    alone. The items of a very long list are judged by their hash.
    """
    left_out = set(label.get("unscored") or ())
    if "items_sha256" in label:
        left_out.add("items")
    if "images" in left_out:
        left_out.add("image_count")
    nulls_count = label["verdict"] in ARTICLE_KINDS
    return [
        name
        for name in FIELDS
        if name in label
        and name not in left_out
        and (label[name] is not None or (nulls_count and name != "identity"))
    ]


def _is_right(name: str, label: Label, found: Label) -> bool:
    wanted = label[name]
    match name:
        case "text" if wanted is not None:
            return _best_f1(label, found) >= TEXT_F1_MIN
        case "items" | "list" | "album":
            return agrees(_read_parts(wanted), found.get(name))
        case "items_sha256":
            lines = "\n".join(f"{item['title']}\t{item['url']}" for item in found.get("items") or ())
            return bool(hashlib.sha256(lines.encode()).hexdigest() == wanted)
        case "title" if label.get("title_rule"):
            return squeezed(label["text"]).startswith(squeezed(found.get(name)).rstrip("…"))
    alternatives = (label.get("alts") or {}).get(name, [])
    return any(agrees(right, found.get(name)) for right in [wanted, *alternatives])


def _read_parts(wanted: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(wanted, list):
        return [_read_parts(entry) for entry in wanted]
    if isinstance(wanted, dict):
        return {name: value for name, value in wanted.items() if name not in _NOT_READ}
    return wanted


def agrees(wanted: Any, found: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a value says what a label says.

    An object may say more; a URL may be another spelling of the same article's.
    """
    if isinstance(wanted, dict):
        parts = found if isinstance(found, dict) else {}
        return all(value is None or agrees(value, parts.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list):
        entries = found if isinstance(found, list) else []
        return len(wanted) == len(entries) and all(map(agrees, wanted, entries))
    if wanted in {None, ""}:
        return not found
    if isinstance(wanted, str):
        return isinstance(found, str) and (
            squeezed(wanted) == squeezed(found) or _same_article(wanted, found)
        )
    return str(wanted) == found if isinstance(found, str) else bool(wanted == found)


def narrowed(place: str, wanted: Any, found: Any) -> tuple[str, Any, Any]:  # noqa: ANN401 - any JSON value
    """The first spot inside a value where it is not as labelled, with what stands there."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        parts = [
            (f"{place}.{name}", value, found.get(name)) for name, value in wanted.items() if value is not None
        ]
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        parts = [(f"{place}[{at}]", *pair) for at, pair in enumerate(zip(wanted, found, strict=True))]
    else:
        return place, wanted, found
    spot = next((part for part in parts if not agrees(part[1], part[2])), None)
    return narrowed(*spot) if spot else (place, wanted, found)


def _same_article(first: str, second: str) -> bool:
    if not first.startswith("http"):
        return False
    one, other = identify(first), identify(second)
    return one is not None and other is not None and one.identity == other.identity


def squeezed(text: str | None) -> str:
    """A text without white space."""
    return "".join((text or "").split())


def _best_f1(label: Label, found: Label) -> float:
    texts = [label["text"], *(label.get("alts") or {}).get("text", [])]
    return max(bigram_f1(text, found.get("text")) for text in texts)


def bigram_f1(wanted: str | None, found: str | None) -> float:
    """How much two texts have in common: the F1 of their pairs of neighbouring characters, white space aside."""
    ours, theirs = _bigrams(found), _bigrams(wanted)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def _bigrams(text: str | None) -> Counter[str]:
    bare = squeezed(text)
    return Counter(map("".join, pairwise(bare)))
