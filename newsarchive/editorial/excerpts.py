"""Excerpts: what may be shown of a text that is not ours to publish, always with the link to all of it.

An excerpt is made to be read as it stands: whole sentences, those that tell what the title tells, without what stands around
a story on its page (whose text it is, who took the picture, whom the site thanks). The article itself is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

from newsarchive.items.article import Article
from newsarchive.items.body import Block, Body, Paragraph, Span, text_of
from newsarchive.items.record import SiteName
from newsarchive.markdown.escape import single_line
from newsarchive.sites import SITES

EXCERPT_LENGTH = 200
"""Characters that an excerpt has room for."""
READ_ON = "阅读原文"
_WORDED = "worded by an editor"
_BARE, _ENOUGH, _LONGEST, _TOO_LONG = 15, 25, 160, 240
"""A draft is one sentence. One that is short has the next too if that tells of the same and both have room, one that is bare in
any case. None is chosen that is too long."""
_LEAD, _LOOKED_AT = 3_000, 12
"""Characters and sentences of a text among which the one is sought that tells what the title tells."""
_ON_THE_TITLE, _FURTHER_DOWN = 0.35, 0.04
"""Share of the title's words that is enough for that, and what is taken off for each sentence above: it may be needed."""
_SAYS, _LIKE_THE_TITLE, _OFF_THE_TITLE, _NAME = 2, 0.45, 0.05, 3
"""Words of the title in a digest that says something; their share in a sentence that needs no title above, and in one that
tells of something else; what a name in Latin letters counts among them."""
_SHORTEST, _HEADLINE, _NO_TITLE, _TELLING = 4, 50, 5, 8
"""Characters of a sentence that tells something; of a digest that may be a headline, which has no full stop; of a title that
tells nothing, and of one that tells nothing alone."""

_QUOTED = r"“[^“”]*”|\"[^\"]*\"|‘[^‘’]*’|「[^「」]*」|『[^『』]*』|《[^《》]*》|（[^（）]*）|\([^()]*\)|【[^【】]*】"
_PIECE = re.compile(
    rf"(?P<quoted>{_QUOTED})|(?P<end>(?:[。！？]|[!?](?![\w&=/])|…(?=…*[。！？])|…+$|[~～](?![\w.]*\d))+[”’」』）)]*|(?<![A-Z])\.(?=\s+[A-Z]|\s*$))|[^“\"‘「『《（(【。！？!?….~～]+|.",
    re.DOTALL,
)
_ENDED = re.compile(r"[。！？!?….~～][”’」』）)\"]*$")
_UNFINISHED = re.compile(r"\.{3}|…$|：$")
_WORD = re.compile(r"[0-9a-z][0-9a-z.+%-]*|(?:(?![的了是在和与也都就还这那把被])[\u3400-\u9fff])+")
_ASKING = ("吗", "呢")

