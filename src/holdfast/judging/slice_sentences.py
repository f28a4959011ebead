"""Slice sentences: what happened in a slice, in words, with the numbers that carry it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from holdfast.comparison import Delta
from holdfast.judging.finding import SliceFinding
from holdfast.judging.numbers import Scale, interval_level, p_value, plural, scale_of
from holdfast.policy import Policy

__all__ = ["carrier", "explain_slice", "slice_scale", "slice_warnings", "that_lost"]

_TOLD = 3
"""Slices that are worth a warning each; all are listed among the slices."""


def slice_scale(found: SliceFinding, delta: Delta, policy: Policy) -> Scale:
    """The scale on which the numbers of a slice are written."""
    own = replace(delta, low=found.low, estimate=found.estimate, high=found.high)
    return scale_of(own, margin=policy.margin)


def explain_slice(found: SliceFinding, delta: Delta, policy: Policy) -> str:
    """What happened in a slice, and how sure that is, in a sentence."""
    scale = slice_scale(found, delta, policy)
    sign = 1.0 if delta.metric.better == "higher" else -1.0
    low, high = sorted((sign * found.low, sign * found.high))
    sure = f"{interval_level(delta.alpha)} interval {scale.interval(low, high)}"
    among = f"{p_value(found.p_value, alpha=policy.alpha)} among {plural(found.searched, 'slice')}"
    rest = f"{scale.change(sign * found.others)} on the other {delta.pairs - found.cases:,}"
    text = f"{that_lost(found, delta, policy)} ({sure}, {among}), {rest}"
    if found.state == "unconfirmed" and found.p_value <= policy.alpha:
        return f"{text}: so few cases do not rule out that rare large gains make up for it."
    if found.state == "unconfirmed":
        return f"{text}: chance could explain it."
    if found.tolerated:
        return f"{text}: a real loss, yet smaller than the margin."
    return f"{text}."


def that_lost(found: SliceFinding, delta: Delta, policy: Policy) -> str:
    """The change in a slice in a few words: `lost 12.0 pt on the 200 cases tagged billing`."""
    higher = delta.metric.better == "higher"
    verbs = ("gained" if higher else "fell by", "lost" if higher else "rose by")
    size = slice_scale(found, delta, policy).size(found.estimate)
    verb = verbs[found.estimate < 0]
    return f"{verb} {size} on the {plural(found.cases, 'case')} {found.words}"


def carrier(slices: Sequence[SliceFinding], metric: str, *, alpha: float) -> SliceFinding | None:
    """The slice that carries the loss of a metric: it lost more than the other cases did."""
    return next(
        (
            found
            for found in slices
            if found.metric == metric and found.adverse and found.p_contrast <= alpha
        ),
        None,
    )


def slice_warnings(
    slices: Sequence[SliceFinding], *, lost: Mapping[str, float] | None = None
) -> list[str]:
    """Losses in slices that do not decide the verdict: the three that differ most from the rest.

    Args:
        slices: those that differ most from the other cases first.
        lost: alpha of each metric that regressed as a whole; of those a slice is told only where it
            lost more than the other cases, else the loss of the whole is all there is to tell.
    """
    whole = lost or {}
    told = [
        f"{found.metric} {found.why}"
        for found in slices
        if found.adverse
        and not found.blocks
        and (found.metric not in whole or found.p_contrast <= whole[found.metric])
    ]
    more = len(told) - _TOLD
    if more > 0:
        told[_TOLD:] = [
            f"{plural(more, 'more slice')} lost beyond chance; all stand among the slices."
        ]
    return told
