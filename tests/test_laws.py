"""Laws that every comparison and verdict obeys, whatever the runs."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from holdfast.comparison import compare
from holdfast.gate import Verdict, decide
from holdfast.metric import Failure, Outcome, Score
from holdfast.policy import PROFILES, Estimand, Policy
from holdfast.record import MetricRecord, Run, TrialRecord, tally
from holdfast.system import Spec
from holdfast.testing import METRICS, make_run, run_pairs, runs

CORRECT = METRICS[0]
GRADED = MetricRecord(spec=Spec(name="faithfulness"), better="higher", bounds=(0.0, 1.0))
COUNTED = MetricRecord(spec=Spec(name="tokens"), better="lower", bounds=None, unit="tokens")
ABOUT = st.sampled_from(["population", "suite"])
MARGINS = st.sampled_from([0.02, 0.05, 0.15])
EFFORT = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def policies(
    run: Run, *, margin: float = 0.05, floor: float | None = None, about: Estimand = "population"
) -> list[Policy]:
    return [
        Policy(
            metric=metric.label,
            margin=margin,
            floor=floor if metric.bounds else None,
            estimand=about,
        )
        for metric in run.metrics
        if metric.bounds is not None or metric is COUNTED
    ]


def verdict(
    baseline: Run, candidate: Run, *, rules: Sequence[Policy], profile: str = "pr"
) -> Verdict:
    comparison = compare(baseline, candidate, policies=rules)
    return decide(comparison, rules, profile=PROFILES[profile])


@st.composite
def worsened(draw: st.DrawFn) -> tuple[Run, Run]:
    """A good baseline and a candidate in which many cases got worse: most pairs fail the gate."""
    cases = draw(st.integers(12, 45))
    repeats = draw(st.integers(1, 3))
    metric = draw(st.sampled_from([CORRECT, GRADED, COUNTED]))
    levels = [0.0, 1.0] if metric is CORRECT else [0.0, 0.1, 0.5, 0.9, 1.0]
    seed = draw(st.integers(0, 2**32))
    share = draw(st.sampled_from([0.1, 0.2, 0.35]))
    clusters = draw(st.sampled_from([0, 0, 12]))
    chance = random.Random(seed)
    before: dict[str, list[float]] = {}
    after: dict[str, list[float]] = {}
    for index in range(cases):
        good = [chance.choice([1.0, 1.0, 1.0, *levels]) for _ in range(repeats)]
        broken = chance.random() < share
        worse = [0.0 if broken else chance.choice([v, v, v, 1.0]) for v in good]
        if metric is COUNTED:
            size = chance.choice([100, 100, 200, 1000])
            good = [size + round(50 * value) for value in good]
            growth = chance.choice([1.2, 3.0]) if broken else chance.choice([1.0, 1.0, 1.3])
            worse = [round(growth * value) for value in good]
        before[f"c{index}"], after[f"c{index}"] = good, worse
    groups = {key: f"g{index % clusters}" for index, key in enumerate(before)} if clusters else {}
    old = make_run(before, id="old", metric=metric, clusters=groups)
    return old, make_run(after, id="new", metric=metric, clusters=groups)


def with_trial(run: Run, index: int, changed: TrialRecord | None) -> Run:
    trials = list(run.trials)
    if changed is None:
        del trials[index]
    else:
        trials[index] = changed
    return replace(run, trials=tuple(trials))


def with_outcome(run: Run, index: int, outcome: Outcome) -> Run:
    label = run.metrics[0].label
    return with_trial(run, index, replace(run.trials[index], scores={label: outcome}))


def telling(run: Run) -> st.SearchStrategy[int]:
    """Indices of the trials whose loss would help the candidate most, and of any other."""
    label, sign = run.metrics[0].label, 1 if run.metrics[0].better == "higher" else -1

    def score(index: int) -> float:
        outcome = run.trials[index].outcome(label)
        return sign * outcome.value if isinstance(outcome, Score) else 2.0

    everything = range(len(run.trials))
    return st.one_of(
        st.sampled_from(sorted(everything, key=score)[:4]), st.sampled_from(everything)
    )


@given(runs(cases=(10, 30), failures=False), ABOUT)
@EFFORT
def test_a_run_beside_itself_passes(run: Run, about: Estimand) -> None:
    for profile in PROFILES:
        rules = policies(run, about=about)
        assert verdict(run, run, rules=rules, profile=profile).exit_code == 0


@given(run_pairs(cases=(10, 40), failures=False), ABOUT)
@EFFORT
def test_swapping_the_runs_mirrors_every_number(pair: tuple[Run, Run], about: Estimand) -> None:
    rules = policies(pair[0], about=about)
    forward = compare(*pair, policies=rules)
    backward = compare(*reversed(pair), policies=rules)
    for one, other in zip(forward.deltas, backward.deltas, strict=True):
        if "ratio" in (one.scale, other.scale):
            assert (one.p_worse, one.p_better) == pytest.approx((other.p_better, other.p_worse))
            assume(one.scale == other.scale == "ratio" and one.candidate_mean > 0)
            # The ratio of totals is inverted; a change for the worse has no limit.
            ratios = [1.0 - value for value in (one.low, one.estimate, one.high)]
            others = [1.0 - value for value in (other.high, other.estimate, other.low)]
            inverse = [1.0 / value if value else math.inf for value in others]
            assert ratios == pytest.approx(inverse, rel=1e-6, abs=1e-9)
            continue
        mirrored = (-other.high, -other.estimate, -other.low, other.p_better, other.p_worse)
        found = (one.low, one.estimate, one.high, one.p_worse, one.p_better)
        assert found == pytest.approx(mirrored, abs=1e-9)


@given(run_pairs(cases=(10, 30), edits=True), st.randoms(use_true_random=False))
@EFFORT
def test_the_order_of_rows_is_irrelevant(pair: tuple[Run, Run], chance: random.Random) -> None:
    baseline, candidate = pair
    trials, cases = list(candidate.trials), list(candidate.cases)
    chance.shuffle(trials)
    chance.shuffle(cases)
    shuffled = replace(candidate, trials=tuple(trials), cases=tuple(cases))
    one, other = compare(baseline, candidate), compare(baseline, shuffled)
    for before, after in zip(one.deltas, other.deltas, strict=True):
        assert numbers(before) == pytest.approx(numbers(after), abs=1e-9)
    rules = policies(candidate)
    assert decide(one, rules).exit_code == decide(other, rules).exit_code


def numbers(delta: object) -> list[float]:
    names = ("low", "estimate", "high", "p_worse", "p_better", "baseline_mean", "candidate_mean")
    return [float(getattr(delta, name)) for name in names]


@given(worsened(), MARGINS, st.sampled_from(sorted(PROFILES)), st.data())
@EFFORT
def test_deleting_candidate_trials_never_turns_a_fail_into_a_pass(
    pair: tuple[Run, Run], margin: float, profile: str, data: st.DataObject
) -> None:
    baseline, candidate = pair
    floor = data.draw(st.sampled_from([None, 0.7]))
    rules = policies(candidate, margin=margin, floor=floor, about=data.draw(ABOUT))
    assume(verdict(baseline, candidate, rules=rules, profile=profile).exit_code != 0)
    for _ in range(data.draw(st.integers(1, 4))):
        candidate = with_trial(candidate, data.draw(telling(candidate)), None)
        assert verdict(baseline, candidate, rules=rules, profile=profile).exit_code != 0


@given(worsened(), MARGINS, st.data())
@EFFORT
def test_deleting_whole_rows_of_an_import_never_turns_a_fail_into_a_pass(
    pair: tuple[Run, Run], margin: float, data: st.DataObject
) -> None:
    baseline, candidate = (
        replace(run, provenance=replace(run.provenance, origin="imported from x.csv"))
        for run in pair
    )
    rules = policies(candidate, margin=margin, about=data.draw(ABOUT))
    assume(verdict(baseline, candidate, rules=rules).exit_code != 0)
    for _ in range(data.draw(st.integers(1, 3))):
        gone = candidate.trials[data.draw(telling(candidate))].case_id
        candidate = replace(
            candidate,
            cases=tuple(case for case in candidate.cases if case.id != gone),
            trials=tuple(trial for trial in candidate.trials if trial.case_id != gone),
        )
        assert verdict(baseline, candidate, rules=rules).exit_code != 0


@given(
    worsened(),
    MARGINS,
    st.sampled_from(["system", "metric", "infrastructure"]),
    st.sampled_from(sorted(PROFILES)),
    st.data(),
)
@EFFORT
def test_turning_scores_into_failures_never_turns_a_fail_into_a_pass(
    pair: tuple[Run, Run], margin: float, stage: str, profile: str, data: st.DataObject
) -> None:
    baseline, candidate = pair
    rules = policies(candidate, margin=margin, about=data.draw(ABOUT))
    assume(verdict(baseline, candidate, rules=rules, profile=profile).exit_code != 0)
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(telling(candidate))
        failure = Failure(stage=stage, error="gone")
        if stage == "metric":
            candidate = with_outcome(candidate, index, failure)
        else:
            gone = replace(candidate.trials[index], response=None, scores={}, failure=failure)
            candidate = with_trial(candidate, index, gone)
        assert verdict(baseline, candidate, rules=rules, profile=profile).exit_code != 0


@given(worsened(), st.data())
@EFFORT
def test_a_failure_never_raises_the_floor_mean(pair: tuple[Run, Run], data: st.DataObject) -> None:
    baseline, candidate = pair
    before = compare(baseline, candidate).deltas
    assume(before)
    index = data.draw(st.integers(0, len(candidate.trials) - 1))
    failed = with_outcome(candidate, index, Failure(stage="metric", error="gone"))
    after = compare(baseline, failed).deltas
    assume(after)
    assert before[0].floor_mean is not None
    if candidate.metrics[0] is COUNTED:
        assert after[0].floor_mean is None
        return
    assert after[0].floor_mean is not None
    assert after[0].floor_mean <= before[0].floor_mean + 1e-12


@given(worsened(), MARGINS, st.sampled_from(sorted(PROFILES)), st.data())
@EFFORT
def test_lowering_a_score_never_turns_a_fail_into_a_pass(
    pair: tuple[Run, Run], margin: float, profile: str, data: st.DataObject
) -> None:
    baseline, candidate = pair
    label = candidate.metrics[0].label
    rules = policies(candidate, margin=margin, about=data.draw(ABOUT))
    assume(verdict(baseline, candidate, rules=rules, profile=profile).exit_code != 0)
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(candidate.trials) - 1))
        outcome = candidate.trials[index].outcome(label)
        assert isinstance(outcome, Score)
        levels = [0.0] if candidate.metrics[0] is CORRECT else [0.0, 0.05, 0.1, 0.5]
        levels = [level for level in levels if level <= outcome.value]
        if candidate.metrics[0] is COUNTED:
            levels = [outcome.value + more for more in (0.5, 20.0, 1000.0, 100_000.0)]
        lower = data.draw(st.sampled_from(levels))
        candidate = with_outcome(candidate, index, Score(lower))
        assert verdict(baseline, candidate, rules=rules, profile=profile).exit_code != 0


@given(worsened(), MARGINS)
@EFFORT
def test_adding_a_passing_gate_never_lets_a_failing_one_pass(
    pair: tuple[Run, Run], margin: float
) -> None:
    alone = verdict(*pair, rules=policies(pair[0], margin=margin)).findings[0]
    assume(alone.state == "regressed")
    extra = MetricRecord(spec=Spec(name="extra"), better="higher", bounds=(0.0, 1.0))
    baseline, candidate = (
        replace(
            run,
            metrics=(*run.metrics, extra),
            trials=tuple(
                replace(trial, scores={**trial.scores, "extra": Score(1.0)}) for trial in run.trials
            ),
        )
        for run in pair
    )
    both = verdict(baseline, candidate, rules=policies(baseline, margin=margin))
    found = {finding.metric: finding for finding in both.findings}[alone.metric]
    # Two gates share one chance of a false alarm, so weak evidence may turn into doubt that says
    # so; it never turns into a pass.
    assert found.state == "regressed" or "multiplicity" in found.tags
    assert found.delta == alone.delta


@given(run_pairs(cases=(10, 30), failures=False))
@EFFORT
def test_an_inserted_case_flips_nothing(pair: tuple[Run, Run]) -> None:
    baseline, candidate = pair
    extra = replace(candidate.cases[0], id="inserted")
    trials = tuple(
        replace(trial, case_id="inserted")
        for trial in candidate.trials
        if trial.case_id == candidate.cases[0].id
    )
    longer = replace(
        candidate, cases=(extra, *candidate.cases), trials=(*trials, *candidate.trials)
    )
    one, other = (
        compare(baseline, candidate),
        compare(baseline, replace(longer, dataset_digest="x")),
    )
    assert other.added == ("inserted",)
    assume(len(candidate.cases) >= 19)
    assert [numbers(delta) for delta in one.deltas] == [numbers(delta) for delta in other.deltas]


@given(run_pairs(cases=(10, 20)), st.sampled_from(["dataset", "digest", "metric", "suite"]))
@EFFORT
def test_runs_that_answer_different_questions_give_no_number(
    pair: tuple[Run, Run], what: str
) -> None:
    baseline, candidate = pair
    match what:
        case "dataset":
            candidate = replace(candidate, dataset="another")
        case "digest":
            candidate = replace(candidate, dataset_digest="another")
        case "suite":
            candidate = replace(candidate, suite="another")
        case _:
            newer = tuple(
                replace(metric, spec=replace(metric.spec, version="2"))
                for metric in candidate.metrics
            )
            candidate = replace(candidate, metrics=newer)
    comparison = compare(baseline, candidate)
    assert comparison.deltas == ()
    rules = policies(candidate)
    if rules:
        assert decide(comparison, rules).exit_code == 3


@given(runs(cases=(1, 30)))
@EFFORT
def test_every_case_ends_in_exactly_one_way(run: Run) -> None:
    counts = tally(run)
    assert counts.total == len(run.cases)


def tagged(run: Run, tags: Sequence[tuple[str, ...]]) -> Run:
    cases = tuple(replace(case, tags=own) for case, own in zip(run.cases, tags, strict=True))
    return replace(run, cases=cases)


@st.composite
def sliced(draw: st.DrawFn) -> tuple[Run, Run]:
    """Runs of tagged cases, in which one tag often got worse or better."""
    cases = draw(st.integers(60, 130))
    metric = draw(st.sampled_from([CORRECT, GRADED]))
    clusters = draw(st.sampled_from([0, 0, 45]))
    chance = random.Random(draw(st.integers(0, 2**32)))
    shift = draw(st.sampled_from([-1.0, -1.0, 0.0, 1.0]))
    levels = [0.0, 1.0] if metric is CORRECT else [0.1, 0.3, 0.5, 0.8]
    tags = [tuple(sorted(chance.sample("abc", chance.randint(0, 2)))) for _ in range(cases)]
    before = {f"c{index:03}": [chance.choice([*levels, levels[-1]])] for index in range(cases)}
    after: dict[str, list[float]] = {}
    for (key, (value,)), own in zip(before.items(), tags, strict=True):
        moved = value + shift * ("a" in own) * (chance.random() < 0.5)
        noise = chance.choice([0, 0, 0, 0, 0, 1, -1]) if metric is CORRECT else chance.gauss(0, 0.1)
        after[key] = [min(1.0, max(0.0, moved + noise))]
    groups = {key: f"g{index % clusters}" for index, key in enumerate(before)} if clusters else {}
    runs = [
        make_run(scores, id=name, metric=metric, clusters=groups)
        for name, scores in (("old", before), ("new", after))
    ]
    return tagged(runs[0], tags), tagged(runs[1], tags)


def found_slices(verdict: Verdict) -> dict[tuple[str, str], tuple[str, float, float, bool]]:
    return {
        (found.metric, found.name): (
            found.state,
            round(found.estimate, 9),
            round(found.p_value, 9),
            found.tolerated,
        )
        for found in verdict.slices
    }


def slice_rules(run: Run, mode: str) -> list[Policy]:
    return [replace(policy, slices=mode) for policy in policies(run)]  # type: ignore[arg-type]


MODES = st.sampled_from(["warn", "gate"])
FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])


@given(sliced(), MODES)
@FEW
def test_a_tag_that_no_other_case_shares_changes_nothing(pair: tuple[Run, Run], mode: str) -> None:
    rules = slice_rules(pair[0], mode)
    alone = verdict(*pair, rules=rules)
    own = [(*case.tags, f"only {case.id}") for case in pair[0].cases]
    more = verdict(tagged(pair[0], own), tagged(pair[1], own), rules=rules)
    assert [each.state for each in alone.findings] == [each.state for each in more.findings]
    assert alone.exit_code == more.exit_code
    assert found_slices(alone) == found_slices(more)


@given(sliced(), MODES, st.integers(0, 2**32))
@FEW
def test_the_order_of_rows_is_irrelevant_to_slices(
    pair: tuple[Run, Run], mode: str, seed: int
) -> None:
    chance = random.Random(seed)
    rules = slice_rules(pair[0], mode)
    trials, cases = list(pair[1].trials), list(pair[1].cases)
    chance.shuffle(trials)
    chance.shuffle(cases)
    shuffled = replace(pair[1], trials=tuple(trials), cases=tuple(cases))
    one, other = verdict(*pair, rules=rules), verdict(pair[0], shuffled, rules=rules)
    assert found_slices(one) == found_slices(other)
    assert one.exit_code == other.exit_code


@given(sliced())
@FEW
def test_swapping_the_runs_mirrors_the_slices(pair: tuple[Run, Run]) -> None:
    rules = policies(pair[0])
    forward, backward = verdict(*pair, rules=rules), verdict(*reversed(pair), rules=rules)
    mirror = {"regressed": "improved", "improved": "regressed"}
    one = {
        (found.name, mirror[found.state], round(found.p_value, 9), round(-found.estimate, 9))
        for found in forward.slices
        if found.found
    }
    other = {
        (found.name, found.state, round(found.p_value, 9), round(found.estimate, 9))
        for found in backward.slices
        if found.found
    }
    assert one == other


@given(sliced())
@FEW
def test_letting_slices_gate_never_lets_a_regression_of_the_whole_pass(
    pair: tuple[Run, Run],
) -> None:
    warned = verdict(*pair, rules=slice_rules(pair[0], "warn")).findings[0]
    gated = verdict(*pair, rules=slice_rules(pair[0], "gate")).findings[0]
    assume(warned.state == "regressed")
    # Whole and slices share one chance of a false alarm, so weak evidence may turn into doubt.
    assert gated.state == "regressed" or "multiplicity" in gated.tags


@given(worsened(), MARGINS, st.sampled_from(sorted(PROFILES)), st.data())
@FEW
def test_lowering_scores_among_several_gates_never_clears_one_that_regressed(
    pair: tuple[Run, Run], margin: float, profile: str, data: st.DataObject
) -> None:
    extra = [replace(GRADED, spec=Spec(name=f"extra-{number}")) for number in range(3)]
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    related = data.draw(st.booleans())
    label = pair[0].metrics[0].label

    def wide(run: Run) -> Run:
        trials: list[TrialRecord] = []
        for trial in run.trials:
            own = trial.scores[label]
            level = own.value if related and isinstance(own, Score) else 0.5
            more = {
                metric.label: Score(min(1.0, max(0.0, level + chance.gauss(0, 0.15))))
                for metric in extra
            }
            trials.append(replace(trial, scores={**trial.scores, **more}))
        return replace(run, metrics=(*run.metrics, *extra), trials=tuple(trials))

    baseline, candidate = wide(pair[0]), wide(pair[1])
    rules = policies(candidate, margin=margin, about=data.draw(ABOUT))
    before = verdict(baseline, candidate, rules=rules, profile=profile)
    assume(before.exit_code != 0)
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(candidate.trials) - 1))
        scores = dict(candidate.trials[index].scores)
        metric = data.draw(st.sampled_from(sorted(scores)))
        outcome = scores[metric]
        assert isinstance(outcome, Score)
        worse = [0.0, outcome.value / 2, outcome.value]
        if metric == CORRECT.label:
            worse = [0.0]
        elif metric == COUNTED.label:
            worse = [outcome.value + more for more in (0.5, 20.0, 1000.0)]
        scores[metric] = Score(data.draw(st.sampled_from(worse)))
        candidate = with_trial(candidate, index, replace(candidate.trials[index], scores=scores))
        after = verdict(baseline, candidate, rules=rules, profile=profile)
        # A second loss takes its share of the chance of a false alarm that all gates have, so weak
        # evidence of the first may turn into doubt, which says so and blocks a release.
        found = {finding.metric: finding for finding in after.findings}
        for finding in before.findings:
            if finding.state == "regressed":
                now = found[finding.metric]
                assert now.state == "regressed" or "multiplicity" in now.tags
        doubted = any("multiplicity" in finding.tags for finding in after.findings)
        assert after.exit_code != 0 or (doubted and profile == "pr")
