import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from holdfast.errors import DatasetError, UsageError
from holdfast.system import Spec
from systems.rag.corpus import Corpus
from systems.rag.fitting import conformal_threshold
from systems.rag.logistic import Logistic, fit, read_logistic, write_logistic
from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.hybrid import Hybrid
from systems.rag.routing import Routed, Router, Shelf

SOURCES = ("incidents", "manuals", "people", "policies")


class Counting:
    """An encoder whose vectors count four words, one for each source."""

    words = ("water", "device", "led", "leave")
    spec = Spec(name="counting")

    def __call__(self, texts):
        return np.array([[4.0 * text.lower().count(word) for word in self.words] for text in texts])


@pytest.fixture
def router(company, tmp_path):
    path = tmp_path / "router.safetensors"
    model = Logistic(classes=SOURCES, weights=np.eye(4, dtype="f"), bias=np.zeros(4, dtype="f"))
    write_logistic(path, model)

    def make(least=0.2, sure=0.4):
        return Router(corpus=company, encoder=Counting(), least=least, sure=sure, weights=path)

    return make


def routed(router, ordered):
    every = {section.id: 1.0 for section in router.corpus.sections}
    shelves = {
        source: (
            ordered({"*": [part.id for part in Shelf(corpus=router.corpus, source=source).texts]}),
        )
        for source in SOURCES
    }
    return Routed(
        router=router, everything=Hybrid(retrievers=(ordered({"*": every}),)), shelves=shelves
    )


def test_a_likely_source_is_searched_alone(router, ordered):
    found = routed(router(), ordered)("Was there water, water?")
    assert {passage.id.split("#")[0] for passage in found.passages} == {"inc-77"}
    assert found.data["sources"] == ["incidents"] and not found.data["unsure"]
    assert (found.data["documents"], found.data["of"]) == (1, 4)


def test_a_shelf_knows_that_its_documents_changed(documents):
    pytest.importorskip("bm25s", reason="bm25s is not installed")
    pytest.importorskip("Stemmer", reason="PyStemmer is not installed")
    path = documents / "source" / "travel.md"
    path.write_text(path.read_text().replace("status: current", "source: policies"))
    other = documents / "source" / "pump-manual.md"
    other.write_text(other.read_text().replace("status: current", "source: manuals"))
    shelf = Shelf(corpus=Corpus(folder=documents), source="policies")
    searched = BM25(corpus=shelf)
    assert searched("hotel").passages
    path.write_text(path.read_text().replace("120", "1200"))
    with pytest.raises(DatasetError, match="documents changed since they were read"):
        searched("hotel")


def test_a_part_is_scored_as_in_the_whole_that_it_was_counted_in(company):
    pytest.importorskip("bm25s", reason="bm25s is not installed")
    pytest.importorskip("Stemmer", reason="PyStemmer is not installed")
    whole = BM25(corpus=company)
    found: dict[str, float] = {}
    for source in SOURCES:
        part = BM25(corpus=Shelf(corpus=company, source=source), counted=company)
        found |= {passage.id: passage.score for passage in part("device of leave in June").passages}
        assert part("device cake").passages == tuple(
            passage
            for passage in whole("device cake").passages
            if company.section(passage.id).front["source"] == source
        )
        assert part.spec.digest != BM25(corpus=Shelf(corpus=company, source=source)).spec.digest
    assert len(found) > 2
    assert found == {
        passage.id: passage.score for passage in whole("device of leave in June").passages
    }


def test_two_likely_sources_are_both_searched(router):
    assert router()("Who led the search for water?").sources == ("incidents", "people")


def test_an_unsure_router_asks_all(router, ordered):
    found = routed(router(), ordered)("What is it?")
    assert found.data["unsure"] and found.data["documents"] == found.data["of"] == 4
    assert len(found.passages) == 8


def test_a_router_always_asks_somewhere(router):
    found = router(least=0.3, sure=0.1)("What is it?")
    assert found.unsure and found.sources == SOURCES


def test_a_code_adds_the_sources_that_hold_it(router):
    assert router()("Who has leave after INC-77?").sources == ("incidents", "policies")
    assert router(least=0.3)("What does INC-77 say?").sources == ("incidents",)
    assert router(least=0.3)("what does inc-77 say").sources == ("incidents",)


def test_rankings_of_one_kind_are_merged_by_score(router, ordered):
    found = routed(router(), ordered)("water led")
    order = [passage.id for passage in found.passages]
    assert order[:2] == ["team-sirens#habits", "inc-77#actions"]


def test_weights_for_other_sources_are_refused(company, tmp_path):
    path = tmp_path / "other.safetensors"
    with pytest.raises(UsageError, match="no weights"):
        Router(corpus=company, encoder=Counting(), least=0.1, sure=0.4, weights=path)("x")
    write_logistic(path, Logistic(classes=("a", "b"), weights=np.eye(2), bias=np.zeros(2)))
    with pytest.raises(UsageError, match="knows the sources a, b, the corpus has incidents"):
        Router(corpus=company, encoder=Counting(), least=0.1, sure=0.4, weights=path)("x")


def test_the_spec_follows_thresholds_and_weights(router, ordered, tmp_path):
    before = routed(router(), ordered).spec
    assert before.digest != routed(router(least=0.1), ordered).spec.digest
    write_logistic(
        tmp_path / "router.safetensors",
        Logistic(classes=SOURCES, weights=2 * np.eye(4, dtype="f"), bias=np.zeros(4, dtype="f")),
    )
    assert before.digest != routed(router(), ordered).spec.digest


def test_fitted_weights_are_those_of_scikit_learn():
    linear_model = pytest.importorskip(
        "sklearn.linear_model", reason="scikit-learn is not installed"
    )
    dice = np.random.default_rng(7)
    features = dice.normal(size=(120, 3))
    labels = [
        ("a", "b", "c")[place] for place in np.argmax(features + dice.normal(size=(120, 3)), 1)
    ]
    wanted = linear_model.LogisticRegression(C=1 / (0.05 * 120), tol=1e-8).fit(features, labels)
    assert np.allclose(
        fit(features, labels, penalty=0.05)(features), wanted.predict_proba(features), atol=1e-3
    )


def test_weights_survive_being_kept(tmp_path):
    model = fit(np.eye(3), ["x", "y", "x"], penalty=0.1)
    write_logistic(tmp_path / "w.safetensors", model)
    kept = read_logistic(tmp_path / "w.safetensors")
    assert kept.classes == ("x", "y") and len(kept.digest) == 64
    assert np.array_equal(kept(np.eye(3)), model(np.eye(3)))


@given(
    scores=some.lists(some.floats(0, 1), min_size=1, max_size=30, unique=True),
    missed=some.floats(0.05, 0.5),
)
def test_a_conformal_threshold_misses_no_more_than_was_allowed(scores, missed):
    threshold = conformal_threshold(scores, missed=missed)
    # Leave any one out, as the new one: on average it lies below no more often than allowed.
    below = sum(score < threshold for score in scores)
    assert below / (len(scores) + 1) <= missed
