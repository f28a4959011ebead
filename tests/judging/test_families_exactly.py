"""Families by exact examples: who belongs to which, shares of alpha, and bounds at one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from holdfast.comparing.aligned import Ground, ground_of
from holdfast.comparison import Comparison, Delta, compare
from holdfast.judging.families import Adjusted, adjust, search_slices
from holdfast.policy import Policy
from holdfast.stats import sign_flip
from tests.judging.results import run_of

Tags = Sequence[tuple[str, ...]]


def compared(count: int, *, drop: float, tags: Tags = ((),) * 100) -> Comparison:
    chance = np.random.default_rng(8)
    before = {f"m{k}": chance.uniform(0.4, 0.9, len(tags)) for k in range(count)}
    noise = chance.normal(0.0, 0.15, len(tags))
    after = {
        label: np.clip(values - drop + noise + chance.normal(0.0, 0.08, len(tags)), 0.0, 1.0)
        for label, values in before.items()
    }
    return compare(run_of("a", before, tags), run_of("b", after, tags))


def by_label(comparison: Comparison) -> dict[str, Delta]:
    return {delta.metric.label: delta for delta in comparison.deltas}


def rules(labels: Sequence[str], **rule: object) -> list[Policy]:
    return [Policy(metric=label, **{"margin": 0.01, **rule}) for label in labels]


def adjusted(policies: list[Policy], deltas: dict[str, Delta], ground: Ground) -> dict[str, str]:
    return {label: found.how for label, found in adjust(policies, deltas, ground)[0].items()}


def measured_on(delta: Delta, count: int) -> Delta:
    """The delta as if only its first cases had been measured."""
    assert delta.paired is not None
    own = delta.paired
    few = replace(
        own, cases=own.cases[:count], changes=own.changes[:count], units=own.units[:count]
    )
    return replace(delta, paired=few)


def test_a_pair_of_gates_shares_its_flips_even_where_the_answers_of_one_are_identical() -> None:
    comparison = compared(2, drop=0.02)
    deltas, ground = by_label(comparison), ground_of(comparison.cases)
    assert adjusted(rules(["m0", "m1"]), deltas, ground) == {"m0": "max-t", "m1": "max-t"}
    deltas["m1"] = replace(deltas["m1"], method="identical", p_worse=1.0, p_better=1.0)
    assert adjusted(rules(["m0", "m1"]), deltas, ground) == {"m0": "max-t", "m1": "max-t"}


@pytest.mark.parametrize(("count", "how"), [(81, "max-t"), (80, "max-t"), (79, "holm")])
def test_gates_share_their_flips_from_four_fifths_of_the_units(count: int, how: str) -> None:
    comparison = compared(2, drop=0.02)
    deltas = by_label(comparison)
    deltas["m0"] = measured_on(deltas["m0"], count)
    found = adjusted(rules(["m0", "m1"]), deltas, ground_of(comparison.cases))
    assert found == {"m0": how, "m1": how}


@pytest.mark.parametrize(("count", "how"), [(1, "none"), (2, "holm"), (3, "holm")])
def test_gates_that_are_judged_one_by_one_share_alpha_from_two(count: int, how: str) -> None:
    comparison = compared(count, drop=0.05)
    deltas = {label: replace(delta, paired=None) for label, delta in by_label(comparison).items()}
    found = adjusted(rules(list(deltas)), deltas, ground_of(comparison.cases))
    assert found == dict.fromkeys(deltas, how)


@pytest.mark.parametrize(("count", "how"), [(1, "none"), (2, "benjamini-hochberg")])
def test_monitors_are_adjusted_from_two(count: int, how: str) -> None:
    comparison = compared(count, drop=0.05)
    deltas = by_label(comparison)
    policies = rules(list(deltas), role="monitor")
    found = adjust(policies, deltas, ground_of(comparison.cases))[0]
    assert {each.how for each in found.values()} == {how}
    raw = sorted(delta.p_worse for delta in deltas.values())
    expected = raw if count == 1 else [min(2 * raw[0], raw[1]), raw[1]]
    assert sorted(each.worse for each in found.values()) == pytest.approx(expected)


@pytest.mark.parametrize("drop", [0.04, -0.04])
def test_a_gate_that_is_judged_otherwise_takes_its_share_in_both_directions(drop: float) -> None:
    comparison = compared(3, drop=drop)
    deltas, ground = by_label(comparison), ground_of(comparison.cases)
    alone = adjust(rules(["m0", "m1"]), deltas, ground)[0]
    deltas["m2"] = replace(deltas["m2"], paired=None)
    found = adjust(rules(["m0", "m1", "m2"]), deltas, ground)[0]
    for label in ("m0", "m1"):
        for direction in ("worse", "better"):
            expected = min(1.0, 1.5 * getattr(alone[label], direction))
            assert getattr(found[label], direction) == pytest.approx(expected)
    own = deltas["m2"]
    expected = [min(1.0, 3 * own.p_worse), min(1.0, 3 * own.p_better)]
    assert [found["m2"].worse, found["m2"].better] == pytest.approx(expected)
    assert found["m2"].how == "holm"


def test_slices_that_gate_change_nothing_where_there_are_none() -> None:
    comparison = compared(1, drop=0.05)
    deltas = by_label(comparison)
    found, family = adjust(rules(["m0"], slices="gate"), deltas, ground_of(comparison.cases))
    own = deltas["m0"]
    assert found == {"m0": Adjusted(worse=own.p_worse, better=own.p_better, how="none")}
    assert family.evidence is None


TAGS: Tags = [("even",) if row % 2 == 0 else () for row in range(100)]


@pytest.mark.parametrize("drop", [0.03, -0.03])
def test_beside_gating_slices_the_larger_p_value_of_the_whole_counts(drop: float) -> None:
    comparison = compared(2, drop=drop, tags=TAGS)
    deltas, ground = by_label(comparison), ground_of(comparison.cases)
    deltas["m0"] = replace(deltas["m0"], p_worse=0.97, p_better=0.96)
    deltas["m1"] = replace(deltas["m1"], p_worse=0.0, p_better=0.0)
    found, family = adjust(rules(["m0", "m1"], slices="gate"), deltas, ground)
    assert family.metrics == ("m0", "m1")
    assert family.evidence is not None
    worse, better = family.evidence.whole_worse, family.evidence.whole_better
    assert found["m0"].worse == max(0.97, worse[0])
    assert found["m0"].better == max(0.96, better[0])
    assert (found["m1"].worse, found["m1"].better) == (worse[1], better[1])
    assert 0.0 < min(worse[1], better[1]) < 0.5
    assert {each.how for each in found.values()} == {"max-t"}


def test_a_slice_that_warns_has_twice_its_own_p_value_and_shares_it_with_no_whole() -> None:
    # 17 of the 50 tagged cases are fixed and 33 break; of the others as many.
    signs = np.r_[np.ones(17), -np.ones(33)]
    changes = np.ravel(np.column_stack([signs, signs]))
    before, after = {"m0": (1.0 - changes) / 2.0}, {"m0": (1.0 + changes) / 2.0}
    comparison = compare(run_of("a", before, TAGS), run_of("b", after, TAGS))
    family = search_slices(rules(["m0"]), by_label(comparison), ground_of(comparison.cases))
    assert family.evidence is not None
    exact = sign_flip.exact(signs.astype(np.int64))[0]
    assert 0.005 < exact < 0.05
    assert family.evidence.worse.shape == (1, 1)
    assert family.evidence.worse[0, 0] == pytest.approx(2 * exact, rel=0.15)
    assert family.evidence.whole_worse.size == 0
