"""Comparing two runs: what is paired, what is lost, and what cannot be compared."""

import math
from dataclasses import replace

import pytest

from holdfast.aggregate import Aggregate
from holdfast.comparing.order import drawing_order
from holdfast.comparison import compare
from holdfast.metric import Failure, Outcome, Score
from holdfast.policy import Policy
from holdfast.record import CaseRecord, MetricRecord, Run, tally
from holdfast.sequence import Look, SequentialRecord
from holdfast.system import Passage, Response, Spec
from holdfast.testing import METRICS, make_run

RANK = MetricRecord(spec=Spec(name="mrr"), better="higher", bounds=(0.0, 1.0))
LATENCY = METRICS[3]


def scores(cases: int, *, wrong: int = 0) -> dict[str, list[float | Outcome]]:
    return {f"c{index:03}": [0.0 if index < wrong else 1.0] for index in range(cases)}


def edited(run: Run, *names: str) -> Run:
    cases = tuple(
        replace(case, digest=case.digest[::-1]) if case.id in names else case for case in run.cases
    )
    return replace(run, cases=cases, dataset_digest="edited")


def without(run: Run, *names: str, keep_trials: bool = False) -> Run:
    return replace(
        run,
        cases=tuple(case for case in run.cases if case.id not in names),
        trials=tuple(trial for trial in run.trials if keep_trials or trial.case_id not in names),
        dataset_digest="shorter",
    )


def test_binary_scores_are_compared_with_tango_and_mcnemar() -> None:
    delta = compare(make_run(scores(100)), make_run(scores(100, wrong=9), id="b")).deltas[0]
    assert (delta.method, delta.test) == ("tango", "McNemar mid-p")
    assert delta.estimate == pytest.approx(-0.09)
    assert delta.p_worse == pytest.approx(0.5**10)
    assert delta.low < -0.09 < delta.high < 0


def test_repeated_trials_are_averaged_within_their_case() -> None:
    before = {f"c{index}": [1.0, 1.0, 1.0] for index in range(40)}
    after = {f"c{index}": [1.0, 0.0 if index < 10 else 1.0, 1.0] for index in range(40)}
    delta = compare(make_run(before), make_run(after, id="b")).deltas[0]
    assert delta.pairs == 40
    assert delta.estimate == pytest.approx(-10 / 3 / 40)
    assert delta.p_worse == pytest.approx(0.5**11)
    assert delta.trials == (3, 3)


def test_more_baseline_trials_than_candidate_trials_are_no_loss() -> None:
    before = {f"c{index}": [1.0, 1.0, 0.0, 1.0, 1.0] for index in range(30)}
    after = {f"c{index}": [1.0] for index in range(30)}
    delta = compare(make_run(before), make_run(after, id="b")).deltas[0]
    assert delta.lost.total == 0
    assert delta.estimate == pytest.approx(0.2)


def test_a_crashed_case_counts_as_wrong_and_stays_in_the_average() -> None:
    crashed = make_run(scores(50), id="b")
    trial = replace(
        crashed.trials[0], response=None, scores={}, failure=Failure(stage="system", error="boom")
    )
    crashed = replace(crashed, trials=(trial, *crashed.trials[1:]))
    comparison = compare(make_run(scores(50)), crashed)
    delta = comparison.deltas[0]
    assert (delta.pairs, delta.candidate_mean, delta.lost.total) == (50, 0.98, 0)
    assert comparison.candidate.tally["errored"] == 1


@pytest.mark.parametrize("stage", ["metric", "infrastructure"])
def test_a_missing_score_is_lost_and_counted_against_the_candidate(stage: str) -> None:
    found: dict[str, list[float | Outcome]] = scores(50)
    found["c007"] = [Failure(stage=stage, error="gone")]
    delta = compare(make_run(scores(50)), make_run(found, id="b")).deltas[0]
    assert (delta.pairs, delta.lost.candidate) == (49, 1)
    assert delta.worst is not None
    assert delta.worst.estimate == pytest.approx(-0.02)
    assert delta.floor_mean == pytest.approx(0.98)


