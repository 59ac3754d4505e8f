"""Articles whose raw pages were read again: what is written in their place, over both engines."""

from __future__ import annotations

from datetime import UTC, datetime

from newsarchive.items.article import RawReference
from newsarchive.records.story_link import StoryLink
from newsarchive.storage import Store
from tests.storage.records import article, body, pick

PAGE = RawReference(file="pages.warc.gz", offset=0, sha256="a" * 64)


async def test_another_reading_takes_the_place_of_the_first_and_leaves_a_revision_of_the_parser(
    store: Store,
) -> None:
    await store.save_articles(
        [article(1, title="读错的题目", body=body("一段旧的文字。"), digest="摘要", raw=PAGE)]
    )
    held = await store.article(article(1).identity)
    assert held is not None
    assert held.text
    new = held.model_copy(update={"title": "读对的题目", "digest": None})
    token = await store.change_token()
    assert await store.rewrite_articles([(held, new)]) == [True]
    now = await store.article(held.identity)
    assert now is not None
    assert (now.title, now.digest, now.text) == ("读对的题目", None, held.text)
    (revision,) = await store.revisions(held.identity)
    assert (revision.title, revision.cause) == ("读错的题目", "parser")
    assert await store.change_token() != token


async def test_a_second_time_changes_nothing(store: Store) -> None:
    await store.save_articles([article(1, title="旧")])
    held = await store.article(article(1).identity)
    assert held is not None
    new = held.model_copy(update={"title": "新"})
    for _ in range(3):
        assert await store.rewrite_articles([(held, new)]) == [True]
    assert len(await store.revisions(held.identity)) == 1


async def test_what_somebody_changed_meanwhile_is_left_as_it_is(store: Store) -> None:
    await store.save_articles([article(1, title="旧"), article(2, title="旧")])
    held = await store.article(article(1).identity)
    other = await store.article(article(2).identity)
    assert held is not None
    assert other is not None
    await store.save_articles([article(1, title="网站改的", fetched_at=datetime(2030, 1, 1, tzinfo=UTC))])
    pairs = [(it, it.model_copy(update={"title": "新"})) for it in (held, other)]
    assert await store.rewrite_articles(pairs) == [False, True]
    now = await store.article(held.identity)
    assert now is not None
    assert now.title == "网站改的"
    missing = held.model_copy(update={"identity": article(9).identity})
    assert await store.rewrite_articles([(missing, missing.model_copy(update={"title": "新"}))]) == [False]
    assert await store.article(missing.identity) is None


async def test_the_hands_of_editors_stay(store: Store) -> None:
    """Picks and stories that were joined by hand are no matter of a parser; links of a text that is another one go."""
    words = "。".join(f"这是第{number}句用来比较的话，说的是同一件事情" for number in range(40))
    await store.save_articles([article(1, body=body(words)), article(2, body=body(words))])
    one, two = article(1).identity, article(2).identity
    joined = StoryLink(identity=one, other=two, kind="joined", at=datetime(2026, 11, 1, tzinfo=UTC))
    await store.put_story_links([joined])
    await store.save_picks([pick()])
    held = await store.article(one)
    assert held is not None
    assert await store.rewrite_articles(
        [(held, held.model_copy(update={"body": body("另一段文字。" * 60)}))]
    ) == [True]
    assert joined in await store.story_links([one])
    assert await store.picks(pick().day, pick().day) == [pick()]
