"""Simulation: the real gate put to runs that are drawn like the pilot, to measure its power.

Cases (or clusters) are drawn with replacement, and the trials of each from a rate of its own:
for yes-or-no scores a draw from the posterior Beta whose prior fits all cases, for other scores
one of the recorded scores with its distance from the case's mean widened by sqrt(K / (K - 1)).
A planted drop breaks a random subset of the cases: their scores become the worst.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.pairing import pair, units_of
from holdfast.comparing.scores import collect
from holdfast.comparison import compare
from holdfast.dataset import digest_cases
from holdfast.gate import decide
from holdfast.metric import Score
from holdfast.planning.assumptions import concentration
from holdfast.planning.design import Design, PlannedGate, bare
from holdfast.record import CaseRecord, Run, TrialRecord
from holdfast.system import Spec

__all__ = ["Pool", "Power", "simulate", "sources_of"]

Floats = NDArray[np.float64]
Source = Callable[[np.random.Generator, NDArray[np.int64], tuple[int, int]], Floats]
"""Draws scores of the given cases; shape (cases, baseline and candidate trials)."""

_WORK = 400_000
"""Trials that are drawn and judged in all; a few seconds."""
_RUNS = (30, 400)
_PLANTED = 3
"""Gates that a drop is planted in: those that are farthest from their margins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Shares of simulated comparisons that ended in a state."""

    metric: str
    runs: int
    confirmed: float
    """Unchanged candidates that were confirmed within the margin."""
    alarmed: float
    """Unchanged candidates that were called regressed."""
    drop: float
    """The planted drop, in units of the score."""
    found: float | None
    """Candidates with the drop that were called regressed; None where none was planted."""

    @property
    def error(self) -> float:
        """Largest standard error of a share."""
        return 0.5 / self.runs**0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What scores are drawn from."""

    sources: Sequence[Source]
    """One for each gate."""
    units: NDArray[np.int64]
    """Unit of each case of the pool."""


def sources_of(
    run: Run | None, gates: Sequence[PlannedGate], *, flips: float | None
) -> Pool | None:
    """What scores are drawn from; None where nothing tells the noise between trials."""
    if run is None:
        if flips is None or not gates:
            return None
        chosen = [_flaky(gate.mean, concentration(gate.mean, flips)) for gate in gates]
        return Pool(sources=chosen, units=np.arange(0))
    pairing = pair(run, run)
    groups = units_of(pairing)
    names: dict[str, int] = {}
    units = np.array([names.setdefault(groups[key], len(names)) for key in pairing.matched])
    sources: list[Source] = []
    for gate in gates:
        found = collect(pairing, gate.metric, alpha=gate.policy.alpha).baseline
        values = [found[key].values for key in pairing.matched]
        repeated = sum(len(one) > 1 for one in values)
        if gate.metric.bounds is None or repeated < 0.5 * len(values):
            return None
        draw = _smoothed_binary if gate.single or gate.metric.aggregate else _smoothed
        sources.append(draw(values, gate))
    return Pool(sources=sources, units=units)


def _flaky(mean: float, kappa: float) -> Source:
    def draw(
        generator: np.random.Generator, cases: NDArray[np.int64], trials: tuple[int, int]
    ) -> Floats:
        rates = generator.beta(mean * kappa, (1.0 - mean) * kappa, cases.size)
        return (generator.random((cases.size, sum(trials))) < rates[:, None]).astype(np.float64)

    return draw


def _smoothed_binary(values: Sequence[tuple[float, ...]], gate: PlannedGate) -> Source:
    low, high = gate.metric.bounds or (0.0, 1.0)
    counts = np.array([len(one) for one in values], np.float64)
    passes = np.array([sum(value == high for value in one) for one in values], np.float64)
    mean = float(np.clip(passes.sum() / counts.sum(), 1e-3, 1 - 1e-3))
    repeated = [np.var(one, ddof=1) for one in values if len(one) > 1]
    within = float(np.mean(repeated)) / (high - low) ** 2
    share = float(np.clip(within / (mean * (1.0 - mean)), 1e-3, 1 - 1e-3))
    kappa = share / (1.0 - share)

    def draw(
        generator: np.random.Generator, cases: NDArray[np.int64], trials: tuple[int, int]
    ) -> Floats:
        good = np.maximum(mean * kappa + passes[cases], 1e-6)
        bad = np.maximum((1.0 - mean) * kappa + counts[cases] - passes[cases], 1e-6)
        rates = generator.beta(good, bad)
        drawn = generator.random((cases.size, sum(trials))) < rates[:, None]
        return np.where(drawn, high, low)

    return draw


def _smoothed(values: Sequence[tuple[float, ...]], gate: PlannedGate) -> Source:
    low, high = gate.metric.bounds or (0.0, 1.0)
    counts = np.array([len(one) for one in values])
    table = np.zeros((len(values), max(int(counts.max()), 1)))
    for row, one in enumerate(values):
        if one:
            middle = sum(one) / len(one)
            widen = (len(one) / (len(one) - 1)) ** 0.5 if len(one) > 1 else 1.0
            table[row, : len(one)] = [middle + widen * (value - middle) for value in one]
    table = np.clip(table, low, high)
    usable = np.maximum(counts, 1)

    def draw(
        generator: np.random.Generator, cases: NDArray[np.int64], trials: tuple[int, int]
    ) -> Floats:
        places = generator.random((cases.size, sum(trials))) * usable[cases][:, None]
        return table[cases[:, None], places.astype(np.int64)]

    return draw


