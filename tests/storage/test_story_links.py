"""What both engines find when articles are saved: texts that are nearly the same, inside one another, and originals."""

from __future__ import annotations

from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest

from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import Image, Paragraph, Span
from newsarchive.records.story_link import StoryLink
from newsarchive.storage import Store
from newsarchive.storage.sqlite.store import SqliteStore
from tests.storage.records import LONG_URL, SHORT, SHORT_URL, article, body, weixin, weixin_by_short_link
from tests.stories.test_likeness import NOTE, OTHER, TEXT

NEAR = "near"


def kr36(text: str = TEXT, **fields: Any) -> Article:  # noqa: ANN401
    given: dict[str, Any] = {
        "site": "36kr",
        "identity": "36kr:3900000000000001",
        "url": "https://36kr.com/p/3900000000000001",
        "body": body(*text.splitlines()),
    }
    return article(1, **given | fields)


def ithome(text: str = TEXT, number: int = 7, **fields: Any) -> Article:  # noqa: ANN401
    return article(number, body=body(*text.splitlines()), **fields)


async def kinds(store: Store, *names: str) -> list[tuple[str, str, str]]:
    return [(it.identity, it.kind, it.other) for it in await store.story_links(names)]


async def test_a_reprint_is_tied_to_what_it_repeats_whichever_comes_first(store: Store) -> None:
    await store.save_articles([ithome(), ithome(OTHER, 8)])
    await store.save_articles([kr36(f"{TEXT}\n{NOTE}")])
    (link,) = await store.story_links([kr36().identity])
    assert (link.identity, link.other, link.kind) == (kr36().identity, "ithome:7", NEAR)
    assert link.share == 1.0
    assert 0.8 < link.part < 1
    assert await store.story_links(["ithome:7"]) == [link]
    assert await store.story_links(["ithome:8", "ithome:nothing"]) == []


async def test_two_of_one_batch_are_tied_and_two_of_one_publisher_are_not(store: Store) -> None:
    await store.save_articles([ithome(), kr36(), ithome(f"{TEXT}\n{NOTE}", 8)])
    assert await kinds(store, "ithome:7", "ithome:8") == [
        (kr36().identity, NEAR, "ithome:7"),
        ("ithome:8", NEAR, kr36().identity),
    ]


async def test_a_batch_ties_what_its_articles_would_one_by_one(store: Store, tmp_path: Path) -> None:
    """Those that change within it, or become another's, too."""
    text, other = body(*TEXT.splitlines()), body(*OTHER.splitlines())
    roundup = kr36(
        "\n".join([OTHER, TEXT, OTHER[::-1], TEXT[::-1]]), identity="36kr:2", url="https://36kr.com/p/2"
    )
    batch = [
        weixin_by_short_link(body=text), ithome(), kr36(), ithome(OTHER), roundup, weixin(body=other, aliases=(SHORT_URL,)),
        ithome(f"{TEXT}\n{NOTE}", 8), kr36(OTHER, title="改过"), ithome(OTHER, 9, attribution=Attribution(original_account="渡口")),
    ]  # fmt: skip
    names = [it.identity for it in batch]
    held = []
    async with SqliteStore(tmp_path / "singly.sqlite") as singly:
        for it in batch:
            await singly.save_articles([it])
        await store.save_articles(batch)
        for one in (store, singly):
            links = await one.story_links(names)
            held.append(sorted((link.kind, *sorted((link.identity, link.other))) for link in links))
    assert len(held[0]) > 5
    assert held[0] == held[1]


async def test_copies_of_one_batch_leave_room_for_the_original(store: Store) -> None:
    await store.save_articles([ithome()])
    copies = [
        weixin(
            identity=f"weixin:MzA=:{number}:1", url=f"https://mp.weixin.qq.com/s/{number}", keys={},
            body=body(*TEXT.splitlines()), attribution=Attribution(account=f"号{number}"),
        )
        for number in range(40)
    ]  # fmt: skip
    await store.save_articles(copies)
    assert (copies[0].identity, NEAR, "ithome:7") in await kinds(store, "ithome:7")


