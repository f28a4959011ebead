"""Comparison: what a candidate run says beside its baseline, before anyone judges it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast.comparing.cases import CasePair, CaseState, case_pairs
from holdfast.comparing.delta import Delta
from holdfast.comparing.differences import Change, changes_between
from holdfast.comparing.latency import measure_all
from holdfast.comparing.looks import Glance, glance
from holdfast.comparing.pairing import Pairing, pair
from holdfast.comparing.run_info import RunInfo, info_of
from holdfast.comparing.scores import Lost, Scores, collect
from holdfast.policy import Estimand, Policy
from holdfast.record import MetricRecord, Run, TrialRecord
from holdfast.system import Response

__all__ = ["CasePair", "CaseState", "Change", "Comparison", "Delta", "Lost", "RunInfo", "compare"]

MINIMUM_PAIRS = 10
"""Fewer paired cases than this carry no verdict."""
MINIMUM_SHARE = 0.95
"""Share of all cases that must be paired for two runs to answer the same question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A candidate beside its baseline: numbers without judgement."""

    suite: str
    dataset: str
    baseline: RunInfo
    candidate: RunInfo
    deltas: tuple[Delta, ...]
    problems: tuple[str, ...]
    """Why the two runs cannot be compared, in sentences; empty where they can."""
    added: tuple[str, ...]
    """Ids of cases that only the candidate's dataset holds."""
    removed: tuple[str, ...]
    """Ids of cases that only the baseline's dataset holds."""
    edited: tuple[str, ...]
    """Ids of cases whose content changed; kept out of the paired test."""
    cases: tuple[CasePair, ...]
    """Every case of either run, in the candidate's order, then the removed ones."""
    changes: tuple[Change, ...] = ()
    """What else differs: parameters, artifacts, versions, code."""
    metric_problems: Mapping[str, str] = field(default_factory=dict[str, str])
    """Why a metric has no delta, by label."""
    notes: tuple[str, ...] = ()
    """Sentences that a reader must know, such as an assumed range of scores."""
    quarantined: tuple[str, ...] = ()
    """Ids of cases that were set aside: run and shown, and left out of the test on both sides."""
    undrawn: tuple[str, ...] = ()
    """Ids of cases that a sequential run had not drawn when its verdict was decided."""

    def to_frame(self, *, texts: bool = False) -> Any:
        """Each case and metric as a row of a pandas DataFrame; see docs/reference/tables.md."""
        from holdfast.tables.changes import changes
        from holdfast.tables.frame import frame_of

        return frame_of(changes(self, texts=texts))


def compare(
    baseline: Run,
    candidate: Run,
    *,
    policies: Sequence[Policy] = (),
    quarantined: Collection[str] = (),
    flake_rates: Mapping[str, float] | None = None,
) -> Comparison:
    """Put a candidate run beside its baseline.

    Two runs of different suites or datasets give a comparison without deltas that says why.
    Policies matter for the level of their bounds (`Policy.alpha`) and for what the claim is about
    (`Policy.estimand`). Cases in quarantine are left out of the test on both sides and count as
    unpaired. A run that stopped early is compared as at its last look, by the cases that were
    drawn, with p-values and bounds that allow for it. `flake_rates` are shares of disagreeing pairs
    of earlier trials by case id; they only explain.
    """
    seen = glance(baseline, candidate)
    paired = pair(seen.baseline, seen.candidate, quarantined=quarantined)
    same_run = baseline.id == candidate.id and baseline.trials == candidate.trials
    problems = seen.problems or _problems(paired, undrawn=len(seen.undrawn))
    scored, metric_problems = _scored(seen, paired, policies, same_run=same_run)
    usable = [
        scores for scores in scored if not problems and scores.metric.label not in metric_problems
    ]
    same = (same_run or _same_answers(paired)) and not seen.undrawn
    measured = measure_all(paired, usable, same_answers=same)
    return Comparison(
        suite=candidate.suite,
        dataset=candidate.dataset,
        baseline=info_of(seen.baseline),
        candidate=info_of(seen.candidate),
        deltas=tuple(seen.restated(delta, policies) for delta in measured.deltas),
        problems=problems,
        added=paired.added,
        removed=paired.removed,
        edited=paired.edited,
        cases=case_pairs(paired, scored, flake_rates=flake_rates),
        changes=changes_between(baseline, candidate),
        metric_problems={**metric_problems, **measured.problems},
        notes=(
            *seen.notes,
            *_cluster_notes(paired),
            *(scores.note for scores in scored if scores.note),
        ),
        quarantined=paired.quarantined,
        undrawn=tuple(sorted(seen.undrawn)),
    )


def _scored(
    seen: Glance, paired: Pairing, policies: Sequence[Policy], *, same_run: bool
) -> tuple[list[Scores], dict[str, str]]:
    """What every metric of the candidate scored, and why some of them have no delta."""
    before = {metric.label: metric for metric in paired.baseline.run.metrics}
    problems: dict[str, str] = {}
    scored: list[Scores] = []
    for metric in paired.candidate.run.metrics:
        level, estimand = seen.level(metric, policies), _estimand(metric, policies)
        scores = collect(paired, metric, alpha=level, estimand=estimand)
        scored.append(scores)
        old = before.pop(metric.label, None)
        problem = (
            seen.waits(metric, policies)
            or _metric_problem(scores, old, paired=paired, undrawn=len(seen.undrawn))
            or _share_problem(scores, policies)
        )
        if problem and not (same_run and len(scores.paired) >= MINIMUM_PAIRS):
            problems[metric.label] = problem
    alone = {label: f"{label} was measured in the baseline alone" for label in before}
    return scored, problems | alone


