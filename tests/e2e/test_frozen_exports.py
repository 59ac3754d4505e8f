"""Every export of one archive, by hash: whoever changes how the house is built changes no byte that editors get.

The archive is what a crawl of the sample sites stores, with a few picks. `frozen_exports.json` has a hash for each format,
profile and target. Where an export is to change, or the samples do, write it anew and say in the commit what changed:

    FREEZE_EXPORTS=1 make test ARGS=tests/e2e/test_frozen_exports.py
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from samples import seeds
from tests.e2e.running import DAYS, Place

FROZEN = Path(__file__).with_name("frozen_exports.json")
MONTHS = ("2026-09", "2026-10")
TARGETS = ("plain", "hugo", "hexo", "jekyll", "mkdocs", "vitepress", "obsidian")
DAY = ("--day", "2026-09-02")
PICKS = (
    ("pick", "add", "https://example.com/1", *DAY, "--text", "**渡口**的旧船票今日开展。"),
    ("pick", "add", "https://example.com/2", *DAY, "--text", "1. 一季度营收增长三成", "--at", "1"),
    ("pick", "reject", "https://example.com/1", *DAY),
)
ONE_PROCESS = """
import json, sys
from newsarchive.cli import main
for words in json.load(sys.stdin):
    sys.argv = ["newsarchive", *words]
    try:
        main()
    except SystemExit as end:
        if end.code:
            sys.exit(f"{words} ended with {end.code}")
"""


def exports() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Folders and the exports that go into them."""
    for month in MONTHS:
        for target in TARGETS:
            for profile in ("clean", "strict"):
                how = ("--month", month, "--target", target, "--profile", profile)
                for name in ("digest", "daily", "briefing", "fulltext"):
                    yield f"{name}-{profile}-{target}", (name, *how)
        yield "fulltext-article", ("fulltext", "--month", month, "--per", "article")
        yield "fulltext-excerpts", ("fulltext", "--month", month, "--excerpts")
        yield "digest-all", ("digest", "--month", month, "--all")
        yield "daily-all", ("daily", "--month", month, "--all")
        yield "epub", ("epub", "--month", month)


def files(folder: Path) -> Iterator[tuple[str, Iterator[tuple[str, str]]]]:
    """Each folder's files by path, with the hashes of their bytes."""
    for one in sorted(folder.iterdir()):
        yield (
            one.name,
            (
                (str(path.relative_to(one)), hashlib.sha256(path.read_bytes()).hexdigest())
                for path in sorted(one.rglob("*"))
                if path.is_file()
            ),
        )


async def test_every_export_has_the_same_bytes_as_before(place: Place) -> None:
    links = place.folder / "seeds.txt"
    links.write_text("".join(f"{url}\n" for url in seeds()), encoding="utf-8")
    for words in (("36kr",), ("ithome", *DAYS), ("weixin", "-a", f"seeds={links}", "-a", "from_site=36kr")):
        ended = await place.run("crawl", *words)
        assert ended.code == 0, ended.err
    out = place.folder / "out"
    todo = [("export", *words, "--out", str(out / name)) for name, words in exports()]
    todo += [("export", "atom", "--out", str(out / "atom" / "feed.xml"))]
    (out / "atom").mkdir(parents=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ONE_PROCESS, cwd=place.folder, env=place.environment(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, errors = await process.communicate(json.dumps([*PICKS, *todo]).encode())
    assert process.returncode == 0, errors.decode()
    found = {
        name: hashlib.sha256(json.dumps([*pairs]).encode()).hexdigest()[:16] for name, pairs in files(out)
    }
    if os.environ.get("FREEZE_EXPORTS"):
        FROZEN.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert sorted(name for name in found | frozen if found.get(name) != frozen.get(name)) == []