def test_a_missing_baseline_score_counts_as_right_in_the_worst_case() -> None:
    found: dict[str, list[float | Outcome]] = scores(50, wrong=1)
    found["c000"] = [Failure(stage="metric", error="gone")]
    delta = compare(make_run(found), make_run(scores(50, wrong=1), id="b")).deltas[0]
    assert delta.lost.baseline == 1
    assert delta.worst is not None
    assert delta.worst.estimate == pytest.approx(-0.02)


def test_added_removed_and_edited_cases_are_listed_and_kept_out_of_the_test() -> None:
    baseline = without(make_run(scores(100)), "c099")
    candidate = edited(without(make_run(scores(100, wrong=3), id="b"), "c098"), "c000")
    comparison = compare(baseline, candidate)
    assert comparison.problems == ()
    assert comparison.added == ("c099",)
    assert comparison.removed == ("c098",)
    assert comparison.edited == ("c000",)
    assert comparison.deltas[0].pairs == 97
    assert comparison.deltas[0].estimate == pytest.approx(-2 / 97)


def test_an_inserted_case_does_not_misalign_the_rows_after_it() -> None:
    baseline = make_run(scores(40, wrong=5))
    longer = make_run({"a-new-one": [0.0], **scores(40, wrong=5)}, id="b")
    comparison = compare(baseline, longer)
    assert comparison.added == ("a-new-one",)
    assert comparison.deltas[0].estimate == 0.0
    assert all(pair.states["correct"] in ("same", "added") for pair in comparison.cases)


def test_a_row_that_an_import_lacks_is_lost_and_not_removed() -> None:
    baseline, candidate = make_run(scores(100)), without(make_run(scores(100), id="b"), "c050")
    imported = replace(
        candidate, provenance=replace(candidate.provenance, origin="imported from b.csv")
    )
    assert compare(baseline, candidate).removed == ("c050",)
    comparison = compare(baseline, imported)
    assert comparison.removed == ()
    assert comparison.deltas[0].lost.candidate == 1


def test_runs_of_different_datasets_give_no_number() -> None:
    other = replace(make_run(scores(50), id="b"), dataset="another")
    comparison = compare(make_run(scores(50)), other)
    assert comparison.deltas == ()
    assert "different datasets" in comparison.problems[0]


def test_too_many_edits_make_the_runs_incomparable() -> None:
    names = [f"c{index:03}" for index in range(6)]
    comparison = compare(make_run(scores(100)), edited(make_run(scores(100), id="b"), *names))
    assert comparison.deltas == ()
    assert "only 94 of 100 cases are the same" in comparison.problems[0]


def test_zero_shared_cases_make_the_runs_incomparable() -> None:
    others = make_run({f"other-{index}": [1.0] for index in range(50)}, id="b")
    comparison = compare(make_run(scores(50)), others)
    assert comparison.deltas == ()
    assert "only 0 of 100 cases" in comparison.problems[0]


def test_an_empty_run_is_incomparable() -> None:
    empty = replace(make_run(scores(20), id="b"), cases=(), trials=())
    assert "candidate run holds no cases" in compare(make_run(scores(20)), empty).problems[0]


def test_fewer_than_ten_pairs_carry_no_verdict() -> None:
    comparison = compare(make_run(scores(9)), make_run(scores(9), id="b"))
    assert comparison.deltas == ()
    assert "at least 10" in comparison.metric_problems["correct"]


def test_a_newer_metric_version_is_incomparable_and_says_so() -> None:
    metric = replace(METRICS[0], spec=replace(METRICS[0].spec, version="2"))
    candidate = make_run(scores(50), id="b", metric=metric)
    comparison = compare(make_run(scores(50)), candidate)
    assert comparison.deltas == ()
    assert "another version of the metric" in comparison.metric_problems["correct"]


def test_a_metric_that_one_side_lacks_is_named() -> None:
    comparison = compare(make_run(scores(50)), make_run(scores(50), id="b", metric=RANK))
    assert "was not measured in the baseline" in comparison.metric_problems["mrr"]
    assert "in the baseline alone" in comparison.metric_problems["correct"]


def test_identical_answers_need_no_test() -> None:
    delta = compare(make_run(scores(30)), make_run(scores(30), id="b")).deltas[0]
    assert (delta.method, delta.low, delta.high, delta.p_worse) == ("identical", 0.0, 0.0, 1.0)


