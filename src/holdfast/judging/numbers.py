"""Numbers as people read them.

The rules, each of them tested:

1. A score on [0, 1] is a percentage (`84.0 %`); a change of it is in points (`−6.0 pt`).
   Every other score is a plain number, with two significant digits of its uncertainty.
2. Minus is U+2212, a change carries its sign, and zero carries none.
   Where the change is a ratio it is in percent of the baseline, and scores keep their unit.
3. The numbers of one metric share their decimals. Decimals grow where rounding would put a bound
   on top of zero or of the margin, so that a printed interval never contradicts its state.
4. A margin is printed as it was written in the policy, up to the most decimals that a row may have.
5. A p-value has two decimals, three below .01, and more where rounding would move it across alpha.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from holdfast.comparison import Delta
from holdfast.metric import Better
from holdfast.record import MetricRecord

__all__ = [
    "MINUS",
    "Scale",
    "count",
    "direction",
    "duration",
    "interval_level",
    "p_value",
    "plural",
    "relative",
    "scale_of",
    "score_scale",
    "share",
]

MINUS = "\N{MINUS SIGN}"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_SAME = 1e-9
_EXTRA_DECIMALS = 3
_MOST_DECIMALS = 12
_LARGEST_PLAIN = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How the numbers of one metric are written.

    >>> Scale(factor=100, decimals=1, level=" %", step=" pt").interval(-0.101, -0.02)
    '−10.1 to −2.0 pt'
    """

    factor: float = 1.0
    """What a score is multiplied with before it is printed."""
    decimals: int = 2
    level: str = ""
    """Unit of a score."""
    step: str = ""
    """Unit of a difference between scores."""
    level_factor: float | None = None
    """What a score is multiplied with where it has another unit than its change."""
    level_decimals: int = 0

    def score(self, value: float) -> str:
        """A score, such as `84.0 %`."""
        if self.level_factor is not None:
            return _plain(value * self.level_factor, self.level_decimals) + self.level
        return self._digits(value) + self.level

    def change(self, value: float) -> str:
        """A signed difference, such as `−6.0 pt`."""
        digits = self._digits(value)
        is_zero = not any(character in "123456789∞?" for character in digits)
        return ("" if is_zero or value < 0 or math.isnan(value) else "+") + digits + self.step

    def size(self, value: float) -> str:
        """An unsigned difference, such as a margin of `2.0 pt`."""
        return self._digits(abs(value)) + self.step

    def interval(self, low: float, high: float) -> str:
        """Two signed differences with one unit, such as `−10.1 to −2.0 pt`."""
        start = self.change(low)
        return f"{start.removesuffix(self.step) if self.step else start} to {self.change(high)}"

    def _digits(self, value: float) -> str:
        return _plain(value * self.factor, self.decimals)


def scale_of(delta: Delta, *, margin: float | None = None) -> Scale:
    """The scale that keeps the bounds of a change on their side of zero and of the margin."""
    scale = score_scale(delta.metric)
    if delta.scale == "ratio":
        scale = _ratio_scale(delta)
    elif scale.factor == 1.0:
        scale = Scale(decimals=_decimals_for(delta))
    landmarks = [0.0] if margin is None else [0.0, -margin]
    most = min(_MOST_DECIMALS, scale.decimals + _EXTRA_DECIMALS)
    for decimals in range(scale.decimals, most):
        if _is_faithful(delta, landmarks, factor=scale.factor, decimals=decimals):
            most = decimals
            break
    return replace(scale, decimals=most)


def _ratio_scale(delta: Delta) -> Scale:
    """Changes in percent of the baseline, and scores in the unit that they count."""
    largest = max(abs(delta.baseline_mean), abs(delta.candidate_mean))
    unit, factor = delta.metric.unit, 1.0
    if unit == "seconds":
        unit, factor = ("s", 1.0) if largest >= 1.0 else ("ms", 1_000.0)
    known = math.isfinite(largest) and largest > 0
    return Scale(
        factor=100.0,
        decimals=1,
        step=f"{_NO_BREAK}%",
        level=f"{_NO_BREAK}{unit}" if unit else "",
        level_factor=factor,
        level_decimals=_leading(largest * factor, digits=3) if known else 2,
    )


