"""What the elements of a weixin body become."""

from __future__ import annotations

from newsarchive.items.body import Aside, Body, Code, Embed, Image, Paragraph, Span, images_of, text_of, walk
from newsarchive.records.page import Page
from newsarchive.sites.ithome.body import read_markup as ithome_body
from newsarchive.sites.kr36.body import read_markup as kr36_body
from newsarchive.sites.weixin.body import markup_body
from newsarchive.sites.weixin.reader import read
from tests.sites import weixin_pages as pages

PICTURE = "https://mmbiz.qpic.cn/mmbiz_png/Pic-1_x/640?wx_fmt=png"


def body(markup: str) -> Body:
    article = read(Page(pages.article(markup))).article
    assert article is not None
    return article.body


def test_a_lazy_picture_has_its_own_address_and_size() -> None:
    found = body(
        f'<p><img class="rich_pages wxw-img" data-src="{PICTURE}&amp;from=appmsg&amp;tp=webp&amp;wxfrom=5#imgIndex=0" '
        'data-ratio="0.5" data-w="1080" alt=" 图 " src="data:image/gif;base64,xx"></p>'
    )
    assert found == [Image(f"{PICTURE}&from=appmsg", alt="图", width=1080, height=540)]


def test_pictures_keep_their_order_and_repeats_without_emoticons() -> None:
    emoticon = '<img src="https://res.wx.qq.com/t/wx_fed/we-emoji/Smile.png">'
    found = body(
        f'<p>甲<img src="{PICTURE}">{emoticon}乙<img data-src="{PICTURE}&amp;n=2" src="x"><img src="{PICTURE}"></p>'
    )
    assert [image.url for image in images_of(found)] == [PICTURE, f"{PICTURE}&n=2", PICTURE]
    assert text_of(found) == "甲乙"


def test_a_video_is_a_reference() -> None:
    source = "https://mp.weixin.qq.com/mp/readtemplate?t=pages/video_player_tmpl&amp;action=mpvideo&amp;vid=wxv_340"
    cover = "http%3A%2F%2Fmmbiz.qpic.cn%2Fmmbiz_jpg%2FC%2F0%3Fwx_fmt%3Djpeg"
    markup = f'<p>前</p><p><iframe class="video_iframe rich_pages" data-mpvid="wxv_340" data-src="{source}" data-cover="{cover}"></iframe></p>'
    video = body(markup)[1]
    assert isinstance(video, Embed)
    assert (video.media, video.id, video.cover) == (
        "video",
        "wxv_340",
        "http://mmbiz.qpic.cn/mmbiz_jpg/C/0?wx_fmt=jpeg",
    )
    assert video.url == source.replace("&amp;", "&")
    (other,) = body(
        '<iframe class="video_iframe" data-src="https://v.qq.com/iframe/preview.html?vid=b0871n3rlqc"></iframe>'
    )
    assert isinstance(other, Embed)
    assert (other.media, other.id) == ("video", "b0871n3rlqc")


def test_audio_and_cards_are_references_with_their_names() -> None:
    found = body(
        '<section><mp-common-mpaudio voice_encode_fileid="Mz_1" name="第一讲 &amp;amp; 序" play_length="65000" cover="https://x/c">'
        '</mp-common-mpaudio></section><mp-common-profile data-id="MzA=" data-nickname="邻居" data-alias="n"></mp-common-profile><p>后</p>'
    )
    audio, card = found[:2]
    assert isinstance(audio, Embed)
    assert (audio.media, audio.id, audio.title, audio.duration) == ("audio", "Mz_1", "第一讲 & 序", 65)
    assert card == Embed("card", "MzA=", title="邻居")
    assert text_of(found) == "后"


def test_a_card_without_an_end_tag_swallows_no_text() -> None:
    assert (
        text_of(body('<p>前</p><mpvoice voice_encode_fileid="a" name="b"><p>里</p><p>后</p>')) == "前\n里\n后"
    )


def test_native_code_has_no_line_numbers_and_keeps_its_lines() -> None:
    found = body(
        '<section class="code-snippet__fix code-snippet__js"><ul class="code-snippet__line-index code-snippet__js"><li></li><li>2</li></ul>'
        '<pre class="code-snippet__js" data-lang="python"><code><span class="k">if</span> a:</code><code>    b&nbsp;=<span><b>1</b>+</span>2</code></pre></section>'
    )
    assert found == [Code("if a:\n    b =1+2", "python")]


def test_code_with_breaks_keeps_them() -> None:
    assert body("<pre><code>one<br>two<br><br>three</code></pre>") == [Code("one\ntwo\n\nthree")]


