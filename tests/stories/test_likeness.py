"""Which texts are one text: reprints of all kinds are, templates and series are not."""

from __future__ import annotations

import random

import pytest

from newsarchive.stories.fingerprints import BANDS, FEWEST_SHINGLES, Fingerprint, may_be_alike, shingles_of
from newsarchive.stories.likeness import LONGEST, Wording, likeness

TEXT = """渡口镇的旧船厂今年重新开了门，里面不再造船，而是修理从各地寄来的木匣收音机。
老板姓丁，年轻时在邮局管分拣机，退休以后把厂房租了下来，一个人收拾了两个冬天。
他说最难找的不是零件，是还愿意把外壳拆开来看一眼的人，多数机器寄来时已经被胶水封死。
去年秋天有位听众从海岛寄来一台七管机，随信附了一张手绘的电路图，图上有三处写错了数值。
丁师傅按图装好以后，机器里传出的第一个声音是天气预报，他把那段录音寄了回去。
如今厂里有四个学徒，最小的十九岁，每天早上先把前一天修好的机器都打开听十分钟。
他们约定只收邮费，修好一台就在墙上画一道线，到上个月为止，墙上一共有八百一十二道线。"""
NOTE = "编者按：本文经作者授权转载，标题为编者所加，内容略有改动。"
OTHER = """青石湾的潮汐电站上周并网，第一台机组的叶片是在当地一家渔网厂里编出来的。
工程师说编织的叶片比铸造的轻一半，坏了可以在船上补，不必吊回岸边的车间。
电站的控制室只有两张桌子，值班的人隔半小时抄一次水位，抄表用的还是铅笔。
附近的渔民起初担心鱼不再来，后来发现叶片转得很慢，鱼群绕过去就像绕过礁石。"""
EARNINGS = """{name}科技今日公布截至{year}年{quarter}季度的财务报告。
报告期内公司实现营业收入{a}亿元，同比增长{b}%，毛利率与去年基本持平。
公司表示，业绩增长主要得益于海外业务的持续扩张以及费用率的下降。
公司董事会决定，本季度不进行现金分红，也不以资本公积金转增股本。
风险提示：以上内容仅供参考，不构成投资建议，投资者据此操作，风险自担。"""

REPRINTS = {
    "the same": TEXT,
    "a note before": f"{NOTE}\n{TEXT}",
    "a note after": f"{TEXT}\n{NOTE}",
    "a dropped paragraph": "\n".join(TEXT.splitlines()[:2] + TEXT.splitlines()[3:]),
    "half of it": "\n".join(TEXT.splitlines()[:4]),
    "other marks and widths": TEXT.replace("，", ", ").replace("。", " . "),
    "one figure corrected": TEXT.replace("八百一十二", "八百二十一"),
}


@pytest.mark.parametrize("reprint", REPRINTS.values(), ids=REPRINTS)
def test_a_reprint_is_nearly_the_same(reprint: str) -> None:
    found = likeness(Wording(TEXT), Wording(reprint))
    assert found is not None
    assert found.kind == "near"
    mine, theirs = fingerprint(TEXT), fingerprint(reprint)
    assert set(mine.bands) & set(theirs.bands)
    assert may_be_alike(mine.sketch, theirs.sketch)


def test_a_text_in_a_roundup_is_inside_of_it() -> None:
    roundup = Wording(f"今日要闻\n{OTHER}\n{TEXT}\n{OTHER[::-1]}\n{TEXT[::-1]}")
    one = likeness(Wording(TEXT), roundup)
    other = likeness(roundup, Wording(TEXT))
    assert one is not None
    assert other is not None
    assert (one.kind, other.kind) == ("inside", "contains")


def test_one_template_with_other_names_and_figures_is_two_texts() -> None:
    one = EARNINGS.format(name="澄光", year=2025, quarter="三", a=41, b=12)
    other = EARNINGS.format(name="岚溪", year=2025, quarter="二", a=38, b=7)
    assert likeness(Wording(one), Wording(other)) is None
    # What it is that keeps them apart: the same text with the same facts is one.
    assert likeness(Wording(one), Wording(f"{NOTE}\n{one}")) is not None


