"""Slices and wholes: what is called a loss has an interval that says so too."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from holdfast.comparison import compare
from holdfast.gate import Verdict, decide
from holdfast.metric import Failure
from holdfast.policy import Policy
from holdfast.record import Run
from tests.judging.results import judged, run_of

CHANGES = ("flips", "shift", "noise", "rare")


def moved(chance: np.random.Generator, kind: str, cases: int, size: float) -> np.ndarray:
    """Scores of a baseline and a candidate that lost or gained so much, shape (2, cases)."""
    if kind == "flips":
        before = (chance.random(cases) < 0.7).astype(np.float64)
        after = np.where(chance.random(cases) < 0.05, 1.0 - before, before)
        after = np.where(chance.random(cases) < 4.0 * abs(size), float(size > 0), after)
        return np.stack([before, after])
    spread = {"shift": 0.1 * abs(size), "noise": 3.0 * abs(size), "rare": 0.0}[kind]
    before = chance.uniform(0.35, 0.65, cases)
    drift = size + spread * chance.standard_normal(cases)
    rare = (chance.random(cases) < 0.05) * (kind == "rare") * -18.0 * size
    return np.stack([before, np.clip(before + drift + rare, 0.0, 1.0)])


@st.composite
def sliced(draw: st.DrawFn) -> tuple[Verdict, str]:
    """A verdict on three slices of which each moved in its own way."""
    kind = draw(st.sampled_from(CHANGES))
    sizes = draw(st.lists(st.integers(20, 90), min_size=3, max_size=3))
    shifts = draw(st.lists(st.sampled_from([-0.2, -0.05, -0.01, 0.0, 0.01, 0.05, 0.2]),
                           min_size=3, max_size=3))  # fmt: skip
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    parts = [moved(chance, kind, n, shift) for n, shift in zip(sizes, shifts, strict=True)]
    before, after = np.concatenate(parts, axis=1)
    tags = [(f"t{slot}",) for slot, size in enumerate(sizes) for _ in range(size)]
    clusters = [f"g{row // 2}" for row in range(len(tags))] if draw(st.booleans()) else None
    verdict = judged({"m": before}, {"m": after}, tags, clusters=clusters,
                     slices=draw(st.sampled_from(["warn", "gate"])))  # fmt: skip
    return verdict, kind


@settings(max_examples=50, deadline=None)
@given(sliced())
def test_a_slice_that_was_found_has_an_interval_on_one_side_of_zero(
    found: tuple[Verdict, str],
) -> None:
    verdict, kind = found
    for one in verdict.slices:
        event(f"{kind} {one.state}")
        assert one.low <= one.estimate <= one.high
        if one.state == "regressed":
            assert one.high < 0.0
        if one.state == "improved":
            assert one.low > 0.0
        if one.state == "unconfirmed" and one.p_value <= 0.05:
            assert one.high >= 0.0
            assert one.why.endswith("so few cases do not rule out that rare large gains make "
                                    "up for it.")  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(sliced())
def test_a_whole_that_changed_has_such_an_interval_or_says_why_not(
    found: tuple[Verdict, str],
) -> None:
    finding = found[0].findings[0]
    delta = finding.delta
    assert delta is not None
    event(f"{delta.method} {finding.state}")
    wide = "The interval reaches beyond zero because" in finding.why
    if finding.state == "regressed" and "slice" not in finding.tags:
        assert wide == (delta.high >= 0.0)
        assert not (wide and delta.method == "tango")
        assert delta.high < 0.0 or delta.estimate < -0.02
    if finding.state == "improved":
        assert wide == (delta.low <= 0.0)
        assert not (wide and delta.method == "tango")


def shifted(cases: int, lost: int, by: float, rest: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(0)
    before = chance.uniform(0.5, 0.8, cases)
    after = before + rest * chance.standard_normal(cases)
    after[:lost] = before[:lost] - by
    return before, after


def halves(cases: int, first: int) -> list[tuple[str, ...]]:
    return [("x",) if row < first else ("y",) for row in range(cases)]


@pytest.mark.parametrize("slices", ["warn", "gate"])
def test_a_small_even_loss_of_few_cases_is_not_confirmed(slices: str) -> None:
    before, after = shifted(600, 60, 0.01, rest=0.002)
    verdict = judged({"m": before}, {"m": after}, halves(600, 60), slices=slices)
    assert (verdict.outcome, verdict.exit_code) == ("pass", 0)
    (found,) = verdict.slices
    assert (found.name, found.state) == ("x", "unconfirmed")
    assert found.p_value < 0.001
    assert found.low < found.estimate < 0.0 < found.high
    assert found.why.endswith("so few cases do not rule out that rare large gains make up for it.")
    assert "tagged x" not in verdict.sentence


def test_the_same_loss_of_more_cases_is_found() -> None:
    before, after = shifted(2400, 400, 0.01, rest=0.002)
    verdict = judged({"m": before}, {"m": after}, halves(2400, 400), slices="gate", margin=0.005)
    found = verdict.slices[0]
    assert (found.state, verdict.exit_code) == ("regressed", 1)
    assert found.high < 0.0


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_whole_that_few_cases_show_says_why_its_interval_reaches_beyond_zero(
    sign: float,
) -> None:
    before, after = shifted(60, 60, 0.025)
    if sign > 0:
        before, after = after, before
    verdict = judged({"m": before}, {"m": after}, [()] * 60, margin=0.02)
    finding = verdict.findings[0]
    assert finding.state == ("regressed" if sign < 0 else "improved")
    assert finding.why.endswith(
        "(The interval reaches beyond zero because it also allows for losses and gains that no "
        "case has shown; the test does not.)"
    )


@pytest.mark.parametrize("loss", [1e-6, 0.01, 0.019])
def test_a_loss_within_the_margin_is_no_regression_where_its_interval_holds_zero(
    loss: float,
) -> None:
    before, after = np.full(60, 0.75), np.full(60, 0.75 - loss)
    verdict = judged({"m": before}, {"m": after}, [()] * 60, margin=0.02)
    finding = verdict.findings[0]
    assert finding.p_worse < 0.001
    assert (finding.state, finding.tags) == ("inconclusive", ("small_real_drop",))
    assert (verdict.exit_code, finding.plan is not None) == (0, True)
    assert "A drop is real, and too small to count before" in finding.why
    beyond = judged({"m": before}, {"m": after - 0.021}, [()] * 60, margin=0.02)
    assert (beyond.findings[0].state, beyond.exit_code) == ("regressed", 1)
    more = judged({"m": np.full(400, 0.75)}, {"m": np.full(400, 0.75 - loss)}, [()] * 400)
    assert more.findings[0].state == ("regressed" if loss == 0.019 else "within_margin")


def test_a_monitor_is_told_of_a_small_loss_too() -> None:
    before, after = np.full(60, 0.75), np.full(60, 0.74)
    verdict = judged({"m": before}, {"m": after}, [()] * 60, role="monitor")
    assert (verdict.findings[0].state, verdict.exit_code) == ("regressed", 0)


def without(run: Run, row: int) -> Run:
    gone = Failure(stage="infrastructure", error="429")
    trials = list(run.trials)
    trials[row] = replace(trials[row], scores={"m": gone})
    return replace(run, trials=tuple(trials))


def with_one_lost_score(
    before: np.ndarray, after: np.ndarray, tags: list[tuple[str, ...]], margin: float
) -> Verdict:
    rules = [Policy(metric="m", margin=margin, slices="gate")]
    baseline, candidate = (run_of(n, {"m": s}, tags) for n, s in (("a", before), ("b", after)))
    return decide(compare(baseline, without(candidate, -1), policies=rules), rules)


def test_one_lost_score_makes_no_regression_of_a_loss_that_is_tolerated() -> None:
    before = np.ones(3000)
    after = before.copy()
    after[:1500:60] = 0.0
    verdict = with_one_lost_score(before, after, halves(3000, 1500), 0.05)
    assert [(found.state, found.tolerated) for found in verdict.slices] == [("regressed", True)]
    assert (verdict.findings[0].state, verdict.exit_code) == ("within_margin", 0)


def test_one_lost_score_makes_no_regression_of_a_loss_that_is_not_confirmed() -> None:
    before, after = shifted(2000, 60, 0.01, rest=0.002)
    verdict = with_one_lost_score(before, after, halves(2000, 60), 0.02)
    assert [found.state for found in verdict.slices] == ["unconfirmed"]
    assert (verdict.findings[0].state, verdict.exit_code) == ("within_margin", 0)
