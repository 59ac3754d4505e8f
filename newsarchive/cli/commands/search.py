"""`newsarchive search`: articles by their words."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Annotated, Any, Literal

import typer

from newsarchive.cli.options import (
    JsonOption,
    OneSiteOption,
    SinceOption,
    StoreOption,
    UntilOption,
    ordered_span,
)
from newsarchive.cli.output import complain, print_json, say
from newsarchive.cli.store import with_store
from newsarchive.cli.times import local_time
from newsarchive.editorial.search import best_first
from newsarchive.errors import StorePermissionError, StoreUnreachableError
from newsarchive.items.article import Article
from newsarchive.search.query import Query
from newsarchive.search.snippets import Snippet, snippets_of, title_of
from newsarchive.storage.contract import Store

_TOLD_EVERY = 10_000
_SECONDS = 3.0
"""How long a search may first take articles into the index: some thousand, which is what a day's crawls bring."""


def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS...", help="All of them have to be there; '\"Mate 60\"' is one word."),
    ] = None,
    *,
    site: OneSiteOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    account: Annotated[
        str, typer.Option("--account", help="Only articles of the account of this name.", show_default=False)
    ] = "",
    order: Annotated[
        Literal["newest", "best"],
        typer.Option(
            "--order", help="best: those with the words in their titles first, each the newest first."
        ),
    ] = "newest",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many.")] = 20,
    as_json: JsonOption = False,
    index: Annotated[
        bool, typer.Option("--index", help="Take all articles into the index that are not there yet.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """The articles that have words in their titles, texts or account names, and where (docs/search.md)."""
    if index:
        say(f"the index of texts is complete: {with_store(store, 'write', _index)} articles were taken in")
        return
    query = Query.of(" ".join(words or ()), account)
    first, end = ordered_span(since, until)
    if with_store(store, "read", _is_behind):
        with suppress(StorePermissionError, StoreUnreachableError):
            with_store(store, "write", _begin_index)

    async def find(opened: Store) -> tuple[list[Article], bool]:
        if left := await opened.unsearched():
            complain(
                f"the index of texts lacks {left:,} articles, which are read one by one: `newsarchive search --index` takes"
                " them in",
                style="yellow",
            )
        if order == "best":
            found = best_first(opened, query, site=site, since=first, until=end)
        else:
            found = opened.found(query, site=site, since=first, until=end)
        articles: list[Article] = []
        async for article in found:
            if len(articles) == limit:
                return articles, True
            articles.append(article)
        return articles, False

    articles, more = with_store(store, "read", find)
    if as_json:
        print_json([_json(article, query) for article in articles], indent=2)
        return
    for article in articles:
        say(f"{local_time(article.published_at)}  {article.identity}  {title_of(article, query).marked()}")
        for line in (*(it.marked() for it in snippets_of(article, query)), article.url):
            say(f"    {line}")
    if more:
        say(f"the first {limit}; there are more (--limit)")
    elif not articles:
        say(f"no article has {' and '.join(query.words)}")


async def _is_behind(opened: Store) -> bool:
    return await opened.unsearched() > 0


async def _begin_index(opened: Store) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and await opened.index_texts():
        pass


async def _index(opened: Store) -> int:
    done = 0
    while number := await opened.index_texts():
        if done // _TOLD_EVERY != (done + number) // _TOLD_EVERY:
            left = await opened.unsearched()
            say(f"{done + number:,} articles taken in; {left:,} are not in the index yet", beside=True)
        done += number
    return done


def _json(article: Article, query: Query) -> dict[str, Any]:
    return {
        "identity": article.identity,
        "site": article.site,
        "url": article.url,
        "account": article.attribution.account,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "title": _snippet_json(title_of(article, query)),
        "snippets": [_snippet_json(it) for it in snippets_of(article, query)],
    }


def _snippet_json(snippet: Snippet) -> dict[str, Any]:
    """Hits from where to where, in characters of the text; what comes after the last of one is not in it."""
    return {"text": snippet.text, "hits": [list(hit) for hit in snippet.hits]}
