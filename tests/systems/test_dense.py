import zlib
from dataclasses import dataclass, field

import numpy as np
import pytest

from holdfast.system import Spec
from systems.rag.corpus import Corpus
from systems.rag.retrieval.dense import Dense

pytest.importorskip("faiss", reason="faiss-cpu is not installed")


@dataclass(frozen=True)
class WordEncoder:
    """Counts hashed words; knows nothing of meaning, and is quick."""

    name: str = "words"
    calls: list = field(default_factory=list)

    @property
    def spec(self):
        return Spec(name=self.name)

    def __call__(self, texts):
        self.calls.append(len(texts))
        vectors = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, zlib.crc32(word.encode()) % 64] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def make(documents, tmp_path):
    """Makes dense retrievers over the two small documents that share one folder of indexes."""

    def dense(encoder, **settings):
        corpus = Corpus(folder=documents)
        return Dense(corpus=corpus, encoder=encoder, folder=tmp_path / "indexes", **settings)

    return dense


def test_the_nearest_passage_comes_first_with_its_cosine(make):
    best = make(WordEncoder())("a night may cost 120 euros.").passages[0]
    assert best.id == "travel#hotels"
    assert 0 < best.score <= 1


def test_embeddings_are_kept_between_retrievers(make):
    first, second = WordEncoder(), WordEncoder()
    assert make(first)("hotels") == make(second)("hotels")
    assert (first.calls, second.calls) == ([4, 1], [1])


def test_another_model_embeds_everything_and_an_edit_one_passage(make, documents):
    make(WordEncoder())("hotels")
    other = WordEncoder(name="other")
    make(other)("hotels")
    assert other.calls == [4, 1]
    path = documents / "source" / "travel.md"
    path.write_text(path.read_text().replace("120", "130"))
    edited = WordEncoder()
    make(edited)("hotels")
    assert edited.calls == [1, 1]


def test_depth_and_threshold_are_honoured(make):
    assert len(make(WordEncoder(), depth=2)("travel policy").passages) == 2
    assert make(WordEncoder(), threshold=0.99)("zebra").abstained


def test_the_spec_names_encoder_and_corpus(make):
    one, other = make(WordEncoder()).spec, make(WordEncoder(name="other")).spec
    assert one.artifacts["corpus"] == other.artifacts["corpus"]
    assert one.artifacts["encoder"] != other.artifacts["encoder"]
