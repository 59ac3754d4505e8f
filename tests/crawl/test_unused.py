"""A crawl starts without what is switched off: to import it takes a seventh of the start."""

from __future__ import annotations

import subprocess
import sys

import pytest
from scrapy.settings import Settings

from newsarchive.crawl.downloading.unused import UnusedAddon

SWITCHED = {"REMOTE_CONTROL_ENABLED": "RemoteControl", "COOKIES_ENABLED": "CookiesMiddleware"}
LOADED = """
import sys
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
settings = Settings()
settings.setmodule("newsarchive.settings", priority="project")
for path in settings.getdict("ADDONS"):
    load_object(path)().update_settings(settings)
for name in ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES"):
    for path in settings.get_component_priority_dict_with_base(name):
        load_object(path)
print(*{"aiohttp", "tldextract", "requests"} & sys.modules.keys())
"""


def test_all_components_of_a_crawl_import_none_of_it() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("switch", SWITCHED)
def test_what_is_switched_on_is_there(switch: str) -> None:
    settings = Settings(dict.fromkeys(SWITCHED, False) | {switch: True})

    def components() -> set[str]:
        names = ("EXTENSIONS_BASE", "DOWNLOADER_MIDDLEWARES_BASE")
        return {path.rpartition(".")[2] for name in names for path in settings.getdict(name)}

    before = components()
    UnusedAddon().update_settings(settings)
    assert before - components() == {*SWITCHED.values()} - {SWITCHED[switch]}