def score_scale(metric: MetricRecord) -> Scale:
    """The scale of single scores, where there is no interval to respect."""
    if metric.bounds == (0, 1):
        return Scale(factor=100.0, decimals=1, level=f"{_NO_BREAK}%", step=f"{_NO_BREAK}pt")
    return Scale(decimals=2)


def relative(delta: Delta) -> str:
    """Change relative to the baseline, for scores without bounds; empty where it has no meaning."""
    bounded = delta.metric.bounds is not None or delta.scale == "ratio"
    if bounded or not delta.baseline_mean > 0:
        return ""
    share = delta.candidate_mean / delta.baseline_mean - 1
    return Scale(factor=100, decimals=1, step=f"{_NO_BREAK}%").change(share)


def share(value: float, *, decimals: int = 1) -> str:
    r"""A share in per cent.

    >>> share(0.455), share(0.95, decimals=0)
    ('45.5\xa0%', '95\xa0%')
    """
    return f"{_plain(100 * value, decimals)}{_NO_BREAK}%"


def direction(better: Better) -> str:
    """Which way a score improves, in words."""
    return f"{better} is better"


def interval_level(alpha: float) -> str:
    """Confidence of the two-sided interval between two one-sided bounds: `90 %` at alpha .05."""
    return f"{100 * (1 - 2 * alpha):.10g}{_NO_BREAK}%"


def p_value(value: float, *, alpha: float = 0.05) -> str:
    """A p-value, such as `p = .03`, `p < .001` or `p > .99`.

    >>> p_value(0.031), p_value(0.0004), p_value(0.0502)
    ('p = .03', 'p < .001', 'p = .0502')
    """
    if not math.isfinite(value):
        return "p unknown"
    least = min(0.001, alpha)
    if value < least:
        return f"p < {least:.10f}".replace("0.", ".").rstrip("0")
    if value > 0.99:
        return "p > .99"
    decimals = 2 if value >= 0.01 else 3
    while decimals < _MOST_DECIMALS and _hides(value, alpha, decimals):
        decimals += 1
    return "p = " + f"{value:.{decimals}f}".removeprefix("0")


def count(value: int) -> str:
    """A number of things, with separators: `10,000`."""
    return f"{value:,}".replace("-", MINUS)


def plural(value: int, noun: str, *, many: str = "") -> str:
    """A number with its noun: `1 case`, `2 cases`, `0 cases`."""
    return f"{count(value)} {noun if value == 1 else many or noun + 's'}"


def duration(seconds: float) -> str:
    """A wall time in words: `0.4 s`, `12 s`, `4 min 5 s`, `2 h 10 min`."""
    if not math.isfinite(seconds):
        return "unknown"
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _plain(value: float, decimals: int) -> str:
    if math.isnan(value):
        return "?"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    digits = f"{abs(value):,.{decimals}f}" if abs(value) < _LARGEST_PLAIN else f"{abs(value):.6g}"
    if value >= 0:
        return digits
    is_zero = not digits.strip("0.")
    return digits if is_zero else MINUS + digits


def _decimals_for(delta: Delta) -> int:
    """Decimals that show two digits of the uncertainty, or three of the mean without one."""
    width = (delta.high - delta.low) / 2
    if math.isfinite(width) and width > 0:
        return _leading(width, digits=2)
    largest = max(abs(delta.baseline_mean), abs(delta.candidate_mean))
    return _leading(largest, digits=3) if math.isfinite(largest) and largest > 0 else 2


def _leading(value: float, *, digits: int) -> int:
    return max(0, min(_MOST_DECIMALS, digits - 1 - math.floor(math.log10(value))))


def _is_faithful(delta: Delta, landmarks: Iterable[float], *, factor: float, decimals: int) -> bool:
    landmarks = tuple(landmarks)
    for landmark in landmarks:
        if abs(round(landmark * factor, decimals) - landmark * factor) > _SAME:
            return False
        for bound in (delta.low, delta.high):
            if math.isfinite(bound) and _hides(bound * factor, landmark * factor, decimals):
                return False
    return True


def _hides(value: float, landmark: float, decimals: int) -> bool:
    """Whether rounding makes two different numbers look the same."""
    if abs(value - landmark) <= _SAME * max(1.0, abs(value)):
        return False
    return f"{value:.{decimals}f}" == f"{landmark:.{decimals}f}"
