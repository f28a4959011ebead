"""Suite plan: what every gate resolves today, the ways to resolve its margin, and their price."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from holdfast.errors import UsageError
from holdfast.planning.assumptions import assumed_gate
from holdfast.planning.design import Design, PlannedGate, smallest
from holdfast.planning.expense import Expense, expense_of
from holdfast.planning.obstacles import obstacles_of
from holdfast.planning.pilot import gates_of
from holdfast.planning.simulation import Power, simulate, sources_of
from holdfast.policy import Policy
from holdfast.record import Run

__all__ = ["Option", "Resolution", "SuitePlan", "plan_assumed", "plan_runs"]

Watch = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What one gate can tell with the present design, in units of the score."""

    gate: PlannedGate
    confirms: float
    """Smallest margin within which an unchanged candidate is confirmed, with the power."""
    formula: float
    """The same by the textbook formula."""
    detects: float | None
    """True drop that is called regressed with the power; None where none ever is."""
    power: Power | None
    """The same measured with the gate itself; None where nothing could be drawn from."""

    @property
    def enough(self) -> bool:
        """Whether the margin of the policy is resolved."""
        return self.gate.policy.margin is None or self.confirms <= self.gate.policy.margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to resolve every margin."""

    name: str
    design: Design | None
    """None where this way does not lead there."""
    per_check: Expense | None = None
    """What each candidate costs."""
    once: Expense | None = None
    """What is paid once, for baseline trials that do not exist yet."""
    new_cases: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitePlan:
    """What a suite can tell today, and what it takes to tell more."""

    name: str
    """Suite and system, or what was assumed."""
    today: Design
    spend: Expense
    """What a check costs today."""
    resolutions: tuple[Resolution, ...]
    options: tuple[Option, ...]
    """Empty where today's design resolves every margin."""
    best: Option | None
    """The option with the lowest price per check, then the lowest single payment."""
    obstacles: tuple[str, ...]
    """Gates that can never fire, or never pass."""
    single_trial: Expense
    limited: bool = False
    """Real differences between cases alone exceed a margin: no number of trials resolves it."""

    @property
    def enough(self) -> bool:
        """Whether every gate resolves its margin today."""
        return all(resolution.enough for resolution in self.resolutions)


def plan_runs(
    run: Run,
    policies: Sequence[Policy],
    *,
    baseline: Run | None = None,
    trials: tuple[int | None, int | None] = (None, None),
    simulated: bool = True,
    watch: Watch | None = None,
) -> SuitePlan:
    """Plan of a suite from a stored run, or from a run beside its baseline.

    `trials` are those per case of baseline and candidate that the plan starts from; None takes
    what the runs have, and a single candidate trial where there is one run alone. `watch` is told
    of each simulated comparison, with the number that there will be.
    """
    known = gates_of(run, policies, baseline=baseline)
    first = run if baseline is None else baseline
    # A candidate with one trial of each case has no pass@k: it is planned with as many as the run.
    whole = baseline is not None or any(gate.metric.aggregate is not None for gate in known)
    today = Design(
        cases=len(run.cases),
        baseline=trials[0] or first.repeats,
        candidate=trials[1] or (run.repeats if whole else 1),
    )
    gates = tuple(gate for gate in known if _known_for(gate, today))
    repeated = max((run, first), key=lambda one: one.repeats)
    return _planned(
        f"{run.suite}/{run.system.name}",
        gates,
        today,
        expense=expense_of(run),
        obstacles=obstacles_of(run, policies, gates, today)
        + _unplanned(run, policies, known, today),
        powers=_powers(repeated, gates, today, watch=watch) if simulated else (),
    )


def _known_for(gate: PlannedGate, design: Design) -> bool:
    return all(made >= least for made, least in zip(design.trials, gate.fewest, strict=True))


def _unplanned(
    run: Run, policies: Sequence[Policy], known: Sequence[PlannedGate], today: Design
) -> tuple[str, ...]:
    """Gates on pass@k and pass^k whose noise is not known for so few trials."""
    gated = {policy.metric for policy in policies if policy.role == "gate" and policy.margin}
    fewest = {gate.label: gate.fewest for gate in known}
    found: list[str] = []
    for metric in run.metrics:
        if metric.aggregate is None or metric.label not in gated:
            continue
        least = fewest.get(metric.label)
        text = f"{metric.label} is not planned: its value is made of several trials of a case"
        if least is None:
            k = metric.aggregate.k
            text += f". Plan from one run with {2 * k} trials of each case, or two with {k}."
            found.append(text)
        elif today.baseline < least[0] or today.candidate < least[1]:
            text += f", and its noise is known for {least[0]} baseline and {least[1]} candidate"
            found.append(f"{text} trials or more.")
    return tuple(found)


