"""The record of a weixin article, from every generation of its page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsarchive.items.article import Article
from newsarchive.items.body import Embed, Image
from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.sites.weixin.reader import read
from tests.sites import weixin_pages as pages

PUBLISHED = datetime.fromtimestamp(pages.TIME, UTC)
IDENTITY = f"weixin:{pages.BIZ}:{pages.MID}:1"


def article_of(content: bytes, url: str = "", fetched_at: datetime | None = None) -> Article:
    article = read(Page(content, url, fetched_at=fetched_at)).article
    assert article is not None
    return article


@pytest.mark.parametrize("wrapped", [True, False], ids=["with JsDecode", "bare"])
def test_the_state_object_says_everything(wrapped: bool) -> None:  # noqa: FBT001
    article = article_of(pages.article("<p>一 &amp; 二</p>", wrapped=wrapped), pages.SHORT)
    assert (article.identity, article.url, article.kind) == (IDENTITY, pages.SHORT, Verdict.ARTICLE)
    assert article.keys == {
        "biz": pages.BIZ,
        "mid": pages.MID,
        "idx": "1",
        "sn": pages.SN,
        "short": pages.TOKEN,
    }
    assert {f"weixin:s:{pages.TOKEN}", pages.LONG} <= set(article.aliases)
    assert article.title == "一座桥的三次搬家"
    by = article.attribution
    assert (by.account, by.account_id, by.account_alias) == ("清晨读报", "gh_0123456789ab", "morning-paper")
    assert (by.author, by.copyright) == ("林间", "original")
    assert (article.published_at, article.published_text) == (PUBLISHED, "2026-01-01 08:00")
    assert article.published_precision == "second"
    assert article.digest == "桥搬了三次， 河一次也没动。"
    assert article.cover == "https://mmbiz.qpic.cn/mmbiz_jpg/CoverPicture/0?wx_fmt=jpeg"
    assert article.source_url == "https://example.org/a?b=1&c=2"
    assert article.tags == ("桥梁",)
    assert article.extra["albums"] == ["1234567890"]
    assert article.extra["region"] == "中国 福建"
    assert (article.text, article.parser) == ("一 & 二", "weixin/1")


def test_a_page_of_2018_says_it_in_script_variables_and_a_by_line() -> None:
    article = article_of(pages.old_article(), pages.LONG)
    assert (article.identity, article.url) == (IDENTITY, pages.LONG)
    assert article.title == "老茶馆 & 新茶馆"
    by = article.attribution
    assert (by.account, by.account_id, by.author) == ("街角茶事", "gh_ba9876543210", "老周")
    assert (by.copyright, article.published_at) == ("original", PUBLISHED)
    assert (article.digest, article.source_url) == ("一壶茶，两代人。", "http://example.org/tea")


def test_where_the_variables_are_empty_the_pages_own_link_names_it() -> None:
    page = (
        pages.old_article().replace(f'"{pages.SN}"'.encode(), b'""').replace(f'"{pages.MID}"'.encode(), b'""')
    )
    page = page.replace(b'|| "1";', b'|| "";')
    assert article_of(page).keys == {"biz": pages.BIZ, "mid": pages.MID, "idx": "1", "sn": pages.SN}


def test_a_page_from_a_temporary_link_has_no_sn() -> None:
    page = pages.old_article(link="").replace(f'"{pages.SN}"'.encode(), b'""')
    article = article_of(page, "https://mp.weixin.qq.com/s?src=11&timestamp=1&ver=1&signature=x")
    assert article.identity == IDENTITY
    assert article.url == pages.LONG.partition("&sn=")[0]


def test_an_exporters_page_has_no_scripts() -> None:
    page = f"""<html><head><meta content="阿明" name="author"><meta content="三页纸" property="og:title">
