"""No failure in n cases proves a bound, never safety."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binomtest

from holdfast import Policy, compare, decide
from holdfast.comparing.failures import Failures
from holdfast.comparing.scores import Lost
from holdfast.gate import Finding
from holdfast.judging.absence import commonest_failure, explain_failures, fill_in
from holdfast.metric import Failure
from holdfast.record import MetricRecord, Run, TrialRecord
from holdfast.system import Spec
from holdfast.testing import make_run

SAFE = Policy(metric="correct", floor=1.0)


def made(cases: list[list[float]], name: str, *, clusters: int | None = None) -> Run:
    groups = clusters and {f"c{n}": f"k{n % clusters}" for n in range(len(cases))}
    return make_run({f"c{n}": found for n, found in enumerate(cases)}, id=name, clusters=groups)


def finding_of(before: Run, after: Run, policy: Policy = SAFE) -> tuple[Finding, Failures]:
    finding = decide(compare(before, after), [policy]).findings[0]
    assert finding.delta is not None and finding.delta.failures is not None
    return finding, finding.delta.failures


@pytest.mark.parametrize(("cases", "bound"), [(50, "5.8 %"), (300, "1.0 %")])
def test_none_of_n_cases_proves_what_the_rule_of_three_says(cases, bound):
    runs = [made([[1.0]] * cases, name) for name in ("a", "b")]
    finding, failures = finding_of(*runs)
    assert finding.state == "within_margin"
    assert f"0 of {cases} cases failed" in finding.why
    assert f"at most {bound} (95 % confidence)" in finding.why
    assert failures.upper == pytest.approx(1 - 0.05 ** (1 / cases), abs=1e-12)


@given(st.lists(st.booleans(), min_size=10, max_size=60))
def test_the_bound_is_that_of_clopper_and_pearson(passes):
    before = made([[1.0]] * len(passes), "a")
    after = made([[float(passed)] for passed in passes], "b")
    _, failures = finding_of(before, after)
    wrong = passes.count(False)
    oracle = binomtest(wrong, len(passes)).proportion_ci(0.9, method="exact").high
    assert failures.upper == pytest.approx(oracle, abs=1e-9)
    assert failures.candidate == wrong


def test_new_failures_are_named_and_reproducible_ones_told_from_single_ones():
    before = made([[1.0] * 3] * 20, "a")
    after = made([[1.0] * 3] * 17 + [[0.0] * 3, [0.0] * 3, [1.0, 0.0, 1.0]], "b")
    finding, failures = finding_of(before, after)
    assert finding.state == "below_floor" and finding.blocks
    assert failures.new == ("c17", "c18")
    assert "failing in all of 3 or more trials: 'c17', 'c18'" in finding.why
    single, _ = finding_of(made([[1.0]] * 20, "a"), made([[1.0]] * 19 + [[0.0]], "b"))
    assert "in its only trial, which may not happen again: 'c19'" in single.why


def test_a_cluster_is_one_unit():
    runs = [made([[1.0]] * 40, name, clusters=20) for name in ("a", "b")]
    finding, failures = finding_of(*runs)
    assert failures.units == 20
    assert "0 of 20 clusters failed" in finding.why


def test_a_trial_without_a_score_is_not_a_pass():
    before, after = made([[1.0, 1.0]] * 30, "a"), made([[1.0, 1.0]] * 30, "b")
    _, failures = finding_of(before, replace(after, trials=after.trials[:-1]))
    assert failures.candidate == 1


GOOD, BAD, GONE = 2.0, 4.0, Failure(stage="infrastructure", error="429")
HARM = MetricRecord(spec=Spec(name="harm"), better="lower", bounds=(GOOD, BAD))


def told(
    before: list[list[float | Failure]],
    after: list[list[float | Failure]],
    *,
    better: str = "lower",
    **rule: float,
) -> str:
    """What is said of 40 cases, of which the first ones have these scores; 2 is good, 4 is bad."""
    metric, turned = replace(HARM, better=better), better == "higher"
    runs: list[Run] = []
    for name, first in (("a", before), ("b", after)):
        cases = [*first, *[[GOOD] * len(first[0])] * (40 - len(first))]
        scores = {
            f"c{n:02}": [6.0 - one if turned and isinstance(one, float) else one for one in found]
            for n, found in enumerate(cases)
        }
        runs.append(make_run(scores, id=name, metric=metric))
    return explain_failures(Policy(metric="harm", **rule), compare(*runs).deltas[0])


@pytest.mark.parametrize(("better", "floor"), [("lower", 2.0), ("higher", 4.0)])
@pytest.mark.parametrize(
    ("before", "after", "failed", "verb", "new"),
    [
        ([[GOOD] * 2], [[GOOD] * 2], 0, "failed", ""),
        ([[GOOD, GONE]], [[GOOD] * 2], 0, "failed", ""),
        ([[GOOD] * 2], [[GOOD, GONE]], 1, "failed or lack a score", ""),
        ([[GOOD, GONE]] * 2, [[GOOD, GONE]] * 2, 2, "failed or lack a score", ""),
        ([[GONE], [GOOD]], [[GONE], [GONE]], 2, "failed or lack a score", ""),
        ([[GOOD] * 2], [[GOOD, BAD]], 1, "failed", ""),
        ([[BAD] * 2], [[BAD] * 2], 1, "failed", ""),
        ([[GOOD] * 2], [[BAD] * 2], 1, "failed", "in all of 2 or more trials: 'c00'"),
        ([[GOOD]], [[BAD]], 1, "failed", "in its only trial, which may not happen again: 'c00'"),
        (
            [[GOOD] * 3] * 5,
            [[BAD] * 3] * 5,
            5,
            "failed",
            "in all of 3 or more trials: 'c00', 'c01', 'c02', 'c03', 'c04'",
        ),
        (
            [[GOOD] * 3] * 12,
            [[BAD] * 3] * 12,
            12,
            "failed",
            "in all of 3 or more trials: 'c00', 'c01', 'c02', 'c03', 'c04' and 7 more",
        ),
    ],
)
def test_what_is_proven_of_failures_in_whole_sentences(
    better: str,
    floor: float,
    before: list[list[float | Failure]],
    after: list[list[float | Failure]],
    failed: int,
    verb: str,
    new: str,
) -> None:
    share = 100 * beta.ppf(0.95, failed + 1, 40 - failed)
    expected = (
        f" {failed} of 40 cases {verb}, which proves a failure rate of at most {share:.1f} % "
        "(95 % confidence), and no less."
    )
    expected += f" New since the baseline, failing {new}." if new else ""
    assert told(before, after, better=better, floor=floor) == expected
    assert told(before, after, better=better, floor=6.0 - floor) == ""
    assert told(before, after, better=better, margin=0.1) == ""


def test_other_policies_and_graded_scores_say_nothing_of_failures():
    runs = [made([[1.0]] * 30, name) for name in ("a", "b")]
    finding, _ = finding_of(*runs, policy=Policy(metric="correct", margin=0.1))
    assert "failure rate" not in finding.why
    graded = [made([[0.5]] * 30, name) for name in ("a", "b")]
    delta = compare(*graded).deltas[0]
    assert delta.failures is None


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=10, max_size=40))
def test_wins_and_losses_come_with_the_sign_test(changes):
    from scipy.stats import binom

    before = made([[0.5]] * len(changes), "a")
    after = made([[0.5 + change / 4] for change in changes], "b")
    delta = compare(before, after).deltas[0]
    wins, losses = changes.count(1.0), changes.count(-1.0)
    assert (delta.wins, delta.losses) == (wins, losses)
    decided = binom(wins + losses, 0.5)
    oracle = decided.cdf(wins) - decided.pmf(wins) / 2 if wins + losses else 1.0
    assert delta.p_sign == pytest.approx(oracle, abs=1e-12)


WRITE, AGAIN = "Write the missing scores into", "again."
RUN = "Run again to fill in the missing scores: finished trials are not repeated."
LONGEST = 200
OLD = "run its system again and accept that run."


@pytest.mark.parametrize(
    ("files", "lost", "said"),
    [
        ("", Lost(candidate=1), RUN),
        ("", Lost(baseline=1), f"The baseline lacks scores: {OLD}"),
        ("", Lost(both=2), f"{RUN} The baseline lacks scores too: {OLD}"),
        ("", Lost(candidate=1, both=1), f"{RUN} The baseline lacks scores too: {OLD}"),
        ("", Lost(baseline=1, both=1), f"{RUN} The baseline lacks scores too: {OLD}"),
        ("b", Lost(candidate=1), f"{WRITE} the candidate's file and import it {AGAIN}"),
        ("b", Lost(baseline=1), f"The baseline lacks scores: {OLD}"),
        (
            "b",
            Lost(both=1),
            f"{WRITE} the candidate's file and import it {AGAIN} The baseline lacks scores too: "
            f"{OLD}",
        ),
        ("a", Lost(candidate=1), RUN),
        ("a", Lost(baseline=1), f"{WRITE} the baseline's file and import it {AGAIN}"),
        ("a", Lost(both=1), f"{WRITE} the baseline's file and import it {AGAIN} {RUN}"),
        ("ab", Lost(candidate=1), f"{WRITE} the candidate's file and import it {AGAIN}"),
        ("ab", Lost(baseline=1), f"{WRITE} the baseline's file and import it {AGAIN}"),
        ("ab", Lost(both=1), f"{WRITE} both files and import them {AGAIN}"),
        ("ab", Lost(), ""),
    ],
)
def test_what_to_do_about_missing_scores_depends_on_where_they_come_from(
    files: str, lost: Lost, said: str
) -> None:
    runs = [made([[1.0]] * 20, name) for name in "ab"]
    runs = [
        replace(run, provenance=replace(run.provenance, origin=f"imported from {run.id}.csv"))
        if run.id in files
        else run
        for run in runs
    ]
    assert fill_in(compare(*runs), lost) == said


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([], ""),
        ([None, None], ""),
        (["a", "b", None, "b"], "b"),
        (["a", "b", None, None, None, "b", "c"], "b"),
        (["first line\n  second\tline"], "first line second line"),
        (["red \x1b[31mtext\x07"], "red [31mtext"),
    ],
)
def test_the_commonest_failure_is_told_on_one_line(errors: list[str | None], said: str) -> None:
    trials = [
        TrialRecord(
            case_id="c",
            repeat=repeat,
            response=None,
            failure=error and Failure(stage="system", error=error),
            scores={},
        )
        for repeat, error in enumerate(errors)
    ]
    assert commonest_failure(trials) == said


@pytest.mark.parametrize("more", [0, 1, 500])
def test_a_long_failure_is_cut(more: int) -> None:
    error = "x" * (LONGEST + more)
    failed = Failure(stage="system", error=error)
    trial = TrialRecord(case_id="c", repeat=0, response=None, failure=failed, scores={})
    assert commonest_failure([trial]) == (error[:LONGEST] + "…" if more else error)
