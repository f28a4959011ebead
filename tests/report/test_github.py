"""Annotations are one escaped line each."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.comparison import CasePair, CaseState
from holdfast.dataset import Source
from holdfast.metric import Failure
from holdfast.report import render_github
from holdfast.report.github import annotations_of, render_annotations
from tests.report.builders import (
    inconclusive_verdict,
    make_delta,
    make_finding,
    make_pair,
    make_verdict,
    passing_verdict,
)
from tests.report.hostile import TEXTS, everywhere

NAME = "answers × prompt-v2 beside prompt-v1"
COMMAND = re.compile(
    r"::(error|warning|notice) (?:file=([^\n\r,:]+),line=(\d+),)?title=[^\n\r,:]+::[^\n\r]*"
)


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_stays_inside_its_annotation(text: str) -> None:
    for line in render_github(everywhere(text)).splitlines():
        assert COMMAND.fullmatch(line)
        assert "##[" not in line
        assert not re.search(r"%(?!25|0A|0D|3A|2C)", line)


def test_a_regression_is_an_error_for_the_verdict_and_the_metric() -> None:
    lines = render_github(make_verdict()).splitlines()
    assert lines[0].startswith(f"::error title=holdfast%3A Regression%2C {NAME}::correct lost 6.0")
    assert lines[1].startswith(f"::error title=correct%3A regressed ({NAME})::")


def test_a_pass_is_a_notice() -> None:
    [line] = render_github(passing_verdict()).splitlines()
    assert line.startswith("::notice title=holdfast%3A Pass")


def test_doubt_that_does_not_block_is_a_warning_with_its_plan() -> None:
    lines = render_github(inconclusive_verdict()).splitlines()
    assert all(line.startswith("::warning ") for line in lines)
    assert "1,200 more cases" in lines[1]


def test_a_monitored_loss_is_a_warning_and_information_is_silent() -> None:
    monitor, info = (make_finding(role=role, margin=0.02) for role in ("monitor", "info"))
    lines = render_github(make_verdict((monitor, info), outcome="pass", exit_code=0)).splitlines()
    assert [line.split()[0] for line in lines] == ["::warning", "::notice"]


def test_more_than_ten_annotations_of_a_kind_are_counted() -> None:
    findings = tuple(make_finding(delta=make_delta()) for _ in range(30))
    lines = render_github(make_verdict(findings)).splitlines()
    assert len(lines) == 9
    assert lines[-1].endswith("23 more remarks in the report.")


def placed(number: int, state: CaseState = "broken", *, file: str = "evals/q.jsonl") -> CasePair:
    pair = make_pair(state, id=f"c{number}")
    return replace(pair, case=replace(pair.case, source=Source(file, number)))


def pointed(text: str) -> list[tuple[str, int]]:
    """File and line of each annotation that has them."""
    found = [COMMAND.fullmatch(line) for line in text.splitlines()]
    assert all(found)
    return [(hit[2], int(hit[3])) for hit in found if hit and hit[2]]


def test_a_newly_failing_case_is_an_annotation_at_its_line() -> None:
    text = render_github(make_verdict(cases=(placed(12),)))
    assert pointed(text) == [("evals/q.jsonl", 12)]
    line = next(line for line in text.splitlines() if "file=" in line).replace("\xa0", " ")
    assert line.startswith(
        f"::error file=evals/q.jsonl,line=12,title=newly failing%3A correct ({NAME})"
        "::c12: 100.0 %25 → 0.0 %25%0ACase: What is"
    )


def test_cases_of_a_gate_that_does_not_block_are_warnings() -> None:
    verdict = make_verdict((make_finding(blocks=False),), cases=(placed(3),))
    assert "::warning file=evals/q.jsonl,line=3" in render_github(verdict)


def test_cases_that_fail_where_nothing_is_gated_are_left_out() -> None:
    verdict = make_verdict((make_finding(role="monitor"),), cases=(placed(3),))
    assert pointed(render_github(verdict)) == []


def test_cases_that_pass_newly_or_got_slightly_worse_are_left_out() -> None:
    cases = (placed(1, "fixed"), placed(2, "worse"), placed(3, "same"))
    assert pointed(render_github(make_verdict(cases=cases))) == []


def lost_by(*, baseline: bool, candidate: bool) -> CasePair:
    failure = Failure(stage="infrastructure", error="503")
    pair = placed(7)
    gone = tuple(replace(trial, response=None, failure=failure) for trial in pair.candidate)
    return replace(
        pair,
        baseline=gone if baseline else pair.baseline,
        candidate=gone if candidate else pair.candidate,
        scores={"correct": (None if baseline else 1.0, None if candidate else 1.0)},
        states={"correct": "lost"},
    )


@pytest.mark.parametrize(
    ("baseline", "candidate", "told"),
    [(False, True, True), (True, False, False), (True, True, False)],
)
def test_a_case_is_lost_where_the_candidate_alone_has_no_score(
    *, baseline: bool, candidate: bool, told: bool
) -> None:
    text = render_github(make_verdict(cases=(lost_by(baseline=baseline, candidate=candidate),)))
    assert pointed(text) == ([("evals/q.jsonl", 7)] if told else [])
    assert (
        "infrastructure failure%3A 503" in text or "infrastructure failure: 503" in text
    ) == told


def test_cases_without_a_place_are_counted_in_one_line() -> None:
    cases = (placed(1), *(make_pair(id=f"p{n}") for n in range(7)))
    lines = render_github(make_verdict(cases=cases)).splitlines()
    assert "7 more cases newly failing or lost" in lines[-1]
    assert sum("newly failing or lost" in line for line in lines) == 1


@given(
    st.lists(
        st.tuples(
            st.integers(0, 25), st.integers(0, 25), st.integers(0, 12), st.booleans(), st.booleans()
        ),
        min_size=1,
        max_size=4,
    )
)
def test_all_verdicts_of_a_step_stay_within_what_github_shows(
    shapes: list[tuple[int, int, int, bool, bool]],
) -> None:
    """At most ten of each level, every verdict is named or counted, every case too."""
    said = []
    for failing, unplaced, findings, blocks, passes in shapes:
        cases = (*map(placed, range(failing)), *(make_pair(id=f"p{n}") for n in range(unplaced)))
        verdict = make_verdict((make_finding(blocks=blocks),) * (findings + 1), cases=cases)
        if passes:
            verdict = replace(verdict, outcome="pass", exit_code=0)
        said.append(annotations_of(verdict))
    text = render_annotations(said)
    lines = text.splitlines()
    for level in ("error", "warning", "notice"):
        assert sum(line.startswith(f"::{level} ") for line in lines) <= 10
    total = sum(failing + unplaced for failing, unplaced, *_ in shapes)
    counted = sum(
        int(found[1].replace(",", ""))
        for line in lines
        if (found := re.search(r"::([\d,]+) (?:more )?cases? newly failing or lost in", line))
    )
    assert len(pointed(text)) + counted == total
    if total and any(failing for failing, *_ in shapes):
        assert pointed(text)


def test_every_verdict_is_named_before_the_metrics_of_any() -> None:
    findings = tuple(make_finding(delta=make_delta()) for _ in range(6))
    said = [annotations_of(make_verdict(findings, cases=(placed(n),))) for n in range(4)]
    lines = render_annotations(said).splitlines()
    titles = [line.partition("title=")[2] for line in lines]
    assert [title.startswith("holdfast%3A Regression") for title in titles[:5]] == [True] * 4 + [
        False
    ]


def test_the_worst_of_each_verdict_come_before_the_second_worst() -> None:
    said = []
    for name in ("a", "b"):
        cases = tuple(placed(number, file=f"{name}.jsonl") for number in range(30))
        said.append(annotations_of(make_verdict(cases=cases)))
    assert pointed(render_annotations(said))[:4] == [
        ("a.jsonl", 0), ("b.jsonl", 0), ("a.jsonl", 1), ("b.jsonl", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_an_untrusted_path_stays_inside_its_property(text: str) -> None:
    verdict = make_verdict(cases=(placed(1, file=text or "f"),))
    for line in render_github(verdict).splitlines():
        assert COMMAND.fullmatch(line)
