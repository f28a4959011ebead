"""The verdict: states, exit codes, profiles, floors and words."""

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from holdfast.comparison import compare
from holdfast.errors import UsageError
from holdfast.gate import Finding, Verdict, decide, default_policies
from holdfast.metric import Failure, Outcome, Score
from holdfast.policy import PROFILES, Policy, Profile
from holdfast.record import MetricRecord, Run, TrialRecord
from holdfast.system import Response, Spec
from holdfast.testing import METRICS, make_run

CORRECT = METRICS[0].label


def binary(cases: int, *, broken: int = 0, wrong: int = 0) -> dict[str, list[float | Outcome]]:
    """`wrong` cases fail in any case, the first `broken` others fail too."""
    return {f"c{index:04}": [0.0 if index < broken + wrong else 1.0] for index in range(cases)}


def other_words(run: Run) -> Run:
    """The same scores for answers that are worded differently."""
    trials = tuple(
        replace(trial, response=Response(text=f"reworded {index}"))
        for index, trial in enumerate(run.trials)
    )
    return replace(run, trials=trials)


def also(run: Run, *names: str) -> Run:
    """The run with further metrics, which score every trial as the first does."""
    more = tuple(replace(run.metrics[0], spec=Spec(name=name)) for name in names)
    trials = tuple(
        replace(trial, scores={**trial.scores, **dict.fromkeys(names, trial.scores[CORRECT])})
        for trial in run.trials
    )
    return replace(run, metrics=(*run.metrics, *more), trials=trials)


def judged(
    before: Mapping[str, list[float | Outcome]],
    after: Mapping[str, list[float | Outcome]],
    *,
    profile: str = "pr",
    **rule: object,
) -> Verdict:
    policies = [Policy(metric=CORRECT, **{"margin": 0.05, **rule})]
    baseline, candidate = make_run(before), other_words(make_run(after, id="b"))
    comparison = compare(baseline, candidate, policies=policies)
    return decide(comparison, policies, profile=PROFILES[profile])


def state(verdict: Verdict) -> str:
    return verdict.findings[0].state


def test_a_real_loss_regresses_in_every_profile() -> None:
    for profile in PROFILES:
        verdict = judged(binary(200), binary(200, broken=24), profile=profile)
        assert (state(verdict), verdict.outcome, verdict.exit_code) == (
            "regressed",
            "regression",
            1,
        )
        assert "beyond_margin" in verdict.findings[0].tags


def test_a_real_gain_improves() -> None:
    verdict = judged(binary(200, wrong=30), binary(200))
    assert (state(verdict), verdict.exit_code) == ("improved", 0)


def test_no_change_on_many_cases_is_within_the_margin() -> None:
    verdict = judged(binary(300, wrong=20), binary(300, wrong=20))
    assert (state(verdict), verdict.outcome, verdict.exit_code) == ("within_margin", "pass", 0)


def test_a_small_real_drop_within_the_margin_is_tolerated_and_tagged() -> None:
    verdict = judged(binary(1000), binary(1000, broken=9), margin=0.02)
    assert (state(verdict), verdict.findings[0].tags) == ("within_margin", ("small_real_drop",))


@pytest.mark.parametrize(("profile", "code"), [("pr", 0), ("release", 2)])
def test_doubt_passes_a_pull_request_and_stops_a_release(profile: str, code: int) -> None:
    verdict = judged(binary(40), binary(40, broken=1), profile=profile)
    assert (state(verdict), verdict.outcome, verdict.exit_code) == (
        "inconclusive",
        "inconclusive",
        code,
    )


def test_a_policy_overrides_what_its_profile_does_with_doubt() -> None:
    assert judged(binary(40), binary(40, broken=1), on_inconclusive="fail").exit_code == 2
    lenient = judged(
        binary(40), binary(40, broken=1), profile="release", on_inconclusive="pass_with_warning"
    )
    assert lenient.exit_code == 0


@pytest.mark.parametrize(("profile", "code"), [("pr", 0), ("release", 2)])
def test_where_nothing_is_left_to_extend_the_profile_decides(profile: str, code: int) -> None:
    doubt = judged(binary(40), binary(40, broken=1), profile=profile, on_inconclusive="extend")
    assert (doubt.outcome, doubt.exit_code) == ("inconclusive", code)


def test_a_profile_that_extends_blocks_when_nothing_is_left_to_extend() -> None:
    nightly = Profile(name="nightly", on_inconclusive="extend")
    comparison = compare(make_run(binary(40), id="a"), make_run(binary(40, broken=1), id="b"))
    assert decide(comparison, [Policy(metric=CORRECT, margin=0.02)], profile=nightly).exit_code == 2


