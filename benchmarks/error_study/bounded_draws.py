"""Bounded draws: simulated scores between two bounds, and amounts without bounds."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from error_study.draws import Sample, Scores

Kind = Literal["ordinal", "ndcg", "collapse", "lucky few"]

RANGES: dict[Kind, tuple[float, float]] = {
    "ordinal": (1.0, 5.0),
    "ndcg": (0.0, 1.0),
    "collapse": (0.0, 1.0),
    "lucky few": (0.0, 1.0),
}
WORDS: dict[Kind, str] = {
    "ordinal": "grades 1 to 5 of a judge",
    "ndcg": "nDCG-like, many ties at 0 and 1",
    "collapse": "near 0.9, losers lose 0.8",
    "lucky few": "5 % gain 0.8, all others lose 0.042",
}
LOSS = 0.8
LUCKY = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundedScores:
    """Scores of one metric with a smallest and a largest value."""

    kind: Kind
    cases: int
    trials: tuple[int, int] = (1, 1)
    drop: float = 0.0
    """Loss of the candidate's true mean, as a share of the range."""

    @property
    def name(self) -> str:
        """The setting in one line."""
        return repr(self)

    @property
    def size(self) -> float:
        """Number of scores."""
        return 2.0 * self.cases * sum(self.trials)

    def draw(self, generator: np.random.Generator) -> Sample:
        """Scores of both arms."""
        low, high = RANGES[self.kind]
        true = _true_scores(self.kind, self.cases, generator)
        before = _noisy(self.kind, true, trials=self.trials[0], generator=generator)
        after = _noisy(self.kind, true, trials=self.trials[1], generator=generator)
        luck = generator.random((self.cases, 1))
        if self.kind == "lucky few":
            lucky = luck < LUCKY
            after = after + np.where(lucky, LOSS, -LUCKY * LOSS / (1.0 - LUCKY))
        elif self.kind == "collapse":
            after = np.where(luck < self.drop / LOSS, after - LOSS, after)
        elif self.drop:
            share = self.drop * (high - low) / (_mean(self.kind) - low)
            after = np.where(luck < share, low, after)
        return Sample(baseline=before[None], candidate=after[None], bounds=(low, high))


def _true_scores(kind: Kind, cases: int, generator: np.random.Generator) -> Scores:
    """What each case scores but for noise; shape (cases,)."""
    if kind == "ordinal":
        return generator.normal(3.9, 1.0, cases)
    if kind == "ndcg":
        luck = generator.random(cases)
        middle = generator.beta(2.0, 1.5, cases)
        return np.where(luck < 0.35, 1.0, np.where(luck < 0.45, 0.0, middle))
    return np.full(cases, 0.9 if kind == "collapse" else 0.1)


def _noisy(kind: Kind, true: Scores, *, trials: int, generator: np.random.Generator) -> Scores:
    """Scores with the noise of single trials; shape (cases, trials)."""
    shape = (true.size, trials)
    if kind == "ordinal":
        return np.clip(np.rint(true[:, None] + generator.normal(0.0, 0.45, shape)), 1.0, 5.0)
    if kind == "ndcg":
        moved = np.clip(true[:, None] + generator.normal(0.0, 0.18, shape), 0.0, 1.0)
        return np.where(generator.random(shape) < 0.775, true[:, None], moved)
    # The noise stays within the bounds, so that no clipping shifts a mean.
    return true[:, None] + generator.uniform(-0.05, 0.05, shape)


@lru_cache
def _mean(kind: Kind) -> float:
    """Mean score of an unchanged system, from a large sample of its own."""
    generator = np.random.default_rng(7)
    true = _true_scores(kind, 400_000, generator)
    return float(_noisy(kind, true, trials=1, generator=generator).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Costs without bounds: log-normal over cases, with log-normal noise in each trial."""

    cases: int
    trials: tuple[int, int] = (1, 1)
    rise: float = 0.0
    """True growth of the candidate's total, as a share of the baseline's."""
    spread: float = 1.0
    """Standard deviation of the logarithm over cases."""
    noise: float = 0.3
    """Standard deviation of the logarithm over trials of one case."""

    @property
    def name(self) -> str:
        """The setting in one line."""
        return repr(self)

    @property
    def size(self) -> float:
        """Number of scores."""
        return 2.0 * self.cases * sum(self.trials)

    def draw(self, generator: np.random.Generator) -> Sample:
        """Amounts of both arms."""
        usual = generator.lognormal(0.0, self.spread, (self.cases, 1))
        before, after = (
            usual * generator.lognormal(0.0, self.noise, (self.cases, number))
            for number in self.trials
        )
        return Sample(
            baseline=before[None],
            candidate=(1.0 + self.rise) * after[None],
            bounds=None,
            better="lower",
            unit="USD",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelatedScores:
    """Several bounded metrics whose changes are normal and correlated; the first one may shift."""

    cases: int
    metrics: int
    correlation: float = 0.0
    shift: float = 0.0
    """Loss of the first metric, in standard deviations of its change."""

    @property
    def name(self) -> str:
        """The setting in one line."""
        return repr(self)

    @property
    def size(self) -> float:
        """Number of scores."""
        return 2.0 * self.cases * 2 * self.metrics

    def draw(self, generator: np.random.Generator) -> Sample:
        """Scores of both arms, around the middle of the range."""
        shared = generator.normal(size=(1, self.cases))
        own = generator.normal(size=(self.metrics, self.cases))
        change = self.correlation**0.5 * shared + (1.0 - self.correlation) ** 0.5 * own
        change[0] -= self.shift
        before = generator.uniform(0.45, 0.55, change.shape)
        after = np.clip(before + SPREAD * change, 0.0, 1.0)
        return Sample(baseline=before[:, :, None], candidate=after[:, :, None])


SPREAD = 0.1
"""Standard deviation of a change; four of them stay within the range."""
