"""Families: which p-values are adjusted together, and what each family promises.

1. **Gates** with a margin. If nothing got worse, the chance that any of them is said to have is at
   most alpha (family-wise error rate); the same holds for 'better'. Step-down min-P by shared sign
   flips where metrics share at least 80 % of their units ('max-t' in a finding), else Holm. Where
   a policy lets slices gate, the metric's slices belong to this family too.
2. **Monitors**, which warn. Of all monitors that are said to have got worse, at most one in ten is
   expected to be wrong (false discovery rate, Benjamini-Hochberg at q = .10), where their
   changes are independent or positively dependent.
3. **Slices** that warn. If nothing changed, the chance that any slice of any gated metric is said
   to have got worse or better is at most alpha, half of it for each; and so is the chance that any
   is said to have changed by more than the other cases, in either way.

Each family is judged at its full level whatever the others say. No promise is made across
families, and none is needed: only the first decides the exit code. That all gates stayed within
their margins needs no adjustment, because all must pass at once (intersection-union test).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from holdfast.comparing.aligned import Aligned, Ground, align
from holdfast.comparison import Delta
from holdfast.judging.finding import Adjustment
from holdfast.policy import Policy
from holdfast.stats import max_t
from holdfast.stats.multiplicity import benjamini_hochberg, holm
from holdfast.stats.sliced import Sliced, SlicedEvidence, search

__all__ = ["MONITORED", "Adjusted", "Family", "adjust", "flippable", "level_of", "search_slices"]

MONITORED = 0.10
"""False discovery rate of monitors."""
_SHARED = 0.8
"""Share of all units that each metric must have measured for sign flips to be shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """p-values of one metric beside the others of its family."""

    worse: float
    better: float
    how: Adjustment = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What was judged together by shared sign flips."""

    metrics: tuple[str, ...] = ()
    """The metrics that were looked at in slices."""
    evidence: SlicedEvidence | None = None
    """None where no slice was looked at."""


def level_of(policy: Policy) -> float:
    """What an adjusted p-value of this metric is compared with."""
    return MONITORED if policy.role == "monitor" else policy.alpha


def flippable(policy: Policy, delta: Delta) -> bool:
    """Whether the p-values of a delta are those of sign flips of its cases' changes."""
    return (
        delta.paired is not None
        and delta.metric.bounds is not None
        and delta.scale == "difference"
        and policy.estimand == "population"
        and delta.method in ("tango", "shrunk-t", "identical")
        and not delta.sequential
    )


def adjust(
    policies: Sequence[Policy], deltas: Mapping[str, Delta], ground: Ground
) -> tuple[dict[str, Adjusted], Family]:
    """Adjusted p-values of every metric that has a delta, and what the gates' slices say."""
    found = {
        label: Adjusted(worse=delta.p_worse, better=delta.p_better)
        for label, delta in deltas.items()
    }
    tested = [each for each in policies if each.margin is not None and each.metric in deltas]
    gates = [policy for policy in tested if policy.role == "gate"]
    flipped, family = _by_flips(gates, deltas, ground)
    found |= flipped
    found |= _by_rank([each.metric for each in gates if each.metric not in flipped], deltas, gates)
    monitors = [policy.metric for policy in tested if policy.role == "monitor"]
    if len(monitors) > 1:
        worse = benjamini_hochberg([deltas[label].p_worse for label in monitors])
        better = benjamini_hochberg([deltas[label].p_better for label in monitors])
        found |= _named(monitors, worse, better, how="benjamini-hochberg")
    return found, family


def search_slices(
    policies: Sequence[Policy], deltas: Mapping[str, Delta], ground: Ground
) -> Family:
    """What slices say of the gated metrics whose policy lets them warn."""
    labels = [
        each.metric
        for each in policies
        if each.role == "gate"
        and each.margin is not None
        and each.slices == "warn"
        and each.metric in deltas
        and flippable(each, deltas[each.metric])
    ]
    if not labels or not ground.slices:
        return Family()
    aligned = align([deltas[label] for label in labels], ground)
    given = _sliced(aligned, ground, range(len(labels)), wholes=False)
    own = [deltas[label] for label in labels]
    # Both directions share alpha: nobody asked about these slices before they were seen.
    evidence = search(replace(given, skewed=_skewed(own))).times(2.0)
    return Family(metrics=tuple(labels), evidence=evidence)


def _by_flips(
    gates: Sequence[Policy], deltas: Mapping[str, Delta], ground: Ground
) -> tuple[dict[str, Adjusted], Family]:
    """Adjusted p-values of the gates that share their cases, and the evidence of their slices.

    Where other gates are judged in another way, each of the two parts gets the share of alpha
    that its number of metrics has.
    """
    shared = [policy for policy in gates if flippable(policy, deltas[policy.metric])]
    labels = [policy.metric for policy in shared]
    gating = [index for index, policy in enumerate(shared) if policy.slices == "gate"]
    sliced = gating if ground.slices else []
    if len(labels) < 2 and not sliced:
        return {}, Family()
    own = [deltas[label] for label in labels]
    aligned = align(own, ground)
    if aligned.shared < _SHARED and not sliced:
        return {}, Family()
    times = len(gates) / len(labels)
    worse, better = [delta.p_worse for delta in own], [delta.p_better for delta in own]
    if not sliced:
        return _named(
            labels, *max_t.adjusted(aligned.by_unit, worse, better), times=times
        ), Family()
    given = _sliced(aligned, ground, sliced, wholes=True)
    evidence = search(replace(given, skewed=_skewed(own))).times(times)
    worse = [max(pair) for pair in zip(worse, evidence.whole_worse, strict=True)]
    better = [max(pair) for pair in zip(better, evidence.whole_better, strict=True)]
    family = Family(metrics=tuple(labels[index] for index in sliced), evidence=evidence)
    return _named(labels, worse, better), family


def _sliced(aligned: Aligned, ground: Ground, metrics: Sequence[int], *, wholes: bool) -> Sliced:
    return Sliced(
        changes=aligned.changes,
        measured=aligned.measured,
        units=aligned.units,
        members=ground.members,
        sliced=metrics,
        wholes=wholes,
    )


def _skewed(deltas: Sequence[Delta]) -> tuple[int, ...]:
    """Those whose own test corrects for skewness; passes and failures of one trial need none."""
    return tuple(index for index, delta in enumerate(deltas) if delta.method == "shrunk-t")


def _by_rank(
    labels: Sequence[str], deltas: Mapping[str, Delta], gates: Sequence[Policy]
) -> dict[str, Adjusted]:
    if not labels:
        return {}
    worse = holm([deltas[label].p_worse for label in labels])
    better = holm([deltas[label].p_better for label in labels])
    how: Adjustment = "holm" if len(gates) > 1 else "none"
    return _named(labels, worse, better, how=how, times=len(gates) / len(labels))


def _named(
    labels: Sequence[str],
    worse: Sequence[float],
    better: Sequence[float],
    *,
    how: Adjustment = "max-t",
    times: float = 1.0,
) -> dict[str, Adjusted]:
    return {
        label: Adjusted(worse=min(1.0, low * times), better=min(1.0, high * times), how=how)
        for label, low, high in zip(labels, worse, better, strict=True)
    }
