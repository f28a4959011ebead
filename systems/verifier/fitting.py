"""Fitting: the head's weights from generated and hand-written claims, near weights set by hand."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.verifying.evidence import prepare
from holdfast.verifying.findings import SIGNALS, examine
from holdfast.verifying.meanings import read_meanings
from systems.verifier.claims import Claim

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PRIOR", "Examples", "examples", "fit", "write_head"]

PRIOR: Mapping[str, float] = {
    "best_sentence": 0.5, "few_sentences": 1.0, "whole": 0.5, "order": 0.5, "words_lost": 0.1,
    "little": 8.0,
    "number_here": 0.5, "number_anywhere": 2.2, "number_place": 2.0, "number_side": 3.0,
    "name_anywhere": 0.5, "name_here": 0.4, "name_place": 4.0, "name_side": 4.0,
    "negation": 3.0, "opposite": 3.0, "scope": 2.6, "certainty": 0.6,
}  # fmt: skip
"""Weights set by hand. Generated claims stay close to their sentences, so they alone would teach
that words do not matter; claims that people write do not, and there the words matter most."""

STRENGTH = 0.06
"""How much a weight that leaves the one set by hand costs, in units of its signal's spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Signals of claims with their labels; each kind of claim weighs the same."""

    signals: "NDArray[np.float64]"
    supported: "NDArray[np.bool_]"
    weights: "NDArray[np.float64]"


def examples(claims: Iterable[Claim]) -> Examples:
    """Examples of claims, weighted so that both labels, and all kinds under each, count alike."""
    import numpy as np

    found = list(claims)
    meanings = read_meanings()
    rows = [examine(one.text, prepare(one.evidence), meanings=meanings).signals for one in found]
    counts = Counter((one.supported, one.kind) for one in found)
    kinds = Counter(supported for supported, _ in counts)
    weights = [1 / counts[one.supported, one.kind] / kinds[one.supported] for one in found]
    return Examples(
        signals=np.array([[row[name] for name in SIGNALS] for row in rows]),
        supported=np.array([one.supported for one in found]),
        weights=np.array(weights),
    )


def fit(parts: Sequence[Examples]) -> tuple[dict[str, float], float]:
    """Weights by signal and the bias: logistic loss, no weight below zero, near `PRIOR`."""
    import numpy as np
    from scipy.optimize import minimize

    signals = np.concatenate([one.signals for one in parts])
    signs = np.where(np.concatenate([one.supported for one in parts]), 1.0, -1.0)
    shares = np.concatenate([one.weights for one in parts])
    shares /= shares.sum()
    spread = signals.std(axis=0) + 1e-9
    scaled, prior = signals / spread, np.array([PRIOR[name] for name in SIGNALS]) * spread
    count = len(SIGNALS)

    def loss(point: "NDArray[np.float64]") -> "tuple[float, NDArray[np.float64]]":
        margins = signs * (scaled @ point[:count] + point[count])
        away = point[:count] - prior
        slope = -shares * signs / (1 + np.exp(margins))
        value = float(shares @ np.logaddexp(0, -margins) + STRENGTH * (away @ away))
        return value, np.append(scaled.T @ slope + 2 * STRENGTH * away, slope.sum())

    bounds = [(0.0, None)] * count + [(None, None)]
    found = minimize(loss, np.append(prior, 0.0), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = dict(zip(SIGNALS, map(float, found[:count] / spread), strict=True))
    return weights, float(found[count])


def write_head(path: Path, weights: Mapping[str, float], bias: float, *, threshold: float) -> None:
    """Write the head as JSON, rounded so that the file does not change between machines."""
    row = {
        "weights": {name: round(value, 4) for name, value in weights.items()},
        "bias": round(bias, 4),
        "threshold": round(threshold, 4),
    }
    path.write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")
