"""Reviewed: what a blind review says, as labels that judges are compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.errors import DatasetError
from holdfast.judging.numbers import plural
from holdfast.reviewing.judgement import PREFERENCE, Judgement, Shown, standing

__all__ = ["ReviewLabels", "labels_of_review"]

_EVEN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLabels:
    """Labels of a review."""

    rows: tuple[Mapping[str, Any], ...]
    """Fields of a label."""
    blank: int
    """Questions that were skipped."""
    notes: tuple[str, ...]


def labels_of_review(judgements: Sequence[Judgement], *, source: str) -> ReviewLabels:
    """The labels that hold.

    A pair says of the metric `preference` what `prefer` records: 1 for a preferred candidate, 0
    for a preferred baseline, 0.5 for a tie, and 0.5 for every baseline. Cases that were chosen by
    their state or tag are left out: correction and admission need a random sample.

    Raises:
        DatasetError: every case was chosen.
    """
    drawn = [one for one in judgements if one.sampling.random]
    if not drawn:
        by = sorted({text for one in judgements for text in one.sampling.filter})
        raise DatasetError(
            f"{source}: all of its cases were chosen ({', '.join(by)}) and none drawn at random, "
            "so that neither a judge nor a change can be told from them; review a random sample: "
            "`holdfast review` without --filter"
        )
    kept = standing(drawn)
    rows = [row for one in kept.values() if one.choice != "skip" for row in _rows(one)]
    skipped = sum(one.choice == "skip" for one in kept.values())
    notes: list[str] = []
    if len(drawn) < len(judgements):
        chosen = len(standing(one for one in judgements if not one.sampling.random))
        notes.append(
            f"{source}: {plural(chosen, 'label')} of cases that were chosen by a filter "
            "are left out, because they are no random sample."
        )
    if skipped:
        notes.append(
            f"{source}: {plural(skipped, 'question')} of {len(kept)} were skipped; if those are "
            "harder than the others, the labels are no random sample."
        )
    return ReviewLabels(rows=tuple(rows), blank=skipped, notes=tuple(notes))


def _rows(one: Judgement) -> list[dict[str, Any]]:
    metric = one.metric if one.kind == "answer" else PREFERENCE
    return [
        {
            "case_id": one.case_id,
            "value": _value(one, shown),
            "rater": one.reviewer,
            "run": shown.run,
            "arm": shown.arm,
            "beside": "" if one.kind == "answer" else _other(one, shown),
            "output": shown.output,
            "metric": metric,
            "where": one.where,
        }
        for shown in one.shown
    ]


def _other(one: Judgement, shown: Shown) -> str:
    return next(other.run for other in one.shown if other.arm != shown.arm)


def _value(one: Judgement, shown: Shown) -> float:
    if one.label is not None:
        return one.label
    return _EVEN if shown.arm == "baseline" else _EVEN + one.worth / 2.0