def test_an_inconclusive_gate_says_how_many_cases_it_needs() -> None:
    verdict = judged(binary(60), binary(60, broken=1))
    plan = verdict.findings[0].plan
    assert plan is not None
    assert plan.more_cases is not None
    assert plan.more_cases > 10
    assert "more case" in verdict.findings[0].why


def test_the_planned_number_of_cases_would_have_settled_it() -> None:
    chance = random.Random(1)
    before = {f"c{index}": [float(chance.random() < 0.9)] for index in range(120)}
    after = {key: [float(chance.random() < 0.9)] for key in before}
    plan = judged(before, after).findings[0].plan
    assert plan is not None
    assert plan.more_cases is not None
    settled, runs = 0, 60
    cases = 120 + plan.more_cases
    for _ in range(runs):
        old = {f"c{index}": [float(chance.random() < 0.9)] for index in range(cases)}
        new = {key: [float(chance.random() < 0.9)] for key in old}
        settled += state(judged(old, new)) in ("within_margin", "improved")
    assert settled / runs > 0.6


def test_a_run_beside_itself_is_unchanged() -> None:
    run = make_run(binary(30))
    policies = [Policy(metric=CORRECT, margin=0.001)]
    verdict = decide(compare(run, run), policies, profile=PROFILES["release"])
    assert verdict.exit_code == 0
    assert verdict.sentence.startswith("Unchanged")


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_scores_that_could_hide_a_regression_block_whatever_the_profile(profile: str) -> None:
    after = binary(100, broken=3)
    for index in range(90, 94):
        after[f"c{index:04}"] = [Failure(stage="infrastructure", error="429")]
    verdict = judged(binary(100), after, profile=profile)
    assert (state(verdict), verdict.exit_code) == ("inconclusive", 2)
    assert "missing" in verdict.findings[0].tags
    assert "Run again" in verdict.next_step


def test_a_candidate_that_crashes_on_hard_cases_regresses() -> None:
    after = make_run(binary(100), id="b")
    trials = [
        replace(trial, response=None, scores={}, failure=Failure(stage="system", error="boom"))
        if index < 10
        else trial
        for index, trial in enumerate(after.trials)
    ]
    policies = [Policy(metric=CORRECT, margin=0.02)]
    comparison = compare(make_run(binary(100)), replace(after, trials=tuple(trials)))
    verdict = decide(comparison, policies)
    assert verdict.exit_code == 1
    assert any("10 cases of the candidate ended in an error" in text for text in verdict.warnings)


def test_more_than_a_twentieth_of_scores_missing_is_invalid() -> None:
    after = binary(100)
    for index in range(6):
        after[f"c{index:04}"] = [Failure(stage="infrastructure", error="429")]
    verdict = judged(binary(100), after)
    assert (verdict.outcome, verdict.exit_code) == ("invalid", 3)
    assert "only 94 of 100 cases" in verdict.problems[0]


def test_a_gated_metric_that_is_absent_is_invalid() -> None:
    comparison = compare(make_run(binary(50)), make_run(binary(50), id="b"))
    verdict = decide(comparison, [Policy(metric="tone", margin=0.02)])
    assert (verdict.outcome, verdict.exit_code) == ("invalid", 3)
    assert "tone" in verdict.problems[0]


def test_an_absent_monitor_warns_and_does_not_block() -> None:
    comparison = compare(make_run(binary(300)), make_run(binary(300), id="b"))
    rules = [Policy(metric=CORRECT, margin=0.05), Policy(metric="tone", margin=0.1, role="monitor")]
    verdict = decide(comparison, rules)
    assert verdict.exit_code == 0
    assert any("tone" in warning for warning in verdict.warnings)


def test_a_regressed_monitor_warns_and_does_not_block() -> None:
    verdict = judged(binary(200), binary(200, broken=24), role="monitor")
    assert verdict.exit_code == 0
    assert any("monitored" in warning for warning in verdict.warnings)


@pytest.mark.parametrize(("floor", "code"), [(0.95, 0), (0.951, 1)])
def test_a_floor_holds_whatever_the_baseline_did(floor: float, code: int) -> None:
    after = binary(100, wrong=5)
    verdict = judged(after, after, margin=None, floor=floor)
    assert verdict.exit_code == code
    assert state(verdict) == ("below_floor" if code else "within_margin")


