"""Origin document: where the numbers come from, as values that JSON can hold."""

from collections.abc import Sequence

from holdfast.comparing.differences import Change
from holdfast.comparison import RunInfo
from holdfast.digest import Json
from holdfast.gate import Verdict
from holdfast.judging.standing import JudgeStanding
from holdfast.report.alterations import (
    attribution,
    changed_sentence,
    has_baseline,
    unrecorded,
)
from holdfast.report.text_diff import unified
from holdfast.stats.interval import Interval

__all__ = ["change_as_json", "made_with", "origin_as_json"]


def origin_as_json(verdict: Verdict) -> dict[str, Json]:
    """What changed in a sentence, what nobody recorded, and what is known of the judges."""
    return {
        "sentence": changed_sentence(verdict),
        "attribution": attribution(verdict) if has_baseline(verdict) else "",
        "unrecorded": list(unrecorded(verdict)),
        "judges": _judges(verdict.judges),
    }


def change_as_json(change: Change) -> dict[str, Json]:
    """One change; of a prompt whose texts are recorded also the unified diff."""
    return {
        "what": change.what,
        "kind": change.kind,
        "name": change.name or change.what,
        "baseline": change.baseline,
        "candidate": change.candidate,
        "diff": _diff(change),
    }


def _diff(change: Change) -> str | None:
    before, after = change.texts
    if before is None or after is None:
        return None
    return unified(before, after, name=change.name or change.what)


def made_with(run: RunInfo) -> dict[str, Json]:
    """What a run was made with, as far as it was recorded."""
    provenance = run.provenance
    return {
        "dataset_digest": run.dataset_digest,
        "params": run.system.params,
        "version": run.system.version,
        "artifacts": run.system.artifacts,
        "metrics": [
            {
                "metric": metric.label,
                "version": metric.spec.version,
                "digest": metric.spec.digest,
                "judge": metric.judge,
            }
            for metric in run.metrics
        ],
        "holdfast": provenance.holdfast,
        "python": provenance.python,
        "platform": provenance.platform,
        "os": provenance.os,
        "hardware": provenance.hardware,
        "packages": provenance.packages,
        "sources": provenance.sources,
        "settings": provenance.settings,
        "seed": provenance.seed,
        "git_branch": provenance.git_branch,
        "cache_reasons": provenance.cache.reasons,
    }


def _judges(found: Sequence[JudgeStanding]) -> list[Json]:
    return [
        {
            "metric": judge.metric,
            "state": judge.state,
            "why": judge.why,
            "date": judge.date,
            "labels": judge.labels,
            "balanced_accuracy": _interval(judge.balanced),
            "kappa": _interval(judge.kappa),
            "corrected_by_labels_of": judge.corrected,
        }
        for judge in found
    ]


def _interval(found: Interval | None) -> Json:
    if found is None:
        return None
    return {"low": found.low, "estimate": found.estimate, "high": found.high}
