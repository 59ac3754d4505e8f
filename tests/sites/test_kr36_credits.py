"""The sentence that says where a 36kr article comes from, in the forms that it has had."""

from __future__ import annotations

import pytest

from newsarchive.items.body import Aside, Paragraph, links_of, text_of
from newsarchive.sites.kr36.body import read_markup
from newsarchive.sites.kr36.credits import take_credits

POST = "https://mp.weixin.qq.com/s?__biz=MzU5MTczNjIyNA==&amp;mid=2247612064&amp;idx=1&amp;sn=4f5ae0f1574fb918968f7b054b16098c#rd"


@pytest.mark.parametrize(
    ("sentence", "account", "alias", "author", "editor"),
    [
        (
            "本文来自微信公众号“样例号”（ID：yangli88），作者：某某，36氪经授权发布。",
            "样例号",
            "yangli88",
            "某某",
            None,
        ),
        (
            "本文来自微信公众号 “样例号”（ID:yangli88），作者：某某，36氪经授权发布。",
            "样例号",
            "yangli88",
            "某某",
            None,
        ),
        ("本文来自微信公众号“样例号”，作者：某某，36氪经授权发布。", "样例号", None, "某某", None),
        (
            "文来自微信公众号 “样例号”（ID：yang-li_8），作者：甲某 乙某，36氪经授权发布。",
            "样例号",
            "yang-li_8",
            "甲某 乙某",
            None,
        ),
        (
            "编者按：本文来自微信公众号“样例号”（ID:yangli88），作者：某某，36氪经授权发布。",
            "样例号",
            "yangli88",
            "某某",
            None,
        ),
        (
            "编者按：本文来自微信公众号“样例号”（ID:yangli88），作者：某某，编辑：某乙，36氪经授权发布。",
            "样例号",
            "yangli88",
            "某某",
            "某乙",
        ),
        (
            "本文来自微信公众号“样例号”（ID：yangli88），作者：某某，原文标题为：“另一个标题”，36氪经授权发布。",
            "样例号",
            "yangli88",
            "某某",
            None,
        ),
        (
            "本文来自微信公众号：样例号（ID：yangli88），作者：某某，36氪经授权发布。",
            "样例号",
            "yangli88",
            "某某",
            None,
        ),
        ("本文来自“样例网”，作者：某某；36氪经授权发布。", "样例网", None, "某某", None),
        ("本文 来自样例网 ，36氪经授权转载。", "样例网", None, None, None),
        (
            "编者按：本文来自微信公众号“样例号”（ID：yangli88），作者 某某，编辑 另某。36氪经授权转载。",
            "样例号",
            "yangli88",
            "某某",
            "另某",
        ),
        (
            "本文经授权转载自微信公众号“样例号”（ID：36yangli），作者：某某。",
            "样例号",
            "36yangli",
            "某某",
            None,
        ),
        ("本文来自样例网，作者：某某，36氪经授权转载。", "样例网", None, "某某", None),
        (
            "本文来自微信公众号「样例号」（公众号ID：yangli88），作者：某某，36氪经授权发布",
            "样例号",
            "yangli88",
            "某某",
            None,
        ),
        ("本文来自微信公众号“样例号”（微信号：yangli88），经授权发布。", "样例号", "yangli88", None, None),
    ],
)
def test_attribution(
    sentence: str, account: str, alias: str | None, author: str | None, editor: str | None
) -> None:
    body = read_markup(f"<p>开头。</p><p>正文。</p><p>{sentence}</p>")
    credit = take_credits(body)
    by = credit.attribution
    assert credit.repeated
    assert (by.original_account, by.original_account_alias) == (account, alias)
    assert (by.original_author, by.editor) == (author, editor)
    assert body[-1] == Aside("attribution", [Paragraph(body[-1].blocks[0].inlines)])  # type: ignore[union-attr]
    assert text_of(body).endswith(sentence), "the sentence stays in the text"


def test_the_linked_name_tells_which_post_it_was() -> None:
    body = read_markup(
        f'<p>正文。</p><p class="editor-note">本文来自微信公众号 <a href="{POST}" rel="nofollow">“样例号”（ID：yangli88）</a>，作者：某某，36氪经授权发布。</p>'
    )
    by = take_credits(body).attribution
    assert by.original_url == POST.replace("&amp;", "&")
    assert by.original_keys == {
        "biz": "MzU5MTczNjIyNA==",
        "mid": "2247612064",
        "idx": "1",
        "sn": "4f5ae0f1574fb918968f7b054b16098c",
    }
    assert (by.original_account, by.original_account_alias, by.original_author) == (
        "样例号",
        "yangli88",
        "某某",
    )


@pytest.mark.parametrize(
    "text",
    [
        "这份数据来自“样例研究院”，作者认为趋势不会改变。",
        "本文来自一次长谈，我们聊了三个小时。",
        "公司获得授权发布该软件，来源于“样例号”的消息也证实了这一点。" * 20,
        "本文不构成投资建议。",
    ],
)
def test_ordinary_sentences_are_no_attribution(text: str) -> None:
    body = read_markup(f"<p>开头。</p><p>{text}</p>")
    credit = take_credits(body)
    assert not credit.repeated
    assert credit.attribution.original_account is None
    assert all(isinstance(block, Paragraph) for block in body)


@pytest.mark.parametrize(
    ("lines", "author", "editor"),
    [
        ("<p>文｜程某</p><p>编辑｜贺某</p>", "程某", "贺某"),
        ("<p>作者&nbsp;|&nbsp;邱某</p><p>编辑&nbsp;|&nbsp;袁某</p>", "邱某", "袁某"),
        ("<p>作者丨甲某 乙某</p>", "甲某 乙某", None),
        ("<p>文 | 甲某<br>编辑 | 乙某</p>", "甲某", "乙某"),
        ("<p>文：甲某</p><p>责编：乙某</p>", "甲某", "乙某"),
        ("<p>封面来源｜视觉中国</p>", None, None),
    ],
)
def test_by_lines(lines: str, author: str | None, editor: str | None) -> None:
    by = take_credits(read_markup(lines + "<p>正文。</p>" * 12)).attribution
    assert (by.author, by.editor) == (author, editor)


def test_a_translation_team_note_is_the_editors() -> None:
    body = read_markup("<p>编者按：这一篇由编译团队译出，略有删节。</p><p>正文。</p><p>译者：某某。</p>")
    assert not take_credits(body).repeated
    assert isinstance(body[0], Aside)
    assert body[0].role == "editor_note"
    assert not isinstance(body[2], Aside)


@pytest.mark.parametrize(
    ("after", "url"),
    [
        (f'<a href="{POST}">“样例号”（ID:yangli88）</a>', POST.replace("&amp;", "&")),
        ('<a href="https://news.example.org/1">“样例号”</a>', "https://news.example.org/1"),
        ("“样例号”（ID:yangli88）", None),
    ],
)
def test_a_company_that_the_site_links_is_not_the_original(after: str, url: str | None) -> None:
    company = '<a class="project-link" data-id="1" href="https://36kr.com/projectDetails/1">微信</a>'
    body = read_markup(f"<p>本文来自{company}公众号{after}，作者：某某，36氪经授权发布。</p><p>正文。</p>")
    assert [link for link, _ in links_of(body)] == ([url] if url else [])
    by = take_credits(body).attribution
    assert (by.original_account, by.original_author, by.original_url) == ("样例号", "某某", url)