def test_missing_scores_count_as_worst_for_a_floor() -> None:
    after = binary(100)
    for index in range(3):
        after[f"c{index:04}"] = [Failure(stage="metric", error="NaN")]
    verdict = judged(binary(100), after, margin=None, floor=0.98)
    assert (state(verdict), verdict.exit_code) == ("below_floor", 1)
    assert "counted as worst" in verdict.findings[0].why


def test_a_ceiling_holds_for_scores_where_lower_is_better() -> None:
    metric = METRICS[3]
    before = {f"c{index}": [1.0] for index in range(30)}
    after = {f"c{index}": [2.5] for index in range(30)}
    comparison = compare(make_run(before, metric=metric), make_run(after, id="b", metric=metric))
    verdict = decide(comparison, [Policy(metric="latency", floor=2.0)])
    assert verdict.exit_code == 1
    assert "ceiling" in verdict.findings[0].why


EXTRA = [MetricRecord(spec=Spec(name=f"m{i}"), better="higher", bounds=(0, 1)) for i in range(4)]


def wide(run: Run, *, flips: int) -> Run:
    """The run with four more metrics, each with flips both ways in cases of its own."""
    found: list[TrialRecord] = []
    for row, trial in enumerate(run.trials):
        turn = [row - 20 - 2 * flips * number for number in range(4)]
        after = run.id == "b"
        scores = {
            metric.label: Score(float((place % 2 == 1) == after) if 0 <= place < 2 * flips else 1.0)
            for metric, place in zip(EXTRA, turn, strict=True)
        }
        found.append(replace(trial, scores={**trial.scores, **scores}))
    return replace(run, metrics=(*run.metrics, *EXTRA), trials=tuple(found))


def among_five(*, flips: int, sequential: bool = False) -> Finding:
    before, after = make_run(binary(100)), make_run(binary(100, broken=5), id="b")
    rules = [Policy(metric=label, margin=0.02) for label in (CORRECT, *(m.label for m in EXTRA))]
    comparison = compare(wide(before, flips=flips), wide(after, flips=flips))
    deltas = tuple(replace(delta, sequential=sequential) for delta in comparison.deltas)
    verdict = decide(replace(comparison, deltas=deltas), rules)
    return next(finding for finding in verdict.findings if finding.metric == CORRECT)


def test_several_gates_share_one_chance_of_a_false_alarm_and_say_so() -> None:
    found = among_five(flips=8)
    assert (found.state, found.tags) == ("inconclusive", ("multiplicity",))
    assert found.adjustment == "max-t"
    assert 3 * 0.5**6 < found.p_worse <= 5 * 0.5**6
    assert "Alone it would count as worse" in found.why


def test_gates_that_did_not_change_cost_nothing() -> None:
    found = among_five(flips=0)
    assert (found.state, found.p_worse) == ("regressed", pytest.approx(0.5**6, abs=0.004))


def test_the_gate_that_lost_most_margins_is_told_first() -> None:
    label = EXTRA[0].label

    def both(broken: int, name: str) -> Run:
        run = make_run(binary(200, broken=broken), id=name)
        trials = (
            replace(trial, scores={**trial.scores, label: trial.scores[CORRECT]})
            for trial in run.trials
        )
        return replace(run, metrics=(*run.metrics, EXTRA[0]), trials=tuple(trials))

    comparison = compare(both(0, "a"), both(60, "b"))
    for wide_one, first in ((CORRECT, label), (label, CORRECT)):
        rules = [
            Policy(metric=name, margin=0.1 if name == wide_one else 0.02)
            for name in (CORRECT, label)
        ]
        verdict = decide(comparison, rules)
        assert [finding.state for finding in verdict.findings] == ["regressed", "regressed"]
        assert verdict.findings[0].metric == first
        assert verdict.sentence.startswith(f"Regressed: {first} lost")


def test_gates_that_were_looked_at_more_than_once_are_adjusted_by_holm() -> None:
    found = among_five(flips=0, sequential=True)
    assert found.adjustment == "holm"
    assert found.p_worse == pytest.approx(5 * 0.5**6)


def test_policies_of_another_alpha_are_refused() -> None:
    comparison = compare(make_run(binary(30)), make_run(binary(30), id="b"))
    with pytest.raises(UsageError, match="pass the policies to compare"):
        decide(comparison, [Policy(metric=CORRECT, margin=0.1, alpha=0.01)])


def test_metrics_without_a_policy_are_gated_at_two_points_where_scores_are_shares() -> None:
    gated, shown = default_policies([METRICS[0], METRICS[3]])
    assert (gated.metric, gated.margin, gated.role) == (CORRECT, 0.02, "gate")
    assert (shown.metric, shown.role) == (METRICS[3].label, "info")
    assert default_policies([FIVE])[0].role == "info"