def test_the_same_report_of_another_firm_is_another_text() -> None:
    report = TEXT.replace("机器", "欧科亿")
    assert likeness(Wording(report), Wording(report.replace("欧科亿", "澄光社"))) is None


@pytest.mark.parametrize(
    ("what", "stands_for"),
    [("丁", "王老"), ("七管机", "九管机"), ("收音机", "留声机")],
    ids=["a name", "a model", "a thing"],
)
def test_one_word_changed_once_is_a_correction(what: str, stands_for: str) -> None:
    assert likeness(Wording(TEXT), Wording(TEXT.replace(what, stands_for, 1))) is not None


def test_two_texts_with_stock_sentences_are_two() -> None:
    stock = "以上就是今天的全部内容，感谢收听，明天同一时间再见。喜欢的话请转发给朋友。"
    assert likeness(Wording(TEXT + stock), Wording(OTHER + stock)) is None


def test_a_short_text_says_nothing() -> None:
    assert Wording("今天天气很好，我们去公园走了走。").fingerprint is None
    assert likeness(Wording("今天天气很好。"), Wording("今天天气很好。")) is None


def test_long_texts_and_sentences_without_end_are_compared_in_bounded_time() -> None:
    # Word by word the first would take minutes.
    endless = "".join(chr(0x4E00 + number * 7 % 3001) for number in range(49_000))
    assert likeness(Wording(endless), Wording(f"{NOTE}{endless}")) is not None
    many = [f"第{number}台机器是{chr(0x4E00 + number)}号厂在海边修好的" for number in range(2_500)]
    changed = [it.replace("海边", "山里") for it in many]
    assert likeness(Wording("。".join(many)), Wording("。".join(changed))) is None


def test_fingerprints_are_the_same_for_ever() -> None:
    # They lie in stores: with others nothing that is stored would be found any more.
    found = fingerprint(TEXT)
    assert len(found.bands) == BANDS
    assert found.bands[:3] == (173174438, -629105537, -1497743924)
    assert found.sketch.hex() == "5b3d33a65e9dc1b1123d9ee408699700bd926362447af4745f797d54b5a9d00d"
    assert not may_be_alike(found.sketch, fingerprint(OTHER).sketch)


def test_texts_share_as_many_bands_as_they_share_shingles() -> None:
    """The chance of a band is the square of the share, in Chinese, in Latin letters and with characters of two code units."""
    chance = random.Random(5)  # noqa: S311 - to be the same each time
    for letters in (
        "abcdefghijklmnopqrstuvwxyz0123456789",
        [*map(chr, range(0x4E00, 0x5600))],
        [*map(chr, range(0x20000, 0x21000))],
    ):
        expected = found = 0.0
        for _ in range(200):
            one, other = ("".join(chance.choices(letters, k=400)) for _ in range(2))
            cut = chance.randrange(50, 350)
            mixed = one[:cut] + other[cut:]
            mine, theirs = shingles_of(one), shingles_of(mixed)
            expected += BANDS * (len(mine & theirs) / len(mine | theirs)) ** 2
            pairs = zip(fingerprint(one).bands, fingerprint(mixed).bands, strict=True)
            found += sum(mine == theirs for mine, theirs in pairs)
        assert found == pytest.approx(expected, rel=0.1)


def test_characters_of_two_code_units_count_once() -> None:
    assert Wording("".join(map(chr, range(0x20000, 0x20000 + FEWEST_SHINGLES + 2)))).fingerprint is None
    assert Wording("".join(map(chr, range(0x20000, 0x20000 + FEWEST_SHINGLES + 3)))).fingerprint is not None


def test_half_a_pair_of_code_units_has_a_fingerprint() -> None:
    assert fingerprint(f"{TEXT}\ud83d")


def fingerprint(text: str) -> Fingerprint:
    found = Wording(text).fingerprint
    assert found is not None
    return found


def test_a_text_of_no_articles_length_is_like_none() -> None:
    longest = Wording((TEXT * (LONGEST // len(TEXT) + 1))[:LONGEST])
    assert longest.fingerprint is not None
    beyond = Wording(longest.text + TEXT)
    assert beyond.fingerprint is None
    assert likeness(beyond, longest) is None