def simulate(
    pool: Pool,
    gates: Sequence[PlannedGate],
    design: Design,
    *,
    seed: int = 0,
    work: int | None = None,
    watch: Callable[[int], None] | None = None,
) -> tuple[Power, ...]:
    """Power of every gate, by `compare` and `decide` on drawn runs, in a few seconds.

    The planted drop of a gate is the one that its plan promises to find, or its margin where no
    drop is found by plan. `work` is the number of trials that are drawn and judged in all; None
    takes as many as a few seconds allow, and gives nothing where even a few runs take minutes.
    `watch` is told of every comparison, with the number that there will be.
    """
    generator = np.random.default_rng(seed)
    count = len(gates)
    planted = sorted(
        range(count),
        key=lambda index: gates[index].resolves(design) / gates[index].margin,
        reverse=True,
    )[:_PLANTED]
    trials = design.cases * (design.baseline + design.candidate)
    each = trials * (1 + len(planted)) * (1 + count) // 2
    if _RUNS[0] * each > 10 * _WORK:  # even the fewest runs are no matter of seconds
        return ()
    runs = int(np.clip((work or _WORK) // max(each, 1), *_RUNS))
    tell = functools.partial(watch, runs * (1 + len(planted))) if watch else None
    states = [_judged(pool, gates, design, generator, tell=tell) for _ in range(runs)]
    found: list[Power] = []
    for index, gate in enumerate(gates):
        drop = gate.detects(design, gates=len(gates)) or gate.margin
        broken = [
            _judged(pool, gates, design, generator, tell=tell, broken=(index, drop))[index]
            for _ in range(runs if index in planted else 0)
        ]
        mine = [state[index] for state in states]
        found.append(
            Power(
                metric=gate.label,
                runs=runs,
                confirmed=sum(state in ("within_margin", "improved") for state in mine) / runs,
                alarmed=sum(state == "regressed" for state in mine) / runs,
                drop=drop * gate.size,
                found=broken.count("regressed") / runs if broken else None,
            )
        )
    return tuple(found)


def _judged(
    pool: Pool,
    gates: Sequence[PlannedGate],
    design: Design,
    generator: np.random.Generator,
    *,
    tell: Callable[[], None] | None,
    broken: tuple[int, float] | None = None,
) -> list[str]:
    """States of the gates in one drawn comparison."""
    rows, clusters = _drawn_cases(pool, design.cases, generator)
    tables = [source(generator, rows, design.trials) for source in pool.sources]
    if broken is not None:
        index, drop = broken
        _break(tables[index], gates[index], design, drop=drop, generator=generator)
    records = tuple(
        CaseRecord(id=str(number), digest=str(number), cluster=cluster)
        for number, cluster in enumerate(clusters)
    )
    labels = [gate.label for gate in gates]
    arms = [
        _run(name, records, labels, [table[:, part] for table in tables], gates)
        for name, part in (
            ("baseline", slice(0, design.baseline)),
            ("candidate", slice(design.baseline, None)),
        )
    ]
    policies = tuple(bare(gate.policy) for gate in gates)
    verdict = decide(compare(arms[0], arms[1], policies=policies), policies)
    if tell:
        tell()
    states = {finding.metric: finding.state for finding in verdict.findings}
    return [states[label] for label in labels]


def _drawn_cases(
    pool: Pool, cases: int, generator: np.random.Generator
) -> tuple[NDArray[np.int64], list[str | None]]:
    """Cases drawn with replacement, by whole clusters; each draw of a cluster is a new one."""
    size = pool.units.size
    if size == 0:
        return np.arange(cases), [None] * cases
    if np.unique(pool.units).size == size:
        return generator.integers(0, size, cases), [None] * cases
    members = [np.flatnonzero(pool.units == unit) for unit in np.unique(pool.units)]
    rows: list[int] = []
    clusters: list[str | None] = []
    number = 0
    while len(rows) < cases:
        chosen = members[int(generator.integers(len(members)))]
        rows += chosen.tolist()
        clusters += [f"cluster {number}"] * chosen.size
        number += 1
    return np.array(rows[:cases]), clusters[:cases]


def _break(
    table: Floats,
    gate: PlannedGate,
    design: Design,
    *,
    drop: float,
    generator: np.random.Generator,
) -> None:
    low, high = gate.metric.bounds or (0.0, 1.0)
    worst = low if gate.metric.better == "higher" else high
    height = abs(gate.mean - worst) / (high - low)
    drawn = generator.random(len(table))
    lost: NDArray[np.bool_] = drawn < min(1.0, drop / max(height, 1e-9))
    table[lost, design.baseline :] = worst


def _run(
    name: str,
    cases: tuple[CaseRecord, ...],
    labels: Sequence[str],
    tables: Sequence[Floats],
    gates: Sequence[PlannedGate],
) -> Run:
    rows = [(label, table.tolist()) for label, table in zip(labels, tables, strict=True)]
    trials = tuple(
        TrialRecord(
            case_id=case.id,
            repeat=repeat,
            response=None,
            scores={label: Score(row[number][repeat]) for label, row in rows},
        )
        for number, case in enumerate(cases)
        for repeat in range(tables[0].shape[1])
    )
    return Run(
        id=name,
        suite="plan",
        system=Spec(name=name),
        dataset="drawn",
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=tuple(gate.metric for gate in gates),
        cases=cases,
        trials=trials,
        repeats=tables[0].shape[1],
    )
