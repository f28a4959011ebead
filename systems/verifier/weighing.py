"""Weighing: what the reader counts beside the shipped verifier, fitted on development claims."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.errors import DatasetError
from holdfast.verifying.agreement import auroc, balanced_accuracy
from holdfast.verifying.claim_verifier import ClaimVerifier
from holdfast.verifying.sentences import says_something, split
from systems.verifier.adapted import readings
from systems.verifier.combining import Combination, bounded, log_odds
from systems.verifier.neighbours import Neighbours
from systems.verifier.reading import AdaptedReader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Weighed",
    "development",
    "fit_combination",
    "labelled",
    "ranking",
    "read_claims",
    "weighed",
]

_CLAIMS = Path(__file__).resolve().parents[2] / "datasets" / "claims"
_SETS = (("dev", "hand-written"), ("news-dev", "news-summary"), ("web-dev", "web-page"))
_WEIGHTS = tuple(number / 10 for number in range(16))
"""What the log-odds of the reader may count beside those of the shipped verifier."""
_THRESHOLDS = tuple(number / 100 for number in range(5, 96))
_PLATEAU = 0.005
"""Balanced accuracy below the best one that counts as equal to it."""

Labelled = tuple[str, Sequence[str], bool]
"""A claim, its evidence and whether it is supported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A claim that both have judged, with its label."""

    supported: bool
    parts: tuple[tuple[float, float], ...]
    """For each sentence of it, the log-odds of the shipped verifier and of the reader."""

    def total(self, weight: float) -> float:
        """Log-odds of the weakest sentence, where those of the reader count so much."""
        return min(shipped + weight * read for shipped, read in self.parts)


def development(people: Path | None = None) -> dict[str, list[Labelled]]:
    """Development claims by set.

    Args:
        people: claims in WiCE's form (Kamoi and others 2023), which are not in this repository.

    Raises:
        DatasetError: a row of that file has another form.
    """
    found = {file: list(read_claims(_CLAIMS / f"{file}.jsonl", tag)) for file, tag in _SETS}
    return found if people is None else {**found, "people": list(labelled(people))}


def read_claims(path: Path, tag: str) -> Iterator[Labelled]:
    """Claims of a file of datasets/claims with a tag."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if tag in row["tags"]:
            yield row["input"]["claim"], row["input"]["evidence"], row["expected"]["supported"]


def labelled(path: Path) -> Iterator[Labelled]:
    """Claims of a file in WiCE's form; those supported in part count as not supported."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            yield row["claim"], row["evidence"], row["label"] == "supported"
        except (ValueError, KeyError, TypeError) as error:
            raise DatasetError(
                f"line {number} of {str(path)!r} is no claim ({error!r}); expected "
                '{"claim": "…", "evidence": ["…"], "label": "supported"}'
            ) from error


def weighed(
    claims: Sequence[Labelled], *, reader: AdaptedReader, near: Neighbours
) -> list[Weighed]:
    """What both make of claims; one that says nothing is supported by nothing."""
    found: list[Weighed] = []
    for claim, evidence, supported in claims:
        said = [one for one in split(claim) if says_something(one)]
        shipped = ClaimVerifier().verify(said, evidence)
        read = readings(shipped, evidence, reader=reader, near=near)
        odds = {one.shipped.claim: one.reading.supported for one in read}
        parts = tuple((log_odds(one.score), bounded(odds.get(one.claim, 0.0))) for one in shipped)
        least = log_odds(0.0)
        found.append(Weighed(supported=supported, parts=parts or ((least, least),)))
    return found


def ranking(claims: Sequence[Weighed], weight: float) -> float:
    """AUROC where the reader counts so much."""
    return auroc([one.supported for one in claims], [one.total(weight) for one in claims])


def fit_combination(sets: Mapping[str, Sequence[Weighed]]) -> Combination:
    """Weights, bias and threshold; each set counts alike, and in each both labels do.

    The weight of the reader is that with the best mean AUROC. Scale and bias are those of the least
    logistic loss. The threshold lies in the middle of those with the best mean balanced accuracy.
    """
    weight = max(_WEIGHTS, key=lambda one: sum(ranking(some, one) for some in sets.values()))
    scale, bias = _calibrated(sets, weight)
    fitted = Combination(
        shipped=round(scale, 4), read=round(scale * weight, 4), bias=round(bias, 4), threshold=0.5
    )
    accuracies = [_accuracy(sets, fitted, threshold) for threshold in _THRESHOLDS]
    near = [
        threshold
        for threshold, one in zip(_THRESHOLDS, accuracies, strict=True)
        if one >= max(accuracies) - _PLATEAU
    ]
    return Combination(
        shipped=fitted.shipped, read=fitted.read, bias=fitted.bias, threshold=near[len(near) // 2]
    )


def _calibrated(sets: Mapping[str, Sequence[Weighed]], weight: float) -> tuple[float, float]:
    import numpy as np
    from scipy.optimize import minimize

    totals = np.array([one.total(weight) for some in sets.values() for one in some])
    signs = np.array([1.0 if one.supported else -1.0 for some in sets.values() for one in some])
    shares = np.concatenate([_shares(some) for some in sets.values()])

    def loss(point: "NDArray[np.float64]") -> float:
        return float(shares @ np.logaddexp(0, -signs * (point[0] * totals + point[1])))

    bounds = [(0.01, None), (None, None)]
    scale, bias = minimize(loss, [0.5, 0.0], method="L-BFGS-B", bounds=bounds).x
    return float(scale), float(bias)


def _shares(claims: Sequence[Weighed]) -> "NDArray[np.float64]":
    import numpy as np

    labels = np.array([one.supported for one in claims])
    return np.where(labels, 0.5 / labels.sum(), 0.5 / (~labels).sum())


def _accuracy(
    sets: Mapping[str, Sequence[Weighed]], combination: Combination, threshold: float
) -> float:
    """Mean balanced accuracy over the sets."""
    found = [
        balanced_accuracy(
            [one.supported for one in some],
            [min(combination.of_odds(*part) for part in one.parts) for one in some],
            threshold=threshold,
        )
        for some in sets.values()
    ]
    return sum(found) / len(found)
