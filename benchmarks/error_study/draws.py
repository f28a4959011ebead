"""Draws: simulated scores of an unchanged or a worse candidate, from the flaky-case model.

Case i passes one trial with probability p_i ~ Beta(0.85 * 0.5, 0.15 * 0.5): most cases always pass
or always fail, and two single trials of the same system disagree on 8.5 % of them. A drop breaks a
random subset of the cases: each one fails for good with probability drop / 0.85.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from holdfast.aggregate import Aggregate

MEAN = 0.85
CONCENTRATION = 0.5
SHARED = 0.7
"""Chance that a case of a cluster does what its whole cluster does, in one trial."""

Scores: TypeAlias = NDArray[np.float64]
"""Shape (metrics, cases, trials); NaN where a score is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Scores of a baseline and of a candidate for the same cases."""

    baseline: Scores
    candidate: Scores
    bounds: tuple[float, float] | None = (0.0, 1.0)
    """Range of a score; None for an amount such as a cost."""
    better: str = "higher"
    clusters: tuple[str, ...] | None = None
    """Declared cluster of each case."""
    tags: tuple[tuple[str, ...], ...] | None = None
    """Declared tags of each case."""
    unit: str = ""
    aggregate: Aggregate | None = None
    """How the trials of a case become its value; None for their mean."""
    lost_tag: str = ""
    """The tag whose cases lost, where one did."""


class Setting(Protocol):
    """What is simulated: a named way to draw samples."""

    @property
    def name(self) -> str:
        """Tells this setting from every other one; the random numbers depend on it."""
        ...

    @property
    def size(self) -> float:
        """Number of scores of a sample: tasks are scheduled by it."""
        ...

    def draw(self, generator: np.random.Generator) -> Sample:
        """One sample."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyCases:
    """Binary trials of the flaky-case model."""

    cases: int
    trials: tuple[int, int] = (1, 1)
    """Trials per case in the baseline and in the candidate."""
    drop: float = 0.0
    """Loss of the candidate's true mean."""
    metrics: int = 1
    correlation: float = 0.0
    """Of the changes of one case in several metrics (Gaussian copula); one trial per arm."""
    shifted: int | None = None
    """Number of metrics that lose; None for all."""
    clusters: tuple[int, ...] = (1,)
    """Sizes of the clusters, repeated until all cases have one."""
    declared: bool = True
    """The cases name their cluster."""
    concentration: float = CONCENTRATION
    """Of the cases' probabilities: the smaller, the fewer flaky cases."""
    swapped: float = 0.0
    """Share of cases that break for good while as much is repaired: no net change."""
    lost: tuple[float, float] = (0.0, 0.0)
    """Share of trials without a score, at random, in the baseline and in the candidate."""
    even: bool = False
    """The drop takes the same share of every case's chance, and breaks none for good."""
    aggregate: Aggregate | None = None
    """How the trials of a case become its value; None for their mean."""

    @property
    def name(self) -> str:
        """The setting in one line."""
        return repr(self)

    @property
    def size(self) -> float:
        """Number of scores."""
        return self.cases * sum(self.trials) * self.metrics

    def draw(self, generator: np.random.Generator) -> Sample:
        """Outcomes of both arms."""
        if self.correlation:
            baseline, candidate = _correlated(self, generator)
        else:
            baseline, candidate = _independent(self, generator)
        owners = _owners(self.cases, self.clusters)
        named = self.declared and max(self.clusters) > 1
        return Sample(
            baseline=_lose(baseline, self.lost[0], generator=generator),
            candidate=_lose(candidate, self.lost[1], generator=generator),
            clusters=tuple(f"document-{owner}" for owner in owners) if named else None,
            aggregate=self.aggregate,
        )

    def drops(self) -> Scores:
        """Loss of each metric; shape (metrics, 1)."""
        lost = np.zeros((self.metrics, 1))
        lost[: self.metrics if self.shifted is None else self.shifted] = self.drop
        return lost


@lru_cache
def _owners(cases: int, clusters: tuple[int, ...]) -> tuple[int, ...]:
    """Index of the cluster of each case."""
    owners: list[int] = []
    while len(owners) < cases:
        for size in clusters:
            start = owners[-1] + 1 if owners else 0
            owners += [start] * size
    return tuple(owners[:cases])


def _independent(setting: FlakyCases, generator: np.random.Generator) -> tuple[Scores, Scores]:
    owners = np.array(_owners(setting.cases, setting.clusters))
    shape = (setting.metrics, int(owners[-1]) + 1)
    shares = (MEAN * setting.concentration, (1.0 - MEAN) * setting.concentration)
    chances = generator.beta(*shares, size=shape)
    luck = generator.random(shape)
    after = np.where(luck < setting.drops() / MEAN, 0.0, chances)
    if setting.even:
        after = chances * (1.0 - setting.drops() / chances.mean(axis=1, keepdims=True))
    if setting.swapped:
        repaired = setting.swapped * MEAN / (1.0 - MEAN)
        after = np.where(luck < setting.swapped, 0.0, chances)
        after = np.where(
            (luck >= setting.swapped) & (luck < setting.swapped + repaired), 1.0, after
        )
    return tuple(
        _trials(arm, number, owners=owners, generator=generator)
        for arm, number in zip((chances, after), setting.trials, strict=True)
    )


def _trials(
    chances: Scores, number: int, *, owners: NDArray[np.int64], generator: np.random.Generator
) -> Scores:
    metrics, groups = chances.shape
    expected = chances[:, owners, None]
    passed = generator.random((metrics, owners.size, number)) < expected
    if groups < owners.size:
        common = generator.random((metrics, groups, number)) < chances[:, :, None]
        follows = generator.random(passed.shape) < SHARED
        passed = np.where(follows, common[:, owners, :], passed)
    return passed.astype(np.float64)


def _correlated(setting: FlakyCases, generator: np.random.Generator) -> tuple[Scores, Scores]:
    """One trial per arm, with the same chances of each pair of outcomes as independent metrics."""
    shape = (setting.metrics, setting.cases)
    flaky = MEAN * (1.0 - MEAN) * setting.concentration / (setting.concentration + 1.0)
    gone = setting.drops() / MEAN
    breaks = gone * MEAN + (1.0 - gone) * flaky
    mends = (1.0 - gone) * flaky
    stays = (1.0 - gone) * (MEAN - flaky)
    shared = generator.normal(size=(1, setting.cases))
    own = generator.normal(size=shape)
    latent = np.sqrt(setting.correlation) * shared + np.sqrt(1.0 - setting.correlation) * own
    broken, fixed = latent < ndtri(breaks), latent > ndtri(1.0 - mends)
    both = generator.random(shape) < stays / (1.0 - breaks - mends)
    before = broken | (both & ~fixed)
    after = fixed | (both & ~broken)
    return before.astype(np.float64)[:, :, None], after.astype(np.float64)[:, :, None]


def _lose(scores: Scores, share: float, *, generator: np.random.Generator) -> Scores:
    if share == 0.0:
        return scores
    gone = generator.random(scores.shape[1:]) < share
    return np.where(gone[None], np.nan, scores)