def plan_assumed(  # noqa: PLR0913  # what is assumed has four parts
    policies: Sequence[Policy],
    *,
    design: Design,
    score: float,
    flips: float | None = None,
    spread: float | None = None,
    simulated: bool = True,
    watch: Watch | None = None,
) -> SuitePlan:
    """Plan from stated numbers, where nothing was run yet.

    Raises:
        UsageError: the numbers contradict themselves.
    """
    if design.cases < 1:
        raise UsageError(f"--cases must be at least 1, got {design.cases}")
    gates = tuple(
        assumed_gate(policy, score=score, flips=flips, spread=spread) for policy in policies
    )
    return _planned(
        "an assumed suite",
        gates,
        design,
        expense=expense_of(None),
        obstacles=obstacles_of(None, policies, gates, design),
        powers=_powers(None, gates, design, flips=flips, watch=watch) if simulated else (),
    )


def _powers(
    run: Run | None,
    gates: Sequence[PlannedGate],
    today: Design,
    *,
    flips: float | None = None,
    watch: Watch | None = None,
) -> tuple[Power, ...]:
    bounded = tuple(
        gate
        for gate in gates
        if gate.metric.bounds is not None and gate.margin < 1 and gate.certain
    )
    pool = sources_of(run, bounded, flips=flips)
    if pool is None or not bounded:
        return ()
    return simulate(pool, bounded, today, watch=watch)


def _planned(
    name: str,
    gates: tuple[PlannedGate, ...],
    today: Design,
    *,
    expense: Expense,
    obstacles: tuple[str, ...],
    powers: Sequence[Power],
) -> SuitePlan:
    known = {power.metric: power for power in powers}
    resolutions = tuple(_resolution(gate, today, gates, known.get(gate.label)) for gate in gates)
    enough = all(resolution.enough for resolution in resolutions)
    options = () if enough else _options(gates, today, expense)
    feasible = [option for option in options if option.design is not None]
    return SuitePlan(
        name=name,
        today=today,
        spend=expense.times(today.cases * today.candidate),
        resolutions=resolutions,
        options=options,
        best=min(feasible, key=_price, default=None),
        obstacles=obstacles,
        single_trial=expense,
        limited=any(_limited(gate, today, gates) for gate in gates),
    )


def _resolution(
    gate: PlannedGate, today: Design, gates: Sequence[PlannedGate], power: Power | None
) -> Resolution:
    detects = gate.detects(today, gates=len(gates))
    # Where there is no range a share of the baseline is what the policy's margin is written in.
    size = gate.size if gate.metric.bounds is not None else 1.0
    return Resolution(
        gate=gate,
        confirms=size * gate.resolves(today, gates=len(gates)),
        formula=size * gate.by_formula(today, gates=len(gates)),
        detects=None if detects is None else size * detects,
        power=power,
    )


def _limited(gate: PlannedGate, today: Design, gates: Sequence[PlannedGate]) -> bool:
    bare = replace(gate, noise=replace(gate.noise, baseline=0.0, candidate=0.0))
    return gate.noise.between > 0 and bare.by_formula(today, gates=len(gates)) > gate.margin


_WAYS = {
    "more baseline trials": "baseline",
    "more candidate trials": "candidate",
    "more trials in both arms": "trials",
    "more cases": "cases",
}


def _options(gates: Sequence[PlannedGate], today: Design, expense: Expense) -> tuple[Option, ...]:
    options: list[Option] = []
    for name, vary in _WAYS.items():
        design = smallest(gates, today, vary=vary)
        if design is None:
            options.append(Option(name=name, design=None))
            continue
        paid = today.cases * today.baseline
        options.append(
            Option(
                name=name,
                design=design,
                per_check=expense.times(design.cases * design.candidate),
                once=expense.times(max(0, design.cases * design.baseline - paid)),
                new_cases=design.cases - today.cases,
            )
        )
    return tuple(options)


def _price(option: Option) -> tuple[float, float, int]:
    per_check = math.inf if option.per_check is None else option.per_check.trials
    once = math.inf if option.once is None else option.once.trials
    return per_check, once, option.new_cases
