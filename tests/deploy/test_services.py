"""systemd units, crontab and logrotate: their own tools accept them, and what they call works as it stands."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest
from cronsim import CronSim

from samples import SampleServer
from tests.e2e.running import CHECKOUT, Place
from tests.tools.conftest import need

DEPLOY = CHECKOUT / "deploy"
HOME = "/srv/newsarchive"
BIN = Path(sys.executable).parent
EVERY = {
    "schedule": timedelta(minutes=1),
    "check": timedelta(hours=1),
    "report": timedelta(minutes=15),
    "backup": timedelta(days=1),
    "upkeep": timedelta(weeks=1),
}
EXPOSURE = 30
"""Tenths of a point that systemd may find a service exposed; without any of its options it is 96."""


def here(text: str) -> str:
    """A file of deploy/ for this checkout instead of an installation."""
    return text.replace(f"{HOME}/.venv/bin", str(BIN)).replace(HOME, str(CHECKOUT))


def analyze(*words: str | Path, units: Path | None = None) -> subprocess.CompletedProcess[str]:
    need("systemd-analyze", installed=shutil.which("systemd-analyze") is not None)
    path = {"SYSTEMD_UNIT_PATH": f"{units}:"} if units else {}
    return subprocess.run(
        ["systemd-analyze", *words],
        env=os.environ | path | {"TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def units(tmp_path: Path) -> Path:
    folder = tmp_path / "units"
    for path in (DEPLOY / "systemd").rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(DEPLOY / "systemd")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(here(path.read_text("utf-8")), encoding="utf-8")
    return folder


def test_systemd_finds_nothing_to_say_of_any_unit(units: Path) -> None:
    for unit in sorted(units.glob("*newsarchive*")):  # .service and .timer
        if unit.is_file():
            said = analyze("verify", "--man=no", unit, units=units)
            assert (said.returncode, said.stdout, said.stderr) == (0, "", ""), unit.name
    common = units / "newsarchive-.service.d" / "common.conf"
    common.write_text(common.read_text("utf-8") + "ProtectSistem=strict\n", encoding="utf-8")
    said = analyze("verify", "--man=no", units / "newsarchive-check.service", units=units)
    assert "Unknown key 'ProtectSistem'" in said.stderr, "what all have in common is read"


def test_no_unit_says_what_the_common_part_says_otherwise() -> None:
    """That is read last, so it would stand."""
    common = keys_of(DEPLOY / "systemd" / "newsarchive-.service.d" / "common.conf") - {"After", "Wants"}
    for unit in (DEPLOY / "systemd").glob("newsarchive-*.service"):
        assert not keys_of(unit) & common, unit.name


def keys_of(unit: Path) -> set[str]:
    return set(re.findall(r"^(\w+)=", unit.read_text("utf-8"), re.MULTILINE))


def test_services_are_shut_in(units: Path) -> None:
    for unit in sorted(units.glob("*.service")):
        if "@" not in unit.name:
            said = analyze("security", "--offline=yes", f"--threshold={EXPOSURE}", unit, units=units)
            assert said.returncode == 0, said.stdout[-300:] + said.stderr


def test_what_holds_scrapyd_and_its_jobs_together() -> None:
    scrapyd = (DEPLOY / "systemd" / "newsarchive-scrapyd.service").read_text("utf-8").splitlines()
    assert "KillMode=mixed" in scrapyd, "else systemd tells jobs twice, which ends them at once"
    assert any(line.endswith("deploy/node.py") for line in scrapyd)
    watch = (DEPLOY / "systemd" / "newsarchive-watch.service").read_text("utf-8").splitlines()
    assert "KillMode=mixed" in watch
    once = (DEPLOY / "systemd" / "newsarchive-schedule.service").read_text("utf-8").splitlines()
    assert "KillMode=process" in once


def commands_of_units() -> dict[str, list[str]]:
    """The commands of each timer's service, as they are given to newsarchive."""
    found = {}
    for timer in (DEPLOY / "systemd").glob("*.timer"):
        text = timer.with_suffix(".service").read_text("utf-8")
        found[timer.stem.partition("-")[2]] = re.findall(
            rf"^ExecStart={HOME}/\.venv/bin/python -m newsarchive (.+)$", text, re.MULTILINE
        )
    return found


def lines_of_crontab() -> list[tuple[str, list[str]]]:
    """When, and the commands that are given to newsarchive."""
    found = []
    for line in (DEPLOY / "crontab").read_text("utf-8").splitlines():
        if match := re.match(r"((?:[\d*/,-]+\s+){5})(.+)", line):
            commands = [one.partition(">>")[0].split() for one in match[2].split(";")]
            assert all(words[0] == "newsarchive" for words in commands), line
            found.append((match[1].strip(), [" ".join(words[1:]) for words in commands]))
    return found