def test_few_cases_can_show_a_loss_of_graded_scores_but_not_rule_one_out() -> None:
    metric = METRICS[1]
    rules = [Policy(metric=metric.label, margin=0.5)]
    before = {f"c{index}": [0.5 + index / 100] for index in range(15)}
    same = other_words(make_run(before, id="b", metric=metric))
    verdict = decide(compare(make_run(before, metric=metric), same), rules)
    assert (state(verdict), verdict.findings[0].tags) == ("inconclusive", ("few_cases",))
    worse = {key: [0.0] for key in before}
    worst = decide(
        compare(
            make_run({key: [1.0] for key in before}, metric=metric),
            make_run(worse, id="b", metric=metric),
        ),
        rules,
    )
    assert state(worst) == "regressed"


def test_the_sentence_names_the_loss_the_interval_and_the_tag_that_broke() -> None:
    baseline, candidate = make_run(binary(200)), make_run(binary(200, broken=24), id="b")
    tagged = tuple(
        replace(case, tags=("weather",)) if index < 20 else case
        for index, case in enumerate(candidate.cases)
    )
    verdict = decide(
        compare(baseline, replace(candidate, cases=tagged)), [Policy(metric=CORRECT, margin=0.02)]
    )
    assert verdict.sentence.startswith("Regressed: correct lost 12.0")
    assert "90 % interval" in verdict.sentence
    assert "above all on the 20 cases tagged weather (100.0" in verdict.sentence
    assert verdict.sentence.endswith("24 cases newly fail.")
    assert verdict.next_step


def test_nothing_gated_is_said_and_not_sold_as_a_pass_of_something() -> None:
    verdict = decide(compare(make_run(binary(30)), make_run(binary(30), id="b")), [])
    assert verdict.exit_code == 0
    assert "Nothing is gated" in verdict.sentence
    assert verdict.next_step == "Write a policy with a margin for what matters."


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0, 24, "Worse, and nothing is gated: correct lost 12.0"),
        (24, 0, "Nothing is gated. Improved: correct."),
        (9, 9, "Nothing is gated. Not worse: correct stayed within its margin."),
        (0, 2, "Nothing is gated. Inconclusive: correct changed by"),
    ],
)
def test_where_nothing_is_gated_the_sentence_tells_what_was_watched(
    before: int, after: int, words: str
) -> None:
    cases = 30 if after == 2 else 200
    verdict = judged(binary(cases, broken=before), binary(cases, broken=after), role="monitor")
    assert verdict.exit_code == 0
    assert verdict.sentence.startswith(words)


def test_of_many_watched_metrics_that_got_worse_two_are_told_and_the_others_counted() -> None:
    rules = [
        Policy(metric=name, margin=0.05, role="monitor") for name in ("tone", CORRECT, "brief")
    ]
    before, after = make_run(binary(200)), make_run(binary(200, broken=24), id="b")
    names = ("tone", "brief")
    verdict = decide(compare(also(before, *names), also(after, *names)), rules)
    assert verdict.sentence.count("lost 12.0") == 2
    assert verdict.sentence.endswith("; and 1 more.")
    assert verdict.next_step.endswith('give the policy of what matters role="gate".')


def test_a_margin_as_wide_as_the_scores_is_refused() -> None:
    with pytest.raises(UsageError, match="could never fail"):
        judged(binary(40), binary(40, broken=20), margin=2.0)


@pytest.mark.parametrize("floor", [-0.1, 1.5])
def test_a_floor_outside_the_scores_is_refused(floor: float) -> None:
    with pytest.raises(UsageError, match="always or never reached"):
        judged(binary(40), binary(40), floor=floor)


def test_an_alpha_of_a_half_is_refused() -> None:
    with pytest.raises(UsageError, match="chance of a false alarm"):
        Policy(metric="x", margin=0.1, alpha=0.5)


def test_lost_trials_are_a_warning_even_where_they_change_nothing() -> None:
    after = binary(300)
    after["c0007"] = [Failure(stage="infrastructure", error="429")]
    verdict = judged(binary(300), after)
    assert verdict.exit_code == 0
    assert any("1 case lacks a score of correct" in text for text in verdict.warnings)


def test_missing_scores_get_no_plan_for_more_cases() -> None:
    after = binary(100, broken=3)
    for index in range(90, 94):
        after[f"c{index:04}"] = [Failure(stage="infrastructure", error="429")]
    assert judged(binary(100), after).findings[0].plan is None


