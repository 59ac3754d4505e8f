"""Whether reprints are found and other articles kept apart, in pairs made from captured pages: `make benchmark-stories`.

From the texts of the corpus are made, by a seed, reprints of nine kinds (another title alone, a note before, a note after, a dropped
paragraph, a new footer, half of the text, the text inside a roundup, other marks and widths, a slip mended) and texts that must stay apart: two different
texts, and texts on the same topic: a real one with other names and figures, earnings, rounds of funding and versions by template,
and a daily series with stock sentences. All are put into a store's index; a pair counts as found when the look-up proposes
it and the texts confirm it, as when articles are saved.

    recall       found reprints ÷ all
    precision    found reprints ÷ all found

With `--stored N` a SQLite store's index of N articles is made in bulk and measured: milliseconds of the processor for looking
one up and for adding one, and bytes an article. Ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import random
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from zlib import crc32

from newsarchive.items.article import Article, words_of
from newsarchive.items.body import Paragraph, Span
from newsarchive.items.verdict import Verdict
from newsarchive.storage.sqlite.store import SqliteStore
from newsarchive.storage.sqlite.story_links import PLACE_BITS
from newsarchive.stories.fingerprints import BANDS, may_be_alike
from newsarchive.stories.likeness import Wording, likeness

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
RECALL_MIN = 0.99
PRECISION_MIN = 0.999
LOOK_UP_MAX = 0.5
ADD_MAX = 1.0
BYTES_MAX = 1024
GROWTH_MAX = 1.5
_LENGTH, _SENTENCE = 1450, 12
"""Characters of an article, and of the shortest sentence in it."""
_PHRASES, _SHARE = 10, 0.0008
"""How many values of a band are common, and how many of all articles have one: so two articles share a band by chance as often
as two of the corpus do (4 in 10,000 pairs).
"""
_OTHERS = 2 << PLACE_BITS
"""Where the numbers of another publisher's articles begin."""
_ROUNDS, _BATCH = 21, 50
_FIGURES = 8
"""Numbers of a text that is about another thing with other ones; with fewer (a poem) it is the same text, misprinted."""
_SHORTEST = 250
"""Characters of a text that is taken."""
_NOTE = (
    "（编者按：本文经授权转载，原文发表于作者的公众号，标题为编者所加，内容略有删节，观点不代表本站立场。）"
)
_FOOTER = "更多精彩内容，关注我们的公众号，每天早上八点准时送达。商务合作请发邮件。投稿爆料请在后台留言。"
_TYPOS = str.maketrans({"的": "地", "做": "作", "账": "帐"})
_NAMES = ("澄光", "岚溪", "雪杉", "青梧", "墨舟", "海棠", "白鹭", "苔原", "远汀", "砚台", "枫桥", "谷雨")
_TRADES = ("电池", "芯片", "机器人", "数据库", "显示屏", "存储", "激光雷达", "耳机")
_EARNINGS = (
    "{name}科技今日公布截至{year}年{quarter}季度的财务报告。",
    "报告期内，公司实现营业收入{a}亿元，同比增长{b}%，环比增长{c}%。",
    "归属于上市公司股东的净利润为{d}亿元，上年同期为{e}亿元。",
    "公司表示，业绩增长主要得益于{trade}业务的持续扩张以及费用率的下降。",
    "研发投入为{f}亿元，占营业收入的比例为{c}%。",
    "公司董事会决定，本季度不进行现金分红，也不以资本公积金转增股本。",
    "展望下一季度，公司预计营业收入在{d}亿元至{a}亿元之间，毛利率保持稳定。",
    "风险提示：以上内容仅供参考，不构成投资建议，投资者据此操作，风险自担。",
)
_FUNDING = (
    "近日，{trade}公司{name}智能宣布完成{a}万元{round}轮融资。",
    "本轮融资由{other}资本领投，{third}创投跟投，老股东继续加码。",
    "资金将主要用于产品研发、团队扩张以及市场拓展，公司估值未披露。",
    "{name}智能成立于{year}年，团队现有{b}人，核心成员来自国内外知名院校。",
    "创始人表示，公司的第{c}代产品将在明年进入量产阶段，目前已经与{d}家客户签订合同。",
    "投资方认为，这一赛道仍处于早期，市场空间广阔，看好团队的长期发展。",
    "据了解，这是公司在{e}个月内完成的第二次融资，此前的投资人没有退出。",
)
_VERSION = (
    "{name}系统今日开始推送 {a}.{c}.{b} 版本更新，安装包大小为 {d} MB。",
    "本次更新修复了{e}处已知问题，优化了系统的稳定性，并更新了安全补丁。",
    "更新方法：打开设置，进入系统更新，点按检查更新，下载完成后按提示重启即可。",
    "更新前请备份重要数据，并确保电量在百分之三十以上，更新过程中请勿关机。",
    "此次新增的{trade}功能首批支持{f}款机型，其余机型将在第{c}批推送。",
    "升级后首次开机时间可能较长，属于正常现象，请耐心等待。",
)
_SERIES = (
    "早上好，欢迎收听今天的科技早餐，以下是过去二十四小时里值得关注的消息。",
    "以上就是今天的全部内容，感谢收听，明天同一时间我们再见。",
    "喜欢我们的节目，欢迎在评论区留言，也可以把它转发给更多的朋友。",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, of what kind they are, and whether they are to be found."""

    kind: str
    one: str
    other: str
    found: bool


def corpus_texts(corpus: Path) -> list[str]:
    """The texts of the captured articles, each once."""
    lines = (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    texts = (json.loads(line).get("text") or "" for line in lines)
    found: dict[str, str] = {}
    for text in texts:
        if len(words_of(text)) >= _SHORTEST:
            found.setdefault(words_of(text)[:100], text)
    return list(found.values())


def _paragraphs(text: str) -> list[str]:
    return [it for it in text.split("\n") if it.strip()]


def _same(text: str, _: random.Random, __: Sequence[str]) -> str:
    return text


def _note_before(text: str, _: random.Random, __: Sequence[str]) -> str:
    return f"{_NOTE}\n{text}"


def _note_after(text: str, _: random.Random, __: Sequence[str]) -> str:
    return f"{text}\n{_NOTE}"


def _dropped(text: str, chance: random.Random, _: Sequence[str]) -> str:
    rows = _paragraphs(text)
    if len(rows) > 3:
        # The longest may be most of the text: who drops that makes another one.
        shorter = sorted(range(len(rows)), key=lambda at: len(rows[at]))[: len(rows) * 3 // 4]
        del rows[chance.choice(shorter)]
    return "\n".join(rows)


def _footer(text: str, chance: random.Random, _: Sequence[str]) -> str:
    rows = _paragraphs(text)
    return "\n".join([*(rows[:-1] if len(rows) > 4 and chance.random() < 0.5 else rows), _FOOTER])


def _half(text: str, chance: random.Random, _: Sequence[str]) -> str:
    middle = len(text) // 2
    return text[: middle + chance.randint(0, 20)] if chance.random() < 0.7 else text[middle:]


def _roundup(text: str, chance: random.Random, texts: Sequence[str]) -> str:
    others = [it[: len(text)] for it in chance.sample(texts, 2) if it != text]
    rows = [*others, text]
    chance.shuffle(rows)
    return "\n".join(["今日要闻汇总", *rows, _FOOTER])


def _marks(text: str, _: random.Random, __: Sequence[str]) -> str:
    return text.replace("，", ", ").replace("。", "。\n").replace("“", "「").replace("”", "」")


def _mended(text: str, chance: random.Random, _: Sequence[str]) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at : at + 60].translate(_TYPOS) + text[at + 60 :]


EDITS: dict[str, Callable[[str, random.Random, Sequence[str]], str]] = {
    "another title alone": _same,
    "a note before": _note_before,
    "a note after": _note_after,
    "a dropped paragraph": _dropped,
    "a new footer": _footer,
    "half of the text": _half,
    "inside a roundup": _roundup,
    "other marks and widths": _marks,
    "a slip mended": _mended,
}


def _other_facts(text: str, chance: random.Random) -> str:
    """A text with other figures and names: another company, quarter, version."""
    text = re.sub(r"\d+", lambda it: "".join(chance.choice("123456789") for _ in it[0]), text)
    latin = {
        it: "".join(chance.choices("abcdefghijkmnpqrstuvwxyz", k=len(it)))
        for it in re.findall("[A-Za-z]{2,}", text)
    }
    text = re.sub("[A-Za-z]{2,}", lambda it: latin[it[0]], text)
    heard = Counter(re.findall("(?=([\u4e00-\u9fff]{3}))", text)).most_common(2)
    for (words, _), name in zip(heard, chance.sample(_NAMES, 2), strict=False):
        text = text.replace(words, f"{name}社")
    return text


def _by_template(template: Sequence[str], chance: random.Random) -> str:
    name, other, third = chance.sample(_NAMES, 3)
    words = {letter: chance.randint(2, 480) for letter in "abcdef"}
    return "\n".join(template).format(
        name=name, other=other, third=third, trade=chance.choice(_TRADES), year=chance.randint(2018, 2026),
        quarter=chance.choice("一二三四"), round=chance.choice(("天使", "A", "B", "C", "Pre-A")), **words,
    )  # fmt: skip


def _of_series(texts: Sequence[str], chance: random.Random) -> str:
    items = [it[: chance.randint(60, 140)] for it in texts]
    return "\n".join([_SERIES[0], *items, *_SERIES[1:]])


def positives(texts: Sequence[str], number: int, seed: int) -> Iterator[Pair]:
    """Reprints, each kind as often as the others."""
    chance = random.Random(seed)  # noqa: S311 - to be the same each time
    kinds = list(EDITS)
    for turn in range(number):
        kind, text = kinds[turn % len(kinds)], chance.choice(texts)
        yield Pair(kind, text, EDITS[kind](text, chance, texts), found=True)


def negatives(texts: Sequence[str], number: int, alike: int, seed: int) -> Iterator[Pair]:
    """Texts that stand for themselves; the last `alike` of them on the same topic."""
    chance = random.Random(seed)  # noqa: S311
    with_figures = [it for it in texts if len(re.findall(r"\d+", it)) >= _FIGURES]
    edits = [it for name, it in EDITS.items() if name != "inside a roundup"]
    for _ in range(number - alike):
        one, other = chance.sample(texts, 2)
        yield Pair(
            "two texts",
            chance.choice(edits)(one, chance, texts),
            chance.choice(edits)(other, chance, texts),
            found=False,
        )
    templates = {"earnings": _EARNINGS, "funding": _FUNDING, "versions": _VERSION}
    for turn in range(alike):
        kind = ("other facts", "earnings", "funding", "versions", "a daily series")[turn % 5]
        if kind == "other facts":
            text = chance.choice(with_figures)
            yield Pair(kind, text, _other_facts(text, chance), found=False)
        elif kind == "a daily series":
            news = chance.sample(texts, 8)
            yield Pair(kind, _of_series(news[:4], chance), _of_series(news[4:], chance), found=False)
        else:
            one, other = (_by_template(templates[kind], chance) for _ in range(2))
            yield Pair(kind, one, other, found=False)


def found(pair: Pair) -> bool:
    """Whether a look-up proposes one text for the other, and the texts confirm it."""
    one, other = Wording(pair.one), Wording(pair.other)
    stored = one.fingerprint
    return (
        stored is not None
        and any(
            not set(stored.bands).isdisjoint(part.bands) and may_be_alike(stored.sketch, part.sketch)
            for part in other.parts
        )
        and likeness(one, other) is not None
    )


def judge(pairs: Iterator[Pair]) -> tuple[Counter[str], Counter[str]]:
    """Of each kind, how many pairs there are and how many were found."""
    asked: Counter[str] = Counter()
    yes: Counter[str] = Counter()
    for pair in pairs:
        asked[pair.kind] += 1
        yes[pair.kind] += found(pair)
    return asked, yes


def recombined(texts: Sequence[str], number: int, seed: int) -> list[Article]:
    """Articles of some 1,450 characters, of sentences of the texts in another order, each of them once."""
    chance = random.Random(seed)  # noqa: S311
    sentences = [f"{it}。" for text in texts for it in re.split(r"[。\n]", text) if len(it) > _SENTENCE]
    found = []
    for turn in range(number):
        body: list[str] = []
        while sum(map(len, body)) < _LENGTH:
            body.append(chance.choice(sentences))
        found.append(
            Article(
                site="ithome",
                identity=f"ithome:new{turn}",
                kind=Verdict.ARTICLE,
                url=f"https://www.ithome.com/9/{turn}.htm",
                body=[Paragraph([Span(it)]) for it in body],
            )
        )
    return found


def fill(connection: sqlite3.Connection, number: int) -> None:
    """Make the index of so many unrelated articles, sorted: bands at random, and the common ones that texts have by chance."""
    chance = random.Random(number)  # noqa: S311
    step = 2**32 / (number * BANDS)
    usual = ((int(at * step) - 2**31, _OTHERS + chance.randint(1, number)) for at in range(number * BANDS))
    phrases = sorted(
        (chance.randrange(-(2**31), 2**31), chance.randint(1, number)) for _ in range(BANDS * _PHRASES)
    )
    common = (
        (band, _OTHERS + article)
        for band, _ in phrases
        for article in sorted(chance.sample(range(1, number + 1), int(number * _SHARE)))
    )
    rows = (
        (_OTHERS + at, f"ithome:{1_000_000 + at}", 7, chance.randbytes(32)) for at in range(1, number + 1)
    )
    connection.execute("BEGIN")
    places = [(crc32(b"ithome:"), 1, 0), (7, 2, number)]
    connection.executemany("INSERT INTO publishers VALUES (?, ?, ?)", places)
    connection.executemany("INSERT INTO fingerprints VALUES (?, ?, ?, ?)", rows)
    connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", heapq.merge(usual, common))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def measure(texts: Sequence[str], number: int) -> tuple[float, float, float]:
    """Milliseconds of the processor for looking an article up and for adding one, and bytes an article, with so many stored."""
    articles = recombined(texts, _ROUNDS * _BATCH, number)
    for article in articles:
        article.text_hash  # noqa: B018 - a record has it and its text before it is taken in
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.sqlite"
        async with SqliteStore(path) as store:
            pass
        empty = path.stat().st_size
        connection = sqlite3.connect(path, isolation_level=None)
        fill(connection, number)
        connection.close()
        size = (path.stat().st_size - empty) / number
        async with SqliteStore(path) as store:
            await store.link_stories(articles[:_BATCH])  # so that nothing is measured cold
            begin = process_time()
            for article in articles[_BATCH:]:
                fingerprint = Wording(article.text).fingerprint
                assert fingerprint is not None  # noqa: S101 - they are long enough
                store.alike(fingerprint, 1, 1, 2)
            look_up = process_time() - begin
            begin = process_time()
            for start in range(_BATCH, len(articles), _BATCH):
                await store.link_stories(articles[start : start + _BATCH])
            add = process_time() - begin
    count = len(articles) - _BATCH
    return look_up / count * 1000, add / count * 1000, size


def measure_index(texts: Sequence[str], number: int) -> bool:
    """Measure and print; whether all targets are reached."""
    print("stored     look-up ms   add ms   bytes an article")
    costs = []
    for stored in (number // 10, number):
        costs.append(asyncio.run(measure(texts, stored)))
        print(f"{stored:9}  {costs[-1][0]:10.2f}  {costs[-1][1]:7.2f}  {costs[-1][2]:8.0f}")
    (look_few, add_few, _), (look_up, add, size) = costs
    print(
        f"at most    {LOOK_UP_MAX:10.2f}  {ADD_MAX:7.2f}  {BYTES_MAX:8.0f}, and {GROWTH_MAX} times that of ten times fewer"
    )
    fast = look_up <= min(LOOK_UP_MAX, GROWTH_MAX * look_few) and add <= min(ADD_MAX, GROWTH_MAX * add_few)
    return fast and size <= BYTES_MAX


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--positives", type=int, default=2250)
    parser.add_argument("--negatives", type=int, default=20_000)
    parser.add_argument("--alike", type=int, default=2500, help="of the negatives, on the same topic")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stored", type=int, metavar="N", help="measure the index of N articles")
    given = parser.parse_args(arguments)
    if not (given.corpus / "truth.jsonl").is_file():
        print(f"stories: NOT MEASURED, there is no corpus of captured pages at {given.corpus}")
        return 0
    texts = corpus_texts(given.corpus)
    asked, yes = judge(positives(texts, given.positives, given.seed))
    others, wrong = judge(negatives(texts, given.negatives, given.alike, given.seed))
    for kind, number in [*asked.items(), *others.items()]:
        print(f"  {kind:24} {number:6} pairs {yes[kind] + wrong[kind]:6} found")
    recall = yes.total() / asked.total()
    precision = yes.total() / max(1, yes.total() + wrong.total())
    print(
        f"recall {recall:.4f} (at least {RECALL_MIN}), precision {precision:.4f} (at least {PRECISION_MIN})"
    )
    good = recall >= RECALL_MIN and precision >= PRECISION_MIN
    if given.stored:
        good = measure_index(texts, given.stored) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