def test_hidden_by_visibility_is_text_and_hidden_by_display_is_not() -> None:
    found = body(
        '<p style="visibility: hidden;">一</p><p style="color:red;display : none">二</p><p style="display: none;"><mp-style-type data-value="3"></mp-style-type></p>'
    )
    assert text_of(found) == "一"


def test_backgrounds_stand_in_the_body_where_they_are_seen() -> None:
    url = "https://mmbiz.qpic.cn/mmbiz_png/Back/640"
    markup = f'<section style="background-image: url(&quot;{url}?wx_fmt=png&amp;tp=webp&quot;);"><p>字</p></section><svg style="background: url({url});"><text>画中字</text></svg>'
    article = read(Page(pages.article(markup))).article
    assert article is not None
    assert article.body == [
        Image(f"{url}?wx_fmt=png", role="background"),
        Paragraph([Span("字")]),
        Paragraph([Image(url, role="background"), Span("画中字")]),
    ]
    assert article.images == []
    assert article.text == "字\n画中字"


def test_an_article_of_backgrounds_only_is_not_empty() -> None:
    article = read(
        Page(
            pages.article(
                '<section style="background-image:url(https://mmbiz.qpic.cn/mmbiz_png/B/0)"></section>'
            )
        )
    ).article
    assert article is not None
    assert article.body == [Image("https://mmbiz.qpic.cn/mmbiz_png/B/0", role="background")]


def test_backgrounds_that_a_script_loads_are_seen() -> None:
    markup = (
        '<section data-lazy-bgimg="https://mmbiz.qpic.cn/mmbiz_png/L/0" style="color:red"><p>字</p></section>'
    )
    article = read(Page(pages.article(markup))).article
    assert article is not None
    assert [image.url for image in images_of(article.body)] == ["https://mmbiz.qpic.cn/mmbiz_png/L/0"]


def test_formulas_that_a_script_draws_are_read() -> None:
    markup = '<p>质能 <span data-formula="E=mc^2"></span> 成立</p>'
    article = read(Page(pages.article(markup))).article
    assert article is not None
    assert [text_of(body) for body in (article.body, kr36_body(markup), ithome_body(markup))] == [
        "质能 E=mc^2 成立"
    ] * 3


def test_what_is_dropped_is_counted_in_the_record() -> None:
    article = read(Page(pages.article("<p>看图：</p><canvas></canvas><p>完</p>"))).article
    assert article is not None
    assert article.extra["dropped"] == {"canvas": 1}


def test_links_to_articles_are_canonical_and_others_as_written() -> None:
    link = pages.LONG.replace("https", "http").replace("&", "&amp;")
    found = body(
        f'<p><a href="{link}&amp;chksm=1&amp;scene=21#wechat_redirect">甲</a><a href="https://e.org/?a=1&amp;b=2">乙</a><a href="javascript:;">丙</a></p>'
    )
    assert found == [
        Paragraph([Span("甲", link=pages.LONG), Span("乙", link="https://e.org/?a=1&b=2"), Span("丙")])
    ]


def test_appeals_are_marked_and_stay_text() -> None:
    found = body(
        "<p>正文讲了长按关注这件事的来龙去脉，以及为什么每一个公众号的末尾都要写上这样一句话，一写就是十年，从未停过。</p><p>长按二维码关注</p><p>点个“在看”吧</p>"
    )
    assert [block.kind for block in found] == ["paragraph", "aside"]
    aside = found[1]
    assert isinstance(aside, Aside)
    assert (aside.role, len(aside.blocks)) == ("appeal", 2)
    assert text_of(found).endswith("长按二维码关注\n点个“在看”吧")


def test_bold_by_style_is_bold() -> None:
    found = body(
        '<p><span style="font-size: 16px;font-weight: bold;">重</span><span textstyle="">轻</span></p>'
    )
    assert found == [Paragraph([Span("重", strong=True), Span("轻")])]


def test_empty_editor_spans_leave_no_trace() -> None:
    assert body(
        '<p><span leaf=""><br></span></p><p><span leaf="">\u200b\u200b</span></p><section><span leaf="">字</span></section>'
    ) == [Paragraph([Span("字")])]


def test_no_body_is_nested_too_deeply() -> None:
    deep = "<section>" * 1500 + "深" + "</section>" * 1500
    assert text_of(markup_body(f"<p>浅</p>{deep}<p>尾</p>")) == "浅\n深\n尾"


def test_markup_in_text_stays_text() -> None:
    found = body("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><script>alert(2)</script><style>p{}</style>")
    assert text_of(found) == "<script>alert(1)</script>"
    assert sum(1 for _ in walk(found)) == 1
