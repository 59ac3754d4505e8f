"""What kind of change a difference is: what an editor looks at first is a correction, a number, a name, a title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from newsarchive.revisions.difference import Difference, Edit, WordPiece


class ChangeKind(StrEnum):
    """What was changed, the most telling first."""

    CORRECTION = "correction"
    NUMBER = "number"
    NAME = "name"
    TITLE = "title"
    TEXT = "text"
    ORDER = "order"
    MARK = "mark"
    PUNCTUATION = "punctuation"


RANKS = {kind: rank for rank, kind in enumerate(ChangeKind)}
"""The place of a kind in lists of changes."""

_CORRECTION = re.compile(
    r"更正|勘误|订正|纠正|笔误|误写|误植|(?:表述|数据|原文|内容|标题)(?:有|存在)?误|此前(?:的)?(?:报道|版本|文章|稿件)|编者?注"
    r"|更新(?:于|说明|：|:)|[【（(\[]更新|特此(?:说明|致歉)|本文(?:已|有)?(?:更新|修改|更正|修订)"
    r"|\bcorrect(?:ion|ed)\b|\berratum\b|\bupdated?:",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*[%％]?[万亿兆千百]*")
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十百千万亿两几半]+")
_UNIT = re.compile(r"[元角分美欧英日港镑万亿千百年月日时秒岁倍成吨克米里升台辆部款人名家次折]{1,3}")
_AFTER_NUMBER = re.compile(r"[\d万亿千百]\s*$")
_LATIN_NAME = re.compile(r"[A-Za-zÀ-ɏ]*[A-ZÀ-Þ][A-Za-z0-9À-ɏ'’&.+-]*|[a-z]+\d[A-Za-z0-9]*|\d+[A-Za-z]+\w*")
_CHINESE = re.compile(r"[\u3400-\u9fff·]+")
_MOST_OF_NAME = re.compile(r"[\u3400-\u9fff·]{2,8}")
_LONGEST_NAME = 4
"""Characters of a Chinese person's, place's or firm's short name."""
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏章云苏潘葛范彭郎鲁韦马苗方俞任袁柳史唐费薛雷贺倪汤"
    "罗毕郝安常于傅齐康伍余元顾孟黄穆萧尹姚邵汪毛成戴宋庞熊纪舒项祝董梁杜阮蓝季贾路江童颜郭梅林钟徐邱骆高夏蔡田樊胡凌霍虞万卢莫"
    "丁邓单洪包石崔龚程邢裴陆荣翁甄曲侯段侍龙叶黎白蒲邰赖卓屠乔温庄晏柴阎连习容向古廖耿匡文欧沃蔚聂晁辛阚简饶曾关游盖桓岳帅褚涂覃"
)
_SPEAKS = re.compile(
    r"\s*(?:表示|称|说|认为|指出|介绍|透露|强调|宣布|回应|坦言|先生|女士|教授|院士|博士|记者|董事|总裁|总经理|创始|担任|出任)"
)
_OFFICE = re.compile(
    r"(?:CEO|CTO|CFO|COO|总裁|董事长|创始人|创办人|合伙人|记者|作者|编辑|主席|经理|总监|教授|博士|院士|主任|部长|负责人|分析师)\s*$"
)
_AFTER_NAME = re.compile(r"[任在与和、，的]|$")
_BEFORE_NAME = re.compile(r"(?:[由据对与和、《“「]|^)\s*$")
_KIND_OF_NAME = re.compile(
    r"公司|集团|科技|银行|大学|学院|研究院|研究所|汽车|手机|资本|基金|法院|协会|证券|智能|网络|传媒|处理器|芯片|大模型|医院|实验室|委员会|平台|省|市|县|区|》|”|」"
)
_KNOWN = re.compile(
    "华为|小米|苹果|三星|荣耀|魅族|联想|腾讯|阿里|淘宝|天猫|蚂蚁|百度|字节|抖音|快手|京东|美团|拼多多|网易|滴滴|携程|哔哩|微博|微信|知乎"
    "|比亚迪|蔚来|理想|小鹏|吉利|长城|奇瑞|长安|上汽|广汽|一汽|特斯拉|宁德时代|大众|丰田|本田|宝马|奔驰|奥迪|问界|鸿蒙"
    "|英伟达|英特尔|高通|联发科|台积电|中芯|微软|谷歌|亚马逊|索尼|任天堂|甲骨文|软银|富士康|大疆|海尔|美的|格力|深度求索|月之暗面|智谱"
    "|中国|美国|日本|韩国|英国|法国|德国|印度|俄罗斯|欧盟|北京|上海|广州|深圳|杭州|香港|台湾|东京|硅谷"
)


