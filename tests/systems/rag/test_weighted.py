from dataclasses import dataclass
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.system import Passage, Response, Spec
from systems.rag.retrieval.weighted import Weighted


@dataclass(frozen=True)
class Fixed:
    """Returns the same scores for every question, or declines."""

    scores: tuple
    name: str = "fixed"
    abstained: bool = False

    @property
    def spec(self):
        return Spec(name=self.name, params={"scores": repr(self.scores)})

    def __call__(self, question):
        found = (Passage(id=identity, score=score) for identity, score in self.scores)
        return Response(passages=tuple(found), abstained=self.abstained)


ONE = Fixed((("a", 8.0), ("b", 4.0), ("c", 2.0)))
TWO = Fixed((("c", 0.9), ("d", 0.3)))


def scores(**settings):
    response = Weighted(retrievers=(ONE, TWO), **settings)("?")
    return {passage.id: passage.score for passage in response.passages}


def test_scores_between_worst_and_best_are_added_with_their_weights():
    assert scores(weights=(1, 3), scale="min_max") == pytest.approx(
        {"a": 0.25, "b": 0.25 / 3, "c": 0.75, "d": 0.0}, abs=1e-6
    )


def test_a_passage_that_a_retriever_returns_twice_counts_with_its_best_score():
    twice = Fixed((*ONE.scores, ("a", 1.0)))
    found = Weighted(retrievers=(twice, TWO), weights=(1, 1))("?")
    assert found == Weighted(retrievers=(ONE, TWO), weights=(1, 1))("?")


def test_the_theoretical_scale_starts_at_the_lowest_possible_score():
    assert scores(weights=(0.5, 0.5), scale="theoretical", lowest=(0.0, -1.0)) == pytest.approx(
        {
            "a": 0.5 + 0.5 * 1.3 / 1.9,
            "b": 0.25 + 0.5 * 1.3 / 1.9,
            "c": 0.125 + 0.5,
            "d": 0.125 + 0.5 * 1.3 / 1.9,
        },
        abs=1e-6,
    )


def test_z_scores_are_deviations_from_the_mean():
    found = scores(weights=(1, 0), scale="z_score")
    assert found["a"] == pytest.approx((8 - 14 / 3) / pstdev([8, 4, 2]), abs=1e-6)
    assert found["d"] == found["c"]


def test_a_retriever_without_weight_decides_nothing():
    assert list(scores(weights=(1, 0)))[:2] == ["a", "b"]


@given(
    factor=st.floats(0.1, 100),
    shift=st.floats(-50, 50),
    scale=st.sampled_from(["min_max", "z_score"]),
)
def test_the_unit_of_a_retriever_is_irrelevant(factor, shift, scale):
    moved = Fixed(tuple((key, score * factor + shift) for key, score in ONE.scores))
    one = Weighted(retrievers=(ONE, TWO), weights=(0.4, 0.6), scale=scale)("?")
    other = Weighted(retrievers=(moved, TWO), weights=(0.4, 0.6), scale=scale)("?")
    assert [passage.score for passage in one.passages] == pytest.approx(
        [passage.score for passage in other.passages], abs=1e-4
    )


def test_equal_scores_are_scaled_without_a_division_by_zero():
    flat = Fixed((("a", 1.0), ("b", 1.0)))
    for scale in ("min_max", "theoretical", "z_score"):
        assert Weighted(retrievers=(flat,), weights=(1,), scale=scale)("?").passages


def test_a_question_is_declined_where_every_retriever_declines_it():
    declining = Fixed((), abstained=True)
    assert Weighted(retrievers=(declining, declining), weights=(1, 1))("?").abstained
    assert not Weighted(retrievers=(declining, ONE), weights=(1, 1))("?").abstained
    assert Weighted(retrievers=(ONE,), weights=(1,), threshold=2.0)("?").abstained


def test_ranks_without_scores_cannot_be_combined():
    with pytest.raises(UsageError, match="has no score to combine"):
        Weighted(retrievers=(Fixed((("a", None),)),), weights=(1,))("?")


@pytest.mark.parametrize(
    "settings",
    [
        {"retrievers": (), "weights": ()},
        {"retrievers": (ONE, TWO), "weights": (1,)},
        {"retrievers": (ONE,), "weights": (-1,)},
        {"retrievers": (ONE, TWO), "weights": (0, 0)},
        {"retrievers": (ONE, TWO), "weights": (1, 1), "lowest": (0,)},
    ],
)
def test_weights_that_cannot_be_are_refused(settings):
    with pytest.raises(UsageError, match="got"):
        Weighted(**settings)


def test_the_spec_names_weights_and_scale():
    spec = Weighted(retrievers=(ONE, TWO), weights=(0.4, 0.6)).spec
    assert spec.label == (
        "weighted(retrievers=fixed+fixed, weights=0.4+0.6, scale=theoretical, pool=20, depth=20, "
        "lowest=0+0)"
    )
