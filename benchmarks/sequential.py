"""How many calls does stopping early save, and what does it cost in power?

Simulated suites of flaky cases (one that passes 85 % of its trials on average; two identical runs
disagree on 8.5 % of the cases) are looked at by the plan, the tests and the bounds of a sequential
run until their verdict is decided. A part of them is also run through the engine, call by call,
which must stop at the same case with the same verdict. Exits with 1 where a promise is broken.

    python benchmarks/sequential.py --write           # about 5 minutes on 2 cores
    python benchmarks/sequential.py --runs 200        # a quick look
"""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import sqrt
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from report import Target, finish, table

from holdfast.comparing.estimate import Pairs
from holdfast.comparing.estimating import estimate
from holdfast.comparing.order import drawing_order
from holdfast.comparison import compare
from holdfast.dataset import Case, Dataset
from holdfast.gate import Verdict, decide
from holdfast.metric import Score, Trial
from holdfast.metrics import metric
from holdfast.options import RunOptions
from holdfast.policy import Policy
from holdfast.record import CaseRecord, Run
from holdfast.runner import Referee, run
from holdfast.sequence import SequentialMethod
from holdfast.sequential.stages import stages_of
from holdfast.stats import betting
from holdfast.stats.spending import nominal_levels
from holdfast.suite import Suite
from holdfast.system import Spec

Floats = NDArray[np.float64]
MEAN, FLAKINESS = 0.85, 0.5
"""Mean share of passed trials, and the sum of the parameters of its beta distribution."""
MARGIN, ALPHA = 0.05, 0.05
DROPS = (0.0, 0.03, 0.05, 0.10)
SIZES = (100, 300, 1000)
TRIALS = (1, 3)
ENGINE = 5
"""Runs of each cell that are also made by the engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is simulated."""

    cases: int
    trials: int
    drop: float
    method: SequentialMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a sequential run ended."""

    outcome: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """A suite of 300 cases whose inconclusive gate asks for a second trial of each."""

    baseline: str
    """`stored, 1 trial`, `stored, 5 trials`, or `extended too`."""
    drop: float
    method: SequentialMethod | None

    @property
    def trials(self) -> tuple[int, int]:
        """Trials of the baseline before and after the extension."""
        return {"stored, 1 trial": (1, 1), "stored, 5 trials": (5, 5)}.get(self.baseline, (1, 2))


PUBLISHED: dict[tuple[int, int], tuple[tuple[float, float, float], ...]] = {
    (1, 100): ((4.4, 43.7, 93), (20.3, 11.7, 96), (35.4, 4.7, 93), (74.4, 0.3, 81)),
    (1, 300): ((4.5, 85.0, 207), (43.2, 23.0, 249), (74.9, 4.9, 222), (99.3, 0.1, 135)),
    (1, 1000): ((2.7, 97.3, 354), (67.4, 32.6, 534), (97.6, 2.4, 411), (100.0, 0.0, 203)),
    (3, 100): ((3.1, 75.7, 262), (23.6, 17.3, 284), (47.6, 4.9, 276), (89.9, 0.1, 224)),
    (3, 300): ((1.9, 98.1, 411), (59.8, 36.6, 643), (91.8, 5.8, 553), (100.0, 0.0, 324)),
    (3, 1000): ((0.7, 99.3, 595), (67.3, 32.7, 1123), (97.7, 2.3, 885), (100.0, 0.0, 466)),
}
"""By trials and cases, then by drop: % regressed, % passed, mean calls of an earlier design with
the same spending, other tests and bounds; the one to be no worse than."""


def draw(generator: np.random.Generator, cell: Cell) -> tuple[Floats, Floats]:
    """Passed trials of each case in baseline and candidate; a dropped case fails always."""
    chances = generator.beta(MEAN * FLAKINESS, (1 - MEAN) * FLAKINESS, cell.cases)
    broken = generator.random(cell.cases) < cell.drop / MEAN
    before = generator.binomial(cell.trials, chances)
    after = generator.binomial(cell.trials, np.where(broken, 0.0, chances))
    return before.astype(np.float64), after.astype(np.float64)


def stop(cell: Cell, before: Floats, after: Floats) -> End:
    """Where a run stops, cases in the order given."""
    stages = stages_of([1] * cell.cases, method=cell.method, repeats=1, most=1)
    looks = [stage.cases for stage in stages]
    judge = by_spending if cell.method == "hsd" else by_betting
    return judge(cell, before / cell.trials, after / cell.trials, looks)


def by_spending(cell: Cell, before: Floats, after: Floats, looks: list[int]) -> End:
    """Stop where the look's own level rejects: what a repeated p-value of at most alpha means."""
    levels = nominal_levels(tuple(look / cell.cases for look in looks), ALPHA)
    for look, level in zip(looks, levels, strict=True):
        found = estimate(
            Pairs(
                baseline=before[:look],
                candidate=after[:look],
                units=np.arange(look),
                single_binary=cell.trials == 1,
                bounds=(0.0, 1.0),
                better="higher",
                alpha=level,
            )
        )
        if found.low > -MARGIN:
            return End(outcome="pass", cases=look)
        if found.p_worse <= level:
            return End(outcome="regression", cases=look)
    return End(outcome="inconclusive", cases=cell.cases)


