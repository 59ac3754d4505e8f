"""ithome's pages, lists, feed and interface answers (the generation since 2020-07, as of 2026-06)."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from samples.ids import SHANGHAI, digest, number
from samples.markup import pictures_of
from samples.pages.body import ithome, ithome_image, render
from samples.story import Story, ithome_path

CHANNELS = {
    "it": ("业界", "IT资讯"),
    "mobile": ("手机", "手机之家"),
    "next": ("AI", "智能时代"),
    "digi": ("数码", "数码之家"),
    "auto": ("智车", "智车世界"),
    "soft": ("软件", "软件之家"),
    "game": ("游戏", "游戏之家"),
    "discovery": ("科学探索", "科学探索"),
    "lapin": ("辣品", "辣品"),
}
_AD_TIPS = (
    "广告声明：文内含有的对外跳转链接（包括不限于超链接、二维码、口令等形式），用于传递更多信息，节省甄选时间，"
    "结果仅供参考，IT之家包含外链的文章均包含本声明。"
)


def local(moment: datetime) -> datetime:
    """Beijing time."""
    return moment.astimezone(SHANGHAI)


def _month(story: Story) -> str:
    moment = local(story.published)
    return f"{moment.year}/{moment.month}"


def shown_time(moment: datetime) -> str:
    """A time as the article page writes it: no zero before month, day and hour, no zone."""
    moment = local(moment)
    return f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment:%M:%S}"


def body(story: Story, *, lazy: bool = True) -> str:
    """The body with the thanks to the tipster before it, and the statement on links after it where there is one."""
    text = render(story.blocks, ithome(story.key, story.title, _month(story), lazy=lazy))
    if story.tipster:
        link = f"https://m.ithome.com/html/app/open.html?url=ithome%3A%2F%2Fuserpage%3Fid%3D{number(story.tipster, below=3_000_000)}"
        name = html.escape(story.tipster)
        text = f"<div class='tougao-user' >感谢IT之家网友 <a href='{link}' rel='nofollow'>{name}</a> 的线索投递！</div>{text}"
    if "<a href=" in text:
        text += f'<p class="ad-tips">{_AD_TIPS}</p>'
    return text


def _tags(story: Story) -> str:
    links = "，".join(
        f"<a href='/tags/{quote(tag).lower()}/' target='_blank'>{html.escape(tag)}</a>" for tag in story.tags
    )
    return f'<div class="hot_tags"><span>关键词：{links}</span></div>' if links else ""


def article(story: Story, related: Sequence[Story]) -> str:
    """An article page, with CRLF lines and a blank line before the doctype like the real one."""
    channel, _ = CHANNELS[story.channel or "it"]
    path = ithome_path(story.item_id)
    url = f"https://www.ithome.com{path}"
    keywords = html.escape(",".join(story.tags))
    description = html.escape(story.digest + ("#" + "##".join(story.tags) + "#" if story.tags else ""))
    title = html.escape(story.title)
    author = (
        f'<span id="author_baidu">作者：<strong>{html.escape(story.author)}</strong></span>'
        if story.author
        else ""
    )
    source = html.escape(story.source or "IT之家")
    linked = source if story.source not in {"", "IT之家"} else f'<a href="{url}" target="_blank">{source}</a>'
    others = "".join(
        f'<li><a target="_blank" href="{other.url}">{html.escape(other.title)}</a></span></li>'
        for other in related
    )
    text = f"""
<!doctype html>
<html lang="zh-cn" >
<head>
    <meta charset="utf-8" />
    <title>{title} - IT之家</title>
    <meta name="description" content="{description}" />
    <meta name="keywords" content="{keywords}" />
    <meta http-equiv="pragma" content="no-cache">
    <link rel="alternate" type="application/rss+xml" title="RSS 2.0" href="https://www.ithome.com/rss/" />
    <link rel="canonical" href="{url}" />
    <link href="//www.ithome.com/css/detail.min.css?v=2.3" rel="stylesheet" type="text/css" />
</head>
<body class="{story.channel or "it"} ">
    <div id="top"><div class="bb"><a href="https://www.ithome.com" id="logo"></a></div></div>
    <div id="nav" class="bb"><div class="fl"><a href="//it.ithome.com" target="_blank">业界</a></div></div>
<div id="dt" class="bb clearfix">
    <div class="fl content">
        <div class="cv">
            <a href="//www.ithome.com">首页</a> <span class="sub">&gt;</span> <a href="https://{story.channel or "it"}.ithome.com/">{channel}</a>
        </div>

        <h1>{title}</h1>

        <div class="info clearfix">
            <div class="l">
                    <span id="pubtime_baidu">{shown_time(story.published)}</span>
                    <span id="source_baidu">来源：{linked}</span>
                    {author}
                    <span id="editor_baidu">责编：<strong>{html.escape(story.editor)}</strong></span>
            </div>
            <div class="r">
                <span id="hitcount"></span>
                    <a href="#post_comm" class="pti_comm">评论：<span id="commentcount"></span></a>
            </div>
        </div>

        <div class="post_content " id="paragraph">
            {body(story)}
        </div>

            <div class="newserror">
                <button class="water" data-nid="{story.item_id}">投诉水文</button>
                <button class="error" data-nid="{story.item_id}">我要纠错</button>
            </div>
            <div class="newsgrade"></div>
        <div class="shareto"><a class="down_app collapse" href="https://m.ithome.com/ithome/download/?popqr" target="_blank"><span class="d-t">下载IT之家APP，签到赚金币兑豪礼</span></a></div>

        <!-- 相关文章 -->
        <div class="related_post"><div class="title"><h2>相关文章</h2>{_tags(story)}</div><ul class="list_3">{others}</ul></div>

        <!-- 评论 -->
            <div id="post_comm" data-id="{digest(story.key, "comments", size=8).hex()}" data-nid="{story.item_id}"></div>
    </div>