<meta content="{pages.LONG.replace("&", "&amp;")}&amp;chksm=1#rd" property="og:url">
<meta content="一行&#x5c;x0a两行 &gt; 三行" property="og:description"></head><body>
<div class="rich_media" id="js_article"><h1 id="activity-name">三页纸</h1><span id="copyright_logo">原创</span>
<a id="js_name"> 纸上 </a><em id="publish_time"> 2026年04月03日 08:25 </em>
<div class="rich_media_content" id="js_content"><p>正文。</p></div>
<div id="content_bottom_area"><p>阅读 100</p></div></div></body></html>"""
    article = article_of(page.encode())
    by = article.attribution
    assert (article.identity, article.title, article.text) == (IDENTITY, "三页纸", "正文。")
    assert (by.account, by.author, by.copyright) == ("纸上", "阿明", "original")
    assert article.published_at == datetime(2026, 4, 3, 8, 25, tzinfo=SHANGHAI)
    assert (article.published_precision, article.published_text) == ("minute", "2026年04月03日 08:25")
    assert article.digest == "一行 两行 > 三行"


def test_a_relative_time_counts_from_the_capture() -> None:
    fetched = datetime(2020, 2, 13, 9, 0, tzinfo=SHANGHAI)
    page = pages.old_article().replace(f'var ct = "{pages.TIME}";'.encode(), b"")
    page = page.replace(b"</em>", "昨天</em>".encode())
    article = article_of(page, fetched_at=fetched)
    assert article.published_at is not None
    assert article.published_at.astimezone(SHANGHAI).date() == fetched.date() - timedelta(days=1)
    assert (article.published_precision, article.published_text) == ("day", "昨天")


def test_a_title_keeps_its_angle_brackets() -> None:
    assert article_of(pages.article(title="vector&lt;int&gt; 与 &amp;amp;")).title == "vector<int> 与 &amp;"


def test_a_repost_names_whose_text_it_is() -> None:
    original = pages.LONG.replace(pages.MID, "2247489999").replace("=1&", "=2&")
    info = {
        "copyright_stat": 2,
        "platform": "原号",
        "reprint_url": original.replace("&", "&amp;"),
        "reprint_type": 3,
    }
    by = article_of(pages.article(copyright_info=info)).attribution
    assert (by.copyright, by.original_account, by.original_url) == ("repost", "原号", original)
    assert by.original_keys == {"biz": pages.BIZ, "mid": "2247489999", "idx": "2", "sn": pages.SN}


def test_a_repost_card_is_its_recommendation_and_the_way_to_the_original() -> None:
    original = pages.LONG.replace(pages.MID, "2247489999")
    info = {
        "copyright_stat": 2,
        "platform": "原号",
        "reprint_url": original,
        "guide_words": "值得读。\n真的。",
    }
    page = pages.article("", copyright_info=info).replace(
        b"rich_media_content js_", b"original_panel_content js_"
    )
    article = article_of(page)
    assert (article.kind, article.text) == (Verdict.REPOST_CARD, "值得读。\n真的。")
    assert [embed.url for embed in article.media] == [original]


def test_a_paid_article_says_so() -> None:
    article = article_of(
        pages.article('<p>开头。</p><div class="mp-pay-preview-filter"></div>', is_pay_subscribe=1)
    )
    assert article.paid
    assert article.extra["preview"] is True
    assert not article_of(pages.article()).paid


def test_a_picture_post_has_its_pictures_once_and_its_lines() -> None:
    picture = "https://mmbiz.qpic.cn/mmbiz_jpg/Pic{}/0?wx_fmt=jpeg"
    listed = [
        {
            "cdn_url": picture.format(n),
            "width": 900,
            "height": 1200,
            "watermark_info": {"cdn_url": "https://x/y"},
        }
        for n in (1, 2)
    ]
    article = article_of(
        pages.post(8, picture_page_info_list=listed, content_noencode="一行\n\n两行 &lt;三&gt;")
    )
    assert article.images == [Image(picture.format(n), width=900, height=1200) for n in (1, 2)]
    assert article.text == "一行\n两行 <三>"


def test_pictures_listed_for_an_article_are_not_added_to_its_body() -> None:
    listed = [{"cdn_url": "https://mmbiz.qpic.cn/mmbiz_jpg/Pic1/0", "width": 1, "height": 1}]
    assert article_of(pages.article("<p>字</p>", picture_page_info_list=listed)).images == []


def test_a_picture_post_of_2018_writes_its_words_by_script() -> None:
    page = f"""<html><body class="zh_CN page_share_img"><div id="js_article" class="page_pages ">