def checked(delta: Mapping[str, object], **rule: object) -> Verdict:
    """The verdict on a comparison whose only delta has these fields."""
    comparison = compare(make_run(binary(40)), make_run(binary(40, broken=1), id="b"))
    only = replace(comparison.deltas[0], **delta)
    policy = Policy(metric=only.metric.label, **{"margin": 0.1, **rule})
    return decide(replace(comparison, deltas=(only,)), [policy])


FIVE = replace(METRICS[0], bounds=(1.0, 5.0))
TOTALS = {"scale": "ratio", "method": "fieller", "paired": None}
COST = {**TOTALS, "metric": METRICS[3]}
GAIN = {**TOTALS, "metric": replace(METRICS[3], better="higher")}
SHARELESS = {"metric": METRICS[3], "scale": "difference", "paired": None}
SECONDS = {**COST, "method": "none"}


@pytest.mark.parametrize(
    ("delta", "rule", "refusal"),
    [
        ({"metric": FIVE}, {"margin": 4.0}, "could never fail"),
        ({"metric": FIVE}, {"margin": 4.5, "role": "monitor"}, "could never fail"),
        ({"metric": FIVE}, {"floor": 0.9}, "always or never reached"),
        ({"metric": FIVE}, {"floor": 5.1}, "always or never reached"),
        (COST, {"margin": 10.0}, "tolerate a change of 1,000 %"),
        (COST, {"margin": 10.0, "role": "monitor"}, "tolerate a change"),
        (GAIN, {"margin": 1.0}, "tolerate a change of 100 %"),
        (SHARELESS, {}, "no smallest and largest score"),
        (SECONDS, {}, "separate sessions"),
        ({}, {"alpha": 0.0501}, "alpha=0.05 "),
    ],
)
def test_a_policy_that_means_nothing_for_its_metric_is_refused(
    delta: Mapping[str, object], rule: Mapping[str, object], refusal: str
) -> None:
    with pytest.raises(UsageError, match=refusal):
        checked(delta, **rule)


@pytest.mark.parametrize(
    ("delta", "rule"),
    [
        ({"metric": FIVE}, {"margin": 3.99}),
        ({"metric": FIVE}, {"margin": 9.0, "role": "info"}),
        ({"metric": FIVE}, {"floor": 1.0}),
        ({"metric": FIVE}, {"floor": 5.0}),
        ({"metric": FIVE}, {"floor": 9.0, "role": "info"}),
        (COST, {"margin": 9.99}),
        (COST, {"margin": 99.0, "role": "info"}),
        (COST, {"margin": None, "floor": 3.0}),
        (GAIN, {"margin": 0.99}),
        (SHARELESS, {"role": "monitor"}),
        (SHARELESS, {"margin": None, "floor": 3.0}),
        ({**SHARELESS, "method": "identical"}, {}),
        (SECONDS, {"role": "monitor"}),
        (SECONDS, {"margin": None, "floor": 3.0}),
        ({}, {"alpha": 0.05 + 1e-13}),
    ],
)
def test_every_other_policy_is_applied(
    delta: Mapping[str, object], rule: Mapping[str, object]
) -> None:
    assert checked(delta, **rule).findings


def test_a_regression_is_told_even_where_another_gate_cannot_be_judged() -> None:
    comparison = compare(make_run(binary(200)), make_run(binary(200, broken=30), id="b"))
    rules = [Policy(metric=CORRECT, margin=0.02), Policy(metric="tone", margin=0.02)]
    verdict = decide(comparison, rules)
    assert (verdict.outcome, verdict.exit_code) == ("regression", 1)
    assert len(verdict.problems) == 1


def test_a_gate_that_cannot_be_judged_is_worse_than_a_doubtful_one() -> None:
    comparison = compare(make_run(binary(40)), make_run(binary(40, broken=1), id="b"))
    rules = [Policy(metric=CORRECT, margin=0.02), Policy(metric="tone", margin=0.02)]
    verdict = decide(comparison, rules, profile=PROFILES["release"])
    assert (verdict.outcome, verdict.exit_code) == ("invalid", 3)


def test_runs_that_cannot_be_compared_are_invalid_and_judge_nothing() -> None:
    comparison = compare(make_run(binary(40)), make_run(binary(40), id="b", suite="other"))
    verdict = decide(comparison, [Policy(metric=CORRECT, margin=0.02)])
    assert (verdict.outcome, verdict.exit_code, verdict.findings) == ("invalid", 3, ())
    assert not verdict.passed


def test_a_verdict_says_by_which_profile_it_was_reached() -> None:
    assert judged(binary(40), binary(40), profile="release").profile == "release"
    assert judged(binary(40), binary(40), profile="pr").passed
