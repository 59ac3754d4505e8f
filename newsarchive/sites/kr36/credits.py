"""Who wrote a 36kr article and where it came from, as the article itself says.

Two thirds of the articles (23 of 30 in June 2026) repeat a WeChat post and say so in the last paragraph, before 2022
often in the first one after 编者按. The rest open with by-lines such as `作者 | 某某`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from newsarchive.items.article import Attribution
from newsarchive.items.body import Aside, Block, Body, Paragraph, Role, Span, line_text
from newsarchive.sites.weixin.urls import identify as identify_weixin

_QUOTED = r"[“\"「『《【](?P<quoted>[^”\"」』》】]{1,60})[”\"」』》】]"
_ORIGIN = re.compile(
    r"文(?:章)?\s*(?:经.{0,8}授权)?(?:首发于|发自|来自于?|来源于?|转载自|源自|授权转载自|出自)\s*[:：]?\s*"
    r"(?P<wechat>微信)?(?:公众(?:平台|号|账号))?\s*[:：]?\s*"
    rf"(?:{_QUOTED}|(?P<bare>[^，,。；;（(“\"「\s][^，,。；;（(“\"「]{{0,40}}))"
    r"\s*(?:[（(]\s*(?:微信)?(?:公众号|微信号)?\s*(?:ID|id|Id)?\s*[:：]?\s*(?P<alias>[A-Za-z0-9][\w-]{3,39})\s*[）)])?"
)
_AUTHOR = re.compile(r"(?:作者|撰文)(?:\s*[:：丨|｜]\s*|\s+)(?P<name>[^，,。；;（(]{1,60})")
_EDITOR = re.compile(r"(?:责任?编辑?|编辑|责编)(?:\s*[:：丨|｜]\s*|\s+)(?P<name>[^，,。；;（(]{1,40})")
_BY_LINE = re.compile(
    r"^(?P<role>文|作者|撰文|采访|编辑|责编|译者)\s*[:：丨|｜/]\s*(?P<name>[^|｜丨]{1,40}?)(?=\s*(?:$|编辑|责编|[|｜丨]))"
)
_SIGN = re.compile(r"[:：丨|｜/]")
_GAP = re.compile(r"\n|\s{2,}|　|(?<=\S)\s+(?=(?:编辑|责编)\s*[:：丨|｜/])")
_LICENCE = re.compile(r"36氪.{0,6}授权(?:发布|转载)|授权36氪|经.{0,12}授权(?:发布|转载)")
_EDITOR_NOTE = re.compile(r"^\W{0,2}编者[按注]\W")
_OWN = re.compile(r"https?://(?:[\w-]+\.)*36kr\.com(?:[/?#]|$)")
_HEAD, _TAIL = 6, 4


class Credits(NamedTuple):
    """What the body says of its origin; `repeated` for a text that stood elsewhere first."""

    attribution: Attribution
    repeated: bool = False


def paragraph_text(block: Block) -> str:
    """A paragraph's text on its lines; empty for any other block."""
    return line_text(block.inlines, "plain") if isinstance(block, Paragraph) else ""


def take_credits(
    body: Body,
    account: str | None = None,
    copyright: str | None = None,  # noqa: A002 - the field's name
) -> Credits:
    """Read the credits at both ends of a body; the attribution and the editor's note become `Aside`s in it.

    What the page says around the body, `account` and `copyright`, goes into the attribution: an account is its author.
    """
    found: dict[str, str] = {}
    repeated = False
    for place in _ends(len(body)):
        block = body[place]
        text = paragraph_text(block)
        if not text:
            continue
        role: Role | None = "editor_note" if "编者" in text[:4] and _EDITOR_NOTE.match(text) else None
        licensed = len(text) < 600 and "授权" in text and _LICENCE.search(text)
        if licensed and (origin := _ORIGIN.search(text)):
            role, repeated = "attribution", True
            found = _origin(origin, text, block) | found
        # Most lines have no sign, and to part them costs ten times as much.
        elif len(text) < 80 and _SIGN.search(text):
            found = _by_lines(text) | found
        if role:
            body[place] = Aside(role, [block])
    original = identify_weixin(found["original_url"]) if "original_url" in found else None
    told = {
        "original_keys": dict(original.keys) if original else {},
        "account": account,
        "author": account or found.get("author"),
        "copyright": "repost" if repeated else copyright,
    }
    return Credits(Attribution.model_validate(found | told), repeated)


def _ends(length: int) -> list[int]:
    return list(range(length)) if length <= _HEAD + _TAIL else [*range(_HEAD), *range(length - _TAIL, length)]


def _origin(match: re.Match[str], text: str, block: Block) -> dict[str, str]:
    found = {"original_account": (match["quoted"] or match["bare"]).strip()}
    if match["alias"]:
        found["original_account_alias"] = match["alias"]
    if url := _link_to_original(block):
        found["original_url"] = url
    rest = text[match.end() :]
    if author := _AUTHOR.search(rest):
        found["original_author"] = author["name"].strip()
    if editor := _EDITOR.search(rest):
        found["editor"] = editor["name"].strip()
    return found


def _link_to_original(block: Block) -> str | None:
    """The first link to a WeChat article, else the first to another site."""
    pieces = block.inlines if isinstance(block, Paragraph) else []
    links = [piece.link for piece in pieces if isinstance(piece, Span) and piece.link]
    return next(filter(identify_weixin, links), None) or next(
        (it for it in links if not _OWN.match(it)), None
    )


def _by_lines(text: str) -> dict[str, str]:
    """`author` and `editor` of by-lines, one or several on a line (`文 | 某某　编辑 | 某某`)."""
    found: dict[str, str] = {}
    for line in _GAP.split(text):
        if (match := _BY_LINE.match(line.strip())) and match["role"] != "译者":
            found.setdefault(
                "editor" if match["role"] in {"编辑", "责编"} else "author", match["name"].strip()
            )
    return found
