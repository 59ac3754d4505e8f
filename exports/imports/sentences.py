"""What an imported line says without the link that its story has: words of a sentence stay, mere labels go."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from newsarchive.items.body import Image
from newsarchive.markdown.links import LINK, bare_urls, links_in
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.urls import is_web_address
from newsarchive.sites.shared.links_in_text import links_in_text

_NOUN = r"(?:论文|项目|代码|开源|模型|数据集?|官网|官方|仓库|文章|新闻|消息|信息|视频|演示|产品|文档|博客|体验|下载|在线|技术报告)"
LABEL = (
    r"(?:(?:点击|点此|点这里|请|可)?(?:查看|阅读|了解|访问)?(?:更多|全文|原文|详情|详细|内容|信息|链接|地址|网址|来源|出处|入口|主页)+"
    rf"|(?:点击|点此|请|可)?(?:查看|阅读|了解|访问)?(?:原文?|相关|微信|公众号|(?:微信)?{_NOUN})(?:来源|出处|链接|地址|网址|原文|主页|页面|入口|详情|网站|官网|直达)"
    r"|参考(?:链接|资料|来源|文章)?"
    r"|(?:报名|活动|直播|回放|会议|大会|预约|购票|抢票|投票|申请)(?:链接|地址|网址|入口|页面)"
    r"|[A-Za-z][A-Za-z0-9.]{1,15}\s?(?:链接|地址|仓库|主页|原文)"
    r"|(?:閱讀|查看)?(?:來源|連結|鏈接|出處|原文連結|原文鏈接|詳情|更多)"
    r"|(?:查看|阅读|打开)(?:全文|原文)?|源|源码|直达|传送门|AI\s?资讯|官网|链接|来源[：:].{1,20}"
    r"|(?i:link|links|source|sources|via|more|read more|details?|ref|url|original(?: (?:link|article|source|post))?))"
)
"""Words of a link that say only that there is one; what a sentence says is never made of them alone."""
_MARKS = r"[\s\"'“”‘’「」『』【】*_>→»…↗⮕：:.。\U0001F300-\U0001FAFF\uFE0F]*"
_A_LABEL = re.compile(rf"{_MARKS}{LABEL}{_MARKS}")
_BEFORE = re.compile(r"(?:^|[。！？!?…；;.~）)】\]>\s'\"“”」|\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F])$")
_AFTER = re.compile(r"^(?:$|[\s<（(【\[|'\"”」/、·])")
_CALLS_SOURCE = re.compile(r"(?:来源|原文|出处|链接|source|via)\**\s?[:：]\**\s*$", re.IGNORECASE)
"""Ends what stands before the link of a source."""
_OPENING, _CLOSING = "（([【", "）)]】"
_PICTURE = re.compile(
    r"!\[[^\[\]]*\]\(\s*<?([^()\s<>]+(?:\([^()\s<>]*\)[^()\s<>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)"
)
_LINKED_PICTURE = re.compile(r"\[\s*(!\[[^\[\]]*\]\((?:[^()]|\([^()]*\))*\))\s*\]\((?:[^()]|\([^()]*\))*\)")
_IMG = re.compile(
    r"<img\s[^<>]*?src\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))[^<>]*>(?:</img>)?", re.IGNORECASE
)
_ALT = re.compile(r"\salt\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE)
_FILM = re.compile(
    r"<(?:video|audio|source|iframe)\s[^<>]*?src\s*=\s*[\"']([^\"'<>]*)[\"'][^<>]*>", re.IGNORECASE
)
_LINK_TEXT = re.compile(r"\[[^\[\]]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")
_ANCHOR = re.compile(r"<a\s[^<>]*?href\s*=\s*[\"']([^\"'<>]*)[\"'][^<>]*>(.*?)</a>", re.IGNORECASE)
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([_~*&#])")
_TAG = re.compile(
    r"</?(?:p|div|center|small|span|font|section|article|figure|figcaption|video|audio|source|iframe|details|summary|u|a|img|h[1-6]|br|ul|li)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def is_label(words: str) -> bool:
    """Whether the words of a link are a label alone: 更多详情, 来源, 原文."""
    return bool(_A_LABEL.fullmatch(words))


def own_link(line: str) -> str | None:
    """The link that a line without a title has as its own: the one that is called a source, else the first."""
    links = [it for it in links_in(line) if is_web_address(it.url)]
    labelled = [it for it in links if is_label(it.text)]
    called = [it for it in links if _CALLS_SOURCE.search(line.partition(f"[{it.text}](")[0])]
    return next((it.url for it in (*labelled, *called, *links)), None)


def sentence(line: str, url: str | None) -> str:
    """A line as Markdown in one line, without pictures and HTML; its own link leaves its words, if it is more than a label.

    Other links stay links.
    """
    text = _film_links(_LINKED_PICTURE.sub(" ", line))
    parts: list[str] = []
    end = 0
    for match in LINK.finditer(text):
        if match.start() < end:
            continue
        before = text[end : match.start()]
        after = match.end()
        if match["image"]:
            words = ""
        elif match["url"] != url:
            words = match[0] if match["text"].strip() else ""
        elif is_label(match["text"]) and _stands_apart(before or "".join(parts), text[after:]):
            words = ""
            if before[-1:] in _OPENING and before and text[after : after + 1] in _CLOSING:
                before, after = before[:-1].rstrip(), after + 1
        else:
            words = match["text"]
        parts += [before, words]
        end = after
    return plain(_BREAK.sub(" ", "".join([*parts, text[end:]])))


def with_scheme(url: str) -> str:
    """An address as it is asked for, also one that was copied without `https://`, or with Markdown's escapes."""
    url = _ESCAPED.sub(r"\1", url)
    return url if not url or is_web_address(url) else f"https://{url.lstrip('/')}"