def by_betting(cell: Cell, before: Floats, after: Floats, looks: list[int]) -> End:
    """Stop where a fortune has reached one over alpha."""
    changes = after - before
    units = betting.Units(sums=changes, sizes=np.ones_like(changes))
    goal = -np.log(ALPHA)
    safe = np.maximum.accumulate(betting.wealth(units, -MARGIN)) >= goal
    worse = np.maximum.accumulate(betting.wealth(units.mirrored(), 0.0)) >= goal
    for look in looks:
        if safe[look - 1]:
            return End(outcome="pass", cases=look)
        if worse[look - 1]:
            return End(outcome="regression", cases=look)
    return End(outcome="inconclusive", cases=cell.cases)


def extend(cell: Extended, generator: np.random.Generator) -> tuple[str, int]:
    """Outcome and calls of one run whose plan holds an extension from one to two trials."""
    cases = 300
    chances = generator.beta(MEAN * FLAKINESS, (1 - MEAN) * FLAKINESS, cases)
    left = np.where(generator.random(cases) < cell.drop / MEAN, 0.0, chances)
    first, more = cell.trials
    early = generator.binomial(first, chances)
    late = early + generator.binomial(more - first, chances)
    candidate = generator.binomial(1, left)
    further = candidate + generator.binomial(1, left)
    stages = stages_of([1] * cases, method=cell.method, repeats=1, most=2)
    levels = nominal_levels(tuple(stage.fraction for stage in stages), ALPHA)
    for stage, level in zip(stages, levels, strict=True):
        extended = stage.repeats == 2
        before = (late / more if extended else early / first)[: stage.cases]
        after = (further / 2 if extended else candidate)[: stage.cases]
        found = estimate(
            Pairs(
                baseline=before,
                candidate=after.astype(np.float64),
                units=np.arange(stage.cases),
                single_binary=not extended and first == 1,
                bounds=(0.0, 1.0),
                better="higher",
                alpha=level,
            )
        )
        calls = stage.cases * stage.repeats
        if found.low > -MARGIN:
            return "pass", calls
        if found.p_worse <= level:
            return "regression", calls
    return "inconclusive", 2 * cases


@metric(name="passed", bounds=(0.0, 1.0), version="1")
def passed(trial: Trial) -> Score:
    """Whether the system said yes."""
    return Score(float(trial.response.text == "yes"))


class Replayed:
    """A system whose answers are the simulated ones; each trial of a case takes the next."""

    def __init__(self, successes: dict[str, int]) -> None:
        self.spec = Spec(name="replayed")
        self.left = dict(successes)
        self.calls = 0

    async def __call__(self, case: str) -> str:
        """Answer yes as often as the case passed."""
        self.calls += 1
        self.left[case] -= 1
        return "yes" if self.left[case] >= 0 else "no"


