from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("bm25s", reason="bm25s is not installed")
pytest.importorskip("Stemmer", reason="PyStemmer is not installed")

from systems.rag.corpus import Corpus
from systems.rag.retrieval.bm25 import BM25


@pytest.fixture
def bm25(documents):
    """BM25 over the two small documents."""
    return BM25(corpus=Corpus(folder=documents))


def ids(response):
    return [passage.id for passage in response.passages]


def test_a_code_finds_the_passage_that_names_it(bm25):
    assert ids(bm25("What is E-4012?")) == ["pump-manual#error-codes"]


def test_another_form_of_a_word_finds_its_stem(bm25):
    assert ids(bm25("rinsing filters"))[0] == "pump-manual#cleaning"


def test_the_title_is_searchable(bm25):
    assert set(ids(bm25("travel"))) == {"travel#hotels", "travel#trains"}


@pytest.mark.parametrize("question", ["", "zebra", "the of"])
def test_a_question_without_a_known_word_finds_nothing(bm25, question):
    assert bm25(question).passages == ()


def test_passages_carry_ids_and_rounded_scores_only(bm25):
    for passage in bm25("hotel night").passages:
        assert passage.text == ""
        assert passage.score == round(passage.score, 6) > 0


def test_depth_bounds_the_number_of_passages(documents):
    assert len(BM25(corpus=Corpus(folder=documents), depth=1)("travel manual").passages) == 1


def test_a_threshold_declines_what_is_found_too_weakly(documents):
    corpus = Corpus(folder=documents)
    assert BM25(corpus=corpus, threshold=100.0)("travel").abstained
    assert not BM25(corpus=corpus, threshold=0.01)("travel").abstained


def test_threads_get_the_same_answer(bm25):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(bm25, ["book a train early"] * 32))
    assert all(answer == answers[0] for answer in answers)


def test_the_spec_names_settings_and_corpus(documents):
    corpus = Corpus(folder=documents)
    spec = BM25(corpus=corpus, threshold=2.0).spec
    assert spec.label == "bm25(k1=1.5, b=0.75, depth=20, threshold=2.0)"
    assert spec.artifacts == {"corpus": corpus.digest}
    assert spec.digest != BM25(corpus=corpus).spec.digest
