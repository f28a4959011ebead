"""Ranking: which sentences of some passages are likeliest to answer a question."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.digest import digest_json
from holdfast.system import Passage, Spec
from systems.once import Once
from systems.rag.answering.excerpts import excerpts, part
from systems.rag.answering.sentences import SENTENCES_VERSION, split_sentences
from systems.rag.corpus import Corpus
from systems.rag.retrieval.encoder import Encoder
from systems.rag.retrieval.terms import TERMS_VERSION, read_terms
from systems.rag.retrieval.vectors import load_or_make

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Evidence", "SentenceRanking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of a passage, and how well it goes with a question."""

    passage: int
    """Place of the passage, from 0."""
    place: int
    """Place of the sentence in its passage, from 0."""
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceRanking:
    """Scores sentences by meaning, by shared words, and by the rank of their passage.

    Meaning is the cosine of the question and the sentence under its heading. Shared words count by
    their rarity in the corpus, those of the heading as well. The weights were chosen on the
    development questions of the handbook.
    """

    corpus: Corpus
    encoder: Encoder
    overlap: float = 0.6
    """Weight of the share of the question's words that the sentence or its heading holds."""
    decay: float = 0.03
    """What each rank of the passage costs."""
    folder: Path = Path(".holdfast/indexes")
    """Where the embeddings of the corpus are kept."""
    _kept: Once[Mapping[str, int]] = field(
        default_factory=Once[Mapping[str, int]], init=False, repr=False, compare=False
    )
    _vectors: Once["NDArray[np.float32]"] = field(
        default_factory=Once["NDArray[np.float32]"], init=False, repr=False, compare=False
    )
    _rarity: Once[Mapping[str, float]] = field(
        default_factory=Once[Mapping[str, float]], init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        return Spec(
            name="sentence-ranking",
            params={"overlap": self.overlap, "decay": self.decay},
            version=f"1-terms-{TERMS_VERSION}-sentences-{SENTENCES_VERSION}",
            artifacts={"corpus": self.corpus.digest, "encoder": self.encoder.spec.digest},
        )

    def __call__(self, question: str, passages: Sequence[Passage], /) -> tuple[Evidence, ...]:
        """Every sentence of the passages, the likeliest first."""
        asked = self.encoder([question])[0]
        wanted = frozenset(read_terms(question))
        found: list[Evidence] = []
        for at, passage in enumerate(passages):
            head, body = part(passage.text)
            sentences = split_sentences(body)
            likeness = self._likeness(head, sentences, asked)
            held = set(read_terms(head))
            for place, (text, alike) in enumerate(zip(sentences, likeness, strict=True)):
                shared = self._shared(wanted, held | set(read_terms(text)))
                score = alike + self.overlap * shared - self.decay * at
                # Rounded, so that the last bits of another machine do not change the order.
                found.append(Evidence(passage=at, place=place, text=text, score=round(score, 5)))
        return tuple(sorted(found, key=lambda one: (-one.score, one.passage, one.place)))

    def _shared(self, wanted: frozenset[str], held: set[str]) -> float:
        rarity = self._rarity.get(self._count)
        highest = math.log(1 + len(self.corpus.sections))
        weight = {term: rarity.get(term, highest) for term in wanted}
        total = sum(weight[term] for term in sorted(wanted))
        return sum(weight[term] for term in sorted(wanted & held)) / total if total else 0.0

    def _likeness(
        self, head: str, sentences: Sequence[str], asked: "NDArray[np.float32]"
    ) -> list[float]:
        import numpy as np

        if not sentences:
            return []
        texts = [_under(head, one) for one in sentences]
        kept, vectors = self._kept.get(self._texts), self._vectors.get(self._encode)
        new = [text for text in texts if text not in kept]
        made = dict(zip(new, self.encoder(new), strict=True)) if new else {}
        rows = np.stack([made[one] if one in made else vectors[kept[one]] for one in texts])
        return [float(cosine) for cosine in rows @ asked]

    def _texts(self) -> Mapping[str, int]:
        """Every sentence of the corpus under its heading, with its row."""
        texts: dict[str, int] = {}
        for passage in self._corpus_passages():
            head, body = part(passage.text)
            for one in split_sentences(body):
                texts.setdefault(_under(head, one), len(texts))
        return texts

    def _encode(self) -> "NDArray[np.float32]":
        texts = list(self._kept.get(self._texts))
        key = digest_json({"texts": texts, "encoder": self.encoder.spec.digest})
        return load_or_make(self.folder, key, rows=len(texts), make=lambda: self.encoder(texts))

    def _count(self) -> Mapping[str, float]:
        """Logarithm of how rare a term is among the passages of the corpus."""
        counts: Counter[str] = Counter()
        for passage in self._corpus_passages():
            counts.update(set(read_terms(passage.text)))
        size = len(self.corpus.sections)
        return {term: math.log(1 + size / (1 + count)) for term, count in counts.items()}

    def _corpus_passages(self) -> tuple[Passage, ...]:
        ids = (Passage(id=section.id) for section in self.corpus.sections)
        return excerpts(tuple(ids), corpus=self.corpus)


def _under(head: str, sentence: str) -> str:
    return f"{head}. {sentence}" if head else sentence