def _stands_apart(before: str, after: str) -> bool:
    """Whether a link stands in brackets, or behind a sentence that is complete without it."""
    if before[-1:] and before[-1] in _OPENING and after[:1] in _CLOSING:
        return True
    return bool(_BEFORE.search(before[-1:])) and bool(_AFTER.match(after[:1]) or after[:1] in "。.")


def without_pictures(line: str) -> str:
    """A line without its pictures, Markdown's and HTML's; a link round a picture goes with it where it leads to it."""
    text = _LINKED_PICTURE.sub(_around_picture, line)
    return _IMG.sub(" ", _PICTURE.sub(" ", text))


def _around_picture(match: re.Match[str]) -> str:
    picture, link = _PICTURE.search(match[1]), links_in(f"[x{match[0][match.end(1) - match.start() :]}")
    same = picture and link and picture[1].partition("?")[0] == link[0].url.partition("?")[0]
    return " " if same or not link else f" [图片]({link[0].url}) "


def pictures_in(line: str) -> list[Image]:
    """The pictures of a line, Markdown's and HTML's, once each."""
    found = [match[1] for match in _PICTURE.finditer(line)]
    found += [html.unescape(match[1] or match[2] or match[3]) for match in _IMG.finditer(line)]
    return [Image(url) for url in dict.fromkeys(found)]


def without_html(lines: Sequence[str]) -> Iterator[str]:
    """Lines of words in which pictures, films and links that are written as HTML are Markdown, and other tags are gone."""
    for line in lines:
        if "<" not in line:
            yield line
            continue
        text = _IMG.sub(_as_picture, line)
        text = _film_links(text)
        text = _ANCHOR.sub(_as_link, text)
        pieces = [_TAG.sub("", piece) for piece in _BREAK.split(text)]
        kept = [piece for piece in pieces if piece.strip()]
        if kept:
            yield "  \n".join(kept)
        elif text == line:
            yield ""


def _film_links(text: str) -> str:
    return _FILM.sub(lambda it: f"[视频]({it[1]})" if is_web_address(it[1]) else "", text)


def _as_picture(match: re.Match[str]) -> str:
    url = html.unescape(match[1] or match[2] or match[3])
    alt = _ALT.search(match[0])
    words = html.unescape(alt[1] or alt[2] or "") if alt else ""
    return f"![{words.translate({ord('['): None, ord(']'): None})}](<{url}>)" if is_web_address(url) else ""


def _as_link(match: re.Match[str]) -> str:
    words = _TAG.sub("", match[2]).strip()
    url = html.unescape(match[1])
    if not is_web_address(url):
        return "" if url.startswith("#") else words
    return f"[{words}](<{url}>)" if words else ""


def label_of(line: str, url: str) -> str:
    """The words by which a line calls its own link, if it is but a label."""
    return next((it.text for it in links_in(line) if it.url == url and is_label(it.text)), "")


def addresses(line: str) -> list[str]:
    """The addresses that a line leads to, in links or bare, as they are written but with their scheme; not those of pictures."""
    text = without_pictures(line)
    found = [it.url for it in links_in(text) if is_web_address(it.url)]
    found += bare_urls(_LINK_TEXT.sub(" ", text))
    found += [it.url for it in links_in_text(text) if "://" not in text[it.start : it.end]]
    return list(dict.fromkeys(found))
