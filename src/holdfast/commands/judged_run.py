"""Judged run: which metric of a run is the judge, and asking it about the same answers again."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.record import MetricRecord, Run
    from holdfast.suite import Suite

__all__ = ["ask_again", "cut_of", "judge_of_run"]


def judge_of_run(run: "Run", name: str | None) -> "MetricRecord":
    """The judge of a run: the named metric, or the only judge, or the only metric.

    Raises:
        UsageError: there is more than one, or none of that name.
    """
    from holdfast.config import find_metric

    by_label = {metric.label: metric for metric in run.metrics}
    if name is not None:
        return by_label[find_metric(name, list(by_label), where="--metric")]
    judges = [metric for metric in run.metrics if metric.judge] or list(run.metrics)
    if len(judges) != 1:
        raise UsageError(f"name the judge with --metric: {', '.join(one.label for one in judges)}")
    return judges[0]


def cut_of(metric: "MetricRecord", given: float | None) -> float:
    """The score from which on an answer is good: the given one, or the middle of the range.

    Raises:
        UsageError: none is given, and the metric has no range.
    """
    if given is not None:
        return given
    if metric.bounds is None:
        raise UsageError(f"{metric.label} has no range; say with --cut from which score on is yes")
    return sum(metric.bounds) / 2.0


def ask_again(
    run: "Run", suite: "Suite", metric: str, *, cases: Collection[str], quiet: bool
) -> "Run":
    """The recorded answers of some cases, scored anew by the judge of the suite alone.

    Nothing is written, and no score is taken from the cache.

    Raises:
        UsageError: the suite does not measure this metric.
    """
    from holdfast.dataset import Dataset
    from holdfast.options import RunOptions
    from holdfast.runner import rescore

    judges = tuple(one for one in suite.metrics if one.spec.label == metric)
    if not judges:
        labels = ", ".join(one.spec.label for one in suite.metrics)
        raise UsageError(f"suite {suite.name!r} does not measure {metric!r} (it has: {labels})")
    dataset = Dataset(
        name=suite.dataset.name,
        cases=tuple(case for case in suite.dataset if case.id in cases),
    )
    if not dataset.cases:
        raise UsageError(f"suite {suite.name!r} has none of the cases of run {run.id!r}")
    options = RunOptions(fresh=True, progress="none" if quiet else "auto")
    return rescore(
        run, replace(suite, dataset=dataset, metrics=judges, policies=()), options=options
    )
