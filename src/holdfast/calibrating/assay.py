"""Assay: a baseline's trials are split against themselves and judged by the suite's own gates."""

import functools
import math
from collections.abc import Callable, Sequence

from holdfast.calibrating.flakiness import flaky_cases, mean_flips
from holdfast.calibrating.splits import random_splits, repeat_splits
from holdfast.calibration import Calibration, GateCalibration, digest_of
from holdfast.comparison import compare
from holdfast.errors import UsageError
from holdfast.gate import decide
from holdfast.planning.design import Design, PlannedGate, bare
from holdfast.planning.pilot import gates_of
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.stats.proportion import clopper_pearson

__all__ = ["calibrate"]

_WORK = 300_000
"""Trials that are judged in all; a few seconds."""
_SPLITS = (50, 1_000)
_LISTED = 20
_STEP = 0.005


def calibrate(
    baseline: Run,
    policies: Sequence[Policy],
    *,
    splits: int | None = None,
    seed: int = 0,
    watch: Callable[[int], None] | None = None,
) -> Calibration:
    """Error rates of the gates on the baseline's own trials.

    The interval of the false-alarm rate is Clopper and Pearson's over the drawn splits, at 95 %:
    it is conditional on these trials. Floors are left out, because a split cannot break one.

    Args:
        baseline: a complete run with at least two trials per case.
        policies: those of the suite; only gates with a margin count.
        splits: number of random splits; None draws as many as a few seconds allow.
        seed: of the random splits.
        watch: told of every split that was judged, with the number of random splits.

    Raises:
        UsageError: cases were not repeated, or nothing is gated.
    """
    gates = _gates(baseline, policies)
    judged = tuple(gate.policy for gate in gates)
    count = splits or _affordable(baseline, len(gates))
    tell = functools.partial(watch, count) if watch else None
    ends = [_end(pair, judged, tell=tell) for pair in random_splits(baseline, count, seed=seed)]
    whole = [_end(pair, judged) for pair in repeat_splits(baseline)]
    alarms = ends.count("regression")
    bounds = clopper_pearson(alarms, count, alpha=0.025)
    flaky = flaky_cases(baseline, [gate.metric for gate in gates])
    return Calibration(
        baseline=baseline.id,
        digest=digest_of(baseline),
        cases=len(baseline.cases),
        trials=baseline.repeats,
        splits=count,
        alarms=alarms,
        doubtful=ends.count("inconclusive"),
        low=bounds[0],
        high=bounds[1],
        repeats=(whole.count("regression"), len(whole)),
        independent=baseline.repeats // 2,
        gates=tuple(_gate(gate, baseline, gates=len(gates)) for gate in gates),
        flaky=len(flaky),
        flakiest=flaky[:_LISTED],
    )


def _gates(baseline: Run, policies: Sequence[Policy]) -> tuple[PlannedGate, ...]:
    gated = tuple(
        bare(policy) for policy in policies if policy.role == "gate" and policy.margin is not None
    )
    gates = tuple(
        gate
        for gate in gates_of(baseline, gated)
        # Halves of the trials are fewer than pass@k and pass^k are made of.
        if gate.metric.bounds is not None and gate.metric.aggregate is None
    )
    if baseline.repeats < 2:
        raise UsageError(
            f"the baseline {baseline.id!r} has one trial per case, and nothing can be split; make "
            "one with repeats: pytest --holdfast-repeats 5 --holdfast-accept"
        )
    if not gates:
        raise UsageError(
            "no metric on a range is gated with a margin, so there is no gate to calibrate; give "
            "one a margin in the suite's policies, or with --margin METRIC=X"
        )
    return gates


def _affordable(baseline: Run, gates: int) -> int:
    work = max(1, len(baseline.trials) * (1 + gates) // 2)
    return min(max(_WORK // work, _SPLITS[0]), _SPLITS[1])


def _end(
    pair: tuple[Run, Run], policies: Sequence[Policy], *, tell: Callable[[], None] | None = None
) -> str:
    outcome = decide(compare(pair[0], pair[1], policies=policies), policies).outcome
    if tell:
        tell()
    return outcome


def _gate(gate: PlannedGate, baseline: Run, *, gates: int) -> GateCalibration:
    today = Design(cases=len(baseline.cases), baseline=baseline.repeats, candidate=1)
    share = gate.resolves(today, gates=gates)
    step = _STEP * gate.size
    return GateCalibration(
        metric=gate.label,
        margin=gate.policy.margin or 0.0,
        resolvable=share * gate.size,
        suggested=step * math.ceil(share * gate.size / step - 1e-9),
        flips=mean_flips(baseline, gate.metric),
        unit="pt" if gate.metric.bounds == (0, 1) else "",
    )
