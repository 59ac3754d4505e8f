"""What a sample host is asked and what it answers, without any network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to a sample host; `path` begins with a slash and has no query."""

    method: str
    host: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def url(self) -> str:
        """The real URL without its query."""
        return f"https://{self.host}{self.path}"

    @property
    def full_url(self) -> str:
        """The real URL."""
        return self.url + (f"?{self.query}" if self.query else "")

    @property
    def arguments(self) -> dict[str, str]:
        """The query's arguments; the last of equal names counts."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `modified` (and an ETag) is given for what can be asked for conditionally: lists, feeds, pictures."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None


def page(text: str, status: int = 200, modified: datetime | None = None) -> Answer:
    """An HTML page."""
    return Answer(text.encode(), status=status, modified=modified)


def xml(
    text: str, modified: datetime | None = None, content_type: str = "application/xml; charset=utf-8"
) -> Answer:
    """A feed."""
    return Answer(text.encode(), content_type, modified=modified)


def as_json(value: object, modified: datetime | None = None) -> Answer:
    """A JSON answer."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(text.encode(), "application/json; charset=utf-8", modified=modified)


def plain(text: str, status: int = 200) -> Answer:
    """A text file, such as robots.txt."""
    return Answer(text.encode(), "text/plain; charset=utf-8", status)


def moved(url: str) -> Answer:
    """A temporary redirect to a real URL."""
    return Answer(b"", status=302, headers={"Location": url})


def not_found() -> Answer:
    """The page for what never was."""
    return page(
        "<!DOCTYPE html><html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>", 404
    )
