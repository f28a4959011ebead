"""Tests of holdfast.storage.codec: a JSON round trip is the identity."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.dataset import Source
from holdfast.digest import canonical
from holdfast.metric import Failure, Score
from holdfast.record import CaseRecord, MetricRecord, Provenance, Receipt, Run, TrialRecord
from holdfast.storage.codec import (
    case_from,
    case_line,
    metric_from,
    metric_row,
    plain,
    response_from,
    response_text,
    score_from,
    score_text,
    trial_from,
    trial_line,
)
from holdfast.storage.folder import read_run, write_run
from holdfast.storage.provenance_row import provenance_from, provenance_row
from holdfast.system import Passage, Response, Span, Spec, ToolCall, Usage

TEXT = st.text(st.characters(codec=None), max_size=12)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(TEXT, JSON, max_size=3)
SPECS = st.builds(
    Spec, name=TEXT, params=OBJECTS, version=TEXT, artifacts=st.dictionaries(TEXT, TEXT, max_size=2)
)
RESPONSES = st.builds(
    Response,
    text=TEXT,
    data=JSON,
    tool_calls=st.lists(
        st.builds(
            ToolCall,
            name=TEXT,
            arguments=OBJECTS,
            id=st.none() | TEXT,
            result=st.none() | TEXT,
            failed=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    passages=st.lists(
        st.builds(Passage, id=TEXT, score=st.none() | FINITE, text=TEXT), max_size=2
    ).map(tuple),
    abstained=st.booleans(),
    usage=st.builds(
        Usage,
        input_tokens=st.integers(0),
        output_tokens=st.integers(0),
        calls=st.integers(0),
        cost=FINITE,
    ),
    timings=st.dictionaries(TEXT, FINITE, max_size=2),
    spans=st.lists(
        st.builds(Span, name=TEXT, start=FINITE, seconds=FINITE, parent=st.none() | TEXT),
        max_size=2,
    ).map(tuple),
)
SCORES = st.builds(Score, FINITE, TEXT)
FAILURES = st.builds(
    Failure, stage=st.sampled_from(["system", "metric", "infrastructure"]), error=TEXT
)
TRIALS = st.builds(
    TrialRecord,
    case_id=TEXT,
    repeat=st.integers(0, 9),
    response=st.none() | RESPONSES,
    failure=st.none() | FAILURES,
    scores=st.dictionaries(TEXT, SCORES | FAILURES, max_size=3),
    seconds=FINITE,
    attempts=st.integers(1, 9),
    cached=st.booleans(),
    block=st.none() | st.integers(-2, 99),
    began=st.none() | FINITE,
)
CASES = st.builds(
    CaseRecord,
    id=TEXT.filter(bool),
    digest=TEXT,
    tags=st.lists(TEXT, max_size=2).map(tuple),
    cluster=st.none() | TEXT,
    input=JSON,
    expected=JSON,
)
METRICS = st.builds(
    MetricRecord,
    spec=SPECS,
    better=st.sampled_from(["higher", "lower"]),
    bounds=st.none() | st.just((-math.inf, math.inf)),
    unit=st.sampled_from(["", "seconds", "tokens"]),
)
RECEIPTS = st.builds(
    Receipt,
    hits=st.integers(0),
    misses=st.integers(0),
    reasons=st.dictionaries(TEXT, st.integers(1), max_size=2),
)
PROVENANCES = st.builds(
    Provenance,
    started=TEXT,
    seconds=FINITE,
    seed=st.integers(),
    packages=st.dictionaries(TEXT, TEXT, max_size=2),
    os=TEXT,
    hardware=st.dictionaries(TEXT, TEXT, max_size=2),
    sources=st.dictionaries(TEXT, TEXT, max_size=2),
    metric_sources=st.dictionaries(TEXT, TEXT, max_size=2),
    settings=OBJECTS,
    git_branch=st.none() | TEXT.filter(bool),
    git_commit=st.none() | TEXT,
    git_dirty=st.none() | st.booleans(),
    cache=RECEIPTS,
    stopped=TEXT,
    origin=TEXT,
    interleaved=TEXT,
)


@given(RESPONSES)
def test_a_response_survives(response: Response) -> None:
    for ordered in (False, True):
        assert response_from(json.loads(response_text(response, ordered=ordered))) == response


@given(TRIALS)
def test_a_trial_survives_as_one_line_of_utf_8(trial: TrialRecord) -> None:
    for ordered in (False, True):
        line = trial_line(trial, ordered=ordered)
        assert len(line.decode("utf-8").splitlines()) == 1
        assert trial_from(json.loads(line)) == trial


@given(TRIALS)
def test_the_text_of_a_response_may_be_given(trial: TrialRecord) -> None:
    text = None if trial.response is None else response_text(trial.response)
    assert trial_line(trial, answer=text) == trial_line(trial)


@given(CASES)
def test_a_case_survives(case: CaseRecord) -> None:
    assert case_from(json.loads(case_line(case))) == case


@given(st.text(min_size=1), st.integers(0, 10**9 - 1))
def test_the_place_of_a_case_survives_where_it_is_wanted(file: str, number: int) -> None:
    case = CaseRecord(id="c", digest="d", source=Source(file, number))
    assert case_from(json.loads(case_line(case))).source == case.source
    assert case_line(case, placed=False) == case_line(CaseRecord(id="c", digest="d"))


@given(JSON | st.sampled_from([":3", "a:", "a:-1", "a:1.5", "a:٣", f"a:{'9' * 5000}"]))
def test_a_place_that_nobody_can_read_is_none(found: object) -> None:
    row = {"id": "c", "digest": "d", "source": found}
    source = case_from(row).source
    assert source is None or str(Source.parse(str(source))) == str(source)
    if not isinstance(found, str) or found[:2] in (":3", "a:"):
        assert source is None


@given(METRICS)
def test_a_metric_survives_with_the_order_of_its_parameters(metric: MetricRecord) -> None:
    again = metric_from(json.loads(json.dumps(metric_row(metric), allow_nan=False)))
    assert again == metric
    assert list(again.spec.params) == list(metric.spec.params)


def test_a_metric_that_was_recorded_without_a_unit_has_none() -> None:
    row = metric_row(MetricRecord(spec=Spec(name="tone"), better="higher", bounds=(0.0, 1.0)))
    assert "unit" not in row
    assert metric_from(row).unit == ""


def test_the_unit_of_a_metric_is_no_part_of_its_spec() -> None:
    seconds = MetricRecord(spec=Spec(name="x"), better="lower", bounds=None, unit="seconds")
    assert metric_from(metric_row(seconds)).spec.digest == Spec(name="x").digest


@given(PROVENANCES)
def test_a_provenance_survives(provenance: Provenance) -> None:
    assert provenance_from(json.loads(json.dumps(provenance_row(provenance)))) == provenance


@given(SCORES)
def test_a_score_survives(score: Score) -> None:
    assert score_from(score_text(score)) == score


@given(JSON)
def test_plain_copies_are_equal_to_what_they_copy(value: object) -> None:
    copy = plain(value)
    assert copy == value
    assert canonical(copy) == canonical(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [object(), {1: 2}, [b"bytes"], {"deep": [{"set": {1}}]}])
def test_what_is_not_json_has_no_plain_copy(value: object) -> None:
    with pytest.raises(TypeError):
        plain(value)


@settings(max_examples=25)  # each writes and syncs four files
@given(
    st.lists(CASES, max_size=3, unique_by=lambda case: case.id),
    st.lists(METRICS, max_size=2, unique_by=lambda metric: metric.label),
    SPECS,
    PROVENANCES,
    st.data(),
)
def test_a_run_survives(
    tmp_path_factory: pytest.TempPathFactory,
    cases: list[CaseRecord],
    metrics: list[MetricRecord],
    system: Spec,
    provenance: Provenance,
    data: st.DataObject,
) -> None:
    labels = [metric.label for metric in metrics]
    scores = st.fixed_dictionaries(dict.fromkeys(labels, SCORES | FAILURES))
    run = Run(
        id="run",
        suite=data.draw(TEXT),
        system=system,
        dataset=data.draw(TEXT),
        dataset_digest=data.draw(TEXT),
        metrics=tuple(m for m in metrics if m.bounds is None or math.isfinite(sum(m.bounds))),
        cases=tuple(cases),
        trials=tuple(
            TrialRecord(
                case_id=case.id, repeat=0, response=data.draw(RESPONSES), scores=data.draw(scores)
            )
            for case in cases
        ),
        provenance=provenance,
    )
    path: Path = tmp_path_factory.mktemp("run")
    write_run(run, path)
    assert read_run(path) == run