def test_equal_scores_of_unknown_answers_are_not_called_identical() -> None:
    def silent(run: Run) -> Run:
        trials = tuple(replace(trial, response=None) for trial in run.trials)
        return replace(run, trials=trials)

    comparison = compare(silent(make_run(scores(30))), silent(make_run(scores(30), id="b")))
    assert comparison.deltas[0].method == "tango"
    assert comparison.deltas[0].low < -0.05


def test_equal_scores_of_different_answers_are_not_called_identical() -> None:
    candidate = make_run(scores(30), id="b")
    trials = tuple(
        replace(trial, response=Response(text=f"another {trial.case_id}"))
        for trial in candidate.trials
    )
    comparison = compare(make_run(scores(30)), replace(candidate, trials=trials))
    assert comparison.deltas[0].method == "tango"


def test_lower_is_better_turns_the_sign_of_the_change() -> None:
    metric = replace(RANK, better="lower")
    before = {f"c{index}": [0.2] for index in range(30)}
    after = {f"c{index}": [0.3] for index in range(30)}
    delta = compare(make_run(before, metric=metric), make_run(after, id="b", metric=metric)).deltas[
        0
    ]
    assert delta.estimate == pytest.approx(-0.1)
    assert delta.baseline_mean < delta.candidate_mean
    assert delta.p_worse < 0.001


def test_clustered_cases_are_tested_as_clusters() -> None:
    before = {f"c{index}": [1.0] for index in range(120)}
    after = {f"c{index}": [0.0 if index < 12 else 1.0] for index in range(120)}
    clusters = {f"c{index}": f"doc-{index // 4}" for index in range(120)}
    alone = compare(make_run(before), make_run(after, id="b")).deltas[0]
    together = compare(
        make_run(before, clusters=clusters), make_run(after, id="b", clusters=clusters)
    ).deltas[0]
    assert together.clusters == 30
    assert together.p_worse == pytest.approx(0.5**4)
    assert together.p_worse > alone.p_worse
    assert together.low < alone.low


def test_counts_without_bounds_are_compared_as_a_ratio_of_totals() -> None:
    before = {f"c{index}": [1.0 + index / 100] for index in range(40)}
    after = {f"c{index}": [1.5 + index / 100] for index in range(40)}
    delta = compare(
        make_run(before, metric=LATENCY), make_run(after, id="b", metric=LATENCY)
    ).deltas[0]
    assert delta.estimate == pytest.approx(-0.5 / delta.baseline_mean)
    assert delta.low < delta.estimate < delta.high < 0.0
    assert delta.paired is not None
    assert delta.paired.changes.mean() == pytest.approx(delta.estimate)


def test_an_open_range_is_none_and_never_hides_a_loss() -> None:
    metric = MetricRecord(spec=Spec(name="reward"), better="higher", bounds=(0.0, math.inf))
    before = {f"c{index}": [5.0 + index / 100] for index in range(40)}
    after = {f"c{index}": [4.0 + index / 100] for index in range(40)}
    delta = compare(make_run(before, metric=metric), make_run(after, id="b", metric=metric)).deltas[
        0
    ]
    assert delta.scale == "ratio"
    assert delta.p_worse < 0.001
    assert delta.high < 0.0


def test_scores_below_zero_without_bounds_are_shown_with_the_range_that_was_seen() -> None:
    before = {f"c{index}": [-1.0 + index / 100] for index in range(40)}
    after = {f"c{index}": [-1.5 + index / 100] for index in range(40)}
    delta = compare(
        make_run(before, metric=LATENCY), make_run(after, id="b", metric=LATENCY)
    ).deltas[0]
    assert (delta.scale, delta.estimate) == ("difference", pytest.approx(0.5))
    assert math.isfinite(delta.low)


def test_what_changed_besides_the_answers_is_listed() -> None:
    baseline = make_run(scores(20))
    candidate = replace(
        make_run(scores(20), id="b"),
        system=Spec(name="system", params={"k": 3}, artifacts={"prompt": "ab"}),
    )
    found = {
        change.what: (change.baseline, change.candidate)
        for change in compare(baseline, candidate).changes
    }
    assert found == {
        "system parameter k": ("(none)", "3"),
        "system artifact prompt": ("(none)", "ab"),
    }


