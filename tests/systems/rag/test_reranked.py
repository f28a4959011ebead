"""Re-ordering the first passages of a retriever."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.system import Passage, Response, Spec
from systems.rag.corpus import Corpus, Section
from systems.rag.reranking.rendering import render
from systems.rag.reranking.reranked import Reranked, standardize


@dataclass(frozen=True)
class Fixed:
    """A retriever that always finds the same."""

    response: Response
    name: str = "fixed"

    @property
    def spec(self):
        return Spec(name=self.name)

    def __call__(self, question):
        return self.response


@dataclass(frozen=True)
class Longest:
    """A reranker that prefers long texts."""

    @property
    def spec(self):
        return Spec(name="longest")

    def __call__(self, question, texts):
        return [float(len(text)) for text in texts]


def found(*texts, scored=True):
    return Fixed(
        Response(
            passages=tuple(
                Passage(id=f"p{at}", text=text, score=1 - at / 100 if scored else None)
                for at, text in enumerate(texts)
            )
        )
    )


@pytest.fixture
def corpus(documents):
    return Corpus(folder=documents)


def order(response):
    return [passage.id for passage in response.passages]


def test_passages_come_in_the_order_of_the_reranker(corpus):
    reranked = Reranked(retriever=found("a", "ccc", "bb"), reranker=Longest(), corpus=corpus)
    assert order(reranked("?")) == ["p1", "p2", "p0"]


def test_passages_after_the_pool_are_left_out(corpus):
    reranked = Reranked(
        retriever=found("a", "bb", "cccc"), reranker=Longest(), corpus=corpus, pool=2, depth=2
    )
    assert order(reranked("?")) == ["p1", "p0"]


def test_no_more_passages_are_returned_than_the_depth_says(corpus):
    reranked = Reranked(
        retriever=found("a", "bb", "cccc"), reranker=Longest(), corpus=corpus, depth=1
    )
    assert order(reranked("?")) == ["p2"]


def test_a_passage_without_text_is_read_in_the_corpus(corpus):
    retriever = Fixed(Response(passages=(Passage(id="travel#hotels"), Passage(id="travel#trains"))))
    texts = []

    class Reads(Longest):
        def __call__(self, question, given):
            texts.extend(given)
            return [0.0 for _ in given]

    Reranked(retriever=retriever, reranker=Reads(), corpus=corpus)("?")
    assert texts[0] == "Travel Policy (current)\nHotels\nA night may cost 120 euros."


def test_ties_go_to_the_higher_id_as_everywhere(corpus):
    reranked = Reranked(retriever=found("aa", "bb", "cc"), reranker=Longest(), corpus=corpus)
    assert order(reranked("?")) == ["p2", "p1", "p0"]


def test_a_declined_question_stays_declined(corpus):
    declined = Fixed(Response(abstained=True))
    reranked = Reranked(retriever=declined, reranker=Longest(), corpus=corpus)
    assert reranked("?").abstained


def test_nothing_found_is_nothing_to_rank(corpus):
    reranked = Reranked(retriever=Fixed(Response()), reranker=Longest(), corpus=corpus)
    assert reranked("?") == Response()


def test_a_small_weight_leaves_the_order_to_the_retriever(corpus):
    settings = {"retriever": found("a", "bb", "ccc"), "reranker": Longest(), "corpus": corpus}
    assert order(Reranked(weight=0.01, **settings)("?")) == ["p0", "p1", "p2"]
    assert order(Reranked(weight=0.99, **settings)("?")) == ["p2", "p1", "p0"]


def test_passages_without_scores_cannot_be_blended(corpus):
    retriever = found("a", "bb", scored=False)
    reranked = Reranked(retriever=retriever, reranker=Longest(), corpus=corpus, weight=0.5)
    with pytest.raises(UsageError, match=r"passages without scores.*use weight 1"):
        reranked("?")


@pytest.mark.parametrize("settings", [{"depth": 0}, {"pool": 5, "depth": 6}])
def test_a_depth_that_the_pool_cannot_fill_is_refused(corpus, settings):
    with pytest.raises(UsageError, match="depth must lie between 1 and pool"):
        Reranked(retriever=found("a"), reranker=Longest(), corpus=corpus, **settings)


@pytest.mark.parametrize("weight", [0, -0.1, 1.1, math.nan])
def test_a_weight_that_is_no_share_is_refused(corpus, weight):
    with pytest.raises(UsageError, match="weight of a reranker"):
        Reranked(retriever=found("a"), reranker=Longest(), corpus=corpus, weight=weight)


def test_the_spec_changes_with_each_part(corpus):
    def digest(**changed):
        parts = {"retriever": found("a"), "reranker": Longest(), "corpus": corpus}
        return Reranked(**{**parts, **changed}).spec.digest

    assert len({digest(), digest(weight=0.5), digest(pool=30), digest(depth=5)}) == 4
    assert digest() != digest(retriever=Fixed(Response(), name="other"))


SCORES = st.lists(
    st.tuples(st.text("ab", max_size=6), st.integers(-100, 100)), min_size=1, max_size=8
)


@given(SCORES, st.sampled_from([0.3, 1.0]), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_retrieval(tmp_path_factory, rows, weight, dice):
    passages = [
        Passage(id=f"p{at}", text=f"x{text}", score=float(score))
        for at, (text, score) in enumerate(rows)
    ]
    mixed = list(passages)
    dice.shuffle(mixed)
    corpus = Corpus(folder=tmp_path_factory.getbasetemp())

    def ranked(some):
        retriever = Fixed(Response(passages=tuple(some)))
        return order(
            Reranked(retriever=retriever, reranker=Longest(), corpus=corpus, weight=weight)("?")
        )

    assert ranked(mixed) == ranked(passages)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20))
def test_standardized_scores_have_mean_0_and_deviation_1_or_do_not_differ(scores):
    standard = standardize(scores)
    count = len(standard)
    assert sum(standard) == pytest.approx(0, abs=1e-6 * count)
    power = sum(score**2 for score in standard) / count
    assert power == pytest.approx(1, abs=1e-6) or set(standard) == {0.0}


def test_what_the_front_matter_tells_stands_beside_the_title():
    front = {"status": "superseded", "date": "2022-03-01", "owner": "Ada"}
    section = Section(id="a#b", title="Travel", heading="Meals", text="46 euros.", front=front)
    assert render(section) == "Travel (superseded, 2022-03-01)\nMeals\n46 euros."
    bare = Section(id="a#b", title="Travel", heading="Meals", text="46 euros.", front={})
    assert render(bare) == "Travel\nMeals\n46 euros."
