"""Tagged draws: cases in categories, of which one may have lost, as in two builds of a system."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from error_study.draws import Sample

FUNCTION_CALLING: Mapping[str, int] = {
    "simple_python": 400,
    "simple_java": 100,
    "simple_javascript": 50,
    "multiple": 200,
    "parallel": 200,
    "parallel_multiple": 200,
    "irrelevance": 240,
    "live_simple": 258,
    "live_multiple": 1053,
    "live_parallel": 16,
    "live_parallel_multiple": 24,
    "live_irrelevance": 882,
    "live_relevance": 18,
    "multi_turn_base": 200,
    "multi_turn_miss_func": 200,
    "multi_turn_long_context": 200,
}
"""Sizes of categories in the manner of public function-calling benchmarks: 4,241 cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedCases:
    """One binary trial per arm; a share of the cases flips in both directions alike."""

    sizes: tuple[tuple[str, int], ...]
    """Category and its number of cases."""
    flips: float = 0.065
    """Share of cases that differ between two builds that are the same but for noise."""
    worse: str = ""
    """Category that lost."""
    loss: float = 0.0
    """Loss of that category's true mean."""
    mean: float = 0.85
    second: tuple[str, ...] = ()
    """Tags of a second kind, dealt out in turn, such as languages."""

    @property
    def name(self) -> str:
        """The setting in one line."""
        return repr(self)

    @property
    def cases(self) -> int:
        """Number of cases."""
        return sum(number for _, number in self.sizes)

    @property
    def size(self) -> float:
        """Number of scores, with the slices that are searched."""
        return 4.0 * self.cases

    def draw(self, generator: np.random.Generator) -> Sample:
        """Outcomes of both builds."""
        tags = _tags(self.sizes, self.second)
        lost = np.array([self.loss if tag[0] == self.worse else 0.0 for tag in tags])
        luck = generator.random(self.cases)
        broken = luck < self.flips / 2.0 + lost
        fixed = luck > 1.0 - self.flips / 2.0
        # Cases that stay as they are pass so often that the baseline's mean is as stated.
        staying = (self.mean - self.flips / 2.0 - lost) / (1.0 - self.flips - lost)
        both = generator.random(self.cases) < staying
        before = broken | (both & ~fixed)
        after = fixed | (both & ~broken)
        return Sample(
            baseline=before.astype(np.float64)[None, :, None],
            candidate=after.astype(np.float64)[None, :, None],
            tags=tags,
            lost_tag=self.worse,
        )


@lru_cache
def _tags(
    sizes: tuple[tuple[str, int], ...], second: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    names = [name for name, number in sizes for _ in range(number)]
    if not second:
        return tuple((name,) for name in names)
    return tuple((name, second[index % len(second)]) for index, name in enumerate(names))
