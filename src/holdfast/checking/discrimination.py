"""Discrimination: how well a metric tells right answers from planted wrong ones."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.checking.faults import FAULTS, PARTS, Fault, Part, changed_parts
from holdfast.checking.sheet import CHANGES, Sheet
from holdfast.metric import Failure, Metric, Outcome, Score

__all__ = ["FaultResult", "MetricResult", "auroc", "discrimination"]

_TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultResult:
    """How well a metric tells one kind of wrong answer from the reference."""

    fault: Fault
    cases: int
    """Cases on which the fault changes what the metric reads, and both answers have a score."""
    told: int
    """Cases whose reference scores better than the planted answer."""
    preferred: int
    """Cases whose planted answer scores better than the reference."""
    skipped: int
    """Cases to whose answer the fault does not apply."""
    unscored: int
    """Cases whose planted answer the metric gave no score."""
    auroc: float
    """Chance that the reference of a random case scores better than a random planted answer."""
    mean: float
    """Mean score of the planted answers."""
    drop: float
    """Mean loss by the fault, positive where the planted answers score worse."""
    scores: tuple[tuple[float, ...], tuple[float, ...]]
    """Scores of the references and of the planted answers, case by case."""
    examples: tuple[str, ...]
    """Ids of the first cases that are not told apart."""

    @property
    def share(self) -> float:
        """Share of the cases that are told apart."""
        return self.told / self.cases if self.cases else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricResult:
    """What the exam found of one metric."""

    metric: Metric
    label: str
    reads: tuple[Part, ...]
    """Parts of an answer that change its score; none where nothing does."""
    references: Mapping[str, float]
    """Score of the reference answer by case id."""
    low: tuple[str, ...]
    """Ids of cases whose reference scores in the worse half of the range."""
    unscored: Mapping[str, str]
    """Error by id of the cases whose reference the metric could not score."""
    faults: tuple[FaultResult, ...]

    @property
    def mean(self) -> float:
        """Mean score of the reference answers; NaN without any."""
        return float(np.mean(list(self.references.values()))) if self.references else math.nan


def auroc(better: Iterable[float], worse: Iterable[float]) -> float:
    """Chance that a value of the first kind is larger than one of the second, ties counted half.

    >>> auroc([0.9, 0.8, 0.4], [0.4, 0.1])
    0.9166666666666666
    """
    first, second = np.sort(np.array(list(better))), np.array(list(worse))
    above = first.size - np.searchsorted(first, second, side="right")
    ties = np.searchsorted(first, second, side="right") - np.searchsorted(first, second)
    return float((above + ties / 2.0).mean() / first.size)


def discrimination(metric: Metric, sheet: Sheet) -> MetricResult:
    """What the answers of a scored sheet say of one metric."""
    label = metric.spec.label
    told = sheet.outcomes("reference", label)
    reads = _reads(label, sheet, told)
    named = [(case.id, found) for case, found in zip(sheet.cases, told, strict=True)]
    scores = {name: found.value for name, found in named if isinstance(found, Score)}
    return MetricResult(
        metric=metric,
        label=label,
        reads=reads,
        references=scores,
        low=tuple(name for name, score in scores.items() if _share(metric, score) < 0.5),
        unscored={name: found.error for name, found in named if isinstance(found, Failure)},
        faults=tuple(_fault(metric, fault, sheet, reads=reads) for fault in FAULTS),
    )


def _reads(label: str, sheet: Sheet, told: Sequence[Outcome | None]) -> tuple[Part, ...]:
    """Parts whose change changed the outcome of a probed case."""
    found: list[Part] = []
    for part in PARTS:
        probes = [sheet.outcomes(f"{change} {part}", label) for change in CHANGES]
        if any(
            after is not None and _value(after) != _value(before)
            for outcomes in probes
            for before, after in zip(told, outcomes, strict=True)
        ):
            found.append(part)
    return tuple(found)


def _value(outcome: Outcome | None) -> float | str:
    return outcome.value if isinstance(outcome, Score) else "no score"


def _applies(sheet: Sheet, fault: Fault, reads: Sequence[Part]) -> list[bool]:
    """Whether the planted answer of each case differs in something that the metric reads."""
    return [
        reference is not None
        and answer is not None
        and not changed_parts(reference, answer).isdisjoint(reads)
        for reference, answer in zip(sheet.references, sheet.planted[fault], strict=True)
    ]


def _fault(metric: Metric, fault: Fault, sheet: Sheet, *, reads: Sequence[Part]) -> FaultResult:
    label = metric.spec.label
    applies = _applies(sheet, fault, reads)
    right, wrong, names = list[float](), list[float](), list[str]()
    unscored = 0
    before, after = sheet.outcomes("reference", label), sheet.outcomes(fault, label)
    for case, old, new, does in zip(sheet.cases, before, after, applies, strict=True):
        score = _or_worst(metric, new)
        unscored += does and score is None
        if does and isinstance(old, Score) and score is not None:
            right.append(old.value)
            wrong.append(score)
            names.append(case.id)
    sign = 1.0 if metric.better == "higher" else -1.0
    ups, downs = sign * np.array(right), sign * np.array(wrong)
    losses = ups - downs
    missed = [name for name, loss in zip(names, losses, strict=True) if loss <= _TIE]
    return FaultResult(
        fault=fault,
        cases=len(names),
        told=len(names) - len(missed),
        preferred=int((losses < -_TIE).sum()),
        skipped=applies.count(False),
        unscored=unscored,
        auroc=auroc(ups, downs) if names else math.nan,
        mean=float(np.mean(wrong)) if names else math.nan,
        drop=float(losses.mean()) if names else math.nan,
        scores=(tuple(right), tuple(wrong)),
        examples=tuple(missed[:3]),
    )


def _or_worst(metric: Metric, outcome: Outcome | None) -> float | None:
    """Score of a planted answer, the worst where the metric calls the answer itself a failure."""
    if isinstance(outcome, Score):
        return outcome.value
    if outcome is None or outcome.stage != "system" or metric.bounds is None:
        return None
    return metric.bounds[0 if metric.better == "higher" else 1]


def _share(metric: Metric, score: float) -> float:
    """Place of a score between the worst (0) and the best (1); 1 where there are no bounds."""
    if metric.bounds is None:
        return 1.0
    low, high = metric.bounds
    share = (score - low) / (high - low)
    return share if metric.better == "higher" else 1.0 - share
