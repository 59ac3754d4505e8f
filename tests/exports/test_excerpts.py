"""An excerpt is short, ends with a sentence, leads to the original, and holds nothing else of the page."""

from __future__ import annotations

from exports.content.attribution import credit_blocks, credits_of, rights_of
from newsarchive.editorial.excerpts import EXCERPT_LENGTH, excerpt_of, excerpted
from newsarchive.editorial.selection import draft_text
from newsarchive.items.article import Attribution
from newsarchive.items.body import Paragraph, Span, images_of, links_of, text_of
from tests.storage.records import article, body, everything, weixin


def test_excerpt_is_the_sites_own_digest_without_its_hashtags() -> None:
    held = article(digest="站点自己的摘要。#手机##芯片#")
    assert excerpt_of(held) == "站点自己的摘要。"


def test_excerpt_of_a_text_ends_with_a_sentence() -> None:
    sentence = "这句话有十个汉字吗？"
    held = article(body=body(*[sentence * 5] * 10))
    text = excerpt_of(held)
    assert len(text) <= EXCERPT_LENGTH
    assert text.endswith("？")
    assert excerpt_of(article(body=body("没有句号" * 200))).endswith("…")
    assert excerpt_of(article(body=[])) == ""


def test_excerpt_does_not_say_what_is_struck_out() -> None:
    held = article(body=[Paragraph([Span("售价"), Span(" 999 元", struck=True), Span(" 599 元。")])])
    assert excerpt_of(held) == "售价 599 元。"
    assert "999" not in draft_text(held)


def test_excerpted_article_holds_nothing_of_the_rest() -> None:
    held = everything().model_copy(update={"digest": None})
    long = article(
        **{name: getattr(held, name) for name in type(held).model_fields}
        | {"body": [*body("第一句。" * 60, "秘密的结尾。"), *held.body]}
    )
    assert "秘密" in long.text
    assert long.images
    short = excerpted(long)
    assert short.identity == long.identity
    assert short.attribution == long.attribution
    assert "秘密" not in short.model_dump_json()
    assert not short.images
    assert not images_of(short.body)
    assert short.cover is None
    assert links_of(short.body) == [(long.url, "阅读原文")]
    assert excerpted(short).text.startswith("第一句。")


def test_credits_name_source_author_original_and_link() -> None:
    held = weixin(
        attribution=Attribution(
            account="某公众号",
            author="张三",
            copyright="repost",
            original_account="另一公众号",
            original_url="https://a.cn/1",
        )
    )
    assert [(it.label, it.words) for it in credits_of(held)] == [
        ("来源", "微信公众号 · 某公众号"),
        ("作者", "张三"),
        ("首发", "另一公众号"),
        ("原文", held.url),
    ]
    assert links_of(credit_blocks(held)) == [("https://a.cn/1", "另一公众号"), (held.url, held.url)]
    assert rights_of(held).startswith("原文为转载。版权")
    assert text_of(credit_blocks(article())).startswith("来源：IT之家 ｜ 原文：https://www.ithome.com/")