</div>
    <script type="text/javascript" src="//dyn.ithome.com/grade/{story.item_id}"></script>
</body>
</html>
"""
    return text.replace("\n", "\r\n")


def promotion(story: Story) -> str:
    """A shopping promotion on the lapin host, which shares the numbers."""
    return (
        f'<!doctype html><html lang="zh-cn"><head><meta charset="utf-8" /><title>{html.escape(story.title)} - 辣品</title>'
        f'<link rel="canonical" href="{story.url}" /></head><body class="lapin"><h1>{html.escape(story.title)}</h1>'
        f'<span id="pubtime_baidu">{shown_time(story.published)}</span>'
        f'<div class="post_content" id="paragraph">{body(story)}</div></body></html>'
    )


def mobile(story: Story) -> str:
    """The mobile page; its canonical link gives the desktop URL."""
    return (
        f'<!doctype html><html lang="zh-cn"><head><meta charset="utf-8" /><title>{html.escape(story.title)}</title>'
        f'<link rel="canonical" href="https://www.ithome.com{ithome_path(story.item_id)}" />'
        f'<meta name="description" content="{html.escape(story.digest)}" /></head><body>'
        f'<h1 class="title">{html.escape(story.title)}</h1><div class="news-info"><span class="news-time">{shown_time(story.published)}</span>'
        f'<span class="news-author">{html.escape(story.author)}</span></div><div class="news-content">{body(story)}</div></body></html>'
    )


def day_list(heading: str, stories: Iterable[Story]) -> str:
    """The rolling list or a day's archive: `ul.datel`, absolute times."""
    items = "\n".join(map(_entry, stories))
    text = f"""
<!doctype html>
<html lang="zh-cn">
<head>
<meta charset="utf-8" />
<title>{html.escape(heading)}</title>
</head>
<body>
<div id="list" class="bb clearfix">
    <div class="fl">
        <div class="nav"><h1>{html.escape(heading)}</h1></div>
        <ul class="datel">
{items}
        </ul>
    </div>
</div>
</body>
</html>
"""
    return text.replace("\n", "\r\n")


def _entry(story: Story) -> str:
    channel = "lapin" if story.kind == "promotion" else story.channel or "it"
    return (
        f'<li><a class="c" href="//{channel}.ithome.com/" target="_blank">[{CHANNELS[channel][1]}]</a>'
        f'<a class="t" href="{story.url}" target="_blank">{html.escape(story.title)}</a>'
        f"<i>{local(story.published):%Y-%m-%d %H:%M:%S}</i></li>"
    )


def feed(stories: Iterable[Story]) -> str:
    """RSS 2.0 with the whole body, entity-escaped, and times in GMT (seen 2024 to 2026)."""
    items = "".join(
        f"<item><title>{html.escape(story.title)}</title><link>{story.url}</link><guid>{story.url}</guid>"
        f"<description>{html.escape(body(story, lazy=False))}</description>"
        f"<pubDate>{format_datetime(story.published.astimezone(UTC), usegmt=True)}</pubDate></item>"
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>IT之家</title><link>https://www.ithome.com/</link>'
        f"<description>示例站点</description><language>zh-cn</language><generator>ITHome.com</generator>{items}</channel></rss>"
    )


def _stamp(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%dT%H:%M:%S}"


def mobile_item(story: Story) -> dict[str, Any]:
    """An entry of the mobile interface; `orderdate` is the place in the list, `postdate` the publication."""
    advert = story.kind == "promotion"
    picture = story.cover or next(iter(pictures_of(story.blocks)), None)
    image = ithome_image(picture, _month(story)) if picture is not None else ""
    return {
        "newsid": story.item_id,
        "title": story.title,
        "v": None,
        "orderdate": _stamp(story.order_at or story.published),
        "postdate": _stamp(story.published),
        "description": story.digest,
        "image": image,
        "slink": None,
        "hitcount": 0,
        "commentcount": number(story.key, "comments", below=90),
        "hidecount": False,
        "cid": 166 if advert else 183,
        "url": story.url if advert else ithome_path(story.item_id),
        "live": 0,
        "lapinid": None,
        "forbidcomment": False,
        "isad": advert,
        "sid": 0,
        "PostDateStr": f"{local(story.published):%m-%d %H:%M}",
        "WapNewsUrl": f"https://m.ithome.com/html/{story.item_id}.htm",
        "NewsTips": [{"TipClass": "tip-gray", "TipName": "广告"}] if advert else [],
        "IsChineseMainland": True,
    }


def news_content(story: Story) -> dict[str, Any]:
    """The interface answer with one article's body."""
    return {
        "newsid": story.item_id,
        "title": story.title,
        "detail": body(story, lazy=False),
        "newssource": story.source or "IT之家",
        "newsauthor": story.author,
        "z": story.editor,
        "postdate": _stamp(story.published),
        "btheme": False,
    }


def missing() -> str:
    """The page for a number without an article."""
    return '<!doctype html><html lang="zh-cn"><head><meta charset="utf-8" /><title>404 - IT之家</title></head><body><h1>抱歉，您访问的页面不存在</h1></body></html>'
