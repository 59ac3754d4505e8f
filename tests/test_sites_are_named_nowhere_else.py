"""No module but the registry, a site's own package and its spider names a site, in code or in words."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from newsarchive import sites
from newsarchive.sites import SITES, Site

ROOT = Path(__file__).parents[1]
ROOMS = ("newsarchive", "pipelines", "exports")
SHARED_BY_SPIDERS = (ROOT / "spiders" / "base.py",)
REGISTRY = Path(str(sites.__file__))
HOMES = {Path(str(import_module(site.reader).__file__)).parent for site in SITES.values()}


def names_of(site: Site) -> set[str]:
    """What a site is called: by the archive, by its readers, by its package, and its hosts."""
    return {site.name, site.title, site.reader.split(".")[-2], *(host.strip(".") for host in site.hosts)}


NAMED = re.compile(
    "|".join(re.escape(name) for site in SITES.values() for name in names_of(site)), re.IGNORECASE
)


def test_no_other_module_names_a_site() -> None:
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.parent not in HOMES]
    named = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in {*modules, *SHARED_BY_SPIDERS} - {REGISTRY}
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1)
        if NAMED.search(line)
    ]
    assert NAMED.search(REGISTRY.read_text(encoding="utf-8"))
    assert not named, "what is special to a site belongs into its entry (docs/adding-a-site.md)"
