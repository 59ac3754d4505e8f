"""Pictures of the mirror in texts: the addresses that show pictures are found and changed, nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest

from exports.build import file_text
from exports.files.atomic import write_text
from exports.formats.format import OutputPage
from exports.pictures import in_mirror, put_beside, shown_in, with_local_pictures
from exports.request import ExportRequest
from exports.targets import TARGETS
from newsarchive.editorial.days import day_start
from newsarchive.errors import OutputError
from newsarchive.images.content import content_of
from newsarchive.images.mirror import Mirror
from newsarchive.storage import Store
from newsarchive.storage.collections import MIRRORED_PICTURES, MirroredPicture
from tests.images.drawn import drawn

NAME = f"{'a1' * 32}.png"
URL = "https://img.ithome.com/newsuploadfiles/2026/9/x.png"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"![图]({URL})", "![图](L)"),
        (f"![]({URL}) 和 ![]({URL})", "![](L) 和 ![](L)"),
        (f"[![图]({URL})](https://www.ithome.com/)", "[![图](L)](https://www.ithome.com/)"),
        (f'![图](<{URL}> "题")', '![图](L "题")'),
        (f"| ![a\\]b]({URL}) | {URL} |", f"| ![a\\]b](L) | {URL} |"),
        (f"> - ![图]({URL})", "> - ![图](L)"),
        (f"[图]({URL})", f"[图]({URL})"),
        (f"`![图]({URL})`", f"`![图]({URL})`"),
        (f"```\n![图]({URL})\n```", f"```\n![图]({URL})\n```"),
        (f"\\![图]({URL})", f"\\![图]({URL})"),
        (f"<{URL}>", f"<{URL}>"),
        ("![图](https://img.ithome.com/other.png)", "![图](https://img.ithome.com/other.png)"),
    ],
)
def test_only_what_shows_a_picture_is_changed(text: str, expected: str) -> None:
    assert with_local_pictures(text, {URL: "L"}) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://img.ithome.com/a{b}.png",
        "https://img.ithome.com/a?b=1&c=2",
        "https://img.ithome.com/%E5%9B%BE.png",
    ],
)
def test_addresses_are_found_as_every_target_writes_them(url: str) -> None:
    text = f"![图]({url.replace('&', '&amp;')})\n"
    assert [unquote(it) for it in shown_in(text)] == [unquote(url)]
    for target in TARGETS.values():
        assert "](L)" in with_local_pictures(target.guard(text), {url: "L"}), target.name


LINKS = {
    "plain": ("images", f"../../../images/{NAME}"),
    "hugo": ("static/images", f"../../../images/{NAME}"),
    "hexo": ("source/images", f"/images/{NAME}"),
    "jekyll": ("images", f"{{{{site.baseurl}}}}/images/{NAME}"),
    "mkdocs": ("docs/images", f"../../../images/{NAME}"),
    "vitepress": ("docs/images", f"../../../images/{NAME}"),
    "obsidian": ("News/images", f"../../../images/{NAME}"),
}


@pytest.mark.parametrize("name", TARGETS)
def test_each_target_has_its_own_place_and_way(name: str) -> None:
    target = TARGETS[name]
    day = day_start(datetime(2026, 10, 12, tzinfo=UTC).date())
    page = OutputPage(
        format="fulltext", unit="article", day=day.date(), title="题", body=f"![图]({URL})\n", at=day,
        identity="ithome:1", cover=URL, pictures=((URL, NAME),),
    )  # fmt: skip
    folder, link = LINKS[name]
    assert target.pictures == folder
    text = file_text(page, target, "clean")
    assert f"![图]({link})" in text
    assert URL not in text
    assert URL in file_text(replace(page, pictures=()), target, "clean")


def test_what_lies_in_a_picture_s_place_stays(tmp_path: Path) -> None:
    mirror, out = Mirror(tmp_path / "mirror"), tmp_path / "out"
    data = drawn()
    name = mirror.keep(data, content_of(data))
    other = drawn("JPEG")
    theirs = mirror.keep(other, content_of(other))
    write_text(out, f"images/{theirs}", "an editor's")
    assert put_beside(mirror, [name, theirs, NAME], out, "images") == [NAME]
    assert (out / "images" / name).read_bytes() == data
    assert (out / "images" / theirs).read_text(encoding="utf-8") == "an editor's"


def test_no_link_leads_the_pictures_elsewhere(tmp_path: Path) -> None:
    mirror, out, away = Mirror(tmp_path / "mirror"), tmp_path / "out", tmp_path / "away"
    data = drawn()
    name = mirror.keep(data, content_of(data))
    out.mkdir()
    away.mkdir()
    (out / "images").symlink_to(away)
    with pytest.raises(OutputError, match="outside"):
        put_beside(mirror, [name], out, "images")
    assert list(away.iterdir()) == []


async def test_a_refused_and_a_damaged_picture_are_not_in_the_mirror(store: Store, tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror")
    data = drawn()
    name = mirror.keep(data, content_of(data))
    at = datetime(2026, 11, 1, tzinfo=UTC)
    urls = [f"https://img.ithome.com/{letter}.png" for letter in "abc"]
    kept = MirroredPicture(url=urls[0], file=name, size=len(data), fetched_at=at)
    refused = MirroredPicture(url=urls[1], reason="placeholder", tries=1, fetched_at=at)
    for url, picture in zip(urls, (kept, refused), strict=False):
        await store.put_document(MIRRORED_PICTURES, f"ithome:{url[8:]}", picture)
    asked = [*urls, f"{urls[0]}?x-bce-process=image/format,f_avif", "https://example.org/a.png", ""]
    assert await in_mirror(store, mirror, asked) == {urls[0]: name, asked[3]: name}
    mirror.path(name).write_bytes(data[:-1])
    assert await in_mirror(store, mirror, asked) == {}


def test_a_file_remembers_that_its_pictures_are_local() -> None:
    wanted = ExportRequest("digest", month=datetime(2026, 10, 1, tzinfo=UTC).date())
    assert "images" not in wanted.recipe(
        OutputPage("digest", "month", wanted.days[0], "", "", day_start(wanted.days[0]))
    )
    local = replace(wanted, images="local")
    recipe = local.recipe(OutputPage("digest", "month", wanted.days[0], "", "", day_start(wanted.days[0])))
    assert ExportRequest.of_recipe(recipe) == local
