"""AdaptedReader: MiniLM with the adapter that this project trained to hold claims to evidence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.system import Spec
from systems.once import Once
from systems.rag.reranking.low_rank import LowRank
from systems.rag.reranking.states import States
from systems.verifier.reader import ReaderHead, judge, lay_out

if TYPE_CHECKING:
    from systems.rag.reranking.states import TokenStates

__all__ = ["ADAPTER", "JOINT_FROM", "AdaptedReader", "Reading"]

ADAPTER = Path(__file__).with_name("adapter")
"""Folder of the adapter that ships."""

JOINT_FROM = 2
"""Layers that read each text alone; the rest reads claim and sentences together."""

_SHIPPED = LowRank(
    folder=ADAPTER,
    command="python -m systems.verifier adapter --to FOLDER",
    digest="65e916298b8beab4f1c56cba4c4efdf0",
)

_BATCH = 16
_REMEMBERED = 512
_LEAST = 0.5
"""Probability from which a word of a claim is named as wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of one claim."""

    supported: float
    """Log-odds that the sentences support it."""
    contradicted: float
    """Log-odds that they say otherwise, if they do not support it."""
    wrong: tuple[str, ...]
    """Words that they do not bear out, as they stand in the claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedReader:
    """Reads a claim together with sentences of evidence.

    The lower layers of all-MiniLM-L6-v2 read each text alone, as in PreTTR (MacAvaney and others,
    SIGIR 2020); the upper ones, with a low-rank adapter merged into them, read them together. The
    order of the sentences is no matter.
    """

    lower: States = field(default_factory=lambda: States(layers=JOINT_FROM, folder=None))
    """The layers that read texts alone."""
    adapter: Path = ADAPTER
    """Folder with adapter and head, as `python -m systems.verifier adapter` writes them."""
    _loaded: Once[tuple[Sequence[Any], ReaderHead]] = field(
        default_factory=Once[tuple[Sequence[Any], ReaderHead]],
        init=False,
        repr=False,
        compare=False,
    )
    _digest: Once[str] = field(default_factory=Once[str], init=False, repr=False, compare=False)
    _kept: "Once[dict[str, TokenStates]]" = field(
        default_factory=Once, init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        return Spec(
            name="adapted-reader",
            params={"joint_layers_from": self.lower.layers},
            artifacts={
                "adapter": self._digest.get(self._check),
                "lower": self.lower.spec.digest,
            },
        )

    def __call__(self, pairs: Sequence[tuple[str, Sequence[str]]], /) -> list[Reading]:
        """A reading of each claim with its sentences."""
        import torch

        if not pairs:
            return []
        layers, head = self._loaded.get(self._load)
        found: list[Reading] = []
        with torch.inference_mode():
            for start in range(0, len(pairs), _BATCH):
                part = pairs[start : start + _BATCH]
                states = self._states(part)
                sheets = [
                    lay_out(states[claim], [states[one] for one in window], lower=self.lower)
                    for claim, window in part
                ]
                judged = judge(layers, head, sheets)
                for row, (claim, _) in enumerate(part):
                    chances = judged.wrong[row, : len(states[claim].tokens)].sigmoid().tolist()
                    found.append(
                        Reading(
                            supported=float(judged.supported[row]),
                            contradicted=float(judged.contradicted[row]),
                            wrong=self._words(claim, chances),
                        )
                    )
        return found

    def _states(self, pairs: "Sequence[tuple[str, Sequence[str]]]") -> "dict[str, TokenStates]":
        """What the lower layers make of each text; those of the last few hundred are remembered."""
        kept = self._kept.get(dict[str, "TokenStates"])
        texts = {text for claim, window in pairs for text in (claim, *window)}
        found = {text: kept.get(text) or self.lower.of_question(text) for text in texts}
        if len(kept) > _REMEMBERED:
            kept.clear()
        kept.update({text: found[text] for _, window in pairs for text in window})
        return found

    def _words(self, claim: str, chances: Sequence[float]) -> tuple[str, ...]:
        spans = self.lower.spans(claim)
        bad = [
            span
            for span, chance in zip(spans, chances, strict=True)
            if chance >= _LEAST and span[1] > span[0]
        ]
        words = [
            one.group()
            for one in re.finditer(r"\w+(?:[.,:'’-]\w+)*", claim)
            if any(begin < one.end() and one.start() < end for begin, end in bad)
        ]
        return tuple(dict.fromkeys(words))

    def _load(self) -> tuple[Sequence[Any], ReaderHead]:
        # Before the load, so that altered weights are never run.
        self._digest.get(self._check)
        layers, head = self._files.load(self.lower)
        return layers, ReaderHead(**head)

    def _check(self) -> str:
        return self._files.check()

    @property
    def _files(self) -> LowRank:
        return _SHIPPED.at(self.adapter)
