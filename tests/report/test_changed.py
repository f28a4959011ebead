"""Changed cases are found, ordered and counted."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from holdfast.metric import Failure
from holdfast.report.changed import ORDER, changed_cases, reason_of, worst_cases
from tests.report.builders import (
    CORRECT,
    ERRORS,
    RECALL,
    make_delta,
    make_finding,
    make_pair,
    make_trial,
    make_verdict,
)

states = st.sampled_from([*ORDER, "same"])


@given(st.lists(states, max_size=40), st.integers(len(ORDER), 30))
def test_every_case_is_listed_or_counted(found: list[str], limit: int) -> None:
    pairs = tuple(make_pair(state, id=str(n)) for n, state in enumerate(found))  # type: ignore[arg-type]
    changed = changed_cases(make_verdict(cases=pairs))
    assert len(changed.cases) + changed.unchanged == len(pairs)
    assert sum(changed.counts.values()) == len(changed.cases)
    places = [ORDER.index(case.state) for case in changed.cases]
    assert places == sorted(places)
    chosen = changed.allotted(limit)
    assert len(chosen) == min(limit, len(changed.cases))
    assert {case.state for case in chosen} == {case.state for case in changed.cases}


def test_bad_news_wins_where_metrics_disagree() -> None:
    findings = (make_finding(), make_finding(delta=make_delta(RECALL)))
    pair = make_pair("fixed")
    pair = replace(
        pair,
        scores={"correct": (0.0, 1.0), "recall(k=5)": (1.0, 0.4)},
        states={"correct": "fixed", "recall(k=5)": "broken"},
    )
    [case] = changed_cases(make_verdict(findings, cases=(pair,))).cases
    assert (case.state, case.metric) == ("broken", "recall(k=5)")


def test_a_metric_for_information_makes_no_case_a_changed_one() -> None:
    findings = (make_finding(), make_finding(delta=make_delta(RECALL), role="info"))
    pair = replace(make_pair("same"), states={"correct": "same", "recall(k=5)": "worse"})
    assert changed_cases(make_verdict(findings, cases=(pair,))).unchanged == 1
    alone = make_verdict(findings[1:], cases=(pair,))
    assert changed_cases(alone).counts == {"worse": 1}


def test_the_largest_losses_of_the_first_finding_come_first() -> None:
    pairs = tuple(
        replace(make_pair("worse", id=str(n)), scores={"correct": (1.0, 1.0 - n / 10)})
        for n in (1, 4, 2)
    )
    worst = worst_cases(changed_cases(make_verdict(cases=pairs)), 2)
    assert [case.pair.case.id for case in worst] == ["4", "2"]


def test_better_news_is_never_among_the_worst() -> None:
    pairs = (make_pair("fixed"), make_pair("better", id="b"), make_pair("lost", id="c"))
    worst = worst_cases(changed_cases(make_verdict(cases=pairs)), 5)
    assert [case.state for case in worst] == ["lost"]


def test_the_reason_is_that_of_the_worst_trial_or_of_its_failure() -> None:
    def reason(metric: object, *trials: object) -> str:
        label = metric.spec.label  # type: ignore[attr-defined]
        pair = replace(
            make_pair(), candidate=trials, states={label: "broken"}, scores={label: (0, 1)}
        )
        finding = make_finding(delta=make_delta(metric))  # type: ignore[arg-type]
        [case] = changed_cases(make_verdict((finding,), cases=(pair,))).cases
        return reason_of(case)

    low, high = (make_trial(score=s, why=w) for s, w in ((0.1, "low"), (0.9, "high")))
    assert reason(CORRECT, high, low) == "low"
    errors = [make_trial(score=s, why=w, metric="error_rate") for s, w in ((0, "none"), (1, "all"))]
    assert reason(ERRORS, *errors) == "all"
    failed = make_trial(response=None, scores={}, failure=Failure(stage="system", error="timeout"))
    assert reason(CORRECT, high, failed) == "system failure: timeout"