async def test_a_text_in_a_roundup_is_contained(store: Store) -> None:
    await store.save_articles([ithome()])
    await store.save_articles([kr36("\n".join([OTHER, TEXT, OTHER[::-1], TEXT[::-1]]))])
    assert await kinds(store, "ithome:7") == [(kr36().identity, "contains", "ithome:7")]


async def test_another_text_ties_anew(store: Store) -> None:
    await store.save_articles([ithome(), kr36()])
    await store.save_articles([ithome(OTHER)])
    assert await kinds(store, "ithome:7") == []
    await store.save_articles([weixin(body=body(*OTHER.splitlines()))])
    assert await kinds(store, "ithome:7") == [(weixin().identity, NEAR, "ithome:7")]
    # The text that it no more has leads nowhere.
    await store.save_articles(
        [
            weixin(
                identity="weixin:MzA=:9:1",
                url="https://mp.weixin.qq.com/s/9",
                keys={},
                body=body(*TEXT.splitlines()),
                attribution=Attribution(account="别的号"),
            )
        ]
    )
    assert await kinds(store, "weixin:MzA=:9:1") == [("weixin:MzA=:9:1", NEAR, kr36().identity)]


async def test_what_is_saved_again_is_tied_once(store: Store) -> None:
    for title in ("题一", "题二", "题二"):
        await store.save_articles([ithome(title=title), kr36(title=title)])
    assert len(await store.story_links(["ithome:7"])) == 1


async def test_a_named_original_is_tied_before_it_is_stored_and_while_it_is_named(store: Store) -> None:
    reprint = kr36(attribution=Attribution(original_url=LONG_URL))
    await store.save_articles([reprint])
    found = await kinds(store, LONG_URL)
    assert (reprint.identity, "names", LONG_URL) in found
    assert {kind for _, kind, _ in await kinds(store, reprint.identity)} == {"names"}


async def test_an_absorbed_article_is_tied_no_more(store: Store) -> None:
    text = body(*TEXT.splitlines())
    await store.save_articles([weixin_by_short_link(body=text), kr36()])
    assert await kinds(store, f"weixin:s:{SHORT}")
    await store.save_articles([weixin(body=text, aliases=(SHORT_URL,))])
    assert await kinds(store, f"weixin:s:{SHORT}") == []
    assert len(await kinds(store, weixin().identity)) == 1


async def test_an_editors_word_is_kept_and_taken_back(store: Store) -> None:
    await store.save_articles([ithome(OTHER)])
    token = await store.change_token()
    word = StoryLink(identity="ithome:7", other="ithome:8", kind="apart")
    await store.put_story_links([word, word])
    assert await store.story_links(["ithome:8"]) == [word]
    assert await store.change_token() != token
    await store.save_articles([ithome(TEXT)])
    assert await store.story_links(["ithome:8"]) == [word]
    await store.delete_story_links([word])
    await store.delete_story_links([word])
    assert await store.story_links(["ithome:7"]) == []


async def test_what_was_stored_before_there_were_links_is_tied_later(store: Store) -> None:
    articles = [ithome(), kr36(), ithome("短。", 8)]
    await store.save_articles(articles)
    for it in articles:  # as an older newsarchive has left it: the articles alone
        forgotten = store._forget_text(it.identity)  # type: ignore[attr-defined]
        if isawaitable(forgotten):
            await forgotten
    assert await kinds(store, "ithome:7") == []
    assert await store.link_stories(articles) == 2
    assert await kinds(store, "ithome:7") == [(kr36().identity, NEAR, "ithome:7")]
    assert await store.link_stories(articles) == 0


@pytest.mark.parametrize("text", ["", "早上好"])
async def test_texts_that_say_nothing_tie_nothing(store: Store, text: str) -> None:
    greeting = [Paragraph([Span(text)])] if text else [Image("https://img.ithome.com/a.png")]
    original = ithome(attribution=Attribution(account="渡口"), number=8).model_copy(update={"body": greeting})
    other = kr36(attribution=Attribution(original_account="渡口")).model_copy(
        update={"body": [*greeting, Image("https://img.36krcdn.com/b.png")]}
    )
    await store.save_articles([original])
    await store.save_articles([other])
    assert await kinds(store, other.identity, original.identity) == []
