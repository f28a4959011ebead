"""Curve: the margin that a gate resolves against the number of cases."""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from holdfast.judging.numbers import count
from holdfast.planning.suite_plan import Resolution, SuitePlan

__all__ = ["Curve", "curve_of", "draw"]

_POINTS = 64
_ROWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Resolvable margins of one gate, in units of the score, on a logarithmic axis of cases."""

    metric: str
    cases: tuple[int, ...]
    margins: tuple[float, ...]
    today: tuple[int, float]
    """Present number of cases, and what they resolve."""
    margin: float | None
    """The policy's margin."""
    needed: int | None
    """Cases at which the curve meets the margin; None beyond the axis."""

    @property
    def top(self) -> float:
        """Largest margin that a picture shows."""
        return 1.15 * max(self.today[1], self.margin or 0.0)


def curve_of(plan: SuitePlan, resolution: Resolution) -> Curve:
    """The curve of one gate with the plan's trials."""
    gate, today = resolution.gate, plan.today
    gates = len(plan.resolutions)
    size = gate.size if gate.metric.bounds is not None else 1.0

    def resolves(cases: int) -> float:
        return size * gate.resolves(replace(today, cases=cases), gates=gates)

    margin = gate.policy.margin
    last = max(1_000, 4 * today.cases)
    while margin is not None and resolves(last) > margin and last < 100_000:
        last *= 2
    steps = [
        round(math.exp(math.log(20) + step * math.log(last / 20) / (_POINTS - 1)))
        for step in range(_POINTS)
    ]
    cases = tuple(sorted(set(steps)))
    margins = tuple(resolves(number) for number in cases)
    return Curve(
        metric=gate.label,
        cases=cases,
        margins=margins,
        today=(today.cases, resolution.confirms),
        margin=margin,
        needed=None if margin is None else _meets(resolves, margin, last=last),
    )


def _meets(resolves: Callable[[int], float], margin: float, *, last: int) -> int | None:
    """Fewest cases that resolve the margin; None where even the last do not."""
    found = bisect_left(range(last + 1), -margin, lo=1, key=lambda cases: -resolves(cases))
    return found if found <= last else None


def draw(curve: Curve, *, width: int = 64, show: "Sequence[str] | None" = None) -> str:
    """The curve in characters, margin upwards and cases to the right.

    `show` are the texts of the largest margin, of the policy's, and of zero.
    """
    top = curve.top
    texts = show or ("", "", "")
    room = max(len(text) for text in texts)
    columns = max(20, width - room - 3)
    grid = [[" "] * columns for _ in range(_ROWS)]

    def column(cases: float) -> int:
        first, last = math.log(curve.cases[0]), math.log(curve.cases[-1])
        share = (math.log(max(cases, curve.cases[0])) - first) / (last - first)
        return min(columns - 1, round(share * (columns - 1)))

    def row(margin: float) -> int:
        return min(_ROWS - 1, max(0, _ROWS - 1 - round(margin / top * (_ROWS - 1))))

    if curve.margin is not None:
        grid[row(curve.margin)] = ["╌"] * columns
    for cases, margin in zip(curve.cases, curve.margins, strict=True):
        if margin <= top:
            grid[row(margin)][column(cases)] = "•"
    here = column(curve.today[0])
    grid[row(curve.today[1])][here] = "◆"
    lines: list[str] = []
    marks = {row(curve.margin): texts[1]} if curve.margin is not None else {}
    for number, cells in enumerate(grid):
        label = marks.get(number) or {0: texts[0], _ROWS - 1: texts[2]}.get(number, "")
        lines.append(f"{label:>{room}} │{''.join(cells).rstrip()}")
    lines.append(f"{'':>{room}} └{'─' * columns}")
    lines.append(f"{'':>{room}}  {_axis(curve, columns=columns, here=here)}")
    return "\n".join(lines)


def _axis(curve: Curve, *, columns: int, here: int) -> str:
    """Numbers of cases below the axis; today's wins where two would meet."""
    line = " " * columns
    last = f"{count(curve.cases[-1])} cases"
    now = f"◆ {count(curve.today[0])}"
    for text, start in (
        (now, min(here, columns - len(now))),
        (count(curve.cases[0]), 0),
        (last, columns - len(last)),
    ):
        end = start + len(text)
        if not line[max(0, start - 1) : end + 1].strip():
            line = line[:start] + text + line[end:]
    return line.rstrip()