def _estimand(metric: MetricRecord, policies: Sequence[Policy]) -> Estimand:
    wanted: list[Estimand] = [
        policy.estimand for policy in policies if policy.metric == metric.label
    ]
    return wanted[-1] if wanted else "population"


def _cluster_notes(paired: Pairing) -> tuple[str, ...]:
    differing = paired.cluster_conflicts
    if not differing:
        return ()
    return (
        (
            f"{len(differing)} cases name another cluster in each run; they are tested as "
            "dependent wherever either run says so"
        ),
    )


def _problems(paired: Pairing, *, undrawn: int) -> tuple[str, ...]:
    before, after = paired.baseline.run, paired.candidate.run
    if before.suite != after.suite:
        return (f"the runs are of different suites: {before.suite!r} and {after.suite!r}",)
    if before.dataset != after.dataset:
        return (f"the runs are of different datasets: {before.dataset!r} and {after.dataset!r}",)
    if not before.cases or not after.cases:
        empty = "baseline" if not before.cases else "candidate"
        return (f"the {empty} run holds no cases",)
    edits = len(paired.added) + len(paired.removed) + len(paired.edited)
    differ = before.dataset_digest != after.dataset_digest
    if differ and edits == 0 and not after.provenance.imported:
        return (
            f"the records contradict themselves: dataset {after.dataset!r} has another digest in "
            "each run, yet all cases are equal; make both runs anew",
        )
    matched = len(paired.matched)
    aside = f", {len(paired.quarantined)} in quarantine" if paired.quarantined else ""
    if matched + undrawn < MINIMUM_SHARE * (paired.union + undrawn):
        return (
            f"only {matched} of {paired.union} cases are the same in both runs "
            f"({len(paired.added)} added, {len(paired.removed)} removed, "
            f"{len(paired.edited)} edited{aside}), and {100 * MINIMUM_SHARE:.0f} % must be; run "
            "the baseline system on the present dataset and accept it",
        )
    return ()


def _metric_problem(
    scores: Scores, before: MetricRecord | None, *, paired: Pairing, undrawn: int
) -> str:
    label, after = scores.metric.label, scores.metric
    run, union = paired.baseline.run, paired.union
    arms = (paired.baseline.most, paired.candidate.most)
    if before is None:
        return f"{label} was not measured in the baseline; accept a baseline that has it"
    if before.spec.digest != after.spec.digest:
        return (
            f"{label} was computed by another version of the metric "
            f"(baseline {_version(before)}, candidate {_version(after)}); score the baseline's "
            f"answers again with `holdfast rescore {run.id} MODULE:SUITE` (or with "
            f"baseline:{run.suite}/{run.system.name}), and compare with the run that this makes"
        )
    if before.better != after.better or before.bounds != after.bounds:
        return (
            f"{label} has another direction or range in each run (baseline {_scale(before)}, "
            f"candidate {_scale(after)}); score both alike, or import both with one --range"
        )
    if after.aggregate is not None and min(arms) < after.aggregate.k:
        return (
            f"{label} needs {after.aggregate.k} trials of each case, and the baseline has at most "
            f"{arms[0]} and the candidate {arms[1]}; run both with --holdfast-repeats "
            f"{2 * after.aggregate.k}, or at least {after.aggregate.k}"
        )
    pairs = len(scores.paired)
    if pairs < MINIMUM_PAIRS:
        return f"{label} has {pairs} paired cases, and a verdict needs at least {MINIMUM_PAIRS}"
    if pairs + undrawn < MINIMUM_SHARE * (union + undrawn):
        return (
            f"{label} has scores on both sides for only {pairs} of {union} cases, and "
            f"{100 * MINIMUM_SHARE:.0f} % must have; {_finish(paired)}"
        )
    return ""


def _finish(paired: Pairing) -> str:
    runs = (paired.baseline.run, paired.candidate.run)
    if any(run.provenance.imported for run in runs):
        return "write the missing scores into the imported file and import it again"
    return "run again to finish what failed or is missing"


def _share_problem(scores: Scores, policies: Sequence[Policy]) -> str:
    """Why a margin, which is a share here, cannot be tested; empty where it can or need not be."""
    metric = scores.metric
    wanted = any(
        policy.metric == metric.label and policy.margin is not None and policy.role != "info"
        for policy in policies
    )
    if not wanted or metric.bounds is not None or metric.unit == "seconds" or scores.ratio:
        return ""
    return (
        f"{metric.label} has no smallest and largest score, so its margin is a share of the "
        "baseline's total, and here that total is zero or some scores are negative; give the "
        "metric bounds, or watch it with role='info'"
    )


def _scale(metric: MetricRecord) -> str:
    if metric.bounds is None:
        return f"{metric.better} is better, no range"
    return f"{metric.better} is better, {metric.bounds[0]:g} to {metric.bounds[1]:g}"


def _version(metric: MetricRecord) -> str:
    return f"version {metric.spec.version}, digest {metric.spec.digest[:8]}"


def _same_answers(paired: Pairing) -> bool:
    """Whether every matched case got the same answers on both sides, as far as is recorded."""
    for key in paired.matched:
        before = [_said(trial) for trial in paired.baseline.trials.get(key, ())]
        after = [_said(trial) for trial in paired.candidate.trials.get(key, ())]
        if not before or None in before or before != after:
            return False
    return True


def _said(trial: TrialRecord) -> tuple[object, ...] | None:
    response: Response | None = trial.response
    if response is None:
        return None
    passages = tuple(passage.id for passage in response.passages)
    return (response.text, response.data, response.tool_calls, passages, response.abstained)
