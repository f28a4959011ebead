import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("bm25s", reason="bm25s is not installed")
pytest.importorskip("Stemmer", reason="PyStemmer is not installed")

from systems.rag.corpus import Corpus
from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.terms import read_terms


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


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("texts", [("",), ("", "the of", "?!")])
def test_texts_without_a_word_are_not_found_and_are_no_crash(texts):
    notes = Notes(tuple(Note(f"{at:02}", text) for at, text in enumerate(texts)))
    assert BM25(corpus=notes)("pump").passages == ()


def test_a_text_without_a_word_may_stand_among_others():
    notes = Notes((Note("a", ""), Note("b", "pump"), Note("c", "")))
    assert ids(BM25(corpus=notes)("pump")) == ["b"]


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
    assert spec.label == "bm25(k1=1.2, b=0.75, depth=20, threshold=2.0)"
    assert spec.artifacts == {"corpus": corpus.digest}
    assert spec.digest != BM25(corpus=corpus).spec.digest


@dataclass(frozen=True)
class Note:
    """A text without front matter."""

    id: str
    searchable: str


@dataclass(frozen=True)
class Notes:
    """Texts from a list."""

    texts: tuple[Note, ...]
    digest: str = "notes"


def by_formula(texts, question, *, k1, b):
    """BM25 as Robertson and Zaragoza (2009) write it, with Lucene's inverse document frequency."""
    terms = [read_terms(text) for text in texts]
    average = sum(map(len, terms)) / len(terms)
    scores = []
    for words in terms:
        total = 0.0
        for term in read_terms(question):
            known, count = sum(term in other for other in terms), words.count(term)
            weight = math.log(1 + (len(terms) - known + 0.5) / (known + 0.5))
            total += (
                weight * count / (count + k1 * (1 - b + b * len(words) / average)) if count else 0
            )
        scores.append(total)
    return scores


WORDS = st.lists(
    st.sampled_from(["pump", "filter", "sea", "tide", "E-12", "rope"]), min_size=1, max_size=9
)


@given(
    texts=st.lists(WORDS.map(" ".join), min_size=1, max_size=8),
    question=WORDS.map(" ".join),
    k1=st.sampled_from([0.9, 1.2, 1.5]),
    b=st.sampled_from([0.0, 0.4, 0.75, 1.0]),
)
@settings(max_examples=60, deadline=None)
def test_scores_are_those_of_the_published_formula(texts, question, k1, b):
    notes = Notes(tuple(Note(f"{at:02}", text) for at, text in enumerate(texts)))
    found = {
        passage.id: passage.score
        for passage in BM25(corpus=notes, k1=k1, b=b, depth=99)(question).passages
    }
    wanted = by_formula(texts, question, k1=k1, b=b)
    assert found == pytest.approx(
        {f"{at:02}": score for at, score in enumerate(wanted) if score > 0}, abs=2e-5
    )


@given(texts=st.lists(WORDS.map(" ".join), min_size=2, max_size=9), depth=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_a_smaller_depth_is_the_beginning_of_a_larger_one(texts, depth):
    notes = Notes(tuple(Note(f"{at:02}", text) for at, text in enumerate(texts)))
    whole = BM25(corpus=notes, depth=99)("pump tide").passages
    assert BM25(corpus=notes, depth=depth)("pump tide").passages == whole[:depth]