def test_case_states_name_what_broke_and_what_was_fixed() -> None:
    before: dict[str, list[float | Outcome]] = {f"c{index}": [1.0] for index in range(20)}
    after = {**before, "c0": [0.0], "c1": [0.75], "c2": [Failure(stage="metric", error="gone")]}
    before["c3"] = [0.25]
    comparison = compare(make_run(before, metric=RANK), make_run(after, id="b", metric=RANK))
    states = {pair.case.id: pair.states["mrr"] for pair in comparison.cases}
    assert [states[f"c{index}"] for index in range(5)] == [
        "broken",
        "worse",
        "lost",
        "fixed",
        "same",
    ]


def test_every_case_of_either_run_is_listed_once() -> None:
    baseline = make_run(scores(30))
    candidate = without(make_run({**scores(30), "new": [1.0]}, id="b"), "c003")
    listed = [pair.case.id for pair in compare(baseline, candidate).cases]
    assert sorted(listed) == sorted({*(case.id for case in baseline.cases), "new"})


def test_a_case_record_without_trials_is_lost_evidence() -> None:
    run = make_run(scores(40), id="b")
    candidate = replace(run, trials=run.trials[1:], complete=False)
    delta = compare(make_run(scores(40)), candidate).deltas[0]
    assert (delta.pairs, delta.lost.candidate) == (39, 1)


def test_score_and_case_records_are_the_plain_types_of_the_record() -> None:
    pair = compare(make_run(scores(12)), make_run(scores(12), id="b")).cases[0]
    assert isinstance(pair.case, CaseRecord)
    assert pair.candidate[0].outcome("correct") == Score(1.0)


def test_clusters_that_one_run_alone_names_count_for_both() -> None:
    before = {f"c{index}": [1.0] for index in range(80)}
    after = {f"c{index}": [0.0 if index < 8 else 1.0] for index in range(80)}
    clusters = {f"c{index}": f"doc-{index // 4}" for index in range(80)}
    both = compare(
        make_run(before, clusters=clusters), make_run(after, id="b", clusters=clusters)
    ).deltas[0]
    for first, second in ((clusters, None), (None, clusters)):
        one = compare(
            make_run(before, clusters=first), make_run(after, id="b", clusters=second)
        ).deltas[0]
        assert (one.clusters, one.low, one.p_worse) == (20, both.low, both.p_worse)


def test_clusters_that_disagree_are_merged_and_named() -> None:
    rows = {f"c{index}": [1.0] for index in range(40)}
    pairs = {f"c{index}": f"a-{index // 2}" for index in range(40)}
    shifted = {f"c{index}": f"b-{(index + 1) // 2}" for index in range(40)}
    changed = {**rows, "c0": [0.0]}
    comparison = compare(
        make_run(rows, clusters=pairs), make_run(changed, id="b", clusters=shifted)
    )
    assert comparison.deltas[0].clusters == 1
    assert "name another cluster in each run" in comparison.notes[0]


@pytest.mark.parametrize("scale", [1e-10, 1.0, 1e6])
def test_p_values_do_not_depend_on_the_unit_of_the_score(scale: float) -> None:
    metric = MetricRecord(spec=Spec(name="unit"), better="higher", bounds=(0.0, scale))
    before = {f"c{index}": [scale * (0.5 + index / 200)] for index in range(60)}
    after = {f"c{index}": [scale * (0.45 + index / 190)] for index in range(60)}
    delta = compare(make_run(before, metric=metric), make_run(after, id="b", metric=metric)).deltas[
        0
    ]
    assert delta.p_worse < 0.001
    assert delta.low / scale == pytest.approx(-0.0697, abs=0.001)


def test_cases_that_lost_some_of_their_trials_are_lost_and_never_fixed() -> None:
    before = {f"c{index}": [0.0, 1.0, 0.0] for index in range(40)}
    after: dict[str, list[float | Outcome]] = {key: [*values] for key, values in before.items()}
    after["c0"] = [1.0, Failure(stage="metric", error="x"), Failure(stage="metric", error="x")]
    comparison = compare(make_run(before), make_run(after, id="b"))
    assert {pair.case.id: pair.states["correct"] for pair in comparison.cases}["c0"] == "lost"


