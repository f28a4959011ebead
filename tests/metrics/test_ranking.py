import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.metric import Failure
from holdfast.metrics.ranking import ranked, read_ranking
from holdfast.system import Passage

PASSAGES = st.lists(
    st.builds(
        Passage,
        id=st.sampled_from("abcdefgh"),
        score=st.integers(min_value=-2, max_value=2).map(float),
    ),
    max_size=12,
)


def ids(passages: tuple[Passage, ...]) -> list[str]:
    return [passage.id for passage in passages]


def test_passages_without_scores_keep_the_order_of_the_system():
    assert ids(ranked([Passage(id="a"), Passage(id="c"), Passage(id="b")])) == ["a", "c", "b"]


def test_one_missing_score_leaves_the_whole_order_to_the_system():
    given_order = [Passage(id="a", score=0.1), Passage(id="b"), Passage(id="c", score=0.9)]
    assert ids(ranked(given_order)) == ["a", "b", "c"]


def test_equal_scores_are_ordered_by_id_descending():
    tied = [Passage(id=name, score=1.0) for name in ("a", "é", "b", "Z")]
    assert ids(ranked(tied)) == ["é", "b", "a", "Z"]


def test_a_passage_returned_twice_counts_once_at_its_best_rank():
    twice = [Passage(id="a", score=0.2), Passage(id="b", score=0.5), Passage(id="a", score=0.9)]
    assert [(p.id, p.score) for p in ranked(twice)] == [("a", 0.9), ("b", 0.5)]


def test_a_score_of_nan_is_refused_by_name():
    with pytest.raises(UsageError, match="'a' has the score nan"):
        ranked([Passage(id="a", score=math.nan)])


def test_a_score_of_nan_is_the_fault_of_the_system(make_trial):
    outcome = read_ranking(make_trial(["a"], [Passage(id="a", score=math.nan)]))
    assert isinstance(outcome, Failure)
    assert outcome.stage == "system"


@given(passages=PASSAGES, order=st.randoms(use_true_random=False))
def test_where_all_have_scores_the_order_of_rows_is_irrelevant(passages, order):
    shuffled = list(passages)
    order.shuffle(shuffled)
    assert ranked(shuffled) == ranked(passages)


@given(passages=PASSAGES)
def test_ranking_twice_changes_nothing(passages):
    assert ranked(ranked(passages)) == ranked(passages)


@given(passages=PASSAGES)
def test_every_returned_id_is_ranked_exactly_once(passages):
    assert sorted(ids(ranked(passages))) == sorted({passage.id for passage in passages})
