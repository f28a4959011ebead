"""Cells: one setting, judged by the gate through the public API beside the usual gates."""

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from error_study.draws import Sample, Setting
from error_study.records import both, policies
from error_study.usual_gates import usual_gates, usual_totals

from holdfast.comparison import compare
from holdfast.gate import Verdict, decide
from holdfast.policy import Estimand, Policy, Slices

Counts = Counter[str]


class Cell(Protocol):
    """Something that is counted over many simulated runs."""

    @property
    def setting(self) -> Setting:
        """What is drawn; cells with the same setting see the same samples."""
        ...

    @property
    def share(self) -> float:
        """Runs of this cell, as a share of the runs asked for."""
        ...

    @property
    def cost(self) -> float:
        """Rough time of a run, in units of a gate on one score."""
        ...

    def measure(self, generator: np.random.Generator, runs: int) -> Counts:
        """Counts over that many runs."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCell:
    """The gate on one setting, at one or more margins; the first one decides `blocked`."""

    setting: Setting
    margins: tuple[float, ...] = (0.02,)
    share: float = 1.0
    slices: Slices = "warn"
    """What a slice that lost does."""
    estimand: Estimand = "population"
    """What the change is a change of."""

    @property
    def cost(self) -> float:
        """Proportional to the number of scores, with a share for every sample."""
        return 100.0 + self.setting.size

    def measure(self, generator: np.random.Generator, runs: int) -> Counts:
        """Counts of what the gate and the usual gates say."""
        counts: Counts = Counter()
        for _ in range(runs):
            sample = self.setting.draw(generator)
            rules = usual_gates(sample) if sample.bounds is not None else usual_totals(sample)
            counts.update(name for name, blocks in rules.items() if blocks)
            self._judge(sample, counts)
        return counts

    def _judge(self, sample: Sample, counts: Counts) -> None:
        baseline, candidate = both(sample)
        metrics = sample.baseline.shape[0]
        gates = self._policies(metrics, self.margins[0])
        comparison = compare(baseline, candidate, policies=gates)
        counts["any p"] += any(delta.p_worse <= delta.alpha for delta in comparison.deltas)
        for index, margin in enumerate(self.margins):
            verdict = decide(comparison, self._policies(metrics, margin))
            counts[f"safe {margin}"] += all(
                found.state in ("within_margin", "improved") for found in verdict.findings
            )
            if index == 0:
                _count(verdict, counts)
                _count_slices(verdict, sample, counts)

    def _policies(self, metrics: int, margin: float) -> tuple[Policy, ...]:
        return policies(metrics, margin=margin, slices=self.slices, estimand=self.estimand)


def _count(verdict: Verdict, counts: Counts) -> None:
    counts["blocked"] += verdict.exit_code == 1
    counts[f"exit {verdict.exit_code}"] += 1
    regressed = {found.metric for found in verdict.findings if found.state == "regressed"}
    counts["first metric"] += "metric-0" in regressed
    counts["other metric"] += bool(regressed - {"metric-0"})
    states = {found.state for found in verdict.findings}
    counts["improved"] += "improved" in states
    counts["within margin"] += states <= {"within_margin", "improved"}
    counts["silent"] += not states & {"regressed", "improved"}


def _count_slices(verdict: Verdict, sample: Sample, counts: Counts) -> None:
    if sample.tags is None:
        return
    lost = {found.name for found in verdict.slices if found.state == "regressed"}
    gained = {found.name for found in verdict.slices if found.state == "improved"}
    categories = {tags[0] for tags in sample.tags}
    counts["slice lost"] += bool(lost)
    counts["slice gained"] += bool(gained)
    counts["lost tag named"] += sample.lost_tag in lost
    counts["other tag named"] += bool(lost & (categories - {sample.lost_tag}))
    counts["in the sentence"] += sample.lost_tag != "" and sample.lost_tag in verdict.sentence
