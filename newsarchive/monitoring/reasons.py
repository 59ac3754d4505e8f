"""The words for why a page, a list or a host was not read, and what they mean to an operator. They never change."""

from __future__ import annotations

import re
from typing import Final

ROBOTS: Final = "robots"
OFF_SITE: Final = "off_site"
UNRECORDED: Final = "unrecorded"
NEVER_ASKED: Final = "never_asked"
GIVEN_UP: Final = "given_up"
HOLE: Final = "hole"

MEANINGS = {
    ROBOTS: "robots.txt forbids it",
    UNRECORDED: "an older version wrote down no reason",
    OFF_SITE: "its address leads off the site, to a host that is not asked",
    NEVER_ASKED: "no crawl has asked for it yet",
    GIVEN_UP: "its page could not be read so often that it is asked for no more",
    HOLE: "a list that numbers its places has none at this one",
    "deleted": "the site says that it was deleted",
    "violation": "the site has taken it down for breaking its rules",
    "private": "the site shows it to members only",
    "expired": "its address was for a while only",
    "param_error": "the site knows no such address",
    "unavailable": "the site says that it cannot be shown for now",
    "gone": "the site has no page at its address (404 or 410)",
    "moved": "its address leads to another page",
    "empty": "its page came without content",
    "other": "its page was judged to be something else",
    "held": "its host is left alone for a while",
    "leased": "another job asks its host, or has the site",
    "challenge": "the site asks for a check whether a person reads",
    "captcha": "the site asks for a check whether a person reads",
    "connection_refused": "the host refuses connections",
    "connection_lost": "the connection broke off",
    "unknown_host": "the host's name has no address: no network, or no such host",
    "no_route": "no way to the host: no network",
    "timeout": "no whole answer in time",
    "tls": "no safe connection: the certificate or its protocol was refused",
    "cut_off": "the answer ended before its announced end, or a feed before its own",
    "too_large": "the answer is larger than DOWNLOAD_MAXSIZE (a picture: than NEWSARCHIVE_IMAGE_BYTES)",
    "headers_too_long": "the answer's headers do not end",
    "private_address": "the host's name stands for this machine or its network",
    "too_many_parts": "the page has more tags or values than any page has",
    "decompression_bomb": "the answer unpacks to more than any page has",
    "not_mapped": "NEWSARCHIVE_ORIGINS maps sites to this machine, but not this one",
    "store_unreachable": "the store does not answer, and the crawl cannot go on without it",
    "redirect_loop": "redirects lead to no page",
    "placeholder": "the host serves a placeholder (未经允许不可引用) instead of the picture",
    "no_picture": "what came is no picture, whatever its type says",
    "empty_picture": "the answer has no content",
    "broken_picture": "the picture is cut off or damaged",
    "active_picture": "the drawing has scripts, or loads something",
    "too_many_pixels": "the picture is larger than any that a page shows",
    "too_many_pictures": "its article has more pictures than NEWSARCHIVE_IMAGES_AN_ARTICLE",
    "enough_for_a_run": "the run has fetched NEWSARCHIVE_IMAGES_RUN_BYTES; the next one goes on",
    "no_address": "its address cannot be asked for",
}
"""What each word means. Beside these there are `http_STATUS`, `robots_http_STATUS`, `VERDICT_instead_of_list` (or
`_article`), and the names of exceptions that nobody foresaw."""

_STATUS = re.compile(r"(robots_)?http_(\d{3})")
_VERDICT = re.compile(r"(\w+)_instead_of_(\w+)")


def meaning(reason: str) -> str:
    """What a reason means, in some words; the reason itself where it is an exception's name."""
    if reason in MEANINGS:
        return MEANINGS[reason]
    if status := _STATUS.fullmatch(reason):
        who = "robots.txt answers with" if status[1] else "the site answers with"
        more = ", which forbids everything until it can be read" if status[1] else ""
        return f"{who} status {status[2]}{more}"
    if verdict := _VERDICT.fullmatch(reason):
        return f"the page is no {verdict[2]} (judged {verdict[1]})"
    return reason
