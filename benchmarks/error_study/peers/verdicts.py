"""Verdicts: reads drawn samples, asks a gate about each, and prints whether it blocks and clears.

Each line of the standard input names a file of samples and is answered by one line of JSON, so that
a slow import is paid for once.

Imported by the adapters, which run in environments of their own; it needs NumPy alone.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One simulated comparison."""

    baseline: NDArray[np.float64]
    """Shape (metrics, cases, trials)."""
    candidate: NDArray[np.float64]
    clusters: tuple[str, ...] | None

    def ids(self) -> list[str]:
        """Names of the cases, alike in both arms."""
        return [f"case-{index:04d}" for index in range(self.baseline.shape[1])]


def main(judge: Callable[[Drawn], tuple[bool, bool]]) -> int:
    """Judge every sample of the files that the standard input names."""
    for line in sys.stdin:
        with np.load(line.strip()) as file:
            baselines, candidates = file["baseline"], file["candidate"]
            clusters = tuple(str(name) for name in file["clusters"]) or None
        verdicts = [
            judge(Drawn(baseline=before, candidate=after, clusters=clusters))
            for before, after in zip(baselines, candidates, strict=True)
        ]
        print(json.dumps([[bool(blocks), bool(clears)] for blocks, clears in verdicts]), flush=True)
    return 0
