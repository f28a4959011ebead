"""Covariates: what explains a measurement besides the arm, such as how long an answer is.

An analysis of covariance whose curve bends: the measurement is a line in pieces over the
covariate, the same in both arms, found from differences inside each arm and block alone. A
difference between the arms is thus never taken for the covariate's, nor is a slow hour.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Covariate", "Fit"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_KNOTS = (0.25, 0.5, 0.75)
_RIDGE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a covariate explains."""

    expected: tuple[Floats, Floats]
    """What it adds to each measurement of baseline and candidate, compared with the baseline's
    median of the covariate; shape (requests,)."""
    features: tuple[Floats, Floats]
    """Values of the curve's pieces for each measurement; shape (requests, pieces)."""
    slopes: Floats
    """Slope of each piece; shape (pieces,)."""
    squares: Floats
    """Products of the centred features, summed by unit; shape (units, pieces, pieces)."""
    products: Floats
    """Products of centred features and measurements, summed by unit; shape (units, pieces)."""

    def redrawn(self, draws: Floats) -> Floats:
        """Slopes of samples in which each unit occurs as often as the row of `draws` says.

        Shape (rows, units) gives (rows, pieces).
        """
        return _solved(
            np.tensordot(draws, self.squares, axes=1), np.tensordot(draws, self.products, axes=1)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariate:
    """A covariate of the measurements of both arms, on the scale on which it acts."""

    baseline: Floats
    """Shape (requests,)."""
    candidate: Floats
    """Shape (requests,)."""

    @property
    def separates(self) -> bool:
        """Whether the arms differ by more than the values inside an arm do.

        No curve that is found inside the arms can then say what lies between them.
        """
        inside = np.sqrt((self.baseline.var() + self.candidate.var()) / 2.0)
        return bool(abs(self.candidate.mean() - self.baseline.mean()) > inside)

    def fit(self, baseline: Floats, candidate: Floats, *, units: Ints) -> Fit:
        """The curve that both arms share; `units` are the blocks, from 0, shape (requests,)."""
        both = np.concatenate([self.baseline, self.candidate])
        knots = np.unique(np.quantile(both, _KNOTS))
        reference = float(np.median(self.baseline))
        features = tuple(_pieces(arm, knots) for arm in (self.baseline, self.candidate))
        number = int(units.max()) + 1
        squares = np.zeros((number, features[0].shape[1], features[0].shape[1]))
        products = np.zeros(squares.shape[:2])
        for pieces, values in zip(features, (baseline, candidate), strict=True):
            centred = pieces - _means(pieces, units)
            rest = values - _means(values[:, np.newaxis], units)[:, 0]
            np.add.at(squares, units, centred[:, :, np.newaxis] * centred[:, np.newaxis, :])
            np.add.at(products, units, centred * rest[:, np.newaxis])
        slopes = _solved(squares.sum(axis=0), products.sum(axis=0))
        origin = _pieces(np.array([reference]), knots)[0]
        return Fit(
            expected=((features[0] - origin) @ slopes, (features[1] - origin) @ slopes),
            features=(features[0], features[1]),
            slopes=slopes,
            squares=squares,
            products=products,
        )


def _pieces(values: Floats, knots: Floats) -> Floats:
    bends = np.maximum(values[:, np.newaxis] - knots[np.newaxis, :], 0.0)
    return np.column_stack([values, bends])


def _means(rows: Floats, units: Ints) -> Floats:
    """Mean of each row's unit; shape (rows, columns)."""
    sums = np.zeros((int(units.max()) + 1, rows.shape[1]))
    np.add.at(sums, units, rows)
    return (sums / np.bincount(units)[:, np.newaxis])[units]


def _solved(squares: Floats, products: Floats) -> Floats:
    # Without variation there is no slope; a touch of ridge makes it 0 instead of anything.
    size = squares.shape[-1]
    scale: Floats = np.trace(squares, axis1=-2, axis2=-1)[..., np.newaxis, np.newaxis] + 1e-300
    ridged = squares / scale + _RIDGE * np.eye(size)
    solved = np.linalg.solve(ridged, (products / scale[..., 0])[..., np.newaxis])
    return solved[..., 0].astype(np.float64)
