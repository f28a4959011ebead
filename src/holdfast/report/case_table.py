"""Case table: all cases as columns of ready strings, for the page's own script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.comparison import Delta
from holdfast.digest import Json
from holdfast.gate import Finding, Verdict
from holdfast.judging.numbers import Scale
from holdfast.report.changed import ChangedCase, subject_of
from holdfast.report.rows import case_scales, row_scale
from holdfast.report.untrusted import one_line
from holdfast.report.wording import CASES

__all__ = ["case_columns"]

_METRICS = 12
_TEASER = 110
_TAGS = 8
_SMALL = 0.001
"""Changes from here on are sorted by six decimals, which keeps the page small."""
_NO_SCORE = ("no score", "from zero")
"""Where there is no change to write: a score is missing, or the baseline's is no unit of it."""


@dataclass(slots=True, frozen=True)
class _Words:
    """Texts that repeat, each kept once."""

    places: dict[str, int] = field(default_factory=dict[str, int])

    def place(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))


def case_columns(verdict: Verdict, cases: Sequence[ChangedCase]) -> dict[str, Json]:
    """Columns of the table in the order of the cases.

    `ids`, `teasers` and `states` (places in `words`) have one entry for each case; `tags` lists
    places in `tag_names`. Each of `metrics` has a `name`, its `texts`, and for each case `change`
    (place in texts), `state` (place in words) and `key`, a number to sort by where less is worse
    and null where there is no score on both sides.
    """
    scales = case_scales(verdict)
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
        "words": [[word.text, word.glyph, word.tone, state] for state, word in CASES.items()],
        "states": [places[case.state] for case in cases],
        "tag_names": list(tag_names.places),
        "tags": tags,
        "metrics": [
            _column(found, found.delta, cases=cases, scale=scales[found.metric], places=places)
            for found in verdict.findings[:_METRICS]
            if found.delta is not None
        ],
    }


def _column(
    finding: Finding,
    delta: Delta,
    *,
    cases: Sequence[ChangedCase],
    scale: Scale,
    places: Mapping[str, int],
) -> dict[str, Json]:
    label = finding.metric
    share = delta.scale == "ratio"
    written = row_scale(finding) if share else scale
    sign = 1.0 if delta.metric.better == "higher" else -1.0
    texts = _Words({text: place for place, text in enumerate(_NO_SCORE)})
    seen: dict[float, int] = {}
    change: list[Json] = []
    keys: list[Json] = []
    states: list[Json] = []
    unknown = (None, None)
    for case in cases:
        pair = case.pair
        before, after = pair.scores.get(label, unknown)
        shift = _shift(before, after, share=share)
        states.append(places[pair.states.get(label, "same")])
        if shift is None:
            change.append(int(before is not None and after is not None))
            keys.append(None)
            continue
        place = seen.get(shift)
        if place is None:
            place = seen[shift] = texts.place(written.change(shift))
        change.append(place)
        keys.append(sign * (round(shift, 6) if abs(shift) >= _SMALL else shift))
    return {
        "name": one_line(label, 120),
        "texts": list(texts.places),
        "change": change,
        "key": keys,
        "state": states,
    }


def _shift(before: float | None, after: float | None, *, share: bool) -> float | None:
    """Candidate less baseline, as a share of the baseline where changes are ratios."""
    if before is None or after is None:
        return None
    shift = after - before
    if share and shift:
        return shift / before if before > 0 else None
    return shift
