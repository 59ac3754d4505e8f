"""The image and the compose file, as far as that goes without a daemon: their tools accept them, nothing is missing, no secret."""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.running import CHECKOUT
from tests.packaging.source import build_egg, copy_source
from tests.tools.conftest import need

DEPLOY = CHECKOUT / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
MADE_BY_THE_OPERATOR = {"../newsarchive.toml"}


def copied() -> list[str]:
    """The paths that the image has of the checkout."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    return [name for words in re.findall(r"^COPY (.+)$", text, re.MULTILINE) for name in words.split()[:-1]]


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path from the image: its last line that fits decides."""
    lines = (CHECKOUT / ".dockerignore").read_text("utf-8").splitlines()
    parents = [path, *(str(one) for one in Path(path).parents if str(one) != ".")]
    found = False
    for line in filter(None, (one.partition("#")[0].strip() for one in lines)):
        pattern = line.removeprefix("!").removeprefix("**/")
        if any(fnmatch.fnmatchcase(one, pattern) for one in parents):
            found = not line.startswith("!")
    return found


def test_the_linter_has_nothing_to_say_of_the_image() -> None:
    hadolint = CHECKOUT / ".tools" / "hadolint" / "bin" / "hadolint"
    need("hadolint", installed=hadolint.exists())
    said = subprocess.run([hadolint, DEPLOY / "Containerfile"], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_what_the_image_copies_is_there_and_enough_for_the_egg(tmp_path: Path) -> None:
    source = copy_source(tmp_path / "checkout")
    image = tmp_path / "image"
    image.mkdir()
    for name in copied():
        assert not ignored(name), name
        found = source / name
        if found.is_dir():
            shutil.copytree(found, image / name, dirs_exist_ok=True)
        else:
            (image / name).parent.mkdir(exist_ok=True)
            shutil.copy(found, image / name)
    assert build_egg(image).stat().st_size > 100_000
    assert not (image / "tests").exists()


def test_the_image_is_pinned_and_runs_as_nobody_in_particular() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert re.search(r"^FROM python:3\.\d+\.\d+-slim-\w+$", text, re.MULTILINE)
    assert re.search(r"^USER [1-9]\d+$", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["deploy/newsarchive.env", "deploy/mongo.env"])
def test_files_with_passwords_are_in_neither_git_nor_image(name: str) -> None:
    assert ignored(name)
    assert ignored(".venv/bin/python")
    assert ignored("data/newsarchive.sqlite")
    kept = subprocess.run(["git", "check-ignore", "-q", name], cwd=CHECKOUT, check=False)
    assert kept.returncode == 0
    example = (CHECKOUT / f"{name}.example").read_text("utf-8")
    assert not re.search(r"(?:PASSWORD|KEY)='[^']", example), (
        "an example has no password that somebody may keep"
    )


def services() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(COMPOSE.read_text("utf-8"))["services"]
    return found


def test_ports_are_those_of_loopback() -> None:
    ports = {name: one.get("ports", []) for name, one in services().items()}
    assert {name for name, given in ports.items() if given} == {"mongo", "node1", "node2"}
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for given in ports.values() for port in given)


def test_the_compose_file_has_no_secret_and_names_what_is_there() -> None:
    for name, one in services().items():
        assert set(one.get("environment", {})) <= {"SCRAPYD_BIND_ADDRESS"}, name
        assert one["env_file"] in {"newsarchive.env", "mongo.env"}
        for volume in one.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith(".") and source not in MADE_BY_THE_OPERATOR:
                assert (DEPLOY / source).exists(), source
        if "build" in one:
            assert (DEPLOY / one["build"]["context"] / one["build"]["dockerfile"]).exists()
            assert one["read_only"]
            assert one["cap_drop"] == ["ALL"]


def test_nobody_runs_before_what_it_needs() -> None:
    """MongoDB takes writes, then nodes, then they have the egg, then the scheduler."""
    needs = {name: one.get("depends_on", {}) for name, one in services().items()}
    assert needs == {
        "mongo": {},
        "node1": {"mongo": {"condition": "service_healthy"}},
        "node2": {"mongo": {"condition": "service_healthy"}},
        "egg": {"node1": {"condition": "service_healthy"}, "node2": {"condition": "service_healthy"}},
        "scheduler": {"egg": {"condition": "service_completed_successfully"}},
    }
    assert all(services()[name]["healthcheck"] for name in ("mongo", "node1", "node2"))


def test_compose_takes_the_file_and_reads_values_as_a_shell_does(tmp_path: Path) -> None:
    compose = shutil.which("docker-compose")
    need("docker-compose", installed=compose is not None)
    assert compose
    folder = tmp_path / "deploy"
    folder.mkdir()
    for name in ("compose.yaml", "nodes.cfg", "mongo-ready.js"):
        shutil.copy(DEPLOY / name, folder)
    shutil.copy(DEPLOY / "mongo.env.example", folder / "mongo.env")
    password = """a$b "c" #d %e \\n"""
    example = (DEPLOY / "newsarchive.env.example").read_text("utf-8")
    text = example.replace("SCRAPYD_PASSWORD=''", f"SCRAPYD_PASSWORD='{password}'")
    (folder / "newsarchive.env").write_text(text, encoding="utf-8")
    said = subprocess.run(
        [compose, "-f", folder / "compose.yaml", "config"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    assert said.stderr == ""
    shown = YAML(typ="safe").load(said.stdout)["services"]["node1"]["environment"]
    of_shell = subprocess.run(
        [
            "sh",
            "-c",
            f'set -a; . {folder}/newsarchive.env; exec python3 -c "import os, json; print(json.dumps(dict(os.environ)))"',
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(of_shell.stdout)
    assert told["SCRAPYD_PASSWORD"] == password
    # `config` shows a $ doubled, as a compose file would have it.
    names = [line.partition("=")[0] for line in text.splitlines() if re.match(r"\w+=", line)]
    assert {name: shown[name].replace("$$", "$") for name in names} == {name: told[name] for name in names}


def test_the_script_for_mongosh_is_javascript() -> None:
    node = shutil.which("node")
    need("node", installed=node is not None)
    assert node
    subprocess.run([node, "--check", DEPLOY / "mongo-ready.js"], check=True)
