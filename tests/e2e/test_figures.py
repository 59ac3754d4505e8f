"""What a crawl leaves for programs: figures for Prometheus, a log of JSON; and nothing at all where it is told to be quiet."""

from __future__ import annotations

import json
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from newsarchive.errors import OutputError
from tests.e2e.running import SCRAPY, Place


def samples(path: Path) -> dict[tuple[str, str], float]:
    return {
        (
            sample.name,
            ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items())),
        ): sample.value
        for family in text_string_to_metric_families(path.read_text(encoding="utf-8"))
        for sample in family.samples
    }


async def test_each_run_leaves_its_figures_and_totals_go_on(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    for _ in range(2):
        ended = await place.run("crawl", "36kr", "ithome", NEWSARCHIVE_METRICS_FOLDER=str(folder))
        assert ended.code == 0, ended.err
    assert sorted(path.name for path in folder.iterdir()) == [
        f"newsarchive-{site}.{kind}" for site in ("36kr", "ithome") for kind in ("json", "prom")
    ]
    told = samples(folder / "newsarchive-36kr.prom")
    run = await place.last_run("36kr")
    assert told["newsarchive_runs_total", "end=good,site=36kr"] == 2
    assert told["newsarchive_articles_total", "outcome=new,site=36kr"] == len(
        [one for one in (await place.articles()).values() if one.site == "36kr"]
    )
    assert told["newsarchive_run_start_timestamp_seconds", "site=36kr"] == run.started_at.timestamp()
    assert json.loads((folder / "newsarchive-36kr.json").read_text(encoding="utf-8")) == run.model_dump(
        mode="json"
    )
    assert run.seconds["whole"] >= run.seconds["waiting"]
    assert {"lists", "fetching", "keeping"} <= run.seconds.keys()
    assert run.sizes["store"] > 0


async def test_a_folder_that_takes_no_figures_is_told_before_the_first_request(
    place: Place, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    ended = await place.run("crawl", "ithome", NEWSARCHIVE_METRICS_FOLDER=str(tmp_path / "file"))
    assert ended.code == OutputError.exit_code
    assert "NEWSARCHIVE_METRICS_FOLDER" in ended.err
    assert place.server.requests == []


async def test_a_log_of_json_says_of_each_line_whose_it_is(place: Place, tmp_path: Path) -> None:
    log = tmp_path / "crawl.log"
    words = ("-s", f"LOG_FILE={log}", "-s", "NEWSARCHIVE_LOG_FORMAT=json", "-s", "LOG_LEVEL=DEBUG")
    ended = await place.run("crawl", "36kr", "ithome", *words)
    assert (ended.code, ended.err) == (0, "")
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    for site in ("36kr", "ithome"):
        run = await place.last_run(site)
        own = [line for line in lines if line.get("site") == site]
        assert {line["run"] for line in own} == {run.run_id}
        crawled = [line for line in own if line["message"].startswith("Crawled (200)")]
        assert len(crawled) >= run.counts["page/fetched_count"]
        assert [line for line in crawled if line.get("identity", "").startswith(site)]

    log.unlink()
    await place.run("crawl", "ithome", *words, command=SCRAPY)
    assert [json.loads(line)["level"] for line in log.read_text(encoding="utf-8").splitlines()]


async def test_quiet_says_nothing_when_all_is_well_and_all_when_not(place: Place) -> None:
    quiet = await place.run("crawl", "ithome", "-q")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    quiet = await place.run("backup", str(place.folder / "copy"), "-q")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    wrong = await place.run("crawl", "weixin", "-q")
    assert wrong.code == 11
    assert "seeds=FILE" in wrong.err
    asked_wrong = await place.run("runs", "-q", "prune", "--runs-days", "x")
    assert asked_wrong.code == 2
    assert asked_wrong.err
