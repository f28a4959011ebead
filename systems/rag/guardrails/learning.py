"""Learning: `python -m systems.rag.guardrails.learning` makes the weights of the guards.

Newton's method on the regularised likelihood from zero, without chance: the same examples give the
same file.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from holdfast.digest import digest_json
from holdfast.errors import UsageError
from systems.rag import handbook
from systems.rag.guardrails.classifier import WEIGHTS, Head, Weights
from systems.rag.guardrails.documents import pieces
from systems.rag.guardrails.meaning import MeanStates
from systems.rag.guardrails.orders import ORDERS_VERSION
from systems.rag.guardrails.reveal import plain, reveal, visible
from systems.rag.guardrails.signs import SIGNS_VERSION
from systems.rag.guardrails.suspicion import SUSPICION, features, pairs
from systems.rag.reranking.states import States
from systems.rag.retrieval.encoder import Encoder
from systems.rag.training.written import read_elsewhere, read_handbook_lessons

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "EXAMPLES",
    "PLANTED",
    "Window",
    "fit",
    "learned",
    "main",
    "sentences",
    "sources",
    "suspected",
    "windows",
]

EXAMPLES = Path(__file__).resolve().parents[3] / "datasets" / "guardrails" / "training.jsonl"
PLANTED = EXAMPLES.with_name("planted.jsonl")
_PENALTY = 0.1
_STEPS = 40
_SMALL = 1e-7
"""A step far below the last decimal that is kept."""
_DECIMALS = 3


def learned(
    encoder: Encoder, *, path: Path = EXAMPLES, heads: Sequence[Head] = get_args(Head)
) -> dict[str, Weights]:
    """Bias and weights of each head."""
    found: dict[str, Weights] = {}
    for head in sorted(heads):
        own = _examples(head, path)
        found[head] = fit(encoder([text for text, _ in own]), [label for _, label in own])
    return found


def _examples(head: Head, path: Path) -> list[tuple[str, int]]:
    """What a head learns from: its own examples, and questions that are neither order nor harm.

    The latter are the questions that were written to train the reranker. Without them a head has
    seen ordinary questions only where they sound like what it looks for, and takes every fifth
    question about the handbook for harm that does not.
    """
    own = [(str(row["text"]), int(row["label"])) for row in _read(path) if row["head"] == head]
    if head == "topic":
        return own
    _, elsewhere = read_elsewhere()
    lessons = (*read_handbook_lessons(handbook.CORPUS.sections), *elsewhere)
    return own + [(lesson.question, 0) for lesson in lessons]


def sources() -> dict[str, str]:
    """Digest of what the weights of each head, and of the suspicion, are learned from.

    It is kept beside the weights, so that weights older than their examples can be told.
    """
    found = {
        head: digest_json([list(one) for one in _examples(head, EXAMPLES)])
        for head in sorted(get_args(Head))
    }
    known = [[one.text, one.label] for one in _known()]
    found["suspicion"] = digest_json([SIGNS_VERSION, ORDERS_VERSION, known])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One sentence of an example, or two neighbours, as the guard of documents looks at them."""

    text: str
    label: int
    example: str
    """Id of the example."""
    learned: bool = True
    """Of a planted text of several sentences the pairs alone: which one is the order is unsaid."""


def windows(row: Mapping[str, Any]) -> tuple[Window, ...]:
    """What the guard looks at in an example: for planted ones what is hidden, where anything is."""
    label = row["label"]
    hidden = [pieces(one.text) or (one.text,) for one in reveal(row["text"])]
    seen = [tuple(map(plain, pieces(line))) for line in visible(row["text"]).splitlines()]
    found: list[Window] = []
    for sentences in (hidden or seen) if label else (*hidden, *seen):
        alone = label == 0 or len(sentences) == 1
        found += [
            Window(text=one, label=label, example=row["id"], learned=alone) for one in sentences
        ]
        found += [Window(text=one, label=label, example=row["id"]) for one in pairs(sentences)]
    return tuple(found)


def suspected(states: States) -> Weights:
    """Bias and weights of the suspicion."""
    import numpy as np

    known = _known()
    vectors = np.stack([features(states, one.text) for one in known])
    return fit(vectors, [one.label for one in known])


def _known() -> list[Window]:
    """What the suspicion is learned from."""
    rows = [*_read(PLANTED), *sentences(_read(EXAMPLES))]
    return [one for row in rows for one in windows(row) if one.learned]


def sentences(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The examples of orders that also documents may hold; questions to a system are none."""
    return [row for row in rows if row["head"] == "order" and row.get("only") != "questions"]


def fit(vectors: "NDArray[Any]", labels: Sequence[int], *, penalty: float = _PENALTY) -> Weights:
    """A logistic regression with a penalty on its weights; both classes weigh the same."""
    import numpy as np

    inputs = np.hstack([np.asarray(vectors, dtype=np.float64), np.ones((len(labels), 1))])
    wanted = np.asarray(labels, dtype=np.float64)
    share = wanted.mean()
    weight = np.where(wanted == 1, 0.5 / share, 0.5 / (1 - share)) / len(labels)
    held = np.full(inputs.shape[1], penalty / len(labels))
    held[-1] = 0.0
    found = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(inputs @ found, -60, 60)))
        gradient = inputs.T @ (weight * (likely - wanted)) + held * found
        curve = (inputs * (weight * likely * (1 - likely))[:, None]).T @ inputs
        step = np.linalg.solve(curve + np.diag(held + 1e-9), gradient)
        found -= step
        if np.abs(step).max() < _SMALL:
            break
    rounded = [round(float(one), _DECIMALS) for one in found]
    return Weights(bias=rounded[-1], weights=tuple(rounded[:-1]))


def main(arguments: Sequence[str] = (), *, folder: Path = WEIGHTS.parent) -> None:
    """Write the weights of the guards of questions, of documents, or of both.

    Raises:
        UsageError: an argument is neither `questions` nor `documents`.
    """
    wanted = set(arguments or ("questions", "documents"))
    if wanted - {"questions", "documents"}:
        raise UsageError(
            f"cannot learn {sorted(wanted)!r}; name 'questions', 'documents', or nothing for both"
        )
    digests = sources()
    encoder = MeanStates()
    if "questions" in wanted:
        found = learned(encoder)
        lines = ",\n".join(
            f'"{head}": {_line(digests[head], weights)}' for head, weights in found.items()
        )
        _write(folder / WEIGHTS.name, f"{{\n{lines}\n}}\n")
    if "documents" in wanted:
        weights = suspected(encoder.states)
        _write(folder / SUSPICION.name, _line(digests["suspicion"], weights) + "\n")


def _line(digest: str, weights: Weights) -> str:
    return json.dumps({"examples": digest, **asdict(weights)})


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}\n")


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main(sys.argv[1:])
