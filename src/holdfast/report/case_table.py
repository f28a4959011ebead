"""Case table: all cases as columns of ready strings, for the page's own script."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.digest import Json
from holdfast.gate import Finding, Verdict
from holdfast.judging.numbers import Scale
from holdfast.report.changed import ChangedCase, subject_of
from holdfast.report.rows import case_scales, row_scale
from holdfast.report.untrusted import one_line
from holdfast.report.wording import CASES

__all__ = ["case_columns", "columned_metrics"]

_METRICS = 12
_TEASER = 110
_TAGS = 8
_NO_SCORE = "no score"


@dataclass(slots=True, frozen=True)
class _Words:
    """Texts that repeat, each kept once."""

    places: dict[str, int] = field(default_factory=dict[str, int])

    def place(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))


def columned_metrics(verdict: Verdict) -> tuple[Finding, ...]:
    """The findings whose metrics are columns, in the verdict's order."""
    return tuple(finding for finding in verdict.findings if finding.delta is not None)[:_METRICS]


def case_columns(verdict: Verdict, cases: Sequence[ChangedCase]) -> dict[str, Json]:
    """Columns of the table in the order of the cases.

    `ids`, `teasers` and `states` (places in `words`) have one entry for each case; `tags` lists
    places in `tag_names`. Each of `metrics` has a `name`, its `texts`, and for each case `change`
    (place in texts), `state` (place in words) and `key`, a number to sort by where less is worse
    and null where there is no score on both sides.
    """
    words: list[str] = list(CASES)
    places = {state: place for place, state in enumerate(words)}
    tag_names = _Words()
    known: dict[str, int] = {}
    tags: list[Json] = []
    for case in cases:
        own: list[Json] = []
        for tag in case.pair.case.tags[:_TAGS]:
            if tag not in known:
                known[tag] = tag_names.place(one_line(tag, 60))
            own.append(known[tag])
        tags.append(own)
    return {
        "ids": [one_line(case.pair.case.id, 200) for case in cases],
        "teasers": [one_line(subject_of(case.pair), _TEASER) for case in cases],
        "words": [[word.text, word.glyph, word.tone] for word in CASES.values()],
        "states": [places[case.state] for case in cases],
        "tag_names": list(tag_names.places),
        "tags": tags,
        "metrics": [
            _column(finding, cases, scale=scale, places=places)
            for finding, scale in _scaled(verdict)
        ],
    }


def _scaled(verdict: Verdict) -> list[tuple[Finding, Scale]]:
    scales = case_scales(verdict)
    return [(finding, scales[finding.metric]) for finding in columned_metrics(verdict)]


def _column(
    finding: Finding, cases: Sequence[ChangedCase], *, scale: Scale, places: Mapping[str, int]
) -> dict[str, Json]:
    delta, label = finding.delta, finding.metric
    assert delta is not None  # noqa: S101 - `columned_metrics` keeps no other
    share = delta.scale == "ratio"
    written = row_scale(finding) if share else scale
    sign = 1.0 if delta.metric.better == "higher" else -1.0
    texts = _Words({_NO_SCORE: 0})
    seen: dict[float, int] = {}
    change: list[Json] = []
    keys: list[Json] = []
    states: list[Json] = []
    for case in cases:
        pair = case.pair
        shift = _shift(pair.scores.get(label, (None, None)), share=share)
        states.append(places[pair.states.get(label, "same")])
        if shift is None:
            change.append(0)
            keys.append(None)
            continue
        place = seen.get(shift)
        if place is None:
            place = seen[shift] = texts.place(written.change(shift))
        change.append(place)
        keys.append(round(sign * shift, 6))
    return {
        "name": one_line(label, 120),
        "texts": list(texts.places),
        "change": change,
        "key": keys,
        "state": states,
    }


def _shift(scores: tuple[float | None, float | None], *, share: bool) -> float | None:
    """Candidate less baseline, as a share of the baseline where changes are ratios."""
    before, after = scores
    if before is None or after is None:
        return None
    shift = after - before
    if share:
        shift = shift / before if before > 0 else 0.0 if shift == 0 else math.nan
    return shift if math.isfinite(shift) else None
