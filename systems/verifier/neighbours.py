"""Neighbours: the sentences of the evidence that are nearest to a claim in meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.digest import digest_bytes
from holdfast.system import Spec
from holdfast.verifying.evidence import Evidence, prepare, read_sentence
from holdfast.verifying.meanings import MEANINGS, read_meanings
from systems.rag.retrieval.encoder import Encoder, SentenceEncoder
from systems.rag.stores.embeddings import embed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Neighbours"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Chooses sentences by the cosine of their embeddings with that of a claim.

    Of long evidence only those sentences are embedded whose words are nearest to the claim's by the
    numpy verifier's table; each sentence once.
    """

    words: int = 3
    """Of the sentences that were chosen by words, how many are read."""
    most: int = 0
    """Sentences chosen by meaning beside them; with 0 none is, and nothing is embedded."""
    read: int = 24
    """Sentences embedded for a claim at most."""
    encoder: Encoder = field(default_factory=SentenceEncoder)
    folder: Path = Path(".holdfast/indexes")
    """Where the vectors of sentences are kept."""

    @property
    def spec(self) -> Spec:
        return Spec(
            name="neighbours",
            params={"words": self.words, "most": self.most, "read": self.read},
            artifacts={"encoder": self.encoder.spec.digest, "words": _digest(MEANINGS)},
        )

    def __call__(
        self,
        claims: Sequence[str],
        sentences: Sequence[str],
        /,
        *,
        known: Sequence[Sequence[str]],
    ) -> list[tuple[str, ...]]:
        """For each claim the sentences to read: of those known, then the nearest of the others.

        Args:
            claims: each a single sentence.
            sentences: those of the evidence; their order is no matter.
            known: for each claim the sentences that were chosen by words, best first.
        """
        kept = [tuple(some[: self.words]) for some in known]
        texts = sorted(set(sentences))
        ready = prepare(texts)
        left = [
            self._shortlist(claim, [one for one in texts if one not in some], ready)
            for claim, some in zip(claims, kept, strict=True)
        ]
        # Where all that is left is taken, nothing has to be told apart.
        asked = [at for at, some in enumerate(left) if 0 < self.most < len(some)]
        nearest = {at: tuple(some[: self.most]) for at, some in enumerate(left)}
        if asked:
            pool = sorted({one for at in asked for one in left[at]})
            vectors = dict(zip(pool, embed(pool, self.encoder, folder=self.folder)[0], strict=True))
            wanted = self.encoder([claims[at] for at in asked])
            for at, claim in zip(asked, wanted, strict=True):
                nearest[at] = self._nearest(claim, left[at], vectors)
        return [(*some, *nearest[at]) for at, some in enumerate(kept)]

    def _shortlist(self, claim: str, texts: Sequence[str], evidence: Evidence) -> Sequence[str]:
        """The sentences that are embedded for a claim."""
        if not self.most or len(texts) <= self.read:
            return texts
        ours = _sketch(claim, evidence)
        ranked = sorted(texts, key=lambda text: (-_likeness(ours, _sketch(text, evidence)), text))
        return ranked[: self.read]

    def _nearest(
        self,
        claim: "NDArray[np.float32]",
        texts: Sequence[str],
        vectors: "Mapping[str, NDArray[np.float32]]",
    ) -> tuple[str, ...]:
        ranked = sorted(texts, key=lambda text: (-_likeness(claim, vectors[text]), text))
        return tuple(ranked[: self.most])


def _likeness(ours: "NDArray[np.float32]", theirs: "NDArray[np.float32]") -> float:
    # Rounded, so that the last bits of another machine do not change the order.
    return round(float(ours @ theirs), 5)


def _sketch(text: str, evidence: Evidence) -> "NDArray[np.float32]":
    """Unit vector of the words of a text, each by how rare it is in the evidence."""
    import numpy as np

    meanings = read_meanings()
    known = [stem for stem in sorted(read_sentence(text).content) if stem in meanings.rows]
    weights = np.array([evidence.weight(stem) for stem in known], dtype=np.float32)
    total = weights @ meanings.vectors[[meanings.rows[stem] for stem in known]]
    return total / (np.linalg.norm(total) or 1)


@lru_cache(maxsize=2)
def _digest(path: Path) -> str:
    return digest_bytes(path.read_bytes())
