"""Fitting: what routing and reflection learn from the handbook and its development questions.

`python -m systems.rag.fitting` writes the weights, and prints the threshold for `variants`.
The weights of the router come from the documents alone; the development questions choose its
threshold, and the weights of the confidence. Test questions are not read.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from systems.rag import handbook, routing, variants
from systems.rag.logistic import fit, write_logistic
from systems.rag.reflection.confidence import FIRST
from systems.rag.reflection.confidence import WEIGHTS as CONFIDENCE

__all__ = ["conformal_threshold", "needed_sources", "sentences", "train_confidence", "train_router"]

_PENALTY = 1e-3
"""A thousand rows' worth of the usual penalty of 1; 0.3 and 3 of it route no better."""
_LIGHT_PENALTY = 3e-4
"""The best of three, in tenths of the development questions that were left out by turns."""
_MISSED = 0.02
"""Share of questions for which a source that is needed may be left out. With 0.05 a fifth of the
documents was left alone and questions about manuals lost."""
_DEV = Path(handbook.__file__).resolve().parents[2] / "datasets" / "handbook" / "dev.jsonl"


def sentences(text: str) -> list[str]:
    """Sentences of a text with more than three words."""
    found = re.split(r"(?<=[.!?])\s+|\n+", text)
    return [sentence for sentence in found if len(sentence.split()) > 3]


def train_router() -> None:
    """Fit the router on the sections and their sentences, and keep its weights."""
    texts: list[str] = []
    labels: list[str] = []
    for section in handbook.CORPUS.sections:
        parts = [section.searchable, *sentences(section.text)]
        texts.extend(parts)
        labels.extend([section.front["source"]] * len(parts))
    router = fit(handbook.dense().encoder(texts), labels, penalty=_PENALTY)
    write_logistic(routing.WEIGHTS, router)


def needed_sources(question: dict[str, Any]) -> frozenset[str]:
    """Sources of a question's passages; where it has none, what it pretends to ask of."""
    passages = question["expected"]["passages"]
    known = {section.front["source"] for section in handbook.CORPUS.sections}
    if not passages:
        return frozenset(known.intersection(question["tags"]))
    return frozenset(handbook.CORPUS.section(name).front["source"] for name in passages)


def conformal_threshold(scores: Sequence[float], *, missed: float) -> float:
    """The largest threshold that leaves out a new question's score at most this often.

    Split conformal prediction: of n scores and a new one, exchangeable with them, the new one lies
    below the k-th smallest with a chance of at most k / (n + 1).

    >>> conformal_threshold([0.4, 0.1, 0.3, 0.2], missed=0.4)
    0.2
    """
    allowed = int(missed * (len(scores) + 1))
    return sorted(scores)[allowed - 1] if allowed else 0.0


def read_questions() -> list[dict[str, Any]]:
    """The development questions."""
    return [json.loads(line) for line in _DEV.read_text(encoding="utf-8").splitlines()]


def calibrate_router() -> float:
    """The threshold of the router, from the development questions."""
    router = variants.router(least=0.0)
    lowest: list[float] = []
    for question in read_questions():
        chances = router(question["input"]).chances
        lowest.append(min(chances[source] for source in needed_sources(question)))
    return conformal_threshold(lowest, missed=_MISSED)


def train_confidence() -> None:
    """Fit the confidence on the rankings of the hybrid, and keep its weights."""
    confidence, hybrid = variants.confidence(), handbook.hybrid()
    features: list[tuple[float, ...]] = []
    labels: list[str] = []
    for question in read_questions():
        passages = hybrid(question["input"]).passages
        grades = question["expected"]["passages"]
        best = max((grades.get(passage.id, 0) for passage in passages[:FIRST]), default=0)
        features.append(confidence.features(question["input"], passages))
        labels.append("found" if best > 1 else "missed")
    write_logistic(CONFIDENCE, fit(np.array(features), labels, penalty=_LIGHT_PENALTY))


def main() -> None:
    """Fit everything, and print what `variants` should say."""
    train_router()
    click.echo(f"router: least={calibrate_router():.4f}")
    train_confidence()


if __name__ == "__main__":
    main()
