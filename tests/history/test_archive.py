"""Runs are read once, and whatever is kept of them follows their files."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from holdfast.comparison import compare
from holdfast.history.archive import read_archive
from holdfast.history.summary import summarise
from holdfast.metric import Failure
from holdfast.record import Run
from holdfast.store import run_path
from holdfast.testing import METRICS, runs
from tests.history.days import LATENCY, keep, level, make_day

OUTAGE = Failure(stage="infrastructure", error="503")
REFUSED = Failure(stage="system", error="bad JSON")


@given(runs(cases=(10, 30), metrics=METRICS[:3], clusters=False))
def test_a_level_is_what_a_comparison_calls_the_mean(run: Run) -> None:
    found = summarise(run)
    for delta in compare(run, run).deltas:
        level = found.levels[delta.metric.label]
        assert level.value == pytest.approx(delta.candidate_mean, abs=1e-9)
        assert level.cases == delta.pairs


def test_an_answer_that_failed_is_the_worst_and_an_outage_is_no_score() -> None:
    found = summarise(make_day(0, [1.0, 1.0, REFUSED, OUTAGE]))
    assert found.levels["accuracy"].value == pytest.approx(2 / 3)
    assert (found.levels["accuracy"].cases, found.cases) == (3, 4)
    nothing = summarise(make_day(0, [OUTAGE, OUTAGE]))
    assert (nothing.levels["accuracy"].value, nothing.levels["accuracy"].cases) == (None, 0)


def test_seconds_have_the_quantile_that_their_metric_names() -> None:
    seconds = [float(value) for value in range(1, 101)]
    assert summarise(make_day(0, seconds, metric=LATENCY)).levels["latency"].value == 50.5
    spec = replace(LATENCY.spec, params={"quantile": 0.95})
    tail = summarise(make_day(0, seconds, metric=replace(LATENCY, spec=spec)))
    assert tail.levels[spec.label].value == pytest.approx(np.quantile(seconds, 0.95))


def test_what_is_kept_equals_what_is_read(tmp_path: Path) -> None:
    store = keep(tmp_path, *(make_day(n, level(0.5 + n / 100)) for n in range(5)))
    first = read_archive(store)
    rows = json.loads((store / "cache" / "history-1.json").read_text())
    assert len(rows) == 5
    assert read_archive(store) == first
    assert [summary.head.id for summary in first.summaries] == [f"day-{n:03}" for n in range(5)]


def test_a_kept_summary_is_used_and_follows_the_files_of_its_run(tmp_path: Path) -> None:
    store = keep(tmp_path, make_day(0, level(0.5)))
    read_archive(store)
    file = store / "cache" / "history-1.json"
    rows = json.loads(file.read_text())
    rows["day-000"]["levels"]["accuracy"][0] = 0.125
    file.write_text(json.dumps(rows))
    (kept,) = read_archive(store).summaries
    assert kept.levels["accuracy"].value == 0.125
    keep(tmp_path, make_day(0, level(0.75)))
    (fresh,) = read_archive(store).summaries
    assert fresh.levels["accuracy"].value == 0.75


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"day-000": 3}', '{"day-000": {"stamp": [1]}}', "\x00\xff"]
)
def test_a_broken_cache_costs_time_alone(tmp_path: Path, text: str) -> None:
    store = keep(tmp_path, make_day(0, level(0.5)))
    (store / "cache").mkdir()
    (store / "cache" / "history-1.json").write_text(text, encoding="latin-1")
    (found,) = read_archive(store).summaries
    assert found.levels["accuracy"].value == 0.5


def test_a_run_that_was_removed_is_forgotten(tmp_path: Path) -> None:
    store = keep(tmp_path, make_day(0, level(0.5)), make_day(1, level(0.5)))
    read_archive(store)
    for file in run_path("day-000", store).iterdir():
        file.unlink()
    run_path("day-000", store).rmdir()
    keep(tmp_path, make_day(2, level(0.5)))
    read_archive(store)
    assert set(json.loads((store / "cache" / "history-1.json").read_text())) == {
        "day-001",
        "day-002",
    }


def test_a_broken_run_is_named_and_the_others_are_told(tmp_path: Path) -> None:
    store = keep(tmp_path, make_day(0, level(0.5)), make_day(1, level(0.5)))
    (run_path("day-000", store) / "trials.jsonl").write_text("{broken\n")
    found = read_archive(store)
    assert [summary.head.id for summary in found.summaries] == ["day-001"]
    assert len(found.unreadable) == 1 and "day-000" in found.unreadable[0]


def test_an_unfinished_run_is_not_read(tmp_path: Path) -> None:
    store = keep(tmp_path, make_day(0, level(0.5), complete=False))
    (run_path("day-000", store) / "trials.jsonl").write_text('{"half')
    (found,) = read_archive(store).summaries
    assert not found.head.complete and found.levels == {}


def test_manifests_choose_what_is_read(tmp_path: Path) -> None:
    other = make_day(1, level(0.5), suite="other")
    store = keep(tmp_path, make_day(0, level(0.5)), other)
    found = read_archive(store, keep=lambda head: head.suite == "other")
    assert [summary.head.id for summary in found.summaries] == ["day-001"]
    # What was kept for one suite is not lost by asking for another.
    read_archive(store)
    assert len(json.loads((store / "cache" / "history-1.json").read_text())) == 2
