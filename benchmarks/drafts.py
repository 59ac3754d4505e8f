"""How many drafts read well as they stand, by a person's judgement of each: `make drafts`.

Drafts are made of the articles among the captured pages and, up to 200, of the sample sites' stories. `drafts_judged.tsv` keeps
what a Chinese reader said of each: whether the line may be published as it stands (whose or what it is about, a whole sentence,
of what the title is about, nothing of the page around the story), else why not. It holds no text: a draft is named by its
article, and known by a fingerprint, so that one that has changed counts as not judged until somebody has looked again:

    python -m benchmarks.drafts --show unjudged              # title and draft of each, with its name
    python -m benchmarks.drafts --readable NAME NAME …
    python -m benchmarks.drafts --miss NAME "the reason"

Ends with 1 where fewer than 97 % were judged readable. Without the captured pages nothing is measured, and that is said.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from newsarchive.cli.page_files import bytes_of
from newsarchive.editorial.excerpts import draft_line
from newsarchive.items.article import Article
from newsarchive.records.page import Page
from newsarchive.sites import SITES
from newsarchive.sites.reading import read
from samples.answer import Asked
from samples.hosts.table import answer
from samples.story import load
from samples.world import World

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
JUDGED = Path(__file__).with_name("drafts_judged.tsv")
DRAFTS, READABLE_MIN = 200, 0.97
READABLE = "readable"
_NO_CAPTURES = frozenset({"archives", "shapes", "docs"})


class Draft(NamedTuple):
    """A draft of an article that `name` names."""

    name: str
    title: str
    line: str

    @property
    def fingerprint(self) -> str:
        """Of the line's words."""
        return hashlib.blake2b(self.line.encode(), digest_size=6).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Measure and print, or note judgements. Returns the exit code."""
    options = _options(arguments)
    captured = {it.name: it for it in _captured(options.corpus)} if options.corpus.is_dir() else {}
    if not captured:
        print(f"drafts: NOT MEASURED, there are no captured pages at {options.corpus}")
        return 0
    samples = [*_samples()]
    left = max(DRAFTS - len(captured), 0)
    step = 1 if options.samples or not left else max(len(samples) // left, 1)
    chosen = samples if options.samples else samples[::step][:left]
    drafts = {**({} if options.samples else captured), **{it.name: it for it in chosen}}
    judged = _load(options.judged)
    noted = [(name, READABLE) for name in options.readable]
    noted += [(options.miss[0], options.miss[1])] if options.miss else []
    if noted:
        known = {it.name: it for it in [*captured.values(), *samples]}
        _save(options.judged, judged | {name: (known[name].fingerprint, word) for name, word in noted})
        return 0
    return _tell(drafts, judged, options.show)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafts")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the folder of captured pages")
    parser.add_argument("--judged", type=Path, default=JUDGED, help="the file of judgements")
    parser.add_argument(
        "--samples", action="store_true", help="all stories of the sample sites, and nothing else"
    )
    parser.add_argument("--show", choices=("unjudged", "misses", "all"), help="print these, title and draft")
    parser.add_argument("--readable", nargs="+", default=[], metavar="NAME", help="note that they are")
    parser.add_argument("--miss", nargs=2, metavar=("NAME", "REASON"), help="note that one is not, and why")
    return parser.parse_args(arguments)


def _tell(drafts: dict[str, Draft], judged: dict[str, tuple[str, str]], show: str | None) -> int:
    words = {name: _word(it, judged) for name, it in drafts.items()}
    for name, it in drafts.items():
        word = words[name]
        if show and (show == "all" or ((show == "unjudged") == (word is None) and word != READABLE)):
            print(f"{name}: {word or 'not judged'}\n  {it.title}\n  {it.line}")
    readable = sum(word == READABLE for word in words.values())
    unjudged = sum(word is None for word in words.values())
    share = readable / len(drafts)
    for name, word in words.items():
        if word not in {None, READABLE}:
            print(f"{name}: {word}")
    print(f"drafts: {readable} of {len(drafts)} readable as they stand ({share:.1%}), {unjudged} not judged")
    return 0 if share >= READABLE_MIN else 1


def _word(draft: Draft, judged: dict[str, tuple[str, str]]) -> str | None:
    """What was said of a draft; None where it has changed since, or nothing was said."""
    fingerprint, word = judged.get(draft.name, ("", ""))
    return word if fingerprint == draft.fingerprint else None


def _load(path: Path) -> dict[str, tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = (line.split("\t", 2) for line in lines)
    return {name: (fingerprint, word) for name, fingerprint, word in rows}


def _save(path: Path, judged: dict[str, tuple[str, str]]) -> None:
    rows = (f"{name}\t{fingerprint}\t{word}\n" for name, (fingerprint, word) in sorted(judged.items()))
    path.write_text("".join(rows), encoding="utf-8")


def _captured(corpus: Path) -> Iterator[Draft]:
    for path in sorted(corpus.rglob("*")):
        inside = path.relative_to(corpus)
        site = next((it for it in SITES if it in inside.parts[:-1]), None)
        if path.is_file() and site and not _NO_CAPTURES & set(inside.parts):
            found = read(Page(content=bytes_of(path)), site)
            for article in (*([found.article] if found.article else []), *found.bodies):
                yield _draft(article.identity or inside.as_posix(), article)


def _samples() -> Iterator[Draft]:
    world = World()
    for story in load().stories:
        if story.is_withdrawn or story.kind == "encrypted":
            continue
        _, _, host, path = story.url.split("/", 3)
        path, _, query = path.partition("?")
        given = answer(world, Asked("GET", host, f"/{path}", query, {}, b""))
        headers = {"content-type": given.content_type, **given.headers}
        found = read(Page(given.body, story.url, given.status, headers, world.now))
        if found.article:
            yield _draft(f"samples:{story.key}", found.article)


def _draft(name: str, article: Article) -> Draft:
    return Draft(name, article.title, draft_line(article))


if __name__ == "__main__":
    raise SystemExit(main())
