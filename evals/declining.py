"""Declining: `python -m evals.declining` prints what thresholds of quoting cost and gain.

It asks the development questions of the handbook, answerable and not, and those of the guardrails
that have nothing to do with it.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from holdfast.dataset import Case
from holdfast.metrics import is_answerable
from holdfast.readers import read_jsonl
from systems.rag import answers, handbook
from systems.rag.answering.excerpts import excerpts

__all__ = ["harmless", "main", "threshold_table"]

_DATA = Path(__file__).resolve().parents[1] / "datasets"
_LOSSES = (0.0, 0.01, 0.02, 0.05, 0.1)
"""Shares of the answerable questions that may be lost."""


def harmless(scores: Sequence[float], *, lost: float = 0.0) -> float:
    """The largest threshold, of two decimals, below which no more than this share of scores is.

    >>> harmless([0.289, 0.4, 0.5]), harmless([0.289, 0.4, 0.5], lost=0.34)
    (0.28, 0.4)
    """
    ordered = sorted(scores)
    spared = ordered[min(len(ordered) - 1, math.floor(lost * len(ordered) + 1e-9))]
    # 0.29 * 100 is a little less than 29, and a score a little less than 2 is not 2.
    hundredths = round(spared * 100)
    return (hundredths if hundredths / 100 <= spared else hundredths - 1) / 100


def threshold_table(scores: Mapping[str, Sequence[float]], thresholds: Sequence[float]) -> str:
    """A Markdown table: how many questions of each kind score below each threshold."""
    lines = [f"| threshold | {' | '.join(scores)} |", f"|---|{'--:|' * len(scores)}"]
    for threshold in thresholds:
        counts = (
            f"{sum(one < threshold for one in several)} of {len(several)}"
            for several in scores.values()
        )
        lines.append(f"| {threshold:.2f} | {' | '.join(counts)} |")
    return "\n".join(lines) + "\n"


def _best(cases: Sequence[Case]) -> list[float]:
    """Score of the best sentence by question, as the system that ships sees it."""
    retriever, ranking = handbook.hybrid(), answers.ranking()
    found: list[float] = []
    for case in cases:
        question = str(case.input)
        passages = excerpts(retriever(question).passages[:5], corpus=handbook.CORPUS)
        found.append(max((one.score for one in ranking(question, passages)), default=0.0))
    return found


def main() -> None:
    """Print the table of the thresholds that lose some small shares of the answerable questions."""
    asked = tuple(read_jsonl(_DATA / "handbook" / "dev.jsonl", name="handbook-dev"))
    others = tuple(read_jsonl(_DATA / "guardrails" / "dev.jsonl", name="guardrails-dev"))
    strange = [one for one in others if {"kind:off-topic", "attack"} <= set(one.tags)]
    scores = {
        "answerable": _best([one for one in asked if is_answerable(one)]),
        "unanswerable": _best([one for one in asked if not is_answerable(one)]),
        "of other matters": _best(strange),
    }
    thresholds = [harmless(scores["answerable"], lost=lost) for lost in _LOSSES]
    sys.stdout.write(threshold_table(scores, thresholds))


if __name__ == "__main__":
    main()
