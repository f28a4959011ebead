"""Waterfall: the timed steps of one answer as bars, placed by ready strings."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from holdfast.judging import numbers
from holdfast.report.untrusted import one_line
from holdfast.system import Span

__all__ = ["SpanView", "step_time", "waterfall"]

_SPANS = 40
_DEEPEST = 4
_LEAST_WIDTH = 0.5
_NO_BREAK = "\N{NO-BREAK SPACE}"


class SpanView(NamedTuple):
    """One step: its name, and where its bar lies."""

    name: str
    depth: str
    """Number of steps around it, at most four."""
    start: str
    """When it began, after the call did."""
    took: str
    x: str
    """Left end of its bar, in percent of the width."""
    width: str


def waterfall(spans: Sequence[Span]) -> tuple[SpanView, ...]:
    """The steps by the time they began, the first forty; steps without a real time are left out."""
    real = [span for span in spans if math.isfinite(span.start) and math.isfinite(span.seconds)]
    shown = sorted(real, key=lambda span: (span.start, -span.seconds))[:_SPANS]
    if not shown:
        return ()
    begin = min(0.0, *(span.start for span in shown))
    length = max(span.start + max(span.seconds, 0.0) for span in shown) - begin
    parents = {span.name: span.parent for span in real}
    return tuple(_view(span, begin=begin, length=length, parents=parents) for span in shown)


def step_time(seconds: float) -> str:
    """A short time in words: `0.4 ms`, `420 ms`, `1.2 s`.

    >>> step_time(1.234)
    '1.2 s'
    """
    if not math.isfinite(seconds) or seconds >= 0.9995:
        return numbers.duration(seconds)
    thousandths = 1_000 * seconds
    return f"{thousandths:.{0 if abs(thousandths) >= 9.95 else 1}f}{_NO_BREAK}ms"


def _view(
    span: Span, *, begin: float, length: float, parents: Mapping[str, str | None]
) -> SpanView:
    left = 100 * (span.start - begin) / length if length > 0 else 0.0
    wide = 100 * max(span.seconds, 0.0) / length if length > 0 else 100.0
    wide = max(wide, _LEAST_WIDTH)
    return SpanView(
        name=one_line(span.name, 80),
        depth=str(_depth(span, parents)),
        start=step_time(span.start),
        took=step_time(span.seconds),
        x=f"{min(left, 100 - _LEAST_WIDTH):.2f}%",
        width=f"{min(wide, 100.0):.2f}%",
    )


def _depth(span: Span, parents: Mapping[str, str | None]) -> int:
    """Steps around a step; a circle of parents ends at the deepest that is drawn."""
    depth, parent = 0, span.parent
    while parent is not None and parent in parents and depth < _DEEPEST:
        depth, parent = depth + 1, parents[parent]
    return depth
