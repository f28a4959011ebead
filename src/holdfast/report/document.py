"""Document: the verdict as a value that JSON can hold, for other programs."""

import math
from collections.abc import Mapping

from holdfast.calibration import Calibration
from holdfast.comparing.cases import evidence_of
from holdfast.comparing.corrected import Corrected
from holdfast.comparing.timing import Rate, Timing
from holdfast.comparison import CasePair, CaseState, Delta, RunInfo
from holdfast.digest import Json
from holdfast.gate import Finding, Plan, SliceFinding, Verdict
from holdfast.record import MetricRecord
from holdfast.report.origin_document import change_as_json, made_with, origin_as_json
from holdfast.storage.sequence_row import sequence_row

__all__ = ["VERSION", "verdict_as_json"]

VERSION = 1
"""Raised when a key changes its meaning or goes away; new keys do not raise it."""


def verdict_as_json(verdict: Verdict) -> dict[str, Json]:
    """The verdict as nested dictionaries with stable keys; a number that is not finite is null.

    Keys: `version`, `outcome`, `exit_code`, `passed`, `sentence`, `next_step`, `profile`,
    `problems`, `warnings`, `notes`, `suite`, `dataset`, `baseline` and `candidate` (the runs),
    `changes` (what differs besides the answers), `findings` (one for each metric, in the verdict's
    order), `slices` (what was found in slices of the cases), `cases` (every case of either run,
    with scores, state and evidence by metric), `calibration` and `origin` (what changed in a
    sentence, what nobody recorded, and what is known of the judges). A change and its bounds are
    oriented so that positive is better; means and scores are as the metric gave them.
    """
    comparison = verdict.comparison
    records = {delta.metric.label: delta.metric for delta in comparison.deltas}
    return {
        "version": VERSION,
        "outcome": verdict.outcome,
        "exit_code": verdict.exit_code,
        "passed": verdict.passed,
        "sentence": verdict.sentence,
        "next_step": verdict.next_step,
        "profile": verdict.profile,
        "problems": list(verdict.problems),
        "warnings": list(verdict.warnings),
        "notes": list(comparison.notes),
        "suite": comparison.suite,
        "dataset": comparison.dataset,
        "baseline": _run(comparison.baseline),
        "candidate": _run(comparison.candidate),
        "changes": [change_as_json(change) for change in comparison.changes],
        "findings": [_finding(finding) for finding in verdict.findings],
        "slices": [_slice(found) for found in verdict.slices],
        "cases": [_case(pair, records) for pair in comparison.cases],
        "calibration": None if verdict.calibration is None else _calibration(verdict.calibration),
        "origin": origin_as_json(verdict),
    }


def _calibration(calibration: Calibration) -> Json:
    return {
        "baseline": calibration.baseline,
        "sentence": calibration.sentence,
        "splits": calibration.splits,
        "false_alarm_rate": calibration.rate,
        "low": calibration.low,
        "high": calibration.high,
        "inconclusive": calibration.doubtful / calibration.splits,
        "flaky_cases": calibration.flaky,
        "resolves": {gate.metric: gate.resolvable for gate in calibration.gates},
    }


def _run(run: RunInfo) -> Json:
    provenance = run.provenance
    return {
        "id": run.id,
        "system": run.system.label,
        "system_digest": run.system.digest,
        "cases": run.cases,
        "trials": run.trials,
        "repeats": run.repeats,
        "complete": run.complete,
        "started": provenance.started,
        "seconds": _number(provenance.seconds),
        "git_commit": provenance.git_commit,
        "git_dirty": provenance.git_dirty,
        "cache_hits": provenance.cache.hits,
        "cache_misses": provenance.cache.misses,
        "tally": dict(run.tally),
        "made_with": made_with(run),
        "sequence": None if run.sequence is None else sequence_row(run.sequence),
    }


def _finding(finding: Finding) -> Json:
    policy = finding.policy
    return {
        "metric": finding.metric,
        "state": finding.state,
        "blocks": finding.blocks,
        "why": finding.why,
        "tags": list(finding.tags),
        "role": policy.role,
        "margin": _number(policy.margin),
        "floor": _number(policy.floor),
        "p_worse": _number(finding.p_worse),
        "p_better": _number(finding.p_better),
        "adjustment": finding.adjustment,
        "change": None if finding.delta is None else _delta(finding.delta),
        "plan": None if finding.plan is None else _plan(finding.plan),
    }