def without_q(commands: list[str]) -> list[str]:
    return [command.removesuffix(" -q") for command in commands]


def test_crontab_and_timers_do_the_same_as_often() -> None:
    of_units = commands_of_units()
    assert set(of_units) == set(EVERY)
    lines = lines_of_crontab()
    assert sorted(without_q(commands) for _, commands in lines) == sorted(map(without_q, of_units.values()))
    begin = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for name, commands in of_units.items():
        when = next(when for when, other in lines if without_q(other) == without_q(commands))
        times = list(islice(CronSim(when, begin), 4))
        assert {later - earlier for earlier, later in pairwise(times)} == {EVERY[name]}, when
        timer = (DEPLOY / "systemd" / f"newsarchive-{name}.timer").read_text("utf-8")
        (calendar,) = re.findall(r"^OnCalendar=(.+)$", timer, re.MULTILINE)
        said = analyze("calendar", "--iterations=4", f"--base-time={begin:%Y-%m-%d %H:%M:%S} UTC", calendar)
        assert said.returncode == 0, said.stderr
        shown = re.findall(r" [A-Z][a-z]{2} ([\d-]+ [\d:]+) UTC", said.stdout)
        elapses = sorted({datetime.fromisoformat(f"{one}+00:00") for one in shown})
        assert {later - earlier for earlier, later in pairwise(elapses)} == {EVERY[name]}, said.stdout


def test_cron_takes_the_crontab(tmp_path: Path) -> None:
    need("crontab", installed=shutil.which("crontab") is not None)
    text = (DEPLOY / "crontab").read_text("utf-8")
    wrong = tmp_path / "crontab"
    wrong.write_text(text.replace("30    4 *", "30   44 *"), encoding="utf-8")
    codes = [
        subprocess.run(["crontab", "-n", path], capture_output=True, check=False).returncode
        for path in (DEPLOY / "crontab", wrong)
    ]
    assert codes == [0, 1]
    assert "%" not in text, "cron takes it for the end of the line"


def test_logrotate_rotates_what_is_written_on(tmp_path: Path) -> None:
    logrotate = shutil.which("logrotate") or shutil.which("logrotate", path="/usr/sbin")
    need("logrotate", installed=logrotate is not None)
    assert logrotate
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    log = data / "schedule.log"
    log.write_text("morning is started\n", encoding="utf-8")
    text = (DEPLOY / "logrotate").read_text("utf-8").replace(HOME, str(tmp_path))
    configuration = tmp_path / "logrotate"
    configuration.write_text(text.replace("su newsarchive newsarchive", ""), encoding="utf-8")
    configuration.chmod(0o644)
    with log.open("a", encoding="utf-8") as held:
        for _ in range(2):
            ended = subprocess.run(
                [logrotate, "--force", "--state", tmp_path / "state", configuration],
                capture_output=True,
                text=True,
                check=False,
            )
            assert (ended.returncode, ended.stderr) == (0, "")
            held.write("night is started\n")
            held.flush()
    assert log.read_text("utf-8") == "night is started\n"
    assert (data / "schedule.log.1").read_text("utf-8") == "night is started\n"
    assert (data / "schedule.log.2.gz").exists()


async def test_what_units_and_crontab_call_works(tmp_path: Path) -> None:
    """By the command that cron and an operator have, with the settings of an environment file."""
    async with SampleServer() as server:
        place = Place(tmp_path, server)
        store = str(tmp_path / "data" / "newsarchive.sqlite")
        crawled = await place.run(
            "crawl", "36kr", NEWSARCHIVE_STORE=store, NEWSARCHIVE_RAW=str(tmp_path / "data" / "raw")
        )
    assert crawled.code == 0, crawled.err
    example = (DEPLOY / "newsarchive.env.example").read_text("utf-8")
    settings = tmp_path / "newsarchive.env"
    settings.write_text(example.replace(HOME, str(tmp_path)), encoding="utf-8")
    mapped = {
        name: value
        for name, value in place.environment(NEWSARCHIVE_ENV=str(settings)).items()
        if name not in {"NEWSARCHIVE_STORE", "NEWSARCHIVE_RAW"}
    }

    def call(command: str) -> subprocess.CompletedProcess[str]:
        where = command.replace("/var/backups", str(tmp_path)).replace("/srv/www", str(tmp_path / "www"))
        return subprocess.run(
            [DEPLOY / "newsarchive", *shlex.split(where)],
            cwd="/",
            env=mapped | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    commands = {one for _, commands in lines_of_crontab() for one in commands}
    commands |= {one for commands in commands_of_units().values() for one in commands}
    for command in sorted(commands):
        ended = call(command)
        assert ended.returncode in ({0, 41} if command.startswith("check") else {0}), (command, ended.stderr)
    assert (tmp_path / "www" / "newsarchive" / "index.html").exists()
    assert call("restore /var/backups/newsarchive --check").returncode == 0
