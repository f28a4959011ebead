"""Obstacles: gates that no data could trip, or that could never pass, named beforehand."""

from collections.abc import Sequence

from holdfast.comparison import MINIMUM_PAIRS
from holdfast.judging.numbers import plural, score_scale
from holdfast.metric import Score
from holdfast.planning.design import Design, PlannedGate, finding
from holdfast.policy import Policy
from holdfast.record import MetricRecord, Run

__all__ = ["obstacles_of"]

_FEWEST_UNITS = 20
"""Below this the bounds of a mean carry no claim of safety (see judging)."""


def obstacles_of(
    run: Run | None, policies: Sequence[Policy], gates: Sequence[PlannedGate], design: Design
) -> tuple[str, ...]:
    """Sentences about gates that can never fire, or never pass, with the present design."""
    found = _of_the_suite(policies, gates, design)
    measured = [gate.metric for gate in gates] if run is None else run.metrics
    metrics = {metric.label: metric for metric in measured}
    for policy in policies:
        metric = metrics.get(policy.metric)
        if policy.role != "gate":
            continue
        if metric is None:
            found.append(f"{policy.metric} is gated and was not measured in this run.")
            continue
        found += _of_policy(policy, metric, run)
    for gate in gates:
        found += _of_gate(gate)
        # Where no gate has enough to go by, that is named once, for all of them.
        if design.cases >= MINIMUM_PAIRS and design.cases > gate.per_unit:
            found += _of_units(gate, design, gates=len(gates))
    return tuple(found)


def _of_the_suite(
    policies: Sequence[Policy], gates: Sequence[PlannedGate], design: Design
) -> list[str]:
    if not any(policy.role == "gate" for policy in policies):
        return ["Nothing is gated: give a metric a margin."]
    if design.cases < MINIMUM_PAIRS:
        return [
            f"The suite has {plural(design.cases, 'case')}, and every verdict needs at least "
            f"{MINIMUM_PAIRS}: no gate can ever fire."
        ]
    if gates and design.cases / gates[0].per_unit <= 1.0:
        return [
            "All cases are in one cluster, which is one piece of evidence: no loss could ever be "
            "told from chance. Name smaller clusters, or none."
        ]
    return []


def _of_policy(policy: Policy, metric: MetricRecord, run: Run | None) -> list[str]:
    label, bounds = policy.metric, metric.bounds
    if metric.unit == "seconds" and not _interleaved(run):
        return [
            f"{label} is a time, and times of separate sessions never gate: measure both systems "
            "in turn, gate(suite, candidate, against=baseline, interleave=True)."
        ]
    found: list[str] = []
    if bounds is not None and policy.margin is not None and policy.margin >= bounds[1] - bounds[0]:
        found.append(
            f"The margin of {label} is {policy.margin:g} and its scores go from {bounds[0]:g} to "
            f"{bounds[1]:g}: no loss is ever larger, so this gate can never fail."
        )
    if bounds is not None and policy.floor is not None:
        found += _of_floor(policy, metric, run)
    trials, wanted = (0 if run is None else run.repeats), metric.spec.params.get("k")
    if metric.spec.name.startswith("pass") and isinstance(wanted, int) and trials < wanted:
        found.append(
            f"{label} needs {wanted} trials of each case and gets {plural(trials, 'trial')}: set "
            f"repeats={wanted} or more."
        )
    return found


def _interleaved(run: Run | None) -> bool:
    return run is not None and bool(getattr(run.provenance, "interleaved", ""))


def _of_floor(policy: Policy, metric: MetricRecord, run: Run | None) -> list[str]:
    low, high = metric.bounds or (0.0, 1.0)
    floor = policy.floor if policy.floor is not None else low
    worst = low if metric.better == "higher" else high
    if not low <= floor <= high:
        return [
            f"The floor of {policy.metric} is {floor:g}, outside its scores from {low:g} to "
            f"{high:g}: it is always or never reached."
        ]
    if floor == worst:
        return [f"The floor of {policy.metric} is its worst score: everything reaches it."]
    mean = None if run is None else _mean(run, metric.label)
    sign = 1.0 if metric.better == "higher" else -1.0
    if mean is not None and sign * (mean - floor) < 0:
        scale = score_scale(metric)
        return [
            f"The floor of {policy.metric} is {scale.score(floor)} and this run reaches "
            f"{scale.score(mean)}: an unchanged candidate would fail it."
        ]
    return []


def _mean(run: Run, label: str) -> float | None:
    outcomes = [trial.outcome(label) for trial in run.trials]
    values = [outcome.value for outcome in outcomes if isinstance(outcome, Score)]
    return sum(values) / len(values) if values else None


def _of_gate(gate: PlannedGate) -> list[str]:
    found: list[str] = []
    bounds = gate.metric.bounds
    scale = score_scale(gate.metric)
    if bounds is not None:
        room = gate.room
        if room == 0:
            found.append(
                f"Every case of the baseline has the worst score of {gate.label}: it cannot get "
                "worse, so this gate can never fail."
            )
        elif gate.policy.margin is not None and room <= gate.policy.margin < bounds[1] - bounds[0]:
            found.append(
                f"The baseline's mean of {gate.label} is {scale.score(gate.mean)}, only "
                f"{scale.size(room)} above the worst: no loss can exceed its margin of "
                f"{scale.size(gate.policy.margin)}, however much breaks."
            )
    return found


def _of_units(gate: PlannedGate, design: Design, *, gates: int) -> list[str]:
    found: list[str] = []
    units = design.cases / gate.per_unit
    alpha = finding(gate.policy, gates=gates).alpha
    smallest = 0.5 ** (units + 1.0)
    if smallest > alpha:
        found.append(
            f"{gate.label}: even if all {plural(round(units), 'independent case')} got worse, p "
            f"would be {smallest:.2g}, and with {plural(gates, 'gate')} it must reach "
            f"{alpha:.2g}: this gate can never say regressed. Add cases, or gate fewer metrics."
        )
    if units < _FEWEST_UNITS and gate.guard(design) is not None:
        found.append(
            f"{gate.label}: fewer than {_FEWEST_UNITS} independent cases can show a loss, but "
            "never rule one out: this gate can never confirm a candidate."
        )
    return found
