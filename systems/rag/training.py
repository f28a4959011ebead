"""Training: fits what routing learns from the handbook and its development questions.

`python -m systems.rag.training` writes the weights, and prints the threshold for `variants`.
The weights of the router come from the documents alone; the development questions choose its
threshold. Test questions are not read.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from systems.rag import handbook, routing, variants
from systems.rag.logistic import fit, write_logistic

__all__ = ["conformal_threshold", "sentences", "train_router"]

_PENALTY = 1e-3
"""A thousand rows' worth of the usual penalty of 1; 0.3 and 3 of it route no better."""
_MISSED = 0.05
"""Share of questions for which a source that is needed may be left out."""
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


def calibrate_router() -> None:
    """Print the threshold of the router, and what it would do on the development questions."""
    router = variants.router(least=0.0)
    questions = read_questions()
    chances = [router(question["input"]).chances for question in questions]
    needed = [needed_sources(question) for question in questions]
    lowest = [
        min(of[source] for source in wanted) for of, wanted in zip(chances, needed, strict=True)
    ]
    least = conformal_threshold(lowest, missed=_MISSED)
    click.echo(f"router: least={least:.4f} from {len(questions)} questions")


def main() -> None:
    """Fit the router and choose its threshold."""
    train_router()
    calibrate_router()


if __name__ == "__main__":
    main()
