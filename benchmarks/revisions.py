"""What a difference costs, and whether made edits are told from what is none: `make benchmark-revisions`.

A thousand seeded edits of ten kinds, six that tell a reader something else and four that do not. Each is made in an article of
some 4,000 characters; all of the first must be shown, and none of the others may make a revision. The time is that of the
processor for one difference (median and worst of the edits that are real), the best of some rounds. Ends with 1 where
either fails.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time

from rich.console import Console

from newsarchive.items.article import Article
from newsarchive.items.body import Aside, Block, Image, Paragraph, Span
from newsarchive.revisions.difference import Difference, difference
from newsarchive.storage.merging import change

MOST_MILLISECONDS = 2.0
CHARACTERS = 4_000
AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)

_FIRMS = ("远山科技", "青禾汽车", "晨星银行", "蓝湾传媒", "北斗智能", "白鹭资本", "云杉手机", "长川集团")
_PEOPLE = ("张伟", "李娜", "王建国", "刘洋", "陈静怡", "赵明", "周晓燕", "郑浩然")
_VERBS = ("发布", "回应", "下调", "推迟", "扩大", "取消", "测试", "公布")
_THINGS = (
    "新一代芯片",
    "季度财报",
    "自动驾驶系统",
    "折叠屏方案",
    "储能项目",
    "会员价格",
    "海外工厂",
    "招聘计划",
)
_PLACES = ("华东", "西南", "海外", "沿海", "县域", "一线城市", "北方", "湾区")
_COUNTERS = ("阅读 {0}", "阅读 {0} · 评论 {1}", "{0} 次浏览", "点赞 {1} 在看 {0}")


@dataclass(frozen=True, slots=True)
class MadeEdit:
    """An article before and after; `shown` are the words that a difference has to show, none where it is no edit."""

    kind: str
    before: Article
    after: Article
    shown: tuple[str, ...] = ()


def made_edits(count: int, seed: int = 13, characters: int = CHARACTERS) -> Iterator[MadeEdit]:
    """So many edits of each kind in turn, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    for number in range(count):
        kind = list(EDITS)[number % len(EDITS)]
        yield EDITS[kind](chance, kind, _article(chance, number, characters))


def _sentence(chance: random.Random) -> str:
    firm, person, verb, thing, place = map(chance.choice, (_FIRMS, _PEOPLE, _VERBS, _THINGS, _PLACES))
    number, share = chance.randrange(1000, 9999), chance.randrange(10, 99)
    return chance.choice(
        (
            f"{firm}董事长{person}表示，公司将{verb}{thing}，{place}市场的占比为 {share}%。",
            f"据{person}介绍，{thing}的价格是 {number} 元，比去年低 {share} 元。",
            f"{place}的订单有 {number} 份，{firm}{verb}了其中的 {share} 份。",
            f"记者{person}从{firm}获悉，{thing}由 {number} 人的团队完成，历时 {share} 天。",
        )
    )


def _article(chance: random.Random, number: int, characters: int) -> Article:
    body: list[Block] = []
    while sum(len(span.text) for span in _spans(body)) < characters:
        body.append(Paragraph([Span("".join(_sentence(chance) for _ in range(chance.randrange(1, 5))))]))
    body.insert(2, Paragraph([Span("详情见"), Span("公告", link=f"https://example.com/notice?id={number}")]))
    body.insert(4, Image(url=f"https://img.example.com/{number}.jpg", caption="资料图"))
    body.append(Paragraph([Span(f"阅读 {chance.randrange(100, 9999)}")]))
    body.append(Aside("advertisement", [Paragraph([Span(f"广告：{chance.choice(_FIRMS)}")])]))
    return Article(
        site="ithome",
        identity=f"ithome:{number}",
        kind="article",
        url=f"https://www.ithome.com/0/{number // 1000:03}/{number % 1000:03}.htm",
        title=_sentence(chance)[:24],
        published_at=AT,
        fetched_at=AT,
        body=body,
    )


def _spans(body: list[Block]) -> Iterator[Span]:
    for block in body:
        if isinstance(block, Paragraph):
            yield from (piece for piece in block.inlines if isinstance(piece, Span))


def _after(before: Article, body: list[Block] | None = None, **fields: object) -> Article:
    document = before.model_copy(
        update={"fetched_at": AT + timedelta(days=1), **fields} | ({"body": body} if body else {})
    )
    return Article.model_validate_json(document.model_dump_json())


def _rewritten(before: Article, rewrite: Callable[[str], str], chance: random.Random) -> Article:
    """The article with one of its paragraphs rewritten, one in which that changes something."""
    after = _after(before)
    spans = [span for span in _spans(after.body) if len(span.text) > 20 and rewrite(span.text) != span.text]
    chosen = chance.choice(spans)
    chosen.text = rewrite(chosen.text)
    return _after(after, list(after.body))


def _swap(chance: random.Random, kind: str, before: Article, words: tuple[str, ...]) -> MadeEdit:
    text = before.text
    old = chance.choice([word for word in words if word in text])
    new = chance.choice([word for word in words if word != old])
    after = _rewritten(before, lambda it: it.replace(old, new, 1), chance)
    return MadeEdit(kind, before, after)


