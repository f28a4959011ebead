"""Correction: a judge's change between two runs, corrected by labels of both."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.special import ndtr

from holdfast.comparing.corrected import Corrected
from holdfast.comparison import Comparison, Delta
from holdfast.errors import RecordError, UsageError
from holdfast.judges.absent import silent_cases, value_with_failures, with_silent_cases
from holdfast.judges.labels import Labels
from holdfast.judges.matching import Rated, match
from holdfast.judging.numbers import plural
from holdfast.reviewing.judgement import PREFERENCE
from holdfast.stats.bounded import GUARD
from holdfast.stats.ppi import FEWEST_FOR_JUDGE, Judged, PoweredMean, powered_mean

__all__ = ["correct"]

_FEWEST = 20
"""With fewer cases labelled in both runs, labels correct nothing."""
_UNLIKE = 0.01


def correct(comparison: Comparison, labels: Labels) -> Comparison:
    """The comparison with the change of every labelled judge corrected by PPI++.

    The corrected change is right on average whatever the judge. It takes the place of the judge's
    own, which is kept beside it. The labelled cases must have been drawn at random.

    Raises:
        RecordError: the labels do not match the runs.
        UsageError: the labels could be of several metrics, or of none that can be corrected.
    """
    deltas = {delta.metric.label: delta for delta in comparison.deltas}
    targets = _targets(labels, deltas)
    notes: list[str] = list(labels.notes)
    for label in targets:
        deltas[label], said = _corrected(deltas[label], comparison, labels)
        notes += said
    return replace(comparison, deltas=tuple(deltas.values()), notes=(*comparison.notes, *notes))


def _targets(labels: Labels, deltas: Mapping[str, Delta]) -> list[str]:
    named = {row.metric for row in labels.rows if row.metric}
    found = [label for label, delta in deltas.items() if {label, delta.metric.spec.name} & named]
    if named and not found:
        raise UsageError(
            f"{labels.source} labels {', '.join(sorted(named))}, and the comparison measures "
            f"{', '.join(deltas) or 'nothing'}"
        )
    judges = [label for label, delta in deltas.items() if delta.metric.judge] or list(deltas)
    if not named and len(judges) != 1:
        raise UsageError(
            f"{labels.source} could be about any of {', '.join(judges) or 'no metric'}; say which "
            "in a column 'metric'"
        )
    return found or judges


def _corrected(
    delta: Delta, comparison: Comparison, labels: Labels
) -> tuple[Delta, tuple[str, ...]]:
    label = delta.metric.label
    if delta.method == "identical":
        return delta, ()
    if delta.metric.bounds is None or delta.paired is None or delta.sequential:
        why = "it has no range" if delta.metric.bounds is None else "its run was looked at early"
        return delta, (f"{label} is not corrected by labels: {why}.",)
    changes = _people(delta, comparison, labels)
    if len(changes) < _FEWEST:
        return delta, (
            f"{label} is not corrected by labels: {len(changes)} cases are labelled in both runs, "
            f"and at least {_FEWEST} are needed.",
        )
    silent = silent_cases(comparison)
    new = _restated(delta, changes, silent=silent)
    if delta.worst is not None and delta.worst.paired is not None:
        new = replace(new, worst=_restated(delta.worst, changes, silent=silent))
    return new, tuple(_cautions(label, delta, changes, silent=silent))


def _people(delta: Delta, comparison: Comparison, labels: Labels) -> dict[str, float]:
    """People's change of each case that is labelled in both runs, as a share of the range."""
    arms = {
        "baseline": {pair.case.id: pair.baseline for pair in comparison.cases},
        "candidate": {pair.case.id: pair.candidate for pair in comparison.cases},
    }
    names: dict[str, str] = {}
    for arm, run in (("baseline", comparison.baseline), ("candidate", comparison.candidate)):
        # `prefer` scores the answers of a run anew under a name of its own.
        names |= {run.id: arm, run.id.removesuffix(f"-{PREFERENCE}"): arm}
    if all(not row.run and not row.output for row in labels.rows):
        raise RecordError(
            f"{labels.source} does not say which run each label is about; add a column 'run' with "
            "baseline or candidate, or 'output' with the digest of the answer"
        )
    matched = match(labels, arms, names=names, metric=delta.metric)
    found: dict[str, dict[str, list[Rated]]] = {}
    for one in matched.rated:
        found.setdefault(one.trial.case_id, {}).setdefault(one.arm, []).append(one)
    low, high = delta.metric.bounds or (0.0, 1.0)
    sign = 1.0 if delta.metric.better == "higher" else -1.0
    return {
        key: sign
        * (
            value_with_failures(
                _mean(both["candidate"]), arms["candidate"][key], metric=delta.metric
            )
            - value_with_failures(
                _mean(both["baseline"]), arms["baseline"][key], metric=delta.metric
            )
        )
        / (high - low)
        for key, both in found.items()
        if len(both) == 2
    }


