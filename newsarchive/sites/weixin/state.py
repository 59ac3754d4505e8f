"""The state object of a page of mp.weixin.qq.com, `window.cgiDataNew`: where it begins, and what is read of it."""

from __future__ import annotations

from newsarchive.parsing.js_literal import Shape

STATE = b"window.cgiDataNew"
"""The name of the state object; it stands up to 46 times on a page, assigned to once. Absent before November 2025."""

SERVER_STATE = b"window.__QMTPL_SSR_DATA__"
"""The object beside a text post's markup that holds what the server wrote into it: a part of the state object's members."""

STATE_SHAPE: Shape = {
    **dict.fromkeys(
        (
            *("user_name", "nick_name", "alias", "title", "desc", "author", "cdn_url", "link", "source_url"),
            *("create_time", "ori_create_time", "create_timestamp", "bizuin", "mid", "idx", "sn", "svr_time"),
            *("item_show_type", "is_pay_subscribe"),
        )
    ),
    "copyright_info": dict.fromkeys(
        (
            *("copyright_stat", "platform", "reprint_url", "source_encode_biz", "source_mid"),
            *("source_idx", "guide_words"),
        )
    ),
    "text_page_info": dict.fromkeys(("content_noencode", "is_user_title")),
    "voice_page_info": dict.fromkeys(("voice_id", "duration", "title", "cover_url")),
    "video_page_info": dict.fromkeys(("video_id", "vid", "cover_url")),
    "video_page_infos": dict.fromkeys(("video_id", "vid", "cover_url")),
    "public_tag_info": {"tags": dict.fromkeys(("tag_name", "album_id"))},
    "hashtags": {"hashtag": None},
    "claim_source": {"claim_source": None},
    "ip_wording": dict.fromkeys(("country_name", "province_name")),
    "user_info": {"short_link": None},
}
"""What is read of the state object's 150 members."""

POST_SHAPE: Shape = {
    "content_noencode": None,
    "contentNoEncode": None,
    "picture_page_info_list": dict.fromkeys(("cdn_url", "width", "height")),
}
"""The two largest members, read only for the pages that need them."""
