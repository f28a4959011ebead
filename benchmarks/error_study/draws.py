"""Draws: simulated scores of an unchanged or a worse candidate, from the flaky-case model.

Case i passes one trial with probability p_i ~ Beta(0.85 * 0.5, 0.15 * 0.5): most cases always pass
or always fail, and two single trials of the same system disagree on 8.5 % of them. A drop breaks a
random subset of the cases: each one fails for good with probability drop / 0.85.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

MEAN = 0.85
CONCENTRATION = 0.5
SHARED = 0.7
"""Chance that a case of a cluster does what its whole cluster does, in one trial."""

Outcomes: TypeAlias = NDArray[np.int8]
"""1 for a pass and 0 for a failure; shape (metrics, cases, trials)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is simulated."""

    cases: int
    baseline_trials: int = 1
    candidate_trials: int = 1
    drop: float = 0.0
    """Loss of the candidate's true mean."""
    metrics: int = 1
    """Independent metrics, all of them gated."""
    cluster: int = 1
    """Cases per cluster; those of one cluster share their luck."""
    declared: bool = True
    """The cases name their cluster."""


def draw(setting: Setting, generator: np.random.Generator) -> tuple[Outcomes, Outcomes]:
    """Outcomes of the baseline and of the candidate."""
    groups = setting.cases // setting.cluster
    shape = (setting.metrics, groups)
    shares = (MEAN * CONCENTRATION, (1.0 - MEAN) * CONCENTRATION)
    chances = generator.beta(*shares, size=shape)
    broken = generator.random(shape) < setting.drop / MEAN
    after = np.where(broken, 0.0, chances)
    return (
        _trials(chances, setting.baseline_trials, setting=setting, generator=generator),
        _trials(after, setting.candidate_trials, setting=setting, generator=generator),
    )


def _trials(
    chances: NDArray[np.float64], number: int, *, setting: Setting, generator: np.random.Generator
) -> Outcomes:
    metrics, groups = chances.shape
    size = setting.cluster
    own = generator.random((metrics, groups, size, number)) < chances[:, :, None, None]
    if size > 1:
        common = generator.random((metrics, groups, 1, number)) < chances[:, :, None, None]
        follows = generator.random(own.shape) < SHARED
        own = np.where(follows, common, own)
    return own.reshape(metrics, groups * size, number).astype(np.int8)