def test_a_run_scored_again_is_no_import() -> None:
    baseline = make_run(scores(60))
    again = without(make_run(scores(60), id="b"), "c059")
    again = replace(again, provenance=replace(again.provenance, origin="scored again from x"))
    assert compare(baseline, again).removed == ("c059",)


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ({"margin": 0.1}, True),
        ({"margin": 0.1, "role": "monitor"}, True),
        ({"margin": 0.1, "role": "info"}, False),
        ({"floor": -3.0}, False),
        ({"metric": "other", "margin": 0.1}, False),
    ],
)
def test_a_margin_that_would_be_a_share_of_nothing_cannot_be_tested(
    rule: dict[str, object],
    refused: bool,  # noqa: FBT001 - parametrised
) -> None:
    before = {f"c{index}": [-1.0 + index / 100] for index in range(40)}
    runs = make_run(before, metric=LATENCY), make_run(before, id="b", metric=LATENCY)
    policies = [Policy(**{"metric": "latency", **rule})]
    comparison = compare(*runs, policies=policies)
    assert ("latency" in comparison.metric_problems) == refused
    assert len(comparison.deltas) == (0 if refused else 1)


@pytest.mark.parametrize(
    "said",
    [
        {"text": "another"},
        {"data": {"answer": 1}},
        {"passages": (Passage(id="p2"),)},
        {"passages": (Passage(id="p1"), Passage(id="p2"))},
        {"abstained": True},
    ],
)
def test_an_answer_is_the_same_only_with_all_that_was_said(said: dict[str, object]) -> None:
    answer = Response(text="it is", passages=(Passage(id="p1", score=0.5),))

    def answered(run: Run, *, last: Response) -> Run:
        *others, final = (replace(trial, response=answer) for trial in run.trials)
        return replace(run, trials=(*others, replace(final, response=last)))

    baseline = answered(make_run(scores(30)), last=answer)
    other = answered(make_run(scores(30), id="b"), last=replace(answer, **said))
    assert compare(baseline, other).deltas[0].method == "tango"
    rescored = replace(answer, passages=(Passage(id="p1", score=0.9),))
    same = answered(make_run(scores(30), id="b"), last=rescored)
    assert compare(baseline, same).deltas[0].method == "identical"


def test_some_lost_trials_leave_the_mean_of_the_others() -> None:
    before = {f"c{index:02}": [1.0, 0.0, 1.0] for index in range(40)}
    after: dict[str, list[float | Outcome]] = {key: [*values] for key, values in before.items()}
    after["c00"] = [1.0, 1.0, Failure(stage="metric", error="gone")]
    delta = compare(make_run(before), make_run(after, id="b")).deltas[0]
    assert delta.estimate == pytest.approx((1 - 2 / 3) / 40)
    assert delta.worst is not None
    assert delta.worst.estimate == pytest.approx(0.0)


@pytest.mark.parametrize(("cases", "told"), [(9, False), (10, True)])
def test_ten_pairs_carry_a_verdict(cases: int, told: bool) -> None:  # noqa: FBT001 - parametrised
    comparison = compare(make_run(scores(cases)), make_run(scores(cases), id="b"))
    assert bool(comparison.deltas) == told


@pytest.mark.parametrize(("edits", "told"), [(5, True), (6, False)])
def test_nineteen_of_twenty_cases_must_be_the_same(
    edits: int,
    told: bool,  # noqa: FBT001 - parametrised
) -> None:
    names = [f"c{index:03}" for index in range(edits)]
    comparison = compare(make_run(scores(100)), edited(make_run(scores(100), id="b"), *names))
    assert bool(comparison.deltas) == told == (not comparison.problems)
    run = make_run(scores(1))
    assert (comparison.suite, comparison.dataset) == (run.suite, run.dataset)


@pytest.mark.parametrize(("lost", "told"), [(5, True), (6, False)])
def test_nineteen_of_twenty_cases_must_have_scores(
    lost: int,
    told: bool,  # noqa: FBT001 - parametrised
) -> None:
    after = scores(100)
    for index in range(lost):
        after[f"c{index:03}"] = [Failure(stage="metric", error="gone")]
    comparison = compare(make_run(scores(100)), make_run(after, id="b"))
    assert bool(comparison.deltas) == told
    assert ("correct" in comparison.metric_problems) != told


