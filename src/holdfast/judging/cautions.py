"""Cautions: what a reader of a verdict must know beside it."""

from collections.abc import Sequence

from holdfast.comparison import Comparison, Lost
from holdfast.judging.absence import commonest_failure
from holdfast.judging.finding import Finding, SliceFinding
from holdfast.judging.numbers import plural
from holdfast.judging.slice_sentences import slice_warnings

__all__ = ["warnings_of"]


def warnings_of(
    comparison: Comparison,
    findings: Sequence[Finding],
    *,
    slices: Sequence[SliceFinding] = (),
) -> tuple[str, ...]:
    """What a reader must know beside the verdict."""
    lost = {each.metric: each.policy.alpha for each in findings if each.state == "regressed"}
    found = [
        *slice_warnings(slices, lost=lost),
        *comparison.notes,
        *_about_cases(comparison),
        *_about_runs(comparison),
    ]
    found += _about_lost(findings)
    for finding in findings:
        monitor = finding.policy.role == "monitor"
        if monitor and finding.state in ("regressed", "below_floor", "invalid"):
            found.append(f"{finding.metric} (monitored): {finding.why}")
    return tuple(found)


def _about_cases(comparison: Comparison) -> list[str]:
    listed = (
        ("added", comparison.added),
        ("removed", comparison.removed),
        ("edited", comparison.edited),
    )
    # A note with the owner of a quarantine says it better.
    told = " ".join(comparison.notes)
    aside = [key for key in comparison.quarantined if f"Case {key!r} is in quarantine" not in told]
    listed = (*listed, ("in quarantine", aside))
    return [
        f"{plural(len(ids), 'case')} {word} and kept out of the test: {_ids(ids)}."
        for word, ids in listed
        if ids
    ]


def _about_runs(comparison: Comparison) -> list[str]:
    found: list[str] = []
    for arm, info in (("baseline", comparison.baseline), ("candidate", comparison.candidate)):
        if not info.complete:
            found.append(f"The {arm} run is not complete: its missing trials count as lost.")
        errored = info.tally.get("errored", 0)
        if errored:
            sides = (
                (pair.baseline, pair.candidate)[arm == "candidate"] for pair in comparison.cases
            )
            most = commonest_failure(trial for side in sides for trial in side)
            why = f", most often: {most}" if most else ""
            found.append(f"{plural(errored, 'case')} of the {arm} ended in an error{why}.")
    return found


def _about_lost(findings: Sequence[Finding]) -> list[str]:
    """Scores that are missing: one sentence for all metrics that miss the same ones."""
    metrics: dict[Lost, list[str]] = {}
    for finding in findings:
        if finding.delta is not None and finding.delta.lost.total:
            metrics.setdefault(finding.delta.lost, []).append(finding.metric)
    return [
        f"{plural(lost.total, 'case')} {'lacks' if lost.total == 1 else 'lack'} a score of "
        f"{', '.join(names)} in at least one trial (candidate alone {lost.candidate}, baseline "
        f"alone {lost.baseline}, both {lost.both}): the means shown leave these trials out, the "
        "verdict does not."
        for lost, names in metrics.items()
    ]


def _ids(ids: Sequence[str]) -> str:
    shown = ", ".join(repr(key) for key in ids[:5])
    return shown + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