def kinds_of(found: Difference) -> tuple[ChangeKind, ...]:
    """All that a difference is, the most telling first; empty where there is none.

    A name is told by its looks and its neighbours: some are missed, some words are taken for one.
    """
    stretches = [found.title, *(edit.pieces for edit in found.edits if not edit.mark)]
    kinds: set[ChangeKind] = set()
    gone = "\n".join(_texts(stretches, "removed"))
    if any(_CORRECTION.search(text) for text in _texts(stretches, "added")) and not _CORRECTION.search(gone):
        kinds.add(ChangeKind.CORRECTION)
    rewritten = [
        found.title,
        *(edit.pieces for edit in found.edits if edit.kind == "changed" and not edit.mark),
    ]
    if any(map(_changes_a_number, rewritten)):
        kinds.add(ChangeKind.NUMBER)
    if any(map(_changes_a_name, rewritten)):
        kinds.add(ChangeKind.NAME)
    if found.title:
        kinds.add(ChangeKind.TITLE)
    kinds.update(map(_of_the_rest, found.edits))
    if kinds & {ChangeKind.NUMBER, ChangeKind.NAME} and not any(
        edit.kind in {"added", "removed"} and not edit.mark for edit in found.edits
    ):
        kinds.discard(ChangeKind.TEXT)
    return tuple(sorted(kinds, key=RANKS.__getitem__))


def _of_the_rest(edit: Edit) -> ChangeKind:
    if edit.mark:
        return ChangeKind.MARK
    if edit.kind == "moved":
        return ChangeKind.ORDER
    if any(char.isalnum() for piece in edit.pieces if piece.kind != "same" for char in piece.text):
        return ChangeKind.TEXT
    return ChangeKind.PUNCTUATION


def _texts(stretches: list[tuple[WordPiece, ...]], kind: str) -> Iterator[str]:
    for pieces in stretches:
        for place, piece in enumerate(pieces):
            if piece.kind == kind:
                # A word of correction may be half there already (更新 → 更新于): look at it with its neighbours.
                before = pieces[place - 1].text[-4:] if place and pieces[place - 1].kind == "same" else ""
                yield before + piece.text


def _changes_a_number(pieces: tuple[WordPiece, ...]) -> bool:
    numbers = [
        Counter(number for piece in pieces if piece.kind == kind for number in _NUMBER.findall(piece.text))
        for kind in ("removed", "added")
    ]
    if numbers[0] != numbers[1]:
        return True
    return any(
        (_CHINESE_NUMBER.fullmatch(old.strip()) and _CHINESE_NUMBER.fullmatch(new.strip()))
        or (_AFTER_NUMBER.search(before) and _UNIT.fullmatch((old + new).strip()))
        for before, old, new, _ in replacements(pieces)
        if old or new
    )


def _changes_a_name(pieces: tuple[WordPiece, ...]) -> bool:
    return any(
        _latin_name_changes(old, new) or _chinese_name_changes(before, old, new, after)
        for before, old, new, after in replacements(pieces)
        if old and new
    )


def _latin_name_changes(old: str, new: str) -> bool:
    names = [_LATIN_NAME.findall(text) for text in (old, new)]
    return bool(names[0] and names[1]) and names[0] != names[1]


def _chinese_name_changes(before: str, old: str, new: str, after: str) -> bool:
    old, new = old.strip(), new.strip()
    short = _MOST_OF_NAME.fullmatch(old) or _MOST_OF_NAME.fullmatch(new)
    if short and (_LATIN_NAME.fullmatch(old) or _LATIN_NAME.fullmatch(new)):
        return True
    if not (_CHINESE.fullmatch(old) and _CHINESE.fullmatch(new)):
        return False
    if max(len(old), len(new)) > 2 * _LONGEST_NAME:
        return False
    for ahead in range(3):
        start = before[len(before) - ahead :] if ahead else ""
        if len(start) < ahead or (start and not _CHINESE.fullmatch(start)):
            break
        for behind in range(3):
            end = after[:behind]
            words = (start + old + end, start + new + end)
            if any(_KNOWN.fullmatch(word) for word in words):
                return True
            if not all(2 <= len(word) <= _LONGEST_NAME for word in words):
                continue
            left, right = before[: len(before) - ahead], after[behind:]
            if _SPEAKS.match(right) or _OFFICE.search(left):
                return True
            surnames = all(word[0] in _SURNAMES for word in words)
            if surnames and (_AFTER_NAME.match(right) or _BEFORE_NAME.search(left)):
                return True
    return max(len(old), len(new)) <= _LONGEST_NAME and bool(_KIND_OF_NAME.match(after))


def replacements(pieces: tuple[WordPiece, ...]) -> Iterator[tuple[str, str, str, str]]:
    """What stood before, what is gone, what came, and what follows, of each place that changed."""
    place = 0
    while place < len(pieces):
        old = new = ""
        before = pieces[place - 1].text if place and pieces[place - 1].kind == "same" else ""
        start = place
        while place < len(pieces) and pieces[place].kind != "same":
            if pieces[place].kind == "removed":
                old += pieces[place].text
            else:
                new += pieces[place].text
            place += 1
        if place > start:
            yield before, old, new, pieces[place].text if place < len(pieces) else ""
        place += 1