@pytest.mark.parametrize(
    "other",
    [
        replace(METRICS[0], better="lower"),
        replace(METRICS[0], bounds=(0.0, 2.0)),
        replace(METRICS[0], bounds=None),
    ],
)
def test_a_metric_of_another_direction_or_range_is_incomparable(other: MetricRecord) -> None:
    comparison = compare(make_run(scores(50)), make_run(scores(50), id="b", metric=other))
    assert comparison.deltas == ()
    assert "another direction or range" in comparison.metric_problems["correct"]


def test_runs_of_different_suites_give_no_number() -> None:
    other = make_run(scores(50), id="b", suite="another")
    comparison = compare(make_run(scores(50)), other)
    assert comparison.deltas == ()
    assert "different suites" in comparison.problems[0]
    empty = replace(make_run(scores(20)), cases=(), trials=())
    assert "baseline run holds no cases" in compare(empty, make_run(scores(20), id="b")).problems[0]


def test_records_that_contradict_themselves_are_not_compared_unless_they_were_imported() -> None:
    candidate = replace(make_run(scores(50), id="b"), dataset_digest="another")
    assert "contradict themselves" in compare(make_run(scores(50)), candidate).problems[0]
    imported = replace(
        candidate, provenance=replace(candidate.provenance, origin="imported from b.csv")
    )
    assert compare(make_run(scores(50)), imported).problems == ()


def test_a_run_beside_itself_needs_no_pairs_that_nobody_could_make() -> None:
    found = scores(100)
    for index in range(20):
        found[f"c{index:03}"] = [Failure(stage="metric", error="gone")]
    run = make_run(found)
    assert compare(run, run).deltas[0].pairs == 80
    other = replace(run, trials=run.trials[::-1][1:])
    assert compare(run, other).deltas == ()
    ten = make_run({**scores(10), **{f"x{n}": found["c000"] for n in range(5)}})
    assert compare(ten, ten).deltas[0].pairs == 10
    few = make_run(scores(9))
    assert compare(few, few).deltas == ()


def test_cases_that_are_not_the_same_are_counted_by_kind() -> None:
    names = [f"c{index:03}" for index in range(4)]
    baseline = without(make_run(scores(100)), "c099")
    candidate = edited(without(make_run(scores(100), id="b"), "c098", "c097"), *names)
    plain = compare(baseline, candidate).problems[0]
    assert plain.startswith(
        "only 93 of 100 cases are the same in both runs (1 added, 2 removed, 4 edited), and 95 % "
    )
    aside = compare(baseline, candidate, quarantined=["c050", "c051"]).problems[0]
    assert "only 91 of 100 cases" in aside
    assert "(1 added, 2 removed, 4 edited, 2 in quarantine), and" in aside


@pytest.mark.parametrize("kind", ["added", "removed"])
def test_as_many_new_cases_as_edited_ones_are_no_contradiction(kind: str) -> None:
    baseline, candidate = make_run(scores(60)), edited(make_run(scores(60), id="b"), "c000")
    if kind == "added":
        baseline = without(baseline, "c001")
    else:
        candidate = without(candidate, "c001")
    comparison = compare(baseline, candidate)
    assert comparison.problems == ()
    assert (len(getattr(comparison, kind)), comparison.edited) == (1, ("c000",))


def stopped(run: Run, *, drawn: int) -> Run:
    """The run as if it had been looked at after some cases, and made no more."""
    look = Look(cases=drawn, repeats=1, fraction=drawn / len(run.cases), spent=0.5)
    record = SequentialRecord(method="hsd", seed=3, repeats=1, most=1, looks=(look,), ended=True)
    return replace(run, sequence=record)


def order_of(run: Run) -> list[str]:
    return [key for unit in drawing_order(run.cases, seed=3) for key in unit]


def test_a_run_that_stopped_early_names_what_it_did_not_draw() -> None:
    candidate = stopped(make_run(scores(100, wrong=7), id="b"), drawn=40)
    comparison = compare(make_run(scores(100)), candidate)
    assert comparison.undrawn == tuple(sorted(order_of(candidate)[40:]))
    assert comparison.candidate.sequence == candidate.sequence is not None
    assert comparison.baseline.sequence is None
    assert comparison.deltas[0].pairs == 40


