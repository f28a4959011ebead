"""What the cases of one metric scored: the mean for a floor, and ranges that were made."""

from dataclasses import replace

import pytest

from holdfast.comparing.delta import Delta
from holdfast.comparing.scores import Lost
from holdfast.comparison import compare
from holdfast.metric import Failure, Outcome
from holdfast.policy import Policy
from holdfast.record import MetricRecord, Run
from holdfast.system import Spec
from holdfast.testing import make_run

GRADED = MetricRecord(spec=Spec(name="tone"), better="higher", bounds=(1.0, 5.0))
PENALTY = replace(GRADED, better="lower")
TOKENS = MetricRecord(spec=Spec(name="tone"), better="lower", bounds=None, unit="tokens")
SECONDS = replace(TOKENS, unit="seconds")
GONE = Failure(stage="infrastructure", error="429")
CRASH = Failure(stage="system", error="boom")

Trials = dict[str, list[float | Outcome]]


def graded(cases: int = 24, *, trials: int = 2) -> Trials:
    return {f"c{n:02}": [2.0 + 0.25 * (n % 5)] * trials for n in range(cases)}


def imported(run: Run) -> Run:
    return replace(run, provenance=replace(run.provenance, origin="imported from x.csv"))


def both(
    before: Trials, after: Trials, metric: MetricRecord, *, imports: bool = False
) -> tuple[Run, Run]:
    runs = make_run(before, metric=metric), make_run(after, id="b", metric=metric)
    return (imported(runs[0]), imported(runs[1])) if imports else runs


def floor_mean(
    before: Trials, after: Trials, metric: MetricRecord, *, imports: bool = False, **aside: object
) -> float | None:
    return compare(*both(before, after, metric, imports=imports), **aside).deltas[0].floor_mean


TOTAL = sum(values[0] for values in graded().values())


@pytest.mark.parametrize(
    ("metric", "added", "value"),
    [
        (GRADED, [4.5, 3.0], 3.75),
        (GRADED, [4.5, GONE], 2.75),
        (GRADED, [4.5], 2.75),
        (GRADED, [4.5, CRASH], 2.75),
        (GRADED, [GONE, GONE], 1.0),
        (PENALTY, [4.5, 3.0], 3.75),
        (PENALTY, [1.5, GONE], 3.25),
        (PENALTY, [1.5, CRASH], 3.25),
        (PENALTY, [GONE, GONE], 5.0),
        (TOKENS, [4.5, 3.0], 3.75),
    ],
)
@pytest.mark.parametrize("where", ["added", "matched", "quarantined"])
def test_every_case_counts_in_the_mean_of_a_floor_and_what_is_lost_as_the_worst_score(
    metric: MetricRecord, added: list[float | Outcome], value: float, where: str
) -> None:
    before = graded() if where == "added" else {**graded(), "x": [3.0, 3.0]}
    aside = {"quarantined": ["x"]} if where == "quarantined" else {}
    found = floor_mean(before, {**graded(), "x": added}, metric, **aside)
    assert found == pytest.approx((TOTAL + value) / 25, abs=1e-12)


@pytest.mark.parametrize("lost", [[4.5, GONE], [4.5], [4.5, CRASH], [GONE, GONE]])
@pytest.mark.parametrize("where", ["added", "matched", "quarantined"])
def test_a_floor_without_a_range_has_no_mean_where_a_score_is_lost(
    lost: list[float | Outcome], where: str
) -> None:
    before = graded() if where == "added" else {**graded(), "x": [3.0, 3.0]}
    aside = {"quarantined": ["x"]} if where == "quarantined" else {}
    assert floor_mean(before, {**graded(), "x": lost}, TOKENS, **aside) is None


def test_a_row_that_an_import_lacks_counts_in_a_floor_in_quarantine_too() -> None:
    before: Trials = {**graded(60), "x": [3.0, 3.0], "y": [3.0]}
    lacking: Trials = {**graded(60), "y": [4.0]}
    total = sum(values[0] for values in graded(60).values())
    for aside in ([], ["x"], ["y"], ["x", "y"]):
        found = floor_mean(before, lacking, GRADED, imports=True, quarantined=aside)
        assert found == pytest.approx((total + 1.0 + 4.0) / 62, abs=1e-12)


def test_an_added_case_of_an_import_owes_as_many_trials_as_the_others() -> None:
    before, added = graded(60), {**graded(60), "x": [4.0]}
    total = sum(values[0] for values in before.values())
    found = floor_mean(before, added, GRADED, imports=True)
    assert found == pytest.approx((total + (4.0 + 1.0) / 2) / 61, abs=1e-12)


def test_each_run_owes_its_own_number_of_trials() -> None:
    before: Trials = {**graded(40, trials=3), "c03": [2.0], "c04": [2.0, 2.0]}
    after: Trials = {**graded(40, trials=1), "c05": [GONE]}
    found = compare(*both(before, after, GRADED)).deltas[0].lost
    assert found == Lost(baseline=2, candidate=1)
    turned = compare(*both(after, before, GRADED)).deltas[0].lost
    assert turned == Lost(baseline=1, candidate=2)


def changed(metric: MetricRecord, low: float, step: float) -> Delta:
    """The change between scores on a part of the range, whose answers differ."""
    before: Trials = {f"c{n:02}": [low + step * (n % 4)] * 2 for n in range(30)}
    after: Trials = {f"c{n:02}": [low + step * (n % 5)] * 2 for n in range(30)}
    candidate = make_run(after, id="b", metric=metric)
    said = tuple(replace(trial, response=None) for trial in candidate.trials)
    return compare(make_run(before, metric=metric), replace(candidate, trials=said)).deltas[0]


@pytest.mark.parametrize(("step", "high"), [(0.5, -1.0), (0.0, -2.0)])
@pytest.mark.parametrize("better", ["lower", "higher"])
def test_scores_below_zero_have_the_range_that_was_seen_or_one_point(
    step: float, high: float, better: str
) -> None:
    metric = replace(TOKENS, better=better)
    free = changed(metric, -3.0, step)
    told = changed(replace(metric, bounds=(-3.0, high)), -3.0, step)
    assert (free.scale, free.method, told.method) == ("difference", "shrunk-t", "shrunk-t")
    assert (free.low, free.estimate, free.high) == (told.low, told.estimate, told.high)
    assert free.low < free.estimate < free.high


@pytest.mark.parametrize("metric", [GRADED, SECONDS])
@pytest.mark.parametrize("estimand", ["population", "suite"])
def test_only_a_claim_about_these_cases_that_cannot_be_had_is_noted(
    metric: MetricRecord, estimand: str
) -> None:
    runs = both(graded(trials=1), graded(trials=1), metric)
    noted = metric is GRADED and estimand == "suite"
    policy = Policy(metric="tone", margin=0.1, role="monitor", estimand=estimand)
    notes = compare(*runs, policies=[policy]).notes
    assert len(notes) == noted
    assert all("the baseline has 1 and the candidate 1" in note for note in notes)