def _number(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    old = chance.choice(re.findall(r" (\d+) ", before.text))
    new = str(10_000 + int(old))
    after = _rewritten(before, lambda it: it.replace(f" {old} ", f" {new} ", 1), chance)
    return MadeEdit(kind, before, after, (old, new))


def _name(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    return _swap(chance, kind, before, _PEOPLE)


def _word(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    return _swap(chance, kind, before, _VERBS)


def _title(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    title = f"{before.title}（{chance.choice(_THINGS)}）"
    return MadeEdit(kind, before, _after(before, title=title), (title[len(before.title) + 1 : -1],))


def _added(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    new = f"另有 {chance.randrange(20_000, 90_000)} 人没有收到通知。"
    body = [*before.body]
    body.insert(chance.randrange(len(body)), Paragraph([Span(new)]))
    return MadeEdit(kind, before, _after(before, body), (new,))


def _removed(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    new = _added(chance, kind, before)
    return MadeEdit(kind, _after(new.after, fetched_at=AT), _after(before), new.shown)


def _blanks(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    after = _after(before)
    for span in _spans(after.body):
        span.text = span.text.replace("，", chance.choice(("， ", "，\u3000", "，\u200b"))).replace(" ", "")
    split = chance.choice(
        [
            place
            for place, block in enumerate(after.body)
            if len("".join(it.text for it in _spans([block]))) > 20
        ]
    )
    body = list(after.body)
    if isinstance(block := body[split], Paragraph) and isinstance(first := block.inlines[0], Span):
        half = len(first.text) // 2
        body[split : split + 1] = [
            Paragraph([Span(first.text[:half])]),
            Paragraph([Span(first.text[half:]), *block.inlines[1:]]),
        ]
    return MadeEdit(kind, before, _after(after, body, title=f" {before.title}\u3000"))


def _counter(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    after = _after(before)
    counted = chance.choice(_COUNTERS).format(chance.randrange(10, 99_999), chance.randrange(1, 99))
    last = [span for span in _spans(after.body) if span.text.startswith("阅读")][-1]
    last.text = counted
    return MadeEdit(kind, before, _after(after, list(after.body), extra={"reads": chance.randrange(99)}))


def _tracking(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    after = _after(before)
    for span in _spans(after.body):
        if span.link:
            span.link += chance.choice(
                ("&utm_source=feed&utm_medium=rss", "&spm=a1.2.3", "&from=timeline#top")
            )
    for block in after.body:
        if isinstance(block, Image):
            block.url += f"?x-bce-process=image/format&w={chance.randrange(9999)}"
    return MadeEdit(kind, before, _after(after, list(after.body)))


def _advertisement(chance: random.Random, kind: str, before: Article) -> MadeEdit:
    new = Aside("advertisement", [Paragraph([Span(f"限时优惠：{_sentence(chance)}")])])
    body: list[Block] = [block for block in before.body if not isinstance(block, Aside)]
    body.insert(chance.randrange(len(body)), new)
    return MadeEdit(kind, before, _after(before, body))


EDITS: dict[str, Callable[[random.Random, str, Article], MadeEdit]] = {
    "number": _number,
    "name": _name,
    "title": _title,
    "word": _word,
    "sentence added": _added,
    "sentence removed": _removed,
    "white space": _blanks,
    "counter": _counter,
    "tracking": _tracking,
    "advertisement": _advertisement,
}
"""The kinds of edits, the trivial ones last."""
TRIVIAL = frozenset(("white space", "counter", "tracking", "advertisement"))


def wrong_with(edit: MadeEdit) -> str:
    """What is wrong with how an edit is told; empty where all is right."""
    revisions = change([edit.before], edit.after, AT).revisions
    found = difference_of(edit)
    if edit.kind in TRIVIAL:
        return "a revision" if revisions else "a difference" if found else ""
    if not revisions:
        return "no revision"
    shown = [
        piece.text
        for pieces in (found.title, *(it.pieces for it in found.edits))
        for piece in pieces
        if piece.kind != "same"
    ]
    if not shown:
        return "nothing is shown"
    missing = [word for word in edit.shown if not any(word in text for text in shown)]
    return f"{missing} is not shown whole in {shown}" if missing else ""


def difference_of(edit: MadeEdit) -> Difference:
    """What is different after an edit."""
    return difference(edit.before.title, edit.before.body, edit.after.title, edit.after.body)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.revisions")
    parser.add_argument("--edits", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5, help="the best of so many counts")
    options = parser.parse_args(arguments)
    out = Console(highlight=False)
    edits = [*made_edits(options.edits)]
    wrong = [(edit.kind, said) for edit in edits if (said := wrong_with(edit))]
    for kind, count in Counter(edit.kind for edit in edits).items():
        bad = sum(it == kind for it, _ in wrong)
        out.print(f"{kind}: {count - bad} of {count} right")
    for kind, said in wrong[:10]:
        out.print(f"WRONG: {kind}: {said}", markup=False)
    times = [_milliseconds(edit, options.rounds) for edit in edits if edit.kind not in TRIVIAL]
    out.print(
        f"a difference of {CHARACTERS} characters: median {median(times):.2f} ms, worst {max(times):.2f} ms"
        f" (at most {MOST_MILLISECONDS})"
    )
    return int(bool(wrong) or median(times) > MOST_MILLISECONDS)


def _milliseconds(edit: MadeEdit, rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        begin = process_time()
        difference_of(edit)
        best = min(best, process_time() - begin)
    return best * 1000


if __name__ == "__main__":
    sys.exit(main())