<div id="js_content"><p class="share_notice"><script>document.write("茶\\x0a饭".replace(/\\n/g,"<br>"));</script></p>
<div id="img_list" class="share_media"><img src="http://mmbiz.qpic.cn/mmbiz_jpg/Tea/0" alt=""></div></div></div>
<script>(function(_g){{ var d = _g.cgiData;
  d.ct = "{pages.TIME}"; d.title = "分享图片"; d.nick_name = "小茶"; d.biz = ""||"{pages.BIZ}";
  d.mid = "" || ""|| "{pages.MID}"; d.idx = "" || "" || "1"; d.user_name = "gh_1234567890ab"; }})(window);</script></body></html>"""
    article = article_of(page.encode())
    assert (article.kind, article.title, article.attribution.account) == (
        Verdict.IMAGE_POST,
        "分享图片",
        "小茶",
    )
    assert (article.text, [image.url for image in article.images]) == (
        "茶\n饭",
        ["http://mmbiz.qpic.cn/mmbiz_jpg/Tea/0"],
    )
    assert (article.identity, article.published_at) == (IDENTITY, PUBLISHED)


def test_a_text_post_without_a_title_begins_like_its_text() -> None:
    text = "今天下雨了。明天不下。\n后天呢？"
    article = article_of(
        pages.post(10, title=text, text_page_info={"content_noencode": text, "is_user_title": 0})
    )
    assert (article.kind, article.title, article.text) == (Verdict.TEXT_POST, "今天下雨了", text)


def test_a_text_post_with_a_title_keeps_it() -> None:
    info = {"content_noencode": "天气不错。", "is_user_title": 1}
    assert article_of(pages.post(10, title="随想", text_page_info=info)).title == "随想"


def test_a_video_post_is_a_player_and_its_words() -> None:
    article = article_of(pages.post(5, content_noencode="看。", video_page_info={"video_id": "wxv_123456"}))
    assert article.media == [Embed("video", "wxv_123456", title=article.title, cover=article.cover)]
    assert article.text == "看。"


def test_a_video_post_of_2019_has_its_player_in_a_script() -> None:
    link = pages.LONG.replace("&", r"\x26amp;")
    page = f"""<html><head><title>视频</title></head><body><div id="js_article" class="page_pages "><div id="js_content">
