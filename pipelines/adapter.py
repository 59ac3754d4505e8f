"""Items of any type (dataclass, attrs, pydantic, dict, `scrapy.Item`) as the articles that they are."""

from __future__ import annotations

from typing import Any, TypeAlias

from itemadapter import ItemAdapter

from newsarchive.items.article import Article

Item: TypeAlias = Any
"""An item of any type that says what an article says."""


def article_of(item: Item) -> Article:
    """The article that an item is: itself, or one of the item's fields. What no article has a field for is its `extra`.

    Raises TypeError for what is no item, ValueError for an item that is no article.
    """
    if type(item) is Article:
        return item
    said = {name: value for name, value in ItemAdapter(item).asdict().items() if value is not None}
    fields = {name: said.pop(name) for name in Article.model_fields if name in said}
    extra = {name: value for name, value in said.items() if name not in Article.model_computed_fields}
    return Article.model_validate(fields | {"extra": extra | fields.get("extra", {})})


def with_fields(item: Item, article: Article, fields: dict[str, Any]) -> Item:
    """The item with other values in some fields; where its type does not take them, the article with them."""
    adapter = ItemAdapter(item)
    try:
        adapter.update(fields)
    except (KeyError, AttributeError, ValueError):  # no such field, a frozen class, a check of the type's own
        return article.model_copy(update=fields)
    return item


def name_of(item: Item) -> str:
    """What an item is called: the identity of its article, else its type."""
    if isinstance(item, Article):
        return item.identity
    identity = ItemAdapter(item).get("identity") if ItemAdapter.is_item(item) else None
    return str(identity or type(item).__name__)
