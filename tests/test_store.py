"""Tests of holdfast.store: names never escape, runs are found, baselines can be reviewed."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import RecordError, UsageError
from holdfast.metric import Score
from holdfast.record import CaseRecord, Provenance, Receipt, Run, TrialRecord
from holdfast.store import (
    accept,
    baseline,
    baseline_path,
    find,
    read_run,
    run_path,
    runs,
    safe_name,
    write_run,
)
from holdfast.system import Response, Spec
from holdfast.testing import METRICS


def made(run_id: str = "20261122-121500-a1b2c3", **changes: object) -> Run:
    cases = tuple(CaseRecord(id=f"c{n}", digest=f"{n:032}", input=f"q{n}") for n in range(3))
    trials = tuple(
        TrialRecord(
            case_id=case.id,
            repeat=repeat,
            response=Response(text=f"a {case.id}"),
            scores={METRICS[0].label: Score(1.0)},
            seconds=0.1234567,
            attempts=2,
            cached=True,
        )
        for case in cases
        for repeat in range(2)
    )
    run = Run(
        id=run_id,
        suite="rag/smoke",
        system=Spec(name="../rag.v2", params={"k": 5}),
        dataset="handbook",
        dataset_digest="d" * 32,
        metrics=METRICS[:1],
        cases=cases,
        trials=trials,
        repeats=2,
        provenance=Provenance(started=f"2026-11-22T12:15:{run_id[-2:]}+00:00", seconds=3.2),
    )
    return replace(run, **changes)  # type: ignore[arg-type]


@given(st.text(st.characters(), min_size=1, max_size=300))
def test_any_name_is_one_visible_path_component(name: str) -> None:
    safe = safe_name(name)
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 200


@given(st.lists(st.text(min_size=1, max_size=40), min_size=2, max_size=2, unique=True))
def test_different_names_have_different_paths(names: list[str]) -> None:
    assert safe_name(names[0]) != safe_name(names[1])


@pytest.mark.parametrize("name", ["..", ".", "/etc/passwd", "../../up", "a/../b", "C:\\x", "é/ü"])
def test_names_never_leave_the_store(tmp_path: Path, name: str) -> None:
    run = made(suite=name, system=Spec(name=name), id=name)
    for path in (accept(run, tmp_path), run_path(name, tmp_path)):
        assert tmp_path.resolve() in path.resolve().parents
    kept = baseline(name, name, root=tmp_path)
    assert kept is not None
    assert kept.suite == name
    write_run(run, run_path(name, tmp_path))
    assert read_run(find(name, tmp_path)) == run


def test_headers_are_listed_newest_first_without_reading_trials(tmp_path: Path) -> None:
    for run_id in ("run-01", "run-03", "run-02"):
        write_run(made(run_id), run_path(run_id, tmp_path))
    (tmp_path / "runs" / "run-02" / "trials.jsonl").write_text("broken")
    (tmp_path / "runs" / "begun").mkdir()
    found = runs(tmp_path)
    assert [header.id for header in found] == ["run-03", "run-02", "run-01"]
    header = found[0]
    assert (header.suite, header.system, header.dataset) == (
        "rag/smoke",
        "../rag.v2(k=5)",
        "handbook",
    )
    assert header.complete
    assert header.counts["passed"] == header.counts["total"] == 3


def test_a_store_without_runs_lists_none(tmp_path: Path) -> None:
    assert runs(tmp_path / "nowhere") == []


def test_a_run_is_found_by_path_id_beginning_and_as_baseline(tmp_path: Path) -> None:
    run = made()
    path = run_path(run.id, tmp_path)
    write_run(run, path)
    kept = accept(run, tmp_path)
    assert find(str(path), tmp_path) == path
    assert find(run.id, tmp_path) == path
    assert find("20261122-12", tmp_path) == path
    assert find("baseline:rag/smoke/../rag.v2", tmp_path) == kept


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("run-", "'run-' begins the ids of 2 runs: 'run-01', 'run-02'; give more of it"),
        ("rum-01", "no run 'rum-01' in .*did you mean 'run-01'"),
        ("baseline:x", "no 'baseline:x' in .*there are none yet"),
    ],
)
def test_a_run_that_is_not_found_is_an_error_with_near_matches(
    tmp_path: Path, text: str, message: str
) -> None:
    for run_id in ("run-01", "run-02"):
        write_run(made(run_id), run_path(run_id, tmp_path))
    with pytest.raises(RecordError, match=message):
        find(text, tmp_path)


def test_a_baseline_of_nothing_is_none(tmp_path: Path) -> None:
    assert baseline("s", "nobody", root=tmp_path) is None


def test_accepting_the_same_answers_again_changes_the_provenance_alone(tmp_path: Path) -> None:
    first = made("run-01")
    path = accept(first, tmp_path)
    before = {name: (path / name).read_bytes() for name in ("cases.jsonl", "trials.jsonl")}
    later = tuple(
        replace(trial, seconds=trial.seconds + 1e-5, attempts=1, cached=False)
        for trial in reversed(first.trials)
    )
    second = made("run-02", trials=later)
    assert (
        accept(second, tmp_path) == path == baseline_path("rag/smoke", "../rag.v2", root=tmp_path)
    )
    assert {name: (path / name).read_bytes() for name in before} == before
    kept = baseline("rag/smoke", "../rag.v2", root=tmp_path)
    assert kept is not None
    assert list(kept.observations) == list(first.observations)


def test_one_changed_answer_is_one_changed_line(tmp_path: Path) -> None:
    first = made()
    path = accept(first, tmp_path)
    before = (path / "trials.jsonl").read_text().splitlines()
    changed = replace(first.trials[3], response=Response(text="another"))
    accept(replace(first, trials=(*first.trials[:3], changed, *first.trials[4:])), tmp_path)
    after = (path / "trials.jsonl").read_text().splitlines()
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [3]


def test_an_incomplete_run_is_not_accepted(tmp_path: Path) -> None:
    run = made(complete=False)
    with pytest.raises(UsageError, match=r"is incomplete \(6 of 6 trials\); finish it"):
        accept(run, tmp_path)


def test_ten_thousand_cases_are_read_quickly(tmp_path: Path) -> None:
    size, labels = 10_000, [f"m{n}" for n in range(5)]
    metrics = tuple(replace(METRICS[0], spec=Spec(name=label)) for label in labels)
    scores = {label: Score(0.5) for label in labels}
    run = made(
        metrics=metrics,
        repeats=1,
        cases=tuple(CaseRecord(id=f"c{n}", digest="0" * 32, input="q") for n in range(size)),
        trials=tuple(
            TrialRecord(case_id=f"c{n}", repeat=0, response=Response(text="a"), scores=scores)
            for n in range(size)
        ),
    )
    path = run_path(run.id, tmp_path)
    write_run(run, path)
    began = time.process_time()
    again = read_run(path)
    # Loose, for a busy machine: half a second is what a quiet one stays below.
    assert time.process_time() - began < 3
    assert again == run


def test_what_the_cache_did_is_kept(tmp_path: Path) -> None:
    receipt = Receipt(hits=2, misses=1, reasons={"new input": 1})
    run = made(provenance=Provenance(started="2026", cache=receipt, stopped="why"))
    write_run(run, run_path(run.id, tmp_path))
    assert read_run(run_path(run.id, tmp_path)).provenance == run.provenance