<div class="video_card_context"><div id="js_mpvedio"></div></div></div></div>
<script>window.cgiData = {{ cdn_url: "https://vpic.video.qq.com/1/a.png", vid : "b0871n3rlqc" }};</script>
<script>(function(_g){{ var d = _g.cgiData; d.title = "戏"; d.nick_name = "台"; d.ct = "{pages.TIME}";
  d.msg_link = "{link}"; }})(window);</script></body></html>"""
    article = article_of(page.encode())
    assert (article.kind, article.identity, article.title) == (Verdict.VIDEO, IDENTITY, "戏")
    assert [embed.id for embed in article.media] == ["b0871n3rlqc"]
    assert article.cover == "https://vpic.video.qq.com/1/a.png"


def test_an_audio_post_is_a_player_with_its_length() -> None:
    info = {"voice_id": "Mz_1", "duration": 323, "title": "早间播报", "cover_url": ""}
    article = article_of(pages.post(7, voice_page_info=info, content_noencode="文稿。"))
    player = article.media[0]
    assert (player.media, player.id, player.title, player.duration) == ("audio", "Mz_1", "早间播报", 323)
    assert article.text == "文稿。"


def test_without_a_body_element_the_state_objects_own_text_is_taken() -> None:
    page = pages.article("", content_noencode="<p>冷却中的正文</p>").replace(b'id="js_content"', b'id="none"')
    assert article_of(page).text == "冷却中的正文"


def test_a_script_inside_the_body_does_not_cut_it() -> None:
    article = article_of(pages.article("<p>前</p><script>var x = '<p>';</script><p>后</p>"))
    assert article.text == "前\n后"


def test_what_follows_the_body_is_no_part_of_it() -> None:
    page = pages.old_article().replace(b"<script>var first_sceen", b"<p>after</p><script>var first_sceen")
    assert "after" not in article_of(page).text


def test_a_broken_state_object_leaves_the_other_places() -> None:
    page = pages.old_article().replace(
        b"<body>", b"<body><script>window.cgiDataNew = { title: 'x', nick: [ };</script>"
    )
    article = article_of(page)
    assert (article.title, article.identity, article.attribution.account) == (
        "老茶馆 & 新茶馆",
        IDENTITY,
        "街角茶事",
    )


def test_the_json_answer_of_a_page_is_an_article_too() -> None:
    answer: dict[str, Any] = pages.state(
        content_noencode="<p>正文</p>", user_info={"short_link": pages.SHORT}
    )
    article = article_of(json.dumps(answer).encode())
    assert (article.identity, article.url, article.text) == (IDENTITY, pages.SHORT, "正文")
    assert article.published_at == PUBLISHED


def test_bad_bytes_do_not_stop_the_reading() -> None:
    page = (
        pages.article("<p>好字</p>")
        .replace("好".encode(), b"\xe5\xa5")
        .replace(b"</body>", b"\xff\xfe</body>")
    )
    assert article_of(page).text.endswith("字")


def test_a_text_post_without_a_state_object_has_its_text_as_title() -> None:
    scripts = r"window.msg_title = '今天又下雨了。\n\n路上有蜗牛。' || '';"
    server = (
        "<div id='js_content'><p id='js_text_desc'></p></div><script>window.__QMTPL_SSR_DATA__={nick_name:'小屋',"
        r"text_page_info:{is_user_title:'0'},title:'今天又下雨了。\x0a\x0a路上有蜗牛。',contentNoEncode:'',"
        "copyright_info:{copyright_stat:'1'}};</script>"
    )
    article = article_of(pages.old_post(10, scripts, around=server))
    assert (article.kind, article.identity, article.published_at) == (Verdict.TEXT_POST, IDENTITY, PUBLISHED)
    assert (article.text, article.title) == ("今天又下雨了。\n路上有蜗牛。", "今天又下雨了")
    by = article.attribution
    assert (by.account, by.account_alias, by.copyright) == ("小屋", "small-house", "original")


def test_a_picture_post_without_a_state_object() -> None:
    scripts = """window.msg_title = window.title = '旧帖' || '';
        window.copyright_info = { copyright_stat: '0', is_cartoon_copyright: '0', };
        window.picture_page_info_list = [{ width: '1080' * 1, height: '720' * 1,
        cdn_url: 'https://mmbiz.qpic.cn/mmbiz_jpg/One/0?wx_fmt=jpeg', share_cover: { cdn_url: 'https://mmbiz.qpic.cn/x/0', }, }, ];"""
    around = '<div class="wx_follow_nickname">\n 小屋 </div>'
    article = article_of(
        pages.old_post(8, scripts, description=r"他说：\x26quot;好\x26quot;\x0a真的好", around=around)
    )
    assert (article.kind, article.identity, article.title) == (Verdict.IMAGE_POST, IDENTITY, "旧帖")
    assert article.text == '他说："好"\n真的好'
    assert article.digest == '他说："好" 真的好'
    assert [(picture.url, picture.width) for picture in article.images] == [
        ("https://mmbiz.qpic.cn/mmbiz_jpg/One/0?wx_fmt=jpeg", 1080)
    ]
    assert (article.attribution.account, article.attribution.copyright) == ("小屋", "none")


@pytest.mark.parametrize("opening", ["window.cgiDataNew={", "window.cgiDataNew  =\n{"])
def test_the_state_object_is_found_however_it_is_spaced(opening: str) -> None:
    content = pages.article().replace(b"window.cgiDataNew = {", opening.encode())
    assert article_of(content).attribution.account == "清晨读报"


def test_a_repost_of_2025_names_the_first_account_in_its_elements() -> None:
    scripts = f'var _copyright_stat = "2"; var source_encode_biz = "{pages.BIZ}"; var source_mid = "2247480009"; var source_idx = "1";'
    head = '<strong class="original_primary_nickname">原作小站</strong>'
    content = pages.old_article("<p>全文。</p>").replace(b'var _copyright_stat = "1";', scripts.encode())
    by = article_of(
        content.replace(b'<div class="rich_media_content', head.encode() + b'<div class="rich_media_content')
    ).attribution
    assert (by.copyright, by.original_account) == ("repost", "原作小站")
    assert by.original_keys == {"biz": pages.BIZ, "mid": "2247480009", "idx": "1"}


def test_an_unknown_kind_of_post_is_read_as_one() -> None:
    pictures = [{"cdn_url": "https://mmbiz.qpic.cn/mmbiz_jpg/A/0?wx_fmt=jpeg", "width": 100, "height": 50}]
    content = pages.post(17, content_noencode="第一行\n第二行", picture_page_info_list=pictures)
    article = article_of(content)
    assert (article.kind, article.text, len(article.images)) == (Verdict.ARTICLE, "第一行\n第二行", 1)
    assert article.extra["item_show_type"] == 17


def test_a_state_object_without_its_copyright_leaves_the_variable() -> None:
    content = pages.article(copyright_info={})
    variables = b'</div><script>var biz = ""; var _copyright_stat = "0";</script></body>'
    assert article_of(content.replace(b"</div></body>", variables)).attribution.copyright == "none"


def test_a_text_post_that_a_browser_saved_without_scripts() -> None:
    page = f"""<html><head><meta property="og:title" content="今天又下雨了。\\n路上有蜗牛。" />
        <meta property="og:url" content="{pages.SHORT}" /></head><body><div id="js_article" class="share_content_page">
        <div id="js_content"><div class="wx_follow_nickname">小屋</div>
        <p id="js_text_desc" class="share_notice_inner">今天又下雨了。<br>路上有蜗牛。</p><span id="publish_time">2026年01月01日 08:00</span></div></div></body></html>"""
    article = article_of(page.encode())
    assert (article.kind, article.text) == (Verdict.TEXT_POST, "今天又下雨了。\n路上有蜗牛。")
    assert (article.title, article.attribution.account) == ("今天又下雨了", "小屋")
    assert (article.published_at, article.published_precision) == (PUBLISHED, "minute")


def test_a_repost_card_that_a_browser_saved_without_scripts() -> None:
    page = f"""<html><head><meta property="og:url" content="{pages.SHORT}" /><meta property="og:title" content="推荐" /></head>
        <body><div id="js_article"><p class="share_notice" id="js_share_notice">值得一读。<br>两遍。</p>
        <div class="original_panel"><div class="original_account_nickname" id="js_share_author">原作小站</div>
        <div class="original_panel_content" id="js_content"></div>
        <span data-url="{pages.LONG.replace("&", "&amp;")}&scene=45" id="js_share_source">阅读全文</span></div></div></body></html>"""
    article = article_of(page.encode())
    assert (article.kind, article.text) == (Verdict.REPOST_CARD, "值得一读。\n两遍。")
    assert article.media[0].url == f"{pages.LONG}&scene=45"
    assert (article.attribution.copyright, article.attribution.original_account) == ("repost", "原作小站")


def test_a_copy_that_does_not_say_which_article_it_is_keeps_what_it_says() -> None:
    page = """<html><head></head><body><div id="js_article"><h1 id="activity-name">无名副本</h1><a id="js_name">小屋</a>
        <div class="rich_media_content" id="js_content"><p>正文。</p></div></div></body></html>"""
    reading = read(Page(page.encode()))
    article = reading.article
    assert article is not None
    assert (reading.verdict, reading.identity, article.identity, article.url) == (
        Verdict.ARTICLE,
        None,
        "",
        "",
    )
    assert (article.title, article.text, article.attribution.account) == ("无名副本", "正文。", "小屋")


BY_LINE = '<span class="rich_media_meta rich_media_meta_text">老周</span>'


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ('<em class="rich_media_meta rich_media_meta_text">沈渡</em>', "沈渡"),
        ("<em id='post-date' class='rich_media_meta rich_media_meta_text'>2018-04-06</em>", None),
        ('<em class="rich_media_meta rich_media_meta_text">2018-04-06</em>', None),
        (
            '<em class="rich_media_meta_text">2018年4月6日</em>\n<em class="rich_media_meta_text"> 🌏沈渡 </em>',
            "🌏沈渡",
        ),
        ('<span class="rich_media_meta rich_media_meta_text rich_media_meta_nickname">街角茶事</span>', None),
        ('<span class="rich_media_meta_nickname rich_media_meta_text rich_media_meta">街角茶事</span>', None),
        ("<EM CLASS='rich_media_meta_text rich_media_meta'>沈渡</EM>", "沈渡"),
        ('<em class="rich_media_meta rich_media_meta_text"></em>', None),
    ],
)
def test_the_by_line_is_neither_the_date_nor_the_accounts_name(line: str, author: str | None) -> None:
    nickname = (
        '<a class="rich_media_meta rich_media_meta_link rich_media_meta_nickname" id="post-user">街角茶事</a>'
        '<span class="rich_media_meta rich_media_meta_text rich_media_meta_nickname">街角茶事</span>'
    )
    page = pages.old_article().replace(BY_LINE.encode(), (line + nickname).encode())
    attribution = article_of(page).attribution
    assert (attribution.author, attribution.account) == (author, "街角茶事")


def test_a_page_of_2018_without_its_scripts_shows_account_and_day() -> None:
    above = (
        '<em id="post-date" class="rich_media_meta rich_media_meta_text">2018-04-06</em>'
        '<em class="rich_media_meta rich_media_meta_text">沈渡</em>'
        '<a class="rich_media_meta rich_media_meta_link rich_media_meta_nickname" id="post-user">街角茶事</a>'
    )
    page = (
        '<html><head></head><body id="activity-detail"><div id="js_article">'
        f'<h2 class="rich_media_title" id="activity-name">旧船票</h2><div id="meta_content">{above}</div>'
        '<div class="rich_media_content" id="js_content"><p>大雾里的渡口。</p></div></div></body></html>'
    )
    article = article_of(page.encode())
    assert (article.attribution.author, article.attribution.account) == ("沈渡", "街角茶事")
    assert str(article.published_at) == "2018-04-05 16:00:00+00:00"
    unnamed = page.replace(' id="post-user"', "")
    assert article_of(unnamed.encode()).attribution.account == "街角茶事"
