"""Requests: what both arms of an interleaved session took for the same prompts."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.pairing import Pairing
from holdfast.metric import Better, Score
from holdfast.record import MetricRecord, TrialRecord

__all__ = ["Requests", "requests_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Requests:
    """Requests of both arms, baseline first; NaN where an arm has no such number."""

    blocks: NDArray[np.int64]
    """Block of each request, from 1; shape (requests,)."""
    seconds: Floats
    """What the metric measured; shape (2, requests)."""
    began: Floats
    """When the call began; shape (2, requests)."""
    spent: Floats
    """Wall time of the call, whether it was answered or not; shape (2, requests)."""
    tokens: Floats
    """Output tokens; shape (2, requests)."""

    @property
    def lost(self) -> int:
        """Requests that an arm has no number for."""
        gone = np.isnan(self.seconds)
        return int((gone[0] | gone[1]).sum())

    def both(self) -> "Requests":
        """The requests that both arms have a number for."""
        gone = np.isnan(self.seconds)
        return self._only(~(gone[0] | gone[1]))

    def worst(self, better: Better) -> "Requests":
        """All requests, each lost one counted against the candidate.

        Where less is better, the candidate's are as slow as anything that was seen, the baseline's
        as fast; where more is better, it is the other way round.
        """
        smallest, largest = float(np.nanmin(self.seconds)), float(np.nanmax(self.seconds))
        filled = self.seconds.copy()
        gone = np.isnan(filled)
        if better == "higher":
            filled[0, gone[0]], filled[1, gone[1]] = largest, smallest
        else:
            filled[0, gone[0]] = smallest
            # A call that was given up after a time took at least that long.
            filled[1, gone[1]] = np.fmax(self.spent[1, gone[1]], largest)
        usual = float(np.nanmedian(self.tokens[0])) if not np.isnan(self.tokens[0]).all() else 0.0
        return replace(
            self, seconds=filled, tokens=np.where(np.isnan(self.tokens), usual, self.tokens)
        )

    def _only(self, kept: NDArray[np.bool_]) -> "Requests":
        return Requests(
            blocks=self.blocks[kept],
            seconds=self.seconds[:, kept],
            began=self.began[:, kept],
            spent=self.spent[:, kept],
            tokens=self.tokens[:, kept],
        )


def requests_of(pairing: Pairing, metric: MetricRecord) -> Requests:
    """Every request that either arm made after the warm-up, by case and repeat."""
    blocks: list[int] = []
    rows: list[tuple[tuple[float, ...], tuple[float, ...]]] = []
    for key in pairing.matched:
        arms = [
            {trial.repeat: trial for trial in arm.trials.get(key, ())}
            for arm in (pairing.baseline, pairing.candidate)
        ]
        for repeat in sorted({*arms[0], *arms[1]}):
            before, after = (arm.get(repeat) for arm in arms)
            block = next((one.block for one in (before, after) if one is not None), None)
            if block is not None and block >= 1:
                blocks.append(block)
                rows.append((_numbers(before, metric), _numbers(after, metric)))
    table = np.array(rows, np.float64).reshape(-1, 2, 4).transpose(2, 1, 0)
    return Requests(
        blocks=np.array(blocks, np.int64),
        seconds=table[0],
        began=table[1],
        spent=table[2],
        tokens=table[3],
    )


def _numbers(trial: TrialRecord | None, metric: MetricRecord) -> tuple[float, ...]:
    """Score, beginning, wall time and output tokens of one trial."""
    if trial is None:
        return (np.nan,) * 4
    outcome = trial.outcome(metric.label)
    return (
        outcome.value if isinstance(outcome, Score) else np.nan,
        np.nan if trial.began is None else trial.began,
        trial.seconds,
        np.nan if trial.response is None else trial.response.usage.output_tokens,
    )
