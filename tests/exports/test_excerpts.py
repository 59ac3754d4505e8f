"""An excerpt is short, ends with a sentence, leads to the original, and holds nothing else of the page."""

from __future__ import annotations

import pytest

from exports.content.attribution import credit_blocks, credits_of, rights_of
from newsarchive.editorial.excerpts import (
    EXCERPT_LENGTH,
    draft_line,
    draft_words,
    excerpt_of,
    excerpted,
    worded,
)
from newsarchive.editorial.selection import draft_text
from newsarchive.items.article import Attribution
from newsarchive.items.body import Aside, Heading, Image, Paragraph, Span, images_of, links_of, text_of
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


TITLE = "远汀存储推出 128GB 内存条，功耗下降 22%"
NEWS = "远汀存储推出单条 128GB 的内存条，满载功耗比上一代下降 22%。"


@pytest.mark.parametrize(
    "lines",
    [
        (f"IT之家 11 月 13 日消息，{NEWS}",),
        (f"IT之家11月13日消息，{NEWS}",),
        (f"某某社 11 月 13 日电，{NEWS}",),
        (f"某某网独家获悉，{NEWS}",),
        (f"某某社北京 11 月 13 日电（记者叶听澜）{NEWS}",),
        (f"【某网科技综合报道】11月13日消息，{NEWS}",),
        (f"某网科技讯 11月13日消息，{NEWS}",),
        ("某某报道", "编辑：桃子 好困", f"【某某导读】{NEWS}"),
        ("点击上方蓝字关注我们", NEWS),
        (f"感谢IT之家网友 北海的风 的线索投递！ IT之家 11 月 13 日消息，{NEWS}",),
        (f"文｜叶听澜 编辑｜问舟 {NEWS}",),
        ("文 | 存储研究院 叶听澜", NEWS),
        ("作者：叶听澜，存储研究院研究员；", "来源：轻存储", NEWS),
        ("作者 叶听澜", NEWS),
        ("摄影：产品经理", NEWS),
        ("题图来自某图库。", NEWS),
        ("本文来自微信公众号“墨鱼芯事”（ID：moyu），作者叶听澜，36氪经授权发布。", NEWS),
        (f"编者按：{NEWS}",),
        (f"大家好，{NEWS}",),
        (f"1、{NEWS}",),
        ("产品", "一张没有句号的图注", NEWS),
        (f"#内存##存储#{NEWS}#内存##存储#",),
    ],
)
def test_a_draft_begins_with_the_news(lines: tuple[str, ...]) -> None:
    held = article(title=TITLE, body=body(*lines))
    assert draft_words(held) == NEWS
    assert draft_line(held) == NEWS
    assert held.text == "\n".join(lines)


@pytest.mark.parametrize(
    "words",
    ["据某某报 11 月 13 日报道，", "11 月 13 日，", "某某公司从法院获悉，", "据腾讯 11 月 13 日公告，"],
)
def test_where_news_comes_from_and_when_is_part_of_it(words: str) -> None:
    assert draft_words(article(title=TITLE, body=body(f"{words}{NEWS}"))) == f"{words}{NEWS}"


def test_the_datelines_of_a_site_go_with_that_site() -> None:
    text = "近日，36氪获悉，远汀存储推出单条 128GB 的内存条。"
    held = article(title=TITLE, body=body(text))
    there = held.model_copy(update={"site": "36kr", "identity": "36kr:1"})
    assert draft_words(there) == "近日，远汀存储推出单条 128GB 的内存条。"


@pytest.mark.parametrize(
    "digest",
    [
        "首发特惠，最后一天！",
        "这里记录每周值得分享的内容，周五发布。",
        "远汀存储推出单条 128GB 的内存条，满载功耗比",
        "省略...",
        "摄影：产品经理远汀存储推出单条 128GB 的内存条",
    ],
)
def test_a_digest_that_says_nothing_or_is_cut_gives_way_to_the_text(digest: str) -> None:
    lines = ("摄影：产品经理", NEWS) if digest.startswith("摄影") else (NEWS,)
    assert draft_words(article(title=TITLE, digest=digest, body=body(*lines))) == NEWS


def test_a_digest_that_says_something_is_the_draft_as_it_is() -> None:
    digest = "远汀存储的新内存条功耗下降 22%。\n下月开售。#内存##存储#"
    assert draft_words(article(title=TITLE, digest=digest)) == "远汀存储的新内存条功耗下降 22%。下月开售。"
    headline = article(title=TITLE, digest="远汀存储推出省电的内存条")
    assert draft_words(headline) == "远汀存储推出省电的内存条。"


def test_a_draft_is_the_sentence_that_tells_what_the_title_tells() -> None:
    blocks = [
        Heading(2, [Span("远汀存储推出内存条。")]),
        Aside("tipster", body("感谢某网友的线索投递！远汀存储推出内存条。")),
        Image("https://img.example/1.jpg", caption="远汀存储推出的 128GB 内存条，功耗下降 22%。"),
        *body("服务器越来越热，这早已不是秘密。", "它怎么才能凉下来？", NEWS, "另一段。"),
    ]
    assert draft_words(article(title=TITLE, body=blocks)) == NEWS


def test_what_tells_no_subject_gets_its_title_where_no_title_stands() -> None:
    held = article(title="一条旧产线的九个月", digest="没有换设备，换的是记录错误的办法。", body=[])
    assert draft_words(held) == "没有换设备，换的是记录错误的办法。"
    assert draft_line(held) == "一条旧产线的九个月。没有换设备，换的是记录错误的办法。"
    asked = article(title="旧产线还能翻身吗", digest="他们换的是记录错误的办法。", body=[])
    assert draft_line(asked) == "旧产线还能翻身吗？他们换的是记录错误的办法。"
    off = article(title="一条旧产线的九个月", body=body("今天天气很好，大街上都是散步的人，谁也不急。"))
    assert draft_line(off) == "一条旧产线的九个月"


def test_a_sentence_is_not_cut_at_the_end_of_what_it_quotes() -> None:
    text = "某媒体发表《内存还能更省电吗？》，说远汀存储“不仅省电，而且便宜！”的内存条功耗下降 22%。后来呢？"
    held = article(title=TITLE, body=body(text))
    assert draft_words(held) == text.removesuffix("后来呢？")


def test_chinese_sentences_are_not_set_apart_by_blanks() -> None:
    held = article(title=TITLE, digest="远汀存储推出内存条。\n功耗下降 22%， 下月开售。")
    assert excerpt_of(held) == "远汀存储推出内存条。功耗下降 22%，下月开售。"


def test_words_of_an_editor_stay_as_they_are() -> None:
    words = "IT之家 11 月 13 日消息， 编辑想这样写 #标签#"
    assert excerpt_of(worded(article(title=TITLE), words)) == words


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
