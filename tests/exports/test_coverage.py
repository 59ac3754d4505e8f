"""What belongs to an archive: one store of several sites makes an archive of each, and no file of one becomes one of another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.feeds.day_items import day_items
from exports.feeds.day_text import day_text
from exports.feeds.selection import Unshown, newest
from exports.publication import Publication
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from newsarchive.editorial.coverage import ALL, Coverage, covered
from newsarchive.editorial.days import finish_days
from newsarchive.editorial.selection import Scope, chosen_day
from newsarchive.errors import BadValueError
from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import Body, Paragraph, Span
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from tests.exports.stories import DAY, article

MONTH = DAY.replace(day=1)
ITHOME, KR36 = Coverage.of(["ithome"]), Coverage.of(["36kr"])
HERE = Coverage.of((), ["墨鱼"])


def other(number: int, site: str, *, account: str | None = None, tags: Sequence[str] = ()) -> Article:
    """An article of another site."""
    held = article(number, title=f"{site} 的第 {number} 条")
    url = {
        "36kr": f"https://36kr.com/p/{3_000_000_000_000_000 + number}",
        "weixin": f"https://mp.weixin.qq.com/s/{'A' * 20}{number:02}",
    }[site]
    return held.model_copy(
        update={
            "site": site,
            "identity": f"{site}:{number}",
            "url": url,
            "attribution": Attribution(account=account, source=None if account else "示例网"),
            "tags": tuple(tags),
            "body": [Paragraph([Span(f"{site} 的第 {number} 条的正文。")])],
            "digest": f"{site} 的第 {number} 条的摘要。",
        }
    )


@pytest.fixture
async def mixed(store: Store) -> Store:
    """Three sites, their articles of one day by turns."""
    await store.save_articles(
        [
            article(1),
            other(2, "36kr", tags=["芯片"]),
            other(3, "weixin", account="墨鱼"),
            article(4),
            other(5, "weixin", account="别家"),
            other(6, "36kr"),
            article(7),
        ]
    )
    return store


def month_of(coverage: Coverage) -> ExportRequest:
    return ExportRequest("digest", month=MONTH, coverage=coverage)


async def digest_of(store: Store, out: Path, coverage: Coverage, *, change: bool = False) -> str:
    await export_pages(store, month_of(coverage), out, change_coverage=change)
    return (out / "2025" / "newsflash-202511.md").read_text(encoding="utf-8")


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.md"))


def moved(folder: Path, to: Path) -> Path:
    """The digest of an archive that lies elsewhere now."""
    return folder.rename(to) / "2025" / "newsflash-202511.md"


def numbers(text: str) -> list[int]:
    """Which articles a text has, by their numbers, in its order."""
    return [int(line.partition("第 ")[2].partition(" ")[0]) for line in text.splitlines() if "第 " in line]


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        (ALL, [1, 2, 3, 4, 5, 6, 7]),
        (ITHOME, [1, 4, 7]),
        (KR36, [2, 6]),
        (Coverage.of(["weixin"]), [3, 5]),
        (HERE, [3]),
        (Coverage.of(["weixin"], ["墨鱼"]), [3]),
        (Coverage.of(["ithome"], ["墨鱼"]), [1, 3, 4, 7]),
        (Coverage.of(["ithome", "36kr"]), [1, 2, 4, 6, 7]),
        (Coverage.of((), (), ["芯片"]), [2]),
        (Coverage.of(["ithome"], (), ["芯片"]), []),
    ],
)
async def test_an_archive_has_what_it_covers(
    mixed: Store, tmp_path: Path, coverage: Coverage, expected: list[int]
) -> None:
    day = await chosen_day(mixed, DAY, Scope(coverage))
    assert numbers("\n".join(it.pick.text for it in day.chosen)) == expected
    assert (day.left_out.articles, day.left_out.shown) == (len(expected), len(expected))
    if expected:
        assert numbers(await digest_of(mixed, tmp_path / "out", coverage)) == expected
    text = day_text(await day_items(mixed, DAY, Scope(coverage)))
    assert numbers(text) == expected
    feed = await newest(mixed, 50, Scope(coverage), Unshown())
    assert sorted(numbers("\n".join(it.article.digest or "" for it in feed))) == expected
    records = [it.digest or "" async for it in covered(mixed, coverage, None, None)]
    assert sorted(numbers("\n".join(records))) == expected


async def test_a_reprint_stands_for_an_original_that_the_archive_does_not_have(
    store: Store, tmp_path: Path
) -> None:
    words: Body = [
        Paragraph([Span("两个站点一字不差地登了同一篇文章，所以它们是同一件事，只是先后不同。" * 3)])
    ]
    await store.save_articles(
        [other(1, "36kr").model_copy(update={"body": words}), article(2, body=words), article(3)]
    )
    assert numbers(await digest_of(store, tmp_path / "all", ALL)) == [1, 3]
    assert numbers(await digest_of(store, tmp_path / "ithome", ITHOME)) == [2, 3]


async def test_picks_of_other_sites_are_left_out_and_those_that_may_belong_are_not(mixed: Store) -> None:
    urls = [
        other(2, "36kr").url,
        article(4).url,
        "https://www.ithome.com/0/999/999.htm",
        "https://zhihu.com/1",
    ]
    urls += ["https://36kr.com/p/3999999999999999", "urn:newsarchive:entry:1"]
    await mixed.save_picks(
        [Pick(day=DAY, position=at, url=url, text=f"第 {at} 个。") for at, url in enumerate(urls, start=1)]
    )
    await finish_days(mixed, [DAY])
    shown = await chosen_day(mixed, DAY, Scope(ITHOME))
    assert [it.pick.url for it in shown.chosen] == [urls[1], urls[2], urls[3], urls[5]]


async def test_a_file_of_one_archive_does_not_become_one_of_another(mixed: Store, tmp_path: Path) -> None:
    text = await digest_of(mixed, tmp_path, ITHOME)
    with pytest.raises(BadValueError) as caught:
        await digest_of(mixed, tmp_path, ALL)
    assert str(caught.value) == (
        f"{tmp_path}/2025/newsflash-202511.md was made of site ithome, and this export is of everything: give it another"
        " --out, or --change-coverage to make the file anew"
    )
    assert await digest_of(mixed, tmp_path, ITHOME) == text
    assert numbers(await digest_of(mixed, tmp_path, ALL, change=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert numbers(await digest_of(mixed, tmp_path, ALL)) == [1, 2, 3, 4, 5, 6, 7]


async def test_edits_stay_when_an_archive_covers_something_else(mixed: Store, tmp_path: Path) -> None:
    text = await digest_of(mixed, tmp_path, ITHOME)
    file = tmp_path / "2025" / "newsflash-202511.md"
    file.write_text(
        text.replace("第 4 条的摘要。", "第 4 条，编辑写的。") + "\n手打的一段。\n", encoding="utf-8"
    )
    wider = await digest_of(mixed, tmp_path, Coverage.of(["ithome", "36kr"]), change=True)
    assert sorted(numbers(wider)) == [1, 2, 4, 6, 7]
    assert "第 4 条，编辑写的。" in wider
    assert "\n手打的一段。\n" in wider
    narrower = await digest_of(mixed, tmp_path, KR36, change=True)
    assert sorted(numbers(narrower)) == [2, 4, 6, 7]  # below 7 a hand has typed
    assert "第 4 条，编辑写的。" in narrower, "what a hand has touched stays"
    assert "\n手打的一段。\n" in narrower


async def test_no_file_is_written_where_one_of_them_is_of_another_archive(
    store: Store, tmp_path: Path
) -> None:
    await store.save_articles([article(1, day=date(2025, 11, day)) for day in (5,)] + [article(2)])
    day = ExportRequest("daily", day=DAY, coverage=ITHOME)
    await export_pages(store, day, tmp_path)
    before = files_in(tmp_path)
    with pytest.raises(BadValueError, match="was made of site ithome"):
        await export_pages(store, ExportRequest("daily", month=MONTH), tmp_path)
    assert files_in(tmp_path) == before


async def test_edits_of_an_archive_of_one_site_stay_in_order_and_lose_nothing(
    mixed: Store, tmp_path: Path
) -> None:
    await mixed.save_picks([Pick(day=DAY, position=2, url=other(5, "weixin").url, text="第 5 条，选了。")])
    await digest_of(mixed, tmp_path / "ithome", ITHOME)
    file = tmp_path / "ithome" / "2025" / "newsflash-202511.md"
    typed = file.read_text(encoding="utf-8").replace("第 4 条的摘要。", "第 4 条，编辑写的。")
    typed = typed.rstrip("\n") + "\n\n4. 手打的一条，没有链接。\n"
    file.write_text(typed, encoding="utf-8")
    await sync_folder(mixed, tmp_path / "ithome")
    assert await digest_of(mixed, tmp_path / "ithome", ITHOME) == typed
    assert [it.text for it in await mixed.picks(DAY, DAY) if it.url == other(5, "weixin").url] == [
        "第 5 条，选了。"
    ]
    everything = await digest_of(mixed, tmp_path / "all", ALL)
    assert numbers(everything).count(5) == 1
    assert sorted(numbers(everything)) == [1, 2, 3, 4, 5, 6, 7]
    assert "手打的一条" in everything


async def test_reordering_an_archive_of_one_site_moves_none_of_another(mixed: Store, tmp_path: Path) -> None:
    for coverage in (ITHOME, KR36):
        await digest_of(mixed, tmp_path / coverage.name, coverage)
    file = tmp_path / "ithome" / "2025" / "newsflash-202511.md"
    head, one, two, three = file.read_text(encoding="utf-8").partition("\n1. ")[0], 1, 4, 7
    links = {number: article(number).url for number in (one, two, three)}
    items = [f"{at}. 第 {number} 条的摘要。\n\n   {links[number]}" for at, number in enumerate((7, 1, 4), 1)]
    typed = head + "\n" + "\n\n".join(items) + "\n"
    file.write_text(typed, encoding="utf-8")
    await sync_folder(mixed, tmp_path / "ithome")
    assert await digest_of(mixed, tmp_path / "ithome", ITHOME) == typed
    assert numbers(await digest_of(mixed, tmp_path / "36kr", KR36)) == [2, 6]


async def test_a_link_of_another_site_that_a_hand_typed_stays_in_the_file(
    mixed: Store, tmp_path: Path
) -> None:
    await digest_of(mixed, tmp_path / "ithome", ITHOME)
    file = tmp_path / "ithome" / "2025" / "newsflash-202511.md"
    link = other(6, "36kr").url
    typed = file.read_text(encoding="utf-8").rstrip("\n") + f"\n\n4. 手选的别站一条。\n\n   {link}\n"
    file.write_text(typed, encoding="utf-8")
    await sync_folder(mixed, tmp_path / "ithome")
    assert await digest_of(mixed, tmp_path / "ithome", ITHOME) == typed
    await sync_folder(mixed, tmp_path / "ithome")
    assert await digest_of(mixed, tmp_path / "ithome", ITHOME) == typed


async def test_a_moved_archive_is_not_taken_for_another_one_of_its_store(
    mixed: Store, tmp_path: Path
) -> None:
    chosen = Pick(day=DAY, position=1, url=other(6, "36kr").url, text="选好的一条。")
    await mixed.save_picks([chosen])
    await digest_of(mixed, tmp_path / "ithome", ITHOME)
    await digest_of(mixed, tmp_path / "36kr", KR36)  # the last one of this path
    here = moved(tmp_path / "ithome", tmp_path / "elsewhere")
    (report,) = await sync_folder(mixed, tmp_path / "elsewhere")
    assert not report.edited
    typed = here.read_text(encoding="utf-8").replace("第 4 条的摘要。", "第 4 条，编辑写的。")
    here.write_text(typed, encoding="utf-8")
    (report,) = await sync_folder(mixed, tmp_path / "elsewhere")
    assert report.stays == ["all edits, for it is not known how the file was made"]
    assert await mixed.picks(DAY, DAY) == [chosen]
    (report,) = await sync_folder(mixed, tmp_path / "elsewhere", Publication(coverage=ITHOME))
    assert (report.rejected, report.stays) == (0, [])
    states = {it.url: (it.state, it.text) for it in await mixed.picks(DAY, DAY)}
    assert states[chosen.url] == ("picked", "选好的一条。")
    assert states[article(4).url] == ("picked", "第 4 条，编辑写的。")


def test_the_same_coverage_has_one_name_and_another_one_another() -> None:
    assert Coverage.of(["36kr", "ithome", "36kr"]) == Coverage.of(["ithome", "36kr"])
    names = [it.name for it in (ALL, ITHOME, KR36, HERE, Coverage.of(["ithome"], ["墨鱼"]))]
    assert names[:2] == ["", "ithome"]
    assert len(set(names)) == len(names)
