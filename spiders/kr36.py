"""36kr: feeds lead to articles and carry newsflashes whole; channel lists go on by a cursor; old days by hot lists."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import Response

from newsarchive.items.article import Article
from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import Listing
from spiders.base import DaySpider

_CHANNEL = re.compile(r"/information/(\w+)/?$")
_FLOW = "https://gateway.36kr.com/api/mis/nav/ifm/subNav/flow"
"""The channel lists' next pages; it answered unsigned requests in July 2026. Signed ones are not forged."""
_PAGE_SIZE = 30


class Kr36Spider(DaySpider):
    """Reads feeds and channel lists, or the hot lists of the days that were asked for."""

    name = "36kr"

    def complete_in_list(self, article: Article) -> bool:
        """Newsflashes are whole in feeds and lists; articles have more on their page."""
        return article.kind is Verdict.NEWSFLASH

    def next_page(self, response: Response, listing: Listing) -> Request | None:
        """The channel's next page by the cursor of this one."""
        channel = _CHANNEL.search(response.url)
        asked = response.request.body if response.request else b""
        nick = channel[1] if channel else json.loads(asked)["param"]["subnavNick"] if asked else None
        if not (nick and listing.cursor and listing.more):
            return None
        now = int(datetime.now(UTC).timestamp() * 1000)
        param = {
            "siteId": 1,
            "platformId": 2,
            "subnavType": 1,
            "subnavNick": nick,
            "pageSize": _PAGE_SIZE,
            "pageEvent": 1,
            "pageCallback": listing.cursor,
        }
        return self.list_request(
            _FLOW,
            method="POST",
            headers={
                "Content-Type": "application/json",
                "Referer": "https://36kr.com/",
                "Origin": "https://36kr.com",
            },
            body=json.dumps({"partner_id": "web", "timestamp": now, "param": param}),
        )
