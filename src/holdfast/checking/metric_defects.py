"""Metric defects: what the exam says against a metric, in sentences with their figures."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from holdfast.checking.defect import Defect
from holdfast.checking.discrimination import FaultResult, MetricResult
from holdfast.checking.exam import Exam
from holdfast.checking.faults import FAULTS, Fault
from holdfast.judging.numbers import Scale, plural, score_scale
from holdfast.policy import Policy
from holdfast.record import MetricRecord

__all__ = ["ENOUGH", "FAULT_NAMES", "metric_defects"]

ENOUGH = 0.9
"""Share of the cases in which a metric must tell a planted answer from the reference."""
_SAME = 0.95
_FEWEST = 10
FAULT_NAMES: Mapping[Fault, str] = {
    "empty": "empty answers",
    "truncated": "truncated answers",
    "shuffled": "answers of other cases",
    "negated": "negated answers",
}


def metric_defects(exam: Exam, policies: Mapping[str, Policy]) -> Iterator[Defect]:
    """Defects of every metric, and faults that no metric of the suite would see."""
    for result in exam.metrics:
        if not result.references and not result.unscored:
            continue
        yield from _of_references(result, len(exam.cases))
        if result.references:
            yield from _of_faults(result, policies.get(result.label))
    yield from _unseen(exam)


def _of_references(result: MetricResult, cases: int) -> Iterator[Defect]:
    if result.unscored:
        names, error = list(result.unscored), next(iter(result.unscored.values()))
        yield Defect(
            kind="unscored",
            metric=result.label,
            sentence=(
                f"{result.label} cannot score the reference answer of "
                f"{_of(len(names), cases)} ({', '.join(names[:3])}): {error[:200]}"
            ),
            size=len(names) / cases,
            cases=tuple(names[:3]),
        )
    if result.low and not _is_inverted(result):
        told = _tells_most(result)
        scale = _scale(result)
        ceiling = (
            " No system can score more there: a margin takes a larger part of it." if told else ""
        )
        yield Defect(
            kind="low_reference",
            metric=result.label,
            blocks=not told,
            sentence=(
                f"{result.label} puts the reference answer of "
                f"{_of(len(result.low), len(result.references))} into the worse half of its "
                f"range (mean {scale.score(result.mean)}; {', '.join(result.low[:3])}).{ceiling}"
            ),
            size=len(result.low) / len(result.references),
            cases=result.low[:3],
        )


def _tells_most(result: MetricResult) -> bool:
    judged = [fault for fault in result.faults if fault.cases]
    return bool(judged) and all(fault.share >= ENOUGH for fault in judged)


def _is_inverted(result: MetricResult) -> bool:
    cases = sum(fault.cases for fault in result.faults)
    return cases > 0 and sum(fault.preferred for fault in result.faults) > cases / 2


def _of_faults(result: MetricResult, policy: Policy | None) -> Iterator[Defect]:
    judged = [fault for fault in result.faults if fault.cases]
    whole = _of_all_faults(result, judged)
    if whole is not None:
        yield whole
        return
    for fault in judged:
        yield from _of_fault(result, fault, policy)


def _of_all_faults(result: MetricResult, judged: Sequence[FaultResult]) -> Defect | None:
    """What makes looking at single faults pointless; None where nothing does."""
    label, cases = result.label, sum(fault.cases for fault in judged)
    if _is_inverted(result):
        preferred = sum(fault.preferred for fault in judged)
        sentence = (
            f"{label} prefers wrong answers: {preferred} of {cases} planted ones score better "
            f"than their reference. It says that {result.metric.better} is better; is that "
            "inverted?"
        )
        return Defect(kind="inverted", metric=label, sentence=sentence, size=preferred)
    if not result.reads:
        return _constant(result)
    common, share = _commonest(judged)
    if share >= _SAME and cases >= _FEWEST:
        sentence = (
            f"{label} is nearly constant: {100 * share:.0f} % of all scores, of right and of "
            f"wrong answers, are {_scale(result).score(common)}."
        )
        return Defect(kind="constant", metric=label, sentence=sentence, size=share)
    if not judged:
        sentence = (
            f"{label} reads {', '.join(result.reads)}, and no planted answer could be made that "
            "is wrong there; nothing is proven of it."
        )
        return Defect(kind="unproven", metric=label, blocks=False, sentence=sentence)
    return None


def _constant(result: MetricResult) -> Defect:
    scores = set(result.references.values())
    if len(scores) == 1:
        what = f"every answer {_scale(result).score(scores.pop())}"
    else:
        what = "an answer the same score whatever stands in it"
    return Defect(
        kind="constant",
        metric=result.label,
        sentence=f"{result.label} gives {what}: it can never tell that a system got worse.",
        size=1.0,
    )


def _commonest(judged: Sequence[FaultResult]) -> tuple[float, float]:
    """The most frequent score of right and wrong answers, and its share."""
    counts = Counter(round(score, 9) for fault in judged for side in fault.scores for score in side)
    if not counts:
        return math.nan, 0.0
    value, times = counts.most_common(1)[0]
    return value, times / sum(counts.values())


def _of_fault(result: MetricResult, fault: FaultResult, policy: Policy | None) -> Iterator[Defect]:
    missed = fault.cases - fault.told
    scale = _scale(result)
    if missed:
        blocks = fault.share < ENOUGH
        yield Defect(
            kind="misses",
            metric=result.label,
            blocks=blocks,
            sentence=(
                f"{result.label} does not tell {FAULT_NAMES[fault.fault]} from right ones in "
                f"{_of(missed, fault.cases)} (mean score {scale.score(fault.mean)} against "
                f"{scale.score(result.mean)}, AUROC {fault.auroc:.2f}; "
                f"{', '.join(fault.examples)})."
            ),
            size=1.0 - fault.share,
            cases=fault.examples,
        )
        if blocks:
            return
    margin, bounds = _gate_margin(policy), result.metric.bounds
    # A margin as large as the range is named with the gates that can never fail.
    if margin is not None and bounds is not None and fault.drop <= margin < bounds[1] - bounds[0]:
        yield Defect(
            kind="narrow",
            metric=result.label,
            sentence=(
                f"{result.label} loses only {scale.size(fault.drop)} where all answers become "
                f"{FAULT_NAMES[fault.fault]}, which its margin of {scale.size(margin)} tolerates."
            ),
            size=margin - fault.drop,
        )


def _gate_margin(policy: Policy | None) -> float | None:
    return policy.margin if policy is not None and policy.role == "gate" else None


def _unseen(exam: Exam) -> Iterator[Defect]:
    """Faults that change the answers of many cases and that no metric reads."""
    results = [result for result in exam.metrics if result.references]
    for fault in FAULTS:
        found = [each for result in results for each in result.faults if each.fault == fault]
        seen = any(each.cases and each.share >= ENOUGH for each in found)
        if found and exam.planted[fault] and not seen:
            yield Defect(
                kind="blind_suite",
                blocks=False,
                sentence=f"No metric of this suite would notice {FAULT_NAMES[fault]}.",
            )


def _of(some: int, cases: int) -> str:
    return f"{some} of {plural(cases, 'case')}"


def _scale(result: MetricResult) -> Scale:
    metric = result.metric
    bounds = None if metric.bounds is None else (metric.bounds[0], metric.bounds[1])
    return score_scale(MetricRecord(spec=metric.spec, better=metric.better, bounds=bounds))
