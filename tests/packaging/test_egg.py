"""The egg that scrapyd-deploy builds has what a Scrapyd runs, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from newsarchive.sites import SITES
from tests.packaging.source import build_egg, copy_source

PACKAGES = {"newsarchive", "spiders", "pipelines", "exports"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_source(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def egg(source: Path) -> Path:
    return build_egg(source)


def test_egg_holds_all_of_the_four_packages_and_nothing_else(source: Path, egg: Path) -> None:
    names = set(zipfile.ZipFile(egg).namelist())
    code = {name for name in names if not name.startswith("EGG-INFO/") and not name.endswith(".pyc")}
    assert code == {
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file()
    }


def test_egg_names_its_settings_and_may_stay_zipped(egg: Path) -> None:
    with zipfile.ZipFile(egg) as archive:
        assert (
            "[scrapy]\nsettings = newsarchive.settings" in archive.read("EGG-INFO/entry_points.txt").decode()
        )
        assert "EGG-INFO/zip-safe" in archive.namelist()


def test_zipped_egg_has_all_spiders_and_our_crawl_command(egg: Path, tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(egg)!r})\n"
        "from scrapy.settings import Settings\n"
        "from scrapy.spiderloader import SpiderLoader\n"
        "from scrapy.cmdline import _get_commands_dict\n"
        "settings = Settings(); settings.setmodule('newsarchive.settings')\n"
        "print(*sorted(SpiderLoader.from_settings(settings).list()))\n"
        "crawl = _get_commands_dict(settings, inproject=True)['crawl']\n"
        "print(sys.modules[type(crawl).__module__].__file__)\n"
    )
    shown = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    spiders, command = shown.stdout.splitlines()
    assert spiders.split() == sorted(SITES)
    assert command.startswith(str(egg))
