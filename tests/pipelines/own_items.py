"""What a user brings of his own: items of each type, a spider middleware that makes them, a pipeline between ours."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import attrs
import scrapy
from itemadapter import ItemAdapter
from pydantic import BaseModel
from scrapy.http import Response

from newsarchive.items.article import Article

FIELDS = ("site", "identity", "kind", "url", "title", "body", "published_at", "fetched_at", "raw", "extra")


@dataclass
class DataclassItem:
    site: str
    identity: str
    kind: str
    url: str
    title: str
    body: list[Any]
    published_at: Any
    fetched_at: Any
    raw: Any
    extra: dict[str, Any]
    score: float = 0.5


@attrs.define
class AttrsItem:
    site: str
    identity: str
    kind: str
    url: str
    title: str
    body: list[Any]
    published_at: Any
    fetched_at: Any
    raw: Any
    extra: dict[str, Any]
    score: float = 0.5


class PydanticItem(BaseModel):
    site: str
    identity: str
    kind: str
    url: str
    title: str
    body: list[Any]
    published_at: Any
    fetched_at: Any
    raw: Any
    extra: dict[str, Any]
    score: float = 0.5


class ScrapyItem(scrapy.Item):
    site = scrapy.Field()
    identity = scrapy.Field()
    kind = scrapy.Field()
    url = scrapy.Field()
    title = scrapy.Field()
    body = scrapy.Field()
    published_at = scrapy.Field()
    fetched_at = scrapy.Field()
    raw = scrapy.Field()
    extra = scrapy.Field()
    score = scrapy.Field()


MAKERS: dict[str, Callable[..., Any]] = {
    "dataclass": DataclassItem,
    "attrs": AttrsItem,
    "pydantic": PydanticItem,
    "scrapy": lambda **fields: ScrapyItem(fields | {"score": 0.5}),
    "dict": lambda **fields: fields | {"score": 0.5},
}


def own(kind: str, article: Article) -> Any:  # noqa: ANN401
    """An article as an item of a user's own, with a field that no article has."""
    return MAKERS[kind](**{name: getattr(article, name) for name in FIELDS})


class OwnItems:
    """A spider middleware that puts an item of a user's own in each article's place, of one type after the other."""

    def __init__(self) -> None:
        self._kinds = cycle(MAKERS)

    async def process_spider_output(
        self,
        response: Response,  # noqa: ARG002
        result: AsyncIterator[Any],
    ) -> AsyncIterator[Any]:
        async for one in result:
            yield own(next(self._kinds), one) if isinstance(one, Article) else one


class Between:
    """A pipeline that notes what it sees of an item, and gives it another title."""

    def __init__(self) -> None:
        self._file = Path(os.environ["SEEN"])

    def process_item(self, item: Any) -> Any:  # noqa: ANN401
        fields = ItemAdapter(item)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps([type(item).__name__, fields["identity"], fields["title"]]) + "\n")
        fields["title"] = f"【读】{fields['title']}"
        return item
