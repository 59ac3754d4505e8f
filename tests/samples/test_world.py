"""What a test can change in the sample world, and what always stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from newsarchive.items.verdict import Verdict
from samples.ids import SHANGHAI
from samples.story import load
from samples.world import PER_DAY, World, _moments
from tests.samples.asking import ask, read

HAND_WRITTEN = load().stories


@pytest.fixture
def world() -> World:
    return World()


def test_an_added_story_is_in_lists_and_has_a_page(world: World) -> None:
    story = replace(
        world["it-game"],
        key="it-new",
        title="新的一天",
        published=datetime(2026, 10, 31, 20, tzinfo=SHANGHAI),
        text="新的正文。",
    )
    world.add(story)
    listing = read(world, "https://www.ithome.com/list/").listing
    assert listing is not None
    assert listing.items[0].title == "新的一天"
    article = read(world, story.url).article
    assert article is not None
    assert article.text == "新的正文。"


def test_two_stories_never_share_a_number(world: World) -> None:
    with pytest.raises(ValueError, match="same number"):
        world.add(replace(world["it-game"], key="it-twin"))
    with pytest.raises(ValueError, match="same account and minute"):
        world.add(replace(world["wx-sensor"], key="wx-twin"))


@pytest.mark.parametrize("key", ["it-game", "kr-db", "wx-sensor"])
def test_an_edit_keeps_the_identity(world: World, key: str) -> None:
    before = read(world, world[key].url).article
    world.edit(key, title="改过的标题 <b>&", text="改过的正文。")
    after = read(world, world[key].url).article
    assert before is not None
    assert after is not None
    assert after.identity == before.identity
    assert after.published_at == before.published_at
    assert (after.title, after.text) == ("改过的标题 <b>&", "改过的正文。")


@pytest.mark.parametrize(("key", "status"), [("it-game", 404), ("kr-db", 200), ("wx-sensor", 200)])
def test_a_deleted_story_is_a_notice_and_in_no_list(world: World, key: str, status: int) -> None:
    story = world[key]
    world.delete(key)
    assert ask(world, story.url).status == status
    assert read(world, story.url).verdict == Verdict.DELETED
    assert story.key not in {other.key for other in world.newest(story.site)}


def test_time_hides_what_is_not_out_yet(world: World) -> None:
    world.now = datetime(2026, 9, 15, 9, 0, tzinfo=SHANGHAI)
    listing = read(world, "https://www.ithome.com/list/").listing
    assert listing is not None
    assert max(item.published_at for item in listing.items if item.published_at) <= world.now
    assert ask(world, "https://www.ithome.com/list/2026-09-16.html").status == 404
    assert ask(world, world["it-year"].url).status == 404


@pytest.mark.parametrize(("stage", "mark"), [(1, "火山引擎"), (2, "TTGCaptcha")])
def test_36kr_challenge_comes_with_200_for_feeds_too(world: World, stage: int, mark: str) -> None:
    world.challenge("www.36kr.com", stage)
    answer = ask(world, "https://www.36kr.com/feed")
    assert answer.status == 200
    assert mark in answer.body.decode()
    assert read(world, "https://www.36kr.com/feed").verdict == Verdict.CHALLENGE
    assert read(world, "https://36kr.com/feed").verdict == Verdict.FEED
    world.calm("www.36kr.com")
    assert read(world, "https://www.36kr.com/feed").verdict == Verdict.FEED


def test_weixin_sends_to_the_verification(world: World) -> None:
    story = world["wx-sensor"]
    world.challenge("mp.weixin.qq.com")
    answer = ask(world, story.url)
    assert answer.status == 302
    target = answer.headers["Location"]
    assert target.startswith("https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=")
    assert read(world, target).verdict == Verdict.CAPTCHA


def test_long_links_can_be_challenged_alone(world: World) -> None:
    world.long_links_challenged = True
    story = world["wx-sensor"]
    assert ask(world, story.long_url).status == 302
    assert ask(world, story.url).status == 200


def test_wrong_links_are_param_errors(world: World) -> None:
    story = world["wx-sensor"]
    for url in (
        "https://mp.weixin.qq.com/s/nosuchtokennosuchtoken",
        story.long_url.replace(story.sn, "0" * 32),
    ):
        assert read(world, url).verdict == Verdict.PARAM_ERROR
    assert (
        read(world, "https://mp.weixin.qq.com/s?src=11&timestamp=1&ver=1&signature=x").verdict
        == Verdict.EXPIRED
    )


def test_a_list_can_be_closed(world: World) -> None:
    url = "https://www.36kr.com/feed"
    world.close(url)
    listing = read(world, url).listing
    assert listing is not None
    assert listing.items == ()
    world.close(url, "blank")
    assert ask(world, url).body == b""
    world.close(url, "error")
    assert ask(world, url).status == 500


def test_a_day_can_be_missing(world: World) -> None:
    world.drop_day(date(2026, 9, 5))
    assert ask(world, "https://www.ithome.com/list/2026-09-05.html").status == 404
    assert ask(world, "https://www.ithome.com/list/2026-09-06.html").status == 200


def test_robots(world: World) -> None:
    assert "Disallow: /\n" in ask(world, "https://mp.weixin.qq.com/robots.txt").body.decode()
    assert "Disallow: /search" in ask(world, "https://36kr.com/robots.txt").body.decode()
    world.forbid("www.ithome.com")
    assert ask(world, "https://www.ithome.com/robots.txt").body == b"User-agent: *\nDisallow: /\n"


def test_faults_end_after_their_number_of_times(world: World) -> None:
    url = "https://www.ithome.com/list/"
    world.fail("www.ithome.com", 429, retry_after=7, times=2)
    answers = [ask(world, url) for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    world.fail("www.ithome.com", 503, path="/rss/")
    assert ask(world, url).status == 200
    assert ask(world, "https://www.ithome.com/rss/").status == 503


def test_foreign_readers_get_a_placeholder_for_weixin_pictures(world: World) -> None:
    article = read(world, world["wx-sensor"].url).article
    assert article is not None
    url = article.images[0].url
    own = ask(world, url, Referer="https://mp.weixin.qq.com/s/x")
    assert own.body == ask(world, url).body
    assert ask(world, url, Referer="https://www.example.com/").body != own.body


@pytest.mark.parametrize("count", [0, 1, 100, 2000])
def test_any_number_of_stories(count: int) -> None:
    world = World()
    before = len(world.stories())
    added = world.generate(count)
    assert len(added) == count == len(world.stories()) - before
    assert len({story.identity for story in world.stories()}) == len(world.stories())


def test_more_stories_than_the_two_months_hold_go_back_in_time() -> None:
    first_day = datetime(2026, 9, 1, tzinfo=SHANGHAI)
    assert next(_moments(61 * PER_DAY)) >= first_day
    assert next(_moments(61 * PER_DAY + 1)) < first_day


def test_same_seed_same_bytes() -> None:
    one, other, third = World(), World(), World()
    one.generate(60, seed=1)
    other.generate(60, seed=1)
    third.generate(60, seed=2)
    urls = [story.url for story in one.stories()] + [
        "https://www.36kr.com/feed",
        "https://www.ithome.com/list/",
    ]
    assert [ask(one, url).body for url in urls] == [ask(other, url).body for url in urls]
    assert {story.title for story in one.stories()} != {story.title for story in third.stories()}


def test_content_reads_well_as_a_digest() -> None:
    texts = [story for story in HAND_WRITTEN if story.kind != "flash"]
    assert len(texts) >= 60
    for story in texts:
        assert story.title == story.title.strip()
        assert 4 <= len(story.digest) <= 80, story.key
        assert story.digest[-1] in "。？！", story.key
    assert len({story.title for story in HAND_WRITTEN if not story.same_as}) == sum(
        not story.same_as for story in HAND_WRITTEN
    )
    months = {story.published.month for story in HAND_WRITTEN}
    assert months == {9, 10}
    assert {story.published.year for story in HAND_WRITTEN} == {2026}