def _mean(rated: list[Rated]) -> float:
    return sum(one.mean for one in rated) / len(rated)


def _split(delta: Delta, changes: Mapping[str, float]) -> Judged:
    """The judged changes of a delta, those with a label first."""
    paired = delta.paired
    if paired is None:
        raise UsageError(f"{delta.metric.label} keeps no changes of single cases")
    mask = np.array([key in changes for key in paired.cases])
    people = np.array([changes[key] for key in paired.cases if key in changes])
    order = np.concatenate([np.nonzero(mask)[0], np.nonzero(~mask)[0]])
    independent = np.unique(paired.units).size == paired.units.size
    units = None if independent else np.unique(paired.units[order], return_inverse=True)[1]
    return Judged(
        labels=people,
        judged=paired.changes[mask],
        rest=paired.changes[~mask],
        units=None if units is None else units.astype(np.int64),
    )


def _restated(delta: Delta, changes: Mapping[str, float], *, silent: frozenset[str]) -> Delta:
    labelled = len(changes)
    if delta.paired is not None:
        changes = with_silent_cases(changes, delta.paired, silent)
    found: PoweredMean = powered_mean(_split(delta, changes), guard=GUARD, alpha=delta.alpha)
    low, high = delta.metric.bounds or (0.0, 1.0)
    size = high - low
    used = "labels and judge" if found.weight > 0.0 else "labels alone"
    return replace(
        delta,
        low=size * found.low,
        estimate=size * found.estimate,
        high=size * found.high,
        p_worse=found.p_worse,
        p_better=found.p_better,
        method="ppi",
        test=f"PPI++ t of {used}, {labelled} labelled cases",
        spread=size * float(np.sqrt(found.variance * delta.pairs)),
        paired=None,
        corrected=Corrected(
            labelled=labelled,
            weight=found.weight,
            low=delta.low,
            estimate=delta.estimate,
            high=delta.high,
        ),
    )


def _cautions(
    label: str, delta: Delta, changes: Mapping[str, float], *, silent: frozenset[str]
) -> list[str]:
    completed = changes
    if delta.paired is not None:
        completed = with_silent_cases(changes, delta.paired, silent)
    sample = _split(delta, completed)
    found = [
        f"{label} is corrected by labels of {len(changes)} cases; they must have been drawn "
        "at random, and without a look at the judge's scores. The means of both runs are the "
        "judge's own; the change and its interval are corrected."
    ]
    if sample.labels.size < FEWEST_FOR_JUDGE:
        found.append(
            f"{label} rests on the labels alone: from {FEWEST_FOR_JUDGE} labelled cases on the "
            "judge's scores of the others count too."
        )
    if silent:
        found.append(
            f"{label}: {plural(len(silent), 'case')} without an answer in one run cannot be "
            "labelled; the change that was measured stands for them."
        )
    if sample.rest.size >= _FEWEST and _apart(sample) < _UNLIKE:
        found.append(
            f"{label}: the judge finds another change in the labelled cases than in the rest, as "
            "if they had not been drawn at random; draw them with `holdfast judge sheet`."
        )
    return found


def _apart(sample: Judged) -> float:
    """Two-sided p-value of 'the judge's mean change is the same in both parts' (Welch 1947)."""
    left, right = sample.judged, sample.rest
    variance = float(left.var(ddof=1) / left.size + right.var(ddof=1) / right.size)
    gap = abs(float(left.mean() - right.mean()))
    return 1.0 if variance == 0.0 else 2.0 * float(ndtr(-gap / math.sqrt(variance)))
