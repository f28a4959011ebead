"""Plans against simulation and their own inverse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.stats import power, tango


@given(st.floats(0.05, 1.0), st.integers(150, 5000))
def test_the_cases_needed_for_the_resolvable_margin_are_the_cases_there(
    spread: float, cases: int
) -> None:
    margin = power.resolvable_margin(spread, cases, alpha=0.05, power=0.8)
    needed = power.cases_needed(spread, margin * (1 + 1e-9), alpha=0.05, power=0.8)
    assert needed == pytest.approx(cases, abs=1)


def test_an_unchanged_system_clears_the_planned_margin_as_often_as_planned() -> None:
    generator = np.random.default_rng(8)
    cases, rate, runs = 300, 0.085, 1500
    margin = power.resolvable_margin(rate**0.5, cases, alpha=0.05, power=0.8)
    cleared = 0
    for _ in range(runs):
        discordant = generator.binomial(cases, rate)
        broken = generator.binomial(discordant, 0.5)
        low, _ = tango.score_bounds(broken, discordant - broken, cases, alpha=0.05)
        cleared += low > -margin
    assert cleared / runs == pytest.approx(0.8, abs=0.06)


def test_trials_cannot_resolve_what_differs_between_cases() -> None:
    reach = (0.05, 0.8)
    assert power.trials_needed(0.5, 0.01, 100, margin=0.02, reach=reach) is None
    assert power.trials_needed(0.3, 0.09, 100, margin=0.05, reach=reach) == 3