_HASHTAGS = re.compile(r"(?:\s*#[^#\n]{1,40}#)+\s*$|(?:\s*#[^#\s，。]{1,20})+\s*$|^(?:#[^#\n]{1,40}#\s*)+")
"""`#标签##标签#`, for search engines."""
_NOTES = re.compile(r"\s?\[\d{1,3}\]")
"""Numbers of footnotes."""
_BLANKS = re.compile(
    r"(?<=[，。、；：！？…”’」』《》（）【】])[ \u3000]+|[ \u3000]+(?=[，。、；：！？”’」』》）】])"
)
"""Half-width blanks beside full-width signs, which bring their own."""
_MARK = re.compile(
    r"(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.．](?!\d)|[（(][\d一二三四五六七八九十]{1,2}[）)]|[▲△▼●■◆○◇•·*➤▶☞→]|"
    r"(?:编者[按注]|导读|导语|摘要|核心提示)\s*[:：丨|｜]|【[^【】]{0,12}(?:导读|编者按|摘要)】|大家好[，,！!。])\s*"
)
"""The number or bullet of a paragraph, what it is on the page (编者按：), a greeting."""
_BY_LINE = re.compile(
    r"(?:本文)?(?:原创|作者|文|撰文|采写|采访|记者|编辑|责任?编辑?|主编|编译|译者|翻译|来源|出品|策划|审校|校对|排版|监制|"
    r"摄影|视频|题图|头图|封面|配图|图片|图源|图片来源|图|文/图)(?:\s*[:：丨|｜/／]\s*[^\s，。！？]*|(?<=作者)\s+[\u4e00-\u9fff]{2,4})(?:\s+|$)"
)
"""`文｜某某`, `来源：某报`, `摄影：某某`, with the blank behind them."""
_DATELINE = re.compile(
    r"(?:【[^【】]{1,20}】\s*)?(?:(?:[^，。：,\s据从在]{2,12})?\s*\d{1,2}\s*月\s*\d{1,2}\s*日[^，。：,\s]{0,2}(?:消息|讯|电)(?:（[^（）]{1,20}）)?|"
    r"[^，。：,\s据从在]{2,12}(?:独家)?获悉(?=\s*[，,：:])|[^，。：,\s据从在]{2,10}(?<!腾)讯\s+(?=\d))\s*[，,：:]?\s*"
)
"""`某某社 6 月 24 日电，`, `某某网独家获悉，`. A source (据某报报道) is part of the news."""
_NO_STORY = re.compile(
    r"感谢.{0,40}(?:投递|投稿|爆料|供稿)|(?:本文)?作者(?:系|为|是|[:：丨|｜]|\s)|关于作者|本[篇刊]|来源[:：]|各位|(?:题图|图片|封面|头图)(?:来自|来源|[:：])|"
    r".{0,20}(?:(?<!日)本(?:文(?![化部学])|杂志)|这篇文章)|.{0,40}经.{0,12}授权.{0,4}(?:发布|转载|首发)|"
    r".{0,12}[和跟给与](?:你|大家|各位)(?:分享|聊|说)|(?:点击|长按|扫描|关注|欢迎).{0,20}(?:关注|二维码|订阅|蓝字)"
)
"""Begins sentences about the text or to its readers."""
_GOES_ON = re.compile(
    r"[—（(]|[“「『][^”」』]{20}|[^，]{0,14}，(?:[他她它]|我(?!国)|同一)|[他她它其该此]|我(?!国)|你|您|咱|大家(?![电居])|(?:[^，]{0,14}，)?[这那](?!样|么|些年|几天)|.*(?:[上前]述|针对[这此])|"
    r"但|而|不过|然而|可是|因此|因为|所以|于是|与此|同时|同一|身后|另|之[前后]|后来|随后|接着|也(?!门)|还|并(?!购)|即便|比如|例如|当然|事实上|偶尔|现在[他她它]|"
    r"对此|据悉|据了解|报道|具体|首先|最后|第[一二三](?=[，、]|[是个点])|以[上下](?!海)|如[下上图]|[上下][面图]|场景|相比|一方面|(?:近日|最近|日前|[昨今][天日])[被读看听]"
)
"""Begins sentences that do not tell by themselves whom or what they speak of, and speeches."""
_WRITER = re.compile(r"我(?![国们])")
_POINTS_BACK = re.compile(r"[他她它该此]|我(?!国)|这(?!样|么|些年|几天)|[上前]述")
"""Stands in sentences that may tell it above."""


def excerpted(article: Article) -> Article:
    """The article with its excerpt and the link as its whole body; pictures, players and all else of the page left out."""
    text = excerpt_of(article)
    body: Body = [Paragraph([Span(text)])] if text else []
    body.append(Paragraph([Span(READ_ON, link=article.url)]))
    # Made anew: a copy would keep the text and pictures that were derived from the whole body.
    fields = {name: getattr(article, name) for name in Article.model_fields}
    return Article(**fields | {"body": body, "digest": text or None, "cover": None, "extra": {}})


