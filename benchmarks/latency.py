"""How often does a gate on seconds block an unchanged system, and how often see a slower one?

Requests to two systems are simulated on machines whose speed drifts, put into the blocks that
`holdfast.run_interleaved` makes, and judged through `compare` and `decide`: margin 10 %, profile
`pr`. Usual rules judge the same systems measured in two sessions of their own. Exits with 1 where
a rate of false alarms, or of wrong claims of safety, exceeds the promised 5 %, or where power
falls below the reference, by more than three Monte-Carlo standard errors.

    python benchmarks/latency.py                  # about 12 minutes on one core
    python benchmarks/latency.py --runs 1000 --write
"""

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from report import Target, finish, table
from scipy.special import ndtr

from holdfast.comparison import compare
from holdfast.dataset import digest_cases
from holdfast.gate import decide
from holdfast.metric import Score
from holdfast.metrics import Latency
from holdfast.policy import Policy
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run, TrialRecord
from holdfast.running.interleaving import schedule
from holdfast.system import Response, Spec, Usage

Floats = NDArray[np.float64]
Shares = Mapping[str, float]

MARGIN = 0.1
P50, P95 = Latency(), Latency(quantile=0.95)
ADJUSTED = Latency(adjusted=True)
GATES = {"p50": P50, "p95": P95, "p50 at equal length": ADJUSTED}
SESSION = 0.08
"""Standard deviation of a session's speed, on the log scale."""
REFERENCE = {("p50", 0.1): 79.0, ("p50", 0.2): 100.0, ("p95", 0.1): 45.0, ("p95", 0.2): 85.0}
"""Percent of runs in which the reference simulation calls the candidate slower; 400 runs each."""
REFERENCE_RUNS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Two systems and the machine that they are measured on."""

    drift: str = "wandering"
    """`wandering` (autoregressive, 5 %), `rising` (by half from first to last request), `step` (by
    a half at a random moment) or `storms` (one block of ten is three times as slow)."""
    slower: float = 0.0
    requests: int = 300
    """Scored requests per arm."""
    blocks: int = 30
    spread: float = 0.4
    """Standard deviation of the noise, on the log scale."""
    tails: float = 0.0
    """Share of requests that take up to a hundred times as long."""
    calmer: float = 1.0
    """The candidate's noise, in that of the baseline; its quantiles stay where `at` says."""
    at: float = 0.5
    """The quantile that is equal in both arms where the noise is not."""
    longer: float | None = None
    """Additional length of the candidate's answers; None where length plays no part."""

    @property
    def words(self) -> str:
        """The cell in words."""
        parts = [f"{self.drift}, {self.requests} requests in {self.blocks} blocks"]
        if self.tails:
            parts.append(f"{self.tails:.0%} of requests up to 100 times as long")
        if self.calmer != 1.0:
            parts.append(f"noise {self.calmer:g} times the baseline's, equal p{100 * self.at:.0f}")
        if self.longer is not None:
            parts.append(f"answers {self.longer:.0%} longer")
        return "; ".join((*parts, f"slower by {self.slower:.0%}"))