def by_engine(cell: Cell, before: Floats, after: Floats) -> tuple[End, int]:
    """The same run made by the engine, and how many calls the system really got."""
    names = [f"case {number}" for number in range(cell.cases)]
    policies = (Policy(metric=passed.spec.label, margin=MARGIN, alpha=ALPHA),)
    suite = Suite(
        name="simulated",
        dataset=Dataset(name="simulated", cases=[Case(id=name, input=name) for name in names]),
        metrics=(passed,),
        policies=policies,
        repeats=cell.trials,
    )
    # The engine draws cases in its own order: the first one drawn gets the first simulated case.
    records = [CaseRecord(id=name, digest="") for name in names]
    order = [key for unit in drawing_order(records, seed=0) for key in unit]
    first = Replayed({key: int(count) for key, count in zip(order, before, strict=True)})
    second = Replayed({key: int(count) for key, count in zip(order, after, strict=True)})
    baseline = run(suite, first, options=RunOptions(progress="none"))

    def judge(candidate: Run, _: Run | None) -> Verdict:
        return decide(compare(baseline, candidate, policies=policies), policies)

    options = RunOptions(sequential=cell.method, progress="none")
    made = run(suite, second, options=options, referee=Referee(judge=judge))
    if made.sequence is None or not made.complete:
        raise SystemExit(f"the run of {cell} did not end by a look")
    look = made.sequence.looks[-1]
    return End(outcome=look.outcome, cases=look.cases), second.calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What happened in the runs of a cell."""

    cell: Cell
    runs: int
    regressed: float
    """Percent."""
    passed: float
    """Percent."""
    calls: float
    """Mean calls of the candidate."""
    disagreements: int
    """Runs in which the engine stopped elsewhere or said something else."""
    engine: int
    """Runs made by the engine."""

    @property
    def text(self) -> str:
        """The row as a cell of a table."""
        return f"{self.regressed:.1f} / {self.passed:.1f} / {self.calls:.0f}"

    def error(self, percent: float) -> float:
        """Monte-Carlo standard error of a percentage."""
        return 100.0 * sqrt(max(percent * (100.0 - percent), 1.0) / 1e4 / self.runs)


def simulate(cell: Cell, *, runs: int, seed: int) -> Row:
    """Many runs of one cell; both methods see the same draws."""
    generator = np.random.default_rng((seed, cell.cases, cell.trials, round(1000 * cell.drop)))
    ends: list[End] = []
    differing = 0
    for number in range(runs):
        before, after = draw(generator, cell)
        end = stop(cell, before, after)
        ends.append(end)
        if number < ENGINE:
            made, calls = by_engine(cell, before, after)
            differing += made != end or calls != end.cases * cell.trials
    return Row(
        cell=cell,
        runs=runs,
        regressed=100.0 * sum(end.outcome == "regression" for end in ends) / runs,
        passed=100.0 * sum(end.outcome == "pass" for end in ends) / runs,
        calls=cell.trials * sum(end.cases for end in ends) / runs,
        disagreements=differing,
        engine=min(ENGINE, runs),
    )


def simulate_extension(
    cell: Extended, *, runs: int, seed: int
) -> tuple[Extended, float, float, float]:
    """Percent blocked, percent passed and mean calls of many runs."""
    generator = np.random.default_rng((seed, *cell.trials, round(1000 * cell.drop)))
    ends = [extend(cell, generator) for _ in range(runs)]
    blocked, passed_ = (
        100.0 * sum(outcome == what for outcome, _ in ends) / runs
        for what in ("regression", "pass")
    )
    return cell, blocked, passed_, sum(calls for _, calls in ends) / runs


def extension_section(
    found: Sequence[tuple[Extended, float, float, float]], runs: int
) -> tuple[str, list[Target]]:
    """The table of extended runs and its promises."""
    drops = sorted({cell.drop for cell, *_ in found})
    lines: list[tuple[str, ...]] = []
    targets: list[Target] = []
    for name, method in dict.fromkeys((cell.baseline, cell.method) for cell, *_ in found):
        row = [line for line in found if (line[0].baseline, line[0].method) == (name, method)]
        title = f"baseline {name}, {'looks on the way' if method else 'no look before the end'}"
        lines.append((title, *(f"{b:.1f} / {p:.1f} / {c:.0f}" for _, b, p, c in row)))
        limit = 5.0 + 3 * 100 * sqrt(0.05 * 0.95 / runs)
        for cell, blocked, passed_, _ in row:
            if cell.drop in (0.0, MARGIN):
                what, measured = ("false alarms", blocked) if not cell.drop else ("wrong", passed_)
                claim = f"extended, {title}: {what}"
                targets.append(Target(claim=claim, measured=measured, limit=limit, unit="%"))
    headers = ("300 cases", *(f"drop of {100 * drop:.0f} pt" for drop in drops))
    return table(headers, lines), targets


def targets_of(rows: Sequence[Row]) -> list[Target]:
    """Every promise, with three Monte-Carlo standard errors of leeway."""
    targets = [
        Target(
            claim="runs in which the engine and the simulation disagree",
            measured=sum(row.disagreements for row in rows),
            limit=0,
        )
    ]
    for row in rows:
        cell = row.cell
        name = f"{cell.method}, {cell.cases} cases, {cell.trials} trials"
        if cell.drop == 0.0:
            claim = f"{name}: false alarms"
            limit = 5.0 + 3 * row.error(5.0)
            targets.append(Target(claim=claim, measured=row.regressed, limit=limit, unit="%"))
        if cell.drop == MARGIN:
            claim = f"{name}: passes a loss of the whole margin"
            limit = 5.0 + 3 * row.error(5.0)
            targets.append(Target(claim=claim, measured=row.passed, limit=limit, unit="%"))
        if cell.method == "hsd":
            targets += _no_worse(row, name)
    return targets


def _no_worse(row: Row, name: str) -> list[Target]:
    """Calls and power beside those of the published design."""
    regressed, passed, calls = PUBLISHED[row.cell.trials, row.cell.cases][
        DROPS.index(row.cell.drop)
    ]
    name = f"{name}, drop {100 * row.cell.drop:.0f} pt"
    # A run's calls spread over its looks: half of all calls is a generous standard deviation.
    noise = 1.5 * row.cell.cases * row.cell.trials / sqrt(row.runs)
    found = [Target(claim=f"{name}: calls", measured=row.calls, limit=calls + noise)]
    wanted, got, what = (passed, row.passed, "passed")
    if row.cell.drop:
        # A drop within the margin may be called either, both of which are true.
        wanted, got, what = (regressed, row.regressed, "blocked")
        if row.cell.drop < MARGIN:
            wanted, got, what = (regressed + passed, row.regressed + row.passed, "decided")
    missed = Target(
        claim=f"{name}: not {what}",
        measured=100.0 - got,
        limit=100.0 - wanted + 3 * sqrt(2) * row.error(wanted),
        unit="%",
    )
    return [*found, missed]


def sections_of(rows: Sequence[Row]) -> list[str]:
    """One table for each number of trials."""
    headers = ("cases, method", *(f"drop of {100 * drop:.0f} pt" for drop in DROPS))
    texts = [
        "Share of candidates blocked / passed, in percent, and mean calls of the candidate; "
        f"{rows[0].runs:,} runs in each cell, margin 5 pt, alpha 5 %, up to 20 looks "
        "with `hsd`, one in 25 cases at most, and up to 50 with `betting`. Calls "
        "without early stopping: cases × trials."
    ]
    for trials in TRIALS:
        lines = [
            (
                f"{cases:,}, {method}",
                *(
                    row.text
                    for row in rows
                    if (row.cell.trials, row.cell.cases, row.cell.method) == (trials, cases, method)
                ),
            )
            for cases in SIZES
            for method in ("hsd", "betting")
        ]
        texts += [f"## {trials} trials per case" if trials > 1 else "## One trial per case"]
        texts += [table(headers, lines)]
    engine = sum(row.engine for row in rows)
    texts.append(f"{engine} of the runs were also made by the engine, call by call.")
    return texts


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=2000, help="simulated runs of each cell")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--write", action="store_true", help="write results/sequential.md")
    options = parser.parse_args(arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    cells = [
        Cell(cases=cases, trials=trials, drop=drop, method=method)
        for trials in TRIALS
        for cases in SIZES
        for method in ("hsd", "betting")
        for drop in DROPS
    ]
    work = partial(simulate, runs=options.runs, seed=options.seed)
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        rows = list(pool.map(work, cells))
        further = partial(simulate_extension, runs=options.runs, seed=options.seed)
        extensions = [
            Extended(baseline=baseline, drop=drop, method=method)
            for baseline in ("stored, 1 trial", "stored, 5 trials", "extended too")
            for method in (None, "hsd")
            for drop in DROPS
        ]
        shown, kept = extension_section(list(pool.map(further, extensions)), options.runs)
    return finish(
        "Stopping early",
        [
            *sections_of(rows),
            "## Extending an inconclusive run from one trial to two",
            "The plan reserves alpha for the second trial of each case, made where the first ones "
            "leave a doubt.",
            shown,
        ],
        [*targets_of(rows), *kept],
        write="sequential" if options.write else None,
    )


if __name__ == "__main__":
    sys.exit(main())
