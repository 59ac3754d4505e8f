"""The wheel has what runs, and runs elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.packaging.source import copy_source

PACKAGES = {"newsarchive", "spiders", "pipelines", "exports"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    source = copy_source(out / "source")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(out),
            str(source),
        ],
        check=True,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in an environment that holds the wheel and the dependencies, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True)
    # The dependencies are those that the tests run with; adding their folder does not run its .pth files, so an
    # editable install of the checkout is not seen.
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    (Path(site.stdout.strip()) / "dependencies.pth").write_text(
        sysconfig.get_path("purelib") + "\n", encoding="utf-8"
    )
    return folder / "bin" / "newsarchive"


def run(command: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [command, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_wheel_holds_the_four_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == PACKAGES
    assert "newsarchive/py.typed" in names
    assert "exports/imports/forms/heading-link.md" in names


def test_installed_wheel_parses_exports_and_crawls(command: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><body>404</body></html>", encoding="utf-8")
    parsed = run(command, tmp_path, "parse", str(page), "--url", "https://www.ithome.com/0/897/104.htm")
    assert parsed.returncode == 0, parsed.stderr
    assert '"site": "ithome"' in parsed.stdout

    picked = run(
        command,
        tmp_path,
        "pick",
        "add",
        "https://example.com/1",
        "--day",
        "2026-10-08",
        "--text",
        "旧船票开展。",
    )
    assert picked.returncode == 0, picked.stderr
    exported = run(command, tmp_path, "export", "digest", "--month", "2026-10", "--out", "archive")
    assert exported.returncode == 0, exported.stderr
    assert (
        (tmp_path / "archive" / "2026" / "newsflash-202610.md")
        .read_text(encoding="utf-8")
        .startswith("# 2026年10月")
    )

    closed = '{"https://www.36kr.com": "http://127.0.0.1:1/"}'
    crawled = run(
        command,
        tmp_path,
        "crawl",
        "36kr",
        "-s",
        f"NEWSARCHIVE_ORIGINS={closed}",
        "-s",
        "RETRY_ENABLED=0",
        "-s",
        "NEWSARCHIVE_PACE=0",
    )
    assert crawled.returncode == 33, crawled.stderr
