"""False alarms and detections of `holdfast trend`, on series of known make.

python benchmarks/trend_rates.py [--series 1000]

Every series is noise of standard deviation 1, with what its name says added. Printed are the shares
of series, in percent, with a confirmed change, with any change, with a slow drift, and with one of
the first or third. The script fails where a claim of the decision record is missed.
"""

import argparse
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from holdfast.stats.trend import Trend, trend

Floats = NDArray[np.float64]
Make = Callable[[np.random.Generator], Floats]


def white(size: int) -> Make:
    """Independent noise."""
    return lambda generator: generator.standard_normal(size)


def correlated(size: int, rho: float) -> Make:
    """Noise whose neighbours correlate."""

    def make(generator: np.random.Generator) -> Floats:
        noise = generator.standard_normal(size + 50) * np.sqrt(1.0 - rho**2)
        for index in range(1, noise.size):
            noise[index] += rho * noise[index - 1]
        return noise[50:]

    return make


def plus(make: Make, shape: Floats) -> Make:
    """Noise around a shape."""
    return lambda generator: make(generator) + shape


def outliers(make: Make) -> Make:
    """One value in twenty lies six standard deviations lower."""

    def with_outliers(generator: np.random.Generator) -> Floats:
        values = make(generator)
        return values - 6.0 * (generator.random(values.size) < 0.05)

    return with_outliers


def step(size: int, height: float) -> Floats:
    """Two levels, as many values on each."""
    return np.repeat([0.0, height], size)


SERIES: dict[str, Make] = {
    "noise, 30 runs": white(30),
    "noise, 60 runs": white(60),
    "noise, 100 runs": white(100),
    "AR(1) .3, 60 runs": correlated(60, 0.3),
    "AR(1) .3, 100 runs": correlated(100, 0.3),
    "noise with outliers, 100 runs": outliers(white(100)),
    "step of 1.5 sd, 12 + 12 runs": plus(white(24), step(12, 1.5)),
    "step of 3 sd, 12 + 12 runs": plus(white(24), step(12, 3.0)),
    "step of 3 sd, 14 + 14 runs": plus(white(28), step(14, 3.0)),
    "step of 1.5 sd, 30 + 30 runs": plus(white(60), step(30, 1.5)),
    "the same with outliers": outliers(plus(white(60), step(30, 1.5))),
    "step of 3 sd, 30 + 30 runs": plus(white(60), step(30, 3.0)),
    "drift of 1.5 sd over 60 runs": plus(white(60), np.linspace(0.0, 1.5, 60)),
    "drift of 3 sd over 60 runs": plus(white(60), np.linspace(0.0, 3.0, 60)),
    "drift of 3 sd over 30 runs": plus(white(30), np.linspace(0.0, 3.0, 30)),
    "the same over 60, AR(1) .3": plus(correlated(60, 0.3), np.linspace(0.0, 3.0, 60)),
}
CLAIMS = {
    "noise, 60 runs": lambda shares: shares[3] <= 2.0 and shares[1] <= 8.0,
    "noise, 100 runs": lambda shares: shares[3] <= 2.0 and shares[1] <= 8.0,
    "AR(1) .3, 100 runs": lambda shares: shares[3] <= 6.0,
    "step of 3 sd, 14 + 14 runs": lambda shares: shares[3] >= 90.0,
    "drift of 3 sd over 60 runs": lambda shares: shares[3] >= 90.0 and shares[2] >= 70.0,
}


def shares_of(make: Make, *, series: int, seed: int = 1) -> tuple[float, float, float, float]:
    """Percent of series with a confirmed change, any change, a drift, and the first or third."""
    generator = np.random.default_rng(seed)
    found: list[Trend] = [trend(make(generator)) for _ in range(series)]
    confirmed = [any(point.confirmed for point in each.changes) for each in found]
    drifts = [bool(each.drifts) for each in found]
    named = [first or second for first, second in zip(confirmed, drifts, strict=True)]
    changed = [bool(each.changes) for each in found]
    confirmed_share, any_share, drift_share, named_share = (
        100.0 * float(np.mean(flags)) for flags in (confirmed, changed, drifts, named)
    )
    return confirmed_share, any_share, drift_share, named_share


def main() -> int:
    """Print the table; 1 where a claim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=1000)
    arguments = parser.parse_args()
    missed: list[str] = []
    print(f"{'series':<32} confirmed   any  drift  named")
    for name, make in SERIES.items():
        shares = shares_of(make, series=arguments.series)
        cells = "  ".join(f"{share:5.1f}" for share in shares)
        print(f"{name:<32}     {cells}", flush=True)
        if name in CLAIMS and not CLAIMS[name](shares):
            missed.append(name)
    for name in missed:
        print(f"missed: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
