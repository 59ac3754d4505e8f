"""Ask the sample hosts without a network, and read what they say with the real readers."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from newsarchive.records.page import Page, Reading
from newsarchive.sites.reading import read as read_page
from samples.answer import Answer, Asked
from samples.hosts.table import answer
from samples.world import World


def ask(world: World, url: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    parts = urlsplit(url)
    asked = Asked(method, parts.hostname or "", parts.path or "/", parts.query, headers, body)
    return answer(world, asked)


def read(world: World, url: str, method: str = "GET", body: bytes = b"") -> Reading:
    given = ask(world, url, method, body)
    headers = {"content-type": given.content_type, **given.headers}
    return read_page(Page(given.body, url, given.status, headers, world.now))


def gateway_body(callback: str = "", size: int = 30) -> bytes:
    param = {"siteId": 1, "platformId": 2, "subnavNick": "web_news", "subnavType": 1, "pageSize": size}
    param |= {"pageEvent": int(bool(callback)), "pageCallback": callback}
    return json.dumps({"partner_id": "web", "timestamp": 0, "param": param}).encode()
