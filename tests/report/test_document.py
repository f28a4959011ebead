"""The JSON form holds every number, and nothing that JSON cannot."""

import json
import math
from dataclasses import replace

from holdfast.dataset import Source
from holdfast.report import verdict_as_json
from tests.report.builders import (
    inconclusive_verdict,
    make_delta,
    make_finding,
    make_pair,
    make_verdict,
)


def test_a_number_that_is_not_finite_is_null() -> None:
    delta = make_delta(low=-math.inf, high=math.inf, p_worse=math.nan)
    document = verdict_as_json(make_verdict((make_finding(delta=delta),)))
    text = json.dumps(document, allow_nan=False)
    assert '"low": null' in text


def test_the_keys_are_stable() -> None:
    document = verdict_as_json(make_verdict())
    assert list(document) == [
        "version", "outcome", "exit_code", "passed", "sentence", "next_step", "profile",
        "problems", "warnings", "notes", "suite", "dataset", "baseline", "candidate", "changes",
        "findings", "slices", "cases", "calibration", "origin",
    ]  # fmt: skip
    [finding] = document["findings"]  # type: ignore[misc]
    assert list(finding) == [  # type: ignore[arg-type]
        "metric", "state", "blocks", "why", "tags", "role", "margin", "floor", "p_worse",
        "p_better", "adjustment", "change", "plan",
    ]  # fmt: skip


def test_every_case_is_listed_with_its_scores() -> None:
    placed = make_pair("broken", id="a")
    placed = replace(placed, case=replace(placed.case, source=Source("q.jsonl", 3)))
    pairs = (placed, make_pair("same", id="b"))
    first, second = verdict_as_json(make_verdict(cases=pairs))["cases"]  # type: ignore[misc]
    evidence = {"baseline": [1, 1], "candidate": [0, 1], "p_value": None}
    scores = {"baseline": 1.0, "candidate": 0.0, "state": "broken", "evidence": evidence}
    rest = {"tags": [], "flake_rate": None}
    assert first == {"id": "a", "source": "q.jsonl:3", "metrics": {"correct": scores}, **rest}
    scores = {"baseline": 1.0, "candidate": 1.0, "state": "same", "evidence": None}
    assert second == {"id": "b", "source": None, "metrics": {"correct": scores}, **rest}


def test_a_plan_is_part_of_its_finding() -> None:
    text = json.dumps(verdict_as_json(inconclusive_verdict()))
    assert '"plan": {"resolvable": 0.043, "more_cases": 1200, "trials": 5,' in text
