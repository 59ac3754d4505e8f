"""The record of an article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from newsarchive.items.article import Article, text_hash
from newsarchive.items.body import Image, Paragraph, Rule, Span
from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import NOTICES, Verdict
from newsarchive.records.listing import ListItem, ListReading


def article(**fields: object) -> Article:
    given: dict[str, object] = {
        "site": "36kr",
        "identity": "36kr:3583802382515337",
        "kind": Verdict.ARTICLE,
        "url": "https://36kr.com/p/3583802382515337",
        "body": [
            Paragraph([Span("正文，"), Span("重点", strong=True)]),
            Image("https://img.36krcdn.com/a", caption="图"),
        ],
    }
    return Article.model_validate(given | fields)


@pytest.mark.parametrize(
    "verdict",
    sorted(
        set(Verdict)
        - {
            kind
            for kind in Verdict
            if kind in ("article", "newsflash", "image_post", "text_post", "video", "audio", "repost_card")
        }
    ),
)
def test_nothing_but_an_article_can_be_an_article(verdict: Verdict) -> None:
    with pytest.raises(ValidationError, match="is no article"):
        article(kind=verdict)


def test_notices_are_no_articles() -> None:
    assert Verdict.DELETED in NOTICES


def test_times_are_held_in_utc_and_naive_ones_refused() -> None:
    at = datetime(2026, 11, 21, 16, 0, tzinfo=SHANGHAI)
    assert article(published_at=at).published_at == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    with pytest.raises(ValidationError):
        article(published_at=datetime(2026, 11, 21, 16, 0))  # noqa: DTZ001 - that is what is refused


def test_text_and_pictures_come_from_the_body() -> None:
    assert article().text == "正文，重点\n图"
    assert [image.caption for image in article().images] == ["图"]


def test_a_record_survives_json() -> None:
    first = article(published_at=datetime(2026, 11, 21, 8, 0, tzinfo=UTC), keys={"id": "3583802382515337"})
    assert Article.model_validate_json(first.model_dump_json()) == first


def test_a_body_holds_nothing_but_blocks() -> None:
    assert article(body=[Paragraph([Span("一")]), {"kind": "rule"}]).body == [Paragraph([Span("一")]), Rule()]
    for wrong in ([Paragraph([Span("一")]), "二"], [Span("一")], Paragraph([Span("一")]), None):
        with pytest.raises(ValidationError):
            article(body=wrong)


def test_another_body_has_another_text() -> None:
    first = article()
    assert first.text
    assert first.words
    other = first.model_copy(update={"body": [Paragraph([Span("新")])]})
    assert (other.text, other.words, other.text_hash) == ("新", "新", text_hash("新"))


def test_the_same_words_have_the_same_hash_whatever_their_spacing() -> None:
    assert text_hash("IT之家 6 月 24 日消息，") == text_hash("it之家6月24日消息")
    assert text_hash("——") == ""


@pytest.mark.parametrize(
    "time",
    [
        "0001-01-01T00:00:00+14:00",
        "0001-10-31T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "9999-12-31T00:00:00Z",
    ],
)
def test_a_time_at_which_nothing_can_be_published_is_none(time: str) -> None:
    assert ListItem.model_validate({"title": "一", "published_at": time}).published_at is None


def test_another_time_that_has_no_utc_is_refused() -> None:
    with pytest.raises(ValidationError, match="no moment in UTC"):
        ListReading.model_validate({"url": "https://example.com/", "read_at": "9999-12-31T23:59:59-12:00"})
