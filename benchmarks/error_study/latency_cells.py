"""Latency cells: two systems in interleaved blocks on a machine that drifts, and in two sessions.

A request takes exp(state + noise) seconds, slowed by the candidate's factor. The state of the
machine is that of the session (standard deviation 8 %) and a drift (5 %, correlation 0.95 from one
block to the next, and moving within the block too). The noise has a standard deviation of 0.4 on
the log scale, part of which belongs to the case and is the same in both arms.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from error_study.cells import Counts
from error_study.draws import Sample
from numpy.typing import NDArray
from scipy.special import ndtr

from holdfast.comparison import compare
from holdfast.dataset import Case, digest_cases
from holdfast.gate import decide
from holdfast.metric import Score
from holdfast.metrics import Latency
from holdfast.policy import Policy
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run, TrialRecord
from holdfast.running.interleaving import Schedule, schedule
from holdfast.system import Spec

Floats = NDArray[np.float64]
Arm: TypeAlias = list[tuple[int, str, int, float]]
"""Block, case, repeat and seconds of each request."""

QUANTILES = {"p50": 0.5, "p95": 0.95}
MARGIN = 0.1
NOISE = 0.4
SESSION = 0.08
DRIFT = 0.05
_TURN = 5
"""Requests of one arm after which the other one has its turn."""
_KEPT = 0.95**0.25
"""Correlation of the drift from one of a block's four turns to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Requests to two systems."""

    cases: int
    repeats: int = 1
    slowdown: float = 0.0
    case_share: float = 0.0
    """Share of the noise's variance that belongs to the case."""

    @property
    def name(self) -> str:
        """The setting in one line."""
        return repr(self)

    @property
    def size(self) -> float:
        """Resampling blocks costs more than the requests."""
        return 5000.0

    def draw(self, generator: np.random.Generator) -> Sample:
        """Seconds of both arms in two sessions of their own, each request after the other."""
        usual = self._usual(generator)
        arms = []
        for slower in (0.0, self.slowdown):
            drift = np.repeat(_drift(-(-usual.size // _TURN), generator), _TURN)[: usual.size]
            state = generator.normal(0.0, SESSION) + drift
            noise = self._noise(usual.size, generator)
            seconds = np.exp(state + usual + noise) * (1.0 + slower)
            arms.append(seconds.reshape(1, self.cases, self.repeats))
        return Sample(baseline=arms[0], candidate=arms[1], bounds=None, better="lower")

    def _usual(self, generator: np.random.Generator) -> Floats:
        case = generator.normal(0.0, NOISE * self.case_share**0.5, self.cases)
        return np.repeat(case, self.repeats)

    def _noise(self, number: int, generator: np.random.Generator) -> Floats:
        return generator.normal(0.0, NOISE * (1.0 - self.case_share) ** 0.5, number)

    def interleaved(self, plan: Schedule, generator: np.random.Generator) -> tuple[Arm, Arm]:
        """Every request of baseline and candidate in the order of time."""
        usual = self._usual(generator).reshape(self.cases, self.repeats)
        turns = [turn for block in plan.blocks for turn in block.turns()]
        numbers = [block.number for block in plan.blocks for _ in block.turns()]
        state = generator.normal(0.0, SESSION) + _drift(len(turns), generator)
        arms: tuple[Arm, Arm] = ([], [])
        for number, level, (arm, requests) in zip(numbers, state, turns, strict=True):
            factor = 1.0 + (self.slowdown if arm else 0.0)
            for (case, repeat), noise in zip(
                requests, self._noise(len(requests), generator), strict=True
            ):
                log = level + usual[int(case.id.rpartition("-")[2]), repeat] + noise
                arms[arm].append((number, case.id, repeat, factor * float(np.exp(log))))
        return arms


def _drift(turns: int, generator: np.random.Generator) -> Floats:
    """A stationary first-order autoregression, one value for each turn."""
    shocks = generator.normal(0.0, DRIFT * (1.0 - _KEPT**2) ** 0.5, turns)
    state = np.empty(turns)
    state[0] = generator.normal(0.0, DRIFT)
    for index in range(1, turns):
        state[index] = _KEPT * state[index - 1] + shocks[index]
    return state


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyCell:
    """Gates on the median and the 95th percentile, interleaved; the usual ones in two sessions."""

    setting: Requests
    share: float = 0.3

    @property
    def cost(self) -> float:
        """Time goes into resampling."""
        return self.setting.size

    def measure(self, generator: np.random.Generator, runs: int) -> Counts:
        """Counts for the gate and for the usual rules."""
        counts: Counts = Counter()
        cases, digest = _cases(self.setting.cases)
        for index in range(runs):
            plan = schedule(cases, repeats=self.setting.repeats, concurrency=5, seed=index)
            arms = self.setting.interleaved(plan, generator)
            baseline, candidate = (
                _run(name, cases, digest, arm, plan.repeats)
                for name, arm in zip(("baseline", "candidate"), arms, strict=True)
            )
            _judge(baseline, candidate, counts)
            _usual_rules(self.setting.draw(generator), counts)
        return counts


def _judge(baseline: Run, candidate: Run, counts: Counts) -> None:
    gates = {
        name: Policy(metric=Latency(quantile=share).spec.label, margin=MARGIN)
        for name, share in QUANTILES.items()
    }
    comparison = compare(baseline, candidate, policies=tuple(gates.values()))
    deltas = {delta.metric.label: delta for delta in comparison.deltas}
    for name, gate in gates.items():
        verdict = decide(comparison, (gate,))
        state = next(found.state for found in verdict.findings if found.metric == gate.metric)
        counts[f"{name} blocked"] += verdict.exit_code == 1
        counts[f"{name} safe"] += state in ("within_margin", "improved")
        counts[f"{name} slower"] += deltas[gate.metric].p_worse <= gate.alpha
        counts[f"{name} beyond"] += deltas[gate.metric].high < -MARGIN


def _usual_rules(sample: Sample, counts: Counts) -> None:
    before, after = sample.baseline.ravel(), sample.candidate.ravel()
    for name, share in QUANTILES.items():
        ratio = np.quantile(after, share) / np.quantile(before, share)
        counts[f"{name} > 10 %, other session"] += bool(ratio > 1.0 + MARGIN)
    ranks = np.concatenate([before, after]).argsort().argsort()[before.size :] + 1.0
    wins = ranks.sum() - after.size * (after.size + 1) / 2
    spread = (before.size * after.size * (before.size + after.size + 1) / 12.0) ** 0.5
    z = (wins - before.size * after.size / 2.0) / spread
    counts["Mann-Whitney, other session"] += bool(ndtr(-z) <= 0.05)


@lru_cache
def _cases(number: int) -> tuple[tuple[CaseRecord, ...], str]:
    cases = tuple(
        CaseRecord(id=f"case-{index}", digest=Case(id="any", input=index).digest, input=index)
        for index in range(number)
    )
    return cases, digest_cases((case.id, case.digest) for case in cases)


def _run(name: str, cases: tuple[CaseRecord, ...], digest: str, arm: Arm, repeats: int) -> Run:
    metrics = tuple(Latency(quantile=share) for share in QUANTILES.values())
    return Run(
        id=name,
        suite="simulated",
        system=Spec(name="simulated"),
        dataset="simulated",
        dataset_digest=digest,
        metrics=tuple(
            MetricRecord(spec=one.spec, better=one.better, bounds=None, unit=one.unit)
            for one in metrics
        ),
        cases=cases,
        trials=tuple(
            TrialRecord(
                case_id=case,
                repeat=repeat,
                response=None,
                scores={one.spec.label: Score(seconds) for one in metrics},
                seconds=seconds,
                block=block,
            )
            for block, case, repeat, seconds in arm
        ),
        repeats=repeats,
        provenance=Provenance(interleaved="one session"),
    )
