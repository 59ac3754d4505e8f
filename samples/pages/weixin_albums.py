"""weixin's albums: the HTML page and the entries of the JSON answer."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from typing import Any

from samples.pages.script import literal
from samples.pages.weixin import SHOW_TYPES, avatar, cover, seconds
from samples.story import Account, Album, Story


def album_item(story: Story, position: int) -> dict[str, str]:
    """An album's entry in the JSON answer: all values are strings."""
    number = story.long_url.replace("https://", "http://")
    return {
        "cover_img_1_1": cover(story, "300"),
        "create_time": str(seconds(story)),
        "is_pay_subscribe": "0",
        "is_read": "0",
        "item_show_type": str(SHOW_TYPES.get(story.kind, 0)),
        "itemidx": str(story.idx),
        "key": f"{_number(story.biz)}_{story.mid}_{story.idx}",
        "msgid": str(story.mid),
        "pos_num": str(position),
        "title": story.title,
        "tts_is_ban": "0",
        "url": number,
        "user_read_status": "0",
    }


def _number(biz: str) -> str:
    """The decimal number behind an account's id."""
    return base64.b64decode(biz).decode()


def album_page(album: Album, account: Account, stories: Sequence[Story], count: int) -> str:
    """An album's HTML page with its first entries."""
    items = "".join(
        f'<li class="album__list-item js_album_item" data-msgid="{story.mid}" data-itemidx="{story.idx}" '
        f'data-link="{html.escape(story.long_url.replace("https://", "http://"))}" data-title="{html.escape(story.title)}" '
        f'data-pos_num="{count - place}"><div class="album__item-content"><div class="album__item-title">'
        f'<span class="album__item-title-wrp">{html.escape(story.title)}</span></div><div class="album__item-info">'
        f'<span class="js_article_create_time album__item-info-item">{seconds(story)}</span></div></div></li>'
        for place, story in enumerate(stories)
    )
    entries = [
        {
            "title": story.title,
            "create_time": str(seconds(story)),
            "cover_img_1_1": cover(story, "300"),
            "url": story.long_url.replace("https://", "http://").replace("&", "&amp;"),
            "msgid": str(story.mid),
            "itemidx": str(story.idx),
            "is_pay_subscribe": "0",
        }
        for story in stories
    ]
    data: dict[str, Any] = {
        "ret": "0",
        "albumId": album.album_id,
        "title": album.title,
        "desc": "",
        "hd_head_img": avatar(account),
        "nick_name": account.name,
        "user_name": account.user_name,
        "article_count": count,
        "is_reverse": 1,
        "isupdating": 1,
        "articleList": entries,
    }
    return (
        '<!DOCTYPE html>\n<html class=""><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title></title>'
        "<style>.weui-msg { display: none; }</style></head>\n<body>\n"
        '<script nonce="">window.PAGE_MID="mmbizwap:pages/album.html"</script>\n'
        f'<div class="album js_album_container"><div id="js_tag_name" class="album__label-title bold">{html.escape(album.title)}</div>'
        f'<div class="album__author-name">{html.escape(account.name)}</div><span>{count} 篇内容</span>'
        f'<ul class="album__list js_album_list">{items}</ul></div>\n'
        f'<script type="text/javascript">\n\twindow.cgiData = {literal(data)};\n</script>\n</body></html>\n'
    )
