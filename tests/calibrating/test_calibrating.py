"""A baseline against itself: known error rates, the ledger of flaky cases, and their files."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.calibrating.assay import calibrate
from holdfast.calibrating.flakiness import disagreement, flaky_cases
from holdfast.calibrating.ledger import Entry, Outing, entries_of, merged, read_ledger, write_ledger
from holdfast.calibrating.splits import random_splits, repeat_splits
from holdfast.calibration import digest_of, read_calibration, write_calibration
from holdfast.errors import RecordError, UsageError
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.stats.proportion import clopper_pearson
from holdfast.testing import make_run

POLICIES = (Policy(metric="correct", margin=0.05),)


def sampled(cases: int = 60, trials: int = 5, *, seed: int = 1, kappa: float = 0.5) -> Run:
    generator = np.random.default_rng(seed)
    rates = generator.beta(0.85 * kappa, 0.15 * kappa, cases)
    return make_run(
        {
            f"c{number}": [float(generator.random() < rate) for _ in range(trials)]
            for number, rate in enumerate(rates)
        }
    )


@given(st.integers(2, 6), st.integers(0, 100))
def test_a_split_deals_every_trial_once_and_keeps_to_its_case(trials: int, seed: int) -> None:
    run = sampled(8, trials, seed=seed)
    [(first, second)] = random_splits(run, 1, seed=seed)
    for case in run.cases:
        whole = sorted(t.scores["correct"].value for t in run.trials if t.case_id == case.id)
        dealt = [
            t.scores["correct"].value
            for arm in (first, second)
            for t in arm.trials
            if t.case_id == case.id
        ]
        assert sorted(dealt) == whole
    assert (first.repeats, second.repeats) == ((trials + 1) // 2, trials // 2)


def test_splits_by_repeat_are_all_ways_to_choose_the_candidate() -> None:
    run = sampled(12, 4)
    found = list(repeat_splits(run))
    assert len(found) == len(list(combinations(range(4), 2)))
    assert all((a.repeats, b.repeats) == (2, 2) for a, b in found)


def test_the_false_alarm_rate_of_honest_trials_is_at_most_nominal() -> None:
    found = calibrate(sampled(), POLICIES, splits=200)
    assert found.low <= 0.05
    assert found.rate <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5
    expected = clopper_pearson(found.alarms, 200, alpha=0.025)
    assert (found.low, found.high) == expected
    assert found.independent == 2


def test_every_split_is_told_with_their_number() -> None:
    told: list[int] = []
    calibrate(sampled(20, 2), POLICIES, splits=25, watch=told.append)
    assert told == [25] * 25


def test_drift_between_repeats_shows_where_whole_repeats_are_split() -> None:
    run = sampled(100, 4)
    worse = tuple(
        replace(trial, scores={"correct": replace(trial.scores["correct"], value=0.0)})
        if trial.repeat >= 2 and int(trial.case_id[1:]) % 4 == 0
        else trial
        for trial in run.trials
    )
    found = calibrate(replace(run, trials=worse), POLICIES, splits=100)
    # Two of the six ways keep the drifted repeats together, one of them as the candidate.
    assert found.repeats == (1, 6)
    assert found.rate <= 0.12


def test_a_steady_system_has_no_flaky_case_and_no_alarm() -> None:
    run = make_run({f"c{n}": [float(n % 5 > 0)] * 4 for n in range(40)})
    found = calibrate(run, POLICIES, splits=50)
    assert (found.alarms, found.flaky, found.gates[0].flips) == (0, 0, 0.0)


def test_the_suggested_margin_is_the_resolvable_one_rounded_up() -> None:
    [gate] = calibrate(sampled(), POLICIES, splits=20).gates
    assert gate.resolvable <= gate.suggested < gate.resolvable + 0.005
    assert gate.suggested * 200 == pytest.approx(round(gate.suggested * 200))
    assert gate.wide


def test_one_trial_per_case_cannot_be_split() -> None:
    with pytest.raises(UsageError, match="--holdfast-repeats 5 --holdfast-accept"):
        calibrate(sampled(20, 1), POLICIES)
    with pytest.raises(UsageError, match="no metric on a range is gated"):
        calibrate(sampled(20, 2), [Policy(metric="correct", role="info")])


def test_a_calibration_is_read_back_for_its_own_baseline_only(tmp_path: Path) -> None:
    run = sampled(30, 2)
    found = calibrate(run, POLICIES, splits=20)
    assert read_calibration(tmp_path, baseline=run) is None
    path = write_calibration(found, tmp_path)
    assert read_calibration(tmp_path, baseline=run) == found
    assert read_calibration(tmp_path, baseline=sampled(30, 2, seed=9)) is None
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    assert read_calibration(tmp_path, baseline=run) is None
    path.write_text("{")
    with pytest.raises(RecordError, match="holdfast calibrate"):
        read_calibration(tmp_path, baseline=run)


def test_the_digest_of_a_run_does_not_depend_on_the_order_of_its_trials() -> None:
    run = sampled(10, 3)
    assert digest_of(run) == digest_of(replace(run, trials=run.trials[::-1]))
    assert digest_of(run) != digest_of(replace(run, trials=run.trials[1:]))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_disagreement_is_the_mean_distance_of_all_pairs(values: list[float]) -> None:
    pairs = list(combinations(values, 2))
    mean = sum(abs(a - b) for a, b in pairs) / len(pairs)
    assert disagreement(values, (0.0, 1.0)) == pytest.approx(mean, abs=1e-12)


def test_flaky_cases_are_listed_flakiest_first() -> None:
    run = make_run({"a": [1, 1, 1, 1], "b": [1, 0, 1, 1], "c": [0, 1, 0, 1]})
    found = flaky_cases(run, run.metrics)
    assert [(one.case, round(one.rate, 3)) for one in found] == [("c", 0.667), ("b", 0.5)]


def test_the_ledger_holds_cases_that_one_system_answered_both_ways() -> None:
    old = make_run({"a": [1, 0], "b": [1, 1], "c": [1, 1]}, id="2026-1")
    other = make_run({"a": [1], "b": [0], "c": [1]}, id="2026-2")
    changed = replace(
        make_run({"a": [1], "b": [1], "c": [0]}, id="2026-3"),
        system=replace(old.system, version="2"),
    )
    found = {entry.case: entry for entry in entries_of([changed, other], baseline=old)}
    # c failed only after the system changed: that is no flake.
    assert set(found) == {"a", "b"}
    assert found["a"].marks == "▮▯ ▮|▮"
    assert found["a"].rate == pytest.approx(2 / 3)


def test_answers_from_the_cache_are_not_counted_twice() -> None:
    old = make_run({"a": [1, 0]}, id="2026-1")
    again = make_run({"a": [1, 0]}, id="2026-2")
    again = replace(again, trials=tuple(replace(t, cached=True) for t in again.trials))
    [entry] = entries_of([again], baseline=old)
    assert [outing.run for outing in entry.history] == ["2026-1"]


outings = st.builds(
    lambda run, passed, failed: Outing(
        run=f"run-{run:03}", system="s", passed=passed, trials=passed + failed
    ),
    st.integers(0, 40),
    st.integers(1, 3),
    st.integers(1, 3),
)


def entry_of(case: str, found: list[Outing]) -> Entry:
    known = {outing.run: outing for outing in found}
    history = tuple(known[run] for run in sorted(known))[-30:]
    return Entry(case=case, metric="correct", history=history)


ledgers = st.dictionaries(
    st.text(min_size=1, max_size=5), st.lists(outings, min_size=1, max_size=40), max_size=4
).map(lambda found: tuple(entry_of(case, found[case]) for case in sorted(found)))


@given(ledgers)
def test_a_ledger_survives_its_file(tmp_path_factory, ledger: tuple[Entry, ...]) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    write_ledger(ledger, folder)
    assert read_ledger(folder) == ledger


@given(ledgers)
def test_merging_a_ledger_with_itself_or_nothing_changes_nothing(
    ledger: tuple[Entry, ...],
) -> None:
    assert merged(ledger, ledger) == ledger
    assert merged((), ledger) == merged(ledger, ()) == ledger


def test_a_broken_line_of_a_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / "flakes.jsonl").write_text('{"case":"a"}\n')
    with pytest.raises(RecordError, match=r"flakes.jsonl:1"):
        read_ledger(tmp_path)
    assert read_ledger(tmp_path / "none") == ()
