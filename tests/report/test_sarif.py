"""The SARIF report is a valid log whose results keep their fingerprints."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from holdfast.dataset import Source
from holdfast.gate import Verdict
from holdfast.report import render_sarif
from tests.report.builders import (
    inconclusive_verdict,
    make_finding,
    make_pair,
    make_verdict,
    passing_verdict,
)
from tests.report.hostile import TEXTS, everywhere

SCHEMA = os.environ.get("HOLDFAST_SARIF_SCHEMA", "")


def placed(number: int, file: str = "evals/fälle 1.jsonl", *, state: Any = "broken"):
    pair = make_pair(state, id=f"c{number}")
    return replace(pair, case=replace(pair.case, source=Source(file, number), tags=("a", "a")))


def log(verdict: Verdict) -> dict[str, Any]:
    [run] = json.loads(render_sarif(verdict))["runs"]
    return run


def test_a_failing_case_is_a_result_at_its_line() -> None:
    run = log(make_verdict(cases=(placed(7), placed(9, state="fixed"), placed(8, state="worse"))))
    finding, case = run["results"]
    assert (finding["ruleId"], finding["level"]) == ("holdfast/regressed", "error")
    assert (case["ruleId"], case["level"]) == ("holdfast/newly-failing", "error")
    place = case["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "evals/f%C3%A4lle%201.jsonl",
        "uriBaseId": "%SRCROOT%",
    }
    assert place["region"] == {"startLine": 7}
    assert finding["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert case["properties"]["tags"] == ["a"]


def test_a_finding_has_a_place_where_no_case_fails_newly() -> None:
    verdict = make_verdict((make_finding("invalid"),), cases=(placed(7, state="same"),))
    [finding] = log(verdict)["results"]
    assert finding["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_levels_follow_what_blocks() -> None:
    doubt, monitor = inconclusive_verdict(), make_verdict((make_finding(role="monitor"),))
    assert [result["level"] for result in log(doubt)["results"]] == ["warning"]
    assert [result["level"] for result in log(monitor)["results"]] == ["warning"]
    assert log(passing_verdict())["results"] == []


def test_every_result_names_a_rule_of_the_tool() -> None:
    verdict = make_verdict((make_finding(), make_finding("invalid")), cases=(placed(1),))
    run = log(replace(verdict, problems=("another dataset",)))
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_fingerprints_survive_moved_lines_new_runs_and_other_scores() -> None:
    one = make_verdict(cases=(placed(7), placed(8)))
    moved = tuple(
        replace(pair, case=replace(pair.case, source=Source("elsewhere.jsonl", 900)))
        for pair in one.comparison.cases
    )
    candidate = replace(one.comparison.candidate, id="another")
    other = replace(one, comparison=replace(one.comparison, cases=moved, candidate=candidate))
    before, after = ([r["partialFingerprints"] for r in log(v)["results"]] for v in (one, other))
    assert before == after
    assert len({json.dumps(item) for item in before}) == len(before) == 3


def test_the_tool_did_its_work_even_where_it_found_a_regression() -> None:
    [call] = log(make_verdict())["invocations"]
    assert call["executionSuccessful"]
    assert call["exitCode"] == 1


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_leaves_a_log_with_legal_paths(text: str) -> None:
    verdict = everywhere(text)
    [pair] = verdict.comparison.cases
    pair = replace(pair, case=replace(pair.case, source=Source(text or "f", 3)))
    verdict = replace(verdict, problems=(), comparison=replace(verdict.comparison, cases=(pair,)))
    for result in log(verdict)["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not set(uri) & set(' <>"\\^`{}|:?#')
        assert unquote(uri)


@pytest.mark.skipif(not SCHEMA, reason="HOLDFAST_SARIF_SCHEMA names no file with the schema")
def test_the_log_is_valid_by_the_official_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(Path(SCHEMA).read_text("utf-8"))
    check = jsonschema.Draft7Validator(schema).validate
    verdicts = [make_verdict(cases=(placed(1), placed(2))), passing_verdict()]
    verdicts += [inconclusive_verdict(), *map(everywhere, TEXTS)]
    verdicts.append(make_verdict((make_finding("invalid"),), problems=("x",), warnings=("y",)))
    for verdict in verdicts:
        check(json.loads(render_sarif(verdict)))
