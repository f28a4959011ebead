"""Learning: `python -m systems.rag.guardrails.learning` makes the classifier's weights.

Newton's method on the regularised likelihood from zero, without chance: the same examples give the
same file.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from systems.rag.guardrails.classifier import WEIGHTS, Head
from systems.rag.retrieval.encoder import Encoder, SentenceEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EXAMPLES", "fit", "learned", "main"]

EXAMPLES = Path(__file__).resolve().parents[3] / "datasets" / "guardrails" / "training.jsonl"
_PENALTY = 0.03
_STEPS = 40
_DECIMALS = 3


def learned(
    encoder: Encoder, *, path: Path = EXAMPLES, heads: Sequence[Head] = get_args(Head)
) -> dict[str, dict[str, object]]:
    """Bias and weights of each head."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found: dict[str, dict[str, object]] = {}
    for head in sorted(heads):
        own = [row for row in rows if row["head"] == head]
        vectors = encoder([row["text"] for row in own])
        found[head] = fit(vectors, [row["label"] for row in own])
    return found


def fit(vectors: "NDArray[np.float32]", labels: Sequence[int]) -> dict[str, object]:
    """A logistic regression with a penalty on its weights; both classes weigh the same."""
    import numpy as np

    inputs = np.hstack([np.asarray(vectors, dtype=np.float64), np.ones((len(labels), 1))])
    wanted = np.asarray(labels, dtype=np.float64)
    share = wanted.mean()
    weight = np.where(wanted == 1, 0.5 / share, 0.5 / (1 - share)) / len(labels)
    penalty = np.full(inputs.shape[1], _PENALTY / len(labels))
    penalty[-1] = 0.0
    found = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(inputs @ found, -60, 60)))
        gradient = inputs.T @ (weight * (likely - wanted)) + penalty * found
        curve = (inputs * (weight * likely * (1 - likely))[:, None]).T @ inputs
        found -= np.linalg.solve(curve + np.diag(penalty + 1e-9), gradient)
    rounded = [round(float(one), _DECIMALS) for one in found]
    return {"bias": rounded[-1], "weights": rounded[:-1]}


def main(path: Path = WEIGHTS) -> None:
    """Write the weights."""
    found = learned(SentenceEncoder())
    lines = ",\n".join(f'"{head}": {json.dumps(row)}' for head, row in found.items())
    path.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    sys.stdout.write(f"{path}: {', '.join(found)}\n")


if __name__ == "__main__":
    main()
