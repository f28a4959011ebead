"""Suite: a dataset, the metrics that score it and the policies that judge it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from holdfast.dataset import Case, Dataset
from holdfast.errors import UsageError
from holdfast.metric import Metric
from holdfast.policy import Policy
from holdfast.system import Response

__all__ = ["Suite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What is measured and how it is judged; it knows no system."""

    name: str
    """Names the suite in records and in the baseline's path."""
    dataset: Dataset
    metrics: tuple[Metric, ...]
    policies: tuple[Policy, ...] = ()
    """One for each gated or watched metric; pyproject.toml can override them."""
    repeats: int = 1
    """Trials of each case."""
    reference: Callable[[Case], Response | None] | None = field(
        default=None, compare=False, repr=False
    )
    """The answer that deserves the best score, for `holdfast check`; None leaves it to the
    conventions for `Case.expected`. It returns None for a case that has no such answer."""

    def __post_init__(self) -> None:
        labels = [metric.spec.label for metric in self.metrics]
        if not labels:
            raise UsageError(f"suite {self.name!r} has no metrics; it could never fail")
        if len(set(labels)) < len(labels):
            raise UsageError(f"suite {self.name!r} has two metrics with one label: {labels}")
        if self.repeats < 1:
            raise UsageError(f"suite {self.name!r}: repeats must be at least 1, got {self.repeats}")
        judged = [policy.metric for policy in self.policies]
        for name in judged:
            if name not in labels:
                raise UsageError(
                    f"suite {self.name!r} has a policy for {name!r}, which it does not measure "
                    f"(it measures: {', '.join(labels)})"
                )
        if len(set(judged)) < len(judged):
            raise UsageError(f"suite {self.name!r} has two policies for one metric: {judged}")