def state(cell: Cell, turns: int, dice: np.random.Generator) -> Floats:
    """Log of the machine's slowness in each turn of four to a block; shape (turns,)."""
    place = np.arange(turns) / turns
    if cell.drift == "rising":
        return math.log(1.5) * place
    if cell.drift == "step":
        return math.log(1.5) * (place >= dice.random())
    if cell.drift == "storms":
        return np.repeat(math.log(3.0) * (dice.random(turns // 4 + 1) < 0.1), 4)[:turns]
    kept = 0.95**0.25
    shocks = dice.normal(0.0, 0.05, turns) * np.sqrt(1.0 - kept**2)
    shocks[0] = dice.normal(0.0, 0.05)
    return np.array([sum(shocks[: i + 1] * kept ** np.arange(i, -1, -1)) for i in range(turns)])


def service(cell: Cell, arm: int, lengths: Floats, dice: np.random.Generator) -> Floats:
    """Log seconds of requests on a machine that stands still; shape (requests,)."""
    spread = cell.spread * (cell.calmer if arm else 1.0)
    noise = dice.normal(0.0, spread, lengths.size)
    if arm and cell.calmer != 1.0:
        quantile = {0.5: 0.0, 0.95: 1.6448536}[cell.at]
        noise += quantile * (cell.spread - spread)
    if cell.tails:
        rare = dice.random(lengths.size) < cell.tails
        noise += rare * dice.uniform(0.0, math.log(100.0), lengths.size)
    if cell.longer is not None:
        noise += np.log(0.3 + 0.01 * lengths)
    return noise + math.log1p(cell.slower * arm)


def draw(cell: Cell, dice: np.random.Generator, *, seed: int) -> tuple[Run, Run]:
    """Runs of baseline and candidate, made in turns."""
    total = cell.requests * (cell.blocks + 1) // cell.blocks
    cases = CASES[:total]
    plan = schedule(cases, repeats=1, concurrency=cell.requests // cell.blocks // 2, seed=seed)
    turns = [turn for block in plan.blocks for turn in block.turns()]
    numbers = [block.number for block in plan.blocks for _ in block.turns()]
    speed = state(cell, len(turns), dice)
    prompts = dice.lognormal(5.0, 0.7, total)
    rows: tuple[list[TrialRecord], list[TrialRecord]] = ([], [])
    for number, slow, (arm, requests) in zip(numbers, speed, turns, strict=True):
        places = [int(case.id[1:]) for case, _ in requests]
        lengths = prompts[places] * np.exp(dice.normal(0.0, 0.2, len(places)))
        lengths *= 1.0 + (cell.longer or 0.0) * arm
        seconds = np.exp(slow + service(cell, arm, lengths, dice))
        for (case, repeat), spent, length in zip(requests, seconds, lengths, strict=True):
            rows[arm].append(trial(case, repeat, float(spent), number, int(length) + 1))
    gates = gates_of(cell)
    return made("old", cases, rows[0], gates), made("new", cases, rows[1], gates)


def gates_of(cell: Cell) -> Mapping[str, Latency]:
    """The gates of a cell: length is adjusted for where it plays a part."""
    return GATES if cell.longer is not None else {"p50": P50, "p95": P95}


CASES = tuple(CaseRecord(id=f"c{i}", digest=f"{i:064x}") for i in range(1_100))


def trial(case: CaseRecord, repeat: int, seconds: float, block: int, tokens: int) -> TrialRecord:
    """One request as it is recorded."""
    return TrialRecord(
        case_id=case.id,
        repeat=repeat,
        response=Response(usage=Usage(calls=1, output_tokens=tokens)),
        scores={metric.spec.label: Score(seconds) for metric in GATES.values()},
        seconds=seconds,
        block=block,
    )


def made(
    name: str,
    cases: tuple[CaseRecord, ...],
    trials: list[TrialRecord],
    gates: Mapping[str, Latency],
) -> Run:
    """A run as it is recorded."""
    return Run(
        id=name,
        suite="simulated",
        system=Spec(name=name),
        dataset="simulated",
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=tuple(
            MetricRecord(spec=metric.spec, better="lower", bounds=None, unit="seconds")
            for metric in gates.values()
        ),
        cases=cases,
        trials=tuple(trials),
        provenance=Provenance(interleaved="one session"),
    )


def measure(task: tuple[Cell, int, int]) -> tuple[Cell, Shares]:
    """Percent of the runs in which each thing happened."""
    cell, runs, seed = task
    dice = np.random.default_rng([seed, *cell.words.encode()])
    counts: Counter[str] = Counter()
    policies = {
        name: Policy(metric=metric.spec.label, margin=MARGIN)
        for name, metric in gates_of(cell).items()
    }
    for index in range(runs):
        comparison = compare(*draw(cell, dice, seed=index), policies=tuple(policies.values()))
        deltas = {delta.metric.label: delta for delta in comparison.deltas}
        for name, policy in policies.items():
            verdict = decide(comparison, (policy,))
            mine = next(one for one in verdict.findings if one.metric == policy.metric)
            counts[f"{name} slower"] += deltas[policy.metric].p_worse <= policy.alpha
            counts[f"{name} blocked"] += verdict.outcome == "regression"
            counts[f"{name} safe"] += mine.state in ("within_margin", "improved")
            counts[f"{name} invalid"] += mine.state == "invalid"
        counts.update(usual(cell, dice))
    return cell, {name: 100.0 * number / runs for name, number in counts.items()}


def usual(cell: Cell, dice: np.random.Generator) -> Counter[str]:
    """What usual rules say of the same systems, each measured in a session of its own."""
    arms: list[Floats] = []
    for arm in (0, 1):
        lengths = dice.lognormal(5.0, 0.7, cell.requests) * (1.0 + (cell.longer or 0.0) * arm)
        speed = dice.normal(0.0, SESSION) + np.repeat(
            state(cell, 4 * cell.blocks, dice), -(-cell.requests // (4 * cell.blocks))
        )
        arms.append(speed[: cell.requests] + service(cell, arm, lengths, dice))
    before, after = arms
    found: Counter[str] = Counter()
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        rise = np.quantile(after, share) - np.quantile(before, share)
        found[f"{name} > 10 %, two sessions"] += bool(rise > math.log1p(MARGIN))
    ranks = np.concatenate([before, after]).argsort().argsort()[before.size :] + 1.0
    size = float(before.size)
    wins = ranks.sum() - size * (size + 1) / 2
    z = (wins - size * size / 2) / math.sqrt(size * size * (2 * size + 1) / 12)
    found["Mann-Whitney, two sessions"] += bool(ndtr(-z) <= 0.05)
    return found


UNCHANGED = (
    Cell(),
    Cell(drift="rising"),
    Cell(drift="step"),
    Cell(drift="storms"),
    Cell(tails=0.02),
    Cell(requests=200, blocks=20),
    Cell(calmer=0.5, at=0.95),
    Cell(calmer=2.0, at=0.95),
    Cell(calmer=2.0, at=0.5),
    Cell(longer=0.0),
)
SLOWER = (Cell(slower=0.1), Cell(slower=0.2))
LONGER = (Cell(longer=0.3), Cell(longer=0.3, slower=0.2), Cell(longer=-0.2, slower=0.2))
LARGE = (Cell(requests=1_000, blocks=50, slower=0.1), Cell(requests=1_000, blocks=50))
CELLS = (*UNCHANGED, *SLOWER, *LONGER, *LARGE)
USUAL = ("p50 > 10 %, two sessions", "p95 > 10 %, two sessions", "Mann-Whitney, two sessions")


def error(percent: float, runs: int) -> float:
    """Monte-Carlo standard error of a rate, in points; never zero."""
    share = (percent / 100.0 * runs + 0.5) / (runs + 1)
    return 100.0 * math.sqrt(share * (1.0 - share) / runs)


def rates(found: Mapping[Cell, Shares]) -> str:
    """What the gate and the usual rules say, cell by cell."""
    rows = [
        [
            cell.words,
            *(f"**{found[cell][f'{name} blocked']:.1f}**" for name in ("p50", "p95")),
            *(f"{found[cell][f'{name} safe']:.1f}" for name in ("p50", "p95")),
            *(f"{found[cell][name]:.1f}" for name in USUAL),
        ]
        for cell in CELLS
    ]
    headers = (
        "machine and candidate",
        "p50 blocked",
        "p95 blocked",
        "p50 within 10 %",
        "p95 within 10 %",
        *USUAL,
    )
    return "## Verdicts, in percent of the runs\n\n" + table(headers, rows)


def lengths_table(found: Mapping[Cell, Shares]) -> str:
    """Plain seconds beside seconds at equal length."""
    names = ("p50", "p50 at equal length")
    rows = [
        [cell.words, *(f"{found[cell][f'{name} blocked']:.1f}" for name in names)]
        for cell in CELLS
        if cell.longer is not None
    ]
    return "## Blocked for longer answers, in percent\n\n" + table(("candidate", *names), rows)


def equal_quantiles(cell: Cell) -> tuple[str, ...]:
    """Gates whose quantile did not change in the cell."""
    if cell.slower:
        return ()
    if cell.longer:
        return ("p50 at equal length",)
    if cell.calmer != 1.0:
        return ("p50",) if cell.at == 0.5 else ("p95",)
    return ("p50", "p95")


def targets(found: Mapping[Cell, Shares], runs: int) -> list[Target]:
    """What must hold."""
    nominal = error(5.0, runs)
    alarms = [
        (found[cell][f"{name} blocked"] - 5.0) / nominal
        for cell in CELLS
        for name in equal_quantiles(cell)
    ]
    wrong = [
        (found[cell][f"{name} safe"] - 5.0) / nominal
        for cell in CELLS
        if cell.slower == MARGIN
        for name in ("p50", "p95")
    ]
    short = [
        (known - found[Cell(slower=slower)][f"{name} slower"])
        / math.hypot(error(known, REFERENCE_RUNS), error(known, runs))
        for (name, slower), known in REFERENCE.items()
    ]
    seen = [found[cell]["p50 at equal length blocked"] for cell in LONGER if cell.slower]
    three = {"limit": 3.0, "unit": "SE"}
    return [
        Target(claim="worst false alarm, above 5 %", measured=max(alarms), **three),
        Target(claim="worst wrong claim of safety, above 5 %", measured=max(wrong), **three),
        Target(claim="worst power, below the reference", measured=max(short), **three),
        Target(
            claim="20 % slower and longer or shorter answers, missed at equal length",
            measured=100.0 - min(seen),
            limit=20.0,
            unit="%",
        ),
    ]


def power_table(found: Mapping[Cell, Shares]) -> str:
    """Power beside the reference's."""
    rows = [
        [
            f"{name}, slower by {slower:.0%}",
            f"{found[Cell(slower=slower)][f'{name} slower']:.1f}",
            f"{known:.0f}",
        ]
        for (name, slower), known in REFERENCE.items()
    ]
    headers = ("300 requests in 30 blocks", "holdfast", "reference")
    return "## Called slower (p ≤ 0.05), in percent\n\n" + table(headers, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=400, help="simulated runs of each cell")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write results/latency.md")
    chosen = parser.parse_args(arguments)
    began = time.perf_counter()
    tasks = [(cell, chosen.runs, chosen.seed) for cell in reversed(CELLS)]
    with get_context("spawn").Pool(chosen.processes) as pool:
        found = dict(pool.imap_unordered(measure, tasks))
    sections = [
        f"{chosen.runs:,} runs of each row, margin 10 %, profile `pr`, seed {chosen.seed}, "
        f"{time.perf_counter() - began:.0f} seconds. Monte-Carlo standard error: "
        f"{error(5.0, chosen.runs):.2f} points at 5 %, {error(50.0, chosen.runs):.2f} at 50 %. "
        "Noise of a request: a factor with standard deviation 0.4 on the log scale. Two sessions "
        f"differ by a further {SESSION:.0%}.",
        rates(found),
        power_table(found),
        lengths_table(found),
    ]
    write = "latency" if chosen.write else None
    return finish(
        "Error rates of gates on seconds", sections, targets(found, chosen.runs), write=write
    )


if __name__ == "__main__":
    sys.exit(main())