@pytest.mark.parametrize(("edits", "told"), [(5, True), (6, False)])
def test_cases_that_were_not_drawn_yet_count_as_the_same(
    edits: int,
    told: bool,  # noqa: FBT001 - parametrised
) -> None:
    candidate = make_run(scores(100), id="b")
    names = order_of(candidate)[:edits]
    comparison = compare(make_run(scores(100)), stopped(edited(candidate, *names), drawn=40))
    assert (len(comparison.undrawn), len(comparison.edited)) == (60, edits)
    assert bool(comparison.deltas) == told == (not comparison.problems)


@pytest.mark.parametrize(("lost", "told"), [(5, True), (6, False)])
def test_cases_that_were_not_drawn_yet_count_as_scored(
    lost: int,
    told: bool,  # noqa: FBT001 - parametrised
) -> None:
    after = scores(100)
    for key in order_of(make_run(after))[:lost]:
        after[key] = [Failure(stage="metric", error="gone")]
    comparison = compare(make_run(scores(100)), stopped(make_run(after, id="b"), drawn=40))
    assert bool(comparison.deltas) == told
    assert ("correct" in comparison.metric_problems) != told


@pytest.mark.parametrize(("trials", "told"), [(2, False), (3, True)])
@pytest.mark.parametrize("arm", [0, 1])
def test_all_of_k_trials_need_k_trials_in_both_runs(
    trials: int,
    told: bool,  # noqa: FBT001 - parametrised
    arm: int,
) -> None:
    metric = replace(METRICS[0], aggregate=Aggregate(kind="pass^k", k=3))
    counts = [4, 4]
    counts[arm] = trials
    runs = [
        make_run({f"c{n}": [1.0] * count for n in range(20)}, id=name, metric=metric)
        for name, count in zip("ab", counts, strict=True)
    ]
    comparison = compare(*runs)
    assert bool(comparison.deltas) == told
    told_of = "the baseline has at most {} and the candidate {}".format(*counts)
    assert told or told_of in comparison.metric_problems[metric.label]


def test_seconds_that_add_up_to_nothing_are_no_share_of_a_total() -> None:
    seconds = replace(LATENCY, unit="seconds")
    runs = [make_run({f"c{n}": [0.0] for n in range(20)}, id=i, metric=seconds) for i in "ab"]
    policies = [Policy(metric="latency", margin=0.1, role="monitor")]
    assert compare(*runs, policies=policies).metric_problems == {}


def test_a_comparison_counts_how_the_cases_of_each_run_ended() -> None:
    run = make_run({**scores(20, wrong=3), "x": [Failure(stage="metric", error="gone")]}, id="b")
    crash = replace(
        run.trials[-2], response=None, scores={}, failure=Failure(stage="system", error="boom")
    )
    run = replace(run, trials=(*run.trials[1:-2], crash, run.trials[-1]))
    assert compare(make_run(scores(20)), run).candidate.tally == {
        "passed": 16,
        "failed": 2,
        "errored": 1,
        "skipped": 1,
        "unscored": 1,
    }
    counts = compare(run, run).baseline.tally
    assert sum(counts.values()) == len(run.cases) == tally(run).total


@pytest.mark.parametrize(
    ("files", "step"),
    [
        ("", "run again to finish what failed or is missing"),
        ("a", "write the missing scores into the imported file and import it again"),
        ("b", "write the missing scores into the imported file and import it again"),
    ],
)
def test_too_few_scores_ask_for_what_can_be_done(files: str, step: str) -> None:
    after = scores(60)
    for index in range(20):
        after[f"c{index:03}"] = [Failure(stage="metric", error="gone")]
    runs = [make_run(scores(60), id="a"), make_run(after, id="b")]
    runs = [
        replace(run, provenance=replace(run.provenance, origin="imported from x.csv"))
        if run.id in files
        else run
        for run in runs
    ]
    assert compare(*runs).metric_problems["correct"] == (
        f"correct has scores on both sides for only 40 of 60 cases, and 95 % must have; {step}"
    )