def worded(article: Article, words: str) -> Article:
    """The article with an editor's words in its digest's place, which stay as they are."""
    return article.model_copy(update={"digest": words, "extra": article.extra | {_WORDED: True}})


def excerpt_of(article: Article, length: int = EXCERPT_LENGTH) -> str:
    """An article in one line of whole sentences, as many as `length` has room for, one at least; empty where it has no words.

    It is the site's own digest, unless that is only how the text begins, which a program has often cut; else it begins with
    the first sentence of the text that tells what the title tells. What is struck out (an old price, a word put right) is
    left out: a line that is cut must not say it.
    """
    if article.extra.get(_WORDED):
        return single_line(article.digest or "")
    return _excerpt(article, length, length)


def draft_words(article: Article) -> str:
    """What is drafted of an article below its title: the digest, if it says more of it than the text does, else a sentence of that.

    Many digests say nothing of the article: they are slogans, or tell what an account is.
    """
    return _excerpt(article, _ENOUGH, _LONGEST)


def draft_line(article: Article) -> str:
    """What is drafted of an article where no title stands: the words with the title before them where they need it.

    The title alone where nothing in the article tells what it tells.
    """
    title, words = _BLANKS.sub("", single_line(article.title)), draft_words(article)
    if not words or len(_bare(title)) <= _NO_TITLE or _begins_with_title(_lines(article), title):
        return words or title
    wanted = _words(title)
    shared = _shared(words, wanted)
    if shared > _LIKE_THE_TITLE * _weight(wanted) and not (
        _GOES_ON.match(words) or _POINTS_BACK.search(words)
    ):
        return words
    if shared < _OFF_THE_TITLE * _weight(wanted) and len(title) > _TELLING and article.body:
        return title
    ended = _ENDED.search(title)
    sign = ("？" if title.endswith(_ASKING) else "。") if not ended else " " if title[-1].isascii() else ""
    return f"{title}{sign}{words}"


def first_sentences(text: str, length: int) -> str:
    """The sentences that end within `length` characters, the first always; cut where that one is twice as long."""
    if whole := _whole(text[: 2 * length]):
        return _joined(whole, length, length)
    return text if len(text) <= length else text[:length].rstrip() + "…"


def _excerpt(article: Article, enough: int, most: int) -> str:
    title, site = _words(article.title), article.site
    lines = _lines(article)
    digest = _told(_digest(article, lines), site, most=_HEADLINE)
    said = _shared("".join(digest), title)
    if digest and (enough == most or said >= _SAYS):
        return _joined(digest, most, most)
    told = _told(lines, site)[:_LOOKED_AT]
    place = _place_of(article.title, told) if told and not _begins_with_title(lines, article.title) else 0
    if digest and (not told or said >= _shared(told[place], title)):
        return _joined(digest, most, most)
    if not told:
        return first_sentences("".join(lines[:1]), most) if enough == most else ""
    first, *others = told[place:]
    if enough < most and len(first) > _BARE:
        others = [*takewhile(lambda it: _shared(it, title), others)]
    return _joined([first, *others], enough, most)


def _lines(article: Article) -> list[str]:
    """The lines of the paragraphs with which a text begins; headings, captions, tables and what is no story left out."""
    lines: list[str] = []
    length = 0
    for block in article.body:
        if length > _LEAD:
            break
        for line in text_of([block], "left out").split("\n") if _is_prose(block) else ():
            length += len(line)
            if lines and lines[-1].endswith(("，", "、")):
                lines[-1] += line
            elif line:
                lines.append(line)
    return lines


def _is_prose(block: Block) -> bool:
    return block.kind in {"paragraph", "quote", "list"} or (
        block.kind == "aside" and block.role == "editor_note"
    )


def _digest(article: Article, lines: Sequence[str]) -> list[str]:
    """The site's digest; none where it is how the text begins, which has its paragraphs still and is not cut."""
    digest = single_line(article.digest or "")
    known = _bare("".join(lines)).startswith(_bare(digest))
    return [] if known else [digest]


