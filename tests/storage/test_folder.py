"""Tests of holdfast.storage.folder: what it reads, what it refuses, and in which words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.errors import RecordError
from holdfast.metric import Failure, Score
from holdfast.record import FORMAT, CaseRecord, Run, TrialRecord
from holdfast.storage.folder import read_run, write_run
from holdfast.system import Response, Spec
from holdfast.testing import METRICS

RUN = Run(
    id="r",
    suite="s",
    system=Spec(name="sys"),
    dataset="d",
    dataset_digest="0" * 32,
    metrics=METRICS[:2],
    cases=tuple(CaseRecord(id=f"c{n}", digest="0" * 32, input=n) for n in range(2)),
    trials=tuple(
        TrialRecord(
            case_id=f"c{n}",
            repeat=0,
            response=Response(text="lone \ud800" if n else "a"),
            scores={
                METRICS[0].label: Score(1.0),
                METRICS[1].label: Failure(stage="metric", error="no judge"),
            },
            seconds=0.5,
        )
        for n in range(2)
    ),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_run(RUN, tmp_path / "run")
    return tmp_path / "run"


def edit(path: Path, **changes: object) -> None:
    file = path / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_fields_that_a_later_holdfast_adds_are_ignored(path: Path) -> None:
    edit(path, mood="good", provenance={"started": "", "weather": "rain"})
    trials = path / "trials.jsonl"
    rows = [json.loads(line) | {"new": 1} for line in trials.read_text().splitlines()]
    trials.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert read_run(path) == RUN


def test_a_newer_format_is_refused_with_both_versions(path: Path) -> None:
    edit(path, format=FORMAT + 1)
    with pytest.raises(
        RecordError, match=f"version {FORMAT + 1}, this holdfast reads up to {FORMAT}"
    ):
        read_run(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "one"}, "names no format version, got 'one'"),
        ({"system": 3}, "manifest.json"),
        ({"metrics": [{}]}, "no field 'bounds'"),
        ({"trials": 5}, "trials.jsonl holds 2 trials where the manifest counts 5"),
    ],
)
def test_a_manifest_without_sense_is_named(
    path: Path, changes: dict[str, object], message: str
) -> None:
    edit(path, **changes)
    with pytest.raises(RecordError, match=message):
        read_run(path)


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("trials.jsonl", '{"case": "c1", "rep', r"trials\.jsonl:2: broken JSON"),
        ("trials.jsonl", "[]", r"trials\.jsonl:2: expected a JSON object, got \[\]"),
        ("trials.jsonl", '{"case": "c9", "repeat": 0}', r"trials\.jsonl:2: no field or case 'c9'"),
        ("trials.jsonl", '{"case": "c1"}', r"trials\.jsonl:2: no field or case 'repeat'"),
        ("cases.jsonl", '{"id": "c1"}', r"cases\.jsonl:2: no field or case 'digest'"),
        ("manifest.json", "{", r"manifest\.json: broken JSON"),
    ],
)
def test_a_broken_line_is_named_with_file_and_number(
    path: Path, file: str, line: str, message: str
) -> None:
    lines = (path / file).read_text().splitlines()
    (path / file).write_text("\n".join([lines[0], line, *lines[2:]]) + "\n")
    if file == "manifest.json":
        (path / file).write_text(line)
    with pytest.raises(RecordError, match=message + ".*; the file is damaged: "):
        read_run(path)


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"nowhere' is not a run: manifest\.json: No such file"):
        read_run(tmp_path / "nowhere")


def test_a_half_written_last_line_is_passed_over_in_an_unfinished_run_only(path: Path) -> None:
    with (path / "trials.jsonl").open("a") as file:
        file.write('{"case": "c1", "re')
    with pytest.raises(RecordError, match=r"trials\.jsonl:3: broken JSON"):
        read_run(path)
    edit(path, complete=False)
    assert read_run(path) == replace(RUN, complete=False)


def test_of_a_trial_that_was_made_twice_the_last_counts(path: Path) -> None:
    first, second = (path / "trials.jsonl").read_text().splitlines()
    failed = '{"case":"c0","repeat":0,"failure":{"stage":"infrastructure","error":"503"}}'
    (path / "trials.jsonl").write_text("\n".join([failed, second, first]) + "\n")
    assert read_run(path) == RUN


def test_a_record_of_version_0_is_read(tmp_path: Path) -> None:
    manifest = {
        "format": 0,
        "id": "old",
        "suite": "s",
        "system": "sys",
        "dataset": "d",
        "dataset_digest": "0" * 32,
        "metrics": ["exact"],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "cases.jsonl").write_text('{"id": "c0", "digest": "1"}\n{"id":"c1","digest":"2"}\n')
    (tmp_path / "trials.jsonl").write_text(
        '{"id": "c0", "output": "yes", "scores": {"exact": 1.0}}\n'
        '{"id": "c1", "output": null, "scores": {"exact": null}}\n'
    )
    run = read_run(tmp_path)
    assert (run.system.label, run.metrics[0].label) == ("sys", "exact")
    assert run.trials[0].response == Response(text="yes")
    assert run.trials[0].scores == {"exact": Score(1.0)}
    assert run.trials[1].scores == {"exact": Failure(stage="metric", error="not recorded")}
    write_run(run, tmp_path / "today")
    assert read_run(tmp_path / "today") == run


def test_observations_are_an_arrow_stream_that_others_read(path: Path) -> None:
    ipc = pytest.importorskip("pyarrow.ipc", reason="pyarrow is not installed")
    with ipc.open_stream(path / "observations.arrows") as stream:
        rows = stream.read_all().to_pylist()
    assert [row["case"] for row in rows] == ["c0", "c0", "c1", "c1"]
    assert rows[0] == {
        "case": "c0",
        "repeat": 0,
        "metric": METRICS[0].label,
        "value": 1.0,
        "stage": None,
        "error": None,
        "seconds": 0.5,
    }
    assert (rows[1]["value"], rows[1]["stage"], rows[1]["error"]) == (None, "metric", "no judge")


def test_observations_of_no_trials_are_an_empty_table(tmp_path: Path) -> None:
    import nanoarrow

    write_run(replace(RUN, trials=(), complete=False), tmp_path)
    with nanoarrow.ArrayStream.from_path(str(tmp_path / "observations.arrows")) as stream:
        assert len(stream.read_all()) == 0
