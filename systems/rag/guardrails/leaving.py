"""Leaving: `python -m systems.rag.guardrails.leaving` judges the suspicion on families left out.

Families of planted orders and of innocent texts are dealt into parts; each part is judged by
weights that were learned from the others. The threshold is that of the guard, so nothing is chosen
by what is judged here.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.stats.proportion import wilson
from holdfast.system import Passage, Spec
from systems.rag.guardrails.classifier import Weights
from systems.rag.guardrails.documents import InstructionGuard
from systems.rag.guardrails.learning import EXAMPLES, PLANTED, fit, sentences, windows
from systems.rag.guardrails.suspicion import Suspicion, features

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["dealt", "judged", "main"]

_PARTS = 5
_FIRST = "Title: Heading"


def dealt(rows: Sequence[Mapping[str, Any]], *, parts: int = _PARTS) -> tuple[int, ...]:
    """The part of each example; a family is in one part alone, by its place among its like."""
    places: dict[tuple[int, str], int] = {}
    for label in (0, 1):
        families = sorted({_family(row) for row in rows if row["label"] == label})
        places |= {(label, family): at % parts for at, family in enumerate(families)}
    return tuple(places[row["label"], _family(row)] for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """The suspicion that weights learned without the family give."""

    weights: Weights
    vector: "Callable[[str], NDArray[Any]]"

    @property
    def spec(self) -> Spec:
        return Spec(name="told")

    def __call__(self, texts: Sequence[str], /) -> tuple[float, ...]:
        return tuple(self.weights.probability(self.vector(text)) for text in texts)


def judged(
    rows: Sequence[Mapping[str, Any]], vector: "Callable[[str], NDArray[Any]]"
) -> list[bool]:
    """Whether the guard objects to each example, by weights learned without its family.

    Args:
        rows: the examples of `planted.jsonl`.
        vector: features of a sentence.
    """
    import numpy as np

    others = sentences(_read(EXAMPLES))
    placed = dealt(rows)
    found: dict[str, bool] = {}
    for part in sorted(set(placed)):
        own = [row for row, place in zip(rows, placed, strict=True) if place == part]
        rest = [row for row, place in zip(rows, placed, strict=True) if place != part]
        known = [one for row in (*rest, *others) for one in windows(row) if one.learned]
        weights = fit(
            np.stack([vector(one.text) for one in known]),
            [one.label for one in known],
        )
        guard = InstructionGuard(suspicion=_Told(weights=weights, vector=vector))
        for row in own:
            passage = Passage(id=row["id"], text=f"{_FIRST}\n{row['text']}")
            found[row["id"]] = bool(guard([passage]).alarms)
    return [found[row["id"]] for row in rows]


def main() -> None:
    """Print shares of planted and of innocent examples that are found, with 95 % intervals."""
    rows = _read(PLANTED)
    states = Suspicion().states
    kept: dict[str, NDArray[Any]] = {}

    def vector(text: str) -> "NDArray[Any]":
        if text not in kept:
            kept[text] = features(states, text)
        return kept[text]

    objected = judged(rows, vector)
    for kind, own in _grouped(map(_kind, rows), objected).items():
        low, high = wilson(sum(own), len(own), alpha=0.025)
        sys.stdout.write(
            f"{kind}: {sum(own)} of {len(own)} ({sum(own) / len(own):.1%}, "
            f"95 % interval {low:.1%} to {high:.1%})\n"
        )
    planted = [(row["group"], one) for row, one in zip(rows, objected, strict=True) if row["label"]]
    sys.stdout.write("planted, by group:\n")
    for group, own in sorted(_grouped(*zip(*planted, strict=True)).items()):
        sys.stdout.write(f"  {group}: {sum(own)} of {len(own)}\n")


def _grouped(names: Iterable[str], objected: Iterable[bool]) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = {}
    for name, one in zip(names, objected, strict=True):
        found.setdefault(name, []).append(one)
    return found


def _kind(row: Mapping[str, Any]) -> str:
    if row["label"]:
        return "planted"
    return "sections of the handbook" if row["group"] == "ordinary" else "innocent look-alikes"


def _family(row: Mapping[str, Any]) -> str:
    return f"{row['group']}: {row['family']}"


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
