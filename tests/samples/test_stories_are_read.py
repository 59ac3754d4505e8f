"""Every sample page is judged and read by the real readers, as the story says."""

from __future__ import annotations

import pytest

from newsarchive.items.verdict import ARTICLE_KINDS, Verdict
from samples.markup import pictures_of
from samples.story import Story, load
from samples.world import World
from tests.samples.asking import ask, read

STORIES = load().stories
READABLE = [story for story in STORIES if not story.is_withdrawn and story.kind != "encrypted"]
VERDICTS = {
    "flash": Verdict.NEWSFLASH,
    "image_post": Verdict.IMAGE_POST,
    "text_post": Verdict.TEXT_POST,
    "repost_card": Verdict.REPOST_CARD,
    "deleted": Verdict.DELETED,
    "violation": Verdict.VIOLATION,
}


def ids(story: Story) -> str:
    return story.key


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def words(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("story", [story for story in STORIES if story.kind != "encrypted"], ids=ids)
def test_verdict(world: World, story: Story) -> None:
    assert read(world, story.url).verdict == VERDICTS.get(story.kind, Verdict.ARTICLE)


@pytest.mark.parametrize("story", READABLE, ids=ids)
def test_article(world: World, story: Story) -> None:
    article = read(world, story.url).article
    assert article is not None
    assert article.identity == story.identity
    if story.kind != "text_post":
        assert article.title == story.title
    difference = abs((article.published_at or world.now) - story.published)
    assert difference.total_seconds() < (60 if article.published_precision != "second" else 1.001)
    if story.kind == "repost_card":
        assert article.attribution.original_url
        return
    text = words(article.text)
    assert [line for line in story.lines if words(line) not in text] == []
    assert len(article.images) == len(pictures_of(story.blocks))


@pytest.mark.parametrize("story", [story for story in READABLE if story.site == "weixin"], ids=ids)
def test_long_link_is_the_same_article(world: World, story: Story) -> None:
    long, short = read(world, story.long_url).article, read(world, story.url).article
    assert long is not None
    assert short is not None
    assert (long.identity, long.title, long.text_hash) == (short.identity, short.title, short.text_hash)


@pytest.mark.parametrize("story", [story for story in READABLE if story.site == "weixin"], ids=ids)
def test_account_and_author(world: World, story: Story) -> None:
    article = read(world, story.url).article
    assert article is not None
    assert story.account is not None
    assert article.attribution.account == story.account.name
    assert (article.attribution.author or "") == story.author


@pytest.mark.parametrize("story", [story for story in READABLE if story.kind == "article"], ids=ids)
def test_digest(world: World, story: Story) -> None:
    article = read(world, story.url).article
    assert article is not None
    assert story.digest in (article.digest or "")


@pytest.mark.parametrize(
    "story", [story for story in STORIES if story.site == "36kr" and story.same_as], ids=ids
)
def test_reprint_names_its_source_and_has_its_text(world: World, story: Story) -> None:
    original = world[story.same_as]
    assert original.account is not None
    article = read(world, story.url).article
    assert article is not None
    assert article.attribution.original_account == original.account.name
    assert article.attribution.original_account_alias == original.account.alias
    assert article.attribution.original_author == original.author
    assert [line for line in original.lines if words(line) not in words(article.text)] == []


def test_promotion_is_marked(world: World) -> None:
    article = read(world, world["it-promo-kettle"].url).article
    assert article is not None
    assert article.promotion


def test_locked_page_needs_a_browser(world: World) -> None:
    story = world["kr-game"]
    reading = read(world, story.url)
    assert reading.article is None
    assert reading.verdict not in ARTICLE_KINDS
    text = ask(world, story.url).body.decode()
    assert '<div id="article-root"></div>' in text
    assert "innerHTML" in text


@pytest.mark.parametrize("site", ["36kr", "ithome", "weixin"])
def test_generated_stories_are_read(site: str) -> None:
    fresh = World()
    added = fresh.generate(30, seed=7)
    for story in added:
        if story.site == site:
            article = read(fresh, story.url).article
            assert article is not None
            assert (article.identity, article.title) == (story.identity, story.title)
            assert [line for line in story.lines if words(line) not in words(article.text)] == []


def test_numbers_have_the_real_shape(world: World) -> None:
    ithome = [story.item_id for story in world.stories("ithome")]
    assert ithome == sorted(ithome)
    assert 997_000 <= ithome[0] < 998_000
    assert ithome[-1] > 1_018_000
    for story in world.stories("36kr"):
        created = (story.item_id >> 14) + 1_546_272_000_000
        assert 0 < story.published.timestamp() * 1000 - created < 3_600_000
        assert len(str(story.item_id)) == 16
    for story in world.stories("weixin"):
        assert len(story.short_token) == 22
