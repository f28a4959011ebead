"""Standing: what the files of admission say of the judges of a verdict."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from holdfast.comparison import Comparison
from holdfast.judges.admission import Admission, obstacle_of
from holdfast.judging.standing import JudgeStanding
from holdfast.record import MetricRecord
from holdfast.stats.interval import Interval

__all__ = ["standings_of"]

_COUNTS = ("true_positive", "false_negative", "false_positive", "true_negative")


def standings_of(
    metrics: Sequence[MetricRecord],
    admissions: Mapping[str, Admission],
    *,
    comparison: Comparison,
) -> tuple[JudgeStanding, ...]:
    """Standing of every judge among the metrics, in their order."""
    corrections = {
        delta.metric.label: delta.corrected.labelled
        for delta in comparison.deltas
        if delta.corrected is not None
    }
    return tuple(
        _standing(metric, admissions.get(metric.label), corrected=corrections.get(metric.label, 0))
        for metric in metrics
        if metric.judge
    )


def _standing(judge: MetricRecord, found: Admission | None, *, corrected: int) -> JudgeStanding:
    why = obstacle_of(judge, found)
    if found is None:
        return JudgeStanding(metric=judge.label, state="unchecked", why=why, corrected=corrected)
    state: Literal["admitted", "refused", "other"] = "admitted" if found.admitted else "refused"
    if found.digest != judge.spec.digest:
        state = "other"
    counts = [found.figures.get(name) for name in _COUNTS]
    return JudgeStanding(
        metric=judge.label,
        state=state,
        why=why,
        date=found.date,
        labels=sum(count for count in counts if isinstance(count, int)),
        balanced=_interval(found.figures.get("balanced_accuracy")),
        kappa=_interval(found.figures.get("cohen_kappa")),
        corrected=corrected,
    )


def _interval(figure: Any) -> Interval | None:
    """Interval of a file's three numbers; None where it has none."""
    try:
        low, estimate, high = (float(number) for number in figure)
    except (TypeError, ValueError):
        return None
    return Interval(low=low, estimate=estimate, high=high)
