"""What kind of page a page is: the word that is given before anything is parsed."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What kind of page this is, decided before anything is parsed."""

    ARTICLE = "article"
    NEWSFLASH = "newsflash"
    IMAGE_POST = "image_post"
    TEXT_POST = "text_post"
    VIDEO = "video"
    AUDIO = "audio"
    REPOST_CARD = "repost_card"
    ALBUM = "album"
    LIST = "list"
    FEED = "feed"
    ACCOUNT_PAGE = "account_page"
    DELETED = "deleted"
    VIOLATION = "violation"
    UNAVAILABLE = "unavailable"
    EXPIRED = "expired"
    PARAM_ERROR = "param_error"
    PRIVATE = "private"
    CAPTCHA = "captcha"
    CHALLENGE = "challenge"
    EMPTY = "empty"
    OTHER = "other"


ARTICLE_KINDS = frozenset(
    {
        Verdict.ARTICLE,
        Verdict.NEWSFLASH,
        Verdict.IMAGE_POST,
        Verdict.TEXT_POST,
        Verdict.VIDEO,
        Verdict.AUDIO,
        Verdict.REPOST_CARD,
    }
)
"""The only verdicts that may write an article."""


LIST_KINDS = frozenset({Verdict.ALBUM, Verdict.LIST, Verdict.FEED, Verdict.ACCOUNT_PAGE})
"""Pages that lead to articles."""


NOTICES = frozenset(
    {
        Verdict.DELETED,
        Verdict.VIOLATION,
        Verdict.UNAVAILABLE,
        Verdict.EXPIRED,
        Verdict.PARAM_ERROR,
        Verdict.PRIVATE,
    }
)
"""Pages that say why there is no article; `private` is one for an account's members only."""


CHALLENGES = frozenset({Verdict.CAPTCHA, Verdict.CHALLENGE})
"""Pages that ask the visitor to prove something: the host has to be left alone for a while."""