def _delta(delta: Delta) -> Json:
    worst = delta.worst
    return {
        "better": delta.metric.better,
        "bounds": None if delta.metric.bounds is None else list(delta.metric.bounds),
        "pairs": delta.pairs,
        "matched": delta.matched,
        "trials": list(delta.trials),
        "clusters": delta.clusters,
        "lost": {
            "baseline": delta.lost.baseline,
            "candidate": delta.lost.candidate,
            "both": delta.lost.both,
        },
        "baseline_mean": _number(delta.baseline_mean),
        "candidate_mean": _number(delta.candidate_mean),
        "low": _number(delta.low),
        "estimate": _number(delta.estimate),
        "high": _number(delta.high),
        "p_worse": _number(delta.p_worse),
        "p_better": _number(delta.p_better),
        "scale": delta.scale,
        "timing": None if delta.timing is None else _timing(delta.timing),
        "method": delta.method,
        "test": delta.test,
        "alpha": delta.alpha,
        "floor_mean": _number(delta.floor_mean),
        "corrected": None if delta.corrected is None else _corrected(delta.corrected),
        "worst": None if worst is None else _interval(worst),
    }


def _corrected(corrected: Corrected) -> Json:
    return {
        "labelled": corrected.labelled,
        "weight": _number(corrected.weight),
        "low": _number(corrected.low),
        "estimate": _number(corrected.estimate),
        "high": _number(corrected.high),
    }


def _timing(timing: Timing) -> Json:
    return {
        "quantile": timing.quantile,
        "requests": timing.requests,
        "blocks": timing.blocks,
        "noise_floor": _number(timing.floor),
        "adjusted": timing.adjusted,
        "requests_per_second": _rate(timing.requests_per_second),
        "tokens_per_second": _rate(timing.tokens_per_second),
    }


def _rate(rate: Rate | None) -> Json:
    if rate is None:
        return None
    names = ("baseline", "candidate", "low", "estimate", "high")
    return {name: _number(getattr(rate, name)) for name in names}


def _interval(delta: Delta) -> Mapping[str, Json]:
    return {
        "low": _number(delta.low),
        "estimate": _number(delta.estimate),
        "high": _number(delta.high),
    }


def _plan(plan: Plan) -> Json:
    return {
        "resolvable": _number(plan.resolvable),
        "more_cases": plan.more_cases,
        "trials": plan.candidate_trials,
        "baseline_trials": plan.baseline_trials,
    }


def _slice(found: SliceFinding) -> Json:
    return {
        "metric": found.metric,
        "name": found.name,
        "state": found.state,
        "why": found.why,
        "blocks": found.blocks,
        "tolerated": found.tolerated,
        "cases": found.cases,
        "low": _number(found.low),
        "estimate": _number(found.estimate),
        "high": _number(found.high),
        "others": _number(found.others),
        "p_value": _number(found.p_value),
        "p_contrast": _number(found.p_contrast),
        "searched": found.searched,
    }


_DECIDED: frozenset[CaseState] = frozenset(("fixed", "broken", "flaky"))


def _evidence(pair: CasePair, metric: MetricRecord | None) -> Json:
    if metric is None or pair.states.get(metric.label) not in _DECIDED:
        return None
    found = evidence_of(pair, metric)
    if found is None:
        return None
    return {
        "baseline": list(found.baseline),
        "candidate": list(found.candidate),
        "p_value": _number(found.p_value),
    }


def _case(pair: CasePair, records: Mapping[str, MetricRecord]) -> Json:
    metrics = {
        metric: {
            "baseline": _number(before),
            "candidate": _number(after),
            "state": pair.states.get(metric, "same"),
            "evidence": _evidence(pair, records.get(metric)),
        }
        for metric, (before, after) in pair.scores.items()
    }
    return {
        "id": pair.case.id,
        "tags": list(pair.case.tags),
        "source": None if pair.case.source is None else str(pair.case.source),
        "metrics": metrics,
        "flake_rate": _number(pair.flake_rate),
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
