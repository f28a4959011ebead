"""AdaptedReranker: MiniLM with the adapter that this project trained to read pairs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast.system import Spec
from systems.once import Once
from systems.rag.reranking.joint import Head, Side, joint_scores, read_side
from systems.rag.reranking.low_rank import LowRank
from systems.rag.reranking.maxsim import MaxSim
from systems.rag.reranking.states import States

__all__ = ["ADAPTER", "AdaptedReranker"]

ADAPTER = Path(__file__).with_name("adapter")
"""Folder of the adapter that ships."""

_SHIPPED = LowRank(
    folder=ADAPTER,
    command="python -m systems.rag.training reranker --to FOLDER",
    digest="79e274ec3f861bb85608b35a440d4b98",
)
_BATCH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedReranker:
    """A cross-encoder whose lower layers read each text alone, and whose upper ones read the pair.

    What the lower layers make of a passage is kept, as in PreTTR (MacAvaney and others, SIGIR
    2020), so that a question costs the upper layers alone. They are those of all-MiniLM-L6-v2 with
    a low-rank adapter (LoRA, Hu and others 2021), merged into the weights at the first question.
    The head adds late interaction, which the adapter learned to correct.
    """

    late: MaxSim = field(default_factory=MaxSim)
    """Late interaction with the tokens' final states."""
    lower: States = field(default_factory=lambda: States(layers=4))
    """The layers that read texts alone; the rest reads the pair."""
    adapter: Path = ADAPTER
    """Folder with the adapter and the head, as `python -m systems.rag.training reranker` writes
    them."""
    _loaded: Once[tuple[Sequence[Any], Head]] = field(
        default_factory=Once[tuple[Sequence[Any], Head]], init=False, repr=False, compare=False
    )
    _digest: Once[str] = field(default_factory=Once[str], init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        return Spec(
            name="adapted-reranker",
            params={"joint_layers_from": self.lower.layers},
            artifacts={
                "adapter": self._digest.get(self._check),
                "late": self.late.spec.digest,
                "lower": self.lower.spec.digest,
            },
        )

    def __call__(self, question: str, texts: Sequence[str], /) -> list[float]:
        import torch

        layers, head = self._loaded.get(self._load)
        # In one order whatever order they come in, so that padding falls on the same texts.
        known = sorted(set(texts), key=lambda text: (len(text), text))
        late = self.late(question, known)
        marks = self.lower.marks
        asked = read_side(self.lower.of_question(question), marks=marks)
        scores: dict[str, float] = {}
        with torch.inference_mode():
            for start in range(0, len(known), _BATCH):
                part = known[start : start + _BATCH]
                found = joint_scores(
                    layers,
                    head,
                    question=asked,
                    passages=[self._side(text, marks) for text in part],
                    late=torch.tensor(late[start : start + _BATCH]),
                )
                scores.update(zip(part, found.tolist(), strict=True))
        return [scores[text] for text in texts]

    def _side(self, text: str, marks: frozenset[int]) -> Side:
        return read_side(self.lower.of_passage(text), marks=marks)

    def _load(self) -> tuple[Sequence[Any], Head]:
        # Before the load, so that altered weights are never run.
        self._digest.get(self._check)
        layers, head = self._files.load(self.lower)
        return layers, Head(**head)

    def _check(self) -> str:
        return self._files.check()

    @property
    def _files(self) -> LowRank:
        return _SHIPPED.at(self.adapter)