def _begins_with_title(lines: Sequence[str], title: str) -> bool:
    """Whether the title is the beginning of the first sentence: that of a post without one is."""
    first = next(iter(_whole(lines[0])), "") if lines else ""
    return _bare(first).startswith(_bare(title))


def _told(lines: Iterable[str], site: SiteName, *, most: int = _LONGEST) -> list[str]:
    """The sentences of lines that are of the story; where none has a full stop, the first line, unless it is too long for one."""
    lines = [_cut(_HASHTAGS.sub("", line), site) for line in lines]
    whole = [_cut(it, site) for line in lines for it in _whole(line)]
    found = whole or [f"{line}。" for line in lines[:1] if len(line) <= most]
    own = SITES[site].boilerplate
    return [
        it
        for it in found
        if len(it) >= _SHORTEST
        and not (_NO_STORY.match(it) or _UNFINISHED.search(it) or (own and re.match(own, it)))
    ]


def _cut(sentence: str, site: SiteName) -> str:
    """A sentence without what stands before it: marks, by-lines, a dateline; and without blanks beside full-width signs."""
    text = _BLANKS.sub("", _NOTES.sub("", sentence.strip()))
    own = SITES[site].dateline
    for before in (_MARK, _BY_LINE, _BY_LINE, _BY_LINE, _DATELINE):
        text = text[found.end() :] if (found := before.match(text)) else text
    return (re.sub(own, r"\g<1>", text, count=1) if own else text).strip()


def _whole(line: str) -> list[str]:
    """The whole sentences of a line. What one quotes does not end it, but a speech that ends it does."""
    found: list[str] = []
    text = ""
    for piece in _PIECE.finditer(line):
        spoken = piece["quoted"] and text.endswith(("：", ":", "，", ",")) and _ENDED.search(piece[0])
        text += piece[0]
        if piece["end"] or spoken:
            found.append(text.strip())
            text = ""
    if _ENDED.search(text.strip()):
        found.append(text.strip())
    return found


def _place_of(title: str, told: Sequence[str]) -> int:
    """Where a text begins to tell what the title tells; else its first sentence that may stand at the beginning."""
    wanted = _words(title)
    firsts = [place for place, it in enumerate(told) if _may_begin(it, title)] or [0]
    whole = _weight(wanted)
    if whole < _NAME:  # a title of a word says too little to seek by
        return firsts[0]
    return max(
        firsts,
        key=lambda place: min(_shared(told[place], wanted) / whole, _ON_THE_TITLE) - _FURTHER_DOWN * place,
    )


def _may_begin(sentence: str, title: str) -> bool:
    """Whether a sentence tells of whom it speaks, and is neither a question nor too long; of the writer if the title does, too."""
    if len(sentence) > _TOO_LONG or sentence.endswith(("？", "?")) or _GOES_ON.match(sentence):
        return False
    return "我" in title or not _WRITER.search(re.sub(_QUOTED, "", sentence))


def _shared(sentence: str, title: set[str]) -> int:
    """How much of the title's words a sentence has."""
    return _weight(title & _words(sentence))


def _weight(words: set[str]) -> int:
    return sum(_NAME if it.isascii() and len(it) >= _NAME and it[0].isalpha() else 1 for it in words)


def _words(text: str) -> set[str]:
    """What a text is compared by: Latin words and numbers, and each two Chinese characters that stand side by side."""
    words: set[str] = set()
    for found in _WORD.findall(_bare(text).lower()):
        pairs = {one + other for one, other in pairwise(found)}
        words |= pairs if not found.isascii() else {found} if len(found) > 1 else set()
    return words


def _bare(text: str) -> str:
    return "".join(text.split())


def _joined(sentences: Sequence[str], enough: int, most: int) -> str:
    """Sentences, the first always, until they are long enough, as long as they have room."""
    text = ""
    for it in sentences:
        if text and (len(text) >= enough or len(text) + len(it) > most):
            break
        gap = " " if text and text[-1].isascii() and it[0].isascii() else ""
        text += f"{gap}{it}"
    return text
