"""The JUnit report is XML that says failure where the gate does."""

import os
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from holdfast.dataset import Source
from holdfast.gate import State, Verdict
from holdfast.report import render_junit
from tests.report.builders import (
    inconclusive_verdict,
    make_delta,
    make_finding,
    make_pair,
    make_verdict,
    passing_verdict,
)
from tests.report.hostile import TEXTS, everywhere


def suite_of(verdict: Verdict) -> ET.Element:
    root = ET.fromstring(render_junit(verdict))  # noqa: S314 - written by the function under test
    [suite] = root
    return suite


def result_of(verdict: Verdict) -> str:
    case = suite_of(verdict).find("testcase")
    assert case is not None
    return next((child.tag for child in case if child.tag != "system-out"), "passed")


@pytest.mark.parametrize(
    ("state", "role", "blocks", "result"),
    [
        ("regressed", "gate", True, "failure"),
        ("below_floor", "gate", True, "failure"),
        ("regressed", "monitor", False, "skipped"),
        ("inconclusive", "gate", True, "failure"),
        ("inconclusive", "gate", False, "skipped"),
        ("invalid", "gate", True, "error"),
        ("invalid", "info", False, "skipped"),
        ("within_margin", "gate", False, "passed"),
        ("improved", "gate", False, "passed"),
        ("not_judged", "info", False, "skipped"),
    ],
)
def test_each_state_has_its_result(state: State, role: str, result: str, *, blocks: bool) -> None:
    finding = make_finding(state, role=role, blocks=blocks)
    assert result_of(make_verdict((finding,))) == result


def test_the_totals_count_the_results() -> None:
    findings = (make_finding(), make_finding("invalid"), make_finding("improved"))
    suite = suite_of(make_verdict(findings))
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == list("3110")
    assert len(suite.findall("testcase")) == 3


def test_an_incomparable_pair_of_runs_is_an_error_even_without_findings() -> None:
    verdict = make_verdict((), outcome="invalid", problems=("another dataset",))
    assert suite_of(verdict).get("errors") == "1"
    assert "another dataset" in render_junit(verdict)


def test_the_numbers_are_the_output_of_their_test_case() -> None:
    case = suite_of(make_verdict((make_finding(delta=make_delta()),))).find("testcase")
    assert case is not None
    lines = (case.findtext("system-out") or "").replace("\xa0", " ").splitlines()
    found = dict(line.split(": ", 1) for line in lines)
    assert found["change"] == "−6.0 pt"
    assert found["interval"] == "−10.1 to −2.0 pt (90 %)"
    assert found["margin"] == "2.0 pt"


def test_a_regression_is_one_failure_that_names_its_cases_with_their_lines() -> None:
    pairs = tuple(make_pair(id=f"c{n}") for n in range(25))
    first = replace(pairs[0], case=replace(pairs[0].case, source=Source("q.jsonl", 9)))
    suite = suite_of(make_verdict(cases=(first, *pairs[1:])))
    assert suite.get("failures") == suite.get("tests") == "1"
    text = suite.findtext("testcase/failure") or ""
    assert "newly failing: c0 (q.jsonl:9): 100.0" in text
    assert "5 more cases in the report" in text


# The elements and attributes of junit-10.xsd (Jenkins), as far as they are used here.
ALLOWED = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "time", "tests", "failures", "errors", "skipped", "timestamp"},
    "testcase": {"name", "classname", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "properties": set(),
    "property": {"name", "value"},
    "system-out": set(),
}
INSIDE = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out"},
    "testcase": {"failure", "error", "skipped", "system-out"},
    "properties": {"property"},
}
VERDICTS = [
    make_verdict((make_finding(), make_finding("improved"), make_finding(role="monitor"))),
    make_verdict((make_finding("invalid"),), outcome="invalid", problems=("x",)),
    inconclusive_verdict(blocks=True),
    passing_verdict(),
    *map(everywhere, TEXTS),
]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_form_is_that_of_the_schema(verdict: Verdict) -> None:
    root = ET.fromstring(render_junit(verdict))  # noqa: S314 - written by the function under test
    for element in root.iter():
        assert set(element.attrib) <= ALLOWED[element.tag]
        assert {child.tag for child in element} <= INSIDE.get(element.tag, set())
    for name in ("time",):
        assert re.fullmatch(r"\d{1,3}(,?\d{3})*\.\d{3}", root.get(name, ""))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_another_reader_counts_the_same(verdict: Verdict) -> None:
    junitparser = pytest.importorskip("junitparser")
    read = junitparser.JUnitXml.fromstring(render_junit(verdict).encode())
    [suite] = read
    told = (suite.tests, suite.failures, suite.errors, suite.skipped)
    suite.update_statistics()
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == told


@pytest.mark.skipif(
    "HOLDFAST_JUNIT_XSD" not in os.environ, reason="HOLDFAST_JUNIT_XSD names no schema"
)
def test_the_schema_itself_agrees() -> None:
    xmlschema = pytest.importorskip("xmlschema")
    schema = xmlschema.XMLSchema(os.environ["HOLDFAST_JUNIT_XSD"])
    assert not schema.is_valid("<testsuite/>"), "the schema refuses what is no report"
    for verdict in VERDICTS:
        assert list(schema.iter_errors(render_junit(verdict))) == []


def test_the_suite_says_which_runs_were_compared() -> None:
    text = render_junit(passing_verdict())
    assert "prompt-v2(temperature=0) (run-2)" in text
    assert 'timestamp="2025-11-22T12:00:00"' in text


def test_a_plan_is_part_of_the_message_of_a_blocking_doubt() -> None:
    assert "1,200 more cases" in render_junit(inconclusive_verdict(blocks=True))


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_leaves_valid_xml(text: str) -> None:
    suite = suite_of(everywhere(text))
    assert {element.tag for element in suite.iter()} <= {
        "testsuite", "testcase", "properties", "property", "failure", "error", "skipped",
        "system-out",
    }  # fmt: skip


def test_seconds_that_are_not_compared_have_no_level_of_confidence() -> None:
    seconds = make_finding("not_judged", role="info", delta=make_delta(method="none"))
    text = render_junit(make_verdict((make_finding(), seconds)))
    assert "interval: not compared\n" in text
    assert "not compared (" not in text
