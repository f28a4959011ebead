"""Evaluators: which metrics scored both runs, and what is known of the judges among them."""

from dataclasses import dataclass

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.judging.standing import JudgeStanding
from holdfast.record import MetricRecord
from holdfast.report.alterations import has_baseline
from holdfast.report.untrusted import one_line
from holdfast.report.wording import Word
from holdfast.stats.interval import Interval

__all__ = ["EvaluatorView", "JudgeView", "evaluator_views", "judge_views"]

_SHOWN = 60
_LONG = 200
_KAPPA = Scale(decimals=2)
_STATES = {
    "admitted": Word("admitted", "✓", "good"),
    "refused": Word("not admitted", "✕", "bad"),
    "other": Word("another version was checked", "!", "doubt"),
    "unchecked": Word("never checked beside people", "?", "doubt"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatorView:
    """A metric as ready strings."""

    metric: str
    kind: str
    baseline: str
    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeView:
    """What is known of a judge, as ready strings."""

    metric: str
    state: Word
    balanced: str
    kappa: str
    labels: str
    checked: str
    why: str
    """Why it may not gate, and how labels corrected it; empty where there is nothing to say."""


def evaluator_views(verdict: Verdict) -> tuple[EvaluatorView, ...]:
    """Every metric of either run, with the version that scored each."""
    comparison = verdict.comparison
    after = {metric.label: metric for metric in comparison.candidate.metrics}
    before = {metric.label: metric for metric in comparison.baseline.metrics}
    if not has_baseline(verdict):
        before = {}
    known = {**after, **{label: metric for label, metric in before.items() if label not in after}}
    return tuple(
        EvaluatorView(
            metric=one_line(label, _LONG),
            kind="judge" if metric.judge else "metric",
            baseline=_version(before.get(label)),
            candidate=_version(after.get(label)),
        )
        for label, metric in list(known.items())[:_SHOWN]
    )


def judge_views(verdict: Verdict) -> tuple[JudgeView, ...]:
    """Every judge of the verdict with how far people agree with it."""
    return tuple(
        JudgeView(
            metric=one_line(found.metric, _LONG),
            state=_STATES[found.state],
            balanced=_share(found.balanced),
            kappa=_kappa(found.kappa),
            labels=numbers.count(found.labels) if found.labels else "none",
            checked=one_line(found.date[:10], 20) or "never",
            why=_why(found),
        )
        for found in verdict.judges[:_SHOWN]
    )


def _version(metric: MetricRecord | None) -> str:
    if metric is None:
        return "not measured"
    return f"{one_line(metric.spec.version, 40)} ({metric.spec.digest[:8]})"


def _share(found: Interval | None) -> str:
    if found is None:
        return "not measured"
    bounds = f"{numbers.share(found.low)} to {numbers.share(found.high)}"
    return f"{numbers.share(found.estimate)} ({bounds})"


def _kappa(found: Interval | None) -> str:
    if found is None:
        return "not measured"
    bounds = f"{_KAPPA.score(found.low)} to {_KAPPA.score(found.high)}"
    return f"{_KAPPA.score(found.estimate)} ({bounds})"


def _why(found: JudgeStanding) -> str:
    said = [found.why[:1].upper() + found.why[1:]] if found.why else []
    if found.corrected:
        cases = numbers.plural(found.corrected, "case")
        said.append(f"Labels of {cases} corrected its change, so it gates whatever it is worth.")
    return one_line(" ".join(said), 600)
